"""Cards over JSON: ask for one, read one, list them, delete one."""

from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, delete, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter
from litestar.response import Response
from litestar.types import ASGIApp

from server.api.access import check_may_delete, check_may_post, who_pays
from server.api.limits import ClientGate, take_turn, try_estimate
from server.api.problems import problems
from server.core.access import Caller
from server.core.card import Card, CardId
from server.core.errors import InvalidRequest, NotFound
from server.core.jobs import Capture, JobView, QueueEstimate
from server.core.ports import CardSummary, StoredCard
from server.core.presentation import permalink
from server.core.shelves import EVERYTHING, Place, Shelf, read_place
from server.giving import give
from server.parts import CallerArgument, Parts, PartsArgument
from server.reading import load_stored, show_job, show_with_related
from server.ready_answers import JSON, ReadyAnswer
from server.requests import ask_for_card

MAX_BODY_BYTES = 8 * 1024 * 1024 + 256 * 1024  # a capture of at most 4 MiB, each of its characters escaped
AnyRequest = Request[Any, Any, Any]


class AskBody(msgspec.Struct, frozen=True, kw_only=True):
    """What is posted to have a card."""

    url: Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]
    lang: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None = None
    refresh: bool = False
    capture: Capture | None = None


class JobAnswer(msgspec.Struct, frozen=True):
    """The answer while a card is being made; `queue` is null where it cannot be told."""

    job: JobView
    queue: QueueEstimate | None = None


class CardList(msgspec.Struct, frozen=True):
    """Newest first; `before` continues behind the last one, null at the end."""

    cards: list[CardSummary]
    before: str | None


class CardsController(Controller):
    """Under /api/v1/cards."""

    path = "/api/v1/cards"
    tags = ("cards",)

    @post(
        status_code=202,
        request_max_body_size=MAX_BODY_BYTES,
        responses={
            200: ResponseSpec(Card, description="The card is known."),
            202: ResponseSpec(JobAnswer),
            **problems(410, 413),
        },
    )
    async def ask(
        self, data: AskBody, parts: PartsArgument, caller: CallerArgument, request: AnyRequest
    ) -> Response[bytes]:
        """A thread's card: at once when it is known, else the job that makes it."""
        check_may_post(parts, caller, with_capture=data.capture is not None)
        payer = who_pays(parts, caller, request)
        standing = await take_turn(parts, payer)
        answer = await ask_for_card(
            data.url,
            store=parts.store,
            queue=parts.queue,
            clock=parts.clock,
            lang=data.lang,
            refresh=data.refresh,
            capture=data.capture,
            trusted=caller.trusted,
            owner=caller.owner,
            payer=payer,
            blocked=parts.blocked,
            gate=ClientGate(parts, payer),
        )
        if answer.stored is not None:
            ready = await give_card(parts, caller, answer.stored.card.id)
            known = {"etag": ready.etag, "cache-control": "no-store", **standing}
            return Response(ready.body, status_code=200, media_type=JSON, headers=known)
        if answer.job is None:
            raise NotFound("Nothing came of it. Ask again.")
        view = await show_job(parts, caller, answer.job)
        location = {"location": f"/api/v1/jobs/{view.id}", "cache-control": "no-store", **standing}
        told = JobAnswer(view, await try_estimate(parts))
        return Response(msgspec.json.encode(told), status_code=202, media_type="application/json", headers=location)

    @get(responses={200: ResponseSpec(CardList), **problems()})
    async def list_cards(
        self,
        parts: PartsArgument,
        q: str | None = None,
        community: str | None = None,
        before: str | None = None,
        limit: Annotated[int, Parameter(ge=1, le=100)] = 20,
    ) -> Response[bytes]:
        """Public cards, newest first: those that hold all words of `q`, of one community, made before an instant.

        Go on with the `before` of the answer, which also parts cards that were made at once.
        """
        shelf = Shelf(community=community) if community else EVERYTHING
        found = await parts.store.list_cards(shelf, q=q, before=place_in(before), limit=limit + 1)
        last = found[limit - 1] if len(found) > limit else None
        on = str(Place(last.generated_at, last.id)) if last else None
        listed = CardList([show_summary(parts, summary) for summary in found[:limit]], on)
        return Response(
            msgspec.json.encode(listed), media_type="application/json", headers={"cache-control": "no-cache"}
        )

    @get("/{card_id:str}", responses={200: ResponseSpec(Card), **problems(404, 410)})
    async def read(
        self, card_id: str, parts: PartsArgument, caller: CallerArgument, version: int | None = None
    ) -> ASGIApp:
        """One card, the latest version by default. A private one only with its owner's key."""
        return await give_card(parts, caller, card_id, version)

    @delete("/{card_id:str}", responses=problems(404, 410))
    async def remove(self, card_id: str, parts: PartsArgument, caller: CallerArgument) -> None:
        """Delete a card with all its versions and stored texts: one's own, or any as the operator."""
        stored = await load_stored(parts, caller, card_id)
        check_may_delete(caller, stored.key.scope)
        await parts.store.delete_card(CardId(card_id), parts.clock())
        parts.kept.look_again()


def place_in(before: str | None) -> Place | None:
    """Where a reader goes on; None at the beginning. InvalidRequest for what is no place."""
    place = read_place(before) if before else None
    if before and place is None:
        raise InvalidRequest("`before` is an instant like 2026-02-23T12:00:00Z, or what a list told to go on with.")
    return place


def show_summary(parts: Parts, summary: CardSummary) -> CardSummary:
    """A line of a list with its public address."""
    address = permalink(parts.address, summary.id, summary.headline)
    return msgspec.structs.replace(summary, permalink=address)


async def give_card(parts: Parts, caller: Caller, card_id: str, version: int | None = None) -> ReadyAnswer:
    """A version as JSON, the latest by default."""

    async def make(stored: StoredCard) -> ReadyAnswer:
        return card_answer(await show_with_related(parts, stored))

    address = f"/api/v1/cards/{card_id}" + (f"?version={version}" if version is not None else "")
    return await give(parts, caller, address, card_id, version, make)


def card_answer(card: Card) -> ReadyAnswer:
    """A card's bytes. They do not travel as gzip: most who ask for JSON are on this machine or keep what they have."""
    cache = "no-cache" if card.visibility == "public" else "private, no-cache"
    return ReadyAnswer(msgspec.json.encode(card), JSON, cache=cache)
