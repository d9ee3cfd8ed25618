"""Row groups: where they end, and that a query of one subject reads the group that it is in."""

from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from wattstone.interfaces.store.groups import row_groups
from wattstone.interfaces.store.lake import Lake


def test_rows_that_name_very_much_have_groups_of_their_own() -> None:
    few, many = [["x"]] * 3, [["x"] * 10_000] * 2
    assert row_groups("figures", pl.DataFrame({"inputs": [*few, *many, *few]})) == [(0, 3), (3, 1), (4, 1), (5, 3)]


def test_texts_in_lists_are_counted() -> None:
    # 100 rows of 8,000 texts: 262,144 // 8,000 is 32, and the row that begins below the limit ends a group.
    groups = row_groups("readings", pl.DataFrame({"inputs": [["x"] * 8000] * 100}))
    assert [begin for begin, _ in groups] == [0, 32, 65, 98]
    assert sum(rows for _, rows in groups) == 100


def test_files_have_these_groups_and_their_bounds(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    frame = pl.DataFrame({"subject": [f"site:{at:06d}" for at in range(20_000)], "value": [1.0] * 20_000})
    staged = lake.stage("figures", 2024, frame, key="k")
    told = pq.read_metadata(tmp_path / "figures" / staged.path)
    bounds = [told.row_group(at).column(0).statistics for at in range(told.num_row_groups)]
    assert [(one.min, one.max) for one in bounds] == [
        ("site:000000", "site:016383"),
        ("site:016384", "site:019999"),
    ]


def test_a_file_without_rows_can_be_read(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    staged = lake.stage("figures", 2024, pl.DataFrame(schema={"subject": pl.String}), key="k")
    assert pl.read_parquet(tmp_path / "figures" / staged.path).schema == {"subject": pl.String}
