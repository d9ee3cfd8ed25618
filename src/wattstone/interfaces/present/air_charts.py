"""The drawings of an assessment of compressed air, each with what it found as its title."""

from datetime import UTC, date, datetime, timedelta
from math import isfinite
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from wattstone.detection.air.result import Assessment, State
from wattstone.equipment.air import Station, capacity, power
from wattstone.interfaces.present.air_words import AIR, COMPRESSION, LIMIT, PER_FLOW, WHERE, day_name
from wattstone.interfaces.present.charts.air_days import (
    Curves,
    Watched,
    profile_drawing,
    states_drawing,
    thinned,
)
from wattstone.interfaces.present.charts.air_flow import Line, flow_drawing
from wattstone.interfaces.present.charts.air_machines import Machine, specific_drawing
from wattstone.interfaces.present.charts.air_partload import Points, partload_drawing
from wattstone.interfaces.present.charts.base import Drawing
from wattstone.interfaces.present.charts.duration import Duration, duration_drawing
from wattstone.interfaces.present.charts.times import clock
from wattstone.interfaces.present.charts.waterfall import Bar, waterfall_drawing
from wattstone.interfaces.present.heading import Heading
from wattstone.interfaces.present.languages import Language, mark, translator
from wattstone.interfaces.present.numbers import percent, three

Floats = npt.NDArray[np.float64]
_SHOWN = 0.0005  # of the energy: a part below that is no bar


def where_chart(one: Assessment, heading: Heading, lang: Language) -> Drawing:
    """The waterfall from what is metered down to the isothermal limit."""
    t = translator(lang)
    parts = {part.code: part for part in one.where}
    bars = [Bar(t("metered, a year"), one.energy.value, "whole", heading.link("air.energy"))]
    for part in one.where:
        if part.code != "useful" and abs(part.energy.value) > _SHOWN * one.energy.value:
            figure, energy = heading.link(f"air.where.{part.code}"), part.energy
            bounds = (energy.lower, energy.upper) if isfinite(energy.lower) else (None, None)
            bars.append(Bar(t(WHERE[part.code]), energy.value, "loss", figure, *bounds))
    useful = parts["useful"].energy.value
    bars.append(Bar(t(COMPRESSION), useful - one.limit))
    bars.append(Bar(t(LIMIT), one.limit, "limit", heading.link("air.limit")))
    share = percent(one.limit_share, lang)
    return waterfall_drawing(
        bars,
        key="air-where",
        title=t("{share} of the electricity is what physics asks for", share=share),
        subtitle=t("Where each kWh of a year goes, from the meter down to the isothermal limit"),
        unit="kWh",
        lang=lang,
    )


def flow_chart(one: Assessment, station: Station | None, lang: Language) -> Drawing | None:
    """Power against flow, with the machines' curves where the station is known."""
    t = translator(lang)
    hours = one.weight * one.hours
    known = np.isfinite(one.flow) & np.isfinite(one.power) & (one.weight > 0)
    if not known.any():
        return None
    most = float(one.flow[known].max())
    limit = min((machine.isothermal for machine in one.machines if isfinite(machine.isothermal)), default=float("nan"))
    lines = [] if station is None else _curves(station)
    if isfinite(limit):
        reach = max([most, *(float(line.flow[-1]) for line in lines)])
        ends = np.array([0.0, reach])
        lines.append(Line(t("isothermal limit"), ends, limit * ends, limit=True))
    title = t("On average {value} {unit}: the limit is {limit}",
              value=three(one.specific_power.value), unit=PER_FLOW, limit=three(limit))  # fmt: skip
    subtitle = t("Each dot: hours of the year at this flow and power; dashed: isothermal compression to rated pressure")
    if station is not None:
        subtitle += t("; line: the machines by their curves, called in the order of the list")
    return flow_drawing(one.flow, one.power, hours, lines, key="air-flow", title=title, subtitle=subtitle, lang=lang)


def _curves(station: Station) -> list[Line]:
    """Each machine by its curve on top of those before it, all of which run at full load."""
    lines: list[Line] = []
    flow, kilowatts = 0.0, 0.0
    for machine in station.compressors:
        most = float(np.max(capacity(machine, inlet=station.inlet)))
        own = np.linspace(0.0, most, 25)
        drawn = power(machine, own, storage=station.storage, inlet=station.inlet)
        lines.append(Line(machine.name, flow + own, kilowatts + drawn))
        flow, kilowatts = flow + most, kilowatts + float(drawn[-1])
    return lines


def duration_charts(one: Assessment, lang: Language) -> tuple[Drawing, ...]:
    """For how long at least so much power and so much flow is asked for."""
    t = translator(lang)
    hours = one.weight * one.hours
    made: list[Drawing] = []
    for key, value, unit, what in (
        ("power", one.power, "kW", t("power")),
        ("flow", one.flow, AIR, t("flow")),
    ):
        known = np.isfinite(value) & (hours > 0)
        if not known.any():
            continue
        curve = Duration(what, value, hours)
        title = (
            t("Half of the time less than {share} of the highest power is drawn", share=_half(curve, lang))
            if key == "power"
            else t("Half of the time less than {share} of the highest flow is asked for", share=_half(curve, lang))
        )
        subtitle = t("Hours of a year for which at least so much was there, {unit}", unit=unit)
        made.append(
            duration_drawing([curve], key=f"air-duration-{key}", title=title, subtitle=subtitle, unit=unit, lang=lang)
        )
    return tuple(made)


def _half(curve: Duration, lang: Language) -> str:
    most = curve.at(0.0)
    return percent(curve.at(0.5) / most if most > 0 else 0.0, lang)


def days_chart(one: Assessment, lang: Language) -> Drawing | None:
    """Means by local hour of each kind of day."""
    t = translator(lang)
    names = [day_name(name, t) for name in one.day_types.names]
    profile = one.profile
    panels = (
        Curves(t("power [{unit}]", unit="kW"), profile.power),
        Curves(t("flow [{unit}]", unit=AIR), profile.flow),
        Curves(t("pressure [{unit}]", unit="bar(g)"), profile.pressure),
    )
    power_ = profile.power
    title = t("What the kinds of days look like")
    if np.isfinite(power_).all(axis=1).sum() > 1:
        means = np.nanmean(power_, axis=1)
        low, high = int(np.nanargmin(means)), int(np.nanargmax(means))
        share = percent(float(means[low] / means[high]), lang)
        form = mark("Power by kind of day: '{low}' takes {share} of '{high}'")
        title = t(form, low=names[low], high=names[high], share=share)
    return profile_drawing(
        names, panels, key="air-days", title=title, lang=lang,
        subtitle=t("Means by the hour of the day; clock of {zone}", zone=one.zone),
    )  # fmt: skip


def states_chart(one: Assessment, lang: Language) -> Drawing | None:
    """What each machine did on one typical day, the one of the most frequent kind that is known best."""
    found = _typical(one)
    if found is None:
        return None
    t = translator(lang)
    day, first, after = found
    machines = one.machines
    state = np.stack([machine.state[first:after].astype(np.int64) for machine in machines])
    flow = np.stack([machine.flow[first:after] for machine in machines])
    most = np.array([max(float(np.nanmax(machine.flow, initial=0.0)), 1e-9) for machine in machines])
    share = flow / most[:, None]
    series = [one.flow[first:after], one.pressure[first:after]]
    size, share, state, series = thinned(share, state, series)
    moment = one.start.astype("datetime64[s]").astype(datetime) + timedelta(hours=one.hours * first)
    steps = [moment + timedelta(hours=one.hours * size * at) for at in range(state.shape[1] + 1)]
    idle = float((state == State.UNLOADED).sum() / max((state > State.OFF).sum(), 1))
    title = (
        t("On {date} {share} of the running time was unloaded", date=day, share=percent(idle, lang))
        if idle > 0.005
        else t("On {date} no machine ran unloaded for long", date=day)
    )
    subtitle = t("Bar: height by load; hatched: runs and gives no air; none: off")
    if size > 1:
        subtitle += t("; means of {minutes} min", minutes=f"{60 * one.hours * size:g}")
    panels = [(t("flow [{unit}]", unit=AIR), series[0])]
    if one.pressure_metered:
        panels.append((t("pressure [{unit}]", unit="bar(g)"), series[1]))
    watched = Watched(
        times=tuple(clock(steps, one.zone)),
        names=tuple(machine.name for machine in machines),
        share=share,
        state=state,
        panels=tuple((title_, value) for title_, value in panels if np.isfinite(value).any()),
    )
    return states_drawing(
        watched, key="air-states", title=title, subtitle=subtitle + t("; clock of {zone}", zone=one.zone), lang=lang
    )


def _typical(one: Assessment) -> tuple[str, int, int] | None:
    """A day of the most frequent kind of which all is known: its date, first interval and the one after its last."""
    zone = ZoneInfo(one.zone)
    start = one.start.astype("datetime64[s]").astype(datetime)
    step = timedelta(hours=one.hours)
    best, found = 0.5, None
    for at in np.flatnonzero(one.day_types.label == _most_frequent(one)).tolist():
        day = one.day_types.dates[at].astype("datetime64[D]").astype(date)
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
        edges = [edge.astimezone(UTC).replace(tzinfo=None) for edge in (midnight, midnight + timedelta(days=1))]
        first, after = (round((edge - start) / step) for edge in edges)
        if first < 0 or after > len(one.power):
            continue
        known = float(np.isfinite(one.power[first:after]).mean())
        if known > best:
            best, found = known, (f"{day:%Y-%m-%d}", first, after)
        if known == 1.0:
            break
    return found


def _most_frequent(one: Assessment) -> int:
    return int(np.argmax(one.day_types.days))


def partload_chart(one: Assessment, lang: Language) -> Drawing | None:
    """Share of power against share of flow where machines ran at part load."""
    t = translator(lang)
    machines = [Points(machine.name, machine.points, machine.points_metered) for machine in one.machines]
    metered = [machine.name for machine in machines if machine.metered and len(machine.value)]
    subtitle = t("Each point: an interval at part load; dashed: power that follows flow")
    subtitle += (
        t("; flow metered for {names}, else by the machine's curve", names=", ".join(metered))
        if metered
        else t("; flow by the machines' curves")
    )
    title = t("At part load power falls less than flow")
    if all((machine.value[:, 1] <= machine.value[:, 0]).all() for machine in machines if len(machine.value)):
        title = t("Machines at part load")
    return partload_drawing(machines, key="air-partload", title=title, subtitle=subtitle, lang=lang)


def machines_chart(one: Assessment, heading: Heading, lang: Language) -> Drawing | None:
    """Specific power of each machine against its nameplate, the rule and the limit."""
    t = translator(lang)
    machines = [
        Machine(
            name=machine.name,
            metered=machine.specific_power.value,
            lower=machine.specific_power.lower,
            upper=machine.specific_power.upper,
            rated=machine.rated_specific_power,
            allowed=machine.regulation,
            isothermal=machine.isothermal,
            figure=heading.link(f"air.specific_power.{machine.name}"),
        )
        for machine in one.machines
    ]
    known = [
        (sum(found.energy.values()), machine)
        for found, machine in zip(one.machines, machines, strict=True)
        if isfinite(machine.metered) and isfinite(machine.isothermal)
    ]
    if not known:
        return None
    _, most = max(known, key=lambda pair: pair[0])  # the one that matters most, not one that hardly ran
    title = t("{name}, which takes most, needs {times} times what isothermal compression would", name=most.name,
              times=f"{most.metered / most.isothermal:.1f}")  # fmt: skip
    subtitle = t("Specific power, {unit}; line: {level} interval of what was metered", unit=PER_FLOW,
                 level=percent(0.9, lang))  # fmt: skip
    return specific_drawing(machines, key="air-machines", title=title, subtitle=subtitle, lang=lang)
