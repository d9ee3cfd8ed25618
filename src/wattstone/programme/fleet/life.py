"""How far a vehicle drives at each age."""

import polars as pl

__all__ = ["distances", "lives"]

SCHEMA = {"model": pl.String, "age": pl.Int64, "km": pl.Float64}
_NO_USE, _LITTLE_USE, _LITTLE_LIFE = 1000.0, 5000.0, 60_000.0
"""Below the first a year is none of any vehicle, below the second of hardly a car; the third is no life of one. [km]"""
_LIGHT = ("two_wheeler", "other")
"""Classes that may drive less."""


def distances(models: pl.DataFrame, use: pl.DataFrame) -> pl.DataFrame:
    r"""Expected distance of a vehicle sold, by age.

    With a schedule :math:`s_a k_a` of survival and distance; without one the distance over the life spread evenly over
    its years. The sum over all ages is the distance over the life, which category 11 takes whole.

    Parameters
    ----------
    models : DataFrame
        Entries of the kind `vehicle_model`.
    use : DataFrame
        Entries of the kind `vehicle_use`.

    Returns
    -------
    DataFrame
        `model`, `age` [years, from 0], `km` [km per vehicle sold].

    Examples
    --------
    >>> from wattstone.programme.fleet.samples import entries, models
    >>> distances(models({"id": "a", "lifetime_km": 200000.0, "lifetime_years": 2}), entries("vehicle_use"))["km"].sum()
    200000.0
    """
    even = models.filter(pl.col("schedule").is_null() & (pl.col("lifetime_years") > 0)).select(
        pl.col("id").alias("model"),
        pl.int_ranges(0, pl.col("lifetime_years")).alias("age"),
        (pl.col("lifetime_km") / pl.col("lifetime_years")).alias("km"),
    )
    planned = models.join(use, on="schedule", how="inner").select(
        pl.col("id").alias("model"), pl.col("age").cast(pl.Int64), (pl.col("km") * pl.col("survival")).alias("km")
    )
    # a left join would name `km` twice: `vehicle_model` has no such field, `vehicle_use` has
    return pl.concat([even.explode("age").cast(SCHEMA), planned.cast(SCHEMA)]).drop_nulls("age")  # pyright: ignore[reportArgumentType]


def lives(models: pl.DataFrame, use: pl.DataFrame) -> pl.DataFrame:
    """What each model drives over its life, and whether that looks like the distance of one year.

    Parameters
    ----------
    models : DataFrame
        Entries of the kind `vehicle_model`.
    use : DataFrame
        Entries of the kind `vehicle_use`.

    Returns
    -------
    DataFrame
        `model`, `km` [km per vehicle sold], `years`, `looks`: `annual` for one year of use, for less than 1,000 km a
        year, and for less than 60,000 km of anything but two-wheelers and other vehicles; `little` for less than
        5,000 km a year of these; else null. Models without a distance are left out.

    Examples
    --------
    >>> from wattstone.programme.fleet.samples import entries, models
    >>> car = {"id": "a", "lifetime_km": 15000.0, "lifetime_years": 12}
    >>> lives(models(car), entries("vehicle_use")).row(0)
    ('a', 15000.0, 12, 'annual')
    """
    whole = (
        distances(models, use)
        .drop_nulls("km")
        .group_by("model")
        .agg(pl.col("km").sum(), pl.len().cast(pl.Int64).alias("years"))
    )
    classes = models.select(pl.col("id").alias("model"), pl.col("vehicle_class").is_in(_LIGHT).fill_null(value=False))
    a_year = pl.col("km") / pl.col("years")
    heavy = ~pl.col("vehicle_class")
    annual = (pl.col("years") == 1) | (a_year < _NO_USE) | heavy & (pl.col("km") < _LITTLE_LIFE)
    looks = pl.when(annual).then(pl.lit("annual")).when(heavy & (a_year < _LITTLE_USE)).then(pl.lit("little"))
    judged = whole.join(classes, on="model", how="left").sort("model")
    return judged.select("model", "km", "years", looks.alias("looks"))
