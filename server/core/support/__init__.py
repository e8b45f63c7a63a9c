"""Whether a text supports a claim: deterministically, and with the reason in a word where it does not.

`judge_support` is the gate of a card: one claim, one quotation, what stands around it. `Verifier` asks the same of a
whole page: which of its sentences are the evidence, and do they support the claim? Both read sentences alike, place
figures alike and refuse the same contradictions.
"""

from server.core.support.gate import Verdict, judge_interpretation, judge_support
from server.core.support.reasons import Reason
from server.core.support.translated import judge_translation, kept_names
from server.core.support.verifier import Judgement, Verifier
from server.core.support.wording import is_attributed

__all__ = [
    "Judgement",
    "Reason",
    "Verdict",
    "Verifier",
    "is_attributed",
    "judge_interpretation",
    "judge_support",
    "judge_translation",
    "kept_names",
]
