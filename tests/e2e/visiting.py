"""A real Chromium that visits our pages, and cards worth a visit."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server.core.card import CardId
from tests.server.api.served import Served, load_case

EXTENSION = Path(__file__).parents[2] / "extension"
CASE = load_case()
ARABIC = msgspec.structs.replace(
    CASE,
    id=CardId("arabic0000000000"),
    lang="ar",
    headline=msgspec.structs.replace(CASE.headline, text="مجلس كسترل يصوّت لإعادة إضاءة منارة Kestrel بعد 38 عامًا"),
)
BARE = msgspec.structs.replace(
    CASE,
    id=CardId("bare000000000000"),
    hook=None,
    category=None,
    insight=None,
    discussion=None,
    disputed=(),
    unread=(),
    sources=CASE.sources[:2],
    tldr=msgspec.structs.replace(CASE.tldr, why_it_matters=None, what_to_do_next=(), who_should_care=()),
)
UNBROKEN = msgspec.structs.replace(
    CASE,
    id=CardId("unbroken00000000"),
    headline=msgspec.structs.replace(CASE.headline, text="Donaudampfschifffahrtsgesellschaft" * 8),
    thread=msgspec.structs.replace(CASE.thread, community="r/" + "x" * 300),
)


def save_cards(served: Served) -> None:
    """The invented card in two versions, one from the right, one with little on it, one whose words never end."""
    for card in (CASE, CASE):
        served.save(card)
    for card in (ARABIC, BARE, UNBROKEN):
        served.save(card, url=f"https://example.org/{card.id}")


@contextmanager
def visiting() -> Iterator[Any]:
    """A Chromium, or a skip that says what is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        pytest.skip("no Chromium on this machine: install the package `chromium`")
    with playwright.sync_playwright() as driver:
        # The second lets a page of an invented site frame one on loopback, as it would frame one on the internet.
        arguments = ["--no-sandbox", "--disable-features=LocalNetworkAccessChecks"]
        browser = driver.chromium.launch(executable_path=chromium, args=arguments)
        yield browser
        browser.close()


@contextmanager
def page_of(browser: Any, **options: Any) -> Iterator[Any]:
    """A tab in a context of its own."""
    context = browser.new_context(**options)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def find_axe(folder: Path) -> str:
    """axe-core's source, as the extension's lock names it: installed beside it, or by npm into a folder of the test's.

    A skip that says why where there is none.
    """
    installed = EXTENSION / "node_modules"
    if not (installed / "axe-core").is_dir():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("no npm on this machine to install axe-core with: install the package `npm`")
        _name_axe_alone(folder)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode != 0:
            pytest.skip(f"npm could not install axe-core: {done.stderr.strip().splitlines()[-1:]}")
        installed = folder / "node_modules"
    return (installed / "axe-core" / "axe.min.js").read_text("utf-8")


def _name_axe_alone(folder: Path) -> None:
    """The extension's lock without its other tools, which are a hundred times as large."""
    for name in ("package.json", "package-lock.json"):
        told = json.loads((EXTENSION / name).read_text("utf-8"))
        roots = [told] if name == "package.json" else [told["packages"][""]]
        for root in roots:
            root["devDependencies"] = {"axe-core": root["devDependencies"]["axe-core"]}
        told.pop("overrides", None)
        if "packages" in told:
            told["packages"] = {path: told["packages"][path] for path in ("", "node_modules/axe-core")}
        (folder / name).write_text(json.dumps(told), "utf-8")
