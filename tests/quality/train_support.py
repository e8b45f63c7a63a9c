"""Fit the weights of `server/core/support/weights.py`: `python -m tests.quality.train_support` prints them.

Logistic regression by Newton's method on the train split of Factcheck-Bench (Apache-2.0), both classes weighing the
same, and nothing else. Those claims stand against web snippets; what they teach is tried on whole pages (WiCE), which
the weights never see. Lengths and counts are no features, since they do not carry over from one to the other.
"""

import math
import sys
from collections.abc import Sequence

from server.core.ranking import PageIndex
from server.core.support.features import Features, features_of, support_of
from server.core.support.statement import Statement
from tests.quality.labelled import Row, balanced, load, ranking_auc

RIDGE = 1.0  # from 0.3 to 10 the order of the claims stays the same to the third digit
STEPS = 20


def fit(features: Sequence[Sequence[float]], supported: Sequence[bool]) -> list[float]:
    """Intercept and weights."""
    rows = [(1.0, *row) for row in features]
    size, yes = len(rows[0]), sum(supported) / len(supported)
    weights = [0.0] * size
    for _ in range(STEPS):
        slope = [RIDGE * w * (n > 0) for n, w in enumerate(weights)]
        curve = [[RIDGE * (n == m and n > 0) for m in range(size)] for n in range(size)]
        for row, is_supported in zip(rows, supported, strict=True):
            chance = 1 / (1 + math.exp(-sum(w * x for w, x in zip(weights, row, strict=True))))
            worth = 0.5 / yes if is_supported else 0.5 / (1 - yes)
            for n in range(size):
                slope[n] += worth * (chance - is_supported) * row[n]
                for m in range(size):
                    curve[n][m] += worth * chance * (1 - chance) * row[n] * row[m]
        weights = [w - step for w, step in zip(weights, _solved(curve, slope), strict=True)]
    return weights


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """The x of matrix · x = right, by elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for n in range(len(rows)):
        pivot = max(range(n, len(rows)), key=lambda m: abs(rows[m][n]))
        rows[n], rows[pivot] = rows[pivot], rows[n]
        rows[n] = [value / rows[n][n] for value in rows[n]]
        for m in range(len(rows)):
            if m != n:
                rows[m] = [a - rows[m][n] * b for a, b in zip(rows[m], rows[n], strict=True)]
    return [row[-1] for row in rows]


def read(rows: Sequence[Row]) -> tuple[list[Features], list[bool]]:
    """Features and labels."""
    found: list[Features] = []
    for row in rows:
        claim, page = Statement(row.claim), PageIndex(row.sentences)
        found.append(features_of(claim, page, support_of(claim, page)))
    return found, [row.is_supported for row in rows]


def main() -> int:
    """Fit, print, and tell how the weights do on claims they have not seen."""
    rows = load("factcheck_train")
    if not rows:
        print("The labelled claims are not beside this checkout.", file=sys.stderr)
        return 1
    intercept, *weights = fit(*read(rows))
    named = ", ".join(f"{name}={weight:.3f}" for name, weight in zip(Features._fields, weights, strict=True))
    print(f"INTERCEPT = {intercept:.3f}\nWEIGHTS = Features({named})")
    for name in ("factcheck_train", "factcheck_dev", "wice_dev"):
        features, supported = read(load(name))
        scores = [intercept + sum(w * x for w, x in zip(weights, row, strict=True)) for row in features]
        even = balanced([score >= 0 for score in scores], supported)
        print(f"{name:<18}AUC {ranking_auc(scores, supported):.3f}   balanced accuracy {even:.3f}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
