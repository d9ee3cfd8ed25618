"""What moves in the scenarios: the table of their drivers, each by its title."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from wattstone.programme.report import Column, Line, Table

__all__ = ["COVERED", "DRIVERS", "driver_lines", "drivers_table"]

_YEARLY: Final = "disclose.driver.yearly"

DRIVERS: Final = {
    "activity": "Activity of the organisation", "grid_factor": "Emission factor of the grid",
    "price.electricity": "Price of electricity", "price.natural_gas": "Price of natural gas",
    "price.heat": "Price of heat", "price.cooling": "Price of cooling", "price.steam": "Price of steam",
    "price.diesel": "Price of diesel", "price.petrol": "Price of petrol", "price.coal": "Price of coal",
    "price.lpg": "Price of liquefied petroleum gas", "price.fuel_oil": "Price of fuel oil",
    "price.hot_water": "Price of hot water", "price.chilled_water": "Price of chilled water",
}  # fmt: skip
"""Title of each; carriers of other names keep theirs."""

COVERED: Final = {
    "scope1": "Scope 1", "scope2.location": "Scope 2, location-based", "scope2.market": "Scope 2, market-based",
}  # fmt: skip
"""Emissions that a price of carbon meets."""


def drivers_table(drivers: pl.DataFrame, scenarios: pl.DataFrame) -> Iterator[Table]:
    """The drivers with the titles of their scenarios; none where nothing is driven.

    Parameters
    ----------
    drivers, scenarios : polars.DataFrame
        Entries of kinds `driver` and `scenario` of the reporting year.
    """
    if drivers.is_empty():
        return
    titles = scenarios.select("id", "title_en", "title_zh")
    rows = drivers.sort("scenario", "driver").join(
        titles, left_on="scenario", right_on="id", how="left", maintain_order="left"
    )
    told = rows.with_columns(
        pl.coalesce("title_en", "scenario").alias("title"), pl.col("title_zh").alias("title@zh"),
        pl.when(pl.col("yearly").is_not_null()).then(pl.format(f"{_YEARLY}|entry:{{}}", "entry")).alias("yearly@line"),
    )  # fmt: skip
    yield Table("drivers", "Drivers of the scenarios", (
        Column("title", "Scenario"), Column("driver", "Driver", labels=DRIVERS),
        Column("variable", "Variable of the path"), Column("yearly", "Share of change a year"),
        Column("source", "Source"),
    ), told)  # fmt: skip


def driver_lines(drivers: pl.DataFrame) -> Iterator[Line]:
    """What moves by the same share each year, as it was entered.

    Parameters
    ----------
    drivers : polars.DataFrame
        Entries of kind `driver` of the reporting year.
    """
    for row in drivers.filter(pl.col("yearly").is_not_null()).sort("entry").iter_rows(named=True):
        yield Line(
            name=_YEARLY, label="Share of change a year", value=float(row["yearly"]), unit="1", period=str(row["year"]),
            method="disclose.stated/1", inputs=(f"entry:{row['hash']}",), subject=f"entry:{row['entry']}",
            basis="stated",
        )  # fmt: skip
