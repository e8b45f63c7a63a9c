"""Lists by shelf: everything, a site, a community, a category, an audience.

The index is emptied, and `migrate` makes it anew with the shelves in it. On SQLite its words get an index of
beginnings: without, the one letter that somebody began a word with took 0.9 s among 100,000 cards.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

WORDS_IN_SQLITE = (
    "CREATE VIRTUAL TABLE index_words USING fts5"
    """(headline, lead, body, tokenize = "ascii tokenchars '.&+-#'''", prefix = '1 2 3')"""
)


def upgrade() -> None:
    """Lines and shelves stand beside the entries, and are gone with them."""
    op.create_table(
        "index_lines",
        sa.Column(
            "series_id",
            sa.Text,
            sa.ForeignKey("index_entries.series_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("lead", sa.Text, nullable=False),
    )
    op.create_table(
        "index_shelves",
        sa.Column("shelf", sa.Text, primary_key=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), primary_key=True),
        sa.Column(
            "series_id",
            sa.Text,
            sa.ForeignKey("index_entries.series_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("comment_count", sa.BigInteger),
        sqlite_with_rowid=False,
    )
    op.create_index("index_shelves_of_one", "index_shelves", ["series_id"])
    op.execute("DELETE FROM index_entries")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE index_words")
        op.execute(WORDS_IN_SQLITE)
