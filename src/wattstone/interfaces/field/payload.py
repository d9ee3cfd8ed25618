"""Readings as JSON: what a meter's gateway sends, by whatever way; all findings of a message at once.

A message is one reading, a list of them, or `{"readings": [...]}`:

    {"meter_id": "main", "start": "2026-05-01T10:00:00+02:00", "value": 1.25}

`start` carries its offset; `value` is in the meter's unit, null for a gap; `seconds` may be said and must then be the
meter's own.
"""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from wattstone.base import Finding, InputRefused
from wattstone.portfolio import Meter
from wattstone.workflows.live import Sample

MOST_BYTES = 1_000_000
MOST_READINGS = 10_000
_FIELDS = {"meter_id", "start", "value", "seconds"}
_YEARS = range(1990, 2101)


def parse_readings(payload: bytes, meters: Mapping[str, Meter], *, place: str) -> list[Sample]:
    """The readings of a message.

    Parameters
    ----------
    payload : bytes
        UTF-8 JSON.
    meters : mapping of str to Meter
        Meters that are expected, by id.
    place : str
        As findings call the message.

    Returns
    -------
    list of Sample
        In the order of the message.

    Raises
    ------
    InputRefused
        With everything that is wrong with it; nothing of it is taken.
    """
    found: list[Finding] = []
    samples = [
        sample
        for number, row in enumerate(read_rows(payload, place), start=1)
        if (sample := _sample(row, meters, f"{place}, reading {number}", found)) is not None
    ]
    if found:
        raise InputRefused(found)
    return samples


def holds_sessions(payload: bytes) -> bool:
    """Whether a message says of itself that it holds sessions: `{"sessions": ...}`; what is no JSON does not."""
    if len(payload) > MOST_BYTES:
        return False
    try:
        said: Any = json.loads(payload)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and "sessions" in said


def read_rows(payload: bytes, place: str, *, name: str = "readings") -> list[Any]:
    """The rows of a message: one, a list of them, or an object that holds the list under a name.

    Raises
    ------
    InputRefused
        If it is too large, no JSON, or holds no row or too many.
    """
    if len(payload) > MOST_BYTES:
        size = {"size": len(payload), "most": MOST_BYTES}
        raise InputRefused([_message(place, found="it has {size} bytes", expected="{most} bytes at most", **size)])
    try:
        said: Any = json.loads(payload.decode("utf-8"), parse_constant=_not_a_number)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        why = "nested too deeply" if isinstance(error, RecursionError) else str(error)[:200]
        expected = "JSON in UTF-8, without NaN: a gap is null"
        raise InputRefused([_message(place, found="it is no JSON ({why})", expected=expected, why=why)]) from error
    if isinstance(said, dict) and set(cast("dict[str, Any]", said)) == {name}:
        said = cast("dict[str, Any]", said)[name]
    rows: list[Any] = cast("list[Any]", said) if isinstance(said, list) else [said]
    if not 0 < len(rows) <= MOST_READINGS:
        size = {"size": len(rows), "most": MOST_READINGS}
        raise InputRefused([_message(place, found="it holds {size} rows", expected="1 to {most} rows", **size)])
    return rows


def _not_a_number(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _sample(row: Any, meters: Mapping[str, Meter], place: str, found: list[Finding]) -> Sample | None:
    """One reading; what is wrong with it goes to `found`."""
    if not isinstance(row, dict):
        found.append(
            wrong_row(
                place, found="it is {value}", expected="an object with meter_id, start and value", value=short(row)
            )
        )
        return None
    said = cast("dict[str, Any]", row)
    before = len(found)
    found += [
        wrong_row(
            place,
            found="it has the field {value}",
            expected="meter_id, start, value and perhaps seconds",
            value=short(name),
        )
        for name in sorted(set(said) - _FIELDS)
    ]
    found += [
        wrong_row(
            place, found="it has no field '{value}'", expected="meter_id, start and value in every reading", value=name
        )
        for name in ("meter_id", "start", "value")
        if name not in said
    ]
    name = said.get("meter_id")
    meter = meters.get(name) if isinstance(name, str) else None
    if "meter_id" in said and meter is None:
        found.append(
            wrong_row(place, found="there is no meter {value}", expected="a meter of the field file", value=short(name))
        )
    start = read_time("start", said["start"], place, found) if "start" in said else None
    value = _value(said["value"], place, found) if "value" in said else None
    own = 0 if meter is None else meter.interval_seconds or 0
    seconds = said.get("seconds", own)
    if meter is not None and (isinstance(seconds, bool) or seconds != own):
        found.append(
            wrong_row(
                place,
                found="it lasts {value} s",
                expected="{own} s, as the field file says",
                value=short(seconds),
                own=own,
            )
        )
    if len(found) > before or start is None or meter is None:
        return None
    return Sample(meter.id, start, own, value)


def read_time(name: str, said: Any, place: str, found: list[Finding]) -> datetime | None:
    """A time with its offset as naive UTC; what is wrong with it goes to `found`."""
    try:
        at = datetime.fromisoformat(said) if isinstance(said, str) else None
        if at is not None and at.tzinfo is not None and at.year in _YEARS:
            return at.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        pass
    expected = "a time with its offset, as 2026-05-01T10:00:00+02:00, between 1990 and 2100"
    found.append(wrong_row(place, found="its {name} is {value}", expected=expected, name=name, value=short(said)))
    return None


def _value(said: Any, place: str, found: list[Finding]) -> float | None:
    if said is None:
        return None
    if isinstance(said, int | float) and not isinstance(said, bool) and abs(said) < 1e300 and math.isfinite(said):
        return float(said)
    found.append(
        wrong_row(place, found="its value is {value}", expected="a finite number, or null for a gap", value=short(said))
    )
    return None


def short(value: Any) -> str:
    """A value as findings show it."""
    return repr(value)[:80]


def _message(place: str, *, found: str, expected: str, **params: Any) -> Finding:
    return Finding(
        code="field.message",
        place=place,
        found=found,
        params=params,
        expected=expected,
        remedy="send it again as docs/how-to/dispatch.md shows; nothing of it was taken",
    )


def wrong_row(place: str, *, found: str, expected: str, **params: Any) -> Finding:
    """What is wrong with one row of a message."""
    return Finding(
        code="field.reading",
        place=place,
        found=found,
        params=params,
        expected=expected,
        remedy="correct it and send the message again; nothing of it was taken",
    )
