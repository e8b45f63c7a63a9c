"""Bodies that are hard on whoever reads them, made from a name and a number."""

import json
from collections.abc import Callable
from typing import Any

STORY = "The lamp of Kestrel Point burned for 28 years before the harbour board put it out in the spring of 1911. "


def _page(inside: str) -> bytes:
    return (
        f"<!doctype html><html><head><title>Kestrel</title></head><body><p>{STORY}</p>{inside}</body></html>".encode()
    )


def _nest(opening: str, closing: str = "") -> Callable[[int], str]:
    return lambda n: opening * n + STORY + closing * n


MADE: dict[str, Callable[[int], str]] = {
    "attributes-on-one-tag": lambda n: "<p " + " ".join(f"a{k}={k}" for k in range(n)) + f">{STORY}</p>",
    "one-attribute-bytes": lambda n: f'<p title="{"a" * n}">{STORY}</p>',
    "sibling-comments": lambda n: "<!-- x -->" * n,
    "sibling-paragraphs": lambda n: "<p>x" * n,
    "entities": lambda n: "&amp;" * n,
    "combining marks on one letter": lambda n: f"<p>Z{chr(0x301) * n} {STORY}</p>",
    "nested-divs": _nest("<div>", "</div>"),
    "nested-tables": _nest("<table><tr><td>", "</td></tr></table>"),
    "nested-lists": _nest("<ul><li>", "</li></ul>"),
    "nested-quotes": _nest("<blockquote>", "</blockquote>"),
    "unclosed-tags": _nest("<p><i>word "),
    "formatting-that-crosses": lambda n: f"<b><i><p>{STORY}</b></i>" * n,
    "links": lambda n: "".join(f'<a href="http://127.0.0.1:{k % 65536}/">{k}</a>' for k in range(n)),
    "one-word": lambda n: f"<p>{'a' * n}</p>",
    "one-sentence": lambda n: f"<p>{'and again ' * n}</p>",
    "spaces": lambda n: f"<p>a{' ' * n}b {STORY}</p>",
    "line-breaks": lambda n: "<br>" * n,
    "zero-width": lambda n: f"<p>{chr(0x200B) * n}{STORY}</p>",
    "right-to-left": lambda n: f"<p>{chr(0x202E) * n}{STORY}</p>",
    "script": lambda n: f"<script>{'x=1;' * n}</script>",
    "style-rules": lambda n: "<style>" + "".join(f".a{k}{{display:none}}" for k in range(n)) + "</style>",
    "json-ld": lambda n: f'<script type="application/ld+json">{"[" * n}</script>',
    "meta": lambda n: '<meta property="og:title" content="x">' * n,
}
MARKUP = {
    "billion laughs": b'<!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%b">' % (98 + k, b"&%c;" % (97 + k) * 10) for k in range(9))
    + b"]><feed xmlns='http://www.w3.org/2005/Atom'><title>&j;</title></feed>",
    "one long entity": b'<!DOCTYPE l [<!ENTITY a "' + b"a" * 50_000 + b'">]><feed>' + b"&a;" * 50_000 + b"</feed>",
    "a file of ours": b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><feed><title>&a;</title></feed>',
    "an address of ours": b'<!DOCTYPE l SYSTEM "http://127.0.0.1:{SECRET}/x.dtd"><feed><title>x</title></feed>',
}


def html_page(generate: str, n: int) -> bytes:
    """A page with so many of what the name says."""
    return _page(MADE[generate](n))


def _comment(key: str, replies: Any = "", **more: Any) -> dict[str, Any]:
    said = {"id": key, "name": f"t1_{key}", "author": "keeper", "body": STORY, "created_utc": 1788885730, "score": 1}
    return {"kind": "t1", "data": {**said, "replies": replies, "parent_id": "t3_1abcde", **more}}


def _listing(*children: Any) -> dict[str, Any]:
    return {"kind": "Listing", "data": {"children": list(children)}}


def _deep(levels: int) -> str:
    """Replies within replies, written without recursion."""
    opening, closing = json.dumps(_comment("k", "@")).split('"@"')
    listing, end = json.dumps(_listing("@")).split('"@"')
    return (opening + listing) * levels + json.dumps(_comment("last")) + (end + closing) * levels


THREADS: dict[str, Callable[[], list[Any] | str]] = {
    "comment whose replies point to itself": lambda: [
        _comment("k1", _listing(_comment("k1", parent_id="t1_k1"), {"kind": "more", "data": {"children": ["k1"]}}))
    ],
    "two comments that answer each other": lambda: [
        _comment("k1", parent_id="t1_k2"), _comment("k2", parent_id="t1_k1")
    ],
    "replies within replies": lambda: _deep(5_000),
    "values of other types": lambda: [
        _comment("k1", 7, author=[1], body={"a": 1}, score="x", created_utc="never"), 7, None
    ],
    "numbers without end": lambda: [_comment("k1", score=10**400, created_utc=1e308)],
    "the same comment again and again": lambda: [_comment("k1")] * 10_000,
}  # fmt: skip


def thread_listing(thread: str) -> bytes:
    """A Reddit thread in the site's own JSON, its comments as the name says."""
    post = {"id": "1abcde", "name": "t3_1abcde", "title": "Kestrel Point", "author": "keeper", "selftext": STORY,
            "subreddit": "Lighthouses", "permalink": "/r/Lighthouses/comments/1abcde/kestrel/", "is_self": True,
            "url": "https://www.reddit.com/r/Lighthouses/comments/1abcde/kestrel/", "created_utc": 1788885730,
            "num_comments": 2, "score": 9}  # fmt: skip
    made = THREADS[thread]()
    children = made if isinstance(made, str) else ",".join(map(json.dumps, made))
    first = json.dumps(_listing({"kind": "t3", "data": post}))
    return f'[{first},{{"kind":"Listing","data":{{"children":[{children}]}}}}]'.encode()
