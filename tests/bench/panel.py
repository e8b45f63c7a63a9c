"""How soon the extension's panel is painted, and a card that is known after the server's answer: in a real Chromium."""

import json
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.extension.conftest import StubServer, running_chromium

CASE = json.loads((Path(__file__).parents[1] / "cases/card.json").read_text("utf-8"))
TIMES = 9
# A frame after the one in which the card stands in the document, it has been painted.
WATCH = """
window.painted = new Promise((done) => {
    const look = new MutationObserver(() => {
        if (document.body?.dataset.state !== 'card') return;
        look.disconnect();
        requestAnimationFrame(() => setTimeout(() => done(performance.now())));
    });
    look.observe(document, {subtree: true, childList: true, attributes: true});
});
"""
FIRST_PAINT = """async () => {
    for (;;) {
        const [first] = performance.getEntriesByName('first-paint');
        if (first) return first.startTime;
        await new Promise((done) => setTimeout(done, 10));
    }
}"""
READ = """async () => {
    const painted = await window.painted;
    const [first] = performance.getEntriesByName('first-paint');
    const answer = performance.getEntriesByType('resource').find(({name}) => name.endsWith('/api/v1/cards'));
    return [first.startTime, painted - answer.responseEnd];
}"""


def measure() -> Iterator[tuple[str, str]]:
    """Lines for the table of `make bench`; one line that says why where there is no Chromium."""
    if not (shutil.which("chromium") or shutil.which("chromium-browser")):
        yield "panel", "no Chromium here"
        return
    server = StubServer()
    server.script.known_card = CASE
    took, bare = [], []
    with tempfile.TemporaryDirectory() as scratch, running_chromium(Path(scratch)) as browser:
        browser.set_server(server.address)
        for _ in range(TIMES):
            page = browser.context.new_page()
            page.add_init_script(WATCH)
            page.goto(f"chrome-extension://{browser.extension_id}/panel/panel.html?url=https://example.org/article")
            took.append(page.evaluate(READ))
            page.close()
            page = browser.context.new_page()
            page.goto("data:text/html,<p>x</p>")
            bare.append(page.evaluate(FIRST_PAINT))
            page.close()
    server.close()
    first, known = ([times[at] for times in took] for at in (0, 1))
    yield "panel painted after navigation", f"{tell(first)}; a bare page {tell(bare)}"
    yield "known card painted after the answer", tell(known)


def tell(times: list[float]) -> str:
    """The median, and the slowest beside it."""
    return f"{statistics.median(times):.0f} ms (slowest {max(times):.0f})"
