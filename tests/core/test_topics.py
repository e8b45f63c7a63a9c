"""What a card is about, in terms that others may share."""

import pytest

from server.core.topics import MOST_CARDS, MOST_TOPICS, WHOLE, Posting, rank_related, topics_of
from tests.fakes import make_card, make_claim


def test_names_come_first() -> None:
    """As wholes and in parts; what every discussion says, numbers and single letters do not count."""
    topics = topics_of(make_card(headline=make_claim("Kestrel Point people vote 7 to 2 on the thing")))
    assert {"kestrel", "kestrel point"} <= set(list(topics)[:3])
    assert not {"7", "2", "peopl", "thing", "the"} & set(topics)


def test_a_card_of_any_script_has_topics() -> None:
    """Names have no capitals there, so that words must do."""
    assert topics_of(make_card(headline=make_claim("灯台が再び点灯する")))
    assert "маяк" in topics_of(make_card(headline=make_claim("маяк снова зажгут")))


def test_topics_are_few_and_their_weights_a_vector_of_one_length() -> None:
    """However long the card."""
    topics = topics_of(make_card(headline=make_claim(" ".join(f"Wordnumber{chr(97 + n)}x" for n in range(26)))))
    assert len(topics) == MOST_TOPICS
    assert sum(weight**2 for weight in topics.values()) ** 0.5 == pytest.approx(WHOLE, rel=0.05)


def test_likeness_ranks_and_rarer_topics_count_more() -> None:
    """Of two cards that share as much, the one that shares what few have."""
    own = {"kestrel": 600, "lamp": 600, "island": 500}
    postings = [Posting("kestrel", 1, 600), Posting("lamp", 1, 600), Posting("island", 2, 600), Posting("lamp", 2, 600)]
    postings += [Posting("island", number, 1) for number in range(3, 30)]
    assert rank_related(own, postings)[:2] == [1, 2]


def test_one_shared_topic_is_a_coincidence() -> None:
    """And so are topics that very many share."""
    own = {"kestrel": 700, "lamp": 700}
    assert rank_related(own, [Posting("kestrel", 1, 900)]) == []
    crowd = [Posting(term, number, 700) for term in own for number in range(MOST_CARDS)]
    assert rank_related(own, crowd) == []


def test_of_equals_the_newest_comes_first() -> None:
    """Numbers grow with time."""
    own = {"kestrel": 700, "lamp": 700}
    assert rank_related(own, [Posting(term, number, 700) for term in own for number in (1, 3, 2)]) == [3, 2, 1]
