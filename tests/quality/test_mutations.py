"""Claims of invented pages, each made false in many ways: what gate and verifier let pass, and what true they lose."""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from server.core.numbers import numbers
from server.core.support import Verifier, judge_support
from server.core.words import names
from tests.quality.mutations import KINDS, Kind, mutate_claim

TABLE: dict[str, Any] = json.loads((Path(__file__).parents[1] / "cases" / "claims.json").read_text(encoding="utf-8"))
SURVIVORS = 0.05
FALSE_ALARMS = 0.10


class Case(NamedTuple):
    """One claim of the table with its page, its quotation and what stands around that."""

    page: str
    claim: str
    quote: str
    around: str
    is_true: bool


def cases() -> list[Case]:
    found: list[Case] = []
    for page, claim, places, is_true, _ in TABLE["claims"]:
        sentences = TABLE["pages"][page]
        near = sorted({n for place in places for n in (place - 1, place + 1) if 0 <= n < len(sentences)})
        around = " ".join([*sentences[:3], *(sentences[n] for n in near)])
        found.append(Case(page, claim, " ".join(sentences[place] for place in places), around, is_true))
    return found


@cache
def verifier(page: str) -> Verifier:
    return Verifier(TABLE["pages"][page])


TRUE = [case for case in cases() if case.is_true]
FALSE = [case for case in cases() if not case.is_true]


def is_shown(case: Case, claim: str) -> bool:
    """Whether a card could say it, citing the quotation."""
    return judge_support(claim, case.quote, case.around).support is not None


def others_of(case: Case) -> list[str]:
    """Numbers and names of the page."""
    sentences = TABLE["pages"][case.page]
    words = [word.strip('.,%$"') for sentence in sentences for word in sentence.split()]
    figures = {word for word in words if word.replace(",", "").isdigit()}
    return sorted(figures | {name for sentence in sentences for name in names(sentence)})


@pytest.mark.parametrize("case", FALSE, ids=lambda case: case.claim[:60])
def test_a_false_claim_is_neither_shown_nor_called_supported(case: Case) -> None:
    """Each differs from a true one in a single respect."""
    assert not is_shown(case, case.claim)
    assert verifier(case.page).judge(case.claim).label != "supported"


@pytest.mark.parametrize("case", TRUE, ids=lambda case: case.claim[:60])
def test_a_true_claim_is_shown_and_called_supported(case: Case) -> None:
    """In other words, other spellings of numbers and dates, and with less than its source says."""
    judged = verifier(case.page).judge(case.claim)
    assert is_shown(case, case.claim)
    assert judged.label == "supported", judged


def test_at_most_one_mutant_in_twenty_survives_and_none_with_a_number_the_page_does_not_hold() -> None:
    """Of some hundreds; the false alarms on true claims stay below one in ten."""
    made, survived = Counter[Kind](), Counter[Kind]()
    strange: list[str] = []
    alive: list[str] = []
    for case in TRUE:
        held = numbers(" ".join(TABLE["pages"][case.page]))
        for kind in KINDS:
            for mutant in mutate_claim(case.claim, kind, others_of(case)):
                made[kind] += 1
                if is_shown(case, mutant):
                    survived[kind] += 1
                    alive.append(f"{kind}: {mutant}")
                    strange += [mutant] * bool(numbers(mutant) - held)
    assert sum(made.values()) > 300, made
    assert min(made[kind] for kind in KINDS) > 10, made
    assert strange == []
    assert sum(survived.values()) <= SURVIVORS * sum(made.values()), alive
    alarms = [case.claim for case in TRUE if not is_shown(case, case.claim)]
    assert len(alarms) <= FALSE_ALARMS * len(TRUE), alarms


@pytest.mark.parametrize(
    ("kind", "claim", "mutant"),
    [
        ("number", "It cost 41,000 crowns.", "It cost 42,000 crowns."),
        ("number", "It cost 41,000 crowns.", "It cost 14,000 crowns."),
        ("number", "Nine of two thousand left.", "Nine of four thousand left."),
        ("number", "It had 16 million users.", "It had 16 billion users."),
        ("name", "Osprey Lines bought it.", "Tessaly bought it."),
        ("date", "It was lit on 1 March 2026.", "It was lit on 2 March 2026."),
        ("date", "It was lit on 1 March 2026.", "It was lit on 1 June 2026."),
        ("date", "It was lit on March 1, 2026.", "It was lit on March 1, 2025."),
        ("negation", "The lamp was lit.", "The lamp was not lit."),
        ("negation", "The lamp was not lit.", "The lamp was lit."),
        ("negation", "Osprey sold it.", "It is false that Osprey sold it."),
        ("scope", "It may rain.", "It will rain."),
        ("scope", "Some fishermen left.", "All fishermen left."),
        ("scope", "Sales rose by more than 5%.", "Sales rose by less than 5%."),
    ],
)
def test_a_mutant_is_false_in_one_respect(kind: Kind, claim: str, mutant: str) -> None:
    """Among those made of the claim, none of which is the claim itself."""
    made = list(mutate_claim(claim, kind))
    assert mutant in made
    assert claim not in made
    assert len(made) == len(set(made))


def test_a_claim_that_offers_nothing_gives_no_mutant() -> None:
    """No number, no date, no name, nothing to strengthen."""
    for kind in ("number", "name", "date", "scope"):
        assert list(mutate_claim("it shines", kind)) == []


def test_a_page_lends_its_own_numbers_and_names() -> None:
    """The hardest to notice."""
    assert "It cost 28 crowns." in mutate_claim("It cost 41 crowns.", "number", ["28", "Marlin"])
    assert "Marlin left." in mutate_claim("Osprey left.", "name", ["28", "Marlin", "Osprey Lines"])
