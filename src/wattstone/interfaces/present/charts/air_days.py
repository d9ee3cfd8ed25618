"""The hours of a day: what each kind of day is like, and what the machines did on one of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import numpy as np
import numpy.typing as npt

from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, data
from wattstone.interfaces.present.charts.lanes import LANE, Lane, State, lanes_panel
from wattstone.interfaces.present.charts.times import from_zero, layered, panel_axis, stacked, time_axis
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, Translate, translator
from wattstone.interfaces.present.numbers import every, percent
from wattstone.interfaces.present.tokens import tokens

Floats = npt.NDArray[np.float64]
_STYLES = (("jade", [1, 0]), ("ink", [6, 3]), ("scope-1", [2, 2]), ("scope-3", [8, 2, 2, 2]), ("pv", [3, 5]),
           ("grid", [1, 3]))  # fmt: skip
_STEPS = 288  # of a day: 5 min are drawn as one


@dataclass(frozen=True, eq=False)
class Curves:
    """A panel of the profile: its title with the unit, and (k, 24) values by kind of day and local hour."""

    title: str
    value: Floats


def profile_drawing(
    names: Sequence[str], panels: Sequence[Curves], *, key: str, title: str, subtitle: str, lang: Language
) -> Drawing | None:
    """Means by the hour, a line for each kind of day; None where nothing is known.

    Parameters
    ----------
    names : sequence of str
        Kinds of days; at most six are drawn.
    panels : sequence of Curves
        From above to below; one without a value is left out.
    key, title, subtitle : str
        Of the drawing.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    there = [one for one in panels if np.isfinite(one.value).any()]
    if not there:
        return None
    heads = (Head(t("Hour")), *(Head(f"{name}: {one.title}", True) for one in there for name in names))
    cells = tuple(
        (
            Cell(f"{hour:02}:00"),
            *(Cell(_said(float(one.value[at, hour]), t), numeric=True) for one in there for at in range(len(names))),
        )
        for hour in range(24)
    )
    return Drawing(
        key=key, title=title, subtitle=subtitle, table=Table(heads, cells),
        alt=t("{title}. {subtitle}", title=title, subtitle=subtitle),
        draw=lambda width: _profile(names, there, width), printed=len(names) * len(there) <= 8,
    )  # fmt: skip


def _said(value: float, t: Translate) -> str:
    return every(value) if np.isfinite(value) else t("not known")


def _profile(names: Sequence[str], panels: Sequence[Curves], width: int) -> alt.VConcatChart:
    look = tokens()
    drawn = list(names)[: len(_STYLES)]
    scale = alt.Scale(domain=drawn, range=[look.colour(colour) for colour, _ in _STYLES[: len(drawn)]])
    dashes = alt.Scale(domain=drawn, range=[dash for _, dash in _STYLES[: len(drawn)]])
    made: list[alt.LayerChart] = []
    for at, one in enumerate(panels):
        # The last hour is told to its end, so that the line is as long as the day.
        rows: list[Row] = [
            {"hour": hour, "value": value if np.isfinite(value) else None, "of": name}
            for kind, name in enumerate(drawn)
            for hour, value in enumerate([*one.value[kind].tolist(), float(one.value[kind, -1])])
        ]
        last = at == len(panels) - 1
        x = alt.X(
            "hour:Q",
            scale=alt.Scale(domain=[0, 24], nice=False),
            axis=alt.Axis(
                title=None, values=list(range(0, 25, 3 if width >= WIDE else 6)), labels=last, ticks=last,
                domain=last, grid=True, labelExpr="datum.value + ':00'", labelFlush=True,
            ),
        )  # fmt: skip
        legend = alt.Legend(
            title=None, orient="top", direction="horizontal", symbolType="stroke", symbolSize=400, offset=14,
            columns=3 if width >= WIDE else 1, labelLimit=260,
        )  # fmt: skip
        shown = legend if at == 0 and len(drawn) > 1 else None
        line = (
            alt.Chart(data(rows))
            .mark_line(interpolate="step-after", strokeWidth=1.8)
            .encode(
                x=x,
                y=alt.Y("value:Q", axis=panel_axis(one.title), scale=alt.Scale(zero=from_zero(one.value))),
                color=alt.Color("of:N", scale=scale, legend=shown),
                strokeDash=alt.StrokeDash("of:N", scale=dashes, legend=shown),
            )
        )
        made.append(layered(line))
    return stacked(made, [150 if at == 0 else 90 for at in range(len(made))], width)


@dataclass(frozen=True, eq=False)
class Watched:
    """A day of a station: what each machine did, and what the station did meanwhile.

    Parameters
    ----------
    times : tuple of str
        On the site's clock, as of `times.clock`: of the beginnings of the steps, and of the last one's end.
    names : tuple of str
        Of the machines.
    share : (machines, t) array
        Flow of each, as a share of its capacity; NaN is a gap.
    state : (machines, t) array of int
        0 off, 1 unloaded, 2 partly loaded, 3 loaded, 4 starting; -1 is not known.
    panels : tuple of (str, (t,) array)
        Title with its unit, and values below the machines.
    """

    times: tuple[str, ...]
    names: tuple[str, ...]
    share: Floats
    state: npt.NDArray[np.int_]
    panels: tuple[tuple[str, Floats], ...]


def states_drawing(day: Watched, *, key: str, title: str, subtitle: str, lang: Language) -> Drawing:
    """Machines in lanes, and flow and pressure below them.

    Parameters
    ----------
    day : Watched
        What there is to draw.
    key, title, subtitle : str
        Of the drawing.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    words = {0: t("off"), 1: t("unloaded"), 2: t("at part load"), 3: t("loaded"), 4: t("starting")}
    heads = (
        Head(t("Machine")),
        *(Head(f"{word} [%]", True) for word in words.values()),
        Head(t("not known [%]"), True),
    )
    shares = [[float((row == code).mean()) for code in (*words, -1)] for row in day.state]
    cells = tuple(
        (Cell(name), *(Cell(f"{100 * one:.1f}", numeric=True) for one in row))
        for name, row in zip(day.names, shares, strict=True)
    )
    return Drawing(
        key=key, title=title, subtitle=subtitle, table=Table(heads, cells, t("Shares of this day.")),
        alt="; ".join(
            t("{name}: {share} of the day loaded, {idle} unloaded", name=name, idle=percent(row[1], lang),
              share=percent(row[2] + row[3], lang))
            for name, row in zip(day.names, shares, strict=True)
        ),
        draw=lambda width: _states(day, words, width, t),
    )  # fmt: skip


def _states(day: Watched, words: dict[int, str], width: int, t: Translate) -> alt.VConcatChart:
    look = tokens()
    kinds = {3: State(words[3], "jade"), 2: State(words[2], "pv"), 1: State(words[1], "act", hatched=True),
             4: State(words[4], "ink")}  # fmt: skip
    seen = [kinds[code] for code in kinds if (day.state == code).any()]
    heights = {1: 0.5, 3: 1.0, 4: 1.0}

    def lane(at: int) -> Lane:
        codes = day.state[at].tolist()
        share = [
            None if code < 0 else heights.get(code, one if np.isfinite(one) else 0.5)
            for code, one in zip(codes, day.share[at].tolist(), strict=True)
        ]
        return Lane(day.names[at], share, [kinds[code].name if code in kinds else None for code in codes])

    hours = 24.0
    count = len(day.panels)
    machines = lanes_panel(
        [lane(at) for at in range(len(day.names))], day.times, seen or [kinds[3]],
        time_axis(hours, width, t, last=count == 0), t("machines"),
    )  # fmt: skip
    panels, sizes = [machines], [LANE * len(day.names)]
    for at, (title, value) in enumerate(day.panels):
        told = [*value.tolist(), float(value[-1])]
        rows: list[Row] = [
            {"time": time, "value": one if np.isfinite(one) else None}
            for time, one in zip(day.times, told, strict=True)
        ]
        line = (
            alt.Chart(data(rows))
            .mark_line(interpolate="step-after", color=look.colour("ink"), strokeWidth=1.5)
            .encode(
                x=time_axis(hours, width, t, last=at == count - 1),
                y=alt.Y("value:Q", axis=panel_axis(title, ticks=3), scale=alt.Scale(zero=from_zero(value))),
            )
        )
        panels.append(layered(line))
        sizes.append(70)
    return stacked(panels, sizes, width)


def thinned(
    share: Floats, state: npt.NDArray[np.int_], series: Sequence[Floats]
) -> tuple[int, Floats, npt.NDArray[np.int_], list[Floats]]:
    """As many steps as can be seen: what a machine did most in each, and means of the rest.

    Returns
    -------
    size : int
        Steps that are drawn as one.
    share, state, series
        As they came, with fewer steps.
    """
    size = max(1, -(-state.shape[1] // _STEPS))
    if size == 1:
        return 1, share, state, list(series)
    steps = state.shape[1] // size
    cut = steps * size
    groups = state[:, :cut].reshape(len(state), steps, size)
    counts = np.stack([(groups == code).sum(axis=2) for code in range(-1, 5)])
    most = counts.argmax(axis=0) - 1

    def mean(one: Floats) -> Floats:
        parts = one[..., :cut].reshape(*one.shape[:-1], steps, size)
        known = np.isfinite(parts)
        total = np.where(known, parts, 0.0).sum(axis=-1)
        return np.where(known.any(axis=-1), total / np.maximum(known.sum(axis=-1), 1), np.nan)

    return size, mean(share), most, [mean(one) for one in series]
