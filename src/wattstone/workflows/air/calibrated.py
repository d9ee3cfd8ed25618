"""A study of a station, brought to its meter: by the rule that its machines follow, and by a scale for what is left."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from wattstone.base import Finding, Interval
from wattstone.detection.air.result import Assessment, State
from wattstone.dispatch.air.modifications import Modification, Shutdown
from wattstone.dispatch.air.results import Account, Attributed, Measured, Saving, Studied
from wattstone.equipment.air.quasi_steady import quasi_steady
from wattstone.equipment.air.station import Sequencer, Station
from wattstone.equipment.air.use import AirUse

__all__ = ["Followed", "calibrated", "followed", "limits_of", "metered_of", "scale_of"]

RULES: tuple[Sequencer, ...] = ("cascade", "target")
NEARER = 0.01  # of the metered energy: a rule that is nearer by less is no better than the one before it
AGREES = 0.05  # of the metered energy, by machine
SAME = 0.005  # a scale that is nearer to 1 is not told


@dataclass(frozen=True, kw_only=True)
class Followed:
    """A station by the rule that it is taken to follow.

    Parameters
    ----------
    station : Station
        With that rule, its machines in that order.
    off : float
        Sum over the machines of how far the model is from the meter. [kWh a-1]
    stated : bool
        Whether the file says the rule.
    findings : tuple of Finding
    """

    station: Station
    off: float
    stated: bool
    findings: tuple[Finding, ...] = ()


def followed(station: Station, use: AirUse, found: Assessment, *, stated: bool) -> Followed:
    """The rule by which the model comes nearest to the metered energy of each machine.

    Tried are cascade and target, with the machines in the order of the file and in that of their running hours.

    Parameters
    ----------
    station : Station
        As its file says, in the order of its file.
    use : AirUse
    found : Assessment
    stated : bool
        Whether the file says a rule: it is kept then, and a better one is told.
    """
    metered = {one.name: sum(one.energy.values()) for one in found.machines}
    least = NEARER * sum(metered.values())
    own = best = station
    off = nearest = _off(station, use, metered)
    if not np.isfinite(off):
        return Followed(station=station, off=off, stated=stated)
    for one in _candidates(station, found):
        other = _off(one, use, metered)
        if other < nearest - least:
            best, nearest = one, other
    if stated:
        told = nearest < off - AGREES * sum(metered.values())
        findings = (_better(own, best, off, nearest),) if told else ()
        return Followed(station=own, off=off, stated=True, findings=findings)
    findings = () if best is own else (_taken(own, best, off, nearest),)
    return Followed(station=best, off=nearest, stated=False, findings=findings)


def metered_of(found: Assessment) -> float:
    """What the station takes by its meters, with dryers that have none by their plates. [kWh a-1]"""
    return found.energy.value + (found.dryer_unmetered if np.isfinite(found.dryer_unmetered) else 0.0)


def limits_of(modifications: Sequence[Modification], found: Assessment) -> dict[str, float]:
    """Metered energy of the hours that a shutdown acts on: it can save no more. [kWh a-1]"""
    weight = np.where(np.isfinite(found.power), found.weight, 0.0) * found.hours
    energy, whole = np.nan_to_num(found.power) * weight, float(weight.sum())
    rest = metered_of(found) - found.energy.value
    return {
        one.name: float(energy[one.when].sum()) + (rest * float(weight[one.when].sum()) / whole if whole > 0 else 0.0)
        for one in modifications
        if isinstance(one, Shutdown)
    }


def scale_of(studied: Studied, metered: float) -> float:
    """By how much the model is multiplied to give the metered energy; 1 where there is nothing to compare. [1]"""
    known = np.isfinite([metered, studied.base.energy]).all() and metered > 0 and studied.base.energy > 0
    return metered / studied.base.energy if known else 1.0


def calibrated(studied: Studied, metered: float, limits: Mapping[str, float]) -> Studied:
    """A study whose station takes what was metered, and whose measures save no more than was metered.

    The misfit of the model is part of the doubt: every interval holds the saving as modelled and as scaled.

    Parameters
    ----------
    studied : Studied
    metered : float
        [kWh a-1]
    limits : mapping of str to float
        The most that a measure, by its name, can save. [kWh a-1]

    Returns
    -------
    Studied
        Joint is still the sum of the singles less the interaction, and of the waterfall, and of the fair shares.
    """
    scale = scale_of(studied, metered)
    base = _account(studied.base, scale)
    findings = [] if abs(scale - 1.0) <= SAME else [_scaled(studied, scale)]
    singles: list[Measured] = []
    for one in studied.singles:
        most = min(limits.get(one.name, base.energy), base.energy)
        single = _measured(one, scale)
        if single.saving.energy > most * (1 + 1e-9):
            findings.append(_capped(one.name, single.saving.energy, most))
        singles.append(_bounded(single, most))
    waterfall, over = _parts(studied.waterfall, scale, limits)
    fair = tuple(
        Attributed(name=one.name, saving=one.saving.times(scale) - over.get(one.name, Saving())) for one in studied.fair
    )
    lost = sum(over.values(), start=Saving())
    joint = _bounded(_less(_measured(studied.joint, scale), lost), base.energy)
    interaction = sum((one.saving for one in singles), start=Saving()) - joint.saving
    modelled = studied.interaction.energy
    bounds = _moved(_wide(studied.interaction_interval, modelled, scale), interaction.energy - modelled * scale)
    return replace(
        studied,
        base=base,
        singles=tuple(singles),
        joint=joint,
        interaction=interaction,
        interaction_interval=_held(bounds, interaction.energy),
        waterfall=waterfall,
        fair=fair,
        findings=(*studied.findings, *findings),
    )


def _candidates(station: Station, found: Assessment) -> Iterator[Station]:
    hours = {
        one.name: sum(time for state, time in one.hours.items() if state not in (State.OFF, State.UNKNOWN))
        for one in found.machines
    }
    ran = tuple(sorted(station.compressors, key=lambda one: -hours.get(one.name, 0.0)))  # stable: ties as in the file
    for order in dict.fromkeys((tuple(one.name for one in station.compressors), tuple(one.name for one in ran))):
        machines = tuple(sorted(station.compressors, key=lambda one: order.index(one.name)))
        for rule in RULES:
            yield replace(station, compressors=machines, sequencer=rule)


def _off(station: Station, use: AirUse, metered: Mapping[str, float]) -> float:
    replay = quasi_steady(station, use)
    modelled = dict(zip(replay.names, replay.machine_energy.tolist(), strict=True))
    return sum(abs(modelled[name] - energy) for name, energy in metered.items() if name in modelled)


def _account(one: Account, scale: float) -> Account:
    """A year whose machines take that many times as much; the air and the limit are those that they were."""
    return replace(
        one,
        energy=one.energy * scale,
        fuel=one.fuel * scale,
        money=one.money * scale,
        carbon=one.carbon * scale,
        peak=one.peak * scale,
        specific_power=one.specific_power * scale,
        by_machine={name: value * scale for name, value in one.by_machine.items()},
        parts={name: value * scale for name, value in one.parts.items()},
    )


def _measured(one: Measured, scale: float) -> Measured:
    saving = one.saving
    return replace(
        one,
        saving=saving.times(scale),
        energy=_wide(one.energy, saving.energy, scale),
        carbon=_wide(one.carbon, saving.carbon, scale),
        money=_wide(one.money, saving.money, scale),
        after=_account(one.after, scale),
        findings=tuple(_loss(finding, saving.times(scale)) for finding in one.findings),
    )


def _loss(one: Finding, saving: Saving) -> Finding:
    """A loss, told by the figures that are shown."""
    if one.code != "air.loss":
        return one
    return replace(one, params={**one.params, "energy": f"{-saving.energy:.4g}", "money": f"{-saving.money:.4g}"})


def _wide(bounds: Interval, value: float, scale: float) -> Interval:
    """Scaled bounds that hold the value as it was and as it is."""
    ends = (bounds.lower * scale, bounds.upper * scale, value, value * scale)
    return Interval(min(ends), max(ends))


def _less(one: Measured, lost: Saving) -> Measured:
    """A measure that saves less by that, its intervals moved with it."""
    if lost == Saving():
        return one
    saving, before = one.saving - lost, one.after
    energy = before.energy + lost.energy
    ratio = energy / before.energy if before.energy > 0 else 1.0
    after = replace(
        before,
        energy=energy,
        fuel=before.fuel - lost.fuel,
        money=before.money + lost.money,
        carbon=before.carbon + lost.carbon,
        specific_power=before.specific_power * ratio,
        by_machine={name: value * ratio for name, value in before.by_machine.items()},
        parts={name: value * ratio for name, value in before.parts.items()},
    )
    return replace(
        one,
        saving=saving,
        energy=_held(_moved(one.energy, -lost.energy), saving.energy),
        carbon=_held(_moved(one.carbon, -lost.carbon), saving.carbon),
        money=_held(_moved(one.money, -lost.money), saving.money),
        after=after,
    )


def _held(bounds: Interval, value: float) -> Interval:
    """Bounds that hold a value in spite of rounding."""
    return Interval(min(bounds.lower, value), max(bounds.upper, value))


def _moved(bounds: Interval, by: float) -> Interval:
    return Interval(bounds.lower + by, bounds.upper + by)


def _bounded(one: Measured, most: float) -> Measured:
    """A measure that saves, and may save, no more electricity than that."""
    energy = one.saving.energy
    if not energy > 0:
        return one
    share = most / energy
    if share < 1.0 - 1e-9:
        one = _less(one, replace(one.saving.times(1.0 - share), peak=0.0))
    ends = most / one.saving.energy if one.saving.energy > 0 else 1.0
    saving = one.saving
    return replace(
        one,
        energy=_cut(one.energy, saving.energy * ends, saving.energy),
        carbon=_cut(one.carbon, saving.carbon * ends, saving.carbon),
        money=_cut(one.money, saving.money * ends, saving.money),
    )


def _cut(bounds: Interval, most: float, value: float) -> Interval:
    upper = max(min(bounds.upper, most), value)
    return Interval(min(bounds.lower, upper), upper)


def _parts(
    waterfall: Sequence[Attributed], scale: float, limits: Mapping[str, float]
) -> tuple[tuple[Attributed, ...], dict[str, Saving]]:
    """The steps of a waterfall, and what is taken from those that save more than was metered."""
    parts: list[Attributed] = []
    over: dict[str, Saving] = {}
    for one in waterfall:
        saving = one.saving.times(scale)
        most = limits.get(one.name, np.inf)
        if saving.energy > most:
            over[one.name] = replace(saving.times(1.0 - most / saving.energy), peak=0.0)
            saving = saving - over[one.name]
        parts.append(Attributed(name=one.name, saving=saving))
    return tuple(parts), over


def _order(station: Station) -> str:
    return ", ".join(one.name for one in station.compressors)


def _taken(own: Station, best: Station, off: float, nearest: float) -> Finding:
    return Finding(
        code="air.rule_found",
        place=f"station '{own.name}'",
        found="no `sequencer` is said: by '{rule}' in the order {order}, its machines are {nearest} MWh a year from "
        "their meters, by '{default}' {off}",
        expected="the rule that the machines follow",
        remedy="nothing if that is how they run: this rule is taken; else set `sequencer` in [network]",
        params={
            "rule": best.sequencer,
            "order": _order(best),
            "nearest": f"{nearest / 1000:.3g}",
            "default": own.sequencer,
            "off": f"{off / 1000:.3g}",
        },
        severity="warning",
    )


def _better(own: Station, best: Station, off: float, nearest: float) -> Finding:
    return Finding(
        code="air.rule_stated",
        place=f"station '{own.name}'",
        found="by its rule, '{stated}', its machines are {off} MWh a year from their meters; by '{rule}' in the order "
        "{order} {nearest}",
        expected="the rule that the machines follow",
        remedy="correct `sequencer` in [network] and the order of the machines, or leave `sequencer` out: it is then "
        "found from the log",
        params={
            "stated": own.sequencer,
            "off": f"{off / 1000:.3g}",
            "rule": best.sequencer,
            "order": _order(best),
            "nearest": f"{nearest / 1000:.3g}",
        },
        severity="warning",
    )


def _scaled(studied: Studied, scale: float) -> Finding:
    return Finding(
        code="air.scaled",
        place=f"station '{studied.station}'",
        found="energy, emissions, money and savings of the model are scaled by {scale} to the meter",
        expected="a model that takes what was metered",
        remedy="nothing; the intervals hold the savings with and without the scale",
        params={"scale": f"{scale:.3f}"},
        severity="warning",
    )


def _capped(name: str, saved: float, most: float) -> Finding:
    return Finding(
        code="air.above_metered",
        place=f"modification '{name}'",
        found="the model saves {saved} MWh a year in hours in which {most} MWh are metered",
        expected="no more than was metered in these hours",
        remedy="nothing; the metered energy is taken for the saving",
        params={"saved": f"{saved / 1000:.4g}", "most": f"{most / 1000:.4g}"},
        severity="warning",
    )
