"""What a chart of the programme draws, taken out of its table: values scaled to a unit, names in words, few series."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import altair as alt
import polars as pl

from wattstone.interfaces.present.charts.base import HALF, WIDE, Row
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.numbers import scale
from wattstone.interfaces.present.programme.shares import is_share
from wattstone.interfaces.present.programme.tables import cell_text, unit_words
from wattstone.interfaces.present.tokens import tokens
from wattstone.programme.report import Chart, Column, Table

__all__ = ["COLOURS", "DASHES", "UNSURE", "Axis", "Prepared", "colours_of", "legend", "prepared", "series_scales"]

COLOURS: Final = ("jade", "scope-1", "scope-3", "pv", "charger", "grid")
"""Of series, in their order; no drawing tells more than six apart. Scopes have colours of their own."""

DASHES: Final = ([1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [3, 5], [1, 3])
"""Of their lines, for grey print and for who does not tell the colours apart."""

UNSURE: Final = frozenset({"estimated", "simulated", "unconfirmed"})
"""Values of a column `basis` whose shapes are hatched."""

Axis = Literal["year", "day", "number", "name"]
_SCOPE: Final = re.compile(r"(?:Scope |范围 ?)([1-3一二三])(?!\d)")
_SCOPES: Final = {sign: f"scope-{at % 3 + 1}" for at, sign in enumerate("123一二三")}
_MONEY: Final = re.compile(r"[A-Z]{3}(?:/a)?")
_LARGE: Final[Mapping[Language, float]] = {"en": 1e6, "zh": 1e4}
"""Amounts of money from which on an axis tells them in millions, in Chinese in ten thousands."""

_PERIODS = (("_lower", "_upper"), ("_low", "_high"))


@dataclass(frozen=True)
class Prepared:
    """Rows to draw.

    Parameters
    ----------
    rows : list of dict
        `x`, `y` (in `unit`), `series` (empty where there is none), `lower` and `upper` or None, `pale`, `text`.
    axis : {'year', 'day', 'number', 'name'}
        What the x axis is.
    names : list of str
        Series, in the order in which they are drawn.
    xs : list
        Values of x, in their order.
    unit, x_title, y_title : str
    left_out : int
        Series that are not drawn.
    most : float or None
        What the axis of values reaches at least.
    """

    rows: list[Row]
    axis: Axis
    names: list[str]
    xs: list[Any]
    unit: str
    x_title: str
    y_title: str
    left_out: int
    most: float | None = None

    @property
    def bounded(self) -> bool:
        """Whether any value has an interval."""
        return any(row["lower"] is not None for row in self.rows)

    @property
    def pale(self) -> bool:
        """Whether any value is less than measured."""
        return any(row["pale"] for row in self.rows)


def prepared(chart: Chart, table: Table, lang: Language) -> Prepared:
    """Take what is drawn out of a table.

    Parameters
    ----------
    chart : Chart
        Its `x`, `y` and `series` are columns of the frame. Columns `Y_lower` and `Y_upper` are its interval, a column
        `basis` says what is not measured.
    table : Table
    lang : {'en', 'zh'}
    """
    frame = table.rows
    columns = {one.name: one for one in table.columns}
    x, y = columns.get(chart.x, Column(chart.x, chart.x)), columns.get(chart.y, Column(chart.y, chart.y))
    low, high = next((pair for pair in _PERIODS if chart.y + pair[0] in frame.columns), ("", ""))
    values = frame[chart.y].cast(pl.Float64, strict=False).fill_nan(None)
    size = float(values.abs().max() or 0.0)  # pyright: ignore[reportArgumentType]
    divisor, unit = scale(y.unit or "1", size) if y.unit not in (None, "", "1") else (1.0, "")
    most = chart.most
    if _MONEY.fullmatch(y.unit or "") and size >= _LARGE[lang]:
        divisor, unit = _LARGE[lang], _large(y.unit or "", lang)
    if is_share(y.label, y.unit):
        divisor, unit, most = 0.01, "%", None if most is None else most * 100
    series = columns.get(chart.series, Column(chart.series, chart.series)) if chart.series else None
    names, left_out = _names(frame, values, series, lang)
    axis = _axis(frame, chart.x)
    rows: list[Row] = []
    for told, value in zip(frame.iter_rows(named=True), values, strict=True):
        name = cell_text(told[series.name], series.labels, lang) if series else ""
        if series and name not in names:
            continue
        rows.append(
            {
                "x": cell_text(told[chart.x], x.labels, lang) if axis == "name" else told[chart.x],
                "y": None if value is None else value / divisor,
                "series": name,
                "lower": _bound(told, chart.y + low if low else "", divisor),
                "upper": _bound(told, chart.y + high if high else "", divisor),
                "pale": told.get("basis") in UNSURE,
            }
        )
    xs = list(dict.fromkeys(row["x"] for row in rows))
    said = unit_words(unit, lang) if divisor == 1.0 else unit
    t = translator(lang)
    return Prepared(rows, axis, names, xs, said, _title(x, lang), t(y.label), left_out, most)


def _large(currency: str, lang: Language) -> str:
    """The unit of large amounts of money."""
    t = translator(lang)
    name = "元" if lang == "zh" and currency == "CNY" else unit_words(currency, lang)
    return t("million {currency}", currency=name)


def _title(column: Column, lang: Language) -> str:
    t, unit = translator(lang), unit_words(column.unit, lang)
    return f"{t(column.label)} [{unit}]" if unit else t(column.label)


def _names(
    frame: pl.DataFrame, values: pl.Series, series: Column | None, lang: Language
) -> tuple[list[str], int]:  # fmt: skip
    """The series that are drawn, in the order of the table: the six that weigh most, where there are more."""
    if series is None:
        return [], 0
    weighed: dict[str, float] = {}
    for key, value in zip(frame[series.name], values, strict=True):
        name = cell_text(key, series.labels, lang)
        weighed[name] = weighed.get(name, 0.0) + abs(value or 0.0)
    heavy = sorted(weighed, key=lambda name: -weighed[name])[: len(COLOURS)]
    return [name for name in weighed if name in heavy], max(0, len(weighed) - len(heavy))


def _axis(frame: pl.DataFrame, name: str) -> Axis:
    kind = frame.schema[name]
    if kind.is_temporal():
        return "day"
    if kind.is_integer():
        return "year"
    return "number" if kind.is_float() else "name"


def _bound(told: Mapping[str, Any], name: str, divisor: float) -> float | None:
    value = told.get(name) if name else None
    return value / divisor if isinstance(value, int | float) and math.isfinite(value) else None


def series_scales(names: Sequence[str]) -> tuple[alt.Scale, alt.Scale]:
    """Colours and dashes of series."""
    look, drawn = tokens(), list(names)[: len(COLOURS)]
    colours = [look.colour(one) for one in colours_of(drawn)]
    return alt.Scale(domain=drawn, range=colours), alt.Scale(domain=drawn, range=list(DASHES[: len(drawn)]))


def colours_of(names: Sequence[str]) -> list[str]:
    """Tokens of series: a scope has its own everywhere, the others what is left, in their order.

    Examples
    --------
    >>> colours_of(["Scope 1", "Scope 3", "before"]), colours_of(["a", "b"])
    (['scope-1', 'scope-3', 'jade'], ['jade', 'scope-1'])
    """
    own = {name: _SCOPES[found[1]] for name in names if (found := _SCOPE.match(name))}
    rest = iter(
        [one for one in COLOURS if one not in own.values() and not (one == "jade" and "scope-2" in own.values())]
    )
    return [own.get(name) or next(rest, COLOURS[-1]) for name in names]


def legend(names: Sequence[str], width: int, *, stroke: bool = False) -> alt.Legend | None:
    """A line of names above the drawing; None where one series needs no name."""
    if len(names) < 2:
        return None
    longest = max(len(name) for name in names)
    narrow = 24 if width >= HALF else 14
    columns = (1 if longest > 42 else 2 if longest > 26 else 3) if width >= WIDE else (1 if longest > narrow else 2)
    more: dict[str, Any] = {"symbolType": "stroke", "symbolSize": 400} if stroke else {"symbolType": "square"}
    return alt.Legend(
        title=None, orient="top", direction="horizontal", offset=10, columns=columns,
        labelLimit=(600 if columns == 1 else 310) if width >= WIDE else (width - 40) // columns - 24, **more,
    )  # fmt: skip
