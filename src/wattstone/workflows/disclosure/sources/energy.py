"""Energy and its mix, removals and credits apart, reductions by measure."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from wattstone.disclosure.material import Material
from wattstone.disclosure.statement import Shown
from wattstone.programme.report import Chart, Column, Said
from wattstone.workflows.disclosure.sources.asking import Asking, answered, figure_table, taken
from wattstone.workflows.disclosure.sources.basis import COVERED
from wattstone.workflows.programme.entries import entries_of

__all__ = ["energy", "measures_of"]

_CARRIERS: Final = {
    "electricity": "Electricity", "heat": "Heat", "cooling": "Cooling", "steam": "Steam", "natural_gas": "Natural gas",
    "diesel": "Diesel", "coal": "Coal", "petrol": "Petrol", "lpg": "Liquefied petroleum gas", "solar": "Solar power",
    "fuel_oil": "Fuel oil", "hot_water": "Hot water", "chilled_water": "Chilled water",
}  # fmt: skip
_APART: Final = {
    "nature.carbon.flux.co2": "Carbon taken up by areas under nature", "avoided": "Avoided emissions of others",
    "waste.avoided": "Avoided emissions by what was recovered", "fleet.avoided": "Avoided emissions of vehicles",
}  # fmt: skip


def energy(asking: Asking) -> Iterator[Material]:
    """Energy, removals, reductions."""
    yield _mix(asking)
    yield _removals(asking)
    yield _reductions(asking)


def _mix(asking: Asking) -> Material:
    if not asking.taken:
        return answered("metrics.energy", lacks=(taken(asking),))
    find = asking.figures.known
    found = [one for one in asking.figures.matching(r"^energy\.[a-z_]+$", asking.period)
             if one.subject == "organisation" and one.unit == "kWh"]  # fmt: skip
    found.sort(key=lambda one: -(one.value or 0))
    rows: list[dict[str, Any]] = [
        {"carrier": _CARRIERS.get(name := one.name.removeprefix("energy."), name), "now": one,
         "before": find(one.name, asking.before), "base": find(one.name, asking.base) if asking.base else None}
        for one in found
    ]  # fmt: skip
    total = find("disclose.energy.total", asking.period)
    if total is not None:
        whole = "disclose.energy.total"
        rows.append({"carrier": "All energy", "now": total, "before": find(whole, asking.before),
                     "base": find(whole, asking.base) if asking.base else None})  # fmt: skip
    columns = [
        Column("carrier", "Carrier", labels={one: one for one in (*_CARRIERS.values(), "All energy")}),
        Column("now", asking.period, "kWh"), Column("before", asking.before, "kWh"),
    ]  # fmt: skip
    if asking.base and any(row["base"] is not None for row in rows):
        columns.append(Column("base", asking.base, "kWh"))
    table = figure_table("energy", "Energy used, by carrier", columns, rows)
    drawn = figure_table("energy-mix", "Energy used, by carrier", columns[:2], rows[: len(found)])
    chart = Chart(id="energy-mix", title="Energy mix", mark="bar", table="energy-mix", x="carrier", y="now")
    share = find("disclose.energy.renewable_share", asking.period)
    names = ("disclose.energy.renewable_share", "disclose.energy.renewable", "match.annual", "intensity.energy")
    told = (find(name, asking.period) for name in names)
    beside = [one for one in told if one is not None and one.value is not None]
    lacks: list[Said] = []
    if share is None:
        lacks.append(Said(
            "The renewable share is computed with the report: record it with "
            "`wattstone disclose report --year {year}`.",
            {"year": asking.year},
        ))  # fmt: skip
    elif share.value is None:
        lacks.append(Said("The renewable share is not known: {why}.", {"why": share.reason}))
    if not found:
        lacks.append(Said("No energy is metered or recorded of {year}.", {"year": asking.year}))
    return answered("metrics.energy", tables=(table, drawn), charts=(chart,), figures=beside, lacks=lacks,
                    says=_divided({one.name for one in beside}))  # fmt: skip


def _divided(names: set[str]) -> Iterator[Said]:
    """What each share is divided by: two that differ are of two wholes."""
    if "disclose.energy.renewable_share" in names:
        yield Said("Share of energy from renewable sources: energy by contracts for renewable sources, divided by all "
                   "energy used, heat and fuels among it.")  # fmt: skip
    if "match.annual" in names:
        yield COVERED


def _removals(asking: Asking) -> Material:
    """What is taken up or avoided, and credits: apart from gross emissions, never taken off them."""
    found = [(label, one) for name, label in _APART.items()
             if (one := asking.figures.known(name, asking.period)) is not None and one.value is not None]  # fmt: skip
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for label, one in found:
        groups.setdefault(one.unit, []).append({"what": label, "value": one})
    tables = [
        figure_table(f"apart-{number}", "Apart from gross emissions", (
            Column("what", "What"), Column("value", asking.period, unit)), rows)
        for number, (unit, rows) in enumerate(groups.items(), 1)
    ]  # fmt: skip
    held = entries_of(asking.workspace, "carbon_credit")
    retired = held.filter(pl.col("retired").dt.year() == asking.year)
    says = [Said("None of these is taken off gross emissions.")] if found else []
    if retired.is_empty():
        says.append(Said("No carbon credit was retired in {year}.", {"year": asking.year}))
    else:
        says.append(Said("{count} lots of carbon credits were retired in {year}; none counts towards a target.",
                         {"count": retired.height, "year": asking.year}))  # fmt: skip
    columns = (Column("registry", "Registry"), Column("serial", "Serial number"), Column("project", "Project"),
               Column("retired", "Retired"))  # fmt: skip
    rows = [{"registry": row["registry"], "serial": row["serial"], "project": row["project"] or "",
             "retired": str(row["retired"])} for row in retired.iter_rows(named=True)]  # fmt: skip
    tables.append(figure_table("credits", "Carbon credits retired", columns, rows))
    lacks = () if any(one.rows.height for one in tables) else (
        Said("No removal, no avoided emission and no carbon credit is recorded."),
    )  # fmt: skip
    return answered("metrics.removals", tables=tables, says=says, lacks=lacks)


def measures_of(asking: Asking) -> list[dict[str, Any]]:
    """Declared measures whose saving was verified within the year, with the figures of it."""
    found: dict[tuple[str, str], dict[str, Shown]] = {}
    for one in asking.figures.matching(r"^saving\.(emissions|cost|avoided\.[a-z_]+)$"):
        if asking.period in one.period and one.subject.startswith("measure:"):
            kind = one.name.removeprefix("saving.")
            found.setdefault((one.subject, one.period), {})[kind] = one
    called = {f"measure:{one.id}": one for one in asking.workspace.records.measures()}
    rows: list[dict[str, Any]] = []
    for (subject, period), held in sorted(found.items()):
        measure = called.get(subject)
        rows.append({"measure": subject.removeprefix("measure:") if measure is None else measure.name or measure.id,
                     "site": "" if measure is None else measure.site_id, "period": period,
                     "energy": next((one for name, one in held.items() if name.startswith("avoided.")), None),
                     "emissions": held.get("emissions"), "cost": held.get("cost")})  # fmt: skip
    return rows


def _money(rows: list[dict[str, Any]]) -> str | None:
    return next((one.unit for row in rows if (one := row["cost"]) is not None), None)


def _reductions(asking: Asking) -> Material:
    rows = measures_of(asking)
    columns = [Column("measure", "Measure"), Column("site", "Site"), Column("period", "Days"),
               Column("energy", "Energy saved", "kWh"), Column("emissions", "Emissions avoided", "kg CO2e"),
               Column("cost", "Money saved", _money(rows))]  # fmt: skip
    shown = [one for one in columns if any(row[one.name] is not None for row in rows)]
    table = figure_table("verified", "Savings that were measured and verified", shown, rows)
    says: list[Said] = []
    done = [one for one in asking.workspace.records.measures() if one.status == "done"]
    proved = {row["measure"] for row in rows}
    unproved = [one.id for one in done if (one.name or one.id) not in proved]
    lacks: list[Said] = []
    if unproved:
        lacks.append(Said(
            "{count} measures are carried out, and no saving of {year} is verified of {which}: prove it with "
            "`wattstone savings report --measure ID`.",
            {"count": len(unproved), "year": asking.year, "which": ", ".join(unproved[:5])},
        ))  # fmt: skip
    if not done:
        lacks.append(Said("No measure is declared as carried out."))
    if rows:
        says.append(Said("Savings are by IPMVP: what would have been used less what was used."))
    return answered("metrics.reductions", tables=(table,), says=says, lacks=lacks)
