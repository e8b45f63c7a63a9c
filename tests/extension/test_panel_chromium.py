"""The panel and its pages in one real Chromium, against a server that plays a script."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.extension.conftest import Browser, StubServer, card, claim, job, running_chromium
from tests.processes import soon
from tests.server.pages.hostile import STRINGS, shared_rows

pytestmark = pytest.mark.e2e

ARTICLE = "?url=https://example.org/article"
CASE = json.loads((Path(__file__).parents[1] / "cases/card.json").read_text("utf-8"))


def stage(event_id: str, name: str, state: str, note: str | None = None) -> tuple[str, str, Any]:
    """A stage event."""
    return event_id, "stage", {"stage": name, "state": state, "note": note}


def text_of(page: Any, selector: str) -> str:
    """What an element says, white space folded."""
    return re.sub(r"\s+", " ", page.locator(selector).first.inner_text()).strip()


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


def set_options(browser: Browser, server: StubServer, **settings: Any) -> None:
    """Settings as the options page stores them."""
    given = {"v": 2, "server": server.address, **settings}
    browser.worker.evaluate("settings => chrome.storage.local.set({settings})", given)


# ---- a card that is there ---------------------------------------------------------------------------


def test_a_known_card_is_shown_in_one_round_trip(browser: Browser, server: StubServer) -> None:
    """No job, no stream: headline, badges, facts, sources, and how it was made."""
    server.script.known_card = card()
    panel = browser.open_panel(ARTICLE)

    assert text_of(panel, ".headline") == "Brewline’s K2 kettle now refuses other makers’ descalers"
    assert panel.locator(".badges li").all_inner_texts() == ["r/BrewlineKettles", "reddit.com", "Incident"]
    facts = text_of(panel, ".facts")
    for told in ("12 of 14 claims supported, 2 dropped", "Fresh", "9 of 14 comments read", "made in 4s"):
        assert told in facts
    assert "the thread says" in text_of(panel, ".section-discussion")
    assert "no model wrote here" in text_of(panel, ".closing")
    assert [request.path for request in server.received] == ["/api/v1/cards"]
    assert text_of(panel, ".sent") == "Sent: the page’s address."


def test_a_citation_opens_its_quotation_with_the_ways_to_it(browser: Browser, server: StubServer) -> None:
    """By mouse and by key; Escape closes it and the focus is where it was."""
    server.script.known_card = card()
    panel = browser.open_panel(ARTICLE)
    citation = panel.locator(".headline ~ .apparatus .cite button").first
    citation.click()
    pop = panel.locator(".pop:popover-open")
    assert "certified cartridges only" in pop.inner_text()
    assert pop.locator(".at-source").get_attribute("href") == card()["sources"][1]["quotes"][0]["url"]
    assert pop.locator(".in-context").get_attribute("href") == f"{server.address}/c/k2-card/source/2#q-a"
    assert pop.locator("a").first.get_attribute("rel") == "noopener noreferrer"

    panel.keyboard.press("Escape")
    assert panel.locator(".pop:popover-open").count() == 0
    citation.focus()
    panel.keyboard.press("Enter")
    assert panel.locator(".pop:popover-open").count() == 1


def test_whoever_is_quoted_is_named_before_the_sentence_even_in_headline_and_hook(
    browser: Browser, server: StubServer
) -> None:
    """A label is attribution: an opinion without it would pass for a fact."""
    hook = claim("The hold is a good default.") | {"label": "Ines Okerveld"}
    headline = claim("The kettle refuses other descalers") | {"label": "Brewline"}
    server.script.known_card = card(headline=headline, hook=hook)
    panel = browser.open_panel(ARTICLE)

    assert text_of(panel, ".headline") == "Brewline: The kettle refuses other descalers"
    assert text_of(panel, ".hook .says") == "Ines Okerveld: The hold is a good default."


def test_a_card_can_be_copied_and_opened(browser: Browser, server: StubServer) -> None:
    """Link and Markdown go to the clipboard; the permalink is the reader's own server's if no other may be followed."""
    server.script.known_card = card()
    browser.context.grant_permissions(["clipboard-read", "clipboard-write"])
    panel = browser.open_panel(ARTICLE)

    assert panel.locator("#permalink").get_attribute("href") == f"{server.address}/c/k2-card"
    panel.locator("#copy-link").click()
    panel.locator(".copied", has_text="Copied").wait_for()
    assert panel.evaluate("navigator.clipboard.readText()") == f"{server.address}/c/k2-card"
    panel.locator("#copy-markdown").click()
    panel.locator(".copied", has_text="Markdown copied").wait_for()
    assert panel.evaluate("navigator.clipboard.readText()") == "# The card\n\n[^1]: A quotation."
    assert "Only this computer" in text_of(panel, ".card-actions")


def test_a_card_is_made_anew_and_a_failure_leads_back_to_it(browser: Browser, server: StubServer) -> None:
    """Refresh asks for the thread once more; when nothing comes of it the old card is one button away."""
    server.script.known_card = card()
    panel = browser.open_panel(ARTICLE)
    panel.locator("#refresh").wait_for()
    server.script.refusal = {"type": "x", "title": "Not now", "detail": "Later.", "status": 503, "retryable": True}
    panel.locator("#refresh").click()
    panel.locator("body[data-state=error]").wait_for()
    assert server.posts()[1] == {"url": card()["thread"]["url"], "refresh": True}
    panel.locator("#back").click()
    assert panel.locator("body[data-state=card] .headline").is_visible()


def test_what_changed_is_told_since_the_version_the_reader_had(browser: Browser, server: StubServer) -> None:
    """The first version seen is kept in the history; a later one is held against it."""
    server.script.known_card = card()
    first = browser.open_panel(ARTICLE)
    first.locator("#permalink").wait_for()
    assert first.locator("#changes").count() == 0
    first.close()

    server.script.earlier_card = card()
    news = claim("Brewline takes the lock back")
    server.script.known_card = card(version=4, headline=news)
    second = browser.open_panel(ARTICLE)
    second.locator("#changes").click()
    second.locator("dialog .added").wait_for()
    assert server.received[-1].path == "/api/v1/cards/k2-card?version=1"
    assert "Brewline takes the lock back" in text_of(second, "dialog .added")
    assert "now refuses other makers’ descalers" in text_of(second, "dialog .dropped")


def test_a_claim_is_reported_with_reason_and_sources(browser: Browser, server: StubServer) -> None:
    """What is missing is said first; a server without corrections says so politely, one with them thanks."""
    server.script.known_card = card()
    panel = browser.open_panel(ARTICLE)
    panel.locator("#report").click()
    panel.locator("#send-correction").click()
    assert text_of(panel, ".said") == "Choose the claim."
    sentence = card()["tldr"]["what_changed"]["text"]
    panel.locator("#doubted").select_option(sentence)
    panel.locator("#reason").fill("It is version 4.2.")
    panel.locator("#sources").fill("javascript:alert(1)")
    panel.locator("#send-correction").click()
    assert text_of(panel, ".said").startswith("That is no web address")
    panel.locator("#sources").fill("https://support.brewline.example/notices/k2-4-2\n https://b.example/ ")
    panel.locator("#send-correction").click()
    panel.locator(".said", has_text="does not take corrections yet").wait_for()

    server.script.takes_corrections = True
    panel.locator("#send-correction").click()
    panel.locator(".said[data-state=good]").wait_for()
    sent = server.received[-1]
    assert (sent.method, sent.path) == ("POST", "/api/v1/cards/k2-card/corrections")
    assert sent.body == {
        "claim": sentence,
        "reason": "It is version 4.2.",
        "sources": ["https://support.brewline.example/notices/k2-4-2", "https://b.example/"],
    }


def test_the_history_is_local_and_can_be_forgotten(browser: Browser, server: StubServer) -> None:
    """A card the reader had is listed, offered by the empty panel, and gone when the reader wants it gone."""
    server.script.known_card = card()
    panel = browser.open_panel(ARTICLE)
    panel.locator("#permalink").wait_for()
    soon(lambda: browser.worker.evaluate("chrome.storage.local.get('history')").get("history"))
    panel.locator(".wordmark").click()
    panel.locator("body[data-state=empty] .recent-card").click()
    panel.locator("body[data-state=card]").wait_for()

    with browser.context.expect_page() as opened:
        panel.locator("#history").click()
    history = opened.value
    assert text_of(history, ".visits li a") == card()["headline"]["text"]
    assert history.locator(".visits a").get_attribute("href") == f"{server.address}/c/k2-card"
    history.locator("#forget-all").click()
    history.locator("h2", has_text="No cards yet").wait_for()
    assert browser.worker.evaluate("chrome.storage.local.get('history')") == {"history": []}
    assert all("history" not in request.path for request in server.received)


# ---- a card in the making ---------------------------------------------------------------------------


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


# ---- strangers' strings -----------------------------------------------------------------------------


def poisoned(texts: Iterator[str], value: Any, key: str = "") -> Any:
    """The invented card with a hostile string for every text, and a hostile address for every address."""
    if isinstance(value, dict):
        fixed = ("kind", "id", "quote", "support", "status", "visibility", "freshness", "via", "verified", "writer")
        return {
            name: item
            if name in fixed or name.endswith("_at") or name == "fresh_until"
            else poisoned(texts, item, name)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [poisoned(texts, item, key) for item in value]
    if key in ("url", "permalink", "links"):
        return "javascript:document.title='owned'"
    return next(texts) if isinstance(value, str) else value


def test_hostile_strings_stay_strings(browser: Browser, server: StubServer) -> None:
    """Markup in any field is shown, not obeyed; links lead to our own server alone; nothing is asked of others."""
    strings = [*STRINGS, *(text for name in ("xss_strings", "naughty_strings") for _, text in shared_rows(name))]
    asked: list[str] = []
    panel = browser.open_panel("?url=https://example.org/article")
    panel.locator("body[data-state=working], body[data-state=error]").wait_for()
    panel.on("request", lambda request: asked.append(request.url))
    panel.on("dialog", lambda dialog: pytest.fail(f"a string ran: {dialog.message}"))
    for at in range(0, len(strings), 100):
        texts = strings[at : at + 100]
        given = iter(texts * 3 + strings)
        server.script.known_card = poisoned(given, CASE) | {"lang": "en"}
        panel.evaluate("location.reload()")
        panel.locator("body[data-state=card]").wait_for()
        assert (
            panel.locator("main :is(img, script, iframe, object, embed, svg svg, math, style, base, form)").count() == 0
        )
        links = panel.locator("main a").evaluate_all("links => links.map(link => link.href)")
        assert all(link.startswith(server.address) for link in links), links
        handlers = "elements => elements.flatMap(one => one.getAttributeNames()).filter(name => name.startsWith('on'))"
        assert panel.locator("main *").evaluate_all(handlers) == []
    assert panel.title() == "Threadproof"
    own = (server.address, f"chrome-extension://{browser.extension_id}/")
    assert [url for url in asked if not url.startswith(own)] == []


# ---- options, preview, first page -------------------------------------------------------------------


def open_page(browser: Browser, path: str) -> Any:
    """One of the extension's own pages."""
    page = browser.context.new_page()
    page.goto(f"chrome-extension://{browser.extension_id}/{path}")
    return page


def test_the_options_page_saves_and_tests_the_server(browser: Browser, server: StubServer) -> None:
    """One button stores the address in its one spelling and says whether anyone answers there."""
    options = open_page(browser, "options/options.html")
    assert soon(lambda: options.locator("#server").input_value() == server.address)  # read from its storage

    options.locator("#server").fill(f" {server.address}/ ")
    options.locator("#key").fill("reader-key")
    options.locator("#save").click()
    options.locator("#result[data-state=good]").wait_for()

    assert text_of(options, "#result") == f"Connected to {server.address}."
    stored = browser.worker.evaluate("chrome.storage.local.get('settings')")["settings"]
    assert (stored["server"], stored["key"]) == (server.address, "reader-key")

    options.locator("#server").fill("ftp://example.org")
    options.locator("#save").click()
    assert text_of(options, "#result") == "That is no http or https address."
    server.close()
    options.locator("#server").fill(server.address)
    options.locator("#save").click()
    options.locator("#result", has_text="nothing answers").wait_for()


def test_choices_are_kept_and_reach_the_panel(browser: Browser, server: StubServer) -> None:
    """Theme before the first paint, language with the request, switches in storage."""
    options = open_page(browser, "options/options.html")
    soon(lambda: options.locator("#lang option").count() > 5)
    options.locator("[name=theme][value=dark]").check()
    options.locator("#lang").select_option("de")
    options.locator("#preview").check()
    wanted = {"theme": "dark", "lang": "de", "preview": True}
    stored = "chrome.storage.local.get('settings')"
    assert soon(lambda: browser.worker.evaluate(stored)["settings"].items() >= wanted.items())

    server.script.known_card = card()
    panel = browser.open_panel(ARTICLE)
    panel.locator("body[data-state=card]").wait_for()
    assert server.posts() == [{"url": "https://example.org/article", "lang": "de"}]
    assert panel.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 20, 18)"
    options.locator("[name=theme][value=auto]").check()


def test_what_would_be_sent_is_shown_first_where_the_reader_wants_that(browser: Browser, server: StubServer) -> None:
    """To the letter; the address alone is one of the choices, nothing another."""
    set_options(browser, server, preview=True)
    server.script.known_card = card()
    capture = {
        "v": 1,
        "url": "https://a.example/",
        "captured_at": "2026-11-24T09:00:00Z",
        "via": "dom",
        "html": "<p>x</p>",
    }
    seen = {"url": "https://a.example/", "title": "T", "kind": "thread", "capture": capture}
    seen["counts"] = {"comments": 1, "total": 3}
    panel = browser.context.new_page()
    panel.add_init_script(f"chrome.runtime.sendMessage = async () => ({json.dumps(seen)})")
    panel.goto(f"chrome-extension://{browser.extension_id}/panel/panel.html?url=https://a.example/")
    panel.locator("#send-capture").wait_for()
    assert "The post and 1 comment, 8 bytes in all" in text_of(panel, ".welcome")
    panel.locator("summary").click()
    assert text_of(panel, "pre") == "<p>x</p>"
    assert server.received == []
    panel.locator("#send-address").click()
    panel.locator("body[data-state=card]").wait_for()
    assert server.posts() == [{"url": "https://a.example/"}]
    panel.reload()
    panel.locator("#send-capture").click()
    panel.locator("body[data-state=card]").wait_for()
    assert server.posts()[1] == {"url": "https://a.example/", "capture": capture}
    assert text_of(panel, ".sent") == "Sent: the post and 1 of 3 comments, nothing about you."


def test_the_first_page_opens_at_installing_and_tests_the_server(browser: Browser, server: StubServer) -> None:
    """It says what to do, and whether the server is there."""
    assert browser.welcome.endswith("/welcome/welcome.html")
    first = open_page(browser, "welcome/welcome.html")
    first.locator("#test").click()
    first.locator("#result[data-state=good]").wait_for()
    assert server.address in text_of(first, "#result")
    server.close()
    first.locator("#test").click()
    first.locator("#result[data-state=bad]").wait_for()


def test_an_opened_panel_without_work_says_what_it_does(browser: Browser) -> None:
    """The empty state explains itself and offers the one thing to do."""
    panel = browser.open_panel()
    assert panel.locator("#make-card").is_visible()
    assert "Nothing is read or sent until you click" in text_of(panel, ".promises")


def test_a_card_from_the_right_is_laid_out_from_there_with_our_words_marked(
    browser: Browser, server: StubServer
) -> None:
    """The article takes the card's direction; our English within it says that it is English, read from the left."""
    headline = claim("مجلس كسترل يصوّت لإعادة إضاءة منارة Kestrel بعد 38 عامًا")
    server.script.known_card = card(lang="ar", headline=headline)
    panel = browser.open_panel(ARTICLE)
    panel.locator("body[data-state=card]").wait_for()
    assert panel.locator("article").evaluate("one => [one.lang, one.dir]") == ["ar", "rtl"]
    assert panel.locator(".section-tldr h2").evaluate("one => [one.lang, one.dir]") == ["en-GB", "ltr"]
    assert panel.locator(".headline").evaluate("one => getComputedStyle(one).direction") == "rtl"
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    for width in (280, 400, 900):
        panel.set_viewport_size({"width": width, "height": 800})
        assert panel.evaluate(wide), width
