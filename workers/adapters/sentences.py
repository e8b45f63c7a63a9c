"""Sentence borders from the sentencex library (Wikimedia: 244 languages, abbreviations, quotes, CJK), as plain spans."""

import re
from collections.abc import Sequence

import sentencex

# A footnote mark glued to a full stop hides the border behind it.
_GLUED = re.compile(r"(?<=[a-z0-9)\]][.!?])(?=[A-Z][a-z])")


def split_sentences(text: str, language: str | None) -> Sequence[tuple[int, int]]:
    """Spans of the sentences of one block, in code points, in order, covering everything but nothing twice."""
    code = (language or "en").split("-")[0].lower()
    try:
        borders = sentencex.get_sentence_boundaries(code, text)
    except (ValueError, KeyError):
        borders = sentencex.get_sentence_boundaries("en", text)
    return [(border["start_index"], border["end_index"]) for border in borders]
