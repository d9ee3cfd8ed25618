"""What sources say of meters, in whole columns: as meter by meter, and as the records then have it."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.interfaces.store.declarations import lay_over, to_row
from wattstone.portfolio import Meter
from wattstone.readings.meter_table import METERS, factors_of, models_of, table_of_meters
from wattstone.workflows.ingest.context import quality_context
from wattstone.workflows.ingest.roster import Roster

FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "kind": st.sampled_from(["electricity", "gas"]),
    "unit": st.sampled_from(["kWh", "MWh"]),
    "reading": st.sampled_from(["interval", "power"]),
    "multiplier": st.sampled_from([1.0, 4.0]),
    "sign": st.sampled_from([1, -1]),
    "parent_id": st.sampled_from([None, "a", "b"]),
    "basis": st.sampled_from([None, "gross", "net"]),
    "interval_seconds": st.sampled_from([None, 900, 3600]),
    "personal": st.booleans(),
}


def meter(name: str, **fields: Any) -> Meter:
    return Meter(**({"id": name, "site_id": "HQ", "kind": "electricity", "unit": "kWh"} | fields))


@st.composite
def statements(draw: st.DrawFn, *, by: list[str], once: bool) -> list[Meter]:
    names = draw(st.lists(st.sampled_from("abcd"), max_size=4, unique=once))
    return [
        meter(
            name,
            declared=draw(st.sampled_from(by)),
            **{field: draw(FIELDS[field]) for field in draw(st.sets(st.sampled_from(sorted(FIELDS))))},
        )
        for name in names
    ]


def stored(meters: list[Meter]) -> pl.DataFrame:
    """Meters as the records hold them: whatever nobody said is the default."""
    whole = [Meter(**one.model_dump()) for one in meters]
    return table_of_meters(whole).with_columns(pl.Series("key", range(1, len(whole) + 1), dtype=pl.Int32))


@given(
    statements(by=["readings", "table", "user"], once=True), st.lists(statements(by=["readings", "table"], once=False))
)
def test_sources_are_heard_as_the_records_lay_them_over_one_another(held: list[Meter], said: list[list[Meter]]) -> None:
    roster = Roster(stored(held))
    rows: dict[str, dict[str, Any]] = {one.id: to_row(one) for one in held}
    for statement in said:
        merged = lay_over(statement, stored=rows)

        fresh, found = roster.hear(table_of_meters(statement))

        assert found == []
        changed = set(_by_id(merged.new) | _by_id(merged.changed))
        twice = {one.id for one in statement if sum(other.id == one.id for other in statement) > 1}
        assert changed <= set(fresh["id"]) <= changed | twice
        # Only what is new goes to the records: they come to the same end by it.
        part = lay_over(models_of(fresh), stored=rows)
        rows |= _by_id(merged.new) | _by_id(merged.changed)
        assert _by_id(part.new) == _by_id(merged.new)
        assert _by_id(part.changed) == _by_id(merged.changed)
    assert {one.id: to_row(one) for one in models_of(roster.everyone)} == rows
    assert set(roster.named["id"]) == {one.id for statement in said for one in statement}
    assert roster.everyone["key"].is_sorted()


def _by_id(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["meter_id"]: row for row in rows}


def test_new_meters_get_the_next_free_numbers_and_keep_them() -> None:
    roster = Roster(stored([meter("a"), meter("b")]))

    assert roster.keys_of(pl.Series(["d", "b", "c"])).to_list() == [3, 2, 4]
    roster.hear(table_of_meters([meter("c"), meter("d")]))

    assert dict(roster.everyone.select("id", "key").iter_rows()) == {"a": 1, "b": 2, "d": 3, "c": 4}
    assert roster.asked() == {"b": 2, "d": 3, "c": 4}


def test_a_meter_that_stands_at_another_site_is_told() -> None:
    roster = Roster(stored([meter("a"), meter("b")]))
    _, found = roster.hear(table_of_meters([meter("a", site_id="Mill", declared="table"), meter("b")]))
    assert [(one.code, one.place) for one in found] == [("records.meter_at_two_sites", "meter 'a'")]


def test_links_are_looked_at_where_there_are_any(monkeypatch: pytest.MonkeyPatch) -> None:
    roster = Roster(stored([meter("a")]))
    roster.hear(table_of_meters([meter("b", parent_id="nobody")]))
    assert [one.code for one in roster.problems()] == ["meter.unknown_parent"]

    plain = Roster(stored([meter("a"), meter("b")]))
    monkeypatch.setattr("wattstone.workflows.ingest.roster.check", lambda _: pytest.fail("looked at all the same"))
    assert plain.problems() == []


def test_factors_make_the_canonical_unit_of_an_interval() -> None:
    meters = [
        meter("a"),
        meter("b", unit="MWh"),
        meter("c", unit="MW", reading="power", interval_seconds=900),
        meter("d", unit="kW", reading="power"),
        meter("e", kind="steam", unit="heaps"),
    ]
    # MWh is a thousand kWh; a quarter of an hour at 1 MW is 250 kWh; an hour at 1 kW is 1 kWh.
    assert factors_of(table_of_meters(meters)).to_list() == [1.0, 1000.0, 250.0, 1.0, 1.0]


def test_what_the_quality_rules_need_to_know() -> None:
    meters = [
        meter("main"),
        meter("sub", parent_id="main"),
        meter("heat", kind="district heat"),
        meter("odd", kind="heaps", unit="heaps"),
        meter("sunny", site_id="Farm"),
        meter("out", site_id="Mill", direction="export"),
        meter("own", site_id="Mill"),
    ]
    more = [*meters, meter("roof", site_id="Farm", kind="solar")]
    found = quality_context(stored(meters), others=stored(more))

    assert found.select("meter", "allow_negative", "live", "idles").rows() == [
        (1, False, True, False),
        (2, False, False, False),
        (3, False, False, True),
        (4, True, False, False),
        (5, False, True, True),
        (6, False, True, True),
        (7, False, True, True),
    ]
    assert quality_context(stored([])).is_empty()


def test_a_table_has_a_column_for_each_field_of_a_meter() -> None:
    assert list(METERS) == list(Meter.model_fields)
    everything = meter("x", multiplier=2.0)
    table = table_of_meters([everything])
    assert {name for name in METERS if table[name][0] is not None} == everything.model_fields_set | {"declared"}
