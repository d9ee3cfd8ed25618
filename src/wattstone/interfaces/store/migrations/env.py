"""Alembic's way in: runs on the connection that the caller opened, inside the caller's transaction.

To add a migration, change `tables.py`, write the next numbered file in `versions/` and set `tables.REVISION` to it;
the tests compare the migrated database with `tables.py`. The server's migrations come in by the same way, from
`server/migrations/`.
"""

from alembic import context

connection = context.config.attributes["connection"]
metadata = context.config.attributes["metadata"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
