"""The checks that gate and verifier share."""

import re
from collections.abc import Container, Iterable, Sequence

from server.core.numbers import Figure
from server.core.support.contrasts import exchanges_parts, says_it_of_more, says_more, says_the_opposite
from server.core.support.negation import denies_otherwise
from server.core.support.reasons import Reason
from server.core.support.slots import displaces
from server.core.support.statement import Statement, closest_clauses
from server.core.support.wording import is_surer, speaks_for_another

FEWEST_QUOTED = 4  # words between quotation marks that are speech; fewer are a title or a turn of phrase
_LETTERS = re.compile(r"[^\W_]+")


def contradiction(claim: Statement, sources: Sequence[Statement], known: Container[str] = ()) -> Reason | None:
    """What a claim says against the sentences it draws on, or beyond them; None when there is nothing. `known` are the
    terms of the rest of the page."""
    if denies_otherwise(claim, sources):
        return "negation"
    if is_surer(claim, sources):
        return "certainty"
    parts = [part for part in claim.clauses if len(part.terms) > 1] or [claim]
    if any(says_the_opposite(part, closest_clauses(part, sources)) for part in parts):
        return "direction"
    if says_more(claim, sources):
        return "degree"
    if says_it_of_more(claim, closest_clauses(claim, sources)):
        return "quantity"
    if speaks_for_another(claim, sources):
        return "speaker"
    if displaced := displaces(claim, sources, known):
        return displaced
    return "order" if exchanges_parts(claim, sources) else None


def misquotes(claim: Statement, plain: str, fewest: int = FEWEST_QUOTED) -> bool:
    """Whether the claim puts so many words between quotation marks that do not stand together in the text."""
    runs = [_LETTERS.findall(claim.plain[start:end]) for start, end in _quoted(claim)]
    if not any(len(run) >= fewest for run in runs):
        return False
    heard = f" {' '.join(_LETTERS.findall(plain))} "
    return any(len(run) >= fewest and f" {' '.join(run)} " not in heard for run in runs)


def quoted_terms(claim: Statement) -> list[list[str]]:
    """The terms of each run between quotation marks, in order."""
    runs = [[word.term for word in claim.words if start <= word.start < end] for start, end in _quoted(claim)]
    return [run for run in runs if len(run) > 2]


def _quoted(claim: Statement) -> list[tuple[int, int]]:
    """Where something stands between quotation marks; nowhere when they do not pair."""
    marks = [n for n, ch in enumerate(claim.plain) if ch == '"']
    return [(start + 1, end) for start, end in zip(marks[::2], marks[1::2], strict=True)] if len(marks) % 2 == 0 else []


def is_said(figure: Figure, others: Iterable[Figure]) -> bool:
    """Whether one of the others says as much: a figure with a unit needs that unit, and a year is no decade."""
    if figure.unit and figure.kind != "ordinal":
        return any(other.measure == figure.measure for other in others)
    is_decade = figure.kind == "decade"
    return any(other.value == figure.value and is_decade >= (other.kind == "decade") for other in others)


def may_be_a_pronoun(figure: Figure) -> bool:
    """ "One" often counts nothing, and "first" is a superlative like others."""
    return figure.value <= 1 and not figure.in_digits
