"""The index of public cards: their topics, by which related ones are found, and their words, for searches.

Only the tables: what they hold is made from the cards by `migrate`, with the code of its day.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

WORDS_IN_SQLITE = (
    """CREATE VIRTUAL TABLE index_words USING fts5(headline, lead, body, tokenize = "ascii tokenchars '.&+-#'''")""",
    "CREATE TRIGGER index_words_follow AFTER DELETE ON index_entries "
    "BEGIN DELETE FROM index_words WHERE rowid = old.number; END",
)
WORDS_IN_POSTGRESQL = (
    "CREATE TABLE index_words (number BIGINT PRIMARY KEY REFERENCES index_entries (number) ON DELETE CASCADE, "
    "words TSVECTOR NOT NULL)",
    "CREATE INDEX index_words_found ON index_words USING gin (words)",
)


def upgrade() -> None:
    """Entries before what points at them."""
    op.create_table(
        "index_entries",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("series_id", sa.Text, sa.ForeignKey("series.id"), nullable=False, unique=True),
        sa.Column("topics", sa.Text, nullable=False),
    )
    op.create_table(
        "index_topics",
        sa.Column("term", sa.Text, primary_key=True),
        sa.Column("number", sa.BigInteger, sa.ForeignKey("index_entries.number", ondelete="CASCADE"), primary_key=True),
        sa.Column("weight", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("index_topics_of_one", "index_topics", ["number"])
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in WORDS_IN_SQLITE if sqlite else WORDS_IN_POSTGRESQL:
        op.execute(statement)
