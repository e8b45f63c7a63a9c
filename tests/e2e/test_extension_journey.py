"""One click in a real Chromium, a card from a real server: the extension and its API as a reader meets them."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from server.core.jobs import STAGES
from server.core.presentation import card_id_of
from tests.e2e.servers import Server, all_gone
from tests.extension.conftest import REDDIT_PAGE, THREAD_URL, Browser, SidePanel
from tests.extension.firefox import running_firefox
from tests.processes import soon
from tests.server.pages.hostile import words
from tests.workers.adapters.worlds import Recorded, article, write_world

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see processes"),
]
Start = Callable[..., Server]
READER = "quiet_heron_42"  # who is signed in on the page
COMMENTS = THREAD_URL.rpartition("brewline_k2")[0]  # every comment's address begins with it
NOTICE = Recorded(
    "https://support.brewline.example/notices/k2-4-1",
    article(
        "Brewline K2 firmware 4.1 accepts certified cartridges only",
        "Brewline released firmware 4.1 for the K2 kettle on 1 November 2026.",
        "From version 4.1 the K2 accepts certified cartridges only.",
        "The K2 stops boiling after 90 litres until it has read the tag of a certified descaling cartridge.",
        "Brewline said the check protects the sensor foil, which citric acid had damaged in 1,140 returned kettles.",
        "A certified cartridge costs 14.90 euros and lasts two months in a kettle that boils 1.5 litres a day.",
        head='<meta property="og:site_name" content="Brewline Support">',
    ),
)
FERRIES = Recorded(
    "https://harbour.example/ferries",
    article("Night ferries return to the sound", "The night ferry sails again from 3 March, the harbour board said."),
)
WATCH_STAGES = """(() => {
    window.stagesSeen = [];
    const look = () => document.querySelectorAll('[data-stage]').forEach((item) => {
        const seen = `${item.dataset.stage} ${item.dataset.state}`;
        if (!window.stagesSeen.includes(seen)) window.stagesSeen.push(seen);
    });
    new MutationObserver(look).observe(document.body, {subtree: true, childList: true, attributes: true});
    look();
})()"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a real server whose whole web is these recorded pages; Reddit is not among them."""
    servers: list[Server] = []

    def begin(*pages: Recorded) -> Server:
        world = write_world(tmp_path / "world.warc.gz", pages)
        servers.append(Server(tmp_path / "data", "--workers", "1", "--web", str(world), log=tmp_path / "log"))
        return servers[-1].wait_until_ready()

    yield begin
    for server in servers:
        assert all_gone(server.kill())


@contextmanager
def held(server: Server) -> Iterator[None]:
    """The workers stand still meanwhile: what is asked of them waits."""
    workers = [pid for pid in server.family() if b"workers" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    assert workers
    for pid in workers:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in workers:
            os.kill(pid, signal.SIGCONT)


def click(browser: Browser, page: Any) -> SidePanel:
    """The panel that a click on the toolbar's button opens."""
    browser.click_action(page)
    return SidePanel(browser, page)


def text_of(panel: SidePanel, selector: str) -> str:
    """What an element of the panel says, white space folded."""
    return words(str(panel.evaluate(f"document.querySelector({selector!r}).textContent")))


def shown_card(panel: SidePanel, server: Server) -> Any:
    """The card that the panel comes to show, as its server has it."""
    panel.wait_for("document.body.dataset.state === 'card'")
    permalink = str(panel.evaluate("document.querySelector('#permalink').href"))
    assert permalink.startswith(f"{server.address}/c/")
    status, card = server.ask("GET", f"/api/v1/cards/{card_id_of(permalink.rpartition('/')[2])}")
    assert (status, card["permalink"]) == (200, permalink)
    return card


def test_a_click_on_a_thread_shows_the_stages_then_the_card_whose_permalink_opens(
    browser: Browser, start: Start
) -> None:
    """Every stage is seen waiting, at work and done; the card says how it was made; its page has the same headline."""
    server = start(NOTICE, FERRIES)
    browser.set_server(server.address)
    page = browser.open_reddit()
    with held(server):
        panel = click(browser, page)
        panel.wait_for("document.body.dataset.state === 'working'")
        panel.evaluate(WATCH_STAGES)
    card = shown_card(panel, server)

    at_work = [f"{stage} {state}" for stage in STAGES for state in ("working", "done")]
    assert panel.evaluate("window.stagesSeen") == [*(f"{stage} waiting" for stage in STAGES), *at_work]
    assert card["headline"]["text"] in text_of(panel, ".headline")
    assert card["tldr"]["what_changed"]["text"] in text_of(panel, ".section-tldr")
    assert "8 of 14 comments read" in text_of(panel, ".facts")
    assert "no model wrote here" in text_of(panel, ".closing")

    with browser.context.expect_page() as opened:
        panel.evaluate("document.querySelector('#permalink').click()")
    assert opened.value.url == card["permalink"]
    assert words(opened.value.locator("h1").inner_text()) == card["headline"]["text"]


def test_the_card_quotes_the_page_that_the_reader_sees_and_nothing_of_the_reader(
    browser: Browser, start: Start
) -> None:
    """The server itself cannot read Reddit here: what the card says of the thread came with the capture."""
    server = start(NOTICE, FERRIES)
    browser.set_server(server.address)
    page = browser.open_reddit()
    card = shown_card(click(browser, page), server)

    capture = card["capture"]
    assert (capture["via"], capture["verified"], card["visibility"]) == ("browser", "trusted", "public")
    # Nine stand on the page, one of them deleted.
    assert (capture["comments_read"], capture["comments_total"]) == (8, 14)
    thread, notice = card["sources"]
    assert (thread["kind"], thread["url"], notice["url"]) == ("thread", THREAD_URL, NOTICE.url)
    on_page = words(page.evaluate("document.body.textContent"))
    assert len(thread["quotes"]) >= 3
    for quote in thread["quotes"]:
        assert words(quote["text"]) in on_page
        assert quote["url"].startswith(COMMENTS)
    assert READER in on_page
    assert READER not in json.dumps(card)
    stored = [file.read_bytes() for file in server.data.rglob("*") if file.is_file()]
    assert not any(READER.encode() in content for content in stored)


def test_a_thread_that_the_web_does_not_know_makes_a_card_of_itself_alone(browser: Browser, start: Start) -> None:
    """Its only source is the thread; nothing is passed off as found on the web."""
    server = start(FERRIES)
    browser.set_server(server.address)
    panel = click(browser, browser.open_reddit())
    card = shown_card(panel, server)

    assert [source["kind"] for source in card["sources"]] == ["thread"]
    assert card["headline"]["kind"] == "thread"
    assert "the web says" not in text_of(panel, "main")


def test_a_second_click_shows_the_known_card_at_once(browser: Browser, start: Start) -> None:
    """Nothing is made again: the workers stand still meanwhile."""
    server = start(NOTICE, FERRIES)
    browser.set_server(server.address)
    page = browser.open_reddit()
    panel = click(browser, page)
    card = shown_card(panel, server)
    with held(server):
        panel.evaluate("document.querySelector('#permalink').remove()")
        browser.click_action(page)
        panel.wait_for("document.querySelector('#permalink') !== null")
        assert shown_card(panel, server) == card


def test_a_click_in_firefox_makes_the_card_too(start: Start, tmp_path: Path) -> None:
    """In its sidebar; the page is read there, and the server makes the card of it."""
    server = start(NOTICE, FERRIES)
    with running_firefox(tmp_path, REDDIT_PAGE.read_text(encoding="utf-8")) as firefox:
        firefox.set_server(server.address)
        firefox.open(THREAD_URL.replace("https:", "http:"))
        firefox.click_action()
        assert soon(lambda: server.ask("GET", "/api/v1/cards")[1]["cards"]), server.said
        firefox.resume_panel()
        firefox.wait_for("document.body.dataset.state === 'card'")
        permalink = firefox.evaluate("document.querySelector('#permalink').href")

    (listed,) = server.ask("GET", "/api/v1/cards")[1]["cards"]
    card = server.ask("GET", f"/api/v1/cards/{listed['id']}")[1]
    assert card["permalink"] == permalink
    assert (card["capture"]["via"], card["capture"]["comments_read"]) == ("browser", 8)
    assert READER not in json.dumps(card)
