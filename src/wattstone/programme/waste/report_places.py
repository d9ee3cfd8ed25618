"""Lines and tables on communities, neutrality statements and water."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.programme.entries import inputs_of
from wattstone.programme.kinds import record_kind
from wattstone.programme.report import Basis, Chart, Column, Line, Said, Table
from wattstone.programme.slugs import slug
from wattstone.programme.waste.community import FROM_WEIGHINGS, CommunityAccount, community_account
from wattstone.programme.waste.neutrality import bare_serial, neutrality_statement
from wattstone.programme.waste.water import restored, water_balance

__all__ = ["Parts", "communities", "neutrality", "waters", "weighed_by_subsector"]

THEMES: Final = {
    "energy": "Energy", "transport": "Transport", "waste": "Waste", "water": "Water", "industry": "Industry",
    "land": "Land", "trees": "Trees",
}  # fmt: skip
_BY_SUBSECTOR: Final = "Emissions of {community} by sub-sector; removals by trees are negative."
_LINE: Final = record_kind("community_line")
_FLOW: Final = record_kind("water_flow")
_STRESS: Final = record_kind("water_stress").field("stress").choices
_STATUS: Final = record_kind("water_restored").field("status").choices


@dataclass(frozen=True)
class Parts:
    """What a part of the report says."""

    lines: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    says: tuple[Said, ...] = ()
    findings: tuple[Finding, ...] = ()


def weighed_by_subsector(told: pl.DataFrame, facilities: pl.DataFrame, lost: frozenset[str]) -> dict[str, float | None]:
    """What the weighings give each sub-sector of the GPC. [kg CO2e]

    Parameters
    ----------
    told : pl.DataFrame
        Gases by route and facility, with `co2e`.
    facilities : pl.DataFrame
        Whether an incinerator recovers energy: then its gases are I.4, else III.3, never both.
    lost : frozenset of str
        Routes that cannot be computed.
    """
    energy = facilities.select(
        facility=pl.col("entry"), with_energy=pl.col("energy").is_in(["sold", "used"]), sold=pl.col("energy") == "sold"
    )
    rows = told.join(energy, on="facility", how="left").with_columns(
        pl.col("with_energy", "sold").fill_null(value=False)
    )
    found: dict[str, float | None] = {}
    for subsector, routes in FROM_WEIGHINGS.items():
        mine = rows.filter(pl.col("route").is_in(routes))
        if routes == ("incineration",):
            mine = mine.filter(pl.col("with_energy") == (subsector == "I.4"))
            if mine["sold"].n_unique() > 1:  # a part is beside the sum, the other in it
                mine = mine.clear()
        short = lost.intersection(routes) or mine["co2e"].null_count()
        found[subsector] = None if short or mine.is_empty() else float(mine["co2e"].sum())
    return found


def communities(
    rows: pl.DataFrame, weighed: Mapping[str, float | None], year: int, told: frozenset[str], *, sold: bool = False
) -> Parts:
    """Accounts of the communities of a year.

    `told` are the routes that the report has emissions of; `sold`: see `community_account`.
    """
    lines, tables, charts, found = list[Line](), list[Table](), list[Chart](), list[Finding]()
    for community in sorted(set(rows["community"])):
        table = f"waste.community.{slug(community)}"
        mine = rows.filter(pl.col("community") == community)
        account = community_account(mine, weighed, sold=sold)
        lines.extend(_community(community, mine, account, year, told))
        tables.append(_account_table(community, account))
        charts.append(
            Chart(
                id=table, title="Community emissions by sub-sector", mark="stacked",
                table=table, x="subsector", y="value", series="scope",
                note=Said(_BY_SUBSECTOR, {"community": community}),
            )
        )  # fmt: skip
        if account.untold:
            found.append(_untold(community, account.untold))
    return Parts(tuple(lines), tuple(tables), tuple(charts), findings=tuple(found))


def _untold(community: str, names: tuple[str, ...]) -> Finding:
    return Finding(
        code="community.untold", place=f"community '{community}'",
        found="{number} sub-sectors of the GPC have neither a value nor a notation key: {names}",
        expected="a value or a notation key for each (GPC)",
        remedy="enter NO where something does not occur, NE where it was not estimated",
        params={"number": len(names), "names": ", ".join(names)}, severity="warning",
    )  # fmt: skip


def _community(
    community: str, mine: pl.DataFrame, account: CommunityAccount, year: int, told: frozenset[str]
) -> Iterator[Line]:
    inputs = inputs_of("community_line", mine)
    taken = {name for name, flag in mine.select("subsector", "from_weighings").iter_rows() if flag}
    routes = sorted({route for name in taken for route in FROM_WEIGHINGS.get(name, ())} & told)
    inputs = (*inputs, *(f"line:waste.emissions.{route}" for route in routes))
    reason = (
        Said("sub-sectors that the weighings do not give: {names}", {"names": ", ".join(account.uncomputed)})
        if account.uncomputed
        else None
    )

    def line(name: str, label: str, value: float, *notes: Said, basis: Basis = "computed") -> Line:
        return Line(
            name=f"waste.community.{slug(community)}.{name}", label=label, unit="kg CO2e",
            value=None if reason else value,
            period=str(year), method="waste.community/1", inputs=inputs, reason=reason, notes=notes,
            basis=basis, subject=f"community:{community}",
        )  # fmt: skip

    inside = account.lines.filter(~pl.col("beside"))
    removal = (pl.col("subsector") == "V.2") & (pl.col("value") < 0)
    for theme, label in THEMES.items():
        part = inside.filter((pl.col("theme") == theme) & ~removal)
        if part["value"].drop_nulls().len():
            yield line(f"theme.{theme}", f"Community: {label.lower()}", float(part["value"].sum()))
    yield line(
        "gross", "Community emissions, gross", account.gross, Said("without removals, credits and what is avoided")
    )
    if account.removals:
        yield line("removals", "Community removals by trees and land", account.removals)
        yield line(
            "net", "Community emissions and removals", account.net, Said("gross emissions and removals together")
        )
    yield line(
        "basic", "Community emissions, level BASIC", account.basic,
        Said("which sub-sectors and scopes the level BASIC sums is unconfirmed: compare your copy of the GPC"),
        basis="unconfirmed",
    )  # fmt: skip
    beside = account.lines.filter("beside")
    if beside["value"].drop_nulls().len():
        yield line(
            "beside", "Beside the sum: water supply, and waste burnt for energy that is sold",
            float(beside["value"].sum()),
            Said("in no sum: who uses the electricity counts it in scope 2 already (GPC, I.4 and I.2)"),
        )  # fmt: skip


def _account_table(community: str, account: CommunityAccount) -> Table:
    columns = (
        Column("community", "Community"), Column("subsector", "Sub-sector", labels=_LINE.field("subsector").choices),
        Column("scope", "Scope", labels=_LINE.field("scope").choices),
        Column("theme", "Theme", labels=THEMES), Column("value", "Emissions", "kg CO2e"),
        Column("notation", "Notation key", labels=_LINE.field("notation").choices),
        Column("explanation", "Explanation"),
    )  # fmt: skip
    return Table(
        f"waste.community.{slug(community)}",
        "Community account",
        columns,
        account.lines.with_columns(
            pl.col("notation", "explanation").fill_null(""), pl.lit(community).alias("community")
        ),
    )


def neutrality(claims: pl.DataFrame, held_credits: pl.DataFrame, year: int) -> Parts:
    """Statements whose period ends in the year."""
    everyone: list[dict[str, Any]] = claims.to_dicts()
    lines, says = list[Line](), list[Said]()
    for claim in everyone:
        if claim["end"].year != year:
            continue
        named = {bare_serial(one) for one in claim["credits"] or ()}
        used = held_credits.filter([bare_serial(one) in named for one in held_credits["serial"]])
        inputs = (f"entry:{claim['hash']}", *inputs_of("carbon_credit", used))
        period = f"{claim['start'].isoformat()}/{claim['end'].isoformat()}"
        try:
            told = neutrality_statement(claim, held_credits, [one for one in everyone if one is not claim])
        except InputRefused:
            says.append(
                Said("{subject}: no statement can be made; the findings say why.", {"subject": claim["subject"]})
            )
            continue
        says.extend(told.says)
        for name, label, value in (
            ("footprint", "Gross footprint", told.footprint),
            ("reduced", "Reduction against the base period", told.reduced),
            ("removed", "Removals within the boundary", claim["removals"]),
            ("residual", "Residual emissions", told.residual),
            ("retired", "Credits retired", told.retired if claim["credits"] else None),
        ):  # fmt: skip
            if value is not None:
                lines.append(
                    Line(
                        name=f"waste.neutrality.{name}", label=label, value=value, unit="t CO2e", period=period,
                        method="waste.neutrality/1", inputs=inputs, subject=f"entry:{claim['entry']}",
                        basis="computed" if name in ("reduced", "residual") else "stated",
                        notes=(Said("credits are never taken off a footprint"),),
                    )
                )  # fmt: skip
    return Parts(lines=tuple(lines), says=tuple(says))


def waters(entries: Mapping[str, pl.DataFrame], year: int) -> Parts:
    """Water of sites and water restored, of a year."""
    flows = entries["water_flow"].filter(pl.col("year") == year)
    projects = entries["water_restored"].filter(pl.col("year") == year)
    lines, tables = list[Line](), list[Table]()
    if not flows.is_empty():
        lines.extend(_water_lines(flows, entries["water_stress"], year))
        tables.extend(_water_tables(flows, entries["water_stress"]))
    for status, volume, _ in restored(projects).iter_rows():
        used = projects.filter(pl.col("status") == status)
        lines.append(
            Line(
                name=f"waste.water.restored.{status}", label=f"Water restored: {_STATUS[status].lower()}", value=volume,
                unit="m3", period=str(year), method="waste.water_restored/1", inputs=inputs_of("water_restored", used),
                basis="stated", notes=(Said("apart from hectares; never taken off what sites draw"),),
            )
        )  # fmt: skip
    charts = (
        Chart(
            id="waste.water", title="Water by source and destination", mark="grouped", table="waste.water.bodies",
            x="flow", y="volume", series="body",
            note=Said("Volumes that all sites draw, give back, consume and store."),
        ),
    )  # fmt: skip
    return Parts(tuple(lines), tuple(tables), charts if tables else ())


def _water_lines(flows: pl.DataFrame, stress: pl.DataFrame, year: int) -> Iterator[Line]:
    told = water_balance(flows, stress)
    inputs = inputs_of("water_flow", flows)
    classes = inputs_of("water_stress", stress.join(flows, on="site", how="semi"))

    common: dict[str, Any] = {"inputs": inputs, "basis": "measured"}

    def line(name: str, label: str, value: float | None, unit: str = "m3", **more: Any) -> Line:
        return Line(
            name=f"waste.water.{name}", label=label, value=value, unit=unit, period=str(year), method="waste.water/1",
            **(common | more),
        )  # fmt: skip

    yield line("withdrawal", "Water withdrawn", told.withdrawal)
    yield line("freshwater", "Freshwater withdrawn", told.freshwater)
    yield line("discharge", "Water discharged", told.discharge)
    if "storage" in flows["flow"]:
        yield line("storage", "Change in water stored", told.storage)
    yield line("consumption", "Water consumed", told.consumption, basis="computed")
    if told.unexplained:
        yield line("unexplained", "Water that the balance leaves unexplained", told.unexplained, basis="computed")
    unclassed = (
        Said("the stress of sites that draw {volume} m3 is not entered", {"volume": round(told.unclassed, 3)})
        if told.unclassed
        else None
    )
    yield line(
        "stressed", "Share of withdrawal under high or extremely high stress", reason=unclassed, unit="1",
        value=None if unclassed or not told.withdrawal else told.stressed / told.withdrawal,
        inputs=(*inputs, *classes), basis="stated",
        notes=tuple(Said("source: {source}", {"source": one}) for one in sorted(set(stress["source"]))[:12]),
    )  # fmt: skip
    for row in told.sites.iter_rows(named=True):
        mine = inputs_of("water_flow", flows.filter(pl.col("site") == row["site"]))
        here: dict[str, Any] = {"subject": f"site:{row['site']}", "inputs": mine}
        yield line("withdrawal", "Water withdrawn", row["withdrawal"], **here)
        yield line(
            "consumption", "Water consumed", row["consumption"], **here,
            basis="measured" if row["measured"] else "computed",
        )  # fmt: skip


def _water_tables(flows: pl.DataFrame, stress: pl.DataFrame) -> Iterator[Table]:
    told = water_balance(flows, stress)
    volumes = {
        "withdrawal": "Withdrawal", "freshwater": "Freshwater withdrawn", "discharge": "Discharge",
        "storage": "Change in storage", "consumption": "Consumption", "unexplained": "Unexplained",
    }  # fmt: skip
    columns = (
        Column("site", "Site"), *(Column(name, label, "m3") for name, label in volumes.items()),
        Column("stress", "Stress", labels=_STRESS),
    )  # fmt: skip
    yield Table("waste.water.sites", "Water balance of sites", columns, told.sites)
    columns = (
        Column("flow", "Direction of the flow", labels=_FLOW.field("flow").choices),
        Column("body", "Source or destination", labels=_FLOW.field("body").choices),
        Column("fresh", "Water quality", labels=_FLOW.field("fresh").choices),
        Column("volume", "Volume of water", "m3"),
    )  # fmt: skip
    yield Table("waste.water.bodies", "Water by source and destination", columns, told.bodies)
