r"""Lines of the report's own module that the inventory leads to: gases, sums by country, type and holding, shares.

An inventory records totals and their parts by site and source. What reports ask for beside is computed from the same
lines when the report is recorded, so that each number has an id, a method and the figures that it rests on.

.. math:: m_g = \sum_i m_{i,g}, \qquad E_g = \sum_i m_{i,g} \, GWP_g

over the lines :math:`i` of a scope, for each gas :math:`g`; what a source gives as a total alone stays whole.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from wattstone.disclosure.line_names import part
from wattstone.disclosure.statement import Shown
from wattstone.inventory.statement_lines import statement_gases
from wattstone.programme.report import Line, Said
from wattstone.workflows.disclosure.figures import Figures
from wattstone.workflows.disclosure.sources.carriers import Billed, Metered, billed, carrier_lines, carrier_name
from wattstone.workflows.inventory.compute import Computed, compute
from wattstone.workflows.inventory.record import evidence_of
from wattstone.workflows.restatement import policy_versions
from wattstone.workflows.workspace import Workspace

__all__ = ["THRESHOLD", "metric_lines", "threshold_lines"]

THRESHOLD: Final = "disclose.restatement.threshold"
"""Name of the line with the share of a change from which on the base year is recalculated."""

_SCOPES: Final = {1: "scope1", 2: "scope2"}
_MASS: Final = {
    "scope1": "Mass of the gas in scope 1", "scope2": "Mass of the gas in scope 2, location-based",
    "both": "Mass of the gas in scopes 1 and 2",
}  # fmt: skip
_CO2E: Final = {
    "scope1": "The gas in scope 1 as CO2e", "scope2": "The gas in scope 2 as CO2e, location-based",
    "both": "The gas in scopes 1 and 2 as CO2e",
}  # fmt: skip
_PARTS: Final = {
    "scope1": "Scope 1 of a part", "scope2.location": "Scope 2 of a part, location-based",
    "scope2.market": "Scope 2 of a part, market-based",
}  # fmt: skip
_OWN_DATA: Final = ("supplier",)
_RENEWABLE: Final = frozenset(
    ("wind", "solar", "hydro", "biomass", "geothermal", "onshore wind", "offshore wind", "photovoltaic", "pv")
)
_INVESTED: Final = ("joint_venture", "associate")


@dataclass(frozen=True)
class _Held:
    """What the lines are made from."""

    workspace: Workspace
    year: int
    figures: Figures
    computed: Computed
    records: Mapping[str, Billed]

    def of(self, *names: str) -> tuple[str, ...]:
        """The recorded figures of these names as inputs."""
        found = (self.figures.known(name, str(self.year)) for name in names)
        return tuple(f"figure:{one.id}" for one in found if one is not None)

    def line(self, name: str, label: str, value: float | None, unit: str, *inputs: str, notes: tuple[Said, ...] = ()
             ) -> Line:  # fmt: skip
        """A line of the organisation in the year."""
        why = "no contract for energy is recorded" if ".renewable" in name else "a line of it has no value"
        reason = None if value is not None else Said(why)
        told = None if value is None else float(f"{value:.12g}")  # sums in another order are the same line
        return Line(name=name, label=label, value=told, unit=unit, period=str(self.year), method=f"{_method(name)}/1",
                    inputs=inputs, reason=reason, notes=notes)  # fmt: skip


def _method(name: str) -> str:
    """`disclose.gas.scope1.co2.mass` is made as `disclose.gas`."""
    return ".".join(name.split(".")[:2])


def metric_lines(workspace: Workspace, year: int, records: Mapping[str, Billed] | None = None) -> tuple[Line, ...]:
    """What a report computes of the inventory of a year; nothing where it was never taken.

    Parameters
    ----------
    workspace : Workspace
        Whole.
    year : int
        Reporting year.
    records : mapping of str to Billed or None
        Energy of its activity records by carrier, where it is known already.

    Returns
    -------
    tuple of Line
        `disclose.gas.SCOPE.GAS.mass` [kg] and `.co2e` [kg CO2e], where SCOPE is `scope1`, `scope2` or `both`;
        `disclose.by.country.CODE.TOTAL` and `disclose.by.type.TYPE.TOTAL`; `disclose.group.TOTAL` and
        `disclose.investees.TOTAL` where sites are held through others; `disclose.scope3.primary` and
        `disclose.scope3.N.primary`; `disclose.energy.carrier.CARRIER` of those that records tell of,
        `disclose.energy.total`, `.renewable` [kWh] and `.renewable_share`;
        `disclose.denominator.NAME`.
    """
    figures = Figures(workspace, year)
    if all(figures.known(name, str(year)) is None for name in ("scope1", "scope2.location", "scope3")):
        return ()
    computed = compute(workspace, year)
    if not computed.has_data:
        return ()
    of_year = billed(workspace, year) if records is None else records
    held = _Held(workspace, year, figures, computed, of_year)
    return tuple(one for of in (_gases, _parts, _investees, _primary, _energy, _denominators) for one in of(held))


def threshold_lines(workspace: Workspace, year: int) -> Iterator[Line]:
    """From which share of a change on the base year is recalculated; nothing where no policy says so.

    Parameters
    ----------
    workspace : Workspace
        Whole.
    year : int
        Reporting year.
    """
    versions = policy_versions(workspace)
    if versions:
        share = versions[-1].policy.threshold / 100
        yield Line(
            name=THRESHOLD, label="Share of a change from which on the base year is recalculated", value=share,
            unit="1", period=str(year), method="disclose.stated/1", inputs=(f"given:threshold={share:.12g}",),
            basis="stated",
        )  # fmt: skip


def _gases(held: _Held) -> Iterator[Line]:
    computed = held.computed
    gwp_set = computed.plan.organisation.gwp_set
    found = statement_gases(computed.joined.lines, computed.joined.activities.computed.masses, gwp_set)
    found = found.filter(pl.col("scope").is_in(list(_SCOPES))).sort("gas", "scope", "category")
    notes = (Said("warming potentials of {gwp} over 100 years", {"gwp": gwp_set}),)
    rests = {"scope1": held.of("scope1"), "scope2": held.of("scope2.location"),
             "both": held.of("scope1", "scope2.location")}  # fmt: skip
    for gas, rows in sorted((str(key[0]), frame) for key, frame in found.partition_by("gas", as_dict=True).items()):
        name = "co2e_whole" if gas == "CO2e" else gas.lower()
        for number, scope in (*_SCOPES.items(), (None, "both")):
            mine = rows if number is None else rows.filter(scope=number)
            if mine.is_empty():
                continue
            mass = None if mine["mass"].null_count() else float(mine["mass"].sum())
            if mass is not None:
                yield held.line(f"disclose.gas.{scope}.{name}.mass", _MASS[scope], mass, f"kg {gas}", *rests[scope])
            yield held.line(f"disclose.gas.{scope}.{name}.co2e", _CO2E[scope],
                            float(mine["value"].sum()), "kg CO2e", *rests[scope], notes=notes)  # fmt: skip


def _site_totals(held: _Held) -> pl.DataFrame:
    """Site, total and the organisation's share of it. [kg CO2e]"""
    lines = held.computed.joined.lines.filter(pl.col("scope").is_in([1, 2]))
    name = pl.when(pl.col("scope") == 1).then(pl.lit("scope1")).otherwise(pl.lit("scope2.location"))
    own = lines.select("site_id", name.alias("name"), "value")
    members = held.computed.joined.market.members.filter(
        pl.col("counted") & ~pl.col("absent") & (pl.col("period") == str(held.year))
    )
    market = members.filter(pl.col("name") == "scope2.market").select("site_id", "name", pl.col("owned").alias("value"))
    return (
        pl.concat([own, market]).sort("site_id", "name", "value").group_by("site_id", "name", maintain_order=True)
        .agg(pl.when(pl.col("value").is_null().any()).then(None).otherwise(pl.col("value").sum()).alias("value"))
    )  # fmt: skip


def _parts(held: _Held) -> Iterator[Line]:
    """Sums by country and by type of site."""
    sites = held.computed.plan.sites
    totals = _site_totals(held)
    for what, of in (
        ("country", {one.id: one.country for one in sites}),
        ("type", {one.id: one.type for one in sites}),
    ):
        known = {key: value or "unknown" for key, value in of.items()}
        labelled = totals.with_columns(
            pl.col("site_id").replace_strict(known, default="unknown", return_dtype=pl.String).alias("part")
        )
        yield from _sums(held, f"disclose.by.{what}", labelled)


def _sums(held: _Held, name: str, rows: pl.DataFrame) -> Iterator[Line]:
    """A line for each part and total."""
    summed = rows.sort("part", "name", "site_id").group_by("part", "name", maintain_order=True).agg(
        pl.when(pl.col("value").is_null().any()).then(None).otherwise(pl.col("value").sum()).alias("value"),
        pl.col("site_id").unique().len().alias("sites"),
    )  # fmt: skip
    for row in summed.iter_rows(named=True):
        notes = (Said("{count} sites", {"count": row["sites"]}),)
        full = f"{name}.{part(str(row['part']).lower())}.{row['name']}"
        yield held.line(full, _PARTS[row["name"]], row["value"], "kg CO2e", *held.of(row["name"]), notes=notes)


def _investees(held: _Held) -> Iterator[Line]:
    """The group apart from what is held through associates and joint ventures; nothing where all is the group's."""
    invested = {one.id for one in held.computed.plan.sites if any(each.holding in _INVESTED for each in one.control)}
    if not invested:
        return
    totals = _site_totals(held).filter(pl.col("name") != "scope2.market")
    mine = pl.col("site_id").is_in(list(invested))
    for name, rows in (("group", totals.filter(~mine)), ("investees", totals.filter(mine))):
        for total in ("scope1", "scope2.location"):
            values = rows.filter(name=total)["value"]
            value = None if values.null_count() else float(values.sum())
            yield held.line(f"disclose.{name}.{total}", _PARTS[total], value, "kg CO2e", *held.of(total))


def _primary(held: _Held) -> Iterator[Line]:
    """How much of scope 3 was computed with data of suppliers themselves."""
    lines = held.computed.joined.lines.filter((pl.col("scope") == 3) & pl.col("value").is_not_null()).sort("line")
    if lines.is_empty():
        return
    own = pl.col("value").abs().filter(pl.col("method").is_in(list(_OWN_DATA))).sum()
    share = (own / pl.col("value").abs().sum()).alias("share")
    yield held.line("disclose.scope3.primary", "Share from suppliers' own data",
                    lines.select(share).item(), "1", *held.of("scope3"))  # fmt: skip
    for number, value in lines.group_by("category", maintain_order=True).agg(share).sort("category").iter_rows():
        yield held.line(f"disclose.scope3.{number}.primary", "Share from suppliers' own data",
                        value, "1", *held.of(f"scope3.{number}"))  # fmt: skip


def _energy(held: _Held) -> Iterator[Line]:
    """All energy, and what contracts make renewable of it; all energy of the years that stand beside it too."""
    base = held.workspace.records.organisation().base_year
    beside = {held.year - 1} | ({base} if base is not None and base < held.year else set[int]())
    for year in sorted(beside):
        yield from _energy_of(held, year, billed(held.workspace, year))
    mine = tuple(_energy_of(held, held.year, held.records))
    yield from mine
    if not mine:
        return
    total = mine[-1]
    green, keys = _green(held)
    yield held.line("disclose.energy.renewable", "Energy by contracts for renewable sources", green, "kWh",
                    *held.of("match.annual"), *keys,
                    notes=(Said("what is generated on the sites' own roofs is not among it"),))  # fmt: skip
    share = None if not total.value or green is None else green / total.value
    yield held.line("disclose.energy.renewable_share", "Share of energy from renewable sources", share, "1",
                    "line:disclose.energy.renewable", "line:disclose.energy.total")  # fmt: skip


def _energy_of(held: _Held, year: int, records: Mapping[str, Billed]) -> Iterator[Line]:
    """Carriers of a year that records tell of, and the sum of all carriers; nothing of a year without any."""
    found = [one for one in held.figures.matching(r"^energy\.[a-z_]+$", str(year)) if _counts(one)]
    meters = {one.name.removeprefix("energy."): Metered(id=one.id, value=one.value) for one in found}
    lines = tuple(carrier_lines(records, meters, year))
    yield from lines
    if not found and not lines:
        return
    alone = {name: one for name, one in meters.items() if name not in records}
    values = [*(one.value for one in alone.values()), *(one.value for one in lines)]
    total = None if any(one is None for one in values) else sum(one or 0.0 for one in values)
    told = (f"line:{carrier_name(name)}@organisation@{year}" for name in sorted(records))
    line = held.line("disclose.energy.total", "Energy used", total, "kWh",
                     *(f"figure:{one.id}" for one in alone.values()), *told)  # fmt: skip
    why = [one.reason for one in lines if one.reason is not None]
    if why:
        line = replace(line, reason=Said("; ".join(dict.fromkeys(one.text.format_map(one.params) for one in why))))
    yield replace(line, period=str(year))


def _counts(one: Shown) -> bool:
    return one.subject == "organisation" and one.unit == "kWh" and not one.name.endswith("_export")


def _green(held: _Held) -> tuple[float | None, tuple[str, ...]]:
    """Energy that accepted instruments of renewable sources serve, and these; None where there are none. [kWh]"""
    known = {one.instrument.id: one.instrument for one in held.workspace.records.instruments() if not one.withdrawn}
    used = held.computed.joined.market.instruments.filter("accepted")
    if used.is_empty():
        return None, ()
    energies = used.group_by("instrument", maintain_order=True).agg(pl.col("energy").sum())
    green = {
        name: energy for name, energy in energies.iter_rows()
        if name in known and (known[name].technology or "").lower() in _RENEWABLE
    }  # fmt: skip
    evidence = evidence_of(held.workspace.lake, [held.year])
    keys = (key for key, one in evidence.items() if one.get("kind") == "instrument" and one.get("id") in green)
    return math.fsum(green.values()), tuple(sorted(keys))  # in whatever order they come, it is the same line


def _denominators(held: _Held) -> Iterator[Line]:
    """What the organisation's intensities are divided by, as the inventory recorded it."""
    named: dict[str, Shown] = {}
    for one in held.figures.matching(r"^intensity\.", str(held.year)):
        if one.subject == "organisation" and one.value:
            total, _, below = one.name.removeprefix("intensity.").partition(".per_")
            if total != "energy":
                named.setdefault(below or "floor_area", one)
    keys = _inputs_of(held, [one.id for one in named.values()])
    evidence = evidence_of(held.workspace.lake, [held.year])
    for name, one in named.items():
        key = next((key for key in keys.get(one.id, ()) if key.startswith("denominator:")), None)
        content = evidence.get(key or "", {})
        if key is not None and isinstance(content.get("value"), int | float):
            yield held.line(f"disclose.denominator.{part(name)}", "What emissions are divided by",
                            float(content["value"]), str(content.get("unit", "1")), key)  # fmt: skip


def _inputs_of(held: _Held, ids: list[str]) -> Mapping[str, list[str]]:
    scan = held.workspace.lake.scan("figures", parts=[held.year])
    if scan is None:
        return {}
    return dict(scan.filter(pl.col("id").is_in(ids)).select("id", "inputs").collect().iter_rows())
