"""What a card weighs, and how a recap is put together."""

import random
from datetime import timedelta

import msgspec
import pytest

from server.core.card import CardId, Citation
from server.core.periods import week_of
from server.core.recaps import MOST, Line, compose, is_same_subject, weigh, weight_of
from tests.fakes import NOON, make_card, make_claim

CARD = make_card()
WEEK = week_of(NOON)


def with_thread(**changes: object) -> float:
    return weight_of(msgspec.structs.replace(CARD, thread=msgspec.structs.replace(CARD.thread, **changes)), NOON)


def test_the_weight_is_what_the_formula_says() -> None:
    """Worked by hand: 38 comments, one web source, posted four hours before it was made."""
    discussion = 30 * 0.53025  # ln 39 / ln 1001
    corroboration = 45 * 1 / 12
    novelty = 25 / (1 + (4 / 24) / 7)
    assert weight_of(CARD, NOON) == pytest.approx(discussion + corroboration + novelty, abs=0.01)


def test_more_comments_weigh_more_and_no_more_than_a_thousand_count() -> None:
    """Where the site says nothing, those that were read count."""
    assert with_thread(comment_count=5) < with_thread(comment_count=50) < with_thread(comment_count=1000)
    assert with_thread(comment_count=1000) == with_thread(comment_count=10**9)
    assert with_thread(comment_count=None) == with_thread(comment_count=38)
    assert 0 < with_thread(comment_count=0) <= 100


def test_older_threads_weigh_less() -> None:
    """By half after a week; one without a day stands there too, and a clock that is ahead changes nothing."""
    fresh, old = with_thread(posted_at=NOON), with_thread(posted_at=NOON - timedelta(days=7))
    assert fresh - old == pytest.approx(12.5)
    assert with_thread(posted_at=None) == pytest.approx(old)
    assert with_thread(posted_at=NOON + timedelta(days=9)) == fresh


def test_two_origins_and_more_pages_weigh_more() -> None:
    """Twelve are as many as count."""

    def corroborated(count: int) -> float:
        found = msgspec.structs.replace(CARD.verification, corroborated=count)
        return weight_of(msgspec.structs.replace(CARD, verification=found), NOON)

    assert corroborated(0) < corroborated(2) < corroborated(6) == corroborated(600) <= 100


def test_a_line_cites_each_source_of_its_claim_once_by_name_and_passage() -> None:
    """A citation that points nowhere is left out."""
    claim = make_claim("The lamp will be lit on 1 March.", source=2, kind="web")
    cited = (*claim.citations, *claim.citations, Citation(source=9, quote="q1"), Citation(source=1, quote="none"))
    tldr = msgspec.structs.replace(CARD.tldr, what_changed=msgspec.structs.replace(claim, citations=cited))
    line = weigh(msgspec.structs.replace(CARD, tldr=tldr), NOON).line
    assert [(cite.n, cite.name, cite.url) for cite in line.cites] == [
        (2, "kestrel-courier.example", "https://kestrel-courier.example/lamp")
    ]
    assert (line.said, line.kind) == ("The lamp will be lit on 1 March.", "web")


def line(n: int, weight: int, category: str = "Industry", **topics: int) -> Line:
    """A line about something of its own unless its topics are given."""
    own = weigh(msgspec.structs.replace(CARD, id=CardId(f"card-{n:03}")), NOON).line
    return msgspec.structs.replace(
        own, weight=weight, category=category, topics=topics or {f"subject{n}": 700, f"thing{n}": 700}
    )


def order(lines: list[Line]) -> list[str]:
    """Ids as the recap tells them."""
    return [told.line.card_id for told in compose(WEEK, lines, total=len(lines)).told]


def test_the_heaviest_leads_and_categories_stand_by_their_heaviest() -> None:
    """Within each by weight."""
    lines = [line(1, 50, "Policy"), line(2, 90), line(3, 80), line(4, 70, "Policy"), line(5, 10, "Security")]
    recap = compose(WEEK, lines, total=5)
    assert recap.lead is not None
    assert recap.lead.line.card_id == "card-002"
    assert [(group.category, [told.line.card_id for told in group.told]) for group in recap.groups] == [
        ("Industry", ["card-003"]),
        ("Policy", ["card-004", "card-001"]),
        ("Security", ["card-005"]),
    ]


def test_a_subject_is_told_once_and_the_others_on_it_are_named_behind() -> None:
    """By its heaviest card, whatever else is heavier than the others."""
    same = {"kestrel point": 700, "lamp": 700}
    recap = compose(WEEK, [line(1, 80, **same), line(2, 90, **same), line(3, 85), line(4, 10, **same)], total=9)
    assert [(told.line.card_id, [echo.card_id for echo in told.echoes]) for told in recap.told] == [
        ("card-002", ["card-001", "card-004"]),
        ("card-003", []),
    ]
    assert (recap.named, recap.total) == (4, 9)


def test_one_shared_word_is_no_shared_subject() -> None:
    """Two topics at least, and enough of both cards."""
    assert not is_same_subject({"lamp": 1000}, {"lamp": 1000})
    assert not is_same_subject({"lamp": 100, "point": 100, "x": 990}, {"lamp": 100, "point": 100, "y": 990})
    assert is_same_subject({"lamp": 600, "point": 600, "x": 500}, {"lamp": 600, "point": 600, "y": 500})


def test_the_same_cards_give_the_same_recap_in_whatever_order_they_come() -> None:
    """Equals stand in the order of their ids."""
    lines = [line(n, 10 * (n % 3)) for n in range(20)]
    expected = order(lines)
    for seed in range(5):
        random.Random(seed).shuffle(lines)
        assert order(lines) == expected


@pytest.mark.parametrize("count", [0, 1, 2, 200])
def test_weeks_of_any_number_of_cards(count: int) -> None:
    """None, one, two, and more than are told."""
    recap = compose(WEEK, [line(n, 1000 - n) for n in range(count)], total=count)
    assert len(recap.told) == min(count, MOST["week"])
    assert (recap.lead is None) == (count == 0)
    assert recap.total == count


def test_a_category_that_is_none_of_ours_is_other() -> None:
    """Old cards, and what a model made up."""
    for category in (None, "Gossip"):
        assert weigh(msgspec.structs.replace(CARD, category=category), NOON).line.category == "Other"
