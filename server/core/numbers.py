"""The figures of a sentence: how much, of what unit, and whether exactly, more or less than that.

"24,000", "24k", "٢٤٠٠٠" and "twenty-four thousand" are one number; "72 hours" and "three days" are one measure.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from server.core.units import in_base_unit, is_duration, unit_after, unit_before
from server.core.words import LONGEST_KEPT, fold

_MAGNITUDES = {
    "k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6, "millions": 6, "b": 9, "bn": 9, "billion": 9,
    "billions": 9, "trillion": 12, "tn": 12, "trillions": 12, "hundred": 2, "百": 2, "千": 3, "万": 4, "萬": 4, "億": 8,
    "亿": 8, "兆": 12,
}  # fmt: skip
_UNITS = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_NTH = "first second third fourth fifth sixth seventh eighth ninth".split()
_TEENTHS = ["tenth", "eleventh", "twelfth", *(f"{word}th" for word in _TEENS[3:]), "twentieth"]
SMALL_NUMBERS = {
    word: value
    for words_of, values in (
        (["zero", *_UNITS], range(10)), (_TEENS, range(10, 20)), (_TENS, range(20, 100, 10))
    )
    for word, value in zip(words_of, values, strict=True)
}  # fmt: skip
ORDINALS = {
    **{word: value for value, word in enumerate([*_NTH, *_TEENTHS], start=1)},
    **{word.replace("y", "ieth"): value for word, value in zip(_TENS, range(20, 100, 10), strict=True)},
}

# A figure is never read from within another or from within a word ("1,5", "2.2.1", "h100", "1e400"), but for the
# scripts that put no spaces. The looks behind and ahead also keep a long run of groups from being tried again at each
# of its commas. More digits than a float holds are no number to us and are compared as written.
_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_NUMBER = re.compile(
    rf"(?<![^\W{_CJK}])(?<![\d.]\.)(?<!\d,)(?<!\.)"
    r"(?P<digits>\d{1,3}(?:,\d{3}){1,5}(?:\.\d{1,9})?|\d{1,2}(?:,\d{2}){1,4},\d{3}|\d{1,15}(?:\.\d{1,15})?)"
    r"(?!\d|[.,]\d|[^\W\d_]{1,3}\d)"
    r"(?P<ending>st|nd|rd|th|'?s)?(?![^\W\d_]{0,1}['’]\d)"
    r"(?:\s?\+?\s?(?P<magnitude>thousand|hundred|millions?|billions?|trillions?|mn|bn|tn|[kmb](?=\b))(?![^\W_])"
    r"|\s?(?P<cjk>[百千万萬億亿兆]))?",
)
_SMALL = rf"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_UNITS)}))?|{'|'.join(_TEENS)}|{'|'.join(_UNITS)}|zero)(?![\w])"
_GROUP = rf"(?:(?:{_SMALL}|an?)[ -]hundred(?: (?:and )?{_SMALL})?|{_SMALL})"
_SPELLED = re.compile(
    rf"(?<![\w-])(?:(?P<half>half an?[ -](?:thousand|million|billion|trillion))"
    rf"|(?:(?P<dozens>{_SMALL}|an?)[ -])?dozen"
    rf"|(?P<nth>(?:(?:{'|'.join(_TENS)})[ -])?(?:{'|'.join(ORDINALS)}))"
    rf"|(?P<whole>(?:{_GROUP}|an?)[ -](?:million|billion|trillion)(?: {_GROUP}[ -]thousand)?"
    rf"|(?:{_GROUP}|an?)[ -]thousand(?: (?:and )?{_GROUP})?|{_GROUP}))(?!\w)",
)
_ANY = re.compile(rf"\d|{'|'.join(_TENS)}|{'|'.join(_TEENS[:3])}|teen|{'|'.join(_UNITS)}|{'|'.join(_NTH)}|zero|hundred|"
                  r"thousand|[mbr]illion|dozen|tenth|twelfth|ieth")  # fmt: skip
_RUN = re.compile(r"[^\W_]+(?:[.,][^\W_]+)*")

_RANGE = re.compile(r"(?:-| - | to | and | or )[$€£¥]?")
_MORE = re.compile(
    r"\b(?:(?<!no )more than|(?P<over>over)|above|at least|in excess of|exceed(?:s|ed|ing)?|upwards of|"
    r"no (?:less|fewer) than|"
    r"topp(?:ed|ing)|surpass(?:ed|es|ing)?|north of|beyond|minimum of)\s(?:an? |the |some |about )?[$€£¥₹]?$"
)
_LESS = re.compile(
    r"\b(?:(?<!no )(?:less|fewer) than|under|below|at most|up to|as (?:many|much) as|no more than|maximum of|short of|"
    r"south of)\s(?:an? |the |some |about )?[$€£¥₹]?$"
)
_MORE_AFTER = re.compile(r"\s?\+|\s(?:or|and) (?:more|over|above|older|higher|greater)\b|\s[a-z]+ or more\b")
_LESS_AFTER = re.compile(r"\s(?:or|and) (?:less|fewer|under|below|younger|lower)\b|\s[a-z]+ or (?:less|fewer)\b")

Kind = Literal["count", "year", "decade", "ordinal"]


class Figure(NamedTuple):
    """One number of a folded text. `unit` is "" where it counts something without being measured in it."""

    value: float
    unit: str
    kind: Kind
    bound: Literal["", ">", "<"]
    in_digits: bool
    power: int  # of ten, said in a word: 6 in "16 million"
    start: int
    end: int  # its unit included

    @property
    def measure(self) -> tuple[float, str]:
        """Value and unit such that equal measures are equal: 72 hours and three days, $5 and 5 dollars."""
        if self.kind == "ordinal":  # the third day is no three days
            return self.value, f"{self.unit} th"
        return in_base_unit(self.value, self.unit)


def read_figures(text: str) -> tuple[Figure, ...]:
    """The figures of a text in order, with positions in `fold(text)`."""
    return figures_in(fold(text))


def figures_in(plain: str) -> tuple[Figure, ...]:
    """The figures of a folded text in order."""
    if not _ANY.search(plain):
        return ()
    return _figures(plain) if len(plain) > LONGEST_KEPT else _kept_figures(plain)


def _figures(plain: str) -> tuple[Figure, ...]:
    found = sorted([*_digits(plain), *_spelled(plain)], key=lambda figure: (figure.start, -figure.end))
    return tuple(_joined(found, plain))


_kept_figures = lru_cache(maxsize=1 << 12)(_figures)  # each sentence is asked about some ten times a card


def _digits(plain: str) -> Iterator[Figure]:
    for match in _NUMBER.finditer(plain):
        magnitude, ending = match["magnitude"] or match["cjk"] or "", match["ending"]
        value = float(match["digits"].replace(",", ""))
        power, unit = _MAGNITUDES.get(magnitude, 0), unit_before(plain, match.start())
        if magnitude == "m" and plain[match.end() - 2] == " " and not unit:
            power, unit = 0, "meter"  # "5 m" is a length; "5m" and "$5 m" are millions
        bare = not power and not unit and match["digits"].isdigit()
        kind: Kind = "count"
        if ending in ("st", "nd", "rd", "th"):
            kind = "ordinal"
        elif bare and 1000 <= value < 2100 and ending and value % 10 == 0:
            kind = "decade"
        elif bare and 1000 <= value < 2100:
            kind = "year"
        yield _measured(Figure(value * 10.0**power, unit, kind, "", True, power, match.start(), match.end()), plain)


def _spelled(plain: str) -> Iterator[Figure]:
    for match in _SPELLED.finditer(plain):
        said = match.group()
        words = re.split(r"[ -]", said)
        power = _MAGNITUDES.get(words[-1], 0)
        kind: Kind = "ordinal" if match["nth"] else "count"
        if match["half"]:
            value = 10.0**power / 2
        elif words[-1] == "dozen":
            value = 12.0 * max(1.0, _spelled_value(words[:-1]))
        else:
            value = _spelled_value(words)
        yield _measured(Figure(value, "", kind, "", False, power, match.start(), match.end()), plain)


def _spelled_value(words: Iterable[str]) -> float:
    """ "two hundred and fifty thousand" is 250,000."""
    total = group = 0.0
    for word in words:
        if word == "hundred":
            group = max(group, 1) * 100
        elif word in _MAGNITUDES:
            total, group = total + max(group, 1) * 10.0 ** _MAGNITUDES[word], 0.0
        else:
            group += SMALL_NUMBERS.get(word, 0) + ORDINALS.get(word, 0)
    return total + group


def _measured(figure: Figure, plain: str) -> Figure:
    """With the unit that follows it and the bound that is set on either side."""
    unit, end = figure.unit, figure.end
    if not unit:
        unit, end = unit_after(plain, end)
    before, said = plain[max(0, figure.start - 28) : figure.start], plain[figure.start : figure.end]
    bound: Literal["", ">", "<"] = ""
    more = _MORE.search(before)
    if (more and not (more["over"] and is_duration(unit))) or _MORE_AFTER.match(plain, figure.end) or "+" in said:
        bound = ">"
    elif _LESS.search(before) or _LESS_AFTER.match(plain, end):
        bound = "<"
    kind: Kind = "count" if unit and figure.kind == "year" else figure.kind
    return figure._replace(unit=unit, kind=kind, bound=bound, end=end)


def _joined(found: list[Figure], plain: str) -> Iterator[Figure]:
    """The ends of a range share their unit and magnitude: "16-18 million", "310-320 mg"; "2018-19" ends in 2019."""
    before: Figure | None = None
    for figure in found:
        if before and figure.start < before.end:  # "second" within "five seconds"
            continue
        if before and _RANGE.fullmatch(plain, before.end, figure.start):
            dashed = plain[before.end] == "-"
            if dashed and before.kind == "year" and before.value % 100 < figure.value < 100 and not figure.unit:
                figure = figure._replace(value=before.value - before.value % 100 + figure.value, kind="year")
            elif before.kind == figure.kind == "count" and not before.unit:
                before = before._replace(unit=figure.unit)
            if dashed and figure.power and not before.power and before.kind == "count":
                before = before._replace(value=before.value * 10.0**figure.power, power=figure.power)
        if before:
            yield before
        before = figure
    if before:
        yield before


def numbers(text: str) -> frozenset[float]:
    """Every number said, however spelled: "24,000", "24k", "twenty-four thousand" and "24 thousand" are one.

    "The 3rd" is a number, "the third" is none: it may be a mere adverb.
    """
    return frozenset(figure.value for figure in read_figures(text) if figure.in_digits or figure.kind != "ordinal")


def digit_numbers(text: str) -> frozenset[float]:
    """Numbers written in digits, which are never mere articles or pronouns as "one" can be."""
    return frozenset(figure.value for figure in read_figures(text) if figure.in_digits)


def measures(text: str) -> frozenset[tuple[float, str]]:
    """Numbers with the unit they count, as `Figure.measure` has them; bare numbers are not among them."""
    return frozenset(figure.measure for figure in read_figures(text) if figure.unit)


def unread_figures(text: str) -> frozenset[str]:
    """Runs with digits that are no number to us, and so can only be compared as written: "2.2.1", "h100", "1,5"."""
    plain = fold(text)
    runs = (run for run in _RUN.findall(plain) if any(ch.isdigit() for ch in run))
    return frozenset(run for run in runs if not _NUMBER.search(run))
