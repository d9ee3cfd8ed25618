"""Biodiversity as extent and condition: variables between a degraded and an intact state, never one invented score."""

import polars as pl

__all__ = ["by_ecosystem", "conditions"]


def conditions(entries: pl.DataFrame, land: pl.DataFrame) -> pl.DataFrame:
    r"""Condition of each area by each variable, and the hectares that it is worth.

    With the value $v$ and its values where degraded $v_0$ and intact $v_1$, the indicator of condition is [1]_

    $$ I = \min\!\left(1, \max\!\left(0, \frac{v - v_0}{v_1 - v_0}\right)\right), \qquad H = a\,I . $$

    Parameters
    ----------
    entries : DataFrame
        Entries of kind `condition`.
    land : DataFrame
        With the columns of `account.LAND`.

    Returns
    -------
    DataFrame
        The entries with `index` $I$ (null where a reference level is missing), `hectares` $a$, `weighted` $H$ [ha],
        `ecosystem`, `delivered` (the area is in action or verified), `live`, `beyond` (the value lies outside the two
        levels), `change` (of the index, since the year given before).

    References
    ----------
    .. [1] United Nations, "System of Environmental-Economic Accounting: Ecosystem Accounting," 2021, section 5.3.
    """
    along = (pl.col("value") - pl.col("poor")) / (pl.col("good") - pl.col("poor"))
    known = land.select(
        "area", "hectares", "ecosystem", "live", delivered=pl.col("status").is_in(["action", "verified"])
    )
    return (
        entries.join(known, on="area", how="left", maintain_order="left")
        .with_columns(along=pl.when(pl.col("good") != pl.col("poor")).then(along))
        .with_columns(index=pl.col("along").clip(0.0, 1.0), beyond=~pl.col("along").is_between(0.0, 1.0))
        .with_columns(weighted=pl.col("index") * pl.col("hectares"))
        .sort("area", "variable", "year")
        .with_columns(change=pl.col("index") - pl.col("index").shift(1).over("area", "variable"))
    )


def by_ecosystem(conditions: pl.DataFrame, year: int) -> pl.DataFrame:
    """Extent and condition-weighted extent of each ecosystem by each variable, from each area's last value.

    Parameters
    ----------
    conditions : DataFrame
        What `conditions` returns.
    year : int
        Values of later years are not looked at.

    Returns
    -------
    DataFrame
        By `ecosystem`, `variable` and `delivered`, of areas that count in the year: `hectares` and `weighted` of the
        areas whose condition is known, `index` (weighted by hectares), `areas`, `unknown` (areas without an index or
        hectares), `oldest` year, `hashes`.
        Different variables are not put together, nor planned areas and those in action.
    """
    counted = conditions.filter((pl.col("year") <= year) & pl.col("live"))
    last = counted.sort("year").group_by("area", "variable", maintain_order=True).last()
    known = pl.col("weighted").is_not_null()
    return (
        last.group_by("ecosystem", "variable", "delivered")
        .agg(
            pl.col("hectares").filter(known).sum(),
            pl.col("weighted").filter(known).sum(),
            known.sum().alias("areas"),
            (~known).sum().alias("unknown"),
            pl.col("year").min().alias("oldest"),
            pl.col("hash").alias("hashes"),
        )
        .with_columns(index=pl.when(pl.col("hectares") > 0).then(pl.col("weighted") / pl.col("hectares")))
        .sort("ecosystem", "variable", pl.col("delivered").not_())
    )
