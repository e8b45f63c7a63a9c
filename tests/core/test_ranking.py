"""Which passages speak to a question."""

import time

import pytest

from server.core.ranking import Bm25, PageIndex, rank_passages
from server.core.words import terms

PASSAGES = [
    "The harbour board met in the rain.",
    "The lamp at Kestrel Point will be lit on 1 March.",
    "Nine ships were lost while the lamp was dark.",
    "The cost of the lamp is 41,000 crowns.",
    "The cost is 41,000 crowns, paid for the lamp by the harbour board.",
]


def index_of(*texts: str) -> Bm25:
    return Bm25([terms(text) for text in texts])


def test_a_text_without_the_words_scores_nothing() -> None:
    """0, not a small number."""
    scores = index_of("a lamp shines", "a ship sails").scores(terms("lamp"))
    assert scores[0] > 0
    assert scores[1] == 0


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    """And a word that no text has weighs the most, none less than nothing."""
    index = index_of("lamp ship", "lamp rope", "lamp sail")
    assert index.idf("nowhere") > index.idf("ship") > index.idf("lamp") > 0


def test_a_word_said_again_counts_and_counts_less_each_time() -> None:
    """Term frequency saturates."""
    once, twice, thrice = (index_of("lamp" + " lamp" * n, "x y z").scores(["lamp"])[0] for n in (0, 1, 2))
    assert once < twice < thrice
    assert twice - once > thrice - twice


def test_a_shorter_text_wins_where_the_words_are_the_same() -> None:
    """Length is normalised."""
    short, long = index_of("lamp lit", "lamp lit with rope and sail and tar and oil by night").scores(["lamp"])
    assert short > long


def test_a_word_asked_twice_is_asked_once() -> None:
    """The query is a set."""
    index = index_of(*PASSAGES)
    assert index.scores(["lamp", "lamp"]) == index.scores(["lamp"])


def test_an_empty_index_and_empty_texts_score_without_fault() -> None:
    """No division by a length of zero."""
    assert Bm25([]).scores(["lamp"]) == []
    assert Bm25([[], []]).scores(["lamp"]) == [0.0, 0.0]


def test_passages_that_together_cover_the_question_come_first() -> None:
    """The second passage is chosen for what the first left open, not for saying the same again."""
    chosen = rank_passages("What does the lamp cost, and when will it be lit?", PASSAGES, limit=2)
    assert chosen[0] in (1, 3)
    assert set(chosen) & {3, 4}
    assert 1 in chosen


def test_no_passage_is_given_twice_and_none_that_does_not_match() -> None:
    """Fewer come back when nothing more matches."""
    chosen = rank_passages("nine ships", PASSAGES, limit=5)
    assert chosen == [2]
    assert len(rank_passages("the lamp", PASSAGES, limit=9)) == len(set(rank_passages("the lamp", PASSAGES, limit=9)))


def test_nothing_asked_or_nothing_to_ask_gives_nothing() -> None:
    """Empty questions, stop words alone, no passages, a limit of zero."""
    assert rank_passages("", PASSAGES) == rank_passages("it is the", PASSAGES) == rank_passages("lamp", []) == []
    assert rank_passages("lamp", PASSAGES, limit=0) == []
    assert rank_passages("lamp", ["", "\x00", "🚀"]) == []


@pytest.mark.parametrize(
    ("query", "passage"),
    [
        ("It had 24k members.", "Twenty-four thousand had joined."),
        ("She left on 13 September.", "Published 2013-09-13T22:36:28Z"),
        ("He began as a keeper.", "He has begun keeping."),
        ("The US fleet sailed.", "Ships of the United States (U.S.) sank."),
        ("The 9th keeper resigned.", "Its ninth was dismissed."),
        ("In May 2017 it rained.", "2017-05-04"),
        ("The state-of-the-art lamp", "An art."),
        ("Essaï Altounian sang.", "Essai was there."),
    ],
)
def test_spellings_of_one_thing_meet(query: str, passage: str) -> None:
    """Numbers, days, irregular verbs, accents and parts of compounds are found however they are written."""
    assert rank_passages(query, ["Rain fell.", passage, "Nothing happened there."], limit=1) == [1]


def test_us_the_pronoun_is_not_the_country() -> None:
    """Only capitals make it one."""
    assert rank_passages("They told us about May and might.", ["The US sank.", "In May 2019."]) == []


def test_prose_goes_before_the_menu_that_repeats_its_words() -> None:
    """A line without an end is a caption or a heading, and a repeated one says nothing new."""
    page = ["Harbour board lamp", "The harbour board relit the lamp.", "Harbour board lamp"]
    assert rank_passages("The harbour board relit the lamp", page)[0] == 1
    assert rank_passages("harbour board lamp", page) == [1, 0, 2]


def test_the_sentence_next_to_the_evidence_is_preferred_to_one_far_away() -> None:
    """ "It" stands beside what it speaks of."""
    page = ["It cost a fortune.", *["Rain."] * 5, "The lamp was relit at Kestrel Point.", "It cost a fortune."]
    assert rank_passages("Relighting the lamp at Kestrel Point cost a fortune.", page, limit=2) == [6, 7]


def test_a_page_is_indexed_once_for_many_claims() -> None:
    """And a ranking is the same each time, whatever was asked before."""
    index = PageIndex(PASSAGES)
    first = index.rank(["lamp", "cost"])
    index.rank(["ship"])
    assert index.rank(["lamp", "cost"]) == index.rank(["cost", "lamp"]) == first


def test_japanese_passages_are_found_by_their_characters() -> None:
    """Text without spaces ranks too."""
    assert rank_passages("灯台の光", ["船が港に入った。", "灯台が再び光を放つ。"], limit=1) == [1]


def test_ten_thousand_passages_are_ranked_within_two_seconds() -> None:
    """Bounded work for a long page."""
    many = [f"{PASSAGES[n % 5]} Entry {n} of the log." for n in range(10_000)]
    began = time.perf_counter()
    assert len(rank_passages("When was the lamp lit and at what cost?", many)) == 5
    assert time.perf_counter() - began < 2
