"""Checks of the register: horizons, risks, and amounts that are exposed with what they are a part of."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

import polars as pl

from wattstone.base import Finding
from wattstone.programme.held import held
from wattstone.programme.kinds import record_kind
from wattstone.programme.telling import saying, told

__all__ = ["of_currencies", "of_exposures", "of_horizons", "of_risks", "of_units"]

_say = saying("disclosure")
_ORDER: Final = ("short", "medium", "long")
_WHOLE: Final = "whole"
_ROUNDING: Final = 1.0 + 1e-9


def of_horizons(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """Horizons of a reporting year follow each other, and none begins before another ends."""
    rows = held(entries, "horizon")
    backward = rows.filter(pl.col("last") < pl.col("first"))
    found = told(
        "horizon", backward, "disclosure.horizon_span", "it ends in {last}, before its first year {first}",
        "a last year from the first one on", "correct the years",
    )  # fmt: skip
    for (year,), group in rows.group_by("year", maintain_order=True):
        spans = {row["horizon"]: row for row in group.iter_rows(named=True)}
        there = [spans[one] for one in _ORDER if one in spans]
        for before, after in pairwise(there):
            if after["first"] <= before["last"]:
                found.append(
                    _say(
                        f"horizon '{after['entry']}'", "horizon_overlap",
                        "in {year} it begins in {first}, where {other} still lasts until {last}",
                        "horizons that follow each other", "correct the years", year=year, first=after["first"],
                        other=before["horizon"], last=before["last"],
                    )
                )  # fmt: skip
    return found


def of_risks(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """Each risk by itself: its interval, what the effect is in, and why there is none."""
    return [one for row in held(entries, "climate_risk").iter_rows(named=True) for one in _risk(row)]


def of_currencies(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """Amounts of the register of one year are of one currency: others do not add up, and make no share."""
    kinds = ("denominator_amount", "exposure", "climate_risk", "capital")
    every = pl.concat([_money(held(entries, kind), kind) for kind in kinds])
    first = every.group_by("year", maintain_order=True).agg(pl.col("currency").first().alias("other"))
    apart = every.join(first, on="year").filter(pl.col("currency") != pl.col("other"))
    return [
        found
        for kind in kinds
        for found in told(
            kind, apart.filter(pl.col("kind") == kind), "disclosure.currency",
            "it is in {currency}, other amounts of {year} are in {other}", "one currency a year",
            "convert the amount, and say by which rate in its source",
        )
    ]  # fmt: skip


def of_units(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """Floor area is in m2, and everything else in money."""
    area, code = pl.col("denominator") == "floor_area", pl.col("currency").str.strip_chars()
    found: list[Finding] = []
    for kind in ("denominator_amount", "exposure"):
        rows = held(entries, kind).with_columns(currency=code)
        found += told(
            kind, rows.filter(area & (code != "m2")), "disclosure.area_unit", "floor area is in {currency}", "m2",
            "state the area in m2",
        )  # fmt: skip
        found += told(
            kind, rows.filter(~area & ~code.str.contains(r"^[A-Za-z]{3}$")), "disclosure.money_unit",
            "an amount of money is in '{currency}'", "a currency as ISO 4217 names it: CNY", "correct the currency",
        )  # fmt: skip
    return found


def _money(rows: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Entries with an amount of money; areas are none, whatever stands as their currency."""
    area = pl.col("denominator") == "floor_area" if "denominator" in rows.columns else pl.lit(value=False)
    said = rows.filter(pl.col("currency").is_not_null() & ~area)
    currency = pl.col("currency").str.strip_chars().str.to_uppercase()
    return said.select("year", "entry", currency, kind=pl.lit(kind))


def of_exposures(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """Amounts exposed to a category in a year: out of one denominator, and no more than there is of it."""
    wholes = held(entries, "denominator_amount").select("denominator", "year", pl.col("amount").alias("all"))
    rows = held(entries, "exposure").join(wholes, on=["denominator", "year"], how="left")
    names = record_kind("exposure").field("denominator").choices
    alone = rows.filter(pl.col("all").is_null()).with_columns(pl.col("denominator").replace(dict(names)))
    found = told(
        "exposure", alone, "disclosure.denominator_missing",
        "nobody says what {denominator} came to in {year}", "the whole that it is a part of",
        "enter the denominator, so that a share can be told", severity="warning",
    )  # fmt: skip
    for (category, year), group in rows.group_by("category", "year", maintain_order=True):
        found += _exposed(_label("category", str(category)), year, group)
    return found


def _label(field: str, value: str) -> str:
    """What people read in place of a choice."""
    return record_kind("exposure").field(field).choices.get(value, value)


def _exposed(category: str, year: Any, group: pl.DataFrame) -> Iterator[Finding]:
    said = sorted(group["denominator"].unique())
    place = f"exposure '{group['entry'][-1]}'"
    if len(said) > 1:
        yield _say(
            place, "denominators", "exposures of {category} in {year} are out of {wholes}",
            "one denominator for a category and year", "say them out of the same whole", category=category, year=year,
            wholes="; ".join(_label("denominator", one) for one in said),
        )  # fmt: skip
        return
    parts = group.filter(pl.col("part").str.to_lowercase() != _WHOLE)
    whole = group.filter(pl.col("part").str.to_lowercase() == _WHOLE)
    if parts.height and whole.height:
        yield _say(
            place, "exposure_parts", "{category} in {year} is told as a whole and in parts", "one of the two",
            "withdraw the whole, or the parts", category=category, year=year,
        )  # fmt: skip
        return
    most, total = group["all"][0], float(group["amount"].sum())
    if most is not None and total > most * _ROUNDING:
        yield _say(
            place, "exposure_over", "{total} are exposed out of {most}: {category} in {year}",
            "no more than there is", "correct the amounts: each amount is exposed once, whatever the number of risks",
            total=f"{total:,.0f}", most=f"{most:,.0f}", category=category, year=year,
        )  # fmt: skip


def _risk(row: Mapping[str, Any]) -> Iterator[Finding]:
    place, bounds = f"climate_risk '{row['entry']}'", [row["effect_low"], row["effect"], row["effect_high"]]
    said = [one for one in bounds if one is not None]
    if said != sorted(said):
        yield _say(
            place, "risk_interval", "the effects {said} do not rise from low to high",
            "low, central and high in their order; a cost is negative, so that the largest cost is the low one",
            "correct the amounts", said=", ".join(f"{one:g}" for one in said), field="effect",
        )  # fmt: skip
    gains = str(row["kind"]).startswith("opportunity")
    if said and (max(said) < 0 if gains else min(said) > 0):
        yield _say(
            place, "risk_sign",
            "an opportunity has costs alone: {said}" if gains else "a risk has gains alone: {said}",
            "a cost is negative, a gain positive", "look at the signs, or at the kind", severity="warning",
            said=", ".join(f"{one:g}" for one in said), field="effect",
        )  # fmt: skip
    if (bounds[0] is None) != (bounds[2] is None):
        yield _say(
            place, "risk_end", "one end of the interval is stated alone", "both ends, or none", "give the other end",
            field="effect_low" if bounds[0] is None else "effect_high",
        )  # fmt: skip
    if said:
        for name, what in (("currency", "which currency it is in"), ("per", "whether it is each year or once")):
            if not row[name]:
                yield _say(
                    place, f"risk_{name}", "an effect is stated, and nothing says {what}", "both", "say it",
                    what=what, field=name,
                )  # fmt: skip
    elif not (row["why_none"] or "").strip():
        yield _say(
            place, "risk_untold", "no financial effect is stated, and nothing says why",
            "an effect, or why there is none", "give one of them", severity="warning", field="why_none",
        )  # fmt: skip
