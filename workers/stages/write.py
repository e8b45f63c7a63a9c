"""What is shown before the card is whole: a lead from the thread alone, then the sections in reading order."""

from collections.abc import Iterator

import msgspec

from server.core.card import Draft
from server.core.source import Evidence
from server.core.thread import Thread
from workers.writers.extractive import write_draft

_GROWTH = {
    "tldr": ("hook", "why_it_matters", "what_to_do_next", "who_should_care"),
    "takeaways": ("takeaways",),
    "technical": ("technical",),
    "discussion": ("discussion", "disputed"),
    "implications": ("implications", "timeline"),
}


def lead_draft(thread: Thread, evidence: Evidence) -> Draft:
    """Headline and first sentence from the thread alone, there within milliseconds of reading it."""
    whole = write_draft(thread, evidence)
    return Draft(headline=whole.headline, what_changed=whole.what_changed, category=whole.category)


def growing_drafts(draft: Draft) -> Iterator[tuple[str, Draft]]:
    """(section, draft so far), each with one more part; parts that are empty are passed over."""
    shown = Draft(headline=draft.headline, what_changed=draft.what_changed, category=draft.category)
    for section, fields in _GROWTH.items():
        added = {field: getattr(draft, field) for field in fields}
        if any(added.values()):
            shown = msgspec.structs.replace(shown, **added)
            yield section, shown
