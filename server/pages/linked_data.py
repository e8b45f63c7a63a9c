"""A card as schema.org's Article in JSON-LD: what it says, what it cites, and the thread it is based on."""

from collections.abc import Mapping
from typing import Any

import msgspec
from markupsafe import Markup

from server.core.card import Card, CardSource
from server.pages.card_page import CardPage, name_of
from server.pages.words import is_date, web_address

# A data block ends at "</script", and an HTML parser treats "<!--" in one specially (HTML, 13.2.5.20): no "<" reaches
# it. The others keep the block harmless where somebody copies it into another place.
UNSAFE = {ord(ch): f"\\u{ord(ch):04x}" for ch in "<>&'\u2028\u2029"}
KINDS = {"article": "Article", "pdf": "DigitalDocument", "thread": "DiscussionForumPosting"}


def linked_data(page: CardPage) -> Markup:
    """The text of a `<script type="application/ld+json">`. A browser executes no data block, so no policy forbids it;
    and no string of the card can end it."""
    text = msgspec.json.encode(describe(page)).decode().translate(UNSAFE)
    return Markup(text)  # noqa: S704 - escaped above


def describe(page: CardPage) -> dict[str, Any]:
    """The Article. What nobody told is left out."""
    card = page.card
    maker = {"@type": "Organization", "name": "Threadproof", "url": f"{page.address}/"}
    public = card.visibility == "public"
    return _told(
        {
            "@context": "https://schema.org",
            "@type": "Article",
            "@id": card.permalink,
            "url": card.permalink,
            "mainEntityOfPage": card.permalink,
            "headline": card.headline.text,
            "alternativeHeadline": card.hook and card.hook.text,
            "abstract": card.tldr.what_changed.text,
            "articleSection": card.category,
            "inLanguage": card.lang,
            "version": str(card.version),
            "datePublished": page.first_at.isoformat() if page.first_at else None,
            "dateModified": card.generated_at.isoformat(),
            "isAccessibleForFree": True,
            "author": maker,
            "publisher": maker,
            "image": f"{page.address}/c/{card.id}/v/{card.version}.png" if public else None,
            "isBasedOn": _thread(card),
            "citation": [_source(source) for source in card.sources if source.n != 1],
        }
    )


def _thread(card: Card) -> dict[str, Any]:
    thread = card.thread
    return _told(
        {
            "@type": "DiscussionForumPosting",
            "url": web_address(thread.url),
            "headline": thread.title,
            "author": _person(thread.author),
            "datePublished": thread.posted_at and thread.posted_at.isoformat(),
            "inLanguage": thread.language,
            "commentCount": thread.comment_count,
            "isPartOf": _told({"@type": "WebSite", "name": thread.community or thread.site}),
        }
    )


def _source(source: CardSource) -> dict[str, Any]:
    return _told(
        {
            "@type": KINDS[source.kind],
            "url": web_address(source.url),
            "name": source.title or source.url,
            "author": _person(source.author),
            "publisher": {"@type": "Organization", "name": name_of(source)},
            "datePublished": source.published_at if source.published_at and is_date(source.published_at) else None,
            "inLanguage": source.language,
        }
    )


def _person(name: str | None) -> dict[str, Any] | None:
    return {"@type": "Person", "name": name} if name else None


def _told(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if value not in (None, "", [])}
