"""The index of the latest versions: topics for related cards, words for searches, shelves for lists. Functions of an
open transaction.

Every living series has an entry; only a public one has topics that others meet, words that a search finds, and a place
in lists.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, text

from server.adapters.sql.tables import (
    LARGEST,
    LISTED,
    index_entries,
    index_lines,
    index_shelves,
    index_topics,
    series,
    versions,
)
from server.core.card import Card, Visibility
from server.core.finding import Findable, Wanted, findable
from server.core.shelves import EVERYTHING, Place, Shelf, shelf_word, shelves_of
from server.core.topics import MOST_CARDS, Posting, rank_related, topics_of

_decode_topics = msgspec.json.Decoder(dict[str, int]).decode
_KEEP_WORDS = {
    "sqlite": text("INSERT INTO index_words (rowid, headline, lead, body) VALUES (:number, :headline, :lead, :body)"),
    "postgresql": text("INSERT INTO index_words (number, words) VALUES (:number, CAST(:words AS tsvector))"),
}
_FOUND = {
    "sqlite": "SELECT rowid FROM index_words WHERE index_words MATCH :wanted AND rowid <= :latest "
    "ORDER BY rowid DESC LIMIT :most",
    "postgresql": "SELECT number FROM index_words WHERE words @@ CAST(:wanted AS tsquery) AND number <= :latest "
    "ORDER BY number DESC LIMIT :most",
}
NEWEST = 200  # a frequent word's 60,000 cards take 0.4 s to sort, and nobody pages through them
MOST_POSITIONS = 16_000  # PostgreSQL counts words no further than 16,383


# ---- keeping ------------------------------------------------------------------------------------


def index_card(connection: Connection, card: Card, visibility: Visibility) -> None:
    """Let the version stand for its series."""
    forget(connection, card.id)
    number = 1 + (connection.scalar(select(func.max(index_entries.c.number))) or 0)
    topics = topics_of(card)
    entry = {"number": number, "series_id": card.id, "topics": msgspec.json.encode(topics).decode()}
    connection.execute(insert(index_entries).values(entry))
    if visibility != "public" or card.status != "complete":
        return
    if topics:
        rows = [{"term": term, "number": number, "weight": weight} for term, weight in topics.items()]
        connection.execute(insert(index_topics), rows)
    shelves = shelves_of(card)
    keep_words(connection, number, findable(card), shelves)
    _put_on_shelves(connection, card, shelves)


def _put_on_shelves(connection: Connection, card: Card, shelves: Iterable[Shelf]) -> None:
    line = {"series_id": card.id, "lang": card.lang, "lead": card.tldr.what_changed.text}
    connection.execute(insert(index_lines).values(line))
    row = {"updated_at": card.generated_at, "series_id": card.id, "comment_count": card.thread.comment_count}
    connection.execute(insert(index_shelves), [{**row, "shelf": key} for key in {shelf.key for shelf in shelves}])


def forget(connection: Connection, card_id: str) -> None:
    """Take a series out, its topics and words with it."""
    connection.execute(delete(index_entries).where(index_entries.c.series_id == card_id))


def index_the_rest(connection: Connection) -> None:
    """Index living series that are not, oldest first: those that were there before the index was."""
    there = select(index_entries.c.series_id).where(index_entries.c.series_id == series.c.id).exists()
    missing = (
        select(series.c.id, series.c.latest_version, series.c.visibility)
        .where(series.c.deleted_at.is_(None), ~there)
        .order_by(series.c.updated_at)
    )
    for row in connection.execute(missing).all():
        latest = (versions.c.series_id == row.id) & (versions.c.version == row.latest_version)
        body = connection.scalar(select(versions.c.body).where(latest))
        index_card(connection, msgspec.json.decode(body or b"", type=Card), row.visibility)


def keep_words(connection: Connection, number: int, found: Findable, shelves: Iterable[Shelf] = ()) -> None:
    """With the words a card is found by stand its shelves, so that a search on one reads no other's cards."""
    found = Findable(found.headline, found.lead, [*found.body, *map(shelf_word, shelves)])
    name = connection.dialect.name
    if name == "sqlite":
        kept: dict[str, Any] = {part: " ".join(getattr(found, part)) for part in found.__struct_fields__}
    else:
        kept = {"words": " ".join(_lexemes(found))}
    connection.execute(_KEEP_WORDS[name], {"number": number, **kept})


def _lexemes(found: Findable) -> Iterable[str]:
    """Words as a text search vector is written, with the part they stand in as their weight."""
    placed = [(word, "A") for word in found.headline] + [(word, "B") for word in found.lead]
    placed += [(word, "C") for word in found.body]
    return (f"{_quoted(word)}:{at}{part}" for at, (word, part) in enumerate(placed[:MOST_POSITIONS], start=1))


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


# ---- finding ------------------------------------------------------------------------------------


def holds(
    connection: Connection, wanted: Wanted, shelf: Shelf, *, before: Place | None, most: int
) -> ColumnElement[bool]:
    """The condition that a shelf's card has each of a query's words: for the newest `most` of those before."""
    whole = wanted.whole if shelf == EVERYTHING else [shelf_word(shelf), *wanted.whole]
    if connection.dialect.name == "sqlite":
        query = " ".join([*(f'"{word}"' for word in whole), f'"{wanted.beginning}" *'])
    else:
        query = " & ".join([*map(_quoted, whole), f"{_quoted(wanted.beginning)}:*"])
    bound = {"wanted": query, "latest": _latest(connection, before), "most": most}
    # Asked for first: PostgreSQL reads all entries where it is only told that there are few numbers.
    numbers = connection.scalars(text(_FOUND[connection.dialect.name]), bound).all()
    found = select(index_entries.c.series_id).where(index_entries.c.number.in_(numbers))
    return series.c.id.in_(found)


def _latest(connection: Connection, before: Place | None) -> int:
    """The highest number among the few newest before a place: numbers grow with time, but for cards made at once."""
    if before is None:
        return LARGEST
    newest = select(series.c.id).where(LISTED, series.c.updated_at <= before.at).order_by(series.c.updated_at.desc())
    few = newest.limit(50).subquery()
    number = select(func.max(index_entries.c.number)).join_from(
        index_entries, few, few.c.id == index_entries.c.series_id
    )
    return connection.scalar(number) or 0


def numbers_of_related(connection: Connection, topics: str) -> list[int]:
    """Entries most like one with these topics, best first. However many cards there are, no more than MOST_CARDS rows
    are read of a topic, from the end of an index."""
    own = _decode_topics(topics)
    if not own:
        return []
    rows = connection.execute(text(_postings(len(own))), {f"t{n}": term for n, term in enumerate(own)})
    return rank_related(own, (Posting(row.term, row.number, row.weight) for row in rows))


def _postings(count: int) -> str:
    """One statement for all topics: the newest entries of each."""
    newest = "SELECT term, number, weight FROM index_topics WHERE term = :t{} ORDER BY number DESC LIMIT {}"
    parts = (newest.format(n, MOST_CARDS) for n in range(count))
    return " UNION ALL ".join(f"SELECT * FROM ({part}) AS newest_{n}" for n, part in enumerate(parts))  # noqa: S608
