"""A card says a thing once."""

from server.core.card import ClaimDraft, Draft, EventDraft
from server.core.repetition import without_repetition


def claim(text: str) -> ClaimDraft:
    """A claim that cites nothing."""
    return ClaimDraft(text=text, kind="web")


def test_what_an_earlier_section_tells_is_left_out_of_later_ones() -> None:
    """In the card's own order, whichever writer was first."""
    draft = Draft(
        what_changed=claim("The council voted nine to two to relight the lamp."),
        takeaways=(
            claim("The council voted nine to two on Monday to relight the lamp."),
            claim("Pilots had asked for the light."),
        ),
        technical=(claim("Pilots had asked for the light again."),),
        timeline=(EventDraft(date="2026-02", event=claim("The storm broke the lens.")),),
    )
    kept = without_repetition(draft)
    assert [c.text for c in kept.takeaways] == ["Pilots had asked for the light."]
    assert kept.technical == ()
    assert kept.timeline == draft.timeline


def test_a_new_number_makes_a_sentence_new() -> None:
    """The same words with another figure are another fact."""
    first, second = claim("The lens cost the council 14,000 crowns."), claim("The lens cost the council 19,000 crowns.")
    assert without_repetition(Draft(takeaways=(first, second))).takeaways == (first, second)


def test_the_headline_may_be_told_again() -> None:
    """What changed says what the headline says, at length."""
    same = claim("The council relights the lamp.")
    draft = Draft(headline=same, what_changed=same)
    assert without_repetition(draft) == draft
