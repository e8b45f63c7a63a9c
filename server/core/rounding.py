"""Whether two figures may tell of one number, which nobody tells to the last digit."""

from server.core.numbers import Figure

TOLERANCE = 0.1  # what "about" may be off
MORE_THAN = 1.25  # how much more "more than" may mean


def may_be_one(a: Figure, b: Figure, *, about: bool) -> bool:
    """Whether two figures of one unit may tell of one number: rounded, `about` that much, or bounded by one another."""
    x, y = a.measure[0], b.measure[0]
    if x == y:
        return True
    if a.bound or b.bound:
        return not _crosses(a, y) and not _crosses(b, x)
    if abs(x - y) <= max(_step(a), _step(b)) / 2:
        return True
    return about and abs(x - y) <= TOLERANCE * max(abs(x), abs(y))


def _crosses(bounded: Figure, other: float) -> bool:
    """Whether a number lies beyond what another is bounded by. Nobody says "over 16 million" of 28."""
    value = bounded.measure[0]
    if bounded.bound == ">":
        return not 0.95 * value <= other <= MORE_THAN * value
    return bounded.bound == "<" and other > 1.05 * value


def _step(figure: Figure) -> float:
    """How finely a number is told: 1,000 for 24,000, a tenth for 3.4."""
    digits = f"{figure.value:.12g}"
    if "e" in digits:
        return 0.0
    whole, _, part = digits.partition(".")
    told = 10.0 ** -len(part) if part else 10.0 ** (len(whole) - len(whole.rstrip("0")))
    return told * (figure.measure[0] / figure.value) if figure.value else 0.0
