"""Global warming potentials over 100 years, from the shipped rows; sets are never mixed."""

from collections.abc import Mapping
from typing import Literal

from wattstone.base import NotComputable
from wattstone.rates.sets import catalogue
from wattstone.rates.table import Factor, FactorTable, load_factors

Origin = Literal["unspecified", "fossil", "biogenic"]
GWP_SETS = ("AR4", "AR5", "AR6")
OUTSIDE_KYOTO = "outside_kyoto"


def gwp_row(table: FactorTable, gas: str, gwp_set: str, *, origin: Origin = "unspecified") -> Factor:
    """The row of a gas's global warming potential.

    Parameters
    ----------
    table : FactorTable
        Where to look.
    gas : str
        `CO2`, `CH4`, `N2O`, `SF6`, `HFC134a`.
    gwp_set : {'AR4', 'AR5', 'AR6'}
        The assessment report [1]_ [2]_ [3]_.
    origin : {'unspecified', 'fossil', 'biogenic'}
        Where methane comes from; AR6 gives each origin a value of its own.

    Returns
    -------
    Factor
        [kg CO2e kg-1]

    Raises
    ------
    NotComputable
        If the set is not one of the three (a `mixed` set is none), or holds no such gas.

    References
    ----------
    .. [1] IPCC AR4 WG1, table 2.14, 2007.
    .. [2] IPCC AR5 WG1, table 8.A.1, without climate-carbon feedbacks, 2013.
    .. [3] IPCC AR6 WG1, tables 7.15 and 7.SM.7, 2021.
    """
    if gwp_set not in GWP_SETS:
        raise NotComputable(
            f"{gwp_set!r} is not a set of global warming potentials: choose one of {', '.join(GWP_SETS)}"
        )
    if gas == "CH4" and origin != "unspecified":
        return table[catalogue().methane[origin][gwp_set]]
    row = table.get(f"gwp100_{gwp_set.lower()}_{gas.lower()}")
    if row is None or row.category != "gwp" or row.gwp_set != gwp_set:
        raise NotComputable(f"{gwp_set} has no global warming potential of {gas!r} among the shipped rows")
    return row


def gwp(gas: str, gwp_set: str, *, origin: Origin = "unspecified") -> float:
    """Global warming potential over 100 years. [kg CO2e kg-1]

    Parameters
    ----------
    gas : str
        `CH4`.
    gwp_set : {'AR4', 'AR5', 'AR6'}
        The assessment report.
    origin : {'unspecified', 'fossil', 'biogenic'}
        Where methane comes from.

    Returns
    -------
    float

    Raises
    ------
    NotComputable
        As `gwp_row`.

    Examples
    --------
    >>> gwp("CH4", "AR5"), gwp("CH4", "AR6", origin="fossil")
    (28.0, 29.8)
    """
    return gwp_row(load_factors(), gas, gwp_set, origin=origin).value


_GROUPS = (
    (("CO2", "CH4", "N2O", "SF6", "NF3"), None),
    (("HFC",), "HFCs"),
    (("CF4", "C2F6", "C3F8", "CC4F8"), "PFCs"),
    (("HCFC", "CFC"), OUTSIDE_KYOTO),
)


def gas_group(gas: str) -> str:
    """The group under which a gas is reported.

    Parameters
    ----------
    gas : str
        As `by_gas` of a factor names it: `HFC32`.

    Returns
    -------
    str
        `CO2`, `CH4`, `N2O`, `HFCs`, `PFCs`, `SF6`, `NF3`; `outside_kyoto` for CFCs and HCFCs, which the GHG Protocol
        reports apart from the scopes; the gas itself where it is none of these.

    Examples
    --------
    >>> gas_group("HFC32"), gas_group("HCFC22"), gas_group("C2F6")
    ('HFCs', 'outside_kyoto', 'PFCs')
    """
    for names, group in _GROUPS:
        if gas.upper() in names or (group is not None and gas.upper().startswith(names)):
            return group or gas
    return gas


def combine(
    table: FactorTable, by_gas: Mapping[str, float], gwp_set: str, *, origin: Origin = "unspecified"
) -> tuple[float, tuple[Factor, ...]]:
    """Masses of gases as one mass of CO2e.

    Parameters
    ----------
    table : FactorTable
        Where the potentials are.
    by_gas : mapping
        From gas to mass. [kg]
    gwp_set : {'AR4', 'AR5', 'AR6'}
        One set for all of them.
    origin : {'unspecified', 'fossil', 'biogenic'}
        Where methane comes from.

    Returns
    -------
    tuple of (float, tuple of Factor)
        The mass [kg CO2e] and the rows that were used.

    Raises
    ------
    NotComputable
        If a gas has no potential, or `CO2e` stands among the gases: a total is never weighted again.
    """
    rows = {gas: gwp_row(table, gas, gwp_set, origin=origin) for gas in by_gas}
    return sum(mass * rows[gas].value for gas, mass in by_gas.items()), tuple(rows.values())
