"""How a card is made, from job to saved version, on fakes and the sample world."""

import asyncio
import json
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server.core.card import Card, list_claims
from server.core.errors import SourceUnavailable, ThreadTooThin, ThreadUnavailable
from server.core.jobs import STAGES, CardKey, Event, Job, SectionEvent, StageEvent
from server.core.ports import Fetcher, Hit, Page, Searcher
from server.core.urls import canonical_url
from server.core.words import word_count
from server.sample import THREAD_URL, world_path
from server.settings import Settings
from tests.fakes import NOON, MemoryCardStore, MemoryJobQueue, MemoryProgress, make_job
from workers.adapters.extraction import InProcessExtractor
from workers.adapters.recorded_web import RecordedWeb
from workers.parts import Parts, Web
from workers.pipeline import make_card
from workers.writers.extractive import ExtractiveWriter

pytestmark = pytest.mark.anyio
SAMPLE = RecordedWeb(world_path())
MANIFEST = json.loads((world_path() / "world.json").read_text())
KEY = CardKey(canonical_url(THREAD_URL).key)


class Office:
    """One job with its parts; the web is the sample world unless told otherwise."""

    def __init__(
        self,
        fetcher: Fetcher = SAMPLE,
        searchers: Sequence[Searcher] = (SAMPLE,),
        url: str = THREAD_URL,
        **settings: Any,
    ) -> None:
        self.store, self.progress = MemoryCardStore(), MemoryProgress(silence_s=0.01)
        self.job: Job = make_job(key=CardKey(canonical_url(url).key), url=url, attempt=1)
        web = Web(fetcher, fetcher, tuple(searchers))
        self.parts = Parts(
            store=self.store,
            progress=self.progress,
            queue=MemoryJobQueue(),
            web=web,
            sample=web,
            extractor=InProcessExtractor(),
            writer=ExtractiveWriter(),
            clock=lambda: NOON,
            settings=Settings(data=Path("/nowhere"), public_address="https://cards.example", **settings),
        )

    async def make(self) -> Card:
        return await make_card(self.job, self.parts)

    async def events(self) -> list[Event]:
        """All that was told, in order."""
        found: list[Event] = []
        async for numbered in self.progress.follow(self.job.id):
            if numbered is None:
                break
            found.append(numbered.event)
        return found

    async def stored_texts(self, card: Card) -> dict[int, str]:
        """The text that each source was quoted from."""
        found = {s.n: await self.store.load_source(card.id, card.version, s.n) for s in card.sources}
        return {n: stored.text for n, stored in found.items() if stored}


class Handed:
    """A fetcher that answers for some addresses as it is told, and leaves the rest to the sample."""

    def __init__(self, *, sleep_s: float = 0.0, fails: bool = False, only: str = "") -> None:
        self.sleep_s, self.fails, self.only, self.asked = sleep_s, fails, only, 0

    async def fetch(
        self, url: str, *, accept: str = "*/*", max_bytes: int = 5_000_000, timeout_s: float = 10.0
    ) -> Page:
        if "reddit.com" not in url and self.only in url:
            self.asked += 1
            if self.fails:
                raise SourceUnavailable(f"{url} answered 503.", status=503)
            await asyncio.sleep(self.sleep_s)
        return await SAMPLE.fetch(url, accept=accept, max_bytes=max_bytes, timeout_s=timeout_s)


class Broken:
    """A searcher whose provider is down."""

    name = "broken"

    async def search(self, query: str, *, limit: int = 10) -> list[Hit]:
        raise SourceUnavailable("The search provider answered 502.")


class Listing:
    """A searcher that always finds the same."""

    name = "listing"

    def __init__(self, *urls: str) -> None:
        self.hits = [Hit(url, "", "") for url in urls]

    async def search(self, query: str, *, limit: int = 10) -> list[Hit]:
        return self.hits[:limit]


async def assert_quotes_stand(office: Office, card: Card) -> None:
    """Each quote equals its stored text at its place, and each citation has its quote."""
    texts = await office.stored_texts(card)
    for source in card.sources:
        for quote in source.quotes:
            assert quote.text == texts[source.n][quote.start : quote.end]
    known = {(source.n, quote.id) for source in card.sources for quote in source.quotes}
    for section, claim in list_claims(card):
        assert claim.citations, section
        assert {(c.source, c.quote) for c in claim.citations} <= known


# ---- the sample, whole ------------------------------------------------------------------------------


async def test_the_saved_cards_every_quote_stands_in_its_stored_text() -> None:
    """And what is returned is what the store has."""
    office = Office()
    card = await office.make()
    await assert_quotes_stand(office, card)
    stored = await office.store.find_card(KEY)
    assert stored is not None
    assert stored.card == card
    assert len(await office.stored_texts(card)) == len(card.sources)


async def test_stages_are_told_in_their_order_and_each_comes_to_its_end() -> None:
    """Searching and fetching overlap and may come twice; nothing else does."""
    office = Office()
    await office.make()
    stages = [event for event in await office.events() if isinstance(event, StageEvent)]
    under_way: list[str] = []
    for event in stages:
        if event.state == "started":
            assert not set(under_way) - {"search", "fetch"}
            assert not under_way or event.stage in ("search", "fetch")
            under_way.append(event.stage)
        else:
            under_way.remove(event.stage)
    assert under_way == []
    told = [event.stage for event in stages if event.state == "started"]
    assert list(dict.fromkeys(told)) == list(STAGES)
    assert told[0] == "read"
    assert told[-3:] == ["write", "verify", "save"]
    assert stages[1].note == "13 of 61 comments"


async def test_partial_cards_grow_and_keep_one_id() -> None:
    """A lead before the web was asked, then section after section, none of them in the store."""
    office = Office()
    card = await office.make()
    events = await office.events()
    parts = [event for event in events if isinstance(event, SectionEvent)]
    assert [event.section for event in parts] == [
        "lead", "lead", "tldr", "takeaways", "technical", "discussion", "implications",
    ]  # fmt: skip
    first_search = next(n for n, e in enumerate(events) if isinstance(e, StageEvent) and e.stage == "search")
    assert events.index(parts[0]) < first_search
    assert {event.card.id for event in parts} == {card.id}
    assert {event.card.status for event in parts} == {"partial"}
    assert card.status == "complete"
    sizes = [len(list_claims(event.card)) for event in parts]
    assert sizes == sorted(sizes)
    for one, two in pairwise(parts[1:]):
        assert {claim.text for _, claim in list_claims(one.card)} <= {claim.text for _, claim in list_claims(two.card)}
    assert list_claims(parts[-1].card) == list_claims(card)


async def test_the_samples_card_has_every_section() -> None:
    """The sample is there to show them all."""
    card = await Office().make()
    assert card.insight is not None
    sections = {section for section, _ in list_claims(card)}
    assert sections >= {
        "headline", "what_changed", "why_it_matters", "what_to_do_next", "takeaways", "technical", "discussion",
        "disputed", "implications", "timeline",
    }  # fmt: skip
    assert len(card.insight.takeaways) >= 3
    assert len(card.insight.timeline) >= 2
    assert card.tldr.who_should_care
    assert all(len(dispute.sides) > 1 for dispute in card.disputed)
    assert {claim.kind for _, claim in list_claims(card)} >= {"thread", "web"}


async def test_the_samples_card_keeps_its_length() -> None:
    """An editor's 300 to 550 words, labels and predictions included."""
    card = await Office().make()
    said = [claim.text + " " + (claim.label or "") for _, claim in list_claims(card)]
    said += [item.prediction for item in card.insight.implications] if card.insight else []
    assert 300 <= sum(map(word_count, said)) <= 550


async def test_no_page_on_another_subject_is_cited() -> None:
    """The near miss and the others are told as unread, with the reason."""
    card = await Office().make()
    cited = {source.url for source in card.sources}
    assert not cited & set(MANIFEST["distractors"])
    assert cited - {card.sources[0].url} <= set(MANIFEST["relevant"])
    reasons = {page.url: page.reason for page in card.unread}
    for url in set(MANIFEST["distractors"]) & set(reasons):
        assert reasons[url] == "read, but about something else"


async def test_a_syndicated_copy_is_not_a_second_source() -> None:
    """It is unread as a copy, and nothing is corroborated by it."""
    card = await Office().make()
    (copy,) = [page for page in card.unread if "copy" in page.reason]
    assert copy.url in json.dumps(MANIFEST["copies"])
    assert copy.url not in {source.url for source in card.sources}
    assert card.verification.corroborated == sum(claim.corroborated for _, claim in list_claims(card))


async def test_sources_are_one_list_and_unread_pages_another() -> None:
    """No address is in both, none twice; numbers run from the thread's 1; each is cited."""
    card = await Office().make()
    urls = [source.url for source in card.sources] + [page.url for page in card.unread]
    assert len(urls) == len(set(urls))
    assert [source.n for source in card.sources] == list(range(1, len(card.sources) + 1))
    assert (card.sources[0].kind, card.sources[0].url) == ("thread", card.thread.url)
    assert {c.source for _, claim in list_claims(card) for c in claim.citations} == {s.n for s in card.sources}


async def test_a_card_says_how_it_was_made() -> None:
    """Extractive, no model, what each stage took, how much was read."""
    card = await Office().make()
    made = card.provenance
    assert (made.writer, made.model, made.tokens, made.cost_usd) == ("extractive", None, None, None)
    assert set(made.stages) >= set(STAGES) - {"save"}
    assert made.made_in_s is not None
    assert made.made_in_s < 10
    assert (card.capture.comments_read, card.capture.comments_total, card.capture.via) == (13, 61, "json")
    assert card.permalink.startswith(f"https://cards.example/c/{card.id}-")


async def test_a_second_job_makes_the_next_version_of_the_same_series() -> None:
    """Same id, same words."""
    office = Office()
    one = await office.make()
    two = await office.make()
    assert (two.id, one.version, two.version) == (one.id, 1, 2)
    assert (one.changes, [change["version"] for change in two.changes]) == ((), [2])
    assert [claim.text for _, claim in list_claims(one)] == [claim.text for _, claim in list_claims(two)]


# ---- a web that fails ----------------------------------------------------------------------------------


async def test_a_search_that_fails_makes_the_card_thinner_and_says_so() -> None:
    """The linked page is still read; the stage's note holds the provider's fault."""
    office = Office(searchers=[Broken()])
    card = await office.make()
    await assert_quotes_stand(office, card)
    assert 1 <= len(card.sources) < 7
    notes = [e.note for e in await office.events() if isinstance(e, StageEvent) and e.stage == "search"]
    assert "The search provider answered 502." in notes


async def test_one_provider_failing_beside_one_that_works_costs_nothing() -> None:
    """The same sources as without it."""
    alone, beside = await Office().make(), await Office(searchers=[Broken(), SAMPLE]).make()
    assert [source.url for source in beside.sources] == [source.url for source in alone.sources]


async def test_without_search_and_pages_the_card_says_that_it_had_no_web() -> None:
    """In how it was verified, for people."""
    card = await Office(Handed(fails=True), [Broken()]).make()
    assert card.verification.method.endswith("Written without the web: The search provider answered 502.")


async def test_a_fetcher_where_every_page_fails_still_makes_a_card_of_the_thread() -> None:
    """Each page is unread with its reason; nothing is claimed of the web."""
    office = Office(Handed(fails=True))
    card = await office.make()
    await assert_quotes_stand(office, card)
    assert [source.kind for source in card.sources] == ["thread"]
    assert {claim.kind for _, claim in list_claims(card)} == {"thread"}
    assert card.unread
    assert all("answered 503" in page.reason for page in card.unread)


async def test_no_searcher_at_all_still_makes_a_card() -> None:
    """From the thread and the page it links to."""
    card = await Office(searchers=[]).make()
    assert "https://engineering.fennmark.example/2026/09/08/72-hour-hold/" in {source.url for source in card.sources}


async def test_slow_pages_end_as_unread() -> None:
    """Nothing waits for the slowest; the others are on the card."""
    office = Office(Handed(sleep_s=30, only="tidewire"), fetch_deadline_s=1.0)
    began = time.perf_counter()
    card = await office.make()
    assert time.perf_counter() - began < 6
    late = [page for page in card.unread if "no answer within" in page.reason]
    assert any("tidewire" in page.url for page in late)
    assert not any("www.tidewire" in source.url for source in card.sources)
    assert len(card.sources) > 3
    await assert_quotes_stand(office, card)


async def test_all_pages_slow_make_a_card_of_the_thread() -> None:
    """Within two deadlines at most."""
    began = time.perf_counter()
    card = await Office(Handed(sleep_s=30), fetch_deadline_s=0.3).make()
    assert time.perf_counter() - began < 4
    assert [source.kind for source in card.sources] == ["thread"]
    assert card.unread


async def test_no_more_pages_are_fetched_than_the_setting_allows() -> None:
    """Each round keeps to it, also where it is smaller than the links there are."""
    fetcher = Handed()
    await Office(fetcher, max_pages=2).make()
    assert fetcher.asked <= 4


@pytest.mark.parametrize("odd", ["", "not a url", "http://[::1/x", "ftp://a.example/", "javascript:alert(1)", "\x00"])
async def test_a_search_result_that_is_no_address_is_passed_over(odd: str) -> None:
    """One provider's nonsense costs no card and is no link on it."""
    card = await Office(searchers=[Listing(odd, *MANIFEST["relevant"])]).make()
    assert len(card.sources) > 3
    assert odd not in {page.url for page in card.unread}


async def test_a_search_result_that_leads_back_to_the_thread_is_no_source() -> None:
    """The thread cannot corroborate itself, by whatever address it is found."""
    page = await SAMPLE.fetch(MANIFEST["relevant"][1])

    class Back(Handed):
        async def fetch(self, url: str, **options: Any) -> Page:
            if "short.example" in url:
                return msgspec.structs.replace(page, url=THREAD_URL)
            return await super().fetch(url, **options)

    card = await Office(Back(), [Listing("https://short.example/x", *MANIFEST["relevant"])]).make()
    assert [source.url for source in card.sources].count(card.thread.url) == 1
    assert THREAD_URL not in {page.url for page in card.unread}


async def test_two_addresses_of_one_page_are_one_source() -> None:
    """Neither twice a source nor both source and unread."""
    page = await SAMPLE.fetch(MANIFEST["relevant"][1])

    class Moved(Handed):
        async def fetch(self, url: str, **options: Any) -> Page:
            return page if "moved.example" in url else await super().fetch(url, **options)

    moved = ["https://moved.example/1", "https://moved.example/2"]
    card = await Office(Moved(), [Listing(*moved, *MANIFEST["relevant"])]).make()
    urls = [source.url for source in card.sources] + [unread.url for unread in card.unread]
    assert urls.count(page.url) == 1


# ---- a thread that fails -------------------------------------------------------------------------------


async def test_a_thread_that_cannot_be_had_leaves_nothing_behind() -> None:
    """The error is the reader's, nothing is saved, the stage has no end."""
    office = Office(url="https://www.reddit.com/r/ThreadproofSample/comments/nothere/x/")
    with pytest.raises(ThreadUnavailable):
        await office.make()
    assert await office.store.find_card(office.job.key) is None
    assert await office.events() == [StageEvent("read", "started")]


async def test_a_thread_of_which_nothing_can_be_told_is_too_thin() -> None:
    """A post whose title is invisible, with no comments, where the web is silent."""
    url = "https://www.reddit.com/r/ThreadproofSample/comments/blank1/x/"
    post = {"kind": "t3", "data": {"id": "blank1", "name": "t3_blank1", "title": "\ufeff", "author": "a",
            "selftext": "", "permalink": "/r/ThreadproofSample/comments/blank1/x/", "subreddit": "ThreadproofSample",
            "created_utc": 1788885730, "num_comments": 0, "url": url, "is_self": True}}  # fmt: skip
    listing = [{"kind": "Listing", "data": {"children": [post]}}, {"kind": "Listing", "data": {"children": []}}]

    class Blank(Handed):
        async def fetch(self, url: str, **options: Any) -> Page:
            body = json.dumps(listing).encode()
            return Page(url=url, media_type="application/json", charset="utf-8", body=body, retrieved_at=NOON)

    office = Office(Blank(), [], url=url)
    with pytest.raises((ThreadTooThin, ThreadUnavailable)):
        await office.make()
    assert await office.store.find_card(office.job.key) is None
