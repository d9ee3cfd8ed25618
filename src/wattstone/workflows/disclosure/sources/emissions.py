"""Emissions of a year: by scope, on both bases, by category, by site and country, by gas, and per unit."""

from collections.abc import Iterator, Sequence
from typing import Final

from wattstone.disclosure.material import Material
from wattstone.disclosure.statement import Shown
from wattstone.inventory.scope3 import categories, in_force
from wattstone.programme.report import Chart, Column, Said, Table
from wattstone.workflows.disclosure.sources.asking import (
    TOTALS,
    Asking,
    alone,
    answered,
    called,
    co2_alone,
    figure_table,
    taken,
)

__all__ = ["emissions"]

_STACKED: Final = ("scope1", "scope2.location", "scope3")
_YEARS: Final = 8
_MOST: Final = 25  # sites of a table: the rest is in the statement of the inventory
_SOURCES: Final = {
    "electricity": "Electricity", "heat": "Heat", "cooling": "Cooling", "steam": "Steam", "natural_gas": "Natural gas",
    "fuel": "Fuels in equipment", "vehicle_fuel": "Fuels in vehicles", "process_gas": "Process gases",
    "refrigerant_topup": "Refrigerants", "diesel": "Diesel", "coal": "Coal", "petrol": "Petrol",
}  # fmt: skip
_WORDS: Final = {
    "computed": "Computed", "not_estimated": "Not estimated", "not_applicable": "Not applicable",
    "undecided": "Not decided yet",
}  # fmt: skip


_LOCATED: Final = {
    False: Said("Scope 2 is location-based."), True: Said("Scope 2 is location-based, and counts CO2 alone."),
}  # fmt: skip


def emissions(asking: Asking) -> Iterator[Material]:
    """What the inventory says."""
    yield _gross(asking)
    yield _gases(asking)
    yield _parts(asking)
    yield _group(asking)
    yield _scope3(asking)
    yield _financed(asking)
    yield _intensity(asking)


def _gross(asking: Asking) -> Material:
    """All scopes beside the year before and the base year, and their course."""
    if not asking.taken:
        return answered("metrics.ghg", lacks=(taken(asking),))
    find = asking.figures.known
    rows = [_total(asking, name, called(asking, name)) for name in TOTALS if find(name, asking.period) is not None]
    low = any(row["low"] is not None for row in rows)
    columns = [Column("what", "Emissions"), Column("now", asking.period, "kg CO2e")]
    columns += [Column("low", "Low (90 %)", "kg CO2e"), Column("high", "High (90 %)", "kg CO2e")] if low else []
    columns += [Column(key, year, "kg CO2e") for key, year in _beside(asking)
                if any(row[key] is not None for row in rows)]  # fmt: skip
    table = figure_table("ghg", "Gross emissions by scope", columns, rows)
    years = _course(asking)
    chart = Chart(id="ghg-years", title="Gross emissions by scope", mark="stacked", table="ghg-years", x="year",
                  y="value", series="scope", note=_LOCATED[alone(asking, "scope2.location")])  # fmt: skip
    says = [_released(asking), *co2_alone(asking), *_unsure(asking, low=low)]
    lacks = [
        Said("{what} has no total: {why}.", {"what": TOTALS[one.name], "why": one.reason})
        for one in (find(name, asking.period) for name in TOTALS if name in (*_STACKED, "scope2.market"))
        if one is not None and one.value is None
    ]
    lacks += [
        Said("There is no {what} of {year}.", {"what": TOTALS[name], "year": asking.year})
        for name in _STACKED if find(name, asking.period) is None
    ]  # fmt: skip
    return answered("metrics.ghg", tables=(table, years), charts=(chart,), says=says, lacks=lacks)


def _beside(asking: Asking) -> list[tuple[str, str]]:
    return [("before", asking.before), *([("base", asking.base)] if asking.base else [])]


def _total(asking: Asking, name: str, label: str) -> dict[str, Shown | str | None]:
    now = asking.figures.known(name, asking.period)
    row: dict[str, Shown | str | None] = {"what": label, "now": now, "low": _bound(now, 0), "high": _bound(now, 1)}
    return row | {key: asking.figures.known(name, year) for key, year in _beside(asking)}


def _bound(one: Shown | None, side: int) -> Shown | None:
    """An end of the interval of a figure, as that figure."""
    if one is None or one.interval is None:
        return None
    return Shown(id=one.id, name=one.name, period=one.period, subject=one.subject, value=one.interval[side],
                 unit=one.unit, state=one.state)  # fmt: skip


def _course(asking: Asking) -> Table:
    """Scopes by year, as far as inventories were taken, up to the reporting year."""
    years = [str(asking.year - back) for back in reversed(range(_YEARS))]
    found = [(year, name, asking.figures.known(name, year)) for year in years for name in _STACKED]
    rows = [
        {"year": year, "scope": TOTALS[name], "value": one}
        for year, name, one in found
        if one is not None and one.value is not None
    ]
    columns = (Column("year", "Year"), Column("scope", "Scope"), Column("value", "Emissions", "kg CO2e"))
    return figure_table("ghg-years", "Gross emissions by scope and year", columns, rows if len(rows) > 1 else [])


def _released(asking: Asking) -> Said:
    release = asking.figures.release()
    if release is None:
        return Said("The inventory of {year} is not released: its numbers may still change.", {"year": asking.year})
    day = f"{release.at:%Y-%m-%d}"
    restated = [one for name in TOTALS if (one := asking.figures.known(name, asking.period)) is not None
                and one.state == "restated"]  # fmt: skip
    if restated:
        return Said(
            "The inventory of {year} was released on {day}; since then {count} of its totals changed, and the newer "
            "values are shown.", {"year": asking.year, "day": day, "count": len(restated)},
        )  # fmt: skip
    return Said("The inventory of {year} is released, on {day} by {who}.",
                {"year": asking.year, "day": day, "who": release.released_by})  # fmt: skip


def _unsure(asking: Asking, *, low: bool) -> Iterator[Said]:
    if not low:
        yield Said("No interval of a total is known: the factors or readings behind it state no uncertainty.")
    if all(asking.figures.known(name, asking.before) is None for name in _STACKED):
        yield Said("There is no inventory of {year} to compare with.", {"year": asking.before})


def _gases(asking: Asking) -> Material:
    """By gas, in its own mass and in CO2e; biogenic carbon dioxide apart."""
    if not asking.taken:
        return answered("metrics.gases", lacks=(taken(asking),))
    masses = {one.name: one for one in asking.figures.matching(r"^disclose\.gas\.", asking.period)}
    gases = sorted({name.split(".")[3] for name in masses}, key=lambda one: (one == "co2e_whole", one))
    rows = [
        {"gas": _gas(gas), "mass": masses.get(f"disclose.gas.both.{gas}.mass"),
         **{scope: masses.get(f"disclose.gas.{scope}.{gas}.co2e") for scope in ("scope1", "scope2")}}
        for gas in gases
    ]  # fmt: skip
    columns = [Column("gas", "Gas"), Column("mass", "Mass of the gas", "kg"),
               Column("scope1", TOTALS["scope1"], "kg CO2e"),
               Column("scope2", called(asking, "scope2.location"), "kg CO2e")]  # fmt: skip
    table = figure_table("gases", "Emissions of scopes 1 and 2 by gas", columns, rows)
    apart = [one for name in ("biogenic", "outside_kyoto") if (one := asking.figures.known(name, asking.period))]
    beside = figure_table(
        "gases-apart", "Apart from the totals",
        [Column("what", "What"), Column("value", "Amount", apart[0].unit if apart else None)],
        [{"what": "Biogenic CO2" if one.name == "biogenic" else "Gases outside the Kyoto Protocol", "value": one}
         for one in apart],
    )  # fmt: skip
    set_name = asking.workspace.records.organisation().gwp_set
    says = [Said("Warming potentials are those of {gwp} over 100 years.", {"gwp": set_name})]
    says += co2_alone(asking)
    if any(name.endswith("co2e_whole.co2e") for name in masses):
        says.append(Said("What a source gives as a total alone is not split into gases, and stands as CO2e."))
    if not apart:
        says.append(Said("No biogenic carbon dioxide was recorded."))
    return answered("metrics.gases", tables=(table, beside), says=says, lacks=() if rows else (_report(asking),))


def _gas(code: str) -> str:
    return {"co2e_whole": "Not split into gases"}.get(
        code, code.upper().replace("HFCS", "HFCs").replace("PFCS", "PFCs")
    )


def _report(asking: Asking) -> Said:
    """The sentence where the report itself has to compute numbers that no inventory records."""
    return Said(
        "These numbers are computed with the report: record them with `wattstone disclose report --year {year}`.",
        {"year": asking.year},
    )


def _parts(asking: Asking) -> Material:
    """By country, by type of site, by source, by site."""
    if not asking.taken:
        return answered("metrics.sites", lacks=(taken(asking),))
    by = {
        what: _split(asking, what, title, head)
        for what, title, head in (("country", "By country", "Country"), ("type", "By type of site", "Type of site"))
    }
    tables = [by["country"], by["type"], _by_source(asking), _by_site(asking)]
    chart = Chart(id="sources", title="Scopes 1 and 2 by source", mark="bar", table="by-source", x="source",
                  y="value", note=Said("Location-based."))  # fmt: skip
    lacks = [] if by["country"].rows.height else [_report(asking)]
    return answered("metrics.sites", tables=tables, charts=(chart,), lacks=lacks)


def _split(asking: Asking, what: str, title: str, head: str) -> Table:
    found = asking.figures.matching(rf"^disclose\.by\.{what}\.", asking.period)
    by: dict[str, dict[str, Shown]] = {}
    for one in found:
        _, _, _, part, total = one.name.split(".", 4)
        by.setdefault(part, {})[total] = one
    names = ("scope1", "scope2.location", "scope2.market")
    rows = [{"part": _part(what, part), **{name: held.get(name) for name in names}} for part, held in by.items()]
    rows.sort(key=lambda row: -sum(one.value or 0 for one in row.values() if isinstance(one, Shown)))
    columns = (Column("part", head), *(Column(name, called(asking, name), "kg CO2e") for name in names))
    return figure_table(f"by-{what}", title, columns, rows)


def _part(what: str, code: str) -> str:
    if what == "country":
        return code.upper() if code != "unknown" else "Not known"
    return code.replace("_", " ").capitalize() if code != "unknown" else "Not known"


def _by_source(asking: Asking) -> Table:
    found = asking.figures.matching(r"^emissions\.[a-z_]+$", asking.period)
    found = [one for one in found if one.subject == "organisation" and one.value is not None]
    found.sort(key=lambda one: -(one.value or 0))
    rows = [{"source": _SOURCES.get(name := one.name.removeprefix("emissions."), name), "value": one,
             "before": asking.figures.known(one.name, asking.before)} for one in found]  # fmt: skip
    columns = (Column("source", "Source"), Column("value", asking.period, "kg CO2e"),
               Column("before", asking.before, "kg CO2e"))  # fmt: skip
    return figure_table("by-source", "Scopes 1 and 2 by source", columns, rows)


def _by_site(asking: Asking) -> Table:
    names = ("scope1", "scope2.location")
    held: dict[str, dict[str, Shown]] = {}
    wanted = r"^(scope1|scope2\.location)$"
    for one in asking.figures.of_sites(wanted, asking.period, largest=_MOST):
        held.setdefault(one.subject, {})[one.name] = one
    sites = asking.workspace.records.sites()
    sites_named = {f"site:{one.id}": one.name or one.id for one in sites}

    def size(subject: str) -> float:
        return sum(one.value or 0.0 for one in held[subject].values())

    shown = sorted(held, key=lambda subject: (-size(subject), subject))
    rows = [{"site": sites_named.get(subject, subject), **{name: held[subject].get(name) for name in names}}
            for subject in shown]  # fmt: skip
    columns = (Column("site", "Site"), *(Column(name, called(asking, name), "kg CO2e") for name in names))
    title = "By site" if len(sites) <= _MOST else "By site, the largest"
    return figure_table("by-site", title, columns, rows)


def _group(asking: Asking) -> Material:
    """The consolidated group apart from associates, joint ventures and others."""
    if not asking.taken:
        return answered("metrics.group", lacks=(taken(asking),))
    holdings = {one.holding for site in asking.workspace.records.sites() for one in site.control}
    others = sorted(holdings & {"joint_venture", "associate"})
    approach = asking.workspace.records.organisation().approach
    names = ("scope1", "scope2.location")
    find = asking.figures.known
    parts = {
        part: {name: find(f"disclose.{part}.{name}", asking.period) for name in names}
        for part in ("group", "investees")
    }
    if not others:
        parts = {"group": {name: find(name, asking.period) for name in names}}
    labels = {"group": "Consolidated group", "investees": "Associates, joint ventures and others"}
    rows = [{"part": labels[part], **held} for part, held in parts.items() if any(held.values())]
    columns = (Column("part", "Part"), *(Column(name, called(asking, name), "kg CO2e") for name in names))
    says = [Said("Boundary: {approach}.", {"approach": approach})]
    if not others:
        says.append(Said("No site is held through an associate or a joint venture: all of it is the group's."))
    lacks = () if rows else (_report(asking),)
    return answered(
        "metrics.group", tables=(figure_table("group", "Group and other investees", columns, rows),), says=says,
        lacks=lacks,
    )  # fmt: skip


def _scope3(asking: Asking) -> Material:
    """All fifteen categories: what was computed, and why others are not."""
    year, find = asking.period, asking.figures.known
    said = in_force(asking.workspace.records.scope3_decisions(), asking.year)
    rows: list[dict[str, Shown | str | None]] = []
    for number, one in categories().items():
        decided = said.get(number)
        word = "undecided" if decided is None else decided.decision
        rows.append({
            "category": f"{number}", "name": one.name, "said": _WORDS[word], "value": find(f"scope3.{number}", year),
            "primary": find(f"disclose.scope3.{number}.primary", year),
            "why": "" if decided is None or word == "computed" else decided.reason,
        })  # fmt: skip
    columns = [Column("category", "No."), Column("name", "Category"), Column("said", "Status"),
               Column("value", "Emissions", "kg CO2e"), Column("primary", "Share from suppliers' own data", "1"),
               Column("why", "Why it is not there")]  # fmt: skip
    shown = [one for one in columns if any(row[one.name] not in (None, "") for row in rows)]
    told = (find(name, year) for name in ("scope3", "disclose.scope3.primary"))
    whole = [one for one in told if one is not None and one.value is not None]
    known = [row for row in rows if isinstance(row["value"], Shown) and row["value"].value is not None]
    drawn = figure_table("scope3-known", "Scope 3 by category", (columns[1], columns[3]),
                         sorted(known, key=_largest))  # fmt: skip
    chart = Chart(id="scope3", title="Scope 3 by category", mark="bar", table="scope3-known", x="name", y="value")
    lacks = _open_categories(asking, rows)
    table = figure_table("scope3", "Scope 3: the fifteen categories", shown, rows)
    tables = (table, *([drawn] if known else []))
    return answered("metrics.scope3", tables=tables if said or known else (), charts=(chart,), figures=whole,
                    lacks=lacks)  # fmt: skip


def _largest(row: dict[str, Shown | str | None]) -> float:
    value = row["value"]
    return -(value.value or 0.0) if isinstance(value, Shown) else 0.0


def _open_categories(asking: Asking, rows: Sequence[dict[str, Shown | str | None]]) -> list[Said]:
    undecided = [str(row["category"]) for row in rows if row["said"] == _WORDS["undecided"]]
    without = [str(row["category"]) for row in rows if row["said"] == _WORDS["computed"]
               and not (isinstance(row["value"], Shown) and row["value"].value is not None)]  # fmt: skip
    lacks: list[Said] = []
    if undecided:
        lacks.append(Said(
            "Nobody has said of categories {which} of scope 3 whether they are computed, not estimated or not "
            "applicable: say it with `wattstone scope3 decide`.", {"which": ", ".join(undecided)},
        ))  # fmt: skip
    if without:
        lacks.append(Said("Categories {which} are said to be computed and have no value.",
                          {"which": ", ".join(without)}))  # fmt: skip
    return lacks


def _financed(asking: Asking) -> Material:
    """Category 15 as far as it was entered: whether an organisation finances others is not for a program to guess."""
    one = asking.figures.known("scope3.15", asking.period)
    if one is None or one.value is None:
        return answered("metrics.financed", lacks=(Said(
            "No emissions of investments are recorded. Where the organisation manages assets, lends or insures, enter "
            "them as activity records of category 15; where it does none of these, say so by an omission.",
        ),))  # fmt: skip
    columns = (Column("what", "What"), Column("value", asking.period, "kg CO2e"),
               Column("before", asking.before, "kg CO2e"))  # fmt: skip
    row = {
        "what": "Investments (category 15)",
        "value": one,
        "before": asking.figures.known("scope3.15", asking.before),
    }
    return answered("metrics.financed", tables=(figure_table("financed", "Investments", columns, [row]),))


def _intensity(asking: Asking) -> Material:
    """Each ratio with what is above and below its line."""
    if not asking.taken:
        return answered("metrics.intensity", lacks=(taken(asking),))
    found = asking.figures.matching(r"^intensity\.", asking.period)
    mine = [one for one in found if one.subject == "organisation"]
    units = dict.fromkeys(one.unit.rpartition("/")[2] for one in mine)
    tables = [_ratios(asking, [one for one in mine if one.unit.rpartition("/")[2] == unit], unit) for unit in units]
    says = [Said("{what} has no value: {why}.", {"what": one.name, "why": one.reason})
            for one in mine if one.value is None]  # fmt: skip
    lacks = () if any(one.value is not None for one in mine) else (Said(
        "There is no intensity: give the sites a floor area, or state a denominator as revenue with "
        "`wattstone denominator set`.",
    ),)  # fmt: skip
    return answered("metrics.intensity", tables=tables, says=says, lacks=lacks)


def _ratios(asking: Asking, found: Sequence[Shown], unit: str) -> Table:
    """The intensities over one denominator."""
    rows: list[dict[str, Shown | str | None]] = []
    for one in found:
        total, _, below = one.name.removeprefix("intensity.").partition(".per_")
        if total == "energy" or one.value is None:
            continue
        name = f"disclose.denominator.{below or 'floor_area'}"
        rows.append({"what": called(asking, total), "above": asking.figures.known(total, asking.period),
                     "below": asking.figures.known(name, asking.period), "value": one,
                     "before": asking.figures.known(one.name, asking.before)})  # fmt: skip
    columns = [Column("what", "Emissions"), Column("above", "Emissions in the year", "kg CO2e"),
               Column("below", "Divided by", unit), Column("value", asking.period, f"kg CO2e/{unit}"),
               Column("before", asking.before, f"kg CO2e/{unit}")]  # fmt: skip
    shown = [one for one in columns if any(row[one.name] is not None for row in rows)]
    slug = "".join(each if each.isalnum() else "-" for each in unit)
    return figure_table(f"intensity-{slug}", "Emission intensities", shown, rows)
