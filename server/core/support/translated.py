"""The gate for a claim in another language than its quotation.

Words cannot be compared across languages, so what the claim says is for a model to judge, one quotation at a time. What
reads alike in every language is held against the quotation all the same: figures, and names that nobody translates.
"""

import re
from collections.abc import Iterator

from server.core.dates import find_dates
from server.core.numbers import read_figures
from server.core.support.gate import LONGEST, LONGEST_QUOTE, Verdict
from server.core.words import fold

_RUN = re.compile(r"(?<![A-Za-z0-9_])\d(?:[\d.,'’]|[\u00a0\u202f ](?=\d{3}(?!\d)))*")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_OTHER_SCRIPT = re.compile(r"[^\W\d_A-Za-z\u00aa-\u024f\u1e00-\u1eff]")
_KEPT = re.compile(r"[a-z][A-Z](?!n(?:nen)?\b)|[A-Za-z]\d|\d[A-Za-z]")  # "OpenAI", "H100", but not "LeserInnen"
LONGEST_RUN = 24  # digits; more are a code
SHORTEST_FOREIGN = 3  # Latin letters in a text of another script that are a name, not "TV" or "km"
_MAGNITUDES = (  # as they follow a figure; "billion" is left out, which is another number in every second language
    (12, r"billionen|billone?s|bill[oó]n|biliony?|biljoen|trilh|триллион|трлн|兆"),
    (9, r"mrd|milliarde?n?|milliards?|miliard|miljard|milyar|bilh|млрд|миллиард|мільярд|十亿|十億"),
    (6, r"mio\b|million|millones|mill[oó]n|milion|milh|miljo|milyon|juta\b|mln|млн|миллион|мільйон|百万|百萬"),
    (3, r"tsd|tausend|thousand|mil\b|mille\b|mila\b|tys|tuhat|тыс|тис|k\b|千"),
    (8, r"[億亿]|억"),
    (4, r"[万萬]|만"),
)
_OF_A_NAME = re.compile(r"(?<=[a-z]-)\d{1,6}(?![\d.,])")  # "GPT-4"
_ENGLISH = re.compile(r"\d+(?:\.\d+)?|[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_CONTINENTAL = re.compile(r"\d+(?:,\d+)?|[1-9]\d{0,2}(?:[.'’ ]\d{3})+(?:,\d+)?")


def judge_translation(claim: str, quote: str, around: str = "") -> Verdict:
    """Whether a claim that a model found to say what its quotation says may stand.

    Every figure of it has to be in the quotation, written either way ("1,5 Millionen" for "1.5 million"), or in a date
    that stands around it; every name that is spelled alike everywhere ("OpenAI", "H100") in one of the two.
    """
    if not claim.strip() or len(claim) > LONGEST:
        return Verdict(None, "empty" if not claim.strip() else "coverage")
    quote, around = quote[:LONGEST_QUOTE], around[:LONGEST_QUOTE]
    known = _values(quote) | _date_parts(around)
    if any(known.isdisjoint(readings) for readings in _figures(claim)):
        return Verdict(None, "number")
    heard = fold(f"{quote} {around}")
    if any(not _is_heard(name, heard) for name in kept_names(claim)):
        return Verdict(None, "name")
    return Verdict("supported")


def kept_names(text: str) -> Iterator[str]:
    """Names that are written alike in every language: with a digit or a capital inside; in a text of another script all
    that is written in Latin letters."""
    is_other = len(_OTHER_SCRIPT.findall(text)) >= 2 * max(1, len(_LATIN.findall(text)))
    for match in _LATIN.finditer(text):
        name = match.group()
        if _KEPT.search(name) or (is_other and len(name) >= SHORTEST_FOREIGN):
            yield name


def _is_heard(name: str, heard: str) -> bool:
    plain = fold(name)
    return plain in heard or (len(plain) > 4 and plain.endswith("s") and plain[:-1] in heard)


def _figures(text: str) -> Iterator[frozenset[float | str]]:
    """What each run of digits may mean, whichever sign parts thousands; what is no number, a version, means itself."""
    plain = fold(text)
    for match in _RUN.finditer(plain):
        run = match.group().rstrip(".,'’")
        after = plain[match.start() + len(run) :].lstrip(" \u00a0\u202f-")[:12]
        power = next((power for power, said in _MAGNITUDES if re.match(said, after)), 0)
        yield frozenset(round(value * 10.0**power, 6) for value in _readings(run)) or frozenset([run])


def _readings(run: str) -> Iterator[float]:
    """Thousands stand in groups of three, or their sign is a decimal one."""
    run = re.sub(r"\s", " ", run)
    if len(run) > LONGEST_RUN:
        return
    if _ENGLISH.fullmatch(run):
        yield float(run.replace(",", ""))
    if _CONTINENTAL.fullmatch(run):
        yield float(re.sub(r"[.'’ ]", "", run).replace(",", "."))


def _values(text: str) -> frozenset[float | str]:
    """All that the quotation counts, the digits of its names among it."""
    plain = fold(text)
    counted = frozenset(round(figure.value, 6) for figure in read_figures(text))
    versions = {run for match in _RUN.finditer(plain) if not any(_readings(run := match.group().rstrip(".,'’")))}
    return counted | versions | {float(number) for number in _OF_A_NAME.findall(plain)}


def _date_parts(text: str) -> frozenset[float | str]:
    return frozenset(float(part) for day in find_dates(text) for part in day.iso.split("-"))
