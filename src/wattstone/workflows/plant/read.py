"""A plant file with its machines, prices and data, and the hours that it is planned or replayed for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Finding, InputRefused, Period
from wattstone.dispatch.plant.plant import Ahead, Plant
from wattstone.equipment.plant.boiler import NATURAL_GAS
from wattstone.equipment.plant.sources import Conditions
from wattstone.readings.logs import Log, read_log
from wattstone.workflows.machinery.energy import Energy, FuelTable, accepted, energy_of
from wattstone.workflows.machinery.evidence import Rests, file_evidence, log_evidence
from wattstone.workflows.machinery.files import read_table
from wattstone.workflows.plant.expected import Expected
from wattstone.workflows.plant.joined import Joined, join
from wattstone.workflows.plant.machines import machines_of, stores_of
from wattstone.workflows.plant.plant_schema import PlantTable
from wattstone.workflows.workspace import Workspace

__all__ = ["PAGE", "ReadPlant", "ahead_of", "plant_of", "read_plant", "rests_of", "zone_of"]

Floats = NDArray[np.float64]
PAGE = "docs/how-to/plant.md"


@dataclass(frozen=True, kw_only=True, eq=False)
class ReadPlant:
    """A plant as its file declares it, with its data.

    Parameters
    ----------
    path : Path
        The plant file.
    table : PlantTable
        As declared.
    plant : Plant
        As the planner takes it, without what depends on the hours.
    energy : Energy
        Prices and carbon.
    log : Log
        Demand and weather.
    columns : mapping of str to str
        Header of each series in the log.
    joined : Joined or None
        The compressed-air station that is planned with it.
    findings : tuple of Finding
        Warnings.
    """

    path: Path
    table: PlantTable
    plant: Plant
    energy: Energy
    log: Log
    columns: Mapping[str, str]
    joined: Joined | None
    findings: tuple[Finding, ...]


def read_plant(path: Path, workspace: Workspace | None = None) -> ReadPlant:
    """Read a plant file, and the files that it names.

    Parameters
    ----------
    path : Path
        Other files are named relative to it.
    workspace : Workspace or None
        Whose accepted factors count.

    Returns
    -------
    ReadPlant

    Raises
    ------
    InputRefused
        With every finding of file, machines, prices, data and station.
    """
    table = read_table(path, PlantTable, code="plant.file", page=PAGE)
    wrong: list[Finding] = []
    told: list[Finding] = []
    columns = {**table.data.columns, **({} if table.air is None else {"flow": table.air.flow})}
    machines, energy, log, joined = (), None, None, None
    try:
        machines, odd = machines_of(table)
        told += odd
    except InputRefused as error:
        wrong += error.findings
    try:
        energy = energy_of(
            table.energy,
            path.parent,
            currency=table.currency,
            zone=table.zone,
            exceptions=accepted(workspace),
        )
    except InputRefused as error:
        wrong += error.findings
    try:
        zone = table.data.zone or table.zone
        log = read_log(path.parent / table.data.file, tuple(columns.values()), zone=zone)
        told += log.findings
    except InputRefused as error:
        wrong += error.findings
    if table.air is not None:
        try:
            joined = join(table.air, path.parent)
            told += joined.findings
        except InputRefused as error:
            wrong += error.findings
    if wrong or energy is None or log is None:
        raise InputRefused(wrong)
    plant = Plant(
        name=table.name or table.id,
        machines=machines,
        stores=stores_of(table),
        carbon_price=table.energy.carbon_price,
        demand_charge=table.energy.demand_charge,
        currency=table.currency,
        supplies=tuple(float(one) for one in range(1, int(table.water.warmer_k) + 1)),
    )
    return ReadPlant(
        path=path,
        table=table,
        plant=plant,
        energy=energy,
        log=log,
        columns=columns,
        joined=joined,
        findings=tuple(told),
    )


def ahead_of(read: ReadPlant, expected: Expected, *, peak_before: float | None = None) -> Ahead:
    """The hours of a plan, with temperatures, prices and carbon.

    Parameters
    ----------
    read : ReadPlant
        The plant.
    expected : Expected
        Demand and weather.
    peak_before : float or None
        Highest power of the month so far; that of the file where None. [kW]
    """
    table, water, fuel, steps = read.table, read.table.water, read.table.energy.fuel, expected.steps
    price = expected.values.get("price")
    if price is None:
        price = read.energy.prices(expected.start, steps, expected.hours)
    return Ahead(
        hours=expected.hours,
        at=Conditions.over(
            steps,
            dry_bulb=expected.series("dry_bulb", np.nan),
            wet_bulb=expected.series("wet_bulb", np.nan),
            chilled_supply=water.chilled_supply_c,
            chilled_return=water.chilled_return_c,
            heating_supply=water.heating_supply_c,
            heating_return=water.heating_return_c,
        ),
        cold=expected.series("cold", 0.0),
        heat=expected.series("heat", 0.0),
        price=price,
        fuel_price=np.full(steps, 0.0 if fuel is None else fuel.price * _on_higher(fuel)),
        carbon=np.full(steps, read.energy.carbon.value),
        fuel_carbon=np.full(steps, 0.0 if fuel is None else fuel.carbon_kg_per_kwh * _on_higher(fuel)),
        water_price=table.water_price_per_m3,
        other=expected.series("other", 0.0),
        peak_before=table.peak_before_kw if peak_before is None else peak_before,
        warmer=np.full(steps, water.warmer_k),
        cold_error=expected.deviation("cold"),
        heat_error=expected.deviation("heat"),
        start=expected.start.isoformat(),
    )


def _on_higher(fuel: FuelTable) -> float:
    """What is given per kWh of the fuel's heating value, per kWh of the higher one, on which plants count fuel."""
    return 1 / NATURAL_GAS if fuel.basis == "lower" else 1.0


def plant_of(read: ReadPlant, expected: Expected) -> Plant:
    """The plant with the compressors that run in its plan, if it has any."""
    return read.plant if read.joined is None else read.joined.with_plant(read.plant, expected, read.table.water)


def rests_of(read: ReadPlant, method: str, span: tuple[datetime, datetime], findings: tuple[Finding, ...]) -> Rests:
    """What a result on a plant is about and rests on: its file, its data, the factor of electricity."""
    table = read.table
    evidence = {
        **log_evidence(read.log),
        **file_evidence(read.path, "plant file"),
        **read.energy.carbon.evidence,
        **({} if read.joined is None else file_evidence(read.joined.path, "station file")),
    }
    return Rests(
        kind="plant",
        method=method,
        subject=f"site:{table.site}" if table.site else f"plant:{table.id}",
        period=Period(*span),
        label=f"{span[0]:%Y-%m-%dT%H:%M}",
        evidence=evidence,
        about={
            "plant": table.id,
            "carbon": {"value": read.energy.carbon.value, "source": read.energy.carbon.source},
            "findings": [one.as_dict() for one in findings],
        },
        notes=(*(("simulated",) if table.simulated else ()), *(one.text() for one in findings)),
    )


def zone_of(path: Path) -> str:
    """The clock of a plant file; UTC where the file cannot be read, which reading it tells."""
    try:
        return read_table(path, PlantTable, code="plant.file", page=PAGE).zone
    except InputRefused:
        return "UTC"
