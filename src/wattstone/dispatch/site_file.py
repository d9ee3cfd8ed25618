"""Reads a site file, and turns its clocks, tariffs and profiles into the arrays of an outlook.

Example::

    id = "garden"
    zone = "Europe/Oslo"
    currency = "NOK"

    [grid]
    import_limit_kw = 80
    demand_charge = 60

    [tariff]
    import_rate = 1.2
    export_rate = 0.5

    [[battery]]
    id = "pack"
    capacity_kwh = 40
    power_kw = 20
    reserve = 0.2

    [[charger]]
    id = "bay 1"
    power_kw = 7.4
    minimum_kw = 1.38

Clocks are those of the site's zone: a day of 23 or 25 hours has each of its hours as often as the clock shows it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from wattstone.base import Finding, InputRefused
from wattstone.dispatch.outlook import Outlook, Task
from wattstone.dispatch.site import Site
from wattstone.dispatch.site_schema import FanTable, PumpTable, SiteTable, ZoneTable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from wattstone.rates.tariffs import Tariff

Floats = NDArray[np.float64]

__all__ = ["SiteFile", "read_site"]


@dataclass(frozen=True, eq=False)
class SiteFile:
    """A site file that was read.

    Parameters
    ----------
    site : Site
        As the planner and the guards take it.
    table : SiteTable
        As declared.
    tariffs : tuple of Tariff
        Empty where rates stand in the file.
    findings : tuple of Finding
        Warnings: what was taken otherwise than written.
    """

    site: Site
    table: SiteTable
    tariffs: tuple[Tariff, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def hours(self) -> float:
        """Length of a step. [h]"""
        return self.table.step_minutes / 60

    @property
    def steps(self) -> int:
        """Steps of the horizon."""
        return max(1, round(self.table.horizon_hours / self.hours))

    def starts(self, start: datetime, steps: int) -> list[datetime]:
        """Starts of some steps, naive UTC."""
        return [start + index * timedelta(hours=self.hours) for index in range(steps)]

    def minutes(self, start: datetime, steps: int) -> NDArray[np.int64]:
        """Minute of the local day at the start of each step. (t,)"""
        zone = ZoneInfo(self.site.zone)
        local = [one.replace(tzinfo=UTC).astimezone(zone) for one in self.starts(start, steps)]
        return np.array([one.hour * 60 + one.minute for one in local], dtype=np.int64)

    def prices(self, start: datetime, steps: int) -> tuple[Floats, Floats]:
        """Import and export price of each step; NaN where no tariff holds, which a plan refuses.

        Parameters
        ----------
        start : datetime
            Naive UTC.
        steps : int
            How many.

        Returns
        -------
        (t,), (t,) arrays
            [currency kWh-1]
        """
        if not self.tariffs:
            rates = self.table.tariff
            return np.full(steps, rates.import_rate, dtype=np.float64), np.full(steps, rates.export_rate)
        from wattstone.rates.costs import energy_cost

        starts = np.array(self.starts(start, steps), dtype="datetime64[us]")
        found = [np.full(steps, np.nan), np.full(steps, np.nan)]
        for tariff in self.tariffs:
            for prices, sign in zip(found, (1.0, -1.0), strict=True):
                cost = energy_cost(tariff, starts, np.full(steps, sign)).to_numpy().astype(np.float64) * sign
                prices[:] = np.where(np.isnan(prices), cost, prices)
        # A tariff without an export rate pays nothing for what is fed in.
        return found[0], np.where(np.isnan(found[1]) & ~np.isnan(found[0]), 0.0, found[1])

    def outlook(
        self,
        start: datetime,
        load: Floats,
        *,
        pv: Floats | None = None,
        outdoor: Floats | None = None,
        tasks: tuple[Task, ...] = (),
        delivered: Mapping[str, float] | None = None,
        **more: Any,
    ) -> Outlook:
        """An outlook with prices, lighting hours, shiftable loads and drifts of the file.

        Parameters
        ----------
        start : datetime
            Naive UTC.
        load : (t,) array
            Forecast. [kW]
        pv : (systems, t) array or None
            Forecast. [kW]
        outdoor : (t,) array or None
            Forecast; needed where there are rooms. [degC]
        tasks : tuple of Task
            Vehicles.
        delivered : mapping of str to float or None
            What each shiftable load has drawn in the window that is open now. [kWh]
        **more
            Further fields of `Outlook`: `intensity`, `errors`, `dark`, `terminal_value`.

        Returns
        -------
        Outlook
            Not checked yet.
        """
        steps = load.size
        bought, sold = self.prices(start, steps)
        wanted, needed = self._lighting(start, steps)
        return Outlook(
            start=start,
            hours=self.hours,
            load=load,
            import_price=bought,
            export_price=sold,
            pv=np.zeros((0, steps)) if pv is None else pv,
            tasks=(*tasks, *self._runs(start, steps, delivered or {})),
            drift=self.drift(start, steps, outdoor),
            wanted=wanted,
            needed=needed,
            **more,
        )

    def drift(self, start: datetime, steps: int, outdoor: Floats | None) -> Floats:
        """What the state of each buffer gains by itself. (buffers, t) [its unit]"""
        hour = self.minutes(start, steps) // 60
        rows: list[Floats] = []
        for one in (*self.table.pump, *self.table.fan, *self.table.zone_air):
            if isinstance(one, PumpTable):
                rows.append(-np.array(one.use_m3_per_h)[hour] * self.hours)
            elif isinstance(one, FanTable):
                rows.append(np.array(one.emission_g_per_h)[hour] * 1000.0 * self.hours / one.volume_m3)
            else:
                rows.append(self._warming(one, hour, outdoor))
        return np.array(rows).reshape(-1, steps)

    def _warming(self, one: ZoneTable, hour: NDArray[np.int64], outdoor: Floats | None) -> Floats:
        outside = np.full(hour.size, np.nan) if outdoor is None else outdoor
        heat = np.array(one.gains_kw)[hour] * one.resistance_k_per_kw
        return (1.0 - one.retain(self.hours)) * (outside + heat)

    def _lighting(self, start: datetime, steps: int) -> tuple[Floats, Floats]:
        minute = self.minutes(start, steps)
        wanted = [
            np.any([_within(minute, first, last) for first, last in one.hours], axis=0).astype(np.float64)
            for one in self.table.lighting
        ]
        needed = [one.least * on for one, on in zip(self.table.lighting, wanted, strict=True)]
        return np.array(wanted).reshape(-1, steps), np.array(needed).reshape(-1, steps)

    def _runs(self, start: datetime, steps: int, delivered: Mapping[str, float]) -> tuple[Task, ...]:
        """A task for each window of each shiftable load that ends within the horizon or goes on beyond it."""
        minute, found = self.minutes(start, steps), list[Task]()
        for one in self.table.shiftable:
            inside = _within(minute, *one.hours)
            edges = np.flatnonzero(np.diff(np.concatenate(([False], inside, [False]))))
            whole = (one.hours[1] - one.hours[0]) % 1440 or 1440
            for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
                # A window that is cut by an end of the horizon asks for its share of the energy; one that is shorter
                # or longer because the clock changes asks for all of it.
                begins = first > 0 or (minute[0] - one.hours[0]) % 1440 == 0
                ends = last < steps or (minute[-1] + self.table.step_minutes - one.hours[1]) % 1440 == 0
                part = 1.0 if begins and ends else min(1.0, (last - first) * self.table.step_minutes / whole)
                share = part * one.energy_kwh
                open_now = first == 0 and one.id in delivered
                energy = max(0.0, one.energy_kwh - delivered[one.id]) if open_now else share
                found.append(
                    Task(
                        device=one.id,
                        first=first,
                        last=last,
                        energy=energy,
                        power=one.power_kw,
                        name=one.id,
                    )
                )
        return tuple(found)


def _within(minute: NDArray[np.int64], first: int, last: int) -> NDArray[np.bool_]:
    return (minute >= first) & (minute < last) if first < last else (minute >= first) | (minute < last)


def read_site(path: Path) -> SiteFile:
    """Read a site file.

    Parameters
    ----------
    path : Path
        TOML; files of tariffs are named relative to it.

    Returns
    -------
    SiteFile
        With warnings.

    Raises
    ------
    InputRefused
        With every finding.
    """
    from wattstone.rates.tariffs import read_tariffs

    try:
        table = SiteTable.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except ValidationError as error:
        raise InputRefused([_finding(path.name, one) for one in error.errors()]) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputRefused([_unreadable(path.name, getattr(error, "strerror", None) or str(error))]) from None
    tariffs = read_tariffs([path.parent / name for name in table.tariff.files])
    return SiteFile(_site(table), table, tariffs, tuple(_warnings(path.name, table)))


def _site(table: SiteTable) -> Site:
    hours = table.step_minutes / 60
    return Site(
        id=table.id,
        zone=table.zone,
        currency=table.currency,
        grid=table.grid.made(),
        weights=table.weights.made(),
        carbon_cap=table.carbon_cap_kg,
        charging_limit=table.charging_limit_kw,
        pv=tuple(one.made() for one in table.pv),
        batteries=tuple(one.made() for one in table.battery),
        chargers=tuple(one.made() for one in table.charger),
        shiftables=tuple(one.made() for one in table.shiftable),
        dimmables=tuple(one.made() for one in table.lighting),
        buffers=tuple(one.made(hours) for one in (*table.pump, *table.fan, *table.zone_air)),
        buildings=tuple(one.made(table.inside(one.id)) for one in table.building),
        netting=table.netting.made(),
    )


def _warnings(name: str, table: SiteTable) -> Sequence[Finding]:
    return [
        Finding(
            code="dispatch.site_inverter",
            place=f"{name}, battery '{one.id}'",
            found="it can do {power} kW, its inverter {inverter} kW",
            expected="a battery no more powerful than its inverter",
            remedy="nothing, if that is so: plans and guards keep to the inverter",
            params={"power": max(one.power_kw, one.discharge_kw or 0.0), "inverter": one.inverter_kw},
            severity="warning",
        )
        for one in table.battery
        if one.inverter_kw is not None and max(one.power_kw, one.discharge_kw or 0.0) > one.inverter_kw
    ]


def _finding(name: str, error: Any) -> Finding:
    where, missing = ".".join(map(str, error["loc"])), error["type"] == "missing"
    return Finding(
        code="dispatch.site",
        place=f"{name}, {where}" if where else name,
        found="it is not there" if missing else "{value}" if where else "it does not fit together",
        expected="a value" if missing else "{message}",
        remedy="add it; docs/methods/dispatch.md shows a site file"
        if missing
        else "correct it; docs/methods/dispatch.md shows a site file",
        params={"value": repr(error["input"]), "message": str(error["msg"]).removeprefix("Value error, ")},
    )


def _unreadable(name: str, message: str) -> Finding:
    return Finding(
        code="dispatch.site_unreadable",
        place=name,
        found="it cannot be read: {message}",
        expected="a TOML file in UTF-8",
        remedy="correct the syntax",
        params={"message": message},
    )
