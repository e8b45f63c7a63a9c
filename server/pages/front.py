"""The front page: what this is, a field, the sample, and the latest cards."""

from datetime import timedelta
from functools import partial
from typing import Annotated, Any

from litestar import Controller, Request, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect, Response
from litestar.types import ASGIApp

from server.api.access import check_may_post, may_post, who_pays
from server.api.cards import place_in, show_summary
from server.api.limits import ClientGate, take_turn
from server.core.access import OPERATOR, STRANGER, Caller
from server.core.errors import InsightError, InvalidUrl
from server.core.jobs import Problem
from server.core.money import Payer
from server.core.secrets import without_secrets
from server.core.shelves import EVERYTHING
from server.error_answers import headers_of, note_problem
from server.giving import give_list
from server.http_errors import problem_of
from server.pages.answers import ready_page, robots_of
from server.pages.listing import busiest, lay_out
from server.pages.lists import AUDIENCE_LINKS, CATEGORY_LINKS, list_some, show_list
from server.pages.rendering import render
from server.pages.shelf_addresses import feed_path, going_on
from server.parts import CallerArgument, Parts, PartsArgument
from server.reading import show_card
from server.ready_answers import ReadyAnswer
from server.requests import ask_for_card
from server.sample import THREAD_URL

LATEST, DISCUSSED, PLACES = 20, 5, 14
LOOKED_AT = 200  # newest cards, by which communities are named
WEEK = timedelta(days=7)
AnyRequest = Request[Any, Any, Any]
FormBody = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


class FrontController(Controller):
    """At /."""

    include_in_schema = False

    @get("/")
    async def read(self, parts: PartsArgument, caller: CallerArgument, url: str = "", before: str = "") -> ASGIApp:
        """The front page; `?url=` fills the field, `?before=` leads on in the list."""
        if before:
            place = place_in(before)
            return await show_list(parts, EVERYTHING, await list_some(parts, EVERYTHING, place), place)
        make = partial(_front_page, parts, caller, asked=without_secrets(url))
        is_plain = not url and caller in (OPERATOR, STRANGER)  # a key may open more than others see
        return await (give_list(parts, "/", make) if is_plain else make())

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
            return Response(
                refusal.body, status_code=problem.status, media_type="text/html", headers=headers_of(error, problem)
            )


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


async def _front_page(parts: Parts, caller: Caller, *, asked: str, problem: Problem | None = None) -> ReadyAnswer:
    """What is said of the week is as old as `give_list` lets it be."""
    found = await parts.store.list_cards(limit=LOOKED_AT)
    discussed = await parts.store.most_discussed(parts.clock() - WEEK, limit=DISCUSSED)
    latest = lay_out([show_summary(parts, summary) for summary in found[: LATEST + 1]], LATEST)
    robots = robots_of(parts, worth_finding=not asked)
    text = render(
        "front.html",
        robots=robots,
        asked=asked,
        problem=problem,
        may_post=may_post(parts, caller),
        sample_url=THREAD_URL,
        page=latest,
        shelf=EVERYTHING,
        older=going_on("/", str(latest.older)) if latest.older else None,
        discussed=lay_out([show_summary(parts, summary) for summary in discussed], DISCUSSED).rows,
        places=busiest(found, PLACES),
        atom=feed_path("atom"),
        json=feed_path("json"),
        categories=CATEGORY_LINKS,
        audiences=AUDIENCE_LINKS,
    )
    return ready_page(text, cache="no-store" if asked else "no-cache", headers={"x-robots-tag": robots})
