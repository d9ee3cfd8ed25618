"""What is impossible or odd about a study of a station: its modifications, and what comes of them."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from wattstone.base import Finding
from wattstone.dispatch.air.modifications import (
    HeatRecovery,
    MachineReplacement,
    Modification,
    PressureReduction,
    Shutdown,
    VariableSpeedTrim,
    combined,
    variable_speed,
)
from wattstone.dispatch.air.results import Account, Economics
from wattstone.dispatch.air.trim import trim_findings
from wattstone.equipment.air import AirUse, Station
from wattstone.equipment.air import station as stations
from wattstone.equipment.air.quasi_steady import quasi_steady

__all__ = ["after_findings", "base_findings", "input_findings", "plan_findings"]

SHARES = frozenset({"leaks", "heat", "shutdown"})
REPLAYED = frozenset({"air.above_capacity", "air.gaps"})
TOLD_AFTER = frozenset({"air.least_pressure"})  # as `air.pressure_below_need`: a warning of what was studied
SWITCHES = frozenset({"replacement", "trim", "dryer", "sequencing"})


def input_findings(
    station: Station, use: AirUse, modifications: Sequence[Modification], economics: Economics
) -> Iterator[Finding]:
    """What makes a study impossible, and what is odd about its modifications."""
    told = [*plan_findings(station, use)]
    names = Counter(one.name for one in modifications)
    for name, count in names.items():
        if count > 1:
            told.append(
                _finding(
                    "air.modification_name",
                    f"modification {name!r}",
                    ("there are {count} of this name", "a name of its own for each", "rename all but one"),
                    count=count,
                )
            )
    for one in modifications:
        told += [*_sized(one), *_fitting(station, use, one)]
    told += _economics(use, economics)
    yield from told
    if not any(one.severity == "error" for one in told):
        yield from _stations_after(station, use, modifications)
        yield from _replaced_twice(modifications)


def _economics(use: AirUse, economics: Economics) -> Iterator[Finding]:
    for name in ("price", "carbon"):
        value = np.asarray(getattr(economics, name), dtype=float)
        if value.ndim and value.shape != use.flow.shape:
            yield _finding(
                "air.economics",
                f"{name} of electricity",
                ("it has {given} values", "one, or {steps}: one for each interval of the use", "give it on that grid"),
                given=value.size,
                steps=use.flow.size,
            )
        elif not np.isfinite(value).all():
            yield _finding(
                "air.economics",
                f"{name} of electricity",
                ("{count} of {given} values are no numbers", "a number for each interval", "fill them"),
                given=value.size,
                count=int((~np.isfinite(value)).sum()),
            )


def _stations_after(station: Station, use: AirUse, modifications: Sequence[Modification]) -> Iterator[Finding]:
    """What is impossible about the station that a modification leaves, or that all of them leave together."""
    wrong: list[Finding] = []
    for one in modifications:
        wrong += _impossible(combined(station, use, [one])[0], f"modification {one.name!r}")
    yield from wrong or _impossible(combined(station, use, modifications)[0], "all modifications together")


def _impossible(after: Station, place: str) -> list[Finding]:
    found = stations.findings(after, place=place)
    return [one for one in found if one.severity == "error" and one.code not in TOLD_AFTER]


def _replaced_twice(modifications: Sequence[Modification]) -> Iterator[Finding]:
    by_machine: dict[str, list[str]] = {}
    for one in modifications:
        if isinstance(one, MachineReplacement | VariableSpeedTrim) and one.replaces is not None and one.size:
            by_machine.setdefault(one.replaces, []).append(one.name)
    for machine, names in by_machine.items():
        if len(names) > 1:
            yield _finding(
                "air.replaced_twice",
                f"machine {machine!r}",
                (
                    "it is replaced by {names}: together, only the first of them finds it",
                    "one modification that replaces a machine",
                    "study them apart, and compare",
                ),
                severity="warning",
                names=", ".join(names),
            )


def plan_findings(station: Station, use: AirUse) -> Iterator[Finding]:
    """What is impossible about a station and its use; gaps, and flow beyond capacity, are told of the replay."""
    wrong = [one for one in stations.findings(station) if one.severity == "error"]
    if not wrong:
        wrong = [one for one in stations.use_findings(station, use) if one.severity == "error"]
    yield from (one for one in wrong if one.code not in REPLAYED)


def _sized(one: Modification) -> Iterator[Finding]:
    """Sizes that mean nothing."""
    allowed = "a number"
    good = np.isfinite(one.size)
    if one.kind in SHARES:
        good, allowed = -1.0 <= one.size <= 1.0 if one.kind == "leaks" else 0.0 <= one.size <= 1.0, "a share of 0 to 1"
    if one.kind in SWITCHES:
        good, allowed = one.size in (0.0, 1.0), "1 to do it, 0 to leave it"
    if not good:
        yield _finding(
            "air.modification_size",
            f"modification {one.name!r}",
            ("its size is {size} {unit}", "{allowed}", "correct the size"),
            size=f"{one.size:g}",
            unit=one.unit,
            allowed=allowed,
        )


def _fitting(station: Station, use: AirUse, one: Modification) -> Iterator[Finding]:
    place = f"modification {one.name!r}"
    known = [machine.name for machine in station.compressors]
    if (
        isinstance(one, MachineReplacement | VariableSpeedTrim)
        and one.replaces is not None
        and one.replaces not in known
    ):
        yield _finding(
            "air.machine_unknown",
            place,
            ("there is no machine {name}", "one of {known}", "name a machine of the station"),
            name=repr(one.replaces),
            known=", ".join(known),
        )
    if isinstance(one, VariableSpeedTrim) and not variable_speed(one.machine):
        yield _finding(
            "air.trim_control",
            place,
            ("machine {name} has {control} control", "variable_speed", "replace it with kind 'replacement' instead"),
            name=repr(one.machine.name),
            control=one.machine.control.value,
        )
    if isinstance(one, Shutdown) and one.when.shape != use.flow.shape:
        yield _finding(
            "air.shutdown_hours",
            place,
            ("its hours have {given} values", "{steps}: one for each interval of the use", "give them on that grid"),
            given=one.when.size,
            steps=use.flow.size,
        )
    elif isinstance(one, Shutdown) and one.size and not one.when.any():
        yield _finding(
            "air.shutdown_never",
            place,
            (
                "none of the {steps} intervals of the use lies in its hours",
                "hours that the use has; typical days count as Mondays",
                "correct the hours",
            ),
            severity="warning",
            steps=use.flow.size,
        )
    if isinstance(one, HeatRecovery) and not 0 < one.boiler_efficiency <= 1.2:
        yield _finding(
            "air.boiler_efficiency",
            place,
            (
                "the boiler's efficiency is {value}",
                "more than 0, and at most 1.11 (condensing, on net calorific value)",
                "state it as a share",
            ),
            value=f"{one.boiler_efficiency:g}",
        )
    if isinstance(one, HeatRecovery) and not _need(one, use):
        yield _finding(
            "air.heat_need",
            place,
            (
                "the heat that the site can take is below 0 kW, or not on the grid of the use",
                "0 kW or more: one value, or {steps}, one for each interval of the use",
                "correct it",
            ),
            steps=use.flow.size,
        )
    if one.kind == "storage" and station.storage + one.size < 0:
        yield _finding(
            "air.modification_size",
            place,
            ("it takes {size} {unit} away, more than there is", "{allowed}", "correct the size"),
            size=f"{-one.size:g}",
            unit=one.unit,
            allowed=f"at most {station.storage:g}",
        )
    if isinstance(one, PressureReduction) and not station.pressure - one.size > 0:
        yield _finding(
            "air.modification_size",
            place,
            ("it lowers the header by {size} {unit}, to 0 bar(g) or below", "{allowed}", "correct the size"),
            size=f"{one.size:g}",
            unit=one.unit,
            allowed=f"less than {station.pressure:g}",
        )


def _need(one: HeatRecovery, use: AirUse) -> bool:
    """Whether the need for heat can be laid on the use."""
    need = np.asarray(one.need, dtype=float)
    return need.shape in {(), use.flow.shape} and bool((need >= 0).all())


def base_findings(station: Station, use: AirUse, base: Account) -> Iterator[Finding]:
    """Of the station as it is: flows it cannot meet, gaps, its trim, and results that no physics allows."""
    yield from quasi_steady(station, use).findings
    yield from trim_findings(station)
    yield from _beyond_limit(station, base, f"station {station.name!r}")


def after_findings(
    station: Station,
    use: AirUse,
    modifications: Sequence[Modification],
    base: Account,
    account: Account,
    name: str,
) -> Iterator[Finding]:
    """Of a modification, or of all: losses, flows that are not met any more, too low a pressure, a trim too small."""
    place = f"modification {name!r}" if name != "joint" else "all modifications together"
    if account.money > base.money * (1 + 1e-12) + 1e-9 or account.energy > base.energy * (1 + 1e-12) + 1e-9:
        yield _finding(
            "air.loss",
            place,
            (
                "it takes {energy} kWh and {money} of money more a year",
                "less energy or money than before",
                "leave it out, or turn it round",
            ),
            severity="warning",
            energy=f"{account.energy - base.energy:.4g}",
            money=f"{account.money - base.money:.4g}",
        )
    if account.unmet > base.unmet + 1e-6:
        yield _finding(
            "air.demand_lost",
            place,
            (
                "{volume} m3 of air a year are not met any more",
                "no more unmet air than before",
                "leave a larger machine in, add storage, or mend leaks first",
            ),
            severity="warning",
            volume=f"{account.unmet - base.unmet:.4g}",
        )
    after, _ = combined(station, use, modifications)
    needed = station.least_pressure
    if needed is not None and after.pressure < needed - 1e-9:
        yield _finding(
            "air.pressure_below_need",
            place,
            (
                "the header's lowest set-point is {pressure} bar(g)",
                "at least {needed} bar(g), what the end uses need",
                "lower the pressure by less, or serve that end use by itself",
            ),
            severity="warning",
            pressure=f"{after.pressure:g}",
            needed=f"{needed:g}",
        )
    if {one.kind for one in modifications if one.size} & {"trim", "replacement"}:
        yield from trim_findings(after)
    yield from _beyond_limit(station, account, place)


def _beyond_limit(station: Station, account: Account, place: str) -> Iterator[Finding]:
    if account.limit_share > 1.0 + 1e-9:
        yield _finding(
            "air.beyond_limit",
            place,
            (
                "{energy} kWh a year would be less than isothermal work of the useful air, {least} kWh",
                "no less than the physical limit",
                "check flows and powers of the machines, their units and the convention of free air",
            ),
            energy=f"{account.energy:.4g}",
            least=f"{account.least_energy:.4g}",
        )


def _finding(
    code: str, place: str, texts: tuple[str, str, str], *, severity: str = "error", count: int = 1, **params: object
) -> Finding:
    found, expected, remedy = texts
    return Finding(
        code=code,
        place=place,
        found=found,
        expected=expected,
        remedy=remedy,
        params=params,
        count=count,
        severity="warning" if severity == "warning" else "error",
    )
