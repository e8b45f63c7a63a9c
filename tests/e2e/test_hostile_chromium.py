"""Hostile strings in every field of a card, in a real Chromium: it runs nothing, asks nobody, and shows the text."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from server.core.card import CardId
from server.core.jobs import CardKey, JobId, SectionEvent
from server.pages.one_file import sheets, to_html
from tests.e2e.visiting import page_of, visiting
from tests.server.api.served import Served
from tests.server.pages.hostile import STRINGS, hostile_card, shared_rows
from tests.server.pages.live import Live, live

pytestmark = pytest.mark.e2e
# A visit takes a tenth of a second, so the shared strings share cards: ten to one, each in some twenty of its fields.
SHARED = [text for name in ("xss_strings", "naughty_strings") for _, text in shared_rows(name)]
GROUPS = [(text,) for text in STRINGS] + [tuple(SHARED[first : first + 10]) for first in range(0, len(SHARED), 10)]
IDS = [CardId(f"{number:016d}") for number in range(len(GROUPS))]
# What HTML5 makes of a character that is none: the browser's own parser is the judge, given the text as text.
AS_TEXT = """text => {
    const paragraph = document.createElement('p');
    paragraph.textContent = text;
    return paragraph.textContent.replace(/\\s+/g, ' ').trim();
}"""
STRAY = """(root) => [...(root ?? document).querySelectorAll('*')].filter((node) =>
    node.namespaceURI.includes('MathML')
    || ['IMG', 'IFRAME', 'OBJECT', 'EMBED', 'STYLE', 'BASE', 'FORM', 'VIDEO', 'AUDIO', 'TEMPLATE', 'MARQUEE',
        'TEXTAREA', 'SELECT', 'FRAMESET', 'PLAINTEXT', 'APPLET', 'ISINDEX'].includes(node.nodeName)
    || [...node.attributes].some(({name}) => name.startsWith('on') || name === 'style' || name === 'srcdoc')
    || (node.href && !/^https?:/.test(node.href.baseVal ?? node.href))
).map((node) => node.outerHTML.slice(0, 200))"""

DATA = """() => {
    const strings = (value) => typeof value === 'string' ? [value] : Object.values(value ?? {}).flatMap(strings);
    return strings(JSON.parse(document.querySelector('script[type="application/ld+json"]').textContent));
}"""
# The one file as a browser's parser sees it.
ONE_FILE = f"""html => {{
    const file = new DOMParser().parseFromString(html, 'text/html');
    return [({STRAY})(file), file.querySelectorAll('script').length, file.body.textContent.replace(/\\s+/g, ' ')];
}}"""


def prepare(served: Served) -> None:
    """Cards, and a job at work for each string of ours."""
    for number, text in enumerate(STRINGS):
        key = CardKey(f"https://example.org/job/{number}")
        served.job(id=JobId(f"job-{number}"), key=key, url=text, state="working", attempt=1)
    for card_id, texts in zip(IDS, GROUPS, strict=True):
        card = msgspec.structs.replace(hostile_card(*texts), id=card_id)
        served.save(card, {}, url=f"https://example.org/{card_id}")


@pytest.fixture(scope="module")
def site() -> Iterator[Live]:
    """A server with all of them."""
    with live(prepare) as running:
        yield running


@pytest.fixture(scope="module")
def browser(site: Live) -> Iterator[Any]:
    """One Chromium for the module."""
    with visiting() as chromium:
        yield chromium


@pytest.fixture
def watched(site: Live, browser: Any) -> Iterator[Any]:
    """A tab in which a dialog, a request to anybody else, or a broken policy fails the test."""
    faults: list[str] = []
    with page_of(browser) as page:
        page.on("dialog", lambda dialog: (faults.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: request.url.startswith(site.address) or faults.append(request.url))
        page.on("popup", lambda popup: faults.append(f"popup {popup.url}"))
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        yield page
        assert faults == []


def test_no_string_acts_on_page_or_embed(site: Live, watched: Any) -> None:
    """Nothing is there that we did not write, and on the page every string stands as it was written."""
    for card_id, texts in zip(IDS, GROUPS, strict=True):
        told = [watched.evaluate(AS_TEXT, text) for text in texts]
        for path in (f"/c/{card_id}", f"/embed/{card_id}"):
            watched.goto(site.address + path, wait_until="domcontentloaded")
            assert watched.evaluate(STRAY) == [], (texts, path)
            shown = watched.evaluate("() => document.body.textContent.replace(/\\s+/g, ' ')")
            if not path.startswith("/embed"):
                assert [text for text in told if text not in shown] == []
                assert hostile_card(*texts).headline.text in watched.evaluate(DATA)


def test_no_string_acts_in_the_one_file(site: Live, watched: Any) -> None:
    """Parsed as HTML5 by the browser itself: no element that we did not write, no script, and every string as text."""
    watched.goto(site.address)
    for texts in GROUPS:
        told = [watched.evaluate(AS_TEXT, text) for text in texts]
        html = to_html(hostile_card(*texts))
        for sheet in sheets():  # the page's own policy knows none of the file's styles
            html = html.replace(f"<style>{sheet.css}</style>", "")
        stray, scripts, shown = watched.evaluate(ONE_FILE, html)
        assert (stray, scripts) == ([], 0), texts
        assert [text for text in told if text not in shown] == []


def test_no_string_acts_while_a_card_grows(site: Live, watched: Any) -> None:
    """What the script draws into the page is held to the same."""
    for number, text in enumerate(STRINGS):
        watched.goto(f"{site.address}/jobs/job-{number}")
        event = SectionEvent("tldr", hostile_card(text))
        site.run(site.served.progress.publish(JobId(f"job-{number}"), 1, event))
        watched.locator(".tldr").wait_for()
        assert watched.evaluate(STRAY) == [], text
