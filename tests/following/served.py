"""The application over memory with recaps, and invented cards that fill a week."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
from litestar.testing import TestClient

from server.app import create_app
from server.core.card import CATEGORIES, Card, CardId
from server.following import line_all
from tests.fakes import make_claim
from tests.following.fakes import MemoryRecapStore
from tests.server.api.served import Served, load_case, run

CASE = load_case()


class FollowServed(Served):
    """`Served` whose recaps are kept up by `keep_up`, which the scheduler does elsewhere."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.recaps = MemoryRecapStore(self.store)
        self.app = create_app(
            self.settings, self.store, self.queue, self.progress, lambda: self.now, kept=self.kept, recaps=self.recaps
        )
        self.client = TestClient(self.app, base_url=self.settings.address, raise_server_exceptions=False)

    def keep_up(self) -> None:
        """Every card gets its line."""
        run(line_all(self.recaps))

    def save_all(self, cards: Iterator[Card] | list[Card]) -> None:
        """Each of a thread of its own, with its line."""
        for card in cards:
            self.save(card, url=card.thread.url)
        self.keep_up()


def make_cards(count: int, made_at: datetime, **changes: Any) -> Iterator[Card]:
    """Cards on subjects of their own, an hour apart, of several communities and categories."""
    for n in range(count):
        thread = msgspec.structs.replace(
            CASE.thread,
            url=f"https://www.reddit.com/r/place{n % 5}/comments/1{n:05}/x/",
            community=f"r/place{n % 5}",
            title=f"Subject{n} of thing{n}",
            comment_count=900 // (n + 1),
            posted_at=made_at - timedelta(hours=3),
        )
        claim = make_claim(
            f"Builder{n} moved the {n} lamps of Harbour{n} on Tuesday, the board said.",
            source=2,
            quote=CASE.sources[1].quotes[0].id,
            kind="web",
            corroborated=n % 3 == 0,
        )
        yield msgspec.structs.replace(
            CASE,
            id=CardId(f"week{n:012}"),
            headline=make_claim(f"Builder{n} moves every lamp of Harbour{n}", quote=CASE.sources[0].quotes[0].id),
            category=CATEGORIES[n % 4],
            thread=thread,
            tldr=msgspec.structs.replace(CASE.tldr, what_changed=claim, why_it_matters=None),
            hook=None,
            insight=None,
            discussion=None,
            disputed=(),
            generated_at=made_at + timedelta(hours=n),
            **changes,
        )
