"""What to fetch next and when to stop, as a pure function: what is known at a moment in, what to do about it out.

Waiting costs every reader, a page too few costs this one; so nothing waits for the slowest. Measured with twelve pages
of 300 ms of which every fifth takes 8 s: waiting for all of them costs a card 7.7 s, this 0.15 s.

Decisions that depend on what pages say are taken only when every page that came in has been judged. Where all answers
are instant, as in a recorded web, the outcome therefore does not depend on which of them was processed first.
"""

import math
from collections.abc import Sequence

import msgspec

from server.core.promise import AGREED, SURE, WORTH, Promise


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How much is fetched and how long is waited. Seconds, unless the name says otherwise."""

    places: int = 12  # pages read or awaited
    quorum: int = 8  # pages on the subject that are enough: one more than a card has sources
    few: int = 3  # with fewer, whatever is under way is waited for
    most: int = 24  # pages asked for in all
    deadline_s: float = 8.0  # for all of a card's pages together
    grace_s: float = 0.15  # for what is still under way once there is enough
    slow_least_s: float = 0.4
    slow_most_s: float = 1.5
    first_look_s: float = 0.25  # from the first search answer: until then half the places are kept for better results
    search_s: float = 1.5  # from then on a search is late
    reading_s: float = 2.0  # a page that came and is not read by then is nothing to wait for either
    promised_s: float = 1.2  # from the start: a model has asked by then, if it asks at all

    @classmethod
    def for_pages(cls, places: int, deadline_s: float) -> "Pace":
        """In proportion to the pages a card may ask for."""
        places, quorum = max(0, places), max(1, math.ceil(places * 2 / 3))
        return cls(places=places, quorum=quorum, few=min(3, quorum), most=2 * places, deadline_s=max(0.0, deadline_s))

    def slow_after_s(self, came_in_s: Sequence[float]) -> float:
        """The age at which a page counts as slow: half again what three quarters of those that came needed."""
        if len(came_in_s) < self.few:
            return self.slow_most_s
        third_quartile = sorted(came_in_s)[math.ceil(len(came_in_s) * 0.75) - 1]
        return min(self.slow_most_s, max(self.slow_least_s, 1.5 * third_quartile))

    def patience_s(self, good: int) -> float:
        """How long what is slow is waited for, beyond being slow: the less there is, the longer."""
        if good < self.few:
            return math.inf
        return 0.0 if 2 * good > self.quorum else 0.5


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """What is known at a moment."""

    waiting: Sequence[Promise] = ()  # not asked for yet, best first
    open_s: Sequence[float] = ()  # how long each page that has not answered has been asked for
    first_hand_s: Sequence[float] = ()  # … those among them that are where others have it from
    came_in_s: Sequence[float] = ()  # how long each page took that came
    asked: int = 0
    read: int = 0
    good: int = 0  # on the subject, of those read
    reading_s: Sequence[float] = ()  # how long each page has been read that came and is not read to its end
    since_start_s: float = 0.0
    since_asking_s: float = 0.0  # since the first page was asked for
    since_enough_s: float = 0.0  # since there was a quorum
    searches: int = 0  # not answered yet
    since_answer_s: float | None = None  # since the first search answered
    promised: bool = False  # more questions may come
    can_widen: bool = False  # pages on the subject suggest questions that were not asked


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What to do now."""

    start: Sequence[Promise] = ()
    widen: bool = False
    stop: str | None = None  # the reason for what is left, in words for a card's reader
    look_again_s: float = math.inf  # unless something happens before


ENOUGH = "not needed: enough was read"
TOO_LATE = "too slow: the time for reading was over"
TOO_MANY = "not asked for: a card may ask for no more pages"


def next_step(now: Moment, pace: Pace) -> Step:
    """Start what is worth it, widen the search where little was found, stop when more is not worth waiting for."""
    if now.since_asking_s >= pace.deadline_s or now.since_start_s >= 2 * pace.deadline_s:
        return Step(stop=TOO_LATE)
    slow_s = pace.slow_after_s(now.came_in_s)
    if now.good >= pace.quorum:
        return Step(look_again_s=_next_look(now, pace, slow_s)) if _unjudged(now, pace) else _finish(now, pace, slow_s)
    if start := _choose(now, pace, slow_s):
        return Step(start=start, look_again_s=_next_look(now, pace, slow_s))
    if _unjudged(now, pace):
        return Step(look_again_s=_next_look(now, pace, slow_s))
    if _should_widen(now, pace) and _room(now, pace, slow_s) > 0:
        return Step(widen=True)
    left_s = _patience_left(now, pace, slow_s)
    if left_s <= 0:
        return Step(stop=ENOUGH if _room(now, pace, slow_s) > 0 or now.asked < pace.most else TOO_MANY)
    return Step(look_again_s=_next_look(now, pace, slow_s, left_s))


def _unjudged(now: Moment, pace: Pace) -> bool:
    """Whether pages came and are being read, none of them for too long."""
    return any(age < pace.reading_s for age in now.reading_s)


def _should_widen(now: Moment, pace: Pace) -> bool:
    """Nothing is left of what was found, and nobody is about to ask better."""
    awaits_questions = now.promised and now.since_start_s < pace.promised_s
    return now.can_widen and now.good > 0 and not now.searches and not awaits_questions


def _finish(now: Moment, pace: Pace, slow_s: float) -> Step:
    """There is enough. Only where reports have it from is still worth a fetch, and that while it is not slow."""
    start = [promise for promise in now.waiting if promise.value >= AGREED and promise.found.way == "agreed"]
    if start and now.asked < pace.most:
        return Step(start=start[: pace.most - now.asked])
    left_s = [pace.grace_s - now.since_enough_s] if now.open_s else []
    left_s += [slow_s - age for age in now.first_hand_s]
    if max(left_s, default=0.0) <= 0:
        return Step(stop=ENOUGH)
    return Step(look_again_s=min(max(left_s), pace.deadline_s - now.since_asking_s))


def _room(now: Moment, pace: Pace, slow_s: float) -> int:
    """Free places. A page that is slow has lost its place, and one that failed; until all that came has been judged,
    nobody knows of the latter."""
    slow = sum(age >= slow_s for age in now.open_s)
    held = now.asked - slow if _unjudged(now, pace) else now.read + len(now.open_s) - slow
    return min(pace.places - held, pace.most - now.asked)


def _choose(now: Moment, pace: Pace, slow_s: float) -> Sequence[Promise]:
    """The best that are worth a fetch at this point, as many as there is room for."""
    room = _room(now, pace, slow_s)
    if now.searches and now.since_answer_s is not None and now.since_answer_s < pace.first_look_s:
        room -= pace.places // 2
    worth = [promise for promise in now.waiting if promise.value >= SURE]
    if not worth and not _unjudged(now, pace) and not now.searches and (now.read >= pace.few or not now.open_s):
        worth = [promise for promise in now.waiting if promise.value >= WORTH]
    return worth[: max(0, room)]


def _patience_left(now: Moment, pace: Pace, slow_s: float) -> float:
    """Seconds for which something that is under way is still worth waiting for; 0 or less when nothing is."""
    patience_s = pace.patience_s(now.good)
    left_s = [slow_s + patience_s - age for age in now.open_s]
    left_s += [pace.reading_s + patience_s - age for age in now.reading_s]
    if now.searches:
        left_s.append(math.inf if now.since_answer_s is None else pace.search_s + patience_s - now.since_answer_s)
    if now.promised:
        left_s.append(pace.promised_s + patience_s - now.since_start_s)
    return max(left_s, default=0.0)


def _next_look(now: Moment, pace: Pace, slow_s: float, left_s: float = math.inf) -> float:
    """When the passing of time alone will change something."""
    moments = [left_s, pace.deadline_s - now.since_asking_s, 2 * pace.deadline_s - now.since_start_s]
    moments += [slow_s - age for age in now.open_s] + [pace.reading_s - age for age in now.reading_s]
    if now.searches and now.since_answer_s is not None:
        moments.append(pace.first_look_s - now.since_answer_s)
    if now.promised:
        moments.append(pace.promised_s - now.since_start_s)
    return min(moment for moment in moments if moment > 0)
