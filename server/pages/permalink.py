"""A card's public address: the page, its versions, its quoted passages, its exports."""

import re

from litestar import Controller, get
from litestar.response import Redirect, Response

from server.api.cards import AnyRequest, answer_card
from server.core.access import Caller
from server.core.card import CardSource
from server.core.errors import NotFound
from server.core.ports import StoredCard
from server.core.presentation import card_id_of
from server.pages.answers import page_with_etag
from server.pages.card_page import CardPage, path_of
from server.pages.exports import one_file_csp, to_html, to_markdown
from server.pages.passages import cut_passages
from server.pages.rendering import render
from server.parts import CallerArgument, Parts, PartsArgument
from server.reading import load_stored, show_card

EXPORT = re.compile(r"(?P<id>[A-Za-z0-9_-]{1,64})\.(?P<form>[a-z]{2,4})")
PLAIN_TEXT = "text/plain"


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
            return await _export(parts, caller, match["id"], match["form"], request)
        stored = await load_stored(parts, caller, card_id_of(reference))
        page = lay_out(parts, stored)
        if page.base != f"/c/{reference}":
            return Redirect(page.base or "/", status_code=301)
        return _answer_page(page, request)

    @get("/{card_id:str}/v/{version:int}")
    async def read_version(
        self, card_id: str, version: int, parts: PartsArgument, caller: CallerArgument, request: AnyRequest
    ) -> Response[bytes]:
        """One version, as it was made."""
        return _answer_page(lay_out(parts, await load_stored(parts, caller, card_id_of(card_id), version)), request)

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


async def _export(parts: Parts, caller: Caller, card_id: str, form: str, request: AnyRequest) -> Response[bytes]:
    stored = await load_stored(parts, caller, card_id)
    card = show_card(parts, stored)
    if form == "json":
        return answer_card(card, request)
    headers = {"cache-control": _cache(stored)}
    if form == "md":
        return Response(to_markdown(card).encode(), media_type=PLAIN_TEXT, headers=headers)
    if form == "html":
        headers["content-security-policy"] = one_file_csp()
        headers["content-disposition"] = f'attachment; filename="threadproof-{card.id}.html"'
        return Response(to_html(card).encode(), media_type="text/html", headers=headers)
    raise NotFound("A card is exported as .json, .md or .html.")


def _find_source(stored: StoredCard, n: int) -> CardSource:
    source = next((source for source in stored.card.sources if source.n == n), None)
    if source is None:
        raise NotFound(f"This card has no source {n}. Its sources are numbered 1 to {len(stored.card.sources)}.")
    return source


def _cache(stored: StoredCard) -> str:
    return "no-cache" if stored.visibility == "public" else "private, no-cache"
