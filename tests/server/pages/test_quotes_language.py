"""Quotations stay in their own language, and the page says which it is."""

import re

import msgspec
import pytest

from server.core.card import Card
from server.pages.one_file import to_html
from tests.fakes import make_card

GERMAN = "Der Rat hat beschlossen, das Licht wieder anzuzünden."


def card_with(language: str | None, lang: str = "en") -> Card:
    """The lighthouse card, its page quoted in German and said to be in `language`."""
    card = make_card(lang=lang)
    quote = msgspec.structs.replace(card.sources[1].quotes[0], text=GERMAN)
    page = msgspec.structs.replace(card.sources[1], language=language, quotes=(quote,))
    return msgspec.structs.replace(card, sources=(card.sources[0], page))


def tags_of(card: Card) -> list[str]:
    """The tags right around the German words."""
    return re.findall(r"<(\w+[^<>]*)>\s*" + re.escape(GERMAN), to_html(card))


def test_a_quotation_in_another_language_is_marked_with_it() -> None:
    """Wherever it stands, for the voice that reads it out."""
    tags = tags_of(card_with("de"))
    assert tags
    assert all('lang="de"' in tag for tag in tags)


@pytest.mark.parametrize(("language", "lang"), [("de", "de"), ("de-AT", "de"), (None, "en"), ("en", "en")])
def test_a_quotation_in_the_cards_language_or_an_unknown_one_is_not(language: str | None, lang: str) -> None:
    """The card's own language is said once, at its top."""
    assert tags_of(card_with(language, lang))
    assert not any("lang=" in tag for tag in tags_of(card_with(language, lang)))


@pytest.mark.parametrize("odd", ['de" onclick="x', "<b>", "german language", ""])
def test_what_is_no_language_is_no_attribute(odd: str) -> None:
    """A page may say anything of itself."""
    html = to_html(card_with(odd))
    assert "onclick" not in html
    assert not any("lang=" in tag for tag in tags_of(card_with(odd)))
