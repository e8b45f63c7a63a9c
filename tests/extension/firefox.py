"""A real Firefox with the extension in it, driven over Marionette, which is JSON on a socket and needs no package."""

import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from server.supervisor import free_port

EXTENSION = Path(__file__).parents[2] / "extension"
EXTENSION_ID = "extension@threadproof.org"
START_S = 30.0
CLICK = """
const {ExtensionParent} = ChromeUtils.importESModule('resource://gre/modules/ExtensionParent.sys.mjs');
const {extension} = WebExtensionPolicy.getByID(arguments[0]);
ExtensionParent.apiManager.global.browserActionFor(extension).triggerAction(window);
"""
SIDEBAR = "return SidebarController.browser.contentDocument?.getElementById('webext-panels-browser')?.currentURI?.spec"
HOST = "return WebExtensionPolicy.getByID(arguments[0]).mozExtensionHostname"


class Marionette:
    """Commands and their answers: `length:[0, id, name, parameters]`, answered by `length:[1, id, error, result]`."""

    def __init__(self, port: int) -> None:
        self._socket = _connect(port)
        self._file = self._socket.makefile("rb")
        self._last_id = 0
        self._receive()  # it introduces itself

    def send(self, name: str, **parameters: Any) -> Any:
        """A command's result; an error where Firefox refuses it."""
        self._last_id += 1
        message = json.dumps([0, self._last_id, name, parameters]).encode()
        self._socket.sendall(b"%d:%s" % (len(message), message))
        _, _, error, result = self._receive()
        assert error is None, error
        return result

    def close(self) -> None:
        """Hang up."""
        self._file.close()
        self._socket.close()

    def _receive(self) -> Any:
        length = b""
        while (byte := self._file.read(1)) != b":":
            assert byte, "Firefox hung up"
            length += byte
        return json.loads(self._file.read(int(length)))


class Firefox:
    """Firefox with the extension; every site of the web shows one page, over plain HTTP."""

    def __init__(self, marionette: Marionette, extension: Path) -> None:
        self._marionette = marionette
        marionette.send("WebDriver:NewSession")
        marionette.send("Addon:Install", path=str(extension), temporary=True)
        self._host = self.run_inside(HOST, EXTENSION_ID)
        self._close_welcome()

    def _close_welcome(self) -> None:
        """The page that opens at installing would stand in front."""
        first = self._marionette.send("WebDriver:GetWindowHandle")["value"]
        _wait(lambda: len(self.windows()) > 1)
        (welcome,) = set(self.windows()) - {first}
        self._marionette.send("WebDriver:SwitchToWindow", handle=welcome)
        self._marionette.send("WebDriver:CloseWindow")
        self._marionette.send("WebDriver:SwitchToWindow", handle=first, focus=True)

    def windows(self) -> list[str]:
        """The handles of all tabs, those of other windows too."""
        return list(self._marionette.send("WebDriver:GetWindowHandles"))

    def look_into(self, window: str) -> None:
        """Go on in another tab or window."""
        self._marionette.send("WebDriver:SwitchToWindow", handle=window)

    def open(self, url: str) -> None:
        """Load a page in the tab."""
        self._marionette.send("WebDriver:Navigate", url=url)

    def open_panel(self) -> None:
        """The panel as a page of its own, with the state it has in the sidebar."""
        self.open_own("panel/panel.html")

    def open_own(self, path: str) -> None:
        """One of the extension's own pages."""
        self.open(f"moz-extension://{self._host}/{path}")

    def resize(self, width: int, height: int) -> None:
        """Give the window a size."""
        self._marionette.send("WebDriver:SetWindowRect", width=width, height=height)

    def picture(self) -> str:
        """What the window shows, as a PNG in base64."""
        return str(self._marionette.send("WebDriver:TakeScreenshot", full=False)["value"])

    def resume_panel(self) -> None:
        """The panel as a page of its own, once the one in the sidebar has written down what it is at."""
        _wait(self._resumes)

    def evaluate(self, expression: str, *arguments: Any) -> Any:
        """The value of an expression in the page."""
        return self._execute(f"return {expression}", *arguments)

    def wait_for(self, expression: str) -> None:
        """Until an expression holds in the page."""
        _wait(lambda: self.evaluate(expression))

    def set_server(self, address: str) -> None:
        """Settings as the options page would store them."""
        self.open_panel()
        settings = {"v": 1, "server": address, "key": ""}
        self.evaluate("browser.storage.local.set({settings: arguments[0]})", settings)

    def click_action(self) -> None:
        """Click the toolbar's button, until the sidebar shows the panel."""
        self.run_inside(CLICK, EXTENSION_ID)
        _wait(lambda: str(self.run_inside(SIDEBAR)).endswith("/panel/panel.html"))

    def run_inside(self, script: str, *arguments: Any) -> Any:
        """In the browser itself instead of a page."""
        self._marionette.send("Marionette:SetContext", value="chrome")
        try:
            return self._execute(script, *arguments)
        finally:
            self._marionette.send("Marionette:SetContext", value="content")

    def click(self, element: str) -> None:
        """Click what an expression gives, as a hand does."""
        found = self.evaluate(element)
        self._marionette.send("WebDriver:ElementClick", id=next(iter(found.values())))

    def click_menu(self, selector: str, script: str) -> None:
        """Open the menu of an element, then run a script in the browser that chooses from it."""
        found = self._marionette.send("WebDriver:FindElement", using="css selector", value=selector)["value"]
        press = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": found},
            *({"type": f"pointer{way}", "button": 2} for way in ("Down", "Up")),
        ]
        self._marionette.send("WebDriver:PerformActions", actions=[{"type": "pointer", "id": "hand", "actions": press}])
        _wait(lambda: self.run_inside("return document.getElementById('contentAreaContextMenu').state === 'open'"))
        self.run_inside(script)

    def close_other(self, window: str) -> None:
        """Close a window, and go on in this one."""
        here = self._marionette.send("WebDriver:GetWindowHandle")["value"]
        self.look_into(window)
        self._marionette.send("WebDriver:CloseWindow")
        self.look_into(here)

    def _resumes(self) -> bool:
        self.open_panel()
        self.wait_for("document.body.dataset.state !== 'loading'")
        return bool(self.evaluate("document.body.dataset.state !== 'empty'"))

    def _execute(self, script: str, *arguments: Any) -> Any:
        return self._marionette.send("WebDriver:ExecuteScript", script=script, args=list(arguments))["value"]


@contextmanager
def running_firefox(
    folder: Path, html: str, *, extension: Path = EXTENSION, asked: list[str] | None = None
) -> Iterator[Firefox]:
    """A Firefox with a fresh profile whose web is this page and nothing else; a skip where there is none.

    What its pages, the extension and Firefox itself ask of the web is added to `asked`.
    """
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if not program:
        pytest.skip("no Firefox on this machine: install the package `firefox-esr`")
    port = free_port("127.0.0.1", 0)
    with _proxy(html, asked if asked is not None else []) as proxy_port:
        profile = _profile(folder, port, proxy_port)
        process = subprocess.Popen(
            [
                program,
                "--headless",
                "--no-remote",
                "--marionette",
                "--remote-allow-system-access",
                "--profile",
                profile,
            ],
            env=os.environ | {"HOME": str(folder)},  # as root it refuses another user's home
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            marionette = Marionette(port)
            try:
                yield Firefox(marionette, extension)
            finally:
                marionette.close()
        finally:
            process.terminate()
            process.wait(timeout=20)


def _profile(folder: Path, port: int, proxy_port: int) -> Path:
    """Everything but this computer goes to our proxy, and plain HTTP stays plain."""
    preferences = {
        "marionette.port": port,
        "network.proxy.type": 1,
        **{f"network.proxy.{kind}": "127.0.0.1" for kind in ("http", "ssl")},
        **{f"network.proxy.{kind}_port": proxy_port for kind in ("http", "ssl")},
        "network.stricttransportsecurity.preloadlist": False,
        "dom.security.https_first": False,
    }
    profile = folder / "firefox"
    profile.mkdir()
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items()]
    (profile / "user.js").write_text("".join(lines))
    return profile


@contextmanager
def _proxy(html: str, asked: list[str]) -> Iterator[int]:
    """Answers every page with this one; refuses what is encrypted."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = html.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_CONNECT(self) -> None:
            asked.append(self.path)
            self.send_error(403)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    try:
        yield http.server_port
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def _connect(port: int) -> socket.socket:
    deadline = time.monotonic() + START_S
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=30)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _wait(holds: Callable[[], object], timeout_s: float = 15) -> None:
    deadline = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < deadline, "Firefox did not get there in time"
        time.sleep(0.02)
