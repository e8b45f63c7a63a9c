"""Searching the cards: one field, results newest first, each with the sentence that was found."""

from litestar import Controller, get
from litestar.response import Response

from server.api.cards import place_in, show_summary
from server.core.finding import read_query
from server.core.shelves import Place, Shelf
from server.core.snippets import snippet_of
from server.pages.answers import page
from server.pages.listing import Page, lay_out
from server.pages.lists import AUDIENCE_LINKS, CATEGORY_LINKS, MOST
from server.pages.rendering import render
from server.pages.shelf_addresses import feed_path, search_path
from server.pages.words import web_address
from server.parts import Parts, PartsArgument

MOST_ASKED = 200  # characters; ten words are looked for


class SearchController(Controller):
    """At /search."""

    include_in_schema = False

    @get("/search")
    async def read(
        self, parts: PartsArgument, q: str = "", site: str = "", community: str = "", before: str = ""
    ) -> Response[bytes]:
        """No query is wrong: signs mean nothing, and what is too long is cut."""
        q = q.strip()[:MOST_ASKED]
        shelf = Shelf(site=site or None, community=community or None)
        place = place_in(before)
        found = await find(parts, shelf, q, place) if q else None
        text = render(
            "search.html",
            q=q,
            shelf=shelf,
            where=shelf.community or shelf.site,
            page=found,
            is_first=place is None,
            has_words=read_query(q) is not None,
            address=web_address(q),
            first=search_path(q, shelf),
            older=search_path(q, shelf, str(found.older)) if found and found.older else None,
            elsewhere=search_path(q),
            atom=feed_path("atom", shelf, q),
            json=feed_path("json", shelf, q),
            categories=CATEGORY_LINKS,
            audiences=AUDIENCE_LINKS,
        )
        return page(text, cache="no-cache")


async def find(parts: Parts, shelf: Shelf, q: str, place: Place | None) -> Page:
    """A page of the cards that hold each word, with what was found in each."""
    wanted = read_query(q)
    found = await parts.store.list_cards(shelf, q=q, before=place, limit=MOST + 1)
    if wanted is None:
        return Page([], None)
    stored = await parts.store.load_listed([summary.id for summary in found[:MOST]])
    snippets = {each.card.id: snippet_of(each.card, wanted) for each in stored}
    return lay_out([show_summary(parts, summary) for summary in found], MOST, snippets)
