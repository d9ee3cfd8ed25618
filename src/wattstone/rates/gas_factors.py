"""Gases that escape as they are: refrigerants, blends of them, process gases; one GWP set, gas by gas."""

from wattstone.base import NotComputable
from wattstone.rates.emission import Ask, EmissionFactor, accepted_notes
from wattstone.rates.gwp import OUTSIDE_KYOTO, Origin, gas_group, gwp_row
from wattstone.rates.series import gas_names

__all__ = ["composition", "gas_factor"]


def composition(item: str) -> dict[str, float]:
    """Shares by mass of the gases that an item is made of; empty where it is no gas with a potential of its own.

    Examples
    --------
    >>> composition("R-410A"), composition("SF6")
    ({'HFC32': 0.5, 'HFC125': 0.5}, {'SF6': 1.0})
    """
    single, blends, origins = gas_names()
    if item in blends:
        return dict(blends[item])
    if item in origins:
        return {item.partition("_")[0]: 1.0}
    return {single.get(item, item): 1.0}


def gas_factor(ask: Ask, item: str) -> EmissionFactor:
    """What a kilogram of a gas does that escapes [1]_.

    A blend is the sum of its gases by their shares by mass: GWP = sum of share times GWP of each gas.

    Parameters
    ----------
    ask : Ask
        Region, year, GWP set and accepted exceptions.
    item : str
        `R-410A`, `R-134a`, `SF6`, `CH4_fossil`.

    Returns
    -------
    EmissionFactor
        Per kg, with the mass of each gas.

    Raises
    ------
    NotComputable
        If the GWP set does not hold one of the gases.

    References
    ----------
    .. [1] IPCC 2006 Guidelines, vol. 3, ch. 7 sec. 7.5.2; ANSI/ASHRAE Standard 34, designations of blends.
    """
    shares = composition(item)
    origin: Origin = gas_names()[2].get(item, "unspecified")  # pyright: ignore[reportAssignmentType]
    try:
        rows = {gas: gwp_row(ask.table, gas, ask.gwp_set, origin=origin) for gas in shares}
    except NotComputable as refusal:
        raise NotComputable(f"no global warming potential of {item} in {ask.gwp_set}: {refusal}") from refusal
    used = tuple(rows.values())
    apart = any(gas_group(gas) == OUTSIDE_KYOTO for gas in shares)
    mixed = " + ".join(f"{share:g} {gas}" for gas, share in shares.items())
    notes = (
        *((f"a blend by mass: {mixed}",) if len(shares) > 1 else ()),
        *(("a gas of the Montreal Protocol, which is reported apart from the scopes",) if apart else ()),
        *accepted_notes(used, ask.gwp_set, ask.exceptions),
    )
    return EmissionFactor(
        value=sum(share * rows[gas].value for gas, share in shares.items()),
        gas="CO2e",
        per="kg",
        basis=None,
        gwp_set=ask.gwp_set,
        set=f"ipcc_{ask.gwp_set.lower()}",
        edition=used[0].source_year,
        region=ask.region,
        year=ask.year,
        parts=used,
        conversions=(),
        confidence=max(row.confidence for row in used),
        notes=notes,
        by_gas=shares,
        source_key=f"gwp/{ask.gwp_set}/{item}",
    )
