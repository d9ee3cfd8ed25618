"""Widths of the columns of a table in a word processor: a number is never broken, what is long has most room."""

from collections.abc import Sequence
from typing import Final

from wattstone.interfaces.present.content import Table
from wattstone.interfaces.present.paper_tables import printed_table

__all__ = ["shares"]

_PAD: Final = 2.4  # widths of a digit around a column
_ROOM: Final = 104.0  # widths of a digit in a line of a table
_NUMBER: Final = 1.12  # heads are bold, and faces differ: a little more than what is measured


def shares(table: Table) -> tuple[float, ...]:
    """What part of a line each column takes.

    Parameters
    ----------
    table : Table

    Returns
    -------
    tuple of float
        Together 1 at most: a table that needs less than a line is narrower.

    Examples
    --------
    >>> from wattstone.interfaces.present.content import Cell, Head
    >>> long = Cell("River and surface flooding of basements and plant rooms " * 3)
    >>> rows = ((long, Cell("340 000 000", numeric=True)),)
    >>> [round(one, 2) for one in shares(Table((Head("Risk"), Head("Amount", True)), rows))]
    [0.87, 0.13]
    """
    held = printed_table(table)["columns"]
    if not held:
        return ()
    numeric = [head.numeric for head in table.heads]
    full = [one["wide"] * _NUMBER + _PAD for one in held]
    least = [
        wide if number else min(wide, one["least"] * _NUMBER + _PAD)
        for wide, one, number in zip(full, held, numeric, strict=True)
    ]
    return tuple(one / _ROOM for one in _shared(least, full, [one["weight"] for one in held]))


def _shared(least: Sequence[float], full: Sequence[float], weights: Sequence[float]) -> list[float]:
    """All that each needs where there is room; else no less than cannot be broken, and the rest by weight."""
    if sum(full) <= _ROOM:
        return list(full)
    if sum(least) >= _ROOM:
        return [one * _ROOM / sum(least) for one in least]

    def at(level: float) -> list[float]:
        return [max(low, min(high, level * weight)) for low, high, weight in zip(least, full, weights, strict=True)]

    low, high = 0.0, max(one / weight for one, weight in zip(full, weights, strict=True))
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(at(middle)) <= _ROOM else (low, middle)
    return at(low)
