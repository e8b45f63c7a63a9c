"""What kind of body an answer has, by its Content-Type alone."""

import re
from email.message import Message

from server.core.errors import SourceUnreadable

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
TEXT_TYPES = frozenset({"text/plain", "text/markdown", "text/x-markdown", "text/x-rst", "text/prs.fallenstein.rst"})
FEED_TYPES = frozenset({"application/atom+xml", "application/rss+xml", "application/xml", "text/xml"})
JSON_TYPES = frozenset({"application/json", "application/activity+json", "application/ld+json", "text/json"})
PDF_TYPES = frozenset({"application/pdf", "application/x-pdf"})
TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}", re.ASCII)
READABLE_TYPES = HTML_TYPES | TEXT_TYPES | FEED_TYPES | JSON_TYPES | PDF_TYPES


def parse_content_type(value: str) -> tuple[str, str | None]:
    """Media type in lower case, and the charset where one is named: ("text/html", "utf-8")."""
    message = Message()
    message["content-type"] = value
    charset = message.get_param("charset")
    return re.split("[;,]", value)[0].strip().lower(), charset.lower() if isinstance(charset, str) else None


def require_readable(media_type: str, url: str) -> None:
    """SourceUnreadable for a type that we cannot turn into text."""
    if media_type not in READABLE_TYPES:
        declared = (
            media_type if TYPE.fullmatch(media_type) else "of an unknown type" if media_type else "of no declared type"
        )
        raise SourceUnreadable(f"Not read: {url} is {declared}, not a page of text.")
