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
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from server.core.card import Card, list_claims
from server.core.errors import SourceError
from server.core.jobs import CardKey
from server.core.urls import canonical_url
from server.core.words import fold
from server.settings import Settings
from tests.fakes import NOON, MemoryCardStore, MemoryJobQueue, MemoryProgress, make_job
from workers.adapters.extraction import InProcessExtractor
from workers.adapters.recorded_web import RecordedWeb
from workers.parts import Parts, Web
from workers.pipeline import make_card
from workers.writers.extractive import ExtractiveWriter

SHARED = Path(__file__).parents[2].parent / "shared"
WORLDS = SHARED / "worlds"
FLOORS: dict[str, Any] = json.loads(Path(__file__).with_name("floors.json").read_text())
NAMES = ("anubis", "ask-hn-papers", "distillation", "obama-ama", "pickle", "reddit-api-terms")

pytestmark = pytest.mark.skipif(not WORLDS.is_dir(), reason=f"the recorded worlds are not at {WORLDS}")


@cache
def manifest(name: str) -> dict[str, Any]:
    return json.loads((WORLDS / name / "world.json").read_text()) if WORLDS.is_dir() else {"threads": [{"url": name}]}


def threads(name: str) -> list[str]:
    """The world's first thread; of `distillation` its title-only Reddit threads as well."""
    listed = manifest(name)["threads"]
    jokes = [thread["url"] for thread in listed[1:] if thread["kind"] == "reddit" and name == "distillation"]
    return [listed[0]["url"], *jokes]


CASES = [pytest.param(name, url, id=f"{name} {url.rstrip('/')[-32:]}") for name in NAMES for url in threads(name)]


@cache
def world(name: str) -> RecordedWeb:
    return RecordedWeb(WORLDS / name)


class Made(msgspec.Struct, frozen=True):
    """A card and the stored text of each of its sources."""

    card: Card
    texts: dict[int, str]


@cache
def made(name: str, url: str) -> Made:
    """Through the pipeline, on fakes; once for all tests."""

    async def make() -> Made:
        web, store = Web(world(name), world(name), (world(name),)), MemoryCardStore()
        parts = Parts(
            store=store,
            progress=MemoryProgress(),
            queue=MemoryJobQueue(),
            web=web,
            sample=web,
            extractor=InProcessExtractor(),
            writer=ExtractiveWriter(),
            clock=lambda: NOON,
            settings=Settings(data=Path("/nowhere")),
        )
        card = await make_card(make_job(key=CardKey(canonical_url(url).key), url=url, attempt=1), parts)
        stored = [await store.load_source(card.id, card.version, source.n) for source in card.sources]
        return Made(card, {source.n: source.text for source in stored if source})

    return asyncio.run(make())


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


@pytest.mark.parametrize(("name", "url"), CASES)
def test_a_card_has_takeaways_and_sources(name: str, url: str) -> None:
    """Three takeaways, and as many web sources as there are sites on the subject, up to four."""
    card = made(name, url).card
    sites = {urlsplit(address).netloc for address in addresses(manifest(name)["relevant"])}
    assert card.insight is not None
    assert len(card.insight.takeaways) >= 3
    floor = FLOORS["web_sources"].get(name, min(4, len(sites)))
    assert len(card.sources) - 1 >= floor


@pytest.mark.parametrize(("name", "url"), CASES)
def test_pages_on_other_subjects_are_not_cited(name: str, url: str) -> None:
    """None among the first four web sources, but for what floors.json admits to."""
    astray = set(addresses(manifest(name)["distractors"]))
    cited = [source.url for source in made(name, url).card.sources[1:5]]
    admitted = FLOORS["distractors_cited"].get(canonical_url(url).thread_id, 0)
    assert len(astray & set(cited)) <= admitted, astray & set(cited)


@pytest.mark.parametrize(("name", "url"), CASES)
def test_every_quote_stands_in_the_stored_text_and_in_the_recorded_page(name: str, url: str) -> None:
    """In the one code point for code point, in the other by its letters and digits."""
    card, texts = made(name, url).card, made(name, url).texts
    for source in card.sources:
        for quote in source.quotes:
            assert quote.text == texts[source.n][quote.start : quote.end]
            assert letters(quote.text) in recorded(name, source.url), quote.text


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


def test_the_key_facts_of_the_event_are_told() -> None:
    """As many of the world's list as before: a fact is told where one claim has its numbers and longest words."""
    listed = manifest("distillation")["key_facts"]
    card = made("distillation", threads("distillation")[0]).card
    claims = [fold(f"{claim.label or ''} {claim.text}") for _, claim in list_claims(card)]
    told = [fact["fact"] for fact in listed if is_told(fact, claims)]
    assert len(told) >= FLOORS["key_facts"], told


def is_told(fact: dict[str, Any], claims: list[str]) -> bool:
    for phrase in map(fold, fact["matched"].values()):
        figures = re.findall(r"\d[\d.,]*\d|\d", phrase)
        longest = sorted(re.findall(r"[^\W\d_]{4,}", phrase), key=len, reverse=True)[:2]
        marks = [*figures, *longest]
        if marks and any(all(mark in claim for mark in marks) for claim in claims):
            return True
    return False
