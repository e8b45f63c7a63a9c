"""What is shown before a writer has written: the best that the thread, and then the web, say by themselves."""

from server.core.card import Draft
from server.core.drafts import part_of
from server.core.source import Evidence, Source
from server.core.thread import Thread
from workers.writers.extractive import write_draft
from workers.writers.extractive.board import Board
from workers.writers.extractive.lead import choose_headline, choose_what_changed
from workers.writers.extractive.takeaways import choose_takeaways
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
        takeaways=tuple(choose_takeaways(board)[:LEAD_TAKEAWAYS]) if len(evidence.sources) > 1 else (),
    )


def fill_missing(missing: tuple[str, ...], thread: Thread, evidence: Evidence) -> Draft:
    """The fields that a writer could not write, quoted instead, from the upper part of long pages."""
    return part_of(write_draft(thread, _tops(evidence, FILL_SENTENCES)), *missing) if missing else Draft()


def _tops(evidence: Evidence, count: int) -> Evidence:
    return Evidence(tuple(Source(s.n, s.document, s.sentences[:count]) for s in evidence.sources))
