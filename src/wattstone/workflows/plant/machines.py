"""The machines of a plant file, as the planner takes them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from wattstone.base import Finding, InputRefused
from wattstone.dispatch.commitment.types import Store
from wattstone.dispatch.plant.plant import Machine
from wattstone.equipment.arrays import Curve
from wattstone.equipment.plant.absorption import AbsorptionChiller
from wattstone.equipment.plant.air_cooled import AirCooledChiller
from wattstone.equipment.plant.boiler import Boiler
from wattstone.equipment.plant.chiller import Chiller
from wattstone.equipment.plant.chiller import Machine as ChillerModel
from wattstone.equipment.plant.chiller_set import ChillerSet
from wattstone.equipment.plant.flow_machines import pump_for
from wattstone.equipment.plant.free_cooling import Economiser
from wattstone.equipment.plant.gordon_ng import GordonNg
from wattstone.equipment.plant.heat_pump import HeatPump, HeatRecoveryChiller
from wattstone.equipment.plant.sources import Source
from wattstone.equipment.plant.tower import Tower
from wattstone.workflows.plant import plant_schema as tables
from wattstone.workflows.plant.plant_schema import PlantTable

__all__ = ["machines_of", "stores_of"]

SPREAD = 5.0  # K of chilled water at rated capacity
RISE = 7.0  # K of the cooling water of an absorption machine


def machines_of(table: PlantTable) -> tuple[tuple[Machine, ...], tuple[Finding, ...]]:
    """The machines in the order in which operators start them, and what has to be said of them.

    Parameters
    ----------
    table : PlantTable
        The plant file.

    Returns
    -------
    machines : tuple of Machine
    findings : tuple of Finding
        Warnings, as of a record whose curves are off at its rating point.

    Raises
    ------
    InputRefused
        If a machine is impossible; with every finding of every machine.
    """
    made: dict[str, Machine] = {}
    wrong: list[Finding] = []
    told: list[Finding] = []
    for one in table.machines:
        try:
            source = _MADE[type(one)](one)
        except InputRefused as error:
            wrong += [_of(one.name, finding) for finding in error.findings]
            continue
        found = tuple(getattr(source, "findings", tuple)())
        wrong += [finding for finding in found if finding.severity == "error"]
        told += found
        made[one.name] = Machine(
            source=source,
            start_cost=one.start_cost,
            run_cost=one.run_cost,
            least_up=one.least_up_h,
            least_down=one.least_down_h,
            ramp=one.ramp_kw_per_h,
        )
    if wrong:
        raise InputRefused(wrong)
    order = table.order or tuple(made)
    return tuple(made[name] for name in order), tuple(told)


def _of(name: str, finding: Finding) -> Finding:
    """A finding that says of which machine of the file it is."""
    if finding.code == "plant.unknown_record":
        remedy = "correct `record`; `wattstone plant records` lists them, and takes a part of a name"
        return replace(finding, place=f"machine '{name}', {finding.place}", remedy=remedy)
    return finding if f"'{name}'" in finding.place else replace(finding, place=f"machine '{name}', {finding.place}")


def stores_of(table: PlantTable) -> tuple[Store, ...]:
    """The stores of a plant file."""
    return tuple(
        Store(
            name=one.name,
            carrier=one.carrier,
            capacity=one.capacity_kwh,
            charge=one.charge_kw,
            discharge=one.discharge_kw,
            loss=one.loss_per_h,
            efficiency=one.efficiency,
            initial=one.initial_share * one.capacity_kwh,
            final=None if one.final_share is None else one.final_share * one.capacity_kwh,
        )
        for one in table.store
    )


def _chiller(one: tables.ChillerTable) -> Source:
    said, pumps = one.tower, one.pumps
    free = one.free_cooling
    return ChillerSet.sized(
        one.name,
        _model(one),
        fan_share=said.fan_share,
        chilled_head=pumps.chilled_head_m,
        condenser_head=pumps.condenser_head_m,
        efficiency=pumps.efficiency,
        wet_bulb=said.wet_bulb_c,
        approach=said.approach_k,
        chilled_spread=SPREAD,
        set_point=said.set_point_c,
        economiser=None if free is None else Economiser(effectiveness=free.effectiveness, integrated=free.integrated),
    )


def _model(one: tables.ChillerTable) -> ChillerModel:
    if (known := one.gordon_ng) is not None:
        return GordonNg(
            capacity=known.capacity_kw, a1=known.a1, a2=known.a2, a3=known.a3, least_share=known.least_share
        )
    return Chiller.named(
        str(one.record),
        normalised=one.normalised,
        capacity=one.capacity_kw,
        cop=one.cop,
        unloading=one.unloading,
        least_share=one.least_share,
    )


def _air_cooled(one: tables.AirCooledTable) -> Source:
    machine = Chiller.named(one.record, normalised=one.normalised, capacity=one.capacity_kw, cop=one.cop)
    flow = 1.1 * machine.rated / SPREAD
    pump = pump_for(heat_flow=flow, head=one.chilled_head_m, efficiency=one.efficiency, least_speed=0.3)
    return AirCooledChiller(name=one.name, machine=machine, chilled_pump=pump if one.chilled_head_m else None)


def _absorption(one: tables.AbsorptionTable) -> Source:
    bare = AbsorptionChiller(name=one.name, tower=Tower(heat=1.0, fan_power=0.0), size=one.size)
    cold = bare.characteristic.s_e * one.size * 40.0  # of the order of its rating, to size the tower
    heat = cold + float(bare.driving(cold))
    leaving = one.tower.wet_bulb_c + one.tower.approach_k
    tower = Tower(
        heat=heat,
        fan_power=one.tower.fan_share * heat,
        wet_bulb=one.tower.wet_bulb_c,
        leaving=leaving,
        entering=leaving + RISE,
    )
    return AbsorptionChiller(
        name=one.name, tower=tower, size=one.size, least_share=one.least_share, auxiliary=one.auxiliary_kw
    )


def _heat_recovery(one: tables.HeatRecoveryTable) -> Source:
    return HeatRecoveryChiller(
        name=one.name,
        rated=one.rated_kw,
        carnot_share=one.carnot_share,
        rated_supply=one.rated_supply_c,
        hottest_supply=one.hottest_supply_c,
        least_share=one.least_share,
        part_load=_curve(one.part_load),
        auxiliary=one.auxiliary_kw,
    )


def _heat_pump(one: tables.HeatPumpTable) -> Source:
    return HeatPump(
        name=one.name,
        rated=one.rated_kw,
        carnot_share=one.carnot_share,
        source="air" if one.source_c is None else one.source_c,
        rated_source=one.rated_source_c,
        rated_supply=one.rated_supply_c,
        source_slope=one.source_slope,
        supply_slope=one.supply_slope,
        least_share=one.least_share,
        part_load=_curve(one.part_load),
        coldest_source=one.coldest_source_c,
        hottest_supply=one.hottest_supply_c,
        auxiliary=one.auxiliary_kw,
    )


def _boiler(one: tables.BoilerTable) -> Source:
    return Boiler(
        name=one.name,
        rated=one.rated_kw,
        efficiency=one.efficiency,
        basis=one.basis,
        energy=one.energy,
        condensing=one.condensing,
        least_share=one.least_share,
        auxiliary=one.auxiliary_kw,
    )


def _curve(pairs: tuple[tuple[float, float], ...]) -> Curve:
    if not pairs:
        return Curve.constant(1.0)
    shares, values = zip(*pairs, strict=True)
    return Curve(tuple(shares), tuple(values))


_MADE: dict[type, Callable[[Any], Source]] = {
    tables.ChillerTable: _chiller,
    tables.AirCooledTable: _air_cooled,
    tables.AbsorptionTable: _absorption,
    tables.HeatRecoveryTable: _heat_recovery,
    tables.HeatPumpTable: _heat_pump,
    tables.BoilerTable: _boiler,
}
