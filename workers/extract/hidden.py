"""What a page holds and shows nobody: removed, since nobody could have read it there.

Hidden words are how strangers speak to a model behind the reader's back. What a page hides until somebody asks for it,
behind a tab it names, is content; and where a page would be left with nothing, its own script was about to show it.
"""

import re
from collections.abc import Iterator
from functools import cached_property

from lxml import etree, html

from workers.extract.stylesheets import Hiding

NEVER_SHOWN = ("datalist", "noframes", "annotation", "annotation-xml")
SHOWN_LATER = frozenset({"noscript", "template", "dialog"})
WHOLE = frozenset({"html", "body", "main", "article"})
BLOCKS = frozenset(
    {"aside", "blockquote", "dd", "details", "div", "dl", "dt", "figure", "footer", "form", "h1", "h2", "h3", "h4",
     "h5", "h6", "header", "li", "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "th", "tr", "ul"}
)  # fmt: skip
LEAST_LEFT = 300  # characters: where less would remain, what hides more than that many times over is the content
SHARE = 0.3  # of a page's text: more is not hidden by a style that scripts undo, but shown by them

_STYLE = re.compile(
    r"(?:^|;)(?:display:none|visibility:(?:hidden|collapse)|content-visibility:hidden"
    r"|font-size:(?:0|[12](?:\.\d+)?px|0?\.\d+px)[a-z%]*(?:!important)?(?:;|$)|font:0|(?:-webkit-text-fill-)?color:transparent"
    r"|(?:left|top|right|bottom|text-indent|margin-left|margin-top):-(?:\d{4,}px|\d{3,}(?:em|rem|vw|vh|%))"
    r"|clip:rect\(0|clip:rect\(1px|clip-path:(?:inset\((?:100|50)%|circle\(0)|transform:(?:scale[xy]?\(0\)|translate[xy]?\(-\d{4,}px))"
)
_FLAT = re.compile(r"(?:^|;)(?:max-)?(?:height|width):[01](?:px)?(?:!important)?(?:;|$)")
_FAINT = re.compile(r"(?:^|;)opacity:0(?:\.0\d*)?(?:!important)?(?:;|$)")
_COLOUR = re.compile(r"(?:^|;)color:([^;!]+)")
_BACKGROUND = re.compile(r"(?:^|;)background(?:-color)?:([^;!]+)")
_WHITE = re.compile(r"white|#fff(?:fff)?|#fefefe|#fdfdfd|rgba?\(25[45],25[45],25[45](?:,1(?:\.0)?)?\)")
_DARK = re.compile(r"dark|black|bg|background|hero|banner|cover|overlay|button|btn|badge", re.IGNORECASE)
_PANEL = re.compile(r"tab|accordion|collaps|panel|toggle|spoiler|faq|expand|read-?more", re.IGNORECASE)
_UTILITY = re.compile(r"(?:^|\s)(?:hidden|hide|is-hidden|d-none|visually-hidden|sr-only|screen-reader-text)(?=\s|$)")
_RESPONSIVE = re.compile(r":(?:block|flex|inline|grid|table|contents)|d-\w+-(?:block|flex|inline|grid|table)")


def remove_hidden(tree: html.HtmlElement, hiding: Hiding) -> None:
    """Take out of the tree, which holds no scripts any more, what it does not show."""
    for element in list(tree.iter(*NEVER_SHOWN)):
        _remove(element)
    surely, maybe = _sort_hidden(tree, hiding)
    offered = _Offered(tree)
    length = _length(tree)
    for element in _outermost(surely):
        size = _length(element)
        if not offered.has(element) and not _is_content(element, size, length):
            _remove(element)
            length -= size
    sizes = [(element, _length(element)) for element in _outermost(maybe)]
    if sum(size for _, size in sizes) <= SHARE * length:
        for element, _ in sizes:
            if not offered.has(element):
                _remove(element)
    # What is left is shown; trafilatura would drop whatever has "overflow:hidden".
    etree.strip_attributes(tree, "style", "hidden", "aria-hidden")


def _sort_hidden(tree: html.HtmlElement, hiding: Hiding) -> tuple[list[html.HtmlElement], list[html.HtmlElement]]:
    """Elements hidden by what they say themselves, and those hidden by means that scripts commonly undo."""
    surely: list[html.HtmlElement] = []
    maybe: list[html.HtmlElement] = []
    for element in tree.iter():
        told = element.items()
        if (not told and element.tag not in SHOWN_LATER) or element.tag in WHOLE:
            continue
        said = dict(told)
        style = "".join(said["style"].split()).lower() if "style" in said else ""
        if element.tag == "font" and "color" in said:
            style += f";color:{said['color'].strip().lower()}"
        if _says_hidden(element.tag, said) or (style and _hides(element, style)):
            surely.append(element)
        elif (style and _FAINT.search(style)) or _may_be_hidden(element.tag, said, hiding):
            maybe.append(element)
    return surely, maybe


def _says_hidden(tag: str, said: dict[str, str]) -> bool:
    if said.get("hidden", "until-found") != "until-found" or "popover" in said:
        return True
    if tag == "template":
        return "shadowrootmode" not in said
    return tag == "noscript" or (tag == "dialog" and "open" not in said)


def _hides(element: html.HtmlElement, style: str) -> bool:
    if _STYLE.search(style) or (_FLAT.search(style) and "overflow:hidden" in style):
        return True
    colour = _COLOUR.search(style)
    if not colour:
        return False
    background = _BACKGROUND.search(style)
    if background:
        return colour[1] == background[1] or bool(_WHITE.fullmatch(colour[1]) and _WHITE.fullmatch(background[1]))
    return bool(_WHITE.fullmatch(colour[1])) and not _on_a_ground(element)


def _on_a_ground(element: html.HtmlElement) -> bool:
    """Whether it or what it stands in has a background of its own, so that white words may be seen."""
    for above in (element, *element.iterancestors()):
        told = f"{above.get('style', '')} {above.get('bgcolor', '')} {above.get('background', '')}".lower()
        if "background" in told or above.get("bgcolor") or _DARK.search(above.get("class", "")):
            return True
    return False


def _may_be_hidden(tag: str, said: dict[str, str], hiding: Hiding) -> bool:
    classes = said.get("class")
    if tag in BLOCKS:
        if said.get("aria-hidden") == "true":
            return True
        if classes and _UTILITY.search(classes) and not _RESPONSIVE.search(classes):
            return True
    if hiding.ids and said.get("id") in hiding.ids:
        return True
    return classes is not None and not hiding.classes.isdisjoint(classes.split())


def _is_content(element: html.HtmlElement, size: int, length: int) -> bool:
    """Whether the page waits for its script to show it: it is nearly all there is, or most of it with the title."""
    if size < LEAST_LEFT:
        return False
    titled = size * 2 > length and next(element.iter("h1", "main", "article"), None) is not None
    return titled or length - size < LEAST_LEFT


class _Offered:
    """Tabs and folds that the page offers to open."""

    def __init__(self, tree: html.HtmlElement) -> None:
        self._tree = tree

    def has(self, element: html.HtmlElement) -> bool:
        """Whether it looks like one, and something on the page names it as what it opens."""
        if element.get("role") == "tabpanel":
            return True
        if not _PANEL.search(f"{element.get('class', '')} {element.get('id', '')}"):
            return False
        return element.get("id") in self._named or any(inner.get("id") in self._named for inner in element)

    @cached_property
    def _named(self) -> frozenset[str]:
        names = ("aria-controls", "data-target", "data-bs-target", "href")
        return frozenset(
            target.lstrip("#")
            for element in self._tree.iter("a", "button", "li", "div", "summary", "label", "input", "h2", "h3", "h4")
            for name in names
            if (target := element.get(name, "")) and (name == "aria-controls" or target.startswith("#"))
        )


def _outermost(elements: list[html.HtmlElement]) -> Iterator[html.HtmlElement]:
    """In document order, without those inside another."""
    last: html.HtmlElement | None = None
    for element in elements:
        if last is None or not any(above is last for above in element.iterancestors()):
            last = element
            yield element


def _length(element: html.HtmlElement) -> int:
    return len(element.xpath("string()"))


def _remove(element: html.HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()
