"""Cards whose every string is hostile, and what may be found in a page that shows them."""

import json
import re
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import lxml.html
import msgspec

from server.core.card import Card
from tests.server.api.served import load_case

SHARED = Path(__file__).parents[4] / "shared" / "hostile"
STRINGS = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg/onload=alert(1)>",
    "javascript:alert(1)",
    " java\tscript:alert(1)",
    "</title></style></textarea><script>alert(1)</script>",
    "<!--><script>alert(1)</script-->",
    "<a href=javascript:alert(1)>x</a>",
    "{{7*7}}{% raw %}${7*7}",
    "[x](javascript:alert(1)) ![y](https://evil.example/p.png)",
    "<https://evil.example/> www.evil.example https://evil.example/",
    "`code` **bold** # head\n\n- item\n\n    <b>block</b>\n\n1. one",
    "[^2a]: <script>alert(1)</script>",
    "\u202egnp.exe \u2066left\u2069 e\u0301\u200d\U0001f469",
    "&lt;b&gt; &amp; &#60;script&#62;",
    "https://ok.example/\" onmouseover=\"alert(1)",
    "https://ok.example/'onfocus='alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example/x",
    "x" * 3000,
    "<svg><script>alert(1)</script></svg><math><mi xlink:href='javascript:alert(1)'>x",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<base href=//evil.example/><meta http-equiv=refresh content=0;url=//evil.example/>",
    "<template shadowrootmode=open><slot></slot><iframe srcdoc='<script>alert(1)</script>'></template>",
    "]]><!--><!DOCTYPE html><plaintext>",
    "\u2028\u2029\ufeff\u00ad\u200b\u0085 \x0b\x0c end",
    "\" autofocus onfocus=alert(1) popovertarget=main x=\"",
    "﷽ ᚛᚛ ﷺ 𒐫 Ẑ̸͇̈́ͅalgo Z\u0300\u0301\u0302\u0303\u0304\u0305 شيء ab שלום",
)  # fmt: skip


def shared_rows(name: str) -> list[tuple[str, str]]:
    """Id and text of every row of a shared list of hostile strings; none where the list is not on this machine."""
    path = SHARED / f"{name}.jsonl"
    if not path.is_file():
        return []
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [(row["id"], row["text"]) for row in rows]


FIXED = frozenset({
    "id", "quote", "kind", "support", "status", "visibility", "freshness", "via", "verified", "writer", "sha256",
    "captured_at", "posted_at", "retrieved_at", "generated_at", "fresh_until", "fingerprint",
})  # fmt: skip
OPTIONAL = frozenset({"label", "by", "site", "title", "author", "language", "published_at", "community", "category"})
ELEMENTS = frozenset(
    "a article b bdi blockquote body button code dd details div dl dt footer form h1 h2 h3 h4 head header html input "
    "label li link main mark meta nav noscript ol p path q script section span style summary svg time title ul".split()
)


def hostile_card(*texts: str) -> Card:
    """The invented card with these texts, in turn, in every field that a site or a model can fill."""
    return msgspec.convert(_spoil(msgspec.to_builtins(load_case()), cycle(texts)), Card)


def _spoil(value: Any, texts: Iterator[str], name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _spoil(inner, texts, key) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_spoil(inner, texts, name) for inner in value]
    may_be_told = name in OPTIONAL if value is None else isinstance(value, str)
    return next(texts) if may_be_told and name not in FIXED else value


def parse(html: str) -> lxml.html.HtmlElement:
    """The document as a tree."""
    return lxml.html.document_fromstring(html)


def find_live(tree: lxml.html.HtmlElement) -> list[str]:
    """Whatever in a page could act, load or lead elsewhere than to the web."""
    return [fault for element in tree.iter() if isinstance(element.tag, str) for fault in _faults(element)]


def _faults(element: lxml.html.HtmlElement) -> list[str]:
    faults = [] if element.tag in ELEMENTS else [f"element {element.tag}"]
    for name, value in element.attrib.items():
        if name.startswith("on") or name in ("style", "srcdoc", "formaction", "ping"):
            faults.append(f"attribute {name}")
        if name in ("href", "src", "action") and not _leads_to_the_web(value):
            faults.append(f"{name}={value}")
    if element.tag == "script" and not is_data(element) and (element.text or not _is_ours(element)):
        faults.append("inline script")
    return faults


def is_data(element: lxml.html.HtmlElement) -> bool:
    """Whether a script element is a data block, which no browser runs: JSON, and without any sign that could end it."""
    text = element.text or ""
    if element.get("type") != "application/ld+json" or element.get("src") or re.search("[<>&]", text):
        return False
    return isinstance(json.loads(text), dict)


def linked_data(tree: lxml.html.HtmlElement) -> str:
    """All that a page's data block tells, one string a line."""
    (element,) = tree.xpath("//script[@type='application/ld+json']")
    return "\n".join(_strings(json.loads(element.text)))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


def _is_ours(element: lxml.html.HtmlElement) -> bool:
    return str(element.get("src", "")).startswith("/static/")


def _leads_to_the_web(address: str) -> bool:
    return address.startswith(("https://", "http://", "#")) or (address.startswith("/") and address[1:2] != "/")


def words(text: str) -> str:
    """Text as a reader sees it."""
    return " ".join(text.split())
