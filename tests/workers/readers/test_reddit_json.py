"""Reddit's odd shapes: what a post can be besides a text."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from server.core.errors import ThreadError, ThreadPrivate, ThreadUnavailable, ThreadUnreadable
from server.core.thread import Thread
from server.core.urls import canonical_url
from workers.readers import reddit_json

NOW = datetime(2026, 6, 1, tzinfo=UTC)
CANONICAL = canonical_url("https://www.reddit.com/comments/1abcde/")
Json = dict[str, Any]


def parse(document: Any) -> Thread:
    return reddit_json.parse(msgspec.json.encode(document), "application/json", CANONICAL, NOW)


def listings(post: Json, *comments: Json) -> list[Json]:
    whole = {"id": "1abcde", "title": "A kiln", "subreddit": "kilnlog", "author": "fern", **post}
    children = [{"kind": "t1", "data": comment} for comment in comments]
    return [{"data": {"children": [{"kind": "t3", "data": whole}]}}, {"data": {"children": children}}]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<div class="md"><p>a &amp;lt; b &amp;amp;&amp;amp; c</p></div>', "a &lt; b &amp;&amp; c"),
        ('&lt;div class="md"&gt;&lt;p&gt;a &amp;lt; b &amp;amp;amp; c&lt;/p&gt;&lt;/div&gt;', "a < b &amp; c"),
    ],
)
def test_text_is_unescaped_exactly_once_in_either_spelling(html: str, text: str) -> None:
    """Whoever wrote "&amp;" to explain an entity finds it unchanged, with raw_json and without."""
    assert parse(listings({}, {"id": "c1", "body": "x", "body_html": html})).comments[0].text == text


def test_a_title_in_an_escaped_answer_is_unescaped() -> None:
    """The rendered fields of the answer decide for the plain ones."""
    post = {"title": "R&amp;D &lt;2&gt;", "selftext_html": "&lt;p&gt;x&lt;/p&gt;"}
    assert parse(listings(post)).title == "R&D <2>"
    assert parse(listings({**post, "selftext_html": "<p>x</p>"})).title == "R&amp;D &lt;2&gt;"


def test_a_link_post_names_its_page_first() -> None:
    """Then the links of the post, then those of comments; pictures, profiles and Reddit itself are left out."""
    html = (
        '<p><a href="https://b.example/2">b</a> <a href="https://i.imgur.com/x.png">i</a> <a href="/r/x">r</a>'
        ' <a href="https://x.com/someone">p</a> <a href="https://old.reddit.com/r/x/">o</a>'
        ' <a href="https://a.example/1?utm_source=z#top">a</a></p>'
    )
    post = {"url_overridden_by_dest": "https://a.example/1", "is_self": False, "selftext_html": html}
    thread = parse(listings(post, {"id": "c1", "body_html": '<p><a href="http://c.example">c</a></p>'}))
    assert thread.links == ("https://a.example/1", "https://b.example/2", "http://c.example/")


def test_a_crosspost_tells_its_original_as_a_quotation() -> None:
    """The original's words are somebody else's, its page is the thread's page."""
    original = {"selftext_html": "<p>Original words.</p>", "url": "https://a.example/1"}
    thread = parse(listings({"url": "https://www.reddit.com/r/o/comments/1o/x/", "crosspost_parent_list": [original]}))
    assert (thread.text, thread.marks[0].kind, thread.links) == (
        "Original words.", "quote", ("https://a.example/1",),
    )  # fmt: skip


def test_a_poll_shows_its_options_and_a_gallery_its_captions() -> None:
    """They are the post's words."""
    poll = {"selftext_html": "<p>Which?</p>", "poll_data": {"options": [{"text": "<50%"}, {"text": "All"}, {}]}}
    assert parse(listings(poll)).text == "Which?\n\n<50%\n\nAll"
    items = [{"caption": "Before", "outbound_url": "https://a.example/"}, {"media_id": "x"}, {"caption": None}]
    gallery = parse(listings({"is_gallery": True, "gallery_data": {"items": items}}))
    assert (gallery.text, gallery.links) == ("Before", ("https://a.example/",))


def test_a_removed_post_keeps_its_title() -> None:
    """Its text is gone, its marker is no text, and its author is unknown."""
    thread = parse(listings({"selftext": "[removed]", "selftext_html": "<p>[removed]</p>", "author": "[deleted]"}))
    assert (thread.title, thread.text, thread.author) == ("A kiln", "", None)


def test_a_thread_with_nothing_but_a_title_is_a_thread() -> None:
    """Missing fields are absent, not guessed."""
    thread = parse([{"data": {"children": [{"kind": "t3", "data": {"id": "1abcde", "title": "Hm"}}]}}])
    assert (thread.title, thread.author, thread.score, thread.comment_count) == ("Hm", None, None, None)
    assert thread.capture.comments_total is None
    assert thread.url == "https://www.reddit.com/comments/1abcde/"


def test_private_and_quarantined_threads_say_so() -> None:
    """The mark travels with the thread; an adult thread is no private one."""
    assert parse(listings({"quarantine": True})).private
    assert parse(listings({"subreddit_type": "private"})).private
    assert not parse(listings({"over_18": True, "subreddit_type": "restricted"})).private


def test_a_profile_is_a_community_too() -> None:
    """Posts on a profile stand in "u/name"."""
    assert parse(listings({"subreddit": "u_fern", "subreddit_name_prefixed": "u/fern"})).community == "u/fern"


def test_markdown_is_read_where_nothing_is_rendered() -> None:
    """Marks go, words stay, quotes and code stay apart."""
    body = "**Yes**, [see](https://a.example/x_(y)) `2**3` and snake_case_name \\*not\\*\n\n"
    body += "> quoted *words*\n\n    x = 1\n\n- one\n- two"
    comment = parse(listings({}, {"id": "c1", "body": body})).comments[0]
    assert comment.text == "Yes, see 2**3 and snake_case_name *not*\n\nquoted words\n\nx = 1\n\none\n\ntwo"
    assert [mark.kind for mark in comment.marks] == ["quote", "code", "item", "item"]


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ({"message": "Not Found", "error": 404}, ThreadUnavailable),
        ({"message": "Too Many Requests", "error": 429}, ThreadUnavailable),
        ({"reason": "private", "message": "Forbidden", "error": 403}, ThreadPrivate),
        ({"reason": "quarantined", "message": "Forbidden", "error": 403}, ThreadPrivate),
        ({"reason": "banned", "message": "Not Found", "error": 404}, ThreadUnavailable),
        ([], ThreadUnreadable),
        ({}, ThreadUnreadable),
        ("hello", ThreadUnreadable),
        ([[], []], ThreadUnreadable),
        (listings({"title": None}), ThreadUnreadable),
        (listings({"title": "   "}), ThreadUnreadable),
    ],
)
def test_an_answer_without_a_thread_says_what_it_is(document: Any, error: type[ThreadError]) -> None:
    """Never a thread made of an error document."""
    with pytest.raises(error):
        parse(document)


def test_a_listing_of_other_posts_is_not_this_thread() -> None:
    """A community's listing holds many posts; one of them may be the one asked for."""
    posts = [{"kind": "t3", "data": {"id": name, "title": name}} for name in ("x1", "1abcde", "x2")]
    assert parse({"data": {"children": posts}}).title == "1abcde"
    with pytest.raises(ThreadUnreadable):
        parse({"data": {"children": [posts[0], posts[2]]}})


@pytest.mark.parametrize(
    ("post", "labels"),
    [
        ({"over_18": True, "spoiler": True}, ("nsfw", "spoiler")),
        ({"locked": True, "archived": True, "over_18": False}, ("locked", "archived")),
        ({"contest_mode": True}, ("contest",)),
        ({"is_gallery": True}, ("gallery",)),
        ({"is_video": True, "url": "https://v.redd.it/x"}, ("video",)),
        ({"poll_data": {"options": []}}, ("poll",)),
        ({"crosspost_parent_list": [{"title": "x"}]}, ("crosspost",)),
        ({"discussion_type": "CHAT"}, ("live",)),
        ({"selftext": "[removed]", "removed_by_category": "moderator"}, ("removed",)),
        ({"selftext": "[deleted]", "removed_by_category": "deleted"}, ("deleted",)),
        ({"selftext": "", "removed_by_category": "reddit"}, ("removed",)),
        ({"over_18": "yes", "locked": 1, "poll_data": None}, ()),
    ],
)
def test_what_reddit_says_of_a_post_is_told(post: Json, labels: tuple[str, ...]) -> None:
    """Marks, locks, kinds and removals; of a removed post the words are not those of its author."""
    thread = parse(listings(post))
    assert (thread.labels, thread.text) == (labels, "")


@pytest.mark.parametrize(
    "words",
    [
        "🔥",
        "👨‍👩‍👧‍👦🏳️‍🌈",
        "مرحبا بالعالم",
        "שלום \u200fעולם",
        "こんにちは。世界",
        "Ünïcödé и кириллица",
        "a\u0301 combining",
    ],
)
def test_words_in_any_script_stay_as_they_were_written(words: str) -> None:
    """Right to left, emoji alone, without spaces; as title, text and comment, and a title alone is a thread."""
    thread = parse(listings({"title": words, "selftext_html": f"<p>{words}</p>"}, {"id": "c1", "body": words}))
    assert (thread.title, thread.text, thread.comments[0].text) == (words, words, words)
    alone = parse(listings({"title": words, "num_comments": 0}))
    assert (alone.title, alone.text, alone.comments, alone.capture.comments_total) == (words, "", (), 0)


def test_what_reddit_says_of_a_comment_is_told() -> None:
    """Edited, by the poster, by a moderator, folded, its score hidden; a removed one is nobody's."""
    told: list[Json] = [
        {"id": "c1", "author": "fern", "body": "x", "edited": 1760000000.0, "is_submitter": True, "score": 5},
        {"id": "c2", "author": "mod", "body": "x", "edited": False, "distinguished": "moderator", "collapsed": True},
        {"id": "c3", "author": "elk", "body": "x", "score": 1, "score_hidden": True},
        {"id": "c4", "author": "[deleted]", "body": "[ Removed by Reddit ]", "is_submitter": True},
    ]
    first, second, third, fourth = parse(listings({}, *told)).comments
    assert (first.edited, first.by_poster, first.by_moderator, first.score) == (True, True, False, 5)
    assert (second.edited, second.by_poster, second.by_moderator, second.state) == (False, False, True, "collapsed")
    assert third.score is None
    assert (fourth.author, fourth.state, fourth.by_poster) == (None, "removed", False)


def test_comments_left_out_are_counted_as_unread() -> None:
    """A thread of 23,335 comments shows two hundred; the receipt says how many of how many."""
    document = listings({"num_comments": 23_335}, {"id": "c1", "body": "x"})
    stub = {"kind": "more", "data": {"id": "m1", "count": 23_334, "children": ["c2"] * 100}}
    document[1]["data"]["children"].append(stub)
    thread = parse(document)
    assert (thread.capture.comments_read, thread.capture.comments_total, thread.comment_count) == (1, 23_335, 23_335)
