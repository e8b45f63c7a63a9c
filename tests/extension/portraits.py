"""Screenshots of the panel in both browsers and both themes: empty, working, card, error; and of the pages beside it.

`python -m tests.extension.portraits FOLDER`, to look at and judge; no test compares them.
"""

import base64
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.extension.conftest import REDDIT_PAGE, Script, StubServer, running_chromium
from tests.extension.firefox import running_firefox
from tests.processes import soon

CASE = json.loads((Path(__file__).parents[1] / "cases/card.json").read_text("utf-8"))
ARTICLE = "?url=https://example.org/article"
HALF = {**CASE, "status": "partial", "insight": None, "discussion": None, "disputed": []}
REFUSAL = {
    "type": "thread-private",
    "title": "The thread cannot be read",
    "detail": "This thread stands behind a login, so the server cannot read it.",
    "status": 422,
    "retryable": False,
}
AT_WORK = [
    ("1-1", "stage", {"stage": "read", "state": "done", "note": "84 of 312 comments"}),
    ("1-2", "stage", {"stage": "search", "state": "done", "note": "6 queries"}),
    ("1-3", "stage", {"stage": "fetch", "state": "done", "note": "5 of 9 pages"}),
    ("1-4", "stage", {"stage": "rank", "state": "done", "note": None}),
    ("1-5", "stage", {"stage": "write", "state": "started", "note": None}),
    ("1-6", "section", {"section": "tldr", "card": HALF}),
    ("1-7", "wait", None),
]
STATES = {
    "empty": (Script(), ""),
    "working": (Script(events=AT_WORK), ARTICLE),
    "card": (Script(known_card=CASE), ARTICLE),
    "error": (Script(refusal=REFUSAL), ARTICLE),
}
PAGES = ("options/options.html", "welcome/welcome.html", "history/history.html")
SETTLED = (
    "document.fonts.status === 'loaded' && !['loading', 'busy'].includes(document.body.dataset.state)"
    " && (document.body.dataset.state !== 'working' || document.querySelector('.section-tldr') !== null)"
)


def main() -> None:
    """Write them all to the folder named."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    server = StubServer()
    with tempfile.TemporaryDirectory() as scratch:
        for browser, sitting in (("chromium", chromium), ("firefox", firefox)):
            (place := Path(scratch) / browser).mkdir()
            with sitting(place) as take:
                for theme in ("light", "dark"):
                    for state, (script, query) in STATES.items():
                        server.script = script
                        take(
                            f"panel/panel.html{query}", theme, server.address, folder / f"{browser}-{theme}-{state}.png"
                        )
                    for page in PAGES:
                        target = folder / f"{browser}-{theme}-{Path(page).stem}.png"
                        take(page, theme, server.address, target)
    server.close()


Take = Callable[[str, str, str, Path], None]


@contextmanager
def chromium(scratch: Path) -> Iterator[Take]:
    """Takes pictures in Chromium, as wide as its side panel."""
    with running_chromium(scratch / "profile") as browser:
        page = browser.context.new_page()

        def take(path: str, theme: str, server: str, target: Path) -> None:
            settle(browser.worker.evaluate, "chrome", theme, server)
            page.set_viewport_size({"width": 400 if path.startswith("panel") else 900, "height": 1000})
            page.goto(f"chrome-extension://{browser.extension_id}/options/options.html")
            page.evaluate("theme => localStorage.setItem('theme', theme)", theme)
            page.goto(f"chrome-extension://{browser.extension_id}/{path}")
            page.wait_for_timeout(200)
            assert soon(lambda: page.evaluate(SETTLED))
            page.wait_for_timeout(200)
            page.screenshot(path=target)

        yield take


@contextmanager
def firefox(scratch: Path) -> Iterator[Take]:
    """Takes pictures in Firefox."""
    with running_firefox(scratch, REDDIT_PAGE.read_text(encoding="utf-8")) as browser:
        browser.resize(480, 1100)

        def take(path: str, theme: str, server: str, target: Path) -> None:
            browser.open_own("options/options.html")
            settle(browser.evaluate, "browser", theme, server)
            browser.evaluate("localStorage.setItem('theme', arguments[0])", theme)
            browser.open_own(path)
            browser.wait_for(SETTLED)
            target.write_bytes(base64.b64decode(browser.picture()))

        yield take


def settle(evaluate: Callable[..., Any], name: str, theme: str, server: str) -> None:
    """The settings of this picture; what the last one left behind is gone."""
    settings = json.dumps({"v": 2, "server": server, "theme": theme})
    clear = f"{name}.storage.session.clear()"
    evaluate(f"Promise.all([{name}.storage.local.set({{settings: {settings}}}), {clear}]).then(() => true)")


if __name__ == "__main__":
    main()
