"""The verifier's figures on the labelled claims beside this checkout: what may not get worse."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.quality.grounding import Figure, measure
from tests.quality.labelled import GROUNDING, balanced, interval, ranking_auc

FLOORS: dict[str, Any] = json.loads(Path(__file__).with_name("floors.json").read_text())["grounding"]
needs_claims = pytest.mark.skipif(not GROUNDING.is_dir(), reason=f"the labelled claims are not at {GROUNDING}")


@cache
def measured() -> dict[str, Figure]:
    return measure()


@needs_claims
@pytest.mark.parametrize("key", FLOORS["at_least"])
def test_a_figure_stays_above_its_floor(key: str) -> None:
    """Evidence found, claims told apart."""
    assert measured()[key].value >= FLOORS["at_least"][key], measured()[key]


@needs_claims
@pytest.mark.parametrize("key", FLOORS["at_most"])
def test_a_figure_stays_below_its_ceiling(key: str) -> None:
    """False support, exchanged figures."""
    assert measured()[key].value <= FLOORS["at_most"][key], measured()[key]


def test_balanced_accuracy_weighs_both_classes_the_same() -> None:
    """However many there are of each."""
    assert balanced([True] * 10, [True] * 9 + [False]) == 0.5
    assert balanced([True, False, False], [True, False, False]) == 1


def test_the_auc_is_the_chance_of_the_right_order() -> None:
    """A tie is half an order."""
    assert ranking_auc([0.1, 0.9], [False, True]) == 1
    assert ranking_auc([0.9, 0.1], [False, True]) == 0
    assert ranking_auc([0.5, 0.5, 0.5], [False, True, True]) == 0.5


def test_an_interval_holds_its_figure_and_is_the_same_each_time() -> None:
    """Drawn from a fixed seed."""
    values = [n % 3 == 0 for n in range(300)]
    first = interval(lambda drawn: sum(values[n] for n in drawn) / len(drawn), 300)
    assert first == interval(lambda drawn: sum(values[n] for n in drawn) / len(drawn), 300)
    value, low, high = first
    assert low < value < high
    assert high - low < 0.15
