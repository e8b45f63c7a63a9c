"""What is marked as interpretation may infer; what it takes for a fact has to be one."""

import pytest

from server.core.support import judge_interpretation

QUOTE = "The council said the relit lamp will draw ferries back to the old channel, which is 14 metres deep."
AROUND = "Harbour Post 2026-02-23 Council relights lamp. Pilots had asked for the light since the storm."


@pytest.mark.parametrize(
    "claim",
    [
        "The council said the relit lamp will draw ferries back to the old channel. Inference: busier quays.",
        "Check whether your ferries draw more than the old channel, which is 14 metres deep.",
        "If ferries come back to the old channel, quays along the channel get busier.",
        "Plan for ferries in the old channel once the lamp is relit.",
    ],
)
def test_inference_and_advice_may_go_beyond_the_quotation(claim: str) -> None:
    """As long as they are about what it is about."""
    assert judge_interpretation(claim, QUOTE, AROUND).support == "supported"


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("The council said a museum bought the lamp. Inference: quays empty.", "coverage"),
        ("The council said the channel is 19 metres deep. Inference: it is deep.", "number"),
        ("The council said the relit lamp will draw ferries back to the old channel. Inference: 40 quays follow.",
         "number"),
        ("The council said the relit lamp will draw ferries back to the old channel. Inference: Norwell pays.",
         "name"),
        ("Buy shares of fish canneries before the summer starts.", "coverage"),
        ("Ask Norwell Lines whether the old channel is deep enough for ferries.", "name"),
        ("Wait until 40 ferries use the old channel.", "number"),
    ],
)  # fmt: skip
def test_a_false_fact_or_a_figure_of_its_own_sinks_it(claim: str, reason: str) -> None:
    """Before "Inference:" and after it."""
    verdict = judge_interpretation(claim, QUOTE, AROUND)
    assert (verdict.support, verdict.reason) == (None, reason)
