"""Recaps in a real Chromium: axe finds nothing on phone and desk, by day and night, and nothing runs over the edge."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from tests.e2e.test_accessible_pages import violations
from tests.e2e.visiting import ARABIC, UNBROKEN, find_axe, page_of, visiting
from tests.following.served import FollowServed, make_cards
from tests.server.pages.live import Live, live

pytestmark = pytest.mark.e2e
MONDAY = datetime(2026, 2, 23, 9, tzinfo=UTC)
PAGES = {
    "a week": "/recap/2026-W09",
    "a day": "/recap/2026-02-23",
    "an empty week": "/recap/2026-W02",
    "the letter": "/recap/2026-W09.html",
}
VISITS = [(name, *view) for name in PAGES for view in ((390, "light"), (1280, "dark"))] + [("a week", 390, "dark")]


def prepare(served: FollowServed) -> None:
    """Six plain cards, one from the right, one whose words never end, in a week that is over."""
    served.now = datetime(2026, 3, 4, 12, tzinfo=UTC)
    served.save_all(make_cards(6, MONDAY))
    odd = [msgspec.structs.replace(card, generated_at=MONDAY) for card in (ARABIC, UNBROKEN)]
    for card in odd:
        served.save(card, url=f"https://example.org/{card.id}")
    served.keep_up()


@pytest.fixture(scope="module")
def site() -> Iterator[Live]:
    """A server with them."""
    with live(prepare, FollowServed) as running:
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


@pytest.mark.parametrize(("name", "width", "theme"), VISITS)
def test_axe_finds_nothing_and_nothing_runs_over(
    name: str, width: int, theme: str, site: Live, browser: Any, axe: str
) -> None:
    """The letter too, though its policy would let no script of a page's own run."""
    with page_of(
        browser, viewport={"width": width, "height": 900}, color_scheme=theme, bypass_csp=name == "the letter"
    ) as page:
        page.goto(site.address + PAGES[name])
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        assert violations(page, axe) == []


def test_the_letter_asks_for_nothing(site: Live, browser: Any) -> None:
    """Opened from a mail program it makes no request, not even for a font or an icon."""
    letter = site.served.client.get("/recap/2026-W09.html").text
    with page_of(browser) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.set_content(letter)
        page.wait_for_timeout(200)
        assert asked == []
        assert page.locator("h2 a, h3 a").count() == 7
        assert page.get_by_text("On the same:").count() == 1
