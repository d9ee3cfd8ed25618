"""Numbers of the modules of the programme: waste and water, nature, vehicles, suppliers, indicators."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from wattstone.disclosure.counted import SITES_ALL
from wattstone.disclosure.material import Material
from wattstone.disclosure.statement import Shown
from wattstone.programme.report import Column, Said, Table
from wattstone.workflows.disclosure.sources.asking import Asking, answered, figure_table, figured
from wattstone.workflows.disclosure.sources.coverage import COVERAGE

__all__ = ["programme"]

_WASTE: Final = {
    "waste.mass.total": "Waste that was weighed", "waste.mass.diverted": "Diverted from disposal",
    "waste.mass.disposed": "Disposed of", "waste.material.in": "Material taken in",
}  # fmt: skip
_WATER: Final = {
    "waste.water.withdrawal": "Water withdrawn", "waste.water.discharge": "Water discharged",
    "waste.water.consumption": "Water consumed", "volume.water": "Water by meters",
}  # fmt: skip
_SHARES: Final = {
    "waste.diversion": "Share of waste diverted from disposal", "waste.cti.circularity": "Circularity of materials",
    "waste.water.stressed": "Share of withdrawal in areas of water stress",
}  # fmt: skip
_INDUSTRY: Final = (
    ("Emissions", {
        "fleet.own.scope_1": "Own vehicles, scope 1", "fleet.own.scope_2": "Own vehicles, scope 2",
        "waste.emissions.total": "Treatment of waste",
    }),
    ("Emissions", {
        "fleet.category_11": "Use of vehicles sold", "supplier.total": "Products asked of suppliers",
    }),
    ("Land", {"nature.area.net": "Areas under nature agreements", "nature.area.net.verified": "Of them verified",
              "nature.area.net.planned": "Planned"}),
    ("Shares", {
        "supplier.primary_share": "Share of primary data of suppliers",
        "indicator.people.women_share": "Share of women",
    }),
    ("Places", {"factory.listed.green_factory.municipal": "Green factories, municipal",
                "factory.listed.green_factory.national": "Green factories, national"}),
)  # fmt: skip


_COVERED: Final = (
    ("waste.cti", ""), ("waste.material", ""), ("waste.water.restored", ""), ("waste.water", "water"),
    ("waste", "waste"), ("volume.water", "water_metered"), ("fleet.own", "own_vehicles"),
)  # fmt: skip
"""Beginnings of names, and what says of how many sites such numbers are; nothing of what is not entered by site."""


def programme(asking: Asking) -> Iterator[Material]:
    """What the modules recorded of the year."""
    yield _water_and_waste(asking)
    yield _industry(asking)
    yield _impacts(asking)


def _coverage(asking: Asking, name: str) -> Shown | None:
    """Of how many sites a number is; None where it is not told by site."""
    of = next((one for start, one in _COVERED if name.startswith(start)), "")
    return asking.figures.known(f"{COVERAGE}{of}", asking.period) if of else None


def _water_and_waste(asking: Asking) -> Material:
    tables = [_amounts(asking, name, title, labels) for name, title, labels in (
        ("waste", "Waste and material", _WASTE), ("water", "Water", _WATER), ("circular", "Shares", _SHARES),
    )]  # fmt: skip
    lacks: list[Said] = []
    if not tables[0].rows.height:
        lacks.append(Said("No waste of {year} is recorded: enter weighings with `wattstone waste add weighing`, and "
                          "record their report.", {"year": asking.year}))  # fmt: skip
    if not tables[1].rows.height:
        lacks.append(Said("No water of {year} is metered or entered.", {"year": asking.year}))
    says = (*_apart(asking), Said("Pollutants other than greenhouse gases are not recorded in this workspace."))
    return answered("metrics.water_and_waste", tables=tables, says=says, lacks=lacks)


def _apart(asking: Asking) -> Iterator[Said]:
    """Why numbers of modules are not those of the inventory, where they are of fewer sites."""
    find, sites = asking.figures.known, asking.figures.known(SITES_ALL, asking.period)
    if sites is None or not sites.value:
        return

    def told(name: str, of: str) -> dict[str, Any]:
        one = find(f"{COVERAGE}{of}", asking.period)
        return {} if one is None or one.value is None else figured(asking, name, one.value, one.name)

    of_all = figured(asking, "sites", sites.value, SITES_ALL)
    waste, water, metered = told("count", "waste"), told("entered", "water"), told("metered", "water_metered")
    if waste and waste["count"] < sites.value and find("scope3.5", asking.period) is not None:
        yield Said("Waste is weighed at {count:.0f} of {sites:.0f} sites; category 5 of scope 3 is of what activity "
                   "records say of all sites. Neither number is a part of the other.", {**waste, **of_all})  # fmt: skip
    if water and metered and min(water["entered"], metered["metered"]) < sites.value:
        yield Said("Water withdrawn is entered of {entered:.0f}, and metered at {metered:.0f}, of {sites:.0f} sites: "
                   "neither is the water of all.", {**water, **metered, **of_all})  # fmt: skip


def _amounts(asking: Asking, name: str, title: str, labels: dict[str, str]) -> Table:
    """The figures of some names that are there, beside those of the year before; all of one unit.

    Where any of them is told by site, columns say of how many sites each is.
    """
    rows: list[dict[str, Any]] = []
    unit: str | None = None
    every = asking.figures.known(SITES_ALL, asking.period)
    for key, label in labels.items():
        one = asking.figures.known(key, asking.period)
        if one is not None and one.value is not None and unit in (None, one.unit):
            unit, sites = one.unit, _coverage(asking, key)
            rows.append({"what": label, "value": one, "before": asking.figures.known(key, asking.before),
                         "sites": sites, "every": None if sites is None else every})  # fmt: skip
    columns = [Column("what", "What"), Column("value", "Share" if unit == "1" else asking.period, unit)]
    if unit != "1" and any(row["before"] is not None for row in rows):
        columns.append(Column("before", asking.before, unit))
    if any(row["sites"] is not None for row in rows):
        columns += [Column("sites", "Sites it is of"), Column("every", "Sites in all")]
    return figure_table(name, title, columns, rows)


def _industry(asking: Asking) -> Material:
    """Indicators of vehicles, suppliers, nature, people, and intensities of the trade."""
    tables = [_amounts(asking, f"industry-{number}", title, labels)
              for number, (title, labels) in enumerate(_INDUSTRY, 1)]  # fmt: skip
    names = ("intensity.energy", "intensity.total.location", "match.annual")
    figures = _known(asking, names)
    some = any(one.rows.height for one in tables)
    lacks = () if figures or some else (
        Said("No metric of the industry is recorded: see the modules of the programme."),
    )  # fmt: skip
    says = (Said("Numbers without a count of sites are of what was entered in their modules, not by site; whether "
                 "that is all there is, nothing here shows."),) if some else ()  # fmt: skip
    return answered("metrics.industry", tables=tables, figures=figures, says=says, lacks=lacks)


def _impacts(asking: Asking) -> Material:
    """What the organisation does to the climate: gross emissions, and what stands apart from them."""
    figures = _known(asking, ("total.location", "scope3", "nature.area.net", "nature.carbon.flux.gases", "avoided"))
    lacks = () if figures else (Said("Neither emissions nor areas under nature are recorded of {year}.",
                                     {"year": asking.year}),)  # fmt: skip
    return answered("strategy.impacts", figures=figures, lacks=lacks)


def _known(asking: Asking, names: Sequence[str]) -> list[Shown]:
    found = (asking.figures.known(name, asking.period) for name in names)
    return [one for one in found if one is not None and one.value is not None]
