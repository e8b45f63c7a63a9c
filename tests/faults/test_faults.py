"""The quick half of the faults, with small numbers; `make test-faults` plays all of them in full.

Real processes are killed, each by its id; a busy machine makes them slow, so they wait long for what should come soon.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults import cases
from tests.faults.cases import Outcome

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see processes"),
]


@pytest.mark.parametrize(
    "play",
    [
        pytest.param(lambda: cases.one_job(asks=200, late_asks=100), id="200 ask at once"),
        pytest.param(lambda: cases.killed(jobs=8, whole_trees=False), id="kill -9 of a pool in each phase"),
        pytest.param(lambda: cases.valkey_killed(jobs=5, empty=True), id="valkey comes back empty"),
        pytest.param(lambda: cases.poisoned(others=4), id="a poison job"),
    ],
)
def test_a_fault_costs_no_job_no_card_and_no_reader(play: Callable[[], Outcome]) -> None:
    """Each of a case's checks holds; what did not is named."""
    assert play().faults == ()
