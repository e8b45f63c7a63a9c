"""Contradictions that share most of their words: the opposite, more of it, all of it, or the other way round."""

import re
from collections.abc import Sequence
from itertools import pairwise

from server.core.lexicon import OPPOSITES
from server.core.support.statement import Statement, forms_of

_SUPERLATIVE = re.compile(
    r"\b(?:first|last|best|worst|(?<!at )least|(?<=the )most|(?<=its )most|(?<=their )most|"
    r"[a-z]{3,}(?<!inter)(?<!requ)(?<!for)(?<!hon)(?<!prot)(?<!harv)(?<!inv)(?<!cont)(?<!manif)(?<!arr)(?<!sugg)(?<!dig)(?<!conqu)(?<!mod)(?<!pri)(?<!att)"
    r"(?<!everl)(?<!alm)est)\b"
)
_SAME_DEGREE = {
    "biggest": "largest", "greatest": "largest", "maiden": "first", "inaugural": "first", "debut": "first",
    "newest": "latest", "eldest": "oldest", "quickest": "fastest", "initial": "first", "original": "first",
    "final": "last", "1st": "first",
}  # fmt: skip
ORDER = {"first", "last"}
_LEVELS = (
    (1, re.compile(r"\b(?:some|few|several|certain|sometimes|occasionally|rarely|partly|partially|a minority)\b")),
    (2, re.compile(r"\b(?:many|numerous|various|often|frequently|dozens|hundreds|thousands|much)\b")),
    (3, re.compile(r"(?<!the )(?<!its )(?<!their )(?<!at )\b(?:most|mostly|mainly|largely|majority|usually|nearly all|"
                   r"almost all)\b")),
    (4, re.compile(r"(?<!at )(?<!not )(?<!nearly )(?<!almost )\b(?:all|every|everyone|everybody|everything|always|"
                   r"entire|entirely|whole|both|unanimous|unanimously|each(?= of)|100%)(?=\W|$)")),
)  # fmt: skip
_ALONE = re.compile(r"(?<!not )\b(?:only|solely|exclusively|exclusive|alone|sole)\b")


def says_the_opposite(claim: Statement, sources: Sequence[Statement]) -> bool:
    """Whether the claim has one word of a pair of opposites where its sources have the other one alone."""
    said, heard = claim.forms, forms_of(sources)
    for one, other in OPPOSITES:
        for mine, theirs in ((one, other), (other, one)):
            if said & mine and heard & theirs and not (said & theirs or heard & mine):
                return True
    return False


def says_more(claim: Statement, sources: Sequence[Statement]) -> bool:
    """Whether the claim has "more than", "less than" or a superlative where its sources have another or none."""
    heard = [figure for sentence in sources for figure in sentence.figures]
    for figure in claim.figures:
        bounds = {other.bound for other in heard if other.value == figure.value}
        if bounds and figure.bound not in bounds and (figure.bound or bounds == {"<"}):
            return True
    said = _degrees(claim.plain)
    known = _degrees(" ".join(sentence.plain for sentence in sources), widely=True)
    return bool(said and not known) or bool(said & ORDER - known)


def _degrees(plain: str, *, widely: bool = False) -> set[str]:
    found = {match.group() for match in _SUPERLATIVE.finditer(plain)}
    if widely:
        found |= {word for word in _SAME_DEGREE if re.search(rf"\b{word}\b", plain)}
    return {_SAME_DEGREE.get(word, word) for word in found}


def says_it_of_more(claim: Statement, sources: Sequence[Statement]) -> bool:
    """Whether the claim speaks of all, of most or of nothing else where its sources speak of fewer or of others too."""
    heard = " ".join(sentence.plain for sentence in sources)
    level = _level(claim.plain)
    if level > 2 and _level(heard) < level:
        return True
    return bool(_ALONE.search(claim.plain)) and not _ALONE.search(heard)


def _level(plain: str) -> int:
    return max((level for level, words in _LEVELS if words.search(plain)), default=0)


def exchanges_parts(claim: Statement, sources: Sequence[Statement]) -> bool:
    """Whether two names stand on the other sides of the same words: who bought, and who was bought."""
    for one, other, between in _pairs(claim):
        for source in sources:
            heard = [
                (a, b, words) for a, b, words in _pairs(source) if words[0] & between[0] and words[1] == between[1]
            ]
            is_exchanged = any(a & other and b & one and not (a & one or b & other) for a, b, _ in heard)
            if is_exchanged and not any(a & one and b & other for a, b, _ in heard):
                return True
    return False


def _pairs(sentence: Statement) -> list[tuple[set[str], set[str], tuple[set[str], bool]]]:
    """Names that follow each other within a clause, with the words between and whether "by" is among them."""
    runs: list[tuple[set[str], int, int]] = []
    for at, word in enumerate(sentence.words):
        if word.kind != "name":
            continue
        if runs and runs[-1][2] == at - 1:
            runs[-1] = (runs[-1][0] | {word.term}, runs[-1][1], at)
        else:
            runs.append(({word.term}, at, at))
    found = []
    for (one, _, end), (other, start, _) in pairwise(runs):
        between = sentence.words[end + 1 : start]
        gap = sentence.plain[sentence.words[end].start : sentence.words[start].start]
        if 0 < len(between) < 5 and "," not in gap and ";" not in gap:
            found.append((one, other, ({word.term for word in between}, " by " in gap)))
    return found
