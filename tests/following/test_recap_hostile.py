"""Hostile strings in every field of a recap's cards: nothing live in any form, text intact."""

import re
from datetime import UTC, datetime

import lxml.etree
import lxml.html
import msgspec
import pytest
from markdown_it import MarkdownIt

from server.core.card import Card, CardId
from server.core.periods import week_of
from server.core.recaps import compose, weigh
from server.pages.preview.drawing import Drawing
from server.pages.preview.recap_drawing import draw_recap
from server.pages.recap_exports import to_mail, to_markdown, to_text
from server.pages.recap_page import RecapPage
from server.pages.rendering import render
from tests.server.pages.hostile import SHARED, STRINGS, find_live, hostile_card, parse, shared_rows, words

NOW = datetime(2026, 2, 25, 12, tzinfo=UTC)
OURS_IN_MAIL = frozenset(("element nav", "element table", "element tr", "element td", "attribute style"))
STYLE = re.compile(r"[a-z-]+:[^;{}<>()]*(?:;[a-z-]+:[^;{}<>()]*)*")


def page_with(*cards: Card) -> RecapPage:
    """This week's recap of the cards."""
    lines = [weigh(msgspec.structs.replace(card, id=CardId(f"h{n:015}")), NOW).line for n, card in enumerate(cards)]
    return RecapPage(compose(week_of(NOW), lines, total=len(lines)), "https://proof.example", NOW)


def check(page: RecapPage, *texts: str) -> None:
    """The page, the letter, Markdown and plain text show all of the texts, and nothing of them acts."""
    for html in (render("recap.html", page=page), to_mail(page)):
        tree = parse(html)
        assert [fault for fault in find_live(tree) if fault not in OURS_IN_MAIL] == []
        shown = words(tree.text_content())
        assert [text for text in texts if words(text) not in shown] == []
        for style in tree.xpath("//@style"):
            assert STYLE.fullmatch(style), style
    check_markdown(page, *texts)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", to_text(page))


def check_markdown(page: RecapPage, *texts: str) -> None:
    html = MarkdownIt("commonmark", {"html": True}).render(to_markdown(page))
    tree = lxml.html.fragment_fromstring(html, create_parent="div")
    tags = {element.tag for element in tree.iter() if isinstance(element.tag, str)}
    assert tags <= {"div", "h1", "h2", "h3", "p", "em", "a", "br"}
    assert all(re.match("https?://", address) for address in tree.xpath("//@href"))
    shown = words(tree.text_content())
    assert [text for text in texts if words(text) not in shown] == []


@pytest.mark.parametrize("text", STRINGS)
def test_a_hostile_card_is_text_in_every_form_of_a_recap(text: str) -> None:
    """As the lead and as one of a group."""
    other = hostile_card(f"{text} again")
    check(page_with(hostile_card(text), other), text)


@pytest.mark.parametrize("text", STRINGS)
def test_the_picture_of_a_hostile_recap_is_well_formed(text: str) -> None:
    """XML that parses, with our elements alone."""
    drawing: Drawing = draw_recap(page_with(*[hostile_card(text)] * 4))
    tree = lxml.etree.fromstring(drawing.svg)
    assert {lxml.etree.QName(element).localname for element in tree.iter()} <= {"svg", "path", "text"}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared hostile lists are not on this machine")
@pytest.mark.parametrize("name", ["xss_strings", "naughty_strings"])
def test_every_shared_string_is_text_in_every_form_of_a_recap(name: str) -> None:
    """Two cards at a time, so that each string is the lead's or a group's headline, claim, place and source."""
    rows = [text for _, text in shared_rows(name)]
    for first in range(0, len(rows), 2):
        texts = rows[first : first + 2]
        check(page_with(*map(hostile_card, texts)), *texts)
