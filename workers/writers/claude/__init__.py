"""The writer that asks a model. The model proposes; the desk verifies, like everybody's drafts.

A scout reads the thread at once: its searches go out while it still writes, then come category, headline and TL;DR.
When the web has been read, the head of the card and its sections are written side by side over the same passages. What
is refused is given back once. What the model does not deliver stays missing and is quoted instead.
"""

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Any

from server.core.citations import CheckedClaim
from server.core.errors import QueueUnavailable
from server.core.judging import Ruling
from server.core.model import Role
from server.core.money import Prices, Reservation
from server.core.ports import Budget, Model
from server.core.source import Evidence
from server.core.writing import Assignment, Written
from workers.writers.claude.asking import Asker
from workers.writers.claude.writing import ClaudeWriting
from workers.writers.extractive import ExtractiveWriter

log = logging.getLogger("threadproof.writer")

OVER_BUDGET = "Quoted, not written: today's budget for model writing is used up."
NO_BUDGET = "Quoted, not written: the budget for model writing could not be asked."


class ClaudeWriter:
    """Writer by the Messages API, within a budget."""

    name = "claude"
    instant = False

    def __init__(
        self,
        model: Model,
        budget: Budget,
        *,
        models: Mapping[Role, str],
        prices: Prices,
        card_cap_usd: float,
        most_queries: int,
        judge: bool = False,
    ) -> None:
        self._model, self._budget, self._models, self._prices = model, budget, models, prices
        self._cap_usd, self._most_queries, self._judge = card_cap_usd, most_queries, judge

    @asynccontextmanager
    async def begin(self, assignment: Assignment) -> AsyncIterator["ClaudeWriting | BudgetlessWriting"]:
        """Reserve a card's money, start the scout; without the money the card is quoted and says so."""
        payer = assignment.payer
        try:
            reservation = await self._budget.reserve(self._cap_usd, key=payer.key, address=payer.address)
        except QueueUnavailable as error:
            log.warning("no budget to be had: %s", error)
            reservation, why = None, NO_BUDGET
        else:
            why = OVER_BUDGET
        if reservation is None:
            async with ExtractiveWriter().begin(assignment) as quoting:
                yield BudgetlessWriting(quoting, why)
            return
        async with (
            self._paid(reservation) as asker,
            aclosing(ClaudeWriting(assignment, asker, self._most_queries, judges=self._judge)) as writing,
        ):
            yield writing

    @asynccontextmanager
    async def _paid(self, reservation: Reservation) -> AsyncIterator[Asker]:
        """What is spent inside is booked, however it ends. Where it cannot be, the money put aside is free again after
        ten minutes."""
        asker = Asker(self._model, self._models, self._prices, self._cap_usd)
        try:
            yield asker
        finally:
            try:
                await self._budget.settle(reservation, asker.meter.total())
            except QueueUnavailable as error:
                log.warning("$%.4f could not be booked: %s", asker.meter.total(), error)


class BudgetlessWriting:
    """A card that a model would have written, quoted instead."""

    def __init__(self, quoting: Any, why: str) -> None:
        self._quoting, self._why = quoting, why

    def queries(self) -> AsyncIterator[str]:
        """As the extractive writer's."""
        queries: AsyncIterator[str] = self._quoting.queries()
        return queries

    async def write(self, evidence: Evidence) -> Written:
        """As the extractive writer's, and why."""
        await self._quoting.write(evidence)
        return Written(writer="extractive", notes=(self._why,))

    async def judge(self, claims: Sequence[CheckedClaim], evidence: Evidence) -> tuple[dict[int, Ruling], Written]:
        """Nobody is asked."""
        return {}, Written(writer="extractive", notes=(self._why,))
