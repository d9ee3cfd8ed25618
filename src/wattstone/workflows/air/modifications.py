"""Modifications as a station file declares them, as the study takes them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.air import modifications as known
from wattstone.dispatch.air.modifications import Modification
from wattstone.equipment.air.use import AirUse
from wattstone.workflows.air.station_schema import ModificationTable, StationTable

__all__ = ["local_hours", "made"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def made(table: StationTable, use: AirUse) -> tuple[Modification, ...]:
    """The modifications of a file.

    Parameters
    ----------
    table : StationTable
        The station file.
    use : AirUse
        Whose intervals shutdowns and heat demand are laid on.

    Returns
    -------
    tuple of Modification
        In the order of the file.
    """
    # typical days are told by their own clock, whatever day their log is laid on
    weekday, hour = local_hours(replace(use, start=None) if table.day_type else use, table.zone)
    fuel = table.energy.fuel
    return tuple(
        _made(one, weekday, hour, efficiency=0.9 if fuel is None else fuel.efficiency) for one in table.modification
    )


def local_hours(use: AirUse, zone: str) -> tuple[Floats, Floats]:
    """Weekday (1 = Monday) and hour of the local clock of each interval; typical days are Mondays from midnight.

    Returns
    -------
    weekday, hour : (t,) arrays
    """
    steps = use.flow.size
    after: Floats = np.arange(steps, dtype=np.float64) * use.hours
    if use.start is None:
        return np.ones(steps), np.mod(after, 24.0).astype(np.float64)
    first: datetime = use.start.astype("datetime64[us]").item()
    # The offset of the clock changes on whole hours only: it is looked up once an hour.
    hours = np.arange(int(after[-1]) + 2) if steps else np.arange(0)
    offset = np.array([_offset(first + timedelta(hours=int(one)), zone) for one in hours])
    epoch = (first - datetime(1970, 1, 1)) / timedelta(hours=1)
    local = epoch + after + offset[after.astype(np.int64)]
    weekday = np.floor(local / 24 + 3) % 7 + 1
    return weekday.astype(np.float64), (local % 24).astype(np.float64)  # 1 January 1970 was a Thursday


def _offset(moment: datetime, zone: str) -> float:
    offset = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset()
    return 0.0 if offset is None else offset / timedelta(hours=1)


def _within(one: ModificationTable, weekday: Floats, hour: Floats) -> Bools:
    # As closed hours of the calendar: from 22 to 6 are the first six hours of a day and its last two.
    inside = [
        (weekday == day) & ((hour >= first) & (hour < last) if last > first else (hour >= first) | (hour < last))
        for day, first, last in one.hours
    ]
    return np.logical_or.reduce(inside) if inside else np.zeros(hour.size, dtype=bool)


def _need(one: ModificationTable, hour: Floats) -> float | Floats:
    if one.heat_demand_kw is None:
        return np.inf
    if isinstance(one.heat_demand_kw, tuple):
        return np.array(one.heat_demand_kw)[hour.astype(np.int64) % 24]
    return one.heat_demand_kw


def _made(one: ModificationTable, weekday: Floats, hour: Floats, *, efficiency: float) -> Modification:
    name, size, investment = one.name, one.size, one.cost
    if one.kind in _SIZED:
        return _SIZED[one.kind](size=size, investment=investment, name=name)
    if one.kind == "sequencing":
        return known.Sequencing(sequencer=one.sequencer, band=one.band_bar, size=size, investment=investment, name=name)
    if one.kind == "heat":
        need = _need(one, hour)
        return known.HeatRecovery(size=size, boiler_efficiency=efficiency, need=need, investment=investment, name=name)
    if one.kind == "shutdown":
        return known.Shutdown(when=_within(one, weekday, hour), size=size, investment=investment, name=name)
    assert one.compressor is not None
    machine = one.compressor.made()
    if one.kind == "trim":
        return known.VariableSpeedTrim(
            machine=machine, replaces=one.replaces, size=size, investment=investment, name=name
        )
    return known.MachineReplacement(
        machine=machine, replaces=str(one.replaces), size=size, investment=investment, name=name
    )


_SIZED = {
    "pressure": known.PressureReduction,
    "leaks": known.LeakRepair,
    "storage": known.StorageAdded,
    "intake": known.IntakeCooling,
    "filter": known.IntakeResistance,
    "dryer": known.DryerControl,
}
