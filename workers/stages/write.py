"""What is shown before a writer has written: the best that the thread, and then the web, say by themselves."""

from server.core.card import Draft
from server.core.drafts import part_of
from server.core.source import Evidence, Source
from server.core.thread import Thread
from workers.writers.extractive import write_draft
from workers.writers.extractive.board import Board
from workers.writers.extractive.lead import choose_headline, choose_what_changed
from workers.writers.extractive.topics import choose_category

LEAD_SENTENCES = 25  # of each source: what changed stands near its top, and a lead has to be quick


def lead_draft(thread: Thread, evidence: Evidence) -> Draft:
    """Headline, first sentence and category, there within milliseconds of the evidence."""
    tops = tuple(Source(s.n, s.document, s.sentences[:LEAD_SENTENCES]) for s in evidence.sources)
    board = Board(thread, Evidence(tops))
    headline = choose_headline(board)
    return Draft(
        headline=headline,
        what_changed=choose_what_changed(board, headline),
        category=choose_category(thread, board.evidence),
    )


def fill_missing(missing: tuple[str, ...], thread: Thread, evidence: Evidence) -> Draft:
    """The fields that a writer could not write, quoted instead."""
    return part_of(write_draft(thread, evidence), *missing) if missing else Draft()
