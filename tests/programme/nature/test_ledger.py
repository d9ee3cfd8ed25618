"""The ledger: land counted once, by status, claim and year; boxes of a degree on the equator by hand."""

import json
from datetime import date, datetime

import numpy as np
import polars as pl
import pytest
import shapely

from tests.programme.nature.test_arrangement import blobs
from wattstone.base import InputRefused
from wattstone.programme.kinds import entry_schema, record_kind
from wattstone.programme.nature.checks import wrong
from wattstone.programme.nature.equal_area import equal_area
from wattstone.programme.nature.ledger import attributed, corrected, ledger
from wattstone.programme.nature.report import build
from wattstone.programme.nature.typology import groups

AREA = record_kind("area")
DEGREE = float(equal_area(np.array([shapely.box(0, 0, 1, 1)]))[0]) * 1e-4  # ha


def areas(*rows: dict[str, object]) -> pl.DataFrame:
    given = [
        {
            "entry": f"a{at}", "id": f"a{at}", "name": f"Area {at}", "partner": "One", "status": "action",
            "start": date(2022, 1, 1), "intervention": "restore", "ecosystem": "M1.1", "country": "ES",
            "hash": f"h{at}", **row,
        }
        for at, row in enumerate(rows)
    ]  # fmt: skip
    return pl.DataFrame(given, schema=entry_schema(AREA))


def box(west: float, east: float) -> str:
    return shapely.box(west, 0, east, 1).wkt


def others(kind: str, *rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=entry_schema(record_kind(kind)))


OVERLAPPING = areas(
    {"geometry": box(0, 2), "precedence": 2},
    {"geometry": box(1, 3), "precedence": 1, "partner": "Two"},
    {"geometry": box(2, 5), "status": "planned", "partner": "Two"},
)


def test_land_belongs_to_the_surer_status_and_then_to_the_lower_precedence() -> None:
    books = ledger(OVERLAPPING)
    parts = attributed(books, np.ones(3, dtype=bool)) * 1e-4
    np.testing.assert_allclose(parts / DEGREE, [1, 2, 2], rtol=1e-12)


def test_in_equal_parts_only_claims_of_one_status_share() -> None:
    books = ledger(OVERLAPPING)
    parts = attributed(books, np.ones(3, dtype=bool), equal=True) * 1e-4
    np.testing.assert_allclose(parts / DEGREE, [1.5, 1.5, 2], rtol=1e-12)


@pytest.mark.parametrize("equal", [False, True])
def test_parts_add_to_the_net_in_any_order(equal: bool) -> None:
    shapes = blobs(200, seed=4)
    status = np.array(["verified", "action", "agreement", "planned"])[np.arange(200) % 4]
    frame = areas(*({"geometry": one.wkt, "status": str(s)} for one, s in zip(shapes, status, strict=True)))
    every = np.ones(200, dtype=bool)
    books, turned = ledger(frame), ledger(frame.reverse())
    parts = attributed(books, every, equal=equal)
    assert parts.sum() == pytest.approx(books.net(every), rel=1e-12)
    done = books.of("verified", "action")
    assert parts[done].sum() == pytest.approx(books.net(done), rel=1e-12)
    np.testing.assert_allclose(attributed(turned, every, equal=equal), parts, rtol=1e-9, atol=1e-3)


def test_planned_land_is_never_in_what_is_delivered() -> None:
    told = build({"area": OVERLAPPING}, 2024)
    assert told.line("nature.area.net").value == pytest.approx(3 * DEGREE, rel=1e-12)
    assert told.line("nature.area.gross").value == pytest.approx(4 * DEGREE, rel=1e-12)
    assert told.line("nature.area.net.planned").value == pytest.approx(2 * DEGREE, rel=1e-12)


def test_tables_add_up_to_the_lines() -> None:
    told = build({"area": OVERLAPPING}, 2024)
    held = {one.id: one.rows for one in told.tables}
    for name in ("areas-status", "areas-partners", "areas-cells"):
        done = held[name].filter(pl.col("status") == "action")
        assert done["net"].sum() == pytest.approx(told.line("nature.area.net").value, rel=1e-12)


def test_years_add_what_is_new_and_leave_what_has_ended() -> None:
    """A degree from 2020 to 2021, the next two from 2021: one, three, then two in force; three ever."""
    frame = areas(
        {"geometry": box(0, 1), "start": date(2020, 5, 1), "end": date(2021, 6, 30)},
        {"geometry": box(1, 3), "start": date(2021, 5, 1)},
        {"geometry": box(1, 2), "start": date(2022, 5, 1)},
    )
    years = {one.id: one.rows for one in build({"area": frame}, 2022).tables}["areas-years"]
    np.testing.assert_allclose(years["net"] / DEGREE, [1, 3, 2], rtol=1e-12)
    np.testing.assert_allclose(years["ever"] / DEGREE, [1, 3, 3], rtol=1e-12)
    np.testing.assert_allclose(years["first"] / DEGREE, [1, 2, 0], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(years["gross"] / DEGREE, [1, 3, 3], rtol=1e-12)


def test_progress_counts_what_the_goal_says() -> None:
    goals = others(
        "goal",
        {"entry": "g1", "name": "All", "hectares": 10 * DEGREE, "by": 2030, "counts": "delivered", "hash": "x"},
        {"entry": "g2", "name": "Sure", "hectares": 10 * DEGREE, "by": 2030, "counts": "verified", "hash": "y"},
        {"entry": "g3", "name": "Land", "hectares": DEGREE, "by": 2030, "counts": "delivered", "realm": "land",
         "hash": "z"},
    )  # fmt: skip
    told = build({"area": OVERLAPPING, "goal": goals}, 2024)
    assert told.line("nature.goal.share", "entry:g1").value == pytest.approx(0.3, rel=1e-12)
    assert told.line("nature.goal.pending", "entry:g1").value == pytest.approx(2 * DEGREE, rel=1e-12)
    assert told.line("nature.goal.share", "entry:g2").value == 0
    assert told.line("nature.goal.share", "entry:g3").value == 0


def test_land_that_was_protected_before_is_told() -> None:
    layers = others(
        "layer", {"entry": "l", "name": "Park", "role": "protected", "geometry": box(2.5, 9), "source": "s"}
    )
    told = build({"area": OVERLAPPING, "layer": layers}, 2024)
    assert told.line("nature.area.protected_before").value == pytest.approx(DEGREE / 2, rel=1e-12)


def test_a_correction_gives_what_all_entries_give() -> None:
    shapes = blobs(80, seed=9)
    frame = areas(*({"geometry": one.wkt} for one in shapes[:79]))
    layers = others(
        "layer", {"entry": "l", "name": "Park", "role": "protected", "geometry": shapes[79].wkt, "source": "s"}
    )
    books = ledger(frame, layers)
    row = frame[5].with_columns(geometry=pl.lit(shapes[6].wkt), status=pl.lit("verified"))
    added = areas({"entry": "zz", "geometry": shapes[3].wkt})
    for one, all_of in (
        (row, pl.concat([frame[:5], row, frame[6:]])), (added, pl.concat([frame, added]))
    ):  # fmt: skip
        quick, slow = corrected(books, one), ledger(all_of, layers)
        mine, theirs = (dict(zip(each.frame["entry"], attributed(each, np.ones(each.count, dtype=bool)), strict=True))
                        for each in (quick, slow))  # fmt: skip
        assert mine.keys() == theirs.keys()
        for key in mine:
            assert mine[key] == pytest.approx(theirs[key], rel=1e-9, abs=1e-3)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"start": date(2024, 1, 1), "end": date(2023, 1, 1)}, "nature.ends_before_start"),
        ({"start": date(2030, 1, 1), "entered_at": datetime(2026, 1, 1)}, "nature.not_begun"),
        ({"ecosystem": "seagrass"}, "nature.ecosystem_code"),
        ({"country": "Spain"}, "nature.country_code"),
        ({"evidence": "trust me"}, "nature.evidence_hash"),
        ({"geometry": "a field by the river"}, "nature.unreadable"),
        ({"geometry": "POLYGON ((40 116, 41 116, 41 117, 40 116))"}, "nature.swapped"),
        ({"geometry": "POLYGON ((0 0, 111319 0, 111319 111325, 0 0))"}, "nature.out_of_range"),
    ],
)
def test_a_wrong_entry_is_refused_by_name(row: dict[str, object], code: str) -> None:
    frame = areas({"geometry": box(0, 1), **row})
    assert [one.code for one in wrong({"area": frame}) if one.severity == "error"] == [code]
    with pytest.raises(InputRefused):
        build({"area": frame}, 2024)


def test_a_ledger_without_entries_says_so() -> None:
    told = build({}, 2024)
    assert told.line("nature.area.net").value == 0
    assert "No area" in told.says[0].text


def carbon(*rows: dict[str, object]) -> pl.DataFrame:
    given = [
        {"entry": f"c{at}", "hash": f"c{at}", "quantity": "stock", "pool": "soil", "value": 300.0, "unit": "tC/ha",
         "method": "measured", "source": "S", **row}
        for at, row in enumerate(rows)
    ]  # fmt: skip
    return others("carbon", *given)


def test_stated_hectares_count_no_land_twice() -> None:
    """Two partners claim one degree; each states 0.9 of it: the first has all of it, the second nothing of its own."""
    frame = areas({"geometry": box(0, 1)}, {"geometry": box(0, 1), "partner": "Two"})
    told = build({"area": frame, "carbon": carbon(
        {"area": "a0", "hectares": DEGREE * 0.9}, {"area": "a1", "hectares": DEGREE * 0.9}
    )}, 2024)  # fmt: skip

    assert told.line("nature.carbon.stock").value == pytest.approx(300 * DEGREE * 0.9, rel=1e-12)
    assert "nature.carbon_hectares" in {one.code for one in told.findings}


def test_carbon_of_an_area_that_has_ended_is_nowhere() -> None:
    frame = areas({"geometry": box(0, 1), "start": date(2020, 1, 1), "end": date(2022, 12, 31)})
    flux = {"area": "a0", "hectares": 95.0, "quantity": "flux", "value": 0.5, "unit": "tC/ha/yr",
            "start": date(2020, 1, 1)}  # fmt: skip
    entries = {"area": frame, "carbon": carbon({"area": "a0", "hectares": 95.0}, flux)}

    assert [one.name for one in build(entries, 2024).lines if "carbon" in one.name] == []
    assert build(entries, 2022).line("nature.carbon.flux").value == pytest.approx(47.5, rel=1e-12)


@pytest.mark.parametrize("code", ["M9.9", "T77", "T7.6", "M1.11", "X1.1", "seagrass"])
def test_what_is_no_code_of_the_typology_is_refused(code: str) -> None:
    frame = areas({"geometry": box(0, 1), "ecosystem": code})
    assert "nature.ecosystem_code" in {one.code for one in wrong({"area": frame})}


@pytest.mark.parametrize("code", ["M1.10", "MT2.2", "T7", "F2.10", "MFT1.3"])
def test_codes_of_the_typology_are_taken(code: str) -> None:
    frame = areas({"geometry": box(0, 1), "ecosystem": code})
    assert "nature.ecosystem_code" not in {one.code for one in wrong({"area": frame})}


def test_the_typology_has_110_groups_in_25_biomes() -> None:
    """Keith et al. 2022: 25 biomes, 110 ecosystem functional groups."""
    assert (len(groups()), sum(groups().values())) == (25, 110)


@pytest.mark.parametrize("country", ["es", "Spain"])
def test_a_goal_of_no_country_is_refused(country: str) -> None:
    goal = {"entry": "g", "name": "G", "hectares": 1.0, "by": 2030, "counts": "delivered", "country": country}
    assert [one.code for one in wrong({"goal": others("goal", goal)})] == ["nature.country_code"]


def test_what_is_verified_without_evidence_counts_towards_no_goal_of_verified_land() -> None:
    """Three degrees are verified, two of them without evidence."""
    kinds = ({"document": "ab" * 32}, {}, {})
    frame = areas(*({"geometry": box(at, at + 1), "status": "verified", **one} for at, one in enumerate(kinds)))
    goals = others("goal", *({"entry": name, "hash": name, "name": name, "hectares": 10 * DEGREE, "by": 2030,
                              "counts": name} for name in ("verified", "delivered")))  # fmt: skip
    told = build({"area": frame, "goal": goals}, 2024)

    assert told.line("nature.goal.net", "entry:verified").value == pytest.approx(DEGREE, rel=1e-12)
    assert told.line("nature.goal.pending", "entry:verified").value == pytest.approx(2 * DEGREE, rel=1e-12)
    assert told.line("nature.goal.net", "entry:delivered").value == pytest.approx(3 * DEGREE, rel=1e-12)


WIDE = {"type": "Polygon", "coordinates": [[[-170, -10], [170, -10], [170, 10], [-170, 10], [-170, -10]]]}
METRES = "POLYGON ((222638 4721671, 233770 4721671, 233770 4735998, 222638 4721671))"


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        (json.dumps(WIDE), "nature.two_readings"),
        ("POLYGON ((-170 -10, 170 -10, 170 10, -170 10, -170 -10))", "nature.two_readings"),
        ("SRID=32631;POLYGON ((10 20, 110 20, 110 80, 10 80, 10 20))", "nature.other_system"),
        (f"SRID=3857;{METRES}", "nature.other_system"),
        (METRES, "nature.out_of_range"),
        ("metres;POLYGON ((10 20, 110 20, 110 80, 10 80, 10 20))", "nature.unreadable"),
        (json.dumps({**WIDE, "crs": {"type": "name", "properties": {"name": "EPSG:32631"}}}), "nature.other_system"),
    ],
)
@pytest.mark.parametrize("kind", ["area", "layer"])
def test_a_boundary_that_has_no_one_meaning_is_refused_at_its_entry(kind: str, geometry: str, code: str) -> None:
    good = {"geometry": box(0, 1)}
    layer = {"name": "Park", "role": "protected", "source": "s"}
    held = (
        areas(good, {"geometry": geometry})
        if kind == "area"
        else others("layer", {"entry": "a0", **layer, **good}, {"entry": "a1", **layer, "geometry": geometry})
    )
    errors = [one for one in wrong({kind: held}) if one.severity == "error"]
    assert [(one.code, one.place) for one in errors] == [(code, f"{kind} 'a1'")]
    with pytest.raises(InputRefused):
        build({"area": areas(good), kind: held}, 2024)


def test_longitude_and_latitude_may_be_declared() -> None:
    frame = areas({"geometry": f"SRID=4326;{box(0, 1)}"}, {"geometry": f"SRID=4326; {box(3, 4)}"})
    assert build({"area": frame}, 2024).line("nature.area.net").value == pytest.approx(2 * DEGREE, rel=1e-12)


def test_what_is_drawn_behind_the_map_may_be_a_line_or_an_ocean() -> None:
    back = {"role": "background", "source": "s", "name": "x"}
    layers = others(
        "layer", {"entry": "a", **back, "geometry": "LINESTRING (0 0, 1 1)"},
        {"entry": "b", **back, "geometry": shapely.box(-180, -90, 180, 80).wkt},
        {"entry": "c", **back, "geometry": METRES},
    )  # fmt: skip
    assert [(one.code, one.place) for one in wrong({"layer": layers})] == [("nature.out_of_range", "layer 'c'")]


def test_a_ledger_whose_wrong_boundary_is_mended_is_refused_no_more() -> None:
    books = ledger(areas({"geometry": box(0, 1)}, {"geometry": METRES}, {"geometry": box(0, 1)}))
    assert books.placed.refused
    mended = corrected(books, areas({"entry": "a1", "geometry": box(4, 5)}))
    assert not mended.placed.refused
    assert [(one.code, one.first) for one in mended.placed.findings] == [("nature.duplicate", "area 'a2'")]
    moved = corrected(mended, areas({"entry": "a2", "geometry": box(7, 8)}))
    assert not moved.placed.findings
    broken = corrected(moved, areas({"entry": "new", "geometry": METRES}))
    assert [(one.code, one.first) for one in broken.placed.findings if one.severity == "error"] == [
        ("nature.out_of_range", "area 'new'")
    ]
