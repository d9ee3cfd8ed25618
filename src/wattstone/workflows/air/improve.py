"""What modifications of a station would save: from its assessment, singly and jointly, with the figures that say it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Figure, Finding, InputRefused
from wattstone.detection.air.result import Assessment, Estimate
from wattstone.dispatch.air.doubt import Doubt
from wattstone.dispatch.air.improve import improve
from wattstone.dispatch.air.results import Account, Economics, Measured, Studied
from wattstone.equipment.air.station import Station
from wattstone.equipment.air.use import AirUse
from wattstone.workflows.air.assess import PAGE, Assessed, Read, rests_of
from wattstone.workflows.air.calibrated import Followed, calibrated, followed, limits_of, metered_of, scale_of
from wattstone.workflows.air.modifications import made
from wattstone.workflows.machinery.evidence import Rests, Said, figures_of, kept
from wattstone.workflows.workspace import Workspace

__all__ = ["Improved", "doubt_of", "economics_of", "improve_station", "recorded", "station_of", "use_of"]

Floats = NDArray[np.float64]
METHOD = "air.improvement/1"
TAIL = 1.6449  # standard deviations from the middle of a normal error to the ends of its 90 % interval
LEAST = 0.05  # of an estimate: a lower end that is nearer to 0 says no more
AGREES = 0.05  # of the metered energy


@dataclass(frozen=True, kw_only=True, eq=False)
class Improved:
    """What could be done at a station.

    Parameters
    ----------
    read : Read
        The station, its file and its log.
    assessment : Assessment
        On which the study rests.
    station : Station
        With the leaks that were found, by the rule that its machines follow.
    use : AirUse
        What its network takes.
    studied : Studied
        What the modifications save, brought to the meter.
    rule : Followed
        The rule that the station is taken to follow.
    scale : float
        By which the model was multiplied to take what was metered. [1]
    figures : tuple of Figure
    rests : Rests
        What they rest on.
    run : int or None
        Number of the run in the lake, where there is one.
    findings : tuple of Finding
        Of all of it.
    """

    read: Read
    assessment: Assessment
    station: Station
    use: AirUse
    studied: Studied
    rule: Followed
    scale: float
    figures: tuple[Figure, ...]
    rests: Rests
    run: int | None
    findings: tuple[Finding, ...]

    def as_dict(self) -> dict[str, Any]:
        """The study for machines; keys are stable."""
        one = self.studied
        return {
            "station": self.read.table.id,
            "currency": one.currency,
            "metered_energy": self.assessment.energy.value,
            "calibration": {
                "scale": self.scale,
                "sequencer": self.station.sequencer,
                "order": [machine.name for machine in self.station.compressors],
                "stated": self.rule.stated,
            },
            "base": _account(one.base),
            "after": _account(one.joint.after),
            "singles": [_measured(single) for single in one.singles],
            "joint": _measured(one.joint),
            "interaction": {
                **vars(one.interaction),
                "lower": one.interaction_interval.lower,
                "upper": one.interaction_interval.upper,
            },
            "waterfall": [{"name": part.name, **vars(part.saving)} for part in one.waterfall],
            "fair": [{"name": part.name, **vars(part.saving)} for part in one.fair],
            "draws": one.draws,
            "figures": [{"id": figure.id, "name": figure.name} for figure in self.figures],
            "findings": [finding.as_dict() for finding in self.findings],
            "run": self.run,
        }


def _account(one: Account) -> dict[str, Any]:
    return {**vars(one), "limit_share": one.limit_share}


def _measured(one: Measured) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind,
        "size": one.size,
        "unit": one.unit,
        **vars(one.saving),
        "intervals": {
            name: [bounds.lower, bounds.upper]
            for name, bounds in (("energy", one.energy), ("carbon", one.carbon), ("money", one.money))
        },
        "investment": one.investment,
        "payback_years": one.payback,
    }


def improve_station(assessed: Assessed, *, only: Sequence[str] = (), draws: int = 300) -> Improved:
    """Study the modifications that a station file names.

    Parameters
    ----------
    assessed : Assessed
        Of `assess_station`.
    only : sequence of str
        Names of modifications; all of the file if empty.
    draws : int
        For the intervals.

    Returns
    -------
    Improved
        Not yet kept: `recorded` does that.

    Raises
    ------
    InputRefused
        If the file names no modification, or one that is impossible.
    """
    read, found = assessed.read, assessed.assessment
    plain = station_of(read, found)
    use = use_of(plain, found)
    rule = followed(plain, use, found, stated=read.table.network.sequencer is not None)
    station = rule.station
    chosen = [one for one in made(read.table, use) if not only or one.name in only]
    if wrong := _unknown(read, only, any_left=bool(chosen)):
        raise InputRefused(wrong)
    model = improve(station, use, chosen, economics_of(read, use), doubt=doubt_of(found.leaks.flow), draws=draws)
    metered = metered_of(found)
    studied = calibrated(model, metered, limits_of(chosen, found))
    findings = (
        *assessed.findings,
        *rule.findings,
        *studied.findings,
        *_of_singles(studied),
        *_apart(read, metered, model),
        *_uncounted(read),
        *_no_leaks(station, studied),
    )
    rests = rests_of(read, METHOD, findings)
    figures = figures_of(tuple(_said(studied, read)), rests)
    return Improved(
        read=read,
        assessment=found,
        station=station,
        use=use,
        studied=studied,
        rule=rule,
        scale=scale_of(model, metered),
        figures=figures,
        rests=rests,
        run=None,
        findings=findings,
    )


def recorded(workspace: Workspace, done: Improved) -> Improved:
    """The same with its figures kept in a workspace."""
    run, figures = kept(workspace, done.figures, done.rests)
    return replace(done, run=run, figures=figures)


def station_of(read: Read, found: Assessment) -> Station:
    """The station with its leaks at the set-point: those of its file, else those that were found."""
    if read.table.network.leaks_m3_per_min is not None or not np.isfinite(found.leaks.flow.value):
        return read.station
    ratio = (read.station.pressure + 1.0) / (found.leaks.pressure + 1.0)
    return replace(read.station, leaks=found.leaks.flow.value * ratio)


def doubt_of(leaks: Estimate) -> Doubt:
    """How sure a study can be where the leaks are as sure as that: often an upper estimate, wider downwards.

    Leaks that are stated without an interval are as sure as a study takes leaks to be where nothing is said.
    """
    value = leaks.value
    if not (np.isfinite([value, leaks.lower, leaks.upper]).all() and value > 0 and leaks.upper > leaks.lower):
        return Doubt()
    below = float(np.log(value / min(max(leaks.lower, LEAST * value), value)))
    return Doubt(leaks=float(np.log(max(leaks.upper, value) / value)) / TAIL, leaks_below=below / TAIL)


def use_of(station: Station, found: Assessment) -> AirUse:
    """What the network would take at the set-point: leaks, and open uses, follow the absolute pressure."""
    ratio = (station.pressure + 1.0) / (found.pressure + 1.0)
    leaks = np.minimum(station.leaks / ratio, found.flow)
    # the share of `artificial` is of the use at the set-point, whose pressure is `ratio` times the logged one
    open_ = 1.0 - station.artificial + station.artificial / ratio
    flow = np.maximum((found.flow - leaks) / open_, 0.0) + leaks * ratio
    return AirUse(flow=flow, hours=found.hours, weight=found.weight, start=found.start)


def economics_of(read: Read, use: AirUse) -> Economics:
    """Prices and carbon of the station's energy, interval by interval."""
    energy, fuel = read.energy, read.table.energy.fuel
    steps = use.flow.size
    if read.log.day_types or use.start is None:
        price = np.resize(energy.by_hour(), steps)
    else:
        price = energy.prices(use.start.astype("datetime64[us]").item(), steps, use.hours)
    return Economics(
        price=price,
        carbon=energy.carbon.value,
        currency=energy.currency,
        fuel_price=0.0 if fuel is None else fuel.price,
        fuel_carbon=0.0 if fuel is None else fuel.carbon_kg_per_kwh,
    )


def _of_singles(studied: Studied) -> Iterator[Finding]:
    for one in (*studied.singles, studied.joint):
        yield from one.findings


def _said(studied: Studied, read: Read) -> Iterator[Said]:
    carbon = read.energy.carbon.unit
    yield Said("air.base.energy", studied.base.energy, "kWh")
    yield Said("air.base.limit_share", studied.base.limit_share, "1")
    yield Said("air.after.energy", studied.joint.after.energy, "kWh")
    yield Said("air.after.limit_share", studied.joint.after.limit_share, "1")
    for one in (*studied.singles, studied.joint):
        energy, mass, money = one.energy, one.carbon, one.money
        yield Said(f"air.saved.energy.{one.name}", one.saving.energy, "kWh", (energy.lower, energy.upper))
        yield Said(f"air.saved.carbon.{one.name}", one.saving.carbon, carbon, (mass.lower, mass.upper))
        yield Said(f"air.saved.money.{one.name}", one.saving.money, studied.currency, (money.lower, money.upper))
    bounds = studied.interaction_interval
    yield Said("air.interaction", studied.interaction.energy, "kWh", (bounds.lower, bounds.upper))


def _no_leaks(station: Station, studied: Studied) -> Iterator[Finding]:
    """Leaks that are to be mended and that nobody knows."""
    if station.leaks > 0:
        return
    for one in studied.singles:
        if one.kind == "leaks" and one.size:
            yield Finding(
                code="air.no_leaks",
                place=f"modification '{one.name}'",
                found="the leaks are not known, so that nothing is saved by mending them",
                expected="leaks that the log tells, or the station file states",
                remedy="log hours in which nothing is made, or state leaks_m3_per_min under [network]",
                severity="warning",
            )


def _uncounted(read: Read) -> Iterator[Finding]:
    """What the money of a study leaves out."""
    charge = read.table.energy.demand_charge
    if charge:
        yield Finding(
            code="air.demand_charge",
            place=f"{read.path.name}, energy.demand_charge",
            found="{charge} {currency} for each kW of a month's peak is not in the money that is saved",
            expected="to be known: a study does not say when in a month a station's peak meets that of the site",
            remedy="nothing; peaks of the station before and after are in the table of the two years",
            params={"charge": f"{charge:g}", "currency": read.table.currency},
            severity="warning",
        )


def _apart(read: Read, metered: float, studied: Studied) -> Iterator[Finding]:
    """The model of the station as it is, against its meter."""
    if not np.isfinite(metered) or abs(studied.base.energy - metered) <= AGREES * metered:
        return
    yield Finding(
        code="air.model",
        place=f"station '{read.station.name}'",
        found="its machines, run by its rule, would take {modelled} MWh a year; metered are {metered} MWh",
        expected="within {most} of what was metered",
        remedy="look at the order and the set-points of the machines, their plates and the flow meter: savings are "
        "scaled to the meter, and their intervals hold the modelled ones",
        params={
            "modelled": f"{studied.base.energy / 1000:.4g}",
            "metered": f"{metered / 1000:.4g}",
            "most": f"{AGREES:.0%}",
        },
        severity="warning",
    )


def _unknown(read: Read, only: Sequence[str], *, any_left: bool) -> list[Finding]:
    known = [one.name for one in read.table.modification]
    wrong = [
        Finding(
            code="air.no_modification",
            place="--only",
            found="the station file has no modification '{name}'",
            expected="one of: {known}",
            remedy="correct the name",
            params={"name": name, "known": ", ".join(known) or "none"},
        )
        for name in only
        if name not in known
    ]
    if not wrong and not any_left:
        wrong.append(
            Finding(
                code="air.no_modification",
                place=read.path.name,
                found="it names no [[modification]]",
                expected="one modification or more",
                remedy="add what could be done; {page} lists the kinds",
                params={"page": PAGE},
            )
        )
    return wrong
