"""What emissions are divided by: floor area, and what an organisation states of its years, as revenue or units made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from wattstone.portfolio.model import Approach

__all__ = ["FLOOR_AREA", "Denominator", "denominator_of", "stated_of"]

FLOOR_AREA: Final = "floor_area"
"""Of sites, as their records have it; nobody states it by year."""


@dataclass(frozen=True, kw_only=True)
class Denominator:
    """A quantity of a year that emissions are divided by, as somebody stated it.

    Parameters
    ----------
    name : str
        What it is: `revenue`, `production`, `employees`, `vehicles`.
    subject : str
        Of what: `organisation`, or `site:ID`, and then of the whole site in the whole year.
    year : int
        Calendar year.
    value : float
        More than 0.
    unit : str
        `CNY`, `t`, `vehicle`; it stands under the line.
    approach : str or None
        Of the organisation: the consolidation approach by which the quantity was drawn up. None of a site.
    source : str
        Where the number is from, so that an auditor finds it.
    stated_by : str
        Who said so.
    at : datetime
        When. [UTC]
    withdrawn : bool
        It holds no longer.
    """

    name: str
    subject: str
    year: int
    value: float
    unit: str
    approach: Approach | None
    source: str
    stated_by: str
    at: datetime
    withdrawn: bool = False

    def as_dict(self) -> dict[str, Any]:
        """For the records."""
        return {**vars(self), "at": self.at.isoformat(timespec="seconds")}


def denominator_of(held: Mapping[str, Any]) -> Denominator:
    """A denominator as the records hold it.

    Parameters
    ----------
    held : mapping
        From `Denominator.as_dict`.

    Returns
    -------
    Denominator
    """
    told: dict[str, Any] = {**held, "at": datetime.fromisoformat(held["at"])}
    return Denominator(**told)


def stated_of(said: Iterable[Denominator], year: int) -> tuple[Denominator, ...]:
    """What holds of a year: of each name and subject what was said last, unless it was withdrawn.

    Parameters
    ----------
    said : iterable of Denominator
        All that was ever said, in its order.
    year : int
        Calendar year.

    Returns
    -------
    tuple of Denominator
        By name and subject.
    """
    newest = {(one.name, one.subject): one for one in said if one.year == year}
    return tuple(newest[key] for key in sorted(newest) if not newest[key].withdrawn)
