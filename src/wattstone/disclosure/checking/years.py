"""Years beside each other: jumps that nobody explained, denominators of another boundary, and restated years."""

import re
from collections.abc import Iterator
from typing import Final

from wattstone.base import Finding
from wattstone.disclosure.checking.looking import Looked, say
from wattstone.disclosure.statement import Shown
from wattstone.inventory.checks import rules

__all__ = ["of_intensities", "of_jumps", "of_restated"]

_RESTATEMENT: Final = "metrics.restatement"
_INTENSITY: Final = re.compile(r"intensity\.(?P<total>scope1|scope2\.\w+|total\.\w+)(?:\.per_(?P<below>.+))?")
_DENOMINATOR: Final = "disclose.denominator."
_AREA: Final = "floor_area"


def of_jumps(looked: Looked) -> Iterator[Finding]:
    """Totals and ratios that differ much from the year before, told with both values."""
    year = looked.statement.year
    for one in looked.statement.figures.values():
        most = _most(one)
        if most is None or one.value is None or one.period != str(year) or one.subject != "organisation":
            continue
        last = looked.figure(one.name, str(year - 1))
        if last is None or last.value is None or last.unit != one.unit or last.value == one.value:
            continue
        change = one.value / last.value - 1 if last.value else float("inf")
        if abs(change) > most:
            yield say(
                f"figure '{one.key}'", "jump",
                "{year}: {value}, {before}: {last}: {change} %" if last.value else "{year}: {value}, {before}: {last}",
                "values of two years that do not differ much, or a reason that the text gives",
                "look for what moved it; where the change is real, say so where the method is told", "warning",
                year=year, before=year - 1, value=f"{one.value:,.6g} {one.unit}", last=f"{last.value:,.6g} {last.unit}",
                change=f"{100 * change:+.1f}", topic=looked.topic(one.key),
            )  # fmt: skip


def _most(one: Shown) -> float | None:
    """By how much a figure may move: thresholds of the inventory's own checks."""
    if re.match(rules()["jump"]["names"], one.name):
        return float(rules()["jump"]["total"])
    if _INTENSITY.fullmatch(one.name):
        return float(rules()["intensity"]["jump"])
    return float(rules()["intensity"]["denominator"]) if one.name.startswith(_DENOMINATOR) else None


def of_restated(looked: Looked) -> Iterator[Finding]:
    """A number that is not what was published for its period stands beside the one that it replaces."""
    statement = looked.statement
    restated = sorted(key for key, one in statement.figures.items() if one.state == "restated")
    asked = [one for one in statement.answers if one.topic.id == _RESTATEMENT]
    if restated and asked and not (asked[0].tables or asked[0].omission):
        yield say(
            f"topic '{_RESTATEMENT}'", "restated_untold",
            "{count} {count:figure is|figures are} restated, and nothing shows the number before: {shown}",
            "every restated number beside the one it replaces, with the reason",
            "record the restatement with `wattstone restate`, so that the table of restatements shows it",
            count=len(restated), shown=", ".join(restated[:5]), topic=looked.topic(*restated),
        )  # fmt: skip


def of_intensities(looked: Looked) -> Iterator[Finding]:
    """Intensities that are not their total over their denominator."""
    for one in looked.statement.figures.values():
        named = _INTENSITY.fullmatch(one.name)
        if named is None or one.value is None:
            continue
        above = looked.figure(named["total"], one.period, one.subject)
        below = looked.figure(_DENOMINATOR + (named["below"] or _AREA), one.period, one.subject)
        if above is None or below is None or above.value is None or not below.value:
            continue
        should = above.value / below.value
        if abs(one.value - should) > rules()["intensity"]["relative"] * abs(should):
            yield say(
                f"figure '{one.key}'", "intensity", "it is {value}, but {above} divided by {below} is {should}",
                "an intensity that is its total divided by its denominator",
                "take the inventory and the report of the year again, so that all of them are of one run",
                value=f"{one.value:,.6g} {one.unit}", above=f"{above.value:,.6g} {above.unit}",
                below=f"{below.value:,.6g} {below.unit}", should=f"{should:,.6g}",
                topic=looked.topic(one.key),
            )  # fmt: skip
