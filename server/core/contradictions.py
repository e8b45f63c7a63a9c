"""Two sentences of different pages: do they tell one thing, and differ in one place of it?

Each comparison asks first whether both are about the same: the same words but for the place where they differ, the same
names, the same part of the whole. A difference that could be rounding, a bound, a later count or another day by the
clock is none.
"""

import re
from datetime import date
from typing import Literal

import msgspec

from server.core.numbers import Figure
from server.core.reading import read_terms
from server.core.sameness import (
    FEWEST_SHARED,
    hope_otherwise,
    is_one_number,
    measured_alike,
    name_the_same,
    published_within,
    shared_terms,
    tell_of_the_same,
)
from server.core.source import Source
from server.core.tellings import Telling

Slot = Literal["number", "date", "name", "denial"]

SAME_NUMBER = 0.55  # of the shorter sentence's terms that both must have, the place aside where they differ
SAME_FEW = 0.75  # of two and three there are many in any story
FEW = 20
SAME_DAY = 0.8
ANCHORED = 0.45  # where they have another figure in common
SAME_STORY = 0.6  # of a page's other sentence, to have told it the other's way as well
SAME_DEED = 0.7  # and a figure besides
SAME_STATE = 0.85
SAME_DENIED = 0.6  # of what somebody is said to deny
SAME_LENGTH = 0.7  # of the longer one: a denial of less denies something else
COUNT_DAYS = 14  # counts that were published further apart may both have been right
STATE_DAYS = 180  # what is measured or denied changes more slowly

_GROWS = re.compile(
    r"\b(?:now|so far|to date|since|as of|by (?:then|now|the end)|already|currently|still|rose|risen|grew|grown|"
    r"climb\w*|increas\w+|fell|fallen|dropp?\w*|double\w*|triple\w*|from \d[\d.,]*\S* to|updat\w+|revis\w+|correct\w+|"
    r"no longer|previously|formerly|used to (?:be|have)|(?:reached|passed|topped|surpassed) (?:the )?(?:[a-z]+ )?\d)"
)
_STILL_COUNTED = re.compile(
    r"\b(?:dead|died|deaths?|killed|injured|wounded|missing|arrest\w*|detained|evacuat\w+|displaced|homeless|victims?|"
    r"cases|infect\w+|patients|hospitali[sz]ed|vot(?:es?|ed|ers)|signatures|signed|downloads|downloaded|stars|followers|"
    r"subscri\w+|views|likes|comments|upvotes|points|sold|donat\w+|raised|outages?|reports|complaints)\b"
)
_DENIAL = re.compile(
    r"\b(?:not(?! (?:only|just|merely|all|always|every|yet|necessarily|entirely|fully|so|as)\b)|never|cannot|neither|"
    r"[a-z]+n't)\b"
)
_OTHER_DENIAL = re.compile(
    r"\b(?:no|none|nobody|nothing|nor|without|not|false\w*|untrue|fail\w*|lack\w*|refus\w+|unable|den(?:y|ies|ied|ying)|"
    r"reject\w*|disput\w+|refut\w+)\b"
)
_RELATIVE = re.compile(r"\b(?:who|that|which|whose|where|when|because|whoever|whatever)\b[^,;]*$")
_DENIES = re.compile(
    r"^(?:the )?(?P<who>\S+(?: \S+){0,4}?) (?:has |have |had |also |later |flatly |repeatedly )?"
    r"(?:den(?:y|ies|ied)|disputes?|disputed|reject(?:s|ed)|refut(?:es|ed)|contest(?:s|ed)) (?P<what>.{12,})"
)


class Difference(msgspec.Struct, frozen=True):
    """Where two sentences differ that tell one thing; `about` is what the dispute is about, for people."""

    slot: Slot
    about: str
    shared: int  # terms that both have


def compare(one: Telling, two: Telling) -> Difference | None:
    """How they contradict each other; None where they do not, and where they may only seem to."""
    found = None
    if one.scope == two.scope:
        found = _other_number(one, two) or _other_day(one, two)
    return found or _other_name(one, two) or _denied(one, two)


# ---- numbers ----------------------------------------------------------------------------------------


def _other_number(one: Telling, two: Telling) -> Difference | None:
    if _GROWS.search(one.plain) or _GROWS.search(two.plain) or not tell_of_the_same(one, two):
        return None
    pairs = measured_alike(one, two)
    different = [(a, b) for a, b in pairs if not is_one_number(a, b, one, two)]
    others = len(one.figures) - len(pairs), len(two.figures) - len(pairs)
    anchored = len(pairs) > 1
    if len(different) != 1 or (min(others) > 0 and not anchored) or hope_otherwise(one, two):
        return None
    if one.times != two.times and not (anchored and not (one.times and two.times)):
        return None
    a, b = different[0]
    if not published_within(STATE_DAYS if a.unit else COUNT_DAYS, one, two) or _is_later_count(a, b, one, two):
        return None
    counted = [word for word in one.counted(a) if word in two.counted(b)]
    share = ANCHORED if anchored else SAME_FEW if max(a.value, b.value) < FEW else SAME_NUMBER
    shared = shared_terms(one, two, share)
    if not shared:
        return None
    said = f"{one.figure_text(a)} or {two.figure_text(b)}"
    return Difference("number", said if a.unit or not counted else f"How many {' '.join(counted)}", shared)


def _is_later_count(a: Figure, b: Figure, one: Telling, two: Telling) -> bool:
    """Whether the later page tells more of what is still being counted: the dead, the votes, the downloads."""
    if not (one.published and two.published) or one.published == two.published:
        return False
    later_is_more = (a.value > b.value) == (one.published > two.published)
    return later_is_more and bool(_STILL_COUNTED.search(one.plain) and _STILL_COUNTED.search(two.plain))


# ---- days -------------------------------------------------------------------------------------------


def _other_day(one: Telling, two: Telling) -> Difference | None:
    apart = [(a, b) for a, b in zip(one.days, two.days, strict=False) if not _may_be_one_day(a, b)]
    if len(one.days) != len(two.days) or len(apart) != 1 or not name_the_same(one, two) or hope_otherwise(one, two):
        return None
    if not (one.dates_itself and two.dates_itself):
        return None
    a, b = apart[0]
    pairs = measured_alike(one, two)
    if any(not is_one_number(x, y, one, two) for x, y in pairs) or min(len(one.figures), len(two.figures)) > len(pairs):
        return None
    shared = shared_terms(one, two, SAME_DAY)
    return Difference("date", f"{one.said_days[a]} or {two.said_days[b]}", shared) if shared else None


def _may_be_one_day(a: str, b: str) -> bool:
    """Told more or less precisely, or across midnight from one another."""
    common = min(len(a), len(b))
    return a[:common] == b[:common] or (common == 10 and abs((date.fromisoformat(a) - date.fromisoformat(b)).days) < 2)


# ---- names ------------------------------------------------------------------------------------------


def _other_name(one: Telling, two: Telling) -> Difference | None:
    """One did what another is said to have done. Much happens to several, so the sentences must share a figure that is
    measured or large, each page must know of both, and neither may tell the same of both."""
    first, second = _names_apart(one, two), _names_apart(two, one)
    if len(first) != 1 or len(second) != 1 or one.days != two.days or hope_otherwise(one, two):
        return None
    pairs = measured_alike(one, two)
    same = [a for a, b in pairs if a.measure == b.measure and (a.unit or a.value >= 1000)]
    if not same or any(a.measure != b.measure for a, b in pairs):
        return None
    (name, mine), (other, theirs) = first[0], second[0]
    shared = shared_terms(one, two, SAME_DEED, without=mine | theirs)
    if not shared or not are_alternatives(name, other, (one.source, two.source)):
        return None
    return Difference("name", f"{name} or {other}", shared)


def _names_apart(one: Telling, two: Telling) -> list[tuple[str, frozenset[str]]]:
    """Names of the first sentence that the second has not, those of either speaker aside."""
    known = one.own | two.own | two.known
    return [(name, terms) for name, terms in one.names.items() if terms and not terms & known]


def are_alternatives(one: str, two: str, sources: tuple[Source, ...]) -> bool:
    """Whether every page names both, and some page lists them side by side: "DeepSeek, Moonshot and MiniMax"."""
    texts = [source.document.text for source in sources]
    if not all(one in text and two in text for text in texts):
        return False
    between = (
        r"(?:\s+AI)?(?:\s*\([^()]{1,30}\))?(?:,?\s+(?:and|or|&)\s+|,\s+)"
        r"(?:[A-Z][\w.-]*(?:\s[A-Z][\w.-]*){0,2}(?:,?\s+(?:and|or|&)\s+|,\s+)){0,3}(?:the\s+)?"
    )
    lists = [re.compile(rf"\b{re.escape(a)}{between}{re.escape(b)}\b") for a, b in ((one, two), (two, one))]
    return any(pattern.search(text) for pattern in lists for text in texts)


# ---- denials ----------------------------------------------------------------------------------------


def _denied(one: Telling, two: Telling) -> Difference | None:
    for claim, denial in ((one, two), (two, one)):
        if _DENIAL.search(claim.plain) or _OTHER_DENIAL.search(claim.plain):
            continue
        if found := _said_not_to_be(claim, denial) or _denied_by_somebody(claim, denial):
            return found
    return None


def _said_not_to_be(claim: Telling, denial: Telling) -> Difference | None:
    cues = list(_DENIAL.finditer(denial.plain))
    if len(cues) != 1 or _OTHER_DENIAL.search(denial.plain[: cues[0].start()] + denial.plain[cues[0].end() :]):
        return None
    if _RELATIVE.search(denial.plain[: cues[0].start()]) or not published_within(STATE_DAYS, claim, denial):
        return None
    if not name_the_same(claim, denial) or claim.days != denial.days or hope_otherwise(claim, denial):
        return None
    if claim.scope != denial.scope or {f.measure for f in claim.figures} != {f.measure for f in denial.figures}:
        return None
    denied = read_terms(" ".join(denial.plain[cues[0].end() :].split()[:4]))
    shared = shared_terms(claim, denial, SAME_STATE)
    longest = max(len(claim.terms - claim.own), len(denial.terms - denial.own))
    if not shared or shared < SAME_LENGTH * longest or not set(denied) & claim.terms:
        return None
    return Difference("denial", f"Whether or not: {_common_words(claim, denial)}", shared)


def _denied_by_somebody(claim: Telling, denial: Telling) -> Difference | None:
    """ "Moonshot denies having used fake accounts", where another page tells that it did."""
    match = _DENIES.match(denial.plain)
    if not match or _DENIAL.search(match["what"]):
        return None
    who, what = frozenset(read_terms(match["who"])), frozenset(read_terms(match["what"])) - denial.own
    named = {term for terms in claim.names.values() for term in terms}
    shared = len(what & claim.terms)
    if not who & named or shared < FEWEST_SHARED or shared < SAME_DENIED * len(what):
        return None
    name = next(name for name, terms in claim.names.items() if terms & who)
    return Difference("denial", f"What {name} denies", shared)


def _common_words(one: Telling, two: Telling) -> str:
    """The longest run of words that both have."""
    first, second = one.plain.rstrip(".!").split(), two.plain.rstrip(".!").split()
    best: list[str] = []
    for start in range(len(first)):
        for end in range(len(first), start + len(best), -1):
            run = first[start:end]
            if any(second[at : at + len(run)] == run for at in range(len(second))):
                best = run
                break
    return " ".join(best).strip(",;: ")


def agree(one: Telling, two: Telling, slot: Slot) -> bool:
    """Whether two sentences tell the same of the same, as far as the kind of their dispute goes."""
    if not shared_terms(one, two, SAME_STORY):
        return False
    if slot == "date":
        return bool(set(one.days) & set(two.days))
    if slot == "denial":
        return bool(_DENIAL.search(one.plain)) == bool(_DENIAL.search(two.plain)) and name_the_same(one, two)
    same = any(a.measure == b.measure for a, b in measured_alike(one, two))
    return same and not _names_apart(one, two) and (slot == "number" or not _names_apart(two, one))
