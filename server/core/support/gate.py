"""The gate of a card: one claim, its quotation, and what stands around that.

A claim may say less than its quotation, never more. Each number and name of it must be there, in its place; what it
denies, how sure it is, which way, how much and of how many must be the same; and most of its words must stand in the
quotation or right around it.
"""

import re
from collections import Counter
from typing import Literal

import msgspec

from server.core.dates import SaidDate, find_dates, spell_date
from server.core.numbers import numbers, unread_figures
from server.core.support.checks import contradiction, is_said, may_be_a_pronoun, misquotes
from server.core.support.names import known_by_initials, unknown_names
from server.core.support.placing import MISPLACED, worst_figure
from server.core.support.reasons import Reason
from server.core.support.statement import Statement, drawn_on, statement
from server.core.words import fold

SUPPORTED_COVERAGE = 0.75
PARTIAL_COVERAGE = 0.55
INFERENCE = "Inference:"
ABOUT_COVERAGE = 0.4  # of advice's words in the quotation: what it is about, while the verb is its own
FEWEST_COMMON = 3  # words that advice and quotation share at least
LONGEST = 2_000  # code points of a claim: no sentence is longer
LONGEST_QUOTE = 20_000  # code points of a quotation, or of what stands around it, that are looked at

_OPENS = r"(?:^|[.!?]['\")\]]* |。)['\"(]*"
_CLOSES = r"(?:['\")\]]*[.!?][.!?'\")\]]*(?: |$)|['\")\]]*$|。)"


class Verdict(msgspec.Struct, frozen=True):
    """`support` is None for a claim that must not be shown; `reason` says why in a word."""

    support: Literal["supported", "partial"] | None
    reason: Reason | None = None


def judge_support(claim: str, quote: str, around: str = "") -> Verdict:
    """Judge a claim by its quotation; `around` (headings, titles, dates, speakers, neighbours) may lend names and words
    but no numbers except those of dates."""
    quote, around = quote[:LONGEST_QUOTE], around[:LONGEST_QUOTE]
    if _stands_in(fold(claim), fold(quote)):
        return Verdict("supported")
    said, heard, near = statement(claim[:LONGEST]), statement(quote), statement(around)
    if not said.terms:
        return Verdict(None, "empty")
    if len(claim) > LONGEST:
        return Verdict(None, "coverage")
    if _counts_otherwise(said, heard, near):
        return Verdict(None, "number")
    days = " ".join(spell_date(day.iso) for day in find_dates(around))
    if unknown_names(claim, f"{quote} {around} {days}"):
        return Verdict(None, "name")
    heard_terms = heard.terms | known_by_initials(claim, said.terms - heard.terms, quote)
    in_quote = len(said.terms & heard_terms) / len(said.terms)
    if in_quote < PARTIAL_COVERAGE:
        return Verdict(None, "coverage")
    if reason := contradiction(said, drawn_on(said, heard.sentences)):
        return Verdict(None, reason)
    if misquotes(said, f"{heard.plain} {near.plain}"):
        return Verdict(None, "quote")
    known = heard_terms | near.terms | statement(days).terms
    is_whole = in_quote >= SUPPORTED_COVERAGE or len(said.terms & known) / len(said.terms) >= 0.95
    return Verdict("supported" if is_whole else "partial")


def judge_interpretation(claim: str, quote: str, around: str = "") -> Verdict:
    """Judge a claim that is marked as interpretation: what it takes for a fact has to be one all the same.

    What stands before "Inference:" is judged like any claim. What is inferred, advice and what follows may go beyond
    the quotation, but bring no figure and no name of their own and contradict nothing, and advice has to be about what
    the quotation is about.
    """
    fact, marked, inference = claim.partition(INFERENCE)
    if marked:
        verdict = judge_support(fact.strip(), quote, around)
        return verdict if verdict.support is None else _adds_nothing(inference, quote, f"{around} {fact}") or verdict
    verdict = judge_support(claim, quote, around)
    if verdict.support == "supported" or verdict.reason not in (None, "coverage", "name"):
        return verdict
    plain = claim[:1].lower() + claim[1:]  # advice begins with a verb, which is no name
    if bad := _adds_nothing(plain, quote, around):
        return bad
    said, heard = statement(plain[:LONGEST]), statement(quote[:LONGEST_QUOTE])
    if not said.terms or len(said.terms & heard.terms) < FEWEST_COMMON:
        return Verdict(None, "coverage")
    if len(said.terms & heard.terms) / len(said.terms) < ABOUT_COVERAGE:
        return Verdict(None, "coverage")
    reason = contradiction(said, drawn_on(said, heard.sentences))
    return Verdict(None, reason) if reason else Verdict("supported")


def _adds_nothing(text: str, quote: str, around: str) -> Verdict | None:
    """None where a text has no figure and no name but those of the quotation and what stands around it."""
    text, around = text[:LONGEST], f"{quote[:LONGEST_QUOTE]} {around[:LONGEST_QUOTE]}"
    said, near = statement(text), statement(around)
    if any(not (may_be_a_pronoun(figure) or is_said(figure, near.figures)) for figure in said.figures):
        return Verdict(None, "number")
    if unread_figures(text) - unread_figures(around):
        return Verdict(None, "number")
    return Verdict(None, "name") if unknown_names(text, around) else None


def _stands_in(claim: str, quote: str) -> bool:
    """Whether the claim is a whole sentence of the quotation. Part of a sentence may be what the rest denies: "the lamp
    is dark" stands in "nobody says the lamp is dark"."""
    core = claim.strip("\"' ").rstrip(".!?。") or claim
    return bool(core and re.search(_OPENS + re.escape(core) + _CLOSES, quote))


def _counts_otherwise(claim: Statement, quote: Statement, around: Statement) -> bool:
    """Whether the claim has a number, unit, version or date that its quotation has not, or has of something else."""
    lent = _date_numbers(claim.text) & _date_numbers(around.text)
    for figure in claim.figures:
        is_lent = figure.value in lent and not figure.unit
        if not (may_be_a_pronoun(figure) or is_lent or is_said(figure, quote.figures)):
            return True
    if _is_said_too_often(claim, quote):
        return True
    if unread_figures(claim.text) - unread_figures(quote.text):
        return True
    if _is_dated_otherwise(claim, quote, around):
        return True
    placed = [word for word in claim.words if word.term in quote.terms or word.kind in ("word", "name")]
    return worst_figure(placed, quote.page) < MISPLACED


def _is_said_too_often(claim: Statement, quote: Statement) -> bool:
    """Whether the claim uses a figure twice that its quotation uses once: "2 to 2" for "7 to 2"."""
    said, heard = (Counter(figure.value for figure in text.figures if figure.in_digits) for text in (claim, quote))
    return any(count > heard[value] > 0 for value, count in said.items())


def _is_dated_otherwise(claim: Statement, quote: Statement, around: Statement) -> bool:
    """Whether the claim names a day or month that neither quotation nor surroundings have, where they do have dates."""
    page_day = next((day.iso for day in find_dates(around.text) if len(day.iso) == 10), None)
    said = [day for day in find_dates(claim.text, page_day) if len(day.iso) > 4]
    if not said:
        return False
    quoted = find_dates(quote.text, page_day)
    heard = [day.iso for day in (*quoted, *find_dates(around.text, page_day))]
    own = [day.iso for day in quoted if len(day.iso) == 10 and not day.resolved]
    # The page's own date may complete a "Monday"; where the quotation names a day, it is that day.
    return bool(heard) and any(
        not any(other.startswith(day.iso) for other in (own if len(day.iso) == 10 and own else heard)) for day in said
    )


def _date_numbers(text: str) -> frozenset[float]:
    """Numbers that are part of a date, also of one without its year."""
    dates: list[SaidDate] = find_dates(text, "2000-12-31")
    return numbers(" / ".join(text[said.start : said.end] for said in dates))
