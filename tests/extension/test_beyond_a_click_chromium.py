"""The extension in a real Chromium beyond the toolbar's button: the page's own data, the action in Reddit, the badge.

The optional permissions are granted by a copy of the folder whose manifest asks for them at once, since nobody can
answer the browser's question here. One browser serves all tests; the last reads everything it asked the network for.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.extension.conftest import (
    EXTENSION,
    THREAD_URL,
    Browser,
    SidePanel,
    StubServer,
    card,
    running_chromium,
)
from tests.extension.reddit_pages import FEED, OLD_FEED, OTHER_THREAD, POST_PAGE, SIGNED_IN, own_json

pytestmark = pytest.mark.e2e
WEB = re.compile("^https://")
THREAD_KEY = "https://www.reddit.com/comments/1zk2brw/"


class Visit:
    """A browser whose Reddit is ours, and all that it asked Reddit for."""

    def __init__(self, browser: Browser, server: StubServer, folder: Path) -> None:
        self.browser, self.server, self.folder = browser, server, folder
        self.asked: list[str] = []
        self.pages: dict[str, str] = {"https://www.reddit.com/": FEED, "https://old.reddit.com/": OLD_FEED}
        self.json: str | None = None
        browser.context.route(WEB, self._answer)
        browser.set_server(server.address, key="reader-key")

    def open(self, url: str) -> Any:
        """A tab with a page."""
        page = self.browser.context.new_page()
        page.goto(url)
        return page

    def switch(self, **switches: bool) -> None:
        """As the options page does when a permission was granted."""
        change = """async (changes) => {
            const { settings } = await chrome.storage.local.get('settings');
            await chrome.storage.local.set({ settings: { ...settings, ...changes } });
        }"""
        self.browser.worker.evaluate(change, switches)

    def badge(self, page: Any) -> str:
        """What the toolbar's button says on this page's tab."""
        script = """async (url) => {
            const [tab] = await chrome.tabs.query({ url });
            return tab ? chrome.action.getBadgeText({ tabId: tab.id }) : 'no tab';
        }"""
        return str(self.browser.worker.evaluate(script, page.url))

    def lookups(self) -> list[Any]:
        """The questions whether a card exists, so far."""
        return [request for request in self.server.received if request.path.startswith("/api/v1/lookup/")]

    def _answer(self, route: Any) -> None:
        url = route.request.url
        self.asked.append(url)
        if ".json" in url and self.json is not None:
            route.fulfill(body=self.json, content_type="application/json; charset=UTF-8")
        elif route.request.resource_type == "document":
            page = next((html for start, html in self.pages.items() if url == start), POST_PAGE)
            route.fulfill(body=page, content_type="text/html; charset=utf-8")
        else:
            route.abort()


@pytest.fixture(scope="module")
def everywhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, Path]]:
    """One browser for all, with the optional permissions, writing down what it asks the network for."""
    folder = tmp_path_factory.mktemp("beyond")
    granted = folder / "extension"
    shutil.copytree(EXTENSION, granted, ignore=shutil.ignore_patterns("node_modules"))
    manifest = json.loads((granted / "manifest.json").read_text())
    manifest["permissions"].append("tabs")
    manifest["host_permissions"] += ["https://www.reddit.com/*", "https://old.reddit.com/*"]
    manifest["host_permissions"] += ["https://new.reddit.com/*", "https://sh.reddit.com/*"]
    (granted / "manifest.json").write_text(json.dumps(manifest))
    log = folder / "network.json"
    with running_chromium(folder / "profile", f"--log-net-log={log}", extension=granted) as running:
        yield running, log


@pytest.fixture
def visit(everywhere: tuple[Browser, Path], server: StubServer) -> Iterator[Visit]:
    """A visit with a server of its own and every switch off."""
    browser, log = everywhere
    visit = Visit(browser, server, log)
    visit.switch(inPage=False, badge=False)
    browser.worker.evaluate("chrome.storage.session.clear()")
    yield visit
    for page in browser.context.pages[1:]:
        page.close()
    browser.context.unroute_all()


def soon(page: Any, probe: Callable[[], Any]) -> Any:
    """The probe's value once it is true, or its last."""
    for _ in range(250):
        found = probe()
        if found:
            return found
        page.wait_for_timeout(20)
    return probe()


def test_the_readers_own_json_is_sent_where_it_holds_more_without_anything_of_theirs(visit: Visit) -> None:
    """The page shows two comments of five; its `.json` answers with four whose words are there."""
    visit.json = own_json()
    page = visit.open(THREAD_URL)
    visit.browser.click_action(page)
    panel = SidePanel(visit.browser, page)
    panel.wait_for("document.body.dataset.state === 'working'")

    (body,) = visit.server.posts()
    capture = body["capture"]
    assert (capture["via"], capture["url"], "html" in capture) == ("json", THREAD_URL, False)
    for secret in (*SIGNED_IN, "modhash", "likes", "saved", "user_reports", "mod_note", "user_selection", "more"):
        assert secret not in json.dumps(capture), secret
    asked = [url for url in visit.asked if ".json" in url]
    assert asked == ["https://www.reddit.com/comments/1zk2brw.json?raw_json=1&limit=500"]


def test_nobody_waits_for_the_json_of_a_thread_that_has_a_card(visit: Visit) -> None:
    """Reddit never answers here; the server is asked by three digits whether there is a card, and it is shown."""
    visit.browser.context.unroute_all()
    visit.browser.context.route(WEB, visit._answer)
    visit.browser.context.route(re.compile(r"\.json"), lambda route: None)
    visit.server.script.known_keys = [THREAD_KEY]
    visit.server.script.known_card = card()
    page = visit.open(THREAD_URL)
    visit.browser.click_action(page)
    panel = SidePanel(visit.browser, page)
    panel.wait_for("document.body.dataset.state === 'card'")

    (lookup,) = visit.lookups()
    assert len(lookup.path.rpartition("/")[2]) == 3
    assert "Authorization" not in lookup.headers
    assert visit.server.posts()[0]["capture"]["via"] == "dom"


def test_with_the_capture_switched_off_only_the_address_is_sent(visit: Visit) -> None:
    """Nothing is read: not the page, not its `.json`."""
    visit.json = own_json()
    visit.switch(capture=False)
    page = visit.open(THREAD_URL + "?share_id=Tracks&utm_source=mail#c")
    visit.browser.click_action(page)
    SidePanel(visit.browser, page).wait_for("document.body.dataset.state === 'working'")
    visit.switch(capture=True)

    (body,) = visit.server.posts()
    assert body["url"] == THREAD_URL
    assert "capture" not in body
    assert not [url for url in visit.asked if ".json" in url]


def test_the_action_stands_beside_share_and_opens_the_card_of_its_own_post(visit: Visit) -> None:
    """In the feed: of each post, never of an advertisement; its address alone goes out, for its page is not open."""
    page = visit.open("https://www.reddit.com/")
    assert page.locator("[data-threadproof-card]").count() == 0
    visit.switch(inPage=True)
    page.locator("shreddit-post [data-threadproof-card]").nth(1).wait_for()
    assert page.locator("[data-threadproof-card]").count() == 2
    beside = "post => post.shadowRoot.querySelector('[data-threadproof-card]').previousElementSibling.localName"
    assert page.locator("shreddit-post").first.evaluate(beside) == "shreddit-post-share-button"

    page.locator("shreddit-post", has_text="Another kettle").locator("[data-threadproof-card]").click()
    SidePanel(visit.browser, page).wait_for("document.body.dataset.state === 'working'")
    assert page.url == "https://www.reddit.com/"  # the post itself, a link, was not followed
    assert soon(page, visit.server.posts) == [{"url": OTHER_THREAD}]


def test_the_action_survives_reddits_own_navigation_and_goes_when_switched_off(visit: Visit) -> None:
    """From feed to post the document stays; what Reddit puts into it gets its action too, and once."""
    visit.switch(inPage=True)
    page = visit.open("https://www.reddit.com/")
    page.locator("[data-threadproof-card]").nth(1).wait_for()
    page.evaluate("goTo()")
    page.wait_for_url(THREAD_URL)
    page.locator("[data-threadproof-card]").first.wait_for()
    page.evaluate("document.body.append(document.createElement('p'))")
    page.wait_for_timeout(100)
    assert page.locator("[data-threadproof-card]").count() == 1

    page.locator("[data-threadproof-card]").click()
    SidePanel(visit.browser, page).wait_for("document.body.dataset.state === 'working'")
    (body,) = soon(page, visit.server.posts)
    assert (body["url"], body["capture"]["via"]) == (THREAD_URL, "dom")  # the page is the post's own: it is read

    visit.switch(inPage=False)
    page.locator("[data-threadproof-card]").first.wait_for(state="detached")
    page.evaluate("goTo()")
    page.wait_for_timeout(100)
    assert page.locator("[data-threadproof-card]").count() == 0


def test_a_page_cannot_click_the_action_for_its_reader(visit: Visit) -> None:
    """Only a hand may: otherwise a page could spend its reader's budget."""
    visit.switch(inPage=True)
    page = visit.open("https://www.reddit.com/")
    page.locator("[data-threadproof-card]").first.wait_for()
    page.locator("[data-threadproof-card]").first.evaluate("action => action.click()")
    page.wait_for_timeout(200)
    assert visit.server.received == []


def test_the_action_stands_in_old_reddits_list_behind_share(visit: Visit) -> None:
    """The same, as old.reddit lists what can be done with a post."""
    visit.switch(inPage=True)
    page = visit.open("https://old.reddit.com/")
    page.locator("[data-threadproof-card]").first.wait_for()
    assert page.locator(".promoted [data-threadproof-card]").count() == 0
    items = page.locator(".thing.link:not(.promoted) ul.buttons li").all_inner_texts()
    assert items == ["14 comments", "share", "Card", "save"]


def test_a_known_thread_is_marked_on_the_button_and_asked_about_once(visit: Visit) -> None:
    """Three digits, no key, one question for all tabs and layouts of a thread; articles are not asked about."""
    visit.server.script.known_keys = [THREAD_KEY]
    visit.switch(badge=True)
    page = visit.open(THREAD_URL)
    assert soon(page, lambda: visit.badge(page)) == "✓"
    again = visit.open("https://old.reddit.com/r/BrewlineKettles/comments/1zk2brw/x/")
    assert soon(again, lambda: visit.badge(again)) == "✓"
    (lookup,) = visit.lookups()
    assert len(lookup.path.rpartition("/")[2]) == 3
    assert "Authorization" not in lookup.headers

    other = visit.open(OTHER_THREAD)
    assert soon(other, lambda: len(visit.lookups()) == 2)
    article = visit.open("https://example.org/article")
    article.wait_for_timeout(200)
    assert (visit.badge(other), visit.badge(article)) == ("", "")
    assert len(visit.lookups()) == 2
    assert {request.path.rpartition("/")[0] for request in visit.server.received} == {"/api/v1/lookup"}

    visit.switch(badge=False)
    assert soon(page, lambda: visit.badge(page) == "")
    assert soon(
        page, lambda: visit.browser.worker.evaluate("!chrome.tabs.onUpdated.hasListeners()")
    )  # nothing wakes it
    page.reload()
    visit.open(OTHER_THREAD + "?again").wait_for_timeout(200)
    assert visit.badge(page) == ""
    assert len(visit.lookups()) == 2


def test_a_background_that_was_put_to_sleep_wakes_for_the_next_click(visit: Visit) -> None:
    """Browsers end it when nothing happens: it keeps nothing, and the page's action still finds it."""
    visit.switch(inPage=True)
    page = visit.open("https://www.reddit.com/")
    page.locator("[data-threadproof-card]").first.wait_for()
    (sleeper,) = visit.browser.targets("service_worker")
    visit.browser.cdp.send("Target.closeTarget", {"targetId": sleeper["targetId"]})
    assert soon(page, lambda: not visit.browser.targets("service_worker"))

    page.locator("shreddit-post", has_text="Another kettle").locator("[data-threadproof-card]").click()
    SidePanel(visit.browser, page).wait_for("document.body.dataset.state === 'working'")
    assert soon(page, visit.server.posts) == [{"url": OTHER_THREAD}]


def test_in_all_of_this_nothing_was_asked_but_the_server_and_the_pages_own_json(
    everywhere: tuple[Browser, Path],
) -> None:
    """Chromium's own log of every request that began in the extension. Keep this test the last of its file."""
    browser, log = everywhere
    extension = f"chrome-extension://{browser.extension_id}"
    browser.context.close()
    trace = json.loads(log.read_text())
    started = trace["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"]
    asked = [event["params"] for event in trace["events"] if event["type"] == started and "params" in event]
    ours = {str(request["url"]) for request in asked if str(request.get("initiator", "")).startswith(extension)}
    outside = {url for url in ours if not url.startswith((extension, "http://127.0.0.1:"))}
    assert outside == set()
    assert {url.split("/", 3)[3].rpartition("/")[0] or url for url in ours if "127.0.0.1" in url} >= {"api/v1/lookup"}
