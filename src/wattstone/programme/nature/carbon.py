"""Carbon of areas: stock, flux and avoided loss apart, in carbon, with their intervals."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any, Final

import polars as pl

__all__ = [
    "CO2_PER_C",
    "QUANTITIES",
    "UNITS",
    "built_up",
    "hectared",
    "of_year",
    "published",
    "summed",
    "years_between",
]

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
        With the columns of `account.LAND`: of each area its own part of the net, so that land is counted once.

    Returns
    -------
    DataFrame
        The entries with `each`, `each_low`, `each_high` [t C/ha or t C/ha a year; t CO2e of other gases], the bounds
        at 90 % (null where a range or nothing is given), `own` [ha], `ha` (what is stated, but not more than the
        area's own part; else that part; null where the area is not in the ledger), `since` (own start, else the
        area's), `begun`, `until`, `live`, `status`, `intervention`, `ecosystem`, `yearly`.

    Notes
    -----
    A 95 % interval is narrowed by 1.645/1.960, each side on its own, as of a normal distribution. A range of what was
    found is no interval and is not turned into one.
    """
    known = land.select(
        "area", "hectares", "status", "intervention", "ecosystem", "live", pl.col("start").alias("begun"),
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
        ha=pl.when(pl.col("own").is_not_null()).then(pl.min_horizontal("hectares", "own")),
        since=pl.coalesce("start", "begun"),
    )


def years_between(first: pl.Expr, last: pl.Expr) -> pl.Expr:
    r"""Years from one day to another: whole calendar years, and parts of a year in days of that year.

    A day that is the $n$-th of a year of $N$ days stands at that year and $(n-1)/N$ of it (actual/actual), so that
    every calendar year is one, leap or not, and years add.

    Parameters
    ----------
    first, last : Expr
        Dates; a day counts from its beginning.

    Returns
    -------
    Expr
        [a]

    Examples
    --------
    >>> from datetime import date
    >>> frame = pl.DataFrame({"a": [date(2021, 1, 1), date(2024, 1, 1)], "b": [date(2025, 1, 1), date(2024, 2, 1)]})
    >>> frame.select(years_between(pl.col("a"), pl.col("b")).round(6)).to_series().to_list()
    [4.0, 0.084699]
    """
    return (last.dt.year() - first.dt.year()).cast(pl.Float64) + _part(last) - _part(first)


def _part(day: pl.Expr) -> pl.Expr:
    """How much of its calendar year is over when a day begins."""
    return (day.dt.ordinal_day() - 1) / (365.0 + day.dt.is_leap_year().cast(pl.Float64))


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
    years $I$ of `built_up`, counted by `years_between`. A rate builds up since its own start, but counts from the first
    day of the area to its last. Avoided loss does not build up.

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
        `area` or `start` where that is not known (the amount is then null), else null. Entries of areas that do not
        count in the year are not there.
    """
    begin, end = pl.date(year, 1, 1), pl.date(year + 1, 1, 1)
    stop = pl.min_horizontal(end, pl.col("until").dt.offset_by("1d").fill_null(end))
    ramp = pl.when(pl.col("quantity") == "flux").then(pl.col("ramp").fill_null(0.0)).otherwise(0.0)

    def between(one: pl.Expr, other: pl.Expr) -> pl.Expr:
        since = pl.col("since")
        return built_up(years_between(since, other), ramp) - built_up(years_between(since, one), ramp)

    stock = pl.col("quantity") == "stock"
    first = pl.min_horizontal(pl.max_horizontal("since", "begun"), stop)
    yearly = between(pl.min_horizontal(pl.max_horizontal(first, begin), stop), stop)
    lacks = (
        pl.when(pl.col("ha").is_null()).then(pl.lit("area"))
        .when(~stock & pl.col("since").is_null()).then(pl.lit("start"))
    )  # fmt: skip
    deducted = pl.when(pl.col("leakage") == "deducted").then(pl.col("leakage_part").fill_null(0.0)).otherwise(0.0)
    kept = pl.when(stock).then(1.0).otherwise(1.0 - deducted)
    there = (
        pl.col("live").fill_null(value=True)
        & (pl.col("since").is_null() | (pl.col("since") < end))
        & (pl.col("until").is_null() | (pl.col("until") >= begin))
    )
    return (
        told.filter(there)
        .with_columns(
            years=pl.when(stock).then(1.0).otherwise(yearly),
            total=pl.when(~stock).then(between(first, stop)),
            lacks=lacks,
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
        (null unless every entry has an interval), `entries`, `hashes`, `cut` (entries that state more hectares than
        their area has of its own), `ranges` (entries without an interval), `unassessed` (entries whose permanence or
        leakage is not assessed), `lacking` (entries without an amount; they are in no sum). Entries that are reversed,
        or whose area is not in the ledger, are in no sum.
    """
    sort = (
        pl.when(pl.col("pool") == "inorganic").then(pl.lit("inorganic"))
        .when((pl.col("pool") == "gases") | (pl.col("unit") == "tCO2e/ha/yr")).then(pl.lit("gases"))
        .otherwise(pl.lit("organic"))
    )  # fmt: skip
    delivered = pl.col("status").is_in(["action", "verified"])
    keys = ["quantity", "sort", "delivered"]
    known = pl.col("status").is_not_null() & (pl.col("permanence").fill_null("") != "reversed")
    standing = amounts.filter(known).with_columns(sort=sort, delivered=delivered)
    unassessed = pl.col("permanence").is_null() | pl.col("leakage").is_null()
    sources = standing.group_by(*keys, "source", maintain_order=True).agg(
        pl.col("amount", "so_far").sum(),
        (pl.col("amount") - pl.col("amount_low")).sum().alias("down"),
        (pl.col("amount_high") - pl.col("amount")).sum().alias("up"),
        (pl.col("amount").is_not_null() & pl.col("amount_low").is_null()).sum().alias("ranges"),
        pl.col("lacks").is_not_null().sum().alias("lacking"),
        unassessed.sum().alias("unassessed"),
        pl.len().alias("entries"),
        (pl.col("hectares") > pl.col("own")).sum().alias("cut"),
        pl.col("hash").alias("hashes"),
        pl.col("amount_unit").first(),
    )
    total = sources.group_by(keys, maintain_order=True).agg(
        pl.col("amount", "so_far", "ranges", "lacking", "unassessed", "entries", "cut").sum(),
        (pl.col("down") ** 2).sum().sqrt().alias("down"),
        (pl.col("up") ** 2).sum().sqrt().alias("up"),
        pl.col("hashes").explode(),
        pl.col("amount_unit").first(),
    )
    sure = pl.col("ranges") == 0
    return total.with_columns(
        low=pl.when(sure).then(pl.col("amount") - pl.col("down")),
        high=pl.when(sure).then(pl.col("amount") + pl.col("up")),
    ).drop("down", "up")
