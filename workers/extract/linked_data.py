"""What a page says about itself in JSON-LD (schema.org), reduced to the few fields we use."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
from lxml import html

ARTICLE_TYPES = frozenset(
    {"Article", "BlogPosting", "LiveBlogPosting", "NewsArticle", "OpinionNewsArticle", "Report",
     "ReportageNewsArticle", "ScholarlyArticle", "SocialMediaPosting", "TechArticle"}
)  # fmt: skip
DEEPEST = 8


class LinkedArticle(msgspec.Struct, frozen=True, kw_only=True):
    """An article as its own JSON-LD describes it; whatever is absent or malformed is empty."""

    headline: str = ""
    authors: tuple[str, ...] = ()
    published_at: str = ""
    publisher: str = ""
    body: str = ""
    free: bool = True  # False: the page says that its text is for subscribers


def find_linked_article(tree: html.HtmlElement) -> LinkedArticle:
    """The first article that the page's JSON-LD describes, or an empty one."""
    for script in tree.iter("script"):
        if script.get("type", "").strip().lower() == "application/ld+json":
            for item in _walk(_parse(script.text or "")):
                if ARTICLE_TYPES & set(_strings(item.get("@type"))):
                    return _read_article(item)
    return LinkedArticle()


def _parse(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _walk(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _walk(inner, depth + 1)


def _read_article(item: dict[str, Any]) -> LinkedArticle:
    return LinkedArticle(
        headline=_text(item.get("headline")),
        authors=tuple(name for author in _list(item.get("author")) if (name := _text(author))),
        published_at=_text(item.get("datePublished")),
        publisher=_text(item.get("publisher")),
        body=_text(item.get("articleBody")),
        free=str(item.get("isAccessibleForFree", True)).lower() != "false",
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _strings(value: Any) -> list[str]:
    return [entry for entry in _list(value) if isinstance(entry, str)]


def _text(value: Any) -> str:
    """A string, or the name of the thing that stands where a string might."""
    if isinstance(value, dict):
        value = value.get("name")
    return value.strip() if isinstance(value, str) else ""
