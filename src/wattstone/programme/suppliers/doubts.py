"""What a roll-up rests on that has to be looked at: missing upstream, numbers of unknown sets, old footprints."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final, cast

import polars as pl

from wattstone.base import Finding
from wattstone.programme.suppliers.rollup import Rolled

__all__ = ["doubts", "share_of"]

_YEARS: Final = 3
"""A reference period that ended as many years before the year of the demand, or begins after it, is told."""
_SHOWN: Final = 5


def share_of(chain: Rolled, which: pl.Expr) -> tuple[str, str] | None:
    """Names of the products that something holds of, and their share of emissions as a text.

    Parameters
    ----------
    chain : Rolled
    which : Expr
        Of its nodes.

    Returns
    -------
    (str, str) or None
        None where it holds of none.
    """
    rows = chain.nodes.filter(which)
    if rows.is_empty():
        return None
    names = rows["product"].head(_SHOWN).to_list()
    more = [f"+{rows.height - _SHOWN}"] if rows.height > _SHOWN else []
    return ", ".join([*names, *more]), _percent(rows)


def doubts(chain: Rolled, exchanged: pl.DataFrame, year: int) -> Iterator[Finding]:
    """Warnings on what went into the sum of a year.

    Parameters
    ----------
    chain : Rolled
    exchanged : DataFrame
        Entries of the kind `product_footprint`.
    year : int
        Of the demand.

    Yields
    ------
    Finding
        Each with the share of emissions that it is about.
    """
    if (found := share_of(chain, pl.col("open"))) is not None:
        yield _finding(
            "no_inputs", "bom_link",
            "{products}: gate to gate, and nothing that goes in is entered; {share} of emissions",
            "what goes into it, or a number from cradle to gate: the sum lacks its upstream",
            "enter its links, or a number that is cradle to gate", *found,
        )  # fmt: skip
    if (found := share_of(chain, pl.col("unset"))) is not None:
        yield _finding(
            "unknown_set", "bom_product", "{products}: no assessment report is stated; {share} of emissions",
            "AR5 or AR6: numbers of two sets are not added", "enter gwp_set", *found,
        )  # fmt: skip
    used = chain.nodes.filter((pl.col("kg") != 0) & pl.col("footprint").is_not_null())
    for row in exchanged.filter(pl.col("entry").is_in(used["footprint"].to_list())).sort("entry").iter_rows(named=True):
        for code, text, expected in _old(row, year):
            held = used.filter(pl.col("footprint") == row["entry"])
            yield _finding(
                code, f"product_footprint '{row['entry']}'", text, expected,
                "ask the supplier for a footprint of the year, or name another one",
                ", ".join(held["product"]), _percent(held), year=year,
            )  # fmt: skip


def _old(row: Mapping[str, Any], year: int) -> Iterator[tuple[str, str, str]]:
    body: Mapping[str, Any] = json.loads(row["body"])
    pcf: object = body.get("pcf")
    inner: Mapping[str, Any] = cast("Mapping[str, Any]", pcf) if isinstance(pcf, Mapping) else {}
    until = _day(body.get("validityPeriodEnd"))
    begins, ends = _day(inner.get("referencePeriodStart")), _day(inner.get("referencePeriodEnd"))
    if body.get("status") == "Deprecated":
        yield ("deprecated", "the footprint of {products} is deprecated, and {share} of emissions rest on it",
               "a footprint that is active")  # fmt: skip
    if until is not None and until <= date(year, 1, 1):
        yield ("expired", "the footprint of {products} was no longer valid in {year}; {share} of emissions rest on it",
               "a footprint that is valid in the year")  # fmt: skip
    if ends is not None and begins is not None and (ends.year + _YEARS < year or begins > date(year, 12, 31)):
        yield ("other_years", "the reference period of {products} is years off {year}; {share} of emissions rest on it",
               "a reference period near the year")  # fmt: skip
    if row["direction"] == "out":
        yield ("given_as_input", "{products} rests on a footprint that is given to customers; {share} of emissions",
               "a footprint that was received")  # fmt: skip


def _day(told: object) -> date | None:
    try:
        return datetime.fromisoformat(str(told)).date()
    except ValueError:
        return None


def _percent(rows: pl.DataFrame) -> str:
    return f"{100 * float(rows['share'].abs().sum()):.0f} %"


def _finding(
    code: str, place: str, found: str, expected: str, remedy: str, products: str, share: str, **more: int
) -> Finding:
    return Finding(
        code=f"supplier.{code}", place=place, found=found, expected=expected, remedy=remedy, severity="warning",
        params={"products": products, "share": share, **more},
    )  # fmt: skip
