"""A page's sentence, read as far as comparing it with another page's needs: who says it set apart from what is told."""

import re
from datetime import date
from functools import cached_property

from server.core.dates import SaidDate, find_dates
from server.core.lexicon import MONTHS
from server.core.numbers import Figure, figures_in
from server.core.reading import MAY, read_terms
from server.core.source import Sentence, Source
from server.core.speech import plain_markup
from server.core.words import STOPWORDS, fold, names

# Of how much of the whole a sentence speaks, and how often.
_SCOPE = re.compile(
    r"\b(?:one(?= [a-z]+ )|single|each|per|every|all|total|altogether|combined|average|mean|median|typical\w*|at least|"
    r"up to|max\w*|min(?:imum)?|peak|first|second|third|last|next|previous\w*|nearly half|half|most|some(?! \d)|daily|"
    r"weekly|monthly|annual\w*|quarter\w*|year(?:ly)?|alone|(?:an)?others?|additional\w*|extra|remaining|initial\w*|"
    r"original\w*|early|late|net|gross|only|worldwide|globally|domestic\w*|offline|online|male|female|men|women|"
    r"children|adults)\b"
)
_SAY = r"(?:said|says|wrote|writes|claim(?:s|ed)|report(?:s|ed)|estimat(?:es|ed)|announced|added|argues|believes)"
_SAID_BEFORE = re.compile(
    r"^(?:according to [^,;]{2,50},\s+|"
    rf"(?:[A-Z][\w'’.&-]*\s|the\s|its\s|a\s|of\s|[a-z]+\s(?={_SAY})){{1,6}}(?:also )?{_SAY}\s"
    r"(?:that\s)?(?!(?:to|about|on|for|at|by)\b))",
    re.IGNORECASE,
)
_SAID_BEHIND = re.compile(
    rf"(?:,?\s+according to [^,;]{{2,60}}|,\s(?!whereas|while|but|and|as|which|who)(?:[\w'’.&-]+\s){{1,5}}{_SAY}"
    r"(?:\s(?:on|in|to|at|late|early|this|last|yesterday|today)\b[^,;]{0,40})?)(?=\.?$)",
    re.IGNORECASE,
)
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday"
_CALENDAR = frozenset(read_terms(f"{_WEEKDAYS} {' '.join(MONTHS)}")) | {MAY}
_SAYS = re.compile(
    rf"['’]?s?\s(?:\w+\s)?(?:{_SAY}|accus\w+|alleg\w+|disclos\w+|reveal\w+|publish\w+|detected|found|"
    r"attributes|is accusing|has)\b"
)
_ORIGIN = re.compile(r"(?:[A-Z]\w+(?:ese|ian|ish|ican|aeli)|French|Dutch|German|Greek|Swiss|Thai)(?:\s[A-Z]{2,3})?$")
_LIST_GOES_ON = re.compile(r"(?:\s\([^()]{1,30}\))?(?:,\s|,?\s(?:and|&)\s)(?:and\s)?[A-Z]")
_LIST_GOES_ON_BEFORE = re.compile(r"[A-Z][\w.-]*(?:\s\([^()]{1,30}\))?(?:,\s|,?\s(?:and|&)\s)(?:and\s)?$")
_PREPOSITION = re.compile(r"^(?:in|on|at|of|by)\s+", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_BOUND = r"(?:since|until|till|from|before|after|between|through|by)\s(?:early\s|late\s|mid-)?"
_BOUND_TIME = re.compile(rf"^{_BOUND}|\b{_BOUND}$", re.IGNORECASE)
_COUNTED = re.compile(r"\s+([a-z][\w'-]*)")
_ENDS_NOUN = re.compile(
    rf"{'|'.join(map(re.escape, STOPWORDS))}|around|across|among|along|near|behind|toward|towards|inside|outside|via|"
    r"like|\w+ed|\w+ing"
)
_RANGE = re.compile(r"\s?(?:-|to|and|or)\s?[$€£¥]?")
_REFERENCE = re.compile(
    r"(?:\bno|\bversion|\bv|\bpage|\bpp?|\bchapter|\bsection|\bpart|\bfigure|\btable|\bstep|#)\.? ?$"
)


class Telling:
    """One sentence of one page, read as far as comparing it needs."""

    def __init__(self, source: Source, sentence: Sentence) -> None:
        self.source, self.sentence = source, sentence
        self.site = source.document.site

    @cached_property
    def published(self) -> date | None:
        """The day of its page."""
        try:
            return date.fromisoformat((self.source.document.published_at or "")[:10])
        except ValueError:
            return None

    @cached_property
    def text(self) -> str:
        """The sentence without marks of formatting."""
        return plain_markup(self.sentence.text)

    @cached_property
    def told(self) -> str:
        """The same without who says so."""
        return _SAID_BEHIND.sub("", _SAID_BEFORE.sub("", self.text))

    @cached_property
    def plain(self) -> str:
        """What it tells, folded."""
        return fold(self.told)

    @cached_property
    def own(self) -> frozenset[str]:
        """Terms of whoever speaks, which differ from page to page by nature."""
        document = self.source.document
        return frozenset(read_terms(f"{document.site} {document.author or ''} {self.sentence.by or ''}"))

    @cached_property
    def terms(self) -> frozenset[str]:
        """Its content words, numbers aside."""
        return frozenset(term for term in read_terms(self.told) if not term[0].isdecimal()) - _CALENDAR

    @cached_property
    def known(self) -> frozenset[str]:
        """All its words, who says so among them."""
        return frozenset(read_terms(self.text))

    @cached_property
    def names(self) -> dict[str, frozenset[str]]:
        """Whom and what it names, by their terms; no months and weekdays."""
        found = {name: _name_terms(name) for name in names(f". {self.told}") + names(self.told)}
        return {name: terms for name, terms in found.items() if terms}

    @cached_property
    def bystanders(self) -> frozenset[str]:
        """Names that do not narrow what is told: who says so, countries, what stands in brackets, and lists."""
        found = set()
        for name in self.names:
            at = self.told.find(name)
            before, after = self.told[:at], self.told[at + len(name) :]
            listed = _LIST_GOES_ON.match(after) or _LIST_GOES_ON_BEFORE.search(before)
            if listed or before.endswith("(") or _SAYS.match(after) or _ORIGIN.match(name) or name.isupper():
                found.add(name)
        return frozenset(found)

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """What it counts and measures: no dates, no ordinals, no versions and page numbers."""
        named = {word for name in self.names for word in fold(name).split()}
        days = [(said.start, said.end) for said in find_dates(self.plain, "2000-12-31")]
        found: list[Figure] = []
        said = figures_in(self.plain)
        ranges = {i + k for i in range(len(said) - 1) for k in (0, 1) if self._is_range(said[i], said[i + 1])}
        for i, figure in enumerate(said):
            before = self.plain[: figure.start].rstrip("( ").rsplit(" ", 1)[-1]
            is_name = before in named or _REFERENCE.search(self.plain[: figure.start])
            is_day = any(start < figure.end and figure.start < end for start, end in days)
            if (
                figure.kind == "count"
                and (figure.in_digits or figure.value > 1)
                and not (is_name or is_day or i in ranges)
            ):
                found.append(figure)
        return tuple(found)

    @cached_property
    def _dates(self) -> list[SaidDate]:
        return find_dates(self.told, self.source.document.published_at)

    @cached_property
    def said_days(self) -> dict[str, str]:
        """The days, months and years it gives by their numbers, each with the words it gives them in."""
        spans = {day.iso: self.told[day.start : day.end] for day in self._dates}
        return {iso: _PREPOSITION.sub("", words) for iso, words in spans.items() if _DIGIT.search(words)}

    @cached_property
    def days(self) -> list[str]:
        """The same in order, without the words."""
        return list(self.said_days)

    @cached_property
    def times(self) -> frozenset[str]:
        """Its days, months and years, those in names of events among them: "the 1992 Games"."""
        years = (figure for figure in figures_in(self.plain) if figure.kind == "year")
        return frozenset([*self.days, *(f"{figure.value:.0f}" for figure in years)])

    @cached_property
    def dates_itself(self) -> bool:
        """Whether its dates are those of what it tells: no weekday beside, and nothing that began or ended then."""
        beside = (text for day in self._dates for text in (self.told[: day.start], self.told[day.start : day.end]))
        return len(self.days) == len(self._dates) and not any(map(_BOUND_TIME.search, beside))

    @cached_property
    def scope(self) -> frozenset[str]:
        """Of how much of the whole it speaks."""
        return frozenset("one" if part == "single" else part for part in _SCOPE.findall(self.plain))

    def _is_range(self, one: Figure, two: Figure) -> bool:
        return bool(_RANGE.fullmatch(self.plain, one.end, two.start))

    def figure_text(self, figure: Figure) -> str:
        """A figure as it is told, its unit and its currency's sign with it."""
        start = figure.start - (self.plain[figure.start - 1 : figure.start] in ("$", "€", "£", "¥"))
        return self.plain[start : figure.end].strip()

    def counted(self, figure: Figure) -> tuple[str, ...]:
        """The words after a figure, up to the first small one: what is counted."""
        found: list[str] = []
        place = figure.end
        while len(found) < 3 and (match := _COUNTED.match(self.plain, place)) and not _ENDS_NOUN.fullmatch(match[1]):
            found.append(match[1])
            place = match.end()
        return tuple(found)


def _name_terms(name: str) -> frozenset[str]:
    return frozenset(term for term in read_terms(f"{name}.") if not term[0].isdecimal() and term not in _CALENDAR)
