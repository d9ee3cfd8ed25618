"""The report on suppliers and products: requests, footprints, and what the bill of materials of a year comes to."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import polars as pl

from wattstone.base import NotComputable
from wattstone.programme.held import held, rests_on
from wattstone.programme.kinds import record_kind
from wattstone.programme.report import Chart, Column, Line, ModuleReport, Said, Table
from wattstone.programme.suppliers.chain.solve import SHOWN, Diverging
from wattstone.programme.suppliers.checks import wrong
from wattstone.programme.suppliers.pact.basis import basis_of
from wattstone.programme.suppliers.pact.identity import identities
from wattstone.programme.suppliers.rollup import Rolled, Untold, known, rolled

__all__ = ["build"]

_STATUSES: Final = record_kind("footprint_request").field("status").choices
_BOUNDARIES: Final = record_kind("bom_product").field("boundary").choices
_AXES: Final = {
    "technological": "Technological rating, weighted by emissions",
    "geographical": "Geographical rating, weighted by emissions",
    "temporal": "Temporal rating, weighted by emissions",
}
_IDENTITIES: Final = {
    "without_biogenic_non_co2": "Without biogenic CH4 and N2O", "with_biogenic_non_co2": "With biogenic CH4 and N2O",
    "both": "Both", "neither": "Neither",
}  # fmt: skip
_LIMITS: Final = (
    Said("A footprint that a supplier states is checked for form, numbers and sums; nobody here has audited it."),
    Said("What suppliers did not answer is not estimated: it stands as missing."),
    Said("Footprints of two products are comparable only if their rules, boundaries and years are."),
)
_TOP: Final = 20


def build(
    entries: Mapping[str, pl.DataFrame], year: int, *, without_upstream: bool = False, at: date | None = None
) -> ModuleReport:
    """The report of a year.

    Parameters
    ----------
    entries : mapping of str to DataFrame
        By kind.
    year : int
        Of the demand.
    without_upstream : bool
        See `rolled`.
    at : date or None
        Day on which requests are looked at; the last of the year where None.

    Returns
    -------
    ModuleReport
    """
    on = at or date(year, 12, 31)
    requests = held(entries, "footprint_request").filter(pl.col("asked_on") <= on)
    exchanged = held(entries, "product_footprint")
    asked = tuple(_requests(requests, on, year))
    chain, lines, why = _chain(entries, exchanged, year, without_upstream=without_upstream)
    return ModuleReport(
        module="supplier", title="Suppliers and products", period=str(year),
        says=tuple(_says(requests, chain, why, year)), lines=(*asked, *lines),
        tables=(*_tables(requests, exchanged), *_chain_tables(chain)), charts=_charts(chain),
        findings=tuple(wrong(entries)), limits=_LIMITS,
    )  # fmt: skip


def _says(requests: pl.DataFrame, chain: Rolled | None, why: Said | None, year: int) -> Iterator[Said]:
    if requests.height:
        done = requests.filter(pl.col("status").is_in(["received", "accepted"])).height
        yield Said(
            "{done} of {all} requests for footprints were answered with one.", {"done": done, "all": requests.height}
        )
    else:
        yield Said("No supplier was asked for a footprint yet.")
    if chain is not None:
        kg = float(chain.nodes["kg"].sum())
        yield Said(
            "The products of {year} carry {tonnes} t CO2e from cradle to gate, {share} of it from primary data.",
            {"year": year, "tonnes": f"{kg / 1000:,.1f}", "share": f"{100 * chain.primary:.0f} %"},
        )
    elif why is not None:
        yield Said("What the products of {year} carry cannot be told yet.", {"year": year})


def _requests(requests: pl.DataFrame, on: date, year: int) -> Iterator[Line]:
    for status, label in _STATUSES.items():
        rows = requests.filter(pl.col("status") == status)
        if rows.height:
            yield _count(f"request.{status}", label, rows, year)
    late = requests.filter(pl.col("status").is_in(["asked", "reminded"]) & (pl.col("due") < on))
    if requests.height:
        yield _count("request.overdue", "Overdue", late, year)


def _count(name: str, label: str, rows: pl.DataFrame, year: int) -> Line:
    return Line(
        name=f"supplier.{name}", label=label, value=float(rows.height), unit="1", period=str(year),
        method="supplier.requests/1", inputs=rests_on("footprint_request", rows["hash"]), basis="stated",
    )  # fmt: skip


def _chain(
    entries: Mapping[str, pl.DataFrame], exchanged: pl.DataFrame, year: int, *, without_upstream: bool
) -> tuple[Rolled | None, tuple[Line, ...], Said | None]:
    demand = held(entries, "bom_demand").filter(pl.col("year") == year)
    if demand.is_empty():
        return None, (), None
    links, products = held(entries, "bom_link"), held(entries, "bom_product")
    inputs = (
        *rests_on("bom_demand", demand["hash"]), *rests_on("bom_link", links["hash"]),
        *rests_on("bom_product", products["hash"]), *rests_on("product_footprint", exchanged["hash"]),
        *(("given:upstream=cut",) if without_upstream else ()),
    )  # fmt: skip
    try:
        made = rolled(links, known(products, exchanged), demand, without_upstream=without_upstream)
    except NotComputable as refusal:
        why = _why(refusal)
        return None, (_line("chain.total", "Emissions, cradle to gate", None, "kg CO2e", year, inputs, why),), why
    return made, tuple(_rolled_lines(made, year, inputs)), None


def _why(refusal: NotComputable) -> Said:
    if isinstance(refusal, Untold):
        return Said(refusal.template, refusal.params)
    if isinstance(refusal, Diverging):
        ring = " < ".join((*refusal.names[:SHOWN], refusal.names[0]))
        return Said(
            "one unit of {product} needs {amount} of itself through {ring}, and {growth} with the loops around it: "
            "nothing is left to sell; to mend it: correct the amounts and units of these links",
            {"product": refusal.names[0], "amount": f"{refusal.loop.product:.6g}", "ring": ring,
             "growth": f"{refusal.loop.growth:.6g}"},
        )  # fmt: skip
    return Said("the supply chain was not solved to the accuracy that is asked")


def _rolled_lines(made: Rolled, year: int, inputs: tuple[str, ...]) -> Iterator[Line]:
    rests = Said(
        "solved as x = y + A x; residual {residual}, loops need at most {turns} of themselves",
        {"residual": f"{made.solved.residual:.1e}", "turns": f"{made.solved.turns:.4g}"},
    )  # fmt: skip
    total = float(made.nodes["kg"].sum())
    yield _line("chain.total", "Emissions, cradle to gate", total, "kg CO2e", year, inputs, notes=(rests,))
    unsaid = Said("what is not stated counts as none; it is stated for {share} of emissions",
                  {"share": f"{100 * made.stated:.0f} %"})  # fmt: skip
    weighed = Said("weighted by emissions without biogenic uptake")
    yield _line("primary_share", "Share of primary data", made.primary, "1", year, inputs, notes=(unsaid, weighed))
    yield _line("rated_share", "Share of emissions with a data quality rating", made.rated, "1", year, inputs)
    for axis, label in _AXES.items():
        if axis in made.quality:
            scale = Said("1 is best, 5 poorest; what is not rated is left out")
            yield _line(f"quality.{axis}", label, made.quality[axis], "1", year, inputs, notes=(scale,))


def _line(
    name: str, label: str, value: float | None, unit: str, year: int, inputs: tuple[str, ...], why: Said | None = None,
    notes: tuple[Said, ...] = (),
) -> Line:  # fmt: skip
    return Line(
        name=f"supplier.{name}", label=label, value=value, unit=unit, period=str(year), method="supplier.chain/1",
        inputs=inputs, reason=why, notes=notes,
    )  # fmt: skip


def _tables(requests: pl.DataFrame, exchanged: pl.DataFrame) -> Iterator[Table]:
    if requests.height:
        columns = (
            Column("supplier", "Supplier"), Column("product", "Product"), Column("asked_on", "Asked on"),
            Column("due", "Due on"), Column("status", "Status of the request", labels=_STATUSES),
        )  # fmt: skip
        yield Table("requests", "Requests for footprints", columns, requests.sort("asked_on", "supplier", "product"))
    if exchanged.height:
        columns = (
            Column("product_name", "Product"), Column("value", "Footprint of a declared unit", "kg CO2e"),
            Column("unit", "Declared unit"), Column("per_kg", "Footprint of a kilogram", "kg CO2e/kg"),
            Column("gwp_set", "Assessment report"), Column("primary_share", "Share of primary data", "%"),
            Column("identity", "Sum of the parts that holds", labels=_IDENTITIES),
        )  # fmt: skip
        rows = [_exchanged(row) for row in exchanged.sort("product_name", "id").iter_rows(named=True)]
        yield Table(
            "footprints", "Footprints that were exchanged", columns, pl.DataFrame(rows, infer_schema_length=None)
        )


def _exchanged(row: Mapping[str, Any]) -> dict[str, Any]:
    pcf = json.loads(row["body"]).get("pcf", {})
    holding = [one.name for one in identities(pcf) if one.holds]
    try:
        basis = basis_of(pcf)
        kilogram = float(basis.per_kg()) if basis.mass else None
    except NotComputable:
        kilogram = None
    return {
        "product_name": row["product_name"], "value": row["value"], "unit": row["unit"], "per_kg": kilogram,
        "gwp_set": row["gwp_set"], "primary_share": row["primary_share"],
        "identity": "both" if len(holding) == 2 else (holding or ["neither"])[0],
    }  # fmt: skip


def _chain_tables(chain: Rolled | None) -> Iterator[Table]:
    if chain is None:
        return
    columns = (
        Column("product", "Product"), Column("supplier", "Supplier"),
        Column("boundary", "Boundary of the number", labels=_BOUNDARIES), Column("made", "Needed"),
        Column("unit", "Unit"), Column("footprint_per_unit", "Footprint of one unit", "kg CO2e"),
        Column("kg", "Emitted for the demand", "kg CO2e"), Column("share", "Share of the emissions"),
    )  # fmt: skip
    hot = chain.nodes.filter(pl.col("kg") != 0).head(_TOP)
    yield Table("hot_spots", "Hot spots", columns, hot)
    if chain.paths:
        told = pl.DataFrame(
            {"path": [" < ".join(names) for names, _ in chain.paths], "kg": [kg for _, kg in chain.paths]}
        )
        yield Table(
            "paths", "Paths that carry most", (Column("path", "Path"), Column("kg", "Emissions", "kg CO2e")), told
        )


def _charts(chain: Rolled | None) -> tuple[Chart, ...]:
    if chain is None:
        return ()
    note = Said("The products in whose own making most is emitted for the demand of the year.")
    return (
        Chart(id="hot_spots", title="Hot spots", mark="bar", table="hot_spots", x="product", y="kg", note=note),
    )  # fmt: skip
