"""The report of module `disclose` of a workspace: register, exposures, scenarios, hazards, capital and pay."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.disclosure.counted import SITES_ALL, sites_lines
from wattstone.disclosure.hazards.screening import SITES
from wattstone.disclosure.report import Beside, build
from wattstone.disclosure.scenarios.costed import Used
from wattstone.disclosure.scenarios.drawn import Met
from wattstone.programme.report import ModuleReport, Said
from wattstone.programme.targets.known import Known
from wattstone.workflows.disclosure.sources.carriers import Billed, Metered, billed, carrier_lines
from wattstone.workflows.disclosure.sources.coverage import coverage_lines
from wattstone.workflows.disclosure.sources.lines import metric_lines, threshold_lines
from wattstone.workflows.inventory.record import organisation_figures
from wattstone.workflows.programme.asked import Asked
from wattstone.workflows.programme.entries import entries_of_module
from wattstone.workflows.programme.target_series import denominators, series
from wattstone.workflows.programme.target_studies import filled
from wattstone.workflows.workspace import Workspace

__all__ = ["portfolio_sites", "register_report", "report"]

_ENERGY: Final = "energy."


def report(workspace: Workspace, asked: Asked) -> ModuleReport:
    """Risks, exposures, scenarios, hazards, capital, pay, internal prices, and what the inventory leads to.

    Parameters
    ----------
    workspace : Workspace
        Whole.
    asked : Asked
        Without options.

    Returns
    -------
    ModuleReport

    Raises
    ------
    InputRefused
        If an option is given.
    """
    records = billed(workspace, asked.year)
    made = register_report(workspace, asked, records)
    more = [*metric_lines(workspace, asked.year, records), *threshold_lines(workspace, asked.year),
            *coverage_lines(workspace, asked.year)]  # fmt: skip
    if all(one.name != SITES_ALL for one in made.lines):
        more += sites_lines(len(workspace.records.sites()), asked.year)
    return replace(made, lines=(*made.lines, *more))


def register_report(workspace: Workspace, asked: Asked, records: Mapping[str, Billed] | None = None) -> ModuleReport:
    """The report without what the inventory leads to; as for `report`, and nothing of an inventory is computed."""
    if asked.options:
        raise InputRefused(list(_unknown(asked)))
    used = _used(workspace, asked.year, billed(workspace, asked.year) if records is None else records)
    return build(entries_of_module(workspace, "disclose", at=asked.at), _beside(workspace, asked, used), asked.year)


def _beside(workspace: Workspace, asked: Asked, used: Used) -> Beside:
    """What the workspace holds beside the entries; nothing of it is computed anew."""
    targets = entries_of_module(workspace, "target", at=asked.at)
    targets["abatement"], found = filled(workspace, targets["abatement"])
    years = series(workspace, asked.year)
    now = years.filter((pl.col("year") == asked.year) & pl.col("value").is_not_null())
    return Beside(
        met=Met(
            tonnes=dict(now.select("name", "value").iter_rows()), inputs=dict(now.select("name", "input").iter_rows())
        ),
        used=used, sites=portfolio_sites(workspace), targets=targets,
        known=Known(series=years, denominators=denominators(workspace, asked.year)), findings=tuple(found),
    )  # fmt: skip


def _used(workspace: Workspace, year: int, records: Mapping[str, Billed]) -> Used:
    """Energy of the organisation by carrier: of meters as the inventory has it, of records as the report tells it."""
    wanted = pl.col("name").str.starts_with(_ENERGY) & (pl.col("unit") == "kWh")
    held = organisation_figures(workspace.lake, year).filter(wanted)
    meters = {
        str(name).removeprefix(_ENERGY): Metered(id=of, value=value)
        for name, of, value in held.select("name", "id", "value").iter_rows()
    }
    energy = {name: one.value for name, one in meters.items() if one.value is not None}
    inputs = {name: f"figure:{one.id}" for name, one in meters.items()}
    why: dict[str, Said] = {}
    for carrier, line in zip(sorted(records), carrier_lines(records, meters, year), strict=True):
        inputs[carrier] = f"line:{line.name}@{line.subject}@{line.period}"
        energy.pop(carrier, None)
        if line.value is not None:
            energy[carrier] = line.value
        elif line.reason is not None:
            why[carrier] = line.reason
    return Used(energy=energy, inputs=inputs, why=why)


def portfolio_sites(workspace: Workspace) -> pl.DataFrame:
    """The sites of a workspace; schema `SITES`."""
    rows = [(one.id, one.name, one.floor_area) for one in workspace.records.sites()]
    return pl.DataFrame(rows, schema=SITES, orient="row").sort("site")


def _unknown(asked: Asked) -> Iterator[Finding]:
    for name in asked.options:
        yield Finding(
            code="disclose.option", place=f"option '{name[:40]}'", found="the report has no such option",
            expected="the year alone", remedy="leave it out",
        )  # fmt: skip
