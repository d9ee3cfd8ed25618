"""Numbers of one thing that two modules tell: held against each other, with how many sites each is of.

A module of the programme may hold entries of a few sites, while the inventory is of all: then both numbers are right,
and only their coverage tells a reader why they differ. Where the coverage is the same, one of them is wrong.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from wattstone.base import Finding
from wattstone.disclosure.checking.looking import Looked, say
from wattstone.disclosure.counted import SITES_ALL
from wattstone.disclosure.statement import Shown

__all__ = ["of_modules"]

_COVERAGE: Final = "disclose.coverage."
_APART: Final = 0.2  # of the larger: what two ways of computing one thing may differ by
_SAME: Final = 0.01
_WHOLE: Final = 1000.0
_POINTS: Final = 0.005  # of a share: half a percentage point


def of_modules(looked: Looked) -> Iterator[Finding]:
    """Waste against category 5, water withdrawn against metered, electricity bought against what contracts cover."""
    year = str(looked.statement.year)
    yield from _waste(looked, year)
    yield from _water(looked, year)
    yield from _contracts(looked, year)
    yield from _shares(looked, year)


def _waste(looked: Looked, year: str) -> Iterator[Finding]:
    """What treatment of waste emits, by weighings and by activity records."""
    one, other = looked.figure("waste.emissions.total", year), looked.figure("scope3.5", year)
    if one is not None and other is not None and _differ(one, other, _APART):
        yield say(
            f"figure '{one.key}'", "two_of_waste",
            "treatment of waste is {one} by weighings at {count} of {sites} sites, and {other} as category 5 of scope "
            "3 in the inventory",
            "one number for the waste of the same sites",
            "weigh the waste of the other sites, or say in the text why the two are not of the same", "warning",
            one=_number(one), other=_number(other), count=_sites(looked, "waste", year), sites=_every(looked, year),
            topic=looked.topic(one.key, other.key),
        )  # fmt: skip


def _water(looked: Looked, year: str) -> Iterator[Finding]:
    """No more water is metered than is withdrawn."""
    one, other = looked.figure("waste.water.withdrawal", year), looked.figure("volume.water", year)
    if one is not None and other is not None and (other.value or 0) > (one.value or 0) * (1 + _SAME):
        yield say(
            f"figure '{one.key}'", "two_of_water",
            "{one} of water are withdrawn, entered of {count} of {sites} sites, and {other} are metered, at {metered} "
            "of them",
            "no more water by meters than is withdrawn",
            "enter the water of the other sites, or say in the text why the two are not of the same", "warning",
            one=_number(one), other=_number(other), count=_sites(looked, "water", year), sites=_every(looked, year),
            metered=_sites(looked, "water_metered", year), topic=looked.topic(one.key, other.key),
        )  # fmt: skip


def _contracts(looked: Looked, year: str) -> Iterator[Finding]:
    """No more electricity is bought from renewable sources than contracts cover."""
    bought, share = looked.figure("disclose.energy.renewable", year), looked.figure("match.annual", year)
    used = looked.figure("energy.electricity", year)
    if bought is None or share is None or used is None:
        return
    covered = (share.value or 0) / (100 if share.unit == "%" else 1) * (used.value or 0)
    if (bought.value or 0) > covered * (1 + _SAME):
        yield say(
            f"figure '{bought.key}'", "two_of_electricity",
            "{one} are bought from renewable sources, and contracts cover {other} of the electricity",
            "no more from renewable sources than contracts cover",
            "look at the contracts of the year: what they deliver, and at which sites it counts", "warning",
            one=_number(bought), other=_number(replace(bought, value=covered)),
            topic=looked.topic(bought.key, share.key),
        )  # fmt: skip


def _shares(looked: Looked, year: str) -> Iterator[Finding]:
    """The share that a target on renewable electricity is held against, and the one that contracts cover."""
    share = looked.figure("match.annual", year)
    of = looked.statement.figures.values()
    stated = [one for one in of if one.name == "target.value" and one.unit == "1" and one.period == year]
    for one in stated if share is not None else ():
        covered = (share.value or 0) / (100 if share.unit == "%" else 1) if share is not None else 0.0
        if one.value is not None and abs(one.value - covered) > _POINTS:
            yield say(
                f"figure '{one.key}'", "two_of_shares",
                "{one} of electricity is renewable by what is entered for the target, contracts cover {other}",
                "one share of renewable electricity, or two that say what they are divided by",
                "enter the share that the contracts of the year give, or say in the text why it is another", "warning",
                one=f"{one.value:.2%}", other=f"{covered:.2%}", topic=looked.topic(one.key),
            )  # fmt: skip


def _differ(one: Shown, other: Shown, most: float) -> bool:
    a, b = abs(one.value or 0), abs(other.value or 0)
    return one.unit == other.unit and abs(a - b) > most * max(a, b)


def _number(one: Shown) -> str:
    value = one.value or 0.0
    return (f"{value:,.0f}" if abs(value) >= _WHOLE else f"{value:,.4g}") + f" {one.unit}"


def _sites(looked: Looked, of: str, period: str) -> str:
    """Of how many sites a number is, as far as the report of the year has counted them."""
    some = looked.figure(f"{_COVERAGE}{of}", period)
    return "?" if some is None else f"{some.value:.0f}"


def _every(looked: Looked, period: str) -> str:
    every = looked.figure(SITES_ALL, period)
    return "?" if every is None else f"{every.value:.0f}"
