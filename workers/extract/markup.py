"""From a page's characters to a tree, with a bound on everything a stranger could make many of.

What a parser takes grows with tags and attributes, and faster than they do: 100,000 attributes on one tag keep libxml2
busy for 5 s, 750,000 paragraphs of one letter take 500 MB in trafilatura. A page's article stands near its top, so the
markup is cut short where no page of text goes on, in passes whose time grows with its length alone.
"""

import re
from itertools import islice

from lxml import etree, html

from server.core.errors import SourceUnreadable

MOST_TAGS = 60_000  # of 196 recorded pages the largest, a Reddit thread of 2.2 MB, has 25,500 with their ends
MOST_ELEMENTS = (
    15_000  # of those that show words; trafilatura's time grows with the square of siblings: 1 s for so many
)
LONGEST_TAG = 8_000  # characters; what is longer is pictures and state inside attributes
MOST_ATTRIBUTES = 50
LONGEST_VALUE = 2_000

# No "<" inside, or "<a<a<a" would be read again from every letter.
_LONG_TAG = re.compile(rf"<[A-Za-z][^<>]{{{LONGEST_TAG},}}")
_TAG_NAME = re.compile(r"<[A-Za-z][\w:-]*")
_QUOTED = re.compile(r"""(?s)"[^"]*"|'[^']*'""")
_ATTRIBUTE = re.compile(r"""[^\s"'>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?""")
_COMMENT = re.compile(r"(?s)<!--.*?(?:-->|\Z)")
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}>")
_ODD_NAME = re.compile(r"<[A-Za-z][\w-]*[^\w\s/>-]")
_ELEMENT_NAME = re.compile(r"[A-Za-z][\w-]*")
UNREAD = (
    "script",
    "style",
    "svg",
    "select",
    "datalist",
    "iframe",
    "object",
    "canvas",
    "map",
    "audio",
    "video",
    "textarea",
)
_PARSER = html.HTMLParser(remove_comments=True, remove_pis=True, collect_ids=False)


def parse_markup(markup: str, url: str) -> html.HtmlElement:
    """The page as a tree without comments. SourceUnreadable when it holds no markup at all."""
    markup = _LONG_TAG.sub(_shorten, _XML_DECLARATION.sub("", markup, count=1))
    if markup.count("<") > MOST_TAGS:
        markup = "<".join(_COMMENT.sub("", markup).split("<", MOST_TAGS)[:MOST_TAGS])
    try:
        tree = html.document_fromstring(markup, parser=_PARSER)
    except (etree.ParserError, ValueError) as error:
        raise SourceUnreadable(f"Not read: {url} is no HTML page.") from error
    if _ODD_NAME.search(markup):
        _drop_odd_tags(tree)
    return tree


def _shorten(tag: re.Match[str]) -> str:
    """A long tag with its first attributes, those of reasonable length.

    One that ends inside a quotation has a ">" in an attribute and goes on behind it: it stays as it is.
    """
    name, unquoted = _TAG_NAME.match(tag[0]), _QUOTED.sub("", tag[0])
    if not name or '"' in unquoted or "'" in unquoted:
        return tag[0]
    kept = [name[0]]
    for number, attribute in enumerate(_ATTRIBUTE.finditer(tag[0], name.end())):
        if number == MOST_ATTRIBUTES:
            break
        if len(attribute[0]) <= LONGEST_VALUE:
            kept.append(attribute[0])
    return " ".join(kept)


def _drop_odd_tags(tree: html.HtmlElement) -> None:
    """Discord's "<t:1771905600:f>" pasted into an article is an element to the parser and makes trafilatura give up."""
    odd = [element for element in tree.iter() if not _ELEMENT_NAME.fullmatch(str(element.tag))]
    for element in odd:
        element.drop_tag()


def strip_unread(tree: html.HtmlElement) -> None:
    """Take out what holds no words for a reader."""
    etree.strip_elements(tree, *UNREAD, with_tail=False)


def cut_short(tree: html.HtmlElement, most: int = MOST_ELEMENTS) -> None:
    """Take out everything behind so many elements."""
    last = next(islice(tree.iter(), most - 1, None), None)
    while last is not None and (parent := last.getparent()) is not None:
        for following in list(last.itersiblings()):
            parent.remove(following)
        last = parent
