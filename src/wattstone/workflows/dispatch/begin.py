"""What a plan begins from: what batteries hold, the state of tanks and rooms, the month's highest import so far."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from wattstone.base import Finding, unit
from wattstone.dispatch.outlook import State
from wattstone.dispatch.site import Battery, Buffer
from wattstone.portfolio import Meter
from wattstone.workflows.dispatch.foresight import Seen
from wattstone.workflows.dispatch.site import DispatchSite
from wattstone.workflows.readings import meter_readings
from wattstone.workflows.workspace import Workspace

__all__ = ["FRESH", "HALF", "begin"]

FRESH = timedelta(hours=1)
"""How old a reading of a state may be: a battery of two hours is half through by then."""
HALF = 0.5  # of the capacity, where nothing says what a battery holds
_LOOKED = timedelta(days=7)


def begin(
    workspace: Workspace, place: DispatchSite, past: Seen, *, charge: float | None, now: datetime
) -> tuple[State, tuple[Finding, ...]]:
    """The state at the start of a plan.

    Parameters
    ----------
    workspace : Workspace
        With the readings of the meters that the site file names under `state`.
    place : DispatchSite
        With its devices.
    past : Seen
        Up to `now`.
    charge : float or None
        What batteries hold, as a share of their capacity; None: as their meters say, and half where none does.
    now : datetime
        Naive UTC.

    Returns
    -------
    State
        Tanks and rooms as their meters say, else in the middle of their bands.
    tuple of Finding
        Meters whose last reading is too old, or of which there is none.
    """
    site = place.file.site
    told = {} if charge is None else {one.id: charge * one.capacity for one in site.batteries}
    asked = {name: one for name, one in place.state.items() if name not in told}
    measured, findings = _measured(workspace, place, asked, now)
    known = {**measured, **told}
    net = past.load - past.pv.sum(axis=0)
    first = max(0, (month_start(site.zone, now) - past.start) // timedelta(hours=past.hours))
    month = net[first:][np.isfinite(net[first:])]
    state = State(
        soc=np.array([known.get(one.id, HALF * one.capacity) for one in site.batteries], dtype=np.float64),
        buffers=np.array([known.get(one.id, _middle(one)) for one in site.buffers], dtype=np.float64),
        net=float(net[-1]) if net.size and np.isfinite(net[-1]) else None,
        peak=max(0.0, float(month.max())) if month.size and site.grid.demand_charge else 0.0,
    )
    return state, findings


def _middle(one: Buffer) -> float:
    if one.kind == "fan":
        return 0.5 * one.high
    return (max(one.low, one.lowest, 0.0) + min(one.high, one.highest)) / 2


def month_start(zone: str, now: datetime) -> datetime:
    """When the local month of a moment began; both naive UTC."""
    local = now.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first.astimezone(UTC).replace(tzinfo=None)


def _measured(
    workspace: Workspace, place: DispatchSite, asked: Mapping[str, Meter], now: datetime
) -> tuple[dict[str, float], tuple[Finding, ...]]:
    """States by device, from readings that ended at `now` or before, and not long before."""
    devices = {one.id: one for one in (*place.file.site.batteries, *place.file.site.buffers)}
    found: dict[str, float] = {}
    findings: list[Finding] = []
    for name, meter in asked.items():
        rows = meter_readings(workspace, meter.id, now - _LOOKED, now).drop_nulls("value")
        rows = rows.with_columns((pl.col("start") + pl.duration(seconds=pl.col("seconds"))).alias("end"))
        last = rows.filter(pl.col("end") <= now).tail(1)
        when = last["end"].item() if last.height else None
        if when is None or now - when > FRESH:
            findings.append(_old(name, meter, devices[name], when))
            continue
        found[name] = float(last["value"].item()) * _scale(devices[name], meter)
    return found, tuple(findings)


def _scale(device: Battery | Buffer, meter: Meter) -> float:
    """What one of the canonical unit of a meter is, as a state: a share of a battery is of its capacity."""
    share = isinstance(device, Battery) and unit(meter.unit).quantity == "ratio"
    return device.capacity if share and isinstance(device, Battery) else 1.0


def _old(name: str, meter: Meter, device: Battery | Buffer, when: datetime | None) -> Finding:
    return Finding(
        code="dispatch.state_stale",
        place=f"meter '{meter.id}'",
        found="what '{device}' holds was last read at {when}"
        if when is not None
        else "what '{device}' holds was not read in the last {days} days",
        expected="a reading that ended within the hour before the plan begins",
        remedy="half of its capacity was taken; take newer readings in, or say with --charge what batteries hold"
        if isinstance(device, Battery)
        else "the middle of its band was taken; take newer readings in",
        params={"device": name, "when": f"{when:%Y-%m-%dT%H:%MZ}" if when else "", "days": _LOOKED.days},
        severity="warning",
    )
