"""Far more comments than anybody reads, in every form, and patterns that make slow readers slow."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from server.core.errors import ThreadError
from server.core.thread import Thread
from server.core.urls import canonical_url
from workers.readers import (
    Reader,
    discourse,
    github,
    hackernews,
    lemmy,
    mastodon,
    reddit_atom,
    reddit_html,
    stackexchange,
)
from workers.readers.assemble import MOST_COMMENTS

NOW = datetime(2026, 6, 1, tzinfo=UTC)
MANY = MOST_COMMENTS + 5000
REDDIT = "https://www.reddit.com/comments/1abcde/"
URLS = {
    "reddit": REDDIT,
    "hackernews": "https://news.ycombinator.com/item?id=1",
    "lemmy": "https://lemmy.example/post/77",
    "discourse": "https://forum.example/t/77",
    "stackexchange": "https://crafts.stackexchange.com/questions/77",
    "github": "https://github.com/kilnlog/pyrolog/issues/77",
    "mastodon": "https://toot.example/@fern/114000000000000077",
}
SHREDDIT = '<shreddit-post id="t3_1abcde" post-title="t"></shreddit-post>'
REDESIGN = '<div class="Post t3_1abcde" id="t3_1abcde"><h1>t</h1><a href="/r/kilnlog/comments/1abcde/t/">c</a></div>'
OLD = '<div id="siteTable"><div class="thing link" data-fullname="t3_1abcde"><a class="title">t</a></div></div>'
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>t3_1abcde</id><title>t</title><content>{}</content></entry>'
)
STATE = {"posts": {"models": {"t3_1abcde": {"title": "t"}}}}
STATUS = {"id": "114000000000000077", "account": {"acct": "fern"}, "content": "x"}


def timed(reader: Reader, body: str) -> Thread | None:
    """The thread, None for a named error; either within seconds of work."""
    began = time.process_time()
    try:
        return reader.parse(body.encode(), "", canonical_url(URLS[reader.KINDS[0]]), NOW)
    except ThreadError:
        return None
    finally:
        assert time.process_time() - began < 8


def repeat(piece: str) -> str:
    return "".join(piece.replace("@", str(n)) for n in range(1, MANY))


def chain(site: str) -> list[dict[str, Any]]:
    """Comments each of which answers the one before."""
    return [{key: value(n) for key, value in CHAINS[site].items()} for n in range(2, MANY)]


CHAINS: dict[str, dict[str, Any]] = {
    "hackernews": {"id": int, "type": lambda n: "comment", "parent": lambda n: n - 1, "text": lambda n: "x"},
    "discourse": {"id": int, "post_number": int, "reply_to_post_number": lambda n: n - 1, "cooked": lambda n: "x"},
    "github": {"id": int, "body": lambda n: "x", "in_reply_to_id": lambda n: n - 1, "path": lambda n: "a"},
    "lemmy": {"comment": lambda n: {"id": n, "path": f"0.{n - 1}.{n}", "content": "x"}},
    "mastodon": {"id": str, "in_reply_to_id": lambda n: str(n - 1), "content": lambda n: "x"},
    "stackexchange": {"answer_id": int, "body": lambda n: "x"},
}
FORMS: dict[str, Callable[[], tuple[Reader, str]]] = {
    "redesign": lambda: (
        reddit_html,
        REDESIGN + repeat('<div class="Comment t1_@ x"><p data-testid="comment">x</p></div>'),
    ),
    "old": lambda: (
        reddit_html,
        OLD + repeat('<div class="thing comment" data-fullname="t1_@"><div class="entry"><p>x</p></div></div>'),
    ),
    "atom": lambda: (reddit_atom, ATOM + repeat("<entry><id>t1_@</id><title>c</title></entry>") + "</feed>"),
    "crawler": lambda: (
        discourse,
        '<h1 class="crawler-topic-title">t</h1>' + repeat('<div class="crawler-post"><p itemprop="text">x</p></div>'),
    ),
    "question": lambda: (
        stackexchange,
        '<div id="question"></div><h1 itemprop="name">t</h1>' + repeat('<div class="answer" data-answerid="@"></div>'),
    ),
    "issue": lambda: (
        github,
        '<h1 class="js-issue-title">t</h1>' + repeat('<div id="issuecomment-@"><p class="comment-body">x</p></div>'),
    ),
    "items": lambda: (hackernews, json.dumps([{"id": 1, "type": "story", "title": "t"}, *chain("hackernews")])),
    "topic": lambda: (
        discourse,
        json.dumps({"id": 77, "title": "t", "post_stream": {"posts": [{"post_number": 1}, *chain("discourse")]}}),
    ),
    "lines": lambda: (github, json.dumps([{"number": 77, "title": "t"}, chain("github")])),
    "lemmy": lambda: (
        lemmy,
        json.dumps([{"post_view": {"post": {"id": 77, "name": "t"}}}, {"comments": chain("lemmy")}]),
    ),
    "toots": lambda: (mastodon, json.dumps([STATUS, {"descendants": chain("mastodon")}])),
    "answers": lambda: (
        stackexchange,
        json.dumps({"items": [{"question_id": 77, "title": "t"}, *chain("stackexchange")]}),
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_more_comments_than_anybody_reads_are_bounded_in_every_form(form: str) -> None:
    """Twenty thousand, one short where a form counts its post among them, however deep they claim to be."""
    thread = timed(*FORMS[form]())
    assert thread
    assert MOST_COMMENTS - 1 <= len(thread.comments) <= MOST_COMMENTS
    assert len({comment.id for comment in thread.comments}) == len(thread.comments)


@pytest.mark.parametrize(
    ("reader", "body"),
    [
        (reddit_html, SHREDDIT + repeat('<shreddit-comment thingid="t1_@"><p slot="comment">x</p>')),
        (reddit_html, REDESIGN + 'id="t1_a" ' * 800_000),
        (reddit_html, '<div class="Post t3_1abcde"><div ' + 'class="x ' * 800_000),
        (reddit_html, "window.___r = {" * 400_000),
        (reddit_html, "<script>window.___r = " + json.dumps(STATE) + ";" * 400_000 + "</script>"),
        (reddit_html, OLD + repeat('<div class="thing comment" data-fullname="t1_@"><div class="entry"></div>')),
        (reddit_atom, ATOM.format("&lt;!-- SC_OFF --&gt;" * 300_000) + "</feed>"),
        (reddit_atom, f'<!DOCTYPE f [<!ENTITY a "{"a" * 99}">]>' + ATOM.format("&a;" * 99_999) + "</feed>"),
        (discourse, json.dumps({"id": 77, "title": "t", "post_stream": {"posts": [
            {"post_number": 1, "cooked": '<div class="meta">' * 300_000}]}})),
        (discourse, '<h1 class="crawler-topic-title">t</h1>' + repeat('<div class="crawler-post"><p itemprop="text">')),
        (lemmy, json.dumps([{"post_view": {"post": {"id": 77, "name": "t", "body": "[a](b" * 300_000}}}])),
        (lemmy, "<script>window.isoData = {" + ":undefined," * 500_000 + "}</script>"),
    ],
)  # fmt: skip
def test_patterns_made_to_be_slow_are_not(reader: Reader, body: str) -> None:
    """Unclosed tags, repeated marks, entities and spaces cost time in proportion to their length."""
    timed(reader, body)
