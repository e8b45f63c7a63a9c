"""The addresses of all public cards, where the operator wants search engines to list them."""

from datetime import UTC

from litestar import Controller, get
from litestar.types import ASGIApp

from server.core.errors import NotFound
from server.core.presentation import permalink
from server.giving import give_list
from server.pages.rendering import render
from server.parts import Parts, PartsArgument
from server.ready_answers import XML, ReadyAnswer

MOST = 1_000  # addresses in a file; sitemaps.org allows 50,000 of both, which would take a second to write


class SitemapController(Controller):
    """Files at the root, as crawlers expect them."""

    include_in_schema = False

    @get("/sitemap.xml")
    async def read_index(self, parts: PartsArgument) -> ASGIApp:
        """The files of the sitemap; one even where there are no cards."""
        _check_wanted(parts)

        async def make() -> ReadyAnswer:
            files = max(1, -(-await parts.store.count_cards() // MOST))
            addresses = [f"{parts.address}/sitemaps/{n}.xml" for n in range(1, files + 1)]
            return _xml("sitemaps.xml", addresses=addresses)

        return await give_list(parts, "/sitemap.xml", make)

    @get("/sitemaps/{name:str}")
    async def read_file(self, name: str, parts: PartsArgument) -> ASGIApp:
        """A thousand cards, those that changed last in the last file."""
        _check_wanted(parts)
        number, _, form = name.partition(".")
        if form != "xml" or not (number.isascii() and number.isdigit() and len(number) < 7) or int(number) < 1:
            raise NotFound("The sitemap's files are named by /sitemap.xml.")

        async def make() -> ReadyAnswer:
            found = await parts.store.list_addresses(first=(int(number) - 1) * MOST, limit=MOST)
            if not found and number != "1":
                raise NotFound("The sitemap's files are named by /sitemap.xml.")
            cards = [
                (permalink(parts.address, each.id, each.headline), each.updated_at.astimezone(UTC).date().isoformat())
                for each in found
            ]
            return _xml("sitemap.xml", cards=cards)

        return await give_list(parts, f"/sitemaps/{name}", make)


def _xml(template: str, **values: object) -> ReadyAnswer:
    return ReadyAnswer(render(template, **values).encode(), XML, cache="no-cache", packs=True)


def _check_wanted(parts: Parts) -> None:
    if not parts.settings.indexing:
        raise NotFound("There is no sitemap: the operator has not asked for search engines.")
