"""Jobs tell whose budget they count against. Until now nobody's but the day's, so old rows have none.

`jobs` is made anew and filled again: SQLite adds columns behind the constraints, where the code has them in front.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

KEPT = (
    "id, canonical_url, url_sha256, lang, scope, url, state, stage, attempt, created_at, started_at, heartbeat_at, "
    "finished_at, card_id, capture_id, refresh, error"
)
UNFINISHED = sa.text("state IN ('queued', 'working')")


def upgrade() -> None:
    """Nothing is lost."""
    op.execute("CREATE TABLE jobs_before AS SELECT * FROM jobs")
    op.drop_table("jobs")
    create_jobs()
    op.execute(f"INSERT INTO jobs ({KEPT}) SELECT {KEPT} FROM jobs_before")  # noqa: S608 - our own words
    op.drop_table("jobs_before")


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
        sa.Column("payer_key", sa.Text),
        sa.Column("payer_address", sa.Text),
        sa.Column("error", sa.Text),
    )
    op.create_index(
        "jobs_one_unfinished",
        "jobs",
        ["url_sha256", "lang", "scope"],
        unique=True,
        sqlite_where=UNFINISHED,
        postgresql_where=UNFINISHED,
    )
