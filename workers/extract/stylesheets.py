"""Which classes and ids a page's own <style> elements hide: simple rules only, and only what nothing shows again."""

import re

import msgspec
from lxml import html

MOST_CHARACTERS = 300_000

_SIMPLE = re.compile(r"[a-z]*([.#])([\w-]+)")
_NAMES = re.compile(r"[.#]([\w-]+)")
_HIDES = re.compile(
    r"(?:^|;)(?:display:none|visibility:hidden|font-size:0(?:px)?(?:;|$|!)|(?:left|text-indent):-\d{4,}px)"
)
_SHOWS = re.compile(r"(?:^|;)(?:display:(?!none)|visibility:visible|opacity:1)")


class Hiding(msgspec.Struct, frozen=True):
    """Names of what is hidden."""

    classes: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()


def find_hiding(tree: html.HtmlElement) -> Hiding:
    """The classes and ids that a rule hides by their name alone, where no other rule shows them under any condition."""
    css = "".join(style.text or "" for style in tree.iter("style"))[:MOST_CHARACTERS]
    if "none" not in css and "hidden" not in css and "font-size" not in css and "px" not in css:
        return Hiding()
    hidden: dict[str, set[str]] = {".": set(), "#": set()}
    shown: set[str] = set()
    for selectors, rules, conditional in _list_rules(css):
        if _SHOWS.search(rules):
            shown.update(_NAMES.findall(selectors))
        elif not conditional and _HIDES.search(rules):
            for selector in selectors.split(","):
                if simple := _SIMPLE.fullmatch(selector.strip()):
                    hidden[simple[1]].add(simple[2])
    return Hiding(frozenset(hidden["."] - shown), frozenset(hidden["#"] - shown))


def _list_rules(css: str) -> list[tuple[str, str, bool]]:
    """(selectors, declarations without spaces, whether inside @media or the like) of each rule, in one pass."""
    found: list[tuple[str, str, bool]] = []
    open_at: list[str] = []
    text = ""
    for part in re.split(r"([{}])", re.sub(r"/\*.*?(?:\*/|\Z)", "", css, flags=re.DOTALL)):
        if part == "{":
            open_at.append(text.rpartition(";")[2].strip())
        elif part == "}":
            selectors = open_at.pop() if open_at else ""
            if selectors and not selectors.startswith("@"):
                found.append((selectors, "".join(text.split()).lower(), bool(open_at)))
            text = ""
        else:
            text = part
    return found
