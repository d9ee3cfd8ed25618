"""The unit of a factor row: a mass of gas over an amount of something, read exactly."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from wattstone.base import UnknownUnit, convert
from wattstone.rates.activity_units import activity_unit

Per = str
Basis = Literal["gross", "net"]
Gas = Literal["CO2", "CH4", "N2O", "CO2e"]

_NUMERATOR = re.compile(r"(kg|g|t|lb)(CO2e|CO2|CH4|N2O)")


@dataclass(frozen=True, kw_only=True)
class FactorUnit:
    """What one unit of a row's value means.

    Parameters
    ----------
    gas : str
        The gas that the mass is of.
    per : str
        What it is emitted by: `kWh`, `m3`, `L`, `kg`, or another canonical unit of an activity, as `tonne.km`, `CNY`.
    basis : {'gross', 'net'} or None
        Calorific value of the energy, where the unit states it.
    scale : float
        Kilograms of gas per `per`, for a value of 1.
    """

    gas: Gas
    per: Per
    basis: Basis | None
    scale: float


@lru_cache(maxsize=4096)
def factor_unit(text: str) -> FactorUnit:
    """Read the unit of an emission factor.

    Parameters
    ----------
    text : str
        `kgCO2e/kWh_gross`, `kgCO2/TJ_net`, `gCH4/mmBtu_HHV`, `tCO2/MWh`.

    Returns
    -------
    FactorUnit

    Raises
    ------
    UnknownUnit
        If it is not a mass of CO2, CH4, N2O or CO2e over something that an activity is counted by.

    Examples
    --------
    >>> factor_unit("tCO2/MWh").scale, factor_unit("kgCO2/TJ_net").basis
    (1.0, 'net')
    """
    numerator, _, denominator = text.partition("/")
    match = _NUMERATOR.fullmatch(numerator)
    if match is None or not denominator:
        raise UnknownUnit(text)
    below = activity_unit(denominator)
    if below.quantity == "emissions":
        raise UnknownUnit(text)
    per = "L" if below.liquid else below.canonical
    amount = below.factor * (1000.0 if below.liquid else 1.0)  # the lake's volume is m3
    gas: Gas = match[2]  # pyright: ignore[reportAssignmentType]
    return FactorUnit(gas=gas, per=per, basis=below.basis, scale=convert(1.0, match[1], "kg") / amount)
