"""Words and names made comparable."""

import time

import pytest

from server.core.words import (
    fold,
    names,
    overlap,
    stem,
    term_set,
    terms,
    word_count,
    words,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("“It’s”", '"it\'s"'),
        ("a – b", "a - b"),
        ("word—word", "word - word"),
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ("\u202eRTL", "\u202ertl"),
        ("ﬃ １２ ②", "ffi 12 2"),
        ("Straße", "strasse"),
        (" a\n\n b\t\u00a0c ", "a b c"),
        ("", ""),
        ("\x00", "\x00"),
        ("10² and 5½", "10^2 and 5.5"),
        ("٢٤٬٠٠٠ and १२٫५", "24,000 and 12.5"),
    ],
)
def test_typography_case_and_white_space_are_folded(text: str, folded: str) -> None:
    """Quotation marks, dashes, ligatures, wide digits, invisible characters and runs of white space meet."""
    assert fold(text) == folded


@pytest.mark.parametrize(
    "text", ["111," * 30_000 + "1", "9" * 100_000, "A." * 50_000, "one " * 30_000, "a-" * 50_000, "x" * 100_000]
)
def test_endless_runs_are_read_in_one_pass(text: str) -> None:
    """Text made to be tried again and again costs no more than its length."""
    began = time.perf_counter()
    for read in (names, words, fold, terms):
        read(text)
    assert time.perf_counter() - began < 3


def test_texts_without_spaces_give_pairs_of_characters() -> None:
    """Japanese and Chinese share terms where they share pairs; one character alone is a word."""
    assert words("灯台が光る") == ["灯台", "台が", "が光", "光る"]
    assert words("灯") == ["灯"]
    assert overlap(terms("灯台が再び光る"), terms("灯台は光る")) > 0.4


def test_accents_make_no_other_word() -> None:
    """In Latin and Greek letters, where readers leave them out; й stays another letter than и."""
    assert words("Essaï Łódź São Søren Ångström") == words("Essai Lodz Sao Soren Angstrom")
    assert words("Μητσοτάκης") == words("Μητσοτακης")
    assert words("Ёлка") == words("Елка")
    assert words("край") != words("краи")


def test_words_of_other_scripts_and_symbols_are_kept_whole() -> None:
    """Arabic, Cyrillic, C++ and hyphens stay; emoji and control characters are no words."""
    assert words("منارة Маяк C++ F# state-of-the-art 🚀 \x00") == ["منارة", "маяк", "c++", "f#", "state-of-the-art"]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("labs", "lab"),
        ("detected", "detecting"),
        ("policies", "policy"),
        ("votes", "vote"),
        ("files", "file"),
        ("boxes", "box"),
        ("quickly", "quick"),
    ],
)
def test_endings_are_folded(one: str, two: str) -> None:
    """Plural, past and gerund meet their stem."""
    assert stem(one) == stem(two)


@pytest.mark.parametrize(("one", "two"), [("class", "clas"), ("gpt-4", "gpt-5"), ("bus", "bu")])
def test_different_words_keep_different_stems(one: str, two: str) -> None:
    """A short word, a double s and whatever holds a digit are left alone."""
    assert stem(one) != stem(two)


def test_terms_are_content_words() -> None:
    """Stop words and single letters say nothing; single digits do."""
    assert term_set("It is what it is.") == frozenset()
    assert term_set("The lamp's 7 keepers") == {"lamp", "7", "keeper"}


def test_words_are_counted_as_an_editor_counts_them() -> None:
    """Runs between white space that hold a letter or a digit, dashes and emoji aside."""
    assert word_count("A well-lit lamp — 24,000 🚀 candles!") == 5
    assert word_count("") == word_count("🚀 … —") == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("On Monday the Kestrel Point council met Ines Okerveld.", ["Monday", "Kestrel Point", "Ines Okerveld"]),
        ("They run GPT-4 and brindleHTTP on Litestar 2.25.", ["GPT-4", "brindleHTTP", "Litestar 2.25"]),
        ("Researchers agree. Nobody else does.", []),
        ("DeepSeek answered. OpenAI did not.", ["DeepSeek", "OpenAI"]),
        ("Gestern traf Jürgen Ödön den Ångström.", ["Jürgen Ödön", "Ångström"]),
        ("Вчера приехал Дарио Амодеи, а Маша нет.", ["Дарио Амодеи", "Маша"]),
        ("Χθες ο Κυριάκος Μητσοτάκης μίλησε.", ["Κυριάκος Μητσοτάκης"]),
        ("THIS IS SHOUTED AT LENGTH", []),
        ("", []),
    ],
)
def test_names_are_capitalised_runs(text: str, found: list[str]) -> None:
    """A single capitalised word that merely opens a sentence is none, nor is a shout."""
    assert names(text) == found


def test_overlap_is_of_the_smaller_set() -> None:
    """Shared terms over the smaller; 0 where one is empty."""
    assert overlap("ab", "abcd") == 1.0
    assert overlap("abcd", "cdef") == 0.5
    assert overlap("", "ab") == 0.0
