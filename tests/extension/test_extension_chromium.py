"""The extension in a real Chromium, against a server that plays a script."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.extension.conftest import THREAD_URL, Browser, SidePanel, StubServer, card

pytestmark = pytest.mark.e2e

READER = "quiet_heron_42"
COMMENT_IDS = ["m7k9a01", "m7kb55p", "m7kd2fa", "m7kh9wd", "m7kk3qe", "m7kf0tz", "m7ke71c", "m7km8vb", "m7kn0xd"]


def stage(event_id: str, name: str, state: str, note: str | None = None) -> tuple[str, str, Any]:
    """A stage event."""
    return event_id, "stage", {"stage": name, "state": state, "note": note}


def text_of(page: Any, selector: str) -> str:
    """What an element says, white space folded."""
    return re.sub(r"\s+", " ", page.locator(selector).first.inner_text()).strip()


def test_a_click_opens_the_side_panel_which_shows_stages_and_then_the_card(
    browser: Browser, server: StubServer
) -> None:
    """One click on a thread page is all a reader does."""
    server.script.events = [
        stage("1-1", "read", "started"),
        stage("1-2", "read", "done", "9 of 14 comments"),
        ("1-3", "section", {"section": "headline", "card": card(status="partial")}),
        stage("1-4", "search", "started"),
        ("1-5", "wait", None),
        ("1-6", "card", {"card": card()}),
    ]
    browser.set_server(server.address)
    page = browser.open_reddit()

    browser.click_action(page)
    panel = SidePanel(browser, page)

    panel.wait_for("document.querySelector('[data-stage=search]')?.dataset.state === 'working'")
    assert panel.evaluate("document.querySelector('[data-stage=read] .note').textContent") == "9 of 14 comments"
    assert "8 of 14 comments, nothing about you" in panel.evaluate("document.querySelector('.sent').textContent")
    assert "K2 kettle" in panel.evaluate("document.querySelector('.headline').textContent")
    server.go_on()
    panel.wait_for("document.body.dataset.state === 'card'")
    assert panel.evaluate("document.querySelector('#permalink').href") == f"{server.address}/c/k2-card"
    assert "12 of 14 claims supported, 2 dropped" in panel.evaluate("document.querySelector('.facts').textContent")


def test_the_capture_holds_the_thread_and_nothing_of_its_reader(browser: Browser, server: StubServer) -> None:
    """Whitelists decide: every comment goes, the signed-in name, votes and tokens stay."""
    browser.set_server(server.address)
    page = browser.open_reddit()
    browser.click_action(page)
    SidePanel(browser, page).wait_for("document.body.dataset.state === 'working'")

    (body,) = server.posts()
    capture = body["capture"]
    html = capture["html"]

    assert body["url"] == capture["url"] == THREAD_URL
    assert (capture["v"], capture["via"]) == (1, "dom")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", capture["captured_at"])
    assert re.findall(r'<shreddit-comment thingid="t1_(\w+)"', html) == COMMENT_IDS
    assert READER not in json.dumps(body)
    for leak in ("csrf", "token", "vote", "user-id", "author-id", "t2_", "class=", "Upvote", "Descale Pro", "<script"):
        assert leak not in html, leak
    assert '<h1 slot="title">Brewline K2 firmware 4.1 refuses third-party descalers</h1>' in html
    assert '<shreddit-post-flair slot="post-flair">Firmware</shreddit-post-flair>' in html
    assert '<a href="https://www.reddit.com/r/righttorepair/comments/1zj9c0k/">this thread</a>' in html
    assert "<li><p>Firmware: <code>4.1.0</code></p></li>" in html
    assert "<pre><code>if (tag.vendor != VENDOR_BREWLINE) {\n    lock_boil(REASON_DESCALE);\n}\n</code></pre>" in html
    assert "€14.90 &amp; lasts two months." in html
    assert re.search(r'thingid="t1_m7kh9wd"[^>]* is-comment-deleted=""', html)
    assert re.search(r'thingid="t1_m7kn0xd"[^>]* collapsed=""', html)


def test_the_capture_nests_comments_as_the_page_does_and_gives_each_its_own_text(
    browser: Browser, server: StubServer
) -> None:
    """Replies may stand before their parent's text, directly inside it, or flat beside it."""
    page = browser.open_reddit(
        '<!doctype html><shreddit-post id="t3_1zk2brw" post-title="T" comment-count="4"></shreddit-post>'
        '<shreddit-comment-tree><shreddit-comment thingid="t1_a" depth="0" created="2026-11-01T00:00:00Z">'
        '<shreddit-comment thingid="t1_b" depth="1"><time datetime="2026-11-02T00:00:00Z">1d</time>'
        '<div slot="comment"><p>Reply</p></div></shreddit-comment>'
        '<div slot="comment"><p>Parent</p></div></shreddit-comment>'
        '<shreddit-comment thingid="t1_c" depth="1"><div id="t1_c-post-rtjson-content"><p>Flat '
        '<i>one</i> <a href="javascript:alert(1)">two</a></p></div></shreddit-comment></shreddit-comment-tree>'
    )
    browser.set_server(server.address)
    browser.click_action(page)
    SidePanel(browser, page).wait_for("document.body.dataset.state === 'working'")

    assert server.posts()[0]["capture"]["html"] == (
        '<shreddit-post id="t3_1zk2brw" post-title="T" comment-count="4"><h1 slot="title">T</h1>'
        '<div slot="text-body"></div></shreddit-post><shreddit-comment-tree>'
        '<shreddit-comment thingid="t1_a" created="2026-11-01T00:00:00Z" depth="0">'
        '<div slot="comment"><p>Parent</p></div>'
        '<shreddit-comment thingid="t1_b" depth="1" created="2026-11-02T00:00:00Z">'
        '<div slot="comment"><p>Reply</p></div></shreddit-comment></shreddit-comment>'
        '<shreddit-comment thingid="t1_c" depth="1">'
        '<div slot="comment"><p>Flat <em>one</em> two</p></div></shreddit-comment></shreddit-comment-tree>'
    )


def test_a_thread_too_long_to_send_is_cut_between_comments(browser: Browser, server: StubServer) -> None:
    """The server takes 4 MiB, so the last comments stay behind and the panel says how many went."""
    # The page writes its five megabytes itself, unseen: a busy machine takes seconds to carry and to lay them out.
    page = browser.open_reddit("""<!doctype html><style>shreddit-comment { display: none }</style>
      <shreddit-post id="t3_1zk2brw" post-title="T" comment-count="100"></shreddit-post><script>
      for (let n = 0; n < 100; n += 1) {
        const comment = document.createElement('shreddit-comment');
        comment.setAttribute('thingid', `t1_${n}`);
        const text = document.createElement('div');
        text.slot = 'comment';
        text.textContent = '“long” '.repeat(6000);
        comment.append(text);
        document.body.append(comment);
      }</script>""")
    browser.set_server(server.address)
    browser.click_action(page)
    panel = SidePanel(browser, page)
    panel.wait_for("document.body.dataset.state === 'working'")

    capture = server.posts()[0]["capture"]
    sent = capture["html"].count("<shreddit-comment ")
    assert 50 < sent < 100
    assert len(json.dumps(capture, ensure_ascii=False).encode()) <= 4 * 1024 * 1024
    assert f"{sent} of 100 comments" in panel.evaluate("document.querySelector('.sent').textContent")


def test_a_page_of_no_known_site_is_sent_by_its_address_alone(browser: Browser, server: StubServer) -> None:
    """Without a reader for the site nothing of the page leaves the browser."""
    browser.set_server(server.address)
    panel = browser.open_panel("?url=https://example.org/article")
    panel.locator("body[data-state=working]").wait_for()

    assert server.posts() == [{"url": "https://example.org/article"}]
    assert text_of(panel, ".sent") == "Sent: the page’s address."


def test_the_panel_asks_for_a_click_on_a_page_it_may_not_see(browser: Browser, server: StubServer) -> None:
    """Leaving the clicked site ends the permission: the panel's own button cannot read the next page."""
    browser.set_server(server.address)
    page = browser.open_reddit()
    browser.click_action(page)
    panel = SidePanel(browser, page)
    panel.wait_for("document.body.dataset.state === 'working'")
    browser.context.route("https://example.org/**", lambda route: route.fulfill(body="<h1>Elsewhere</h1>"))
    page.goto("https://example.org/")

    panel.evaluate("document.querySelector('#new-card').click()")
    panel.wait_for("document.body.dataset.state === 'error'")
    assert "Click it on the page you want" in panel.evaluate("document.querySelector('.problem').textContent")
    assert len(server.posts()) == 1

    # A page that is no thread is offered as an article, and made only when the reader says so.
    browser.click_action(page)
    panel.wait_for("document.body.dataset.state === 'offer'")
    assert len(server.posts()) == 1
    panel.evaluate("document.querySelector('#make-card').click()")
    panel.wait_for("document.body.dataset.state === 'working'")
    assert server.posts()[1] == {"url": "https://example.org/"}
