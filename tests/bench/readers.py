"""What reading a thread takes: processor time, and peak memory as a multiple of the page's size.

Pages are invented at the size and in the shape of real ones. Memory is how far one reading lifts the peak of a process
of its own, by the kernel's count, so that what parsers written in C take is in it.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from server.core.thread import Thread
from server.core.urls import canonical_url
from workers.readers import Reader, reddit_atom, reddit_html, reddit_json

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 6, 1, tzinfo=UTC)
REDDIT = canonical_url("https://www.reddit.com/comments/1abcde/")
SAID = "The kiln drifts by fourteen degrees once the offset is applied twice; mine did so, too, until the update. "
WORDS = f"<p>{SAID * 3}</p><p>{SAID}</p>"
MANY, TIMES = 200, 15


def make_json(many: int) -> bytes:
    """Comments with the 60 fields that each has besides."""
    unread = {f"field_number_{n}": [None, False, "", 0, {}][n % 5] for n in range(60)}

    def comment(n: int) -> dict[str, object]:
        html = escape(f'<div class="md">{WORDS}</div>')
        replies = {"kind": "Listing", "data": {"children": [comment(n + 1)]}} if n % 4 else ""
        told = {"id": f"k{n}", "author": f"keeper_{n}", "body": SAID * 4, "body_html": html, "replies": replies}
        return {"kind": "t1", "data": {**unread, **told, "score": n, "created_utc": 1760000000.0 + n}}

    post = {**unread, "id": "1abcde", "title": "Cone 6", "author": "fern", "subreddit": "kilnlog"}
    listings = [[{"kind": "t3", "data": post}], [comment(n) for n in range(1, many, 4)]]
    return json.dumps([{"kind": "Listing", "data": {"children": listed}} for listed in listings]).encode()


def make_2022(many: int) -> bytes:
    """200 comments make 2 MB: nine tenths of such a page are indentation, buttons and class names."""
    around = "\n".join(
        f'{" " * 48}<div class="_1E9mcoVn4MYnuBQSVDt1gC"><button>Share</button></div>' for _ in range(80)
    )
    head = '<link rel="canonical" href="https://www.reddit.com/r/kilnlog/comments/1abcde/cone_6_drifts/">'
    post = '<div class="x Post t3_1abcde" id="t3_1abcde"><h1>Cone 6 drifts</h1></div>'
    parts = [
        f'<div id="t1_k{n:x}"><div class="Comment t1_k{n:x} x"><span>level {n % 4 + 1}</span>'
        f'<div data-testid="post-comment-header"><a data-testid="comment_author_link" href="/user/k{n}/">k{n}</a></div>'
        f'<div data-testid="comment">{WORDS}</div><div id="vote-arrows-t1_k{n:x}">{n}</div>{around}</div></div>'
        for n in range(many)
    ]
    return (head + post + "".join(parts)).encode()


def make_old(many: int) -> bytes:
    """Comments beside one another."""
    post = (
        '<div id="siteTable"><div class="thing link" data-fullname="t3_1abcde"><a class="title">Cone 6</a></div></div>'
    )
    parts = [
        f'<div class="thing comment" data-fullname="t1_k{n:x}" data-author="keeper_{n}"><div class="entry">'
        f'<p class="tagline"><span class="score unvoted" title="{n}">{n} points</span>'
        f'<time datetime="2025-10-09T09:10:00+00:00">x</time></p><div class="usertext-body"><div class="md">{WORDS}'
        "</div></div><ul><li>permalink</li></ul></div></div>"
        for n in range(many)
    ]
    return (post + "".join(parts)).encode()


def make_today(many: int) -> bytes:
    """Comments as today's page has them, each with a picture of its own."""
    parts = [
        f'<shreddit-comment author="keeper_{n}" thingid="t1_k{n:x}" created="2026-11-02T09:14:10.512000+0000">'
        f'<div slot="commentMeta"><svg viewBox="0 0 20 20"><path d="{"m1 1 " * 60}"></path></svg></div>'
        f'<div id="t1_k{n:x}-comment-rtjson-content" slot="comment">{WORDS}</div></shreddit-comment>'
        for n in range(many)
    ]
    return ('<shreddit-post id="t3_1abcde" post-title="Cone 6"></shreddit-post>' + "".join(parts)).encode()


def make_feed(many: int) -> bytes:
    """Comments, flat. A real feed has up to a hundred."""
    html = escape(f'<!-- SC_OFF --><div class="md">{WORDS}</div><!-- SC_ON -->')
    entry = (
        "<entry><author><name>/u/keeper</name></author><content>{}</content><id>{}</id><title>Cone 6</title></entry>"
    )
    entries = entry.format(html, "t3_1abcde") + "".join(entry.format(html, f"t1_k{n:x}") for n in range(many))
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'.encode()


FORMS: dict[str, tuple[Reader, Callable[[int], bytes]]] = {
    "Reddit JSON": (reddit_json, make_json),
    "Reddit page of 2022": (reddit_html, make_2022),
    "Reddit page of today": (reddit_html, make_today),
    "old.reddit page": (reddit_html, make_old),
    "Reddit Atom": (reddit_atom, make_feed),
}


def measure() -> list[tuple[str, str]]:
    """(what, figures) of each form."""
    return [(f"reading {name}", _figures(name)) for name in FORMS]


def _figures(name: str) -> str:
    body, took = FORMS[name][1](MANY), list[float]()
    for _ in range(TIMES):
        began = time.process_time()
        thread = _read(name, body)
        took.append(time.process_time() - began)
    lifted = _ask_lifted(name, body)
    times = f"{statistics.median(took) * 1000:.1f} ms of CPU, {lifted / len(body):.1f} times its size in memory"
    return f"{times} ({len(body) / 1000:,.0f} kB, {len(thread.comments)} comments)"


def _read(name: str, body: bytes) -> Thread:
    return FORMS[name][0].parse(body, "", REDDIT, NOW)


def _ask_lifted(name: str, body: bytes) -> int:
    """The same from a process that made nothing itself: memory it had freed before would be used again unseen."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder, "small"), Path(folder, "large")
        small.write_bytes(FORMS[name][1](2))
        large.write_bytes(body)
        run = [sys.executable, "-m", "tests.bench.readers", name, str(small), str(large)]
        return int(subprocess.run(run, cwd=ROOT, capture_output=True, check=True, text=True).stdout)


def _lifted(name: str, small: str, large: str) -> int:
    """Bytes by which one reading lifts this process's peak, once the parser has seen a small page."""
    body = Path(large).read_bytes()
    _read(name, Path(small).read_bytes())
    Path("/proc/self/clear_refs").write_text("5")
    before = _peak_bytes()
    _read(name, body)
    return _peak_bytes() - before


def _peak_bytes() -> int:
    told = Path("/proc/self/status").read_text()
    return int(told.partition("VmHWM:")[2].split()[0]) * 1024


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(_lifted(*sys.argv[1:]))
    else:
        for what, figures in measure():
            print(f"{what:<32}{figures}")
