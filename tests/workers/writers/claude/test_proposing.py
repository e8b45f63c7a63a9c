"""From a model's words to a draft."""

from typing import Any

import pytest

from server.core.card import Draft
from server.core.drafts import list_drafted
from tests.evidence import make_comment, make_evidence, make_page, make_thread, span_of
from workers.writers.claude.proposing import clean, propose_draft, read_cites

EVIDENCE = make_evidence(
    make_thread(make_comment("The lamp should stay dark.", 1)),
    make_page("harbour", "Lamp\n\nThe council voted to relight it. The vote was 9 to 2.\n\nPilots had asked."),
)  # passages: 1 title, 2 comment, 3 "Lamp", 4 and 5 the vote, 6 pilots


def said(text: str = "The council voted.", *cites: Any) -> dict[str, Any]:
    """As a model says it."""
    return {"text": text, "cites": list(cites)}


def test_numbers_name_passages_and_neighbours_make_one() -> None:
    """Numbers of nothing name nothing; at most four are read."""
    assert read_cites([4, 5], EVIDENCE) == (
        span_of(EVIDENCE, 2, "The council voted to relight it. The vote was 9 to 2."),
    )
    assert [span.source for span in read_cites([6, 2], EVIDENCE)] == [2, 1]
    assert read_cites([0, -1, 7, 10**12], EVIDENCE) == ()
    assert len(read_cites([1, 6, 1, 6, 1, 6], EVIDENCE)) == 4


def test_the_kind_of_a_claim_follows_from_what_it_cites() -> None:
    """And from its section, where inference is at home."""
    draft = propose_draft(
        [
            ("takeaways", [said("a", 2), said("b", 2, 6), said("c")]),
            ("why_it_matters", said("d", 6)),
            ("discussion", [said("e", 6)]),
        ],
        EVIDENCE,
    )
    assert [claim.kind for _, claim in list_drafted(draft)] == ["interpretation", "thread", "web", "web", "thread"]


@pytest.mark.parametrize(
    "member",
    [
        ("headline", None), ("headline", []), ("headline", {"text": 7}), ("headline", "Lamp relit"),
        ("takeaways", {"text": "x"}), ("takeaways", None), ("takeaways", [None, 3, "x", {"cites": [1]}]),
        ("category", "Gossip"), ("who_should_care", ["Cats"]), ("timeline", [{"date": "soon", **said()}]),
        ("timeline", [{"date": "2026-13", **said()}]), ("disputed", [{"about": "x", "sides": [said()], "note": None}]),
        ("implications", [{"prediction": "", "rationale": said()}]), ("sources", ["https://x.example"]),
        ("headline", {"text": "   ", "cites": []}), ("headline", said("x" * 401)),
    ],
)  # fmt: skip
def test_what_has_another_shape_proposes_nothing(member: tuple[str, Any]) -> None:
    """One item of the wrong shape costs itself alone."""
    assert propose_draft([member], EVIDENCE) == Draft()


def test_good_items_stand_beside_bad_ones_and_never_too_many() -> None:
    """A hundred takeaways are five."""
    draft = propose_draft([("takeaways", [None, said("one", 4), {"text": 2}, said("two", 5)])], EVIDENCE)
    assert [claim.text for claim in draft.takeaways] == ["one", "two"]
    many = propose_draft([("takeaways", [said(f"n {n}", 4) for n in range(100)])], EVIDENCE)
    assert len(many.takeaways) == 5


@pytest.mark.parametrize(
    "text",
    [
        "See https://bad.example/x", "See www.bad.example now", "<img src=x>", "![a](x)", "[1]: x", "[the site](x)",
        "javascript:alert(1)", "data:text/html,x", "Write to lamp@bad.example", "Visit bad.example today",
        "Join cform.com for more", "&lt;script&gt;", "```sh", "ftp://bad.example", "//host\u200b.bad.example/x",
    ],
)  # fmt: skip
def test_text_that_could_act_or_lead_elsewhere_is_no_claim(text: str) -> None:
    """Links, addresses, markup, and hosts that none of the sources has."""
    assert clean(text, EVIDENCE) == ""


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("The  lamp\nis **lit**.", "The lamp is lit."),
        ("Node.js 24 reads setup.py.", "Node.js 24 reads setup.py."),
        ("harbour.example reports the vote.", "harbour.example reports the vote."),
        ("The U.S. coast guard paid $5.5m.", "The U.S. coast guard paid $5.5m."),
        ("Li\u200bt again\u202e [4, 5].", "Lit again."),
        ("use_of_force stays", "use_of_force stays"),
        ("a < b and c > d", "a < b and c > d"),
    ],
)
def test_text_that_is_only_text_is_made_plain(text: str, plain: str) -> None:
    """Emphasis, passage numbers and unseen characters go; names with dots stay."""
    assert clean(text, EVIDENCE) == plain
