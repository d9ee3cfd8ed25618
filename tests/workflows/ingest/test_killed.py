"""SIGKILL at any moment: the next run finishes, with nothing lost and nothing doubled."""

import shutil
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

from tests.preloaded import processes
from tests.workflows.ingest import killing
from tests.workflows.ingest.estate import dataset, held, orphans, readings, take, workspace

CONTEXT = processes()
OLD = datetime(2023, 12, 31, 20)


@pytest.fixture
def sources(tmp_path: Path) -> tuple[Path, Path]:
    """A first dataset, and one that corrects it, goes on from it and brings a counter, weather and another site."""
    first = dataset(
        tmp_path / "first",
        readings("a", OLD, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
        readings("c", OLD, [100.0, 101.0, 103.0, 106.0], kind="water_register", unit="m3"),
    )
    second = dataset(
        tmp_path / "second",
        readings("a", datetime(2024, 1, 1, 0), [50.0, 60.0, 7.0, 8.0]),
        readings("b", OLD, [0.5, None, 0.7, 0.9, 1.1, 1.3], site="S2"),
        readings("c", datetime(2023, 12, 31, 22), [104.0, 106.0, 110.0, 115.0], kind="water_register", unit="m3"),
        sites=[{"site_id": "S1", "country": "GB"}, {"site_id": "S2", "country": "GB"}],
        weather=readings("w", OLD, [1.5, 2.5, 3.5]).select("timestamp", air_temperature_c="value"),
    )
    return first, second


def killed(root: Path, paths: list[Path], fatal: int, told: Path) -> bool:
    """Ingest in a process that dies at a moment; whether it died."""
    process = CONTEXT.Process(target=killing.run, args=(str(root), [str(path) for path in paths], fatal, str(told)))
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def moments(root: Path, paths: list[Path], told: Path) -> int:
    """How many moments an ingest has."""
    assert not killed(root, paths, -1, told)
    return int(told.read_text(encoding="utf-8"))


@pytest.mark.slow
def test_killed_at_any_moment_the_next_run_finishes(tmp_path: Path, sources: tuple[Path, Path]) -> None:
    first, second = sources
    before = workspace(tmp_path / "before")
    take(before, first)
    whole = tmp_path / "whole"
    shutil.copytree(before, whole)
    count = moments(whole, [second], tmp_path / "told")
    expected = held(whole)
    assert orphans(whole) == []
    assert count > 40

    for fatal in range(1, count + 1, 3):
        root = tmp_path / f"killed-{fatal}"
        shutil.copytree(before, root)
        assert killed(root, [second], fatal, tmp_path / "told")
        take(root, second)
        assert held(root) == expected, f"killed at moment {fatal} of {count}"
        assert orphans(root) == [], f"killed at moment {fatal} of {count}"
        shutil.rmtree(root)


@pytest.mark.slow
def test_killed_at_any_moment_of_the_first_ingest_of_two_sources(tmp_path: Path, sources: tuple[Path, Path]) -> None:
    first, _ = sources
    other = dataset(
        tmp_path / "other",
        readings("a", datetime(2024, 1, 1, 2), [7.0, 8.0]),
        readings("c", datetime(2024, 1, 1), [107.0, 109.0], kind="water_register", unit="m3"),
    )
    whole = workspace(tmp_path / "whole")
    count = moments(whole, [first, other], tmp_path / "told")
    expected = held(whole)
    assert len(expected.audit) == 2
    assert orphans(whole) == []

    for fatal in range(1, count + 1, 4):
        root = workspace(tmp_path / f"killed-{fatal}")
        assert killed(root, [first, other], fatal, tmp_path / "told")
        take(root, first, other)
        assert held(root) == expected, f"killed at moment {fatal} of {count}"
        assert orphans(root) == [], f"killed at moment {fatal} of {count}"
        shutil.rmtree(root)


@pytest.mark.slow
def test_another_source_after_a_kill_takes_nothing_of_the_killed_one(
    tmp_path: Path, sources: tuple[Path, Path]
) -> None:
    first, _ = sources
    other = dataset(
        tmp_path / "other", readings("c", datetime(2024, 2, 1), [200.0, 201.0], kind="water_register", unit="m3")
    )
    alone = workspace(tmp_path / "alone")
    take(alone, other)
    expected = held(alone)
    count = moments(workspace(tmp_path / "whole"), [first], tmp_path / "told")
    counters_only = False
    for fatal in range(1, count + 1, 3):
        root = workspace(tmp_path / f"killed-{fatal}")
        assert killed(root, [first], fatal, tmp_path / "told")
        counters_only |= (root / "lake" / "registers").is_dir() and not any(
            root.glob("lake/readings/_delta_log/*1.json")
        )
        if any(root.glob("lake/readings/_delta_log/*1.json")):
            continue  # the first source is there: that is another case
        take(root, other)
        found = held(root)
        assert [row[1:] for row in found.readings] == [row[1:] for row in expected.readings]
        assert [row[1:] for row in found.registers] == [row[1:] for row in expected.registers]
        assert orphans(root) == []
    assert counters_only  # one of the kills came between the counters and the readings


@pytest.mark.parametrize("delay", [0.7, 1.3])
def test_the_command_is_killed_after_a_while(tmp_path: Path, delay: float) -> None:
    hours = [float(hour % 24) for hour in range(200_000)]
    source = dataset(tmp_path / "long", *(readings(f"m{number}", datetime(2000, 1, 1), hours) for number in range(3)))
    root = workspace(tmp_path / "workspace")
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from wattstone.interfaces.cli.app import main; main()",
            "ingest",
            str(root),
            str(source),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(delay)
    process.kill()
    process.wait()

    done = take(root, source)[0]

    assert done.already or done.new == 600_000
    found = held(root)
    assert len(found.readings) == 600_000
    assert sum(row[3] for row in found.readings) == 3 * sum(hours)
    assert len(found.audit) == 1
    assert orphans(root) == []
