"""Cards of the recorded worlds beside this repository: what may not get worse. Floors stand in floors.json."""

import asyncio
import html
import json
import re
import subprocess
import sys
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec
import pytest

from server.core.errors import SourceError
from server.core.urls import canonical_url
from server.sample import world_path
from server.settings import Settings
from workers.adapters.recorded_web import RecordedWeb
from workers.evaluation import Made, Maker, Row, load_manifest, score

SHARED = Path(__file__).parents[2].parent / "shared"
WORLDS = SHARED / "worlds"
FLOORS: dict[str, Any] = json.loads(Path(__file__).with_name("floors.json").read_text())
NAMES = ("anubis", "ask-hn-papers", "distillation", "obama-ama", "pickle", "reddit-api-terms")

needs_worlds = pytest.mark.skipif(not WORLDS.is_dir(), reason=f"the recorded worlds are not at {WORLDS}")


class Evaluated(NamedTuple):
    """A thread's card and its scores."""

    made: Made
    row: Row


@cache
def evaluated(folder: Path) -> dict[str, Evaluated]:
    """Every thread of a world, through the pipeline; once for all tests."""

    async def make() -> dict[str, Evaluated]:
        manifest, found = load_manifest(folder), {}
        async with Maker(Settings(data=Path("/nowhere"), web=folder)) as maker:
            for entry in manifest.threads:
                made = await maker.make(entry.url)
                found[entry.url] = Evaluated(made, score(made, entry, manifest))
        return found

    return asyncio.run(make())


def made(name: str, url: str) -> Made:
    return evaluated(WORLDS / name)[url].made


@cache
def manifest(name: str) -> dict[str, Any]:
    return json.loads((WORLDS / name / "world.json").read_text()) if WORLDS.is_dir() else {"threads": [{"url": name}]}


def threads(name: str) -> list[str]:
    """All but the snapshot page of `distillation`, which is an article to us."""
    listed = manifest(name)["threads"]
    return [thread["url"] for thread in listed if thread.get("kind") != "reddit-snapshot-page"]


CASES = [pytest.param(name, url, id=f"{name} {url.rstrip('/')[-32:]}") for name in NAMES for url in threads(name)]


@cache
def world(name: str) -> RecordedWeb:
    return RecordedWeb(WORLDS / name)


def addresses(pages: list[Any]) -> list[str]:
    """Manifests list pages by their address or as entries that hold it."""
    return [page["url"] if isinstance(page, dict) else page for page in pages]


def letters(text: str) -> str:
    """Letters and digits alone, entities and typography resolved."""
    plain = unicodedata.normalize("NFKC", html.unescape(html.unescape(text))).casefold()
    return "".join(ch for ch in plain if ch.isalnum())


def strings(value: Any) -> list[str]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value] if isinstance(value, str) else [text for part in inner for text in strings(part)]


@cache
def recorded(name: str, url: str) -> str:
    """All that was recorded of a page: at its address and, of a thread, at those of its representations."""
    entries = [thread for thread in manifest(name)["threads"] if thread["url"].rstrip("/") == url.rstrip("/")]
    views = [url, *(text for text in strings(entries) if text.startswith("http"))]
    return "".join(letters(found) for view in views for found in page_text(name, view))


def page_text(name: str, url: str) -> list[str]:
    try:
        page = asyncio.run(world(name).fetch(url))
    except SourceError:  # an address of the manifest that was not recorded
        return []
    text = page.body.decode(page.charset or "utf-8", "replace")
    if "json" in page.media_type:
        text = "\n".join(strings(json.loads(text)))
    return [re.sub(r"(?is)<!--.*?-->|<(script|style)\b.*?</\1>|</?[a-z!?][^>]*>", "", html.unescape(text))]


@needs_worlds
@pytest.mark.parametrize(("name", "url"), CASES)
def test_a_card_has_takeaways_and_sources(name: str, url: str) -> None:
    """Three takeaways, and as many web sources as there are sites on the subject, up to four."""
    card = made(name, url).card
    sites = {urlsplit(address).netloc for address in addresses(manifest(name)["relevant"])}
    assert card.insight is not None
    assert len(card.insight.takeaways) >= 3
    floor = FLOORS["web_sources"].get(name, min(4, len(sites)))
    assert len(card.sources) - 1 >= floor


@needs_worlds
@pytest.mark.parametrize(("name", "url"), CASES)
def test_pages_on_other_subjects_are_not_cited(name: str, url: str) -> None:
    """None among the first four web sources, but for what floors.json admits to."""
    astray = set(addresses(manifest(name)["distractors"]))
    cited = [source.url for source in made(name, url).card.sources[1:5]]
    admitted = FLOORS["distractors_cited"].get(canonical_url(url).thread_id, 0)
    assert len(astray & set(cited)) <= admitted, astray & set(cited)


@needs_worlds
@pytest.mark.parametrize(("name", "url"), CASES)
def test_every_quote_stands_in_the_stored_text_and_in_the_recorded_page(name: str, url: str) -> None:
    """In the one code point for code point, in the other by its letters and digits."""
    card, texts = made(name, url).card, made(name, url).texts
    for source in card.sources:
        for quote in source.quotes:
            assert quote.text == texts[source.n][quote.start : quote.end]
            assert letters(quote.text) in recorded(name, source.url), quote.text


@needs_worlds
@pytest.mark.parametrize(("name", "url"), CASES)
def test_the_shared_checker_finds_no_error(name: str, url: str, tmp_path: Path) -> None:
    """Shape, citations and places, by a program that shares no code with us."""
    card, texts = made(name, url).card, made(name, url).texts
    (tmp_path / "card.json").write_bytes(msgspec.json.encode(card))
    for n, text in texts.items():
        (tmp_path / f"{n}.txt").write_bytes(text.encode())
    checker = [sys.executable, str(SHARED / "tools/check_card.py"), str(tmp_path / "card.json")]
    options = ["--texts", str(tmp_path), "--world", str(WORLDS / name)]
    told = subprocess.run([*checker, *options], capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


@needs_worlds
def test_the_key_facts_of_the_event_are_told() -> None:
    """By the ten cards together, as many of the world's list as before."""
    tallies = [each.row.key_facts for each in evaluated(WORLDS / "distillation").values() if each.row.key_facts]
    assert sum(tally.found for tally in tallies) >= FLOORS["key_facts"]
    assert tallies[0].found >= FLOORS["key_facts_of_the_first"]


@needs_worlds
@pytest.mark.parametrize(("name", "url"), CASES)
def test_no_dispute_is_shown_but_those_judged_true(name: str, url: str) -> None:
    """Two honest pages that round differently do not contradict each other."""
    card = made(name, url).card
    assert card is not None
    assert {dispute.about for dispute in card.disputed} <= set(FLOORS["disputed"].get(name, ()))


@needs_worlds
def test_the_dispute_of_the_event_is_found_with_its_first_hand_side() -> None:
    """Both sides in their own words, and which of them speaks of its own doing."""
    card = made("distillation", threads("distillation")[0]).card
    assert card is not None
    (dispute,) = card.disputed
    assert [("MiniMax" in side.text, "Moonshot" in side.text) for side in dispute.sides] == [
        (True, False),
        (False, True),
    ]
    assert dispute.note is not None
    assert dispute.note.label == "First-hand, Anthropic"


@needs_worlds
@pytest.mark.parametrize(("name", "url"), CASES)
def test_all_that_a_manifest_expects_of_a_thread_is_read(name: str, url: str) -> None:
    """And nothing of the page's furniture."""
    extraction = evaluated(WORLDS / name)[url].row.extraction
    assert extraction is not None
    assert extraction.facts.missing == ()
    assert extraction.strange == ()


@needs_worlds
@pytest.mark.parametrize(("name", "url"), CASES)
def test_every_claim_passes_the_gate_once_more(name: str, url: str) -> None:
    """Judged anew by its quotations, as they stand on the card."""
    citations = evaluated(WORLDS / name)[url].row.citations
    assert citations is not None
    assert citations.claims.missing == ()
    assert citations.quotes.missing == ()


def assert_reads_as_well(folder: Path, floor: dict[str, int]) -> None:
    """Of the first twelve pages of all threads together."""
    firsts = [each.row.retrieval.first for each in evaluated(folder).values() if each.row.retrieval]
    assert sum(first.relevant for first in firsts) >= floor["relevant"]
    assert sum(first.distractors for first in firsts) <= floor["distractors"]


@needs_worlds
@pytest.mark.parametrize("name", NAMES)
def test_the_pages_read_are_on_the_subject(name: str) -> None:
    """The first twelve of every thread, those with a title alone among them."""
    assert_reads_as_well(WORLDS / name, FLOORS["read"][name])


@needs_worlds
def test_nine_of_the_first_twelve_pages_are_on_the_subject_where_so_many_are() -> None:
    """And one at most is not."""
    retrieval = evaluated(WORLDS / "distillation")[threads("distillation")[0]].row.retrieval
    assert retrieval is not None
    assert retrieval.first.relevant >= 9
    assert retrieval.first.distractors <= 1


def test_the_pages_read_of_the_sample_are_on_its_subject() -> None:
    """All eight, and one near miss."""
    assert_reads_as_well(world_path(), FLOORS["read"]["sample"])


def test_the_samples_claims_hold() -> None:
    """Its every fact is read, its every quotation located, its every claim passes again."""
    (each,) = evaluated(world_path()).values()
    assert each.row.extraction is not None
    assert each.row.extraction.facts.missing == each.row.extraction.strange == ()
    assert each.row.citations is not None
    assert each.row.citations.claims.missing == each.row.citations.quotes.missing == ()
