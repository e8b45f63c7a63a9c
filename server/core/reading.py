"""A sentence as the terms by which it is compared with others: stems, numbers in one spelling, dates taken apart.

Where `words.terms` is made for telling subjects apart, this is made for telling whether two sentences say the same:
parts of compounds count singly, irregular forms meet, "24k" and "twenty-four thousand" are 24000.
"""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from server.core.lexicon import IRREGULAR, MONTHS, SHORT_MONTHS
from server.core.numbers import ORDINALS, SMALL_NUMBERS, figures_in
from server.core.words import STOPWORDS, UPPER, bare, fold, pairs_of_characters, stem

_WORD = re.compile(r"[^\W_]+(?:[.,'&][^\W_]+)*[+#]*")
_CAPITAL = re.compile(rf"[{UPPER}]\w*")
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)([-/])(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")
_SEASON = re.compile(r"(?<![\d-])((?:19|20)(\d\d))[-–/](\d\d)(?![\d-])")
MAY = "maymonth"  # told from the verb, which is no content word
_MAY = re.compile(r"(?<=\d )May\b|(?<=\dst |\dnd |\drd |\dth )May\b|\bMay(?=,? \d)|(?<=\b[Ii]n )May\b|(?<=\bof )May\b")
_AMERICA = re.compile(r"\b(?:U\.S\.(?:A\.)?|USA?\b)")
_NUMERAL = re.compile(r"(\d{1,3}(?:,\d{2,3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:(k|m|bn|b|mn|tn|st|nd|rd|th)|[a-z]{0,3})")
_POWERS = {
    "hundred": 2, "k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6, "millions": 6, "b": 9, "bn": 9, "billion": 9,
    "billions": 9, "tn": 12, "trillion": 12,
}  # fmt: skip
_SPELLED = {word: value for word, value in SMALL_NUMBERS.items() if value > 1}  # "one" may be a pronoun
_LOOSE = frozenset({*_SPELLED, *(word for word in _POWERS if len(word) > 1)})
_NTH = {word: str(value) for word, value in ORDINALS.items() if value > 3}  # "first" to "third" stay words
_DAYS = frozenset(map(str, range(1, 32)))
MONTH_TERMS = frozenset({MAY, *(stem(month) for month in MONTHS)})
_ADVERBS = frozenset({"first", "second", "third"})


_SPELLED_MONTHS = [MAY if month == "may" else month for month in MONTHS]

Kind = Literal["word", "name", "number", "year", "day", "month", "ordinal"]


class Word(NamedTuple):
    """A content word or a number, and where it stands in the folded text."""

    term: str
    kind: Kind
    start: int


def prepared(text: str) -> str:
    """The folded text without accents, ISO days spelled out and the United States told from "us"."""
    if "20" in text or "19" in text:
        text = _DAY.sub(lambda day: f"{int(day[4])} {_SPELLED_MONTHS[int(day[3]) - 1]} {day[1]} ", text)
        text = _SEASON.sub(_written_out, text)
    if "May" in text:
        text = _MAY.sub(MAY, text)
    if "U" in text:
        text = _AMERICA.sub("usa", text)
    return bare(fold(text))


def _written_out(season: re.Match[str]) -> str:
    """ "2018-19" is 2018 and 2019; "2018-12" may be a month."""
    first, last = int(season[2]), int(season[3])
    return f"{season[1]}-{season[1][:2]}{season[3]}" if last > 12 or last == first + 1 else season.group()


def read_terms(text: str) -> list[str]:
    """The content terms of a text in order."""
    return terms_of(prepared(text))


def terms_of(plain: str) -> list[str]:
    """The content terms of a prepared text in order."""
    raw = _WORD.findall(plain)
    if not plain.isascii():
        raw = [part for word in raw for part in pairs_of_characters(word)]
    if _LOOSE.isdisjoint(raw):
        return list(filter(None, map(_term, raw)))
    found: list[str] = []
    tens = False  # the last term is one of "twenty" to "ninety", and may be completed
    for word in raw:
        term = _term(word)
        if term in _LOOSE:
            tens = _count(term, found, tens)
        elif term:
            found.append(term)
            tens = False
    return found


def _count(word: str, found: list[str], tens: bool) -> bool:
    """Add a number in words to the terms; whether it can be completed by the next."""
    power = _POWERS.get(word)
    if power is None:
        value = _SPELLED[word]
        if tens and value < 10:
            found[-1] = str(int(found[-1]) + value)
            return False
        found.append(str(value))
        return value >= 20
    if found and found[-1][0].isdigit():
        found[-1] = f"{float(found[-1]) * 10**power:.15g}" if _is_number(found[-1]) else found[-1]
    else:
        found.append(stem(word))
    return False


def _is_number(term: str) -> bool:
    return len(term) < 16 and term.replace(".", "", 1).isdecimal()


@lru_cache(maxsize=1 << 16)
def _term(word: str) -> str:
    """A word's term, "" for one that says nothing; a number in words stays a word."""
    word = word.removesuffix("'s")
    if word in STOPWORDS or word in _LOOSE:
        return "" if word in STOPWORDS else word
    if word[0].isdecimal():
        return _numeral(word)
    if len(word) == 1:
        return ""
    word = IRREGULAR.get(word, word)
    return _NTH.get(word) or stem(SHORT_MONTHS.get(word, word))


def _numeral(word: str) -> str:
    """ "24,000" and "24k" are 24000, "320mg" is 320, "9th" is 9; what is no number stays as it is written."""
    match = _NUMERAL.fullmatch(word)
    if not match or len(match[1]) > 15:
        return word
    digits = match[1].replace(",", "")
    power = _POWERS.get(match[2] or "", 0)
    return f"{float(digits) * 10**power:.15g}"


def read_words(text: str) -> tuple[list[Word], str]:
    """The content terms of a claim, with what kind of word each is; and the prepared text they stand in."""
    plain = prepared(text)
    capitals = {bare(fold(word)) for word in _CAPITAL.findall(text)} | {"usa", MAY}
    kinds = {figure.start: figure.kind for figure in figures_in(plain)}
    found: list[str] = []
    at: list[re.Match[str]] = []
    tens = False
    for match in _WORD.finditer(plain):
        for part in pairs_of_characters(match.group()):
            term = _term(part)
            if term in _LOOSE:
                tens = _count(term, found, tens)
            elif term:
                found.append(term)
                tens = False
            at.extend([match] * (len(found) - len(at)))
    said = [
        Word(term, _kind(term, match.group(), kinds.get(match.start(), ""), capitals), match.start())
        for term, match in zip(found, at, strict=True)
    ]
    return [word._replace(kind="day") if _is_day(said, i) else word for i, word in enumerate(said)], plain


def _kind(term: str, word: str, figure: str, capitals: set[str]) -> Kind:
    if term in _ADVERBS or figure == "ordinal":
        return "ordinal"
    if term[0].isdecimal():
        return "year" if figure in ("year", "decade") else "number"
    if word.removesuffix("'s") not in capitals:
        return "word"
    return "month" if term in MONTH_TERMS else "name"


def _is_day(said: list[Word], i: int) -> bool:
    """Whether a number stands beside a month and may be its day."""
    word = said[i]
    if word.kind not in ("number", "ordinal") or word.term not in _DAYS:
        return False
    before = i > 0 and said[i - 1].kind == "month" and word.start - said[i - 1].start < 12
    return before or (i + 1 < len(said) and said[i + 1].kind == "month" and said[i + 1].start - word.start < 9)
