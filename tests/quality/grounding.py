"""What the verifier finds and decides on labelled claims: `python -m tests.quality.grounding` prints the table.

Each figure stands with its 95 % interval over claims drawn with repetition. The claims are not in this repository; they
lie in `../shared/grounding`, if anywhere. FaithBench is measured here and has no part in any weight or threshold.
"""

import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple

from server.core.support import Judgement
from tests.quality.labelled import GROUNDING, Row, balanced, interval, judge_all, load, ranking_auc, share

EVEN = 0.5


class Figure(NamedTuple):
    """One measured figure. `reach` is what it should come to."""

    name: str
    value: float
    low: float
    high: float
    rows: int
    reach: str = ""

    def __str__(self) -> str:
        return (
            f"{self.name:<58}{self.value:>7.3f}  [{self.low:.3f}, {self.high:.3f}]{self.rows:>7}  {self.reach}".rstrip()
        )


def measure() -> dict[str, Figure]:
    """Every figure by its key; empty without the labelled claims."""
    found: dict[str, Figure] = {}
    for name in ("wice_dev", "factcheck_dev", "faithbench_dev", "numswap_dev"):
        rows = load(name)
        if rows:
            judged, took_ms = judge_all(rows)
            found |= _swapped(rows, judged) if name.startswith("numswap") else _decided(name, rows, judged)
            if name == "wice_dev":
                found |= _evidence(rows, judged)
                found["ms"] = Figure(
                    "processor ms a claim, its page read for it", took_ms, took_ms, took_ms, len(rows), "≤ 3"
                )
    return found


def _figure(name: str, figure: Callable[[Sequence[int]], float], rows: int, reach: str = "") -> Figure:
    return Figure(name, *interval(figure, rows), rows, reach)


def _evidence(rows: Sequence[Row], judged: Sequence[Judgement]) -> dict[str, Figure]:
    pairs = [(row.sets, judgement.evidence) for row, judgement in zip(rows, judged, strict=True) if row.sets]
    found = [max(len(set(evidence) & each) / len(each) for each in sets) for sets, evidence in pairs]
    first = [any(evidence[:1] and evidence[0] in each for each in sets) for sets, evidence in pairs]
    return {
        "recall@5": _figure("WiCE: share of the evidence in five sentences",
                            lambda drawn: sum(found[n] for n in drawn) / len(drawn), len(pairs), "≥ .85"),
        "hit@1": _figure("WiCE: first sentence is evidence",
                         lambda drawn: share([first[n] for n in drawn]), len(pairs), "≥ .80"),
    }  # fmt: skip


def _decided(name: str, rows: Sequence[Row], judged: Sequence[Judgement]) -> dict[str, Figure]:
    title = name.removesuffix("_dev")
    is_pages = title == "wice"
    true = [row.is_supported for row in rows]
    scores = [judgement.score for judgement in judged]
    said = [judgement.label == "supported" for judgement in judged]

    def of(drawn: Sequence[int], wanted: bool) -> float:
        return share([said[n] for n in drawn if true[n] is wanted])

    size = len(rows)
    return {
        f"{title} even": _figure(
            f"{title}: balanced accuracy, score ≥ {EVEN}",
            lambda drawn: balanced([scores[n] >= EVEN for n in drawn], [true[n] for n in drawn]),
            size, "≥ .77" if is_pages else "",
        ),
        f"{title} auc": _figure(
            f"{title}: AUC", lambda drawn: ranking_auc([scores[n] for n in drawn], [true[n] for n in drawn]), size
        ),
        f"{title} false support": _figure(
            f"{title}: unsupported claims called supported", lambda drawn: of(drawn, False), size,
            "≤ .10" if is_pages else "",
        ),
        f"{title} recall": _figure(
            f"{title}: supported claims called supported", lambda drawn: of(drawn, True), size,
            "≥ .50" if is_pages else "",
        ),
    }  # fmt: skip


def _swapped(rows: Sequence[Row], judged: Sequence[Judgement]) -> dict[str, Figure]:
    found: dict[str, Figure] = {}
    for kind, reach in (("absent", "0"), ("present", "≤ .25"), ("original", "")):
        said = [j.label == "supported" for row, j in zip(rows, judged, strict=True) if row.meta.get("kind") == kind]
        found[f"swapped {kind}"] = _figure(
            f"figures {'untouched' if kind == 'original' else f'exchanged, the new one {kind}'}: called supported",
            lambda drawn, said=said: share([said[n] for n in drawn]),  # type: ignore[misc]
            len(said), reach,
        )  # fmt: skip
    return found


def main() -> int:
    """Print the table."""
    figures = measure()
    if not figures:
        print(f"The labelled claims are not at {GROUNDING}; there is nothing to measure.", file=sys.stderr)
        return 1
    print(f"{'':<58}{'':>7}  {'95 % interval':<14}{'claims':>9}  reach")
    for figure in figures.values():
        print(figure)
    return 0


if __name__ == "__main__":
    sys.exit(main())
