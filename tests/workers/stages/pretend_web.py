"""A pretend web for grounding: pages that answer after a while or not at all, searches that list them; and a loop whose
clock jumps to the next timer, so that seconds of waiting take none."""

import asyncio
import random
import selectors
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

import msgspec

from server.core.errors import SourceUnavailable, SourceUnreadable
from server.core.ports import Hit, Page
from server.core.source import Document
from tests.evidence import make_page
from tests.fakes import NOON

T = TypeVar("T")

FILLING = """
    tide gull rope brick paint winter harbour ferry storm granite ledger census trawler breakwater chart almanac foghorn
    bakery chapel quarry postmaster regatta slipway heron otter anchor signal mast parish bell cove dune marsh
    """.split()


def story_of(name: str) -> str:
    """A page on the lighthouse thread's subject that shares its subject with others, and few words in a row."""
    chance = random.Random(name)
    told = []
    for fact in (
        "council voted to relight the lamp",
        "lamp has been dark since 1998",
        "lighthouse keepers asked for it",
    ):
        first, second, third = (" ".join(chance.sample(FILLING, 3)) for _ in range(3))
        told.append(f"{first.capitalize()}: at Kestrel Point the {fact}, said the {name} {second}. The {third} agreed.")
    title = f"{' '.join(chance.sample(FILLING, 2)).capitalize()} of {name}, and Kestrel Point's lamp"
    return "\n\n".join([title, *told])


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """An address of the pretend web."""

    url: str
    text: str
    title: str = ""
    takes_s: float = 0.0
    refuses: str | None = None  # what its failing says
    unreadable: bool = False
    links: tuple[str, ...] = ()

    @property
    def hit(self) -> Hit:
        """How a search shows it."""
        title, _, said = self.text.partition("\n\n")
        return Hit(self.url, self.title or title, said[:160])


def place(name: str, **changes: Any) -> Place:
    """A page on the subject, on a site of its own."""
    return msgspec.structs.replace(Place(url=f"https://{name}.example/lamp", text=story_of(name)), **changes)


class PretendWeb:
    """Fetcher and Extractor over places. `asked` holds (address, when); `under_way` what has not come to its end."""

    def __init__(self, *places: Place) -> None:
        self.places = {each.url: each for each in places}
        self.asked: list[tuple[str, float]] = []
        self.under_way: set[str] = set()

    async def fetch(
        self, url: str, *, accept: str = "*/*", max_bytes: int = 5_000_000, timeout_s: float = 10.0
    ) -> Page:
        """After as long as the place takes."""
        self.asked.append((url, asyncio.get_running_loop().time()))
        self.under_way.add(url)
        try:
            found = self.places.get(url)
            if found is None:
                raise SourceUnavailable(f"{url} answered 404.", status=404)
            if found.takes_s:
                await asyncio.sleep(found.takes_s)
            if found.refuses:
                raise SourceUnavailable(found.refuses)
            return Page(url=url, media_type="text/plain", charset="utf-8", body=found.text.encode(), retrieved_at=NOON)
        finally:
            self.under_way.discard(url)

    async def extract(self, page: Page) -> Document:
        """The place's text as it is."""
        found = self.places[page.url]
        if found.unreadable:
            raise SourceUnreadable("Not read: paywall.")
        site = page.url.split("/")[2]
        return make_page("x", page.body.decode(), url=page.url, site=site, links=found.links)

    @property
    def order(self) -> list[str]:
        """Addresses in the order they were asked for."""
        return [url for url, _ in self.asked]


class Listing:
    """A Searcher that finds these places whatever it is asked, or fails; `asked` holds (query, when)."""

    def __init__(
        self, *places: Place, takes_s: float = 0.0, fails: str | None = None, name: str = "listing", only: str = ""
    ) -> None:
        self.name, self._hits = name, [each.hit for each in places]
        self._takes_s, self._fails, self._only = takes_s, fails, only
        self.asked: list[tuple[str, float]] = []

    async def search(self, query: str, *, limit: int = 10) -> list[Hit]:
        """The same for every query that holds `only`."""
        self.asked.append((query, asyncio.get_running_loop().time()))
        if self._takes_s:
            await asyncio.sleep(self._takes_s)
        if self._fails:
            raise SourceUnavailable(self._fails)
        return self._hits[:limit] if self._only in query else []

    @property
    def queries(self) -> list[str]:
        """What it was asked."""
        return [query for query, _ in self.asked]


class _Jumping(selectors.DefaultSelector):
    """Waits for nothing: the time that would pass is added to the loop's clock."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise RuntimeError("everything waits, and nothing will ever happen")
        self.now += max(0.0, timeout)
        return super().select(0)


class JumpingLoop(asyncio.SelectorEventLoop):
    """A loop on which sleeping takes no time but its own clock's."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


def run_jumping(work: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run` on such a loop."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(work)


def names_of(urls: Sequence[str]) -> list[str]:
    """The first label of each address's host."""
    return [url.split("/")[2].split(".")[0] for url in urls]
