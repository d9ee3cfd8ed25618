"""Scope 3 category by category: computed, or stated as not estimated or not applicable with the reason.

Nothing is left out in silence: a category that nobody decided is shown as undecided, and stops a release.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

import polars as pl

from wattstone.inventory.statement import DECISIONS
from wattstone.readings.activities.schema import METHODS

__all__ = ["CATEGORIES", "Category", "Decided", "Decision", "categories", "decisions", "in_force", "method_shares"]

Decision = Literal["computed", "not_estimated", "not_applicable"]
"""What is said of a category."""

CATEGORIES: Final = 15

SHARES: Final[dict[str, pl.DataType]] = {
    "category": pl.Int8(),
    "method": pl.String(),
    "rank": pl.Int8(),  # 1 for the best data: supplier, hybrid, average, spend
    "value": pl.Float64(),  # kg CO2e
    "share": pl.Float64(),  # of the category, 0 to 1
}
"""How much of a category was computed by which method."""


@dataclass(frozen=True, kw_only=True)
class Category:
    """One of the fifteen categories [1]_.

    Parameters
    ----------
    number : int
        1 to 15.
    name : str
        English; a page says it in its own language.
    side : {'upstream', 'downstream'}
        Of what is bought, or of what is sold.
    belongs, minimum : str
        What belongs to it; the least that an inventory has to hold of it.
    kinds : tuple of str
        Activities whose lines belong to it.

    References
    ----------
    .. [1] GHG Protocol, "Corporate Value Chain (Scope 3) Accounting and Reporting Standard," WRI and WBCSD, 2011,
       table 5.4.
    """

    number: int
    name: str
    side: Literal["upstream", "downstream"]
    belongs: str
    minimum: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What somebody said of a category for a year.

    Parameters
    ----------
    year, category : int
        Of which inventory, and which of the fifteen.
    decision : {'computed', 'not_estimated', 'not_applicable'}
        What is said.
    reason : str
        Why; empty only for what is computed.
    decided_by, at : str, datetime
        Who said it, when (naive UTC).
    """

    year: int
    category: int
    decision: Decision
    reason: str
    decided_by: str
    at: datetime


NO_LINES: Final = "decided as computed, but the year has no activity records of it"
NOT_TAKEN: Final = "decided as computed since the inventory was taken: take it again, and it is computed"
NO_VALUES: Final = "decided as computed, but none of its lines has a factor"


@cache
def categories() -> Mapping[int, Category]:
    """The fifteen categories by number."""
    text = files("wattstone.inventory").joinpath("data/scope3.toml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)["category"]
    for row in rows:
        row["kinds"] = tuple(row["kinds"])
    return {row["number"]: Category(**row) for row in rows}


def in_force(decided: Iterable[Decided], year: int) -> dict[int, Decided]:
    """The decisions of a year that hold: of each category the newest.

    Parameters
    ----------
    decided : iterable of Decided
        The history, in any order; what was said first is kept and no longer holds.
    year : int
        Calendar year.

    Returns
    -------
    dict of int to Decided
        By category; a category that nobody decided is not in it.
    """
    mine = sorted((one for one in decided if one.year == year), key=lambda one: one.at)
    return {one.category: one for one in mine}


def method_shares(lines: pl.DataFrame) -> pl.DataFrame:
    """How much of each category was computed by which method, the best data first [1]_.

    Parameters
    ----------
    lines : polars.DataFrame
        Schema `inventory.lines.LINES`.

    Returns
    -------
    polars.DataFrame
        Schema `SHARES`; a line without a value has no share. Removals count by their size.

    References
    ----------
    .. [1] GHG Protocol, "Corporate Value Chain (Scope 3) Accounting and Reporting Standard," WRI and WBCSD, 2011,
       chapter 7 (primary before secondary data) and figure 7.1.
    """
    rank = pl.col("method").replace_strict(
        {name: number for number, name in enumerate(METHODS, start=1)}, default=len(METHODS) + 1, return_dtype=pl.Int8
    )
    size = pl.col("value").abs()
    known = _of_scope3(lines).filter(pl.col("value").is_not_null())
    by_method = known.group_by("category", "method").agg(pl.col("value").sum(), size.sum().alias("size"))
    share = pl.col("size") / pl.col("size").sum().over("category")
    return (
        by_method.with_columns(rank.alias("rank"), pl.when(share.is_finite()).then(share).alias("share"))
        .sort("category", "rank", "method")
        .select(pl.col(name).cast(dtype) for name, dtype in SHARES.items())
    )


def decisions(lines: pl.DataFrame, decided: Mapping[int, Decided]) -> pl.DataFrame:
    """What is said of each of the fifteen categories, and what was computed of it.

    Parameters
    ----------
    lines : polars.DataFrame
        Schema `inventory.lines.LINES`, of the year.
    decided : mapping of int to Decided
        From `in_force`.

    Returns
    -------
    polars.DataFrame
        Schema `inventory.statement.DECISIONS`, always 15 rows by category. A category with a value is `computed` where
        nobody said otherwise; one without lines and without a decision is `undecided`. `value` is the sum of the lines
        that have one, null where none has. `quality` is their pedigree mean weighted by the size of their emissions,
        null where nobody scored a line. One that is decided as `computed` and has no value says in `reason` what lacks.
    """
    size = pl.col("value").abs()
    scored = pl.col("quality").is_not_null() & pl.col("value").is_not_null()
    weight = size.filter(scored).sum()
    sums = (
        _of_scope3(lines)
        .group_by("category")
        .agg(
            pl.when(pl.col("value").is_not_null().any()).then(pl.col("value").sum()).alias("value"),
            pl.when(weight > 0).then((size * pl.col("quality")).filter(scored).sum() / weight).alias("quality"),
        )
    )
    said = pl.DataFrame(
        [_row(number, decided.get(number)) for number in range(1, CATEGORIES + 1)],
        schema={name: DECISIONS[name] for name in ("category", "decision", "reason", "decided_by", "at")},
        orient="row",
    )
    rows = said.join(sums, on="category", how="left", maintain_order="left")
    rows = rows.join(_methods(lines), on="category", how="left", maintain_order="left")
    found = pl.when(pl.col("value").is_not_null()).then(pl.lit("computed")).otherwise(pl.lit("undecided"))
    held = pl.col("category").is_in(_of_scope3(lines)["category"].unique().to_list())
    bare = (pl.col("decision") == "computed") & pl.col("value").is_null()
    lacks = pl.when(bare & ~held).then(pl.lit(NO_LINES)).when(bare).then(pl.lit(NO_VALUES))
    return rows.with_columns(
        pl.coalesce("decision", found).alias("decision"),
        pl.when(bare)
        .then(pl.concat_str([pl.col("reason"), lacks], separator="; ", ignore_nulls=True))
        .otherwise("reason")
        .alias("reason"),
    ).select(pl.col(name).cast(dtype) for name, dtype in DECISIONS.items())


def _of_scope3(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.filter((pl.col("scope") == 3) & pl.col("category").is_between(1, CATEGORIES))


def _row(number: int, one: Decided | None) -> tuple[int, str | None, str | None, str | None, datetime | None]:
    if one is None:
        return number, None, None, None, None
    return number, one.decision, one.reason or None, one.decided_by, one.at


def _methods(lines: pl.DataFrame) -> pl.DataFrame:
    """Methods of each category by their share: `average 80 %, spend 20 %`."""
    percent = (pl.col("share") * 100).round(0).cast(pl.Int32)
    told = (
        pl.when(pl.col("share").is_null())
        .then("method")
        .when((pl.col("share") > 0) & (percent == 0))
        .then(pl.format("{} < 1 %", "method"))
        .otherwise(pl.format("{} {} %", "method", percent))
    )
    by_share = method_shares(lines).sort("category", "share", "rank", descending=[False, True, False], nulls_last=True)
    return by_share.group_by("category", maintain_order=True).agg(told.str.join(", ").alias("methods"))
