"""The extension in a real Firefox, which calls the side panel a sidebar and the background page no worker."""

from pathlib import Path

import pytest

from tests.extension.conftest import REDDIT_PAGE, THREAD_URL, StubServer, card
from tests.extension.firefox import running_firefox
from tests.processes import soon

pytestmark = pytest.mark.e2e


def test_a_click_in_firefox_opens_the_sidebar_which_shows_the_card_of_the_page(
    tmp_path: Path, server: StubServer
) -> None:
    """Before the click the panel explains itself; after it the capture has gone out, its reader's name left behind."""
    server.script.known_card = card()
    with running_firefox(tmp_path, REDDIT_PAGE.read_text(encoding="utf-8")) as firefox:
        firefox.set_server(server.address)
        firefox.wait_for("document.body.dataset.state === 'empty'")
        assert "Nothing is read or sent until you click" in firefox.evaluate("document.body.innerText")
        assert server.received == []

        url = THREAD_URL.replace("https:", "http:")
        firefox.open(url)
        firefox.click_action()
        assert soon(server.posts)  # the page has been read
        firefox.resume_panel()
        firefox.wait_for("document.body.dataset.state === 'card'")
        assert "K2 kettle" in firefox.evaluate("document.querySelector('.headline').textContent")

    (body,) = server.posts()
    assert body["url"] == body["capture"]["url"] == url
    assert body["capture"]["html"].count("<shreddit-comment ") == 9
    assert "quiet_heron_42" not in str(body)
