"""The lake: whole commits, old versions, statistics that other readers can use, and what a killed run leaves."""

import os
import threading
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable

from tests.workflows.ingest.estate import snapshot
from wattstone.interfaces.store.lake import Lake
from wattstone.workflows.stores import Commit

SCHEMA = pl.Schema({"meter": pl.Int32(), "start": pl.Datetime("us"), "value": pl.Float64()})


def rows(*values: float | None, meter: int = 1) -> pl.DataFrame:
    start = datetime(2024, 3, 1)
    stamps = [start + timedelta(hours=hour) for hour in range(len(values))]
    return pl.DataFrame({"meter": [meter] * len(values), "start": stamps, "value": list(values)}, schema=SCHEMA)


@pytest.fixture(params=["folder", "address"])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> Lake:
    """A lake in a folder, and one at an address, as an object store has it."""
    folder = tmp_path / "lake"
    return Lake(str(folder)) if request.param == "folder" else Lake(folder.as_uri())


def collected(lake: Lake, **options: object) -> list[float | None]:
    scan = lake.scan("readings", **options)  # type: ignore[arg-type]
    return [] if scan is None else scan.sort("meter", "start").collect()["value"].to_list()


def commit(lake: Lake, key: str, batch: int, parts: dict[int, pl.DataFrame], replaced: tuple[str, ...] = ()) -> int:
    staged = [lake.stage("readings", part, frame, key=key) for part, frame in parts.items()]
    return lake.commit(
        "readings", staged, schema=SCHEMA, key=key, batch=batch, replaced=replaced, about={"source": f"{key}.csv"}
    )


def test_there_is_nothing_before_the_first_commit(lake: Lake) -> None:
    assert lake.version("readings") == -1
    assert lake.batch_of("readings", "a") is None
    assert lake.newest("readings") is None
    assert lake.parts("readings") == {}
    assert lake.scan("readings") is None
    assert lake.recover() == 0


def test_staged_rows_are_there_when_they_are_committed_and_not_before(lake: Lake) -> None:
    file = lake.stage("readings", 2024, rows(1.0, 2.0), key="a")
    assert lake.scan("readings") is None

    version = lake.commit("readings", [file], schema=SCHEMA, key="a", batch=7)

    assert collected(lake) == [1.0, 2.0]
    assert lake.batch_of("readings", "a") == 7
    assert lake.version("readings") == version == 1


def test_a_replaced_file_stays_in_its_version(lake: Lake) -> None:
    first = commit(lake, "a", 1, {2023: rows(1.0), 2024: rows(2.0, 3.0)})
    second = commit(lake, "b", 2, {2024: rows(2.0, 30.0)}, replaced=lake.parts("readings")[2024])

    assert sorted(value or 0.0 for value in collected(lake)) == [1.0, 2.0, 30.0]
    assert sorted(collected(lake, version=first)) == [1.0, 2.0, 3.0]
    assert collected(lake, parts=[2024], version=second) == [2.0, 30.0]
    assert lake.newest("readings")["wattstone.source"] == "b.csv"  # type: ignore[index]


def test_a_file_that_is_no_longer_there_cannot_be_replaced(lake: Lake) -> None:
    commit(lake, "a", 1, {2024: rows(1.0)})
    with pytest.raises(RuntimeError, match="no longer there"):
        commit(lake, "b", 2, {2024: rows(2.0)}, replaced=("part=2024/gone.parquet",))
    assert collected(lake) == [1.0]


def test_another_program_reads_the_same_rows_and_prunes_by_them(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path / "lake"))
    commit(lake, "a", 1, {2023: rows(1.0, None), 2024: rows(5.0, meter=2)})

    table = DeltaTable(str(tmp_path / "lake" / "readings"))
    read = pl.DataFrame(table.to_pyarrow_table()).sort("part", "start")
    assert read["value"].to_list() == [1.0, None, 5.0]
    actions = pl.DataFrame(table.get_add_actions(flatten=True)).sort("partition.part")
    assert actions["num_records"].to_list() == [2, 1]
    assert actions["min.meter"].to_list() == [1, 2]
    assert actions["max.start"].to_list() == [datetime(2024, 3, 1, 1), datetime(2024, 3, 1)]


def test_recovery_removes_what_no_version_names_in_any_table(lake: Lake, tmp_path: Path) -> None:
    commit(lake, "a", 1, {2024: rows(1.0)})
    lake.append("weather", rows(3.0).with_columns(part=pl.lit(2024, pl.Int32)), Commit("w", 1))
    before = snapshot(tmp_path)
    for table in ("readings", "weather", "new"):
        lake.stage(table, 2025, rows(9.0), key="killed")

    assert lake.recover() == 3

    assert snapshot(tmp_path) == before
    assert not (tmp_path / "lake" / "new").exists()
    assert collected(lake) == [1.0]
    assert lake.recover() == 0


def test_recovery_keeps_what_was_committed_before_its_note_was_removed(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(Lake, "_forget_pending", lambda *_: None)
        commit(lake, "a", 1, {2024: rows(1.0, 2.0)})

    assert lake.recover() == 0
    assert collected(lake) == [1.0, 2.0]


def test_discarding_one_source_leaves_the_others(lake: Lake) -> None:
    lake.stage("readings", 2024, rows(1.0), key="a")
    other = lake.stage("readings", 2024, rows(2.0), key="b")
    lake.discard("readings", "a")
    lake.commit("readings", [other], schema=SCHEMA, key="b", batch=1)
    assert collected(lake) == [2.0]


def test_a_note_that_was_cut_off_is_no_obstacle(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path / "lake"))
    commit(lake, "a", 1, {2024: rows(1.0)})
    lake.stage("readings", 2024, rows(2.0), key="b")
    note = next((tmp_path / "lake" / "readings" / "_pending").rglob("*.json"))
    extra = note.with_name("cut.json")
    extra.write_bytes(note.read_bytes()[:10])
    assert lake.recover() == 1
    assert collected(lake) == [1.0]


def test_threads_that_share_a_lake_see_every_commit_of_another(tmp_path: Path) -> None:
    lake, other = Lake(str(tmp_path / "lake")), Lake(str(tmp_path / "lake"))
    commit(other, "0", 0, {2024: rows(0.0)})
    stop, failures = threading.Event(), list[BaseException]()

    def read() -> None:
        try:
            while not stop.is_set():
                version = lake.version("readings")
                assert len(lake.files("readings")) >= version, "files of an older version under a newer number"
        except BaseException as error:  # it is shown below
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for batch in range(1, 8):
        commit(other, str(batch), batch, {2024: rows(float(batch))})
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert lake.files("readings") == other.files("readings")
    assert len(lake.files("readings")) == 8


def test_a_lake_whose_log_has_long_been_quiet_sees_the_next_commit_of_another(tmp_path: Path) -> None:
    here, other = Lake(str(tmp_path / "lake")), Lake(str(tmp_path / "lake"))
    first = commit(other, "a", 1, {2024: rows(1.0)})
    os.utime(tmp_path / "lake" / "readings" / "_delta_log", (0, 0))

    assert [here.version("readings") for _ in range(3)] == [first] * 3
    second = commit(other, "b", 2, {2024: rows(2.0)})

    assert here.version("readings") == second > first
    assert here.batch_of("readings", "b") == 2
