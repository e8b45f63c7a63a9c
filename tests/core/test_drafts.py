"""Walking over a draft's claims."""

from server.core.card import ClaimDraft, DisputeDraft, Draft, EventDraft, ImplicationDraft
from server.core.drafts import list_drafted, map_claims, merge_drafts, part_of


def claim(text: str) -> ClaimDraft:
    """A claim that cites nothing."""
    return ClaimDraft(text=text, kind="web")


WHOLE = Draft(
    headline=claim("headline"),
    what_changed=claim("changed"),
    takeaways=(claim("one"), claim("two")),
    implications=(ImplicationDraft(prediction="p", rationale=claim("because")),),
    timeline=(EventDraft(date="2026", event=claim("event")),),
    disputed=(DisputeDraft(about="a", sides=(claim("yes"), claim("no")), note=claim("note")),),
    category="Policy",
    who_should_care=("Developers",),
)


def test_every_claim_is_met_once_with_the_name_of_its_field() -> None:
    """Those inside events, implications and disputes too; words that are no claims are left alone."""
    assert [(section, found.text) for section, found in list_drafted(WHOLE)] == [
        ("headline", "headline"), ("what_changed", "changed"), ("takeaways", "one"), ("takeaways", "two"),
        ("implications", "because"), ("timeline", "event"), ("disputed", "yes"), ("disputed", "no"),
        ("disputed", "note"),
    ]  # fmt: skip
    assert map_claims(WHOLE, lambda _, found: found) == WHOLE


def test_what_is_nothing_without_its_claim_goes_with_it() -> None:
    """A dispute needs two sides and no note, an event and an implication their sentence."""
    gone = {"two", "because", "event", "note"}
    kept = map_claims(WHOLE, lambda _, found: None if found.text in gone else found)
    assert [c.text for c in kept.takeaways] == ["one"]
    assert (kept.implications, kept.timeline) == ((), ())
    assert kept.disputed == (DisputeDraft(about="a", sides=(claim("yes"), claim("no"))),)
    assert map_claims(WHOLE, lambda _, found: None if found.text == "no" else found).disputed == ()


def test_a_part_takes_the_place_of_what_it_fills_and_of_nothing_else() -> None:
    """Empty fields fill nothing."""
    part = Draft(headline=claim("better"), takeaways=())
    merged = merge_drafts(WHOLE, part)
    assert merged.headline == claim("better")
    assert merged.takeaways == WHOLE.takeaways
    assert part_of(WHOLE, "category", "timeline") == Draft(category="Policy", timeline=WHOLE.timeline)
