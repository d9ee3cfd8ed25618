"""Carbon of areas: stock, flux and avoided loss apart, in carbon, with their intervals."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any, Final

import polars as pl

__all__ = ["CO2_PER_C", "QUANTITIES", "UNITS", "built_up", "hectared", "of_year", "published", "summed"]

CO2_PER_C: Final = 44.0 / 12.0
"""Mass of carbon dioxide that holds a mass of carbon (IPCC 2006, vol. 4). [t CO2/t C]"""

QUANTITIES: Final = ("stock", "flux", "avoided")

UNITS: Final = pl.DataFrame(
    [
        ("tC/ha", 1.0, False, False),
        ("kgC/m2", 10.0, False, False),
        ("gC/m2", 0.01, False, False),
        ("tCO2/ha", 12.0 / 44.0, False, True),
        ("tC/ha/yr", 1.0, True, False),
        ("gC/m2/yr", 0.01, True, False),
        ("tCO2/ha/yr", 12.0 / 44.0, True, True),
        ("tCO2e/ha/yr", 1.0, True, True),
    ],
    schema={"unit": pl.String, "factor": pl.Float64, "yearly": pl.Boolean, "dioxide": pl.Boolean},
    orient="row",
)
"""Units of a hectare's carbon: factor to t C/ha (of CO2e of other gases: to t CO2e/ha), by the year, said as CO2."""

_Z90: Final = 1.6448536269514722
_Z95: Final = 1.959963984540054
_DAYS: Final = 365.25


@cache
def published() -> tuple[dict[str, Any], ...]:
    """What has been published of carbon for each hectare, for checks of units; see `data/carbon.toml`."""
    text = (resources.files("wattstone.programme.nature") / "data" / "carbon.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["published"])


def hectared(entries: pl.DataFrame, land: pl.DataFrame) -> pl.DataFrame:
    """Entries in t C/ha, each with its hectares and what is known of its area.

    Parameters
    ----------
    entries : DataFrame
        Entries of kind `carbon`.
    land : DataFrame
        Of each area: `area`, `hectares` (its own part of the net, so that land is counted once), `status`,
        `intervention`, `ecosystem`, `start` (date), `end` (date or null).

    Returns
    -------
    DataFrame
        The entries with `each`, `each_low`, `each_high` [t C/ha or t C/ha a year; t CO2e of other gases], the bounds
        at 90 % (null where a range or nothing is given), `ha` (stated, else the area's part; null where neither is
        known), `since` (own start, else the area's), `until`, `status`, `intervention`, `ecosystem`, `yearly`.

    Notes
    -----
    A 95 % interval is narrowed by 1.645/1.960, each side on its own, as of a normal distribution. A range of what was
    found is no interval and is not turned into one.
    """
    known = land.select(
        "area", "hectares", "status", "intervention", "ecosystem", pl.col("start").alias("begun"),
        pl.col("end").alias("until"),
    ).rename({"hectares": "own"})  # fmt: skip
    both = entries.join(UNITS, on="unit", how="left", maintain_order="left").join(
        known, on="area", how="left", maintain_order="left"
    )
    narrow = pl.when(pl.col("bounds") == "p90").then(1.0).when(pl.col("bounds") == "p95").then(_Z90 / _Z95)
    value, factor = pl.col("value"), pl.col("factor")
    return both.with_columns(
        each=value * factor,
        each_low=(value + (pl.col("low") - value) * narrow) * factor,
        each_high=(value + (pl.col("high") - value) * narrow) * factor,
        ha=pl.coalesce("hectares", "own"),
        since=pl.coalesce("start", "begun"),
    )


def built_up(years: pl.Expr, ramp: pl.Expr) -> pl.Expr:
    r"""Years at the full rate that a rate which builds up is worth.

    A rate that rises evenly over $R$ years has given, $t$ years after its start,

    $$ I(t) = \begin{cases} 0 & t \le 0 \\ t^2/(2R) & 0 < t < R \\ t - R/2 & t \ge R \end{cases} $$

    full years; a year from $t_0$ to $t_1$ has $I(t_1) - I(t_0)$.

    Parameters
    ----------
    years : Expr
        $t$. [a]
    ramp : Expr
        $R$, 0 or more. [a]

    Returns
    -------
    Expr
    """
    rising = years**2 / (2.0 * ramp)
    return pl.when(years <= 0).then(0.0).when(years < ramp).then(rising).otherwise(years - ramp / 2.0)


def of_year(told: pl.DataFrame, year: int) -> pl.DataFrame:
    r"""What each entry is worth in a year: stocks at its end, fluxes and avoided losses within it and since the start.

    $$ S = a\,s, \qquad F_y = a\,f\,(1-\lambda)\,\bigl(I(t_1) - I(t_0)\bigr) $$

    with the hectares $a$, the stock $s$ or rate $f$ of a hectare, the part $\lambda$ deducted for leakage and the
    years $I$ of `built_up`, where a year counts from its first day, and not after the last day of the area. Avoided
    loss does not build up.

    Parameters
    ----------
    told : DataFrame
        What `hectared` returns.
    year : int

    Returns
    -------
    DataFrame
        The entries with `amount`, `amount_low`, `amount_high` of the year and `so_far` since the start, in
        `amount_unit` (t C, or t CO2e of other gases), `years` (at the full rate, of the year), and `lacks`:
        `hectares` or `start` where that is not known (the amount is then null), else null.
    """
    begin, end = pl.date(year, 1, 1), pl.date(year + 1, 1, 1)
    stop = pl.min_horizontal(end, pl.col("until").dt.offset_by("1d").fill_null(end))
    ramp = pl.when(pl.col("quantity") == "flux").then(pl.col("ramp").fill_null(0.0)).otherwise(0.0)

    def at(day: pl.Expr) -> pl.Expr:
        return built_up((day - pl.col("since")).dt.total_days() / _DAYS, ramp)

    stock = pl.col("quantity") == "stock"
    yearly = at(stop) - at(pl.min_horizontal(begin, stop))
    lacks = (
        pl.when(pl.col("ha").is_null()).then(pl.lit("hectares"))
        .when(~stock & pl.col("since").is_null()).then(pl.lit("start"))
    )  # fmt: skip
    deducted = pl.when(pl.col("leakage") == "deducted").then(pl.col("leakage_part").fill_null(0.0)).otherwise(0.0)
    kept = pl.when(stock).then(1.0).otherwise(1.0 - deducted)
    there = (pl.col("since").is_null() | (pl.col("since") < end)) & (
        pl.col("until").is_null() | (pl.col("until") >= begin)
    )
    return (
        told.filter(there)
        .with_columns(
            years=pl.when(stock).then(1.0).otherwise(yearly), total=pl.when(~stock).then(at(stop)), lacks=lacks
        )
        .with_columns(
            *(
                (pl.col(each) * pl.col("ha") * pl.col("years") * kept).alias(each.replace("each", "amount"))
                for each in ("each", "each_low", "each_high")
            ),
            so_far=pl.col("each") * pl.col("ha") * pl.col("total") * kept,
            amount_unit=pl.when(pl.col("unit") == "tCO2e/ha/yr").then(pl.lit("t CO2e")).otherwise(pl.lit("t C")),
        )
    )


def summed(amounts: pl.DataFrame) -> pl.DataFrame:
    r"""Sums by quantity and kind of pool, of delivered and of planned areas apart, with their 90 % intervals.

    Half-widths of entries of the same source add, since an error of the source is in all of them; those of different
    sources add by their squares (IPCC 2006, vol. 1, ch. 3, equation 3.2), each side on its own:

    $$ h = \sqrt{\sum_q \Bigl(\sum_{i \in q} h_i\Bigr)^2} $$

    Parameters
    ----------
    amounts : DataFrame
        What `of_year` returns.

    Returns
    -------
    DataFrame
        By `quantity`, `sort` (`organic`, `inorganic`, `gases`) and `delivered`: `amount`, `so_far`, `low`, `high`
        (null unless every entry has an interval), `entries`, `hashes`, `by_ledger` (hectares of the ledger are
        used), `ranges` (entries without an interval),
        `unassessed` (entries whose permanence or leakage is not assessed), `lacking` (entries without an amount; they
        are in no sum). Entries that are reversed are in no sum.
    """
    sort = (
        pl.when(pl.col("pool") == "inorganic").then(pl.lit("inorganic"))
        .when((pl.col("pool") == "gases") | (pl.col("unit") == "tCO2e/ha/yr")).then(pl.lit("gases"))
        .otherwise(pl.lit("organic"))
    )  # fmt: skip
    delivered = pl.col("status").is_in(["action", "verified"]).fill_null(value=False)
    keys = ["quantity", "sort", "delivered"]
    standing = amounts.filter(pl.col("permanence").fill_null("") != "reversed").with_columns(
        sort=sort, delivered=delivered
    )
    unassessed = pl.col("permanence").is_null() | pl.col("leakage").is_null()
    sources = standing.group_by(*keys, "source", maintain_order=True).agg(
        pl.col("amount", "so_far").sum(),
        (pl.col("amount") - pl.col("amount_low")).sum().alias("down"),
        (pl.col("amount_high") - pl.col("amount")).sum().alias("up"),
        (pl.col("amount").is_not_null() & pl.col("amount_low").is_null()).sum().alias("ranges"),
        pl.col("lacks").is_not_null().sum().alias("lacking"),
        unassessed.sum().alias("unassessed"),
        pl.len().alias("entries"),
        pl.col("hectares").is_null().any().alias("by_ledger"),
        pl.col("hash").alias("hashes"),
        pl.col("amount_unit").first(),
    )
    total = sources.group_by(keys, maintain_order=True).agg(
        pl.col("amount", "so_far", "ranges", "lacking", "unassessed", "entries").sum(),
        (pl.col("down") ** 2).sum().sqrt().alias("down"),
        (pl.col("up") ** 2).sum().sqrt().alias("up"),
        pl.col("hashes").explode(),
        pl.col("by_ledger").any(),
        pl.col("amount_unit").first(),
    )
    sure = pl.col("ranges") == 0
    return total.with_columns(
        low=pl.when(sure).then(pl.col("amount") - pl.col("down")),
        high=pl.when(sure).then(pl.col("amount") + pl.col("up")),
    ).drop("down", "up")
