"""The count of changes to what cards show, as a function of an open transaction.

The database itself counts, by triggers (`tables.py`): so it counts with the change or not at all, and whoever makes it.
"""

from sqlalchemy import Connection, select

from server.adapters.sql.tables import changes


def count_changes(connection: Connection) -> int:
    return int(connection.execute(select(changes.c.number)).scalar_one())
