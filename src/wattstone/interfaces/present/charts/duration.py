"""A load duration curve: for how many hours of a year at least so much is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import numpy as np
import numpy.typing as npt

from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, data, sized, value_axis
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.numbers import every, three
from wattstone.interfaces.present.tokens import tokens

Floats = npt.NDArray[np.float64]
_POINTS = 300
_SHARES = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
_DASHES: tuple[list[int], ...] = ([1, 0], [6, 3], [2, 2])
_COLOURS = ("jade", "ink", "scope-1")


@dataclass(frozen=True, eq=False)
class Duration:
    """A curve.

    Parameters
    ----------
    name : str
        What it is of.
    value : (t,) array
        By the interval, in any order; NaN is a gap.
    hours : (t,) array
        That each of them stands for. [h]
    """

    name: str
    value: Floats
    hours: Floats

    def sorted(self) -> tuple[Floats, Floats]:
        """Values from the largest on, and the hours after each of them."""
        known = np.isfinite(self.value)
        order = np.argsort(-self.value[known], kind="stable")
        return self.value[known][order], np.cumsum(self.hours[known][order])

    def at(self, share: float) -> float:
        """What is reached or passed for this share of the hours, 0 to 1."""
        value, hours = self.sorted()
        return float(value[min(int((hours < share * hours[-1]).sum()), len(value) - 1)])


def duration_drawing(
    curves: Sequence[Duration], *, key: str, title: str, subtitle: str, unit: str, lang: Language,
    levels: Sequence[tuple[str, float]] = (),
) -> Drawing:  # fmt: skip
    """The curves of at most three loads.

    Parameters
    ----------
    curves : sequence of Duration
        Solid, dashed and dotted.
    key, title, subtitle, unit : str
        Of the drawing; the unit is that of the values.
    lang : {'en', 'zh'}
    levels : sequence of (name, value)
        Lines across, as what machines can give.
    """
    t = translator(lang)
    rows = [row for one in curves for row in _rows(one.name, *one.sorted())]
    heads = (Head(t("Share of the hours")), *(Head(f"{one.name} [{unit}]", True) for one in curves))
    cells = tuple(
        (Cell(t("{share} %", share=f"{100 * share:g}")), *(Cell(every(one.at(share)), numeric=True)
                                                          for one in curves))
        for share in _SHARES
    )  # fmt: skip
    return Drawing(
        key=key,
        title=title,
        subtitle=subtitle,
        alt="; ".join(
            t("{name}: at most {most}, half of the time {half} {unit} or more", name=one.name, most=three(one.at(0.0)),
              half=three(one.at(0.5)), unit=unit)
            for one in curves
        ),
        table=Table(heads, cells, t("At least so much is drawn for this share of the hours.")),
        draw=lambda width: _draw(rows, [one.name for one in curves], levels, (t("hours a year"), unit), width),
    )  # fmt: skip


def _rows(name: str, value: Floats, hours: Floats) -> list[Row]:
    """A staircase through as many points as can be seen."""
    before = np.concatenate(([0.0], hours[:-1]))
    pick = np.unique(np.linspace(0, len(value) - 1, _POINTS).astype(int))
    rows: list[Row] = [{"of": name, "hours": float(before[at]), "value": float(value[at])} for at in pick]
    return [*rows, {"of": name, "hours": float(hours[-1]), "value": float(value[-1])}]


def _draw(
    rows: list[Row], names: list[str], levels: Sequence[tuple[str, float]], axes: tuple[str, str], width: int
) -> alt.LayerChart:
    look = tokens()
    most = max(*(row["hours"] for row in rows), 1.0)
    top = max([row["value"] for row in rows] + [at for _, at in levels])
    x = alt.X("hours:Q", axis=alt.Axis(title=axes[0], grid=False, tickCount=6),
              scale=alt.Scale(domain=[0, most], nice=False))  # fmt: skip
    y = alt.Y("value:Q", axis=value_axis(axes[1]), scale=alt.Scale(domain=[0, 1.08 * top], nice=False))
    layers: list[alt.Chart] = []
    for at, name in enumerate(names):
        base = alt.Chart(data([row for row in rows if row["of"] == name]))
        if at == 0:
            area = base.mark_area(interpolate="step-after", color=look.colour("jade"), fillOpacity=look.opacity["band"])
            layers.append(area.encode(x=x, y=y))
        line = base.mark_line(
            interpolate="step-after", color=look.colour(_COLOURS[at]), strokeWidth=2, strokeDash=_DASHES[at]
        )
        layers.append(line.encode(x=x, y=y))
    if levels:
        marks = [{"hours": most, "value": at, "name": name} for name, at in levels]
        base = alt.Chart(data(marks))
        layers.append(base.mark_rule(color=look.colour("ink-soft"), strokeDash=[3, 3]).encode(y=y))
        layers.append(base.mark_text(align="right", baseline="bottom", dx=-2, dy=-2).encode(x=x, y=y, text="name:N"))
    return sized(alt.layer(*layers), 230 if width >= WIDE else 200)
