"""Input made to break readers. Each gives a thread or a named error, in bounded time."""

import copy
import json
import random
import time
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from server.core.errors import ThreadError, ThreadPrivate, ThreadUnavailable, ThreadUnreadable
from server.core.thread import Comment, Thread
from server.core.urls import canonical_url
from workers.readers import (
    READERS,
    Reader,
    discourse,
    github,
    hackernews,
    lemmy,
    lobsters,
    mastodon,
    reddit_html,
    reddit_json,
    stackexchange,
)
from workers.readers.as_document import thread_document
from workers.readers.assemble import MOST_COMMENTS, Said, in_reading_order

PAGES = Path(__file__).parents[2] / "cases/pages"
HOSTILE = Path(__file__).parents[3] / "../shared/hostile"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
URLS = {
    "reddit": "https://www.reddit.com/comments/1abcde/",
    "hackernews": "https://news.ycombinator.com/item?id=5001",
    "lobsters": "https://lobste.rs/s/ab12cd",
    "lemmy": "https://lemmy.example/post/77",
    "discourse": "https://forum.example/t/77",
    "stackexchange": "https://crafts.stackexchange.com/questions/77",
    "github": "https://github.com/kilnlog/pyrolog/issues/77",
    "mastodon": "https://toot.example/@fern/114000000000000077",
}
JSON_PAGES: list[tuple[str, Reader]] = [
    ("reddit-listing.json", reddit_json),
    ("hackernews-algolia.json", hackernews),
    ("hackernews-firebase.json", hackernews),
    ("lobsters-story.json", lobsters),
    ("discourse-topic.json", discourse),
    ("stackexchange-api.json", stackexchange),
    ("github-issue.json", github),
    ("lemmy-post.json", lemmy),
    ("mastodon-status.json", mastodon),
]
ODD_VALUES = [
    None,
    True,
    -1,
    0,
    2**70,
    1e300,
    "",
    "x" * 999,
    "\x00\x1f\u202e\ud7ff",
    [],
    {},
    [None],
    {"children": 5},
    "0",
]


def read(reader: Reader, body: bytes) -> Thread | None:
    """The thread, checked to be usable; None for a named error."""
    try:
        thread = reader.parse(body, "", canonical_url(URLS[reader.KINDS[0]]), NOW)
    except ThreadError:
        return None
    msgspec.json.encode(thread)
    document = thread_document(thread)
    for block in document.blocks:
        assert document.text[block.start : block.end].strip()
    names = [comment.id for comment in thread.comments]
    assert len(set(names)) == len(names)
    for comment in thread.comments:
        assert comment.parent is None or comment.parent in names
    return thread


def spoil(value: Any, dice: random.Random, odds: float) -> Any:
    if dice.random() < odds:
        return copy.deepcopy(dice.choice(ODD_VALUES))
    if isinstance(value, dict):
        return {key: spoil(inner, dice, odds) for key, inner in value.items() if dice.random() > odds / 2}
    if isinstance(value, list):
        return [spoil(inner, dice, odds) for inner in value]
    return value


@pytest.mark.parametrize(("name", "reader"), JSON_PAGES)
def test_wrong_types_in_any_field_are_survived(name: str, reader: Reader) -> None:
    """Six hundred spoiled copies of a real shape; a third of them still give a thread."""
    document, dice = json.loads((PAGES / name).read_text()), random.Random(3)
    threads = [read(reader, json.dumps(spoil(document, dice, 0.02)).encode()) for _ in range(600)]
    assert sum(thread is not None for thread in threads) > 200


@pytest.mark.parametrize(("name", "reader"), JSON_PAGES)
def test_what_a_form_leads_to_is_named_whatever_it_says(name: str, reader: Reader) -> None:
    """Documents of wrong types lead to addresses on the way's own host, or nowhere; never to an error."""
    told, dice, canonical = (
        json.loads((PAGES / name).read_text()),
        random.Random(4),
        canonical_url(URLS[reader.KINDS[0]]),
    )
    for way in reader.WAYS:
        hosts = {urlsplit(url).netloc for url in way.addresses(canonical)}
        for _ in range(200):
            spoiled = spoil(told, dice, 0.05)
            found = way.further(canonical, spoiled if isinstance(spoiled, list) and spoiled else [spoiled])
            assert {urlsplit(url).netloc for url in found} <= hosts


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_pages_of_other_sites_are_never_this_sites_thread(reader: Reader) -> None:
    """Every saved page goes to every reader; only its own site's readers make a thread of it."""
    site = reader.__name__.rpartition(".")[2].partition("_")[0]
    for page in sorted(PAGES.iterdir()):
        if page.is_file() and not page.name.startswith(site):
            assert read(reader, page.read_bytes()) is None, page.name


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
@pytest.mark.parametrize(
    ("page", "error"),
    [
        ("<title>Reddit - Please wait for verification</title><p>Please wait</p>", ThreadUnavailable),
        ("<title>Just a moment...</title><p>Enable JavaScript and cookies to continue</p>", ThreadUnavailable),
        ("<title>Blocked</title><h1>whoa there, pardner!</h1>", ThreadUnavailable),
        ("<title>Too Many Requests</title>", ThreadUnavailable),
        ("<title>reddit.com: over 18?</title><p>You must be over eighteen</p>", ThreadPrivate),
        ("<title>reddit.com: Log in</title><title>Log in</title>", ThreadUnreadable),
        ("<title>Log in to Reddit</title><form>", ThreadPrivate),
        ("<title>x</title><h1>r/kilnlog is a private community</h1>", ThreadPrivate),
        ("<title>Page not found</title>", ThreadUnavailable),
        ("<html></html>", ThreadUnreadable),
        ("<", ThreadUnreadable),
    ],
)
def test_a_wall_is_named_and_never_read(reader: Reader, page: str, error: type[ThreadError]) -> None:
    """Challenges, rate limits, age gates, logins, private communities and errors each have their own word."""
    with pytest.raises(error):
        reader.parse(page.encode(), "text/html", canonical_url(URLS[reader.KINDS[0]]), NOW)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
@pytest.mark.parametrize(
    "body",
    [b"", b"\x00", b"\xff\xfe\x00", b"[" * 100_000, b'{"a":' * 100_000, b"<div>" * 100_000, b"<a <a <a " * 50_000,
     b"<!--" * 50_000, b"<p>" + b"&amp;" * 100_000, b'"\\ud800"', b"null", b"0", b"[null, null]"],
)  # fmt: skip
def test_bodies_made_of_nothing_are_refused_in_time(reader: Reader, body: bytes) -> None:
    """Deep, open-ended and empty bodies end in a named error within two seconds."""
    began = time.process_time()
    assert read(reader, body) is None
    assert time.process_time() - began < 2


def reddit_chain(length: int) -> bytes:
    """Replies inside replies, deeper than any recursion limit, spelled by hand: json.dumps would not survive it."""
    post = '[{"data":{"children":[{"kind":"t3","data":{"id":"1abcde","title":"deep"}}]}},'
    opened = '{"data":{"children":[{"kind":"t1","data":{"id":"c%d","body":"x","replies":'
    return (post + "".join(opened % n for n in range(length)) + '""' + "}}]}}" * length + "]").encode()


def test_very_deep_replies_are_read_or_refused_by_name() -> None:
    """Reddit itself stops at ten; a hundred are read, ten thousand are refused by the JSON decoder, not by a crash."""
    thread = read(reddit_json, reddit_chain(100))
    assert thread
    assert thread.comments[-1].depth == 99
    assert read(reddit_json, reddit_chain(10_000)) is None


def test_a_million_comments_are_bounded() -> None:
    """Twenty thousand are kept; the receipt still says what the site claims."""
    comments = [{"kind": "t1", "data": {"id": f"c{n}", "body": "x"}} for n in range(MOST_COMMENTS + 5000)]
    post = {"kind": "t3", "data": {"id": "1abcde", "title": "wide", "num_comments": 1_000_000}}
    body = json.dumps([{"data": {"children": [post]}}, {"data": {"children": comments}}]).encode()
    thread = read(reddit_json, body)
    assert thread
    assert (len(thread.comments), thread.capture.comments_total) == (MOST_COMMENTS, 1_000_000)


def test_flat_comments_of_custom_elements_are_bounded_too() -> None:
    """Each claims to be deeper than the last; a page of many ends in time."""
    parts = "".join(
        f'<shreddit-comment thingid="t1_c{n}" depth="{n}"><p slot="comment">x</p></shreddit-comment>'
        for n in range(30_000)
    )
    began = time.process_time()
    thread = read(reddit_html, f'<shreddit-post id="t3_1abcde" post-title="t"></shreddit-post>{parts}'.encode())
    assert thread
    assert len(thread.comments) == MOST_COMMENTS
    assert time.process_time() - began < 5


def test_circles_of_parents_are_opened() -> None:
    """Who answers oneself, a circle, or nobody that is there stands at the top; nobody is lost or told twice."""
    pairs = [("a", "b"), ("b", "c"), ("c", "a"), ("d", "d"), ("e", "nobody"), ("f", "e"), ("f", "a"), ("g", "c")]
    told = in_reading_order(Said(Comment(id=name, parent=parent)) for name, parent in pairs)
    placed = {said.comment.id: (said.comment.parent, said.comment.depth) for said in told}
    assert len(told) == len(placed) == 7
    assert placed["d"] == placed["e"] == (None, 0)
    assert placed["f"] == ("e", 1)
    names = [said.comment.id for said in told]
    for name, (parent, depth) in placed.items():
        assert parent is None or (names.index(parent) < names.index(name) and placed[parent][1] == depth - 1)


@pytest.mark.skipif(not HOSTILE.is_dir(), reason="the shared hostile lists are not on this machine")
@pytest.mark.parametrize("name", ["naughty_strings", "xss_strings", "injection_texts"])
def test_hostile_strings_are_plain_text_in_every_field(name: str) -> None:
    """As title, author, flair, text and comment; what was written comes back as it was written."""
    for line in (HOSTILE / f"{name}.jsonl").read_text().splitlines():
        text = json.loads(line)["text"].encode("utf-8", "replace").decode()
        html = f"<p>{escape(text)}</p>"
        data = {"id": "c1", "author": text, "body": text, "body_html": html, "permalink": text, "created_utc": text}
        post = {"id": "1abcde", "title": f"t {text}", "author": text, "link_flair_text": text, "selftext_html": html,
                "subreddit": text, "permalink": text, "url": text}  # fmt: skip
        body = json.dumps(
            [
                {"data": {"children": [{"kind": "t3", "data": post}]}},
                {"data": {"children": [{"kind": "t1", "data": data}]}},
            ]
        )
        thread = read(reddit_json, body.encode())
        assert thread
        told = thread.comments[0].text
        assert "".join(told.split()) == "".join(text.split()).replace("\x1f", "") or not told or "\x1f" in text


@pytest.mark.skipif(not HOSTILE.is_dir(), reason="the shared hostile lists are not on this machine")
@pytest.mark.parametrize("page", sorted(path.name for path in PAGES.iterdir() if b"overshoots" in path.read_bytes()))
def test_hostile_strings_leave_the_rest_of_any_page_as_it_was(page: str) -> None:
    """Written where a person writes, in every form: the thread is there, with as many comments as before."""
    readers = [reader for reader in READERS if page.startswith(reader.KINDS[0])]
    original = (PAGES / page).read_text()
    before = next(thread for reader in readers if (thread := read(reader, original.encode())))
    for name in ("naughty_strings", "xss_strings", "injection_texts"):
        for line in (HOSTILE / f"{name}.jsonl").read_text().splitlines()[::9]:
            text = escape(escape(json.loads(line)["text"].encode("utf-8", "replace").decode().replace("\x00", "")))
            if page.endswith(".json"):
                text = json.dumps(text)[1:-1]
            elif page.endswith(".atom") or "<script" in original or "data-preloaded" in original:
                text = "".join(letter for letter in text if letter.isprintable() and letter != "\\")
            spoiled = original.replace("overshoots", text).encode()
            after = next(thread for reader in readers if (thread := read(reader, spoiled)))
            assert [comment.id for comment in after.comments] == [comment.id for comment in before.comments], text
