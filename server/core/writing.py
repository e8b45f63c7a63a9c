"""How a card is written, as values: what a writer is given, what comes back refused, and what it tells at the end."""

from collections.abc import Awaitable, Callable
from typing import Literal

import msgspec

from server.core.card import ClaimDraft, Draft
from server.core.money import THE_DAY_ALONE, Payer
from server.core.source import Evidence
from server.core.support import Reason
from server.core.thread import Thread

WriterName = Literal["claude", "extractive", "mixed"]


class Refused(msgspec.Struct, frozen=True):
    """A claim that its citations do not support, nor any other passage that was found; the reason is a word."""

    section: str
    claim: ClaimDraft
    reason: Reason


# Puts a part of a draft on the desk: its fields take the place of what stood there, are verified and shown. Returns
# what was refused of them; a writer may mend that once, by proposing the same fields again.
Propose = Callable[[str, Draft], Awaitable[tuple[Refused, ...]]]


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """What a writer starts from: the thread, as evidence with nothing behind it yet, the language, and who pays."""

    thread: Thread
    evidence: Evidence
    lang: str
    propose: Propose
    payer: Payer = THE_DAY_ALONE


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What a writer tells when it is done. `missing` are the draft's fields that it could not write."""

    writer: WriterName
    model: str | None = None
    prompts: str | None = None
    tokens: dict[str, int] | None = None
    cost_usd: float | None = None
    missing: tuple[str, ...] = ()
    refused: tuple[Refused, ...] = ()  # sentences it did not propose, since they were more than sentences
    notes: tuple[str, ...] = ()  # for the reader: why the card is not what its writer would have made
