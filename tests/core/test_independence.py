"""When two pages know a thing by themselves, and when they have it from one another or from one third."""

from typing import Any

import pytest

from server.core.card import ClaimDraft, Draft
from server.core.citations import verify_draft
from server.core.corroboration import corroborate, second_citation
from server.core.independence import are_independent, witnesses_of
from server.core.passages import PassageFinder
from server.core.source import Evidence
from server.core.words import term_set
from tests.evidence import make_comment, make_evidence, make_page, make_thread, span_of

SEEN = "Nine keepers counted 412 ships on the night when the lamp was lit at Kestrel Point."
HEARD = "On the night when the lamp was lit, 412 ships passed Kestrel Point, the radar of the harbour shows."
RELEASE = (
    "The tower has stood on the point since the first ships came round it with coal and salt for the northern towns. "
    "Its lamp was lit by hand for two hundred years before the oil ran out and nobody would pay for more of it."
)


def evidence_of(one: str, two: str, *, of_one: dict[str, Any] | None = None, **of_two: Any) -> Evidence:
    alpha = make_page("alpha", f"A night with a lamp\n\n{one}", **(of_one or {}))
    return make_evidence(make_thread(), alpha, make_page("beta", f"What passed\n\n{two}", **of_two))


def independent(one: str, two: str, said: tuple[str, str] = (SEEN, HEARD), **changes: Any) -> bool:
    """Two pages, and what is cited of each."""
    evidence = evidence_of(one, two, **changes)
    spans = (span_of(evidence, 2, said[0]), span_of(evidence, 3, said[1]))
    assert are_independent(spans, evidence) == are_independent(spans[::-1], evidence)
    return are_independent(spans, evidence)


def test_two_who_saw_it_themselves_are_two_origins() -> None:
    """Other sites, other words, nobody in common."""
    assert independent(SEEN, HEARD)


def test_two_named_witnesses_are_two_origins() -> None:
    """Each page has it from somebody, and not from the same."""
    board, pilots = "The Harbour Board said 412 ships passed.", "According to the Coast Pilots, 412 ships passed."
    assert independent(board, pilots, (board, pilots))
    same = "According to the Harbour Board, 412 ships went by."
    assert not independent(board, same, (board, same))


@pytest.mark.parametrize(
    ("one", "two", "changes"),
    [
        (SEEN, HEARD, {"site": "Alpha"}),
        (SEEN, HEARD, {"url": "https://news.alpha.example/other"}),
        (SEEN, HEARD, {"author": "Ada Finch", "of_one": {"author": "Ada Finch"}}),
        (SEEN, HEARD, {"url": "https://www.theverge.com/lamp", "of_one": {"url": "https://www.polygon.com/lamp"}}),
        (SEEN, HEARD, {"links": ("https://alpha.example/lamp",)}),
        (
            SEEN,
            HEARD,
            {"links": ("https://board.example/news/412",), "of_one": {"links": ("https://board.example/news/412",)}},
        ),
        (SEEN, f"{HEARD} Alpha has pictures.", {}),
        (SEEN, f"{HEARD} Kestrel pictures it.", {"of_one": {"site": "Kestrel Engineering"}}),
        (f"{SEEN} The Harbour Board announced a party.", f"{HEARD} The Harbour Board says so.", {}),
        (f"{SEEN} It was “the finest night of all years”.", f"{HEARD} “The finest night of all years.”", {}),
        (f"{SEEN} {RELEASE}", f"{HEARD} {RELEASE}", {}),
    ],
    ids=[
        "one site", "one host", "one author", "one publisher", "linking to the other", "one page linked by both",
        "naming the other", "naming the other in short", "resting on one party", "one quotation", "one release",
    ],
)  # fmt: skip
def test_what_has_one_origin_is_no_corroboration(one: str, two: str, changes: dict[str, Any]) -> None:
    """Ten reports of one announcement are one origin, whatever they say of themselves."""
    assert not independent(one, two, **changes)


@pytest.mark.parametrize(
    "link",
    ["https://board.example/", "https://twitter.com/intent/tweet?text=lamp", "https://alpha.example/about-us/"],
    ids=["a front page", "a share button", "one's own page"],
)
def test_links_that_tell_no_origin_are_not_counted(link: str) -> None:
    """Any two pages have those."""
    assert independent(SEEN, HEARD, links=(link,), of_one={"links": (link,)})


def test_words_that_somebody_said_corroborate_nothing() -> None:
    """Of a party without a name nobody knows whether it is the other page's."""
    told = "The board said that 412 ships passed on the night of the lamp."
    assert not independent(SEEN, told, (SEEN, told))


def test_names_before_and_behind_a_verb_of_saying_are_witnesses() -> None:
    """And others are not."""
    found = witnesses_of("Osprey Lines said so, according to the Coast Pilots. Ada Finch sails on Monday.")
    assert found == {term_set("Osprey Lines"), term_set("Coast Pilots")}


# ---- the second citation -----------------------------------------------------------------------------

CLAIM = "412 ships passed on the night when the lamp was lit."


def test_a_claim_gets_the_page_that_knows_it_as_well() -> None:
    """And so counts as corroborated; what follows in the draft is untouched."""
    evidence = evidence_of(SEEN, HEARD)
    claim = ClaimDraft(text=CLAIM, kind="web", spans=(span_of(evidence, 3, HEARD),))
    draft = corroborate(Draft(headline=claim, what_changed=claim, takeaways=(claim,)), PassageFinder(evidence))
    assert draft.takeaways[0].spans == (span_of(evidence, 3, HEARD), span_of(evidence, 2, SEEN))
    assert draft.headline == claim
    (kept,) = verify_draft(draft, evidence).takeaways
    assert kept.corroborated


@pytest.mark.parametrize(
    ("two", "changes"),
    [
        ("Nine keepers counted 398 ships on the night when the lamp was lit.", {}),
        ("Ships pass Kestrel Point on every night of the year.", {}),
        (HEARD.replace("On the", "On that very"), {"site": "Alpha"}),
    ],
    ids=["another number", "less than the claim", "the same site"],
)
def test_a_page_that_does_not_know_it_by_itself_is_not_cited(two: str, changes: dict[str, Any]) -> None:
    """Each citation supports the whole sentence, or is none."""
    evidence = evidence_of(SEEN, two, **changes)
    claim = ClaimDraft(text=CLAIM, kind="web", spans=(span_of(evidence, 2, SEEN),))
    assert second_citation("takeaways", claim, PassageFinder(evidence)) == claim


def test_what_commenters_say_is_not_corroborated_by_pages() -> None:
    """It stays theirs."""
    evidence = make_evidence(make_thread(make_comment(HEARD)), make_page("alpha", f"A night\n\n{SEEN}"))
    claim = ClaimDraft(text=CLAIM, kind="thread", spans=(span_of(evidence, 1, HEARD),))
    assert second_citation("discussion", claim, PassageFinder(evidence)) == claim
