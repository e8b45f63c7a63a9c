"""Whatever a model does, there is a card: whole, verified, honest about who wrote it, and paid once."""

from pathlib import Path

import pytest

from server.core.card import list_claims
from server.core.words import fold
from tests.workers.faults import FAULTS, Fault, Outcome, suffer
from tests.workers.newsroom import STAGES
from tests.workers.test_pipeline import KEY, assert_quotes_stand
from workers.adapters import anthropic_model
from workers.stages.desk import NOTHING_HOLDS
from workers.writers.claude.writing import NO_ANSWER

pytestmark = pytest.mark.anyio
NEEDED = {"headline", "what_changed", "takeaways"}
WIRED = [pytest.param(fault, id=fault.name) for fault in FAULTS]
BIG = "ten megabytes"  # three seconds of JSON, if all sections have so many
BROKEN = [pytest.param(f, id=f.name) for f in FAULTS if f.scripted and not f.heals and f.name != BIG]


def find(name: str) -> Fault:
    return next(fault for fault in FAULTS if fault.name == name)


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trying again is tested where it lives; here nobody waits for it."""
    monkeypatch.setattr(anthropic_model, "BACKOFF_S", (0.01, 0.02))


async def assert_whole(outcome: Outcome) -> None:
    """Complete, stored, its quotations in their places, and the day's budget less what it says it cost."""
    card, office = outcome.card, outcome.office
    await assert_quotes_stand(office, card)
    assert card.status == "complete"
    stored = await office.store.find_card(KEY)
    assert stored is not None
    assert stored.card == card
    assert {section for section, _ in list_claims(card)} >= NEEDED
    assert card.provenance.cost_usd is not None
    assert await office.budget.left() == pytest.approx(10.0 - card.provenance.cost_usd, abs=2e-6)


async def quoted(outcome: Outcome, section: str) -> bool:
    """Whether each sentence of a section stands in its source as it is."""
    texts = {n: fold(text) for n, text in (await outcome.office.stored_texts(outcome.card)).items()}
    claims = [claim for name, claim in list_claims(outcome.card) if name == section]
    return all(fold(claim.text).strip(".") in texts[claim.citations[0].source] for claim in claims)


async def assert_signed(outcome: Outcome, fault: Fault, *, alone: bool) -> None:
    """By the model where its section came to stand, else by both, and the reader is told which section is quoted."""
    method = outcome.card.verification.method
    if fault.heals:
        assert outcome.card.provenance.writer == "claude", method
        assert "Quoted" not in method
    elif alone:
        assert outcome.card.provenance.writer == "mixed", method
        assert "Quoted instead of written: takeaways." in method
        assert await quoted(outcome, "takeaways")
    elif fault.spares:
        assert outcome.card.provenance.writer == "mixed", method
        assert "Quoted instead of written:" in method
    else:
        assert outcome.card.provenance.writer == "extractive", method
        assert method.endswith((NO_ANSWER, NOTHING_HOLDS))
        for section in {section for section, _ in list_claims(outcome.card)} - {"discussion"}:
            assert await quoted(outcome, section), section


@pytest.mark.parametrize("fault", WIRED)
async def test_a_section_that_fails_on_the_wire_is_quoted(fault: Fault) -> None:
    """Through the real client."""
    outcome = await suffer(fault, ("takeaways",), wire=True)
    await assert_whole(outcome)
    await assert_signed(outcome, fault, alone=True)


@pytest.mark.parametrize("fault", BROKEN)
async def test_where_every_section_fails_the_card_is_quoted_and_does_not_claim_otherwise(fault: Fault) -> None:
    """Also where the model was paid for all of it."""
    outcome = await suffer(fault, STAGES, wire=False)
    await assert_whole(outcome)
    await assert_signed(outcome, fault, alone=False)


async def test_ten_megabytes_that_no_adapter_held_back_cost_one_section() -> None:
    """Another adapter might let them through."""
    outcome = await suffer(find(BIG), ("takeaways",), wire=False)
    await assert_whole(outcome)
    await assert_signed(outcome, find(BIG), alone=True)


@pytest.mark.parametrize("wire", [False, True])
@pytest.mark.parametrize("name", ["refusal", "nulls"])
async def test_where_every_section_but_one_fails_that_one_is_the_models(name: str, wire: bool) -> None:
    """And everything else is quoted."""
    outcome = await suffer(find(name), [stage for stage in STAGES if stage != "takeaways"], wire=wire)
    await assert_whole(outcome)
    assert outcome.card.provenance.writer == "mixed"
    assert "takeaways" not in outcome.card.verification.method
    assert "Quoted instead of written: headline, what changed" in outcome.card.verification.method


async def test_a_cut_answer_is_asked_for_once_more_with_twice_the_room() -> None:
    """And no third time."""
    cut = find("cut again")
    outcome = await suffer(cut, ("takeaways",), wire=False)
    asked = [request.max_tokens for request in outcome.office.model.asked if request.stage == "takeaways"]
    assert asked == [asked[0], 2 * asked[0]]


async def test_a_card_of_which_nothing_of_the_model_holds_keeps_what_it_cost() -> None:
    """The money is gone, so it is told; each refused sentence is counted."""
    nothing_true = find("nothing true")
    card = (await suffer(nothing_true, STAGES, wire=False)).card
    assert card.provenance.writer == "extractive"
    assert card.provenance.cost_usd
    assert card.provenance.model == "scripted-model"
    assert card.verification.dropped >= 10
    assert card.verification.method.endswith(NOTHING_HOLDS)


def test_the_fault_table_tells_of_every_fault() -> None:
    """In one section and in all; `python -m tests.bench.model_faults` writes it."""
    page = (Path(__file__).parents[2] / "docs" / "model-faults.md").read_text()
    for fault in FAULTS:
        assert page.count(f"| {fault.what} |") == 2
