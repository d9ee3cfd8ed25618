"""What was released, and what was let pass by name: records that are added to and never changed."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

__all__ = ["Release", "Waiver", "digest", "newest_release"]


@dataclass(frozen=True, kw_only=True)
class Waiver:
    """A finding that somebody lets pass, by name and with a reason.

    Parameters
    ----------
    year : int
        Of which inventory.
    key : str
        Of the finding: the same each time it is found, `jump:site:HQ:scope1`.
    reason : str
        A sentence that an assurer can judge.
    waived_by, at : str, datetime
        Who, when (naive UTC).
    """

    year: int
    key: str
    reason: str
    waived_by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Release:
    """A year's figures that left the house.

    Parameters
    ----------
    year, run : int
        Calendar year; the run up to which its figures held.
    figures : int
        How many they were.
    sha256 : str
        `digest` of their ids.
    totals : mapping of str to float
        By `NAME@SUBJECT`: the figures of the organisation and the sites as they were released. [as their unit says]
    units : mapping of str to str
        Their units.
    released_by, at : str, datetime
        Who, when (naive UTC).
    """

    year: int
    run: int
    figures: int
    sha256: str
    totals: Mapping[str, float] = field(default_factory=dict[str, float])
    units: Mapping[str, str] = field(default_factory=dict[str, str])
    released_by: str
    at: datetime


def digest(ids: Iterable[str]) -> str:
    """One hash of the ids of some figures, whatever their order.

    Parameters
    ----------
    ids : iterable of str
        Each the hash of the content of its figure.

    Returns
    -------
    str
        SHA-256, hexadecimal.

    Examples
    --------
    >>> digest(["b", "a"]) == digest(["a", "b"])
    True
    """
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()


def newest_release(releases: Iterable[Release], year: int) -> Release | None:
    """The release of a year that holds: the last one; None where the year was not released.

    Parameters
    ----------
    releases : iterable of Release
        In the order in which they were made.
    year : int
        Calendar year.
    """
    mine = [one for one in releases if one.year == year]
    return mine[-1] if mine else None
