"""Self-assessment by the IUCN Global Standard for Nature-based Solutions: ratings, evidence, a match by a rule."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

import polars as pl

from wattstone.programme.held import evidenced

__all__ = ["CRITERIA", "RATINGS", "counted", "criteria", "editions", "match", "splits", "unrated"]

RATINGS: Final = ("strong", "adequate", "partial", "insufficient")

CRITERIA: Final = 8
"""Of the standard."""


@cache
def editions() -> Mapping[str, Mapping[str, Any]]:
    """What is known of the editions of the standard; see `data/nbs.toml`."""
    text = (resources.files("wattstone.programme.nature") / "data" / "nbs.toml").read_text(encoding="utf-8")
    return {one["id"]: one for one in tomllib.loads(text)["edition"]}


def counted(text: str | None) -> tuple[int, ...] | None:
    """How many indicators each criterion has, as a rule says it; None where it does not say eight counts.

    Examples
    --------
    >>> counted("3 3 4 4 5 3 3 3"), counted("3, 3"), counted(None)
    ((3, 3, 4, 4, 5, 3, 3, 3), None, None)
    """
    parts = (text or "").replace(",", " ").replace(";", " ").split()
    if len(parts) != CRITERIA or not all(one.isdecimal() and int(one) > 0 for one in parts):
        return None
    return tuple(int(one) for one in parts)


def splits(rules: pl.DataFrame) -> Mapping[str, tuple[int, ...]]:
    """Indicators of each criterion by edition: as the rules entered say, else as is known, which is unconfirmed.

    Parameters
    ----------
    rules : DataFrame
        Entries of kind `nbs_rule`.

    Returns
    -------
    mapping of str to tuple of int
        Without editions of which neither is known.
    """
    known = {name: tuple(one["indicators"]) for name, one in editions().items()}
    said = {edition: counted(text) for edition, text in rules.select("edition", "indicators").iter_rows()}
    return known | {edition: split for edition, split in said.items() if split is not None}


def unrated(ratings: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
    """Indicators of an edition that a project has not rated.

    Parameters
    ----------
    ratings, rules : DataFrame
        Entries of kind `nbs_rating` and `nbs_rule`.

    Returns
    -------
    DataFrame
        `project`, `edition`, `indicator`; nothing of editions whose indicators are not known.
    """
    asked = pl.DataFrame(
        [
            (name, f"{criterion}.{number}")
            for name, split in splits(rules).items()
            for criterion, count in enumerate(split, 1)
            for number in range(1, count + 1)
        ],
        schema={"edition": pl.String, "indicator": pl.String},
        orient="row",
    )
    projects = ratings.select("project", "edition").unique(maintain_order=True)
    return projects.join(asked, on="edition").join(ratings, on=["project", "edition", "indicator"], how="anti")


def criteria(ratings: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
    r"""Ratings of each criterion counted, and its match where there is a rule.

    With the points $p$ of the ratings of its $n$ indicators, the match of a criterion is

    $$ m = \frac{\sum_i p_i}{n\,p_\mathrm{strong}} . $$

    Parameters
    ----------
    ratings, rules : DataFrame
        Entries of kind `nbs_rating` and `nbs_rule`.

    Returns
    -------
    DataFrame
        By `project`, `edition` and `criterion`: how many are `strong`, `adequate`, `partial`, `insufficient`,
        `evidenced` (with evidence), `match` and `rating` (null without a rule, or without its bands).
    """
    points = pl.coalesce(pl.when(pl.col("rating") == one).then(pl.col(f"{one}_points")) for one in RATINGS)
    rule = rules.select("edition", *(pl.col(one).alias(f"{one}_points") for one in RATINGS), "^band_.*$")
    told = ratings.join(rule, on="edition", how="left", maintain_order="left").with_columns(
        criterion=pl.col("indicator").str.extract(r"^(\d+)").cast(pl.Int32), points=points, shown=evidenced()
    )
    banded = (
        pl.when(pl.col("match").is_null() | pl.any_horizontal(pl.col("^band_.*$").is_null())).then(None)
        .when(pl.col("match") >= pl.col("band_strong")).then(pl.lit("strong"))
        .when(pl.col("match") >= pl.col("band_adequate")).then(pl.lit("adequate"))
        .when(pl.col("match") >= pl.col("band_partial")).then(pl.lit("partial"))
        .otherwise(pl.lit("insufficient"))
    )  # fmt: skip
    whole = pl.col("points").is_not_null().all()
    return (
        told.group_by("project", "edition", "criterion")
        .agg(
            *((pl.col("rating") == one).sum().alias(one) for one in RATINGS),
            pl.col("shown").sum().alias("evidenced"),
            pl.len().alias("rated"),
            pl.when(whole).then(pl.col("points").mean() / pl.col("strong_points").first()).first().alias("match"),
            pl.col("^band_.*$").first(),
        )
        .with_columns(rating=banded)
        .drop("^band_.*$")
        .sort("project", "edition", "criterion")
    )


def match(ratings: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
    """Overall match of each project by its edition's rule, and whether a criterion stands against adherence.

    Parameters
    ----------
    ratings, rules : DataFrame
        Entries of kind `nbs_rating` and `nbs_rule`.

    Returns
    -------
    DataFrame
        By `project` and `edition`: `rated`, `evidenced`, `unrated` (null where it is not known how many indicators
        the edition has), `split` (`rule`, `unconfirmed` or null: who says how many), `match` (null without a rule,
        or where an indicator is not rated, or may not be), `adheres` (null unless the rule has bands and says what an
        insufficient criterion means), `has_rule`, `hashes`.
    """
    rows = criteria(ratings, rules)
    missing = unrated(ratings, rules).group_by("project", "edition").agg(pl.len().alias("unrated"))
    said = [name for name, text in rules.select("edition", "indicators").iter_rows() if counted(text) is not None]
    split = (
        pl.when(pl.col("edition").is_in(said)).then(pl.lit("rule"))
        .when(pl.col("edition").is_in(list(editions()))).then(pl.lit("unconfirmed"))
    )  # fmt: skip
    rule = rules.select("edition", "overall", "veto")
    by_indicator = (pl.col("match") * pl.col("rated")).sum() / pl.col("rated").sum()
    every = pl.col("match").is_not_null().all()
    hashes = ratings.group_by("project", "edition").agg(pl.col("hash").alias("hashes"))
    told = (
        rows.group_by("project", "edition", maintain_order=True)
        .agg(
            pl.col("rated", "evidenced").sum(),
            pl.when(every).then(pl.col("match").mean()).first().alias("criteria"),
            pl.when(every).then(by_indicator).first().alias("indicators"),
            (pl.col("rating") == "insufficient").any().alias("failed"),
            pl.col("rating").is_not_null().all().alias("banded"),
        )
        .join(missing, on=["project", "edition"], how="left", maintain_order="left")
        .join(rule, on="edition", how="left", maintain_order="left")
        .join(hashes, on=["project", "edition"], how="left", maintain_order="left")
        .with_columns(split=split)
        .with_columns(unrated=pl.when(pl.col("split").is_not_null()).then(pl.col("unrated").fill_null(0)))
    )
    chosen = pl.when(pl.col("overall") == "criteria").then(pl.col("criteria")).otherwise(pl.col("indicators"))
    whole = (pl.col("unrated") == 0).fill_null(value=False) & pl.col("overall").is_not_null()
    return told.with_columns(
        match=pl.when(whole).then(chosen),
        adheres=pl.when(whole & pl.col("banded") & pl.col("veto").fill_null(value=False)).then(~pl.col("failed")),
        has_rule=pl.col("overall").is_not_null(),
    ).drop("criteria", "indicators", "failed", "banded")
