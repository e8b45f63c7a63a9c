"""A card's page as readers meet it in a real Chromium: by mouse, keys and finger, narrow and wide, without scripts."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.visiting import ARABIC, BARE, CASE, UNBROKEN, page_of, save_cards, visiting
from tests.server.pages.live import Live, live

pytestmark = pytest.mark.e2e
PERMALINK = f"/c/{CASE.id}"
QUOTE = CASE.sources[4].quotes[0].text  # what the second takeaway's first citation quotes
CITE = "#takeaways li:nth-child(2) .cite >> nth=0"
CHARACTERS_A_LINE = """() => {
    const full = [];
    for (const says of document.querySelectorAll('#takeaways .says')) {
        const lines = new Map();
        const range = document.createRange();
        const text = says.lastChild;
        for (let at = 0; at < text.length; at++) {
            range.setStart(text, at); range.setEnd(text, at + 1);
            const top = Math.round(range.getBoundingClientRect().top);
            lines.set(top, (lines.get(top) || 0) + 1);
        }
        full.push(...[...lines.values()].slice(0, -1));
    }
    return full;
}"""


@pytest.fixture(scope="module")
def site() -> Iterator[Live]:
    """A server with the invented cards."""
    with live(save_cards) as running:
        yield running


@pytest.fixture(scope="module")
def browser(site: Live) -> Iterator[Any]:
    """One Chromium for the module; the server comes first, for Playwright keeps the thread's loop."""
    with visiting() as chromium:
        yield chromium


def shown(page: Any) -> list[str]:
    """The quotations that stand open."""
    return [pop.inner_text() for pop in page.locator(".pop").all() if pop.is_visible()]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_quotation_shows_by_hover_by_keys_and_by_click(scripts: bool, site: Live, browser: Any) -> None:
    """And goes again; none of it needs a script."""
    with page_of(browser, java_script_enabled=scripts, viewport={"width": 1280, "height": 900}) as page:
        page.goto(site.address + PERMALINK)
        cite = page.locator(CITE)
        assert shown(page) == []
        cite.hover()
        assert [QUOTE in text for text in shown(page)] == [True]
        page.locator("h1").hover()
        assert shown(page) == []
        cite.locator("button").focus()
        assert [QUOTE in text for text in shown(page)] == [True]
        page.keyboard.press("Tab")
        assert len(shown(page)) == 1
        assert QUOTE not in "".join(shown(page)), "one stop a citation"
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.locator(":focus").inner_text() == "Read it at the source"
        assert [QUOTE in text for text in shown(page)] == [True]
        page.locator("h1").click()
        cite.locator("button").click()
        page.locator("h1").hover()
        assert [QUOTE in text for text in shown(page)] == [True], "a click lets it stay"
        page.keyboard.press("Escape")
        page.locator("h1").click()
        assert shown(page) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_tap_shows_a_quotation_and_a_tap_elsewhere_closes_it(scripts: bool, site: Live, browser: Any) -> None:
    """On a phone it is a sheet within the screen."""
    phone = {"width": 390, "height": 800}
    with page_of(browser, java_script_enabled=scripts, viewport=phone, has_touch=True, is_mobile=True) as page:
        page.goto(site.address + PERMALINK)
        page.locator(CITE).locator("button").tap()
        assert [QUOTE in text for text in shown(page)] == [True]
        box = page.locator(CITE).locator(".pop").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert box["y"] + box["height"] <= 800
        page.locator("h1").tap()
        assert shown(page) == []


def test_escape_takes_a_quotation_away_that_the_keyboard_showed(site: Live, browser: Any) -> None:
    """Without moving on (WCAG 1.4.13); leaving and coming back shows it again."""
    with page_of(browser) as page:
        page.goto(site.address + PERMALINK)
        page.locator(CITE).locator("button").focus()
        assert shown(page) != []
        page.keyboard.press("Escape")
        assert shown(page) == []
        assert page.evaluate("document.activeElement.tagName") == "BUTTON"
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        assert shown(page) != []


def test_without_scripts_everything_can_be_followed(site: Live, browser: Any) -> None:
    """From a sentence to its passage in our stored text and back; folds open; versions; no dead button."""
    with page_of(browser, java_script_enabled=False) as page:
        page.goto(site.address + PERMALINK)
        assert not page.locator("[data-copy], [data-copy-from]").first.is_visible()
        page.locator(CITE).locator("button").click()
        page.locator(CITE).get_by_text("In context").click()
        assert page.locator("section:target mark").inner_text() == QUOTE
        page.get_by_text("Back to the card").click()
        assert page.locator("#source-5:target").count() == 1
        fold = page.locator("#source-5 details")
        fold.locator("summary").click()
        assert fold.locator("blockquote").last.is_visible()
        page.get_by_role("link", name="version 1").click()
        assert "This is version 1" in page.locator(".notice").last.inner_text()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_visit_asks_nobody_else_and_costs_little(scripts: bool, site: Live, browser: Any) -> None:
    """Every request goes to us and is answered; under 60 KB, ten requests and 1,000 nodes."""
    with page_of(browser, java_script_enabled=scripts) as page:
        requests: list[Any] = []
        complaints: list[str] = []
        page.on("request", lambda request: requests.append(request))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(site.address + PERMALINK, wait_until="networkidle")
        kept = [request for request in requests if request.response().status == 200]
        wire = sum(request.sizes()["responseBodySize"] for request in kept)
        assert all(request.url.startswith(site.address) for request in requests)
        assert {request.response().status for request in requests} <= {200, 301}
        assert complaints == []
        assert wire < 60_000
        assert len(requests) <= 10


@pytest.mark.parametrize("card", [CASE, ARABIC, BARE, UNBROKEN], ids=["whole", "from the right", "bare", "unbroken"])
@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1920])
def test_nothing_stands_out_at_the_side(width: int, card: Any, site: Live, browser: Any) -> None:
    """No page scrolls sideways, however narrow the screen (WCAG 1.4.10) or long a word."""
    with page_of(browser, viewport={"width": width, "height": 800}) as page:
        for path in (f"/c/{card.id}", f"/embed/{card.id}", f"/c/{card.id}/source/2", "/"):
            page.goto(site.address + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_lines_have_a_length_that_reads_well(site: Live, browser: Any) -> None:
    """Some 65 characters at a desk, whatever its width."""
    for width in (768, 1000, 1280, 1920):
        with page_of(browser, viewport={"width": width, "height": 900}) as page:
            page.goto(site.address + PERMALINK)
            page.evaluate("() => document.fonts.ready.then(() => true)")
            lines = page.evaluate(CHARACTERS_A_LINE)
            assert 52 <= sum(lines) / len(lines) <= 72, (width, lines)
            assert max(lines) <= 78


def test_paper_shows_every_quotation_and_no_button(site: Live, browser: Any) -> None:
    """What is folded on the screen stands open in print, with the sources' addresses."""
    with page_of(browser, viewport={"width": 800, "height": 1000}) as page:
        page.goto(site.address + PERMALINK)
        page.emulate_media(media="print")
        assert all(quote.bounding_box()["height"] > 0 for quote in page.locator("blockquote").all())
        assert not any(button.is_visible() for button in page.locator(".tools button, .exports, summary").all())
        address = page.locator(".source h3 a").nth(1).evaluate("link => getComputedStyle(link, '::after').content")
        assert CASE.sources[1].url in address


def test_wishes_of_the_reader_are_kept(site: Live, browser: Any) -> None:
    """Less motion: none moves. Forced colours: the strip of marks can still be told from the page."""
    with page_of(browser, reduced_motion="reduce", forced_colors="active", color_scheme="dark") as page:
        page.goto(site.address + PERMALINK)
        moving = "() => document.getAnimations().length"
        assert page.evaluate(moving) == 0
        colours = page.evaluate(
            "() => [getComputedStyle(document.querySelector('.proof .supported')).stroke,"
            " getComputedStyle(document.body).backgroundColor]"
        )
        assert colours[0] != colours[1]


def test_the_keyboard_sees_where_it_is_and_skips_to_the_text(site: Live, browser: Any) -> None:
    """The first stop leads past the masthead; every stop shows its outline."""
    with page_of(browser) as page:
        page.goto(site.address + PERMALINK)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
        assert page.locator(".skip").bounding_box()["x"] >= 0
        for _ in range(40):
            page.keyboard.press("Tab")
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", page.evaluate("document.activeElement.outerHTML")


def test_the_link_and_the_markdown_can_be_copied(site: Live, browser: Any) -> None:
    """A button each, which says that it has worked."""
    with page_of(browser, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(site.address + PERMALINK)
        for name, beginning in (("Copy link", f"{site.address}/c/{CASE.id}-"), ("Copy as Markdown", "# ")):
            button = page.get_by_role("button", name=name).last
            button.click()
            page.get_by_role("status").get_by_text("Copied").wait_for()
            assert page.evaluate("navigator.clipboard.readText()").startswith(beginning)
            page.get_by_role("status").evaluate("told => told.textContent = ''")


def test_anyone_may_frame_the_compact_card_and_nobody_the_rest(site: Live, browser: Any) -> None:
    """Its links open a tab of their own, which cannot reach back."""
    with page_of(browser) as page:
        frames = "".join(f"<iframe src={site.address}{path}></iframe>" for path in (f"/embed/{CASE.id}", PERMALINK))
        page.route("http://blog.example/**", lambda route: route.fulfill(body=frames, content_type="text/html"))
        page.goto("http://blog.example/post")
        embed, rest = page.frames[1], page.frames[2]
        embed.wait_for_selector("h1")
        assert CASE.headline.text in embed.locator("h1").inner_text()
        assert CASE.headline.text not in rest.content()
        with page.context.expect_page() as opened:
            embed.locator("h1 a").click()
        opened.value.wait_for_selector(".opening")
        assert opened.value.url.startswith(f"{site.address}{PERMALINK}-")
        assert opened.value.evaluate("window.opener") is None
