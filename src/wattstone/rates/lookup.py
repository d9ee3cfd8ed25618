"""The look-up of electricity, heat and cooling: a place and a year give one factor, or the reason why there is none."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from wattstone.base import NotComputable
from wattstone.rates.emission import USER_SET, Ask, EmissionFactor, emission_factor, of_year
from wattstone.rates.sets import FactorSet, Grid, Use, catalogue
from wattstone.rates.table import Factor, FactorTable

_COUNTRY = re.compile(r"([A-Z]{2})(?:-.+)?")
REMEDY = "To mend it: put the factor, with its source, in a CSV file in the workspace's factors/ folder"


def electricity_factor(
    table: FactorTable,
    *,
    region: str | None,
    country: str | None,
    year: int,
    gwp_set: str,
    exceptions: frozenset[str] = frozenset(),
) -> EmissionFactor:
    """The published average factor of grid electricity, by the location-based method.

    Parameters
    ----------
    table : FactorTable
        The rows to look in.
    region : str or None
        Grid region as the sets name it: `GB`, `CN-BJ`, `CN-GRID-NC`, `US-CAMX`. It is answered as asked: a province
        never takes the factor of its nation.
    country : str or None
        ISO 3166-1 alpha-2; stands in for a region that is not given.
    year : int
        The year of the electricity; exact.
    gwp_set : {'AR4', 'AR5', 'AR6'}
        Of the workspace, for factors that come gas by gas.
    exceptions : frozenset of str
        What was accepted: ids of rows or sets of confidence C; `year:SET`, by which a set serves a year that it is not
        for.

    Returns
    -------
    EmissionFactor
        Per kWh.

    Raises
    ------
    NotComputable
        With what is missing, what there is, and the remedy.

    Examples
    --------
    >>> from wattstone.rates import load_factors
    >>> factor = electricity_factor(load_factors(), region=None, country="GB", year=2019, gwp_set="AR5")
    >>> factor.value, factor.unit
    (0.2556, 'kg CO2e')
    """
    return _energy_factor(table, "electricity", region, country, year, gwp_set, exceptions)


def network_factor(
    table: FactorTable,
    *,
    kind: Literal["heat", "cooling"],
    region: str | None,
    country: str | None,
    year: int,
    gwp_set: str,
    exceptions: frozenset[str] = frozenset(),
) -> EmissionFactor:
    """The published factor of purchased heat (steam, hot water) or cooling.

    Parameters
    ----------
    table : FactorTable
        The rows to look in.
    kind : {'heat', 'cooling'}
        What the network delivers. No shipped set has cooling.
    region, country, year, gwp_set, exceptions
        As for `electricity_factor`.

    Returns
    -------
    EmissionFactor
        Per kWh delivered.

    Raises
    ------
    NotComputable
        With what is missing, what there is, and the remedy.
    """
    return _energy_factor(table, kind, region, country, year, gwp_set, exceptions)


def place_of(region: str | None, country: str | None) -> tuple[str, str | None]:
    """The place to look up, and the country whose order serves it.

    Parameters
    ----------
    region, country : str or None
        As a site has them.

    Returns
    -------
    tuple of (str, str or None)
        A region without a country code gets that of the country: `CAMX` in `US` is `US-CAMX`.

    Raises
    ------
    NotComputable
        If neither is given.
    """
    asked = (region or country or "").strip().upper()
    if not asked:
        raise NotComputable("the site has neither a grid region nor a country. To mend it: give the site one of them")
    places = catalogue().places
    asked = places.get(asked, asked)
    match = _COUNTRY.fullmatch(asked)
    if match is not None:
        return asked, match[1]
    return (f"{country.upper()}-{asked}", country.upper()) if country else (asked, None)


def _energy_factor(
    table: FactorTable,
    use: Use,
    region: str | None,
    country: str | None,
    year: int,
    gwp_set: str,
    exceptions: frozenset[str],
) -> EmissionFactor:
    place, nation = place_of(region, country)
    ask = Ask(table=table, region=place, year=year, gwp_set=gwp_set, exceptions=exceptions)
    own = [row for row in table.own(catalogue().categories[use]) if (row.region, row.year) == (place, year)]
    if own:
        key = f"user/{own[0].category}/{place}"
        return emission_factor(ask, own, set_id=USER_SET, edition=own[0].origin, per="kWh", basis=None, key=key)
    order = catalogue().order(nation, use)
    for candidate, served in _candidates(table, order, use, place, nation, year, exceptions):
        grid = candidate.grids[use]
        rows, notes = _rows(table, grid, place, nation)
        rows = [row for row in rows if candidate.years is None or row.year == served]
        if rows:
            notes += () if candidate.years is not None else (f"{candidate.edition}, which serves any year",)
            notes += () if served == year else (of_year(f"year:{candidate.id}", served, year),)
            return emission_factor(
                ask, rows, set_id=candidate.id, edition=candidate.edition, per="kWh", basis=None, notes=notes,
                key=f"{candidate.family}/{use}/{place if not grid.nationwide else nation}",
            )  # fmt: skip
    raise NotComputable(_refusal(table, use, place, nation, year, order))


def _candidates(
    table: FactorTable, order: Sequence[FactorSet], use: Use, place: str, nation: str | None, year: int,
    exceptions: frozenset[str],
) -> Iterator[tuple[FactorSet, int]]:  # fmt: skip
    """The sets that serve a year in their order, then those that an exception permits, the nearest year first."""
    known = [candidate for candidate in order if use in candidate.grids]
    yield from ((candidate, year) for candidate in known if candidate.serves(year))
    late = [candidate for candidate in known if f"year:{candidate.id}" in exceptions and not candidate.serves(year)]
    held = [(candidate, row.year) for candidate in late for row in _rows(table, candidate.grids[use], place, nation)[0]]
    yield from sorted(held, key=lambda one: (abs(one[1] - year), one[1]))


def _rows(table: FactorTable, grid: Grid, place: str, nation: str | None) -> tuple[list[Factor], tuple[str, ...]]:
    """Rows of a set for a place, and what is to be said of them."""
    rows = [row for row in table.of_category(grid.category) if row.id.startswith(grid.prefix)]
    if grid.stems is not None:
        stem = grid.stems.get(place)
        names = {f"{grid.prefix}{stem}_{gas}" for gas in ("co2", "ch4", "n2o")} if stem else frozenset[str]()
        return [row for row in rows if row.id in names], ()
    found = [row for row in rows if row.region == place]
    if not found and grid.nationwide and nation is not None:
        return [row for row in rows if row.region == nation], (f"a national default, the same in all of {nation}",)
    return found, ()


def _refusal(
    table: FactorTable, use: Use, place: str, nation: str | None, year: int, order: Sequence[FactorSet]
) -> str:
    """Why there is no factor: no set, no such year, or no such region in the set of that year."""
    what = {"electricity": "grid electricity", "heat": "purchased heat", "cooling": "purchased cooling"}.get(use, use)
    opening = f"no factor of {what} for {place} in {year}"
    if not order:
        why = catalogue().lacking.get(nation or place) if use == "electricity" else None
        said = f" ({why})" if why else ""
        return f"{opening}: no factor set is declared for {what} in {nation or place}{said}. {REMEDY}"
    with_place = _with_place(table, use, place, nation, order)
    if with_place:
        years = years_held(table, use, place, nation)
        held = f"the sets declared for {nation} hold it for {_join(years)} only"
        return f"{opening}: {held}{_permitting(with_place, year)}. {REMEDY}"
    regions = sorted({region for item in order if use in item.grids for region in _regions(table, item.grids[use])})
    sets = _join(str(item) for item in order)
    lacking = f"{opening}: {sets} have no row for {place}, and none of a wider or another region is used in its place"
    if nation is not None and place != nation:  # nobody is led to the average of a country in which the place lies
        others = sum(region != nation for region in regions)
        return f"{lacking}: they hold {others} other regions of {nation}. {REMEDY}"
    return f"{lacking}; they hold {_join(regions)}. {REMEDY}, or give the site one of these regions if it lies in it"


def _permitting(sets: Sequence[FactorSet], year: int) -> str:
    """The exception by which the nearest edition would serve."""
    near = nearest_edition(sets, year)
    return f" (the exception 'year:{near[0].id}' would permit that of {near[1]})" if near else ""


def nearest_edition(sets: Sequence[FactorSet], year: int) -> tuple[FactorSet, int] | None:
    """The set whose year is nearest, and that year; of two as near the earlier one.

    Parameters
    ----------
    sets : sequence of FactorSet
        That have what is asked for.
    year : int
        For which none has it.
    """
    held = [(one, at) for one in sets for at in one.years or ()]
    return min(held, key=lambda one: (abs(one[1] - year), one[1]), default=None)


def _with_place(
    table: FactorTable, use: Use, place: str, nation: str | None, order: Sequence[FactorSet]
) -> list[FactorSet]:
    return [item for item in order if use in item.grids and _rows(table, item.grids[use], place, nation)[0]]


def years_held(table: FactorTable, use: Use, place: str, nation: str | None) -> tuple[int, ...]:
    """Years for which the sets of a country have a place; empty where none has it, or only a set without a year.

    Parameters
    ----------
    table : FactorTable
        The rows to look in.
    use : {'electricity', 'heat', 'cooling'}
        What is bought.
    place, nation : str, str or None
        As `place_of` gives them.

    Examples
    --------
    >>> from wattstone.rates import load_factors
    >>> years_held(load_factors(), "electricity", "CN-GD", "CN")
    (2021, 2022, 2023)
    """
    sets = _with_place(table, use, place, nation, catalogue().order(nation, use))
    return tuple(sorted({year for item in sets for year in item.years or ()}))


def _regions(table: FactorTable, grid: Grid) -> Iterable[str]:
    if grid.stems is not None:
        return grid.stems
    return (row.region for row in table.of_category(grid.category) if row.id.startswith(grid.prefix))


def _join(items: Iterable[object]) -> str:
    return ", ".join(str(item) for item in items)
