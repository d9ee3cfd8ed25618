"""The checks of what meters say about one another."""

from typing import Any

import pytest

from wattstone.portfolio import Meter
from wattstone.portfolio.virtual import check


def meter(meter_id: str, kind: str = "electricity", **fields: Any) -> Meter:
    return Meter(**({"id": meter_id, "site_id": "HQ", "kind": kind, "unit": "kWh"} | fields))


def own(expression: str, meter_id: str = "own", **fields: Any) -> Meter:
    return meter(meter_id, **({"expression": expression, "counted": True} | fields))


MAIN, TENANT, PUMP = meter("main"), meter("tenant", parent_id="main"), meter("pump", parent_id="main")


def found(*meters: Meter) -> list[tuple[str, str, str]]:
    findings = check(meters)
    assert all(finding.text() for finding in findings)
    return [(finding.code, finding.place, finding.severity) for finding in findings]


@pytest.mark.parametrize(
    "meters",
    [
        (),
        (MAIN, TENANT, PUMP),
        (MAIN, TENANT, own("main - tenant", counted=False)),
        (MAIN, TENANT, own("main - tenant")),
        (MAIN, TENANT, PUMP, own("main - tenant"), own("tenant", "let")),
        (MAIN, own("0.4 * main", "one"), own("0.6 * main", "two")),
        (MAIN, own("2 * main")),
        (MAIN, PUMP, own("main - pump", "rest"), own("pump", "pumping")),
        (MAIN, meter("pv", "solar"), meter("out", "electricity_export"), own("main + pv - out")),
        (meter("a", "gas", unit="kWh_gross"), own("a", kind="natural_gas", basis="gross")),
        (MAIN, own("main", "v", counted=False), own("v", "w", counted=False), own("v + w - main", "x", counted=False)),
        (meter("r", "water_register"), meter("d", "water", derived_from="r"), own("d", kind="water")),
    ],
)
def test_a_sound_portfolio_has_no_findings(meters: tuple[Meter, ...]) -> None:
    assert found(*meters) == []


def test_an_expression_that_cannot_be_read_names_its_meter() -> None:
    assert found(own("main * ")) == [("expression.syntax", "meter 'own', expression, character 8", "error")]


def test_unknown_meters() -> None:
    (finding,) = check([MAIN, own("main - a - b")])
    assert (finding.code, finding.count) == ("virtual.unknown_meter", 2)
    assert "'a', 'b'" in finding.text()


def test_an_id_with_a_hyphen_is_recognised() -> None:
    (finding,) = check([meter("HQ-main"), own("HQ-main")])
    assert "put the id 'HQ-main' in backquotes" in finding.text()


def test_circles_are_named() -> None:
    (finding,) = check([own("b", "a", counted=False), own("2 * c", "b", counted=False), own("a", "c", counted=False)])
    assert finding.code == "virtual.cycle"
    assert "a -> b -> c -> a" in finding.text()
    assert ("virtual.cycle", "meter 'v'", "error") in found(MAIN, own("main - v", "v"))
    assert found(meter("a", parent_id="b"), meter("b", parent_id="a")) == [("meter.parent_cycle", "meter 'a'", "error")]
    assert found(meter("a", derived_from="a")) == [("meter.derived_cycle", "meter 'a'", "error")]


def test_a_long_chain_is_no_circle() -> None:
    chain = [MAIN, *(own("main" if n == 0 else f"v{n - 1}", f"v{n}", counted=False) for n in range(5000))]
    assert found(*chain) == []


@pytest.mark.parametrize(
    ("other", "virtual", "code", "severity"),
    [
        (meter("w", "water", unit="m3"), own("main - w"), "virtual.mixed_quantities", "error"),
        (meter("w", "water_register", unit="L"), own("main - w", counted=False), "virtual.mixed_quantities", "error"),
        (meter("g", "gas"), own("main - g"), "virtual.mixed_kinds", "error"),
        (meter("g", "gas"), own("main - g", counted=False), "virtual.mixed_kinds", "warning"),
        (meter("g", "gas"), own("0.9 * g", kind="heat", counted=False), "virtual.mixed_kinds", "warning"),
        (meter("x", "tenants", unit="kW"), own("main - x", counted=False), "virtual.mixed_kinds", "warning"),
        (meter("x", "tenants", unit="m3"), own("main - x", counted=False), "virtual.mixed_quantities", "error"),
        (meter("g", "gas", basis="net"), own("g", kind="gas", basis="gross"), "virtual.mixed_basis", "error"),
        (meter("g", "gas", unit="kWh_net"), own("g", kind="gas", basis="gross"), "virtual.mixed_basis", "error"),
        (meter("far", site_id="Mill"), own("main + far"), "virtual.other_site", "warning"),
    ],
)
def test_mixtures(other: Meter, virtual: Meter, code: str, severity: str) -> None:
    assert found(MAIN, other, virtual) == [(code, "meter 'own'", severity)]


@pytest.mark.parametrize(
    ("meters", "twice", "times", "by"),
    [
        ((MAIN, TENANT, PUMP, own("main - tenant", "x"), own("main - pump", "y")), "main", "2", "'x', 'y'"),
        ((MAIN, own("0.7 * main", "x"), own("0.7 * main", "y")), "main", "1.4", "'x', 'y'"),
        ((MAIN, PUMP, own("main + pump")), "pump", "2", "'own'"),
        ((MAIN, PUMP, own("pump")), "pump", "2", "'own', 'main'"),
        ((MAIN, PUMP, own("main", "x"), own("pump", "y")), "pump", "2", "'y', 'x'"),
        ((MAIN, own("main", "v", counted=False), own("v", "x"), own("main", "y")), "main", "2", "'x', 'y'"),
        ((meter("r", "water_register"), meter("d", "water", derived_from="r"), own("d + r", kind="water")),
         "r", "2", "'own'"),
        ((MAIN, own("main", "v"), meter("lamp", parent_id="v"), own("lamp", "x")), "lamp", "2", "'x', 'v'"),
    ],
)  # fmt: skip
def test_what_is_counted_twice(meters: tuple[Meter, ...], twice: str, times: str, by: str) -> None:
    findings = [finding for finding in check(meters) if finding.code == "virtual.double_counting"]
    (finding,) = findings
    assert finding.place == f"meter '{twice}'"
    assert f"hold it {times} times, by way of {by}" in finding.text()


def test_a_counted_meter_that_another_one_counts_is_a_warning() -> None:
    assert found(MAIN, own("main", "v"), own("v", "w")) == [("virtual.not_counted", "meter 'v'", "warning")]
    assert found(MAIN, PUMP, own("pump", parent_id="main")) == [("virtual.not_counted", "meter 'own'", "warning")]


def test_parents_and_registers_that_are_not_there_are_told_once() -> None:
    findings = check([meter("a", parent_id="x"), meter("b", parent_id="x"), meter("c", derived_from="y")])
    assert [(finding.code, finding.count) for finding in findings] == [
        ("meter.unknown_parent", 2),
        ("meter.unknown_register", 1),
    ]


def test_odd_parents() -> None:
    assert found(MAIN, meter("g", "gas", parent_id="main"), meter("far", parent_id="main", site_id="Mill")) == [
        ("meter.odd_parent", "meter 'g'", "warning"),
        ("meter.odd_parent", "meter 'far'", "warning"),
    ]
    assert found(MAIN, meter("g", "gas", derived_from="main")) == [("meter.odd_register", "meter 'g'", "warning")]


def test_twenty_thousand_meters_are_checked_while_one_waits() -> None:
    tenants = [meter(f"t{n}", parent_id="main") for n in range(10_000)]
    rests = [own(f"0.0001 * main - t{n}", f"v{n}", counted=False) for n in range(10_000)]
    assert found(MAIN, *tenants, *rests) == []
