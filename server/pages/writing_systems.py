"""In what script a text is written, and what that tells of its language: for the voice that reads it and the font.

Only languages that nearly own their script are told; Latin letters tell nothing.
"""

import re
from functools import lru_cache

import msgspec

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
# Ranges of letters (Unicode 16 blocks).
LETTERS: dict[str, re.Pattern[str]] = {
    "ja": re.compile("[\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9d]"),
    "ko": re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]"),
    "zh": re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"),
    "ar": re.compile("[\u0620-\u064a\u066e-\u06d3\u0750-\u077f\u08a0-\u08c9\ufb50-\ufdff\ufe70-\ufefc]"),
    "he": re.compile("[\u05d0-\u05f2\ufb1d-\ufb4f]"),
    "ru": re.compile("[\u0400-\u052f]"),
    "el": re.compile("[\u0370-\u03ff\u1f00-\u1fff]"),
    "hi": re.compile("[\u0900-\u097f]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
}
# A first look, ten times faster: most texts have none of these.
OTHER_LETTERS = re.compile("[\u0370-\u1fff\u3040-\ufdff\ufe70-\uff9d\U00020000-\U0003ffff]")
LATIN = re.compile("[A-Za-z\u00aa-\u024f\u1e00-\u1eff]")
# Languages that share a script with one of those above; any other is taken to be in Latin letters.
SCRIPT_OF = {language: language for language in LETTERS} | {"yue": "zh", "wuu": "zh", "yi": "he"}
SCRIPT_OF |= dict.fromkeys("fa ur ps sd ug ckb".split(), "ar") | dict.fromkeys("mr ne sa".split(), "hi")
SCRIPT_OF |= dict.fromkeys("uk be bg sr mk kk ky mn tg tt".split(), "ru")


class Tongue(msgspec.Struct, frozen=True):
    """A text's language and direction, each "" where it is that of what stands around, or nothing tells."""

    lang: str
    dir: str


PLAIN = Tongue("", "")


def tongue_of(text: str, known: str | None, *, within: str) -> Tongue:
    """How to mark a text within a text of another language, or of the same.

    `known` is what somebody says of its language; it is believed where the script may be that language's.
    """
    told = language_of(text)
    if known is None or not LANGUAGE.fullmatch(known) or not _may_be(text, told, known):
        known = "" if _may_be(text, told, within) else told
    side = ("rtl" if told in RIGHT_TO_LEFT else "ltr") if told or LATIN.search(text) else direction_of(within)
    lang = "" if primary(known) == primary(within) else known
    return Tongue(lang, "" if side == direction_of(within) else side)


def language_of(text: str) -> str:
    """The language whose script most of the text is in; "" where that is Latin, another, or none.

    Japanese is told from Chinese by its kana, a tenth of which are enough.
    """
    if not OTHER_LETTERS.search(text):
        return ""
    counts = {language: len(letters.findall(text)) for language, letters in LETTERS.items()}
    if counts["ja"] * 10 >= max(counts["zh"], 1):
        counts["ja"] += counts["zh"]
    language = max(counts, key=lambda each: counts[each])
    return language if counts[language] > len(LATIN.findall(text)) else ""


def direction_of(language: str) -> str:
    """`rtl` or `ltr`, by the language's tag."""
    return "rtl" if primary(language) in RIGHT_TO_LEFT else "ltr"


@lru_cache(256)
def primary(language: str) -> str:
    """A language without script, region and variants."""
    return language.partition("-")[0].lower()


def _may_be(text: str, told: str, language: str) -> bool:
    """Whether a text of such letters may be in a language. What has no letters may be in any."""
    script = SCRIPT_OF.get(primary(language), "")
    return told == script or (not told and not (script and LATIN.search(text)))
