"""Whether a quotation supports a claim: a deterministic judgement with a reason of one word.

A claim may say less than its quotation, never more: each number and name of it must be there, a negation must be on
both sides or on neither, and most of its content words must stand in the quotation or right around it.
"""

import re
from typing import Literal

import msgspec

from server.core.dates import find_dates, spell_date
from server.core.numbers import digit_numbers, measures, numbers, unread_figures
from server.core.support.reasons import Reason
from server.core.words import fold, names, term_set

SUPPORTED_COVERAGE = 0.75
PARTIAL_COVERAGE = 0.55

_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|hardly|false|falsely|untrue|[a-z]+n't|denies|denied|"
    r"refuses|refused|fails?|failed|lacks?)\b"
)
_HEDGE = re.compile(
    r"\b(?:alleg\w+|accus\w+|claim\w*|reported\w*|suspect\w*|apparent\w*|could|may|might|would|likely|probably|perhaps|"
    r"estimat\w+|suggest\w*|believ\w+|expect\w*|plan\w*|propos\w+|if)\b"
)
_ATTRIBUTION = re.compile(
    r"\b(?:say|says|said|writes|wrote|according|argues?|argued|calls?|called|counts?|finds|found|estimates?|warns?|expects?|"
    r"reports?|reported|claims?|claimed|alleges?|accuses?|thinks|replies|counters|answers)\b"
)

_OPENS = r"(?:^|[.!?]['\")\]]* |。)['\"(]*"
_CLOSES = r"(?:['\")\]]*[.!?][.!?'\")\]]*(?: |$)|['\")\]]*$|。)"


class Verdict(msgspec.Struct, frozen=True):
    """`support` is None for a claim that must not be shown; `reason` says why in a word."""

    support: Literal["supported", "partial"] | None
    reason: Reason | None = None


def judge_support(claim: str, quote: str, around: str = "") -> Verdict:
    """Judge a claim by its quotation; `around` (headings, titles, dates, speakers, neighbours) may lend names and words
    but no numbers except those of dates."""
    said = term_set(claim)
    plain_claim, plain_quote = fold(claim), fold(quote)
    if _stands_in(plain_claim, plain_quote):
        return Verdict("supported")
    if not said:
        return Verdict(None, "empty")
    if _counts_otherwise(claim, quote, around):
        return Verdict(None, "number")
    days = " ".join(spell_date(said.iso) for said in find_dates(around))
    known = term_set(f"{quote} {around} {days}")
    if any(term_set(name) - known for name in names(f"The {claim}")):  # its first word may be a name like any other
        return Verdict(None, "name")
    if bool(_NEGATION.search(plain_claim)) != bool(_NEGATION.search(plain_quote)):
        return Verdict(None, "negation")
    if _HEDGE.search(plain_quote) and not (_HEDGE.search(plain_claim) or _ATTRIBUTION.search(plain_claim)):
        return Verdict(None, "certainty")
    in_quote = len(said & term_set(quote)) / len(said)
    with_context = len(said & known) / len(said)
    if in_quote >= SUPPORTED_COVERAGE or (in_quote >= PARTIAL_COVERAGE and with_context >= 0.95):
        return Verdict("supported")
    if in_quote >= PARTIAL_COVERAGE:
        return Verdict("partial")
    return Verdict(None, "coverage")


def _stands_in(claim: str, quote: str) -> bool:
    """Whether the claim is a whole sentence of the quotation. Part of a sentence may be what the rest denies: "the lamp
    is dark" stands in "nobody says the lamp is dark"."""
    core = claim.strip("\"' ").rstrip(".!?。") or claim
    return bool(core and re.search(_OPENS + re.escape(core) + _CLOSES, quote))


def _counts_otherwise(claim: str, quote: str, around: str) -> bool:
    """Whether the claim has a number, a unit or a version that its quotation has not."""
    said = {number for number in numbers(claim) if number > 1} | digit_numbers(claim)
    unsaid = said - numbers(quote)
    if unsaid - (_date_numbers(claim) & _date_numbers(around)):
        return True
    if measures(claim) - measures(quote):
        return True
    return bool(unread_figures(claim) - unread_figures(quote))


def _date_numbers(text: str) -> frozenset[float]:
    """Numbers that are part of a date, also of one without its year."""
    dates = find_dates(text, "2000-12-31")
    return numbers(" / ".join(text[said.start : said.end] for said in dates))


def is_attributed(text: str) -> bool:
    """Whether a sentence names somebody as saying it, as a partial claim must."""
    return bool(_ATTRIBUTION.search(fold(text)))
