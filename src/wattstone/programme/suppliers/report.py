"""The report on suppliers and products: requests, footprints, and what the bill of materials of a year comes to."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from wattstone.base import Finding, NotComputable
from wattstone.programme.held import held, rests_on
from wattstone.programme.kinds import record_kind
from wattstone.programme.report import Column, Line, ModuleReport, Said, Table
from wattstone.programme.suppliers.chain.paths import MOST
from wattstone.programme.suppliers.chain.solve import SHOWN, Diverging
from wattstone.programme.suppliers.chain_tables import chain_charts, chain_lines, chain_tables
from wattstone.programme.suppliers.checks import wrong
from wattstone.programme.suppliers.doubts import doubts, share_of
from wattstone.programme.suppliers.pact.basis import basis_of
from wattstone.programme.suppliers.pact.identity import identities
from wattstone.programme.suppliers.rollup import Rolled, Untold, known, rolled
from wattstone.programme.telling import told

__all__ = ["build"]

_STATUSES: Final = record_kind("footprint_request").field("status").choices
_AXES: Final = {
    "technological": "Technological rating, weighted by emissions",
    "geographical": "Geographical rating, weighted by emissions",
    "temporal": "Temporal rating, weighted by emissions",
}
_ASKED: Final = {
    "asked": "Requests that were asked", "reminded": "Requests that were reminded of", "received": "Requests received",
    "accepted": "Requests accepted", "rejected": "Requests sent back", "declined": "Requests declined",
}  # fmt: skip
_IDENTITIES: Final = {
    "without_biogenic_non_co2": "Without biogenic CH4 and N2O", "with_biogenic_non_co2": "With biogenic CH4 and N2O",
    "both": "Both", "neither": "Neither",
}  # fmt: skip
_FIRST: Final = 2
"""Lines of the chain that stand before those of requests: the total, and what of it is primary."""
_LIMITS: Final = (
    Said("A footprint that a supplier states is checked for form, numbers and sums; nobody here has audited it."),
    Said("What suppliers did not answer is not estimated: it stands as missing."),
    Said("Footprints of two products are comparable only if their rules, boundaries and years are."),
)


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
    stated = tuple(_exchanged(row, year) for row in exchanged.sort("product_name", "id").iter_rows(named=True))
    chain, lines, why = _chain(entries, exchanged, year, without_upstream=without_upstream)
    return ModuleReport(
        module="supplier", title="Suppliers and products", period=str(year),
        says=tuple(_says(requests, chain, why, year)),
        lines=(*lines[:_FIRST], *asked, *lines[_FIRST:], *(line for one in stated for line in one.lines)),
        tables=(*_tables(requests, stated), *(() if chain is None else chain_tables(chain))),
        charts=() if chain is None else chain_charts(chain),
        findings=(
            *wrong(entries), *_overdue(_late(requests, on)),
            *(() if chain is None else doubts(chain, exchanged, year)),
        ),
        limits=(*_LIMITS, *_of_paths(chain)),
        called={f"entry:{one}": name for one, name in exchanged.select("entry", "product_name").iter_rows() if name},
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
            {"year": year, "tonnes": kg / 1000, "share": f"{100 * chain.primary:.0f} %"},
        )
    elif why is not None:
        yield Said("What the products of {year} carry cannot be told yet.", {"year": year})


def _requests(requests: pl.DataFrame, on: date, year: int) -> Iterator[Line]:
    for status, label in _ASKED.items():
        rows = requests.filter(pl.col("status") == status)
        if rows.height:
            yield _count(f"request.{status}", label, rows, year)
    if requests.height:
        yield _count("request.overdue", "Requests overdue", _late(requests, on), year)


def _late(requests: pl.DataFrame, on: date) -> pl.DataFrame:
    """Requests that are not answered on a day, and were due before it."""
    return requests.filter(pl.col("status").is_in(["asked", "reminded"]) & (pl.col("due") < on))


def _overdue(late: pl.DataFrame) -> list[Finding]:
    return told(
        "footprint_request", late.sort("due", "entry"), "supplier.request_overdue",
        "{supplier} was asked for {product} by {due}, and has not answered", "an answer by that day",
        "remind the supplier; enter the answer, or that it was declined", severity="warning",
    )  # fmt: skip


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
    return made, (*_rolled_lines(made, year, inputs), *chain_lines(made, year, inputs)), None


def _of_paths(chain: Rolled | None) -> Iterator[Said]:
    if chain is not None and chain.ranked == "removals":
        yield Said("Paths are not ranked: products that remove more than they emit leave no bound that orders them.")
    if chain is not None and chain.ranked == "given_up":
        yield Said(
            "The search for paths was given up after {count} of them: larger ones may be missing.", {"count": MOST}
        )


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
    residual = f"{made.solved.residual:.1e}"
    rests = (
        Said("solved as x = y + A x, without loops; residual {residual}", {"residual": residual})
        if made.solved.turns == 0
        else Said(
            "solved as x = y + A x; residual {residual}; no loop needs as much of itself as is made of it",
            {"residual": residual},
        )
    )
    total = float(made.nodes["kg"].sum())
    notes = [rests]
    for which, text in (
        (pl.col("open"), "without what goes into {products}, gate to gate and without links: {share} of emissions"),
        (pl.col("unset"), "no assessment report is stated for {products}: {share} of emissions"),
    ):  # fmt: skip
        if (found := share_of(made, which)) is not None:
            notes.append(Said(text, {"products": found[0], "share": found[1]}))
    yield _line("chain.total", "Emissions, cradle to gate", total, "kg CO2e", year, inputs, notes=tuple(notes))
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


def _tables(requests: pl.DataFrame, stated: tuple["_Stated", ...]) -> Iterator[Table]:
    if requests.height:
        columns = (
            Column("supplier", "Supplier"), Column("product", "Product"), Column("asked_on", "Asked on"),
            Column("due", "Due on"), Column("status", "Status of the request", labels=_STATUSES),
        )  # fmt: skip
        yield Table("requests", "Requests for footprints", columns, requests.sort("asked_on", "supplier", "product"))
    if stated:
        columns = (
            Column("product_name", "Product"), Column("value", "Footprint of a declared unit", "kg CO2e"),
            Column("unit", "Declared unit"), Column("per_kg", "Footprint of a kilogram", "kg CO2e/kg"),
            Column("as_sold", "As sold", "kg CO2e"),
            Column("gwp_set", "Assessment report"), Column("primary_share", "Share of primary data", "%"),
            Column("identity", "Sum of the parts that holds", labels=_IDENTITIES),
        )  # fmt: skip
        rows = pl.DataFrame([one.row for one in stated], infer_schema_length=None)
        yield Table("footprints", "Footprints that were exchanged", columns, rows)


@dataclass(frozen=True)
class _Stated:
    """A footprint that was exchanged: its row, and lines of what is computed of it."""

    row: dict[str, Any]
    lines: tuple[Line, ...]


def _exchanged(row: Mapping[str, Any], year: int) -> _Stated:
    pcf = json.loads(row["body"]).get("pcf", {})
    holding = [one.name for one in identities(pcf) if one.holds]
    subject, inputs = f"entry:{row['entry']}", rests_on("product_footprint", pl.Series([row["hash"]]))
    lines: list[Line] = []
    found: dict[str, float | None] = {"per_kg": None, "as_sold": None}
    for name, label, unit in (
        ("per_kg", "Footprint of a kilogram", "kg CO2e/kg"),
        ("as_sold", "Footprint of the product as it is sold", "kg CO2e"),
    ):
        try:
            basis = basis_of(pcf)
            found[name] = float(basis.per_kg() if name == "per_kg" else basis.of_product())
        except NotComputable:
            continue
        lines.append(
            Line(name=f"supplier.footprint.{name}", label=label, value=found[name], unit=unit, period=str(year),
                 method="supplier.basis/1", inputs=inputs, subject=subject, basis="stated")
        )  # fmt: skip
    told = {f"{line.name.rpartition('.')[2]}@line": f"{line.name}|{subject}" for line in lines}
    made = {
        "product_name": row["product_name"], "value": row["value"], "unit": row["unit"], **found,
        "gwp_set": row["gwp_set"], "primary_share": row["primary_share"],
        "identity": "both" if len(holding) == 2 else (holding or ["neither"])[0],
        "per_kg@line": None, "as_sold@line": None, **told,
    }  # fmt: skip
    return _Stated(made, tuple(lines))
