"""Rows in any order, more of them than memory holds, estates that outgrow their partitions, writers side by side."""

import multiprocessing
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.workflows.ingest.estate import dataset, held, opened, orphans, readings, take, values, workspace
from wattstone.readings import described, partitions, spool
from wattstone.workflows.ingest.compact import compact

START = datetime(2022, 11, 20)


def estate(meters: int = 12, hours: int = 24 * 90) -> pl.DataFrame:
    """Hourly power of some meters over a change of years, with gaps."""
    random = np.random.default_rng(20241122)
    frames: list[pl.DataFrame] = []
    for number in range(meters):
        value = [
            None if gap else float(one)
            for one, gap in zip(random.gamma(2.0, 5.0, hours), random.random(hours) < 0.02, strict=True)
        ]
        frames.append(readings(f"m{number:02}", START, value, unit="kW"))
    return pl.concat(frames)


@pytest.mark.parametrize("limit", [100, 5_000, 6_000_000])
def test_shuffled_rows_give_what_sorted_ones_give(tmp_path: Path, limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = estate()
    by_meter, shuffled = workspace(tmp_path / "by-meter"), workspace(tmp_path / "shuffled")
    take(by_meter, dataset(tmp_path / "one", frame))
    monkeypatch.setattr(described, "CHUNK", 1_000)
    monkeypatch.setattr(spool.Spool.__init__, "__kwdefaults__", {"limit": limit})

    take(shuffled, dataset(tmp_path / "two", frame.sample(fraction=1.0, shuffle=True, seed=7)))

    one, two = held(by_meter), held(shuffled)
    assert one.readings == two.readings
    # Keys of partitions, meters and hashes; a sum of floats may differ in its last bit.
    assert [(row[0], row[1], row[-2], row[-1]) for row in one.slices] == [
        (row[0], row[1], row[-2], row[-1]) for row in two.slices
    ]
    assert sorted(one.latest) == sorted(two.latest)
    assert orphans(shuffled) == []


def test_an_estate_that_outgrows_its_partitions_is_cut_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pilot = readings("pilot", START, [float(hour) for hour in range(24 * 60)])
    root = workspace(tmp_path / "workspace")
    take(root, dataset(tmp_path / "pilot", pilot))
    assert sorted(opened(root).lake.parts("readings")) == [2022, 2023]
    monkeypatch.setattr(partitions, "TOO_MANY", 5_000)
    monkeypatch.setattr(partitions, "ENOUGH", 4_000)

    take(root, dataset(tmp_path / "many", estate()))

    assert sorted(opened(root).lake.parts("readings")) == [202211, 202212, 202301, 202302]
    found = held(root)
    assert len(found.readings) == 24 * 60 + 12 * 24 * 90
    assert list(values(root, "pilot").values()) == [float(hour) for hour in range(24 * 60)]
    assert {row[5] for row in found.readings if row[0] == "pilot"} == {1}  # they are still of the first source
    assert list(values(root, "pilot", version=1).values()) == [float(hour) for hour in range(24 * 60)]
    assert orphans(root) == []


def test_compaction_changes_no_value_and_no_batch(tmp_path: Path) -> None:
    root = workspace(tmp_path / "workspace")
    frame = estate(meters=2, hours=200)
    for number, part in enumerate((frame[:150], frame[150:260], frame[260:])):
        take(root, dataset(tmp_path / str(number), part))
    before = held(root)

    one = opened(root)
    assert compact(one).after == 1
    one.close()

    after = held(root)
    assert [(row[0], row[1], row[3], row[5]) for row in after.readings] == [
        (row[0], row[1], row[3], row[5]) for row in before.readings
    ]
    assert orphans(root) == []


def ingest_in_a_process(root: str, source: str) -> None:
    take(Path(root), Path(source))


def test_two_processes_at_once_both_get_in(tmp_path: Path) -> None:
    root = workspace(tmp_path / "workspace")
    sources = [dataset(tmp_path / name, readings(name, START, [1.0] * 500)) for name in ("a", "b", "c")]
    context = multiprocessing.get_context("spawn")
    processes = [
        context.Process(target=ingest_in_a_process, args=(str(root), str(source))) for source in [*sources, sources[0]]
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0] * 4
    found = held(root)
    assert len(found.readings) == 1_500
    assert len(found.audit) == 3
    assert orphans(root) == []


MEASURE = """
import resource, sys
from pathlib import Path
from tests.workflows.ingest.estate import take, workspace
from wattstone.readings import described, dataset, incoming, spool
spool.Spool.__init__.__kwdefaults__["limit"] = 200_000
described.CHUNK = 100_000
take(workspace(Path(sys.argv[1])), Path(sys.argv[2]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    peaks: list[int] = []
    for name, meters in (("small", 30), ("large", 240)):
        hours = 24 * 365
        stamps = pl.datetime_range(
            datetime(2020, 1, 1), datetime(2020, 12, 30, 23), "1h", time_zone="UTC", eager=True
        ).head(hours)
        one = pl.DataFrame({"timestamp": stamps, "value": np.sin(np.arange(len(stamps)))})
        folder = tmp_path / name
        folder.mkdir()
        pl.concat(
            [
                one.with_columns(
                    site_id=pl.lit("S"), meter_id=pl.lit(f"m{number}"), kind=pl.lit("electricity"), unit=pl.lit("kWh")
                )
                for number in range(meters)
            ]
        ).write_parquet(folder / "readings.parquet", row_group_size=50_000)
        command = [sys.executable, "-c", MEASURE, str(tmp_path / f"{name}-workspace"), str(folder)]
        made = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3])
        assert made.returncode == 0, made.stderr
        peaks.append(int(made.stdout))
    rows_apart = (240 - 30) * 24 * 365
    # 1.8 M rows more: a year's partition of 2.1 M rows is settled at once, with some 100 bytes a row and no more.
    assert (peaks[1] - peaks[0]) * 1024 < rows_apart * 250
