"""The report of the module: waste by its routes, circularity, communities, neutrality, water."""

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from wattstone.base import Finding
from wattstone.programme.held import held
from wattstone.programme.kinds import kinds_of
from wattstone.programme.report import ModuleReport, Said
from wattstone.programme.waste.account import YearAccount, year_account
from wattstone.programme.waste.checks import wrong
from wattstone.programme.waste.lines import ROUTES
from wattstone.programme.waste.linked import linked
from wattstone.programme.waste.masses import diversion
from wattstone.programme.waste.report_circular import circular_charts, circular_lines, circular_tables
from wattstone.programme.waste.report_places import communities, neutrality, waters, weighed_by_subsector
from wattstone.programme.waste.report_routes import charts, emissions, mass_lines, route_lines, tables

__all__ = ["build"]

_HEAD: Final = ("waste.mass.total", "waste.diversion", "waste.emissions.total", "waste.emissions.treated")
_LIMITS: Final = (
    Said("Masses are as they were weighed and booked: whether a load went where its ticket says is not shown."),
    Said("Decay by the IPCC's first-order model is an average: a real landfill may be half or double of it."),
    Said("Avoided emissions rest on a baseline that did not happen; they are no part of any total."),
    Said("A circularity indicator is of mass: it says nothing of toxicity, energy or climate."),
    Said("A neutrality statement is checked for what stands in the entries; it is no verification by a third party."),
    Said("Water stress is as it was looked up and entered; water restored elsewhere does not lower it."),
)


def build(entries: Mapping[str, pl.DataFrame], year: int, gwp_set: str) -> ModuleReport:
    """The report of a year.

    Parameters
    ----------
    entries : mapping of str to DataFrame
        By kind; a kind that lacks has none.
    year : int
    gwp_set : {'AR4', 'AR5', 'AR6'}
        Global warming potentials, one set for all.

    Returns
    -------
    ModuleReport

    Raises
    ------
    NotComputable
        If there is no such set.
    """
    every = {kind.id: held(entries, kind.id) for kind in kinds_of("waste")}
    account = year_account(every, year, gwp_set)
    told = emissions(account, gwp_set)
    over = any(year in years for years in account.landfills.overdrawn.values())
    lost = frozenset({one.route for one in account.missing} | ({"landfill"} if over else set()))
    weighed = weighed_by_subsector(told, every["waste_facility"], lost)
    parts = (
        communities(
            every["community_line"].filter(pl.col("year") == year),
            weighed,
            year,
            frozenset(told["route"]) | lost,
            sold=bool((every["waste_facility"]["energy"] == "sold").any()),
        ),
        neutrality(every["neutrality_claim"], every["carbon_credit"], year),
        waters(every, year),
    )
    circular = tuple(circular_tables(every, year))
    lines = (
        *mass_lines(every, account, year), *route_lines(every, account, told, year, gwp_set),
        *circular_lines(every, year), *(line for part in parts for line in part.lines),
    )  # fmt: skip
    return ModuleReport(
        module="waste",
        title="Waste, circular economy, communities and water",
        period=str(year),
        says=(*_says(account, told, gwp_set), *(said for part in parts for said in part.says)),
        lines=tuple(sorted(lines, key=lambda line: _first(line.name))),
        tables=linked((*tables(account, told), *circular, *(one for part in parts for one in part.tables)), lines),
        charts=(*charts(account), *circular_charts(circular), *(chart for part in parts for chart in part.charts)),
        findings=(*wrong(every), *_overdrawn(account), *(one for part in parts for one in part.findings)),
        limits=_LIMITS,
    )


def _first(name: str) -> int:
    """Place of a line: what a reader asks first stands first, the rest as it comes."""
    return _HEAD.index(name) if name in _HEAD else len(_HEAD)


def _says(account: YearAccount, told: pl.DataFrame, gwp_set: str) -> Iterator[Said]:
    by = diversion(account.masses)
    total = float(by["mass"].sum())
    if not total:
        yield Said("No waste was weighed in the year.")
    else:
        away = float(by["diverted"].sum())
        yield Said(
            "{mass} t of waste were weighed; {share} of it were diverted from disposal.",
            {"mass": round(total, 3), "share": f"{100.0 * away / total:.1f} %"},
        )
    known = told.filter(pl.col("co2e").is_not_null())
    if not known.is_empty():
        largest = known.group_by("route").agg(pl.col("co2e").sum()).sort("co2e", "route", descending=True)
        yield Said(
            "By {gwp_set}, most of what waste emits comes from {route}: {amount} kg CO2e.",
            {"gwp_set": gwp_set, "route": ROUTES[largest["route"][0]], "amount": round(largest["co2e"][0], 1)},
        )
    for one in account.missing:
        yield Said("Not computed: {route}.", {"route": ROUTES[one.route]})


def _overdrawn(account: YearAccount) -> Iterator[Finding]:
    for name, years in account.landfills.overdrawn.items():
        yield Finding(
            code="waste.overdrawn", place=f"waste_facility '{name}'",
            found="in {years} more methane is said to be recovered than the waste made",
            expected="no more than was made, of the waste that is recorded here (IPCC 2006, volume 5, chapter 3)",
            remedy="enter earlier deposits, or the share of the recovery that belongs to this waste",
            params={"years": ", ".join(map(str, years))},
        )  # fmt: skip
