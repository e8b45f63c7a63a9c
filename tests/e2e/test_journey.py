"""A reader's whole way over HTTP through real processes: ask, follow, read, share, come back after a restart."""

import json
import urllib.request
from collections import Counter
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from server.core.jobs import STAGES
from server.sample import THREAD_URL, world_path
from tests.e2e.servers import Event, Server, all_gone
from tests.server.pages.hostile import parse, words

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see processes"),
]
OLD_SPELLING = THREAD_URL.replace("www.", "old.") + "?utm_source=share&utm_medium=web2x&context=3"


class Made(NamedTuple):
    """A card that was made, the events told on the way, and the server that has it."""

    server: Server
    job_id: str
    events: list[Event]
    card: Any


class Page(NamedTuple):
    """An answer to a browser's GET."""

    status: int
    headers: Message
    text: str


def make_card(server: Server) -> Made:
    """The sample thread's card, asked for and followed to its end."""
    status, answer = server.ask("POST", "/api/v1/cards", {"url": THREAD_URL})
    assert status == 202, answer
    events = server.events(answer["job"]["id"])
    assert events[-1].name == "card", server.said
    return Made(server, answer["job"]["id"], events, events[-1].data["card"])


def get(address: str) -> Page:
    """What a browser gets; an error for every status of 400 and above."""
    with urllib.request.urlopen(address, timeout=20) as answer:
        return Page(answer.status, answer.headers, answer.read().decode())


def cited_quotes(card: Any) -> list[str]:
    """The text of every quotation of a card."""
    quotes = [quote["text"] for source in card["sources"] for quote in source["quotes"]]
    assert len(quotes) >= 10
    return quotes


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """The sample thread's card on a server that all tests here only read from."""
    folder = tmp_path_factory.mktemp("journey")
    server = Server(folder / "data", "--web", str(world_path()), log=folder / "log")
    try:
        yield make_card(server.wait_until_ready())
    finally:
        family = server.kill()
        assert all_gone(family)


def test_the_stream_tells_every_stage_in_order_then_the_sections_then_the_card(made: Made) -> None:
    """Each stage begins and ends once, searching and fetching side by side and perhaps twice; ids count up within the
    first attempt, the operator's trace before the card left out; partial cards share the card's id."""
    stages = [(event.data["stage"], event.data["state"]) for event in made.events if event.name == "stage"]
    assert Counter(stage for stage, state in stages if state == "started") == Counter(
        stage for stage, state in stages if state == "done"
    )
    assert all(stages.count((stage, "done")) == 1 for stage in STAGES if stage not in ("search", "fetch"))
    assert list(dict.fromkeys(stage for stage, _ in stages)) == list(STAGES)
    sections = [event for event in made.events if event.name == "section"]
    assert [event.data["section"] for event in sections][:3] == ["lead", "lead", "tldr"]
    assert {event.data["card"]["status"] for event in sections} == {"partial"}
    assert {event.data["card"]["id"] for event in sections} == {made.card["id"]}
    numbers = [int(event.id.removeprefix("1-")) for event in made.events]
    assert numbers == [number for number in range(numbers[-1] + 1) if number != numbers[-1] - 1]
    assert {event.name for event in made.events} == {"stage", "section", "card"}


def test_the_card_is_whole_and_says_how_it_was_made(made: Made) -> None:
    """Read by the server from the thread's JSON, written without a model, every citation pointing somewhere."""
    card = made.card
    assert (card["status"], card["version"], card["visibility"]) == ("complete", 1, "public")
    assert (card["capture"]["via"], card["capture"]["verified"]) == ("json", "server")
    assert card["provenance"]["writer"] == "extractive"
    assert len(card["insight"]["takeaways"]) >= 3
    known = {(source["n"], quote["id"]) for source in card["sources"] for quote in source["quotes"]}
    assert {(cited["source"], cited["quote"]) for cited in find_citations(card)} == known


def find_citations(value: Any) -> Iterator[Any]:
    """Every citation anywhere in a card."""
    if isinstance(value, dict):
        yield from value.get("citations", [])
        for inner in value.values():
            yield from find_citations(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from find_citations(inner)


def test_a_finished_stream_is_resumed_behind_any_event(made: Made) -> None:
    """From the start, from the middle, from before the card; a place nobody knows gets a snapshot with the card."""
    for number in (0, len(made.events) // 2, len(made.events) - 2):
        rest = made.server.events(made.job_id, after=made.events[number].id)
        assert rest == made.events[number + 1 :]
    lost = made.server.events(made.job_id, after="7-7")
    assert (lost[0].name, lost[0].data["job"]["state"]) == ("snapshot", "done")
    assert lost[0].data["card"]["id"] == made.card["id"]


def test_the_job_leads_to_the_card(made: Made) -> None:
    """By its id and by the permalink that the card itself names."""
    job = made.server.job(made.job_id)
    assert (job["state"], job["attempt"], job["error"]) == ("done", 1, None)
    assert job["card"] == {"id": made.card["id"], "permalink": made.card["permalink"]}


def test_the_permalink_shows_the_headline_and_every_quotation(made: Made) -> None:
    """As a page that needs no script, under a policy that allows none of others."""
    page = get(made.card["permalink"])
    assert (page.status, page.headers.get_content_type()) == (200, "text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    tree = parse(page.text)
    assert [words(title.text_content()) for title in tree.xpath("//h1")] == [made.card["headline"]["text"]]
    shown = words(tree.text_content())
    for quote in cited_quotes(made.card):
        assert words(quote) in shown


def test_an_old_slug_leads_to_the_permalink(made: Made) -> None:
    """A shared address lives on when the headline changes."""
    with urllib.request.urlopen(f"{made.server.address}/c/{made.card['id']}-some-other-words", timeout=20) as answer:
        assert answer.url == made.card["permalink"]


def test_each_source_page_marks_the_quotations_in_their_stored_context(made: Made) -> None:
    """The mark is the quotation, character for character."""
    for source in made.card["sources"]:
        page = get(f"{made.server.address}/c/{made.card['id']}/source/{source['n']}")
        assert (page.status, page.headers.get_content_type()) == (200, "text/html")
        marks = [mark.text_content() for mark in parse(page.text).xpath("//mark")]
        in_order = sorted(source["quotes"], key=lambda quote: (quote["start"], quote["end"]))
        assert marks == [quote["text"] for quote in in_order]


@pytest.mark.parametrize(("form", "kind"), [("md", "text/plain"), ("html", "text/html")])
def test_an_export_holds_the_headline_and_names_every_source(made: Made, form: str, kind: str) -> None:
    """One file each, to be sent on."""
    page = get(f"{made.server.address}/c/{made.card['id']}.{form}")
    assert (page.status, page.headers.get_content_type()) == (200, kind)
    assert made.card["headline"]["text"] in page.text
    for source in made.card["sources"]:
        assert source["url"] in page.text


def test_the_json_export_is_the_card_of_the_api_and_of_the_stream(made: Made) -> None:
    """One card, whichever way it is asked for."""
    exported = get(f"{made.server.address}/c/{made.card['id']}.json")
    assert exported.headers.get_content_type() == "application/json"
    assert json.loads(exported.text) == made.card
    assert made.server.ask("GET", f"/api/v1/cards/{made.card['id']}") == (200, made.card)


def test_another_spelling_of_the_address_gets_the_same_card_at_once(made: Made) -> None:
    """The old site's name and a share link's tracking make no other thread; nothing is queued."""
    assert made.server.ask("POST", "/api/v1/cards", {"url": OLD_SPELLING}) == (200, made.card)


def test_the_card_outlives_the_processes_that_made_it(tmp_path: Path) -> None:
    """SIGTERM ends server, workers and valkey within seconds; the next start finds the card, unchanged."""
    first = Server(tmp_path / "data", "--web", str(world_path()), log=tmp_path / "log").wait_until_ready()
    try:
        card = make_card(first).card
        family = first.family()
        assert len(family) >= 5
        assert first.stop() < 8
    finally:
        first.kill()
    assert all_gone(family)

    second = Server(tmp_path / "data", "--web", str(world_path()), log=tmp_path / "log").wait_until_ready()
    try:
        status, known = second.ask("POST", "/api/v1/cards", {"url": OLD_SPELLING})
        assert (status, known | {"permalink": None}) == (200, card | {"permalink": None})
        page = get(second.address + urlsplit(card["permalink"]).path)
        assert card["headline"]["text"] in words(parse(page.text).text_content())
        family = second.family()
        second.stop()
    finally:
        second.kill()
    assert all_gone(family)
