"""Labelled claims from the folder beside the checkout, and what a verifier makes of them. None of it is committed."""

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from server.core.support import Judgement, Verifier

GROUNDING = Path(__file__).parents[2].parent / "shared" / "grounding"
SEED = 7


class Row(NamedTuple):
    """One claim against one source. `sets` are alternative sets of supporting sentences."""

    claim: str
    sentences: list[str]
    label: str
    sets: list[set[int]]
    meta: dict[str, Any]

    @property
    def is_supported(self) -> bool:
        return self.label == "supported"


def load(name: str) -> list[Row]:
    """The rows of a file; those that only name a row of another file get its sentences."""
    raw = list(_lines(name))
    split = name.rpartition("_")[2]
    parents: dict[str, list[str]] = {}
    if any("sentences" not in row for row in raw):
        for parent in (f"wice_{split}", f"factcheck_{split}"):
            parents |= {row["id"]: row["sentences"] for row in _lines(parent)}
    return [
        Row(
            row["claim"],
            row.get("sentences") or parents[row["parent"]],
            row["label"],
            [set(each) for each in row.get("supporting") or () if each],
            row.get("meta", {}),
        )
        for row in raw
    ]


def _lines(name: str) -> Iterator[dict[str, Any]]:
    path = GROUNDING / f"{name}.jsonl"
    if path.is_file():
        with path.open(encoding="utf-8") as file:
            yield from map(json.loads, file)


def judge_all(rows: Sequence[Row]) -> tuple[list[Judgement], float]:
    """What the verifier says of each, and the processor's milliseconds a claim, reading the page included."""
    began = time.process_time()
    judged = [Verifier(row.sentences).judge(row.claim) for row in rows]
    return judged, (time.process_time() - began) / max(1, len(rows)) * 1000


# ---- figures ----------------------------------------------------------------------------------------


def share(flags: Sequence[bool]) -> float:
    """How many of them are true; 0 of none."""
    return sum(flags) / len(flags) if flags else 0.0


def balanced(said: Sequence[bool], supported: Sequence[bool]) -> float:
    """The mean of the shares that are right among supported and among other claims."""
    right = share([a for a, b in zip(said, supported, strict=True) if b])
    return (right + 1 - share([a for a, b in zip(said, supported, strict=True) if not b])) / 2


def ranking_auc(scores: Sequence[float], supported: Sequence[bool]) -> float:
    """The chance that a supported claim scores above another one; ties count one half."""
    order = sorted(range(len(scores)), key=scores.__getitem__)
    ranks = [0.0] * len(scores)
    at = 0
    while at < len(order):
        end = at
        while end + 1 < len(order) and scores[order[end + 1]] == scores[order[at]]:
            end += 1
        for place in order[at : end + 1]:
            ranks[place] = (at + end) / 2 + 1
        at = end + 1
    yes, no = sum(supported), len(supported) - sum(supported)
    return (sum(r for r, s in zip(ranks, supported, strict=True) if s) - yes * (yes + 1) / 2) / max(1, yes * no)


def interval(figure: Callable[[Sequence[int]], float], size: int, times: int = 400) -> tuple[float, float, float]:
    """A figure over all rows, and its 95 % interval over rows drawn with repetition."""
    chance = random.Random(SEED)
    drawn = sorted(figure([chance.randrange(size) for _ in range(size)]) for _ in range(times))
    return figure(range(size)), drawn[int(0.025 * (times - 1))], drawn[int(0.975 * (times - 1))]
