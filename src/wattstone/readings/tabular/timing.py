"""When the readings of a sample are: interval, which end of it a stamp names, counters by their rise."""

from pathlib import Path

import numpy as np
import polars as pl

from wattstone.readings.problems import Problems
from wattstone.readings.tabular import stamps, words
from wattstone.readings.tabular.convert import Converter
from wattstone.readings.tabular.layout import Roles
from wattstone.readings.tabular.mapping import CalendarInterval, Mapping
from wattstone.readings.tabular.numbers import numbers
from wattstone.readings.tabular.registry import Meters

_US = 1_000_000
_GIVE = "confirm it, give --{field}, or set {field} in the mapping"
_SMALL = 3  # a counter of few readings stands at more than this many of its largest step


class Doubts:
    """Choices that a file does not decide, and how much confidence each of them costs."""

    def __init__(self, path: Path) -> None:
        self.problems = Problems(path)
        self.confidence = 1.0

    def add(self, code: str, weight: float, *, found: str, expected: str, field: str, **params: object) -> None:
        """Note a choice; `weight` multiplies the confidence, `field` is where the mapping holds it."""
        self.confidence *= weight
        self.problems.add(
            code,
            severity="warning",
            found=found,
            expected=expected,
            remedy=_GIVE if field in ("unit", "kind") else "confirm it, or set {field} in the mapping",
            params={"field": field, **params},
        )


def find_timing(table: pl.DataFrame, draft: Mapping, roles: Roles, doubts: Doubts) -> dict[str, object]:
    """Interval, and which end of it a stamp names."""
    local = _locals(table, draft)
    if draft.midnight == "next" and _midnight_lags(local["local"], table, draft):
        draft = draft.model_copy(update={"midnight": "previous"})
        local = _locals(table, draft)
    if draft.reading == "interval" and _rises(table, draft):
        doubts.add(
            "readings.register.assumed",
            0.8,
            found="the values of each meter never fall: they are taken for a cumulative register",
            expected="readings per interval go up and down",
            field="reading",
        )
        draft = draft.model_copy(update={"reading": "register"})
    changes: dict[str, object] = {"midnight": draft.midnight, "reading": draft.reading}
    if draft.reading == "register":
        return changes
    interval = _interval(local, draft, table, doubts)
    if isinstance(interval, int) and draft.columns.end is not None:
        changes["columns"] = draft.columns.model_copy(update={"end": None})
    changes["interval"] = interval
    changes["stamp"] = _stamp_end(local["local"], table, draft, roles, interval)
    return changes


def _locals(table: pl.DataFrame, draft: Mapping) -> pl.DataFrame:
    """Stamps of the sample with the meter they belong to."""
    quiet = Problems(Path("sample"))
    converter = Converter(draft, zone="UTC", meters=Meters(draft, Path("sample"), quiet), problems=quiet)
    local, known = converter.local(table, draft.columns.timestamp or draft.columns.date or "")
    keys = [name for name in (draft.columns.meter, draft.columns.site, draft.columns.kind) if name is not None]
    meter = pl.concat_str([pl.col(name).fill_null("") for name in keys], separator="\0") if keys else pl.lit("")
    return table.select(meter.alias("meter"), known=known).with_columns(local.alias("local")).filter("known")


def _midnight_lags(local: pl.Series, table: pl.DataFrame, draft: Mapping) -> bool:
    """Whether the series jumps back a day at each midnight, as where 24:00 is written as 00:00 of the same day."""
    steps = np.diff(local.to_numpy())
    back = np.flatnonzero(steps < -20 * 3600 * _US)
    if draft.layout == "matrix" or draft.columns.meter or len(back) == 0:
        return False
    day = 86_400 * _US
    after = local.to_numpy()[back + 1]
    return bool((after % day == 0).all() and len(back) >= 1 and (steps[back] > -day).all())


def _rises(table: pl.DataFrame, draft: Mapping) -> bool:
    """Whether the values of every meter of the sample rise and never fall, for long enough to mean a counter.

    A year of monthly readings is enough where every step is small beside the values: use does not rise twelve times.
    """
    if draft.layout != "long" or draft.columns.value is None:
        return False
    value, _ = numbers(table[draft.columns.value], decimal=draft.decimal, thousands=draft.thousands, nulls=draft.nulls)
    keys = [name for name in (draft.columns.meter, draft.columns.site, draft.columns.kind) if name is not None]
    meter = pl.concat_str([pl.col(name).fill_null("") for name in keys], separator="\0") if keys else pl.lit("")
    steps = (
        table.select(meter.alias("meter"), value=value)
        .drop_nulls()
        .group_by("meter")
        .agg(
            count=pl.len(),
            falls=(pl.col("value").diff() < 0).sum(),
            rises=(pl.col("value").diff() > 0).sum(),
            least=pl.col("value").min(),
            step=pl.col("value").diff().max(),
        )
        .filter((pl.col("count") >= 48) | (pl.col("count") >= 9) & (pl.col("least") > _SMALL * pl.col("step")))
    )
    if not steps.height:
        return False
    return bool((steps["falls"] == 0).all() and (steps["rises"] > steps["count"] / 4).all())


def _interval(
    local: pl.DataFrame, draft: Mapping, table: pl.DataFrame, doubts: Doubts
) -> int | CalendarInterval | None:
    if draft.layout == "matrix":
        slots = sorted({time for name in draft.columns.values if (time := stamps.minutes(name)) is not None})
        return round(float(np.median(np.diff(slots))) * 60)
    if stamps.is_monthly(draft.stamp_format):
        return "month"
    steps = local.with_columns(step=pl.col("local").diff().over("meter").abs() // _US).filter(pl.col("step") > 0)
    by_meter = steps.group_by("meter").agg(pl.col("step").mode().min())["step"]
    if by_meter.is_empty() and draft.columns.end is None:
        doubts.add(
            "readings.interval.unknown",
            0.5,
            found="no meter has two readings in the sample: the interval is not known",
            expected="two readings of one meter",
            field="interval",
        )
        return None
    if by_meter.is_empty() or by_meter.n_unique() > 1:
        return None
    step = int(by_meter[0])
    if step == 86_400:
        return "day" if not stamps.is_zoned(draft.stamp_format) else step
    if 28 * 86_400 <= step <= 31 * 86_400:
        return "month"
    return step


def _stamp_end(local: pl.Series, table: pl.DataFrame, draft: Mapping, roles: Roles, interval: object) -> str:
    """Whether stamps name the end of their interval: by the header, `24:00`, or days that run from 00:15 to 00:00."""
    if words.says(roles.stamp.name, words.START) or draft.columns.end is not None:
        return "start"
    if words.says(roles.stamp.name, words.END) or draft.midnight == "previous":
        return "end"
    if draft.layout == "matrix":
        slots = [stamps.minutes(name) for name in draft.columns.values]
        return "end" if 0.0 not in slots and 24 * 60.0 in slots else "start"
    column = table[draft.columns.time or roles.stamp.name]
    if column.str.contains(r"(?:^|\D)24:00").any():
        return "end"
    if not isinstance(interval, int) or local.is_empty() or stamps.is_zoned(draft.stamp_format):
        return "start"
    day = 86_400 * _US
    first = local.min()
    return "end" if isinstance(first, int) and first % day == interval * _US and interval < 86_400 else "start"
