"""The report on nature: land counted once, progress to goals, overlaps; and what lives on it."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from wattstone.base import InputRefused
from wattstone.programme.held import held
from wattstone.programme.nature.account import account
from wattstone.programme.nature.checks import wrong
from wattstone.programme.nature.ledger import ledger
from wattstone.programme.nature.lines import goal_lines, lines
from wattstone.programme.nature.living import LIVING_LIMITS, living
from wattstone.programme.nature.shown import charts, tables
from wattstone.programme.report import ModuleReport, Said

__all__ = ["build"]

_LIMITS: Final = (
    Said("Hectares say where something is done. They do not say that it works, nor for how long."),
    Said("A boundary is as it was entered: whether the partner has a right to the land is not shown."),
    Said("Overlaps with claims of others outside this ledger cannot be seen."),
    Said("Areas of points with a radius are approximate."),
    Said("That an area lies outside the protected areas on the map does not prove that it is additional."),
)
_FIRST: Final = ("nature.area.net", "nature.carbon.flux.co2", "nature.carbon.flux.gases", "nature.area.gross")
"""Lines that are shown first, what was removed never without what the same areas released."""


def build(entries: Mapping[str, pl.DataFrame], year: int, *, equal: bool = False) -> ModuleReport:
    """The report of a year.

    Parameters
    ----------
    entries : mapping of str to DataFrame
        By kind.
    year : int
    equal : bool
        Land where areas of one status overlap is divided equally; else it is the first one's.

    Returns
    -------
    ModuleReport

    Raises
    ------
    InputRefused
        With all errors, where an entry must not be measured.
    """
    found = wrong(entries)
    if errors := [one for one in found if one.severity == "error"]:
        raise InputRefused(errors)
    books = ledger(held(entries, "area"), held(entries, "layer"))
    told = account(books, year, equal=equal)
    goals = held(entries, "goal")
    lives = living(entries, told.land, year)
    own = (*lines(told), *goal_lines(told, goals))
    layers = held(entries, "layer")
    return ModuleReport(
        module="nature",
        title="Nature: areas, carbon and condition",
        period=str(year),
        says=_arranged((*_says(told.hectares, year),), lives.says),
        lines=(*own, *lives.lines),
        tables=(*tables(told, layers), *lives.tables),
        charts=(*charts(told), *lives.charts),
        findings=(*found, *books.placed.findings, *lives.findings),
        limits=(*_LIMITS, *LIVING_LIMITS),
        first=tuple((one, "organisation") for one in _FIRST),
        called={f"entry:{one}": name for one, name in goals.select("entry", "name").iter_rows() if name},
    )


def _arranged(land: tuple[Said, ...], lives: tuple[Said, ...]) -> tuple[Said, ...]:
    """What is delivered, what lived on it in the year, what is not delivered yet, and the rest."""
    return (*land[:1], *lives[:1], *land[1:], *lives[1:])


def _says(hectares: Mapping[str, float], year: int) -> tuple[Said, ...]:
    if not sum(hectares.values()):
        return (Said("No area is in the ledger for {year} yet.", {"year": year}),)
    return (
        Said(
            "{delivered} ha are in action or verified in {year}, each place counted once ({gross} ha as claimed).",
            {**hectares, "year": year},
        ),
        Said(
            "{pending} ha more are planned or under agreement; they are not delivered, and in no sum with what is.",
            hectares,
        ),
    )
