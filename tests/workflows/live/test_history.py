"""What the loop did is in the lake as readings of meters of their own: all of it, and once, whatever is killed."""

import gzip
import json
import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.workflows.estate import inventory, wattstone
from tests.workflows.live.play import MINUTE, START, Stage, battery, settings
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.portfolio import Meter
from wattstone.workflows.ingest.derived import READINGS
from wattstone.workflows.live import LiveSettings, Sample
from wattstone.workflows.live.history import History, Kept
from wattstone.workflows.live.journal import Journal
from wattstone.workflows.readings import meter_readings
from wattstone.workflows.workspace import Workspace

METER = Meter(id="main", site_id="park", kind="electricity", unit="kWh", interval_seconds=60, declared="readings")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    wattstone("init", tmp_path / "w")
    return open_workspace(tmp_path / "w")


def history(workspace: Workspace, journal: Journal, of: LiveSettings | None = None) -> History:
    return History(workspace, journal, of or settings(), {"main": METER})


def journal(workspace: Workspace) -> Journal:
    return Journal(workspace.root / "live" / "park", synced=False)


def held(workspace: Workspace, meter: str) -> list[tuple[datetime, float | None]]:
    rows = meter_readings(workspace, meter, START - timedelta(days=2), START + timedelta(days=2))
    assert set(rows["seconds"]) <= {60}
    return list(rows.select("start", "value").iter_rows())


def test_every_set_point_is_a_reading_of_its_own(workspace: Workspace) -> None:
    notes = journal(workspace)
    stage = Stage(log=notes)  # type: ignore[arg-type]
    for _ in range(3):
        stage.step()
    stage.devices.down = True
    stage.step()
    assert history(workspace, notes).commit() == Kept(segments=1, rows=12)
    told = [(START + step * MINUTE, 1.0) for step in range(4)]
    assert held(workspace, "park.battery.commanded") == told
    assert held(workspace, "park.battery.accepted") == [*told[:3], (told[3][0], None)]
    assert held(workspace, "park.battery.read_back") == [*told[:3], (told[3][0], None)]


def test_the_meters_of_set_points_are_never_totalled(workspace: Workspace) -> None:
    notes = journal(workspace)
    notes.samples([Sample("main", START, 60, 7.0)], START)
    Stage(log=notes).step()  # type: ignore[arg-type]
    history(workspace, notes).commit()
    (meter,) = [one for one in workspace.records.meters() if one.id == "park.battery.accepted"]
    assert (meter.unit, meter.interval_seconds, meter.measures) == ("kW", 60, None)
    assert inventory(workspace.root, 2026)("energy.electricity") == 7.0


def test_readings_that_arrive_are_kept_once_however_often_they_are_delivered(workspace: Workspace) -> None:
    notes = journal(workspace)
    samples = [Sample("main", START + step * MINUTE, 60, float(step)) for step in range(5)]
    notes.samples(samples, START)
    notes.samples(samples[2:], START)
    history(workspace, notes).commit()
    notes.samples(samples[3:], START)
    notes.samples([Sample("stranger", START, 60, 1.0)], START)
    history(workspace, notes).commit()
    assert held(workspace, "main") == [(one.start, one.value) for one in samples]


def test_a_device_that_is_left_alone_is_a_gap(workspace: Workspace) -> None:
    notes = journal(workspace)
    stage = Stage(settings(battery(fallback=None)), log=notes)  # type: ignore[arg-type]
    stage.planner.reason = "no"
    stage.step()
    history(workspace, notes).commit()
    assert held(workspace, "park.battery.commanded") == [(START, None)]


def test_a_segment_of_events_alone_is_kept_and_changes_nothing(workspace: Workspace) -> None:
    notes = journal(workspace)
    notes.event("clock", "set", START)
    before = workspace.lake.version(READINGS)
    assert history(workspace, notes).commit() == Kept(segments=1)
    assert workspace.lake.version(READINGS) == before


def test_nothing_new_is_nothing_to_commit(workspace: Workspace) -> None:
    notes = journal(workspace)
    before = workspace.lake.version(READINGS)
    assert history(workspace, notes).commit() == Kept()
    assert workspace.lake.version(READINGS) == before


def test_hours_that_a_clock_lived_twice_stand_as_they_were_lived_last(workspace: Workspace) -> None:
    notes = journal(workspace)
    stage = Stage(log=notes)  # type: ignore[arg-type]
    stage.step()
    stage.step()
    stage.guard.most = 0.5
    stage.clock.set_by(-120.0)
    stage.step()
    history(workspace, notes).commit()
    assert held(workspace, "park.battery.accepted") == [(START, 0.5), (START + MINUTE, 1.0)]
    (segment,) = (workspace.root / "live" / "park" / "kept").iterdir()
    lines = [json.loads(line) for line in gzip.decompress(segment.read_bytes()).splitlines()]
    assert [line["value"] for line in lines if line["what"] == "accepted"] == [1.0, 1.0, 0.5]


def test_a_killed_commit_is_finished_and_not_repeated(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between the lake's commit and putting the segment away."""
    notes = journal(workspace)
    Stage(log=notes).step()  # type: ignore[arg-type]

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "put_away", killed)
        with pytest.raises(KeyboardInterrupt):
            history(workspace, notes).commit()
    version = workspace.lake.version(READINGS)
    again = journal(workspace)
    assert history(workspace, again).commit().segments == 1
    assert workspace.lake.version(READINGS) == version
    assert held(workspace, "park.battery.accepted") == [(START, 1.0)]
    assert again.closed() == []


def test_a_line_that_was_cut_off_is_dropped_and_those_before_it_kept(workspace: Workspace) -> None:
    notes = journal(workspace)
    notes.samples([Sample("main", START, 60, 1.0)], START)
    (segment,) = (workspace.root / "live" / "park").glob("*.open")
    with segment.open("ab") as file:
        file.write(b'{"what": "reading", "id": "main", "sta')
    notes.abandon()
    assert history(workspace, journal(workspace)).commit().rows == 1
    assert held(workspace, "main") == [(START, 1.0)]


def test_a_segment_that_the_lake_refuses_is_put_aside_and_does_not_block_the_next(workspace: Workspace) -> None:
    notes = journal(workspace)
    notes.samples([Sample("main", START, 60, 1.0), Sample("main", START + timedelta(seconds=30), 60, 1.0)], START)
    Stage(log=notes).step()  # type: ignore[arg-type]
    kept = history(workspace, notes).commit()
    assert [one.code for one in kept.refused] == ["readings.overlap"]
    assert held(workspace, "park.battery.accepted") == [(START, 1.0)]  # one meter does not keep the others out
    notes.samples([Sample("main", START, 60, 2.0)], START)
    assert history(workspace, notes).commit().rows == 1
    assert held(workspace, "main") == [(START, 2.0)]
    assert len(list((workspace.root / "live" / "park" / "refused").iterdir())) == 1


KILLED = """
import sys
from pathlib import Path
from tests.workflows.live.play import MINUTE, START
from wattstone.workflows.live import Sample
from wattstone.workflows.live.journal import Journal

journal = Journal(Path(sys.argv[1]), synced=False)
for step in range(10_000):
    journal.samples([Sample("main", START + step * MINUTE, 60, float(step))], START)
    print(step, flush=True)
"""


def test_a_process_that_is_killed_loses_nothing_that_it_said_it_had(workspace: Workspace) -> None:
    folder = workspace.root / "live" / "park"
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": f"{root}:{root / 'src'}", "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(folder)], stdout=subprocess.PIPE, text=True, env=environment, cwd=root
    ) as process:
        assert process.stdout is not None
        acknowledged = -1
        for line in process.stdout:
            acknowledged = int(line)
            if acknowledged == 50:
                process.send_signal(signal.SIGKILL)
                break
        rest = process.stdout.read().split()
        acknowledged = int(rest[-1]) if rest else acknowledged
    history(workspace, journal(workspace)).commit()
    rows = held(workspace, "main")
    assert len(rows) >= acknowledged + 1
    assert rows == [(START + step * MINUTE, float(step)) for step in range(len(rows))]


def test_the_lake_holds_what_the_journal_holds(workspace: Workspace) -> None:
    notes = journal(workspace)
    stage = Stage(log=notes)  # type: ignore[arg-type]
    keeper = history(workspace, notes)
    for step in range(40):
        stage.devices.down = step % 7 == 3
        stage.step()
        if step % 9 == 0:
            keeper.commit()
    keeper.commit()
    kept = sorted((workspace.root / "live" / "park" / "kept").iterdir())
    lines = pl.concat(
        [pl.read_ndjson(path, infer_schema_length=None).select("what", "start", "value") for path in kept]
    )
    told = lines.filter(pl.col("what") == "accepted").sort("start")
    assert [value for _, value in held(workspace, "park.battery.accepted")] == told["value"].to_list()
    assert told.height == 40
