"""Units of measurement: their names, and what they are exact multiples of."""

import re

# Only what is exact by definition: a month has no number of days.
_BASES: dict[str, tuple[str, float]] = {
    "millisecond": ("second", 0.001), "ms": ("second", 0.001), "microsecond": ("second", 1e-6),
    "nanosecond": ("second", 1e-9), "minute": ("second", 60), "min": ("second", 60), "hour": ("second", 3600),
    "hr": ("second", 3600), "day": ("second", 86_400), "week": ("second", 604_800), "fortnight": ("second", 1_209_600),
    "year": ("month", 12), "decade": ("month", 120), "century": ("month", 1200),
    "percent": ("%", 1), "per cent": ("%", 1), "pct": ("%", 1), "pc": ("%", 1), "パーセント": ("%", 1),
    "percentage point": ("point", 1), "pp": ("point", 1), "basis point": ("point", 0.01),
    "mm": ("meter", 0.001), "cm": ("meter", 0.01), "km": ("meter", 1000), "kilometer": ("meter", 1000),
    "kilometre": ("meter", 1000), "centimeter": ("meter", 0.01), "centimetre": ("meter", 0.01),
    "mg": ("gram", 0.001), "kg": ("gram", 1000), "kilogram": ("gram", 1000), "kilo": ("gram", 1000),
    "tonne": ("gram", 1e6), "kilobyte": ("kb", 1), "megabyte": ("mb", 1), "gigabyte": ("gb", 1),
    "terabyte": ("tb", 1), "kilowatt": ("kw", 1), "megawatt": ("mw", 1), "gigawatt": ("gw", 1),
    "dollar": ("$", 1), "usd": ("$", 1), "euro": ("€", 1), "eur": ("€", 1), "pound": ("£", 1), "gbp": ("£", 1),
    "yen": ("¥", 1), "jpy": ("¥", 1), "円": ("¥", 1), "cny": ("yuan", 1), "rmb": ("yuan", 1), "元": ("yuan", 1),
    "rupee": ("₹", 1), "inr": ("₹", 1), "fold": ("times", 1), "x": ("times", 1),
}  # fmt: skip
_ONE_NAME = {
    "metre": "meter", "metres": "meter", "inches": "inch", "centuries": "century", "feet": "foot", "°c": "degree",
    "°": "degree", "％": "%", "ms": "ms", "times": "times",
}  # fmt: skip
_UNIT = re.compile(
    r"[ -]?(?P<unit>%|％|percentage points?|basis points?|percent|per cent|pct|pp|pc|パーセント|"
    r"(?:milli|micro|nano)?seconds?|ms|minutes?|mins?|hours?|hrs?|days?|weeks?|fortnights?|months?|years?|decades?|"
    r"century|centuries|(?:kilo|mega|giga|tera)?bytes?|[kmgt]i?b|gbps|mbps|(?:kilo|centi)?met(?:er|re)s?|[mck]m|miles?|"
    r"mph|km/h|inch(?:es)?|feet|foot|acres?|hectares?|[mk]g|kilos?|(?:kilo)?grams?|tons?|tonnes?|lbs?|ounces?|"
    r"lit(?:er|re)s?|gallons?|barrels?|degrees?|°c?|(?:kilo|mega|giga)?watts?|[kmg]wh?|[mg]?hz|dollars?|euros?|pounds?|"
    r"yen|yuan|rupees?|cents?|usd|eur|gbp|jpy|cny|rmb|inr|円|元|times|x|fold)(?![^\W_])"
)
_ASIDE = re.compile(
    r" (?!(?:of|to|in|on|and|or|per|an|the|for|by|at|out|than|as|over|from|with)\b)[a-z]{3,14} "
    r"(?P<unit>seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?)(?![^\W_])"
)
_SIGN = re.compile(r"(?P<sign>[$€£¥₹₩₽]|(?<![a-z])(?:usd|eur|gbp|jpy|cny|rmb|inr))\s?$")


def unit_before(plain: str, start: int) -> str:
    """The sign or code of a currency that stands right before a figure of a folded text; "" when none does."""
    sign = _SIGN.search(plain, max(0, start - 5), start)
    return sign["sign"] if sign else ""


def unit_after(plain: str, end: int) -> tuple[str, int]:
    """The unit right after a figure, in the singular, and where its name ends; "" and `end` when there is none."""
    match = _UNIT.match(plain, end)
    if not match:
        if aside := _ASIDE.match(plain, end):  # "28 dark years"
            return aside["unit"].removesuffix("s"), aside.end()
        return "", end
    name = match["unit"]
    return _ONE_NAME.get(name, name.removesuffix("s")), match.end()


def in_base_unit(value: float, unit: str) -> tuple[float, str]:
    """The same measure in the unit that all of its kind are compared in: 72 hours and three days are one."""
    base, factor = _BASES.get(unit, (unit, 1.0))
    return float(f"{value * factor:.12g}"), base


def is_duration(unit: str) -> bool:
    """Whether it measures time."""
    return _BASES.get(unit, (unit, 1))[0] in ("second", "month")
