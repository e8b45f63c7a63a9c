"""What a sentence denies: the words after each "not", up to the end of its clause."""

import re
from collections.abc import Sequence

from server.core.support.statement import Statement

_CUE = re.compile(
    r"\b(?:(?:not|[a-z]+n't)(?! (?:the )?(?:only|just|merely|least|simply|necessarily)\b)|"
    r"no(?! (?:fewer|less|more|doubt|matter|later|sooner)\b|\. ?\d)|never|none|nobody|nothing|neither|nor|without|"
    r"cannot|hardly|barely|false|falsely|untrue|den(?:y|ies|ied|ying)|refus(?:e|es|ed|ing)|fail(?:s|ed|ing)?|"
    r"lack(?:s|ed|ing)?|unable|rather than|instead of)\b"
)


def denies_otherwise(claim: Statement, sources: Sequence[Statement]) -> bool:
    """Whether claim and source differ in a denial: one denies what the other affirms, or denies where the other does
    not. "Never" and "not" are one denial, and a denial of something else is none."""
    said, affirmed = _denied(claim)
    heard = [scope for sentence in sources for scope in _denied(sentence)[0]]
    stated = {term for sentence in sources for term in _denied(sentence)[1]}
    if said and not heard:
        return True
    denied = {term for scope in heard for term in scope}
    if any(scope & denied for scope in said):
        return False
    # A denial is of the claim where it is mostly about the claim: "no overall charge" denies no "positive charge".
    if any(2 * len((scope & affirmed) - stated) > len(scope) for scope in heard):
        return True
    return any(scope & stated for scope in said)


def _denied(sentence: Statement) -> tuple[list[set[str]], set[str]]:
    """The terms of each denial, and those outside all of them."""
    scopes = [sentence.scope(cue) for cue in _CUE.finditer(sentence.plain)]
    rest = {word.term for word in sentence.words if not any(start <= word.start < end for start, end in scopes)}
    return [sentence.within(*scope) for scope in scopes], rest
