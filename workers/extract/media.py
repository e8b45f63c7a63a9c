"""What kind of body an answer has, by its Content-Type alone."""

import re

from server.core.errors import SourceUnreadable

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"})
# Text written to be read as it is: Markdown, reStructuredText, AsciiDoc, Org, under all their unregistered names.
TEXT_TYPES = frozenset(
    """text/plain text/markdown text/x-markdown text/x-web-markdown text/vnd.daringfireball.markdown text/x-gfm
    text/x-rst text/x-restructuredtext text/prs.fallenstein.rst text/asciidoc text/x-asciidoc text/org text/x-org
    text/x-textile text/x-readme text/x-log""".split()
)
FEED_TYPES = frozenset({"application/atom+xml", "application/rss+xml", "application/xml", "text/xml"})
JSON_TYPES = frozenset({"application/json", "application/activity+json", "application/ld+json", "text/json"})
PDF_TYPES = frozenset({"application/pdf", "application/x-pdf"})
READABLE_TYPES = HTML_TYPES | TEXT_TYPES | FEED_TYPES | JSON_TYPES | PDF_TYPES
LONGEST_SHOWN = 100


# By the Fetch and MIME Sniffing standards: values of several headers stand between commas, the last that is a type
# counts; of parameters the first of a name. Python's own parser of mail headers raises TypeError at "charset*0*=a".
VALUE = re.compile(r'(?:[^",]|"(?:\\.|[^"\\])*"?)+')
TYPE = re.compile(r"\s*([\w!#$%&'*+.^`|~-]+/[\w!#$%&'*+.^`|~-]+)\s*(?:;|$)", re.ASCII)
CHARSET = re.compile(r';\s*charset=(?:"((?:\\.|[^"\\])*)"?|([^;]*))', re.IGNORECASE)


def parse_content_type(value: str) -> tuple[str, str | None]:
    """Media type in lower case, and the charset where one is named: ("text/html", "utf-8"). "" for no type."""
    media_type, charset = "", None
    for part in VALUE.findall(value):
        found = TYPE.match(part)
        if not found or found[1] == "*/*":
            continue
        named = CHARSET.search(part)
        said = (
            (re.sub(r"\\(.)", r"\1", named[1]) if named[1] is not None else named[2]).strip().lower() if named else None
        )
        charset = said or (charset if found[1].lower() == media_type else None)
        media_type = found[1].lower()
    return media_type, charset


def require_readable(media_type: str, url: str, accept: str = "*/*") -> None:
    """SourceUnreadable for a type that we cannot turn into text, and for data that whoever asked did not ask for.

    JSON and feeds are read by the readers of threads, which say so in `accept`; to anybody else they are no pages.
    """
    is_data = media_type in FEED_TYPES | JSON_TYPES
    if media_type in READABLE_TYPES and not (is_data and not _asks_for_data(accept)):
        return
    shown = media_type if len(media_type) < LONGEST_SHOWN else "of an unknown type"
    raise SourceUnreadable(f"Not read: {url} is {shown or 'of no declared type'}, not a page of text.")


def _asks_for_data(accept: str) -> bool:
    return "*/*" in accept or "json" in accept or "/xml" in accept or "atom+xml" in accept or "rss+xml" in accept
