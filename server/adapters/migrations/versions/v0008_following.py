"""Watched communities and what they found; the lines of recaps, which are made from the cards by and by."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Nothing that was there is touched."""
    create_watches()
    create_finds()
    create_recap_lines()


def create_watches() -> None:
    op.create_table(
        "watches",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("every_s", sa.BigInteger, nullable=False),
        sa.Column("top", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("failures", sa.BigInteger, nullable=False),
        sa.Column("last", sa.Text),
    )


def create_finds() -> None:
    op.create_table(
        "finds",
        sa.Column("url_sha256", sa.Text, primary_key=True),
        sa.Column("canonical_url", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("job_id", sa.Text, nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.BigInteger, nullable=False),
    )
    op.create_index("finds_by_time", "finds", ["found_at"])


def create_recap_lines() -> None:
    op.create_table(
        "recap_lines",
        sa.Column("number", sa.BigInteger, sa.ForeignKey("index_entries.number", ondelete="CASCADE"), primary_key=True),
        sa.Column("week", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("weight", sa.BigInteger, nullable=False),
        sa.Column("line", sa.LargeBinary, nullable=False),
    )
    op.create_index("recap_lines_of_week", "recap_lines", ["week", "weight"])
    op.create_index("recap_lines_of_day", "recap_lines", ["day", "weight"])
