"""Threads' pages read in a real browser by the extension's own files, and by the server from their saved bytes."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from server.core.thread import Thread
from server.core.urls import canonical_url
from tests.extension.reddit_pages import POST_PAGE
from workers.adapters.recorded_web import RecordedWeb
from workers.readers import Reader, hackernews, reddit_html

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[3]
PAGES = ROOT / "tests/cases/pages"
WORLDS = ROOT.parent / "shared/worlds"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
FILES = {
    reddit_html: "light-html reddit-shreddit reddit-state reddit-redesign reddit-old reddit",
    hackernews: "light-html hackernews",
}
KETTLE = "https://www.reddit.com/r/BrewlineKettles/comments/1zk2brw/brewline_k2_firmware_41_refuses_thirdparty/"
KILN = "https://www.reddit.com/r/kilnlog/comments/1abcde/cone_6_drifts/"
TOLKIEN = "https://www.reddit.com/r/todayilearned/comments/aycizd/til_that_when_jrr_tolkiens_son_michael_signed_up/"
VANILLA = "https://www.reddit.com/r/Showerthoughts/comments/awx46q/vanilla_becoming_the_default_flavour_of_ice_cream/"


class Saved(NamedTuple):
    """A thread's page, where it stood, and whose reader knows it."""

    url: str
    html: str
    reader: Reader


INVENTED = {
    "today": Saved(KETTLE, (PAGES / "reddit-shreddit.html").read_text(), reddit_html),
    "today, with a moderator": Saved(KETTLE, POST_PAGE, reddit_html),
    "2022": Saved(KILN, (PAGES / "reddit-2022.html").read_text(), reddit_html),
    "2018": Saved(KILN, (PAGES / "reddit-2018.html").read_text(), reddit_html),
    "old": Saved(KILN.replace("www", "old"), (PAGES / "reddit-old.html").read_text(), reddit_html),
    "hacker news": Saved(
        "https://news.ycombinator.com/item?id=5001", (PAGES / "hackernews-item.html").read_text(), hackernews
    ),
}
RECORDED = {
    "shapes-a, 206 comments": ("shapes-a", TOLKIEN, reddit_html),
    "shapes-a, 197 comments": ("shapes-a", VANILLA, reddit_html),
    "ask-hn-papers": ("ask-hn-papers", "https://news.ycombinator.com/item?id=36817231", hackernews),
}
# Somebody signed in, in every attribute and beside every text, but in nobody's words.
SIGN_IN = """() => {
    for (const element of document.querySelectorAll('body *')) {
        for (const name of ['data-reader', 'user-id', 'vote-state', 'data-csrf']) {
            element.setAttribute(name, 'quiet_heron_42');
        }
        if (element.classList.length) element.classList.add('quiet_heron_42');
    }
    const places = 'body, shreddit-post, shreddit-comment, .entry, .Comment, [data-test-id=post-content], td.default';
    for (const place of document.querySelectorAll(places)) {
        const name = document.createElement('a');
        name.href = '/user/quiet_heron_42/';
        name.append(document.createElement('img'), 'quiet_heron_42');
        const token = document.createElement('input');
        token.value = 'quiet_heron_42';
        place.append(token, name);
    }
    document.cookie = 'session=quiet_heron_42';
}"""


def saved_page(name: str) -> Saved:
    """An invented page, or one of a recorded world where those are on this machine."""
    if name in INVENTED:
        return INVENTED[name]
    world, url, reader = RECORDED[name]
    if not (WORLDS / world).is_dir():
        pytest.skip("the recorded worlds are not on this machine")
    with ThreadPoolExecutor(1) as elsewhere:  # Playwright keeps a loop of its own running in this thread
        page = elsewhere.submit(asyncio.run, RecordedWeb(WORLDS / world).fetch(url)).result()
    return Saved(url, page.body.decode(), reader)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for all pages; its web is the page of the test."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if not program:
        pytest.skip("no Chromium on this machine: install the package `chromium`")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def capture(chromium: Any, saved: Saved, *, signed_in: bool = False) -> dict[str, Any]:
    """What the extension's own scripts return in a page that a browser has parsed."""
    page = chromium.new_page()
    page.route(
        "**/*",
        lambda route: (
            route.fulfill(body=saved.html, content_type="text/html; charset=utf-8")
            if route.request.resource_type == "document"
            else route.abort()
        ),
    )
    page.goto(saved.url)
    if signed_in:
        page.evaluate(SIGN_IN)
    scripts = [(ROOT / f"extension/capture/{name}.js").read_text() for name in FILES[saved.reader].split()]
    *_, captured = [page.evaluate(script) for script in scripts]
    page.close()
    return captured


def read(saved: Saved, html: str) -> Thread:
    return saved.reader.parse(html.encode(), "text/html", canonical_url(saved.url), NOW)


def told(thread: Thread) -> Any:
    """As data. What a visitor of Hacker News has folded is theirs, and not sent."""
    found = json.loads(msgspec.json.encode(thread))
    if thread.site == "news.ycombinator.com":
        for comment in found["comments"]:
            comment["state"] = "ok" if comment["state"] == "collapsed" else comment["state"]
    return found


@pytest.mark.parametrize("name", [*INVENTED, *RECORDED])
def test_a_page_read_in_a_browser_and_saved_gives_the_same_thread(chromium: Any, name: str) -> None:
    """Word by word, in every layout; the extension counts what was read as the server does."""
    saved = saved_page(name)
    captured = capture(chromium, saved)
    thread = read(saved, saved.html)
    assert told(read(saved, captured["html"])) == told(thread)
    receipt = thread.capture
    assert (captured["comments"], captured["total"]) == (receipt.comments_read, receipt.comments_total)
    assert receipt.comments_read > 1
    assert captured["url"] == saved.url


@pytest.mark.parametrize("name", [*INVENTED, *RECORDED])
def test_who_is_signed_in_makes_no_difference_to_a_capture(chromium: Any, name: str) -> None:
    """A name, votes and tokens in every attribute and between all texts leave it as it is, letter by letter."""
    saved = saved_page(name)
    assert capture(chromium, saved, signed_in=True) == capture(chromium, saved)


def test_todays_markup_is_read_as_a_person_reads_it(chromium: Any) -> None:
    """Depth, the poster's own answers, a moderator's mark, what was deleted and what is folded."""
    thread = read(INVENTED["today"], capture(chromium, INVENTED["today"])["html"])
    assert (thread.title, thread.author) == ("Brewline K2 firmware 4.1 refuses third-party descalers", "mira_holt")
    assert [comment.depth for comment in thread.comments] == [0, 0, 1, 2, 3, 1, 0, 1, 0]
    assert [comment.id for comment in thread.comments if comment.by_poster] == ["m7km8vb"]
    assert [comment.state for comment in thread.comments if comment.state != "ok"] == ["deleted", "collapsed"]
    moderated = INVENTED["today, with a moderator"]
    comments = read(moderated, capture(chromium, moderated)["html"]).comments
    assert [(comment.id, comment.by_moderator) for comment in comments] == [
        ("aa1", True),
        ("aa2", False),
        ("aa3", False),
    ]


def test_what_is_left_of_another_post_is_not_sent_with_this_one(chromium: Any) -> None:
    """Reddit moves from post to post in one document."""
    saved = INVENTED["today"]
    stray = (
        '<shreddit-comment thingid="t1_stray" postid="t3_other"><div slot="comment">Elsewhere.</div></shreddit-comment>'
    )
    page = Saved(saved.url, saved.html.replace("</body>", f"{stray}</body>"), saved.reader)
    assert capture(chromium, page) == capture(chromium, saved)


def test_a_page_that_says_its_community_is_private_makes_a_private_thread(chromium: Any) -> None:
    """Otherwise what members say among themselves would become a card for everybody."""
    saved = INVENTED["today"]
    assert not read(saved, capture(chromium, saved)["html"]).private
    header = '<shreddit-subreddit-header community-type="private"></shreddit-subreddit-header></body>'
    page = Saved(saved.url, saved.html.replace("</body>", header), saved.reader)
    assert read(page, capture(chromium, page)["html"]).private


def test_a_page_that_is_no_thread_gives_nothing(chromium: Any) -> None:
    """A feed with several posts, a page of something else."""
    feed = Saved(
        "https://www.reddit.com/r/kilnlog/",
        '<shreddit-post id="t3_a"></shreddit-post><shreddit-post></shreddit-post>',
        reddit_html,
    )
    assert capture(chromium, feed) is None
    assert (
        capture(chromium, Saved("https://news.ycombinator.com/item?id=7", "<p>No such item.</p>", hackernews)) is None
    )
