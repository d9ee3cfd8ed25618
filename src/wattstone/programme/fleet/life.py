"""How far a vehicle drives at each age."""

import polars as pl

__all__ = ["distances"]

SCHEMA = {"model": pl.String, "age": pl.Int64, "km": pl.Float64}


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
