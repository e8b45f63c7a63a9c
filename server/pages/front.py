"""The front page: what this is, a field, the sample, and the latest cards."""

from typing import Annotated, Any

from litestar import Controller, Request, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect, Response

from server.api.access import check_may_post, may_post, who_pays
from server.api.cards import show_summary
from server.api.limits import ClientGate, take_turn
from server.core.access import Caller
from server.core.errors import InsightError, InvalidUrl
from server.core.jobs import Problem
from server.core.money import Payer
from server.core.secrets import without_secrets
from server.error_answers import headers_of, note_problem
from server.http_errors import problem_of
from server.pages.answers import page
from server.pages.rendering import render
from server.parts import CallerArgument, Parts, PartsArgument
from server.reading import show_card
from server.requests import ask_for_card
from server.sample import THREAD_URL

LATEST = 12
AnyRequest = Request[Any, Any, Any]
FormBody = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


class FrontController(Controller):
    """At /."""

    include_in_schema = False

    @get("/")
    async def read(self, parts: PartsArgument, caller: CallerArgument, url: str = "") -> Response[bytes]:
        """The front page; `?url=` fills the field."""
        return await _front_page(parts, caller, asked=without_secrets(url))

    @post("/")
    async def ask(
        self, data: FormBody, parts: PartsArgument, caller: CallerArgument, request: AnyRequest
    ) -> Response[bytes] | Redirect:
        """To the card when it is known, else to the page where it grows."""
        url = without_secrets(data.get("url", "").strip())
        try:
            return Redirect(await _ask(parts, caller, url, who_pays(parts, caller, request)), status_code=303)
        except InsightError as error:
            problem = problem_of(error)
            note_problem(request.scope, problem)
            refusal = await _front_page(parts, caller, asked=url, problem=problem)
            refusal.headers.update(headers_of(error, problem))
            return refusal


async def _ask(parts: Parts, caller: Caller, url: str, payer: Payer) -> str:
    check_may_post(parts, caller, with_capture=False)
    if not url:
        raise InvalidUrl("The field is empty. Paste the address of a thread or an article.")
    await take_turn(parts, payer)
    answer = await ask_for_card(
        url,
        store=parts.store,
        queue=parts.queue,
        clock=parts.clock,
        trusted=caller.trusted,
        owner=caller.owner,
        payer=payer,
        blocked=parts.blocked,
        gate=ClientGate(parts, payer),
    )
    if answer.stored is not None:
        return show_card(parts, answer.stored).permalink
    return f"/jobs/{answer.job.id}" if answer.job else "/"


async def _front_page(parts: Parts, caller: Caller, *, asked: str, problem: Problem | None = None) -> Response[bytes]:
    found = await parts.store.list_cards(limit=LATEST)
    robots = "all" if parts.settings.indexing and not asked else "noindex"
    text = render(
        "front.html",
        robots=robots,
        asked=asked,
        problem=problem,
        may_post=may_post(parts, caller),
        sample_url=THREAD_URL,
        cards=[show_summary(parts, summary) for summary in found],
    )
    answer = page(text, status=problem.status if problem else 200, cache="no-store" if asked else "no-cache")
    if robots == "all":
        answer.headers["x-robots-tag"] = robots
    return answer
