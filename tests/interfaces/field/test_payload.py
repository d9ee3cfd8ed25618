"""What a gateway sends: taken wholly, or refused with everything that is wrong with it."""

import json
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.base import InputRefused
from wattstone.interfaces.field.payload import parse_readings
from wattstone.portfolio import Meter
from wattstone.workflows.live import Sample

METERS = {"main": Meter(id="main", site_id="park", kind="electricity", unit="kWh", interval_seconds=900)}
GOOD = {"meter_id": "main", "start": "2026-05-01T10:00:00+02:00", "value": 1.25}


def parse(content: Any) -> list[Sample]:
    payload = content if isinstance(content, bytes) else json.dumps(content).encode()
    return parse_readings(payload, METERS, place="test")


@pytest.mark.parametrize("content", [GOOD, [GOOD], {"readings": [GOOD]}, {**GOOD, "seconds": 900}])
def test_a_message_is_one_reading_or_several(content: object) -> None:
    assert parse(content) == [Sample("main", datetime(2026, 5, 1, 8), 900, 1.25)]


def test_null_is_a_gap() -> None:
    assert parse({**GOOD, "value": None})[0].value is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": "1.25"},
        {"value": True},
        {"value": 10**400},
        {"value": 1e301},
        {"start": "2026-05-01T10:00:00"},
        {"start": "yesterday"},
        {"start": 1777622400},
        {"start": "0001-01-01T00:00:00+14:00"},
        {"start": "9999-12-31T23:00:00-05:00"},
        {"meter_id": "other"},
        {"meter_id": ["main"]},
        {"seconds": 60},
        {"seconds": True},
        {"unit": "kWh"},
    ],
)
def test_a_reading_that_cannot_be_right_is_refused_once(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputRefused) as refused:
        parse([GOOD, {**GOOD, **wrong}])
    assert [one.place for one in refused.value.findings] == ["test, reading 2"]
    assert refused.value.findings[0].text()


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(InputRefused) as refused:
        parse([{"meter_id": "x", "start": "y", "value": "z", "k": 1}, {}, 7, GOOD])
    places = [one.place for one in refused.value.findings]
    assert [places.count(f"test, reading {number}") for number in (1, 2, 3, 4)] == [4, 3, 1, 0]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff",
        b"{",
        b"[]",
        b"[" * 100_000,
        b'{"readings": []}',
        b'{"value": NaN}',
        b"[1e5, Infinity]",
        b"0" * 2_000_000,
    ],
)
def test_a_message_that_is_none_is_refused(payload: bytes) -> None:
    with pytest.raises(InputRefused):
        parse(payload)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.sampled_from(["meter_id", "start", "value", "readings", "x"]), x),
    )
)
def test_whatever_arrives_is_taken_or_refused(content: Any) -> None:
    with suppress(InputRefused):
        assert parse(json.dumps(content).encode())
