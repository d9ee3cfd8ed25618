"""What is doubtful in a site's years of safety and workforce."""

from collections.abc import Iterator

import polars as pl

from wattstone.base import Finding
from wattstone.programme.indicators.year_checks import leaps
from wattstone.programme.telling import told

__all__ = ["people_doubts", "safety_doubts"]


def safety_doubts(years: pl.DataFrame, workforce: pl.DataFrame) -> Iterator[Finding]:
    """Findings on years of safety.

    Parameters
    ----------
    years, workforce : DataFrame
        Entries of kind `safety_year` and `workforce`; the head count stands in where a year says no workers.

    Yields
    ------
    Finding
        Cases that are not nested and hours that no worker can work are errors; odd hours, more days lost than the
        workers have, and leaps from year to year are warnings.
    """
    nested = (pl.col("fatalities") <= pl.col("lost_time")) & (pl.col("lost_time") <= pl.col("recordable"))
    yield from told(
        "safety_year",
        years.filter(~nested),
        "indicator.safety_nested",
        "{fatalities} fatalities, {lost_time} lost-time injuries, {recordable} recordable injuries",
        "fatalities among the lost-time injuries, and these among the recordable ones",
        "count each case at every level that it belongs to",
    )
    yield from told(
        "safety_year",
        years.filter((pl.col("lost_days") > 0) & (pl.col("lost_time") == 0)),
        "indicator.safety_days",
        "{lost_days} days lost, and no lost-time injury",
        "days lost by the injuries that are counted",
        "count the injury, or take out days that were lost by illness or in another year",
        severity="warning",
        params={"lost_days": ",.12g"},
    )
    yield from _hours(years, workforce)
    yield from leaps("safety_year", years, ["site", "group"], "hours", "h")


def _hours(years: pl.DataFrame, workforce: pl.DataFrame) -> Iterator[Finding]:
    counted = workforce.select("site", "year", pl.lit("employees").alias("group"), head="employees")
    people = pl.coalesce("workers", pl.when(pl.col("head") > 0).then("head"))
    both = years.join(counted, on=["site", "year", "group"], how="left", maintain_order="left").with_columns(
        each=pl.col("hours") / people
    )
    for impossible in (True, False):
        odd = pl.col("each") > 8784 if impossible else (pl.col("each") < 200) | pl.col("each").is_between(4000, 8784)
        yield from told(
            "safety_year",
            both.filter(odd),
            "indicator.safety_hours",
            "{each} hours for each worker in the year",
            "between 200 and 4,000: a full-time year is about 2,000 hours",
            "check the unit of the hours (thousands?), and that both are of the same people",
            severity="error" if impossible else "warning",
            params={"each": ",.3g"},
        )


def people_doubts(years: pl.DataFrame) -> Iterator[Finding]:
    """Findings on entries of kind `workforce`: parts, those who came and left, and leaps; all are warnings."""
    gender = pl.col("women") + pl.col("men") + pl.col("undisclosed").fill_null(0)
    for name, parts in (("gender", gender), ("contract", pl.col("permanent") + pl.col("temporary"))):
        yield from told(
            "workforce",
            years.with_columns(parts=parts).filter(pl.col("parts") != pl.col("employees")),
            f"indicator.workforce_{name}",
            "the parts add to {parts}, the employees are {employees}",
            "parts by gender and by contract that each add to the head count",
            "check whether one counts people and the other full-time equivalents, or another day",
            severity="warning",
        )
    before = years.select("site", pl.col("year") + 1, before="employees")
    due = pl.col("before") + pl.col("joined") - pl.col("departed")
    moved = years.join(before, on=["site", "year"], maintain_order="left").with_columns(due=due)
    yield from told(
        "workforce",
        moved.filter(pl.col("due") != pl.col("employees")),
        "indicator.workforce_moves",
        "{before} a year before, {joined} joined and {departed} departed: {due}, not {employees}",
        "a head count that follows from those who came and went",
        "look for moves between sites or companies that were bought or sold",
        severity="warning",
    )
    yield from leaps("workforce", years, ["site"], "employees", "1")
