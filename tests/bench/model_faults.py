"""The fault table: what a failing model costs, and what the reader of the card sees. Prints docs/model-faults.md.

`python -m tests.bench.model_faults > docs/model-faults.md`
"""

import asyncio
import logging
import time
from collections.abc import Collection, Iterator

from server.core.assembly import METHOD
from tests.workers.faults import FAULTS, Fault, Outcome, answered, suffer
from tests.workers.newsroom import STAGES

ALONE = ("takeaways",)
FINE = answered("none", "answers well", lambda answer: answer, heals=True)
SIGNED = {"claude": "the model", "mixed": "the model and the extractive writer", "extractive": "the extractive writer"}
HEAD = """# What a failing model costs, and what the reader sees

Written by `python -m tests.bench.model_faults`: each fault played to the real client by a server on the
loopback address, over the packaged sample thread and the page it links to. Tokens are what that server counts,
one for each four bytes of prompt and answer; a request it does not begin to answer counts none. In every case a
whole card is stored, each of its quotations stands, and what was spent is booked once. One question takes at
most `THREADPROOF_MODEL_TIMEOUT_S` (here 20 s, for silence 1.5 s) and three requests over failures that may
pass; where no JSON came, it is asked for in two plainer ways; where an answer was cut off, once more with twice
the room; and what was refused is given back once. Where a stream broke off in every section, the members that
had closed are the model's.

| the model | requests | tokens | seconds | written by | the card says |
|---|---|---|---|---|---|"""


async def measure() -> list[str]:
    """All lines of the table."""
    lines = [await _row(FINE, STAGES)]
    for title, stages in (("In the takeaways alone", ALONE), ("In every section", STAGES)):
        lines += [f"| **{title}, it** | | | | | |", *[await _row(fault, stages) for fault in FAULTS]]
    return lines


async def _row(fault: Fault, stages: Collection[str]) -> str:
    began = time.perf_counter()
    outcome = await suffer(fault, stages, wire=True)
    cells = [fault.what, *_cells(outcome, time.perf_counter() - began)]
    return f"| {' | '.join(cells)} |"


def _cells(outcome: Outcome, took_s: float) -> Iterator[str]:
    card = outcome.card
    yield str(outcome.requests)
    yield f"{sum((card.provenance.tokens or {}).values()):,}"
    yield f"{took_s:.1f}"
    yield SIGNED[card.provenance.writer]
    dropped = card.verification.dropped
    said = [card.verification.method.removeprefix(METHOD).strip(), f"{dropped} claims dropped." if dropped else ""]
    yield " ".join(filter(None, said))


def main() -> None:
    """Print the page."""
    logging.disable(logging.WARNING)
    lines = asyncio.run(measure())
    print(HEAD)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
