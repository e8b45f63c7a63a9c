"""What is shown before a writer has written: the best that the thread, and then the web, say by themselves."""

from server.core.card import Draft
from server.core.drafts import part_of
from server.core.source import Evidence
from server.core.thread import Thread
from workers.writers.extractive import write_draft


def lead_draft(thread: Thread, evidence: Evidence) -> Draft:
    """Headline, first sentence and category, there within milliseconds of the evidence."""
    return part_of(write_draft(thread, evidence), "headline", "what_changed", "category")


def fill_missing(draft: Draft, missing: tuple[str, ...], thread: Thread, evidence: Evidence) -> Draft:
    """The fields that a writer could not write, quoted instead."""
    return part_of(write_draft(thread, evidence), *missing) if missing else Draft()
