"""The recap's box on a card's page. It depends on nothing but when the card was first made, so pages may be kept."""

from datetime import datetime

import msgspec

from server.core.periods import week_of
from server.pages.recap_page import path_of, span_words, title_of


class RecapBox(msgspec.Struct, frozen=True):
    """What `recap_box.html` asks of `recap_week`."""

    title: str
    span: str
    path: str


def box_of(made_at: datetime) -> RecapBox:
    """The box of the week in which a card's first version was made."""
    week = week_of(made_at)
    return RecapBox(title_of(week), span_words(week), path_of(week))
