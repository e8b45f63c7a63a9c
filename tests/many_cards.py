"""Very many invented cards, quickly: for benches, and for whatever must not take longer as the store grows.

Words follow Zipf's law, as those of languages do, so that some stand on every tenth card and most on a handful. Rows
are those that `save_card` leaves, written in batches, without stored texts and without topics (`bench/related.py` has
those).
"""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, insert

from server.adapters.sql.database import Database
from server.adapters.sql.index import keep_words
from server.adapters.sql.series import digest
from server.adapters.sql.tables import index_entries, index_lines, index_shelves, series, versions
from server.core.card import AUDIENCES, CATEGORIES, Card, CardId, Tldr
from server.core.finding import findable
from server.core.shelves import shelves_of
from tests.fakes import NOON, make_card, make_claim

BATCH = 2_000
SYLLABLES = [consonant + vowel for consonant in "bcdfghjklmnprstvwz" for vowel in "aeiou"]
VOCABULARY = [f"{SYLLABLES[n % 90]}{SYLLABLES[n * 7 // 90 % 90]}{SYLLABLES[n * 13 % 89]}" for n in range(30_000)]
WEIGHTS = list(accumulate(1 / (n + 10) for n in range(len(VOCABULARY))))
COMMUNITIES = [f"r/Place{n}" for n in range(300)]
COMMUNITY_WEIGHTS = list(accumulate(1 / (n + 1) for n in range(len(COMMUNITIES))))


def many_cards(first: int, last: int, *, newest: datetime, apart: timedelta) -> Iterator[Card]:
    """Those numbered from `first` up to `last`, the same each time; number 0 is the newest, each next one older."""
    small = make_card()
    for number in range(first, last):
        dice = random.Random(number)
        said = dice.choices(VOCABULARY, cum_weights=WEIGHTS, k=60)
        at = newest - number * apart
        place = dice.choices(COMMUNITIES, cum_weights=COMMUNITY_WEIGHTS)[0]
        thread = msgspec.structs.replace(
            small.thread,
            url=f"https://www.reddit.com/{place}/comments/{number}/",
            community=place,
            title=" ".join(said[:7]),
            posted_at=at - timedelta(hours=3),
            score=dice.randrange(5_000),
            comment_count=int(dice.paretovariate(0.9)),
        )
        yield msgspec.structs.replace(
            small,
            id=CardId(f"many-{number:011}"),
            permalink=f"http://127.0.0.1:8321/c/many-{number:011}",
            thread=thread,
            headline=make_claim(" ".join(said[:9])),
            hook=make_claim(" ".join(said[9:20])) if number % 3 else None,
            category=CATEGORIES[dice.randrange(len(CATEGORIES))],
            tldr=Tldr(
                what_changed=make_claim(" ".join(said[20:40])),
                why_it_matters=make_claim(" ".join(said[40:])),
                what_to_do_next=(),
                who_should_care=tuple(dice.sample(AUDIENCES, 1 + number % 2)),
            ),
            capture=msgspec.structs.replace(small.capture, captured_at=at),
            generated_at=at,
            fresh_until=at + timedelta(hours=1),
        )


def save_many(url: str, count: int, *, newest: datetime = NOON, apart: timedelta = timedelta(minutes=5)) -> None:
    """So many public cards into an up-to-date, empty store: `apart` from one another, the newest at `newest`.

    100,000 take about a minute on SQLite and two on PostgreSQL. Planners are told what there is, as by and by they are.
    """
    database = Database(url)
    for end in range(count, 0, -BATCH):
        start = max(0, end - BATCH)
        batch = list(many_cards(start, end, newest=newest, apart=apart))[::-1]
        database.write(_save_batch, batch, count - end)
    database.write(lambda connection: connection.exec_driver_sql("ANALYZE"))
    database.close()


def _save_batch(connection: Connection, cards: Sequence[Card], before: int) -> None:
    rows: dict[Table, list[dict[str, Any]]] = {
        table: [] for table in (series, versions, index_entries, index_lines, index_shelves)
    }
    for number, card in enumerate(cards, start=before + 1):
        rows[series].append(_series_row(card))
        rows[versions].append(_version_row(card))
        rows[index_entries].append({"number": number, "series_id": card.id, "topics": "{}"})
        rows[index_lines].append({"series_id": card.id, "lang": card.lang, "lead": card.tldr.what_changed.text})
        rows[index_shelves] += [
            {
                "shelf": key,
                "updated_at": card.generated_at,
                "series_id": card.id,
                "comment_count": card.thread.comment_count,
            }
            for key in {shelf.key for shelf in shelves_of(card)}
        ]
    for table, values in rows.items():
        connection.execute(insert(table), values)
    for number, card in enumerate(cards, start=before + 1):
        keep_words(connection, number, findable(card), shelves_of(card))


def _series_row(card: Card) -> dict[str, object]:
    return {
        "id": card.id,
        "canonical_url": card.thread.url,
        "url_sha256": digest(card.thread.url),
        "lang": "auto",
        "scope": "public",
        "visibility": "public",
        "latest_version": 1,
        "site": card.thread.site,
        "community": card.thread.community,
        "category": card.category,
        "headline": card.headline.text,
        "posted_at": card.thread.posted_at,
        "created_at": card.generated_at,
        "updated_at": card.generated_at,
    }


def _version_row(card: Card) -> dict[str, object]:
    return {
        "series_id": card.id,
        "version": 1,
        "body": msgspec.json.encode(card),
        "permalink": card.permalink,
        "headline": card.headline.text,
        "hook": card.hook.text if card.hook else None,
        "generated_at": card.generated_at,
        "fresh_until": card.fresh_until,
        "source_count": len(card.sources),
        "comment_count": card.thread.comment_count,
    }
