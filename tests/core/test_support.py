"""A claim may say less than its quotation, never more."""

import time

import pytest

from server.core.support import Reason, is_attributed, judge_support

QUOTE = (
    "The harbour board of Kestrel Point estimates that relighting the lamp will cost 41,000 crowns over three years, "
    "Ines Okerveld said on Monday."
)
PLAIN = (
    "In 2019 Osprey Lines moved 24,000 crates through Kestrel Point harbour in 72 hours with version 2.2.1 of Tidewire."
)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        (PLAIN, PLAIN),
        (PLAIN.upper(), PLAIN),
        (PLAIN.rstrip("."), PLAIN),
        ("The lamp's lit.", "It rained. The lamp’s lit. It rained."),
        ("“The lamp is lit.”", "The lamp is lit."),
        ("The lamp is lit.", "“The lamp is lit!” said nobody."),
        ("This.", "This."),
        ("🚀🚀", "🚀🚀"),
        ("灯台が光る。", "朝だ。灯台が光る。夜だ。"),
        ("???", "???"),
    ],
)
def test_a_whole_sentence_of_the_quotation_supports_itself(claim: str, quote: str) -> None:
    """Case, typography and the last stop aside, and though it hold no content word."""
    assert judge_support(claim, quote).support == "supported"


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("The council took bribes.", "Critics claim that the council took bribes."),
        ("The lamp is dark.", "Nobody says that the lamp is dark."),
        ("The lamp is lit.", "The lamp is lit, if at all, by moonlight."),
        ("Men were let go from the light.", "Women were let go from the light."),
        ("Okerveld stole the lamp.", "It is false that Okerveld stole the lamp."),
    ],
)
def test_words_cut_out_of_a_sentence_are_judged_like_any_others(claim: str, quote: str) -> None:
    """What stands in the quotation letter for letter may be what the rest of it denies, doubts or puts in a mouth."""
    assert judge_support(claim, quote).support != "supported"


@pytest.mark.parametrize(
    "claim",
    [
        "Osprey Lines moved 24k crates through Kestrel Point harbour in 2019.",
        "In 2019 Osprey Lines moved twenty-four thousand crates through the harbour of Kestrel Point.",
        "Tidewire version 2.2.1 moved the crates of Osprey Lines through Kestrel Point harbour.",
        "Osprey Lines moved crates through Kestrel Point harbour for seventy-two hours.",
    ],
)
def test_a_claim_that_says_less_is_supported(claim: str) -> None:
    """Other order, other spellings of numbers and words left out change nothing."""
    assert judge_support(claim, PLAIN).support == "supported"


@pytest.mark.parametrize(
    ("true", "swapped"),
    [
        ("24,000", "42,000"), ("24,000", "twenty-five thousand"), ("2019", "2018"), ("72", "27"), ("2.2.1", "2.2.7"),
        ("72 hours", "72 days"), ("72 hours", "72%"), ("24,000 crates", "24 million crates"), ("24,000", "1,5"),
    ],
)  # fmt: skip
def test_a_swapped_number_unit_or_version_is_refused(true: str, swapped: str) -> None:
    """Though every other word is the quotation's own."""
    assert judge_support(PLAIN.replace(true, swapped), PLAIN).reason == "number"


def test_a_number_in_words_is_a_number() -> None:
    """ "Three" turned "four" is refused; "one" may be a pronoun."""
    quote = "The board spent three years and met a keeper."
    assert judge_support("The board spent four years and met a keeper.", quote).reason == "number"
    assert judge_support("One board spent three years and met a keeper.", quote).support == "supported"


def test_currency_is_a_unit() -> None:
    """ "$5 million" is not "€5 million", and 24% of the crates are not 24 crates."""
    assert judge_support("The lamp cost $5 million to build.", "The lamp cost €5 million to build.").reason == "number"
    assert judge_support("Some 24% of the crates sank there.", "Some 24 of the crates sank there.").reason == "number"


def test_a_neighbour_lends_no_number_but_that_of_a_date() -> None:
    """Two figures of one paragraph are not each other's; the day of the page may be said for its "Monday"."""
    quote = "Osprey Lines moved crates through Kestrel Point harbour on Monday."
    moved = "Osprey Lines moved 24,000 crates through Kestrel Point harbour."
    dated = "Osprey Lines moved crates through Kestrel Point harbour on 23 February 2026."
    assert judge_support(moved, quote, "It lost 24,000 crates to the sea.").reason == "number"
    assert judge_support(dated, quote, "2026-02-23T10:00:00+00:00").support == "supported"
    assert judge_support(dated, quote, "2026-02-25").reason == "number"
    assert judge_support(dated, quote).reason == "number"


@pytest.mark.parametrize(
    ("true", "swapped"),
    [("Kestrel Point", "Fennmark Bay"), ("Tidewire", "Harbourwire"), ("In 2019 Osprey Lines", "Dunmere in 2019")],
)
def test_a_swapped_name_is_refused(true: str, swapped: str) -> None:
    """Whatever share of the words is left."""
    assert judge_support(PLAIN.replace(true, swapped), PLAIN).reason == "name"


def test_a_name_may_come_from_around_the_quotation() -> None:
    """Title, heading, speaker and neighbours say who "the council" is; without them the name is too much."""
    claim, quote = "The council of Kestrel Point voted to relight the lamp.", "The council voted to relight the lamp."
    assert judge_support(claim, quote, "Kestrel Point Courier").support == "supported"
    assert judge_support(claim, quote).reason == "name"


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("The council voted not to relight the lamp.", "The council voted to relight the lamp."),
        ("The council voted to relight the lamp.", "The council never voted to relight the lamp."),
        ("The council didn't relight the lamp.", "The council did relight the lamp."),
        ("The board denies that the lamp was relit.", "The board admits that the lamp was relit."),
        ("The board lit the lamp with oil.", "The board lit the lamp without oil."),
    ],
)
def test_a_negation_on_one_side_only_is_refused(claim: str, quote: str) -> None:
    """In either direction, and in its many words."""
    assert judge_support(claim, quote).reason == "negation"


def test_a_negation_on_both_sides_is_no_contradiction() -> None:
    """ "Never" and "not" are one denial."""
    quote = "The council never voted to relight the lamp at Kestrel Point."
    assert judge_support("The council did not vote to relight the lamp.", quote).support == "supported"


@pytest.mark.parametrize(
    "quote",
    [
        "The council allegedly sold the lamp to Osprey Lines.",
        "The council may have sold the lamp to Osprey Lines.",
        "The council is accused of having sold the lamp to Osprey Lines.",
        "The council plans to have sold the lamp to Osprey Lines.",
        "The council probably sold the lamp to Osprey Lines.",
    ],
)
def test_a_hedge_may_not_be_lost(quote: str) -> None:
    """What the quotation supposes the claim may not assert, but may suppose in other words or put in a mouth."""
    assert judge_support("The council sold the lamp to Osprey Lines.", quote).reason == "certainty"
    assert judge_support("The council reportedly sold the lamp to Osprey Lines.", quote).support == "supported"
    assert judge_support("Okerveld says the council sold the lamp to Osprey Lines.", quote, "Okerveld").support


def test_a_claim_may_doubt_what_its_quotation_asserts() -> None:
    """Less sure than the source is still supported."""
    quote = "The council sold the lamp to Osprey Lines."
    assert judge_support("The council reportedly sold the lamp to Osprey Lines.", quote).support == "supported"


@pytest.mark.parametrize(
    ("claim", "support", "reason"),
    [
        ("The board expects the lamp to cost much over years.", "supported", None),
        ("The board estimates that the lamp cost crowns, ropes and sails.", "partial", None),
        ("The board estimates a bakery, a library and warm water.", None, "coverage"),
    ],
)
def test_most_content_words_must_stand_in_the_quotation(claim: str, support: str | None, reason: Reason | None) -> None:
    """Three of four support, more than half support partly, fewer not at all."""
    verdict = judge_support(claim, QUOTE)
    assert (verdict.support, verdict.reason) == (support, reason)


def test_words_around_help_a_claim_that_is_mostly_quoted_only() -> None:
    """A neighbour may lend the last words, but no neighbour carries the claim."""
    quote, around = "The council voted to relight the lamp.", "The old keepers cheered in the rainy harbour."
    assert judge_support("The council voted to relight the lamp in the rainy harbour.", quote, around).support == (
        "supported"
    )
    assert judge_support("The old keepers cheered in the harbour.", quote, around).reason == "coverage"


@pytest.mark.parametrize("claim", ["", "   ", "It is so.", "\u200b", "—"])
def test_a_claim_without_content_is_empty(claim: str) -> None:
    """Unless it is the quotation itself."""
    assert judge_support(claim, QUOTE).reason == "empty"


@pytest.mark.parametrize("quote", ["", " ", "\x00", "🚀", "x" * 100_000, "مرحبا", "灯台", "\u202e", "((((", ".*"])
def test_any_quotation_is_judged_without_fault(quote: str) -> None:
    """Nothing of it is a pattern, and nothing of it supports the claim."""
    assert judge_support("The council voted to relight the lamp.", quote).support is None


def test_a_long_quotation_is_judged_at_once() -> None:
    """A hundred thousand words against a claim of patterns' own characters take no second."""
    began = time.perf_counter()
    judge_support("The (lamp+ [is] *lit* \\d {2,3}?", "the (lamp+ [is] *lit* \\d {2,3} " * 10_000)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    "text",
    ["Ω" * 50_000, "A " * 20_000, "A." * 20_000, '"' * 20_000, "not " * 5_000, "Foo Bar said " * 2_000, ", " * 20_000],
)
def test_hostile_repeats_are_judged_at_once(text: str) -> None:
    """As claim, as quotation and around it: no pattern is tried from each letter on."""
    claim = "The council of Kestrel Point voted to relight the lamp."
    began = time.perf_counter()
    judge_support(claim, text, text)
    judge_support(text, claim, text)
    judge_support(text, text[1:], claim)
    assert time.perf_counter() - began < 4


def test_attributed_sentences_name_the_act_of_saying() -> None:
    """As a partial claim must."""
    assert is_attributed("According to the board, it is lit.")
    assert is_attributed("Okerveld SAID so.")
    assert not is_attributed("The lamp is lit.")
