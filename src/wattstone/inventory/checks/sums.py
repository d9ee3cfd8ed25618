"""Parts add up to their totals: by what a sum names as its parts, by the names of figures, and over the sites."""

from collections.abc import Iterator

import polars as pl

from wattstone.inventory.checks.model import Checked, CheckInputs, finding, number, place_of, rules
from wattstone.inventory.sums import ORGANISATION

__all__ = ["check_sums"]

_SMALL = 1e-6  # kg: what nobody sees
_OF_SITES = r"^(scope\d|total\.|energy\.|volume\.|mass\.|emissions\.|cost\.|biogenic|avoided)"
_KEY = ["name", "subject", "period"]


def check_sums(inputs: CheckInputs) -> list[Checked]:
    """Totals that are not the sum of their parts.

    Parameters
    ----------
    inputs : CheckInputs
        Figures of the year; figures of the year before that are in the frame are held to the same.

    Returns
    -------
    list of Checked
        All of them stop a release.

    Notes
    -----
    The organisation has its share of a site from day to day, so that the part of a site that was held in part, or not
    all year, lies between its value times the least and times the greatest of its shares.
    """
    wrong = pl.concat([_by_name(inputs), _by_inputs(inputs), _over_sites(inputs)]).unique(_KEY, maintain_order=True)
    return list(_told(wrong))


_WRONG = {
    "name": pl.String(),
    "subject": pl.String(),
    "period": pl.String(),
    "total": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "parts": pl.String(),
}


def _off(sums: pl.DataFrame) -> pl.DataFrame:
    """Those whose total lies outside of what the parts add up to."""
    slack = rules()["sums"]["relative"] * pl.col("size") + _SMALL
    off = (pl.col("total") < pl.col("low") - slack) | (pl.col("total") > pl.col("high") + slack)
    return sums.filter(off).select(pl.col(name).cast(dtype) for name, dtype in _WRONG.items())


def _by_name(inputs: CheckInputs) -> pl.DataFrame:
    """A total against the figures that it consists of by its name; what has no value is no part."""
    pairs = pl.DataFrame(
        [(whole, part) for whole, parts in rules()["parts"].items() for part in parts],
        schema={"name": pl.String, "part": pl.String},
        orient="row",
    )
    known = inputs.figures.filter(pl.col("value").is_not_null())
    parts = known.select(pl.col("name").alias("part"), "subject", "period", pl.col("value").alias("one"))
    held = (
        known.select(*_KEY, pl.col("value").alias("total"))
        .join(pairs, on="name")
        .join(parts, on=["part", "subject", "period"], maintain_order="left")
        .group_by(*_KEY, "total", maintain_order=True)
        .agg(
            pl.col("one").sum().alias("low"),
            pl.col("one").sum().alias("high"),
            pl.col("one").abs().sum().alias("size"),
            pl.col("part").str.join(" + ").alias("parts"),
        )
    )
    return _off(held)


def _by_inputs(inputs: CheckInputs) -> pl.DataFrame:
    """A sum of a site, or of names, against the figures that it names as its inputs."""
    shares = _shares(inputs)
    sums = inputs.figures.filter(pl.col("method").str.starts_with("sum/") & pl.col("value").is_not_null())
    parts = inputs.figures.select(
        pl.format("figure:{}", "id").alias("inputs"), pl.col("subject").alias("of"), pl.col("value").alias("one")
    )
    rows = (
        sums.select(*_KEY, pl.col("value").alias("total"), "inputs")
        .explode("inputs")
        .join(parts.unique("inputs"), on="inputs", maintain_order="left")
    )
    return _off(_summed(rows, shares))


def _over_sites(inputs: CheckInputs) -> pl.DataFrame:
    """The organisation against all sites that have the figure, whatever its inputs say."""
    known = inputs.figures.filter(pl.col("value").is_not_null() & pl.col("name").str.contains(_OF_SITES))
    of_sites = known.filter(pl.col("subject").str.starts_with("site:")).select(
        "name", "period", pl.col("subject").alias("of"), pl.col("value").alias("one")
    )
    whole = known.filter(pl.col("subject") == ORGANISATION).select(*_KEY, pl.col("value").alias("total"))
    return _off(_summed(whole.join(of_sites, on=["name", "period"], maintain_order="left"), _shares(inputs)))


def _summed(rows: pl.DataFrame, shares: pl.DataFrame) -> pl.DataFrame:
    """Bounds of what the parts add up to; only the organisation has shares of its parts."""
    consolidated = (pl.col("subject") == ORGANISATION) & pl.col("low_share").is_not_null()
    ends = [
        pl.when(consolidated).then(pl.col("one") * pl.col(name)).otherwise("one").fill_null(0.0)
        for name in ("low_share", "high_share")
    ]
    return (
        rows.join(shares, on="of", how="left", maintain_order="left")
        .with_columns(pl.min_horizontal(ends).alias("least"), pl.max_horizontal(ends).alias("most"))
        .group_by(*_KEY, "total", maintain_order=True)
        .agg(
            pl.col("least").sum().alias("low"),
            pl.col("most").sum().alias("high"),
            pl.col("one").abs().sum().alias("size"),
            pl.len().cast(pl.String).alias("parts"),
        )
    )


def _shares(inputs: CheckInputs) -> pl.DataFrame:
    """The least and the greatest share of each site that was not wholly the organisation's own throughout."""
    if inputs.placements.is_empty():
        return pl.DataFrame(schema={"of": pl.String, "low_share": pl.Float64, "high_share": pl.Float64})
    begin, end = pl.date(inputs.year - 1, 1, 1), pl.date(inputs.year + 1, 1, 1)
    first, last = pl.max_horizontal("start", begin), pl.min_horizontal("end", end)
    inside = inputs.placements.with_columns((last - first).dt.total_days().alias("days")).filter(pl.col("days") > 0)
    whole = inside.select(days=(end - begin).dt.total_days()).to_series()
    of_site = inside.group_by("site_id").agg(
        pl.col("share").filter(pl.col("category") == 0).min().alias("low_share"),
        pl.col("share").max().alias("high_share"),
        (pl.col("category") == 0).all().alias("own"),
        pl.col("days").sum(),
    )
    throughout = pl.col("own") & (pl.col("days") == (whole[0] if len(whole) else 0))
    every = inputs.placements.select("site_id").unique().join(of_site, on="site_id", how="left")
    return every.select(
        pl.format("site:{}", "site_id").alias("of"),
        pl.when(throughout.fill_null(value=False)).then("low_share").otherwise(0.0).alias("low_share"),
        pl.col("high_share").fill_null(0.0),
    )


def _told(wrong: pl.DataFrame) -> Iterator[Checked]:
    for row in wrong.iter_rows(named=True):
        exact = row["low"] == row["high"]
        near = row["low"] if row["total"] < row["low"] else row["high"]
        yield Checked(
            check="sums",
            severity="stops",
            key=f"sums:{row['name']}@{row['subject']}@{row['period']}",
            finding=finding(
                "sums",
                f"{place_of(row['subject'])}, {row['name']}, {row['period']}",
                found="the total is {total}, its parts ({parts}) add up to {sum}: they differ by {apart}"
                if exact
                else "the total is {total}, its parts ({parts}) add up to {low} to {sum} by their shares: they "
                "differ by {apart}",
                expected="a total that is the sum of its parts",
                remedy="take the inventory of the year again; where the total was typed in, correct it or the part "
                "that is missing",
                severity="stops",
                total=number(row["total"]),
                sum=number(row["high"]),
                low=number(row["low"]),
                apart=number(row["total"] - near),
                parts=row["parts"],
            ),
        )
