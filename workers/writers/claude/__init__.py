"""The writer that asks a model. The model proposes; the desk verifies, like everybody's drafts.

A scout reads the thread at once: its searches go out while it still writes, then come category, headline and TL;DR.
When the web has been read, the head of the card and its sections are written side by side over the same passages. What
is refused is given back once. What the model does not deliver stays missing and is quoted instead.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Any

from server.core.card import Draft
from server.core.drafts import merge_drafts, part_of
from server.core.errors import InsightError, ModelError, QueueUnavailable
from server.core.model import ModelRequest, PromptPart, Role
from server.core.money import Prices
from server.core.ports import Budget, Model
from server.core.source import Evidence
from server.core.writing import Assignment, Refused, Written
from workers.prompts import prompts_version
from workers.tracing import span
from workers.writers.claude.asking import Asker, Call
from workers.writers.claude.languages import name_language
from workers.writers.claude.material import sources_material, thread_material
from workers.writers.claude.mending import mend
from workers.writers.claude.proposing import propose_draft
from workers.writers.claude.shapes import (
    HistoryAnswer,
    LeadAnswer,
    OutlookAnswer,
    ScoutAnswer,
    TakeawaysAnswer,
    TechnicalAnswer,
)
from workers.writers.extractive import ExtractiveWriter

log = logging.getLogger("threadproof.writer")

THREAD_TOKENS = 4_000  # of the prompt; the best and the most dissenting comments of a long thread
SOURCES_TOKENS = 8_000
SCOUT = Call(name="scout", role="scout", answer=ScoutAnswer, max_tokens=1_600)
LEAD = Call(name="lead", role="scout", answer=LeadAnswer, max_tokens=700)
SECTIONS = (
    Call(name="takeaways", role="write", answer=TakeawaysAnswer, max_tokens=1_000),
    Call(name="technical", role="write", answer=TechnicalAnswer, max_tokens=1_000),
    Call(name="outlook", role="write", answer=OutlookAnswer, max_tokens=1_000),
    Call(name="history", role="write", answer=HistoryAnswer, max_tokens=1_200),
)
OVER_BUDGET = "Quoted, not written: the day's budget for model writing is used up."
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
    ) -> None:
        self._model, self._budget, self._models, self._prices = model, budget, models, prices
        self._cap_usd, self._most_queries = card_cap_usd, most_queries

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
        asker = Asker(self._model, self._models, self._prices, self._cap_usd)
        writing = ClaudeWriting(assignment, asker, self._most_queries)
        try:
            yield writing
        finally:
            await writing.stop()
            with suppress(InsightError):
                await self._budget.settle(reservation, asker.meter.total())


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


class ClaudeWriting:
    """One card under way."""

    def __init__(self, assignment: Assignment, asker: Asker, most_queries: int) -> None:
        self._assignment, self._asker = assignment, asker
        self._language = name_language(assignment.lang)
        self._queries: asyncio.Queue[str | None] = asyncio.Queue()
        self._thread_part = thread_material(assignment.thread, assignment.evidence.source(1), THREAD_TOKENS)
        self._delivered: set[str] = set()
        self._failed: set[str] = set()
        self._settled: set[str] = set()  # what was written with the web at hand, and the scout may not undo
        material = (PromptPart(self._thread_part),)
        request = asker.request(SCOUT, material, language=self._language, most_queries=most_queries // 2)
        self._scouting = asyncio.create_task(self._run(SCOUT, request, assignment.evidence))
        self._scouting.add_done_callback(lambda _: self._queries.put_nowait(None))

    async def queries(self) -> AsyncIterator[str]:
        """The scout's, each the moment it has streamed."""
        while (query := await self._queries.get()) is not None:
            yield query

    async def write(self, evidence: Evidence) -> Written:
        """The head and all sections side by side, while the scout may still be writing."""
        pages = sources_material(self._assignment.thread, evidence, SOURCES_TOKENS)
        # Not marked for the prompt cache: another schema is another prefix to it, and requests that start together
        # all write and none reads, for a quarter more.
        material = (PromptPart(f"{self._thread_part}\n\n{pages}"),)
        calls = [*SECTIONS, LEAD] if len(evidence.sources) > 1 else [*SECTIONS]
        asked = [self._asker.request(call, material, language=self._language) for call in calls]
        runs = [self._run(call, request, evidence) for call, request in zip(calls, asked, strict=True)]
        await asyncio.gather(self._scouting, *runs)
        return self._report()

    async def stop(self) -> None:
        """End what is still under way."""
        self._scouting.cancel()
        with suppress(asyncio.CancelledError):
            await self._scouting

    async def _run(self, call: Call, request: ModelRequest, evidence: Evidence) -> None:
        """Ask and propose, then mend once what was refused; what fails leaves its fields missing."""
        with span(f"write {call.name}"):
            proposed, refused = await self._ask(call, request, evidence)
        if refused:
            with span(f"mend {call.name}", f"{len(refused)} refused"):
                await self._mend(call, proposed, refused, evidence)

    async def _ask(self, call: Call, request: ModelRequest, evidence: Evidence) -> tuple[Draft, list[Refused]]:
        """Propose each member of the answer as it closes; all that was proposed, and what of it was refused."""
        proposed, refused, closed = Draft(), list[Refused](), set[str]()
        try:
            async with aclosing(self._asker.members(request)) as members:
                async for name, value in members:
                    if name == "queries":
                        self._queries.put_nowait(value)
                        continue
                    closed.add(name)
                    part = propose_draft([(name, value)], evidence)
                    if part != Draft() and not (call is SCOUT and name in self._settled):
                        proposed = merge_drafts(proposed, part)
                        turned_down = await self._assignment.propose(name, part)
                        refused += turned_down
                        self._settled |= {name} if call is not SCOUT and not turned_down else set()
        except ModelError as error:
            log.warning("%s was not written: %s", call.name, error)
        self._delivered |= closed & set(call.fields)
        self._failed |= set(call.fields) - closed
        return proposed, refused

    async def _mend(self, call: Call, proposed: Draft, refused: list[Refused], evidence: Evidence) -> None:
        try:
            mended = await mend(self._asker, proposed, refused, evidence, language=self._language)
        except ModelError as error:
            log.warning("%s was not mended: %s", call.name, error)
            return
        again = {each.section for each in refused} - (self._settled if call is SCOUT else set())
        for section in sorted(again):
            part = part_of(mended, section)
            if part != Draft():
                await self._assignment.propose(section, part)

    def _report(self) -> Written:
        missing = tuple(sorted(self._failed - self._delivered))
        meter = self._asker.meter
        names = dict.fromkeys(spending.model for spending in meter.spendings)
        return Written(
            writer="mixed" if missing and self._delivered else "claude" if self._delivered else "extractive",
            model=", ".join(names) or None,
            prompts=prompts_version(),
            tokens=meter.tokens(),
            cost_usd=meter.cost_usd(),
            missing=missing,
        )
