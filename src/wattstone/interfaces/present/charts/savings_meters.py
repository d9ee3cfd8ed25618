"""What each meter of a measure, or each measure of a portfolio, says: points with intervals, one below the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from wattstone.interfaces.present.charts.base import Drawing, distinct
from wattstone.interfaces.present.charts.whiskers import Whisker, finite, whiskers
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, Translate, translator
from wattstone.interfaces.present.numbers import every, percent, scale, three
from wattstone.savings.result import Estimate

_MOST = 24


@dataclass(frozen=True)
class Line:
    """A name and what is known of it; `whole` for the sum of the others."""

    name: str
    saved: Estimate | None
    whole: bool = False


def intervals_drawing(lines: Sequence[Line], unit: str, key: str, title: str, lang: Language) -> Drawing | None:
    """Savings with their intervals; None with less than two lines.

    Parameters
    ----------
    lines : sequence of Line
        The sum last.
    unit : str
        Of all of them.
    key, title : str
        Of the drawing.
    lang : {'en', 'zh'}
    """
    if len(lines) < 2:
        return None
    t = translator(lang)
    drawn = lines if len(lines) <= _MOST else [*_largest(lines), *(one for one in lines if one.whole)]
    estimates = [one.saved for one in drawn if one.saved is not None]
    sizes = [abs(x) for one in estimates for x in (one.value, one.lower, one.upper) if isfinite(x)]
    divisor, name = scale(unit, max(sizes, default=0.0))
    subtitle = t("Point: expected minus observed; line: {level} interval; {unit}", level=percent(0.9, lang), unit=name)
    if len(drawn) < len(lines):
        subtitle += t("; the largest {count} of {total}", count=len(drawn) - 1, total=len(lines) - 1)
    labels = distinct({str(at): one.name for at, one in enumerate(drawn)})
    rows = [_whisker(labels[str(at)], one, divisor, t) for at, one in enumerate(drawn)]
    return Drawing(
        key=key,
        title=title,
        subtitle=subtitle,
        alt="; ".join(f"{row.name}: {row.text}" for row in rows),
        table=_table(lines, divisor, name, t),
        draw=lambda width: whiskers(rows, name, width),
    )


def _largest(lines: Sequence[Line]) -> list[Line]:
    parts = [one for one in lines if not one.whole]
    return sorted(parts, key=lambda one: -abs(one.saved.value) if one.saved is not None else 0.0)[:_MOST]


def _whisker(name: str, one: Line, divisor: float, t: Translate) -> Whisker:
    kind = "whole" if one.whole else "part"
    if one.saved is None or not isfinite(one.saved.value):
        return Whisker(name, None, None, None, t("not determined"), kind)
    value = one.saved.value / divisor
    bounds = finite(one.saved.lower, divisor), finite(one.saved.upper, divisor)
    return Whisker(name, value, *bounds, three(value), kind)


def _table(lines: Sequence[Line], divisor: float, unit: str, t: Translate) -> Table:
    heads = (
        Head(t("Name")),
        Head(t("saved [{unit}]", unit=unit), True),
        Head(f"{t('lower bound')} [{unit}]", True),
        Head(f"{t('upper bound')} [{unit}]", True),
    )
    unknown = t("not determined")

    def said(one: Estimate | None) -> tuple[Cell, ...]:
        values = (None, None, None) if one is None else (one.value, one.lower, one.upper)
        return tuple(
            Cell(unknown if x is None or not isfinite(x) else every(x / divisor), numeric=True) for x in values
        )

    return Table(heads, tuple((Cell(one.name), *said(one.saved)) for one in lines))
