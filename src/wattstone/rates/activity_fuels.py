"""Fuels as activities: burnt in plant and buildings, in vehicles, in what is leased or sold."""

from dataclasses import replace
from typing import Protocol

from wattstone.base import NotComputable
from wattstone.rates.activities import ActivityKind, lists_of
from wattstone.rates.activity_units import ActivityUnit
from wattstone.rates.contents import EnergyContent, energy_content
from wattstone.rates.emission import EmissionFactor, rescaled
from wattstone.rates.fuels import Sector, billing_basis, fuel_factor
from wattstone.rates.lookup import place_of
from wattstone.rates.table import FactorTable

__all__ = ["burnt", "counted", "energy_held"]

_ENGINES = frozenset({"vehicle_fuel", "use_sold_fuel"})
_LIQUID = frozenset({"liquid_fuels", "biofuels"})
_ROAD_DENSITY = "density_ghgp2024_gas_diesel_oil"


class Burning(Protocol):
    """What of an ask says where and when a fuel is burnt."""

    @property
    def region(self) -> str | None: ...
    @property
    def country(self) -> str | None: ...
    @property
    def year(self) -> int: ...
    @property
    def gwp_set(self) -> str: ...
    @property
    def exceptions(self) -> frozenset[str]: ...
    @property
    def sector(self) -> Sector: ...


def _is_liquid(kind: ActivityKind, item: str) -> bool:
    return bool(_LIQUID & lists_of(kind.id, item))


def counted(kind: ActivityKind, item: str, unit: ActivityUnit, country: str) -> tuple[str, str | None]:
    """By what the rows must count: litres of a liquid also where cubic metres are given, as billed where not said."""
    if unit.quantity == "volume" and (unit.liquid or _is_liquid(kind, item)):
        return "L", None
    if unit.quantity == "energy" and unit.basis is None:
        return "kWh", billing_basis(item, country)
    return unit.canonical, unit.basis


def burnt(table: FactorTable, ask: Burning, kind: ActivityKind, fuel: str, unit: ActivityUnit) -> EmissionFactor:
    """A fuel by the sets of stationary combustion; of an engine without what those do not know of engines."""
    per, _ = counted(kind, fuel, unit, "")
    nation = place_of(None, ask.country or ask.region)[1] if ask.country or ask.region else None
    if per == "kWh" and unit.basis is None and nation is not None and billing_basis(fuel, nation) is None:
        raise NotComputable(
            f"no factor of {fuel} per kWh in {nation}: the unit does not say whether the energy is on the gross or net "
            f"calorific value, and no convention of billing is declared for {nation}. To mend it: write the unit as "
            "kWh_gross or kWh_net"
        )
    made = fuel_factor(
        table, fuel=fuel, per=per, basis=unit.basis, country=ask.country or ask.region, year=ask.year,
        gwp_set=ask.gwp_set, sector=ask.sector, exceptions=ask.exceptions,
    )  # fmt: skip
    _refuse_density(made, ask, kind, fuel, unit)
    if kind.id == "vehicle_fuel" and {"CO2", "CH4"} <= made.by_gas.keys():
        note = "CO2 alone: the CH4 and N2O at hand are those of boilers, not of engines"
        carbon = made.by_gas["CO2"]
        made = replace(
            made,
            value=carbon,
            gas="CO2",
            gwp_set=None,
            by_gas={"CO2": carbon},
            conversions=tuple(row for row in made.conversions if row.category != "gwp"),
            parts=tuple(row for row in made.parts if row.gas == "CO2"),
            notes=(*made.notes, note),
        )
    return rescaled(made, unit)


def _refuse_density(made: EmissionFactor, ask: Burning, kind: ActivityKind, fuel: str, unit: ActivityUnit) -> None:
    """The density of heating oil is not that of what engines burn."""
    used = {row.id for row in made.conversions}
    if kind.id in _ENGINES and _ROAD_DENSITY in used and fuel == "diesel" and _ROAD_DENSITY not in ask.exceptions:
        raise NotComputable(
            f"no factor of {fuel} per {unit.name}: the only density at hand, 0.913 kg/L, is not that of road "
            f"diesel, about 0.84 kg/L (the exception '{_ROAD_DENSITY}' would permit it). To mend it: give the "
            "mass, or put the factor, with its source, in a CSV file in the workspace's factors/ folder"
        )


def energy_held(
    table: FactorTable, ask: Burning, kind: ActivityKind, fuel: str, unit: ActivityUnit
) -> tuple[float, EnergyContent]:
    """What energy a unit of a fuel holds that is counted by volume or mass.

    Parameters
    ----------
    table : FactorTable
        The rows to look in.
    ask : Burning
        Where and when it is burnt; an `ActivityAsk` is one.
    kind : ActivityKind
        What it is burnt in.
    fuel : str
        The item of the line.
    unit : ActivityUnit
        By which the line counts.

    Returns
    -------
    float
        [kWh a unit]
    EnergyContent
        The published factors that it follows from.

    Raises
    ------
    NotComputable
        If the unit is none of volume or mass, or no set of the country and year says it.
    """
    per, _ = counted(kind, fuel, unit, "")
    if per not in ("L", "m3", "kg"):
        raise NotComputable(f"no energy of {fuel} per {unit.name}: it counts neither volume nor mass")
    made = energy_content(
        table, fuel=fuel, per=per, country=ask.country or ask.region, year=ask.year, gwp_set=ask.gwp_set,
        exceptions=ask.exceptions,
    )  # fmt: skip
    _refuse_density(made.by_quantity, ask, kind, fuel, unit)
    return made.value * unit.factor * (1000.0 if per == "L" else 1.0), made
