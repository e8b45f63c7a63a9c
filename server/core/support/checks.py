"""The checks that gate and verifier share."""

import re
from collections.abc import Iterable, Sequence

from server.core.numbers import Figure
from server.core.support.contrasts import exchanges_parts, says_it_of_more, says_more, says_the_opposite
from server.core.support.negation import denies_otherwise
from server.core.support.reasons import Reason
from server.core.support.statement import Statement
from server.core.support.wording import is_surer, speaks_for_another

FEWEST_QUOTED = 4  # words between quotation marks that are speech; fewer are a title or a turn of phrase
_QUOTED = re.compile(r'"([^"]{12,600})"')
_LETTERS = re.compile(r"[^\W_]+")


def contradiction(claim: Statement, sources: Sequence[Statement]) -> Reason | None:
    """What a claim says against the sentences it draws on, or beyond them; None when there is nothing."""
    if denies_otherwise(claim, sources):
        return "negation"
    if is_surer(claim, sources):
        return "certainty"
    if says_the_opposite(claim, sources):
        return "direction"
    if says_more(claim, sources):
        return "degree"
    if says_it_of_more(claim, sources):
        return "quantity"
    if speaks_for_another(claim, sources):
        return "speaker"
    return "order" if exchanges_parts(claim, sources) else None


def misquotes(claim: Statement, plain: str) -> bool:
    """Whether the claim puts words between quotation marks that do not stand together in the text."""
    runs = [_LETTERS.findall(quoted) for quoted in _QUOTED.findall(claim.plain)]
    if not any(len(run) >= FEWEST_QUOTED for run in runs):
        return False
    heard = f" {' '.join(_LETTERS.findall(plain))} "
    return any(len(run) >= FEWEST_QUOTED and f" {' '.join(run)} " not in heard for run in runs)


def quoted_terms(claim: Statement) -> list[list[str]]:
    """The terms of each run between quotation marks, in order."""
    runs = [[w.term for w in claim.words if m.start() < w.start < m.end()] for m in _QUOTED.finditer(claim.plain)]
    return [run for run in runs if len(run) > 2]


def is_said(figure: Figure, others: Iterable[Figure]) -> bool:
    """Whether one of the others says as much: a figure with a unit needs that unit, and a year is no decade."""
    if figure.unit and figure.kind != "ordinal":
        return any(other.measure == figure.measure for other in others)
    is_decade = figure.kind == "decade"
    return any(other.value == figure.value and is_decade >= (other.kind == "decade") for other in others)


def may_be_a_pronoun(figure: Figure) -> bool:
    """ "One" often counts nothing."""
    return figure.value <= 1 and figure.kind == "count" and not figure.in_digits
