"""Lines and tables on waste: masses, diversion, capture, gases by route, landfills by year, avoided emissions."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from wattstone.programme.entries import inputs_of
from wattstone.programme.report import Basis, Chart, Column, Line, Said, Table
from wattstone.programme.waste.account import YearAccount
from wattstone.programme.waste.constants import MATERIALS, SHORT_TON
from wattstone.programme.waste.lines import (
    EMITTED,
    FACTORED,
    ROUTES,
    STREAMS,
    Potentials,
    basis_of,
    notes_of,
    potentials,
    rests_on,
)
from wattstone.programme.waste.masses import capture_rates, diversion

__all__ = ["charts", "emissions", "mass_lines", "route_lines", "tables"]

_GAS: Final = {"co2": "fossil CO2", "ch4": "methane", "n2o": "nitrous oxide"}
_GASES_OF: Final = {
    "landfill": ("ch4",), "incineration": ("co2", "ch4", "n2o"), "composting": ("ch4", "n2o"),
    "digestion": ("ch4", "n2o"),
}  # fmt: skip
_GAS_UNIT: Final = {"co2": "kg CO2", "ch4": "kg CH4", "n2o": "kg N2O"}
_EMISSIONS: Final = {
    "landfill": "Emissions of landfill", "incineration": "Emissions of incineration",
    "composting": "Emissions of composting", "digestion": "Emissions of anaerobic digestion",
    "recycling": "Emissions of recycling", "reuse": "Emissions of reuse",
    "hazardous_treatment": "Emissions of hazardous waste treatment",
}  # fmt: skip
_USED: Final = (
    "weighing", "waste_composition", "waste_facility", "waste_material", "landfill_deposit", "methane_recovery",
)  # fmt: skip
_UNSORTED: Final = "{mass} t of mixed waste have no sorting analysis of their site and year"
_LARGER: Final = Said("incineration counts as disposal, with or without energy (GRI 306)")


def _of_year(entries: Mapping[str, pl.DataFrame], year: int) -> pl.DataFrame:
    return entries["weighing"].filter(pl.col("date").dt.year() == year)


def mass_lines(entries: Mapping[str, pl.DataFrame], account: YearAccount, year: int) -> Iterator[Line]:
    """Masses, diversion and capture of a year."""
    if account.masses.is_empty():
        return
    by = diversion(account.masses)
    total, away, rejects = (float(by[name].sum()) for name in ("mass", "diverted", "rejects"))
    inputs = inputs_of("weighing", _of_year(entries, year))
    unchecked = float(account.masses.filter("unchecked")["mass"].sum())
    open_ = (
        (Said("the contamination of {mass} t is not stated: they count as clean", {"mass": round(unchecked, 3)}),)
        if unchecked
        else ()
    )

    def line(name: str, label: str, value: float, unit: str, *notes: Said, basis: Basis = "measured") -> Line:
        return Line(
            name=f"waste.{name}", label=label, value=value, unit=unit, period=str(year), method="waste.masses/1",
            inputs=inputs, notes=notes, basis=basis,
        )  # fmt: skip

    yield line("mass.total", "Waste weighed", total, "t")
    yield line("mass.diverted", "Waste diverted from disposal", away, "t", _LARGER, *open_)
    yield line("mass.disposed", "Waste disposed of", total - away, "t", _LARGER)
    yield line("mass.rejects", "Rejects in loads collected apart", rejects, "t", *open_)
    if total:
        yield line("diversion", "Diversion rate", away / total, "1", _LARGER, *open_, basis="computed")
    sorted_out = inputs_of("waste_composition", entries["waste_composition"].filter(pl.col("year") == year))
    mixed = account.materials.filter(pl.col("stream") == "mixed")["mass"].sum()
    for material, _, _, rate in capture_rates(account.materials).iter_rows():
        yield Line(
            name=f"waste.capture.{material}", label=f"Capture rate: {STREAMS[material].lower()}",
            value=None if mixed else rate, unit="1", period=str(year), method="waste.capture/1",
            inputs=(*inputs, *sorted_out),
            reason=Said(_UNSORTED, {"mass": round(mixed, 3)}) if mixed else None,
        )  # fmt: skip


def emissions(account: YearAccount, gwp_set: str) -> pl.DataFrame:
    """Gases of each route and facility, as one mass of CO2e.

    Parameters
    ----------
    account : YearAccount
    gwp_set : str

    Returns
    -------
    pl.DataFrame
        `GASES` with `co2e` [kg CO2e]: null where a gas is not known.
    """
    sets = {route: potentials(gwp_set, route) for route in EMITTED}
    weights = pl.DataFrame(
        [(route, held["ch4"][0], held["n2o"][0]) for route, held in sets.items()],
        schema={"route": pl.String, "gwp_ch4": pl.Float64, "gwp_n2o": pl.Float64}, orient="row",
    )  # fmt: skip
    # A gas that a route has no method for is null, and no part of its sum; methane is never left out.
    other = pl.col("co2").fill_null(0.0) + (pl.col("n2o") * pl.col("gwp_n2o")).fill_null(0.0)
    weighted = pl.col("ch4") * pl.col("gwp_ch4") + other
    return (
        account.gases.join(weights, on="route", how="left", maintain_order="left")
        .with_columns(co2e=pl.coalesce("co2e", weighted))
        .drop("gwp_ch4", "gwp_n2o")
    )


def route_lines(
    entries: Mapping[str, pl.DataFrame], account: YearAccount, told: pl.DataFrame, year: int, gwp_set: str
) -> Iterator[Line]:
    """Emissions by route and in all, gases, memo, stock, commitment, and what is avoided."""
    values: dict[str, float | None] = {}
    for route in (*EMITTED, *FACTORED):
        lines = list(_of_route(entries, account, told, route, year, gwp_set))
        if lines:
            values[route] = lines[0].value
        yield from lines
    yield from _sums(values, account, year)
    yield from _memo(entries, account, told, year, gwp_set)
    yield from _avoided(entries["avoided_emission"].filter(pl.col("year") == year), year)


def _of_route(
    entries: Mapping[str, pl.DataFrame], account: YearAccount, told: pl.DataFrame, route: str, year: int, gwp_set: str
) -> Iterator[Line]:
    rows = told.filter(pl.col("route") == route)
    lost = [one for one in account.missing if one.route == route]
    if rows.is_empty() and not lost:
        return
    constants = account.constants.get(route, ())
    held = {"weighing": _of_year(entries, year)} if route != "landfill" else {}
    used = {kind: entries[kind] for kind in _USED} | held
    kinds = _USED if route == "landfill" else _USED[:4]
    if route in FACTORED:
        used, kinds = {**used, "route_factor": entries["route_factor"]}, ("weighing", "route_factor")
    gases: Potentials = potentials(gwp_set, route) if route in EMITTED else {}
    weights = [row for gas, (_, row) in gases.items() if row and gas in _GASES_OF[route]]
    inputs = (*rests_on(used, *kinds), *(f"factor:{row}" for row in weights), f"given:gwp_set={gwp_set}")
    over = _overdrawn(account, year) if route == "landfill" else None
    reason = lost[0].reason if lost else over
    common: dict[str, Any] = {
        "period": str(year), "method": f"waste.{route if route in EMITTED else 'factor'}/1", "inputs": inputs,
        "reason": reason, "basis": basis_of(constants, "computed"), "notes": notes_of(constants),
    }  # fmt: skip
    known = reason is None
    yield Line(
        name=f"waste.emissions.{route}", label=_EMISSIONS[route], unit="kg CO2e",
        value=float(rows["co2e"].sum()) if known else None, **common,
    )  # fmt: skip
    if route in FACTORED:
        return
    for gas in _GASES_OF[route]:
        yield Line(
            name=f"waste.gas.{route}.{gas}", label=f"{ROUTES[route]}: {_GAS[gas]}", unit=_GAS_UNIT[gas],
            value=float(rows[gas].sum()) if known else None, **common,
        )  # fmt: skip


def _overdrawn(account: YearAccount, year: int) -> Said | None:
    for name in sorted(name for name, years in account.landfills.overdrawn.items() if year in years):
        return Said("more methane is said to be recovered at {facility} in {year} than its waste made",
                    {"facility": name, "year": year})  # fmt: skip
    return None


def _sums(values: Mapping[str, float | None], account: YearAccount, year: int) -> Iterator[Line]:
    if not values:
        return
    for name, label, routes in (
        ("treated", "Emissions of landfill, incineration and biological treatment", EMITTED),
        ("total", "Emissions of all routes", (*EMITTED, *FACTORED)),
    ):
        here = {route: values[route] for route in routes if route in values}
        if not here:
            continue
        lost = [ROUTES[route] for route, value in here.items() if value is None]
        used = [one for route in here for one in account.constants.get(route, ())]
        yield Line(
            name=f"waste.emissions.{name}", label=label, unit="kg CO2e", period=str(year), method="waste.sum/1",
            value=None if lost else sum(value or 0.0 for value in here.values()),
            inputs=tuple(f"line:waste.emissions.{route}" for route in here), basis=basis_of(used),
            reason=Said("routes that cannot be computed: {routes}", {"routes": ", ".join(lost)}) if lost else None,
            notes=(Said("biogenic CO2 and avoided emissions are in no sum"),),
        )  # fmt: skip


def _memo(
    entries: Mapping[str, pl.DataFrame], account: YearAccount, told: pl.DataFrame, year: int, gwp_set: str
) -> Iterator[Line]:
    biogenic = told.filter(pl.col("route").is_in(["landfill", "incineration"]))
    used = rests_on(entries, *_USED)
    constants = account.constants["landfill"]
    lost = {one.route: one.reason for one in reversed(account.missing)}
    over = _overdrawn(account, year)
    open_ = lost.get("landfill") or lost.get("incineration") or over
    if not biogenic.is_empty() or open_:
        yield Line(
            name="waste.biogenic", label="Biogenic CO2 of landfill and incineration (memo)", unit="kg CO2",
            value=None if open_ else float(biogenic["biogenic"].sum()), period=str(year), method="waste.biogenic/1",
            inputs=used, reason=open_, basis=basis_of((*constants, *account.constants["incineration"])),
            notes=(Said("a memo, in no total; that of composting and digestion is not known from their mass"),),
        )  # fmt: skip
    years = account.landfills.years.filter(pl.col("year") == year)
    if years.is_empty():
        return
    buried = lost.get("landfill")
    methane, row = potentials(gwp_set, "landfill")["ch4"]
    basis = basis_of(constants)
    yield Line(
        name="waste.landfill.stock", label="Carbon in landfills that is still to decay", unit="t C",
        value=None if buried else float(years["accumulated"].sum()), period=str(year), method="waste.landfill/1",
        inputs=used, basis=basis, reason=buried,
    )  # fmt: skip
    if not years["deposited"].sum():
        return
    yield Line(
        name="waste.landfill.committed", label="Methane that the year's deposits will make in all time", unit="kg CO2e",
        value=None if buried else sum(account.landfills.committed.values()) * 1000.0 * methane, period=str(year),
        reason=buried,
        method="waste.commitment/1", inputs=(*used, f"factor:{row}"), basis=basis,
        notes=(Said("before recovery and oxidation; never added to the emissions of the year"),),
    )  # fmt: skip


def _avoided(rows: pl.DataFrame, year: int) -> Iterator[Line]:
    if rows.is_empty():
        return
    tonnes = pl.when(pl.col("per") == "short_ton").then(pl.col("mass") / SHORT_TON).otherwise(pl.col("mass"))
    value = rows.select(pl.coalesce("amount", tonnes * pl.col("factor")).sum()).item()
    baselines = sorted(set(rows["baseline"]))
    yield Line(
        name="waste.avoided", label="Avoided emissions, against a baseline", unit="kg CO2e", value=float(value),
        period=str(year), method="waste.avoided/1", inputs=inputs_of("avoided_emission", rows), basis="stated",
        notes=(
            Said("a claim on a line of its own: it is in no total"),
            *(Said("baseline: {text}", {"text": one}) for one in baselines[:12]),
            *(Said("source: {source}", {"source": one}) for one in sorted(set(rows["source"]))[:12]),
        ),
    )  # fmt: skip


def tables(account: YearAccount, told: pl.DataFrame) -> Iterator[Table]:
    """Masses by stream and route, capture, gases by route, landfills by year."""
    stream = Column("stream", "Stream", labels=STREAMS)
    route = Column("route", "Route", labels=ROUTES)
    if not account.masses.is_empty():
        columns = (
            stream, route, Column("mass", "Mass", "t"), Column("diverted", "Diverted", "t"),
            Column("rejects", "Rejects", "t"),
        )  # fmt: skip
        yield Table("waste.streams", "Waste by stream and route", columns, diversion(account.masses))
    capture = capture_rates(account.materials)
    if not capture.is_empty() and not account.materials.filter(~pl.col("stream").is_in(MATERIALS)).height:
        columns = (
            stream, Column("apart", "Collected apart and diverted", "t"),
            Column("left", "Left in what was disposed of", "t"),
            Column("rate", "Capture rate", "1"),
        )  # fmt: skip
        yield Table("waste.capture", "Capture of materials", columns, capture)
    if not told.is_empty():
        columns = (
            route, Column("facility", "Facility"), Column("mass", "Mass", "t"), Column("co2", "Fossil CO2", "kg CO2"),
            Column("ch4", "Methane", "kg CH4"), Column("n2o", "Nitrous oxide", "kg N2O"),
            Column("co2e", "Emissions", "kg CO2e"), Column("biogenic", "Biogenic CO2 (memo)", "kg CO2"),
        )  # fmt: skip
        yield Table("waste.gases", "Gases by route", columns, told.with_columns(pl.col("facility").fill_null("")))
    years = account.landfills.years
    if not years.is_empty():
        columns = (
            Column("facility", "Facility"), Column("year", "Year"), Column("deposited", "Deposited", "t"),
            Column("accumulated", "Still to decay", "t C"), Column("decomposed", "Decayed", "t C"),
            Column("generated", "Methane generated", "t CH4"), Column("recovered", "Methane recovered", "t CH4"),
            Column("oxidised", "Methane oxidised", "t CH4"), Column("emitted", "Methane emitted", "t CH4"),
        )  # fmt: skip
        yield Table("waste.landfills", "Landfills by year", columns, years)


def charts(account: YearAccount) -> Iterator[Chart]:
    """Masses by stream, and methane of landfills over the years."""
    if not account.masses.is_empty():
        yield Chart(
            id="waste.streams", title="Waste by stream and route", mark="stacked", table="waste.streams", x="stream",
            y="mass", series="route", note=Said("Mass of each stream in the year, by the way that it went."),
        )  # fmt: skip
    if account.landfills.years["year"].n_unique() > 1:
        yield Chart(
            id="waste.landfills", title="Methane of landfills by year", mark="line", table="waste.landfills", x="year",
            y="emitted", series="facility",
            note=Said("Waste decays over decades: methane of a year comes from the deposits of all years before."),
        )  # fmt: skip
