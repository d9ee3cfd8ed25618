"""What the quality rules need to know of meters."""

import polars as pl

from wattstone.portfolio import canonical_kind, kind_of


def quality_context(meters: pl.DataFrame, *, others: pl.DataFrame | None = None) -> pl.DataFrame:
    """One row a meter, as `readings.quality.flag_readings` wants it.

    The main meter of grid electricity is live: its long runs of zeros mean that nothing was recorded. A sub-meter may
    stand still. A site that makes electricity may need none, and heat and cooling are switched off for a season: their
    zeros are never doubted. Meters of unknown kinds may be negative.

    Parameters
    ----------
    meters : polars.DataFrame
        Those whose readings are flagged, as `Records.meter_table` has them.
    others : polars.DataFrame or None
        More meters of the same sites, which tell whether a site makes electricity; the meters themselves where None.
    """
    everyone = meters if others is None else others
    roles = {
        kind: None if (known := kind_of(canonical_kind(kind))) is None else known.role
        for kind in {*everyone["kind"].unique(), *meters["kind"].unique()}
    }
    giving = [kind for kind, role in roles.items() if role in ("generation", "export")]
    sold = (pl.col("direction") == "export") & pl.col("kind").is_in([kind for kind, role in roles.items() if role])
    making = everyone.filter(pl.col("kind").is_in(giving) | sold)["site_id"].unique()
    role = pl.col("kind").replace_strict(roles, return_dtype=pl.String) if roles else pl.lit(None, pl.String)
    grid = (role == "grid").fill_null(False)
    return meters.select(
        pl.col("key").cast(pl.Int32).alias("meter"),
        role.is_null().alias("allow_negative"),
        (grid & pl.col("parent_id").is_null()).alias("live"),
        ((grid & pl.col("site_id").is_in(making.implode())) | role.is_in(["network", "export"]).fill_null(False)).alias(
            "idles"
        ),
        pl.lit(None, pl.Float64).alias("cap"),
    )
