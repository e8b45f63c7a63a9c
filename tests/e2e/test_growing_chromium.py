"""A card that grows before its reader's eyes in a real Chromium: nothing jumps or is lost, failing is told."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from server.core.jobs import CardEvent, Event, FailedEvent, Job, Problem, SectionEvent, StageEvent
from tests.e2e.visiting import CASE, page_of, visiting
from tests.server.api.served import Served
from tests.server.pages.live import Live, live

pytestmark = pytest.mark.e2e
HEAD = msgspec.structs.replace(CASE, status="partial", insight=None, discussion=None, disputed=())
MORE = msgspec.structs.replace(HEAD, insight=CASE.insight, disputed=CASE.disputed)
CLOSED = Problem(type="x", title="Closed", status=422, detail="Use the extension there.", retryable=False)


class Growing:
    """A job at work on a server of its own."""

    def __init__(self) -> None:
        self.site: Live
        self.job: Job

    def prepare(self, served: Served) -> None:
        """The finished card is in the store from the start; its job is not done."""
        served.save(CASE)
        self.job = served.job(state="working", attempt=1)

    @property
    def address(self) -> str:
        return f"{self.site.address}/jobs/{self.job.id}"

    def tell(self, *events: Event) -> None:
        """Publish."""
        for event in events:
            self.site.run(self.site.served.progress.publish(self.job.id, 1, event))

    def end(self, **changes: Any) -> None:
        """The job's row has an end."""
        ended = msgspec.structs.replace(self.job, finished_at=self.site.served.now, **changes)
        self.site.run(self.site.served.store.save_job(ended))


@pytest.fixture
def growing() -> Iterator[Growing]:
    """A job that has read its thread."""
    growing = Growing()
    with live(growing.prepare) as growing.site:
        growing.tell(StageEvent("read", "started"), StageEvent("read", "done", "84 of 312 comments"))
        yield growing


@pytest.fixture
def browser(growing: Growing) -> Iterator[Any]:
    """A Chromium."""
    with visiting() as chromium:
        yield chromium


def place_of(page: Any, selector: str) -> float:
    """How far below the window's top something stands."""
    return float(page.locator(selector).first.bounding_box()["y"])


def test_it_grows_without_a_jump_and_becomes_the_card(growing: Growing, browser: Any) -> None:
    """Place, focus and an open fold survive every drawing; the card takes over at its own address."""
    with page_of(browser, viewport={"width": 1280, "height": 700}) as page:
        page.goto(growing.address)
        page.get_by_text("84 of 312 comments").wait_for()
        assert page.locator("h1").inner_text() == "Making the card"
        growing.tell(StageEvent("search", "started"), SectionEvent("tldr", HEAD))
        page.locator(".tldr").wait_for()
        assert page.locator("h1").all_inner_texts() == [CASE.headline.text]
        page.locator("#source-5 summary").click()
        page.locator("#source-4 .ways a").first.focus()
        page.evaluate("window.kept = document.activeElement")
        before = place_of(page, "#source-4")
        growing.tell(StageEvent("search", "done", "41 pages"), SectionEvent("takeaways", MORE))
        page.locator("#takeaways").wait_for(state="attached")
        assert page.evaluate("document.activeElement === window.kept")
        assert abs(place_of(page, "#source-4") - before) < 2
        assert page.locator("#source-5 details").get_attribute("open") is not None
        growing.end(state="done", card_id=CASE.id)
        growing.tell(CardEvent(CASE))
        page.locator(".colophon").wait_for(state="attached")
        assert page.url.startswith(f"{growing.site.address}/c/{CASE.id}-")
        assert page.evaluate("document.activeElement === window.kept")
        assert abs(place_of(page, "#source-4") - before) < 2
        assert page.locator("h1").all_inner_texts() == [CASE.headline.text]
        assert page.locator("#making").count() == 0
        assert page.locator(".exports button").first.is_visible()
        assert page.title().startswith(CASE.headline.text)
        page.reload()
        assert page.locator("#discussion").count() == 1


def test_what_happens_is_told_politely_and_once(growing: Growing, browser: Any) -> None:
    """One line a step for a screen reader, and the end."""
    with page_of(browser) as page:
        page.goto(growing.address)
        assert page.locator("#told").get_attribute("role") == "status"
        growing.tell(StageEvent("search", "started"))
        page.locator("#told").get_by_text("Search the web").wait_for(state="attached")
        growing.tell(StageEvent("search", "done", "41 pages"), StageEvent("fetch", "started", "3 of 12 pages"))
        page.locator("#told").get_by_text("Fetch pages: 3 of 12 pages").wait_for(state="attached")
        growing.end(state="done", card_id=CASE.id)
        growing.tell(CardEvent(CASE))
        page.locator("#told").get_by_text("The card is ready").wait_for(state="attached")


def test_failing_shows_the_next_step(growing: Growing, browser: Any) -> None:
    """The reason, what to do, and a way to try again; what had grown stays."""
    with page_of(browser) as page:
        page.goto(growing.address)
        growing.tell(SectionEvent("tldr", HEAD))
        page.locator(".tldr").wait_for()
        growing.end(state="failed", error=CLOSED)
        growing.tell(FailedEvent(CLOSED))
        alert = page.get_by_role("alert")
        alert.wait_for()
        assert "Use the extension there." in alert.inner_text()
        assert alert.get_by_role("button").inner_text() == "Try again"
        assert page.locator(".tldr").is_visible()


def test_without_scripts_it_reloads_until_the_card_is_there(growing: Growing, browser: Any) -> None:
    """The browser is sent on by itself."""
    with page_of(browser, java_script_enabled=False) as page:
        page.goto(growing.address)
        assert page.locator("h1").inner_text() == "Making the card"
        growing.tell(SectionEvent("tldr", HEAD))
        page.locator(".tldr").wait_for()
        growing.end(state="done", card_id=CASE.id)
        growing.tell(CardEvent(CASE))
        page.locator(".colophon").wait_for()
        assert f"/c/{CASE.id}-" in page.url
