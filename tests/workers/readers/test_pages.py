"""Saved pages, invented, each with the Thread it should give: what `threadproof read` prints."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
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
    lobsters,
    mastodon,
    reddit_atom,
    reddit_html,
    reddit_json,
    stackexchange,
)

CASES = Path(__file__).parents[2] / "cases"
CAPTURED_AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
REDDIT = "https://www.reddit.com/comments/1abcde/"
HN = "https://news.ycombinator.com/item?id=5001"
PAGES: list[tuple[str, Reader, str]] = [
    ("reddit-listing.json", reddit_json, REDDIT),
    ("reddit-capture.html", reddit_html, REDDIT),
    ("reddit-feed.atom", reddit_atom, REDDIT),
    ("reddit-2022.html", reddit_html, REDDIT),
    ("reddit-2018.html", reddit_html, REDDIT),
    ("reddit-old.html", reddit_html, REDDIT),
    ("hackernews-item.html", hackernews, HN),
    ("hackernews-algolia.json", hackernews, HN),
    ("hackernews-firebase.json", hackernews, HN),
    ("lobsters-story.html", lobsters, "https://lobste.rs/s/ab12cd"),
    ("lobsters-story.json", lobsters, "https://lobste.rs/s/ab12cd"),
    ("discourse-topic.json", discourse, "https://forum.example/t/77"),
    ("discourse-preloaded.html", discourse, "https://forum.example/t/77"),
    ("discourse-crawler.html", discourse, "https://forum.example/t/77"),
    ("stackexchange-question.html", stackexchange, "https://crafts.stackexchange.com/questions/77"),
    ("stackexchange-api.json", stackexchange, "https://crafts.stackexchange.com/questions/77"),
    ("github-issue.json", github, "https://github.com/kilnlog/pyrolog/issues/77"),
    ("github-react.html", github, "https://github.com/kilnlog/pyrolog/issues/77"),
    ("github-discussion.html", github, "https://github.com/kilnlog/pyrolog/discussions/77"),
    ("lemmy-post.json", lemmy, "https://lemmy.example/post/77"),
    ("lemmy-page.html", lemmy, "https://lemmy.example/post/77"),
    ("mastodon-status.json", mastodon, "https://toot.example/@fern/114000000000000077"),
]


def parse(name: str, reader: Reader, url: str) -> Thread:
    return reader.parse((CASES / "pages" / name).read_bytes(), "", canonical_url(url), CAPTURED_AT)


def expected(name: str) -> dict[str, Any]:
    return json.loads((CASES / "threads" / f"{name}.json").read_text())


@pytest.mark.parametrize(("name", "reader", "url"), PAGES, ids=[page[0] for page in PAGES])
def test_a_saved_page_gives_the_thread_beside_it(name: str, reader: Reader, url: str) -> None:
    """Every field, comment by comment."""
    assert json.loads(msgspec.json.encode(parse(name, reader, url))) == expected(name)


@pytest.mark.parametrize(("name", "reader", "url"), PAGES, ids=[page[0] for page in PAGES])
@pytest.mark.parametrize("part", [0, 1, 7, 100, 0.3, 0.5, 0.9, 0.99])
def test_half_a_page_is_a_smaller_thread_or_a_named_error(name: str, reader: Reader, url: str, part: float) -> None:
    """A body cut off anywhere never raises anything unnamed and never invents a comment."""
    body = (CASES / "pages" / name).read_bytes()
    cut = body[: int(part * len(body)) if isinstance(part, float) else part]
    try:
        thread = reader.parse(cut, "", canonical_url(url), CAPTURED_AT)
    except ThreadError:
        return
    whole = {comment.id for comment in parse(name, reader, url).comments}
    assert {comment.id for comment in thread.comments} <= whole


def test_the_printed_thread_has_the_documented_fields() -> None:
    """DESIGN §3's `read` line, and what we say besides."""
    printed = expected("reddit-listing.json")
    documented = "url site community title author posted_at score comment_count language text links comments capture"
    assert set(documented.split()) | {"marks", "flair", "labels", "private"} == set(printed)
    assert set(printed["comments"][0]) == {
        "id", "author", "posted_at", "score", "parent", "depth", "permalink", "text", "marks", "state",
        "edited", "by_poster", "by_moderator",
    }  # fmt: skip
