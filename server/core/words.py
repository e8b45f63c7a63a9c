"""The words and names of a sentence, made comparable: typography, case, accents and endings folded."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
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
# NFKC would make "102" of "10²" and "51/2" of "5½", and leaves the digits of other scripts as they are.
_FOLDED = {
    **TYPOGRAPHY,
    **{ord(sign): f"^{n}" for n, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    **{ord(sign): said for sign, said in (("½", ".5"), ("¼", ".25"), ("¾", ".75"), ("٬", ","), ("٫", "."))},
    **{point: str(unicodedata.decimal(chr(point))) for point in range(0x660, 0x1A9A) if chr(point).isdecimal()},
}
# Letters that are a plain one with a mark, in the scripts where readers leave the mark out.
_MARKED = re.compile(r"(?<=[a-zα-ω])[\u0300-\u036f]+")
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ё": "е"})
_WORD = re.compile(r"[^\W_]+(?:[.'’&+\-][^\W_]+)*[+#]*")
LONGEST_KEPT = 600  # code points: what is read of a sentence is kept, of a page it is not
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")

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


def fold(text: str) -> str:
    """Plain punctuation, NFKC, lower case; white space runs become one space."""
    plain = text.replace("`", "'") if text.isascii() else unicodedata.normalize("NFKC", text.translate(_FOLDED))
    return " ".join(plain.casefold().split())


def bare(plain: str) -> str:
    """A folded text without accents: "essaï" is "essai" and "łódź" is "lodz"."""
    if plain.isascii():
        return plain
    parted = unicodedata.normalize("NFD", plain.translate(_LETTERS))
    return unicodedata.normalize("NFC", _MARKED.sub("", parted))


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
    plain = bare(fold(text))
    found = _WORD.findall(plain)
    return found if plain.isascii() else [part for word in found for part in pairs_of_characters(word)]


def pairs_of_characters(word: str) -> Iterable[str]:
    """The word itself, unless its script puts no spaces: then each two neighbours, by which such texts compare."""
    if word.isascii() or not CJK.search(word):
        return (word,)
    return (word[i : i + 2] for i in range(max(1, len(word) - 1)))


def terms(text: str) -> Sequence[str]:
    """Content words as stems, repeated as often as they occur."""
    return _terms(text) if len(text) > LONGEST_KEPT else _kept_terms(text)


def term_set(text: str) -> frozenset[str]:
    """The distinct content words of a text as stems."""
    return frozenset(_terms(text)) if len(text) > LONGEST_KEPT else _kept_term_set(text)


def _terms(text: str) -> tuple[str, ...]:
    return tuple(
        stem(word.removesuffix("'s"))
        for word in words(text)
        if word not in STOPWORDS and (len(word) > 1 or word.isdigit())
    )


# A card asks for the terms of one sentence some twenty times: ranking, choosing, verifying, comparing.
_kept_terms = lru_cache(maxsize=1 << 12)(_terms)


@lru_cache(maxsize=1 << 12)
def _kept_term_set(text: str) -> frozenset[str]:
    return frozenset(_kept_terms(text))


def word_count(text: str) -> int:
    """Words as an editor counts them: runs between white space that hold a letter or a digit."""
    return sum(any(ch.isalnum() for ch in run) for run in text.split())


def overlap(one: Iterable[str], two: Iterable[str]) -> float:
    """Shared terms over the terms of the smaller set; 0 when one is empty."""
    first, second = set(one), set(two)
    smaller = min(len(first), len(second))
    return len(first & second) / smaller if smaller else 0.0


UPPER = "A-Z" + "".join(
    chr(point)
    for first, last in ((0xC0, 0x24F), (0x370, 0x556), (0x1E00, 0x1FFF))  # Latin, Greek, Cyrillic, Armenian
    for point in range(first, last + 1)
    if chr(point).isupper()
)
_LEAST = rf"[{UPPER}][\w&.+\-]*[\w+]"
_NAME = re.compile(rf"(?<![\w.])(?:{_LEAST}|[a-z]+[A-Z]\w*)(?:\s+(?:{_LEAST}|\d+(?:\.\d+)*))*")


def names(text: str) -> list[str]:
    """Runs of capitalised words, except a single capitalised word that merely opens a sentence."""
    found: list[str] = []
    for match in _NAME.finditer(text):
        before = text[max(0, match.start() - 8) : match.start()].rstrip(" \"'“‘(")
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
