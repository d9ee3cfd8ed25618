"""What somebody asks of a module of the programme."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from wattstone.programme.kinds import Module

__all__ = ["Asked", "settled"]

_BY_DAY: Final = frozenset[Module](("factory", "indicator"))
"""Modules that say where something stands on a day: the last of the year where it is over."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked.

    Parameters
    ----------
    year : int
        The year that is reported.
    at : date or None
        Entries as they stood at the end of that day (UTC); as they stand now where None.
    options : mapping of str to str
        What the asker gives beside: by name, as text.
    """

    year: int
    at: date | None = None
    options: Mapping[str, str] = field(default_factory=dict[str, str])


def settled(module: Module, asked: Asked, today: date) -> Asked:
    """The question with its day: nothing is judged on the last day of a year that is not over.

    Parameters
    ----------
    module : str
        Of whom it is asked.
    asked : Asked
        As it was asked.
    today : date
        In UTC.

    Returns
    -------
    Asked
        With `at` today where the module goes by the day, none is named and the year is not over: it is a part of the
        question that is recorded, so that the report can be made again.

    Examples
    --------
    >>> june = date(2026, 6, 30)
    >>> settled("indicator", Asked(year=2026), june).at, settled("indicator", Asked(year=2025), june).at
    (datetime.date(2026, 6, 30), None)
    """
    open_year = asked.at is None and asked.year >= today.year
    return replace(asked, at=today) if open_year and module in _BY_DAY else asked
