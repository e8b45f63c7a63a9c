"""A page's words without its tags, in one pass: time grows with the page, however its tags are left open.

A pattern such as `<[^>]*>` takes quadratic time on megabytes of "<a<a<a", which is what hostile pages are made of.
"""

import html
from collections.abc import Set as AbstractSet

UNSHOWN = frozenset({"script", "style"})
FURNITURE = UNSHOWN | {"nav", "footer", "svg", "noscript", "template", "head"}
INLINE = frozenset(
    {"a", "abbr", "b", "cite", "code", "em", "font", "i", "kbd", "mark", "q", "s", "small", "span", "strong", "sub",
     "sup", "u", "wbr"}
)  # fmt: skip


def strip_tags(markup: str, *, unshown: AbstractSet[str] = UNSHOWN) -> str:
    """The text between tags, entities decoded, without comments and the content of `unshown` elements.

    An inline tag leaves nothing behind, any other a space. What opens and never closes hides the rest of the page.
    """
    first, *parts = markup.split("<")
    shown, closing = [first], ""
    for part in parts:
        if closing == "-->":
            ended, part = _after(part, "-->")
        elif closing:
            ended = part[: len(closing)].lower() == closing
        elif part.startswith("!--"):
            ended, part = _after(part[3:], "-->")
            closing = "-->"
        else:
            name = _tag_name(part)
            if not name:
                shown.append("<" + part)
                continue
            shown.append("" if name.lstrip("/") in INLINE else " ")
            ended, closing = name not in unshown, "/" + name
        if ended:
            shown.append(part if closing == "-->" else part.partition(">")[2])
            closing = ""
    return html.unescape("".join(shown))


def _after(part: str, mark: str) -> tuple[bool, str]:
    _, found, rest = part.partition(mark)
    return bool(found), rest


def _tag_name(part: str) -> str:
    """The name of the tag that `part` begins, "/" in front of a closing one; empty where "<" was just a character."""
    start = 1 if part.startswith("/") else 0
    if not part[start : start + 1].isascii() or not (
        part[start : start + 1].isalpha() or part[start : start + 1] in tuple("!?")
    ):
        return ""
    end = start + 1
    while end < len(part) and (part[end].isalnum() or part[end] in "-:_"):
        end += 1
    return part[:end].lower()
