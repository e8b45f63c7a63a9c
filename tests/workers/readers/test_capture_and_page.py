"""A page in today's Reddit markup, read in a real browser and from its saved bytes."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server.core.thread import Thread
from server.core.urls import canonical_url
from workers.readers import reddit_html

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "tests/cases/pages/reddit-shreddit.html"
FILES = "light-html reddit-shreddit reddit-state reddit-redesign reddit-old reddit".split()
CAPTURE = [ROOT / f"extension/capture/{name}.js" for name in FILES]
URL = "https://www.reddit.com/r/BrewlineKettles/comments/1zk2brw/brewline_k2_firmware_41_refuses_thirdparty/"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def read(html: str) -> Thread:
    return reddit_html.parse(html.encode(), "text/html", canonical_url(URL), NOW)


def capture_in_chromium() -> dict[str, Any]:
    """What the extension's own scripts return in a page that a browser has parsed."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        pytest.skip("no Chromium on this machine: install the package `chromium`")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.route("**/*", lambda route: route.fulfill(body=PAGE.read_text(), content_type="text/html"))
        page.goto(URL)
        *_, captured = [page.evaluate(script.read_text()) for script in CAPTURE]
        browser.close()
    return captured


@pytest.mark.e2e
def test_a_page_read_in_a_browser_and_saved_gives_the_same_thread() -> None:
    """Attribute by attribute and word by word: the capture leaves out nothing that a reader uses and adds nothing."""
    saved, captured = read(PAGE.read_text()), read(capture_in_chromium()["html"])
    assert json.loads(msgspec.json.encode(captured)) == json.loads(msgspec.json.encode(saved))
    assert (len(saved.comments), saved.capture.comments_read, saved.capture.comments_total) == (9, 8, 14)
    assert (saved.title, saved.author) == ("Brewline K2 firmware 4.1 refuses third-party descalers", "mira_holt")
    assert [comment.depth for comment in saved.comments] == [0, 0, 1, 2, 3, 1, 0, 1, 0]
    assert [comment.id for comment in saved.comments if comment.by_poster] == ["m7km8vb"]
    assert [comment.state for comment in saved.comments if comment.state != "ok"] == ["deleted", "collapsed"]
