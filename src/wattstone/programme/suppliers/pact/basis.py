"""A footprint per declared unit, per kilogram and for the whole product: never one taken for another."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from wattstone.base import NotComputable, convert
from wattstone.programme.suppliers.pact.numbers import decimal_of

__all__ = ["Basis", "basis_of", "per"]

UNITS: Final = {
    "liter": "L", "kilogram": "kg", "cubic meter": "m3", "kilowatt hour": "kWh", "megajoule": "MJ",
    "ton kilometer": "t.km", "square meter": "m2", "piece": "piece", "hour": "h", "megabit second": "Mbit.s",
}  # fmt: skip
"""Declared unit to the unit that a bill of materials counts in."""


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What the numbers of a footprint refer to.

    Parameters
    ----------
    unit : str
        Declared unit.
    amount : Decimal
        Declared units in the product.
    mass : Decimal
        Of one declared unit; 0 for energy, transport and services. That of a kilogram is 1 whatever is stated. [kg]
    value : Decimal
        Without biogenic uptake. [kg CO2e per declared unit]
    """

    unit: str
    amount: Decimal
    mass: Decimal
    value: Decimal

    def of_product(self) -> Decimal:
        """For the product as it is sold, which holds `amount` declared units. [kg CO2e]"""
        return self.value * self.amount

    def per_kg(self) -> Decimal:
        """For one kilogram of it; `NotComputable` where the declared unit has no mass. [kg CO2e kg-1]"""
        if self.unit == "kilogram":
            return self.value
        if self.mass == 0:
            raise NotComputable(f"one {self.unit} has no mass, so the footprint cannot be told for a kilogram")
        return self.value / self.mass


def basis_of(pcf: Mapping[str, Any]) -> Basis:
    """The basis of a footprint that was checked.

    Parameters
    ----------
    pcf : mapping

    Returns
    -------
    Basis

    Raises
    ------
    NotComputable
        Where one of the numbers is none.

    Examples
    --------
    >>> told = {"declaredUnitOfMeasurement": "piece", "declaredUnitAmount": "4", "productMassPerDeclaredUnit": "2.5",
    ...         "pcfExcludingBiogenicUptake": "10"}
    >>> basis_of(told).of_product(), basis_of(told).per_kg()
    (Decimal('40'), Decimal('4'))
    """
    keys = ("declaredUnitAmount", "productMassPerDeclaredUnit", "pcfExcludingBiogenicUptake")
    amount, mass, value = (decimal_of(pcf.get(key)) for key in keys)
    if amount is None or mass is None or value is None:
        raise NotComputable("a footprint needs a declared amount, a mass and a value without biogenic uptake")
    return Basis(unit=str(pcf.get("declaredUnitOfMeasurement")), amount=amount, mass=mass, value=value)


def per(basis: Basis, unit: str) -> Decimal:
    """The footprint for one unit of a bill of materials.

    Parameters
    ----------
    basis : Basis
    unit : str
        `kg`, `t`, `piece`, `kWh`, `L`.

    Returns
    -------
    Decimal
        Without biogenic uptake. [kg CO2e per unit]

    Raises
    ------
    NotComputable
        Where the declared unit is neither that unit nor one of the same quantity, and has no mass where one is asked.

    Examples
    --------
    >>> tonne = Basis(unit="kilogram", amount=Decimal(1), mass=Decimal(1), value=Decimal("2.1"))
    >>> per(tonne, "t")
    Decimal('2100.00')
    """
    own = UNITS.get(basis.unit, basis.unit)
    if unit in (own, basis.unit):
        return basis.value
    if (factor := _factor(unit, own)) is not None:
        return basis.value * factor
    if (factor := _factor(unit, "kg")) is not None:
        return basis.per_kg() * factor
    raise NotComputable(
        f"a footprint for one {basis.unit} cannot be told for one {unit}; to mend it: count the product in {own}, or "
        "ask the supplier for the mass of a declared unit"
    )


def _factor(unit: str, into: str) -> Decimal | None:
    """How many of one unit another is, exactly; None where they do not measure the same."""
    if unit == into:
        return Decimal(1)
    try:
        return Decimal(repr(float(convert(1.0, unit, into))))
    except ValueError:
        return None
