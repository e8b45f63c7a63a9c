"""Which pairs of sentences are disputes, and which only look like one; and what a card gets of a dispute."""

# ruff: noqa: E501 (a pair reads best on one line)

import time
from typing import Any

import pytest

from server.core.card import ClaimDraft, DisputeDraft, Draft
from server.core.citations import verify_draft
from server.core.disputes import LONGEST_SIDE, find_disputes, first_hand
from server.core.source import Document
from server.core.words import word_count
from tests.evidence import make_comment, make_evidence, make_page, make_thread, span_of

# What both pages tell besides, so that they know of one another's people.
SCENE = "The Kestrel Point council, Marlow Dredging and Osprey Salvage have argued about the lamp since spring."


def page(name: str, text: str, **changes: Any) -> Document:
    """Of the same days, about the same people."""
    return make_page(name, f"What {name} has of the lamp\n\n{SCENE}\n\n{text}", **changes)


def disputes_of(one: str, two: str, *also: str, **of_two: Any) -> list[DisputeDraft]:
    """Between two pages that hold one sentence each, and pages behind them."""
    behind = [page(f"page{n}", text) for n, text in enumerate(also)]
    return find_disputes(make_evidence(make_thread(), page("courier", one), page("tidewire", two, **of_two), *behind))


DISPUTES = [
    # numbers
    ("The storm broke 41 panes of the lamp room on Tuesday night.", "The storm broke 58 panes of the lamp room on Tuesday night.", "How many panes"),
    ("Relighting the old lamp will cost 41,000 crowns, the council said.", "According to the council, relighting the old lamp will cost 58,000 crowns.", "How many crowns"),
    ("The new lamp draws 1.2 kW when it is lit.", "When it is lit, the new lamp draws 2.4 kW.", "1.2 kw or 2.4 kw"),
    ("Keepers counted 24,000 moths around the lamp during the trial.", "Keepers counted 160,000 moths around the lamp during the trial.", "How many moths"),
    ("The beam of the lamp reaches ships 19 miles off the point.", "The beam of the lamp reaches ships twelve miles off the point.", "19 miles or twelve miles"),
    ("The council borrowed $3.4 million for the repair of the tower.", "For the repair of the tower, the council borrowed $2.1 million.", "$3.4 million or $2.1 million"),
    ("Divers found that 12% of the cables under the tower had rotted.", "Divers found that 31% of the cables under the tower had rotted.", "12% or 31%"),
    ("More than 900 neighbours signed the petition against the lamp.", "Some 400 neighbours signed the petition against the lamp.", "How many neighbours"),
    # days
    ("The keeper lit the lamp for the first trial on 3 March 2026.", "The keeper lit the lamp for the first trial on 9 March 2026.", "3 March 2026 or 9 March 2026"),
    ("Brunel's workshop built the lens of the lamp in 1971.", "The lens of the lamp was built by Brunel's workshop in 1984.", "1971 or 1984"),
    ("The harbour board bought the tower from the council in May 2025.", "In August 2025, the harbour board bought the tower from the council.", "May 2025 or August 2025"),
    # names
    ("When the tide turned, Marlow Dredging pulled the barge off the reef within 40 minutes.", "When the tide turned, Osprey Salvage pulled the barge off the reef within 40 minutes.", "Marlow Dredging or Osprey Salvage"),
    ("After the alarm, Osprey Salvage reached the burning tower in 18 minutes with two pumps.", "Marlow Dredging reached the burning tower 18 minutes after the alarm with two pumps.", "Osprey Salvage or Marlow Dredging"),
    # denials
    ("The automatic lamp switches itself off when fog covers the point.", "The automatic lamp does not switch itself off when fog covers the point.", "Whether or not: itself off when fog covers the point"),
    ("The harbour board told ships of the dark lamp before the wreck.", "The harbour board never told ships of the dark lamp before the wreck.", "Whether or not: told ships of the dark lamp before the wreck"),
    ("Marlow Dredging used borrowed survey charts to find the reef.", "Marlow Dredging denies having used borrowed survey charts of the reef.", "What Marlow Dredging denies"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "two", "about"), DISPUTES)
def test_the_same_told_differently_is_a_dispute(one: str, two: str, about: str) -> None:
    """Both sides stand there in their pages' words, whichever page comes first."""
    (found,) = disputes_of(one, two)
    assert found.about == about[0].upper() + about[1:]
    assert {span.source for side in found.sides for span in side.spans} == {2, 3}
    assert len(disputes_of(two, one)) == 1


NO_DISPUTES = {
    "rounded": ("Keepers counted 24,000 moths around the lamp.", "Keepers counted 23,871 moths around the lamp."),
    "said in words": ("Keepers counted 24,000 moths around the lamp.", "Keepers counted twenty-four thousand moths around the lamp."),
    "only about": ("The trial of the lamp cost the council about 16 million crowns.", "The trial of the lamp cost the council 17.2 million crowns."),
    "at least": ("More than 24,000 moths flew around the lamp on Tuesday night.", "Approximately 24,000 moths flew around the lamp on Tuesday night."),
    "within the bound": ("Over 16 million ships have passed the lamp of the point.", "Some 19 million ships have passed the lamp of the point."),
    "another unit": ("The new hold on the lamp's permit lasts 72 hours.", "The new hold on the lamp's permit lasts three days."),
    "one of several": ("In one case, a single network managed 20,000 accounts of the lamp's shop.", "The network managed 24,000 accounts of the lamp's shop in all."),
    "each and all": ("Each keeper counted 300 moths around the lamp during the trial.", "Keepers counted 2,400 moths around the lamp during the trial."),
    "an average": ("The lamp burned 12 litres of oil on an average night.", "The lamp burned 31 litres of oil on its worst night."),
    "a later count": ("Keepers have now counted 24,000 moths around the lamp.", "Keepers have so far counted 31,000 moths around the lamp."),
    "it has grown": ("The petition against the lamp has reached 400 names of neighbours.", "The petition against the lamp holds 900 names of neighbours."),
    "other people": ("Marlow Dredging counted 400 eels below the lamp in spring.", "Ada Finch counted 900 eels below the lamp in spring."),
    "other things": ("Keepers counted 24,000 moths around the lamp during the trial.", "Keepers counted 310 bats around the lamp during the trial."),
    "another place": ("The council paid 41,000 crowns for the lamp at Kestrel Point.", "The council paid 58,000 crowns for the lamp at Heron Bay."),
    "another year": ("The council paid 41,000 crowns for oil in 2024.", "The council paid 58,000 crowns for oil in 2025."),
    "a plan and what came": ("The repair of the tower should cost the council 41,000 crowns.", "The repair of the tower cost the council 58,000 crowns."),
    "two labs and three": ("Two labs measured how the lamp draws moths from the meadow.", "Three labs measured how the lamp draws eels from the river."),
    "versions": ("The council tested version 4 of the lamp's control program in spring.", "The council tested version 5 of the lamp's control program in spring."),
    "a range": ("Between 150 and 400 ships a year pass the lamp of the point.", "Some 320 ships a year pass the lamp of the point."),
    "before and after": ("The beam of the lamp reached 12 miles before the repair of the lens.", "The beam of the lamp reaches 19 miles since the repair of the lens."),
    "told less exactly": ("The keeper lit the lamp for a trial in March 2026.", "The keeper lit the lamp for a trial on 9 March 2026."),
    "across midnight": ("The lamp of the point went dark on 3 March 2026.", "The lamp of the point went dark on 4 March 2026."),
    "announced and done": ("The council announced the repair of the tower on 3 March 2026.", "The council began the repair of the tower on 9 June 2026."),
    "another trial": ("The keeper lit the lamp for the first trial on 3 March 2026.", "The keeper lit the lamp for the second trial on 9 April 2026."),
    "both did it": ("After the alarm, Marlow Dredging answered the harbour's call.", "After the alarm, Osprey Salvage answered the harbour's call."),
    "both did it as fast": ("Marlow Dredging reached the tower within 40 minutes of the alarm. Osprey Salvage reached the tower within 40 minutes of the alarm, too.", "Osprey Salvage reached the tower within 40 minutes of the alarm."),
    "a stranger": ("After the alarm, Marlow Dredging reached the burning tower in 18 minutes with two pumps.", "After the alarm, Ada Finch reached the burning tower in 18 minutes with two pumps."),
    "not yet": ("The council has approved the repair of the old tower.", "The council has not yet approved the repair of the old tower."),
    "not only": ("The lamp draws moths from the meadow and the marsh.", "The lamp does not only draw moths from the meadow and the marsh."),
    "should not": ("The council lit the lamp during the moths' season.", "The council should not light the lamp during the moths' season."),
    "if": ("The lamp switches itself off when fog covers the point.", "If nobody pays, the lamp will not switch itself off when fog covers the point."),
    "not everybody": ("Neighbours of the tower signed the petition against the lamp.", "Not all neighbours of the tower signed the petition against the lamp."),
    "others beside one": ("Marlow Dredging and two other firms offered to lift the barge.", "Three firms offered to lift the barge off the reef."),
    "those that do not": ("Ships that do not carry a receiver steer by the lamp at night.", "Ships that carry a receiver steer by the lamp at night."),
    "a quarrel over nothing told": ("Marlow Dredging denies the claims.", "Marlow Dredging used borrowed survey charts to find the reef."),
}  # fmt: skip


@pytest.mark.parametrize("why", NO_DISPUTES)
def test_what_both_may_be_right_about_is_none(why: str) -> None:
    """Rounding, bounds, parts, later counts, other people, places, days, plans and versions."""
    one, two = NO_DISPUTES[why]
    assert disputes_of(one, two) == []
    assert disputes_of(two, one) == []


KILLED = "The storm killed {} sheep on the meadow behind the lamp."
COST = "The keepers counted {} broken panes in the lamp room after the storm."


@pytest.mark.parametrize(
    ("sentence", "published", "is_one"),
    [
        (KILLED, "2026-02-23", True),
        (KILLED, "2026-02-25", False),
        (COST, "2026-02-25", True),
        (COST, "2026-09-01", False),
        (COST, None, True),
    ],
)
def test_a_count_may_have_grown_between_two_pages(sentence: str, published: str | None, is_one: bool) -> None:
    """The dead of a later day are no contradiction, nor any count of another season; of one day they are."""
    found = disputes_of(sentence.format(41), sentence.format(58), published_at=published)
    assert bool(found) == is_one


# ---- what a card gets --------------------------------------------------------------------------------

PANES = "Keepers counted {} broken panes in the lamp room after the storm."


def test_both_sides_are_claims_of_their_own_pages() -> None:
    """Verified like any other claim, each by the sentence it is told in."""
    evidence = make_evidence(make_thread(), page("courier", PANES.format(41)), page("tidewire", PANES.format(58)))
    (found,) = find_disputes(evidence)
    assert [(side.label, side.text) for side in found.sides] == [
        ("Courier", PANES.format(41)),
        ("Tidewire", PANES.format(58)),
    ]
    assert [side.spans for side in found.sides] == [
        (span_of(evidence, n, PANES.format(panes)),) for n, panes in ((2, 41), (3, 58))
    ]
    lead = ClaimDraft(text=SCENE, kind="web", spans=(span_of(evidence, 2, SCENE),))
    assert len(verify_draft(Draft(headline=lead, what_changed=lead, disputed=(found,)), evidence).disputed) == 1


def test_a_long_side_ends_where_a_clause_does() -> None:
    """Its quotation is the whole sentence all the same."""
    long = "Keepers counted 58 broken panes in the lamp room after the storm, sweeping up what the gulls had left of the old lens until noon."
    (found,) = disputes_of(PANES.format(41), long)
    side = found.sides[1]
    assert side.text == PANES.format(58)
    assert word_count(f"{side.label} {side.text}") <= LONGEST_SIDE
    assert side.spans[0].end - side.spans[0].start == len(long)


def test_the_side_that_is_first_hand_comes_first_and_is_named() -> None:
    """It is the page of somebody whom the thread's title names; its own title is the note's quotation."""
    thread = make_thread(title="Courier keepers say the storm broke their lamp")
    evidence = make_evidence(
        thread,
        page("tidewire", f"{PANES.format(58)} Courier says so."),
        page("courier", "We counted 41 broken panes in our lamp room after the storm."),
    )
    assert first_hand(evidence) == {3}
    (found,) = find_disputes(evidence)
    assert [side.spans[0].source for side in found.sides] == [3, 2]
    assert found.sides[0].text.startswith("“We counted 41")
    assert found.note is not None
    assert (found.note.label, found.note.text) == ("First-hand, Courier", "What courier has of the lamp")


def test_where_nobody_or_everybody_is_first_hand_there_is_no_note() -> None:
    """A note that names one side over the other needs a reason."""
    assert disputes_of(PANES.format(41), PANES.format(58))[0].note is None
    both = make_thread(title="Courier and Tidewire count what the storm broke")
    evidence = make_evidence(both, page("courier", PANES.format(41)), page("tidewire", PANES.format(58)))
    assert find_disputes(evidence)[0].note is None


def test_a_third_page_that_explains_the_difference_is_the_note() -> None:
    """It names both sides and sets them against each other; one that only repeats their numbers does not."""
    repeats = "Courier says 41 panes broke, whereas Tidewire says 58."
    explains = "Courier counted the lamp's own panes, whereas Tidewire also counted those of the stairs."
    assert disputes_of(PANES.format(41), PANES.format(58), repeats)[0].note is None
    note = disputes_of(PANES.format(41), PANES.format(58), repeats, explains)[0].note
    assert note is not None
    assert (note.label, note.text) == ("Page1", explains)


def test_pages_of_one_site_and_commenters_do_not_dispute() -> None:
    """A site may correct itself, and what commenters say is discussion."""
    assert disputes_of(PANES.format(41), PANES.format(58), site="Courier") == []
    thread = make_thread(make_comment(PANES.format(58)))
    assert find_disputes(make_evidence(thread, page("courier", PANES.format(41)))) == []


def test_who_tells_it_both_ways_disputes_nothing() -> None:
    """A page that has the other's number as well has told of two counts."""
    assert disputes_of(f"{PANES.format(41)} {PANES.format(58)}", PANES.format(58)) == []


def test_several_disputes_are_several_and_no_sentence_is_a_side_twice() -> None:
    """Three pages with three numbers are one dispute, and another subject is another."""
    eels = "Divers found {} eels in the flooded cellar of the tower."
    one, two, three = (
        f"{PANES.format(panes)}\n\n{eels.format(count)}" for panes, count in ((41, 300), (58, 900), (99, 300))
    )
    found = disputes_of(one, two, three)
    assert sorted(each.about for each in found) == ["How many broken panes", "How many eels"]
    sides = [side.spans for each in found for side in each.sides]
    assert len(sides) == len(set(sides))


def test_long_pages_are_compared_in_little_time() -> None:
    """Twice the sentences take no more than about twice the time: words that stand everywhere are no way in."""

    def seconds(sentences: int) -> float:
        pages = [
            page(
                f"site{n}",
                "\n\n".join(
                    f"Keeper {n} of tower {i} saw {i * 7 + n} ships pass rock {i * n} in the fog."
                    for i in range(sentences)
                ),
            )
            for n in range(8)
        ]
        evidence = make_evidence(make_thread(), *pages)
        begun = time.process_time()
        find_disputes(evidence)
        return time.process_time() - begun

    seconds(20)
    short, long = seconds(100), seconds(200)
    assert long < max(4 * short, 0.2)
