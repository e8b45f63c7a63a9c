"""The store counts changes of series by itself, so that kept answers go however a change was made."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

COUNT = "BEGIN UPDATE changes SET number = number + 1; END"
COUNTED_IN_SQLITE = (
    f"CREATE TRIGGER series_counted_insert AFTER INSERT ON series {COUNT}",
    f"CREATE TRIGGER series_counted_update AFTER UPDATE ON series {COUNT}",
    f"CREATE TRIGGER series_counted_delete AFTER DELETE ON series {COUNT}",
)
COUNTED_IN_POSTGRESQL = (
    "CREATE FUNCTION count_change() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN UPDATE changes SET number = number + 1; RETURN NULL; END'",
    "CREATE TRIGGER series_counted AFTER INSERT OR UPDATE OR DELETE ON series "
    "FOR EACH ROW EXECUTE FUNCTION count_change()",
)


def upgrade() -> None:
    """One row, and what moves it."""
    op.create_table("changes", sa.Column("number", sa.BigInteger, nullable=False))
    op.execute("INSERT INTO changes (number) VALUES (0)")
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in COUNTED_IN_SQLITE if sqlite else COUNTED_IN_POSTGRESQL:
        op.execute(statement)
