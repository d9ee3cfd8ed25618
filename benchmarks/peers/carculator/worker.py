"""A medium car of 2020 in China by carculator, in the environment of the peer: parts of its life cycle by kilometre."""

# The peer is not installed where types are checked.
# pyright: reportMissingImports=false

from collections.abc import Callable

import carculator

CARS = ("ICEV-p", "BEV", "PHEV-p")


def cars() -> Callable[[], dict[str, dict[str, float]]]:
    """By drivetrain: parts in kg CO2e/km, `litres` and `kwh` of a kilometre (at the wall plug), `km` of the life."""

    def run() -> dict[str, dict[str, float]]:
        given = carculator.CarInputParameters()
        given.static()
        scope = {"size": ["Medium"], "powertrain": list(CARS), "year": [2020]}
        _, array = carculator.fill_xarray_from_input_parameters(given, scope=scope)
        model = carculator.CarModel(array, cycle="WLTC", country="CN")
        model.set_all()
        impacts = carculator.InventoryCar(model, method="recipe", indicator="midpoint").calculate_impacts()
        return {one: _told(one, model.array, impacts) for one in CARS}

    return run


def _told(name, array, impacts) -> dict[str, float]:
    at = {"powertrain": name, "size": "Medium", "year": 2020}
    car = array.sel(at)
    parts = impacts.sel(at | {"impact_category": "climate change"})

    def of(parameter: str) -> float:
        return float(car.sel(parameter=parameter).values.squeeze())

    return {
        **{str(one): float(parts.sel(impact=one).values.squeeze()) for one in impacts.impact.values},
        "litres": of("fuel consumption"), "kwh": of("electricity consumption"), "km": of("lifetime kilometers"),
    }  # fmt: skip
