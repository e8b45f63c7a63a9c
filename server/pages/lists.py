"""Lists to read in: a community, a site, a category, an audience, and everything from a place on."""

from pathlib import Path

from litestar import Controller, get
from litestar.types import ASGIApp

from server.api.cards import place_in, show_summary
from server.core.card import AUDIENCES, CATEGORIES
from server.core.errors import NotFound
from server.core.ports import CardSummary
from server.core.shelves import Place, Shelf
from server.giving import give_list
from server.pages.answers import ready_page, robots_of
from server.pages.listing import Link, lay_out
from server.pages.rendering import render
from server.pages.shelf_addresses import (
    AUDIENCE_OF,
    CATEGORY_OF,
    REDDIT,
    feed_path,
    going_on,
    is_path_of,
    path_of,
)
from server.parts import Parts, PartsArgument
from server.ready_answers import PassingAnswer, ReadyAnswer, moved

MOST = 30  # cards on a page
CATEGORY_LINKS = [Link(name, path_of(Shelf(category=name))) for name in CATEGORIES]
AUDIENCE_LINKS = [Link(name, path_of(Shelf(audience=name))) for name in AUDIENCES]


class ListsController(Controller):
    """Under /r, /s, /category and /for."""

    include_in_schema = False

    @get("/r/{name:str}")
    async def read_subreddit(self, name: str, parts: PartsArgument, before: str = "") -> ASGIApp:
        """A community of Reddit's; another spelling of its name leads to its own."""
        return await _give_place(parts, Shelf(site=REDDIT, community=f"r/{name}"), f"/r/{name}", before)

    @get("/s/{site:str}")
    async def read_site(self, site: str, parts: PartsArgument, community: str = "", before: str = "") -> ASGIApp:
        """A site; or a community of its whose name would be no path (`?community=`)."""
        shelf = Shelf(site=site, community=community or None)
        return await _give_place(parts, shelf, f"/s/{site}" + (f"?community={community}" if community else ""), before)

    @get("/s/{site:str}/{community:path}")
    async def read_community(self, site: str, community: Path, parts: PartsArgument, before: str = "") -> ASGIApp:
        """A community of any site, as the site writes it."""
        name = str(community).strip("/")
        return await _give_place(parts, Shelf(site=site, community=name), f"/s/{site}/{name}", before)

    @get("/category/{name:str}")
    async def read_category(self, name: str, parts: PartsArgument, before: str = "") -> ASGIApp:
        """One of the ten."""
        if name.lower() not in CATEGORY_OF:
            raise NotFound("There is no such category. The front page names them all.")
        return await _give_fixed(parts, Shelf(category=CATEGORY_OF[name.lower()]), f"/category/{name}", before)

    @get("/for/{name:str}")
    async def read_audience(self, name: str, parts: PartsArgument, before: str = "") -> ASGIApp:
        """One of the eight."""
        if name.lower() not in AUDIENCE_OF:
            raise NotFound("There is no such audience. The front page names them all.")
        return await _give_fixed(parts, Shelf(audience=AUDIENCE_OF[name.lower()]), f"/for/{name}", before)


async def show_list(parts: Parts, shelf: Shelf, found: list[CardSummary], place: Place | None) -> ReadyAnswer:
    """The page of what was found on a shelf from a place on."""
    path = path_of(shelf) or "/"
    robots = robots_of(parts, worth_finding=place is None)
    page = lay_out([show_summary(parts, summary) for summary in found], MOST)
    text = render(
        "listing.html",
        robots=robots,
        shelf=shelf,
        page=page,
        path=path,
        is_first=place is None,
        total=await parts.store.count_cards(shelf),
        older=going_on(path, str(page.older)) if page.older else None,
        atom=feed_path("atom", shelf),
        json=feed_path("json", shelf),
        site=Link(shelf.site, path_of(Shelf(site=shelf.site))) if shelf.site and shelf.community else None,
        categories=CATEGORY_LINKS,
        audiences=AUDIENCE_LINKS,
    )
    return ready_page(text, cache="no-cache", headers={"x-robots-tag": robots})


async def list_some(parts: Parts, shelf: Shelf, place: Place | None) -> list[CardSummary]:
    """A page of them and one more, which tells that there are more."""
    return await parts.store.list_cards(shelf, before=place, limit=MOST + 1)


async def _give_place(parts: Parts, shelf: Shelf, asked: str, before: str) -> ReadyAnswer | PassingAnswer:
    """`asked` is the address without escapes. Cards know how a site spells its names; whoever asks may not."""
    place = place_in(before)

    async def make() -> ReadyAnswer | PassingAnswer:
        found = await list_some(parts, shelf, place)
        known = found or await parts.store.list_cards(shelf, limit=1)
        if not known:
            raise NotFound("No card is from there yet. Paste the address of one of its threads on the front page.")
        proper = Shelf(site=known[0].site, community=known[0].community if shelf.community else None)
        path = path_of(proper)
        if path is not None and not is_path_of(proper, asked):
            return moved(going_on(path, str(place)) if place else path)
        return await show_list(parts, proper, found, place)

    is_plain = place is None and is_path_of(shelf, asked)
    return await (give_list(parts, path_of(shelf) or asked, make) if is_plain else make())


async def _give_fixed(parts: Parts, shelf: Shelf, asked: str, before: str) -> ReadyAnswer | PassingAnswer:
    """A page that is there before it has cards."""
    place = place_in(before)
    path = path_of(shelf) or "/"

    async def make() -> ReadyAnswer | PassingAnswer:
        if asked != path:
            return moved(going_on(path, str(place)) if place else path)
        return await show_list(parts, shelf, await list_some(parts, shelf, place), place)

    return await (give_list(parts, asked, make) if place is None else make())
