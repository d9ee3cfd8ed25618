"""What a vehicle uses for a kilometre on the road, from its cycle figures: each loss once."""

import polars as pl

__all__ = ["per_km"]


def per_km(models: pl.DataFrame) -> pl.DataFrame:
    r"""Fuel and electricity of a kilometre.

    .. math::
        e = \frac{c_e}{100}\, r \, \frac{u}{\eta}, \qquad f = \frac{c_f}{100}\, r_f\, (1 - u)

    with the cycle figures :math:`c`, real-world factors :math:`r`, the utility factor :math:`u` of a plug-in hybrid
    whose figures are by mode (1 for electric, 0 for others), and the charging efficiency :math:`\eta`, which is 1 where
    the figure was measured at the wall plug, since the loss is in it [1]_.

    Parameters
    ----------
    models : DataFrame
        Entries of the kind `vehicle_model`.

    Returns
    -------
    DataFrame
        `model`, `fuel`, `litres` [L/km], `kwh` [kWh/km, at the wall plug]; 0 for what the drivetrain does not use, null
        where something is missing.

    References
    ----------
    .. [1] GHG Protocol, Technical Guidance for Calculating Scope 3 Emissions, 2013, chapter 11; the measuring point is
       stated with each figure.

    Examples
    --------
    >>> from wattstone.programme.fleet.samples import models
    >>> per_km(models({"id": "a", "drivetrain": "electric", "kwh_per_100km": 20.0, "real_world": 1.0,
    ...                "measured_at": "pack", "charging_efficiency": 0.8})).select("model", "litres", "kwh").row(0)
    ('a', 0.0, 0.25)
    """
    plug = pl.col("drivetrain") == "plug_in"
    share = (
        pl.when(pl.col("drivetrain") == "electric")
        .then(1.0)
        .when(plug & (pl.col("figures") == "weighted"))
        .then(1.0)
        .when(plug)
        .then(pl.col("electric_share"))
        .otherwise(0.0)
    )
    rest = (
        pl.when(plug & (pl.col("figures") == "by_mode"))
        .then(1.0 - pl.col("electric_share"))
        .when(plug & (pl.col("figures") == "weighted"))
        .then(1.0)
        .when(pl.col("drivetrain") == "electric")
        .then(0.0)
        .when(~plug)
        .then(1.0)
    )
    road = pl.when(pl.col("cycle") == "measured").then(pl.col("real_world").fill_null(1.0)).otherwise("real_world")
    efficiency = pl.when(pl.col("measured_at") == "wall").then(1.0).otherwise(pl.col("charging_efficiency"))
    return models.select(
        pl.col("id").alias("model"),
        "fuel",
        pl.when(pl.col("drivetrain") == "electric")
        .then(0.0)
        .otherwise(pl.col("fuel_per_100km") / 100 * pl.coalesce("real_world_fuel", road) * rest)
        .alias("litres"),
        pl.when(pl.col("drivetrain").is_in(["combustion", "hybrid"]))
        .then(0.0)
        .otherwise(pl.col("kwh_per_100km") / 100 * road * share / efficiency)
        .alias("kwh"),
    )
