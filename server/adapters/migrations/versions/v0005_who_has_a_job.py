"""Jobs tell who has them, how urgent they are, and how often they took a worker with them.

Jobs from before are what readers wait for. `jobs` is made anew and filled again: SQLite adds columns behind the
constraints, where the code has them in front.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

KEPT = (
    "id, canonical_url, url_sha256, lang, scope, url, state, stage, attempt, created_at, started_at, heartbeat_at, "
    "finished_at, card_id, capture_id, refresh, payer_key, payer_address, error"
)
UNFINISHED = sa.text("state IN ('queued', 'working')")
PARKED = sa.text("state = 'parked'")


def upgrade() -> None:
    """Nothing is lost."""
    op.execute("CREATE TABLE jobs_before AS SELECT * FROM jobs")
    op.drop_table("jobs")
    create_jobs()
    op.execute(
        f"INSERT INTO jobs ({KEPT}, priority, crashes) SELECT {KEPT}, 'reader', 0 FROM jobs_before"  # noqa: S608 - ours
    )
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
        sa.Column("priority", sa.Text, nullable=False),
        sa.Column("holder", sa.Text),
        sa.Column("crashes", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text),
    )
    op.create_index(
        "jobs_one_unfinished",
        "jobs",
        ["url_sha256", "lang", "scope"],
        unique=True,
        sqlite_where=UNFINISHED,
        postgresql_where=UNFINISHED,
    )
    op.create_index("jobs_parked", "jobs", ["url_sha256"], sqlite_where=PARKED, postgresql_where=PARKED)
    op.create_index("jobs_by_age", "jobs", ["created_at"])
