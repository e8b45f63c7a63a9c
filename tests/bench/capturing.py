"""How long the extension holds a page up while it reads 500 comments: in a real Chromium, each time in a new page."""

import re
import shutil
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "tests/cases/pages"
TIMES = 9
REDDIT = "light-html reddit-shreddit reddit-state reddit-redesign reddit-old reddit"
KILN = "https://www.reddit.com/r/kilnlog/comments/1abcde/x/"
# Its saved page, where its comments begin and end, how their ids look, how often they stand there, where it lives.
LAYOUTS = {
    "today's Reddit": (
        "reddit-shreddit.html",
        "<shreddit-comment class", '<faceplate-partial id="top-level-more', r"t1_m7k[a-z0-9]+", 56,
        "https://www.reddit.com/r/BrewlineKettles/comments/1zk2brw/x/", REDDIT,
    ),
    "old.reddit": (
        "reddit-old.html",
        '<div class=" thing id-t1_k1aaa', "</div></div></div></body>", r"\bk\daaa", 125, KILN, REDDIT,
    ),
    "Reddit of 2022": ("reddit-2022.html", '<div id="t1_k1aaa"', '<div class="side">', r"k\daaa", 84, KILN, REDDIT),
    "Hacker News": (
        "hackernews-item.html",
        '<tr class="athing comtr" id="5002">', "</table></td></tr></table></center>", r"\b500\d\b", 125,
        "https://news.ycombinator.com/item?id=5001", "light-html hackernews",
    ),
}  # fmt: skip
RUN = """(scripts) => {
    const began = performance.now();
    let shown;
    for (const script of scripts) shown = (0, eval)(script);
    return [performance.now() - began, shown.comments];
}"""


def measure() -> Iterator[tuple[str, str]]:
    """Lines for the table of `make bench`; one line that says why where there is no Chromium."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        yield "capturing 500 comments", "no Chromium here"
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for name, (file, start, end, ids, times, url, scripts) in LAYOUTS.items():
            html = grown((PAGES / file).read_text(), start, end, ids, times)
            took = [capture_ms(browser, html, url, scripts.split()) for _ in range(TIMES)]
            yield f"capturing 500 comments of {name}", f"{statistics.median(took):.0f} ms, at best {min(took):.0f}"
        browser.close()


def grown(html: str, start: str, end: str, ids: str, times: int) -> str:
    """A saved page whose comments stand there so often, each time under ids of their own."""
    first, last = html.index(start), html.rindex(end)
    comments = html[first:last]

    def copy(number: int) -> str:
        return re.sub(ids, lambda found: f"{found[0]}{number:03d}", comments)

    return html[:first] + "".join(map(copy, range(times))) + html[last:]


def capture_ms(browser: Any, html: str, url: str, names: list[str]) -> float:
    """By the page's own clock, the scripts' compilation included."""
    page = browser.new_page()
    page.route(
        "**/*",
        lambda route: (
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
            if route.request.resource_type == "document"
            else route.abort()
        ),
    )
    page.goto(url)
    took, comments = page.evaluate(RUN, [(ROOT / f"extension/capture/{name}.js").read_text() for name in names])
    page.close()
    assert comments > 300
    return float(took)


if __name__ == "__main__":
    for what, figures in measure():
        print(f"{what:<58}{figures:>26}")
