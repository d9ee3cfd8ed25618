"""Meters of a dataset folder: looked at by their sorts as they are one by one."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattstone.base import Finding
from wattstone.portfolio import Site
from wattstone.readings import dataset_meters
from wattstone.readings.dataset_meters import meters_of
from wattstone.readings.described import Described
from wattstone.readings.meter_table import METERS, models_of

SEEN = {
    "meter_id": pl.String,
    "site_id": pl.String,
    "kind": pl.String,
    "unit": pl.String,
    "row": pl.Int64,
    "seconds": pl.Int64,
    "steps": pl.UInt32,
}
SITES = (Site(id="HQ", type="office"), Site(id="Home", type="Dwelling"))

names = st.sampled_from(["a", "b", "c", "d", "bad/name", " x"])
kinds = st.sampled_from(["electricity", "Gas", "water_register", "heaps"])
units = st.sampled_from(["kWh", "KWH", "m3", "kW", "MWh (net)", "heaps", ""])
sites = st.sampled_from(["HQ", "Home"])
COLUMNS: dict[str, st.SearchStrategy[Any]] = {
    "site_id": st.none() | sites,
    "kind": st.none() | kinds,
    "unit": st.none() | units,
    "interval_minutes": st.none() | st.sampled_from([0.0, 15.0, 60.0]),
    "reading": st.none() | st.sampled_from(["interval", "register", "wrong"]),
    "basis": st.none() | st.sampled_from(["net"]),
    "personal": st.none() | st.booleans(),
    "multiplier": st.none() | st.sampled_from([2.0, -1.0]),
    "parent_id": st.none() | names,
    "space_id": st.none() | st.sampled_from(["block 1", "a:b"]),
    "color": st.sampled_from(["red", "green"]),
}


@st.composite
def folders(draw: st.DrawFn) -> tuple[Described, pl.DataFrame | None]:
    known = draw(st.lists(names, max_size=5, unique=True))
    rows = [
        (
            name, draw(sites), draw(kinds), draw(units), number,
            draw(st.none() | st.sampled_from([900, 3600])), draw(st.sampled_from([1, 50])),
        )
        for number, name in enumerate(known, start=1)
    ]  # fmt: skip
    described = Described(len(rows), pl.DataFrame(rows, schema=SEEN, orient="row"))
    if draw(st.booleans()):
        return described, None
    columns = draw(st.sets(st.sampled_from(sorted(COLUMNS))))
    types = {"interval_minutes": pl.Float64, "multiplier": pl.Float64, "personal": pl.Boolean}
    ids = draw(st.lists(names, max_size=6, unique=True))
    return described, pl.DataFrame(
        {"meter_id": pl.Series(ids, dtype=pl.String)}
        | {name: pl.Series([draw(COLUMNS[name]) for _ in ids], dtype=types.get(name, pl.String)) for name in columns}
    )


def read(folder: tuple[Described, pl.DataFrame | None]) -> tuple[pl.DataFrame, list[Finding]]:
    found: list[Finding] = []
    return meters_of(*folder, SITES, "folder", found), found


@settings(max_examples=200)
@given(folders())
def test_looking_at_sorts_finds_what_looking_at_each_finds(folder: tuple[Described, pl.DataFrame | None]) -> None:
    meters, found = read(folder)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dataset_meters, "_doubtful", lambda _: pl.lit(True))
        each, told = read(folder)

    assert meters.schema == pl.Schema(METERS)
    assert meters.equals(each)
    assert found == told
    assert len(models_of(meters)) == meters.height


def test_meters_that_are_described_alike_are_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        (f"m{number}", "HQ" if number % 2 else "Home", "electricity", "kWh", number, 900, 50) for number in range(100)
    ]
    looked: list[str] = []
    once = dataset_meters._meter

    def counted(name: str, seen: dict[str, Any], *more: Any, **options: Any) -> Any:
        looked.append(seen["meter_id"])
        return once(name, seen, *more, **options)

    monkeypatch.setattr(dataset_meters, "_meter", counted)
    meters, found = read((Described(100, pl.DataFrame(rows, schema=SEEN, orient="row")), None))

    assert (len(looked), meters.height, found) == (2, 100, [])
    assert meters.group_by("site_id").agg(pl.col("personal").first()).sort("site_id").rows() == [
        ("HQ", None),
        ("Home", True),
    ]


def test_what_is_wrong_with_one_of_many_is_said_of_that_one() -> None:
    rows = [(f"m{number}", "HQ", "electricity", "kWh", number, 900, 50) for number in range(9)]
    table = pl.DataFrame(
        {"meter_id": [f"m{number}" for number in range(9)], "multiplier": [1.0] * 8 + [-1.0]}
    ).with_columns(parent_id=pl.when(pl.col("meter_id") == "m3").then(pl.lit("a/b")))

    meters, found = read((Described(9, pl.DataFrame(rows, schema=SEEN, orient="row")), table))

    assert [one.place for one in found] == ["folder, meter 'm3'", "folder, meter 'm8'"]
    assert {one.code for one in found} == {"meter.invalid"}
    assert meters["id"].to_list() == ["m0", "m1", "m2", "m4", "m5", "m6", "m7"]
