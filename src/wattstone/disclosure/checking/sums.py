"""Parts of totals: scopes, categories, gases, countries and types of sites add up to what they are parts of."""

import re
from collections.abc import Iterator
from typing import Final

from wattstone.base import Finding
from wattstone.disclosure.checking.looking import Looked, say
from wattstone.disclosure.statement import Shown
from wattstone.inventory.checks import rules

__all__ = ["of_sums"]

_SMALL: Final = 1e-6  # kg: what nobody sees
_GAS: Final = re.compile(r"disclose\.gas\.(scope1|scope2)\.[^.]+\.co2e")
_BY: Final = re.compile(r"disclose\.by\.(\w+)\.[^.]+\.(scope1|scope2\.location|scope2\.market)")
_OF_GASES: Final = {"scope1": "scope1", "scope2": "scope2.location"}


def of_sums(looked: Looked) -> Iterator[Finding]:
    """Totals that are not the sum of their parts, by the tolerance of the inventory's own check."""
    for total, parts, whole in _sums(looked):
        added = sum(one.value for one in parts if one.value is not None)
        size = sum(abs(one.value) for one in parts if one.value is not None)
        apart = (total.value or 0.0) - added
        slack = rules()["sums"]["relative"] * size + _SMALL
        if abs(apart) <= slack or (not whole and apart > 0):
            continue
        topic = looked.topic(total.key, parts[0].key)
        yield say(
            f"figure '{total.key}'", "sum", "the total is {total}, its parts ({parts}) add up to {sum}",
            "a total that is the sum of its parts",
            "take the inventory and the report of the year again, so that all of them are of one run",
            total=_said(total.value, total.unit), sum=_said(added, total.unit), topic=topic,
            parts=" + ".join(one.name for one in parts[:6]) + (" + …" if len(parts) > 6 else ""),
        )  # fmt: skip


def _sums(looked: Looked) -> Iterator[tuple[Shown, list[Shown], bool]]:
    """Totals, the parts that are known, and whether all are; where the workspace is asked, what it has not is none."""
    for total in looked.statement.figures.values():
        names = rules()["parts"].get(total.name)
        if names is None or total.value is None:
            continue
        found = [looked.figure(name, total.period, total.subject) for name in names]
        parts = [one for one in found if one is not None]
        if parts:
            yield total, parts, looked.beside is not None or len(parts) == len(names)
    yield from _split(looked)


def _split(looked: Looked) -> Iterator[tuple[Shown, list[Shown], bool]]:
    """Splits that this report computes: they stand in one table, all of them."""
    groups: dict[tuple[str, str, str, str], list[Shown]] = {}
    for one in looked.statement.figures.values():
        gas, by = _GAS.fullmatch(one.name), _BY.fullmatch(one.name)
        if one.value is None or (gas is None and by is None):
            continue
        what, total = ("gas", _OF_GASES[gas[1]]) if gas else (by[1], by[2]) if by else ("", "")
        groups.setdefault((what, total, one.period, one.subject), []).append(one)
    for (_, name, period, subject), parts in groups.items():
        total = looked.figure(name, period, subject)
        if total is not None:
            yield total, parts, True


def _said(value: float | None, unit: str) -> str:
    return "-" if value is None else f"{value:,.6g} {unit}"
