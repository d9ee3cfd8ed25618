"""The same cars as entries of vehicles, and what the report on vehicles makes of them."""

from typing import Any

import polars as pl

from wattstone.programme.fleet.report import build
from wattstone.programme.fleet.samples import entries, models
from wattstone.programme.fleet.sold import Factors
from wattstone.programme.report import ModuleReport

Cars = dict[str, dict[str, float]]
ENERGY = ("energy chain", "direct - exhaust")
_USED = (*ENERGY, "litres", "kwh", "km")
_YEAR = 2020


def factors(cars: Cars) -> tuple[float, float, float]:
    """Tank to wheel and well to tank of a litre, well to wheel of a kilowatt-hour, as the two plain cars have them."""
    petrol, electric = cars["ICEV-p"], cars["BEV"]
    burnt, before = (petrol[one] / petrol["litres"] for one in ("direct - exhaust", "energy chain"))
    return burnt, before, electric["energy chain"] / electric["kwh"]


def made(car: dict[str, float]) -> float:
    """Everything but energy, over the life. [kg CO2e]"""
    return sum(value for name, value in car.items() if name not in _USED) * car["km"]


def report(cars: Cars) -> ModuleReport:
    """The electric and the petrol car compared, and ten plug-in hybrids sold."""
    burnt, before, power = factors(cars)
    shared: dict[str, Any] = {"cycle": "measured", "lifetime_years": 10}
    rows = [
        {"id": name, "drivetrain": kind, "fuel": None if kind == "electric" else "petrol",
         "fuel_per_100km": 100 * car["litres"] or None, "kwh_per_100km": 100 * car["kwh"] or None,
         "measured_at": None if kind == "combustion" else "wall", "production_kg": made(car), "end_of_life_kg": 0.0,
         "lifetime_km": car["km"], "figures": "weighted" if kind == "plug_in" else None, **shared}
        for name, kind in (("ICEV-p", "combustion"), ("BEV", "electric"), ("PHEV-p", "plug_in"))
        for car in (cars[name],)
    ]  # fmt: skip
    pair = {"id": "pair", "electric": "BEV", "other": "ICEV-p", "market": "CN", "year": _YEAR}
    told = {
        "vehicle_model": models(*rows), "vehicle_comparison": entries("vehicle_comparison", pair),
        "vehicle_sales": entries("vehicle_sales", {"year": _YEAR, "market": "CN", "model": "PHEV-p", "units": 10}),
    }  # fmt: skip
    fuel = {"fuel": "petrol", "market": "*", "tank_to_wheel": burnt, "well_to_tank": before}
    grid = {"scenario": "peer", "region": "CN", "year": _YEAR, "basis": "average", "kg_per_kwh": power,
            "upstream_kg_per_kwh": 0.0}  # fmt: skip
    listed = pl.lit(None, pl.List(pl.String)).alias("factor")
    known = Factors(
        fuels=entries("fleet_fuel", fuel).with_columns(listed), grid=entries("fleet_grid", grid).with_columns(listed),
        refrigerants=entries("fleet_refrigerant").with_columns(listed), mode="year_of_sale", scenario="peer",
    )  # fmt: skip
    return build(told, _YEAR, known)


def figures(cars: Cars) -> dict[str, float]:
    """What the report says: a kilometre of two cars, the energy chain of a kilometre of the third, the break-even."""
    said = report(cars)

    def value(name: str, subject: str = "organisation") -> float:
        return said.line(f"fleet.{name}", subject).value or float("nan")

    chain = value("upstream.fuel_upstream") + value("category_11.electricity")
    return {
        "BEV": value("comparison.life_cycle.electric", "entry:pair"),
        "ICEV-p": value("comparison.life_cycle.other", "entry:pair"),
        "PHEV-p, energy chain": chain / (10 * cars["PHEV-p"]["km"]),
        "break-even": value("comparison.break_even", "entry:pair"),
    }


def theirs(cars: Cars) -> dict[str, float]:
    """The same from the peer's own numbers: sums of its parts, and where its two lines cross."""
    whole = {name: sum(car[one] for one in car if one not in ("litres", "kwh", "km")) for name, car in cars.items()}
    energy = {name: sum(car[one] for one in ENERGY) for name, car in cars.items()}
    ahead = (whole["BEV"] - energy["BEV"] - whole["ICEV-p"] + energy["ICEV-p"]) * cars["BEV"]["km"]
    return {
        "BEV": whole["BEV"], "ICEV-p": whole["ICEV-p"], "PHEV-p, energy chain": cars["PHEV-p"]["energy chain"],
        "break-even": ahead / (energy["ICEV-p"] - energy["BEV"]),
    }  # fmt: skip
