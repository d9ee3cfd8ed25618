"""Alembic's way in: runs on the connection that the caller opened, inside the caller's transaction.

To add a migration, change `tables.py`, write the next numbered file in `versions/` and set `tables.REVISION` to it;
the tests compare the migrated database with `tables.py`.
"""

from alembic import context

from wattstone.interfaces.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
