"""Energy and its mix, removals and credits apart, reductions by measure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from wattstone.disclosure.line_names import text_of
from wattstone.disclosure.material import Material
from wattstone.disclosure.statement import Shown
from wattstone.programme.report import Chart, Column, Said
from wattstone.rates.activities import activity_kinds
from wattstone.workflows.disclosure.sources.asking import Asking, answered, figure_table, taken
from wattstone.workflows.disclosure.sources.basis import COVERED
from wattstone.workflows.disclosure.sources.carriers import CARRIER, HELD, billed
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
_WITHOUT_NUMBERS: Final = {
    HELD["gross"].text: "amounts by volume or mass are told in kWh by published factors, on the gross calorific value",
    HELD["net"].text: "amounts by volume or mass are told in kWh by published factors, on the net calorific value",
}
"""What a sentence says of a conversion: its numbers stand in the notes of the figure, where they are evidence."""


def energy(asking: Asking) -> Iterator[Material]:
    """Energy, removals, reductions."""
    yield _mix(asking)
    yield _removals(asking)
    yield _reductions(asking)


def _mix(asking: Asking) -> Material:
    if not asking.taken:
        return answered("metrics.energy", lacks=(taken(asking),))
    find = asking.figures.known
    found = _carriers(asking, asking.period)
    before, base = _carriers(asking, asking.before), _carriers(asking, asking.base) if asking.base else {}
    rows: list[dict[str, Any]] = [
        {"carrier": _called(name), "now": one, "before": before.get(name), "base": base.get(name)}
        for name, one in sorted(found.items(), key=lambda each: -(each[1].value or 0))
    ]
    total = find("disclose.energy.total", asking.period)
    if total is not None:
        whole = "disclose.energy.total"
        rows.append({"carrier": "All energy", "now": total, "before": find(whole, asking.before),
                     "base": find(whole, asking.base) if asking.base else None})  # fmt: skip
    columns = [
        Column("carrier", "Carrier", labels={row["carrier"]: row["carrier"] for row in rows}),
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
    elif share.value is None and (total is None or total.value is not None):
        lacks.append(Said("The renewable share is not known: {why}.", {"why": share.reason}))
    if not found:
        lacks.append(Said("No energy is metered or recorded of {year}.", {"year": asking.year}))
    lacks += [Said("Energy of {carrier} is not known: {why}.", {"carrier": Said(_called(name)), "why": one.reason})
              for name, one in found.items() if one.value is None]  # fmt: skip
    return answered("metrics.energy", tables=(table, drawn), charts=(chart,), figures=beside, lacks=lacks,
                    says=[*_of_records(asking, found), *_divided({one.name for one in beside})])  # fmt: skip


def _carriers(asking: Asking, period: str) -> dict[str, Shown]:
    """Energy of a year by carrier: of those that records tell of the report's own line, of the others the meters'."""
    meters = asking.figures.matching(r"^energy\.[a-z_]+$", period)
    held = {one.name.removeprefix("energy."): one for one in meters
            if one.subject == "organisation" and one.unit == "kWh"}  # fmt: skip
    told = asking.figures.matching(f"^{re.escape(CARRIER)}", period)
    return held | {text_of(one.name.removeprefix(CARRIER)): one for one in told}


def _called(carrier: str) -> str:
    """What a carrier is called in English."""
    return _CARRIERS.get(carrier) or next(
        (items[carrier] for kind in ("fuel", "vehicle_fuel") if carrier in (items := activity_kinds()[kind].items)),
        carrier,
    )  # fmt: skip


def _of_records(asking: Asking, found: Mapping[str, Shown]) -> Iterator[Said]:
    """What a reader must know of energy that bills and other records tell: calorific values, and what was converted."""
    if not any(one.name.startswith(CARRIER) for one in found.values()):
        return
    yield Said("Energy of bills and other activity records is in it beside that of meters.")
    for name, one in billed(asking.workspace, asking.year).items():
        if name in found and found[name].value is not None:
            for note in dict.fromkeys(_WITHOUT_NUMBERS.get(each.text, each.text) for each in one.notes):
                yield Said("{carrier}: {note}.", {"carrier": Said(_called(name)), "note": Said(note)})


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
