"""A second opinion lowers support; it raises it only by words that really stand in the source."""

import msgspec

from server.core.card import Draft, EventDraft, ImplicationDraft
from server.core.citations import CheckedDraft, list_checked, verify_draft
from server.core.judging import Ruling, apply_rulings
from tests.evidence import make_comment, make_draft_claim, make_evidence, make_page, make_thread

PAGE = (
    "Lamp\n\nThe council voted 9 to 2 to relight the lamp.\n\nThe treasurer said the lens costs 14,000 crowns.\n\n"
    "In 2025 a storm broke the lens.\n\nIn 2024 the tower was painted.\n\n"
    "Pilots had asked for the light since the storm."
)
EVIDENCE = make_evidence(make_thread(make_comment("The lamp should stay dark.", 1)), make_page("harbour", PAGE))


def claim(words: str):  # type: ignore[no-untyped-def]
    """The words as a claim that cites them."""
    return make_draft_claim(EVIDENCE, 2, words)


CHECKED = verify_draft(
    Draft(
        headline=claim("The council voted 9 to 2 to relight the lamp."),
        what_changed=claim("Pilots had asked for the light since the storm."),
        takeaways=(claim("The treasurer said the lens costs 14,000 crowns."),),
        implications=(
            ImplicationDraft(prediction="p", rationale=claim("The council voted 9 to 2 to relight the lamp.")),
        ),
        timeline=(
            EventDraft(date="2025", event=claim("In 2025 a storm broke the lens.")),
            EventDraft(date="2024", event=claim("In 2024 the tower was painted.")),
        ),
    ),
    EVIDENCE,
)


def ruled(text: str, verdict: str, quote: str | None = None, checked: CheckedDraft = CHECKED) -> CheckedDraft:
    """After one ruling on the first claim of these words."""
    number = next(n for n, c in enumerate(list_checked(checked), start=1) if c.draft.text.startswith(text))
    return apply_rulings(checked, {number: Ruling(verdict, quote)}, EVIDENCE)  # type: ignore[arg-type]


def test_yes_changes_nothing() -> None:
    """Whatever is quoted with it."""
    assert ruled("Pilots", "yes", "The council voted 9 to 2") == CHECKED
    assert apply_rulings(CHECKED, {99: Ruling("no")}, EVIDENCE) == CHECKED


def test_no_drops_the_claim_and_counts_it() -> None:
    """The card then opens with its best fact."""
    after = ruled("Pilots", "no")
    assert after.what_changed is not None
    assert after.what_changed.draft.text.startswith("The treasurer")
    assert after.takeaways == ()
    assert [(drop.section, drop.reason) for drop in after.drops] == [("what_changed", "judge")]


def test_one_date_left_is_no_timeline() -> None:
    """And both are counted."""
    after = ruled("In 2025", "no")
    assert after.timeline == ()
    assert [drop.reason for drop in after.drops] == ["judge", "alone"]


def test_partly_leaves_only_what_somebody_is_named_as_saying() -> None:
    """As every partial claim."""
    lowered = ruled("The treasurer", "partly").takeaways
    assert [kept.support for kept in lowered] == ["partial"]
    assert ruled("Pilots", "partly").what_changed != CHECKED.what_changed
    assert "judge" in {drop.reason for drop in ruled("Pilots", "partly").drops}


def test_a_partial_claim_is_raised_by_words_that_stand_in_its_source_alone() -> None:
    """Typography aside, letter for letter, and by one speaker."""
    takeaway = msgspec.structs.replace(CHECKED.takeaways[0], support="partial")
    partial = msgspec.structs.replace(CHECKED, takeaways=(takeaway,))
    raised = ruled("The treasurer", "yes", "pilots had asked  for the light since the storm", partial).takeaways[0]
    assert (raised.support, len(raised.spans)) == ("supported", 2)
    for quote in (None, "", "the lens costs 19,000 crowns", "words that are nowhere", "The lamp should stay dark."):
        assert ruled("The treasurer", "yes", quote, partial).takeaways[0].support == "partial"
