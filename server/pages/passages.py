"""Quotations in the text they were cut from."""

import re

import msgspec

from server.core.card import CardSource, Quote

AROUND = 300  # code points shown on either side


class PassageView(msgspec.Struct, frozen=True):
    """A quotation between its neighbours; `cut_…` says whether the stored text goes on."""

    quote: Quote
    before: str
    after: str
    cut_before: bool
    cut_after: bool


def cut_passages(source: CardSource, text: str) -> list[PassageView]:
    """A source's quotations in the order they stand in its stored text.

    Neighbours begin and end at white space, so that no word is cut; the quotation itself is never touched.
    """
    return [_cut(quote, text) for quote in sorted(source.quotes, key=lambda quote: (quote.start, quote.end))]


def _cut(quote: Quote, text: str) -> PassageView:
    first, last = max(0, quote.start - AROUND), min(len(text), quote.end + AROUND)
    before, after = text[first : quote.start], text[quote.end : last]
    if first > 0:
        before = re.sub(r"^\S*\s+", "", before, count=1)
    if last < len(text):
        after = re.sub(r"\s+\S*$", "", after, count=1)
    return PassageView(quote, before, after, first > 0, last < len(text))
