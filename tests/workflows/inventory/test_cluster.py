"""An inventory on a dask cluster of which one of two workers is killed while it adds up."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.interfaces.workers.conftest import cluster  # noqa: F401 (a fixture)
from tests.workflows.estate import dataset, intensity, readings, workspace
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.interfaces.workers import workers_from
from wattstone.workflows.inventory import take_inventory

pytestmark = pytest.mark.slow
DAYS = 90


class Murderous:
    """Workers of whom one is killed as soon as there is a first result."""

    def __init__(self, inner: Any, victim: Any) -> None:
        self.inner, self.victim, self.results = inner, victim, 0

    def map(self, function: Any, items: Any, *, progress: Any = None) -> Any:
        for result in self.inner.map(function, items, progress=progress):
            self.results += 1
            if self.results == 1:
                self.victim.kill()
                self.victim.wait(30)
            yield result

    def close(self) -> None:
        self.inner.close()


def test_a_killed_worker_costs_a_retry_and_never_a_figure(
    tmp_path,
    monkeypatch,
    cluster: Callable[..., Any],  # noqa: F811
):
    from wattstone.readings import spool

    monkeypatch.setattr(spool, "fitting_span", lambda *_: "day")
    values = [0.1 * (hour % 37) for hour in range(24 * DAYS)]
    sites = [{"site_id": "A", "country": "GB", "timezone": "Europe/London"}]
    frames = [readings("e", values), readings("g", values, kind="gas")]
    grid = intensity([0.2 + 0.001 * (hour % 100) for hour in range(24 * DAYS)])
    source = dataset(tmp_path / "estate", *frames, sites=sites, intensity=grid)
    here = open_workspace(workspace(tmp_path / "here", source))
    expected = take_inventory(here, 2019).figures
    here.close()

    started = cluster(workers=2)
    there = open_workspace(workspace(tmp_path / "there", source), workers=workers_from(started.address()))
    killing = Murderous(there.workers, started.workers[0])
    found = take_inventory(replace(there, workers=killing), 2019).figures
    there.close()

    assert killing.results >= DAYS
    assert started.workers[0].poll() is not None
    assert found.select("id", "value").equals(expected.select("id", "value"))
