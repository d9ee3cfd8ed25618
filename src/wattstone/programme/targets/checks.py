"""What is wrong with targets and pathways across their fields; measures are looked at in `checks_measures`."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

import polars as pl

from wattstone.base import Finding
from wattstone.programme.held import held
from wattstone.programme.targets.checks_measures import wrong_measures, wrong_methods
from wattstone.programme.targets.coverage import TOTALS, double
from wattstone.programme.telling import saying

__all__ = ["rule", "wrong"]

RATES: Final = ("linear", "compound")


def wrong(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """Findings across the fields and entries of the module.

    Parameters
    ----------
    entries : mapping of str to polars.DataFrame
        By kind.

    Returns
    -------
    list of Finding
        Errors refuse the input; warnings are told.
    """
    targets, pathways = held(entries, "target"), held(entries, "pathway")
    known = set(pathways["pathway"])
    bare = known - set(pathways.filter(pl.col("form") != "peak")["pathway"])  # a peak alone says no goal
    return [
        *(one for row in targets.iter_rows(named=True) for one in _target(row, known, bare)),
        *_pathways(pathways),
        *_values(held(entries, "target_value"), targets),
        *wrong_measures(held(entries, "abatement"), held(entries, "interaction")),
        *wrong_methods(targets, held(entries, "abatement")),
        *_money(entries),
    ]


@cache
def rule(name: str) -> str:
    """Where a rule stands, as `data/rules.toml` says it."""
    path = resources.files("wattstone.programme.targets") / "data" / "rules.toml"
    return str(tomllib.loads(path.read_text(encoding="utf-8"))[name]["source"])


_say = saying("target")


def _target(one: Mapping[str, Any], pathways: set[str], bare: set[str]) -> Iterator[Finding]:
    place = f"target '{one['entry']}'"
    yield from _gross(one, place)
    yield from _span(one, place)
    yield from _goal(one, place, bare)
    if one["form"] != "renewable":
        yield from _coverage(one["coverage"] or [], place)
    if one["form"] == "intensity" and not one["denominator"]:
        yield _say(
            place, "denominator", "an intensity without a denominator",
            "floor_area, or the name of a stated denominator", "name it",
        )  # fmt: skip
    if one["pathway"] and one["pathway"] not in pathways:
        yield _say(
            place, "pathway", "there is no pathway '{pathway}'", "a pathway that is entered",
            "enter its years first, or leave the field empty for a straight line", pathway=one["pathway"],
        )  # fmt: skip


def _gross(one: Mapping[str, Any], place: str) -> Iterator[Finding]:
    if one["credits"]:
        yield _say(
            place, "credits", "credits count towards it", "a gross target ({source})",
            "set the target on gross emissions, and disclose credits apart from it", source=rule("credits"),
        )  # fmt: skip
    if one["avoided"]:
        yield _say(
            place, "avoided", "avoided emissions count towards it",
            "a target on the own inventory; what others avoid stands apart ({source})",
            "leave avoided emissions out of it", source=rule("avoided"),
        )  # fmt: skip


def _span(one: Mapping[str, Any], place: str) -> Iterator[Finding]:
    if one["target_year"] <= one["base_year"]:
        yield _say(
            place, "years", "the target year {target} is not after the base year {base}",
            "a target year after the base year", "correct the years", target=one["target_year"], base=one["base_year"],
        )  # fmt: skip


def _goal(one: Mapping[str, Any], place: str, bare: set[str]) -> Iterator[Finding]:
    said = [name for name in ("reduction", "goal") if one[name] is not None]
    by_pathway = one["pathway"] and one["pathway"] not in bare and not said
    if one["form"] == "renewable":
        if one["goal"] is None or one["reduction"] is not None:
            yield _say(
                place, "share", "a renewable share is given as a reduction, or not at all",
                "the share to be reached, in the field goal", "give goal, and leave reduction empty",
            )  # fmt: skip
        for name in ("goal", "base_value"):
            if one[name] is not None and one[name] > 1:
                yield _say(
                    place, "share_above_one", "{name} is {value}", "a share from 0 to 1",
                    "write 60 % as 0.6", name=name, value=one[name],
                )  # fmt: skip
    elif len(said) != 1 and not by_pathway:
        yield _say(
            place, "goal", "{count} of reduction and goal are given", "one of the two, or a pathway that says it",
            "give one of them", count=len(said),
        )  # fmt: skip


def _coverage(coverage: list[str], place: str) -> Iterator[Finding]:
    unknown = [one for one in coverage if one not in TOTALS]
    if unknown or not coverage:
        what = "it covers '{what}', which is no total of the inventory" if unknown else "it does not say what it covers"
        yield _say(
            place, "coverage", what, "scope1, scope2.location or scope2.market, scope3 or categories as scope3.1",
            "correct what it covers", what=next(iter(unknown), ""),
        )  # fmt: skip
    elif (twice := double(coverage)) is not None:
        yield _say(
            place, "coverage_twice", "it covers {first} and {second}, which count the same emissions",
            "each emission once, and scope 2 by one method ({source})", "leave one of them out",
            first=twice[0], second=twice[1], source=rule("scope2"),
        )  # fmt: skip


def _pathways(given: pl.DataFrame) -> Iterator[Finding]:
    for (name,), rows in given.group_by("pathway", maintain_order=True):
        place, forms = f"pathway '{name}'", sorted({one for one in rows["form"] if one != "peak"})
        if len(forms) > 1:
            yield _say(
                place, "pathway_forms", "its years are of several forms: {forms}", "one form, and a peak beside it",
                "give rates or indices, not both", forms=", ".join(forms),
            )  # fmt: skip
    for one in given.iter_rows(named=True):
        place = f"pathway '{one['entry']}'"
        if one["form"] == "peak" and one["value"] is not None:
            yield _say(
                place, "peak_value", "a peak has a value", "the year alone",
                "leave the value empty, or enter it as an index",
            )  # fmt: skip
        if one["form"] != "peak" and one["value"] is None:
            yield _say(place, "pathway_value", "there is no value", "a rate or an index", "give it")
        if one["form"] == "index" and one["value"] is not None and not 0 <= one["value"] <= 3:
            yield _say(
                place, "index", "an index of {value} %", "the share of the base year that is left, from 0 to 300 %",
                "write 80 % as 0.8, and a rate as a rate", value=f"{100 * one['value']:.4g}",
            )  # fmt: skip
        if one["form"] in RATES and one["value"] is not None and not -0.5 < one["value"] <= 0.5:
            yield _say(
                place, "rate", "a rate of {value} % a year", "a rate a year, as 4.2 %",
                "look whether it is the reduction over all years", value=f"{100 * one['value']:.4g}",
            )  # fmt: skip


def _values(values: pl.DataFrame, targets: pl.DataFrame) -> Iterator[Finding]:
    shares = targets.filter(pl.col("form") == "renewable").select("entry")
    above = values.join(shares, left_on="target", right_on="entry", how="semi").filter(pl.col("value") > 1)
    for one in above.iter_rows(named=True):
        yield _say(
            f"target_value '{one['entry']}'", "share_above_one", "{name} is {value}", "a share from 0 to 1",
            "write 60 % as 0.6", name="value", value=one["value"],
        )  # fmt: skip


def _money(entries: Mapping[str, pl.DataFrame]) -> Iterator[Finding]:
    """All money is of one currency: prices of other money or of other years do not add up."""
    valuations = held(entries, "valuation").sort("entry")
    for one in valuations["entry"][:-1]:
        yield _say(
            f"valuation '{one}'", "valuations", "there is another, '{other}', which is used", "one valuation",
            "withdraw the one that does not hold", severity="warning", other=valuations["entry"][-1],
        )  # fmt: skip
    for one in valuations.iter_rows(named=True):
        place, priced = f"valuation '{one['entry']}'", one["carbon_price"] is not None
        if priced and one["price_currency"] != one["currency"]:
            yield _say(
                place, "price_currency", "the price of carbon is in {price}, the costs are in {currency}",
                "one currency of one year", "convert the price, and say its currency", currency=one["currency"],
                price=one["price_currency"] or "a currency that is not said",
            )  # fmt: skip
        if priced and one["price_terms"] not in (None, one["terms"]):
            yield _say(
                place, "price_terms", "the price of carbon is {price}, the discount rate is {terms}",
                "both real, or both nominal", "take the inflation out of one, or put it into the other",
                price=one["price_terms"], terms=one["terms"],
            )  # fmt: skip
    told = [
        (f"{kind} '{entry}'", currency)
        for kind in ("valuation", "abatement", "budget")
        for entry, currency in held(entries, kind).select("entry", "currency").iter_rows()
    ]
    first = told[0][1] if told else None
    for place, currency in told:
        if currency != first:
            yield _say(
                place, "currency", "it is in {currency}, others are in {other}", "one currency in all",
                "convert the amounts", currency=currency, other=first,
            )  # fmt: skip
