"""Traps in numbers on carbon: slips of a unit, carbon for CO2, stock for flux, full rates from the first year."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from wattstone.base import Finding
from wattstone.programme.held import held
from wattstone.programme.nature.carbon import CO2_PER_C, UNITS, published
from wattstone.programme.nature.living_checks import wrong_living

__all__ = ["component_differences", "doubts", "wrong"]

_WIDE = 3.0
"""Beyond so many times what has been published a value is asked about."""

_SLIP = 10.0
"""Beyond so many times it is refused: no ecosystem is known to hold or take up so much."""

_ROUNDING = 0.005


def wrong(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """Findings on carbon, condition and the NbS standard.

    Parameters
    ----------
    entries : mapping of str to DataFrame
        By kind.

    Returns
    -------
    list of Finding
    """
    return [*doubts(entries), *wrong_living(entries)]


def doubts(entries: Mapping[str, pl.DataFrame]) -> Iterator[Finding]:
    """Findings on entries of kind `carbon` and `carbon_table`.

    Parameters
    ----------
    entries : mapping of str to DataFrame
        By kind; areas say which ecosystem and intervention an entry is about.

    Yields
    ------
    Finding
    """
    areas = held(entries, "area").select("intervention", "ecosystem", area=pl.col("entry"), begun=pl.col("start"))
    told = (
        held(entries, "carbon")
        .join(UNITS, on="unit", how="left", maintain_order="left")
        .join(areas, on="area", how="left", maintain_order="left")
    )
    yield from _units(told)
    yield from _bounds(told)
    yield from _ramps(told)
    yield from _pools(told)
    yield from _words(told)
    organic = ~pl.col("pool").is_in(["inorganic", "gases"]) & (pl.col("unit") != "tCO2e/ha/yr")
    yield from _plausible(told.filter(organic))
    yield from _components(component_differences(held(entries, "carbon_table")))


def component_differences(rows: pl.DataFrame) -> pl.DataFrame:
    """Printed totals beside the sum of their printed components; nothing is mended.

    Parameters
    ----------
    rows : DataFrame
        Entries of kind `carbon_table`.

    Returns
    -------
    DataFrame
        By `table`: `total` (printed), `components` (sum), `difference`, `unit`, `source`, `hashes`; tables with a
        total and components of one unit alone.
    """
    printed = pl.col("total").fill_null(value=False)
    return (
        rows.group_by("table", maintain_order=True)
        .agg(
            pl.col("value").filter(printed).first().alias("printed"),
            pl.col("value").filter(~printed).sum().alias("components"),
            pl.col("unit").first(),
            pl.col("unit").n_unique().alias("units"),
            pl.col("source").first(),
            pl.col("hash").alias("hashes"),
        )
        .filter(pl.col("printed").is_not_null() & (pl.col("units") == 1))
        .with_columns(difference=pl.col("printed") - pl.col("components"))
        .select("table", pl.col("printed").alias("total"), "components", "difference", "unit", "source", "hashes")
    )


def _units(told: pl.DataFrame) -> Iterator[Finding]:
    stock = pl.col("quantity") == "stock"
    for one in told.filter(stock == pl.col("yearly")).iter_rows(named=True):
        yield Finding(
            code="nature.carbon_unit",
            place=f"carbon '{one['entry']}'",
            found="{quantity} in {unit}",
            expected="a stock for each hectare; a flux or an avoided loss for each hectare in a year",
            remedy="choose the other quantity or the other unit: a stock is no flux",
            params={"quantity": one["quantity"], "unit": one["unit"]},
        )


def _bounds(told: pl.DataFrame) -> Iterator[Finding]:
    low, high, value = pl.col("low"), pl.col("high"), pl.col("value")
    partial = (low.is_null() != high.is_null()) | (low.is_not_null() & pl.col("bounds").is_null())
    outside = ((low > value) | (high < value)).fill_null(value=False)
    for one in told.filter(partial | outside).iter_rows(named=True):
        yield Finding(
            code="nature.carbon_bounds",
            place=f"carbon '{one['entry']}'",
            found="bounds that are not both there, do not say what they are, or do not hold the value",
            expected="a lower and an upper bound, the value between them, and whether they are an interval or a range",
            remedy="take all three from the source",
        )


def _ramps(told: pl.DataFrame) -> Iterator[Finding]:
    grown = (pl.col("quantity") == "flux") & (pl.col("intervention") == "restore") & (pl.col("method") != "measured")
    at_once = pl.col("ramp").fill_null(0.0) == 0
    for one in told.filter(grown & at_once & (pl.col("pool") != "gases")).iter_rows(named=True):
        yield Finding(
            code="nature.carbon_ramp",
            place=f"carbon '{one['entry']}'",
            found="a rate that was not measured there is taken in full from the first year of a restoration",
            expected="the years until a restored ecosystem takes up what an intact one does",
            remedy="give the years until the full rate with their source, or measure",
        )
    unstarted = (pl.col("quantity") != "stock") & pl.col("start").is_null() & pl.col("begun").is_null()
    for one in told.filter(unstarted).iter_rows(named=True):
        yield Finding(
            code="nature.carbon_start",
            place=f"carbon '{one['entry']}'",
            found="neither the entry nor its area says since when",
            expected="a start: without it no year can be computed",
            remedy="give the start of the rate or of the area",
            severity="warning",
        )


def _pools(told: pl.DataFrame) -> Iterator[Finding]:
    where = ["area", "quantity"]
    pools = told.filter(~pl.col("pool").is_in(["inorganic", "gases"]))
    both = pools.group_by(where, maintain_order=True).agg(
        ((pl.col("pool") == "total").any() & (pl.col("pool") != "total").any()).alias("mixed"),
        (pl.col("pool").n_unique() < pl.len()).alias("twice"),
        pl.col("entry").last(),
    )
    for one in both.filter(pl.col("mixed") | pl.col("twice")).iter_rows(named=True):
        yield Finding(
            code="nature.carbon_pools",
            place=f"carbon '{one['entry']}'",
            found="the area has all pools together beside a pool of its own, or a pool twice",
            expected="each pool of an area once",
            remedy="withdraw one of them; where they are of parts of the area, enter these parts as areas of their own",
            severity="error",
        )
    lime = (pl.col("pool") == "inorganic") & (pl.col("quantity") != "stock") & (pl.col("value") > 0)
    for one in told.filter(lime).iter_rows(named=True):
        yield Finding(
            code="nature.carbon_lime",
            place=f"carbon '{one['entry']}'",
            found="carbonate that is laid down is counted as removed from the air",
            expected="no removal: calcium carbonate that forms in sea water releases carbon dioxide "
            "(Williamson and Gattuso 2022, fclim.853666)",
            remedy="leave it out, or enter it as a stock of carbonate, which is shown apart",
        )
    gases = (pl.col("unit") == "tCO2e/ha/yr") != (pl.col("pool") == "gases")
    for one in told.filter(gases).iter_rows(named=True):
        yield Finding(
            code="nature.carbon_gases",
            place=f"carbon '{one['entry']}'",
            found="CO2e for a pool of carbon, or carbon for methane and nitrous oxide",
            expected="t CO2e for methane and nitrous oxide alone; carbon or CO2 for pools",
            remedy="choose the unit that the source has",
        )


def _words(told: pl.DataFrame) -> Iterator[Finding]:
    bare = (pl.col("quantity") == "avoided") & (pl.col("baseline").fill_null("").str.strip_chars() == "")
    for one in told.filter(bare).iter_rows(named=True):
        yield Finding(
            code="nature.carbon_baseline",
            place=f"carbon '{one['entry']}'",
            found="an avoided loss without a baseline",
            expected="what would have happened otherwise: an avoided loss is a difference from it",
            remedy="say the baseline, who set it and until when it holds",
        )
    undeducted = (pl.col("leakage") == "deducted") != pl.col("leakage_part").is_not_null()
    for one in told.filter(undeducted.fill_null(value=False)).iter_rows(named=True):
        yield Finding(
            code="nature.carbon_leakage",
            place=f"carbon '{one['entry']}'",
            found="leakage that is deducted without the part, or a part that is not deducted",
            expected="both, or neither",
            remedy="give the part that is deducted, or correct the leakage",
        )
    for one in told.filter(pl.col("permanence") == "reversed").iter_rows(named=True):
        yield Finding(
            code="nature.carbon_reversed",
            place=f"carbon '{one['entry']}'",
            found="what was stored is lost again",
            expected="carbon that stays where it is",
            remedy="nothing: it is in no sum; what was claimed of it before has to be corrected there",
            severity="warning",
        )


def _plausible(told: pl.DataFrame) -> Iterator[Finding]:
    for one in told.filter(pl.col("factor").is_not_null()).iter_rows(named=True):
        known = _known(one["quantity"], one["ecosystem"] or "")
        if known is None:
            continue
        each = abs(one["value"]) * one["factor"]
        if each > known["high"] * _WIDE:
            yield _too_much(one, each, known)
        elif 0 < each < known["low"] / _SLIP:
            yield _too_little(one, each, known)
        else:
            yield from _dioxide(one, known)


def _known(quantity: str, ecosystem: str) -> Mapping[str, Any] | None:
    """What is published of the ecosystem, else of any."""
    ranges = [one for one in published() if one["quantity"] == quantity]
    own = (one for one in ranges if any(code and ecosystem.startswith(code) for code in one["codes"]))
    return next(own, next((one for one in ranges if one["codes"] == [""]), None))


def _too_much(one: Mapping[str, Any], each: float, known: Mapping[str, Any]) -> Finding:
    high, low = known["high"], known["low"]
    slip = next((by for by in (1000.0, 100.0, 10.0) if low / _WIDE <= each / by <= high * _WIDE), 1.0)
    return Finding(
        code="nature.carbon_slip",
        place=f"carbon '{one['entry']}'",
        found="{each} t C/ha, where the most that is published is {high} ({source}); divided by {slip} it would fit",
        expected="what an ecosystem can hold, or take up in a year; public pages do print a unit wrong by 1,000",
        remedy="look at the source's unit: 1 kg C/m2 is 10 t C/ha, 1 g C/m2 is 0.01 t C/ha",
        params={"each": f"{each:g}", "high": f"{high:g}", "source": known["source"], "slip": f"{slip:g}"},
        severity="error" if each > high * _SLIP else "warning",
    )


def _too_little(one: Mapping[str, Any], each: float, known: Mapping[str, Any]) -> Finding:
    return Finding(
        code="nature.carbon_low",
        place=f"carbon '{one['entry']}'",
        found="{each} t C/ha, less than a tenth of the least that is published, {low} ({source})",
        expected="what an ecosystem holds, or takes up in a year",
        remedy="look at the source's unit: 1 kg C/m2 is 10 t C/ha, 1 g C/m2 is 0.01 t C/ha",
        params={"each": f"{each:g}", "low": f"{known['low']:g}", "source": known["source"]},
        severity="warning",
    )


def _dioxide(one: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[Finding]:
    """A well-known figure in the other of carbon and carbon dioxide."""
    value = abs(one["value"])
    as_said = value * one["factor"] * (CO2_PER_C if one["dioxide"] else 1.0)
    exchange = 1.0 if one["dioxide"] else CO2_PER_C
    for point in known["points"]:
        if abs(as_said - point * exchange) <= 0.01 * point * exchange:
            yield Finding(
                code="nature.carbon_dioxide",
                place=f"carbon '{one['entry']}'",
                found="{value} {unit} is what is published as {point} t C/ha, with carbon and carbon dioxide exchanged",
                expected="carbon as carbon, carbon dioxide as carbon dioxide: 1 t C is 44/12 t CO2",
                remedy="look at the source again, and choose the unit that it has ({source})",
                params={"value": f"{value:g}", "unit": one["unit"], "point": f"{point:g}", "source": known["source"]},
                severity="warning",
            )


def _components(tables: pl.DataFrame) -> Iterator[Finding]:
    off = pl.col("difference").abs() > pl.col("total").abs() * _ROUNDING
    for one in tables.filter(off).iter_rows(named=True):
        yield Finding(
            code="nature.carbon_table",
            place=f"carbon_table '{one['table']}'",
            found="the printed total is {total} {unit}, its components add to {components}",
            expected="components that add to the total; published tables do not always",
            remedy="say which of the two you use; nothing is mended ({source})",
            params={
                "total": f"{one['total']:g}",
                "components": f"{one['components']:g}",
                "unit": one["unit"],
                "source": one["source"],
            },
            severity="warning",
        )
