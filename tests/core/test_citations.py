"""The gate between a draft and a card: each claim stands by its own quotation or is dropped with a reason."""

from typing import Any

import msgspec
import pytest

from server.core.card import ClaimDraft, ClaimKind, DisputeDraft, Draft, EventDraft, ImplicationDraft, Span
from server.core.citations import (
    MAX_CITATIONS,
    MAX_QUOTE,
    CheckedClaim,
    Drop,
    are_independent,
    list_checked,
    quoted,
    surroundings,
    verify_claim,
    verify_draft,
)
from server.core.source import Document
from tests.evidence import TITLE, make_comment, make_draft_claim, make_evidence, make_page, make_thread, span_of

VOTE = "The Kestrel Point council voted 7 to 2 to relight the lamp."
COST = "Relighting the lamp will cost 41,000 crowns over three years."
LIT = "The lamp will be lit on 1 March 2026 after 28 dark years."
SEEN = "Ships off Kestrel Point saw the lamp being lit from 19 miles away."
HEDGED = "The harbour board estimates that the lamp saves nine ships a year."
COURIER = f"Lamp to shine again\n\n{VOTE} {LIT}\n\n{HEDGED}"
TIDEWIRE = f"Kestrel Point pays for its light\n\n{COST} {SEEN}"
COMMENT = "The lamp kept my boat off the rocks in 1997, and I would pay for it twice."
THREAD = make_thread(make_comment(COMMENT), make_comment("Moths will come from miles around to see it.", 2))
EVIDENCE = make_evidence(THREAD, make_page("courier", COURIER), make_page("tidewire", TIDEWIRE))


def claim_of(source: int, words: str, text: str | None = None, kind: ClaimKind = "web", **changes: Any) -> ClaimDraft:
    return make_draft_claim(EVIDENCE, source, words, text, kind, **changes)


def verify(claim: ClaimDraft) -> tuple[CheckedClaim | None, list[Drop]]:
    drops: list[Drop] = []
    return verify_claim("takeaways", claim, EVIDENCE, drops), drops


def refused(claim: ClaimDraft) -> str:
    """Why it was dropped; fails when it was not."""
    kept, drops = verify(claim)
    assert kept is None
    assert [drop.text for drop in drops] == [claim.text]
    return drops[0].reason


HEADLINE = claim_of(2, "Lamp to shine again")
CHANGED = claim_of(2, VOTE)


def draft_of(**changes: Any) -> Draft:
    return msgspec.structs.replace(Draft(headline=HEADLINE, what_changed=CHANGED), **changes)


# ---- one claim ------------------------------------------------------------------------------------


def test_a_claim_that_its_quotation_supports_is_kept_with_that_quotation() -> None:
    """And nothing is noted as dropped."""
    kept, drops = verify(CHANGED)
    assert kept is not None
    assert (kept.support, kept.spans, kept.corroborated, drops) == ("supported", CHANGED.spans, False, [])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The Kestrel Point council voted 9 to 2 to relight the lamp.", "number"),
        ("The Fennmark Bay council voted 7 to 2 to relight the lamp.", "name"),
        ("The Kestrel Point council voted 7 to 2 not to relight the lamp.", "negation"),
        ("A bakery opened beside the harbour, and everybody had bread.", "coverage"),
        ("It is what it is.", "empty"),
    ],
)
def test_a_claim_that_says_more_is_dropped_with_its_reason(text: str, reason: str) -> None:
    """Whatever else of it is true."""
    assert refused(claim_of(2, VOTE, text)) == reason


def test_a_page_lends_the_full_names_of_whom_it_quotes_by_one() -> None:
    """Wherever it gives them; another first name is somebody else."""
    page = make_page("gazette", "Ines Okerveld keeps the light\n\nRain fell.\n\nIt was cold.\n\nOkerveld lit the lamp.")
    evidence = make_evidence(THREAD, page)
    for text, kept in (("Ines Okerveld lit the lamp.", True), ("Ada Okerveld lit the lamp.", False)):
        claim = make_draft_claim(evidence, 2, "Okerveld lit the lamp.", text)
        assert bool(verify_claim("takeaways", claim, evidence, [])) is kept


def test_a_claim_surer_than_its_quotation_is_dropped() -> None:
    """An estimate is no fact."""
    assert refused(claim_of(2, HEDGED, "The lamp saves nine ships a year.")) == "certainty"


def test_a_claim_without_quotation_is_dropped() -> None:
    """However true."""
    assert refused(ClaimDraft(text=VOTE, kind="web")) == "span"


@pytest.mark.parametrize(
    "span",
    [
        Span(0, 0, 19), Span(4, 0, 19), Span(-1, 0, 19), Span(2, -19, 19), Span(2, 19, 19), Span(2, 19, 0),
        Span(2, 0, 10**9), Span(2, 10**8, 10**9), Span(2**70, 0, 19),
    ],
)  # fmt: skip
def test_a_quotation_that_is_nowhere_is_none(span: Span) -> None:
    """Wrong source numbers, positions out of range, empty and backward runs."""
    assert quoted(span, EVIDENCE) is None
    assert refused(msgspec.structs.replace(HEADLINE, spans=(span,))) == "span"


def test_a_quotation_is_the_stored_text_in_code_points() -> None:
    """Also behind emoji and combining characters, and up to the very end."""
    evidence = make_evidence(THREAD, make_page("odd", "🚀🚀 Kéy\n\nA lamp 🚀 is lit."))
    text = evidence.source(2).document.text
    for words in ("Kéy", "lamp 🚀 is", "lit."):
        assert quoted(span_of(evidence, 2, words), evidence) == words
    assert quoted(Span(2, 0, len(text)), evidence) == text
    assert quoted(Span(2, 0, len(text) + 1), evidence) is None


def test_a_quotation_too_long_to_prove_anything_is_refused() -> None:
    """MAX_QUOTE code points are the most."""
    evidence = make_evidence(THREAD, make_page("long", "Long\n\n" + "lamp " * 400))
    assert quoted(Span(2, 6, 6 + MAX_QUOTE), evidence) is not None
    assert quoted(Span(2, 6, 7 + MAX_QUOTE), evidence) is None


def test_a_quotation_does_not_run_from_one_speaker_into_another() -> None:
    """Two commenters' words are no quotation of either; two paragraphs of one page are one page's."""
    text = EVIDENCE.source(1).document.text
    start = text.index("pay for it twice.")
    assert quoted(Span(1, start, text.index("Moths") + 5), EVIDENCE) is None
    assert quoted(Span(1, text.index(COMMENT), start + 17), EVIDENCE) == COMMENT
    page = EVIDENCE.source(2).document.text
    assert quoted(Span(2, page.index(LIT), page.index(HEDGED) + 9), EVIDENCE) is not None


def test_one_bad_quotation_does_not_sink_a_claim_with_a_good_one() -> None:
    """Only those that each support the whole are cited."""
    bad = (Span(9, 0, 5), span_of(EVIDENCE, 3, COST))
    kept, drops = verify(msgspec.structs.replace(CHANGED, spans=(*bad, *CHANGED.spans)))
    assert kept is not None
    assert (kept.spans, drops) == (CHANGED.spans, [])


def test_at_most_two_quotations_are_cited() -> None:
    """The first two that hold."""
    kept, _ = verify(msgspec.structs.replace(CHANGED, spans=CHANGED.spans * 5))
    assert kept is not None
    assert len(kept.spans) == MAX_CITATIONS == 2


PARTIAL = "The board estimates that the lamp saves boats, ships, ropes."
PARTLY = "Lamp saves boats, ropes, nine ships, perhaps."


def test_a_partial_claim_passes_only_in_attributed_words() -> None:
    """With a verb of saying, or with its speaker in the label."""
    assert refused(claim_of(2, HEDGED, PARTLY)) == "unattributed"
    for claim in (claim_of(2, HEDGED, PARTIAL), claim_of(2, HEDGED, PARTLY, label="Harbour board")):
        kept, _ = verify(claim)
        assert kept is not None
        assert kept.support == "partial"


def test_a_whole_support_is_cited_before_a_partial_one() -> None:
    """And the partial quotation is left out, though it came first."""
    whole, part = (
        "Okerveld says nine keepers lit lamps with oil and rope.",
        "Okerveld says nine keepers lit lamps slowly.",
    )
    evidence = make_evidence(THREAD, make_page("alpha", f"One\n\n{whole}"), make_page("beta", f"Two\n\n{part}"))
    spans = (span_of(evidence, 3, part), span_of(evidence, 2, whole))
    alone = verify_claim("takeaways", ClaimDraft(text=whole, kind="web", spans=spans[:1]), evidence, [])
    both = verify_claim("takeaways", ClaimDraft(text=whole, kind="web", spans=spans), evidence, [])
    assert alone is not None
    assert both is not None
    assert (alone.support, both.support, both.spans) == ("partial", "supported", spans[1:])


def test_the_thread_says_only_what_the_thread_says() -> None:
    """A claim of kind thread that quotes a page is dropped; one of kind web that quotes only the thread is the
    thread's."""
    assert refused(claim_of(2, VOTE, kind="thread")) == "kind"
    kept, _ = verify(claim_of(1, COMMENT))
    assert kept is not None
    assert kept.draft.kind == "thread"
    assert kept.draft.text == COMMENT


def test_an_interpretation_is_held_to_its_quotation_as_well() -> None:
    """Its kind stays, its facts are judged."""
    kept, _ = verify(claim_of(2, VOTE, kind="interpretation"))
    assert kept is not None
    assert kept.draft.kind == "interpretation"
    assert refused(claim_of(2, VOTE, VOTE.replace("7", "8"), "interpretation")) == "number"


# ---- what stands around -----------------------------------------------------------------------------


def test_neighbours_title_site_date_heading_and_speaker_stand_around_a_quotation() -> None:
    """The sentence before and the one after, no further."""
    near = surroundings(span_of(EVIDENCE, 2, LIT), EVIDENCE)
    assert all(part in near for part in ("Lamp to shine again", "Courier", "2026-02-23", VOTE, HEDGED))
    far = surroundings(span_of(EVIDENCE, 2, "Lamp to shine again"), EVIDENCE)
    assert VOTE in far
    assert LIT not in far
    assert "neighbour_1" in surroundings(span_of(EVIDENCE, 1, COMMENT), EVIDENCE)


def test_a_number_of_the_next_sentence_is_not_the_quotations() -> None:
    """Figures of one paragraph cannot be exchanged."""
    assert refused(claim_of(3, COST, COST.replace("41,000", "19"))) == "number"


# ---- corroboration ----------------------------------------------------------------------------------


def independent(one: str, two: str, **of_two: Any) -> bool:
    evidence = make_evidence(THREAD, make_page("alpha", f"One\n\n{one}"), make_page("beta", f"Two\n\n{two}", **of_two))
    return are_independent((span_of(evidence, 2, one), span_of(evidence, 3, two)), evidence)


FIRST = "Nine keepers counted 412 ships on the night the lamp was lit at Kestrel Point."
SECOND = "On that night 412 ships passed Kestrel Point, our own harbour radar shows."


def test_two_sites_that_know_it_by_themselves_corroborate() -> None:
    """Other words, other origin."""
    assert independent(FIRST, SECOND)


@pytest.mark.parametrize(
    ("two", "changes"),
    [
        (SECOND, {"site": "Alpha"}),
        (FIRST, {}),
        (SECOND + " Alpha", {}),
        ("On that night 412 ships passed Kestrel Point, the board said.", {}),
        (SECOND, {"links": ("https://alpha.example/lamp",)}),
    ],
    ids=["one site", "a copy", "naming the other", "what somebody said", "linking to the other"],
)
def test_one_origin_told_twice_is_no_corroboration(two: str, changes: dict[str, Any]) -> None:
    """Ten reports of one announcement are one origin."""
    assert not independent(FIRST, two, **changes)


def test_one_quotation_alone_corroborates_nothing() -> None:
    """Two are needed, of two sources."""
    evidence = make_evidence(THREAD, make_page("alpha", f"One\n\n{FIRST}"))
    span = span_of(evidence, 2, FIRST)
    assert not are_independent((span,), evidence)
    assert not are_independent((span, span), evidence)


def test_a_corroborated_claim_says_so() -> None:
    """Through the gate, not only in the rule."""
    both = make_evidence(THREAD, make_page("alpha", f"One\n\n{FIRST}"), make_page("beta", f"Two\n\n{SECOND}"))
    spans = (span_of(both, 2, FIRST), span_of(both, 3, SECOND))
    kept = verify_claim("takeaways", ClaimDraft(text="412 ships passed the night.", kind="web", spans=spans), both, [])
    assert kept is not None
    assert kept.corroborated
    assert len(kept.spans) == 2


# ---- a whole draft ----------------------------------------------------------------------------------


def test_what_is_dropped_is_listed_and_nothing_else_is_lost() -> None:
    """Kept and dropped together are what was proposed."""
    good, bad = claim_of(3, COST), claim_of(3, COST, "A bakery opened beside the harbour today, at last.")
    draft = draft_of(takeaways=(good, bad), technical=(bad,), discussion=(claim_of(1, COMMENT, kind="thread"),))
    checked = verify_draft(draft, EVIDENCE)
    assert [drop.section for drop in checked.drops] == ["takeaways", "technical"]
    assert len(list_checked(checked)) == 4
    assert checked.cited_sources() == {1, 2, 3}


def test_a_headline_that_fails_gives_way_to_the_threads_title() -> None:
    """Word for word, and as what the thread says."""
    checked = verify_draft(draft_of(headline=claim_of(2, VOTE, "Fennmark Bay sells its lamp")), EVIDENCE)
    assert checked.headline is not None
    assert (checked.headline.draft.text, checked.headline.draft.kind) == (TITLE, "thread")
    assert [drop.section for drop in checked.drops] == ["headline"]


@pytest.mark.parametrize("title", ["This.", "🚀🚀🚀", "What is it?", "灯台", "x" * 600])
def test_any_title_can_be_the_last_resort(title: str) -> None:
    """Also one of stop words or pictures alone."""
    evidence = make_evidence(make_thread(make_comment(COMMENT), title=title), make_page("courier", COURIER))
    wrong = make_draft_claim(evidence, 2, VOTE, "Fennmark Bay sells its lamp")
    right = make_draft_claim(evidence, 2, VOTE)
    checked = verify_draft(Draft(headline=wrong, what_changed=right), evidence)
    assert checked.headline is not None
    assert checked.headline.draft.text == title


def test_the_best_takeaway_opens_the_card_where_its_own_opening_fails() -> None:
    """And is said once."""
    wrong = claim_of(2, VOTE, VOTE.replace("7", "8"))
    checked = verify_draft(draft_of(what_changed=wrong, takeaways=(claim_of(3, COST), claim_of(2, LIT))), EVIDENCE)
    assert checked.what_changed is not None
    assert checked.what_changed.draft.text == COST
    assert [claim.draft.text for claim in checked.takeaways] == [LIT]


def test_without_any_opening_there_is_none() -> None:
    """Nothing is made up in its place."""
    checked = verify_draft(draft_of(what_changed=claim_of(2, VOTE, VOTE.replace("7", "8"))), EVIDENCE)
    assert checked.what_changed is None


def test_a_dispute_needs_two_sides_that_hold() -> None:
    """One side alone goes, and is counted as dropped."""
    one, two = claim_of(3, COST), claim_of(2, LIT)
    wrong = claim_of(2, LIT, LIT.replace("28", "82"))
    note = claim_of(3, SEEN)
    whole = verify_draft(draft_of(disputed=(DisputeDraft(about="Cost", sides=(one, two), note=note),)), EVIDENCE)
    assert [len(sides) for _, sides, _ in whole.disputed] == [2]
    assert whole.disputed[0][2] is not None
    lone = verify_draft(draft_of(disputed=(DisputeDraft(about="Cost", sides=(one, wrong), note=note),)), EVIDENCE)
    assert lone.disputed == ()
    assert [(drop.text, drop.reason) for drop in lone.drops] == [(wrong.text, "number"), (one.text, "alone")]


def test_a_timeline_is_sorted_and_one_date_makes_no_line() -> None:
    """Coarse dates stand at the start of their period; a lone event is counted as dropped."""
    events = (
        EventDraft(date="2026-02-23", event=claim_of(2, VOTE)),
        EventDraft(date="2026", event=claim_of(3, COST)),
        EventDraft(date="2026-02", event=claim_of(2, LIT)),
    )
    checked = verify_draft(draft_of(timeline=events), EVIDENCE)
    assert [date for date, _ in checked.timeline] == ["2026", "2026-02", "2026-02-23"]
    lone = verify_draft(draft_of(timeline=events[:1]), EVIDENCE)
    assert lone.timeline == ()
    assert [drop.reason for drop in lone.drops] == ["alone"]


def test_a_prediction_goes_with_its_rationale() -> None:
    """What is inferred from a fact that fails is not shown either."""
    good = ImplicationDraft(prediction="More ships will call", rationale=claim_of(3, COST))
    bad = ImplicationDraft(prediction="Moths will come", rationale=claim_of(3, COST, COST.replace("41", "14")))
    checked = verify_draft(draft_of(implications=(good, bad)), EVIDENCE)
    assert [prediction for prediction, _ in checked.implications] == ["More ships will call"]


def test_every_section_passes_the_gate() -> None:
    """A false claim is dropped wherever it stands."""
    false = claim_of(2, VOTE, VOTE.replace("7", "8"))
    draft = draft_of(
        headline=false, hook=false, what_changed=false, why_it_matters=false, what_to_do_next=(false,),
        takeaways=(false,), technical=(false,), discussion=(false,),
        implications=(ImplicationDraft(prediction="p", rationale=false),),
        timeline=(EventDraft(date="2026", event=false),),
        disputed=(DisputeDraft(about="a", sides=(false, false)),),
    )  # fmt: skip
    checked = verify_draft(draft, EVIDENCE)
    assert [claim.draft.text for claim in list_checked(checked)] == [TITLE]
    assert {drop.section for drop in checked.drops} == {
        "headline", "hook", "what_changed", "why_it_matters", "what_to_do_next", "takeaways", "technical", "discussion",
        "implications", "timeline", "disputed",
    }  # fmt: skip


def test_evidence_without_a_sentence_gives_nothing_and_no_fault() -> None:
    """A thread whose title is blank and which says nothing."""
    evidence = make_evidence(make_thread(title=" "))
    empty: Document = evidence.source(1).document
    assert empty.text.strip() == ""
    checked = verify_draft(draft_of(), evidence)
    assert checked.headline is None
    assert checked.what_changed is None
