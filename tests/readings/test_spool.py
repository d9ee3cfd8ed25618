"""The spool gives back what it was given, partition by partition, whatever its limit."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from wattstone.readings import partitions, spool
from wattstone.readings.partitions import Span
from wattstone.readings.spool import Spool

START = datetime(2023, 11, 1)


def frame(rows: int, seed: int = 3) -> pl.DataFrame:
    hours = np.random.default_rng(seed).permutation(rows)
    return pl.DataFrame({"start": [START + timedelta(hours=int(hour)) for hour in hours], "value": hours.astype(float)})


@pytest.mark.parametrize("limit", [10, 700, 100_000])
@pytest.mark.parametrize("span", ["year", "month", "day", None])
@pytest.mark.parametrize("too_many", [50, 12_000_000])
def test_everything_comes_back_once_and_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int, span: Span | None, too_many: int
) -> None:
    monkeypatch.setattr(spool, "TOO_MANY", too_many)
    given = frame(2_000)
    held = Spool(tmp_path / "scratch", limit=limit)
    for piece in given.iter_slices(333):
        held.add(piece)
    assert (held.rows, held.first, held.last) == (2_000, START, START + timedelta(hours=1_999))

    parts = list(held.parts(span))

    numbers = [part for part, _ in parts]
    assert numbers == sorted(set(numbers))
    assert len({len(str(number)) for number in numbers}) == 1
    for part, rows in parts:
        period = partitions.part_period(part)
        assert rows.select(((pl.col("start") >= period.start) & (pl.col("start") < period.end)).all()).item()
    assert pl.concat([rows for _, rows in parts]).sort("start").equals(given.sort("start"))
    held.close()
    assert not (tmp_path / "scratch").exists()


def test_nothing_given_is_nothing_back(tmp_path: Path) -> None:
    held = Spool(tmp_path / "scratch")
    held.add(frame(0))
    assert list(held.parts()) == []
    held.close()


def test_rows_of_one_stamp_keep_their_order(tmp_path: Path) -> None:
    held = Spool(tmp_path / "scratch", limit=3)
    for value in range(9):
        held.add(pl.DataFrame({"start": [START], "value": [float(value)]}))
    ((_, rows),) = held.parts()
    assert rows["value"].to_list() == [float(value) for value in range(9)]
