"""Text that talks to a machine which reads along, instead of to people.

A comment or a page may carry orders for whatever summarises it. They are no evidence for anything. What gives them away
is not their subject, which may be anything, but their form: they speak to a machine by name, of the reader's own
"response" or "instructions", in the marks of a chat between a machine and its user, or they tell what an answer has to
say. People do some of that too, above all when they discuss such attacks; what they put in quotation marks, or talk
about, is theirs.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from server.core.order_forms import ALL, Forms
from server.core.words import fold

LONGEST = 4_000  # code points that are looked at together
OVERLAP = 200  # of two such stretches
MOST_LOOKED_AT = 40_000
SHORTEST_RUN, MOST_RUNS = 24, 8  # of encoded text that are decoded

# Words that stand before an order when people talk about it: "the old ignore previous instructions trick".
_TALKED_ABOUT = re.compile(
    r"(?:[\"'`*_(]|\b(?:an?|the|that|this|of|like|say|says|said|saying|type|typed|types|typing|write|writes|wrote|writing|classic|old|usual|famous|"
    r"called|with|via|just|to|not|can|could|would|will|may|might|models?|people|users|attackers?|they|we|i|who|which|by|it|you))\s*$"
)
_LOOKALIKES = str.maketrans("аеорсухіјѕԁԛԝһнвкмтАВЕКМНОРСТУХαορνικτ", "aeopcyxijsdqwhhbkmtABEKMHOPCTYXaopvikt")
_LEET = str.maketrans("013457@$", "oieastas")
_WORD = re.compile(r"\w+")
_LATIN = re.compile(r"[a-z]")
_DIGIT = re.compile(r"[013457@$]")
_LEET_WORD = re.compile(r"[a-z][013457@$][a-z]|\b[013457@$][a-z]{2}")
_SPACED = re.compile(r"\b(?:\w[ .·_-]){5,}\w\b")


@lru_cache(maxsize=1 << 12)
def addresses_machine(text: str) -> bool:
    """Whether a text gives orders to a program that writes about it, also in look-alike letters or encoded.

    A million characters of ordinary pages take 0.4 s; what is longer than forty thousand is not looked at to its end.
    """
    stretches = (text[at : at + LONGEST] for at in range(0, min(len(text), MOST_LOOKED_AT), LONGEST - OVERLAP))
    return any(_gives_orders(reading) for stretch in stretches for reading in _readings(stretch))


def _gives_orders(text: str) -> bool:
    said = set(_WORD.findall(text))
    found = (match for group in ALL if _may_hold(group, text, said) for match in group.forms.finditer(text))
    return any(not _is_talked_about(match, text) for match in found)


def _may_hold(group: Forms, text: str, said: set[str]) -> bool:
    return not any(map(said.isdisjoint, group.words)) or any(mark in text for mark in group.marks)


def _is_talked_about(match: re.Match[str], text: str) -> bool:
    before = text[max(0, match.start() - 24) : match.start()]
    return match.lastgroup == "told" and bool(_TALKED_ABOUT.search(before))


def _readings(text: str) -> Iterator[str]:
    """The text, and what it says to those who read look-alike letters, spaced letters, digits for letters or base64."""
    plain = _fold_lines(text)
    yield plain
    if not plain.isascii() and (latin := plain.translate(_LOOKALIKES)) != plain and _LATIN.search(plain):
        yield latin
    if 5 * plain.count(" ") > len(plain) and _SPACED.search(plain):
        yield _SPACED.sub(lambda run: re.sub(r"[ .·_-]", "", run[0]), plain)
    if _DIGIT.search(plain) and _LEET_WORD.search(plain):
        yield plain.translate(_LEET)
    for run in islice((run for run in text.split() if len(run) >= SHORTEST_RUN), MOST_RUNS):
        if said := _decode(run.strip("\"'`(),;:<>[]{}.")):
            yield _fold_lines(said)


def _fold_lines(text: str) -> str:
    """Each line folded, so that "^" still means the beginning of one."""
    if text.isascii() and "  " not in text and "\t" not in text:
        return text.casefold()
    return "\n".join(map(fold, text.splitlines()))


def _decode(run: str) -> str:
    """What a run of base64 says; "" where it is none, or no text."""
    try:
        raw = base64.b64decode(
            run + "=" * (-len(run) % 4), altchars=b"-_" if set("-_") & set(run) else None, validate=True
        )
        said = raw.decode("utf-8")
    except (ValueError, binascii.Error):
        return ""
    return said if said.isprintable() else ""
