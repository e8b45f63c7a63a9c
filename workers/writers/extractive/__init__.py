"""The writer that everybody without a model key gets: it quotes the best sentences there are, and says so.

It takes whole sentences of the thread and its sources within an editor's ranges of length, trims only leading
connectives, and puts the speaker in front. Where nothing qualifies, the section is absent.
"""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from itertools import chain
from typing import Any

import msgspec

from server.core.card import ClaimDraft, Draft
from server.core.citations import CheckedClaim
from server.core.drafts import part_of
from server.core.judging import Ruling
from server.core.source import Evidence
from server.core.thread import Thread
from server.core.words import word_count
from server.core.writing import Assignment, Written
from workers.writers.extractive.board import Board
from workers.writers.extractive.body import (
    choose_implications,
    choose_technical,
    choose_timeline,
)
from workers.writers.extractive.lead import (
    choose_headline,
    choose_hook,
    choose_next,
    choose_what_changed,
    choose_why,
    much_alike,
    title_as_headline,
    title_as_hook,
)
from workers.writers.extractive.opinions import choose_discussion, choose_disputes
from workers.writers.extractive.takeaways import choose_takeaways, unheard_sources
from workers.writers.extractive.topics import choose_audiences, choose_category

LONGEST_CARD = 490  # words, an editor's 500 less what labels may add
GROWTH = {
    "lead": ("headline", "what_changed", "category"),
    "tldr": ("hook", "why_it_matters", "what_to_do_next", "who_should_care"),
    "takeaways": ("takeaways",),
    "technical": ("technical",),
    "discussion": ("discussion", "disputed"),
    "implications": ("implications", "timeline"),
}


class ExtractiveWriter:
    """Writer without a model. Deterministic: the same evidence gives the same draft."""

    name = "extractive"
    instant = True

    @asynccontextmanager
    async def begin(self, assignment: Assignment) -> AsyncIterator["ExtractiveWriting"]:
        """It has no questions of its own, and waits for the web."""
        yield ExtractiveWriting(assignment)


class ExtractiveWriting:
    """One extractive card under way."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment

    async def queries(self) -> AsyncIterator[str]:
        """None: the heuristic ones are all there is to ask."""
        nothing: tuple[str, ...] = ()
        for query in nothing:
            yield query

    async def write(self, evidence: Evidence) -> Written:
        """Sentences quoted from the evidence, section by section in reading order; a quotation keeps its language."""
        draft = write_draft(self._assignment.thread, evidence)
        for section, fields in GROWTH.items():
            part = part_of(draft, *fields)
            if part != Draft():
                await self._assignment.propose(section, part)
        return Written(writer="extractive")

    async def judge(self, claims: Sequence[CheckedClaim], evidence: Evidence) -> tuple[dict[int, Ruling], Written]:
        """Nobody is asked."""
        return {}, Written(writer="extractive")


def quote_fields(thread: Thread, evidence: Evidence, fields: Collection[str]) -> Draft:
    """Only these fields of a draft; those that lean on no other are chosen without writing the rest."""
    if not set(fields) <= ALONE.keys():
        return part_of(write_draft(thread, evidence), *fields)
    board = Board(thread, evidence)
    chosen = {field: tuple(choose(board)) for field, choose in ALONE.items() if field in fields}
    return msgspec.structs.replace(Draft(), **chosen)


ALONE: dict[str, Callable[[Board], Sequence[Any]]] = {
    "implications": choose_implications,
    "what_to_do_next": choose_next,
    "technical": choose_technical,
    "timeline": choose_timeline,
}


def write_draft(thread: Thread, evidence: Evidence) -> Draft:
    """The card's sections in the order in which they may claim a sentence."""
    board = Board(thread, evidence)
    headline = choose_headline(board)
    what_changed = choose_what_changed(board, headline)
    board.used.note(headline.text)
    disputed = choose_disputes(board)
    why = choose_why(board)
    advice = choose_next(board)
    implications = choose_implications(board)
    hook = choose_hook(board)
    takeaways = choose_takeaways(board)
    technical = choose_technical(board)
    timeline = choose_timeline(board)
    discussion = choose_discussion(board)
    if not cites_thread([headline, hook, what_changed, *takeaways, *discussion]):
        told = any(much_alike(claim.text, thread.title) for claim in (headline, what_changed))
        headline, hook = (title_as_headline(board), hook) if told else (headline, title_as_hook(board))
    takeaways += unheard_sources(board, len(takeaways))
    draft = Draft(
        headline=headline,
        what_changed=what_changed,
        hook=hook,
        category=choose_category(thread, evidence),
        why_it_matters=why,
        what_to_do_next=tuple(advice),
        who_should_care=choose_audiences(thread, evidence),
        takeaways=tuple(takeaways),
        technical=tuple(technical),
        implications=tuple(implications),
        timeline=tuple(timeline),
        discussion=tuple(discussion),
        disputed=tuple(disputed),
    )
    return shorten(without_lone_notes(draft))


def without_lone_notes(draft: Draft) -> Draft:
    """A dispute's note may explain, but never be the only reason why a source is on the card."""
    cited = {span.source for claim in draft_claims(draft, notes=False) for span in claim.spans}
    kept = [
        msgspec.structs.replace(d, note=d.note if d.note and d.note.spans[0].source in cited else None)
        for d in draft.disputed
    ]
    return msgspec.structs.replace(draft, disputed=tuple(kept))


def cites_thread(claims: Sequence[ClaimDraft | None]) -> bool:
    """Whether some claim quotes the thread, as every card must: source 1 is never there for nothing."""
    return any(span.source == 1 for claim in claims if claim for span in claim.spans)


def shorten(draft: Draft, longest: int = LONGEST_CARD) -> Draft:
    """Drop the least central extras until the card keeps to its length, never the last quotation of a source."""
    while words_of(draft) > longest or len(draft.takeaways) > 5:
        for field, fewest in (("technical", 2), ("timeline", 3), ("takeaways", 3), ("discussion", 2), ("technical", 0)):
            items = getattr(draft, field)
            if len(draft.takeaways) > 5 and field != "takeaways":
                continue
            spare = [i for i, item in enumerate(items) if _is_spare(item, draft)]
            if len(items) > fewest and spare:
                rest = items[: spare[-1]] + items[spare[-1] + 1 :]
                draft = msgspec.structs.replace(draft, **{field: rest if field != "timeline" or len(rest) > 1 else ()})
                break
        else:
            return draft
    return draft


def _is_spare(item: object, draft: Draft) -> bool:
    """Whether its source is quoted elsewhere on the card as well."""
    claim = item if isinstance(item, ClaimDraft) else getattr(item, "event")  # noqa: B009
    others = [other for other in draft_claims(draft) if other is not claim]
    return all(any(span.source == s.source for other in others for s in other.spans) for span in claim.spans)


def draft_claims(draft: Draft, *, notes: bool = True) -> list[ClaimDraft]:
    """All claims of a draft, those in notes among them unless told otherwise."""
    single = [c for c in (draft.headline, draft.hook, draft.what_changed, draft.why_it_matters) if c]
    sides = chain.from_iterable((*d.sides, *([d.note] if d.note and notes else ())) for d in draft.disputed)
    dated = [entry.event for entry in draft.timeline]
    rationales = [item.rationale for item in draft.implications]
    many = (*draft.what_to_do_next, *draft.takeaways, *draft.technical, *draft.discussion)
    return [*single, *many, *sides, *rationales, *dated]


def words_of(draft: Draft) -> int:
    """As an editor counts: labels included, sources aside."""
    claims = sum(word_count(claim.text) + word_count(claim.label or "") for claim in draft_claims(draft))
    return (
        claims
        + sum(word_count(item.prediction) for item in draft.implications)
        + sum(word_count(d.about) for d in draft.disputed)
    )
