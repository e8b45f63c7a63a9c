"""A source's sentence as a card shows it: cut where a clause ends, its speaker in front."""

import pytest

from server.core.card import Span
from server.core.speech import names_speaker, plain_markup, tell, within
from server.core.words import word_count

SPAN = Span(2, 0, 40)


@pytest.mark.parametrize(
    ("text", "most", "left"),
    [
        (
            "When we lit a new lamp, the ships turned within a day, sending half of their crews to look.",
            12,
            "When we lit a new lamp, the ships turned within a day.",
        ),
        (
            "The harbour board told every ship of the dark lamp, which nobody had done before.",
            12,
            "The harbour board told every ship of the dark lamp.",
        ),
        (
            "The council will pay for oil and a keeper; the lens comes from Osprey Lines.",
            12,
            "The council will pay for oil and a keeper.",
        ),
        (
            "The keeper has swept the whole lamp room twice (the gulls came back).",
            10,
            "The keeper has swept the whole lamp room twice.",
        ),
        (
            "The lamp was lit again after the storm—nobody had slept for two days.",
            10,
            "The lamp was lit again after the storm.",
        ),
    ],
)
def test_a_long_sentence_ends_where_a_clause_does(text: str, most: int, left: str) -> None:
    """And what is left has a verb, and no more words than asked for."""
    assert within(text, most) == left
    assert word_count(left) <= most


@pytest.mark.parametrize(
    "text",
    [
        "The harbour board told every ship of the dark lamp; however, nobody was on watch to hear it.",
        "The harbour board told every ship of the lamp, allegedly meaning the bakery's light and not its own.",
        "The old lamp of the tower, which the council bought in the spring, has burned for a hundred years.",
        "The keepers of the tower — all of them old sailors — have lit the lamp every night since the war.",
        "The keepers counted every ship that passed the point and wrote the names of all into one large book.",
        'The keeper said "the lamp was dark; nobody came to look at it for a whole week" to the council.',
    ],
    ids=["taken back", "hedged behind", "verb behind", "aside", "no place to end", "inside a quotation"],
)
def test_where_no_clause_ends_nothing_is_cut(text: str) -> None:
    """A half sentence, or one without what takes it back, is worse than none."""
    assert within(text, 13) is None
    assert within(text, 40) == text


def test_the_speaker_stands_in_front_and_says_i_in_quotation_marks() -> None:
    """Unless the sentence opens with its speaker."""
    assert tell("The lamp burns.", "Courier", "web", [SPAN]).label == "Courier"
    assert tell("Courier counted 41 panes.", "Courier", "web", [SPAN]).label is None
    assert tell("Courier counted 41 panes.", "Courier", "web", [SPAN], "Courier, 3 March").label == "Courier, 3 March"
    assert tell("We lit “the” lamp.", "Courier", "web", [SPAN]).text == "“We lit ‘the’ lamp.”"
    assert names_speaker("The Courier’s keepers", "Courier") is False


def test_marks_of_formatting_go_and_their_words_stay() -> None:
    """Links, emphasis and code."""
    assert plain_markup("**The** [lamp](https://x.example) `burns`_ [1]") == "The lamp burns"
