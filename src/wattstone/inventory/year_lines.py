"""Two years beside each other: their lines paired, with what the weather, prices and editions of factors explain."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from wattstone.inventory.effects import YEAR_LINES

__all__ = ["HEATED", "MONTHS", "WEATHER", "Paired", "paired", "weather_shares"]

KEY: Final = ["site_id", "name", "scope", "category", "kind", "item", "unit"]

MONTHS: Final[dict[str, pl.DataType]] = {
    "site_id": pl.String(),
    "kind": pl.String(),
    "month": pl.Int32(),  # 201903
    "energy": pl.Float64(),  # in any unit, the same in all months
    "days": pl.Float64(),
    "degree_days": pl.Float64(),  # K d; null where the weather is not known
}
"""What goes with the weather, by the month."""

WEATHER: Final[dict[str, pl.DataType]] = {
    "site_id": pl.String(),
    "kind": pl.String(),
    "degree_days_0": pl.Float64(),
    "degree_days_1": pl.Float64(),
    "weather_share": pl.Float64(),
}

HEATED: Final = ("natural_gas", "gas", "heat", "steam", "fuel_oil", "kerosene", "gas_oil", "lpg", "coal")
"""Kinds that go with heating degree days; cooling goes with cooling degree days, electricity with neither."""

_SPEND = r"^[A-Z]{3}$"
_LEAST_MONTHS = 10
_LEAST_FIT = 0.5  # of the variance of daily use that degree days explain


@dataclass(frozen=True)
class Paired:
    """Lines of two years.

    Parameters
    ----------
    lines : polars.DataFrame
        Schema `YEAR_LINES`: those of which both years are known.
    left_out : polars.DataFrame
        `name`, `site_id`, `kind`, `item`, `year`: those of which a year is not known, so that nothing can be said of
        their change; they stand in neither year.
    """

    lines: pl.DataFrame
    left_out: pl.DataFrame


def paired(
    earlier: pl.DataFrame,
    later: pl.DataFrame,
    *,
    throughout: Collection[str],
    former: pl.DataFrame | None = None,
    weather: pl.DataFrame | None = None,
    inflation: Mapping[str, float] | None = None,
) -> Paired:
    """Put the lines of two years beside each other.

    Parameters
    ----------
    earlier, later : polars.DataFrame
        Of the two years: columns of schema `inventory.lines.LINES` up to `value`, and `basis` where a line of scope 2
        says by which (`market`; `location` where it is null). What stands apart, scope 0, is in neither.
    throughout : collection of str
        Sites that the organisation held, and that ran, throughout both years.
    former : polars.DataFrame or None
        `site_id`, `name`, `kind`, `item`, `unit`, `former`: what the later year's factor was in the earlier edition.
        [kg CO2e per unit]
    weather : polars.DataFrame or None
        Schema `WEATHER`.
    inflation : mapping or None
        By how much prices rose from the earlier to the later year, by kind, and under "" for all other kinds that are
        counted by spend. [%]

    Returns
    -------
    Paired

    Notes
    -----
    Lines of one site, total, kind, item and unit are added up: their factor is the emissions over the amount. A year's
    method is that of its lines, with the key of the factor, which does not change with its edition: another source is
    another method.
    """
    years = [_added(frame) for frame in (earlier, later)]
    both = years[0].join(years[1], on=KEY, how="full", suffix="_1", coalesce=True, maintain_order="left_right")
    both = both.rename({name: f"{name}_0" for name in ("method", "amount", "value", "unknown")})
    unknown = pl.any_horizontal(pl.col("unknown_0", "unknown_1").fill_null(value=False))
    where = ["site_id", "name", "kind", "item", "unit"]
    known = both.filter(~unknown)
    if former is None:
        known = known.with_columns(pl.lit(None, pl.Float64).alias("former"))
    else:
        known = known.join(former.select(*where, "former"), on=where, how="left", maintain_order="left")
    if weather is not None:
        known = known.join(weather, on=["site_id", "kind"], how="left", maintain_order="left")
    rose = dict(inflation or {})
    said = pl.col("kind").replace_strict(rose, default=rose.get(""), return_dtype=pl.Float64)
    spent = pl.col("unit").str.contains(_SPEND) & said.is_not_null()
    lines = known.with_columns(
        *(_effective(year).alias(f"factor_{year}") for year in ("0", "1")),
        pl.when(spent).then(100.0).alias("price_0"),
        pl.when(spent).then(100.0 + said).alias("price_1"),
        pl.col("site_id").is_in(list(throughout)).alias("like_for_like"),
    )
    absent = [pl.lit(None, dtype).alias(name) for name, dtype in YEAR_LINES.items() if name not in lines.columns]
    lines = lines.with_columns(absent)
    gone = both.filter(unknown).with_columns(
        pl.when(pl.col("unknown_1").fill_null(value=False))
        .then(pl.lit("later"))
        .otherwise(pl.lit("earlier"))
        .alias("year")
    )
    told = lines.select(pl.col(name).cast(dtype) for name, dtype in YEAR_LINES.items())
    return Paired(told.sort("name", "site_id", "kind", "item"), gone.select("name", "site_id", "kind", "item", "year"))


def _effective(year: str) -> pl.Expr:
    amount = pl.col(f"amount_{year}")
    return pl.when(amount != 0).then(pl.col(f"value_{year}") / amount)


def _added(lines: pl.DataFrame) -> pl.DataFrame:
    """The lines of a year under the totals that they stand in, added up by their key."""
    basis = pl.col("basis").fill_null("location") if "basis" in lines.columns else pl.lit("location")
    name = (
        pl.when(pl.col("scope") == 1)
        .then(pl.lit("scope1"))
        .when(pl.col("scope") == 2)
        .then(pl.format("scope2.{}", basis))
        .otherwise(pl.format("scope3.{}", "category"))
    )
    source = pl.col("factor_key") if "factor_key" in lines.columns else pl.lit(None, pl.String)
    how = pl.when(source.is_null()).then("method").otherwise(pl.format("{} {}", "method", source))
    return (
        lines.filter(pl.col("scope") > 0)
        .with_columns(name.alias("name"), how.alias("how"), pl.col("item", "unit").fill_null(""))
        .group_by(KEY, maintain_order=True)
        .agg(
            pl.col("how").drop_nulls().unique().sort().str.join(", ").alias("method"),
            _sum("amount"),
            _sum("value"),
            pl.col("value").is_null().any().alias("unknown"),
        )
    )


def _sum(name: str) -> pl.Expr:
    return pl.when(pl.col(name).is_null().any()).then(None).otherwise(pl.col(name).sum()).alias(name)


def weather_shares(months: pl.DataFrame) -> pl.DataFrame:
    r"""The share of a year's energy that goes with degree days, of each site and kind.

    Parameters
    ----------
    months : polars.DataFrame
        Schema `MONTHS`, of one year.

    Returns
    -------
    polars.DataFrame
        `site_id`, `kind`, `weather_share`; null where there are fewer than ten months, or degree days explain less
        than half of the variance of daily use: then the weather is said to explain nothing.

    Notes
    -----
    Least squares of mean daily energy :math:`e_m` on mean daily degree days :math:`d_m`, :math:`e_m = b + h d_m`, each
    month with the weight of its days :math:`n_m`; the share is :math:`h \sum n_m d_m / \sum n_m e_m`, kept within 0
    and 1.

    Examples
    --------
    >>> rows = [("A", "heat", 202300 + m, 30 * (10 + 2 * m), 30.0, 30.0 * m) for m in range(1, 13)]
    >>> months = pl.DataFrame(rows, schema=MONTHS, orient="row")
    >>> round(weather_shares(months)["weather_share"].item(), 6)  # 2 x 6.5 of 10 + 2 x 6.5
    0.565217
    """
    n, e, d = pl.col("days"), pl.col("energy") / pl.col("days"), pl.col("degree_days") / pl.col("days")
    whole = pl.col("energy").is_not_null() & pl.col("degree_days").is_not_null() & (pl.col("days") > 0)
    sums = (
        months.filter(whole)
        .group_by("site_id", "kind", maintain_order=True)
        .agg(
            pl.len().alias("months"),
            n.sum().alias("n"),
            (n * d).sum().alias("nd"),
            (n * e).sum().alias("ne"),
            (n * d * d).sum().alias("ndd"),
            (n * d * e).sum().alias("nde"),
            (n * e * e).sum().alias("nee"),
        )
    )
    spread = pl.col("ndd") - pl.col("nd") ** 2 / pl.col("n")
    both = pl.col("nde") - pl.col("nd") * pl.col("ne") / pl.col("n")
    scatter = pl.col("nee") - pl.col("ne") ** 2 / pl.col("n")
    slope = both / spread
    good = (
        (pl.col("months") >= _LEAST_MONTHS)
        & (spread > 0)
        & (scatter > 0)
        & (both > 0)
        & (both**2 / (spread * scatter) >= _LEAST_FIT)
        & (pl.col("ne") > 0)
    )
    share = (slope * pl.col("nd") / pl.col("ne")).clip(0.0, 1.0)
    return sums.select("site_id", "kind", pl.when(good).then(share).alias("weather_share"))
