"""Where a quotation stands, told in the stored text's own code points."""

import time
import unicodedata

import pytest

from server.core.locating import Locator, Place, locate

TEXT = (
    "“It’s lit,”\u00a0she said\u200b — on 1\u00a0March… The ﬁrst cafés re-opened.  Se\u00adven keep\u00ad\ners did not "
    "sleep.\n\nThe Kestrel Point council voted 7 to 2 to relight the old lamp at its harbour in the rain. "
    "灯台が再び光を放つ。 Straße A–B. It cost 41,000 crowns, ‹mostly› wood. 🚀 The lamp may be dark, and nobody minds."
)


def said(quote: str, text: str = TEXT) -> str | None:
    """What stands there, when it stands there but for typography."""
    place = locate(quote, text)
    return text[place.start : place.end] if place and place.exact else None


@pytest.mark.parametrize(
    ("quote", "stored"),
    [
        ('"It\'s lit," she said', "“It’s lit,”\u00a0she said"),
        ("it`s lit", "It’s lit"),
        ("''It's lit,''", "“It’s lit,”"),
        ("she said - on 1 March...", "she said\u200b — on 1\u00a0March…"),
        ("she said–on 1 March . . .", "she said\u200b — on 1\u00a0March…"),
        ("The first cafés", "The ﬁrst cafés"),
        ("first cafe\u0301s re\u2010opened", "ﬁrst cafés re-opened"),
        ("FIRST CAFÉS", "ﬁrst cafés"),
        ("Seven keepers did\nnot\t sleep.", "Se\u00adven keep\u00ad\ners did not sleep."),
        ("sleep. The Kestrel Point council", "sleep.\n\nThe Kestrel Point council"),
        ("光を放つ", "光を放つ"),
        ("再び", "再び"),
        ("STRASSE A-B", "Straße A–B"),
        ("A — B", "A–B"),
        ("🚀 the lamp", "🚀 The lamp"),
        ("  41,000 crowns  ", "41,000 crowns"),
    ],
)
def test_typography_is_folded_and_the_original_is_returned(quote: str, stored: str) -> None:
    """Unicode forms, quotation marks, dashes, white space, ellipses, soft hyphens, ligatures and capitals."""
    assert said(quote) == stored


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_every_unicode_form_finds_every_other(form: str) -> None:
    """Whichever of the two is decomposed, Hangul and Vietnamese too."""
    words = "Ở Việt Nam, 등대가 빛난다, Łódź naïve Ångström"
    text = f"x {unicodedata.normalize('NFD', words)} y {unicodedata.normalize('NFC', 'après')} z"
    place = locate(unicodedata.normalize(form, words), text)
    assert place is not None
    assert unicodedata.normalize("NFC", text[place.start : place.end]) == words
    assert said(unicodedata.normalize(form, "après"), text) == "après"


@pytest.mark.parametrize(
    "quote",
    [
        "",
        " ",
        "...",
        "—",
        "\u200b",
        "ounci",
        "keeper",
        "council vote",
        "the board voted",
        "41,00 crowns",
        "1,000 crowns",
    ],
)
def test_a_quotation_that_is_not_there_is_nowhere(quote: str) -> None:
    """Nothing, parts of words and of numbers, other words."""
    assert locate(quote, TEXT) is None


def test_a_quotation_with_another_word_is_found_and_marked() -> None:
    """One of many words may differ, come in or be gone; the place is that of the stored sentence."""
    sentence = "The Kestrel Point council voted 7 to 2 to relight the old lamp at its harbour in the rain"
    for quote in (
        sentence.replace("old", "ancient"),
        sentence.replace("old ", ""),
        sentence.replace("relight", "quickly relight"),
        sentence.replace("at its harbour", "at the harbour"),
    ):
        place = locate(quote, TEXT)
        assert place is not None, quote
        assert not place.exact
        assert TEXT[place.start : place.end] == sentence


@pytest.mark.parametrize(
    ("true", "changed"),
    [
        ("7 to 2", "7 to 3"), ("7 to 2", "9 to 2"), ("Kestrel", "Fennmark"), ("Kestrel Point ", ""),
        ("voted", "never voted"), ("to relight", "not to relight"), ("council", "Dunmere council"),
        ("council voted", "council would have voted"),
    ],
)  # fmt: skip
def test_never_across_a_changed_number_name_or_denial(true: str, changed: str) -> None:
    """However many words are the same."""
    sentence = "The Kestrel Point council voted 7 to 2 to relight the old lamp at its harbour in the rain"
    assert locate(sentence.replace(true, changed, 1), TEXT) is None


def test_a_denial_of_the_text_may_not_be_left_out() -> None:
    """Neither silently nor behind an ellipsis; other words may be."""
    assert locate("Seven keepers did sleep", TEXT) is None
    assert locate("Seven keepers … sleep", TEXT) is None
    assert locate("the lamp … be dark, and nobody minds", TEXT) is None
    place = locate("The Kestrel Point council voted … to relight the old lamp", TEXT)
    assert place is not None
    assert TEXT[place.start : place.end] == "The Kestrel Point council voted 7 to 2 to relight the old lamp"
    assert not place.exact


def test_short_quotations_are_found_to_the_letter_or_not_at_all() -> None:
    """Of four words one is too many to differ."""
    assert locate("relight the ancient lamp", TEXT) is None
    assert said("relight the old lamp") == "relight the old lamp"


def test_the_first_of_several_places_is_told() -> None:
    """From border to border of words."""
    assert locate("lamp", "lamplight, a lamp and a lamp") == Place(start=13, end=17, exact=True)


def test_a_text_folded_once_answers_many_quotations() -> None:
    """The same as one by one."""
    locator = Locator(TEXT)
    for quote in ("It's lit", "crowns", "nowhere", "A - B"):
        assert locator.locate(quote) == locate(quote, TEXT)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("The lamp was lit. " * 60_000, "The lamp was dark and lit in the rain"),
        ("a" * 1_000_000, "a" * 500),
        ("a" * 1_000_000, "a" * 500 + "b"),
        ("a " * 500_000, "a a a a b a a a"),
        ("é " * 300_000, "é é é x é é"),
        (". " * 400_000, ". . . a"),
        ("- " * 400_000, "- a -"),
        ("a" + "\u0301" * 300_000, "á"),
        ("\u00ad" * 500_000 + "a", "a a"),
        ("not " * 250_000, "not … not … nobody"),
    ],
)
def test_a_megabyte_of_repeats_takes_seconds_at_most(text: str, quote: str) -> None:
    """Text and quotation made to be tried again and again; measured below one second each."""
    began = time.perf_counter()
    locate(quote, text)
    assert time.perf_counter() - began < 6


@pytest.mark.parametrize("odd", ["\ud800", "\x00", "(", "\\", "[a-z]*", "\u202e", "🇩🇪", "ﷺ"])
def test_any_character_is_itself(odd: str) -> None:
    """Nothing of a quotation is a pattern; lone surrogates and ligatures of a sentence's length pass."""
    text = f"before {odd} lamp"
    place = locate(f"{odd} lamp", text)
    assert place is not None
    assert text[place.start : place.end].strip() == f"{odd} lamp".strip()
