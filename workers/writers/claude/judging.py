"""Asking a model, once and for all claims together, whether their quotations back them."""

from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

import msgspec

from server.core.citations import CheckedClaim, quoted, surroundings
from server.core.judging import Ruling
from server.core.model import PromptPart
from server.core.source import Evidence
from workers.writers.claude.asking import Asker, Call
from workers.writers.claude.material import plain
from workers.writers.claude.shapes import JudgeAnswer, Judged

JUDGE = Call(name="judge", role="judge", answer=JudgeAnswer, max_tokens=1_500)
LONGEST_SURROUNDINGS = 900


async def judge(asker: Asker, claims: Sequence[CheckedClaim], evidence: Evidence) -> dict[int, Ruling]:
    """The rulings by the claims' numbers from 1, as far as the model gave any; ModelError when no answer came."""
    cases = "\n\n".join(_case(n, claim, evidence) for n, claim in enumerate(claims, start=1))
    request = asker.request(JUDGE, (PromptPart(cases),))
    rulings: dict[int, Ruling] = {}
    async with aclosing(asker.members(request)) as members:
        async for name, value in members:
            if name == "judged" and isinstance(value, list):
                rulings |= dict(filter(None, map(_ruling, value[: len(claims)])))
    return rulings


def _case(n: int, claim: CheckedClaim, evidence: Evidence) -> str:
    lines = [f"Sentence {n}: {plain(claim.draft.text)}"]
    for span in claim.spans:
        around = plain(surroundings(span, evidence), LONGEST_SURROUNDINGS)
        lines += [f"Quotation: {plain(quoted(span, evidence) or '', 700)}", f"Surroundings: {around}"]
    return "\n".join(lines)


def _ruling(value: Any) -> tuple[int, Ruling] | None:
    """None for what has another shape."""
    try:
        judged = msgspec.convert(value, Judged)
    except msgspec.ValidationError:
        return None
    return judged.n, Ruling(judged.verdict, judged.quote)
