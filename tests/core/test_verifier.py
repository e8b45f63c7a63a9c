"""A claim against a whole page: evidence, score, label and reason."""

import pytest

from server.core.support import Verifier

PAGE = [
    "Kestrel Point Courier",
    "23 February 2026",
    "The Kestrel Point council voted 7 to 2 on Monday to relight the lamp after 28 dark years.",
    "It will cost 41,000 crowns over three years.",
    "The European Maritime Agency paid half of it.",
    "Moths, boats and bakeries were discussed as well.",
    "Nobody was hurt in the rain of that evening.",
]
VOTE = "The council voted 7 to 2 to relight the lamp."


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    return Verifier(PAGE)


def test_the_evidence_is_the_sentences_that_speak_to_the_claim(verifier: Verifier) -> None:
    """The best first, at most five."""
    judged = verifier.judge("The council voted to relight the lamp, which costs 41,000 crowns.")
    assert judged.evidence[0] == 2
    assert 3 in judged.evidence
    assert len(judged.evidence) <= 5


def test_a_supported_claim_has_no_reason_and_every_other_has_one(verifier: Verifier) -> None:
    """Of one word."""
    assert verifier.judge(VOTE).reason is None
    for claim in ("", "A bakery burned.", VOTE.replace("7", "9"), VOTE.replace("council", "Fennmark council")):
        judged = verifier.judge(claim)
        assert judged.label != "supported"
        assert judged.reason is not None


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("The council voted 9 to 2 to relight the lamp.", "number"),
        ("The council voted 7 to 41,000 to relight the lamp.", "number"),
        ("The council voted 7 to 2 to relight the lamp after 28 dark months.", "number"),
        ("It will cost more than 41,000 crowns over three years.", "degree"),
        ("The Fennmark Bay council voted 7 to 2 to relight the lamp.", "name"),
        ("The Kestrel Point council voted 7 to 2 on Monday not to relight the lamp.", "negation"),
        ("The council voted on 2 May 2026 to relight the lamp.", "number"),
    ],
)
def test_what_speaks_against_a_claim_is_told(verifier: Verifier, claim: str, reason: str) -> None:
    """And it is not called supported, though nearly all its words are there."""
    judged = verifier.judge(claim)
    assert (judged.reason, judged.label == "supported") == (reason, False)


def test_a_denied_claim_is_not_even_partly_supported(verifier: Verifier) -> None:
    """The page says otherwise, not less."""
    assert verifier.judge("The Kestrel Point council never voted to relight the lamp.").label == "not_supported"


def test_the_page_may_write_a_name_out(verifier: Verifier) -> None:
    """Or the claim may."""
    assert verifier.judge("The EMA paid half of it.").label == "supported"
    short = Verifier([*PAGE[:4], "The EMA paid half of it."])
    assert short.judge("The European Maritime Agency paid half of it.").label == "supported"


def test_the_page_says_its_own_date_in_a_line_of_its_own(verifier: Verifier) -> None:
    """Which supports the date of what it tells; another date it does not."""
    assert verifier.judge("In February 2026 the council voted to relight the lamp.").label == "supported"
    assert verifier.judge("In February 2025 the council voted to relight the lamp.").label != "supported"


def test_more_of_a_claim_in_one_place_scores_higher() -> None:
    """Words scattered over a page support less than the same words in one sentence, and none less than some."""
    scattered = [
        "The council met.",
        "Rain.",
        "Rain.",
        "A lamp.",
        "Rain.",
        "Rain.",
        "They voted.",
        "Rain.",
        "Relight it.",
    ]
    claim = "The council voted to relight the lamp."
    together, apart, nothing = (Verifier(page).judge(claim).score for page in (PAGE, scattered, ["Moths."]))
    assert together > apart > nothing


def test_a_page_answers_the_same_whatever_was_asked_before(verifier: Verifier) -> None:
    """Nothing of one claim stays for the next."""
    first = verifier.judge(VOTE)
    for claim in ("Moths ate 28 boats.", "", VOTE * 400):
        verifier.judge(claim)
    assert verifier.judge(VOTE) == first == Verifier(PAGE).judge(VOTE)


def test_a_page_without_sentences_supports_nothing() -> None:
    """And names no evidence."""
    judged = Verifier([]).judge(VOTE)
    assert (judged.label, judged.evidence) == ("not_supported", ())
