"""Sessions as JSON: what a charger's operator sends of the vehicles that are there or will come.

A message is one session, a list of them, or `{"sessions": [...]}`; over MQTT it is the last of these:

    {"session_id": "8412", "charger": "bay 1", "at": "2026-05-01T08:02:00+02:00",
     "arrival": "2026-05-01T08:00:00+02:00", "departure": "2026-05-01T17:00:00+02:00", "energy_kwh": 18.5}

`energy_kwh` is what the vehicle still needs at the time `at`, `power_kw` (may be left out) the most that it takes. Of
two messages on one session that with the later `at` holds, whichever arrives first; the same message twice is one.
"""

import math
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, cast

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.field.payload import read_rows, read_time, short, wrong_row
from wattstone.workflows.dispatch.announced import Announced

_NEEDED = ("session_id", "charger", "at", "arrival", "departure", "energy_kwh")
_FIELDS, _LISTED = {*_NEEDED, "power_kw"}, ", ".join(_NEEDED)
_LONGEST = timedelta(days=60)
_MOST_KWH, _LONGEST_ID = 10_000.0, 200


def parse_sessions(payload: bytes, chargers: Collection[str], *, place: str) -> list[Announced]:
    """The sessions of a message.

    Parameters
    ----------
    payload : bytes
        UTF-8 JSON.
    chargers : collection of str
        Ids of the site's chargers.
    place : str
        As findings call the message.

    Returns
    -------
    list of Announced
        In the order of the message.

    Raises
    ------
    InputRefused
        With everything that is wrong with it; nothing of it is taken.
    """
    found: list[Finding] = []
    sessions = [
        one
        for number, row in enumerate(read_rows(payload, place, name="sessions"), start=1)
        if (one := _session(row, chargers, f"{place}, session {number}", found)) is not None
    ]
    if found:
        raise InputRefused(found)
    return sessions


def _session(row: Any, chargers: Collection[str], place: str, found: list[Finding]) -> Announced | None:
    """One session; what is wrong with it goes to `found`."""
    if not isinstance(row, dict):
        found.append(
            wrong_row(
                place, found="it is {value}", expected="an object with {fields}", value=short(row), fields=_LISTED
            )
        )
        return None
    said, before = cast("dict[str, Any]", row), len(found)
    found += _fields(said, place)
    name, charger = said.get("session_id"), said.get("charger")
    if "session_id" in said and not (isinstance(name, str) and 0 < len(name.strip()) <= _LONGEST_ID):
        found.append(wrong_row(place, found="its session_id is {value}", expected="a text", value=short(name)))
    if "charger" in said and not (isinstance(charger, str) and charger in chargers):
        known = ", ".join(sorted(chargers)) or "none: the site file has no [[charger]]"
        found.append(
            wrong_row(
                place, found="there is no charger {value}", expected="a charger of the site file: {known}",
                value=short(charger), known=known,
            )
        )  # fmt: skip
    times = {one: read_time(one, said[one], place, found) for one in ("at", "arrival", "departure") if one in said}
    found += _order(times.get("arrival"), times.get("departure"), place)
    energy = _number("energy_kwh", said.get("energy_kwh"), place, found, least=0.0) if "energy_kwh" in said else None
    power = said.get("power_kw")
    if power is not None:
        power = _number("power_kw", power, place, found, least=1e-3)
    at, arrival, departure = times.get("at"), times.get("arrival"), times.get("departure")
    if len(found) > before or at is None or arrival is None or departure is None or energy is None:
        return None
    return Announced(
        session_id=str(name), charger=str(charger), arrival=arrival, departure=departure, energy=energy, power=power,
        said=at,
    )  # fmt: skip


def _fields(said: dict[str, Any], place: str) -> list[Finding]:
    odd = [
        wrong_row(
            place,
            found="it has the field {value}",
            expected="{fields} and perhaps power_kw",
            value=short(name),
            fields=_LISTED,
        )
        for name in sorted(set(said) - _FIELDS)
    ]
    missing = [
        wrong_row(
            place, found="it has no field '{value}'", expected="{fields} in every session", value=name, fields=_LISTED
        )
        for name in _NEEDED
        if name not in said
    ]
    return odd + missing


def _order(arrival: datetime | None, departure: datetime | None, place: str) -> list[Finding]:
    if arrival is None or departure is None:
        return []
    if departure <= arrival:
        expected = "a departure after the arrival"
        what = {"departure": f"{departure:%Y-%m-%dT%H:%MZ}", "arrival": f"{arrival:%Y-%m-%dT%H:%MZ}"}
        said = "it leaves at {departure}, before it arrives at {arrival}"
        if departure == arrival:
            said = "it leaves at {departure}, when it arrives"
        return [wrong_row(place, found=said, expected=expected, **what)]
    if departure - arrival > _LONGEST:
        days = (departure - arrival).days
        return [wrong_row(place, found="it stays for {days} days", expected="60 days at most", days=days)]
    return []


def _number(name: str, said: Any, place: str, found: list[Finding], *, least: float) -> float | None:
    if isinstance(said, int | float) and not isinstance(said, bool):
        try:
            value = float(said)
        except OverflowError:
            value = math.inf
        if least <= value <= _MOST_KWH:
            return value
    found.append(
        wrong_row(
            place, found="its {name} is {value}", expected="a number from {least:g} to {most:g}", name=name,
            value=short(said), least=least, most=_MOST_KWH,
        )
    )  # fmt: skip
    return None
