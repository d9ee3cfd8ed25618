"""What energy a volume or a mass of fuel holds, by two published factors of one set."""

from dataclasses import dataclass
from typing import Literal

from wattstone.base import NotComputable
from wattstone.rates.emission import EmissionFactor
from wattstone.rates.fuels import billing_basis, fuel_factor
from wattstone.rates.lookup import place_of
from wattstone.rates.table import FactorTable
from wattstone.rates.units import Basis


@dataclass(frozen=True, kw_only=True)
class EnergyContent:
    """Energy of a unit of fuel.

    Parameters
    ----------
    value : float
        [kWh m-3], [kWh kg-1] or [kWh L-1]
    basis : {'gross', 'net'}
        The calorific value that it is.
    by_quantity, by_energy : EmissionFactor
        What burning a unit of the fuel, and a kWh of it, emits: the first is the second times the content.
    """

    value: float
    basis: Basis
    by_quantity: EmissionFactor
    by_energy: EmissionFactor


def energy_content(
    table: FactorTable,
    *,
    fuel: str,
    per: Literal["L", "m3", "kg"],
    country: str | None,
    year: int,
    gwp_set: str,
    exceptions: frozenset[str] = frozenset(),
) -> EnergyContent:
    """The calorific value that a set of factors of the year implies.

    Parameters
    ----------
    table, fuel, per, country, year, gwp_set, exceptions
        As for `fuel_factor`.

    Returns
    -------
    EnergyContent
        Gross where the country bills the fuel so, else net, as IPCC 2006 [1]_ states energy.

    Raises
    ------
    NotComputable
        If no set of the country and year has the fuel both by quantity and by energy.

    Notes
    -----
    A publisher makes the factor of a unit from that of a kWh and the calorific value of the year, so that their ratio
    is the latter, to the digits that are published.

    References
    ----------
    .. [1] IPCC 2006 Guidelines, vol. 2, ch. 1 sec. 1.4.1.2.

    Examples
    --------
    >>> from wattstone.rates import load_factors
    >>> made = energy_content(load_factors(), fuel="natural_gas", per="m3", country="GB", year=2019, gwp_set="AR5")
    >>> round(made.value, 3), made.basis
    (11.044, 'gross')
    """
    whole = fuel_factor(
        table, fuel=fuel, per=per, basis=None, country=country, year=year, gwp_set=gwp_set, exceptions=exceptions
    )
    place, nation = place_of(None, country)
    basis = billing_basis(fuel, nation or place) or "net"
    part = fuel_factor(
        table,
        fuel=fuel,
        per="kWh",
        basis=basis,
        country=country,
        year=year,
        gwp_set=gwp_set,
        exceptions=exceptions,
        of_set=whole.set,
    )
    if whole.gas != part.gas:
        raise NotComputable(f"the factors of {fuel} in {whole.set} count different gases")
    return EnergyContent(value=whole.value / part.value, basis=basis, by_quantity=whole, by_energy=part)
