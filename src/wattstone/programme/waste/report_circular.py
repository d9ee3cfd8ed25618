"""Lines and tables on circularity: material flows, products, products taken back."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from wattstone.programme.entries import inputs_of
from wattstone.programme.kinds import record_kind
from wattstone.programme.report import Chart, Column, Line, Said, Table
from wattstone.programme.waste.circular import circular_transition, material_circularity, returned

__all__ = ["circular_charts", "circular_lines", "circular_tables"]

_PRODUCTS: Final = record_kind("product_return").field("product").choices
_RATES: Final = {
    "collection_rate": "Collection rate", "reuse_rate": "Reuse rate of what was taken back",
    "recycling_rate": "Reuse and recycling rate of what was taken back",
    "recovery_rate": "Recovery rate of what was taken back, with energy",
}  # fmt: skip
_CTI: Final = Said("Circular Transition Indicators V4.0 (WBCSD, 2023), in our own words")
_MCI: Final = Said("Material Circularity Indicator (Ellen MacArthur Foundation and Granta, 2015 and 2019)")
_INDICATOR: Final = (
    "mass", "recycled", "reused", "to_recycling", "to_reuse", "recycling_efficiency", "feedstock_efficiency",
    "lifetime", "average_lifetime",
)  # fmt: skip


def circular_lines(entries: Mapping[str, pl.DataFrame], year: int) -> Iterator[Line]:
    """Circular inflow, outflow, and indicators of products in a year."""
    now = {
        kind: entries[kind].filter(pl.col("year") == year)
        for kind in ("material_flow", "circular_product", "product_return")
    }
    yield from _flows(now["material_flow"], year)
    for row in _indicators(now["circular_product"]).iter_rows(named=True):
        yield Line(
            name="waste.mci", label="Material circularity indicator", value=row["indicator"], unit="1",
            period=str(year), method="waste.mci/1", inputs=(f"entry:{row['hash']}",), subject=f"entry:{row['entry']}",
            notes=(_MCI, Said("product: {product}", {"product": row["product"]})),
        )  # fmt: skip
    for row in returned(now["product_return"]).iter_rows(named=True):
        for name, label in _RATES.items():
            yield Line(
                name=f"waste.return.{name}", label=label, value=row[name], unit="1", period=str(year),
                method="waste.return/1", inputs=(f"entry:{row['hash']}",), subject=f"entry:{row['entry']}",
                reason=None if row[name] is not None else _untold(name),
                notes=(Said("source: {source}", {"source": row["source"]}),),
            )  # fmt: skip


def _untold(name: str) -> Said:
    if name == "collection_rate":
        return Said("what was put on the market is not stated")
    return Said("nothing was taken back")


def _flows(rows: pl.DataFrame, year: int) -> Iterator[Line]:
    if rows.is_empty():
        return
    told, inputs = circular_transition(rows), inputs_of("material_flow", rows)

    def line(name: str, label: str, value: float | None, unit: str, *notes: Said, reason: Said | None = None) -> Line:
        return Line(
            name=f"waste.{name}", label=label, value=value, unit=unit, period=str(year), method="waste.cti/1",
            inputs=inputs, notes=notes, reason=reason,
            basis="computed" if name.startswith("cti.") else "stated",
        )  # fmt: skip

    yield line("material.in", "Material in", told.into, "t")
    yield line("material.out", "Material out", told.out, "t")
    if told.into:
        for name, label, value in (
            ("recycled", "Recycled share of material in", told.recycled),
            ("reused", "Reused share of material in", told.reused),
            ("renewable", "Renewable share of material in", told.renewable),
        ):
            if rows[name].drop_nulls().len():
                yield line(f"material.{name}", label, value / told.into, "1", *_linear(told.untold_in))
    none_in, none_out = Said("no material enters"), Said("no material leaves")
    yield line(
        "cti.inflow", "Circular inflow", told.circular_in, "1", _CTI, *_linear(told.untold_in),
        reason=none_in if told.circular_in is None else None,
    )  # fmt: skip
    yield line(
        "cti.outflow", "Circular outflow", told.circular_out, "1", _CTI, *_linear(told.untold_out),
        reason=none_out if told.circular_out is None else None,
    )  # fmt: skip
    yield line(
        "cti.circularity", "Material circularity", told.circularity, "1", _CTI,
        reason=None if told.circularity is not None else none_out if told.into else none_in,
    )  # fmt: skip


def _linear(mass: float) -> tuple[Said, ...]:
    if not mass:
        return ()
    return (Said("the shares of {mass} t are not stated: they count as linear", {"mass": round(mass, 3)}),)


def _indicators(rows: pl.DataFrame) -> pl.DataFrame:
    """Products with their indicator."""
    found: list[dict[str, Any]] = []
    for row in rows.iter_rows(named=True):
        one = material_circularity(
            **{name: row[name] for name in _INDICATOR}, biological=row["biological"] or 0.0,
            to_compost=row["to_compost"] or 0.0, intensity=1.0 if row["intensity"] is None else row["intensity"],
        )  # fmt: skip
        found.append(
            {
                "entry": row["entry"], "hash": row["hash"], "product": row["product"], "virgin": one.virgin,
                "unrecoverable": one.unrecoverable, "linear": one.linear, "utility": one.utility,
                "indicator": one.indicator,
            }
        )  # fmt: skip
    texts = ("entry", "hash", "product")
    schema: dict[str, Any] = dict.fromkeys(texts, pl.String)
    schema |= dict.fromkeys(("virgin", "unrecoverable", "linear", "utility", "indicator"), pl.Float64)
    return pl.DataFrame(found, schema=schema)


def circular_tables(entries: Mapping[str, pl.DataFrame], year: int) -> Iterator[Table]:
    """Products with their indicator, and what became of products taken back."""
    products = _indicators(entries["circular_product"].filter(pl.col("year") == year))
    if not products.is_empty():
        columns = (
            Column("product", "Product"), Column("virgin", "Virgin feedstock", "kg"),
            Column("unrecoverable", "Unrecoverable waste", "kg"), Column("linear", "Linear flow index", "1"),
            Column("utility", "Utility against the average", "1"),
            Column("indicator", "Material circularity indicator", "1"),
        )  # fmt: skip
        yield Table("waste.mci", "Circularity of products", columns, products)
    back = returned(entries["product_return"].filter(pl.col("year") == year)).sort("product")
    if not back.is_empty():
        masses = {
            "placed": "Put on the market", "collected": "Taken back", "reused": "Reused or given a second life",
            "recycled": "Recycled as material", "energy": "Recovered as energy", "disposed": "Disposed of",
            "stored": "Not treated yet",
        }  # fmt: skip
        product = Column("product", "Product", labels=_PRODUCTS)
        columns = (product, *(Column(name, label, "t") for name, label in masses.items()))
        yield Table("waste.return", "Products taken back", columns, back)
        columns = (product, *(Column(name, label, "1") for name, label in _RATES.items()))
        yield Table("waste.rates", "Rates of products taken back", columns, back)


def circular_charts(tables: Iterator[Table] | tuple[Table, ...]) -> Iterator[Chart]:
    """Indicators of products beside each other."""
    if any(one.id == "waste.mci" for one in tables):
        yield Chart(
            id="waste.mci", title="Circularity of products", mark="bar", table="waste.mci", x="product", y="indicator",
            note=Said("0.1 is a linear product of average life and use; 1 is fully circular."),
        )  # fmt: skip
