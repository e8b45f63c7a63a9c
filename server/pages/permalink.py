"""A card's public address: the page, its versions, its quoted passages, its exports."""

import re

from litestar import Controller, get
from litestar.response import Redirect, Response

from server.api.cards import AnyRequest
from server.core.card import CardSource
from server.core.errors import NotFound
from server.core.ports import StoredCard
from server.core.presentation import card_id_of
from server.pages.answers import page_with_etag
from server.pages.card_page import CardPage, path_of
from server.pages.export_answers import answer_export
from server.pages.passages import cut_passages
from server.pages.rendering import render
from server.parts import CallerArgument, Parts, PartsArgument
from server.reading import load_stored, show_card

EXPORT = re.compile(r"(?P<id>[A-Za-z0-9_-]{1,64})\.(?P<form>[a-z]{2,4})")
VERSION = re.compile(r"(?P<number>[0-9]{1,9})(?:\.(?P<form>[a-z]{2,4}))?")


class PermalinkController(Controller):
    """Under /c."""

    path = "/c"
    include_in_schema = False

    @get("/{reference:str}")
    async def read(
        self, reference: str, parts: PartsArgument, caller: CallerArgument, request: AnyRequest
    ) -> Response[bytes] | Redirect:
        """`{id}-{slug}` is the page; any other slug leads there; `{id}.md` and its like are exports."""
        if match := EXPORT.fullmatch(reference):
            stored = await load_stored(parts, caller, match["id"])
            return await answer_export(parts, stored, match["form"], request, of_version=False)
        stored = await load_stored(parts, caller, card_id_of(reference))
        page = lay_out(parts, stored)
        if page.base != f"/c/{reference}":
            return Redirect(page.base or "/", status_code=301)
        return _answer_page(page, request)

    @get("/{card_id:str}/v/{version:str}")
    async def read_version(
        self, card_id: str, version: str, parts: PartsArgument, caller: CallerArgument, request: AnyRequest
    ) -> Response[bytes]:
        """One version, as it was made: the page, or with a dot and a form behind its number an export."""
        match = VERSION.fullmatch(version)
        if match is None:
            raise NotFound("Versions are numbered from 1. Open the card itself to see which there are.")
        stored = await load_stored(parts, caller, card_id_of(card_id), int(match["number"]))
        if match["form"]:
            return await answer_export(parts, stored, match["form"], request, of_version=True)
        return _answer_page(lay_out(parts, stored), request)

    @get("/{card_id:str}/source/{n:int}")
    async def read_source(
        self,
        card_id: str,
        n: int,
        parts: PartsArgument,
        caller: CallerArgument,
        request: AnyRequest,
        version: int | None = None,
    ) -> Response[bytes]:
        """What a card quotes of one source, in the text we stored."""
        stored = await load_stored(parts, caller, card_id_of(card_id), version)
        source = _find_source(stored, n)
        kept = await parts.store.load_source(stored.card.id, stored.card.version, n)
        if kept is None:
            raise NotFound("The stored text of this source is gone. Its quotations stand on the card.")
        passages = cut_passages(source, kept.text)
        text = render("context.html", source=source, passages=passages, back=f"{path_of(stored.card)}#source-{n}")
        return page_with_etag(text, request, cache=_cache(stored))


def lay_out(parts: Parts, stored: StoredCard) -> CardPage:
    """A stored version as its page shows it now."""
    card = show_card(parts, stored)
    return CardPage(card, path_of(card), stored.latest_version, parts.is_local)


def _answer_page(page: CardPage, request: AnyRequest) -> Response[bytes]:
    cache = "no-cache" if page.card.visibility == "public" else "private, no-cache"
    return page_with_etag(render("permalink.html", page=page, canonical=page.card.permalink), request, cache=cache)


def _find_source(stored: StoredCard, n: int) -> CardSource:
    source = next((source for source in stored.card.sources if source.n == n), None)
    if source is None:
        raise NotFound(f"This card has no source {n}. Its sources are numbered 1 to {len(stored.card.sources)}.")
    return source


def _cache(stored: StoredCard) -> str:
    return "no-cache" if stored.visibility == "public" else "private, no-cache"
