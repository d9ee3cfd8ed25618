"""Hours of meters across partitions."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.testing import assert_allclose

from wattstone.workflows.hours import read_hours


class TwoYears:
    """A lake of half hours at the turn of a year: 1, 2, 3, ... kWh from 22:00 on."""

    def __init__(self, folder: Path) -> None:
        first = datetime(2018, 12, 31, 22)
        start = [first + timedelta(minutes=30 * at) for at in range(8)]
        rows = pl.DataFrame({"meter": 7, "start": start, "value": [float(at + 1) for at in range(8)]})
        rows = rows.with_columns(seconds=pl.lit(1800), flags=pl.lit(0))
        self.files: dict[int, tuple[str, ...]] = {}
        for year in (2018, 2019):
            file = folder / f"{year}.parquet"
            rows.filter(pl.col("start").dt.year() == year).write_parquet(file)
            self.files[year] = (str(file),)

    def addresses(self, table: str, version: int | None) -> dict[int, tuple[str, ...]]:
        assert (table, version) == ("readings", None)
        return self.files


class Here:
    def map(self, function: Any, items: Any) -> Any:
        return map(function, items)


def test_an_hour_off_the_full_one_is_whole_across_two_partitions(tmp_path: Path) -> None:
    """22:30 to 23:30, 23:30 to 00:30, 00:30 to 01:30: each the sum of two half hours."""
    lake: Any = TwoYears(tmp_path)
    workers: Any = Here()

    hours = read_hours(lake, workers, np.array([7]), np.datetime64("2018-12-31T22:30", "s"), 3)

    assert_allclose(hours.power, [[2 + 3, 4 + 5, 6 + 7]])
