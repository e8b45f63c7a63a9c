"""axe-core in a real Chromium on every page we have, both themes, phone and desk: no violation of WCAG 2.2 AA."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from server.core.jobs import CardKey, FailedEvent, JobId, Problem, SectionEvent, StageEvent
from tests.e2e.visiting import ARABIC, BARE, CASE, find_axe, page_of, save_cards, visiting
from tests.server.api.served import Served, run
from tests.server.pages.live import Live, live
from tests.week import save_week

pytestmark = pytest.mark.e2e
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
}
PAGES = {
    "permalink": f"/c/{CASE.id}",
    "from the right": f"/c/{ARABIC.id}",
    "bare": f"/c/{BARE.id}",
    "version": f"/c/{CASE.id}/v/1",
    "source": f"/c/{CASE.id}/source/2",
    "embed": f"/embed/{CASE.id}",
    "embed of none": "/embed/0000000000000000",
    "front": "/",
    "front with a mistake": None,
    "community": "/r/LocalLLaMA",
    "category": "/category/release?before=2026-11-19",
    "search": "/search?q=harbour",
    "nothing found": "/search?q=nothing+of+the+kind",
    "growing": "/jobs/job-quillbase-01",
    "failed": "/jobs/job-that-failed",
    "error": "/c/0000000000000000",
}
# Each page on a phone by day and at a desk by night: a page takes axe a second. The permalink in all four.
VIEWS = ((390, "light"), (1280, "dark"), (390, "dark"), (1280, "light"))
VISITS = [(name, *view) for name in PAGES for view in (VIEWS if name == "permalink" else VIEWS[:2])]


def prepare(served: Served) -> None:
    """A week of cards, some odd ones, a job at work with half a card, and one that failed."""
    save_week(served)
    save_cards(served)
    job = served.job(state="working", attempt=1)
    partial = msgspec.structs.replace(CASE, status="partial", insight=None, discussion=None, disputed=())
    for event in (StageEvent("read", "started"), StageEvent("read", "done", "84"), SectionEvent("tldr", partial)):
        run(served.progress.publish(job.id, 1, event))
    problem = Problem(type="x", title="Closed", status=422, detail="Use the extension.", retryable=False)
    url = "https://b.example/"
    served.job(
        id=JobId("job-that-failed"), key=CardKey(url), url=url, state="failed", finished_at=served.now, error=problem
    )
    run(served.progress.publish(JobId("job-that-failed"), 1, FailedEvent(problem)))


@pytest.fixture(scope="module")
def site() -> Iterator[Live]:
    """A server with all of them."""
    with live(prepare) as running:
        yield running


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Its source."""
    return find_axe(tmp_path_factory.mktemp("axe"))


@pytest.fixture(scope="module")
def browser(site: Live, axe: str) -> Iterator[Any]:
    """One Chromium for the module; server and axe come first, for Playwright keeps the thread's loop."""
    with visiting() as chromium:
        yield chromium


def violations(page: Any, axe: str) -> list[str]:
    """What axe finds, a line each."""
    page.evaluate(axe)
    found = page.evaluate("rules => axe.run(document, rules)", RULES)
    assert found["passes"], "axe looked at nothing"
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def test_axe_would_find_something(browser: Any, axe: str) -> None:
    """Pale text, a small target, a nameless field, a language that is none."""
    with page_of(browser) as page:
        page.set_content(
            "<html lang=xx-nope><title>x</title><main><h1>x</h1><p style='color:#aaa;background:#fff'>pale</p><input>"
            "<a href=/1 style='font-size:9px'>1</a><br><a href=/2 style='font-size:9px'>2</a></main>"
        )
        found = " ".join(violations(page, axe))
        for rule in ("color-contrast", "label", "target-size", "html-lang-valid"):
            assert f"{rule}:" in found


@pytest.mark.parametrize(("name", "width", "theme"), VISITS)
def test_axe_finds_nothing(name: str, width: int, theme: str, site: Live, browser: Any, axe: str) -> None:
    """Contrast, names, roles, landmarks, headings, target sizes, languages."""
    with page_of(browser, viewport={"width": width, "height": 900}, color_scheme=theme) as page:
        page.goto(site.address + (PAGES[name] or "/"))
        if PAGES[name] is None:
            page.locator("#url").evaluate("field => field.type = 'text'")
            page.fill("#url", "not an address")
            page.click(".ask button")
            page.wait_for_selector("[role=alert]")
        page.evaluate("() => document.fonts.ready.then(() => true)")
        assert violations(page, axe) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_an_open_quotation(theme: str, site: Live, browser: Any, axe: str) -> None:
    """What a click opens is held to the same."""
    with page_of(browser, color_scheme=theme) as page:
        page.goto(f"{site.address}/c/{CASE.id}")
        page.locator("summary").first.click()
        page.locator("#takeaways .cite button").first.click()
        page.wait_for_selector(".pop:popover-open")
        assert violations(page, axe) == []
