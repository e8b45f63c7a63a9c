"""True claims made false in one respect each, to count how many a gate lets pass.

Every mutant says something that its claim did not: another number, name or date, the contrary, or more of it. What
merely says less ("some" for "all") is no mutant. The same claim always gives the same mutants.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, get_args

from server.core.lexicon import MONTHS
from server.core.words import STOPWORDS, names

Kind = Literal["number", "name", "date", "negation", "scope"]
KINDS: tuple[Kind, ...] = get_args(Kind)
WEEKDAYS = frozenset("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
STRANGERS = ("Quillon Barrowmere", "Tessaly")

_MONTH = rf"(?:{'|'.join(month.capitalize() for month in MONTHS)})"
_DAY = re.compile(
    rf"\b(?P<day>[1-9]|[12]\d|3[01])(?P<gap>(?:st|nd|rd|th)? {_MONTH})|(?P<before>{_MONTH} )(?P<after>\d\d?)\b"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_FIGURE = re.compile(r"(?<![\w.,:-])\d[\d,]*(?:\.\d+)?(?![\w:]|[.,]\d)")
_WORDS = {
    "two": "four", "three": "seven", "four": "nine", "five": "eight", "six": "eleven", "seven": "three", "eight": "six",
    "nine": "five", "ten": "twelve", "twice": "three times", "half": "a quarter", "million": "billion",
    "billion": "million", "thousand": "million",
}  # fmt: skip
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|will|would|can|could|may|might|must|should|has|have|had|did|does|do)\b(?! not\b)"
)
_DENIAL = re.compile(r"\b(?:not|never) |(?<=\b)no (?=[a-z])", re.IGNORECASE)
_STRONGER = (
    (r"\b(?:may|might|could)\b", "will"),
    (r"\b(?:reportedly|allegedly|apparently|probably|perhaps|possibly|likely) ", ""),
    (r"\b(?:estimates?|believes?|expects?|suspects?|fears?|claims?) that\b", "proved that"),
    (r"\baccuses (.+?) of planning to\b", r"proved that \1 will"),
    (r"\b[Ss]ome (?=[a-z])", "All "),
    (r"\b[Mm]ost (?=[a-z])(?!of\b)", "All "),
    (r"\b[Mm]any (?=[a-z])", "Most "),
    (r"\b[Ff]ew (?=[a-z])", "Most "),
    (r"\bmore than\b", "less than"),
    (r"\bless than\b", "more than"),
    (r"\bat least\b", "at most"),
    (r"\bincreased\b", "decreased"),
    (r"\bdecreased\b", "increased"),
    (r"\brose\b", "fell"),
    (r"\bfell\b", "rose"),
    (r"\bfirst\b", "last"),
    (r"\blowest\b", "highest"),
    (r"\blargest\b", "smallest"),
    (r"\bbefore\b", "after"),
    (r"\bafter\b", "before"),
    (r"\bsometimes\b", "always"),
)


def mutate_claim(claim: str, kind: Kind, others: Sequence[str] = ()) -> Iterator[str]:
    """The claim made false in every way of a kind that it offers. `others` are numbers and names of its page, which
    take the place of its own as well as strange ones do."""
    made = {"number": _numbers, "name": _names, "date": _dates, "negation": _negations, "scope": _scopes}[kind]
    seen = {claim}
    for mutant in made(claim, others):
        if mutant not in seen:
            seen.add(mutant)
            yield mutant


def _numbers(claim: str, others: Sequence[str]) -> Iterator[str]:
    dates = [match.span() for match in (*_DAY.finditer(claim), *_YEAR.finditer(claim))]
    for match in _FIGURE.finditer(claim):
        if any(start <= match.start() < end for start, end in dates):
            continue
        figure = match.group()
        for new in (_next(figure), _turned(figure), *(other for other in others if _FIGURE.fullmatch(other))):
            if new.replace(",", "") != figure.replace(",", ""):
                yield claim[: match.start()] + new + claim[match.end() :]
    for word, new in _WORDS.items():
        if found := re.search(rf"\b{word}\b", claim):
            yield claim[: found.start()] + new + claim[found.end() :]


def _next(figure: str) -> str:
    """The last digit that says something, one higher: 41,000 is 42,000."""
    at = max(n for n, ch in enumerate(figure) if ch.isdigit() and (ch != "0" or n == 0))
    return figure[:at] + str((int(figure[at]) + 1) % 10 or 1) + figure[at + 1 :]


def _turned(figure: str) -> str:
    """Two digits exchanged: 41,000 is 14,000."""
    return (
        figure[1] + figure[0] + figure[2:] if len(figure) > 1 and figure[:2].isdigit() and figure[1] != "0" else figure
    )


def _names(claim: str, others: Sequence[str]) -> Iterator[str]:
    months = {month.capitalize() for month in MONTHS}
    opener = claim.split(" ", 1)[0]
    own = names(claim)
    if not any(opener in name.split() for name in own) and any(opener in other.split() for other in others):
        own.append(opener)  # a single name at the beginning is told by the page alone
    for name in own:
        if not set(name.split()) & months:
            for new in (*STRANGERS, *(other for other in others if other[:1].isupper() and other not in claim)):
                if not set(new.split()) & (set(name.split()) | months | WEEKDAYS) and _initials(new) != name:
                    yield claim.replace(name, new, 1)


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split())


def _dates(claim: str, others: Sequence[str]) -> Iterator[str]:
    for match in _DAY.finditer(claim):
        day = match["day"] or match["after"]
        at = match.start("day") if match["day"] else match.start("after")
        yield claim[:at] + str(int(day) % 28 + 1) + claim[at + len(day) :]
    for month, new in zip(MONTHS, [*MONTHS[3:], *MONTHS[:3]], strict=True):
        if found := re.search(rf"\b{month.capitalize()}\b", claim):
            yield claim[: found.start()] + new.capitalize() + claim[found.end() :]
    for match in _YEAR.finditer(claim):
        for new in (str(int(match.group()) - 1), *(other for other in others if _YEAR.fullmatch(other))):
            if new != match.group():
                yield claim[: match.start()] + new + claim[match.end() :]


def _negations(claim: str, others: Sequence[str]) -> Iterator[str]:
    if found := _DENIAL.search(claim):
        yield claim[: found.start()] + claim[found.end() :]
        return
    if found := _AUXILIARY.search(claim):
        yield f"{claim[: found.end()]} not{claim[found.end() :]}"
        yield f"{claim[: found.end()]} never{claim[found.end() :]}"
    is_small = claim.split(" ", 1)[0].lower() in STOPWORDS
    opening = claim[:1].lower() + claim[1:] if is_small else claim
    yield f"It is false that {opening}"
    yield f"Nobody believes that {opening}"


def _scopes(claim: str, others: Sequence[str]) -> Iterator[str]:
    for pattern, new in _STRONGER:
        if re.search(pattern, claim):
            yield re.sub(pattern, new, claim, count=1)
