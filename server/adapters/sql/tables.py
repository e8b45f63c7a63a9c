"""The store's tables, the same on SQLite and PostgreSQL, and the three column types that make them so."""

import re
from datetime import UTC, datetime

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TextClause,
    TypeDecorator,
    event,
    text,
)

LARGEST = 2**63 - 1  # what a column of either database holds; sqlite3 raises OverflowError beyond it
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL refuses NUL in text, UTF-8 has no lone surrogates


def storable(value: str) -> str:
    """The text as both databases can hold it: U+FFFD stands for NUL and for lone surrogates."""
    return UNSTORABLE.sub("\ufffd", value)


class PlainText(TypeDecorator[str]):
    """Text for lists and look-ups. What must come back to the letter is kept as bytes instead."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class Instant(TypeDecorator[datetime]):
    """An instant that comes back aware and in UTC; one without a zone is taken as UTC.

    SQLite keeps it as text of fixed width, so that comparing texts compares instants.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _in_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _in_utc(value)


class Count(TypeDecorator[int]):
    """A number that pages or visitors may have made up: held to what a column can hold."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        return None if value is None else max(-LARGEST, min(value, LARGEST))


def _in_utc(value: datetime) -> datetime:
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:  # the year 1 east of Greenwich, the year 9999 west of it
        return value.replace(tzinfo=UTC)


# Index conditions are literal texts, repeated by the statements that rely on them: PostgreSQL matches a partial index
# only when it can prove the condition without knowing parameters.
LIVING = text("deleted_at IS NULL")
LISTED = text("visibility = 'public' AND deleted_at IS NULL")
UNFINISHED = text("state IN ('queued', 'working')")
WORKING = text("state = 'working'")
PARKED = text("state = 'parked'")


def _partial_index(name: str, *columns: str, where: TextClause, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


metadata = MetaData()

# Keys are indexed by the SHA-256 of their address: PostgreSQL refuses index rows over 2704 bytes, and look-ups by
# prefix need the digest anyway.
series = Table(
    "series",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("canonical_url", PlainText, nullable=False),
    Column("url_sha256", PlainText, nullable=False),
    Column("lang", PlainText, nullable=False),
    Column("scope", PlainText, nullable=False),
    Column("visibility", PlainText, nullable=False),
    Column("latest_version", Count, nullable=False),
    Column("site", PlainText, nullable=False),
    Column("community", PlainText),
    Column("category", PlainText),
    Column("headline", PlainText, nullable=False),
    Column("posted_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),  # when the latest version was generated
    Column("deleted_at", Instant),
    _partial_index("series_living_key", "url_sha256", "lang", "scope", where=LIVING, unique=True),
    _partial_index("series_listed", "updated_at", where=LISTED),
    _partial_index("series_listed_by_community", "community", "updated_at", where=LISTED),
)

versions = Table(
    "versions",
    metadata,
    Column("series_id", PlainText, ForeignKey("series.id"), primary_key=True),
    Column("version", Count, primary_key=True),
    Column("permalink", PlainText, nullable=False),
    Column("headline", PlainText, nullable=False),
    Column("hook", PlainText),
    Column("generated_at", Instant, nullable=False),
    Column("fresh_until", Instant, nullable=False),
    Column("source_count", Count, nullable=False),
    Column("comment_count", Count),
    Column("body", LargeBinary, nullable=False),  # the Card as JSON; last, so that lists need not read past it
)

texts = Table(
    "texts",
    metadata,
    Column("sha256", PlainText, primary_key=True),
    Column("text", LargeBinary, nullable=False),  # UTF-8; bytes, because quotes count on every code point, NUL included
)

sources = Table(
    "sources",
    metadata,
    Column("series_id", PlainText, primary_key=True),
    Column("version", Count, primary_key=True),
    Column("n", Count, primary_key=True),
    Column("url", PlainText, nullable=False),
    Column("title", PlainText),
    Column("sha256", PlainText, ForeignKey("texts.sha256"), nullable=False),
    Column("retrieved_at", Instant, nullable=False),
    ForeignKeyConstraint(["series_id", "version"], ["versions.series_id", "versions.version"]),
    Index("sources_by_text", "sha256"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("canonical_url", PlainText, nullable=False),
    Column("url_sha256", PlainText, nullable=False),
    Column("lang", PlainText, nullable=False),
    Column("scope", PlainText, nullable=False),
    Column("url", PlainText, nullable=False),
    Column("state", PlainText, nullable=False),
    Column("stage", PlainText),
    Column("attempt", Count, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("heartbeat_at", Instant),
    Column("finished_at", Instant),
    Column("card_id", PlainText),
    Column("capture_id", PlainText),
    Column("refresh", Boolean, nullable=False),
    Column("payer_key", PlainText),
    Column("payer_address", PlainText),  # a digest, and only until the job is finished
    Column("error", PlainText),  # the Problem as JSON
    Column("priority", PlainText, nullable=False),
    Column("holder", PlainText),
    Column("crashes", Count, nullable=False),
    Column("reason", PlainText),
    _partial_index("jobs_one_unfinished", "url_sha256", "lang", "scope", where=UNFINISHED, unique=True),
    _partial_index("jobs_parked", "url_sha256", where=PARKED),
    Index("jobs_by_age", "created_at"),
)

captures = Table(
    "captures",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("url", PlainText, nullable=False),
    Column("document", LargeBinary, nullable=False),  # the Capture as JSON
    Column("owner", PlainText, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("canonical_url", PlainText, nullable=False),
    Column("url_sha256", PlainText, nullable=False),
    Index("captures_by_thread", "url_sha256", "received_at"),
)

aliases = Table(  # where an address that only a look-up can resolve was found to lead
    "aliases",
    metadata,
    Column("url_sha256", PlainText, primary_key=True),
    Column("url", PlainText, nullable=False),
    Column("canonical_url", PlainText, nullable=False),
    Column("found_at", Instant, nullable=False),
)

keys = Table(
    "keys",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("name", PlainText, nullable=False),
    Column("secret_sha256", PlainText, nullable=False),
    Column("trusted", Boolean, nullable=False),
    Column("scopes", PlainText, nullable=False),  # words between spaces
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)

# ---- the index, made from the latest versions and by itself of no worth -------------------------------

index_entries = Table(  # a living series' latest version
    "index_entries",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),  # grows: the newest have the highest
    Column("series_id", PlainText, ForeignKey("series.id"), nullable=False, unique=True),
    Column("topics", PlainText, nullable=False),  # term to weight, as JSON
)

index_topics = Table(  # the topics of what is public, for cards that share them
    "index_topics",
    metadata,
    Column("term", PlainText, primary_key=True),
    Column("number", BigInteger, ForeignKey("index_entries.number", ondelete="CASCADE"), primary_key=True),
    Column("weight", BigInteger, nullable=False),
    Index("index_topics_of_one", "number"),
    sqlite_with_rowid=False,
)

index_lines = Table(  # what lists show of a public, complete card and its version's row does not tell
    "index_lines",
    metadata,
    Column("series_id", PlainText, ForeignKey("index_entries.series_id", ondelete="CASCADE"), primary_key=True),
    Column("lang", PlainText, nullable=False),
    Column("lead", PlainText, nullable=False),  # what changed, for cards without a hook
)

index_shelves = Table(  # where such a card stands in lists
    "index_shelves",
    metadata,
    Column("shelf", PlainText, primary_key=True),  # Shelf.key
    Column("updated_at", Instant, primary_key=True),
    Column("series_id", PlainText, ForeignKey("index_entries.series_id", ondelete="CASCADE"), primary_key=True),
    Column("comment_count", Count),
    Index("index_shelves_of_one", "series_id"),
    sqlite_with_rowid=False,
)

# `index_words` holds the words of what is public, for searches: a table of FTS5 whose rowid is the entry's number, or
# one of text search vectors. Words come as stems from core/finding.py and neither database may cut them again: signs
# within words are kept, and everything beyond ASCII is a letter to FTS5's plainest tokenizer.
INDEX_WORDS = {
    "sqlite": (
        "CREATE VIRTUAL TABLE index_words USING fts5"
        """(headline, lead, body, tokenize = "ascii tokenchars '.&+-#'''", prefix = '1 2 3')""",
        "CREATE TRIGGER index_words_follow AFTER DELETE ON index_entries "
        "BEGIN DELETE FROM index_words WHERE rowid = old.number; END",
    ),
    "postgresql": (
        "CREATE TABLE index_words (number BIGINT PRIMARY KEY REFERENCES index_entries (number) ON DELETE CASCADE, "
        "words TSVECTOR NOT NULL)",
        "CREATE INDEX index_words_found ON index_words USING gin (words)",
    ),
}
for _dialect, _statements in INDEX_WORDS.items():
    for _statement in _statements:
        event.listen(index_entries, "after_create", DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]

# ---- what tells that something changed ------------------------------------------------------------------

changes = Table("changes", metadata, Column("number", BigInteger, nullable=False))  # one row
_COUNT = "BEGIN UPDATE changes SET number = number + 1; END"
COUNTED: dict[str, tuple[str, ...]] = {
    "sqlite": (
        f"CREATE TRIGGER series_counted_insert AFTER INSERT ON series {_COUNT}",
        f"CREATE TRIGGER series_counted_update AFTER UPDATE ON series {_COUNT}",
        f"CREATE TRIGGER series_counted_delete AFTER DELETE ON series {_COUNT}",
    ),
    "postgresql": (
        "CREATE FUNCTION count_change() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN UPDATE changes SET number = number + 1; RETURN NULL; END'",
        "CREATE TRIGGER series_counted AFTER INSERT OR UPDATE OR DELETE ON series "
        "FOR EACH ROW EXECUTE FUNCTION count_change()",
    ),
}
for _dialect, _counting in COUNTED.items():
    for _statement in _counting:
        event.listen(metadata, "after_create", DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]

# ---- following: watched communities, and the lines of recaps ---------------------------------------------

watches = Table(
    "watches",
    metadata,
    Column("key", PlainText, primary_key=True),  # the target's, which is the same for the same place
    Column("target", PlainText, nullable=False),
    Column("every_s", Count, nullable=False),
    Column("top", Count, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("failures", Count, nullable=False),
    Column("last", PlainText),  # the Run as JSON
)

finds = Table(  # threads that watching asked a card of
    "finds",
    metadata,
    Column("url_sha256", PlainText, primary_key=True),
    Column("canonical_url", PlainText, nullable=False),
    Column("target", PlainText, nullable=False),
    Column("job_id", PlainText, nullable=False),
    Column("found_at", Instant, nullable=False),
    Column("tries", Count, nullable=False),
    Index("finds_by_time", "found_at"),
)

recap_lines = Table(  # made from the latest versions; goes with its entry as soon as the card changes or is deleted
    "recap_lines",
    metadata,
    Column("number", BigInteger, ForeignKey("index_entries.number", ondelete="CASCADE"), primary_key=True),
    Column("week", PlainText, nullable=False),  # 2026-W09
    Column("day", PlainText, nullable=False),  # 2026-02-23
    Column("weight", BigInteger, nullable=False),
    Column("line", LargeBinary, nullable=False),  # the Line as JSON
    Index("recap_lines_of_week", "week", "weight"),
    Index("recap_lines_of_day", "day", "weight"),
)
