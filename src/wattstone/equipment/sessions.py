"""Charging sessions as arrays: when a car comes and goes, what it wants, and how fast it can take it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.equipment.arrays import MICROSECONDS_PER_HOUR, Floats, Times
from wattstone.equipment.charging import ChargingLaw, Taper, charged
from wattstone.equipment.limits import Range, not_negative, outside

__all__ = ["Sessions", "findings", "from_table", "mended", "reachable"]

SLACK = 1e-6  # kWh: rounding of times to minutes is no reason to complain


class Table(Protocol):
    """Anything with named columns: a frame, or a dict of arrays."""

    def __getitem__(self, name: str, /) -> Any:
        """A column, of which numpy can make an array."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class Sessions:
    """Charging sessions of s cars.

    Parameters
    ----------
    ids : tuple of str
        Names of the sessions.
    arrival, departure : (s,) datetime64 array
        Naive UTC; NaT where not known.
    energy : (s,) array
        Energy that is wanted by departure, at the charger's meter. [kWh]
    limit : (s,) array
        Largest power, the lesser of car's and charger's. [kW]
    least : (s,) array
        Least power while charging: IEC 61851-1 knows no current below 6 A, 1.4 kW on one phase of 230 V. [kW]
    room : (s,) array
        Energy that would make the battery full, at the meter; infinite where not known. [kWh]
    charge : (s,) array
        State of charge at arrival; 0 where not known. [1]
    taper : Taper or None
        Loss of power near full charge; it counts where `room` is known.
    """

    ids: tuple[str, ...]
    arrival: Times
    departure: Times
    energy: Floats
    limit: Floats
    least: Floats
    room: Floats
    charge: Floats
    taper: Taper | None = None

    @classmethod
    def of(
        cls,
        ids: Sequence[str],
        *,
        arrival: npt.ArrayLike,
        departure: npt.ArrayLike,
        energy: npt.ArrayLike,
        limit: npt.ArrayLike,
        car_limit: npt.ArrayLike = np.inf,
        least: npt.ArrayLike = 0.0,
        battery: npt.ArrayLike | None = None,
        charge: npt.ArrayLike | None = None,
        taper: Taper | None = None,
    ) -> "Sessions":
        """Sessions from lists and constants.

        Parameters
        ----------
        ids : sequence of str
            Names of s sessions.
        arrival, departure : (s,) datetime64
            Naive UTC.
        energy : (s,) array
            Wanted at the meter. [kWh]
        limit, car_limit : float or (s,) array
            Largest power of the charger and of the car. [kW]
        least : float or (s,) array
            Least power while charging. [kW]
        battery : float or (s,) array, optional
            Capacity of the car's battery, counted at the meter. [kWh]
        charge : float or (s,) array, optional
            State of charge at arrival. Where it is not known, and the capacity is, the energy wanted makes it full.
        taper : Taper, optional
            Loss of power near full charge.

        Returns
        -------
        Sessions
        """
        wanted = np.atleast_1d(np.array(energy, dtype=float))
        count = wanted.shape

        def each(value: npt.ArrayLike) -> Floats:
            return np.array(np.broadcast_to(np.asarray(value, dtype=float), count))

        capacity = each(np.inf if battery is None else battery)
        filled = np.clip(1 - wanted / capacity, 0.0, 1.0) if charge is None else each(charge)
        known = np.isfinite(capacity)
        return cls(
            ids=tuple(ids),
            arrival=np.atleast_1d(np.asarray(arrival, dtype="datetime64[us]")),
            departure=np.atleast_1d(np.asarray(departure, dtype="datetime64[us]")),
            energy=wanted,
            limit=np.minimum(each(limit), each(car_limit)),
            least=each(least),
            room=np.where(known, (1 - filled) * np.where(known, capacity, 0.0), np.inf),
            charge=np.where(known, filled, 0.0),
            taper=taper,
        )

    def hours(self) -> Floats:
        """Hours from arrival to departure, negative if it leaves before it arrives; NaN where not known. [h]"""
        stay = self.departure - self.arrival
        return np.where(np.isnat(stay), np.nan, stay.astype("timedelta64[us]").astype(np.int64) / MICROSECONDS_PER_HOUR)

    def take(self, chosen: npt.NDArray[Any]) -> "Sessions":
        """Some of the sessions, by a mask or by positions."""
        positions = np.arange(len(self.ids))[chosen]
        return replace(
            self,
            ids=tuple(np.array(self.ids, dtype=object)[positions].tolist()),
            arrival=self.arrival[positions],
            departure=self.departure[positions],
            energy=self.energy[positions],
            limit=self.limit[positions],
            least=self.least[positions],
            room=self.room[positions],
            charge=self.charge[positions],
        )

    def law(self) -> ChargingLaw:
        """Constants of the curve of charged energy over time."""
        full, zero = np.full_like(self.limit, np.inf), np.zeros_like(self.limit)
        if self.taper is None:
            return ChargingLaw(
                limit=self.limit, knee=full, knee_hours=full, knee_power=self.limit, rate=zero, room=self.room
            )
        known = np.isfinite(self.room) & (self.room > 0)
        capacity = np.where(known, self.room / np.where(known, 1 - self.charge, 1.0), 1.0)
        span = (1 - self.taper.knee) * capacity
        knee = (self.taper.knee - self.charge) * capacity  # negative where the car comes with more
        begin = np.maximum(knee, 0.0)
        power = self.limit * (1 - (1 - self.taper.final) * (begin - knee) / span)
        hours = np.divide(begin, self.limit, out=full.copy(), where=self.limit > 0)
        return ChargingLaw(
            limit=self.limit,
            knee=np.where(known, begin, np.inf),
            knee_hours=np.where(known, hours, np.inf),
            knee_power=np.where(known, power, self.limit),
            rate=np.where(known, self.limit * (1 - self.taper.final) / span, 0.0),
            room=self.room,
        )


def from_table(
    table: Table,
    *,
    limit: npt.ArrayLike,
    car_limit: npt.ArrayLike = np.inf,
    least: npt.ArrayLike = 0.0,
    taper: Taper | None = None,
) -> Sessions:
    """Sessions from a table with the columns of the lake: `session_id`, `plug_in`, `plug_out`, `energy`.

    Parameters
    ----------
    table : table
        A frame, or a dict of arrays; times naive UTC, energy in kWh.
    limit, car_limit, least : float or (s,) array
        As of `Sessions.of`; the table knows no power. [kW]
    taper : Taper, optional
        Loss of power near full charge.

    Returns
    -------
    Sessions
    """
    return Sessions.of(
        [str(one) for one in table["session_id"]],
        arrival=np.asarray(table["plug_in"]).astype("datetime64[us]"),
        departure=np.asarray(table["plug_out"]).astype("datetime64[us]"),
        energy=np.asarray(table["energy"], dtype=float),
        limit=limit,
        car_limit=car_limit,
        least=least,
        taper=taper,
    )


def reachable(sessions: Sessions) -> Floats:
    """Largest energy that each session can get between arrival and departure.

    Returns
    -------
    (s,) array
        0 where a car leaves before it arrives; NaN where a time or a limit is not known. [kWh]
    """
    return charged(sessions.law(), np.maximum(sessions.hours(), 0.0))


def findings(sessions: Sessions, *, place: str = "sessions") -> tuple[Finding, ...]:
    """What is impossible about sessions, one finding for each kind with its count and the first of them.

    Parameters
    ----------
    sessions : Sessions
    place : str
        Where they come from.

    Returns
    -------
    tuple of Finding
        Errors `equipment.session_times`, `equipment.session_order`, `equipment.range`; the warning
        `equipment.session_energy` names the largest energy that is possible.
    """
    return (*_odd(sessions, place), *outside(place, _ranges(sessions)))


def mended(sessions: Sessions, *, place: str = "sessions") -> tuple[Sessions, tuple[Finding, ...]]:
    """The sessions that can be planned, their energies cut to what is possible, and all that was found.

    Parameters
    ----------
    sessions : Sessions
    place : str
        Where they come from.

    Returns
    -------
    sessions : Sessions
        Without those whose times or energy make no sense.
    findings : tuple of Finding
        As of `findings`.
    """
    found = findings(sessions, place=place)
    sound = (sessions.hours() >= 0) & (sessions.energy >= 0) & np.isfinite(sessions.energy) & (sessions.limit > 0)
    kept = sessions.take(sound)
    return replace(kept, energy=np.minimum(kept.energy, reachable(kept))), found


def _ranges(sessions: Sessions) -> Iterator[tuple[str, npt.ArrayLike, Range]]:
    yield "energy", sessions.energy, not_negative("kWh")
    yield "limit", sessions.limit, Range(0.0, np.inf, "kW", open_least=True)
    yield "least", sessions.least, not_negative("kW")
    yield "charge", sessions.charge, Range(0.0, 1.0, "")
    if sessions.taper:
        yield "taper.knee", sessions.taper.knee, Range(0.0, 1.0, "", open_most=True)
        yield "taper.final", sessions.taper.final, Range(0.0, 1.0, "", open_least=True)


def _odd(sessions: Sessions, place: str) -> Iterator[Finding]:
    hours, most = sessions.hours(), reachable(sessions)
    if (unknown := np.isnan(hours)).any():
        yield Finding(
            code="equipment.session_times",
            place=place,
            found="{count} {count:session has|sessions have} no arrival or no departure",
            expected="both times",
            remedy="leave them out, or give the time that is missing",
            count=int(unknown.sum()),
            first=sessions.ids[int(unknown.argmax())],
        )
    if (backward := hours < 0).any():
        yield Finding(
            code="equipment.session_order",
            place=place,
            found="{count} {count:car leaves|cars leave} before arrival, so that {energy} kWh can be charged",
            expected="a departure after the arrival",
            remedy="correct the times; they are UTC",
            params={"energy": 0},
            count=int(backward.sum()),
            first=sessions.ids[int(backward.argmax())],
        )
    if (short := sessions.energy > np.where(hours >= 0, most, np.inf) + SLACK).any():
        worst = int(short.argmax())
        yield Finding(
            code="equipment.session_energy",
            place=place,
            found="{count} {count:session wants|sessions want} more than can be charged: {energy} kWh in {hours} h",
            expected="{most} kWh or less at {limit} kW",
            remedy="nothing, if the car may leave with less; else correct the limit or the times",
            params={
                "energy": f"{sessions.energy[worst]:.6g}",
                "hours": f"{hours[worst]:.4g}",
                "most": f"{most[worst]:.6g}",
                "limit": f"{sessions.limit[worst]:g}",
            },
            count=int(short.sum()),
            first=sessions.ids[worst],
            severity="warning",
        )
