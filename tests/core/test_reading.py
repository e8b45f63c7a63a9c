"""Sentences as the terms by which they are compared."""

import time

import pytest

from server.core.reading import MAY, read_terms, read_words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("24k members", "24,000 members"),
        ("twenty-four thousand members", "24 thousand members"),
        ("He began and was chosen", "he begins, they choose"),
        ("a state-of-the-art lamp", "lamp art state"),
        ("the U.S. Senate", "the USA's senate"),
        ("Sept. 3, 2014", "3 September 2014"),
        ("the ninth keeper", "the 9th keeper"),
        ("2018–19", "2018 and 2019"),
        ("Essaï", "essai"),
        ("320mg", "320"),
    ],
)
def test_one_thing_in_two_spellings_gives_the_same_terms(one: str, other: str) -> None:
    """Whatever their order."""
    assert sorted(read_terms(one)) == sorted(read_terms(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("they told us", "they told the US"), ("it may rain", "in May"), ("20, 4", "24"), ("1e400", "1e300"),
        ("GPT-4", "GPT-5"), ("9" * 400, "9" * 401), ("2018-12", "2018 and 2012"), ("first", "one"),
    ],
)  # fmt: skip
def test_different_things_give_different_terms(one: str, other: str) -> None:
    """Pronouns and verbs are no countries and months, and no two numbers are one."""
    assert read_terms(one) != read_terms(other)


def test_an_iso_day_is_its_day_month_and_year() -> None:
    """So that the page's own date meets a claim's."""
    assert read_terms("2013-09-13T22:36:28Z")[:3] == ["13", "september", "2013"]
    assert read_terms("at /2018/05/01/story")[:3] == ["1", MAY, "2018"]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Osprey sank on 3 May 2014", ["name", "word", "day", "month", "year"]),
        ("the 9th and the first keeper", ["ordinal", "ordinal", "word"]),
        ("31 March and 32 March", ["day", "month", "number", "month"]),
        ("$2014 for 40 lamps", ["number", "number", "word"]),
        ("in march they march", ["word", "word"]),
    ],
)
def test_each_word_of_a_claim_has_its_kind(text: str, kinds: list[str]) -> None:
    """Names by their capital, days by the month beside them."""
    said, plain = read_words(text)
    assert [word.kind for word in said] == kinds
    assert all(0 <= word.start < len(plain) for word in said)


@pytest.mark.parametrize(
    "text", ["On 3 May 2014, twenty-four thousand of 2.5m US-based men left.", "灯台が光る。24万人", "a " * 50, "", "—"]
)
def test_a_claim_is_read_in_the_same_terms_as_a_page(text: str) -> None:
    """Only with more to each."""
    assert [word.term for word in read_words(text)[0]] == read_terms(text)


@pytest.mark.parametrize(
    "text", ["x" * 200_000, "a-" * 100_000, "twenty " * 50_000, "million " * 50_000, "2018-19 " * 20_000]
)
def test_endless_texts_are_read_in_one_pass(text: str) -> None:
    """Whatever they repeat."""
    began = time.perf_counter()
    read_terms(text)
    assert time.perf_counter() - began < 3
