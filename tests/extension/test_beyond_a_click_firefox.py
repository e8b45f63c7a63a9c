"""The extension in a real Firefox beyond the toolbar's button: the action in Reddit, the badge, a link's menu.

A copy of the folder lets the action stand in plain HTTP pages, which is what the test's web speaks, and the browser
itself grants the optional permissions. One browser serves all that is tried here.
"""

import re
import shutil
from pathlib import Path

import pytest

from tests.extension.conftest import EXTENSION, StubServer, card
from tests.extension.firefox import EXTENSION_ID, Firefox, running_firefox
from tests.extension.reddit_pages import POST_PAGE, READER
from tests.processes import soon

pytestmark = pytest.mark.e2e
POST = "http://www.reddit.com/r/BrewlineKettles/comments/1zk2brw/brewline_k2_firmware_41_refuses_thirdparty/"
LINK = "http://www.reddit.com/r/BrewlineKettles/comments/2other/another_kettle/"
OWN_JSON = "http://www.reddit.com/comments/1zk2brw.json?raw_json=1&limit=500"
PAGE = POST_PAGE.replace(
    "<shreddit-comment-tree>", f'<p><a id="link" href="{LINK}">Another</a></p><shreddit-comment-tree>'
)
GRANT = """
const [id, permissions, origins] = arguments;
const {ExtensionPermissions} = ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs');
const {extension} = WebExtensionPolicy.getByID(id);
return ExtensionPermissions.add(id, {permissions, origins, data_collection: []}, extension);
"""
BADGE = """
const {ExtensionParent} = ChromeUtils.importESModule('resource://gre/modules/ExtensionParent.sys.mjs');
const {extension} = WebExtensionPolicy.getByID(arguments[0]);
const action = ExtensionParent.apiManager.global.browserActionFor(extension).action;
return action.getContextData(gBrowser.selectedTab).badgeText;
"""
LINK_MENU = """
const menu = document.getElementById('contentAreaContextMenu');
menu.activateItem(menu.querySelector('menuitem[id$="card-for-link"]'));
"""


def http_copy(folder: Path) -> Path:
    """The extension, its action allowed in plain HTTP pages."""
    copy = folder / "extension"
    shutil.copytree(EXTENSION, copy, ignore=shutil.ignore_patterns("node_modules"))
    switches = copy / "switches.js"
    switches.write_text(switches.read_text().replace("'https://", "'http://"))
    return copy


def switch(firefox: Firefox, **switches: bool) -> None:
    """As the options page does when a permission was granted."""
    firefox.open_panel()
    settings = "browser.storage.local.get('settings').then(({settings}) => ({...settings, ...arguments[0]}))"
    firefox.evaluate(f"{settings}.then((settings) => browser.storage.local.set({{settings}}))", switches)


def test_firefox_shows_the_action_the_badge_and_the_menu_and_asks_nobody_else(
    tmp_path: Path, server: StubServer
) -> None:
    """A click in a page may not open Firefox's sidebar: a small window shows the card instead."""
    asked: list[str] = []
    with running_firefox(tmp_path, PAGE, extension=http_copy(tmp_path), asked=asked) as firefox:
        firefox.set_server(server.address)
        firefox.run_inside(
            GRANT, EXTENSION_ID, ["tabs"], [f"http://{name}.reddit.com/*" for name in ("www", "old", "new", "sh")]
        )
        server.script.known_keys = ["https://www.reddit.com/comments/1zk2brw/"]
        server.script.known_card = card()
        switch(firefox, inPage=True, badge=True)

        firefox.open(POST)
        in_shadow = "document.querySelector('shreddit-post').shadowRoot.querySelector('[data-threadproof-card]')"
        firefox.wait_for(f"{in_shadow}?.previousElementSibling.localName === 'shreddit-post-share-button'")
        assert soon(lambda: firefox.run_inside(BADGE, EXTENSION_ID) == "✓")
        assert {request.path.rpartition("/")[0] for request in server.received} == {"/api/v1/lookup"}

        before = set(firefox.windows())
        firefox.click(in_shadow)
        assert soon(lambda: set(firefox.windows()) - before)
        (popup,) = set(firefox.windows()) - before
        assert soon(server.posts)
        (body,) = server.posts()
        assert body["capture"]["html"].count("<shreddit-comment ") == 3
        assert READER not in str(body)
        firefox.close_other(popup)

        firefox.click_menu("#link", LINK_MENU)
        assert soon(lambda: len(server.posts()) == 2)
        assert server.posts()[1] == {"url": LINK}

        switch(firefox, inPage=False)
        firefox.open(POST)
        assert not firefox.evaluate(in_shadow)
    # What Firefox asks its makers is not the extension's; the second post's page was never opened.
    web = {url for url in asked if not re.fullmatch(r"[\w.-]+\.(?:mozilla|firefox)\.\w+:443", url)}
    assert web - {"http://www.reddit.com/favicon.ico"} == {POST, OWN_JSON}
