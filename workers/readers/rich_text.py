"""Reddit's rich text, a tree of `{"e": kind, "t": words, "c": inside}`, to plain text."""

from collections.abc import Iterator
from html import escape
from typing import Any

from workers.readers.prose import Prose, prose_of_html
from workers.readers.values import field, rows, text

DEEPEST = 40
_BLOCKS = {"par": "p", "blockquote": "blockquote", "code": "pre", "li": "li", "list": "ul", "h": "h3"}
_SPOKEN = {"r/": "r/", "u/": "u/", "@": "@"}


def prose_of_rich_text(document: list[Any]) -> Prose:
    """What it says, laid out as the same words in HTML would be."""
    return prose_of_html("".join(_html(document, 0)))


def _html(nodes: list[Any], depth: int) -> Iterator[str]:
    for node in nodes if depth < DEEPEST else ():
        yield from _node(node, depth)


def _node(node: Any, depth: int) -> Iterator[str]:
    kind, words, inside = text(field(node, "e")), text(field(node, "t")), rows(field(node, "c"))
    if kind == "table":
        yield from _table(node, depth)
    elif kind == "br":
        yield "<br>"
    elif kind == "link":
        yield f'<a href="{escape(text(field(node, "u")))}">{escape(words)}</a>'
    elif kind == "raw" or kind == "text" or kind in _SPOKEN:
        yield escape(_SPOKEN.get(kind, "") + words.removeprefix(_SPOKEN.get(kind, "\0")))
    else:
        tag = _BLOCKS.get(kind)
        yield f"<{tag}>" if tag else ""
        yield from _html(inside, depth + 1)
        yield f"</{tag}>" if tag else ""
        if kind == "code" and inside:
            yield ""


def _table(node: Any, depth: int) -> Iterator[str]:
    lines = [rows(field(node, "h")), *map(rows, rows(field(node, "c")))]
    yield "<table>"
    for cells in lines:
        yield "<tr>"
        for cell in cells:
            yield "<td>"
            yield from _html(rows(field(cell, "c")), depth + 1)
            yield "</td>"
        yield "</tr>"
    yield "</table>"
