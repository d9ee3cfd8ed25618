"""Our side: the same days and last values, from a workspace that is open."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.peers.timely_beliefs.timing import timed


def asked(root: str, days: list[tuple[str, str]]) -> Callable[[], dict[str, Any]]:
    """Side: days of meters, and the last value of each."""
    from wattstone.interfaces.store.workspace import open_workspace
    from wattstone.workflows.readings import latest_values, meter_readings

    workspace = open_workspace(Path(root))
    wanted = [(meter, datetime.fromisoformat(begin).replace(tzinfo=None)) for meter, begin in days]

    def day(meter: str, begin: datetime) -> list[float]:
        return meter_readings(workspace, meter, begin, begin + timedelta(days=1))["value"].drop_nulls().to_list()

    def last() -> dict[str, float]:
        return dict(latest_values(workspace).select("meter_id", "value").iter_rows())

    def all_of_it() -> dict[str, Any]:
        day_ms, answers = timed([lambda one=one: day(*one) for one in wanted])
        last_ms, values = timed([last] * 5)
        return {"day_ms": day_ms, "days": answers, "last_ms": last_ms, "last": values}

    return all_of_it
