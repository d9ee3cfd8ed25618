"""The energy that scope 2 is about: bought electricity, heat, steam and cooling by meter or record, and by month."""

import polars as pl

from wattstone.inventory.instruments import CARRIERS

SITE_ENERGY: dict[str, pl.DataType] = {
    "subject": pl.String(),  # meter:ID, activity:SITE/KIND/ITEM
    "site_id": pl.String(),
    "kind": pl.String(),  # as the figures have it: electricity, heat, cooling
    "carrier": pl.String(),  # electricity, heat, steam, cooling: what an instrument is of
    "period": pl.String(),  # 2023-05; 2023
    "month": pl.Int32(),  # 1 to 12; 0 of a year
    "whole": pl.Boolean(),  # a year whose months stand beside it: it is their sum, and nothing serves it apart
    "start": pl.Datetime("us"),
    "end": pl.Datetime("us"),
    "energy": pl.Float64(),  # kWh, all that the site took; null where it is not known
    "owned": pl.Float64(),  # kWh, the organisation's share of it
    "estimated": pl.Float64(),  # share that rests on filled readings, 0 to 1
    "variance": pl.Float64(),  # of the energy, kWh2
    "coverage": pl.Float64(),
    "absent": pl.Boolean(),  # no readings: it adds nothing
    "location": pl.Float64(),  # kg by the location-based method; null where that cannot be computed
    "location_owned": pl.Float64(),
    "blocked": pl.Boolean(),  # location cannot be computed for another reason than that there are no readings
    "unit": pl.String(),  # of location: kg CO2e, kg CO2
    "reason": pl.String(),  # why there is no energy or no location
    "notes": pl.List(pl.String()),  # of the energy
    "location_notes": pl.List(pl.String()),
    "inputs": pl.List(pl.String()),  # what the energy rests on
    "location_inputs": pl.List(pl.String()),
}
"""One row for each subject and year, and one for each of its months where they are known."""


def carrier_of(kind: str) -> str:
    """What an instrument for a kind of energy is of: `electricity` of `electricity_vehicle`.

    Examples
    --------
    >>> carrier_of("electricity_vehicle"), carrier_of("steam")
    ('electricity', 'steam')
    """
    return next((one for one in CARRIERS if kind == one or kind.startswith(f"{one}_")), "electricity")


def site_energy(energy: pl.DataFrame, location: pl.DataFrame) -> pl.DataFrame:
    """The frame of meters, from their figures of energy and of location-based emissions.

    Parameters
    ----------
    energy : polars.DataFrame
        Schema `FIGURE` and the columns of `MEMBER`, in kWh: meters, the year and its months.
    location : polars.DataFrame
        The same, `scope2.location` of the same subjects and periods; others are left out.

    Returns
    -------
    polars.DataFrame
        Schema `SITE_ENERGY`.
    """
    there = location.select(
        "subject",
        "period",
        pl.col("value").alias("location"),
        pl.col("owned").alias("location_owned"),
        pl.col("unit").alias("location_unit"),
        pl.col("reason").alias("location_reason"),
        (pl.col("value").is_null() & ~pl.col("absent")).alias("blocked"),
        pl.col("notes").alias("location_notes"),
        pl.concat_list(pl.format("figure:{}", "id")).alias("location_inputs"),
    )
    rows = energy.join(there, on=["subject", "period"], how="inner", maintain_order="left")
    month = pl.col("period").str.slice(5, 2).cast(pl.Int32, strict=False).fill_null(0)
    rows = rows.with_columns(month.alias("month")).with_columns(
        ((pl.col("month") == 0) & (pl.col("month").max().over("subject") > 0)).alias("whole")
    )
    carriers = {one: carrier_of(one) for one in rows["kind"].unique()}
    return rows.select(
        "subject",
        "site_id",
        "kind",
        pl.col("kind").replace_strict(carriers, return_dtype=pl.String).alias("carrier"),
        "period",
        "month",
        "whole",
        "start",
        "end",
        pl.col("value").alias("energy"),
        pl.when(pl.col("value").is_not_null()).then("owned").alias("owned"),
        "estimated",
        "variance",
        "coverage",
        "absent",
        "location",
        pl.when(pl.col("location").is_not_null()).then("location_owned").alias("location_owned"),
        "blocked",
        pl.col("location_unit").alias("unit"),
        pl.coalesce("location_reason", "reason").alias("reason"),
        "notes",
        "location_notes",
        pl.concat_list(pl.format("figure:{}", "id")).alias("inputs"),
        "location_inputs",
    ).cast(dict(SITE_ENERGY))  # pyright: ignore[reportArgumentType]
