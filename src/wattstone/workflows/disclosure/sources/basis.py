"""What numbers rest on: method, boundary and factors, contracts, base year and restatements."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import polars as pl

from wattstone.disclosure.counted import SITES_ALL
from wattstone.disclosure.material import Material
from wattstone.disclosure.statement import Shown
from wattstone.inventory.sums import ORGANISATION
from wattstone.programme.report import Column, Said
from wattstone.workflows.disclosure.sources.asking import (
    TOTALS,
    Asking,
    answered,
    called,
    co2_alone,
    figure_table,
    figured,
    taken,
)
from wattstone.workflows.disclosure.sources.lines import THRESHOLD
from wattstone.workflows.instruments.listing import instruments_of
from wattstone.workflows.inventory.record import evidence_of, last_run
from wattstone.workflows.restatement import policy_versions, restatements

__all__ = ["COVERED", "basis", "publisher_of"]

COVERED: Final = Said(
    "Electricity covered by contracts: what contracts and certificates serve at the sites in the year, divided by all "
    "electricity bought there."
)
"""What the share that contracts cover is divided by."""

_PLACE: Final = re.compile(r"[,;:(]|\s(?:Vol|Ch|Table|WG\d|sheet)\b")
"""Where a source goes on to say in which part of a work a value stands."""
_MOST: Final = 40  # rows of a table
_STATES: Final = {"proposed": "Waits for a decision", "accepted": "Accepted", "rejected": "Rejected"}
_TRIGGERS: Final = {"structure": "Structure", "method": "Method", "error": "Error"}
_KINDS: Final = {
    "ppa": "Power purchase agreement", "self_generation": "Own generation", "green_power": "Green power contract",
    "energy_attribute_certificate": "Energy attribute certificate", "green_certificate": "Green certificate",
    "supplier_rate": "Supplier's own rate",
}  # fmt: skip


def basis(asking: Asking) -> Iterator[Material]:
    """What the record says of itself."""
    yield _method(asking)
    yield _contracts(asking)
    yield _restated(asking)


def _method(asking: Asking) -> Material:
    """Boundary, warming potentials, approach to scope 2, sources of factors."""
    run = last_run(asking.workspace.lake, asking.year)
    if not asking.taken or run is None:
        return answered("metrics.method", lacks=(taken(asking),))
    organisation = asking.workspace.records.organisation()
    scope2 = asking.figures.known("scope2.location", asking.period)
    kind = "by the hour" if scope2 is not None and scope2.basis == "hourly" else "by yearly factors of the grid"
    facts = (
        ("Standard", "GHG Protocol Corporate Standard, and its guidance on scope 2 and scope 3"),
        ("Boundary", organisation.approach.capitalize()),
        ("Global warming potentials", f"IPCC {organisation.gwp_set}, 100 years"),
        ("Scope 2, location-based", kind.capitalize()),
        ("Scope 2, market-based", "Contracts first, then the residual mix, then the grid's average"),
        ("Gaps in readings", "Not filled" if not run.get("fill") else "Filled; the share is told beside each figure"),
    )
    table = figure_table("method", "How emissions are measured", (Column("what", "What"), Column("how", "How")),
                         [{"what": what, "how": how} for what, how in facts])  # fmt: skip
    return answered("metrics.method", tables=(table, _factors(asking, run)), says=_changed(asking, run))


def _factors(asking: Asking, run: dict[str, Any]) -> Any:
    """Where emission factors come from: each source once, with how many were used of it."""
    evidence = evidence_of(asking.workspace.lake, [asking.year])
    used = [evidence[key] for key in run.get("factors", ()) if key in evidence]
    rows = {
        str(row["id"]): (publisher_of(str(row.get("source") or "")), str(row.get("source_year") or ""))
        for one in used for row in one.get("rows", ())
    }  # fmt: skip
    frame = pl.DataFrame(list(rows.values()), schema={"source": pl.String, "year": pl.String}, orient="row")
    grouped = frame.group_by("source").agg(
        pl.len().cast(pl.String).alias("count"), pl.col("year").unique().sort().str.join(", ").alias("years")
    ).sort("source").head(_MOST)  # fmt: skip
    columns = (Column("source", "Source of factors"), Column("years", "Edition"), Column("count", "Factors"))
    return figure_table("factors", "Sources of emission factors", columns, list(grouped.iter_rows(named=True)))


def publisher_of(source: str) -> str:
    """Who publishes a factor, and in which work: a source up to its first tables and pages.

    Examples
    --------
    >>> publisher_of("IPCC 2006 Guidelines Vol.2 Ch.2 Table 2.4, as held in IPCC EFDB"), publisher_of("made up: no use")
    ('IPCC 2006 Guidelines', 'Made up')
    """
    name = _PLACE.split(source, maxsplit=1)[0].strip()
    return name[:1].upper() + name[1:]


def _changed(asking: Asking, run: dict[str, Any]) -> Iterator[Said]:
    """What differs from the run of the year before."""
    before = last_run(asking.workspace.lake, asking.year - 1)
    sites = len(asking.workspace.records.sites())
    yield Said("The inventory covers {sites} sites.", figured(asking, "sites", sites, SITES_ALL))
    if before is None:
        yield Said("There is no inventory of {year} whose method could be compared.", {"year": asking.year - 1})
    elif before.get("gwp_set") != run.get("gwp_set"):
        yield Said("Warming potentials changed from {before} to {now} since the year before.",
                   {"before": before.get("gwp_set"), "now": run.get("gwp_set")})  # fmt: skip


def _contracts(asking: Asking) -> Material:
    """Both bases of scope 2 beside each other, and the contracts between them."""
    if not asking.taken:
        return answered("metrics.contracts", lacks=(taken(asking),))
    find = asking.figures.known
    names = [one for one in ("scope2.location", "scope2.market") if find(one, asking.period) is not None]
    both = figure_table(
        "scope2", "Scope 2 on both bases",
        (Column("what", "Basis"), Column("now", asking.period, "kg CO2e"), Column("before", asking.before, "kg CO2e")),
        [{"what": called(asking, one), "now": find(one, asking.period), "before": find(one, asking.before)}
         for one in names],
    )  # fmt: skip
    listed = instruments_of(asking.workspace, asking.year)
    rows = [
        {"name": one.held.instrument.id, "kind": _KINDS.get(one.held.instrument.kind, one.held.instrument.kind),
         "source": (one.held.instrument.technology or "").capitalize(), "supplier": one.held.instrument.supplier or "",
         "state": {"in force": "Counted", "refused": "Refused"}.get(one.state, one.state)}
        for one in listed[:_MOST]
    ]  # fmt: skip
    columns = (Column("name", "Contract"), Column("kind", "Kind"), Column("source", "Source of energy"),
               Column("supplier", "Supplier"), Column("state", "State"))  # fmt: skip
    matched = [one for name in ("match.annual", "match.hourly") if (one := find(name, asking.period)) is not None]
    says = [*co2_alone(asking), *_covered(matched)]
    if not listed:
        says.append(Said("No contract or certificate of {year} is recorded.", {"year": asking.year}))
    if find("scope2.market", asking.period) is None:
        says.append(Said("The market-based result is not computed."))
    contracts = figure_table("contracts", "Contracts for energy", columns, rows)
    return answered("metrics.contracts", tables=(both, contracts),
                    figures=[one for one in matched if one.value is not None], says=says)  # fmt: skip


def _covered(matched: Sequence[Shown]) -> Iterator[Said]:
    """What is divided by what where contracts are told as a share."""
    if any(one.value is not None for one in matched):
        yield COVERED


def _restated(asking: Asking) -> Material:
    """The base year and its policy, and every restatement with old value, new value and reason."""
    workspace, find = asking.workspace, asking.figures.known
    organisation, versions = workspace.records.organisation(), policy_versions(workspace)
    says: list[Said] = []
    lacks: list[Said] = []
    if organisation.base_year is None:
        lacks.append(Said("No base year is set: set one with `wattstone init --base-year`."))
    elif all(find(name, str(organisation.base_year)) is None for name in TOTALS):
        lacks.append(
            Said("The base year is {year}, of which no inventory was taken.", {"year": organisation.base_year})
        )
    else:
        says.append(Said("The base year is {year}.", {"year": organisation.base_year}))
    if versions:
        says.append(Said("It is recalculated where changes of it reach {threshold:.1%}.", figured(
            asking, "threshold", versions[-1].policy.threshold / 100, THRESHOLD)))  # fmt: skip
    else:
        lacks.append(Said("No threshold of recalculation is set: set the policy with `wattstone restate policy`."))
    entries = [one for one in restatements(workspace) if one.restated.subject == ORGANISATION]
    if not entries:
        says.append(Said("No number of an earlier year was restated."))
    rows = [
        {"year": str(one.restated.year), "what": TOTALS.get(one.restated.name, one.restated.name),
         "old": _claimed(one.restated, one.restated.before, one.restated.before_id),
         "new": _claimed(one.restated, one.restated.after, one.restated.after_id),
         "trigger": _TRIGGERS[one.restated.trigger], "reason": one.restated.reason, "state": _STATES[one.state]}
        for one in entries[-_MOST:]
    ]  # fmt: skip
    columns = (Column("year", "Year"), Column("what", "Emissions"), Column("old", "Before", "kg CO2e"),
               Column("new", "After", "kg CO2e"), Column("trigger", "For"), Column("reason", "Reason"),
               Column("state", "State"))  # fmt: skip
    table = figure_table("restated", "Restated numbers", columns, rows)
    return answered("metrics.restatement", tables=(_base(asking), table), says=says, lacks=lacks)


def _claimed(one: Any, value: float | None, figure: str | None) -> Shown:
    """A value of the ledger with the figure that it is of."""
    return Shown(id=figure or "", name=one.name, period=str(one.year), subject=one.subject, value=value, unit=one.unit,
                 state="current" if figure else "missing")  # fmt: skip


def _base(asking: Asking) -> Any:
    """The base year's totals as they stand beside the reporting year's."""
    year = asking.workspace.records.organisation().base_year
    find = asking.figures.known
    rows = [] if year is None else [
        {"what": called(asking, name), "base": find(name, str(year)), "now": find(name, asking.period)}
        for name in TOTALS if find(name, str(year)) is not None
    ]  # fmt: skip
    columns = (Column("what", "Emissions"), Column("base", f"{year}", "kg CO2e"),
               Column("now", asking.period, "kg CO2e"))  # fmt: skip
    return figure_table("base-year", "The base year as it stands", columns, rows)
