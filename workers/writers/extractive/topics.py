"""Category and audience, each from its fixed list, by the words of the event."""

import re
from collections.abc import Sequence

from server.core.source import Evidence
from server.core.thread import Thread
from server.core.words import term_set
from workers.writers.extractive.lexicon import AUDIENCE_WORDS, CATEGORY_WORDS


def choose_category(thread: Thread, evidence: Evidence) -> str:
    """The list's entry whose words the title and the leads use most; Discussion for questions, Other for none."""
    if re.search(r"\?\s*$|^ask\b", thread.title, re.IGNORECASE) and not thread.links:
        return "Discussion"
    ranked = _ranked(thread, evidence, CATEGORY_WORDS)
    return ranked[0] if ranked else ("Discussion" if thread.comments else "Other")


def choose_audiences(thread: Thread, evidence: Evidence) -> tuple[str, ...]:
    """One or two readers' groups; Everyone when no group's words stand out."""
    return tuple(_ranked(thread, evidence, AUDIENCE_WORDS)[:2]) or ("Everyone",)


def _ranked(thread: Thread, evidence: Evidence, vocabulary: dict[str, str]) -> list[str]:
    title = term_set(f"{thread.title} {thread.community or ''} {thread.flair or ''}")
    leads = [term_set(f"{s.document.title} {s.document.text[:2_000]}") for s in evidence.sources[:6]]
    scores = {name: _score(term_set(said), title, leads) for name, said in vocabulary.items()}
    good = [name for name, score in scores.items() if score >= 2.0]
    return sorted(good, key=lambda name: -scores[name])


def _score(vocabulary: frozenset[str], title: frozenset[str], leads: Sequence[frozenset[str]]) -> float:
    return 3.0 * len(vocabulary & title) + sum(len(vocabulary & lead) for lead in leads) / max(1, len(leads)) * 1.5
