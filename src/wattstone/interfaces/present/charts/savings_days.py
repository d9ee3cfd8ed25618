"""Series of a saving by the day, as charts need them: hours added up, long periods by the week."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import altair as alt
import numpy as np
import numpy.typing as npt

from wattstone.interfaces.present.charts.base import WIDE, Row
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, Translate
from wattstone.interfaces.present.numbers import every, scale
from wattstone.savings.result import Series

Floats = npt.NDArray[np.float64]
_MOST = 800  # days that a page can tell apart


@dataclass(frozen=True, kw_only=True)
class Days:
    """A series by the day, by bill, or by weeks where the period is long.

    Parameters
    ----------
    date : (d,) array of datetime64[D]
        First local day of each.
    length : int
        Days in each; 0 for bills.
    observed, expected : (d,) array
        Mean use a day (of a bill: of all of it) over what is known of both.
    lower, upper : (d,) array or None
        The bounds of the intervals, added up.
    temperature : (d,) array or None
        Mean. [degC]
    used : (d,) array of bool
        Whether any of it counts.
    """

    date: npt.NDArray[np.datetime64]
    length: int
    observed: Floats
    expected: Floats
    lower: Floats | None
    upper: Floats | None
    temperature: Floats | None
    used: npt.NDArray[np.bool_]

    @property
    def residual(self) -> Floats:
        """Observed minus expected."""
        return self.observed - self.expected

    def unit(self, unit: str, t: Translate) -> tuple[float, str]:
        """Divisor and name of the unit in which the values can be read."""
        sizes = np.abs(np.concatenate([self.observed, self.expected]))
        divisor, name = scale(unit, float(np.nanmax(sizes)) if np.isfinite(sizes).any() else 0.0)
        return divisor, t("{unit} a bill", unit=name) if not self.length else t("{unit} a day", unit=name)

    def rows(self, divisor: float) -> list[Row]:
        """One row for each, a gap as None."""
        names = ("observed", "expected", "lower", "upper")
        columns: dict[str, list[Any]] = {"date": np.datetime_as_string(self.date, unit="D").tolist()}
        for name in names:
            values = cast("Floats | None", getattr(self, name))
            columns[name] = _plain(None if values is None else values / divisor, len(self.date))
        columns["temperature"] = _plain(self.temperature, len(self.date))
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def days(series: Series) -> Days:
    """A series by the day; a day counts with the intervals of which use and expectation are known."""
    found = _summed(series) if series.step == "hour" else _as_they_are(series)
    return _weeks(found) if found.length and len(found.date) > _MOST else found


def _as_they_are(series: Series) -> Days:
    used = np.isfinite(series.observed) if series.used is None else series.used
    return Days(
        date=series.date,
        length=1 if series.step == "day" else 0,
        observed=series.observed,
        expected=series.expected,
        lower=series.lower,
        upper=series.upper,
        temperature=series.temperature,
        used=used,
    )


def _summed(series: Series) -> Days:
    """Hours to days."""
    known = np.isfinite(series.observed) & np.isfinite(series.expected)
    used = known if series.used is None else known & series.used
    edge = np.flatnonzero(np.concatenate([[True], series.date[1:] != series.date[:-1]]))
    count = np.add.reduceat(known, edge, dtype=np.int64)

    def total(values: Floats | None) -> Floats | None:
        if values is None:
            return None
        return np.where(count > 0, np.add.reduceat(np.where(known, values, 0.0), edge), np.nan)

    observed, expected = total(series.observed), total(series.expected)
    assert observed is not None
    assert expected is not None
    return Days(
        date=series.date[edge],
        length=1,
        observed=observed,
        expected=expected,
        lower=total(series.lower),
        upper=total(series.upper),
        temperature=_mean(series.temperature, edge),
        used=np.add.reduceat(used, edge, dtype=np.int64) > 0,
    )


def _weeks(found: Days) -> Days:
    edge = np.arange(0, len(found.date), 7)
    known = np.isfinite(found.residual)

    def mean(values: Floats | None) -> Floats | None:
        return _mean(None if values is None else np.where(known, values, np.nan), edge)

    observed, expected = mean(found.observed), mean(found.expected)
    assert observed is not None
    assert expected is not None
    return Days(
        date=found.date[edge],
        length=7,
        observed=observed,
        expected=expected,
        lower=mean(found.lower),
        upper=mean(found.upper),
        temperature=_mean(found.temperature, edge),
        used=np.add.reduceat(found.used, edge, dtype=np.int64) > 0,
    )


def _mean(values: Floats | None, edge: npt.NDArray[np.int64]) -> Floats | None:
    if values is None:
        return None
    known = np.isfinite(values)
    count = np.add.reduceat(known, edge, dtype=np.int64)
    total = np.add.reduceat(np.where(known, values, 0.0), edge)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _plain(values: Floats | None, length: int) -> list[float | None]:
    return [None] * length if values is None else [None if one != one else one for one in values.tolist()]


def day_axis(first: date, last: date, width: int, lang: Language, *, title: str | None = None) -> alt.X:
    """Months along the bottom, the year in place of January."""
    most = 13 if width >= WIDE else 6
    span = (last.year - first.year) * 12 + last.month - first.month + 1
    step = next(one for one in (1, 2, 3, 6, 12, 24, 60, 120, 1200) if span / one <= most)
    month, year = ("%-m月", "%Y年") if lang == "zh" else ("%b", "%Y")
    axis = alt.Axis(
        title=title,
        labelExpr=f"utcmonth(datum.value) == 0 ? utcFormat(datum.value, '{year}') : utcFormat(datum.value, '{month}')",
        tickCount=cast("Any", {"interval": "month", "step": step}),
        grid=False,
        labelOverlap=True,
    )
    scale_ = alt.Scale(type="utc", nice=False, domain=cast("Any", [first.isoformat(), last.isoformat()]))
    return alt.X("date:T", scale=scale_, axis=axis)


def degrees(celsius: float, *, fahrenheit: bool) -> float:
    """A temperature on the scale that is shown."""
    return celsius * 1.8 + 32 if fahrenheit else celsius


def degree_sign(*, fahrenheit: bool) -> str:
    """Of the scale that is shown."""
    return "°F" if fahrenheit else "°C"


def days_table(found: Days, unit: str, divisor: float, t: Translate) -> Table:
    """The numbers behind a chart of days."""
    with_band = found.lower is not None and found.upper is not None
    fields = ("observed", "expected", *(("lower", "upper") if with_band else ()))
    names = {
        "observed": t("observed"),
        "expected": t("expected without the measure"),
        "lower": t("lower bound"),
        "upper": t("upper bound"),
    }
    heads = (Head(t("Day")), *(Head(f"{names[field]} [{unit}]", True) for field in fields))
    unknown = t("not known")
    rows = tuple(
        (
            Cell(str(row["date"])),
            *(Cell(unknown if row[field] is None else every(row[field]), numeric=True) for field in fields),
        )
        for row in found.rows(divisor)
    )
    return Table(heads, rows)
