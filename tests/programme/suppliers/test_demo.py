"""The examples of the demo organisation read as entries, and their sums are those of a calculator."""

import tomllib
from importlib import resources
from typing import Any

import polars as pl
import pytest

from wattstone.programme.fleet.checks import wrong as wrong_fleet
from wattstone.programme.fleet.report import build as build_fleet
from wattstone.programme.fleet.samples import entries
from wattstone.programme.fleet.sold import OWN, Factors
from wattstone.programme.suppliers.checks import wrong
from wattstone.programme.suppliers.report import build


def told(package: str) -> dict[str, Any]:
    text = (resources.files("wattstone.programme") / package / "demo.toml").read_text(encoding="utf-8")
    rows: dict[str, list[dict[str, Any]]] = {}
    for one in tomllib.loads(text)["entry"]:
        kind = one.pop("kind")
        number = {key: float(v) if isinstance(v, int) and key not in WHOLE else v for key, v in one.items()}
        rows.setdefault(kind, []).append(number)
    return {kind: entries(kind, *each) for kind, each in rows.items()}


WHOLE = {"year", "lifetime_years", "tier", "age", "units"}


def test_the_lobbies() -> None:
    """3 x (120 + 40 x (4 + 0.8 x 12)) = 1,992 kg; primary 3 x (120 + 40 x 4 x 0.4) = 552 kg of it."""
    made = build(told("suppliers"), 2022)
    assert [one.code for one in made.findings] == ["supplier.request_overdue"]
    assert made.line("supplier.chain.total").value == pytest.approx(1_992)
    assert made.line("supplier.primary_share").value == pytest.approx(552 / 1_992)


def test_the_pool_cars_are_sound() -> None:
    assert wrong_fleet(told("fleet")) == []


def test_the_sold_cars() -> None:
    """60 cars that drive 131,200 km each, in years whose grids weigh them to 53,104 km kg/kWh.

    15,000 x 1.74 + 10,800 x 1.58 + 7,000 x 1.42 = 53,104; a kilometre takes 0.12 x 1.2 / 0.9 = 0.16 kWh of the electric
    car, 0.15 x 1.2 x 0.4 = 0.072 kWh and 0.05 x 1.4 x 0.6 = 0.042 L of the plug-in, 0.06 x 1.2 = 0.072 L of the third.
    """
    made = build_fleet(told("fleet"), 2022, demo_factors())
    burnt, charged = 20 * 0.042 + 10 * 0.072, 30 * 0.16 + 20 * 0.072
    expected = {
        "category_11.tank_to_wheel": burnt * 131_200 * 2.3, "category_11.electricity": charged * 53_104,
        "category_11.refrigerant": 60 * 0.3, "upstream.fuel_upstream": burnt * 131_200 * 0.6,
        "upstream.electricity_upstream": charged * 131_200 * 0.05, "own.scope_1": 1_200 * 2.3,
        "own.scope_2": 300 * 0.57, "own.scope_2_in_sites": 1_500 * 0.57,
    }  # fmt: skip
    assert {name: made.line(f"fleet.{name}").value for name in expected} == pytest.approx(expected)
    assert made.line("fleet.category_11").value == pytest.approx(802_132.56)
    assert "city electric (simulated), CN-GD" in made.called.values()
    assert set(made.called) >= {one.subject for one in made.lines if one.name.startswith("fleet.sold.")}
    assert made.findings == ()


def demo_factors() -> Factors:
    """The demo's own, with one gas and one grid in place of those that ship."""
    rows = told("fleet")
    bare = pl.lit(None, pl.List(pl.String)).alias("factor")
    gas = entries("fleet_refrigerant", {"refrigerant": "R-1234yf", "gwp": 1.0, "source": "in place of what ships"})
    own = pl.DataFrame({"region": ["CN-HA"], "kg_per_kwh": [0.57], "factor": [["ships"]]}, schema=OWN)
    return Factors(
        fuels=rows["fleet_fuel"].with_columns(bare), grid=rows["fleet_grid"].with_columns(bare),
        refrigerants=gas.with_columns(bare), mode="trajectory", scenario="stated", own=own,
    )  # fmt: skip


def test_the_pool_cars_break_even_and_the_sentence_says_what_decides_it() -> None:
    """Behind by 13,732.4 - 13,003 kg after 30,000 km, ahead after 45,000: 30,000 + 15,000 x 729.4 / 1,676.7 km."""
    made = build_fleet(told("fleet"), 2022, demo_factors())
    far = 30_000 + 15_000 * 729.4 / (3_001.5 - 1_324.8)
    assert made.line("fleet.comparison.break_even", "entry:pool car (simulated)").value == pytest.approx(far)
    said = made.says[-1]
    assert said.params["km"] == pytest.approx(far)
    assert said.params["input"] == "Making the electric vehicle"
    assert said.params["change"] == pytest.approx(2.694, abs=1e-3)
    assert "further away" in said.text


def test_the_lobbies_are_sound() -> None:
    assert wrong(told("suppliers")) == []
