"""Tables of compressed air, for pages, paper and the terminal (`plain_table`)."""

from collections.abc import Sequence
from math import isfinite

from wattstone.detection.air.result import Assessment, State
from wattstone.interfaces.present.air_words import (
    AIR,
    KINDS,
    LEAKS,
    LIMIT,
    PER_FLOW,
    STATES,
    WHERE,
    WITH_LEAKS,
    day_name,
)
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.heading import Heading, with_bounds
from wattstone.interfaces.present.languages import Language, Translate, say_finding, translator
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.numbers import every, percent, three

__all__ = ["advice_table", "day_types_table", "leaks_table", "machines_table", "where_table"]

_STATES: Sequence[State] = (State.LOADED, State.PARTLY, State.UNLOADED, State.STARTING, State.OFF)


def where_table(one: Assessment, lang: Language, *, heading: Heading | None = None) -> Table:
    """Where each kWh of a year goes, and the limit.

    Parameters
    ----------
    one : Assessment
        What was found.
    lang : {'en', 'zh'}
    heading : Heading or None
        With figures that cells link to.
    """
    t = translator(lang)
    whole = one.energy.value
    names = WHERE if isfinite(one.leaks.flow.value) else {**WHERE, "useful": WITH_LEAKS}
    heads = (Head(t("Part")), Head(t("kWh a year"), True), Head(t("Share"), True))

    def row(name: str, figure: str, value: float, lower: float, upper: float) -> tuple[Cell, ...]:
        link = heading.link(figure) if heading is not None else None
        share = t("{share} %", share=f"{100 * value / whole:.1f}") if whole > 0 else t("not known")
        return Cell(name), with_bounds(value, lower, upper, "kWh", lang, figure=link), Cell(share, numeric=True)

    rows = [
        row(opened(t(names[part.code])), f"air.where.{part.code}", part.energy.value, part.energy.lower,
            part.energy.upper)
        for part in one.where
        if part.energy.value != 0
    ]  # fmt: skip
    energy, nothing = one.energy, float("nan")
    rows.append(row(t("Together"), "air.energy", energy.value, energy.lower, energy.upper))
    rows.append(row(opened(t(LIMIT)), "air.limit", one.limit, nothing, nothing))
    return Table(heads, tuple(rows))


def machines_table(one: Assessment, lang: Language, *, heading: Heading | None = None) -> tuple[Table, ...]:
    """What each machine did over the year, and how well.

    Returns
    -------
    tuple of Table
        Hours and energy by state; levels and specific power.
    """
    t = translator(lang)
    states = [state for state in _STATES if any(machine.hours.get(state, 0.0) > 0 for machine in one.machines)]
    heads = (
        Head(t("Machine")),
        *(Head(t("{state} [h]", state=t(STATES[state])), True) for state in states),
        *(Head(t("{state} [kWh]", state=t(STATES[state])), True) for state in states if state is not State.OFF),
        Head(t("Starts"), True),
        Head(t("Cycle [s]"), True),
    )
    rows = tuple(
        (
            Cell(machine.name),
            *(Cell(_whole(machine.hours.get(state, 0.0)), numeric=True) for state in states),
            *(Cell(_whole(machine.energy.get(state, 0.0)), numeric=True) for state in states if state is not State.OFF),
            Cell(_whole(machine.starts), numeric=True),
            Cell(_known(machine.cycle, t), numeric=True),
        )
        for machine in one.machines
    )
    hours = Table(heads, rows, t("Hours, kWh and starts of a year."), t("What the machines did"))
    heads = (
        Head(t("Machine")),
        Head(t("Full load [kW]"), True),
        Head(t("By nameplate [kW]"), True),
        Head(t("Unloaded [kW]"), True),
        Head(t("Load while running"), True),
        Head(t("Specific power [{unit}]", unit=PER_FLOW), True),
    )

    def level(value: float, *, found: bool) -> Cell:
        return Cell(_known(value, t) if found else t("{value} (nameplate)", value=_known(value, t)), numeric=True)

    rows = tuple(
        (
            Cell(machine.name),
            level(machine.full_power, found=machine.found_full),
            Cell(_known(machine.nameplate, t), numeric=True),
            level(machine.idle_power, found=machine.found_idle),
            Cell(percent(machine.load.value, lang) if isfinite(machine.load.value) else t("not known"), numeric=True),
            with_bounds(
                machine.specific_power.value, machine.specific_power.lower, machine.specific_power.upper, "", lang,
                figure=heading.link(f"air.specific_power.{machine.name}") if heading is not None else None,
            ),
        )
        for machine in one.machines
    )  # fmt: skip
    return hours, Table(heads, rows, "", t("How well they did it"))


def day_types_table(one: Assessment, lang: Language) -> Table:
    """Kinds of days, and how many of each a year has."""
    t = translator(lang)
    kinds = one.day_types
    heads = (Head(t("Kind of day")), Head(t("Days in the logs"), True), Head(t("Days a year"), True))
    rows = tuple(
        (
            Cell(day_name(name, t)),
            Cell(t("given") if kinds.given else str(int((kinds.label == at).sum())), numeric=True),
            with_bounds(float(kinds.days[at]), float(kinds.lower[at]), float(kinds.upper[at]), "d", lang),
        )
        for at, name in enumerate(kinds.names)
    )
    return Table(heads, rows)


def leaks_table(one: Assessment, lang: Language) -> Table:
    """What each way of telling leaks says; the one that counts first."""
    t = translator(lang)
    ways = {one.leaks.basis: one.leaks.flow, **one.leaks.others}
    heads = (Head(t("Way")), Head(t("Leaks [{unit}]", unit=AIR), True), Head(""))
    rows = tuple(
        (
            Cell(opened(t(LEAKS.get(way, way)))),
            with_bounds(found.value, found.lower, found.upper, "", lang),
            Cell(t("counts here") if way == one.leaks.basis and isfinite(found.value) else ""),
        )
        for way, found in ways.items()
    )
    return Table(heads, rows, t("At {pressure} bar(g).", pressure=_known(one.leaks.pressure, t)))


def advice_table(one: Assessment, lang: Language) -> Table:
    """What to put right, the dearest first."""
    t = translator(lang)
    heads = (Head(t("Found")), Head(t("Costs, a year"), True), Head(t("What to do")), Head(t("Measure")))
    rows: list[tuple[Cell, ...]] = []
    for advice in one.advice:
        said = say_finding(advice.finding, lang)
        energy = advice.energy
        rows.append(
            (
                Cell(
                    t("{place}: {found}", place=said["place"], found=said["found"])
                    if advice.machines
                    else opened(said["found"])
                ),
                with_bounds(energy.value, energy.lower, energy.upper, "kWh", lang),
                Cell(opened(said["remedy"])),
                Cell(t(KINDS.get(advice.measure, advice.measure))),
            )
        )
    return Table(heads, tuple(rows))


def _whole(value: float) -> str:
    return every(round(value))


def _known(value: float, t: Translate) -> str:
    return three(value) if isfinite(value) else t("not known")
