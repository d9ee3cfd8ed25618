"""What the factors at hand leave open: own ones that fit no meter, and uses that no factor serves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from wattstone.base import Finding, InputRefused, NotComputable, UnknownUnit, unit
from wattstone.portfolio import Site
from wattstone.portfolio.kinds import REGISTER_SUFFIX, canonical_kind, kind_of
from wattstone.rates import FactorTable, electricity_factor, load_factors, network_factor
from wattstone.rates.lookup import place_of, years_held
from wattstone.rates.one_set import in_one_set
from wattstone.rates.sets import catalogue
from wattstone.rates.table import Factor
from wattstone.rates.units import factor_unit
from wattstone.workflows.overview.places import places_of
from wattstone.workflows.workspace import Workspace

__all__ = ["Lacking", "NetworkUse", "lacking_factors", "unfit_factors"]

NetworkUse = Literal["electricity", "heat", "cooling"]
_USES: Mapping[str, NetworkUse] = {"heat": "heat", "cooling": "cooling"}
_ANYWHERE = "GLOBAL"


@dataclass(frozen=True, kw_only=True)
class Lacking:
    """Something that sites buy, for which no factor is at hand.

    Parameters
    ----------
    use : {'electricity', 'heat', 'cooling'}
        What is bought.
    region : str
        Grid region or country, as an own factor names it.
    country : str or None
        To which the region belongs.
    year : int
        For which there is none.
    held : tuple of int
        Years for which one ships.
    sites : int
        How many lack it.
    """

    use: NetworkUse
    region: str
    country: str | None
    year: int
    held: tuple[int, ...]
    sites: int


def lacking_factors(workspace: Workspace, year: int) -> tuple[Lacking, ...]:
    """What sites buy in a year without a factor at hand: by use and region, that of the most sites first.

    Sites of which neither country nor grid region is known are left out: they lack those first.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    year : int
        Calendar year.
    """
    try:
        table = load_factors(workspace.factor_files)
    except InputRefused:
        return ()  # what is wrong with them is told first
    accepted = frozenset(one.factor_id for one in workspace.records.exceptions())
    places = places_of(workspace)
    asked: dict[tuple[NetworkUse, str, str | None], int] = {}
    for use, site in _bought(places.meters, places.sites):
        if site.country or site.grid_region:
            key = (use, *place_of(site.grid_region, site.country))
            asked[key] = asked.get(key, 0) + 1
    gwp_set = workspace.records.organisation().gwp_set
    found = [
        Lacking(use=use, region=region, country=country, year=year, sites=count,
                held=years_held(table, use, region, country))
        for (use, region, country), count in asked.items()
        if not _serves(table, use, region, country, year, gwp_set, accepted)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-one.sites, one.use, one.region)))


def _bought(meters: pl.DataFrame, sites: Mapping[str, Site]) -> Iterable[tuple[NetworkUse, Site]]:
    """Each site with each thing that it buys."""
    for site_id, kind in meters.select("site_id", "kind").unique(maintain_order=True).iter_rows():
        name = canonical_kind(kind).removesuffix(REGISTER_SUFFIX)
        known = kind_of(name)
        if known is not None and known.role in ("grid", "network") and site_id in sites:
            yield _USES.get(name, "heat") if known.role == "network" else "electricity", sites[site_id]


def _serves(
    table: FactorTable, use: NetworkUse, region: str, country: str | None, year: int, gwp_set: str,
    accepted: frozenset[str],
) -> bool:  # fmt: skip
    try:
        if use == "electricity":
            found = electricity_factor(
                table, region=region, country=country, year=year, gwp_set=gwp_set, exceptions=accepted
            )
        else:
            found = network_factor(
                table, kind=use, region=region, country=country, year=year, gwp_set=gwp_set, exceptions=accepted
            )
        in_one_set(found, gwp_set, accepted)
    except NotComputable:
        return False
    return True


def unfit_factors(workspace: Workspace, rows: Iterable[Factor]) -> tuple[Finding, ...]:
    """Own factors of fuels that count by another unit than the meters of their region, so that they serve none.

    A factor per kWh says nothing of a cubic metre: the meter then takes a published factor, or none.

    Parameters
    ----------
    workspace : Workspace
        Whose meters.
    rows : iterable of Factor
        Of own files.

    Returns
    -------
    tuple of Finding
        Warnings, one for each factor and unit.
    """
    fuels = [row for row in rows if row.category in catalogue().categories["fuels"]]
    if not fuels:
        return ()
    metered = _metered(workspace)
    by_unit: dict[tuple[str, str, int], set[str]] = {}
    for row in fuels:
        by_unit.setdefault((row.name, row.region, row.year), set()).add(factor_unit(row.unit).per)
    return tuple(
        _unfit(row, per, count)
        for row in fuels
        for per, count in _of(metered, row).items()
        if per not in by_unit[row.name, row.region, row.year]
    )


def _metered(workspace: Workspace) -> dict[tuple[str, str], dict[str, int]]:
    """How many meters there are by fuel and country, and by the unit in which their readings are kept."""
    places, known = places_of(workspace), catalogue().fuels
    found: dict[tuple[str, str], dict[str, int]] = {}
    counted = places.meters.group_by("site_id", "kind", "unit", maintain_order=True).len()
    for site_id, kind, written, count in counted.iter_rows():
        name = canonical_kind(kind).removesuffix(REGISTER_SUFFIX)
        site = places.sites.get(site_id)
        if name not in known or site is None or not site.country:
            continue
        _, nation = place_of(None, site.country)
        units = found.setdefault((name, nation or site.country), {})
        stored = _stored(written)
        units[stored] = units.get(stored, 0) + count
    return found


def _stored(written: str) -> str:
    try:
        name = unit(written).canonical
    except UnknownUnit:
        return written
    return "kWh" if name == "kW" else name


def _of(metered: Mapping[tuple[str, str], Mapping[str, int]], row: Factor) -> Mapping[str, int]:
    """Meters that a factor is meant for, by unit."""
    if row.region != _ANYWHERE:
        return metered.get((row.name, row.region), {})
    found: dict[str, int] = {}
    for (name, _), units in metered.items():
        for per, count in units.items() if name == row.name else ():
            found[per] = found.get(per, 0) + count
    return found


def _unfit(row: Factor, per: str, count: int) -> Finding:
    return Finding(
        code="rates.own.unfit",
        severity="warning",
        place=row.origin,
        found="'{id}' is per {has}, but {count} {count:meter|meters} of its fuel {count:counts|count} in {per}: it "
        "does not serve {count:it|them}",
        params={
            "id": row.id, "has": factor_unit(row.unit).per, "count": count,
            "per": per,
        },
        expected="a factor per {per} for meters that count in {per}",
        remedy="add a row of the same region and year per {per}: the value per {has}, times how many {has} the "
        "supplier states for each {per}",
    )  # fmt: skip
