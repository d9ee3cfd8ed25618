"""Scorecards of factories from a table that the user holds, with what is shown by evidence apart from the rest."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import polars as pl

from wattstone.programme.held import evidenced

__all__ = ["by_axis", "editions", "scored", "totals"]

_CARD = ["site", "table", "year"]


@cache
def editions() -> Mapping[str, Mapping[str, Any]]:
    """What is known of the editions of GB/T 36132, by edition."""
    text = (resources.files("wattstone.programme.factories") / "data" / "editions.toml").read_text(encoding="utf-8")
    return {one["id"]: one for one in tomllib.loads(text)["edition"]}


def scored(rows: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    r"""Points of every indicator of every scorecard.

    With the weight $w$, the value $x$, the base value $b$, the leading value $l$ and the share $\varphi$ of the weight
    that the table gives at the base value itself,

    $$ p = w\,\begin{cases} 0 & u < 0 \\ \varphi + (1-\varphi)\,u & 0 \le u \le 1 \\ 1 & u > 1 \end{cases},
       \qquad u = \frac{x-b}{l-b}, $$

    which also holds where less is better, since $l < b$ then. A requirement without base and leading value has
    $p = w\,s$ with the share $s$ that is met. That nothing is given below the base value is an assumption, which
    `assumed` marks; $\varphi$ is never assumed.

    Parameters
    ----------
    rows : DataFrame
        Entries of kind `score_row`.
    answers : DataFrame
        Entries of kind `score_answer`.

    Returns
    -------
    DataFrame
        A row for each indicator of each table that a site has answers to in a year: what both say, `share`, `points`
        (null where something is missing), `evidenced`, `assumed` and `missing` (`answer`, `value`, `floor` or null).
        Hashes of the two entries are `row_hash` and `answer_hash`.
    """
    table = rows.select(
        "table", "edition", "indicator", "title", "axis", "weight", "unit", "base", "leading", "floor",
        pl.col("hash").alias("row_hash"),
    )  # fmt: skip
    given = answers.select(
        *_CARD, "indicator", "value", "part_met", "evidence", "document", pl.col("hash").alias("answer_hash")
    )
    cards = given.select(_CARD).unique(maintain_order=True).join(table, on="table", how="inner")
    asked = cards.join(given, on=[*_CARD, "indicator"], how="left")
    measured = pl.col("base").is_not_null() & pl.col("leading").is_not_null()
    along = (pl.col("value") - pl.col("base")) / (pl.col("leading") - pl.col("base"))
    between = pl.col("floor") + (1.0 - pl.col("floor")) * along
    ruled = pl.when(along < 0).then(0.0).when(along >= 1).then(1.0).otherwise(between)
    share = pl.when(measured).then(ruled).otherwise(pl.col("part_met"))
    missing = (
        pl.when(pl.col("answer_hash").is_null()).then(pl.lit("answer"))
        .when(pl.col("share").is_not_null()).then(None)
        .when(measured & pl.col("value").is_not_null()).then(pl.lit("floor"))
        .otherwise(pl.lit("value"))
    )  # fmt: skip
    return (
        asked.with_columns(share=share, evidenced=evidenced(), assumed=(measured & (along < 0)).fill_null(value=False))
        .with_columns(points=pl.col("share") * pl.col("weight"), missing=missing)
        .sort(*_CARD, "axis", "indicator")
    )


def totals(scored: pl.DataFrame) -> pl.DataFrame:
    """Score of each scorecard: refused where the table or the answers are not whole, or a basic requirement is open.

    A basic requirement that is not met ends the assessment; what the other indicators would give is shown apart.

    Parameters
    ----------
    scored : DataFrame
        What `scored` returns.

    Returns
    -------
    DataFrame
        For each site, table and year: `edition`, `weights` (sum, 100 where the table is whole), `points`
        (of all that is weighed; null where the weights do not add to 100 or something is missing), `score` (the same,
        null where a basic requirement is open), `evidenced` (as the score, points that evidence is given for),
        `basic_open` (basic requirements that are not fully met or not answered), `missing` (indicators without a
        score), `assumed`. [points of 100]
    """
    basic = pl.col("axis") == "basic"
    weighed = ~basic
    whole = ((pl.col("weights") - 100.0).abs() < 1e-9) & (pl.col("missing").list.len() == 0)
    met = pl.col("basic_open").list.len() == 0
    return (
        scored.group_by(_CARD, maintain_order=True)
        .agg(
            pl.col("edition").first(),
            pl.col("weight").filter(weighed).sum().alias("weights"),
            pl.col("points").filter(weighed).sum(),
            pl.col("points").filter(weighed & pl.col("evidenced")).sum().alias("evidenced"),
            pl.col("indicator").filter(basic & (pl.col("share").fill_null(0.0) < 1.0)).alias("basic_open"),
            pl.col("indicator").filter(weighed & pl.col("missing").is_not_null()).alias("missing"),
            pl.col("indicator").filter(weighed & (pl.col("missing") == "floor")).alias("floorless"),
            pl.col("assumed").filter(weighed).any(),
        )
        .with_columns(
            points=pl.when(whole).then("points"),
            score=pl.when(whole & met).then("points"),
            evidenced=pl.when(whole & met).then("evidenced"),
        )
    )


def by_axis(scored: pl.DataFrame) -> pl.DataFrame:
    """Points and weight of each first-level indicator of each scorecard; null where an indicator of it has none."""
    known = pl.col("points").is_not_null().all()
    return (
        scored.filter(pl.col("axis") != "basic")
        .group_by(*_CARD, "axis", maintain_order=True)
        .agg(pl.col("weight").sum(), pl.when(known).then(pl.col("points").sum()).alias("points"))
    )
