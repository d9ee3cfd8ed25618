"""What no field by itself shows to be wrong about suppliers: bodies that say something else, units, counting twice."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from wattstone.base import Finding
from wattstone.programme.held import held
from wattstone.programme.suppliers.chain.endless import endless
from wattstone.programme.suppliers.chain.solve import SHOWN
from wattstone.programme.suppliers.files import row_of
from wattstone.programme.suppliers.pact.check import check
from wattstone.programme.suppliers.units import with_factor
from wattstone.programme.telling import told

__all__ = ["wrong"]


def wrong(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """Findings across the fields and entries of suppliers and products.

    Parameters
    ----------
    entries : mapping of str to DataFrame
        By kind.

    Returns
    -------
    list of Finding
    """
    products, links = held(entries, "bom_product"), held(entries, "bom_link")
    return [
        *_footprints(held(entries, "product_footprint")),
        *_requests(held(entries, "footprint_request")),
        *_products(products),
        *_links(links, products),
        *_loops(links, products),
    ]


def _footprints(footprints: pl.DataFrame) -> Iterator[Finding]:
    for row in footprints.iter_rows(named=True):
        place = f"product_footprint '{row['entry']}'"
        try:
            body: Any = json.loads(row["body"])
        except ValueError:
            body = None
        if not isinstance(body, dict):
            yield Finding(
                code="supplier.body", place=place, found="the body is no JSON of a footprint",
                expected="the footprint as it was exchanged", remedy="import the file of the footprint",
            )  # fmt: skip
            continue
        yield from check(body, place=place)  # pyright: ignore[reportUnknownArgumentType]
        cells = row_of(body)  # pyright: ignore[reportUnknownArgumentType]
        for name in ("id", "unit", "value", "mass", "gwp_set", "primary_share", "product_name"):
            if (row[name] or None) != cells[name]:
                yield Finding(
                    code="supplier.field_differs", place=place,
                    found="{field} says {value}, the footprint as it was exchanged says {other}",
                    expected="the same", remedy="import the file of the footprint again",
                    params={"field": name, "value": str(row[name]), "other": str(cells[name])},
                )  # fmt: skip


def _requests(requests: pl.DataFrame) -> Iterator[Finding]:
    early = (pl.col("due") < pl.col("asked_on")) | (pl.col("answered_on") < pl.col("asked_on"))
    yield from told(
        "footprint_request", requests.filter(early.fill_null(value=False)), "supplier.request_dates",
        "due or answered before it was asked", "days in their order", "correct the days",
    )  # fmt: skip
    lacks = pl.col("status").is_in(["received", "accepted"]) & pl.col("footprint").is_null()
    yield from told(
        "footprint_request", requests.filter(lacks), "supplier.request_without",
        "received, and no footprint is named", "the entry of the footprint",
        "import the footprint, and name it", severity="warning",
    )  # fmt: skip


def _products(products: pl.DataFrame) -> Iterator[Finding]:
    number, named = pl.col("kg_per_unit").is_not_null(), pl.col("footprint").is_not_null()
    yield from told(
        "bom_product", products.filter(number & named), "supplier.two_numbers",
        "a number and a footprint", "one of the two", "leave one of them out",
    )  # fmt: skip
    yield from told(
        "bom_product", products.filter(named & (pl.col("boundary") != "cradle_to_gate")), "supplier.boundary",
        "a footprint that was exchanged, said to be gate to gate",
        "cradle to gate: such a footprint holds all upstream", "correct the boundary, or enter the own emissions",
    )  # fmt: skip
    unread = number & ~pl.col("gwp_set").str.contains(r"^AR\d$").fill_null(value=True)
    yield from told(
        "bom_product", products.filter(unread), "supplier.gwp_set", "{gwp_set} is no assessment report",
        "AR4, AR5 or AR6, as in the footprints that are exchanged", "enter gwp_set as AR6",
    )  # fmt: skip
    yield from told(
        "bom_product", products.filter(~number & ~named), "supplier.no_number",
        "nothing says what one unit of it emits", "a number or a footprint", "enter one of them", severity="warning",
    )  # fmt: skip


def _links(links: pl.DataFrame, products: pl.DataFrame) -> Iterator[Finding]:
    units = products.select(pl.col("product").alias("component"), pl.col("unit").alias("counted_in"), "boundary")
    both = links.join(units.drop("boundary"), on="component", how="left")
    unfit = with_factor(both.filter(pl.col("counted_in").is_not_null()), "unit", "counted_in")
    yield from told(
        "bom_link", unfit.filter(pl.col("factor").is_null()), "supplier.unit",
        "{component} in {unit}, which does not measure what {counted_in} does", "a unit of the same quantity",
        "correct the unit of the link or of the product",
    )  # fmt: skip
    itself = (pl.col("product") == pl.col("component")) & (pl.col("amount") >= 1)
    yield from told(
        "bom_link", links.filter(itself), "supplier.needs_itself",
        "one unit of {product} needs {amount} of itself", "less than 1, or nothing is left", "correct the amount",
    )  # fmt: skip
    names = pl.concat([links["product"], links["component"]]).unique()
    unknown = links.filter(
        pl.col("component").is_in(names.filter(~names.is_in(products["product"].to_list())).to_list())
    )
    yield from told(
        "bom_link", unknown, "supplier.unknown_product", "{component} is no product that is entered",
        "a product with a unit and a number", "enter bom_product for it", severity="warning",
    )  # fmt: skip
    whole = products.filter(pl.col("boundary") == "cradle_to_gate")["product"].to_list()
    yield from told(
        "bom_link", links.filter(pl.col("product").is_in(whole)), "supplier.counted_twice",
        "{product} is cradle to gate, and {component} goes into it once more",
        "its upstream once: in its footprint, or by its links",
        "make it gate to gate, withdraw the link, or report with --set upstream=cut", severity="warning",
    )  # fmt: skip


def _loops(links: pl.DataFrame, products: pl.DataFrame) -> Iterator[Finding]:
    """The loop of which nothing is left to sell; a product that goes into itself is told by its own link."""
    units = products.select(pl.col("product").alias("component"), pl.col("unit").alias("counted_in"))
    both = links.join(units, on="component", how="left", maintain_order="left")
    both = with_factor(both.with_columns(pl.col("counted_in").fill_null(pl.col("unit"))), "unit", "counted_in")
    ring = endless(both.select(
        pl.col("product").alias("parent"), "component", (pl.col("amount") * pl.col("factor")).alias("amount")
    ))  # fmt: skip
    if ring is None or len(ring.names) == 1:
        return
    first = both.filter((pl.col("product") == ring.names[0]) & (pl.col("component") == ring.names[1]))
    shown = " < ".join((*ring.names[:SHOWN], ring.names[0]))
    yield Finding(
        code="supplier.loop", place=f"bom_link '{first['entry'][0]}'", severity="warning",
        found="one unit of {product} needs {amount} of itself through {ring}, and {growth} with the loops around it",
        expected="less than 1, or nothing is left to sell", remedy="correct the amounts and units of these links",
        params={"product": ring.names[0], "amount": f"{ring.loop.product:.6g}", "ring": shown,
                "growth": f"{ring.loop.growth:.6g}"},
    )  # fmt: skip
