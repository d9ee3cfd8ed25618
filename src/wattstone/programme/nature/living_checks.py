"""What is wrong with entries of condition and of the NbS standard."""

from collections.abc import Iterator, Mapping

import polars as pl

from wattstone.base import Finding
from wattstone.programme.held import held
from wattstone.programme.nature.nbs import CRITERIA, counted, splits

__all__ = ["wrong_living"]


def wrong_living(entries: Mapping[str, pl.DataFrame]) -> Iterator[Finding]:
    """Findings on entries of kind `condition`, `nbs_rating` and `nbs_rule`.

    Parameters
    ----------
    entries : mapping of str to DataFrame
        By kind.

    Yields
    ------
    Finding
    """
    yield from _levels(held(entries, "condition"))
    yield from _ratings(held(entries, "nbs_rating"), splits(held(entries, "nbs_rule")))
    yield from _rules(held(entries, "nbs_rule"))


def _levels(rows: pl.DataFrame) -> Iterator[Finding]:
    bare = pl.col("good").is_not_null() & (pl.col("reference").fill_null("").str.strip_chars() == "")
    for one in rows.filter((pl.col("good") == pl.col("poor")) | bare).iter_rows(named=True):
        yield Finding(
            code="nature.condition_levels",
            place=f"condition '{one['entry']}'",
            found="two reference levels that are equal, or levels without their source",
            expected="the values where the ecosystem is degraded and where it is intact, and who says so",
            remedy="take both from a source, and name it; leave both empty where there is none",
        )
    half = pl.col("good").is_null() | pl.col("poor").is_null()
    for one in rows.filter(half).iter_rows(named=True):
        yield Finding(
            code="nature.condition_reference",
            place=f"condition '{one['entry']}'",
            found="a value without both reference levels",
            expected="levels to compare it with: a value alone says nothing of condition",
            remedy="give both levels with their source; without them no condition is computed",
            severity="warning",
        )
    mixed = rows.group_by("area", "variable", maintain_order=True).agg(
        pl.col("unit").n_unique(), pl.col("entry").last()
    )
    for one in mixed.filter(pl.col("unit") > 1).iter_rows(named=True):
        yield Finding(
            code="nature.condition_unit",
            place=f"condition '{one['entry']}'",
            found="the variable is given in several units",
            expected="one unit in all years",
            remedy="convert the values, or name the variable differently",
        )


def _ratings(rows: pl.DataFrame, split: Mapping[str, tuple[int, ...]]) -> Iterator[Finding]:
    for one in rows.filter(~pl.col("indicator").str.contains(r"^[1-8]\.\d{1,2}$")).iter_rows(named=True):
        yield Finding(
            code="nature.nbs_indicator",
            place=f"nbs_rating '{one['entry']}'",
            found="{indicator} is no indicator of the standard",
            expected="criterion and number, as 3.2: there are eight criteria",
            remedy="correct the number",
            params={"indicator": one["indicator"]},
        )
    for one in rows.filter(pl.col("indicator").str.contains(r"^[1-8]\.\d{1,2}$")).iter_rows(named=True):
        criterion, number = (int(part) for part in one["indicator"].split("."))
        known = split.get(one["edition"])
        if known is not None and not 1 <= number <= known[criterion - 1]:
            yield Finding(
                code="nature.nbs_number",
                place=f"nbs_rating '{one['entry']}'",
                found="criterion {criterion} is said to have {known} indicators, not a number {number}",
                expected="an indicator of the edition; where no rule says how many there are, that is unconfirmed",
                remedy="look at the standard that you hold",
                params={"criterion": criterion, "known": known[criterion - 1], "number": number},
                severity="warning",
            )


def _rules(rows: pl.DataFrame) -> Iterator[Finding]:
    falling = (pl.col("strong") >= pl.col("adequate")) & (pl.col("adequate") >= pl.col("partial"))
    points = falling & (pl.col("partial") >= pl.col("insufficient"))
    bands = (pl.col("band_strong") > pl.col("band_adequate")) & (pl.col("band_adequate") > pl.col("band_partial"))
    ordered = points & bands.fill_null(value=True)
    for one in rows.filter(~ordered).iter_rows(named=True):
        yield Finding(
            code="nature.nbs_rule",
            place=f"nbs_rule '{one['entry']}'",
            found="points or bands that do not fall from strong to insufficient",
            expected="more points, and a higher match, for the better rating",
            remedy="take them from the guidance that you hold",
        )
    said = pl.col("indicators").map_elements(lambda text: counted(text) is not None, return_dtype=pl.Boolean)
    for one in rows.filter(~said).iter_rows(named=True):
        yield Finding(
            code="nature.nbs_split",
            place=f"nbs_rule '{one['entry']}'",
            found="{said} does not say how many indicators each criterion has",
            expected="{count} whole numbers, one for each criterion, as 3 3 4 4 5 3 3 3",
            remedy="count them in the standard that you hold, or leave it empty",
            params={"said": one["indicators"], "count": CRITERIA},
        )
