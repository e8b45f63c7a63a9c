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
    not. "Never" and "not" are one denial, two of them are none, and a denial of something else is none."""
    said, denied_here, affirmed_here = _polarity([claim])
    heard, denied_there, affirmed_there = _polarity(sources)
    if said and not heard:
        return True
    differ = ((denied_here - affirmed_here) & (affirmed_there - denied_there)) | (
        (affirmed_here - denied_here) & (denied_there - affirmed_there)
    )
    # A denial is of the claim where it is mostly about the claim: "no overall charge" denies no "positive charge".
    if any(2 * len(scope & differ) > len(scope) for scope in heard):
        return True
    shared = claim.terms & (denied_there | affirmed_there)
    return any(2 * len(scope & differ) > len(scope & shared) for scope in said)


def _polarity(sentences: Sequence[Statement]) -> tuple[list[set[str]], set[str], set[str]]:
    """The terms in the reach of each denial; those that are denied, and those that are not or twice."""
    reaches: list[set[str]] = []
    denied: set[str] = set()
    affirmed: set[str] = set()
    for sentence in sentences:
        scopes = [sentence.scope(cue) for cue in _CUE.finditer(sentence.plain)]
        reaches += [sentence.within(*scope) for scope in scopes]
        for word in sentence.words:
            is_denied = sum(start <= word.start < end for start, end in scopes) % 2
            (denied if is_denied else affirmed).add(word.term)
    return reaches, denied, affirmed
