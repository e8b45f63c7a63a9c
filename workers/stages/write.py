"""What is shown before a writer has written: the best that the thread, and then the web, say by themselves."""

from server.core.card import ClaimDraft, Draft
from server.core.source import Evidence, Source
from server.core.thread import Thread
from workers.writers.extractive import quote_fields
from workers.writers.extractive.board import Board
from workers.writers.extractive.lead import choose_headline, choose_what_changed
from workers.writers.extractive.takeaways import choose_takeaways, unheard_sources
from workers.writers.extractive.topics import choose_category

LEAD_TAKEAWAYS = 2
FILL_SENTENCES = 80  # of each source, where a reader is waiting for nothing else any more
LEAD_SENTENCES = 25  # of each source: what changed stands near its top, and a lead has to be quick


def lead_draft(thread: Thread, evidence: Evidence) -> Draft:
    """Headline, first sentence, category and, once there is a web to quote, two takeaways: there in milliseconds."""
    board = Board(thread, _tops(evidence, LEAD_SENTENCES))
    headline = choose_headline(board)
    return Draft(
        headline=headline,
        what_changed=choose_what_changed(board, headline),
        category=choose_category(thread, board.evidence),
        takeaways=_first_takeaways(board) if len(evidence.sources) > 1 else (),
    )


def _first_takeaways(board: Board) -> tuple[ClaimDraft, ...]:
    """The best two; where both are the thread's own, one more from the web, which is what is new by then."""
    chosen = choose_takeaways(board)
    first, rest = chosen[:LEAD_TAKEAWAYS], chosen[LEAD_TAKEAWAYS:]
    if not any(map(_is_from_web, first)):
        first += [claim for claim in (*rest, *unheard_sources(board, len(chosen))) if _is_from_web(claim)][:1]
    return tuple(first)


def _is_from_web(claim: ClaimDraft) -> bool:
    return any(span.source > 1 for span in claim.spans)


def fill_missing(missing: tuple[str, ...], thread: Thread, evidence: Evidence) -> Draft:
    """The fields that a writer could not write, quoted instead, from the upper part of long pages."""
    return quote_fields(thread, _tops(evidence, FILL_SENTENCES), missing) if missing else Draft()


def _tops(evidence: Evidence, count: int) -> Evidence:
    return Evidence(tuple(Source(s.n, s.document, s.sentences[:count]) for s in evidence.sources))
