"""Which factor serves which meter, looked up once for all meters that ask the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from wattstone.base import NotComputable
from wattstone.inventory.plan import Plan, Stream
from wattstone.portfolio import Site
from wattstone.rates import EmissionFactor, FactorTable, electricity_factor, fuel_factor, network_factor
from wattstone.rates.contents import EnergyContent, energy_content
from wattstone.rates.one_set import in_one_set

Answer = EmissionFactor | NotComputable
_INDUSTRY = ("industr", "factory", "plant", "manufactur", "works")


@dataclass(frozen=True)
class Attribution:
    """Factors of the meters that need one, by meter id; an answer may be the reason why there is none.

    `contents` holds the energy of a unit of the fuels that are metered by volume or mass, by meter id, where it is
    known.
    """

    factors: dict[str, Answer]
    contents: dict[str, EnergyContent] = field(default_factory=dict[str, EnergyContent])

    def used(self) -> tuple[EmissionFactor, ...]:
        """Every factor that serves a meter, once, by id."""
        known = {one.id: one for one in self.factors.values() if isinstance(one, EmissionFactor)}
        known |= {one.id: one for two in self.contents.values() for one in (two.by_quantity, two.by_energy)}
        return tuple(known[key] for key in sorted(known))


def attribute(plan: Plan, table: FactorTable, *, exceptions: Mapping[str, str] | None = None) -> Attribution:
    """Look up the published factor of every meter of fuel, grid electricity, heat and cooling.

    Parameters
    ----------
    plan : Plan
        Meters and year.
    table : FactorTable
        Where to look.
    exceptions : mapping or None
        Accepted factors of lesser confidence, or whole sets, and why; the reason is said with the factor.

    Returns
    -------
    Attribution
    """
    accepted = exceptions or {}
    answers: dict[tuple[object, ...], Answer] = {}
    factors: dict[str, Answer] = {}
    contents: dict[tuple[object, ...], EnergyContent | None] = {}
    held: dict[str, EnergyContent] = {}
    for one in plan.streams:
        if one.role not in ("fuel", "grid", "network"):
            continue
        asked = _question(one)
        if asked not in answers:
            answer = _answer(one, plan, table, frozenset(accepted))
            answers[asked] = justified(answer, accepted) if isinstance(answer, EmissionFactor) else answer
        factors[one.meter.id] = answers[asked]
        if one.role == "fuel" and one.unit != "kWh":
            if asked not in contents:
                contents[asked] = _content(one, plan, table, frozenset(accepted))
            if (content := contents[asked]) is not None:
                held[one.meter.id] = content
    return Attribution(factors, held)


def _content(one: Stream, plan: Plan, table: FactorTable, exceptions: frozenset[str]) -> EnergyContent | None:
    """The energy of a unit of a fuel; None where no set of the country and year tells it."""
    if one.unit not in ("m3", "kg"):
        return None
    try:
        return energy_content(
            table,
            fuel=_fuel(one),
            per=one.unit,
            country=one.site.country,
            year=plan.year,
            gwp_set=plan.organisation.gwp_set,
            exceptions=exceptions,
        )
    except NotComputable:
        return None


def justified(factor: EmissionFactor, accepted: Mapping[str, str]) -> EmissionFactor:
    """The factor with the reasons for which somebody accepted what it rests on.

    Parameters
    ----------
    factor : EmissionFactor
        As looked up.
    accepted : mapping of str to str
        Ids of rows and sets, and why they were accepted.
    """
    doubtful = [row.id for row in (*factor.parts, *factor.conversions) if row.confidence == "C"]
    named = [name for name in (*doubtful, factor.set) if doubtful and name in accepted]
    return replace(factor, notes=(*factor.notes, *(f"{name} accepted: {accepted[name]}" for name in named)))


def _question(one: Stream) -> tuple[object, ...]:
    place = (one.site.country, one.site.grid_region if one.role != "fuel" else None)
    return (one.role, one.kind, one.unit, one.meter.basis, sector_of(one.site), *place)


def _answer(one: Stream, plan: Plan, table: FactorTable, exceptions: frozenset[str]) -> Answer:
    """The factor that serves a meter, in the GWP set of the organisation, or why there is none."""
    try:
        return in_one_set(_found(one, plan, table, exceptions), plan.organisation.gwp_set, exceptions)
    except NotComputable as refusal:
        return refusal


def _found(one: Stream, plan: Plan, table: FactorTable, exceptions: frozenset[str]) -> EmissionFactor:
    gwp_set = plan.organisation.gwp_set
    region, country = one.site.grid_region, one.site.country
    if one.role == "fuel":
        return fuel_factor(
            table,
            fuel=_fuel(one),
            per=_per(one),
            basis=one.meter.basis,
            country=country,
            year=plan.year,
            gwp_set=gwp_set,
            sector=sector_of(one.site),
            exceptions=exceptions,
        )
    if one.role == "network":
        return network_factor(
            table,
            kind="cooling" if one.kind == "cooling" else "heat",
            region=region,
            country=country,
            year=plan.year,
            gwp_set=gwp_set,
            exceptions=exceptions,
        )
    return electricity_factor(
        table, region=region, country=country, year=plan.year, gwp_set=gwp_set, exceptions=exceptions
    )


def _fuel(one: Stream) -> str:
    measured = one.meter.measures
    return (measured.fuel if measured else None) or one.kind


def _per(one: Stream) -> Literal["kWh", "m3", "kg"]:
    if one.unit in ("kWh", "m3", "kg"):
        return one.unit
    raise NotComputable(f"a meter of {one.kind} in {one.unit}: no factor counts that; kWh, m3 or kg do")


def sector_of(site: Site) -> Literal["commercial", "manufacturing"]:
    """Industrial sites take the CH4 and N2O of manufacturing, all others those of commercial use (IPCC 2006)."""
    described = (site.type or "").lower()
    return "manufacturing" if any(word in described for word in _INDUSTRY) else "commercial"


def reasons(answers: Sequence[Answer]) -> tuple[str, ...]:
    """The distinct reasons among answers, in order."""
    return tuple(dict.fromkeys(str(one) for one in answers if isinstance(one, NotComputable)))
