"""A clause of which the source has not one word is no paraphrase."""

import pytest

from server.core.clauses import strays
from server.core.words import term_set

KNOWN = term_set("Mara Pilot: The council voted 7 to 2 to relight the lamp of its lighthouse after 28 dark years.")


@pytest.mark.parametrize(
    "text",
    [
        "The council voted to relight the lamp, with walrus oil.",
        "The council voted to relight the lamp with free shipping.",
        "Get rich overnight: the council voted to relight the lamp.",
        "The council voted to relight the lamp (sponsored by Zubrowski).",
        "The council voted, because ferries sank, to relight the lamp.",
    ],
)
def test_a_clause_of_its_own_is_told(text: str) -> None:
    """Behind, in front, in brackets, in the middle."""
    assert strays(text, KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "The council voted to relight the lamp.",
        "By contrast, the council of the lighthouse decided to relight its lamp.",
        "Mara Pilot, who knows the lighthouse, says the council voted for the lamp.",
        "The council voted 7 to 2, after 28 years, to relight the lamp.",
        "The council restored the lamp, ending 28 dark years.",
        "The council voted for the lamp. Inference: ferries, and walrus hunters, will sail again.",
        "",
        ", , ;",
    ],
)
def test_paraphrase_connectives_and_inference_are_no_clauses_of_their_own(text: str) -> None:
    """One shared word is enough, since the gate counts the rest."""
    assert not strays(text, KNOWN)


def test_advice_begins_with_what_to_do() -> None:
    """Its first clause may be the writer's own."""
    assert not strays("Check your charts, since the council voted for the lamp.", KNOWN, may_begin=True)
    assert strays("Check your charts, since the council voted for the lamp.", KNOWN)
