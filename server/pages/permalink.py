"""A card's public address: the page, its versions, its quoted passages, its exports."""

import re
from functools import partial

from litestar import Controller, get
from litestar.types import ASGIApp

from server.core.card import Card, CardSource
from server.core.errors import NotFound
from server.core.ports import StoredCard
from server.core.presentation import card_id_of
from server.giving import give, reach_of
from server.pages.answers import ready_page
from server.pages.card_page import CardPage, path_of
from server.pages.export_answers import make_export
from server.pages.passages import cut_passages
from server.pages.recap_box import RecapBox, box_of
from server.pages.rendering import render
from server.parts import CallerArgument, Parts, PartsArgument
from server.reading import show_card, show_with_related
from server.ready_answers import PassingAnswer, ReadyAnswer, moved

EXPORT = re.compile(r"(?P<id>[A-Za-z0-9_-]{1,64})\.(?P<form>[a-z]{2,4})")
VERSION = re.compile(r"(?P<number>[0-9]{1,9})(?:\.(?P<form>[a-z]{2,4}))?")


class PermalinkController(Controller):
    """Under /c."""

    path = "/c"
    include_in_schema = False

    @get("/{reference:str}")
    async def read(self, reference: str, parts: PartsArgument, caller: CallerArgument) -> ASGIApp:
        """`{id}-{slug}` is the page; any other slug leads there; `{id}.md` and its like are exports."""
        address = f"/c/{reference}"
        if match := EXPORT.fullmatch(reference):

            async def export(stored: StoredCard) -> ReadyAnswer:
                return await make_export(parts, stored, match["form"], of_version=False)

            return await give(parts, caller, address, match["id"], None, export)

        async def page_or_way_there(stored: StoredCard) -> ReadyAnswer | PassingAnswer:
            base = path_of(stored.card)
            return await _make_page(parts, stored) if base == address else moved(base)

        return await give(parts, caller, address, card_id_of(reference), None, page_or_way_there)

    @get("/{card_id:str}/v/{version:str}")
    async def read_version(self, card_id: str, version: str, parts: PartsArgument, caller: CallerArgument) -> ASGIApp:
        """One version, as it was made: the page, or with a dot and a form behind its number an export."""
        match = VERSION.fullmatch(version)
        if match is None:
            raise NotFound("Versions are numbered from 1. Open the card itself to see which there are.")

        async def make(stored: StoredCard) -> ReadyAnswer:
            if match["form"]:
                return await make_export(parts, stored, match["form"], of_version=True)
            return await _make_page(parts, stored)

        card_id, number = card_id_of(card_id), int(match["number"])
        address = f"/c/{card_id}/v/{number}" + (f".{match['form']}" if match["form"] else "")
        return await give(parts, caller, address, card_id, number, make)

    @get("/{card_id:str}/source/{n:int}")
    async def read_source(
        self, card_id: str, n: int, parts: PartsArgument, caller: CallerArgument, version: int | None = None
    ) -> ASGIApp:
        """What a card quotes of one source, in the text we stored."""
        card_id = card_id_of(card_id)
        address = f"/c/{card_id}/source/{n}" + (f"?version={version}" if version is not None else "")
        return await give(parts, caller, address, card_id, version, partial(_show_source, parts, n))


def lay_out(parts: Parts, stored: StoredCard) -> CardPage:
    """A stored version as its compact card shows it now."""
    return _lay_out(parts, stored, show_card(parts, stored))


def _lay_out(parts: Parts, stored: StoredCard, card: Card) -> CardPage:
    return CardPage(card, path_of(card), stored.latest_version, parts.is_local, parts.settings.indexing)


async def _make_page(parts: Parts, stored: StoredCard) -> ReadyAnswer:
    page = _lay_out(parts, stored, await show_with_related(parts, stored))
    recap_week = await _find_recap_week(parts, stored)
    text = render("permalink.html", page=page, canonical=page.card.permalink, recap_week=recap_week)
    headers = {"x-robots-tag": "all"} if page.is_for_search else None
    return ready_page(text, cache=reach_of(stored), headers=headers)


async def _find_recap_week(parts: Parts, stored: StoredCard) -> RecapBox | None:
    """The week in which the card was first made; None for one that is in no recap."""
    if stored.visibility != "public":
        return None
    first = stored if stored.card.version == 1 else await parts.store.load_card(stored.card.id, 1)
    return box_of(first.card.generated_at) if first else None


async def _show_source(parts: Parts, n: int, stored: StoredCard) -> ReadyAnswer:
    source = _find_source(stored, n)
    kept = await parts.store.load_source(stored.card.id, stored.card.version, n)
    if kept is None:
        raise NotFound("The stored text of this source is gone. Its quotations stand on the card.")
    passages = cut_passages(source, kept.text)
    text = render("context.html", source=source, passages=passages, back=f"{path_of(stored.card)}#source-{n}")
    return ready_page(text, cache=reach_of(stored))


def _find_source(stored: StoredCard, n: int) -> CardSource:
    source = next((source for source in stored.card.sources if source.n == n), None)
    if source is None:
        raise NotFound(f"This card has no source {n}. Its sources are numbered 1 to {len(stored.card.sources)}.")
    return source
