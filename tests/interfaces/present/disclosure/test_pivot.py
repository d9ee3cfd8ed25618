"""Long tables by years: which years of them stand on paper."""

import polars as pl

from wattstone.interfaces.present.disclosure.pivot import few_years
from wattstone.programme.report import Column, Table


def test_of_each_target_its_last_year_is_shown() -> None:
    ends = {"near": [2022, 2025, 2030, 2031], "long": [2022, 2025, 2030, 2031, 2035, 2040, 2050]}
    rows = [(scenario, target, year, 1.0) for scenario in ("early", "late") for target, years in ends.items()
            for year in years]  # fmt: skip
    frame = pl.DataFrame(rows, schema=["title", "target", "year", "cost"], orient="row")
    columns = tuple(Column(one, one.title()) for one in frame.columns)
    told, fewer = few_years(Table("kept", "Kept", columns, frame))

    assert fewer
    assert told.rows.filter(title="early", target="near")["year"].to_list() == [2022, 2031]
    assert told.rows.filter(title="late", target="long")["year"].to_list() == [2022, 2031, 2050]
