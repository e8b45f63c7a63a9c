"""Options, preview, first page and what strangers' strings may do, in one real Chromium."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.visiting import find_axe
from tests.extension.conftest import Browser, StubServer, card, claim
from tests.extension.panels import ARTICLE, browser, chromium, open_page, set_options, stage, text_of
from tests.processes import soon
from tests.server.pages.hostile import STRINGS, shared_rows

pytestmark = pytest.mark.e2e
__all__ = ["browser", "chromium"]


CASE = json.loads((Path(__file__).parents[1] / "cases/card.json").read_text("utf-8"))
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
}


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
    panel.locator("#make-card").wait_for()
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


def test_axe_finds_nothing_on_any_page_of_ours(
    browser: Browser, server: StubServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Every state of the panel and every page, by day and by night: no violation of WCAG 2.2 AA or good practice."""
    axe = find_axe(tmp_path_factory.mktemp("axe"))
    for theme in ("light", "dark"):
        for name, page in faces(browser, server):
            page.emulate_media(color_scheme=theme)
            page.evaluate(axe)
            found = page.evaluate("rules => axe.run(document, rules)", RULES)
            assert len(found["passes"]) > 10, name
            told = [(one["id"], node["html"][:160]) for one in found["violations"] for node in one["nodes"]]
            assert told == [], f"{name}, {theme}"
            page.close()


def faces(browser: Browser, server: StubServer) -> Iterator[tuple[str, Any]]:
    """Each page in each of its states, opened when it is asked for."""
    server.script = type(server.script)(known_card=CASE)
    panel = browser.open_panel(ARTICLE)
    panel.locator(".apparatus .cite button").first.click()
    panel.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    yield "card", panel
    panel = browser.open_panel(ARTICLE)
    panel.locator("#report").click()
    yield "correction", panel
    half = {**CASE, "status": "partial", "insight": None}
    events = [
        stage("1-1", "read", "done", "84"),
        ("1-2", "section", {"section": "x", "card": half}),
        ("1-3", "wait", None),
    ]
    server.script = type(server.script)(events=events)
    panel = browser.open_panel(ARTICLE)
    panel.locator(".headline").wait_for()
    yield "working", panel
    server.script = type(server.script)(refusal={"type": "x", "title": "No", "detail": "Later.", "status": 503})
    panel = browser.open_panel(ARTICLE)
    panel.locator("#retry").wait_for()
    yield "error", panel
    browser.worker.evaluate("chrome.storage.session.clear()")
    panel = browser.open_panel()
    panel.locator(".recent-card").wait_for()
    yield "empty", panel
    for path in ("options/options.html", "welcome/welcome.html", "history/history.html"):
        page = open_page(browser, path)
        page.locator("html[lang=en-GB]").wait_for()
        yield path, page


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
