"""What to mend first: problems of meters, ranked by the energy at stake."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from wattstone.base import Finding


@dataclass(frozen=True)
class _Problem:
    found: str
    expected: str
    remedy: str


_PROBLEMS: dict[str, _Problem] = {
    "gap": _Problem(
        "{hours} h without a reading in {months} {months:month|months}, about {stake} {unit} of use unknown",
        "a reading for every interval",
        "load the missing readings, or ask for filling by a named method",
    ),
    "missing_zero": _Problem(
        "{count} {count:zero that means|zeros that mean} missing data in {months} {months:month|months}, about "
        "{stake} {unit} of use unknown",
        "no value where nothing was recorded",
        "load the true readings, or treat these zeros as gaps",
    ),
    "spike": _Problem(
        "{count} {count:reading|readings} far above what the meter does, {stake} {unit} in all",
        "values within the meter's usual range",
        "check for use caught up after an outage, a wrong unit or a wrong multiplier, and correct the readings",
    ),
    "stuck": _Problem(
        "{count} {count:reading stands|readings stand} at one value for too long, {stake} {unit} in all",
        "values that vary as the load does",
        "check the logger; a total spread evenly over a day is right in sum and wrong by the hour",
    ),
    "negative": _Problem(
        "{count} {count:reading|readings} below zero, {stake} {unit} in all",
        "0 or more",
        "load export as a meter of its own, or reverse the sign if it is wrong",
    ),
    "reset": _Problem(
        "the register was reset {count} {count:time|times}; what was used across a reset is unknown, about "
        "{stake} {unit}",
        "a counter that only rises",
        "enter the old register's last and the new one's first reading",
    ),
    "future": _Problem(
        "{count} {count:reading stamped after it was|readings stamped after they were} received, {stake} {unit} in all",
        "stamps in the past",
        "check the clock and the time zone of the source",
    ),
    "estimated": _Problem(
        "{count} {count:reading is an estimate|readings are estimates}, {stake} {unit} in all",
        "measured readings",
        "replace the estimates when the measured readings arrive",
    ),
}

_RANKED = ("rank", "meter", "problem", "months", "first", "last", "count", "hours", "stake", "weighted")


def mend_first(scores: pl.DataFrame, *, weights: Mapping[int, float] | None = None) -> pl.DataFrame:
    """Rank the problems of all meters by the energy that is unknown or in doubt.

    Parameters
    ----------
    scores : DataFrame
        Of `monthly_quality`; meters of several kinds in one frame need `weights`.
    weights : mapping of int to float, optional
        Per meter, what a unit of it weighs, so that kinds can be compared: kg CO2e per kWh, or 0 for water. 1
        otherwise.

    Returns
    -------
    DataFrame
        One row per meter and problem, the worst first: `rank`, `meter`, `problem`, `months` (how many it touches),
        `first`, `last` (months), `count` (readings; gaps), `hours`, `stake` (in the meter's unit), `weighted`.

    Notes
    -----
    What is unknown (gaps, zeros that mean missing, resets) is at stake by the meter's usual use in that time: the
    median of its mean power in the same calendar month of all years, by clean readings; where that month was never
    clean, the median over all its months. What is in doubt is at stake by its own size.
    """
    usual = _usual(scores)
    seconds = {name: pl.col(f"n_{name}") * pl.col("step") for name in _PROBLEMS if name != "gap"}
    seconds["gap"] = pl.col("gap_seconds")
    # A reading lost to a reset holds no value, so that its time is a gap already; it is shown under its own name too.
    unknown = ("gap", "missing_zero", "reset")
    rows = [
        usual.select(
            "meter",
            "month",
            problem=pl.lit(name),
            count=pl.col("gaps" if name == "gap" else f"n_{name}").cast(pl.Int64),
            hours=seconds[name] / 3600,
            stake=seconds[name] * pl.col("rate") if name in unknown else pl.col(f"e_{name}"),
        ).filter(pl.col("count") > 0)
        for name in _PROBLEMS
    ]
    ranked = (
        pl.concat(rows)
        .group_by("meter", "problem")
        .agg(
            months=pl.len().cast(pl.Int64),
            first=pl.col("month").min(),
            last=pl.col("month").max(),
            count=pl.col("count").sum(),
            hours=pl.col("hours").sum(),
            stake=pl.col("stake").sum(),
        )
    )
    weight = pl.lit(1.0)
    if weights is not None:
        weight = pl.col("meter").replace_strict(weights, default=0.0, return_dtype=pl.Float64)
    order = ranked.with_columns(weighted=pl.col("stake") * weight).sort(
        "weighted", "hours", "meter", "problem", descending=[True, True, False, False]
    )
    return order.with_columns(rank=pl.int_range(1, pl.len() + 1)).select(_RANKED)


def _usual(scores: pl.DataFrame) -> pl.DataFrame:
    """The scores, with the meter's usual use per second in each month (`rate`) and its interval (`step`)."""
    rate = (pl.col("clean_energy") / pl.col("clean_seconds")).fill_nan(None)
    table = scores.with_columns(rate=pl.when(pl.col("clean_seconds") > 0).then(rate), number=pl.col("month").dt.month())
    own = pl.col("rate").median()
    seconds = pl.col("month").dt.month_end().dt.day().cast(pl.Int64) * 86_400
    return table.with_columns(
        rate=own.over("meter", "number").fill_null(own.over("meter")).fill_null(0.0),
        step=pl.when(pl.col("expected") > 0).then(seconds / pl.col("expected")).otherwise(0.0),
    ).drop("number")


def _grouped(value: float) -> str:
    """A whole number with narrow no-break spaces between the thousands, as every other number is shown."""
    return f"{value:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def mend_findings(ranked: pl.DataFrame, *, names: Mapping[int, str], units: Mapping[int, str]) -> tuple[Finding, ...]:
    """Say each row of `mend_first` as a finding.

    Parameters
    ----------
    ranked : DataFrame
        Of `mend_first`, as many rows as shall be shown.
    names : mapping of int to str
        The id of each meter.
    units : mapping of int to str
        The unit of each meter's values.

    Returns
    -------
    tuple of Finding
        Warnings `quality.gap`, `quality.missing_zero`..., in the order of the rows.
    """
    return tuple(
        Finding(
            code=f"quality.{row['problem']}",
            place=f"meter '{names[row['meter']]}'",
            found=(problem := _PROBLEMS[row["problem"]]).found,
            expected=problem.expected,
            remedy=problem.remedy,
            count=row["count"],
            first=f"{row['first']:%Y-%m}",
            params={
                "hours": _grouped(row["hours"]),
                "months": row["months"],
                "stake": _grouped(row["stake"]),
                "unit": units[row["meter"]],
                "last": f"{row['last']:%Y-%m}",
            },
            severity="warning",
        )
        for row in ranked.iter_rows(named=True)
    )
