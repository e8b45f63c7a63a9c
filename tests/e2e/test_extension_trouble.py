"""What may go wrong between a click and its card, with a real Chromium and a real server: one sitting, one server."""

from pathlib import Path

import pytest

from tests.e2e.test_extension_journey import FERRIES, NOTICE, Start, click, held, shown_card, start, text_of
from tests.extension.conftest import Browser
from tests.processes import soon

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see processes"),
]
__all__ = ["start"]

WORKER = "service_worker"


def stop_background(browser: Browser) -> None:
    """As the browser does with a service worker that has been idle for half a minute."""
    for target in browser.targets(WORKER):
        browser.cdp.send("Target.closeTarget", {"targetId": target["targetId"]})
    assert soon(lambda: not browser.targets(WORKER))


def test_trouble_is_named_with_its_next_step_and_a_job_outlives_tabs_and_background(
    browser: Browser, start: Start
) -> None:
    """Wrong key, a page that cannot be had, a tab switched and the background stopped in the middle, a server gone."""
    server = start(NOTICE, FERRIES)
    page = browser.open_reddit()

    browser.set_server(server.address, key="tp_wrong_wrong")
    panel = click(browser, page)
    panel.wait_for("document.body.dataset.state === 'error'")
    assert text_of(panel, ".problem h1") == "The access key is not valid"
    assert panel.evaluate("document.querySelector('#open-options') !== null")

    browser.set_server(server.address)
    lost = browser.open_panel("?url=https://nowhere.example/gone")
    lost.locator("body[data-state=error]").wait_for(timeout=30_000)
    problem = lost.locator(".problem")
    assert problem.get_attribute("data-problem") == "thread-unavailable"
    assert problem.locator("p").first.inner_text()
    lost.close()

    with held(server):
        browser.click_action(page)
        panel.wait_for("document.body.dataset.state === 'working'")
        other = browser.context.new_page()
        other.bring_to_front()
        stop_background(browser)
    card = shown_card(panel, server)
    assert [listed["id"] for listed in server.ask("GET", "/api/v1/cards")[1]["cards"]] == [card["id"]]

    browser.click_action(page)
    panel.wait_for("document.body.dataset.state === 'card'")
    assert browser.targets(WORKER)  # the click has woken it
    server.kill()
    browser.click_action(page)
    panel.wait_for("document.body.dataset.state === 'error'")
    assert text_of(panel, ".problem h1") == "The Threadproof server does not answer"
    assert server.address in text_of(panel, ".problem p")
