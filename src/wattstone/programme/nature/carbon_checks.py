"""Traps in numbers on carbon: slips of a unit, carbon for CO2, stock for flux, full rates from the first year."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from wattstone.base import Finding
from wattstone.base.finding import Severity
from wattstone.programme.held import held
from wattstone.programme.nature.carbon import CO2_PER_C, UNITS, published
from wattstone.programme.nature.living_checks import wrong_living

__all__ = ["beyond_the_area", "component_differences", "doubts", "wrong"]

_WIDE = 3.0
"""Beyond so many times what has been published a value is asked about."""

_SLIP = 10.0
"""Beyond so many times what is confirmed it is refused: no ecosystem is known to hold or take up so much."""

_AT_ONCE = 1.0
"""Years: a rate that is full before so many are over is full from the first year."""

_LOOK = "look at the source's unit: 1 kg C/m2 is 10 t C/ha, 1 g C/m2 is 0.01 t C/ha"
_LOOK_GASES = "look at the source's unit: kilograms or tonnes, methane or what it is worth as CO2"

_ROUNDING = 0.005
"""Parts by which rounded figures may be off."""


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
    gases = pl.col("pool") == "gases"
    yield from _plausible(told.filter((pl.col("pool") != "inorganic") & (gases == (pl.col("unit") == "tCO2e/ha/yr"))))
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


def beyond_the_area(amounts: pl.DataFrame) -> Iterator[Finding]:
    """Entries that state more hectares than their area has of its own in the net.

    Parameters
    ----------
    amounts : DataFrame
        What `carbon.of_year` returns.

    Yields
    ------
    Finding
        Warnings: the area's own hectares are used, as land counts once.
    """
    for one in amounts.filter(pl.col("hectares") > pl.col("own") * (1 + _ROUNDING)).iter_rows(named=True):
        yield Finding(
            code="nature.carbon_hectares",
            place=f"carbon '{one['entry']}'",
            found="{hectares} ha are stated, of which the area has {own} ha of its own in the net",
            expected="no more hectares than the area's own part of the net: what overlaps another area counts there",
            remedy="leave the hectares empty, or correct the boundary; {own} ha are counted",
            params={"hectares": f"{one['hectares']:,.1f}", "own": f"{one['own']:,.1f}"},
            severity="warning",
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
    """A restored place does not take up from its first year what an intact one does."""
    grown = (pl.col("quantity") == "flux") & (pl.col("intervention") == "restore") & (pl.col("method") != "measured")
    at_once = pl.col("ramp").fill_null(0.0) < _AT_ONCE
    yield from _of(
        told.filter(grown & at_once & (pl.col("pool") != "gases")), "nature.carbon_ramp",
        "a rate that was not measured there is taken in full from the first year of a restoration",
        "the years until a restored ecosystem takes up what an intact one does",
        "give the years until the full rate with their source, or measure",
    )  # fmt: skip
    yield from _of(
        told.filter((pl.col("quantity") != "stock") & pl.col("start").is_null() & pl.col("begun").is_null()),
        "nature.carbon_start", "neither the entry nor its area says since when",
        "a start: without it no year can be computed", "give the start of the rate or of the area", "warning",
    )  # fmt: skip
    before = pl.col("start") < pl.col("begun")
    refused = grown | (pl.col("quantity") == "avoided")
    yield from _of(
        told.filter(before & refused), "nature.carbon_before",
        "it builds up, or loss is avoided, since {start}, before the work on the area began on {begun}",
        "a restoration that takes up, and avoids, nothing before its first day",
        "leave the start empty: it is then that of the area; or correct that of the area",
    )  # fmt: skip
    yield from _of(
        told.filter(before & ~refused & (pl.col("quantity") == "flux")), "nature.carbon_before",
        "the rate holds since {start}, before the work on the area began on {begun}",
        "what is taken up since the work began", "nothing: it counts from the first day of the area alone", "warning",
    )  # fmt: skip


def _of(
    rows: pl.DataFrame, code: str, found: str, expected: str, remedy: str, severity: Severity = "error"
) -> Iterator[Finding]:
    for one in rows.iter_rows(named=True):
        yield Finding(
            code=code, place=f"carbon '{one['entry']}'", found=found, expected=expected, remedy=remedy,
            severity=severity, params={"start": str(one["start"]), "begun": str(one["begun"])},
        )  # fmt: skip


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
        gases = one["pool"] == "gases"
        known = _known("gases" if gases else one["quantity"], one["ecosystem"] or "")
        if known is None:
            continue
        each = abs(one["value"]) * one["factor"]
        if each > known["high"] * _WIDE:
            yield _too_much(one, each, known)
        elif 0 < each < known["low"] / _SLIP:
            yield _too_little(one, each, known)
        elif not gases:
            yield from _dioxide(one, known)


def _known(quantity: str, ecosystem: str) -> Mapping[str, Any] | None:
    """What is published of the ecosystem, else of any."""
    ranges = [one for one in published() if one["quantity"] == quantity]
    own = (one for one in ranges if any(code and ecosystem.startswith(code) for code in one["codes"]))
    return next(own, next((one for one in ranges if one["codes"] == [""]), None))


def _refused_beyond(known: Mapping[str, Any]) -> float:
    """What no ecosystem is known to hold, take up or lose; never by a figure that is itself unconfirmed."""
    if "refused" in known:
        return float(known["refused"])
    if known["confidence"] != "unconfirmed":
        return float(known["high"]) * _SLIP
    general = _known(known["quantity"], "")
    return float("inf") if general is None or general is known else _refused_beyond(general)


def _too_much(one: Mapping[str, Any], each: float, known: Mapping[str, Any]) -> Finding:
    high, low = known["high"], known["low"]
    slip = next((by for by in (1000.0, 100.0, 10.0) if low / _WIDE <= each / by <= high * _WIDE), None)
    found = "{each} {unit}, where the most that is published is {high} ({source})"
    fits = "{each} {unit}, where the most that is published is {high} ({source}); divided by {slip} it would fit"
    return Finding(
        code="nature.carbon_slip",
        place=f"carbon '{one['entry']}'",
        found=found if slip is None else fits,
        expected="what an ecosystem can hold, take up or lose in a year; public pages do print a unit wrong by 1,000",
        remedy=_LOOK_GASES if one["pool"] == "gases" else _LOOK,
        params={"each": f"{each:g}", "high": f"{high:g}", "source": known["source"], "unit": _shown_unit(one),
                **({} if slip is None else {"slip": f"{slip:g}"})},
        severity="error" if each > _refused_beyond(known) else "warning",
    )  # fmt: skip


def _shown_unit(one: Mapping[str, Any]) -> str:
    mass = "t CO2e/ha" if one["pool"] == "gases" else "t C/ha"
    return f"{mass}/yr" if one["yearly"] else mass


def _too_little(one: Mapping[str, Any], each: float, known: Mapping[str, Any]) -> Finding:
    return Finding(
        code="nature.carbon_low",
        place=f"carbon '{one['entry']}'",
        found="{each} {unit}, less than a tenth of the least that is published, {low} ({source})",
        expected="what an ecosystem holds, or takes up in a year",
        remedy=_LOOK,
        params={"each": f"{each:g}", "low": f"{known['low']:g}", "source": known["source"], "unit": _shown_unit(one)},
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
