"""Words that make a sentence less sure, or put it into somebody's mouth."""

import re
from collections.abc import Sequence

from server.core.support.statement import Statement
from server.core.words import UPPER, fold

_HEDGE = re.compile(
    r"\b(?:alleg\w+|accus\w+|claim(?:s|ed|ing)?(?= (?:that|to|the|an?|its?|his|her|their|he|she|they|we|in)\b|,)|"
    r"reportedly|reported(?= to| that|,)|suspect\w*|apparent\w*|could|may|might|would|likely|probably|perhaps|possibly|"
    r"estimat\w+|suggest\w*|believ\w+|expect\w*|plan(?:s|ned|ning)?(?= to| on| for| by)|plans|planned|planning|"
    r"propos(?:e|es|ed|ing)|rumou?r\w*|fear(?:s|ed)?(?= that)|hop(?:e|es|ed)(?= that| to)|purported\w*|"
    r"supposed\w*|if)\b"
)
_CAN = re.compile(r"\b(?:can|thought to)\b")  # as unsure as "may", though no sign that a source doubts
_SAY = (
    r"say|says|said|writes|wrote|argues?|argued|calls?|called|counts?|finds|found|estimates?|estimated|warns?|warned|"
    r"expects?|reports?|reported|claims?|claimed|alleges?|alleged|accuses?|accused|thinks|replies|replied|counters|"
    r"answers|told|tells|adds?|added|announced|denies|denied|insists|insisted|believes|believed"
)
_ATTRIBUTION = re.compile(rf"\b(?:{_SAY}|according)\b")
_NAME = rf"(?<!\w)[{UPPER}][\w.'’\-]*(?:\s+(?:(?:of|the|and|de|van|von)\s+)?[{UPPER}][\w.'’\-]*)*"
_BEFORE = re.compile(rf"(?P<who>{_NAME})(?:,[^,.;]{{1,60}},)?\s+(?:also |later |has |had |have )?(?:{_SAY})\b")
_AFTER = re.compile(rf"(?:\b[Aa]ccording to|,[\"”’]?\s+(?:says|said|writes|wrote|argues|argued|warned|adds|added))\s+"
                    rf"(?:the )?(?P<who>{_NAME})")  # fmt: skip


def is_attributed(text: str) -> bool:
    """Whether a sentence names somebody as saying it, as a partial claim must."""
    return bool(_ATTRIBUTION.search(fold(text)))


def is_surer(claim: Statement, sources: Sequence[Statement]) -> bool:
    """Whether a claim states as fact what its sources suppose, plan or report as said."""
    if _HEDGE.search(claim.plain) or _CAN.search(claim.plain) or _ATTRIBUTION.search(claim.plain):
        return False
    return any(
        sentence.within(*sentence.scope(hedge)) & claim.terms
        for sentence in sources
        for hedge in _HEDGE.finditer(sentence.plain)
    )


def speaks_for_another(claim: Statement, sources: Sequence[Statement]) -> bool:
    """Whether claim and sources both name speakers, and none is common."""
    said = _speakers(claim)
    heard = [speaker for sentence in sources for speaker in _speakers(sentence)]
    return bool(said and heard) and not any(one & other for one in said for other in heard)


def _speakers(sentence: Statement) -> list[set[str]]:
    found: list[set[str]] = []
    for pattern in (_BEFORE, _AFTER):
        for match in pattern.finditer(sentence.text[:2_000]):
            terms = set(Statement(match["who"]).terms)
            if terms:
                found.append(terms)
    return found
