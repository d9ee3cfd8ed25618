"""Carbon of areas; every expected value is worked by hand beside it or is a published figure with its source."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.programme.made import made
from wattstone.programme.nature.account import LAND
from wattstone.programme.nature.carbon import built_up, hectared, of_year, summed
from wattstone.programme.nature.carbon_checks import beyond_the_area, component_differences, doubts
from wattstone.programme.nature.living import living

AREA = {"name": "Meadow", "partner": "P", "status": "action", "intervention": "protect", "ecosystem": "M1.1",
        "geometry": "POINT (1 39)", "radius": 100.0, "start": date(2021, 1, 1)}  # fmt: skip
MEADOW = {"area": "a", "quantity": "flux", "pool": "soil", "value": 0.4, "unit": "tC/ha/yr", "method": "literature",
          "source": "S", "permanence": "secured", "leakage": "none"}  # fmt: skip


def land(**fields: object) -> pl.DataFrame:
    row = {"area": "a", "hectares": 100.0, "status": "action", "intervention": "protect", "ecosystem": "M1.1",
           "start": date(2021, 1, 1), "end": None, "live": True}  # fmt: skip
    return pl.DataFrame([row | fields, row | {"area": "b", "hectares": 50.0} | fields], schema=LAND)


def amounts(*rows: dict, year: int = 2024, **fields: object) -> pl.DataFrame:
    return of_year(hectared(made("carbon", *rows), land(**fields)), year)


def one(*rows: dict, year: int = 2024, **fields: object) -> dict:
    return amounts(*rows, year=year, **fields).row(0, named=True)


def found(row: dict, **area: object) -> dict[str, str]:
    entries = {"area": made("area", AREA | {"entry": "a"} | area), "carbon": made("carbon", row)}
    return {each.code: each.severity for each in doubts(entries)}


@pytest.mark.parametrize(
    ("value", "unit", "carbon"),
    [
        (1.796, "tC/ha/yr", 1.796),
        (179.6, "gC/m2/yr", 1.796),  # Alongi 2020: mangrove burial
        (1.796 * 44 / 12, "tCO2/ha/yr", 1.796),
        (50.3, "kgC/m2", 503.0),  # Posidonia, top metre: 202 to 503 t C/ha
        (26_200.0, "gC/m2", 262.0),
    ],
)
def test_units_are_brought_to_carbon_of_a_hectare(value: float, unit: str, carbon: float) -> None:
    quantity = "flux" if unit.endswith("yr") else "stock"

    assert one({**MEADOW, "quantity": quantity, "value": value, "unit": unit})["each"] == pytest.approx(carbon)


def test_a_flux_of_a_year() -> None:
    """100 ha at 0.4 t C/ha are 40 t in a year, leap or not; so far four years, 160 t."""
    got = one(MEADOW)

    assert (got["amount"], one(MEADOW, year=2023)["amount"]) == (40, 40)
    assert got["so_far"] == 160


def test_a_part_of_a_year_is_in_days_of_that_year() -> None:
    """From 1 July: 184 of 366 days of 2024, 184 of 365 of 2023; until 2025 from 2023-07-01, 184 / 365 + 1 years."""
    assert one(MEADOW, start=date(2024, 7, 1))["amount"] == pytest.approx(40 * 184 / 366, rel=1e-12)
    assert one(MEADOW, start=date(2023, 7, 1), year=2023)["amount"] == pytest.approx(40 * 184 / 365, rel=1e-12)
    assert one(MEADOW, start=date(2023, 7, 1))["so_far"] == pytest.approx(40 * (184 / 365 + 1), rel=1e-12)


def test_what_was_taken_up_before_the_area_began_does_not_count() -> None:
    """A forest that has grown since 2011 and is protected since 2021, over 20 years: of 2024 (14^2 - 13^2) / 40 of
    40 t, 27 t; since the area began (14^2 - 10^2) / 40, 96 t."""
    row = {**MEADOW, "start": date(2011, 1, 1), "ramp": 20.0}

    assert one(row)["amount"] == pytest.approx(27, rel=1e-12)
    assert one(row)["so_far"] == pytest.approx(96, rel=1e-12)
    assert one({**row, "ramp": 0.0})["so_far"] == pytest.approx(160, rel=1e-12)


def test_land_of_which_another_area_has_a_part_counts_once() -> None:
    """Stated are 95 and 40 ha, the area has 50 ha of its own: 50 and 40 count, at 0.4."""
    soil = {**MEADOW, "area": "b", "hectares": 95.0}
    rows = amounts(soil, {**soil, "pool": "above", "hectares": 40.0})

    assert rows["amount"].to_list() == [20, 16]
    (told,) = beyond_the_area(rows)
    assert (told.code, told.severity, told.params["own"]) == ("nature.carbon_hectares", "warning", "50.0")


def test_an_area_that_does_not_count_in_the_year_is_neither_delivered_nor_planned() -> None:
    assert amounts(MEADOW, live=False, hectares=0.0).is_empty()
    assert amounts({**MEADOW, "hectares": 95.0, "start": date(2021, 1, 1)}, end=date(2022, 12, 31)).is_empty()


def test_a_stock_does_not_grow_with_years() -> None:
    got = one({**MEADOW, "quantity": "stock", "unit": "tC/ha", "value": 300.0, "ramp": 10.0})

    assert (got["amount"], got["so_far"]) == (30_000, None)


def test_a_rate_builds_up() -> None:
    """After 4 of 10 years, 4 squared over 20 is 0.8 full years, after 3 of them 0.45: 0.35 of the fourth."""
    got = one({**MEADOW, "ramp": 10.0})

    assert got["so_far"] == pytest.approx(32, rel=1e-12)
    assert got["years"] == pytest.approx(0.35, rel=1e-12)


@given(st.floats(0.01, 40), st.floats(0, 60), st.floats(0, 60))
def test_building_up_never_gives_more_than_the_full_rate(ramp: float, one_day: float, other: float) -> None:
    first, second = sorted((one_day, other))
    frame = pl.DataFrame({"t": [first, second], "r": [ramp, ramp]})

    a, b = frame.select(built_up(pl.col("t"), pl.col("r"))).to_series().to_list()
    assert 0 <= b - a <= second - first + 1e-9
    assert b <= max(0.0, second)
    if second > ramp:
        assert b == pytest.approx(second - ramp / 2)


@settings(max_examples=12)
@given(st.integers(2021, 2035), st.floats(0, 30))
def test_years_add_to_what_was_taken_up_so_far(year: int, ramp: float) -> None:
    row = {**MEADOW, "ramp": ramp}

    parts = [one(row, year=each)["amount"] for each in range(2021, year + 1)]
    assert sum(parts) == pytest.approx(one(row, year=year)["so_far"], rel=1e-9, abs=1e-9)


def test_an_area_that_ended_takes_nothing_up() -> None:
    """Of 2024 the first 31 days; nothing of 2025; the stock is in the programme no longer."""
    got = one(MEADOW, end=date(2024, 1, 31))

    assert got["amount"] == pytest.approx(100 * 0.4 * 31 / 366)
    assert amounts(MEADOW, year=2025, end=date(2024, 1, 31)).is_empty()
    assert amounts(MEADOW, year=2020).is_empty()


def test_leakage_is_deducted_of_flows_alone() -> None:
    deducted = {**MEADOW, "leakage": "deducted", "leakage_part": 0.25}

    assert one(deducted)["amount"] == pytest.approx(0.75 * one(MEADOW)["amount"])
    stock = {**deducted, "quantity": "stock", "unit": "tC/ha"}
    assert one(stock)["amount"] == pytest.approx(40)


def test_what_is_not_known_is_not_zero() -> None:
    lost = {**MEADOW, "area": "lost", "hectares": 10.0, "start": date(2021, 1, 1)}

    assert one(MEADOW, start=None)["lacks"] == "start"
    assert (one(lost)["lacks"], one(lost)["amount"]) == ("area", None)
    assert summed(amounts(lost)).is_empty()


def bounded(**fields: object) -> dict:
    return {**MEADOW, "quantity": "stock", "unit": "tC/ha", "value": 300.0, "low": 270.0, "high": 340.0,
            "bounds": "p90"} | fields  # fmt: skip


def total(*rows: dict) -> dict:
    return summed(amounts(*rows)).row(0, named=True)


def test_half_widths_of_one_source_add() -> None:
    """100 ha and 50 ha at 300 (270 to 340): 45,000, less 3,000 + 1,500, more 4,000 + 2,000."""
    got = total(bounded(), bounded(area="b"))

    assert (got["amount"], got["low"], got["high"]) == (45_000, 40_500, 51_000)


def test_half_widths_of_different_sources_add_by_squares() -> None:
    """Below by the root of 3,000 squared + 1,500 squared, above by that of 4,000 squared + 2,000 squared."""
    got = total(bounded(), bounded(area="b", source="T"))

    assert got["low"] == pytest.approx(45_000 - 3354.10197)
    assert got["high"] == pytest.approx(45_000 + 4472.13595)


def test_a_wider_level_is_narrowed_and_a_range_is_no_interval() -> None:
    """1.6449 of 1.9600 parts of a 95 % half-width."""
    assert total(bounded(bounds="p95"))["low"] == pytest.approx(30_000 - 3_000 * 1.644854 / 1.959964, rel=1e-6)
    got = total(bounded(), bounded(area="b", bounds="range"))
    assert (got["low"], got["ranges"]) == (None, 1)


def test_quantities_planned_and_reversed_stay_apart() -> None:
    avoided = {**MEADOW, "quantity": "avoided", "baseline": "B"}
    rows = summed(amounts(MEADOW, avoided, bounded(), {**MEADOW, "pool": "inorganic", "quantity": "stock"}))

    assert {(row["quantity"], row["sort"]) for row in rows.iter_rows(named=True)} == {
        ("flux", "organic"), ("avoided", "organic"), ("stock", "organic"), ("stock", "inorganic"),
    }  # fmt: skip
    assert summed(amounts(MEADOW, status="planned"))["delivered"].to_list() == [False]
    assert summed(amounts({**MEADOW, "permanence": "reversed"})).is_empty()


@given(st.permutations([bounded(), bounded(area="b"), bounded(source="T"), bounded(area="b", source="U", value=310.0)]))
def test_the_order_of_entries_does_not_count(rows: list[dict]) -> None:
    got = total(*rows)

    assert got["amount"] == pytest.approx(300 * 100 + 300 * 50 + 300 * 100 + 310 * 50, rel=1e-12)


@pytest.mark.parametrize(
    ("value", "unit", "ecosystem", "code", "severity"),
    [
        (1302.0, "tC/ha/yr", "M1.1", "nature.carbon_slip", "error"),  # printed on a public page, 1,000 times too much
        (1302.0, "tC/ha/yr", "T7.5", "nature.carbon_slip", "error"),
        (1302.0, "gC/m2/yr", "M1.1", "nature.carbon_slip", "warning"),  # 13.02 t
        (386.0, "tC/ha/yr", "MFT1.2", "nature.carbon_slip", "error"),  # a stock as a flux
        (40.0, "tC/ha/yr", "T1.1", "nature.carbon_slip", "warning"),  # over ten times what is unconfirmed
        (50.0, "tC/ha/yr", "T1.1", "nature.carbon_slip", "error"),  # over ten times 4.27, of any ecosystem
        (0.0004, "tC/ha/yr", "M1.1", "nature.carbon_low", "warning"),
        (6.5853, "tC/ha/yr", "MFT1.2", "nature.carbon_slip", "warning"),  # 6.59 t CO2 is 1.796 t C
        (3.0947, "tC/ha/yr", "M1.1", "nature.carbon_dioxide", "warning"),  # 0.844 t C as CO2
        (0.844, "tCO2/ha/yr", "M1.1", "nature.carbon_dioxide", "warning"),
    ],
)
def test_slips_of_a_unit(value: float, unit: str, ecosystem: str, code: str, severity: str) -> None:
    row = {**MEADOW, "value": value, "unit": unit}

    assert found(row, ecosystem=ecosystem) == {code: severity}


@pytest.mark.parametrize(
    ("value", "severity"),
    [
        (150.0, "warning"),  # a forest that is cleared loses its stock in the year
        (1_800.0, "error"),  # no stock of 1,760 t can lose so much
    ],
)
def test_a_loss_is_held_against_what_a_stock_can_lose(value: float, severity: str) -> None:
    row = {**MEADOW, "quantity": "avoided", "baseline": "cleared", "value": value}

    assert found(row, ecosystem="T2.4") == {"nature.carbon_slip": severity}


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        (-2.4, {}),
        (-5.4, {}),  # 193.7 kg of methane, at 27.9
        (-20.0, {"nature.carbon_slip": "warning"}),
        (-5_400.0, {"nature.carbon_slip": "error"}),  # in kg
    ],
)
def test_methane_and_nitrous_oxide_are_held_against_what_is_published(value: float, codes: dict) -> None:
    assert found({**MEADOW, "pool": "gases", "unit": "tCO2e/ha/yr", "value": value}) == codes


def test_a_finding_does_not_say_that_something_fits_which_does_not() -> None:
    (told,) = doubts({"area": made("area", AREA | {"entry": "a"}), "carbon": made("carbon", {**MEADOW, "value": 1e9})})

    assert "divided" not in told.text()


@pytest.mark.parametrize(
    ("value", "unit"), [(0.4, "tC/ha/yr"), (84.4, "gC/m2/yr"), (3.0947, "tCO2/ha/yr"), (-0.4, "tC/ha/yr")]
)
def test_published_rates_are_not_doubted(value: float, unit: str) -> None:
    assert found({**MEADOW, "value": value, "unit": unit}) == {}


@pytest.mark.parametrize(
    ("fields", "area", "code"),
    [
        ({"quantity": "stock"}, {}, "nature.carbon_unit"),
        ({"unit": "tC/ha", "value": 300.0}, {}, "nature.carbon_unit"),
        ({"low": 0.1}, {}, "nature.carbon_bounds"),
        ({"low": 0.1, "high": 0.5}, {}, "nature.carbon_bounds"),
        ({"low": 0.5, "high": 0.6, "bounds": "p90"}, {}, "nature.carbon_bounds"),
        ({}, {"intervention": "restore"}, "nature.carbon_ramp"),
        ({"ramp": 0.0, "method": "default"}, {"intervention": "restore"}, "nature.carbon_ramp"),
        ({"ramp": 0.01}, {"intervention": "restore"}, "nature.carbon_ramp"),
        ({"ramp": 5.0, "start": date(2005, 1, 1)}, {"intervention": "restore"}, "nature.carbon_before"),
        ({"quantity": "avoided", "baseline": "B", "start": date(2020, 12, 31)}, {}, "nature.carbon_before"),
        ({"quantity": "avoided"}, {}, "nature.carbon_baseline"),
        ({"leakage": "deducted"}, {}, "nature.carbon_leakage"),
        ({"pool": "inorganic"}, {}, "nature.carbon_lime"),
        ({"unit": "tCO2e/ha/yr"}, {}, "nature.carbon_gases"),
        ({"pool": "gases"}, {}, "nature.carbon_gases"),
    ],
)
def test_traps_are_refused(fields: dict, area: dict, code: str) -> None:
    assert found(MEADOW | fields, **area).get(code) == "error"


def test_a_measured_rate_or_one_that_builds_up_is_taken() -> None:
    assert found({**MEADOW, "method": "measured"}, intervention="restore") == {}
    assert found({**MEADOW, "ramp": 15.0}, intervention="restore") == {}
    assert found({**MEADOW, "ramp": 5.0, "start": date(2021, 1, 1)}, intervention="restore") == {}
    before = {**MEADOW, "start": date(2005, 1, 1)}
    assert found(before) == {"nature.carbon_before": "warning"}
    assert found({**before, "method": "measured"}, intervention="restore") == {"nature.carbon_before": "warning"}
    assert found({**MEADOW, "permanence": "reversed"}) == {"nature.carbon_reversed": "warning"}
    assert found(MEADOW, start=None) == {"nature.carbon_start": "warning"}


@pytest.mark.parametrize("pools", [("total", "soil"), ("soil", "soil")])
def test_a_pool_counts_once(pools: tuple[str, str]) -> None:
    rows = made("carbon", *({**MEADOW, "pool": pool} for pool in pools))

    assert [each.code for each in doubts({"area": made("area", AREA | {"entry": "a"}), "carbon": rows})] == [
        "nature.carbon_pools"
    ]


def test_a_table_that_does_not_add_is_told_and_not_mended() -> None:
    row = {"table": "T", "unit": "t C/ha", "source": "S"}
    parts = {"soil": 589.0, "trees": 109.0, "roots": 20.9}
    printed = {**row, "component": "all", "value": 738.9, "total": True}
    rows = made("carbon_table", *({**row, "component": name, "value": each} for name, each in parts.items()), printed)

    assert component_differences(rows)["difference"].to_list() == [pytest.approx(20.0)]
    assert [each.code for each in doubts({"carbon_table": rows})] == ["nature.carbon_table"]
    assert list(doubts({"carbon_table": rows.filter(pl.col("component") != "all")})) == []


def test_the_report_never_adds_the_three() -> None:
    avoided = {**MEADOW, "quantity": "avoided", "baseline": "B"}
    part = living({"carbon": made("carbon", MEADOW, avoided, bounded())}, land(), 2024)

    lines = {line.name: line for line in part.lines}
    assert set(lines) == {
        "nature.carbon.stock", "nature.carbon.stock.co2", "nature.carbon.flux", "nature.carbon.flux.co2",
        "nature.carbon.flux.so_far", "nature.carbon.avoided", "nature.carbon.avoided.co2",
        "nature.carbon.avoided.so_far",
    }  # fmt: skip
    assert lines["nature.carbon.stock"].interval == (27_000, 34_000)
    assert lines["nature.carbon.stock.co2"].value == pytest.approx(30_000 * 44 / 12)
    assert lines["nature.carbon.flux"].interval is None
    assert [{column.name for column in table.columns} - set(table.rows.columns) for table in part.tables] == [set()] * 3
