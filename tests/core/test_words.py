"""Words and numbers made comparable."""

import time

import pytest

from server.core.numbers import digit_numbers, measures, numbers, unread_figures
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
    ],
)
def test_typography_case_and_white_space_are_folded(text: str, folded: str) -> None:
    """Quotation marks, dashes, ligatures, wide digits, invisible characters and runs of white space meet."""
    assert fold(text) == folded


@pytest.mark.parametrize(
    "text",
    [
        "24000",
        "24,000",
        "24k",
        "24K",
        "24 thousand",
        "twenty-four thousand",
        "twenty four thousand",
        "24,000+",
        "24.0k",
    ],
)
def test_one_number_in_many_spellings_is_one_number(text: str) -> None:
    """Digits, groups of digits, magnitudes and words are the same 24,000."""
    assert numbers(f"It had {text} accounts.") == {24_000}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("16+ million exchanges", {16_000_000}),
        ("1.3 million packages", {1_300_000}),
        ("2bn and 3 tn", {2e9, 3e12}),
        ("three hundred", {300}),
        ("two hundred and fifty thousand", {250_000}),
        ("five hundred thousand", {500_000}),
        ("a million users", {1_000_000}),
        ("seventy-two hours, then nine", {72, 9}),
        ("one in five", {1, 5}),
        ("between five and ten", {5, 10}),
        ("7 to 2", {7, 2}),
        ("10:30", {10, 30}),
        ("24kg", {24}),
        ("a 5 mile walk", {5}),
        ("the 3rd", {3}),
        ("2026.", {2026}),
        ("$1,200.50", {1200.5}),
        ("often, weighty, someone", set()),
        ("v2.2.1, 2.2.1, 1,5 and H100", set()),
        ("hundreds of thousands", set()),
        ("", set()),
        ("٣", {3}),
    ],
)
def test_numbers_are_read_whole(text: str, said: set[float]) -> None:
    """A compound is one number, and what is no number (a version, a model, another country's decimals) gives none."""
    assert numbers(text) == said


def test_only_digits_count_as_digit_numbers() -> None:
    """ "one" may be a pronoun; "1" never is."""
    assert digit_numbers("One of 40 keepers counted three ships and 16+ million waves.") == {40, 16_000_000}


def test_a_number_keeps_its_unit() -> None:
    """Percent, currency and time are told apart however they are spelled, and a bare number has none."""
    assert measures("24% of 24 people") == {(24, "%")}
    assert measures("24 percent") == measures("24 per cent") == measures("24%")
    assert measures("a 72-hour hold") == measures("72 hours") == measures("three days") == {(259_200, "second")}
    assert measures("$5 million") == measures("5 million dollars") == {(5_000_000, "$")}
    assert measures("€5 million") != measures("$5 million")
    assert measures("5 timesheets") == set()


def test_figures_that_are_no_numbers_are_compared_as_written() -> None:
    """Versions, model names and decimal commas are kept as they stand."""
    assert unread_figures("Version 2.2.1 of 40 runs on an H100 at 1,5.") == {"2.2.1", "h100", "1,5"}
    assert unread_figures("24,000 in 2026, at 10:30") == set()


@pytest.mark.parametrize(
    "text", ["111," * 30_000 + "1", "9" * 100_000, "A." * 50_000, "one " * 30_000, "a-" * 50_000, "x" * 100_000]
)
def test_endless_runs_are_read_in_one_pass(text: str) -> None:
    """Text made to be tried again and again costs no more than its length."""
    began = time.perf_counter()
    for read in (numbers, measures, unread_figures, names, words, fold):
        read(text)
    assert time.perf_counter() - began < 3


def test_texts_without_spaces_give_pairs_of_characters() -> None:
    """Japanese and Chinese share terms where they share pairs; one character alone is a word."""
    assert words("灯台が光る") == ["灯台", "台が", "が光", "光る"]
    assert words("灯") == ["灯"]
    assert overlap(terms("灯台が再び光る"), terms("灯台は光る")) > 0.4


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
