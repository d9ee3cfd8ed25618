"""Years of readings by the clocks of their sites: what is stored in UTC spills over the turn of a year."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import polars as pl
import pytest

from wattstone.portfolio import Site
from wattstone.workflows.access import Scope
from wattstone.workflows.overview.years import reading_years
from wattstone.workflows.workspace import Workspace


class Lake:
    """Readings of meter N at some hours, a partition a year."""

    def __init__(self, hours: Sequence[tuple[int, datetime]]) -> None:
        meters, starts = [one for one, _ in hours], [when for _, when in hours]
        self.frame = pl.DataFrame(
            {"meter": pl.Series(meters, dtype=pl.Int32), "start": pl.Series(starts, dtype=pl.Datetime("us"))}
        )

    def version(self, _: str) -> int:
        return 1

    def parts(self, _: str) -> dict[int, tuple[str, ...]]:
        return dict.fromkeys(self.frame["start"].dt.year().unique().sort(), ("file",))

    def scan(self, _: str, *, parts: Iterable[int]) -> pl.LazyFrame:
        return self.frame.filter(pl.col("start").dt.year().is_in(list(parts))).lazy()


def held(
    folder: Path, zones: Sequence[str], hours: Sequence[tuple[int, datetime]], sites: frozenset[str] | None = None
) -> Workspace:
    """Site `sN` with meter N on the clock of zone N."""
    known = [Site(id=f"s{at}", zone=zone) for at, zone in enumerate(zones)]
    table = pl.DataFrame({"key": range(len(zones)), "site_id": [one.id for one in known]})
    records = SimpleNamespace(revision=lambda *_: 1, sites=lambda: known, meter_table=lambda: table)
    actor = SimpleNamespace(scope=Scope(sites))
    made = SimpleNamespace(root=folder, behind=None, records=records, lake=Lake(hours), actor=actor)
    return cast("Any", made)


def hourly(meter: int, first: datetime, last: datetime) -> list[tuple[int, datetime]]:
    count = int((last - first) / timedelta(hours=1)) + 1
    return [(meter, first + timedelta(hours=at)) for at in range(count)]


@pytest.mark.parametrize(
    ("zone", "first", "last", "years"),
    [
        # Midnight of 2025 in Shanghai is 16:00 UTC of the day before.
        ("Asia/Shanghai", datetime(2024, 12, 31, 16), datetime(2025, 3, 1), (2025,)),
        ("Asia/Shanghai", datetime(2024, 12, 31, 15), datetime(2025, 3, 1), (2025, 2024)),
        # The last hour of 2025 in New York begins at 04:00 UTC of the new year.
        ("America/New_York", datetime(2025, 11, 1), datetime(2026, 1, 1, 4), (2025,)),
        ("America/New_York", datetime(2025, 11, 1), datetime(2026, 1, 1, 5), (2026, 2025)),
        # Nothing but hours around the turn of a year.
        ("Asia/Shanghai", datetime(2024, 12, 31, 16), datetime(2024, 12, 31, 23), (2025,)),
        ("UTC", datetime(2024, 12, 31, 16), datetime(2025, 3, 1), (2025, 2024)),
    ],
)
def test_years_are_those_of_the_clock_on_the_wall(
    tmp_path: Path, zone: str, first: datetime, last: datetime, years: tuple[int, ...]
) -> None:
    assert reading_years(held(tmp_path, [zone], hourly(0, first, last))) == years


def test_one_sees_the_years_of_the_sites_that_one_may_see(tmp_path: Path) -> None:
    spring = ((0, 2019), (1, 2022))
    hours = [one for at, year in spring for one in hourly(at, datetime(year, 5, 1), datetime(year, 5, 2))]
    zones = ["Europe/London", "Asia/Shanghai"]

    assert reading_years(held(tmp_path, zones, hours)) == (2022, 2019)
    assert reading_years(held(tmp_path, zones, hours, frozenset({"s0"}))) == (2019,)


def test_without_readings_there_are_no_years(tmp_path: Path) -> None:
    assert reading_years(held(tmp_path, ["UTC"], [])) == ()
