"""In what script a text is written, and what that tells of its language: for the voice that reads it and the font.

Only languages that nearly own their script are told; Latin letters tell nothing.
"""

import re

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
# Ranges of letters (Unicode 16 blocks). Kana before Han: Japanese mixes both, Chinese has none.
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
SCRIPT_OF = {"yue": "zh", "wuu": "zh"} | dict.fromkeys("fa ur ps sd ug ckb".split(), "ar") | {"yi": "he"}
SCRIPT_OF |= dict.fromkeys("uk be bg sr mk kk ky mn tg tt".split(), "ru") | dict.fromkeys("mr ne sa".split(), "hi")


def is_language(tag: str) -> bool:
    """Whether a text may stand in a `lang` attribute (BCP 47, roughly)."""
    return LANGUAGE.fullmatch(tag) is not None


def language_of(text: str) -> str:
    """The language whose script most of the text is in; "" where that is Latin, another, or none."""
    if not OTHER_LETTERS.search(text):
        return ""
    counts = {language: len(letters.findall(text)) for language, letters in LETTERS.items()}
    if counts["ja"] * 10 >= max(counts["zh"], 1):
        counts["ja"] += counts["zh"]
    language = max(counts, key=lambda each: counts[each])
    return language if counts[language] > len(LATIN.findall(text)) else ""


def is_written_like(text: str, language: str) -> bool:
    """Whether a text may be in a language, as far as scripts tell. What has no letters may be in any."""
    told = language_of(text)
    script = primary(language) if primary(language) in LETTERS else SCRIPT_OF.get(primary(language), "")
    return told == script or (not told and not (script and LATIN.search(text)))


def side_of(text: str) -> str:
    """`rtl` or `ltr` by what most of its letters are, whichever comes first; "" where it has no letters."""
    told = language_of(text)
    if told:
        return "rtl" if told in ("ar", "he") else "ltr"
    return "ltr" if LATIN.search(text) else ""


def primary(language: str) -> str:
    """A language without script, region and variants."""
    return language.partition("-")[0].lower()
