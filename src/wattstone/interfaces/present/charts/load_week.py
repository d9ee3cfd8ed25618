"""A week of one meter: what it measured, what is estimated or in doubt, where nothing is known, what was planned."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import altair as alt

from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, slot
from wattstone.interfaces.present.charts.times import clock, layered, panel_axis, time_axis
from wattstone.interfaces.present.content import Cell, Head, Later, Table
from wattstone.interfaces.present.languages import Language, counter, day, mark, translator
from wattstone.interfaces.present.names import flag_name, kind_name
from wattstone.interfaces.present.numbers import every, three, written
from wattstone.interfaces.present.tokens import tokens

_COLOURS = {"solar": "pv", "electricity_export": "pv", "water": "scope-3", "natural_gas": "scope-1"}


@dataclass(frozen=True)
class WeekStep:
    """One step of the week.

    Parameters
    ----------
    start, end : datetime
        Naive UTC; a step of a thinned week is longer than an interval of the meter.
    value : float or None
        Mean over the step, in the week's unit; None where nothing is known.
    estimated : bool
        Filled or interpolated.
    flags : tuple of str
        Names of quality flags that a reading in it carries.
    """

    start: datetime
    end: datetime
    value: float | None
    estimated: bool = False
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LoadWeek:
    """What a meter measured in a few days, and what was planned for it.

    Parameters
    ----------
    meter, kind, unit, zone : str
        Its id, its kind, the unit of the values (a power or a flow), and the clock.
    steps : sequence of WeekStep
        In order of time, without steps for what is missing or with a value of None there.
    plan : sequence of (datetime, float)
        Starts (naive UTC) and values of a plan; a plan holds until the next start.
    thinned : int
        Length of a drawn step where several readings stand as one; 0 where each is drawn. [min]
    """

    meter: str
    kind: str
    unit: str
    zone: str
    start: datetime
    end: datetime
    steps: Sequence[WeekStep]
    plan: Sequence[tuple[datetime, float]] = field(default=())
    thinned: int = 0

    @property
    def known(self) -> list[WeekStep]:
        """Steps with a value."""
        return [one for one in self.steps if one.value is not None]


def load_week_drawing(week: LoadWeek, lang: Language) -> Drawing | None:
    """The week as a line over an area; None where nothing of it is known.

    Parameters
    ----------
    week : LoadWeek
        What there is to draw.
    lang : {'en', 'zh'}
    """
    if not week.known:
        return None
    t = translator(lang)
    low, high = min(week.known, key=_size), max(week.known, key=_size)
    parts = {"low": three(_size(low)), "high": three(_size(high)), "unit": written(week.unit), "meter": week.meter}
    moment, rows = _local(high.start, week.zone), _rows(week)
    title = t(
        "{meter}: {low} to {high} {unit}, highest on {day} at {time}",
        **parts,
        day=day(moment, lang),
        time=f"{moment:%H:%M}",
    )
    return Drawing(
        key="week",
        title=title,
        subtitle=_subtitle(week, lang),
        alt=t("{what}, {subtitle}", what=title, subtitle=_subtitle(week, lang)),
        table=_table(week, lang),
        draw=_shape(week, frozenset(rows), lang),
        rows=rows,
        printed=False,
    )


def _size(step: WeekStep) -> float:
    return step.value or 0.0


def _local(moment: datetime, zone: str) -> datetime:
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))


def _subtitle(week: LoadWeek, lang: Language) -> str:
    t, n = translator(lang), counter(lang)
    said = t("{kind}, mean by step, {unit}; clock of {zone}", kind=_kind(week, lang), unit=week.unit, zone=week.zone)
    if week.thinned:
        said += t("; means of {minutes} min", minutes=week.thinned)
    if any(one.estimated for one in week.known):
        said += t("; hatched: estimated")
    if any(one.flags for one in week.steps):
        said += t("; strip below: readings with a quality flag")
    if gaps := _gaps(week):
        said += n("; {count} gap, left empty", "; {count} gaps, left empty", len(gaps))
    if week.plan:
        said += t("; dashed: plan")
    return said


def _kind(week: LoadWeek, lang: Language) -> str:
    name = kind_name(week.kind, lang)
    return name[:1].upper() + name[1:]


def _gaps(week: LoadWeek) -> list[tuple[datetime, datetime]]:
    """Stretches inside the week of which nothing is known."""
    gaps: list[tuple[datetime, datetime]] = []
    at = week.start
    for one in week.known:
        if one.start > at:
            gaps.append((at, one.start))
        at = max(at, one.end)
    return [*gaps, (at, week.end)] if at < week.end else gaps


_LINE, _ESTIMATED, _PLAN, _FLAGGED = "line", "estimated", "plan", "flagged"


def _rows(week: LoadWeek) -> dict[str, list[Row]]:
    """What is drawn, by its place in the chart; what there is not has none."""
    rows = {_LINE: _line(week), _ESTIMATED: _estimated(week), _PLAN: _planned(week), _FLAGGED: _strips(week)}
    return {name: held for name, held in rows.items() if held}


@dataclass(frozen=True)
class _Shape:
    """What a week's chart depends on besides its rows: weeks of one shape share the chart.

    Parameters
    ----------
    lang : {'en', 'zh'}
    rate : {'power', 'flow'}
    unit, colour : str
    hours : float
        From end to end.
    ends : tuple of str
        On the clock of the site.
    drawn : frozenset of str
        Names of what there are rows of.
    """

    lang: Language
    rate: str
    unit: str
    colour: str
    hours: float
    ends: tuple[str, ...]
    drawn: frozenset[str]

    def __call__(self, width: int) -> alt.LayerChart:
        """The chart at a width. [px]"""
        t, look = translator(self.lang), tokens()
        x = time_axis(self.hours, width, t, last=True)
        x = x.scale(type="utc", nice=False, domain=list(self.ends))
        axis = panel_axis(t("{what} [{unit}]", what=t(self.rate), unit=self.unit), ticks=5)
        up = alt.Y("value:Q", axis=axis, scale=alt.Scale(zero=True))
        line = alt.Chart(slot(_LINE)).encode(x=x, y=up)
        layers = [line.mark_area(**_STEP, color=self.colour, fillOpacity=0.12, strokeWidth=0, line=False)]
        if _ESTIMATED in self.drawn:
            hatch = alt.Chart(slot(_ESTIMATED)).encode(x=x, y=up, detail="stretch:N")
            opacity = look.opacity["estimated"]
            layers.append(hatch.mark_area(**_STEP, color=self.colour, fillOpacity=opacity, strokeWidth=0))
        layers.append(line.mark_line(**_STEP, color=self.colour, strokeWidth=1.6))
        if _PLAN in self.drawn:
            dashed = alt.Chart(slot(_PLAN)).encode(x=x, y=up)
            layers.append(dashed.mark_line(**_STEP, color=look.colour("jade"), strokeDash=[6, 4], strokeWidth=1.8))
        height = 230 if width >= WIDE else 190
        if _FLAGGED in self.drawn:
            strip = alt.Chart(slot(_FLAGGED)).encode(x=alt.X("time:T"), x2="end:T")
            ends = {"y": alt.value(height - 6), "y2": alt.value(height)}
            layers.append(strip.mark_rect(color=look.colour("watch")).encode(**ends))
        return layered(*layers).properties(height=height)


_STEP: dict[str, Any] = {"interpolate": "step-after"}


def _shape(week: LoadWeek, drawn: frozenset[str], lang: Language) -> _Shape:
    return _Shape(
        lang=lang,
        rate=mark("flow") if "/" in week.unit else mark("power"),
        unit=written(week.unit),
        colour=tokens().colour(_COLOURS.get(week.kind, "load")),
        hours=(week.end - week.start) / timedelta(hours=1),
        ends=tuple(clock([week.start, week.end], week.zone)),
        drawn=drawn,
    )


def _line(week: LoadWeek) -> list[Row]:
    """Points of a line of steps: each stretch ends with its last value once more, and a point without a value."""
    rows: list[Row] = []
    known = week.known
    starts = clock([one.start for one in known], week.zone)
    for at, one in enumerate(known):
        rows.append({"time": starts[at], "value": one.value})
        following = known[at + 1].start if at + 1 < len(known) else None
        if following is None or following > one.end:
            end = clock([one.end], week.zone)[0]
            rows += [{"time": end, "value": one.value}, {"time": end, "value": None}]
    return rows


def _planned(week: LoadWeek) -> list[Row]:
    times = clock([start for start, _ in week.plan], week.zone)
    return [{"time": time, "value": value} for time, (_, value) in zip(times, week.plan, strict=True)]


def _estimated(week: LoadWeek) -> list[Row]:
    """The same for the stretches that are estimated, each by its number."""
    rows: list[Row] = []
    for number, (estimated, group) in enumerate(groupby(week.known, key=lambda one: one.estimated)):
        if estimated:
            steps = list(group)
            points = [(one.start, one.value) for one in steps] + [(steps[-1].end, steps[-1].value)]
            times = clock([time for time, _ in points], week.zone)
            rows += [
                {"time": time, "value": value, "stretch": number}
                for time, (_, value) in zip(times, points, strict=True)
            ]
    return rows


def _strips(week: LoadWeek) -> list[Row]:
    """Stretches of steps that carry a quality flag."""
    rows: list[Row] = []
    for flagged, group in groupby(week.steps, key=lambda one: bool(one.flags)):
        if flagged:
            steps = list(group)
            start, end = clock([steps[0].start, steps[-1].end], week.zone)
            rows.append({"time": start, "end": end})
    return rows


def _table(week: LoadWeek, lang: Language) -> Table:
    """Every step by its local time with the offset, so that the hour that comes twice in autumn is told apart."""
    t = translator(lang)
    plan: Mapping[datetime, float] = dict(week.plan)
    heads = [
        Head(t("Start, {zone}", zone=week.zone)),
        Head(t("{figure} [{unit}]", figure=t("Mean"), unit=written(week.unit)), True),
    ]
    heads += [Head(t("Quality"))] + ([Head(f"{t('Plan')} [{written(week.unit)}]", True)] if plan else [])
    return Table(tuple(heads), Later(lambda: tuple(_told(week, plan, lang))))


def _told(week: LoadWeek, plan: Mapping[datetime, float], lang: Language) -> Iterator[tuple[Cell, ...]]:
    t = translator(lang)
    none = t("not known")
    for one in week.steps:
        yield (
            Cell(f"{_local(one.start, week.zone):%Y-%m-%d %H:%M %z}"),
            Cell(none if one.value is None else every(one.value), numeric=True),
            Cell(_quality(one, lang)),
            *([Cell(every(plan[one.start]) if one.start in plan else none, numeric=True)] if plan else []),
        )


def _quality(step: WeekStep, lang: Language) -> str:
    t = translator(lang)
    said = [flag_name(flag, lang) for flag in step.flags]
    if step.value is None:
        said.insert(0, t("missing"))
    elif step.estimated and "estimated" not in step.flags:
        said.insert(0, t("estimated"))
    return (t(", ") if lang == "en" else "、").join(said) or t("measured")
