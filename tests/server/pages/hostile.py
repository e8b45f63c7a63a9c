"""Cards whose every string is hostile, and what may be found in a page that shows them."""

from typing import Any

import lxml.html
import msgspec

from server.core.card import Card
from tests.server.api.served import load_case

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
)  # fmt: skip
FIXED = frozenset({
    "id", "quote", "kind", "support", "status", "visibility", "freshness", "via", "verified", "writer", "sha256",
    "captured_at", "posted_at", "retrieved_at", "generated_at", "fresh_until", "fingerprint",
})  # fmt: skip
ELEMENTS = frozenset(
    "a article b bdi blockquote body button code dd details div dl dt footer form h1 h2 h3 head header html input "
    "label li link main mark meta noscript ol p path q script section span style summary svg time title ul".split()
)


def hostile_card(text: str) -> Card:
    """The invented card with `text` in every field that a site or a model can fill."""
    return msgspec.convert(_spoil(msgspec.to_builtins(load_case()), text), Card)


def _spoil(value: Any, text: str, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _spoil(inner, text, key) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_spoil(inner, text, name) for inner in value]
    return text if isinstance(value, str) and name not in FIXED else value


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
    if element.tag == "script" and (element.text or not element.get("src", "").startswith("/static/")):
        faults.append("inline script")
    return faults


def _leads_to_the_web(address: str) -> bool:
    return address.startswith(("https://", "http://", "#")) or (address.startswith("/") and address[1:2] != "/")


def words(text: str) -> str:
    """Text as a reader sees it."""
    return " ".join(text.split())
