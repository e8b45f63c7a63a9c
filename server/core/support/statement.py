"""A text as the checks see it: read once, compared often."""

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache

from server.core.lexicon import IRREGULAR
from server.core.numbers import Figure, figures_in
from server.core.ranking import PageIndex
from server.core.reading import Word, read_words
from server.core.words import stem

_SENTENCE = re.compile(r"(?<=[.!?。])[\"')\]]*\s+|\n+")
_RAW = re.compile(r"[^\W_]+(?:['&][^\W_]+)*")
_CLAUSE = re.compile(
    r"[,;:.!?()\"]|\b(?:but|however|although|though|while|when|because|since|after|before|if|until|who|which|whereas)\b"
)


_PART = re.compile(r"[,;:—–]\s|\s(?:and|but|while|whereas|though|although|yet)\s", re.IGNORECASE)
MOST_CLAUSES = 12
NEARLY_ALL = 0.75  # of what a sentence shares with a claim, for one clause to be what the claim is about
REACH = 60  # code points of a clause that a word bears on; what comes later is a new thought


class Statement:
    """One text and what is read from it, each part when it is first asked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._words, self.plain = read_words(text)

    @property
    def words(self) -> list[Word]:
        """Its content words and numbers in order."""
        return self._words

    @cached_property
    def terms(self) -> frozenset[str]:
        """The distinct terms."""
        return frozenset(word.term for word in self._words)

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """Its numbers with their units."""
        return figures_in(self.plain)

    @cached_property
    def forms(self) -> frozenset[str]:
        """Every word, the small ones too, as it is written and as its stem."""
        raw = set(_RAW.findall(self.plain))
        return frozenset(raw | {IRREGULAR.get(word, word) for word in raw} | {stem(word) for word in raw})

    @cached_property
    def sentences(self) -> "tuple[Statement, ...]":
        """Its sentences; itself alone where it is one."""
        parts = [part for part in _SENTENCE.split(self.text) if part.strip()]
        return tuple(map(statement, parts)) if len(parts) > 1 else (self,)

    @cached_property
    def clauses(self) -> "tuple[Statement, ...]":
        """The parts that "and", "but", "while" and commas divide it into; itself alone where nothing does."""
        parts = [part for part in _PART.split(self.text) if part.strip()]
        return tuple(map(statement, parts)) if 1 < len(parts) <= MOST_CLAUSES else (self,)

    @cached_property
    def page(self) -> PageIndex:
        """Its sentences as an index."""
        return PageIndex([sentence.text for sentence in self.sentences])

    def within(self, start: int, end: int) -> set[str]:
        """The terms of a stretch of the plain text."""
        return {word.term for word in self._words if start <= word.start < end}

    def scope(self, cue: re.Match[str]) -> tuple[int, int]:
        """The stretch of the plain text that a word like "not" or "may" bears on: the rest of its clause, or what
        stands before it where nothing follows ("that is false")."""
        clause = _CLAUSE.search(self.plain, cue.end())
        end = min(clause.start() if clause else len(self.plain), cue.end() + REACH)
        return (cue.start(), end) if self.within(cue.end(), end) else (max(0, cue.start() - REACH), end)


@lru_cache(maxsize=512)
def statement(text: str) -> Statement:
    """The text, read; the same object for the same text as long as it is among the last few hundred."""
    return Statement(text)


def drawn_on(claim: Statement, sentences: Iterable[Statement]) -> list[Statement]:
    """Those of some sentences that a claim draws on: each adds to what is covered of it, the best first."""
    left = set(claim.terms)
    waiting = list(sentences)
    chosen: list[Statement] = []
    while waiting:
        best = max(waiting, key=lambda sentence: len(sentence.terms & left))
        gained = len(best.terms & left)
        if not gained or (chosen and gained < 2 and len(left) > 1):
            break
        chosen.append(best)
        waiting.remove(best)
        left -= best.terms
    return chosen


def closest_clauses(claim: Statement, sentences: Iterable[Statement]) -> list[Statement]:
    """Of each sentence the clause that has nearly all it shares with a claim; the sentence where no clause has."""
    found: list[Statement] = []
    for sentence in sentences:
        shared = len(sentence.terms & claim.terms)
        best = max(sentence.clauses, key=lambda clause: len(clause.terms & claim.terms))
        found.append(best if len(best.terms & claim.terms) >= NEARLY_ALL * shared else sentence)
    return found


def forms_of(sentences: Iterable[Statement]) -> frozenset[str]:
    """Every word of several sentences, as written and as stems."""
    return frozenset().union(*(sentence.forms for sentence in sentences))
