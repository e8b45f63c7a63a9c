"""One card under way: the scout at once, head and sections side by side as soon as the web has been read."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any

import msgspec

from server.core.card import Draft
from server.core.citations import CheckedClaim
from server.core.drafts import list_drafted, merge_drafts, part_of
from server.core.errors import ModelError
from server.core.judging import Ruling
from server.core.model import ModelRequest, PromptPart
from server.core.source import Evidence
from server.core.writing import Assignment, Refused, Written
from workers.prompts import prompts_version
from workers.tracing import span
from workers.writers.claude.asking import Asker, Call, CutOff
from workers.writers.claude.judging import judge
from workers.writers.claude.languages import name_language
from workers.writers.claude.material import sources_material, thread_material
from workers.writers.claude.mending import mend
from workers.writers.claude.proposing import propose_draft
from workers.writers.claude.shapes import (
    DisputesAnswer,
    LeadAnswer,
    OutlookAnswer,
    ScoutAnswer,
    TakeawaysAnswer,
    TechnicalAnswer,
    TimelineAnswer,
)
from workers.writers.claude.translating import is_across_languages, vouch_for_translations

log = logging.getLogger("threadproof.writer")

THREAD_TOKENS = 4_000  # of the prompt; the best and the most dissenting comments of a long thread
SOURCES_TOKENS = 8_000
SCOUT = Call(name="scout", role="scout", answer=ScoutAnswer, max_tokens=1_600)
LEAD = Call(name="lead", role="scout", answer=LeadAnswer, max_tokens=800)
# The longest answer decides how long a card takes, so what can be asked apart is asked apart.
SECTIONS = (
    Call(name="takeaways", role="write", answer=TakeawaysAnswer, max_tokens=1_000),
    Call(name="technical", role="write", answer=TechnicalAnswer, max_tokens=1_000),
    Call(name="outlook", role="write", answer=OutlookAnswer, max_tokens=1_000),
    Call(name="disputes", role="write", answer=DisputesAnswer, max_tokens=800),
    Call(name="timeline", role="scout", answer=TimelineAnswer, max_tokens=800),
)
MORE_TOKENS = 2  # times as many for an answer that was cut off: some models think first, and that counts too
TRANSLATED = (
    "Sentences in another language than their source were compared with it by a model; code held their figures and "
    "names against it."
)
NO_ANSWER = "Quoted, not written: the model gave no answer that could be used."


class ClaudeWriting:
    """Writing by a model. What its questions leave out, or answer in another shape, is reported as missing."""

    def __init__(self, assignment: Assignment, asker: Asker, most_queries: int, *, judges: bool = False) -> None:
        self._assignment, self._asker, self._judges = assignment, asker, judges
        self._language = name_language(assignment.lang)
        self._queries: asyncio.Queue[str | None] = asyncio.Queue()
        self._thread_part = thread_material(assignment.thread, assignment.evidence.source(1), THREAD_TOKENS)
        self._asked: set[str] = set()
        self._delivered: set[str] = set()
        self._settled: set[str] = set()  # what was written with the web at hand, and the scout may not undo
        self._unfit: list[Refused] = []
        self._is_translated = False
        material = (PromptPart(self._thread_part),)
        request = asker.request(SCOUT, material, language=self._language, most_queries=most_queries // 2)
        self._scouting = self._start(SCOUT, request, assignment.evidence)
        self._scouting.add_done_callback(lambda _: self._queries.put_nowait(None))
        self._tasks = [self._scouting]

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
        self._tasks += [self._start(call, request, evidence) for call, request in zip(calls, asked, strict=True)]
        await asyncio.gather(*self._tasks)
        return self._report()

    async def judge(self, claims: Sequence[CheckedClaim], evidence: Evidence) -> tuple[dict[int, Ruling], Written]:
        """All claims in one question, where the operator wants it; without an answer the claims stand as code left
        them."""
        rulings: dict[int, Ruling] = {}
        if self._judges and claims:
            try:
                with span("judge", f"{len(claims)} claims"):
                    rulings = await judge(self._asker, claims, evidence)
            except (ModelError, CutOff) as error:
                log.warning("no claim was judged: %s", error)
        return rulings, self._report()

    async def aclose(self) -> None:
        """End what is still under way, however it ends."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, call: Call, request: ModelRequest, evidence: Evidence) -> asyncio.Task[None]:
        self._asked |= set(call.fields)
        return asyncio.create_task(self._run(call, request, evidence), name=f"write {call.name}")

    async def _run(self, call: Call, request: ModelRequest, evidence: Evidence) -> None:
        """Ask and propose, then mend once what was refused; what fails leaves its fields missing."""
        with span(f"write {call.name}"):
            proposed, refused = await self._ask(call, request, evidence)
        if refused:
            with span(f"mend {call.name}", f"{len(refused)} refused"):
                await self._mend(call, proposed, refused, evidence)

    async def _ask(self, call: Call, request: ModelRequest, evidence: Evidence) -> tuple[Draft, list[Refused]]:
        """Propose each member of the answer as it closes; all that was proposed, and what of it was refused.

        Where sources are in another language than the card, members wait for one another: their sentences are compared
        with the passages all at once.

        An answer that was cut off is asked for once more, and may be longer. Only what the first one lacked is taken of
        it.
        """
        proposed, refused, closed = Draft(), list[Refused](), set[str]()
        is_translated = is_across_languages(evidence, self._assignment.lang)
        for attempt in (request, msgspec.structs.replace(request, max_tokens=request.max_tokens * MORE_TOKENS)):
            try:
                async with aclosing(self._asker.members(attempt)) as members:
                    async for name, value in members:
                        if call is SCOUT:  # whose queries come first, so the next member ends them
                            self._queries.put_nowait(value if name == "queries" else None)
                        if name in closed or name not in call.fields:
                            continue
                        closed.add(name)
                        part = self._read(call, name, value, evidence)
                        proposed = merge_drafts(proposed, part)
                        if not is_translated:
                            refused += await self._propose(call, name, part)
            except CutOff:
                log.warning("%s was cut off at %d tokens", call.name, attempt.max_tokens)
                if closed != set(call.fields):
                    continue
            except ModelError as error:
                log.warning("%s was not written: %s", call.name, error)
            break
        if is_translated:
            proposed = await self._vouch(proposed, evidence)
            for name in call.fields:
                refused += await self._propose(call, name, part_of(proposed, name))
        return proposed, refused

    async def _vouch(self, draft: Draft, evidence: Evidence) -> Draft:
        vouched = await vouch_for_translations(self._asker, draft, evidence, self._assignment.lang)
        self._is_translated |= any(claim.translated for _, claim in list_drafted(vouched))
        return vouched

    def _read(self, call: Call, name: str, value: Any, evidence: Evidence) -> Draft:
        """What of a member can be proposed. With it, or with nothing where there may be nothing, it is delivered."""
        proposal = propose_draft(name, value, evidence)
        self._unfit += proposal.unfit
        if proposal.draft != Draft() or (value in (None, []) and self._may_be_empty(name)):
            self._delivered.add(name)
        return Draft() if call is SCOUT and name in self._settled else proposal.draft

    def _may_be_empty(self, name: str) -> bool:
        if name == "discussion":
            return not self._assignment.thread.readable_comments()
        return name not in ("headline", "what_changed", "category", "takeaways")

    async def _propose(self, call: Call, name: str, part: Draft) -> tuple[Refused, ...]:
        if part == Draft():
            return ()
        turned_down = await self._assignment.propose(name, part)
        if call is not SCOUT and not turned_down:
            self._settled.add(name)
        return turned_down

    async def _mend(self, call: Call, proposed: Draft, refused: list[Refused], evidence: Evidence) -> None:
        try:
            mended = await mend(self._asker, proposed, refused, evidence, language=self._language)
        except (ModelError, CutOff) as error:
            log.warning("%s was not mended: %s", call.name, error)
            return
        again = {each.section for each in refused} - (self._settled if call is SCOUT else set())
        mended = part_of(mended, *again)
        if is_across_languages(evidence, self._assignment.lang):
            mended = await self._vouch(mended, evidence)
        for section in sorted(again):
            part = part_of(mended, section)
            if part != Draft():
                await self._assignment.propose(section, part)

    def _report(self) -> Written:
        meter = self._asker.meter
        names = dict.fromkeys(spending.model for spending in meter.spendings)
        return Written(
            writer="claude" if self._delivered else "extractive",
            model=", ".join(names) or None,
            prompts=prompts_version(),
            tokens=meter.tokens(),
            cost_usd=meter.cost_usd(),
            missing=tuple(sorted(self._asked - self._delivered)),
            refused=tuple(self._unfit),
            notes=(*(() if self._delivered else (NO_ANSWER,)), *((TRANSLATED,) if self._is_translated else ())),
        )
