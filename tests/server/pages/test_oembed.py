"""oEmbed: what a page learns that was given a permalink."""

import re
from typing import Any
from xml.etree import ElementTree

import lxml.html
import msgspec
import pytest

from server.core.card import Visibility
from server.pages.card_page import path_of
from server.pages.oembed import describe, to_xml
from tests.server.api.served import Served, load_case, run
from tests.server.pages.hostile import STRINGS, hostile_card, parse, shared_rows

CASE = load_case()
PUBLIC = "https://cards.example"
LINK = f"{PUBLIC}{path_of(CASE)}"


def served(visibility: Visibility = "public", **settings: Any) -> Served:
    """A public server that has the card in two versions."""
    server = Served(public_address=PUBLIC, **settings)
    for _ in range(2):
        server.save(msgspec.structs.replace(CASE, visibility=visibility))
    return server


def ask(server: Served, url: str = LINK, **query: Any) -> Any:
    """The answer for an address."""
    return server.client.get("/oembed", params={"url": url, **query})


def test_a_permalink_becomes_a_frame() -> None:
    """All that oEmbed 1.0 asks of type "rich", with the picture, and a frame that leads to the compact card."""
    server = served()
    answer = ask(server)
    told = answer.json()
    assert answer.headers["content-type"] == "application/json"
    assert (told["type"], told["version"], told["title"]) == ("rich", "1.0", CASE.headline.text)
    assert (told["provider_name"], told["provider_url"]) == ("Threadproof", f"{PUBLIC}/")
    frame = lxml.html.fragment_fromstring(told["html"])
    assert (frame.tag, frame.get("src"), frame.get("title")) == (
        "iframe", f"{PUBLIC}/embed/{CASE.id}", CASE.headline.text,
    )  # fmt: skip
    assert (frame.get("width"), frame.get("height")) == (str(told["width"]), str(told["height"])) == ("600", "340")
    assert (told["thumbnail_width"], told["thumbnail_height"]) == (1200, 630)
    for address in (frame.get("src"), told["thumbnail_url"]):
        assert server.client.get(address.removeprefix(PUBLIC)).status_code == 200


@pytest.mark.parametrize("kind", ["application/json+oembed", "text/xml+oembed"])
def test_discovery_leads_from_the_page_to_the_answer(kind: str) -> None:
    """The link in the page's head is followed as it stands there."""
    server = served()
    page = parse(server.client.get(path_of(CASE)).text)
    href = str(page.xpath(f"//link[@type='{kind}']/@href")[0])
    answer = server.client.get(href.removeprefix(PUBLIC))
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == kind.removesuffix("+oembed")
    assert f"/embed/{CASE.id}" in answer.text


@pytest.mark.parametrize(
    "url",
    [
        LINK,
        f"{PUBLIC}/c/{CASE.id}",
        f"{PUBLIC}/c/{CASE.id}-any-other-slug",
        f"{PUBLIC}/c/{CASE.id}/v/1",
        f"{PUBLIC}/c/{CASE.id}-slug/v/2",
        f"{PUBLIC}/c/{CASE.id}/source/2",
        f"{PUBLIC}/c/{CASE.id}.png",
        f"{PUBLIC}/embed/{CASE.id}",
        f"{LINK}/?utm_source=x#source-2",
        f"  HTTPS://CARDS.EXAMPLE:443{path_of(CASE)}",
        f"http://cards.example{path_of(CASE)}",
        LINK.replace("-quill", "%2Dquill"),
    ],
)
def test_every_spelling_of_a_permalink_is_known(url: str) -> None:
    """Slug or none, a version, a passage, an export; other scheme, port, query and fragment."""
    assert ask(served(), url).json()["html"].startswith(f'<iframe src="{PUBLIC}/embed/{CASE.id}"')


@pytest.mark.parametrize(
    "url",
    [
        f"https://elsewhere.example{path_of(CASE)}",
        f"https://cards.example.evil.example{path_of(CASE)}",
        f"https://cards.example@evil.example{path_of(CASE)}",
        f"https://cards.example:8443{path_of(CASE)}",
        f"http://127.0.0.1:8321{path_of(CASE)}",
        f"ftp://cards.example{path_of(CASE)}",
        f"//cards.example{path_of(CASE)}",
        path_of(CASE),
        f"{PUBLIC}/",
        f"{PUBLIC}/c/",
        f"{PUBLIC}/c/0000000000000000-nothing",
        f"{PUBLIC}/c/{CASE.id}/v/9",
        f"{PUBLIC}/c/../c/{CASE.id}",
        "http://[::1",
        "http://cards.example:port/",
        "javascript:alert(1)",
        *STRINGS,
    ],
)
def test_other_addresses_are_not_found(url: str) -> None:
    """Only this server's cards, and no address is ever fetched: 404 as a problem document."""
    answer = ask(served(), url[:4000])
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_this_machine_has_several_names() -> None:
    """On loopback the card is known under each of them, at the right port."""
    server = Served()
    server.save(CASE)
    for host in ("127.0.0.1", "localhost", "[::1]"):
        assert ask(server, f"http://{host}:8321{path_of(CASE)}").status_code == 200
    assert ask(server, f"http://localhost:8322{path_of(CASE)}").status_code == 404


def test_xml_says_the_same() -> None:
    """One element a field; 501 for what is neither."""
    server = served()
    answer = ask(server, format="xml")
    root = ElementTree.fromstring(answer.content)
    assert answer.headers["content-type"].startswith("text/xml")
    assert {child.tag: child.text for child in root} == {key: str(value) for key, value in ask(server).json().items()}
    assert root.tag == "oembed"
    assert ask(server, format="yaml").status_code == 501


@pytest.mark.parametrize(("width", "height", "got"), [
    (400, None, (400, 450)), (5000, None, (600, 340)), (None, 200, (600, 200)), (120, 90, (120, 90)),
])  # fmt: skip
def test_limits_are_kept(width: int | None, height: int | None, got: tuple[int, int]) -> None:
    """Frame and picture; a narrow frame is higher, and a picture that is too large is left out with its size."""
    limits = {"maxwidth": width, "maxheight": height}
    told = ask(served(), **{name: value for name, value in limits.items() if value}).json()
    assert (told["width"], told["height"]) == got
    has_room = (width or 1200) >= 1200 and (height or 630) >= 630
    assert ("thumbnail_url" in told, "thumbnail_width" in told) == (has_room, has_room)


@pytest.mark.parametrize("query", [{}, {"url": ""}, {"url": LINK, "maxwidth": "wide"}, {"url": LINK, "maxwidth": 0}])
def test_a_question_without_sense_is_refused(query: dict[str, Any]) -> None:
    """400 as a problem document."""
    answer = served().client.get("/oembed", params=query)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


def test_an_unlisted_card_is_for_whoever_has_its_address() -> None:
    """Without a picture, which others would keep, and in no shared cache."""
    answer = ask(served("unlisted"))
    assert answer.status_code == 200
    assert "thumbnail_url" not in answer.json()
    assert answer.headers["cache-control"].startswith("private")
    assert ask(served()).headers["cache-control"] == "public, max-age=3600"


def test_private_and_deleted_cards_say_no_more_than_their_pages() -> None:
    """A private one is no different from none, a deleted one is gone, and a wrong key is none."""
    assert ask(served("private")).status_code == 404
    server = served()
    bad = server.client.get("/oembed", params={"url": LINK}, headers={"authorization": "Bearer tp_x_y"})
    assert bad.status_code == 401
    run(server.store.delete_card(CASE.id, server.now))
    assert ask(server).status_code == 410


ALL_STRINGS = [*STRINGS, *(text for name in ("xss_strings", "naughty_strings") for _, text in shared_rows(name))]


def test_hostile_strings_stay_strings() -> None:
    """In every field of a card: the frame is one element with the attributes we wrote, JSON and XML parse."""
    for text in ALL_STRINGS:
        told = describe(hostile_card(text), PUBLIC, None, None)
        frame = lxml.html.fragment_fromstring(msgspec.json.decode(msgspec.json.encode(told), type=dict)["html"])
        assert (frame.tag, len(frame), frame.tail) == ("iframe", 0, None)
        assert set(frame.attrib) == {"src", "width", "height", "title", "loading", "style"}
        assert frame.get("src") == f"{PUBLIC}/embed/{CASE.id}"
        assert text in told.title
        root = ElementTree.fromstring(to_xml(told).encode())
        assert [len(child) for child in root] == [0] * len(root)
        assert re.sub(r"[^\x21-\x7e]", "", text) in re.sub(r"[^\x21-\x7e]", "", root.findtext("title") or "")
