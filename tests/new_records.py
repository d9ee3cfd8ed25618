"""New records of tests: the migrations run once in a process, then each new SQLite file gets what they ended in.

A workspace is made for thousands of tests, and seven migrations by alembic take longer than most of them. What the
migrations do is tested on its own (tests/interfaces/store); PostgreSQL and programs that tests start run them all.
"""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from wattstone.interfaces.store import migrating
from wattstone.interfaces.store.database import Database, open_database

real_migrate = migrating.migrate


def migrate(database: Database, line: migrating.Line, **how: Any) -> None:
    """As the program's own, by the statements of a template where the records are new and on SQLite."""
    if how or database.kind != "sqlite" or database.revision() is not None:
        real_migrate(database, line, **how)
        return
    with database.migrating() as connection:
        for statement in _statements(line):
            connection.exec_driver_sql(statement)


@cache
def _statements(line: migrating.Line) -> tuple[str, ...]:
    """What makes the tables of a line, and names its newest migration."""
    with TemporaryDirectory() as folder:
        made = open_database(str(Path(folder) / "template.db"), create=True)
        real_migrate(made, line)
        with made.reading() as connection:
            driver: Any = connection.connection.driver_connection
            told = tuple(driver.iterdump())
        made.close()
    return tuple(one for one in told if one not in ("BEGIN TRANSACTION;", "COMMIT;"))
