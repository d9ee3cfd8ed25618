"""What somebody asks of a module of the programme."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

__all__ = ["Asked"]


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
