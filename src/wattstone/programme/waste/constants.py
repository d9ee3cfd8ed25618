"""Defaults of the IPCC for waste, each with its source and how sure it was read."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

__all__ = ["C_TO_CH4", "C_TO_CO2", "MATERIALS", "SHORT_TON", "Constant", "biological", "burning", "held", "landfill"]

MATERIALS: Final = (
    "food", "garden", "paper", "wood", "textiles", "nappies", "rubber", "plastics", "metal", "glass", "inert",
)  # fmt: skip
"""Streams of one material; `mixed` is split into these by a sorting analysis."""

C_TO_CO2: Final = 44.0 / 12.0
C_TO_CH4: Final = 16.0 / 12.0
SHORT_TON: Final = 0.90718474
"""Tonnes in a US short ton of 2,000 lb of 0.45359237 kg, exactly."""


@dataclass(frozen=True)
class Constant:
    """A number with what it rests on.

    Parameters
    ----------
    value : float
    source : str
    confirmed : bool
        False where it was read in one transcription only: a result with it is shown as unconfirmed.
    """

    value: float
    source: str
    confirmed: bool = True


@cache
def held(file: str = "ipcc") -> Mapping[str, Any]:
    """A data file of the module, as it stands."""
    path = resources.files("wattstone.programme.waste") / "data" / f"{file}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def landfill(name: str, material: str = "", climate: str = "", management: str = "") -> Constant:
    """A default of landfills.

    Parameters
    ----------
    name : {'doc', 'k', 'mcf', 'decomposable', 'methane_fraction', 'delay'}
    material, climate, management : str
        Of `doc` and `k` the material, of `k` the climate, of `mcf` the management.

    Returns
    -------
    Constant
        Fractions in kg/kg, k per year, delay in months.

    Examples
    --------
    >>> landfill("k", "food", "temperate_wet").value, landfill("mcf", management="managed_semi_aerobic").value
    (0.185, 0.5)
    """
    data = held()
    if name == "doc":
        table = data["tables"]["doc"]
        return Constant(data["material"][material]["doc"], _said(table), material not in table["unconfirmed"])
    if name == "k":
        table, speed = data["decay"], data["material"][material].get("decay")
        sure = {material, f"{material}.{climate}"}.isdisjoint(table["unconfirmed"])
        return Constant(table[speed][climate] if speed else 0.0, _said(table), sure)
    if name == "mcf":
        return Constant(data["management"][management], _said(data["management"]))
    return _one(data["landfill"][name])


def burning(name: str, key: str = "continuous") -> Constant:
    """A default of incineration.

    Parameters
    ----------
    name : {'dry', 'carbon', 'fossil', 'ch4', 'n2o', 'oxidised'}
        Dry matter, carbon in it, fossil share of the carbon; grams of gas per tonne; carbon oxidised.
    key : str
        The material, or the way of incineration.

    Examples
    --------
    >>> burning("fossil", "plastics").value, burning("n2o", "continuous").value
    (1.0, 50.0)
    """
    data = held()
    if name == "oxidised":
        return _one(data["incineration"]["oxidised"])
    if name in ("ch4", "n2o"):
        way = data["incineration"][key]
        return Constant(way[name], _said(data["incineration"]), way["confidence"] != "C")
    table = data["tables"]["carbon"]
    return Constant(data["material"][key][name], _said(table), key not in table["unconfirmed"])


def biological(route: str, gas: str) -> Constant:
    """A default of composting or anaerobic digestion, in grams of gas per tonne of wet waste.

    Parameters
    ----------
    route : {'composting', 'digestion'}
    gas : {'ch4', 'n2o'}
    """
    row = held()["biological"][route]
    return Constant(row[gas], _said(row), row["confidence"] != "C")


def _one(row: Mapping[str, Any]) -> Constant:
    return Constant(row["value"], _said(row), row["confidence"] != "C")


def _said(row: Mapping[str, Any]) -> str:
    return f"{held()['source']}, {row['source']}"
