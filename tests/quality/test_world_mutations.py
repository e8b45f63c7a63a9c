"""What stands on cards of the recorded worlds, made false in many ways, does not stand on them any more."""

from tests.quality.test_worlds import needs_worlds
from tests.quality.world_mutations import all_mutants, false_alarms

SURVIVORS = 0.05
FALSE_ALARMS = 0.10


@needs_worlds
def test_claims_made_false_are_not_shown() -> None:
    """At most one in twenty passes, and none with a number that the page it would cite does not have."""
    mutants = all_mutants()
    assert len(mutants) >= 500
    shown = [mutant for mutant in mutants if mutant.shown]
    assert len(shown) <= SURVIVORS * len(mutants), shown
    assert [mutant for mutant in shown if mutant.strange_number] == []


@needs_worlds
def test_claims_that_are_true_are_seldom_refused() -> None:
    """At most one in ten of what the writer took from the pages."""
    refused, proposed = false_alarms()
    assert refused <= FALSE_ALARMS * proposed
