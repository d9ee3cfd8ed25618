"""Processes for tests that kill them or let them compete: copies of one that has imported everything already.

A process of tests has one server that forks, for all of its files, and it imports what it was told before it began; so
all of them tell it the same.
"""

import multiprocessing
from multiprocessing.context import ForkServerContext

TESTS = (
    "tests.interfaces.store.server.test_people",
    "tests.interfaces.store.server.test_queue",
    "tests.interfaces.store.server.test_records",
    "tests.workflows.activities.killing",
    "tests.workflows.disclosure.killing",
    "tests.workflows.ingest.estate",
    "tests.workflows.ingest.killing",
)
LATE = (
    "numpy.ma",
    "pyarrow.fs",
    "pyarrow.parquet",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "sqlite3",
    "tzdata",
    "wattstone.interfaces.store.meter_rows",
    "wattstone.interfaces.store.tables",
    "wattstone.interfaces.workers",
)
"""What a program that writes to a workspace imports when it comes to it: half of the time of a small ingest."""


def processes() -> ForkServerContext:
    """Processes of their own."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*TESTS, *LATE])
    return context
