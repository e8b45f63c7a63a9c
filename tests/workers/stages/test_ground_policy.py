"""What is fetched next, and when reading stops: values in, decisions out."""

import math
from typing import Any

import pytest

from server.core.promise import AGREED, POSTED, SURE, WORTH, Found, Promise
from workers.stages.ground.policy import ENOUGH, TOO_LATE, TOO_MANY, Moment, Pace, Step, next_step

PACE = Pace.for_pages(12, 8.0)


def promises(*values: float, way: Any = "searched") -> list[Promise]:
    """Pages that promise so much, best first."""
    return [Promise(Found(url=f"https://{way}{n}.example/", way=way), value) for n, value in enumerate(values)]


def decide(**known: Any) -> Step:
    return next_step(Moment(**known), PACE)


# ---- what to start -------------------------------------------------------------------------------------


def test_the_best_are_started_in_their_order_until_all_places_are_taken() -> None:
    """Twelve, where twenty are worth it."""
    waiting = promises(*(1 - n / 100 for n in range(20)))
    assert decide(waiting=waiting, since_answer_s=0.0).start == waiting[:12]


def test_what_promises_little_is_held_back_until_pages_were_read() -> None:
    """Then it is compared with them, and what still promises little is never asked for."""
    waiting = promises((SURE + WORTH) / 2, WORTH - 0.01)
    assert decide(waiting=waiting, asked=4, open_s=[0.1] * 4).start == ()
    assert decide(waiting=waiting, asked=4, open_s=[0.1], read=3, good=3).start == waiting[:1]


def test_while_searches_are_to_answer_half_the_places_are_kept_for_what_they_find() -> None:
    """For a moment, and not where nothing is to come."""
    waiting = promises(*[1.0] * 20)
    assert len(decide(waiting=waiting, searches=3, since_answer_s=0.0).start) == 6
    assert len(decide(waiting=waiting, searches=3, since_answer_s=PACE.first_look_s).start) == 12
    assert decide(waiting=waiting[:6], searches=3, since_answer_s=0.1).look_again_s <= PACE.first_look_s


def test_pages_that_the_post_links_to_need_no_search() -> None:
    """They are started while every search is still to answer."""
    waiting = promises(POSTED, POSTED, way="posted")
    assert decide(waiting=waiting, searches=5).start == waiting


def test_a_page_that_failed_gives_its_place_to_the_next() -> None:
    """Twelve were asked for, two failed: two more."""
    assert len(decide(waiting=promises(*[1.0] * 5), asked=12, read=5, good=5, open_s=[0.1] * 5).start) == 2


def test_no_place_is_given_away_before_what_came_was_judged() -> None:
    """So that the outcome does not depend on which of several instant answers was processed first."""
    known: dict[str, Any] = {"waiting": promises(*[1.0] * 5), "asked": 12, "read": 5, "good": 5, "reading_s": [0.1] * 5}
    assert decide(**known).start == ()
    assert decide(**known).stop is None


def test_a_page_that_takes_too_long_to_be_read_is_not_waited_for() -> None:
    """It costs its place and 2 s, not the card; with enough read it costs no more than that."""
    known: dict[str, Any] = {"waiting": promises(*[1.0] * 5), "asked": 12, "read": 11, "good": 9}
    assert decide(**known, reading_s=[1.9]).stop is None
    assert decide(**known, reading_s=[1.9]).look_again_s == pytest.approx(0.1)
    assert decide(**known, reading_s=[2.0]).stop == ENOUGH
    assert len(decide(**{**known, "good": 4}, reading_s=[2.0]).start) == 1


def test_a_page_that_is_slow_gives_its_place_to_the_next() -> None:
    """It may still come."""
    known: dict[str, Any] = {"waiting": promises(*[1.0] * 5), "asked": 12, "read": 4, "good": 4}
    known["came_in_s"] = [0.3] * 4
    assert decide(**known, open_s=[0.44] * 8).start == ()
    assert decide(**known, open_s=[0.44] * 8).look_again_s == pytest.approx(0.01)
    assert len(decide(**known, open_s=[0.46] * 3 + [0.44] * 5).start) == 3


def test_no_card_asks_for_more_than_twice_its_places() -> None:
    """However many fail; what is left says so."""
    step = decide(waiting=promises(*[1.0] * 9), asked=22, read=1, good=1)
    assert len(step.start) == 2
    assert decide(waiting=promises(*[1.0] * 9), asked=24, read=1, good=1).stop == TOO_MANY


@pytest.mark.parametrize("places", [0, 1, 2, 5])
def test_a_setting_of_few_pages_is_kept_to(places: int) -> None:
    """And the quorum shrinks with it."""
    pace = Pace.for_pages(places, 8.0)
    assert len(next_step(Moment(waiting=promises(*[1.0] * 20)), pace).start) == places
    done = Moment(asked=places, read=places, good=places, waiting=promises(*[1.0] * 20))
    assert next_step(done, pace).stop is not None


# ---- what counts as slow -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("came_in_s", "slow_s"),
    [
        ((), 1.5),
        ((0.1, 0.1), 1.5),
        ((0.1, 0.1, 0.1), 0.4),
        ((0.3, 0.3, 0.3, 0.3), 0.45),
        ((0.2, 0.2, 0.2, 0.8), 0.4),
        ((0.2, 0.2, 0.8, 0.8), 1.2),
        ((3.0, 3.0, 3.0), 1.5),
    ],
)
def test_a_page_is_slow_beside_those_that_came(came_in_s: tuple[float, ...], slow_s: float) -> None:
    """Half again what three quarters of them needed, within bounds; unknown until three came."""
    assert PACE.slow_after_s(came_in_s) == pytest.approx(slow_s)


# ---- when to stop ------------------------------------------------------------------------------------


def test_a_quorum_of_pages_on_the_subject_ends_it_after_a_short_grace() -> None:
    """What is under way has 150 ms, and nothing more is started."""
    known: dict[str, Any] = {"waiting": promises(*[1.0] * 9), "asked": 12, "read": 9, "good": 8, "open_s": [0.3] * 3}
    step = decide(**known, since_enough_s=0.1)
    assert (step.start, step.stop) == ((), None)
    assert step.look_again_s == pytest.approx(0.05)
    assert decide(**known, since_enough_s=0.15).stop == ENOUGH


def test_with_a_quorum_and_nothing_under_way_it_is_over_at_once() -> None:
    """Searches that are late, and the writer's questions, change nothing."""
    assert decide(asked=12, read=12, good=8, searches=2, promised=True).stop == ENOUGH


def test_pages_on_other_subjects_make_no_quorum() -> None:
    """Eleven of them and one good: two more are asked for."""
    assert decide(waiting=promises(0.9, 0.8), asked=12, read=12, good=1, open_s=[]).stop is not None
    assert len(decide(waiting=promises(0.9, 0.8), asked=10, read=10, good=1).start) == 2


def test_where_reports_have_it_from_is_fetched_though_there_is_enough() -> None:
    """And waited for until it counts as slow; any other page is not."""
    known: dict[str, Any] = {"asked": 12, "read": 12, "good": 9, "came_in_s": [0.3] * 12}
    source = promises(AGREED, way="agreed")
    assert decide(**known, waiting=[*source, *promises(1.0)]).start == source
    assert decide(**known, open_s=[0.2], first_hand_s=[0.2], since_enough_s=0.9).look_again_s == pytest.approx(0.25)
    assert decide(**known, open_s=[0.46], first_hand_s=[0.46], since_enough_s=0.9).stop == ENOUGH


@pytest.mark.parametrize(("good", "patience_s"), [(0, math.inf), (2, math.inf), (3, 0.5), (4, 0.5), (5, 0.0), (7, 0.0)])
def test_the_less_there_is_the_longer_a_slow_page_is_waited_for(good: int, patience_s: float) -> None:
    """With two pages, until the time is over; with five, not at all."""
    known: dict[str, Any] = {"asked": 12, "read": 9, "good": good, "came_in_s": [0.3] * 9, "since_asking_s": 1.0}
    slow_s = PACE.slow_after_s(known["came_in_s"])
    assert decide(**known, open_s=[min(7.9, slow_s + patience_s - 0.01)]).stop is None
    if patience_s < math.inf:
        assert decide(**known, open_s=[slow_s + patience_s]).stop == ENOUGH


def test_nothing_is_waited_for_beyond_the_deadline() -> None:
    """Of the first page, or of the whole where there never was one."""
    assert decide(asked=3, open_s=[8.0] * 3, since_asking_s=8.0).stop == TOO_LATE
    assert decide(searches=2, since_start_s=15.9).stop is None
    assert decide(searches=2, since_start_s=16.0).stop == TOO_LATE
    assert decide(asked=1, open_s=[0.1], since_asking_s=7.0, reading_s=[0.1]).look_again_s <= 1.0


def test_with_nothing_to_read_and_nothing_to_come_it_is_over() -> None:
    """Also when nothing was found at all."""
    assert decide().stop is not None
    assert decide(waiting=promises(WORTH - 0.1)).stop is not None


def test_a_late_search_is_waited_for_while_there_is_little() -> None:
    """Not once most of a quorum was read."""
    assert decide(searches=1, since_answer_s=3.0, asked=2, read=2, good=2).stop is None
    assert decide(searches=1, since_answer_s=1.4, asked=5, read=5, good=5).stop is None
    assert decide(searches=1, since_answer_s=1.5, asked=5, read=5, good=5).stop is not None
    assert decide(searches=1, asked=5, read=5, good=5).stop is None


def test_questions_that_are_promised_are_waited_for_while_there_is_little() -> None:
    """A model that has not asked within the time it takes will not hold up a card that has most of a quorum."""
    assert decide(promised=True, since_start_s=5.0, asked=2, read=2, good=1).stop is None
    assert decide(promised=True, since_start_s=1.1, asked=6, read=6, good=6).stop is None
    assert decide(promised=True, since_start_s=1.2, asked=6, read=6, good=6).stop is not None


# ---- widening ----------------------------------------------------------------------------------------


def test_the_search_widens_where_all_that_was_found_is_read_and_little_is_good() -> None:
    """While pages that were asked for may still be under way."""
    known: dict[str, Any] = {"asked": 5, "read": 4, "good": 3, "open_s": [0.1], "can_widen": True}
    assert decide(**known).widen
    assert not decide(**known, searches=1).widen
    assert not decide(**known, reading_s=[0.1]).widen
    assert not decide(**known, waiting=promises(0.9)).widen
    assert not decide(**{**known, "good": 0}).widen
    assert not decide(**{**known, "can_widen": False}).widen


def test_a_quorum_never_widens() -> None:
    """There is enough."""
    assert not decide(asked=8, read=8, good=8, can_widen=True).widen


# ---- every moment ------------------------------------------------------------------------------------


def test_every_moment_has_something_to_do_or_to_wait_for() -> None:
    """No decision is to do nothing and never look again, and none looks again in no time."""
    for waiting in ((), promises(1.0), promises(0.52)):
        for asked, read, good, slow in ((0, 0, 0, 0), (4, 2, 1, 2), (12, 9, 8, 3), (12, 0, 0, 12), (24, 4, 2, 1)):
            for searches, answered in ((0, None), (2, None), (2, 0.1), (2, 3.0)):
                for unjudged in (0, 1):
                    moment = Moment(
                        waiting=waiting, asked=asked, read=read, good=good, open_s=[1.0] * slow, searches=searches,
                        since_answer_s=answered, reading_s=[0.1] * unjudged, since_start_s=1.2, since_asking_s=1.0,
                    )  # fmt: skip
                    step = next_step(moment, PACE)
                    assert step.start or step.widen or step.stop is not None or 0 < step.look_again_s < math.inf
