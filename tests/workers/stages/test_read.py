"""Reading a thread: which way is tried when, and what a person is told when none is left."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from server.core.errors import (
    InsightError,
    InvalidCapture,
    SourceRefused,
    SourceUnavailable,
    SourceUnreadable,
    ThreadPrivate,
    ThreadUnavailable,
    ThreadUnreadable,
    UnsupportedSite,
)
from server.core.jobs import Capture
from server.core.ports import Page
from server.core.source import Document
from server.core.thread import Thread
from server.core.urls import canonical_url
from workers.stages.read import read_thread

PAGES = Path(__file__).parents[2] / "cases/pages"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
REDDIT = "https://www.reddit.com/r/kilnlog/comments/1abcde/cone_6_drifts/"
REDDIT_JSON = "https://www.reddit.com/comments/1abcde.json"
HN = "https://news.ycombinator.com/item?id=5001"
ALGOLIA = "https://hn.algolia.com/api/v1/items/5001"
FIREBASE = "https://hacker-news.firebaseio.com/v0/item/5001.json"
Answers = dict[str, bytes | int | InsightError | tuple[str, bytes]]


class FakeWeb:
    """Answers from a dictionary: a body, (where it was redirected, body), a status, or an error. All else is 404."""

    def __init__(self, answers: Answers) -> None:
        self.answers, self.asked = answers, list[str]()

    async def fetch(self, url: str, *, accept: str = "", max_bytes: int = 0, timeout_s: float = 0) -> Page:
        self.asked.append(url)
        answer = self.answers.get(url, 404)
        if isinstance(answer, InsightError):
            raise answer
        if isinstance(answer, int):
            raise SourceUnavailable(f"{url} answered {answer}", status=answer, retryable=answer in (429, 503))
        final, body = answer if isinstance(answer, tuple) else (url, answer)
        return Page(url=final, media_type="text/html", charset="utf-8", body=body, retrieved_at=NOW)


class FakeExtractor:
    async def extract(self, page: Page) -> Document:
        if b"wall" in page.body:
            raise SourceUnreadable(f"Not read: a paywall at {page.url}.")
        return Document(url=page.url, title="T", site="a.example", retrieved_at=NOW, text=page.body.decode())


def saved(name: str) -> bytes:
    return (PAGES / name).read_bytes()


def read(url: str, answers: Answers | FakeWeb, capture: Capture | None = None, **options: Any) -> Thread:
    web = answers if isinstance(answers, FakeWeb) else FakeWeb(answers)
    reading = read_thread(
        canonical_url(url), fetcher=web, extractor=FakeExtractor(), capture=capture, now=NOW, **options
    )
    return asyncio.run(reading)


def capture(url: str = REDDIT, **fields: Any) -> Capture:
    told = {
        "v": 1,
        "captured_at": NOW - timedelta(minutes=5),
        "via": "dom",
        "html": saved("reddit-capture.html").decode(),
    }
    return Capture(url=url, **{**told, **fields})


# ---- captures ---------------------------------------------------------------------------------------


def test_a_capture_is_read_without_asking_the_web() -> None:
    """What the reader's browser saw is enough, and the receipt says whose it is and when it was taken."""
    web = FakeWeb({})
    thread = read(REDDIT, web, capture())
    assert web.asked == []
    assert (thread.capture.via, thread.capture.captured_at) == ("browser", NOW - timedelta(minutes=5))
    assert thread.title == "Cone 6 drifts by 14 °C"


def test_a_capture_may_be_reddits_own_json() -> None:
    """`via: json` holds the decoded document."""
    thread = read(REDDIT, {}, capture(via="json", html=None, json=json.loads(saved("reddit-listing.json"))))
    assert (thread.capture.via, len(thread.comments)) == ("browser", 7)


def test_a_capture_of_an_article_goes_through_the_extractor() -> None:
    """Pages without a reader are read as any fetched page is."""
    thread = read("https://a.example/x", {}, capture("https://a.example/x", html="Words."))
    assert (thread.text, thread.capture.via) == ("Words.", "browser")


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "https://www.reddit.com/comments/zzzzz/"},
        {"html": '<shreddit-post id="t3_zzzzz" post-title="Another"></shreddit-post>'},
        {"url": "not an address"},
    ],
)
def test_a_capture_of_another_thread_is_refused(wrong: dict[str, Any]) -> None:
    """Whether its address says so or its content."""
    with pytest.raises(InvalidCapture, match=r"1abcde"):
        read(REDDIT, {REDDIT_JSON: saved("reddit-listing.json")}, capture(**{"url": REDDIT, **wrong}))


def test_a_capture_that_cannot_be_read_leaves_the_web_to_try() -> None:
    """And when the web refuses as well, both are told."""
    broken = capture(html="<p>nothing here</p>")
    assert read(REDDIT, {REDDIT_JSON: saved("reddit-listing.json")}, broken).capture.via == "json"
    with pytest.raises(ThreadUnavailable, match=r"not a Reddit thread.*403"):
        read(REDDIT, {f"{REDDIT_JSON}?raw_json=1&limit=500": 403}, broken)


@pytest.mark.parametrize("at", [NOW + timedelta(hours=1), NOW - timedelta(days=400)])
def test_a_clock_that_cannot_be_right_is_not_believed(at: datetime) -> None:
    """A capture from the future or from last year was taken now."""
    assert read(REDDIT, {}, capture(captured_at=at)).capture.captured_at == NOW


# ---- ways in ----------------------------------------------------------------------------------------


def test_spellings_of_one_way_are_tried_while_they_do_not_exist() -> None:
    """A recorded web knows some of them; the comment's own view is the last."""
    comment = f"{REDDIT}k2/"
    view = "https://www.reddit.com/comments/1abcde/_/k2.json?context=100&raw_json=1"
    web = FakeWeb({view: saved("reddit-listing.json")})
    assert read(comment, web).title.startswith("Cone 6")
    assert web.asked[0] == f"{REDDIT_JSON}?raw_json=1&limit=500"
    assert web.asked[-1] == view


@pytest.mark.parametrize(("status", "retryable"), [(403, False), (429, True), (503, True)])
def test_a_refusal_is_asked_once_and_names_the_way_out(status: int, retryable: bool) -> None:
    """Other spellings would only be refused again."""
    web = FakeWeb({f"{REDDIT_JSON}?raw_json=1&limit=500": status})
    with pytest.raises(ThreadUnavailable, match=rf"{status}.*extension.*--capture") as caught:
        read(REDDIT, web)
    assert [url for url in web.asked if ".json" in url] == [f"{REDDIT_JSON}?raw_json=1&limit=500"]
    assert caught.value.retryable is retryable


def test_a_thread_that_is_nowhere_is_unavailable_for_good() -> None:
    """404 everywhere is not tried again."""
    with pytest.raises(ThreadUnavailable, match=r"404.*extension") as caught:
        read(REDDIT, {})
    assert caught.value.retryable is False


def test_a_page_that_is_no_thread_is_unreadable() -> None:
    """Something came, but not a thread."""
    with pytest.raises(ThreadUnreadable, match=r"truncated.*extension"):
        read(REDDIT, {f"{REDDIT_JSON}?raw_json=1&limit=500": saved("reddit-listing.json")[:500]})


def test_a_wall_in_place_of_json_is_no_thread() -> None:
    """Reddit's robot check comes with status 200."""
    wall = b"<title>Reddit - Please wait for verification</title>"
    with pytest.raises(ThreadUnavailable, match=r"robot check.*extension"):
        read(REDDIT, {f"{REDDIT_JSON}?raw_json=1&limit=500": wall})


def test_another_thread_under_this_address_is_not_taken() -> None:
    """An answer about another post is a refusal, not this thread."""
    other = saved("reddit-listing.json").replace(b"1abcde", b"1zzzzz")
    with pytest.raises(ThreadUnreadable, match="another thread"):
        read(REDDIT, {f"{REDDIT_JSON}?raw_json=1&limit=500": other})


def test_our_own_policys_refusal_stays_what_it_is() -> None:
    """An address that the guard forbids is no fault of the thread's."""
    with pytest.raises(SourceRefused):
        read("http://127.0.0.1/x", {"http://127.0.0.1/x": SourceRefused("private address")})


def test_a_private_thread_is_refused_unless_asked_for() -> None:
    """Until there are private cards, nobody gets one by accident."""
    quarantined = saved("reddit-listing.json").replace(b'"quarantine": false', b'"quarantine": true')
    answers: Answers = {REDDIT_JSON: quarantined}
    with pytest.raises(ThreadPrivate, match="r/kilnlog"):
        read(REDDIT, answers)
    assert read(REDDIT, answers, private_too=True).private


# ---- Hacker News and look-ups -----------------------------------------------------------------------


def test_hacker_news_is_read_from_its_page_then_from_its_apis() -> None:
    """The page has most; Algolia has the comments; Firebase has the story alone."""
    story = json.dumps({"id": 5001, "type": "story", "title": "A kiln", "descendants": 7, "by": "fern"}).encode()
    answers: Answers = {HN: saved("hackernews-item.html"), ALGOLIA: saved("hackernews-algolia.json"), FIREBASE: story}
    assert read(HN, answers).capture.via == "html"
    answers[HN] = 503
    assert (read(HN, answers).capture.via, len(read(HN, answers).comments)) == ("api", 4)
    answers[ALGOLIA] = b"<title>Too Many Requests</title>"
    last = read(HN, answers)
    assert (last.author, last.comment_count, last.capture.comments_read) == ("fern", 7, 0)


@pytest.mark.parametrize(
    "answers",
    [
        {"https://news.ycombinator.com/item?id=5003": b"<table class='fatitem'><tr><td><span class='onstory'> | on: "
         b"<a href='item?id=5001'>A kiln</a></span></td></tr></table>"},
        {"https://hn.algolia.com/api/v1/items/5003": b'{"id":5003,"type":"comment","story_id":5001}'},
        {"https://hacker-news.firebaseio.com/v0/item/5003.json": b'{"id":5003,"type":"comment","parent":5002}',
         "https://hacker-news.firebaseio.com/v0/item/5002.json": b'{"id":5002,"type":"comment","parent":5001}'},
    ],
    ids=["page", "algolia", "firebase"],
)  # fmt: skip
@pytest.mark.parametrize("spelling", ["item", "context"])
def test_a_comment_leads_to_its_story(answers: Answers, spelling: str) -> None:
    """Through its page, Algolia, or Firebase's parents one by one; the thread's address is the story's."""
    web: Answers = {**answers, HN: saved("hackernews-item.html")}
    assert read(f"https://news.ycombinator.com/{spelling}?id=5003", web).url == HN


def test_comments_that_answer_one_another_in_a_circle_end() -> None:
    """A chain without a story is given up by name."""
    items = {5003: 5002, 5002: 5003}
    answers: Answers = {
        f"https://hacker-news.firebaseio.com/v0/item/{item}.json": json.dumps(
            {"id": item, "type": "comment", "parent": parent}
        ).encode()
        for item, parent in items.items()
    }
    with pytest.raises(ThreadUnavailable, match="story"):
        read("https://news.ycombinator.com/item?id=5003", answers)


def test_a_share_link_is_followed_to_its_thread() -> None:
    """The thread's own address is what counts afterwards."""
    share = "https://www.reddit.com/r/kilnlog/s/AbCd123"
    answers: Answers = {share: (f"{REDDIT}?share_id=x", b""), REDDIT_JSON: saved("reddit-listing.json")}
    assert read(share, answers).url == REDDIT


@pytest.mark.parametrize(
    "answer", [403, 404, ("https://www.reddit.com/login", b""), ("https://www.reddit.com/r/x/s/AbCd123", b"")]
)
def test_a_share_link_that_leads_nowhere_says_what_to_give_instead(answer: Any) -> None:
    """Refused, gone, sent to a log-in, or not redirected at all."""
    share = "https://www.reddit.com/r/kilnlog/s/AbCd123"
    with pytest.raises(ThreadUnavailable, match="address it ends at"):
        read(share, {share: answer})


# ---- other pages ------------------------------------------------------------------------------------


def test_any_page_is_asked_for_as_given_then_by_its_one_spelling() -> None:
    """Tracking is not passed on; a site without TLS is still read."""
    web = FakeWeb({"http://example.com/post": b"Words."})
    assert read("https://www.example.com/post/?utm_source=x", web).url == "https://example.com/post"
    assert web.asked == [
        "https://www.example.com/post/", "https://example.com/post", "http://www.example.com/post/",
        "http://example.com/post",
    ]  # fmt: skip


def test_a_page_behind_a_wall_makes_no_thread() -> None:
    """What the extractor refuses stays refused."""
    with pytest.raises(ThreadUnreadable, match=r"paywall.*extension"):
        read("https://example.com/post", {"https://example.com/post": b"wall"})


@pytest.mark.parametrize(
    "url", ["https://www.reddit.com/r/kilnlog/", "https://news.ycombinator.com/", "https://lobste.rs/"]
)
def test_a_page_of_a_thread_site_that_is_no_thread_is_not_an_article(url: str) -> None:
    """A front page or a community is not read as if somebody had written it."""
    with pytest.raises(UnsupportedSite, match="one post"):
        read(url, {url: b"Many posts."})


# ---- threads in several documents -------------------------------------------------------------------

LEMMY = "https://lemmy.example/post/77"
LEMMY_API = "https://lemmy.example/api/v3"
LEMMY_LIST = f"{LEMMY_API}/comment/list?post_id=77&type_=All&sort=Top&max_depth=8&limit=50&page="


def documents(name: str) -> list[bytes]:
    return [json.dumps(part).encode() for part in json.loads(saved(name))]


def test_a_form_in_several_documents_is_read_whole() -> None:
    """The comments follow the post, page by page, until none is new."""
    post, first, second = documents("lemmy-post.json")
    web = FakeWeb({f"{LEMMY_API}/post?id=77": post, f"{LEMMY_LIST}1": first, f"{LEMMY_LIST}2": second,
                   f"{LEMMY_LIST}3": second})  # fmt: skip
    thread = read(LEMMY, web)
    assert [comment.id for comment in thread.comments] == ["11", "12", "13", "14", "15"]
    assert (thread.capture.via, thread.capture.comments_read, thread.capture.comments_total) == ("api", 3, 9)
    assert len(web.asked) == len(set(web.asked)) == 4


@pytest.mark.parametrize("answer", [404, 429, b"<title>Too Many Requests</title>", b'{"comments": [{'])
def test_a_document_that_does_not_come_leaves_its_comments_unread(answer: Any) -> None:
    """And the receipt says so; the thread is not given up."""
    web = FakeWeb({f"{LEMMY_API}/post?id=77": documents("lemmy-post.json")[0], f"{LEMMY_LIST}1": answer})
    thread = read(LEMMY, web)
    assert (thread.capture.comments_read, thread.capture.comments_total) == (0, 9)
    assert len(web.asked) == 2


def test_hacker_news_is_asked_item_by_item_only_at_last_and_not_for_ever() -> None:
    """Sixty comments at most, the story's own before their answers."""
    story = {"id": 5001, "type": "story", "title": "A kiln", "kids": list(range(6000, 6100)), "descendants": 100}
    answers: Answers = {HN: 503, ALGOLIA: 503, FIREBASE: json.dumps(story).encode()}
    for kid in range(6000, 6100):
        item = {"id": kid, "type": "comment", "parent": 5001, "by": "fern", "text": "x"}
        answers[f"https://hacker-news.firebaseio.com/v0/item/{kid}.json"] = json.dumps(item).encode()
    thread = read(HN, answers)
    assert (thread.capture.comments_read, thread.capture.comments_total) == (60, 100)


def test_a_mastodon_answer_leads_to_the_post_it_answers_where_that_was_written() -> None:
    """Through the context's oldest post; its own instance has all answers."""
    status, context = documents("mastodon-status.json")
    answer = json.loads(context)["descendants"][1]
    api = "https://toot.example/api/v1/statuses"
    above = json.dumps({"ancestors": [json.loads(status)], "descendants": []}).encode()
    web: Answers = {
        f"{api}/{answer['id']}": json.dumps(answer).encode(), f"{api}/{answer['id']}/context": above,
        f"{api}/114000000000000077": status, f"{api}/114000000000000077/context": context,
    }  # fmt: skip
    thread = read(f"https://toot.example/@fern/{answer['id']}", web)
    assert (thread.url, len(thread.comments)) == ("https://toot.example/@fern/114000000000000077", 3)


def test_a_lemmy_comment_leads_to_its_post() -> None:
    """The comment's own document names the post."""
    post, *comments = documents("lemmy-post.json")
    view = {"comment_view": {"comment": {"id": 12}, "post": {"id": 77}}}
    web: Answers = {f"{LEMMY_API}/comment?id=12": json.dumps(view).encode(), f"{LEMMY_API}/post?id=77": post,
                    f"{LEMMY_LIST}1": comments[0]}  # fmt: skip
    assert read("https://lemmy.example/comment/12", web).url == LEMMY


@pytest.mark.parametrize(
    "url",
    ["https://blog.example/post/77", "https://blog.example/t/kilns/77", "https://blog.example/@fern/114000000000077"],
)
def test_a_page_whose_address_only_looks_like_a_forums_is_read_as_a_page(url: str) -> None:
    """Anyone may write /post/77; what no reader knows goes to the extractor."""
    assert read(url, {url: b"Words of a blog."}).text == "Words of a blog."


def test_a_capture_is_read_by_the_reader_that_knows_its_form() -> None:
    """A page that speaks of walls is no wall to the readers of other forms."""
    html = capture().html or ""
    title = "Too many requests: 18+ kilns, just a moment"
    thread = read(REDDIT, {}, capture(html=f"<title>{title}</title><p>rate limit</p>{html}"))
    assert thread.title == "Cone 6 drifts by 14 °C"


def test_every_refusal_of_every_way_is_in_the_message() -> None:
    """Capture, JSON, Atom, page and old page, each with its reason, and one way out."""
    answers: Answers = {
        f"{REDDIT_JSON}?raw_json=1&limit=500": 403,
        "https://www.reddit.com/comments/1abcde/.rss?limit=500": 429,
        "https://www.reddit.com/comments/1abcde/": b"<title>Reddit - Please wait for verification</title>",
        "https://old.reddit.com/comments/1abcde/?limit=500": b"<title>Log in to Reddit</title>",
    }
    with pytest.raises(
        ThreadUnavailable, match=r"page: another.*403.*429.*robot check.*login page.*extension"
    ) as caught:
        read(REDDIT, answers, capture(html="<p>nothing</p>"))
    assert caught.value.retryable


def test_a_thread_behind_nothing_but_gates_is_private() -> None:
    """And one that a site calls private in its own form is so at once, whatever else it would answer."""
    gate = b"<title>reddit.com: over 18?</title>"
    with pytest.raises(ThreadPrivate, match=r"age gate.*extension"):
        read(REDDIT, {"https://www.reddit.com/comments/1abcde/": gate})
    web = FakeWeb({f"{REDDIT_JSON}?raw_json=1&limit=500": b'{"reason": "private", "error": 403}'})
    with pytest.raises(ThreadPrivate, match="members"):
        read(REDDIT, web)
    assert len(web.asked) == 1
