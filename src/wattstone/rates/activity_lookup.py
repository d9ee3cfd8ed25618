"""The look-up of activities: what was done, where, when and by which unit give one factor, or the reason why not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from wattstone.base import NotComputable, UnknownUnit
from wattstone.rates.activities import ActivityKind, activity_kinds, item_named
from wattstone.rates.activity_fuels import burnt, counted
from wattstone.rates.activity_own import named_factor, own_factor
from wattstone.rates.activity_series import series_factor
from wattstone.rates.activity_units import ActivityUnit, activity_unit
from wattstone.rates.emission import Ask, EmissionFactor, rescaled
from wattstone.rates.fuels import Sector
from wattstone.rates.gas_factors import gas_factor
from wattstone.rates.gwp import GWP_SETS
from wattstone.rates.lookup import REMEDY, electricity_factor, network_factor, place_of
from wattstone.rates.one_set import in_one_set
from wattstone.rates.series import holding
from wattstone.rates.sets import catalogue
from wattstone.rates.table import FactorTable

__all__ = ["ActivityAsk", "activity_factor", "activity_factors", "factor_of_year", "mixed_methods"]

_ELECTRICITY = frozenset({"electricity", "electricity_vehicle", "use_sold_electricity"})
_NETWORKS = {"heat": "heat", "steam": "heat", "cooling": "cooling"}
_GASES = frozenset(
    {"refrigerant_topup", "refrigerant_leak", "refrigerant_end_of_life", "process_gas", "use_sold_gas"}
)  # fmt: skip
_FUELS = frozenset(
    {"fuel", "vehicle_fuel", "use_sold_fuel", "leased_in", "leased_out", "franchise", "processing_sold"}
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class ActivityAsk:
    """What a factor is asked for.

    Parameters
    ----------
    kind, item, unit : str
        Of the line: `waste`, `glass.landfill`, `t`.
    region, country : str or None
        As a site has them: a grid region, ISO 3166-1 alpha-2.
    year : int
        The year of the activity.
    gwp_set : {'AR4', 'AR5', 'AR6'}
        Of the workspace.
    exceptions : frozenset of str
        What was accepted by name: rows or sets of confidence C, `year:SET`, `region:SET`, `gwp:AR5`.
    sector : {'commercial', 'manufacturing', 'energy_industries'}
        Whose CH4 and N2O are taken, where a set tells them apart.
    factor : str or None
        Id of the row that the line names itself.
    """

    kind: str
    item: str
    unit: str
    region: str | None
    country: str | None
    year: int
    gwp_set: str
    exceptions: frozenset[str] = frozenset()
    sector: Sector = "commercial"
    factor: str | None = None


def activity_factor(table: FactorTable, ask: ActivityAsk) -> EmissionFactor:
    """What one unit of an activity emits.

    Parameters
    ----------
    table : FactorTable
        The rows to look in.
    ask : ActivityAsk
        What was done, where and when.

    Returns
    -------
    EmissionFactor
        Per unit of the ask, so that an amount needs no conversion.

    Raises
    ------
    NotComputable
        With what is missing, what there is, the exception that would permit it, and the remedy.

    Examples
    --------
    >>> from wattstone.rates import load_factors
    >>> ask = ActivityAsk(kind="water_supply", item="", unit="m3", region=None, country="GB", year=2025, gwp_set="AR5")
    >>> activity_factor(load_factors(), ask).value
    0.1913
    """
    kind, unit = _known(ask)
    item = item_named(kind, ask.item)
    if ask.gwp_set not in GWP_SETS:
        raise NotComputable(
            f"{ask.gwp_set!r} is not a set of global warming potentials: choose one of {', '.join(GWP_SETS)}"
        )
    known, place = _ask(table, ask)
    if (named := ask.factor) is not None:
        return in_one_set(named_factor(known, kind, unit, named), ask.gwp_set, ask.exceptions)
    own, notes = own_factor(known, place, ask.kind, item, unit)
    made = own or _shipped(known, ask, kind, item, unit)
    if notes:
        made = replace(made, notes=(*made.notes, *notes))
    return in_one_set(made, ask.gwp_set, ask.exceptions)


def activity_factors(
    table: FactorTable, asks: Iterable[ActivityAsk]
) -> dict[ActivityAsk, EmissionFactor | NotComputable]:
    """The factor of each distinct ask, or why it has none.

    Parameters
    ----------
    table : FactorTable
        The rows to look in.
    asks : iterable of ActivityAsk
        In any order; one that comes again is answered once.

    Returns
    -------
    dict
        From ask to `EmissionFactor` or `NotComputable`.
    """
    answers: dict[ActivityAsk, EmissionFactor | NotComputable] = {}
    for ask in dict.fromkeys(asks):
        try:
            answers[ask] = activity_factor(table, ask)
        except NotComputable as refusal:
            answers[ask] = refusal
    return answers


def factor_of_year(table: FactorTable, ask: ActivityAsk, year: int) -> EmissionFactor:
    """The factor of another year for the same activity: what the former edition would have said.

    Parameters
    ----------
    table : FactorTable
        The rows to look in.
    ask : ActivityAsk
        Of the activity.
    year : int
        Of the factor.

    Returns
    -------
    EmissionFactor
        In the same unit, so that the difference of the two is the effect of the edition alone.

    Raises
    ------
    NotComputable
        As `activity_factor`.

    Examples
    --------
    >>> from wattstone.rates import load_factors
    >>> ask = ActivityAsk(kind="electricity", item="", unit="kWh", region="CN-GRID-SW", country="CN", year=2023,
    ...                   gwp_set="AR6", exceptions=frozenset({"cn_mee_2023"}))
    >>> now, before = activity_factor(load_factors(), ask), factor_of_year(load_factors(), ask, 2022)
    >>> f"{now.value / before.value - 1:+.1%}"
    '+9.0%'
    """
    return activity_factor(table, replace(ask, year=year))


def mixed_methods(factors: Mapping[str, EmissionFactor]) -> tuple[str, ...]:
    """What must be said where figures of one kind rest on methods that cannot be compared.

    Parameters
    ----------
    factors : mapping
        From any key to the factors that waste was computed with.

    Returns
    -------
    tuple of str
        One sentence, or nothing.
    """
    families = {one.source_key.partition("/")[0] for one in factors.values() if "/waste/" in one.source_key}
    if not {"desnz", "epa_warm"} <= families:
        return ()
    return ("factors of waste by the UK Government and by the Waste Reduction Model are not comparable",)


def _known(ask: ActivityAsk) -> tuple[ActivityKind, ActivityUnit]:
    kinds = activity_kinds()
    if ask.kind not in kinds:
        raise NotComputable(f"no activity kind {ask.kind!r}; there are {', '.join(kinds)}")
    kind = kinds[ask.kind]
    if kind.stated:
        raise NotComputable(f"{kind.label}: a line states its emissions, and takes no factor")
    if not kind.knows(ask.item):
        raise NotComputable(f"{kind.label}: there is no item {ask.item!r}")
    try:
        unit = activity_unit(ask.unit)
    except UnknownUnit:
        raise NotComputable(f"{kind.label}: the unit {ask.unit!r} is not known") from None
    if not kind.counts(item_named(kind, ask.item), ask.unit) and ask.factor is None:
        units = ", ".join(kind.units_of(item_named(kind, ask.item)))
        raise NotComputable(f"{kind.label}: {unit.name} does not count it; {units} do")
    return kind, unit


def _what(kind: ActivityKind, item: str) -> str:
    return kind.items.get(item) or item or kind.label


def _ask(table: FactorTable, ask: ActivityAsk) -> tuple[Ask, str]:
    """The ask of a country, and the place within it."""
    place, nation = place_of(ask.region, ask.country) if ask.region or ask.country else ("", None)
    known = Ask(table=table, region=nation or place, year=ask.year, gwp_set=ask.gwp_set, exceptions=ask.exceptions)
    return known, place


def _shipped(known: Ask, ask: ActivityAsk, kind: ActivityKind, item: str, unit: ActivityUnit) -> EmissionFactor:
    """The factor that ships, by what the activity is."""
    table = known.table
    if kind.id in _ELECTRICITY or (item == "electricity" and kind.id in _FUELS):
        made = electricity_factor(
            table, region=ask.region, country=ask.country, year=ask.year, gwp_set=ask.gwp_set, exceptions=ask.exceptions
        )
        return rescaled(made, unit)
    network = _NETWORKS.get(kind.id) or (_NETWORKS.get(item) if kind.id in _FUELS else None)
    if network is not None:
        return _network(table, ask, "cooling" if network == "cooling" else "heat", unit)
    if kind.id in _GASES and not holding(kind.id, item):
        if not item:
            raise NotComputable(f"{kind.label}: there is no item {item!r}")
        if item not in kind.items:
            raise NotComputable(f"no global warming potential of {item} ships. {REMEDY}")
        return rescaled(gas_factor(known, item), unit)
    if kind.id in _FUELS and item in catalogue().fuels:
        return burnt(table, ask, kind, item, unit)
    if not known.region and not any("*" in one.countries for one, _ in holding(kind.id, item)):
        raise NotComputable(f"no factor of {_what(kind, item)}: the site has no country. To mend it: give the site its "
                            "country")  # fmt: skip
    made = series_factor(known, kind.id, item, counted(kind, item, unit, known.region), what=_what(kind, item))
    return rescaled(made, unit)


def _network(table: FactorTable, ask: ActivityAsk, use: str, unit: ActivityUnit) -> EmissionFactor:
    if unit.quantity != "energy":
        raise NotComputable(f"no factor of purchased {use} per {unit.name}: those that ship are per unit of energy. "
                            f"{REMEDY}")  # fmt: skip
    made = network_factor(
        table, kind="cooling" if use == "cooling" else "heat", region=ask.region, country=ask.country, year=ask.year,
        gwp_set=ask.gwp_set, exceptions=ask.exceptions,
    )  # fmt: skip
    return rescaled(made, unit)
