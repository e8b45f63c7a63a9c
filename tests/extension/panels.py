"""One Chromium for a module's tests of the panel, as newly installed for each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.extension.conftest import Browser, StubServer, running_chromium

ARTICLE = "?url=https://example.org/article"


def stage(event_id: str, name: str, state: str, note: str | None = None) -> tuple[str, str, Any]:
    """A stage event."""
    return event_id, "stage", {"stage": name, "state": state, "note": note}


def text_of(page: Any, selector: str) -> str:
    """What an element says, white space folded."""
    return re.sub(r"\s+", " ", page.locator(selector).first.inner_text()).strip()


def set_options(browser: Browser, server: StubServer, **settings: Any) -> None:
    """Settings as the options page stores them."""
    given = {"v": 2, "server": server.address, **settings}
    browser.worker.evaluate("settings => chrome.storage.local.set({settings})", given)


def open_page(browser: Browser, path: str) -> Any:
    """One of the extension's own pages."""
    page = browser.context.new_page()
    page.goto(f"chrome-extension://{browser.extension_id}/{path}")
    return page


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One for all of them: a browser takes seconds to start."""
    with running_chromium(tmp_path_factory.mktemp("panel")) as running:
        running.context.set_default_timeout(20_000)
        yield running


@pytest.fixture
def browser(chromium: Browser, server: StubServer) -> Iterator[Browser]:
    """As it is when newly installed, with this test's server set."""
    chromium.worker.evaluate("Promise.all([chrome.storage.local.clear(), chrome.storage.session.clear()])")
    chromium.set_server(server.address)
    kept = set(chromium.context.pages)
    yield chromium
    for page in set(chromium.context.pages) - kept:
        page.close()
