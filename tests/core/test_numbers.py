"""The figures of a sentence, their units and bounds."""

import time

import pytest

from server.core.numbers import Figure, digit_numbers, measures, numbers, read_figures, unread_figures


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
        ("٢٤٬٠٠٠ and २४", {24_000, 24}),
        ("２４，０００", {24_000}),
        ("約24万人", {240_000}),
        ("12,34,567", {1_234_567}),
        ("half a million, two dozen, a dozen", {500_000, 24, 12}),
        ("two thousand and five", {2_005}),
        ("the third of March", set()),
        ("1e400 and " + "9" * 5_000, set()),
        ("2018–19 season", {2018, 2019}),
        ("16-18 million", {16e6, 18e6}),
        ("10²", {10, 2}),
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


def one(text: str) -> Figure:
    """The only figure of a text."""
    (figure,) = read_figures(text)
    return figure


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("in 2019", "year"), ("2,019 crates", "count"), ("$2019", "count"), ("2019 miles", "count"),
        ("the 1980s", "decade"), ("the 3rd", "ordinal"), ("the third", "ordinal"), ("the twenty-first", "ordinal"),
        ("42", "count"),
    ],
)  # fmt: skip
def test_years_decades_and_ranks_are_told_from_counts(text: str, kind: str) -> None:
    """By their form and by what they measure."""
    assert one(text).kind == kind


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("more than 40", ">"), ("over 40 cars", ">"), ("at least 40", ">"), ("40+", ">"), ("40 or more", ">"),
        ("no fewer than 40", ">"), ("less than 40", "<"), ("up to 40", "<"), ("no more than 40", "<"),
        ("40 or less", "<"), ("under $40", "<"), ("40", ""), ("about 40", ""), ("over 40 years", ""),
    ],
)  # fmt: skip
def test_what_bounds_a_figure_is_read_with_it(text: str, bound: str) -> None:
    """ "Over three years" is as often "during" them, and bounds nothing."""
    assert one(text).bound == bound


@pytest.mark.parametrize(
    ("one_way", "other"),
    [
        ("72 hours", "three days"), ("90 minutes", "5400 seconds"), ("5 decades", "50 years"), ("2 tonnes", "2000 kg"),
        ("1.5 km", "1,500 metres"), ("USD 5 million", "$5m"), ("50 basis points", "0.5 percentage points"),
    ],
)  # fmt: skip
def test_exact_multiples_are_one_measure(one_way: str, other: str) -> None:
    """In whatever unit they are told."""
    assert one(one_way).measure == one(other).measure


@pytest.mark.parametrize(
    ("one_way", "other"),
    [
        ("30 days", "1 month"), ("5%", "5 percentage points"), ("5 pounds", "5 kg"), ("the third day", "three days"),
        ("5 m", "5m"), ("24%", "24"),
    ],
)  # fmt: skip
def test_what_is_no_exact_multiple_is_another_measure(one_way: str, other: str) -> None:
    """A month has no number of days, and a rank is no length."""
    assert one(one_way).measure != one(other).measure


def test_both_ends_of_a_range_have_its_unit() -> None:
    """Which is written once."""
    assert [figure.unit for figure in read_figures("310-320 mg, between 10 and 12 miles")] == [
        "mg",
        "mg",
        "mile",
        "mile",
    ]
    assert [figure.unit for figure in read_figures("7 to 2")] == ["", ""]


@pytest.mark.parametrize(
    "text",
    [
        "111," * 30_000 + "1", "9" * 100_000, "one " * 30_000, "twenty " * 30_000, "1-" * 50_000, "$ " * 50_000,
        "1 million and " * 20_000, "half a " * 30_000, "over " * 30_000, "5 %" * 30_000, "a-" * 50_000,
    ],
)  # fmt: skip
def test_endless_runs_are_read_in_one_pass(text: str) -> None:
    """Text made to be tried again and again costs no more than its length."""
    began = time.perf_counter()
    for read in (numbers, measures, unread_figures):
        read(text)
    assert time.perf_counter() - began < 6
