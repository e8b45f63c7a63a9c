"""When a page was published, as precisely as it says; None where it does not say, never a guess."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice

from htmldate import find_date
from lxml import html

from workers.extract.blocks import words_of
from workers.extract.linked_data import LinkedArticle

EARLIEST = 1990  # what a page says of earlier years is an empty field's default
METAS = """article:published_time og:article:published_time article:published article.published datepublished date
    publishdate publish-date published_at pubdate og:pubdate parsely-pub-date sailthru.date dc.date dc.date.issued
    dc.date.created dcterms.issued dcterms.created citation_date citation_online_date citation_publication_date
    itemprop:datepublished""".split()
LONGEST = 80  # characters of a line that tells a date
HEIGHT = 4  # elements above a title in which its date stands
NEAR = 120  # elements of each
_MONTHS = """jan january januar janvier enero gennaio janeiro januari
feb february februar février fevrier febrero febbraio fevereiro februari
mar march märz maerz mars marzo março marco maart
apr april avril abril aprile
may mai mayo maggio maio mei
jun june juni juin junio giugno junho
jul july juli juillet julio luglio julho
aug august août aout agosto augustus
sep sept september septembre septiembre settembre setembro
oct october oktober octobre octubre ottobre outubro okt
nov november novembre noviembre novembro
dec december dezember décembre decembre diciembre dicembre dezembro dez"""
MONTHS = {name: number for number, names in enumerate(_MONTHS.splitlines(), start=1) for name in names.split()}

_ISO = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|[+-]\d\d:?\d\d)", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-](\d\d?|[a-z]{3})[/-](\d\d?)(?=[/-]|$)|/((?:19|20)\d\d)(\d\d)(\d\d)/")
_DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|\.|er|º)?\s+(?:de\s+)?([^\W\d_]{3,10})\.?,?\s+(?:de\s+)?((?:19|20)\d\d)(?!\d)"
)
_MONTH_FIRST = re.compile(r"(?<![^\W\d_])([^\W\d_]{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)(?!\d)")
_NUMBERS = re.compile(
    r"(?<!\d)(?:(\d{1,2})\.\s?(\d{1,2})\.\s?((?:19|20)\d\d)|((?:19|20)\d\d)[年./-]\s?(\d{1,2})[月./-]\s?(\d{1,2}))(?!\d)"
)
_CHANGED = re.compile(
    r"(?i)updat|modifi|revis|aktualisiert|geändert|mis à jour|actualizad|aggiornat|atualizad|bijgewerkt|更新"
)
_PUBLISHED = re.compile(r"(?i)publi|post|erstellt|veröffentlicht|datum")
_DATED = re.compile(r"date|Date|publish|posted|time")


def find_published_at(
    tree: html.HtmlElement, url: str, metas: dict[str, list[str]], linked: LinkedArticle, retrieved_at: datetime
) -> str | None:
    """The first date that is told in the page's data, at its title, in its address, or anywhere as a date of issue."""
    today = retrieved_at.date()
    latest = (today + timedelta(days=1)).isoformat()
    told = ""
    for said in _told(tree, url, metas, linked):
        if said and said[:10] <= latest[: len(said)] and said.startswith(told):
            told = said
            if "T" in told:  # nothing is more precise
                break
    if told:
        return told
    found: str | None = find_date(tree, url=url, extensive_search=False, original_date=True, max_date=latest)
    # A page's header may say what day it is, and a month is found as its first day.
    if found is None or found >= (today - timedelta(days=1)).isoformat():
        return None
    return _as_precisely(found, tree)


def _told(tree: html.HtmlElement, url: str, metas: dict[str, list[str]], linked: LinkedArticle) -> Iterator[str | None]:
    yield spell_date(linked.published_at) or read_date(linked.published_at)
    for name in METAS:
        for value in metas.get(name, []):
            yield spell_date(value) or read_date(value)
    yield from _at_title(tree)
    yield _in_address(url)
    yield next((spell_date(time.get("datetime") or "") for time in tree.iter("time") if time.get("datetime")), None)


def _at_title(tree: html.HtmlElement) -> Iterator[str | None]:
    """Dates that stand with the page's main heading, the nearest around it first."""
    above = next(tree.iter("h1"), None)
    for _ in range(HEIGHT):
        above = above.getparent() if above is not None else None
        if above is None or above.tag in ("body", "html"):
            return
        for element in islice(above.iter(), NEAR):
            classes, item = element.get("class", ""), element.get("itemprop", "")
            if element.tag == "time" or item == "datePublished" or (classes and _DATED.search(classes)):
                yield _dated(element, f"{classes} {item}")


def _dated(element: html.HtmlElement, named: str) -> str | None:
    """The date an element tells by its stamp, else by its words, unless that of a change."""
    text = words_of(element)
    told = f"{named} {text[:LONGEST]}"
    if _CHANGED.search(told) and not _PUBLISHED.search(told):
        return None
    stamp = element.get("datetime") or element.get("content") or ""
    return spell_date(stamp) or (read_date(text) if len(text) <= LONGEST else None)


def _in_address(url: str) -> str | None:
    match = _IN_ADDRESS.search(url)
    if not match:
        return None
    year, month, day = (match[1], match[2], match[3]) if match[1] else (match[4], match[5], match[6])
    return _day(year, str(MONTHS.get(month, month)), day)


def _as_precisely(found: str, tree: html.HtmlElement) -> str | None:
    """What was found without the day or month that the page does not name."""
    year, month, day = found.split("-")
    if day != "01":
        return found
    shown = str(tree.xpath("string()"))
    if re.search(
        rf"{year}[-/.]?{month}[-/.]?01|(?<!\d)0?1\.\s?0?{int(month)}\.\s?{year}",
        html.tostring(tree, encoding="unicode"),
    ):
        return found
    if any(read_date(match[0]) == found for pattern in (_DAY_FIRST, _MONTH_FIRST) for match in pattern.finditer(shown)):
        return found
    named = any(
        number == int(month) and re.search(rf"(?i)\b{name}\w*\.?\s+{year}", shown) for name, number in MONTHS.items()
    )
    return f"{year}-{month}" if named else None


def spell_date(value: str) -> str | None:
    """The ISO form of a date or instant, None for anything else.

    An instant without a zone, or at midnight UTC, is only a date.
    """
    text = value.strip()
    instant = _INSTANT.match(text)
    if instant:
        zone = instant[3].upper()
        zone = zone if ":" in zone or zone == "Z" else f"{zone[:3]}:{zone[3:]}"
        midnight = instant[2].startswith("00:00") and zone in ("Z", "+00:00")
        return _checked(instant[1] if midnight else f"{instant[1]}T{instant[2]}{zone}")
    day = re.match(r"(\d{4})[-/](\d\d?)[-/](\d\d?)(?!\d)", text)
    if day:
        return _checked(f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}")
    return text if _ISO.fullmatch(text) and str(EARLIEST) <= text[:4] < "2100" else None


def read_date(text: str) -> str | None:
    """The first whole date in a line: "5 June 2026", "June 5, 2026", "5.6.2026", "2026年6月5日". None where there is
    none, and for those that Britons and Americans read differently."""
    if match := _DAY_FIRST.search(text):
        day, month, year = match.groups()
    elif match := _MONTH_FIRST.search(text):
        month, day, year = match.groups()
    elif match := _NUMBERS.search(text):
        day, month, year = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
    else:
        return None
    return _day(year, str(MONTHS.get(month.lower(), month)), day)


def _day(year: str, month: str, day: str) -> str | None:
    if not (month.isdecimal() and day.isdecimal()):
        return None
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found.isoformat() if found.year >= EARLIEST else None


def _checked(date: str) -> str | None:
    try:
        year = datetime.fromisoformat(date).year
    except ValueError:
        return None
    return date if year >= EARLIEST else None
