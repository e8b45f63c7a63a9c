"""The first tables: series, versions, texts, sources, jobs, captures, aliases.

Types are SQLAlchemy's own, spelled out, so that a later change of ours cannot change what this step did.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

LIVING = sa.text("deleted_at IS NULL")
LISTED = sa.text("visibility = 'public' AND deleted_at IS NULL")
UNFINISHED = sa.text("state IN ('queued', 'working')")


def upgrade() -> None:
    """From nothing; parents before children."""
    create_series()
    create_versions()
    create_texts()
    create_sources()
    create_jobs()
    create_captures()
    create_aliases()


def create_series() -> None:
    op.create_table(
        "series",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("canonical_url", sa.Text, nullable=False),
        sa.Column("url_sha256", sa.Text, nullable=False),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("visibility", sa.Text, nullable=False),
        sa.Column("latest_version", sa.BigInteger, nullable=False),
        sa.Column("site", sa.Text, nullable=False),
        sa.Column("community", sa.Text),
        sa.Column("category", sa.Text),
        sa.Column("headline", sa.Text, nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
    )
    create_partial_index("series_living_key", "series", ["url_sha256", "lang", "scope"], LIVING, unique=True)
    create_partial_index("series_listed", "series", ["updated_at"], LISTED)
    create_partial_index("series_listed_by_community", "series", ["community", "updated_at"], LISTED)


def create_versions() -> None:
    op.create_table(
        "versions",
        sa.Column("series_id", sa.Text, sa.ForeignKey("series.id"), primary_key=True),
        sa.Column("version", sa.BigInteger, primary_key=True),
        sa.Column("permalink", sa.Text, nullable=False),
        sa.Column("headline", sa.Text, nullable=False),
        sa.Column("hook", sa.Text),
        sa.Column("generated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fresh_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_count", sa.BigInteger, nullable=False),
        sa.Column("comment_count", sa.BigInteger),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )


def create_texts() -> None:
    op.create_table(
        "texts",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("text", sa.LargeBinary, nullable=False),
    )


def create_sources() -> None:
    op.create_table(
        "sources",
        sa.Column("series_id", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, primary_key=True),
        sa.Column("n", sa.BigInteger, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("title", sa.Text),
        sa.Column("sha256", sa.Text, sa.ForeignKey("texts.sha256"), nullable=False),
        sa.Column("retrieved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["series_id", "version"], ["versions.series_id", "versions.version"]),
    )
    op.create_index("sources_by_text", "sources", ["sha256"])


def create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("canonical_url", sa.Text, nullable=False),
        sa.Column("url_sha256", sa.Text, nullable=False),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("stage", sa.Text),
        sa.Column("attempt", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True)),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("card_id", sa.Text),
        sa.Column("capture_id", sa.Text),
        sa.Column("refresh", sa.Boolean, nullable=False),
        sa.Column("error", sa.Text),
    )
    create_partial_index("jobs_one_unfinished", "jobs", ["url_sha256", "lang", "scope"], UNFINISHED, unique=True)


def create_captures() -> None:
    op.create_table(
        "captures",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    )


def create_aliases() -> None:
    op.create_table(
        "aliases",
        sa.Column("url_sha256", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("canonical_url", sa.Text, nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
    )


def create_partial_index(
    name: str, table: str, columns: list[str], where: sa.TextClause, *, unique: bool = False
) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)
