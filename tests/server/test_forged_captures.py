"""A forged capture is its sender's own affair: no word of it reaches anybody else."""

import asyncio
from collections.abc import Callable, Iterator

import msgspec
import pytest

from server.core.urls import canonical_url
from tests.server.captured import House, Said, Told

MARK = "zylox"  # stands in every word a forger made up
NUMBER = "8675309"  # and in every number
replace = msgspec.structs.replace
Forgery = Callable[[Told, int], Told]


# ---- what a forger may do to a thread ---------------------------------------------------------------


def _comment(told: Told, n: int, **changes: str) -> tuple[Said, ...]:
    which = n % len(told.comments)
    return tuple(replace(said, **changes) if i == which else said for i, said in enumerate(told.comments))


def _invented(n: int) -> Said:
    return Said(f"z{n}", f"{MARK}_{n}", f"The {MARK} council took {NUMBER} crowns from the Zylox lamp company.", 900)


FORGERIES: dict[str, Forgery] = {
    "another post": lambda told, n: replace(told, text=f"The {MARK} lamp will never be lit, the mayor said on Sunday."),
    "one paragraph of the post": lambda told, n: replace(
        told,
        text="\n\n".join(f"{MARK} {part}" if i == n % 3 else part for i, part in enumerate(told.text.split("\n\n"))),
    ),
    "an added paragraph": lambda told, n: replace(told, text=f"{told.text}\n\nEDIT: the {MARK} lamp is a fraud."),
    "another title": lambda told, n: replace(told, title=f"Kestrel Point sells its {MARK} lamp"),
    "an invented comment": lambda told, n: replace(
        told, comments=(*told.comments[: n % 4], _invented(n), *told.comments[n % 4 :])
    ),
    "a comment's words": lambda told, n: replace(told, comments=_comment(told, n, text=f"The {MARK} reef is safe.")),
    "words in a comment": lambda told, n: replace(
        told, comments=_comment(told, n, text=f"{told.comments[n % 3].text} And the {MARK} mayor knew it.")
    ),
    "a comment's author": lambda told, n: replace(told, comments=_comment(told, n, author=f"{MARK}_{n}")),
    "the post's author": lambda told, n: replace(told, author=f"{MARK}_{n}"),
    "edited numbers": lambda told, n: replace(
        told, text=told.text.replace("48,000", NUMBER).replace("40 percent", f"{NUMBER} percent")
    ),
    "a number in a comment": lambda told, n: replace(
        told, comments=_comment(told, n, text=f"The harbour fund holds {NUMBER} crowns, so it can pay for this.")
    ),
    "an added link": lambda told, n: replace(told, text=f"{told.text}\n\n[more](https://{MARK}.example/{n})"),
    "a linked word": lambda told, n: replace(told, text=told.text.replace("lamp", f"[lamp](https://{MARK}.example/)")),
    "votes": lambda told, n: replace(told, score=int(NUMBER)),
    "another order and one more": lambda told, n: replace(
        told, comments=(*reversed(told.comments), _invented(n), _invented(n + 1))
    ),
}
VARIANTS = [(f"{name} {n}", forge, n) for n in range(7) for name, forge in FORGERIES.items()]


@pytest.fixture
def house(sqlite_url: str) -> Iterator[House]:
    """A server that strangers reach, where posting needs a key."""
    house = House(sqlite_url, public_address="https://cards.example")
    yield house
    asyncio.run(house.store.close())


def form(told: Told, n: int) -> dict[str, object]:
    """By turns the JSON and the page: agreement is between forms too."""
    return told.as_json() if n % 2 else told.as_html()


def assert_clean(text: str) -> None:
    """Not a word and not a number of a forger's."""
    assert MARK not in text.lower()
    assert NUMBER not in text
    assert "8,675,309" not in text


def test_a_hundred_forgeries_reach_nobody_else(house: House) -> None:
    """Before and after honest readers came; each honest thread becomes the public card all the same."""
    assert len(VARIANTS) >= 100
    forger, ada, bo, cy = (house.key(name) for name in ("Mallory", "Ada", "Bo", "Cy"))
    for n, (name, forge, seed) in enumerate(VARIANTS):
        told = Told(id=f"1kest{n:03}")
        house.post(told.url, forger, form(forge(told, seed), n))
        own = house.shown(told.url, forger)
        assert own is not None, name
        assert (own["visibility"], own["capture"]["verified"]) == ("unlisted", "browser")
        assert house.shown(told.url, cy) is None, name
        assert house.looked_up(told.url) == [], name

        house.post(told.url, ada, form(told, n // 2))
        found = house.shown(told.url, cy)
        assert_clean(str(found or ""))

        house.post(told.url, bo, form(told, n // 4))
        card = house.shown(told.url, cy)
        assert card is not None, name
        assert (card["visibility"], card["capture"]["verified"]) == ("public", "corroborated"), name
        assert card["thread"]["title"] == told.title
        assert house.looked_up(told.url) == [card["id"]]
        assert_clean(str(card))
    assert_clean(house.everything_public())


def test_another_threads_address_is_refused(house: House) -> None:
    """Said by the capture, or by what is in it."""
    forger, cy = house.key("Mallory"), house.key("Cy")
    told, other = Told(id="1kestrel"), Told(id="2dunnock", text=f"All {MARK}.")
    assert house.post(told.url, forger, other.as_json()).json()["type"] == "invalid-capture"
    disguised = other.as_json() | {"url": told.url}
    job = house.post(told.url, forger, disguised).json()["job"]
    view = house.client.get(f"/api/v1/jobs/{job['id']}").json()
    assert (view["state"], view["error"]["type"]) == ("failed", "invalid-capture")
    assert house.shown(told.url, cy) is None
    assert house.shown(other.url, cy) is None


def test_nobody_confirms_themselves(house: House) -> None:
    """Neither by sending twice nor with a second key of the same name."""
    told = Told(id="1kestrel")
    first, cy = house.key("Mallory"), house.key("Cy")
    house.post(told.url, first, told.as_json())
    house.post(told.url, first, told.as_html())
    second = house.key("mallory ")
    house.post(told.url, second, told.as_html())
    assert house.shown(told.url, cy) is None
    assert house.client.get("/api/v1/cards").json()["cards"] == []


def test_two_people_make_a_card_public_that_the_server_cannot_read(house: House) -> None:
    """From then on it answers everybody, in lists too; each keeps their own card."""
    told = Told(id="1kestrel")
    ada, bo, cy = house.key("Ada"), house.key("Bo"), house.key("Cy")
    house.post(told.url, ada, told.as_json())
    own = house.shown(told.url, ada)
    assert house.client.get("/api/v1/cards").json()["cards"] == []
    house.post(told.url, bo, told.as_html())
    card = house.shown(told.url, cy)
    assert own is not None
    assert card is not None
    assert card["id"] != own["id"]
    assert card["capture"]["comments_read"] == 3
    assert [listed["id"] for listed in house.client.get("/api/v1/cards").json()["cards"]] == [card["id"]]
    assert house.client.get(f"/api/v1/cards/{own['id']}").json()["visibility"] == "unlisted"


def test_where_the_server_can_read_it_believes_itself(house: House) -> None:
    """One capture is then enough to have the public card made, of the server's own reading."""
    told = Told(id="1kestrel")
    forged = FORGERIES["an invented comment"](told, 0)
    body = msgspec.json.encode(told.as_json()["json"])
    house.web.answers = dict.fromkeys(reddit_json_addresses(told), (told.url, body))
    mallory, cy = house.key("Mallory"), house.key("Cy")
    house.post(told.url, mallory, forged.as_html())
    card = house.shown(told.url, cy)
    assert card is not None
    assert card["capture"]["verified"] == "server"
    assert_clean(str(card))


def reddit_json_addresses(told: Told) -> list[str]:
    """Where the readers look for the thread's JSON."""
    from workers.readers import readers_of

    canonical = canonical_url(told.url)
    ways = [way for reader in readers_of("reddit") for way in reader.WAYS if way.via == "json"]
    return [url for way in ways for url in way.addresses(canonical)]


def test_a_trusted_keys_capture_is_public_at_once(house: House) -> None:
    """Nobody has to confirm it."""
    told = Told(id="1kestrel")
    editor, cy = house.key("Editor", trusted=True), house.key("Cy")
    house.post(told.url, editor, told.as_html())
    card = house.shown(told.url, cy)
    assert card is not None
    assert (card["visibility"], card["capture"]["verified"]) == ("public", "trusted")


def test_on_loopback_a_capture_is_public_at_once(sqlite_url: str) -> None:
    """Whoever reaches this machine from itself is its operator."""
    house = House(sqlite_url)
    told = Told(id="1kestrel")
    house.post(told.url, {}, told.as_json())
    card = house.shown(told.url, {})
    assert card is not None
    assert (card["visibility"], card["capture"]["verified"]) == ("public", "trusted")
    assert house.client.get("/api/v1/cards").json()["cards"] != []
    asyncio.run(house.store.close())


@pytest.mark.parametrize("trusted", [True, False])
def test_a_private_thread_stays_with_its_reader(house: House, trusted: bool) -> None:
    """However much the reader is trusted, and however many others captured it."""
    told = Told(id="1kestrel", quarantine=True)
    ada, bo, cy = house.key("Ada", trusted=trusted), house.key("Bo"), house.key("Cy")
    job = house.post(told.url, ada, told.as_json()).json()["job"]
    own = house.shown(told.url, ada)
    assert own is not None
    assert own["visibility"] == "private"
    house.post(told.url, bo, told.as_json())
    house.post(told.url, cy, Told(id="1kestrel").as_html())
    stranger = house.key("Dee")
    assert house.shown(told.url, stranger) is None
    for path in (f"/c/{own['id']}", f"/api/v1/cards/{own['id']}"):
        assert house.client.get(path, headers=stranger).status_code == 404
        assert house.client.get(path).status_code == 404
        assert house.client.get(path, headers=ada).status_code == 200
    assert "Kestrel" not in house.client.get(f"/api/v1/jobs/{job['id']}/events").text
    assert "Kestrel" in house.client.get(f"/api/v1/jobs/{job['id']}/events", headers=ada).text
    assert house.client.get("/api/v1/cards").json()["cards"] == []
    assert house.looked_up(told.url) == []


def test_on_loopback_the_operator_finds_a_private_card_again(sqlite_url: str) -> None:
    """Under the operator's own scope, in no list."""
    house = House(sqlite_url)
    told = Told(id="1kestrel", quarantine=True)
    house.post(told.url, {}, told.as_json())
    card = house.shown(told.url, {})
    assert card is not None
    assert card["visibility"] == "private"
    assert house.client.get(f"/c/{card['id']}", follow_redirects=True).status_code == 200
    assert house.client.get("/api/v1/cards").json()["cards"] == []
    asyncio.run(house.store.close())


def test_without_agreement_a_corroboration_ends_without_a_word(house: House) -> None:
    """Its job is done, made no card, and is nobody's failure."""
    told = Told(id="1kestrel")
    ada = house.key("Ada")
    house.client.post("/api/v1/cards", json={"url": told.url, "capture": told.as_json()}, headers=ada)
    own, corroboration = asyncio.run(house.work())
    assert (own.state, own.card_id is not None) == ("done", True)
    assert (corroboration.state, corroboration.card_id, corroboration.error) == ("done", None, None)
    assert corroboration.key.scope == "corroboration"
