"""The compact card that any page may frame. What else we have may not be: it has something to click."""

from litestar import Controller, get
from litestar.response import Response

from server.api.cards import AnyRequest
from server.core.access import Caller
from server.core.errors import Gone, NotFound
from server.core.presentation import card_id_of
from server.http_errors import problem_of
from server.pages.answers import page, page_with_etag
from server.pages.permalink import lay_out
from server.pages.rendering import render
from server.parts import CallerArgument, Parts, PartsArgument
from server.reading import load_stored

CSP = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "frame-ancestors *; base-uri 'none'; form-action 'none'"
)


class EmbedController(Controller):
    """Under /embed."""

    path = "/embed"
    include_in_schema = False

    @get("/{reference:str}")
    async def read(
        self, reference: str, parts: PartsArgument, caller: CallerArgument, request: AnyRequest
    ) -> Response[bytes]:
        """`{id}` or `{id}-{slug}`; who may read the permalink may read this."""
        answer = await _answer(reference, parts, caller, request)
        answer.headers["content-security-policy"] = CSP
        return answer


async def _answer(reference: str, parts: Parts, caller: Caller, request: AnyRequest) -> Response[bytes]:
    """The card; where there is none, a page that may be framed too, so that the reader learns why."""
    try:
        stored = await load_stored(parts, caller, card_id_of(reference))
    except (NotFound, Gone) as error:
        problem = problem_of(error)
        return page(render("embed_gone.html", problem=problem), status=problem.status)
    card_page = lay_out(parts, stored)
    cache = "no-cache" if card_page.card.visibility == "public" else "private, no-cache"
    text = render("embed.html", page=card_page, canonical=card_page.card.permalink)
    return page_with_etag(text, request, cache=cache)
