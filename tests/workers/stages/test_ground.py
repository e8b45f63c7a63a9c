"""Grounding as a whole: on a pretend web whose seconds take no time, and on the sample world."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from server.core.jobs import StageEvent
from server.core.ports import Extractor, Fetcher, Page, Searcher
from server.core.queries import heuristic_queries
from server.core.source import Document
from server.core.thread import Thread
from server.core.urls import canonical_url
from server.sample import THREAD_URL, world_path
from server.settings import Settings
from tests.evidence import make_comment, make_thread
from tests.fakes import NOON, MemoryProgress, make_job
from tests.workers.stages.pretend_web import Listing, Place, PretendWeb, names_of, place, run_jumping
from workers.adapters.extraction import InProcessExtractor
from workers.adapters.recorded_web import RecordedWeb
from workers.parts import Web
from workers.stages.ground import Grounding, ground_thread
from workers.stages.read import read_thread
from workers.stages.tell import Teller

NAMES = """
    amber birch cedar dahlia elder fern gorse hazel iris juniper kelp larch maple nettle oak poppy quince rowan sage
    thyme
    """.split()
THREAD = make_thread(make_comment("The lighthouse at Kestrel Point has been dark since 1998."))
OFF = (
    "A sourdough loaf in three days\n\nFeed the starter, fold the dough, bake until the crust is dark. Salt goes last."
)


class Ground:
    """One grounding on the pretend web: what came of it, how long it took, what was told."""

    def __init__(
        self,
        web: PretendWeb,
        *searchers: Searcher,
        thread: Thread = THREAD,
        queries: Sequence[str] | None = None,
        more: AsyncIterator[str] | None = None,
        **settings: Any,
    ) -> None:
        self.glimpses: list[tuple[list[str], float]] = []
        self.progress = MemoryProgress(silence_s=0.01)
        teller = Teller(make_job(), self.progress)
        asked = heuristic_queries(thread) if queries is None else queries

        async def work() -> Grounding:
            chosen = Settings(data=Path("/nowhere"), **settings)
            sought = Web(web, web, tuple(searchers))
            found = await ground_thread(thread, asked, sought, web, teller, chosen, more, self._glimpse)
            self.took_s = asyncio.get_running_loop().time()
            self.left_over = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            return found

        self.came = run_jumping(work())
        assert self.left_over == []
        assert web.under_way == set()

    async def _glimpse(self, documents: list[Document]) -> None:
        self.glimpses.append((names_of([each.url for each in documents]), asyncio.get_running_loop().time()))

    @property
    def sources(self) -> list[str]:
        return names_of([document.url for document in self.came.documents])

    @property
    def reasons(self) -> dict[str, str]:
        return {names_of([page.url])[0]: page.reason for page in self.came.unread}

    def stages(self) -> list[StageEvent]:
        async def read() -> list[StageEvent]:
            found: list[StageEvent] = []
            async for numbered in self.progress.follow(make_job().id):
                if numbered is None:
                    return found
                if isinstance(numbered.event, StageEvent):
                    found.append(numbered.event)
            return found

        return asyncio.run(read())


def places(count: int, *, slow_every: int = 0, takes_s: float = 0.3) -> list[Place]:
    """Pages on the subject, every so many of them taking eight seconds."""
    slow = [slow_every and n % slow_every == slow_every - 1 for n in range(count)]
    return [place(name, takes_s=8.0 if late else takes_s) for name, late in zip(NAMES, slow, strict=False)]


# ---- time ----------------------------------------------------------------------------------------------


def test_twelve_pages_take_as_long_as_one() -> None:
    """A search of 400 ms, pages of 300 ms."""
    found = places(12)
    ground = Ground(PretendWeb(*found), Listing(*found, takes_s=0.4))
    assert ground.took_s == pytest.approx(0.7, abs=0.01)
    assert len(ground.came.documents) == 7


@pytest.mark.parametrize("count", [12, 20])
def test_every_fifth_page_taking_eight_seconds_costs_a_grace(count: int) -> None:
    """0.3 s are allowed."""
    found = places(count, slow_every=5)
    ground = Ground(PretendWeb(*found), Listing(*found, takes_s=0.4))
    assert ground.took_s <= 0.7 + 0.16
    assert len(ground.came.documents) == 7
    late = [reason for reason in ground.reasons.values() if reason.startswith("not waited for: no answer within")]
    assert len(late) >= 2


def test_the_first_page_on_the_subject_is_given_when_it_is_read_not_when_all_are() -> None:
    """Once, however many follow; a page about something else is none."""
    off = place("off", text=OFF, takes_s=0.1)
    found = [off, place("amber", takes_s=0.2), *places(12)[1:6], *[place("thyme", takes_s=1.5)]]
    ground = Ground(PretendWeb(*found), Listing(*found, takes_s=0.4))
    assert ground.glimpses == [(["amber"], pytest.approx(0.6, abs=0.01))]
    assert ground.took_s > 0.69


def test_where_no_page_can_be_read_none_is_given() -> None:
    """Nor is the thread's own page one."""
    found = [place(name, unreadable=True) for name in NAMES[:4]]
    assert Ground(PretendWeb(*found), Listing(*found)).glimpses == []


def test_pages_are_asked_for_when_the_first_provider_answers() -> None:
    """Whatever the slowest one takes; with enough read it is not waited for, and that is not a failing of the web."""
    found = places(12)
    web = PretendWeb(*found)
    ground = Ground(web, Listing(*found, takes_s=9.0, name="slow"), Listing(*found, takes_s=0.1))
    assert min(at for _, at in web.asked) == pytest.approx(0.1)
    assert ground.took_s < 1.0
    assert ground.came.without_web is None


def test_what_a_later_search_finds_can_come_before_what_an_earlier_one_found() -> None:
    """Half the places are kept for it, for a quarter of a second."""
    early, late = places(12), [place(name, takes_s=0.3) for name in NAMES[12:18]]
    web = PretendWeb(*early, *late)
    Ground(web, Listing(*early, takes_s=0.1), Listing(*late, takes_s=0.3, name="late"))
    first, second = names_of(web.order[:6]), names_of(web.order[6:12])
    assert set(first) <= set(NAMES[:12])
    assert len(set(second) & set(NAMES[12:18])) >= 3


def test_the_page_that_the_post_links_to_is_asked_for_before_anything_was_found() -> None:
    """It needs no search."""
    linked = place("keeper", takes_s=0.2)
    found = places(12)
    web = PretendWeb(linked, *found)
    ground = Ground(web, Listing(*found, takes_s=0.4), thread=make_thread(links=(linked.url,)))
    assert web.asked[0] == (linked.url, 0.0)
    assert "keeper" in ground.sources


def test_a_slow_page_is_overtaken_by_the_next_best() -> None:
    """Where too few came to be enough, the next are started while it is still under way."""
    slow, quick = [place(name, takes_s=30.0) for name in NAMES[:8]], [place(name, takes_s=0.3) for name in NAMES[8:]]
    web = PretendWeb(*slow, *quick)
    ground = Ground(web, Listing(*slow, *quick), queries=["Kestrel Point lamp"], max_pages=12)
    assert len(ground.came.documents) >= 6
    assert ground.took_s < 2.5


def test_all_pages_hanging_ends_at_the_deadline() -> None:
    """And every one of them says so."""
    found = [place(name, takes_s=1e6) for name in NAMES]
    ground = Ground(PretendWeb(*found), Listing(*found), fetch_deadline_s=2.0)
    assert ground.took_s == pytest.approx(2.0)
    assert ground.came.documents == []
    assert "too slow: no answer within 2 s" in ground.reasons.values()


def test_a_search_that_never_answers_ends_within_two_deadlines() -> None:
    """And the card says that it had no web, and why."""
    ground = Ground(PretendWeb(), Listing(takes_s=1e6, name="Sleepy search"), fetch_deadline_s=2.0)
    assert ground.took_s <= 4.0
    assert ground.came.without_web == "Sleepy search did not answer in time."


def test_a_page_that_takes_ages_to_be_read_costs_two_seconds_at_most() -> None:
    """A hostile one may keep its extraction busy until that is killed."""

    class Tangled(PretendWeb):
        async def extract(self, page: Page) -> Document:
            if "amber" in page.url:
                await asyncio.sleep(60)
            return await super().extract(page)

    found = places(12)
    ground = Ground(Tangled(*found), Listing(*found, takes_s=0.4))
    assert ground.took_s == pytest.approx(0.7 + 2.0, abs=0.01)
    assert len(ground.came.documents) == 7


def test_a_fetch_that_will_not_be_cancelled_is_left_behind() -> None:
    """After two seconds; nothing may hang."""

    class Stubborn(PretendWeb):
        async def fetch(self, url: str, **options: Any) -> Page:
            try:
                await asyncio.sleep(1e3)
            except asyncio.CancelledError:
                await asyncio.sleep(20)
            raise AssertionError

    async def work() -> float:
        found, web = places(3), Stubborn(*places(3))
        teller, chosen = Teller(make_job(), MemoryProgress()), Settings(data=Path("/nowhere"), fetch_deadline_s=1.0)
        await ground_thread(THREAD, ["lamp"], Web(web, web, (Listing(*found),)), web, teller, chosen)
        return asyncio.get_running_loop().time()

    assert run_jumping(work()) == pytest.approx(3.0, abs=0.1)


# ---- failing -------------------------------------------------------------------------------------------


def test_pages_that_fail_are_replaced_and_say_why() -> None:
    """Each place is used until something was read."""
    bad = [
        place("amber", refuses="Not read: amber.example answered 503."),
        place("birch", unreadable=True),
        place("cedar", refuses="Refused by robots.txt."),
    ]
    more_bad = [place(name, refuses=f"Not read: {name}.example answered 500.") for name in NAMES[3:9]]
    found = [*more_bad, *[place(name) for name in NAMES[9:]]]
    web = PretendWeb(*bad, *found)
    ground = Ground(web, Listing(*found), thread=make_thread(links=tuple(page.url for page in bad)))
    assert len(ground.came.documents) == 7
    assert len(web.asked) > 12
    assert ground.reasons["amber"] == "Not read: amber.example answered 503."
    assert ground.reasons["birch"] == "Not read: paywall."
    assert ground.reasons["cedar"] == "Refused by robots.txt."


def test_where_a_page_cannot_be_had_its_copy_elsewhere_stands_in() -> None:
    """The search knew both as one text."""
    first = place("amber", refuses="Not read: paywall.")
    copy = Place(url="https://mirror.example/amber-lamp", text=first.text)
    web = PretendWeb(first, copy)
    ground = Ground(web, Listing(first, copy), queries=["Kestrel Point lamp"])
    assert names_of(web.order) == ["amber", "mirror"]
    assert ground.sources == ["mirror"]
    assert ground.reasons == {"amber": "Not read: paywall."}


def test_one_provider_failing_is_told_and_costs_nothing() -> None:
    """In the search stage's note, beside what the other found."""
    found = places(8)
    ground = Ground(PretendWeb(*found), Listing(fails="Brave answered 429."), Listing(*found))
    assert len(ground.came.documents) == 7
    assert ground.came.without_web is None
    assert "8 results; Brave answered 429." in [event.note for event in ground.stages()]


def test_all_providers_failing_is_why_there_is_no_web() -> None:
    """Each with its own words."""
    ground = Ground(PretendWeb(), Listing(fails="Brave answered 429."), Listing(fails="Tavily answered 401."))
    assert ground.came == Grounding([], (), "Brave answered 429. Tavily answered 401.")


def test_a_fault_of_ours_is_raised_and_leaves_nothing_under_way() -> None:
    """Only what the web does is forgiven."""

    class Faulty(PretendWeb):
        async def extract(self, page: Page) -> Document:
            raise ZeroDivisionError

    found = places(6, slow_every=2)
    web = Faulty(*found)
    with pytest.raises(ZeroDivisionError):
        Ground(web, Listing(*found))
    assert web.under_way == set()


def test_a_searcher_that_breaks_is_raised_too() -> None:
    """It is a fault of ours as well."""

    class Breaking(Listing):
        async def search(self, query: str, *, limit: int = 10) -> list[Any]:
            raise KeyError(query)

    with pytest.raises(KeyError):
        Ground(PretendWeb(), Breaking())


# ---- questions -----------------------------------------------------------------------------------------


async def speak(*said: tuple[float, str]) -> AsyncIterator[str]:
    """Questions, each so many seconds after the one before."""
    for pause_s, query in said:
        await asyncio.sleep(pause_s)
        yield query


def test_each_further_question_is_asked_the_moment_it_comes() -> None:
    """While there is not enough."""
    found = places(3)
    search = Listing(*found, takes_s=0.1)
    more = speak((0.5, "harbour board of Kestrel Point"), (0.25, "who pays for a lighthouse"))
    Ground(PretendWeb(*found), search, queries=["lamp relit"], more=more)
    assert search.asked[:3] == [
        ("lamp relit", 0.0), ("harbour board of Kestrel Point", 0.5), ("who pays for a lighthouse", 0.75),
    ]  # fmt: skip


def test_half_the_questions_are_the_writers_and_ours_if_it_asks_fewer() -> None:
    """A model that read the thread asks better than what a title gives."""
    ours = [f"lamp question {word}" for word in NAMES[:6]]
    theirs = [(0.1, f"who {word} the harbour") for word in ("pays", "lights", "cleans")]
    many, few, none = (Listing(place("amber")) for _ in range(3))
    web = PretendWeb(place("amber"))
    Ground(web, many, queries=ours, more=speak(*theirs), most_queries=6)
    assert many.queries[:3] == ours[:3]
    assert many.queries[3:6] == [query for _, query in theirs]
    Ground(web, few, queries=ours, more=speak(*theirs[:1]), most_queries=6)
    assert few.queries == [*ours[:3], theirs[0][1], *ours[3:5]]
    Ground(web, none, queries=ours, more=speak(), most_queries=6)
    assert none.asked == [(query, 0.0) for query in ours]


def test_never_more_questions_are_asked_than_the_setting_allows() -> None:
    """Ours, the writer's and those that widen, together."""
    search = Listing(place("amber"))
    more = speak(*[(0.01, f"question number {word}") for word in NAMES])
    Ground(PretendWeb(place("amber")), search, queries=["one lamp", "two lighthouses"], more=more, most_queries=4)
    assert len(search.asked) == 4


def test_questions_that_never_come_hold_up_nothing_that_has_enough() -> None:
    """And a writer that never asks is waited for no longer than the deadline otherwise."""
    found = places(12)
    assert Ground(PretendWeb(*found), Listing(*found), more=speak((1e6, "never"))).took_s < 0.5
    assert Ground(PretendWeb(), Listing(), more=speak((1e6, "never")), fetch_deadline_s=2.0).took_s <= 4.0


def test_the_search_widens_by_what_the_first_pages_say() -> None:
    """Once, and only where little was found."""
    first, second = places(2), [place(name) for name in NAMES[5:9]]
    narrow, wide = Listing(*first), Listing(*second, only=first[0].hit.title.split()[0])
    ground = Ground(PretendWeb(*first, *second), narrow, wide, queries=["Kestrel Point lamp"])
    assert set(ground.sources) == {"amber", "birch", *NAMES[5:9]}
    plenty = Listing(*places(12))
    Ground(PretendWeb(*places(12)), plenty, queries=["Kestrel Point lamp"])
    assert plenty.queries == ["Kestrel Point lamp"]


# ---- what is read --------------------------------------------------------------------------------------


def test_where_reports_have_it_from_is_read_too() -> None:
    """A page that no search found, and that two of the pages found link to."""
    origin = place("harbourboard", text=place("harbourboard").text)
    found = [place(name, links=(origin.url + "/notice/7",)) for name in NAMES[:9]]
    web = PretendWeb(Place(url=origin.url + "/notice/7", text=origin.text), *found)
    ground = Ground(web, Listing(*found), queries=["Kestrel Point lamp"])
    assert "harbourboard" in names_of(web.order)
    assert "harbourboard" in ground.sources or ground.reasons["harbourboard"] == "read, not needed"


def test_pages_about_something_else_are_no_sources() -> None:
    """Whoever finds them."""
    bread = Place(url="https://bread.example/loaf", text=OFF, title="Kestrel Point council votes to relight its lamp")
    found = [bread, *places(4)]
    ground = Ground(PretendWeb(*found), Listing(*found))
    assert "bread" not in ground.sources
    assert ground.reasons["bread"] == "read, but about something else"


def test_what_an_operator_blocks_is_not_asked_for() -> None:
    """Neither found nor linked."""
    found = places(4)
    web = PretendWeb(*found)
    thread = make_thread(links=(found[0].url,))
    ground = Ground(web, Listing(*found), thread=thread, blocked_sites=("amber.example", "birch.example"))
    assert not {"amber", "birch"} & set(names_of(web.order))
    assert set(ground.sources) == {"cedar", "dahlia"}


def test_the_forum_that_the_thread_stands_in_is_not_asked_about_it() -> None:
    """Another of its pages cannot confirm it."""
    other = Place(url="https://www.reddit.com/r/Lighthouses/comments/2other/again/", text=place("again").text)
    found = [other, *places(3)]
    web = PretendWeb(*found)
    Ground(web, Listing(*found), thread=make_thread(links=(other.url,)))
    assert other.url not in web.order


def test_searching_and_fetching_are_told_side_by_side() -> None:
    """Each from its first moment to its last."""
    found = places(12)
    ground = Ground(PretendWeb(*found), Listing(*found, takes_s=0.1), Listing(*found, takes_s=0.35, name="late"))
    told = [(event.stage, event.state) for event in ground.stages()]
    assert told == [
        ("search", "started"), ("fetch", "started"), ("search", "done"), ("fetch", "done"), ("rank", "started"),
        ("rank", "done"),
    ]  # fmt: skip


def test_a_stage_for_which_there_was_nothing_is_told_all_the_same() -> None:
    """So that nobody waits for it."""
    told = [(event.stage, event.state, event.note) for event in Ground(PretendWeb()).stages()]
    assert ("search", "done", "nothing found") in told
    assert ("fetch", "done", "0 of 0 pages read") in told


# ---- chance --------------------------------------------------------------------------------------------


class Unsteady:
    """Searcher, Fetcher and Extractor that answer at once, but each time after another number of turns of the loop."""

    name = "unsteady"

    def __init__(self, world: RecordedWeb, seed: int) -> None:
        self._world, self._extractor, self._chance = world, InProcessExtractor(), random.Random(seed)

    async def _dawdle(self) -> None:
        for _ in range(self._chance.randrange(6)):
            await asyncio.sleep(0)

    async def search(self, query: str, *, limit: int = 10) -> list[Any]:
        return await self._world.search(query, limit=limit)

    async def fetch(self, url: str, **options: Any) -> Page:
        return await self._world.fetch(url, **options)

    async def extract(self, page: Page) -> Document:
        await self._dawdle()
        return await self._extractor.extract(page)


async def ground_sample(web: Any, extractor: Extractor, fetcher: Fetcher) -> Grounding:
    thread = await read_thread(
        canonical_url(THREAD_URL), fetcher=fetcher, extractor=InProcessExtractor(), capture=None, now=NOON
    )
    teller, chosen = Teller(make_job(), MemoryProgress()), Settings(data=Path("/nowhere"))
    return await ground_thread(thread, heuristic_queries(thread), Web(fetcher, web, (web,)), extractor, teller, chosen)


def test_on_a_recorded_world_the_outcome_does_not_depend_on_the_order_of_instant_answers() -> None:
    """Twenty runs, each with the pages read in another order: the same sources, the same unread, in the same order."""
    world = RecordedWeb(world_path())
    runs = []
    for seed in range(20):
        web = Unsteady(world, seed)
        came = asyncio.run(ground_sample(web, web, world))
        runs.append((tuple(document.url for document in came.documents), came.unread, came.without_web))
    assert len(set(runs)) == 1
    assert len(runs[0][0]) >= 5
