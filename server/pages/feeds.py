"""Feeds of everything, of a shelf, or of a search."""

from email.utils import format_datetime

from litestar import Controller, get
from litestar.types import ASGIApp

from server.core.card import AUDIENCES, CATEGORIES
from server.core.errors import InvalidRequest
from server.core.shelves import EVERYTHING, Shelf
from server.giving import give_list
from server.pages.feed_entries import Feed, entry_of, lasting_id, to_atom, to_json
from server.pages.search import MOST_ASKED
from server.pages.shelf_addresses import feed_path, path_of, search_path
from server.parts import Parts, PartsArgument
from server.ready_answers import ATOM, JSON_FEED, ReadyAnswer

MOST = 40  # entries; with all their takeaways some 100 KB, 25 packed


class FeedsController(Controller):
    """`?q=`, `?site=`, `?community=`, `?category=`, `?audience=` narrow them."""

    include_in_schema = False

    @get("/feed.atom")
    async def read_atom(
        self,
        parts: PartsArgument,
        q: str = "",
        site: str = "",
        community: str = "",
        category: str = "",
        audience: str = "",
    ) -> ASGIApp:
        """Atom, RFC 4287."""
        return await _give(parts, "atom", q, _shelf_of(site, community, category, audience))

    @get("/feed.json")
    async def read_json(
        self,
        parts: PartsArgument,
        q: str = "",
        site: str = "",
        community: str = "",
        category: str = "",
        audience: str = "",
    ) -> ASGIApp:
        """JSON Feed 1.1."""
        return await _give(parts, "json", q, _shelf_of(site, community, category, audience))


async def _give(parts: Parts, form: str, q: str, shelf: Shelf) -> ReadyAnswer:
    """Neither searches are kept nor feeds without a card: there is no end of them, and what is kept for many would make
    room."""
    q = q.strip()[:MOST_ASKED]

    async def make() -> ReadyAnswer:
        feed = await make_feed(parts, shelf, q)
        modified = {"last-modified": format_datetime(feed.updated_at, usegmt=True)}
        body, media = (to_atom(feed), ATOM) if form == "atom" else (to_json(feed), JSON_FEED)
        return ReadyAnswer(body, media, cache="no-cache", headers=modified, packs=True)

    is_kept = not q and (shelf == EVERYTHING or await parts.store.count_cards(shelf) > 0)
    return await (give_list(parts, feed_path(form, shelf), make) if is_kept else make())


async def make_feed(parts: Parts, shelf: Shelf, q: str) -> Feed:
    """The newest cards of a shelf, or of a search on it."""
    found = await parts.store.list_cards(shelf, q=q or None, limit=MOST)
    stored = {each.card.id: each.card for each in await parts.store.load_listed([summary.id for summary in found])}
    home = search_path(q, shelf) if q else path_of(shelf) or search_path(None, shelf)
    return Feed(
        id=lasting_id("feed", f"{shelf.key} {q}"),
        title=_title(shelf, q),
        home=parts.address + home,
        atom=parts.address + feed_path("atom", shelf, q),
        json=parts.address + feed_path("json", shelf, q),
        entries=[entry_of(stored[each.id], each, parts.address) for each in found if each.id in stored],
    )


def _title(shelf: Shelf, q: str) -> str:
    about = shelf.community or shelf.site or shelf.category or (shelf.audience and f"for {shelf.audience}")
    return "Threadproof" + (f": {about}" if about else "") + (f", search for “{q}”" if q else "")


def _shelf_of(site: str, community: str, category: str, audience: str) -> Shelf:
    """InvalidRequest for what no list has."""
    shelf = Shelf(site=site or None, community=community or None, category=category or None, audience=audience or None)
    if (category and category not in CATEGORIES) or (audience and audience not in AUDIENCES):
        raise InvalidRequest("There is no such category or audience. The front page names them all.")
    if bool(site or community) + bool(category) + bool(audience) > 1:
        raise InvalidRequest("A feed is of one place, one category or one audience. Narrow it by words: `q`.")
    return shelf if shelf != Shelf() else EVERYTHING
