"""The look-up of fuels: a fuel, a country, a year and what its meter counts give one factor, or the reason why not."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal, get_args

from wattstone.base import NotComputable
from wattstone.rates.emission import USER_SET, Ask, EmissionFactor, emission_factor, of_year, uncertainty_of
from wattstone.rates.lookup import REMEDY, nearest_edition, place_of
from wattstone.rates.sets import FactorSet, catalogue
from wattstone.rates.table import Factor, FactorTable
from wattstone.rates.units import Basis, Per, factor_unit

Sector = Literal["commercial", "manufacturing", "energy_industries"]
_Key = tuple[Per, Basis | None]
_MJ_PER_KWH = 3.6


def fuel_factor(
    table: FactorTable,
    *,
    fuel: str,
    per: Per,
    basis: Basis | None,
    country: str | None,
    year: int,
    gwp_set: str,
    sector: Sector = "commercial",
    exceptions: frozenset[str] = frozenset(),
    of_set: str | None = None,
) -> EmissionFactor:
    """What burning one unit of a fuel emits (scope 1).

    Parameters
    ----------
    table : FactorTable
        The rows to look in.
    fuel : str
        `natural_gas`, `diesel`, `gas_oil`, `fuel_oil`, `kerosene`, `petrol`, `lpg`, `coal`, or another of
        `catalogue().fuels`.
    per : {'kWh', 'm3', 'L', 'kg'}
        What the meter counts.
    basis : {'gross', 'net'} or None
        Calorific value of the energy; None takes the country's convention of billing, where one is declared, and says
        so. Without meaning for volumes and masses.
    country : str or None
        ISO 3166-1 alpha-2, or a region of it.
    year : int
        The year it was burnt in.
    gwp_set : {'AR4', 'AR5', 'AR6'}
        Of the workspace, for factors that come gas by gas.
    sector : {'commercial', 'manufacturing', 'energy_industries'}
        Whose CH4 and N2O are taken, where a set tells them apart (IPCC 2006 [1]_).
    exceptions : frozenset of str
        What was accepted: ids of rows or sets of confidence C; `year:SET` and `region:SET`, by which a set serves a
        year or a country that it is not for; a set that a country has by choice, as `cn_fuels`.
    of_set : str or None
        The only set that may serve; None takes the country's in their order.

    Returns
    -------
    EmissionFactor

    Raises
    ------
    NotComputable
        With what is missing, what there is, and the remedy.

    References
    ----------
    .. [1] IPCC 2006 Guidelines, vol. 2, ch. 1 sec. 1.4.1.2 and ch. 2 tables 2.2 to 2.4.

    Examples
    --------
    >>> from wattstone.rates import load_factors
    >>> fuel_factor(load_factors(), fuel="natural_gas", per="kWh", basis="gross", country="GB", year=2019,
    ...             gwp_set="AR5").value
    0.18385
    """
    known = catalogue().fuels
    if fuel not in known:
        raise NotComputable(f"no factor set knows the fuel {fuel!r}; they know {', '.join(known)}. {REMEDY}")
    if sector not in get_args(Sector):
        raise NotComputable(
            f"no factor of {fuel} for the sector {sector!r}: it is one of {', '.join(get_args(Sector))}"
        )
    if country is None:
        raise NotComputable(f"no factor of {fuel}: the site has no country. To mend it: give the site its country")
    place, nation = place_of(None, country)
    nation = nation or place
    ask = Ask(table=table, region=nation, year=year, gwp_set=gwp_set, exceptions=exceptions, origin="fossil")
    notes: tuple[str, ...] = ()
    if per != "kWh":
        basis = None
    elif basis is None:
        basis, note = _billing_basis(fuel, nation)
        notes = (note,)
    return _first(ask, fuel, (per, basis), sector, notes, of_set)


def billing_basis(fuel: str, nation: str) -> Basis | None:
    """The calorific value by which a fuel is billed in a country; None where no convention is declared."""
    return next((rule.basis for rule in catalogue().billing if rule.fuel == fuel and nation in rule.countries), None)


def _billing_basis(fuel: str, nation: str) -> tuple[Basis, str]:
    for rule in catalogue().billing:
        if rule.fuel == fuel and nation in rule.countries:
            return rule.basis, f"energy taken as {rule.basis} calorific value, as billed in {nation} ({rule.source})"
    raise NotComputable(
        f"no factor of {fuel} per kWh in {nation}: the meter does not say whether its energy is on the gross or net "
        f"calorific value, and no convention of billing is declared for {nation}. To mend it: give the meter a basis"
    )


def _first(
    ask: Ask, fuel: str, key: _Key, sector: Sector, notes: tuple[str, ...], of_set: str | None
) -> EmissionFactor:
    """The first set in the declared order that can answer; what the earlier ones lacked is said."""
    own = [
        row
        for row in ask.table.own(catalogue().categories["fuels"])
        if row.name == fuel and row.year == ask.year and row.region in (ask.region, "GLOBAL")
    ]
    local = [row for row in own if row.region == ask.region] or own
    if of_set in (None, USER_SET) and local and (made := _make(ask, _USER, local, fuel, key, notes, "")) is not None:
        return made
    passed = (_unfit(local, fuel, key),) if of_set in (None, USER_SET) and local else ()
    for candidate, said in _candidates(ask):
        if of_set not in (None, candidate.id):
            continue
        rows = _fuel_rows(ask.table, candidate, fuel, sector)
        if rows and (made := _make(ask, candidate, rows, fuel, key, (*notes, *said, *passed), sector)) is not None:
            return made
        has = f"has {fuel} only per {_held(rows)}" if rows else f"does not have {fuel}"
        passed += (f"{candidate.id}, in the order for {ask.region}, {has}",)
    raise NotComputable(_refusal(ask, fuel, key, passed))


def _candidates(ask: Ask) -> Iterator[tuple[FactorSet, tuple[str, ...]]]:
    """The sets that may answer: those chosen by name, the country's of the year, then what exceptions permit."""
    known, order = catalogue(), catalogue().order(ask.region, "fuels")
    for name in known.chosen.get(ask.region, ()):
        if name in ask.exceptions:
            yield known.sets[name], (f"the set {name} was chosen by accepted exception",)
    yield from ((one, ()) for one in order if one.serves(ask.year))
    late = [one for one in order if not one.serves(ask.year) and f"year:{one.id}" in ask.exceptions]
    while (near := nearest_edition(late, ask.year)) is not None:
        late = [one for one in late if one is not near[0]]
        yield near[0], (of_year(f"year:{near[0].id}", near[1], ask.year),)
    for one in known.sets.values():
        if f"region:{one.id}" in ask.exceptions and one not in order and one.fuel_stems:
            said = (f"the set {one.id} used in {ask.region}, by accepted exception: region:{one.id}",)
            if one.serves(ask.year):
                yield one, said
            elif f"year:{one.id}" in ask.exceptions and one.years:
                yield one, (*said, of_year(f"year:{one.id}", max(one.years), ask.year))


def _unfit(rows: Sequence[Factor], fuel: str, key: _Key) -> str:
    """That own factors count by another unit than the meter, so that nobody takes them for what was used."""
    name, ids = fuel.replace("_", " "), ", ".join(row.id for row in rows)
    return f"own factors of {name} ({ids}) are per {_held(rows)} and do not serve a meter that counts {key[0]}"


_USER = FactorSet(id=USER_SET, name="own factors", edition="own", years=None, converts=frozenset({"net_per_gross"}))


def _fuel_rows(table: FactorTable, candidate: FactorSet, fuel: str, sector: Sector) -> list[Factor]:
    stem = candidate.fuel_stems.get(fuel)
    if stem is None or (candidate.sectors is not None and sector not in candidate.sectors):
        return []
    rows = (table.get(pattern.format(stem=stem, sector=sector)) for pattern in candidate.fuel_rows)
    return [row for row in rows if row is not None]


def _groups(rows: Sequence[Factor]) -> dict[_Key, list[Factor]]:
    groups: dict[_Key, list[Factor]] = {}
    for row in rows:
        unit = factor_unit(row.unit)
        groups.setdefault((unit.per, unit.basis), []).append(row)
    return groups


def _make(
    ask: Ask, candidate: FactorSet, rows: Sequence[Factor], fuel: str, key: _Key, notes: tuple[str, ...], sector: str
) -> EmissionFactor | None:
    """A factor of one set's rows in the unit asked for, converted if the set allows it."""
    groups = _groups(rows)
    if candidate.years is None and candidate.id != USER_SET:
        notes = (*notes, f"{candidate.name}: they carry no year, and serve {ask.year} as any other")
    scale, used = 1.0, ()
    start = key
    if key not in groups:
        step = next((s for have in groups if (s := _convert(ask, candidate, fuel, have, key)) is not None), None)
        if step is None:
            return None
        start, scale, used, said = step
        notes = (*notes, *said)
    by_sector = any("{sector}" in pattern for pattern in candidate.fuel_rows)
    edition = candidate.edition if candidate.id != USER_SET else groups[start][0].origin
    if fuel in catalogue().biogenic:
        ask = replace(ask, origin="biogenic")
    made = emission_factor(
        ask,
        groups[start],
        set_id=candidate.id,
        edition=edition,
        per=key[0],
        basis=key[1],
        scale=scale,
        conversions=used,
        notes=notes,
        key="/".join(filter(None, (candidate.family or candidate.id, "fuel", fuel, sector if by_sector else ""))),
    )
    return _apart(made, candidate, fuel)


def _apart(made: EmissionFactor, candidate: FactorSet, fuel: str) -> EmissionFactor:
    """Biogenic CO2 taken out of the value, or said to be unknown."""
    if fuel in catalogue().biogenic and "CO2" in made.by_gas:
        carbon = made.by_gas["CO2"]
        rest = {gas: mass for gas, mass in made.by_gas.items() if gas != "CO2"}
        note = "its CO2 is biogenic and stands apart; CH4 and N2O count"
        value, rows = made.value - carbon, [row for row in made.parts if row.gas != "CO2"]
        weights = {row.gas: row.value for row in made.conversions if row.category == "gwp"}
        steps = [row for row in made.conversions if row.category != "gwp"]
        sure = uncertainty_of(rows, rest, weights, value, steps)
        notes = (*made.notes, note)
        return replace(made, value=value, by_gas=rest, biogenic=carbon, notes=notes, uncertainty=sure)
    if fuel in catalogue().blends.get(candidate.family, ()):
        note = "a blend with biofuel: its biogenic CO2, which stands apart, is not among the rows at hand"
        return replace(made, biogenic=None, notes=(*made.notes, note))
    return made


_Step = tuple[_Key, float, tuple[Factor, ...], tuple[str, ...]]


def _convert(ask: Ask, candidate: FactorSet, fuel: str, have: _Key, want: _Key) -> _Step | None:
    """From energy to energy on the other calorific value, or from net energy to mass, and from mass to volume."""
    rule: dict[str, Any] = {**catalogue().conversions[fuel]}
    if have[0] != "kWh" or have[1] is None:
        return None
    if want[0] == "kWh":
        if "net_per_gross" not in candidate.converts or "net_per_gross" not in rule:
            return None
        row = ask.table[rule["net_per_gross"]]
        scale = row.value if want[1] == "gross" else 1 / row.value
        return have, scale, (row,), (f"from {have[1]} to {want[1]} calorific value by net/gross = {row.value:g}",)
    if have[1] != "net" or "ncv" not in candidate.converts or "ncv" not in rule:
        return None
    ncv = ask.table[rule["ncv"]]
    scale = ncv.value / _MJ_PER_KWH  # TJ/Gg is MJ/kg
    said = (f"by a net calorific value of {ncv.value:g} MJ/kg",)
    if want[0] == "kg":
        return have, scale, (ncv,), said
    if "density" not in rule or "density" not in candidate.converts or ask.region in rule.get("density_not_in", ()):
        return None
    density = ask.table[rule["density"]]
    litres = {"kg/L": {"L": 1.0, "m3": 1000.0}, "kg/m3": {"L": 0.001, "m3": 1.0}}[density.unit].get(want[0])
    if litres is None:
        return None
    said += (f"by a density of {density.value:g} {density.unit}",)
    said += (rule["density_note"],) if "density_note" in rule else ()
    return have, scale * density.value * litres, (ncv, density), said


def _held(rows: Sequence[Factor]) -> str:
    return ", ".join(f"{per} {basis}" if basis else per for per, basis in _groups(rows))


def _refusal(ask: Ask, fuel: str, key: _Key, passed: tuple[str, ...]) -> str:
    wanted = f"{key[0]} {key[1]}" if key[1] else key[0]
    opening = f"no factor of {fuel} per {wanted} for {ask.region} in {ask.year}"
    order = catalogue().order(ask.region, "fuels")
    if key[0] in ("L", "m3") and ask.region in catalogue().conversions[fuel].get("density_not_in", ()):
        passed += (f"the only density of {fuel} at hand is not to be used in {ask.region}, as its row remarks",)
    if passed:
        beyond = [one for one in catalogue().sets.values() if one.years is None and fuel in one.fuel_stems]
        passed += tuple(f"the exception 'region:{one.id}' would permit {one.id}" for one in beyond
                        if one not in order and one.id not in catalogue().chosen.get(ask.region, ()))[:1]  # fmt: skip
        return f"{opening}: {'; '.join(passed)}. {REMEDY}"
    years = sorted({year for item in order for year in item.years or ()})
    near = nearest_edition([item for item in order if fuel in item.fuel_stems], ask.year)
    said = f" (the exception 'year:{near[0].id}' would permit that of {near[1]})" if near else ""
    only = f"the sets declared for {ask.region} are for {', '.join(map(str, years))} only"
    return f"{opening}: {only}{said}. {REMEDY}"
