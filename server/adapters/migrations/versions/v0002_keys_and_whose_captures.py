"""Access keys; captures tell which thread they show, so that two readers' captures of one can be compared.

`captures` is made anew and filled again: SQLite adds columns behind the constraints, where the code has them in front.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

KEEP = "CREATE TABLE captures_before AS SELECT * FROM captures"
# What a job was made from shows the job's thread; a capture without a job is of no use to anyone.
FILL = """
INSERT INTO captures (id, url, document, owner, received_at, canonical_url, url_sha256)
SELECT b.id, b.url, b.document, b.owner, b.received_at,
       COALESCE((SELECT MIN(j.canonical_url) FROM jobs j WHERE j.capture_id = b.id), ''),
       COALESCE((SELECT MIN(j.url_sha256) FROM jobs j WHERE j.capture_id = b.id), '')
FROM captures_before b
"""


def upgrade() -> None:
    """Nothing is lost."""
    create_keys()
    op.execute(KEEP)
    op.drop_table("captures")
    create_captures()
    op.execute(FILL)
    op.drop_table("captures_before")


def create_keys() -> None:
    op.create_table(
        "keys",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("secret_sha256", sa.Text, nullable=False),
        sa.Column("trusted", sa.Boolean, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
    )


def create_captures() -> None:
    op.create_table(
        "captures",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("canonical_url", sa.Text, nullable=False),
        sa.Column("url_sha256", sa.Text, nullable=False),
    )
    op.create_index("captures_by_thread", "captures", ["url_sha256", "received_at"])
