"""One thread or several: the same readings, keys, hashes and findings; and nothing left behind by what fails."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.workflows.ingest.estate import held, opened, orphans, snapshot, take, workspace
from wattstone.base import InputRefused, threads
from wattstone.interfaces.store.lake import Lake
from wattstone.readings import partitions
from wattstone.readings.sources import How
from wattstone.readings.tabular import csv
from wattstone.workflows.ingest import ingest_all

START = datetime(2024, 1, 1)
HEADER = "site_id,meter_id,kind,unit,timestamp,value\n"


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of a few rows, and partitions of a month: much to do side by side."""
    monkeypatch.setattr(csv, "BLOCK", 20_000)
    monkeypatch.setattr(partitions, "ENOUGH", 2_000)


@pytest.fixture
def processors(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    def as_if(count: int) -> None:
        monkeypatch.setattr(threads, "processors", lambda: count)

    return as_if


def lines(meters: int = 4, hours: int = 24 * 90) -> list[str]:
    stamps = [(START + timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M:%SZ") for hour in range(hours)]
    return [
        f"S{meter % 2},m{meter},electricity,kWh,{stamp},{(hour * 7 + meter) % 23 + 0.5}\n"
        for meter in range(meters)
        for hour, stamp in enumerate(stamps)
    ]


def written(folder: Path, text: str) -> Path:
    path = folder / "readings.csv"
    path.write_text(text)
    return path


@pytest.mark.parametrize("column", [1, 4])
def test_several_threads_give_what_one_gives(tmp_path: Path, processors: Callable[[int], None], column: int) -> None:
    """Ordered by meter, and by time."""
    rows = sorted(lines(), key=lambda row: row.split(",")[column])
    rows[50] = rows[49]  # a warning
    path = written(tmp_path, HEADER + "".join(rows))
    roots: list[Path] = []
    told: list[object] = []
    for count in (1, 2, 4):
        processors(count)
        roots.append(workspace(tmp_path / f"by-{count}"))
        told.append(take(roots[-1], path)[0])

    assert told[0] == told[1] == told[2]
    one, *others = (held(root) for root in roots)
    assert len(one.readings) == len(rows) - 1
    assert sorted(opened(roots[0]).lake.parts("readings")) == [202401, 202402, 202403]
    for other in others:
        assert (other.readings, other.slices, other.latest) == (one.readings, one.slices, one.latest)
    keys = [opened(root).records.meter_keys() for root in roots]
    assert keys == [{f"m{number}": number + 1 for number in range(4)}] * 3


def test_several_threads_refuse_as_one_does(tmp_path: Path, processors: Callable[[int], None]) -> None:
    rows = lines()
    rows[700] = "S0,m0,electricity\n"
    rows[2_500] = rows[2_500].replace(".5", ".5.5")
    rows[4_000] = rows[4_000].replace("2024-", "24-")
    rows[6_001] = "S0,m0\n"
    path = written(tmp_path, HEADER + "".join(rows))
    told: list[list[dict[str, object]]] = []
    for count in (1, 2, 4):
        processors(count)
        root = workspace(tmp_path / f"by-{count}")
        before = snapshot(root)
        with pytest.raises(InputRefused) as caught:
            take(root, path)
        told.append([finding.as_dict() for finding in caught.value.findings])
        assert snapshot(root) == before

    assert told[0] == told[1] == told[2]
    assert [(one["code"], one["count"], one["first"]) for one in told[0]] == [
        ("readings.csv.fields", 2, "row 702"),
        ("readings.value.invalid", 1, "row 2502"),
        ("readings.time.invalid", 1, "row 4002"),
    ]


def test_a_byte_that_is_no_text_refuses_after_the_rows_before_it(
    tmp_path: Path, processors: Callable[[int], None]
) -> None:
    rows = lines()
    rows[700] = "S0,m0,electricity\n"
    text = (HEADER + "".join(rows)).encode()
    path = tmp_path / "readings.csv"
    path.write_bytes(text[:-100] + b"\xff" + text[-100:])
    for count in (1, 4):
        processors(count)
        root = workspace(tmp_path / f"by-{count}")
        before = snapshot(root)
        with pytest.raises(InputRefused) as caught:
            take(root, path)
        codes = [finding.code for finding in caught.value.findings]
        assert codes == ["readings.csv.fields", "readings.csv.encoding"]
        assert snapshot(root) == before


@pytest.mark.parametrize("count", [1, 2])
def test_a_disk_that_fills_up_leaves_the_workspace_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processors: Callable[[int], None], count: int
) -> None:
    processors(count)
    path = written(tmp_path, HEADER + "".join(lines()))
    root = workspace(tmp_path / "workspace")
    before = snapshot(root)
    stage = Lake.stage

    def full(self: Lake, table: str, part: int, *rest: object, **named: object) -> object:
        if part == 202402:
            raise OSError("no space left on device")
        return stage(self, table, part, *rest, **named)  # pyright: ignore[reportArgumentType]

    with monkeypatch.context() as patched:
        patched.setattr(Lake, "stage", full)
        with pytest.raises(OSError, match="no space left"):
            take(root, path)
    assert {name: hash_ for name, hash_ in snapshot(root).items() if name in before} == before
    assert orphans(root) == []
    assert take(root, path)[0].new == len(lines())


@pytest.mark.parametrize("at", ["read", "write"])
def test_an_interrupt_leaves_the_workspace_as_it_was(
    tmp_path: Path, processors: Callable[[int], None], at: str
) -> None:
    processors(4)
    path = written(tmp_path, HEADER + "".join(lines()))
    root = workspace(tmp_path / "workspace")
    one = opened(root)

    def interrupted(what: str, done: int, total: int | None) -> None:
        if what == at and done > 2_500:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest_all(one, [path], How(), progress=interrupted)
    one.close()
    assert orphans(root) == []
    assert take(root, path)[0].new == len(lines())
