"""Whether a claim puts one name or figure where its source has another.

"Osprey bought Dunmere" on a page that also names Velland is told from "Velland bought Dunmere" by what stands next to
the names: in the source, "bought" stands next to Osprey, and Velland next to other things.
"""

import re
from collections.abc import Container, Iterator, Sequence
from typing import Literal, NamedTuple

from server.core.lexicon import ALIASES, MONTHS
from server.core.reading import MAY
from server.core.support.statement import Statement, statement

NEAR = 3  # words on either side that tell what place it is
# How much better another has to fit; 1 is a word right beside both. A name that the sources have may be one of a list.
STRANGE_NAME, KNOWN_NAME, FIGURE = 0.7, 1.0, 0.7
_ASIDE = re.compile(r",[^,.;:]{3,80},|\([^()]{1,80}\)")  # "Dunmere, founded in 1874, employs"

_YEAR = re.compile(r"[12]\d{3}")
_WHEN = re.compile(
    rf"(?:\b(?:in|since|by|until|till|of|before|after|from|to|during|through|early|late|mid|season|year)[ -]|"
    rf"\b(?:{'|'.join(MONTHS)}|{MAY}) (?:\d\d?,? )?)(?P<year>\d{{4}})\b(?! [a-z]+s\b)"
)


class Unit(NamedTuple):
    """A word, or the words of one name."""

    terms: frozenset[str]
    kind: Literal["word", "name", "number"]
    initials: str = ""
    is_time: bool = False  # a year that says when; "2,019 crates" may be written without its comma


def displaces(
    claim: Statement, sources: Sequence[Statement], known: Container[str] = ()
) -> Literal["name", "number"] | None:
    """What of a claim stands where its sources have another of the kind, that the claim does not have; None if nothing
    does. A name that is neither in the sources nor `known` from elsewhere, and a year that the sources have not, may
    only stand where they have none."""
    units = _units(claim)
    heard = [_units(source) for source in sources]
    heard += [_units(statement(_ASIDE.sub("", s.text))) for s in sources if _ASIDE.search(s.text)]
    present = frozenset().union(*(source.terms for source in sources))
    for at, unit in enumerate(units):
        is_there = bool(unit.terms & present) or any(_is_same(unit, there) for source in heard for there in source)
        is_lent = unit.kind == "number" and not is_there
        if unit.kind == "word" or (is_lent and not all(map(_YEAR.fullmatch, unit.terms))):
            continue
        own = other = 0.0
        for there, fit in _fits(units, at, heard):
            if _is_same(unit, there):
                own = max(own, fit)
            elif not there.terms & claim.terms and (there.is_time or not (unit.is_time and is_there)):
                other = max(other, fit)
        is_known = is_there or any(term in known for term in unit.terms)
        margin = FIGURE if unit.kind == "number" else KNOWN_NAME if is_known else STRANGE_NAME
        if other > own + margin:
            return unit.kind
    return None


def _is_same(one: Unit, other: Unit) -> bool:
    """Whether two units share a word, or one is the other's acronym."""
    return bool(one.terms & other.terms) or one.initials in other.terms or other.initials in one.terms


def _fits(units: list[Unit], at: int, heard: list[list[Unit]]) -> Iterator[tuple[Unit, float]]:
    """Every place of the sources where something of the kind stands, and how far the same words stand around it.

    A figure's words stand on the same side of it; a name may have changed sides with a verb in the passive.
    """
    kind = units[at].kind
    after, before = units[at + 1 : at + 1 + NEAR], units[:at][: -NEAR - 1 : -1]
    for there in heard:
        for place, unit in enumerate(there):
            if unit.kind == kind:
                follows, precedes = there[place + 1 : place + 1 + NEAR], there[:place][: -NEAR - 1 : -1]
                same = _likeness(after, follows) + _likeness(before, precedes)
                turned = _likeness(after, precedes) + _likeness(before, follows) if kind == "name" else 0.0
                yield unit, max(same, turned)


def _likeness(one: list[Unit], other: list[Unit]) -> float:
    """Words common to two sides, more the nearer they stand in both."""
    return sum(
        1 / (1 + n + m) for n, unit in enumerate(one) for m, there in enumerate(other) if unit.terms & there.terms
    )


def _units(statement: Statement) -> list[Unit]:
    found: list[Unit] = []
    times = {match.start("year") for match in _WHEN.finditer(statement.plain)}
    end = -1
    for at, word in enumerate(statement.words):
        if word.kind == "name":
            name = ALIASES.get(word.term, word.term)
            if found and found[-1].kind == "name" and end == at - 1:
                found[-1] = Unit(found[-1].terms | {name}, "name", found[-1].initials + name[0])
            else:
                found.append(Unit(frozenset({name}), "name", name[0]))
            end = at
        else:
            is_number = word.kind in ("number", "year") and word.term[0].isdecimal()
            found.append(Unit(frozenset({word.term}), "number" if is_number else "word", "", word.start in times))
    return found
