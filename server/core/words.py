"""The words and numbers of a sentence, made comparable: typography, case, endings and spellings of numbers folded."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛`´ʼ′", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–−", "-"),
        **dict.fromkeys("—―", " - "),  # an em dash parts words, it does not join them
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", None),
        "…": "...",
    }
)
_WORD = re.compile(r"[^\W_]+(?:[.'’&+\-][^\W_]+)*[+#]*")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")

STOPWORDS = frozenset(
    """a about above after again against all also am an and any are aren't as at be because been before being below
    between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each either
    else ever every few for from further get gets got had hadn't has hasn't have haven't having he he's her here hers
    herself him himself his how however i i'd i'll i'm i've if in into is isn't it it's its itself just let's like may
    me might more most much must my myself neither no nor not now of off on once one only or other our ours ourselves
    out over own per quite rather really same shall she she's should shouldn't since so some such than that that's the
    their theirs them themselves then there there's these they they're they've this those though through thus to too
    under until up upon us very via was wasn't we we'd we'll we're we've were weren't what what's when where whether
    which while who who's whom whose why will with within without won't would wouldn't yet you you'd you'll you're
    you've your yours yourself said says say according one's new""".split()
)

_MAGNITUDES = {
    "k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6, "millions": 6, "b": 9, "bn": 9, "billion": 9,
    "billions": 9, "trillion": 12, "tn": 12,
}  # fmt: skip
_UNITS = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_NUMBER_WORDS = {
    word: value
    for words_of, values in (
        (["zero", *_UNITS], range(10)), (_TEENS, range(10, 20)), (_TENS, range(20, 100, 10))
    )
    for word, value in zip(words_of, values, strict=True)
}  # fmt: skip
# A figure is never read from within another ("1,5", "2.2.1"): hence the looks behind and ahead, which also keep a long
# run of groups from being tried again at each of its commas.
_NUMBER = re.compile(
    r"(?<![\w.])(?<!\d,)(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?!\d|[.,]\d)"
    r"(?:\s?\+?\s?(?P<magnitude>k|m|mn|million|millions|b|bn|billion|billions|tn|trillion|thousand)(?![a-z]))?",
    re.IGNORECASE,
)
_SMALL = rf"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_UNITS)}))?|{'|'.join(_TEENS)}|{'|'.join(_UNITS)}|zero)(?![\w])"
_GROUP = rf"(?:(?:{_SMALL}|an?)[ -]hundred(?: (?:and )?{_SMALL})?|{_SMALL})"
_SPELLED = re.compile(
    rf"(?<![\w-])(?:(?:{_GROUP}|an?)[ -](?:thousand|million|billion|trillion)|{_GROUP})(?!\w)",
)
_RUN = re.compile(r"[^\W_]+(?:[.,][^\W_]+)*")
_MEASURE = re.compile(
    r"[ -]?(?P<unit>%|percent|per cent|(?:milli|micro|nano)?seconds?|minutes?|hours?|days?|weeks?|months?|years?|"
    r"decades?|[kmgt]i?b|bytes?|ms|dollars?|euros?|pounds?|yen|met(?:er|re)s?|miles?|km|kg|tons?|tonnes?|degrees?|"
    r"times|percentage points?)(?![^\W_])"
)
_SAME_UNIT = {"percent": "%", "per cent": "%", "dollar": "$", "euro": "€", "pound": "£", "yen": "¥", "metre": "meter"}


def fold(text: str) -> str:
    """Plain punctuation, NFKC, lower case; white space runs become one space."""
    return " ".join(unicodedata.normalize("NFKC", text.translate(TYPOGRAPHY)).casefold().split())


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """A light English stem: enough that "labs" meets "lab" and "detected" meets "detecting"."""
    if not word.isascii() or not word.isalpha() or len(word) <= 3:
        return word[:-2] if word.endswith("'s") else word
    if len(word) == 4:  # "file" loses its e as "files" does
        return word[:-1] if word[-1] == "e" or (word[-1] == "s" and word[-2] not in "su") else word
    for ending in ("ations", "ation", "ings", "ing", "edly", "ed", "ies", "es", "s", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 4 and word[-1] in "ey" else word


def words(text: str) -> list[str]:
    """The folded words in order; text without spaces (Chinese, Japanese) gives overlapping pairs of characters."""
    found: list[str] = []
    for word in _WORD.findall(fold(text)):
        if _CJK.search(word):
            found.extend(word[i : i + 2] for i in range(max(1, len(word) - 1)))
        else:
            found.append(word)
    return found


def terms(text: str) -> list[str]:
    """Content words as stems, repeated as often as they occur."""
    return [
        stem(word.removesuffix("'s"))
        for word in words(text)
        if word not in STOPWORDS and (len(word) > 1 or word.isdigit())
    ]


def term_set(text: str) -> frozenset[str]:
    """The distinct content words of a text as stems."""
    return frozenset(terms(text))


def word_count(text: str) -> int:
    """Words as an editor counts them: runs between white space that hold a letter or a digit."""
    return sum(any(ch.isalnum() for ch in run) for run in text.split())


def numbers(text: str) -> frozenset[float]:
    """Every number said, however spelled: "24,000", "24k", "twenty-four thousand" and "24 thousand" are one."""
    return frozenset(value for value, _, _ in _said_numbers(fold(text)))


def _said_numbers(plain: str) -> Iterator[tuple[float, int, int]]:
    """(value, start, end) of the numbers in a folded text."""
    for match in _NUMBER.finditer(plain):
        power = _MAGNITUDES.get(match["magnitude"] or "", 0)
        yield float(match["digits"].replace(",", "")) * 10.0**power, match.start(), match.end()
    for match in _SPELLED.finditer(plain):
        yield _spelled_value(match.group()), match.start(), match.end()


def _spelled_value(text: str) -> float:
    """ "two hundred and fifty thousand" is 250,000."""
    total = 0.0
    for word in re.split(r"[ -]", text):
        if word == "hundred":
            total = max(total, 1) * 100
        elif word in _MAGNITUDES:
            total = max(total, 1) * 10.0 ** _MAGNITUDES[word]
        else:
            total += _NUMBER_WORDS.get(word, 0)
    return total


def measures(text: str) -> frozenset[tuple[float, str]]:
    """Numbers with the unit they count: (24, "%"), (72, "hour"), (5, "$"); bare numbers are not among them."""
    plain = fold(text)
    found: set[tuple[float, str]] = set()
    for value, start, end in _said_numbers(plain):
        if (sign := plain[:start].rstrip()[-1:]) and sign in "$€£¥":
            found.add((value, sign))
        if unit := _MEASURE.match(plain, end):
            name = unit["unit"].removesuffix("s")
            found.add((value, _SAME_UNIT.get(name, name)))
    return frozenset(found)


def unread_figures(text: str) -> frozenset[str]:
    """Runs with digits that are no number to us, and so can only be compared as written: "2.2.1", "h100", "1,5"."""
    runs = (run for run in _RUN.findall(fold(text)) if any(ch.isdigit() for ch in run))
    return frozenset(run for run in runs if not _NUMBER.search(run))


def digit_numbers(text: str) -> frozenset[float]:
    """Numbers written in digits, which are never mere articles or pronouns as "one" can be."""
    return frozenset(
        float(match["digits"].replace(",", "")) * 10.0 ** _MAGNITUDES.get((match["magnitude"] or "").lower(), 0)
        for match in _NUMBER.finditer(fold(text))
    )


def overlap(one: Iterable[str], two: Iterable[str]) -> float:
    """Shared terms over the terms of the smaller set; 0 when one is empty."""
    first, second = set(one), set(two)
    smaller = min(len(first), len(second))
    return len(first & second) / smaller if smaller else 0.0


_NAME = re.compile(
    r"(?<![\w.])(?:[A-Z][\w&.+\-]*[\w+]|[A-Z]{2,}|[a-z]+[A-Z]\w*)(?:\s+(?:[A-Z][\w&.+\-]*[\w+]|[A-Z]{2,}|\d+(?:\.\d+)*))*"
)


def names(text: str) -> list[str]:
    """Runs of capitalised words, except a single capitalised word that merely opens a sentence."""
    found: list[str] = []
    for match in _NAME.finditer(text):
        before = text[: match.start()].rstrip(" \"'“‘(")
        opens = not before or before[-1] in ".!?:\n"
        name = match.group().rstrip(".")
        if opens:
            first, _, rest = name.partition(" ")
            if first.lower() in STOPWORDS or (not rest and first.islower() is False and first[1:].islower()):
                name = rest
        shouted = name.isupper() and (" " in name or len(name) > 6)
        if len(name) > 1 and name.lower() not in STOPWORDS and not shouted:
            found.append(name)
    return found
