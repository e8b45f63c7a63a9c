"""Who wrote a page, when, under which name and title, from what the page says about itself."""

import re
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import urlsplit

from htmldate import find_date
from lxml import html

from workers.extract.blocks import words_of
from workers.extract.linked_data import LinkedArticle
from workers.extract.visible import VisibleText, fold

EARLIEST = 1990  # what a page says of earlier years is an empty field's default
ISO = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|[+-]\d\d:?\d\d)")
DATE_METAS = ("article:published_time", "og:article:published_time", "datepublished", "date", "dc.date",
              "dc.date.issued", "dcterms.created", "citation_publication_date", "citation_date", "parsely-pub-date",
              "sailthru.date", "pubdate", "itemprop:datepublished")  # fmt: skip
AUTHOR_METAS = ("author", "article:author", "byl", "dc.creator", "dcterms.creator", "parsely-author",
                "sailthru.author", "citation_author")  # fmt: skip
MARKED_AUTHOR = "(//a[@rel='author'] | //*[@itemprop='author'])[1]"  # later ones belong to other articles
BYLINE = "(//*[contains(@class, 'byline') or contains(@class, 'author')])[position() < 4]"
NO_NAMES = frozenset(
    {"by", "admin", "administrator", "author", "anonymous", "editor", "editors", "editorial", "guest", "null", "none",
     "staff", "team", "unknown", "writer", "reporter", "correspondent", "contributor", "user", "webmaster", "root"}
)  # fmt: skip
# Sites whose pages do not name them, or only in capitals or with a slogan.
SITE_NAMES = {
    "arxiv.org": "arXiv", "nytimes.com": "The New York Times", "washingtonpost.com": "The Washington Post",
    "wsj.com": "The Wall Street Journal", "bbc.com": "BBC News", "bbc.co.uk": "BBC News", "github.com": "GitHub",
    "en.wikipedia.org": "Wikipedia", "news.ycombinator.com": "Hacker News", "lobste.rs": "Lobsters",
    "theguardian.com": "The Guardian", "arstechnica.com": "Ars Technica", "reuters.com": "Reuters",
    "nydailynews.com": "New York Daily News", "huffingtonpost.com": "HuffPost",
}  # fmt: skip


def read_metas(tree: html.HtmlElement) -> dict[str, list[str]]:
    """The page's <meta> values by lower-case name, in order."""
    metas: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or f"itemprop:{meta.get('itemprop')}"
        content = " ".join((meta.get("content") or "").split())
        if name and content:
            metas.setdefault(name.strip().lower(), []).append(content)
    return metas


def host_of(url: str) -> str:
    """The host without "www."."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


# ---- site -------------------------------------------------------------------------------------


def find_site(url: str, metas: dict[str, list[str]], linked: LinkedArticle) -> str:
    """The name a reader knows the site by, else its host."""
    known = SITE_NAMES.get(host_of(url))
    named = next(iter(metas.get("og:site_name", [])), "") or linked.publisher
    name = re.split(r"\s[|·–—-]\s", named)[0].strip().lstrip("@")
    return known or (name if re.fullmatch(r"[^{}<>]{2,40}", name) else "") or host_of(url)


# ---- title ------------------------------------------------------------------------------------


def find_title(
    tree: html.HtmlElement, url: str, metas: dict[str, list[str]], site: str, page: VisibleText
) -> tuple[str, bool]:
    """The page's title, and whether the page shows it: the first of og:title, h1 and <title> that is shown.

    The site's own name, in a logo's h1, is no title.
    """
    raw = [*metas.get("og:title", [])[:1], *(words_of(element) for element in tree.iter("h1"))]
    raw += [words_of(element) for element in tree.iter("title")][:1]
    names = {fold(site).casefold(), fold(host_of(url).split(".")[0]).casefold()}
    spellings = [spelling for title in raw if title for spelling in _spell_title(title, site)]
    spellings = [title for title in spellings if fold(title).casefold() not in names]
    for title in spellings:
        if len(fold(title)) > 2 and page.body_holds(title):
            return title, True
    whole = [title for title in spellings if len(title) > 2]
    return (whole[0] if whole else ""), False


def _spell_title(title: str, site: str) -> list[str]:
    """The title without the site's name, then as it stands, then without whatever its last separator sets apart."""
    parts = re.split(r"\s+[|·•»–—-]\s+", title)
    if len(parts) == 1:
        return [title]
    name = fold(site).casefold()
    without = [part for part in parts if fold(part).casefold() not in (name, f"the{name}")]
    if len(without) < len(parts):
        start, end = title.find(without[0]) if without else 0, title.rfind(without[-1]) if without else 0
        return [title[start : end + len(without[-1])] if without else title, title]
    return [title, title[: title.rfind(parts[-1])].rstrip(" |·•»–—-")]


# ---- author -----------------------------------------------------------------------------------


def find_author(tree: html.HtmlElement, metas: dict[str, list[str]], linked: LinkedArticle, site: str) -> str | None:
    """Names of people, or None."""
    said = [name for key in AUTHOR_METAS for name in metas.get(key, [])]
    marked = [words_of(element) for element in tree.xpath(MARKED_AUTHOR)]
    bylines = [words_of(element) for element in tree.xpath(BYLINE)]
    for names in (linked.authors, said, marked, [line for line in bylines if re.match(r"(?i)by\b", line)]):
        people = list(dict.fromkeys(name for raw in names for name in _clean_names(raw, site)))
        if people:
            return _join_names(people)
    return None


def _clean_names(raw: str, site: str) -> list[str]:
    text = unescape(unescape(raw)).strip(" :")
    text = re.sub(r"(?i)^\s*(?:written\s+|posted\s+)?by:?\s+|^view all posts by\s+|^posts by\s+", "", text).strip()
    text = re.sub(r"^([^,;&]+), ([^,;&]+)$", _turn_round, text)  # "Vaswani, Ashish"
    names = (name.strip(" .,|") for name in re.split(r"\s*[;,&]\s*|\s+and\s+", text))
    return [name.title() if name.isupper() and " " in name else name for name in names if _is_name(name, site)]


def _turn_round(match: re.Match[str]) -> str:
    last, first = match[1], match[2]
    return f"{first} {last}" if len(last.split()) == 1 and len(first.split()) <= 2 else match[0]


def _is_name(name: str, site: str) -> bool:
    words = name.split()
    return (
        1 < len(name) <= 60
        and len(words) <= 5
        and not re.search(r"\d|https?:|www\.|[@/<>{}]|\.(?:com|org|net)\b", name)
        and not NO_NAMES & {word.casefold() for word in words}
        and fold(name).casefold() != fold(site).casefold()
    )


def _join_names(names: list[str]) -> str:
    if len(names) > 3:
        return f"{names[0]} and {len(names) - 1} others"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


# ---- date -------------------------------------------------------------------------------------


def find_published_at(
    tree: html.HtmlElement, url: str, metas: dict[str, list[str]], linked: LinkedArticle, retrieved_at: datetime
) -> str | None:
    """When the page says it was published, as precisely as it says; None where it does not say, never a guess."""
    stamped = [element.get("datetime") or "" for element in tree.xpath("(//article//time | //time)[@pubdate][1]")]
    said = [linked.published_at, *(value for name in DATE_METAS for value in metas.get(name, [])), *stamped]
    latest = retrieved_at + timedelta(days=1)
    for value in said:
        date = spell_date(value)
        if date and date[:10] <= latest.date().isoformat():
            return date
    found: str | None = find_date(
        tree, url=url, extensive_search=False, original_date=True, max_date=latest.date().isoformat()
    )
    return found


def spell_date(value: str) -> str | None:
    """The ISO form of a date or instant, None for anything else.

    An instant without a zone, or at midnight UTC, is only a date.
    """
    text = value.strip()
    instant = INSTANT.match(text)
    if instant:
        zone = instant[3] if ":" in instant[3] or instant[3] == "Z" else f"{instant[3][:3]}:{instant[3][3:]}"
        midnight = instant[2].startswith("00:00") and zone in ("Z", "+00:00")
        return _checked(instant[1] if midnight else f"{instant[1]}T{instant[2]}{zone}")
    day = re.match(r"(\d{4})[-/](\d\d?)[-/](\d\d?)(?!\d)", text)
    if day:
        return _checked(f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}")
    return text if ISO.fullmatch(text) and str(EARLIEST) <= text[:4] < "2100" else None


def _checked(date: str) -> str | None:
    try:
        year = datetime.fromisoformat(date).year
    except ValueError:
        return None
    return date if year >= EARLIEST else None
