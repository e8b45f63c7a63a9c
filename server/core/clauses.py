"""Whether a sentence says something on the side: a clause of which its source has not one word.

Most words of a claim have to stand in its quotation, and a quarter may be the writer's own. All of those in one clause
are no paraphrase but an addition: "The council voted to relight the lamp, with walrus oil".
"""

import re

from server.core.support.gate import INFERENCE
from server.core.words import term_set

_BORDER = re.compile(
    r"[,;:\u2014\u2013]\s|[()]|\s-\s|\s(?:with|without|and|but|or|while|because|since|so that|which|who|where|when|"
    r"after|before|thanks to|including|such as|plus|via)\s",
    re.IGNORECASE,
)
# Clauses that only tell how sentences hang together.
_CONNECTIVES = term_set(
    """
    contrast comparison example instance instead meanwhile moreover therefore result fact turn particular general
    addition likewise similarly conversely reportedly allegedly apparently overall notably separately finally
    initially originally assuming depending roughly approximately nearly today yesterday recently earlier later
    currently already now then
    """
)


def strays(text: str, known: frozenset[str], *, may_begin: bool = False) -> bool:
    """Whether one of its clauses has words, none of them among the `known` terms.

    Numbers are judged elsewhere, what is marked as inference may go further, and so may, with `may_begin`, the first
    clause: advice begins with what to do.
    """
    clauses = [term_set(clause) for clause in _BORDER.split(text.partition(INFERENCE)[0])]
    return any(_says_its_own(clause - _CONNECTIVES, known) for clause in clauses[may_begin:])


def _says_its_own(clause: frozenset[str], known: frozenset[str]) -> bool:
    said = {term for term in clause if not any(ch.isdigit() for ch in term)}
    return bool(said) and not said & known and not any(part in known for term in said for part in term.split("-"))
