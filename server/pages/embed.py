"""The compact card that any page may frame. What else we have may not be: it has something to click."""

from functools import partial

from litestar import Controller, get
from litestar.types import ASGIApp

from server.core.errors import Gone, NotFound
from server.core.ports import StoredCard
from server.core.presentation import card_id_of
from server.giving import give, reach_of
from server.http_errors import problem_of
from server.pages.answers import ready_page
from server.pages.permalink import lay_out
from server.pages.rendering import render
from server.parts import CallerArgument, Parts, PartsArgument
from server.ready_answers import HTML, PassingAnswer, ReadyAnswer

CSP = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "frame-ancestors *; base-uri 'none'; form-action 'none'"
)


class EmbedController(Controller):
    """Under /embed."""

    path = "/embed"
    include_in_schema = False

    @get("/{reference:str}")
    async def read(self, reference: str, parts: PartsArgument, caller: CallerArgument) -> ASGIApp:
        """`{id}` or `{id}-{slug}`; who may read the permalink may read this."""
        card_id = card_id_of(reference)
        try:
            return await give(parts, caller, f"/embed/{card_id}", card_id, None, partial(_show, parts))
        except (NotFound, Gone) as error:
            return _tell(error)


async def _show(parts: Parts, stored: StoredCard) -> ReadyAnswer:
    page = lay_out(parts, stored)
    text = render("embed.html", page=page, canonical=page.card.permalink)
    return ready_page(text, cache=reach_of(stored), headers={"content-security-policy": CSP})


def _tell(error: NotFound | Gone) -> PassingAnswer:
    """Where there is no card: a page that may be framed too, so that the reader learns why."""
    problem = problem_of(error)
    text = render("embed_gone.html", problem=problem)
    headers = [
        (b"content-type", HTML.encode()),
        (b"cache-control", b"no-store"),
        (b"content-security-policy", CSP.encode()),
    ]
    return PassingAnswer(problem.status, headers, text.encode())
