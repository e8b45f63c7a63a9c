"""A card in the panel, in one real Chromium, against a server that plays a script: what it shows, what can be done."""

from __future__ import annotations

import pytest

from tests.extension.conftest import Browser, StubServer, card, claim
from tests.extension.panels import ARTICLE, browser, chromium, text_of
from tests.processes import soon

pytestmark = pytest.mark.e2e
__all__ = ["browser", "chromium"]


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
