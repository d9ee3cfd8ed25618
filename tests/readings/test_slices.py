"""Slices: the hash that anyone can compute again, and what else is said of them."""

import math
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.ingest.estate import packed
from wattstone.readings.slices import SLICES, slices_of

DAY = datetime(2024, 3, 1)


def frame(rows: list[tuple[int, int, float | None, int]]) -> pl.DataFrame:
    """Rows (meter, hour, value, batch) of one partition."""
    return pl.DataFrame(
        [(meter, DAY + timedelta(hours=hour), 3600, value, 0, batch) for meter, hour, value, batch in rows],
        schema={
            "meter": pl.Int32,
            "start": pl.Datetime("us"),
            "seconds": pl.Int32,
            "value": pl.Float64,
            "flags": pl.Int16,
            "batch": pl.Int32,
        },
        orient="row",
    ).sort("meter", "start")


def test_the_hash_is_the_one_that_the_page_on_the_lake_gives() -> None:
    page = (Path(__file__).parents[2] / "docs" / "methods" / "lake.md").read_text(encoding="utf-8")
    code = page.split("```python\nimport hashlib")[1].split("```")[0]
    said: dict[str, object] = {}
    exec(f"import hashlib{code}", said)
    rows = [(DAY, 3600, 1.5), (DAY + timedelta(hours=1), 3600, None), (DAY + timedelta(hours=2), 3600, 2.25)]

    ours = slices_of(frame([(1, 0, 1.5, 1), (1, 1, None, 1), (1, 2, 2.25, 1)]))["sha256"].item()

    assert said["slice_hash"](rows) == ours  # type: ignore[operator]
    assert f"`{ours}`" in page


def test_what_is_said_of_a_slice() -> None:
    rows = slices_of(frame([(1, 0, 1.0, 1), (1, 1, 2.0, 2), (1, 2, None, 1), (2, 0, 5.0, 1)]))
    assert rows.schema == pl.Schema(SLICES)
    assert rows.select("meter", "batch", "rows", "gaps", "last_value", "total").rows() == [
        (1, 1, 2, 1, 1.0, 1.0),
        (1, 2, 1, 0, 2.0, 2.0),
        (2, 1, 1, 0, 5.0, 5.0),
    ]
    assert rows["until"].to_list() == [DAY + timedelta(hours=hour) for hour in (3, 2, 1)]
    assert rows["valued"].to_list() == [DAY, DAY + timedelta(hours=1), DAY]


def test_no_rows_make_no_slice() -> None:
    assert slices_of(frame([])).height == 0


cells = st.tuples(
    st.integers(1, 3),
    st.integers(0, 40),
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
    st.integers(1, 3) | st.integers(1, 12),  # few batches are taken apart, many are sorted
)


@given(st.lists(cells, max_size=60, unique_by=lambda cell: cell[:2]))
def test_every_slice_is_hashed_as_its_rows_are(rows: list[tuple[int, int, float | None, int]]) -> None:
    table = frame(rows)
    found = {
        (meter, batch): sha for meter, batch, sha in slices_of(table).select("meter", "batch", "sha256").iter_rows()
    }
    expected = {
        (meter, batch): packed(part.select("start", "seconds", "value").iter_rows())
        for (meter, batch), part in table.partition_by("meter", "batch", as_dict=True).items()
    }
    assert found == expected


def test_a_gap_and_a_zero_differ_and_so_do_two_lengths() -> None:
    gap, zero = frame([(1, 0, None, 1)]), frame([(1, 0, 0.0, 1)])
    shorter = zero.with_columns(pl.lit(1800, pl.Int32).alias("seconds"))
    assert len({slices_of(one)["sha256"].item() for one in (gap, zero, shorter)}) == 3
    assert math.isnan(gap.fill_null(math.nan)["value"].item())
