"""A page's title, as the page shows it."""

import re
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

from lxml import html

from workers.extract.blocks import words_of
from workers.extract.sites import host_of
from workers.extract.visible import VisibleText, fold

SEPARATOR = re.compile(r"\s+(?:[|·•»–—-]|::)\s+")
SHORTEST = 3


def find_title(
    tree: html.HtmlElement, url: str, stated: Sequence[str], site: str, page: VisibleText
) -> tuple[str, bool]:
    """The page's title, and whether the page shows it: the first of the stated ones, h1 and <title> that is shown.

    The site's own name, in a logo's h1, is no title. Where only <title> tells, "Site - Section - Title" is the one of
    its parts that stands in a heading.
    """
    whole = next((words_of(element) for element in tree.iter("title")), "")
    tops = [words_of(element) for element in tree.iter("h1") if not _leads_home(element, url)]
    names = {fold(site).casefold(), fold(host_of(url).split(".")[0]).casefold()}
    parts = SEPARATOR.split(whole)
    if not any(stated) and len(parts) > 2:
        tops = [*_headed_parts(tree, url, parts, names), *tops]
    raw = [title for title in [*stated, *tops, whole] if title]
    spellings = [spelling for title in raw for spelling in _spell(title, site)]
    spellings = [title for title in spellings if len(title) >= SHORTEST and fold(title).casefold() not in names]
    for title in spellings:
        if len(fold(title)) >= SHORTEST and page.body_holds(title):
            return title, True
    return (spellings[0] if spellings else ""), False


def _leads_home(heading: html.HtmlElement, url: str) -> bool:
    """Whether it is the site's logo."""
    link = next(heading.iter("a"), None)
    if link is None or words_of(link) != words_of(heading):
        return False
    try:
        target = urlsplit(urljoin(url, (link.get("href") or "").strip()))
    except ValueError:
        return False
    return not target.path.strip("/") and urlsplit(url).path.strip("/") != ""


def _headed_parts(tree: html.HtmlElement, url: str, parts: Sequence[str], names: set[str]) -> list[str]:
    """The longest part of <title> that stands in a heading."""
    headings = {words_of(element) for element in tree.iter("h1", "h2", "h3") if not _leads_home(element, url)}
    shown = [part for part in parts if part in headings and fold(part).casefold() not in names]
    return [max(shown, key=len)] if shown else []


def _spell(title: str, site: str) -> list[str]:
    """The title without the site's name, then as it stands, then without whatever its last separator sets apart."""
    parts = SEPARATOR.split(title)
    if len(parts) == 1:
        return [title]
    name = fold(site).casefold()
    without = [part for part in parts if fold(part).casefold() not in (name, f"the{name}")]
    if len(without) < len(parts):
        start, end = title.find(without[0]) if without else 0, title.rfind(without[-1]) if without else 0
        return [title[start : end + len(without[-1])] if without else title, title]
    return [title, title[: title.rfind(parts[-1])].rstrip(" |·•»–—:-")]
