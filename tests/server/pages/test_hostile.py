"""Hostile strings in every field of a card: nothing live, text intact."""

import re

import lxml.html
import msgspec
import pytest
from markdown_it import MarkdownIt

from server.core.card import Card, CardId
from server.core.jobs import SectionEvent
from server.core.presentation import card_id_of
from server.pages.exports import to_markdown, to_text
from server.pages.one_file import sheets, to_html
from tests.server.api.served import Served, load_case, run
from tests.server.pages.hostile import (
    SHARED,
    STRINGS,
    find_live,
    hostile_card,
    linked_data,
    parse,
    shared_rows,
    words,
)

STYLES = {sheet.css for sheet in sheets()}


@pytest.mark.parametrize("text", STRINGS)
def test_the_page_shows_it_and_nothing_acts(text: str) -> None:
    """Permalink, front page, embed, and the page of quoted passages."""
    served = Served()
    served.save(hostile_card(text), dict.fromkeys(range(1, 7), "Stored text. " * 500), load_case().thread.url)
    for path in (f"/c/{load_case().id}", "/", f"/embed/{load_case().id}", f"/c/{load_case().id}/source/1"):
        answer = served.client.get(path)
        tree = parse(answer.text)
        assert answer.status_code == 200
        assert find_live(tree) == []
        assert words(text) in words(tree.text_content())
        assert tree.xpath("//style") == []
        assert not path.startswith("/c/") or "/source/" in path or text in linked_data(tree)


@pytest.mark.parametrize("text", STRINGS)
def test_the_growing_card_shows_it_and_nothing_acts(text: str) -> None:
    """The fragment that the script puts into the page."""
    served = Served()
    job = served.job(url=text)
    run(served.progress.publish(job.id, 1, SectionEvent("tldr", hostile_card(text))))
    tree = parse(served.client.get(f"/jobs/{job.id}/fragment").text)
    assert find_live(tree) == []
    assert words(text) in words(tree.text_content())


@pytest.mark.parametrize("text", STRINGS)
def test_the_one_file_shows_it_and_nothing_acts(text: str) -> None:
    """Its only style is ours, and it has no script at all."""
    tree = parse(to_html(hostile_card(text)))
    assert find_live(tree) == []
    assert words(text) in words(tree.text_content())
    assert tree.xpath("//script") == []
    assert {style.text for style in tree.xpath("//style")} <= STYLES


@pytest.mark.parametrize("text", STRINGS)
def test_markdown_keeps_it_as_text(text: str) -> None:
    """Rendered with raw HTML allowed, there is no element that we did not write, and no link but to the web."""
    check_markdown(hostile_card(text), text)


def check_markdown(card: Card, *texts: str) -> None:
    html = MarkdownIt("commonmark", {"html": True}).render(to_markdown(card))
    tree = lxml.html.fragment_fromstring(html, create_parent="div")
    tags = {element.tag for element in tree.iter() if isinstance(element.tag, str)}
    assert tags <= {"div", "h1", "h2", "p", "ul", "ol", "li", "strong", "em", "a"}
    assert all(re.match("https?://", address) for address in tree.xpath("//@href"))
    shown = words(tree.text_content())
    assert [text for text in texts if words(text) not in shown] == []


@pytest.mark.parametrize("text", ["\x1b]0;owned\x07", "\x9b2J", "a\u202eb"])
def test_text_for_a_terminal_carries_no_control_characters(text: str) -> None:
    """Nothing that moves the cursor, sets a title or turns the line around."""
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", to_text(hostile_card(text)))


@pytest.mark.parametrize("asked", STRINGS)
def test_a_refused_address_comes_back_as_text(asked: str) -> None:
    """The front page shows what was asked for, in its field, and why not."""
    tree = parse(Served().client.post("/", data={"url": asked[:300]}).text)
    assert find_live(tree) == []


def test_ids_are_cut_as_the_store_makes_them() -> None:
    """The slug never takes part in finding the card."""
    assert card_id_of(f"{load_case().id}-anything-else") == load_case().id


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared hostile lists are not on this machine")
@pytest.mark.parametrize("name", ["xss_strings", "naughty_strings"])
def test_every_shared_string_is_text_on_page_and_embed(name: str) -> None:
    """In every field at once."""
    served = Served()
    for row, text in shared_rows(name):
        card = msgspec.structs.replace(hostile_card(text), id=CardId(f"{row:0>16}"))
        served.save(card, {}, f"https://example.org/{row}")
        for path in (f"/c/{card.id}", f"/embed/{card.id}"):
            tree = parse(served.client.get(path).text)
            assert find_live(tree) == [], (row, path)
            assert words(text) in words(tree.text_content()), (row, path)
            assert path.startswith("/embed") or text in linked_data(tree), row


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared hostile lists are not on this machine")
@pytest.mark.parametrize("name", ["xss_strings", "naughty_strings"])
def test_every_shared_string_is_text_in_the_exports(name: str) -> None:
    """One file and Markdown: ten strings share a card, each in some twenty of its fields."""
    rows = [text for _, text in shared_rows(name)]
    for first in range(0, len(rows), 10):
        texts = rows[first : first + 10]
        card = hostile_card(*texts)
        tree = parse(to_html(card))
        shown = words(tree.text_content())
        assert find_live(tree) == [], first
        assert [text for text in texts if words(text) not in shown] == []
        check_markdown(card, *texts)
