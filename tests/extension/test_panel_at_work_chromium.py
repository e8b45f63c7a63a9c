"""A card in the making, and what keeps it from being made: one real Chromium, a server that plays a script."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.extension.conftest import Browser, StubServer, card, claim, job
from tests.extension.panels import ARTICLE, browser, chromium, stage, text_of

pytestmark = pytest.mark.e2e
__all__ = ["browser", "chromium"]


def test_sections_appear_while_stages_go_on(browser: Browser, server: StubServer) -> None:
    """What grew before the card was whole is drawn in place; a partial card has no address and no verdict yet."""
    partial = card(status="partial")
    server.script.events = [
        stage("1-1", "read", "done", "9 of 14 comments"),
        ("1-2", "section", {"section": "headline", "card": partial}),
        stage("1-3", "verify", "started", "12 claims"),
        ("1-4", "wait", None),
        ("1-5", "card", {"card": card()}),
    ]
    panel = browser.open_panel(ARTICLE)
    panel.locator("[data-stage=verify][data-state=working]").wait_for()
    assert text_of(panel, "[data-stage=read]") == "Read the thread , done 9 of 14 comments"
    assert text_of(panel, ".headline") == card()["headline"]["text"]
    assert panel.locator("#permalink, .proof, #report").count() == 0
    assert text_of(panel, "#announcer") == "Check every claim: 12 claims"
    server.go_on()
    panel.locator("body[data-state=card] #permalink").wait_for()
    assert text_of(panel, "#announcer") == f"The card is ready: {card()['headline']['text']}"


def test_reopening_the_panel_resumes_the_job(browser: Browser, server: StubServer) -> None:
    """The job's id is in storage: nothing is posted twice, and its snapshot brings the panel up to date."""
    server.script.events = [stage("1-1", "read", "started"), ("1-2", "wait", None)]
    first = browser.open_panel(ARTICLE)
    first.locator("[data-stage=read][data-state=working]").wait_for()
    first.close()

    half = card(status="partial", headline=claim("Half a card"))
    snapshot = {"job": job(state="working", stage="verify"), "card": half}
    server.script.events = [("2-1", "snapshot", snapshot), ("2-2", "wait", None), ("2-3", "card", {"card": card()})]
    second = browser.open_panel()
    second.locator("[data-stage=verify][data-state=working]").wait_for()
    assert text_of(second, ".headline") == "Half a card"
    assert text_of(second, ".sent") == "Sent: the page’s address."
    server.go_on()
    server.go_on()

    second.locator("body[data-state=card]").wait_for()
    assert len(server.posts()) == 1
    second.close()
    third = browser.open_panel()
    server.script.known_card = card()
    third.locator("body[data-state=error], body[data-state=card]").wait_for()
    assert server.received[-1].path == "/api/v1/cards/k2-card"


def test_a_job_the_server_forgot_says_so(browser: Browser, server: StubServer) -> None:
    """A lost job is no dead end: it is made again, and not asked for a second time."""
    server.script.events = [stage("1-1", "read", "started"), ("1-2", "wait", None)]
    first = browser.open_panel(ARTICLE)
    first.locator("[data-stage=read][data-state=working]").wait_for()
    first.close()
    server.script.is_job_lost = True

    second = browser.open_panel()
    assert text_of(second, ".problem h1") == "This job is lost"
    second.close()
    third = browser.open_panel()
    third.locator("body[data-state=empty]").wait_for()


def test_a_broken_stream_is_taken_up_behind_its_last_event(browser: Browser, server: StubServer) -> None:
    """The second connection names the last event it has, and the key goes with every request."""
    server.script.events = [
        stage("1-1", "read", "done", "9 of 14 comments"),
        ("1-2", "hang-up", None),
        stage("1-3", "search", "started"),
        ("1-4", "card", {"card": card()}),
    ]
    browser.set_server(server.address, key="reader-key")
    panel = browser.open_panel(ARTICLE)
    panel.locator("body[data-state=card]").wait_for()

    assert [request.headers.get("Last-Event-ID") for request in server.streams()] == [None, "1-1"]
    assert {request.headers.get("Authorization") for request in server.received} == {"Bearer reader-key"}


def test_a_lost_network_is_waited_for_and_taken_up_at_once(browser: Browser, server: StubServer) -> None:
    """Offline is said; back online the same job goes on, without a second post."""
    server.script.events = [stage("1-1", "read", "done"), ("1-2", "hang-up", None), ("1-3", "card", {"card": card()})]
    panel = browser.context.new_page()
    panel.add_init_script("Object.defineProperty(Navigator.prototype, 'onLine', {get: () => window.isOnline ?? false})")
    panel.goto(f"chrome-extension://{browser.extension_id}/panel/panel.html{ARTICLE}")
    panel.locator("#connection", has_text="You are offline").wait_for()
    assert len(server.streams()) == 1
    panel.evaluate("window.isOnline = true; window.dispatchEvent(new Event('online'))")
    panel.locator("body[data-state=card]").wait_for()
    assert (len(server.posts()), len(server.streams())) == (1, 2)


def test_cancelling_tells_the_server_and_stops(browser: Browser, server: StubServer) -> None:
    """A cancelled job is deleted, and reopening does not bring it back."""
    server.script.events = [stage("1-1", "read", "started"), ("1-2", "wait", None)]
    panel = browser.open_panel(ARTICLE)
    panel.locator("#cancel").click()

    assert text_of(panel, ".problem h1") == "Cancelled"
    assert [request.path for request in server.received if request.method == "DELETE"] == ["/api/v1/jobs/job-1"]


# ---- what goes wrong --------------------------------------------------------------------------------


def test_a_server_that_is_down_is_named_with_a_way_to_the_options(browser: Browser, server: StubServer) -> None:
    """The address, the next step, and a button that tries again."""
    server.close()
    panel = browser.open_panel(ARTICLE)

    assert text_of(panel, ".problem h1") == "The Threadproof server does not answer"
    assert server.address in text_of(panel, ".problem p")
    assert panel.locator("#retry").is_visible()
    with browser.context.expect_page() as options:
        panel.locator("#open-options").click()
    assert options.value.url.endswith("/options/options.html")


REFUSALS: list[tuple[dict[str, Any], str, set[str]]] = [
    (
        {"type": "unauthorized", "title": "The access key is not valid", "detail": "Copy it whole.", "status": 401},
        "The access key is not valid",
        {"open-options"},
    ),
    ({"status": 401}, "The server does not know this access key", {"open-options"}),
    (
        {"type": "forbidden", "title": "Not allowed", "detail": "Posting needs a key.", "status": 403},
        "Not allowed",
        {"open-options"},
    ),
    (
        {"type": "thread-private", "title": "The thread cannot be read", "detail": "It is private.", "status": 422},
        "The thread cannot be read",
        {"open-thread"},
    ),
    (
        {"type": "x", "title": "This community asked not to be read", "detail": "Choose another.", "status": 422},
        "This community asked not to be read",
        set(),
    ),
    ({"status": 500, "retryable": True}, "Something went wrong 500", {"retry"}),
]


@pytest.mark.parametrize(("refusal", "title", "steps"), REFUSALS, ids=lambda value: str(value)[:50])
def test_a_refusal_shows_its_title_and_its_next_step(
    refusal: dict[str, Any], title: str, steps: set[str], browser: Browser, server: StubServer
) -> None:
    """What the server says is what the reader sees, ours where it said nothing; only buttons that help."""
    server.script.refusal = {"retryable": False, **refusal}
    panel = browser.open_panel(ARTICLE)
    assert text_of(panel, ".problem h1") == title
    assert text_of(panel, ".problem p")
    shown = panel.locator(".problem .actions > *").evaluate_all("steps => steps.map(step => step.id)")
    assert set(shown) == steps


def test_a_server_that_wants_a_pause_is_given_it(browser: Browser, server: StubServer) -> None:
    """The button counts down what Retry-After asks for and can be pressed then."""
    server.script.refusal = {"type": "too-many-requests", "title": "Too many", "status": 429, "retryable": True}
    server.script.retry_after = "2"
    panel = browser.open_panel(ARTICLE)
    button = panel.locator("#retry")
    assert re.fullmatch(r"Try again in [12]s", button.inner_text())
    assert button.is_disabled()
    server.script = type(server.script)(known_card=card())
    panel.locator("#retry:enabled", has_text="Try again").click()
    panel.locator("body[data-state=card]").wait_for()


def test_a_failed_job_can_be_tried_again(browser: Browser, server: StubServer) -> None:
    """A retryable problem keeps its button, and the button starts over."""
    problem = {
        "type": "model-unavailable",
        "title": "The model did not answer",
        "detail": "Try again in a minute.",
        "status": 503,
        "retryable": True,
    }
    server.script.events = [stage("1-1", "read", "done"), ("1-2", "failed", problem)]
    panel = browser.open_panel(ARTICLE)
    assert text_of(panel, ".problem h1") == "The model did not answer"

    server.script.events = [("1-1", "card", {"card": card()})]
    panel.locator("#retry").click()

    panel.locator("body[data-state=card]").wait_for()
    assert len(server.posts()) == 2


def test_what_is_no_card_is_not_shown(browser: Browser, server: StubServer) -> None:
    """An answer out of shape is refused whole, wherever the fault stands."""
    broken = card()
    del broken["sources"][0]["sha256"]
    server.script.known_card = broken
    panel = browser.open_panel(ARTICLE)
    assert text_of(panel, ".problem h1") == "The server’s card is not whole"
    assert panel.locator(".card").count() == 0
