"""The extension in a real Chromium, against a server that plays a script."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.extension.conftest import THREAD_URL, Browser, SidePanel, StubServer, card, claim, job
from tests.processes import soon

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
        ("1-3", "section", {"section": "headline", "card": {"headline": card()["headline"]}}),
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
    assert panel.evaluate("document.querySelector('#permalink').href") == card()["permalink"]
    assert "12 of 14 claims supported, 2 dropped" in panel.evaluate("document.querySelector('.colophon').textContent")


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
    comments = "".join(
        f'<shreddit-comment thingid="t1_{n}"><div slot="comment"><p>{"“long” " * 6_000}</p></div></shreddit-comment>'
        for n in range(100)
    )
    page = browser.open_reddit(
        f'<!doctype html><shreddit-post id="t3_1zk2brw" post-title="T" comment-count="100"></shreddit-post>{comments}'
    )
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


def test_a_known_card_is_shown_at_once(browser: Browser, server: StubServer) -> None:
    """A 200 needs no job."""
    server.script.known_card = card()
    browser.set_server(server.address)
    panel = browser.open_panel("?url=https://example.org/article")

    assert text_of(panel, ".headline").startswith("Brewline’s K2 kettle now refuses other makers’ descalers[2]")
    citation = panel.locator(".headline .cite")
    assert citation.get_attribute("href") == card()["sources"][1]["quotes"][0]["url"]
    assert "certified cartridges only" in (citation.get_attribute("title") or "")
    assert panel.locator(".badge").all_inner_texts() == [
        "r/BrewlineKettles",
        "Incident",
        "Fresh",
        "9 of 14 comments read",
    ]
    assert "the thread says" in text_of(panel, ".section-discussion")
    assert "no model wrote here" in text_of(panel, ".colophon")
    assert server.streams() == []

    panel.locator("#copy-link").click()
    panel.locator(".copied", has_text="Copied").wait_for()


def test_whoever_is_quoted_is_named_before_the_sentence_even_in_headline_and_hook(
    browser: Browser, server: StubServer
) -> None:
    """A label is attribution: an opinion without it would pass for a fact."""
    hook = claim("The hold is a good default.") | {"label": "Ines Okerveld"}
    headline = claim("The kettle refuses other descalers") | {"label": "Brewline"}
    server.script.known_card = card(headline=headline, hook=hook)
    browser.set_server(server.address)
    panel = browser.open_panel("?url=https://example.org/article")

    assert text_of(panel, ".headline").startswith("Brewline The kettle refuses other descalers[2]")
    assert text_of(panel, ".hook").startswith("Ines Okerveld The hold is a good default.[2]")


def test_a_server_that_is_down_is_named_with_a_way_to_the_options(browser: Browser, server: StubServer) -> None:
    """The address, the next step, and a button that tries again."""
    browser.set_server(server.address)
    server.close()
    panel = browser.open_panel("?url=https://example.org/article")

    assert text_of(panel, ".problem h1") == "The Threadproof server does not answer"
    assert server.address in text_of(panel, ".problem p")
    assert panel.locator("#retry").is_visible()
    with browser.context.expect_page() as options:
        panel.locator("#open-options").click()
    assert options.value.url.endswith("/options/options.html")


def test_a_refusal_shows_its_title_and_next_step(browser: Browser, server: StubServer) -> None:
    """What the server says is what the reader sees; no retry where none helps."""
    server.script.refusal = {
        "type": "thread-refused",
        "title": "This community asked not to be read",
        "detail": "Choose another thread.",
        "status": 403,
        "retryable": False,
    }
    browser.set_server(server.address)
    panel = browser.open_panel("?url=https://example.org/article")

    assert text_of(panel, ".problem h1") == "This community asked not to be read"
    assert text_of(panel, ".problem p") == "Choose another thread."
    assert panel.locator("#retry").count() == 0


def test_a_failed_job_can_be_tried_again(browser: Browser, server: StubServer) -> None:
    """A retryable problem keeps its button, and the button starts over."""
    problem = {
        "type": "model-unavailable",
        "title": "The model did not answer",
        "detail": "Try again in a minute.",
        "status": 503,
        "retryable": True,
    }
    server.script.events = [stage("1-1", "read", "done"), ("1-2", "failed", problem)]
    browser.set_server(server.address)
    panel = browser.open_panel("?url=https://example.org/article")
    assert text_of(panel, ".problem h1") == "The model did not answer"

    server.script.events = [("1-1", "card", {"card": card()})]
    panel.locator("#retry").click()

    panel.locator("body[data-state=card]").wait_for()
    assert len(server.posts()) == 2


def test_reopening_the_panel_resumes_the_job(browser: Browser, server: StubServer) -> None:
    """The job's id is in storage: nothing is posted twice, and its snapshot brings the panel up to date."""
    server.script.events = [stage("1-1", "read", "started"), ("1-2", "wait", None)]
    browser.set_server(server.address)
    first = browser.open_panel("?url=https://example.org/article")
    first.locator("[data-stage=read][data-state=working]").wait_for()
    first.close()

    snapshot = {"job": job(state="working", stage="verify"), "card": {"headline": claim("Half a card")}}
    server.script.events = [("2-1", "snapshot", snapshot), ("2-2", "wait", None), ("2-3", "card", {"card": card()})]
    second = browser.open_panel()
    second.locator("[data-stage=verify][data-state=working]").wait_for()
    assert text_of(second, ".headline").startswith("Half a card")
    server.go_on()
    server.go_on()

    second.locator("body[data-state=card]").wait_for()
    assert len(server.posts()) == 1


def test_reopening_the_panel_shows_the_finished_card_again(browser: Browser, server: StubServer) -> None:
    """Once the card is there it is asked for by its own id."""
    server.script.known_card = card()
    browser.set_server(server.address)
    first = browser.open_panel("?url=https://example.org/article")
    first.locator("body[data-state=card]").wait_for()
    first.close()

    second = browser.open_panel()
    second.locator("body[data-state=card]").wait_for()
    assert [request.path for request in server.received] == ["/api/v1/cards", "/api/v1/cards/k2-card"]


def test_a_job_the_server_forgot_says_so(browser: Browser, server: StubServer) -> None:
    """A lost job is no dead end: it is made again, and not asked for a second time."""
    server.script.events = [stage("1-1", "read", "started"), ("1-2", "wait", None)]
    browser.set_server(server.address)
    first = browser.open_panel("?url=https://example.org/article")
    first.locator("[data-stage=read][data-state=working]").wait_for()
    first.close()
    server.script.is_job_lost = True

    second = browser.open_panel()
    assert text_of(second, ".problem h1") == "This job is lost"
    second.close()
    third = browser.open_panel()
    third.locator("body[data-state=empty]").wait_for()


def test_a_broken_stream_is_taken_up_behind_its_last_event(browser: Browser, server: StubServer) -> None:
    """The second connection names the last event it has, and the key goes with every request."""
    server.script.events = [
        stage("1-1", "read", "done", "9 of 14 comments"),
        ("1-2", "hang-up", None),
        stage("1-3", "search", "started"),
        ("1-4", "card", {"card": card()}),
    ]
    browser.set_server(server.address, key="reader-key")
    panel = browser.open_panel("?url=https://example.org/article")
    panel.locator("body[data-state=card]").wait_for()

    assert [request.headers.get("Last-Event-ID") for request in server.streams()] == [None, "1-1"]
    assert {request.headers.get("Authorization") for request in server.received} == {"Bearer reader-key"}


def test_cancelling_tells_the_server_and_stops(browser: Browser, server: StubServer) -> None:
    """A cancelled job is deleted, and reopening does not bring it back."""
    server.script.events = [stage("1-1", "read", "started"), ("1-2", "wait", None)]
    browser.set_server(server.address)
    panel = browser.open_panel("?url=https://example.org/article")
    panel.locator("#cancel").click()

    assert text_of(panel, ".problem h1") == "Cancelled"
    assert [request.path for request in server.received if request.method == "DELETE"] == ["/api/v1/jobs/job-1"]


def test_hostile_strings_stay_strings(browser: Browser, server: StubServer) -> None:
    """Markup in any field is shown, not obeyed, and no link leads anywhere but to the web."""
    hostile = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"

    def poison(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: poison(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [poison(item, key) for item in value]
        if key in ("url", "permalink"):
            return "javascript:document.title='owned'"
        return hostile if isinstance(value, str) and key not in ("kind", "id", "quote", "freshness") else value

    server.script.known_card = poison(card())
    browser.set_server(server.address)
    panel = browser.open_panel("?url=https://example.org/article")
    panel.locator("body[data-state=card]").wait_for()

    assert hostile in panel.locator(".headline").inner_text()
    assert panel.locator("main img, main script, main a").count() == 0
    assert panel.title() == "Threadproof"


def test_the_options_page_saves_and_tests_the_server(browser: Browser, server: StubServer) -> None:
    """One button stores the address in its one spelling and says whether anyone answers there."""
    options = browser.context.new_page()
    options.goto(f"chrome-extension://{browser.extension_id}/options/options.html")
    assert soon(lambda: options.locator("#server").input_value() == "http://127.0.0.1:8321")  # read from its storage

    options.locator("#server").fill(f" {server.address}/ ")
    options.locator("#key").fill("reader-key")
    options.locator("#save").click()
    options.locator("#result[data-state=good]").wait_for()

    assert text_of(options, "#result") == f"Connected to {server.address}."
    stored = browser.worker.evaluate("chrome.storage.local.get('settings')")
    assert stored["settings"].items() >= {"v": 1, "server": server.address, "key": "reader-key"}.items()

    options.locator("#server").fill("ftp://example.org")
    options.locator("#save").click()
    assert text_of(options, "#result") == "That is no http or https address."


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

    browser.click_action(page)
    panel.wait_for("document.body.dataset.state === 'working'")
    assert server.posts()[1] == {"url": "https://example.org/"}


def test_an_opened_panel_without_work_says_what_it_does(browser: Browser) -> None:
    """The empty state explains itself and offers the one thing to do."""
    panel = browser.open_panel()
    assert panel.locator("#make-card").is_visible()
    assert "Nothing is read or sent until you click" in text_of(panel, ".promises")
