"""What a page says about itself in JSON-LD (schema.org), reduced to the few fields we use."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
from lxml import html

from workers.extract.tags import strip_tags

ARTICLE_TYPES = frozenset(
    {"AnalysisNewsArticle", "Article", "BackgroundNewsArticle", "BlogPosting", "LiveBlogPosting",
     "MedicalScholarlyArticle", "NewsArticle", "OpinionNewsArticle", "Report", "ReportageNewsArticle",
     "ReviewNewsArticle", "SatiricalArticle", "ScholarlyArticle", "SocialMediaPosting", "TechArticle"}
)  # fmt: skip
OTHER_TYPES = frozenset({"ClaimReview", "HowTo", "PodcastEpisode", "Recipe", "Review", "WebPage"})
OTHERS = frozenset({"itemListElement", "isPartOf", "comment", "review", "mentions", "citation", "itemReviewed"})
DEEPEST = 8
LONGEST = 1_000_000  # characters of a script; the longest that told of an article in 190 pages had 60,000


class LinkedArticle(msgspec.Struct, frozen=True, kw_only=True):
    """An article as its own JSON-LD describes it; whatever is absent or malformed is empty."""

    headline: str = ""
    authors: tuple[str, ...] = ()
    published_at: str = ""
    publisher: str = ""
    language: str = ""
    body: str = ""
    words: int = 0  # of the whole article; 0 where it does not say
    free: bool = True  # False: the page says that its text is for subscribers


def find_linked_article(tree: html.HtmlElement) -> LinkedArticle:
    """The first article that the page's JSON-LD describes, else whatever it says the page is, or an empty one."""
    found: LinkedArticle | None = None
    for script in tree.iter("script"):
        if script.get("type", "").strip().lower() != "application/ld+json":
            continue
        for item in _walk(_parse((script.text or "")[: LONGEST + 1])):
            types = set(_strings(item.get("@type")))
            if ARTICLE_TYPES & types:
                return _read_article(item)
            if OTHER_TYPES & types and found is None:
                found = _read_article(item)
    return found or LinkedArticle()


def _parse(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _walk(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The things described, but for those that are other pages."""
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        yield value
        for name, inner in value.items():
            if name not in OTHERS and isinstance(inner, (dict, list)):
                yield from _walk(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, depth + 1)


def _read_article(item: dict[str, Any]) -> LinkedArticle:
    return LinkedArticle(
        headline=_text(item.get("headline")),
        authors=tuple(name for author in _list(item.get("author")) if (name := _text(author))),
        published_at=_text(item.get("datePublished")),
        publisher=_text(item.get("publisher")),
        language=_text(item.get("inLanguage")),
        body=strip_tags(_text(item.get("articleBody"))),
        words=_count(item.get("wordCount")),
        free=str(item.get("isAccessibleForFree", True)).strip().lower().rpartition("/")[2] != "false",
    )


def _count(value: Any) -> int:
    return int(str(value)) if str(value).isdecimal() and len(str(value)) < 7 else 0


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _strings(value: Any) -> list[str]:
    return [entry.rpartition("/")[2] for entry in _list(value) if isinstance(entry, str)]


def _text(value: Any) -> str:
    """A string, or the name of the thing that stands where a string might."""
    if isinstance(value, list):
        value = next(iter(value), None)
    if isinstance(value, dict):
        value = value.get("name") or value.get("alternateName")
        value = next(iter(value), None) if isinstance(value, list) else value
    return value.strip() if isinstance(value, str) else ""
