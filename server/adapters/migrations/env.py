"""Executed by Alembic for `migrate`; imported by anyone else it does nothing."""

from alembic import context

from server.adapters.sql.tables import metadata


def run_in_callers_transaction() -> None:
    """Alembic's recipe "Sharing a Connection across one or more programmatic migration commands"."""
    context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()


if hasattr(context, "config"):
    run_in_callers_transaction()
