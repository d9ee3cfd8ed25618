"""Jumps against the year before: of the organisation by a fixed threshold, of sites against what all sites did."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from wattstone.inventory.checks.model import Checked, CheckInputs, Severity, finding, number, place_of, rules
from wattstone.inventory.sums import ORGANISATION

__all__ = ["check_jumps"]


def check_jumps(inputs: CheckInputs) -> list[Checked]:
    """Totals and sites that emitted much more or much less than the year before, told with both values.

    Parameters
    ----------
    inputs : CheckInputs
        Figures of both years; without the year before nothing is found.

    Returns
    -------
    list of Checked
        A jump of the organisation asks. One of a site asks where it moves the organisation's figure by a material
        part, and tells otherwise.

    Notes
    -----
    With `r = ln(this year / last year)`, a site jumps where its modified z-score against all sites,
    `|r - median(r)| / (1.4826 MAD)`, is above 3.5 [1]_ and its change is above a quarter; where there are few sites, by
    the change alone.

    References
    ----------
    .. [1] B. Iglewicz and D. C. Hoaglin, "How to Detect and Handle Outliers," ASQC Quality Press, 1993.
    """
    both = _both(inputs)
    whole = both.filter(pl.col("subject") == ORGANISATION)
    total = rules()["jump"]["total"]
    found = [_told(row, inputs.year, "asks") for row in whole.filter(pl.col("change").abs() > total).to_dicts()]
    return [*found, *_of_sites(both, whole, inputs.year)]


def _both(inputs: CheckInputs) -> pl.DataFrame:
    """Values of both years beside each other."""
    wanted = pl.col("name").str.contains(rules()["jump"]["names"]) & pl.col("value").is_not_null()
    now, before = (inputs.of_year(year).filter(wanted) for year in (inputs.year, inputs.year - 1))
    rows = now.select("name", "subject", "unit", "value").join(
        before.select("name", "subject", pl.col("value").alias("last")), on=["name", "subject"], maintain_order="left"
    )
    change = pl.when(pl.col("last") != 0).then(pl.col("value") / pl.col("last") - 1)
    jump = pl.when(pl.col("value") == pl.col("last")).then(0.0).otherwise(float("inf"))
    return rows.with_columns(change.fill_null(jump).alias("change"))


def _of_sites(both: pl.DataFrame, whole: pl.DataFrame, year: int) -> Iterator[Checked]:
    rule = rules()["jump"]
    sites = both.filter(pl.col("subject").str.starts_with("site:"))
    ratio = pl.col("value") / pl.col("last")
    sites = sites.with_columns(pl.when((ratio > 0) & ratio.is_finite()).then(ratio.log()).alias("r"))
    middle = pl.col("r").median().over("name")
    off = (pl.col("r") - middle).abs()
    width = pl.max_horizontal(1.4826 * off.median().over("name"), pl.lit(rule["narrowest"]))
    few = pl.col("r").count().over("name") < rule["fewest"]
    stands_out = pl.when(few | pl.col("r").is_null()).then(pl.lit(value=True)).otherwise(off / width > rule["spread"])
    size = whole.select("name", pl.max_horizontal(pl.col("value").abs(), pl.col("last").abs()).alias("whole"))
    moved = (pl.col("value") - pl.col("last")).abs() / pl.col("whole")
    jumped = (
        sites.with_columns(stands_out.alias("stands_out"))
        .join(size, on="name", how="left", maintain_order="left")
        .with_columns(moved.fill_null(1.0).fill_nan(0.0).alias("moved"))
        .filter("stands_out", pl.col("change").abs() > rule["site"], pl.col("moved") > rule["trivial"])
        .sort("moved", descending=True, maintain_order=True)
    )
    for row in jumped.to_dicts():
        yield _told(row, year, "asks" if row["moved"] >= rule["material"] else "tells")


def _told(row: dict[str, Any], year: int, severity: Severity) -> Checked:
    finite = abs(row["change"]) < float("inf")
    return Checked(
        check="jump",
        severity=severity,
        key=f"jump:{row['name']}@{row['subject']}",
        finding=finding(
            "jump",
            f"{place_of(row['subject'])}, {row['name']}",
            found="{year}: {value} {unit}, {before}: {last} {unit}: {change} %"
            if finite
            else "{year}: {value} {unit}, {before}: {last} {unit}",
            expected="values of two years that do not differ much, or a reason that somebody knows",
            remedy="look for a site that came or went, a factor that changed, a missing month, a wrong unit; where the "
            "change is real, let it pass with the reason",
            severity=severity,
            year=year,
            before=year - 1,
            value=number(row["value"]),
            last=number(row["last"]),
            unit=row["unit"],
            change=f"{row['change'] * 100:+.1f}" if finite else "",
        ),
    )
