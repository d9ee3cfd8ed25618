"""Local clocks to UTC for whole arrays: which stamps do not exist, and which exist twice."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import numpy.typing as npt

US = 1_000_000
FIRST_YEAR, LAST_YEAR = 1950, 2100
_OFFSET = re.compile(r"^(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d{2}))?$")

Times = npt.NDArray[np.int64]  # microseconds since 1970, either local or UTC


@dataclass(frozen=True)
class Clock:
    """The local clock of a zone, as pieces of local time.

    Parameters
    ----------
    breaks : (n,) array
        Where pieces begin, local. [us]
    offset : (n + 1,) array
        Local minus UTC in each piece; the earlier of two in a piece that happens twice. [us]
    later : (n + 1,) array
        The same, the later of two. [us]
    gap : (n + 1,) array
        Whether the clock skips the piece.
    """

    breaks: Times
    offset: Times
    later: Times
    gap: npt.NDArray[np.bool_]

    def pieces(self, local: Times) -> npt.NDArray[np.intp]:
        """In which piece each local time lies."""
        return np.searchsorted(self.breaks, local, side="right")


def fixed_offset(zone: str) -> timedelta | None:
    """The offset that `UTC`, `+08:00` or `UTC+8` names; None for anything else.

    Examples
    --------
    >>> fixed_offset("UTC+8")
    datetime.timedelta(seconds=28800)
    """
    if zone in ("UTC", "Z", "GMT"):
        return timedelta(0)
    if (match := _OFFSET.match(zone)) is None:
        return None
    hours, minutes = int(match[2]), int(match[3] or 0)
    if hours > 14 or minutes > 59:
        return None
    size = timedelta(hours=hours, minutes=minutes)
    return -size if match[1] == "-" else size


def is_zone(zone: str) -> bool:
    """Whether a zone can be used: an IANA name or a fixed offset."""
    return fixed_offset(zone) is not None or zone in _names()


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def clock(zone: str) -> Clock:
    """The clock of a zone from 1950 to 2100.

    Parameters
    ----------
    zone : str
        IANA name or fixed offset, as `is_zone` accepts it.

    Returns
    -------
    Clock
    """
    if (fixed := fixed_offset(zone)) is not None:
        whole = np.array([round(fixed.total_seconds()) * US], dtype=np.int64)
        return Clock(np.array([], dtype=np.int64), whole, whole, np.array([False]))
    first, changes = _changes(zone)
    breaks: list[int] = []
    offset, later, gap = [first], [first], [False]
    before = first
    for instant, after in changes:
        breaks += [instant + min(before, after), instant + max(before, after)]
        offset += [before, after]
        later += [after, after]
        gap += [after > before, False]
        before = after
    return Clock(
        np.array(breaks, dtype=np.int64),
        np.array(offset, dtype=np.int64),
        np.array(later, dtype=np.int64),
        np.array(gap, dtype=np.bool_),
    )


def _changes(zone: str) -> tuple[int, list[tuple[int, int]]]:
    """Offset at the start, and every change of it as (instant, new offset). [us]"""
    tz = ZoneInfo(zone)

    def offset(second: int) -> int:
        moment = datetime.fromtimestamp(second, tz=UTC).astimezone(tz).utcoffset()
        return round((moment or timedelta(0)).total_seconds())

    day = 86_400
    second = round(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC).timestamp())
    end = round(datetime(LAST_YEAR, 1, 1, tzinfo=UTC).timestamp())
    first = before = offset(second)
    changes: list[tuple[int, int]] = []
    while second < end:
        following = second + 7 * day
        if (after := offset(following)) != before:
            low, high = second, following
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(middle) == before else (low, middle)
            after = offset(high)
            changes.append((high * US, after * US))
            following, before = high, after
        second = following
    return first * US, changes


def changes(zone: str) -> tuple[datetime, ...]:
    """When the clock of a zone changes, from 1950 to 2100, in naive UTC.

    Examples
    --------
    >>> [str(one) for one in changes("Europe/London") if one.year == 2019]
    ['2019-03-31 01:00:00', '2019-10-27 01:00:00']
    """
    if fixed_offset(zone) is not None:
        return ()
    epoch = datetime(1970, 1, 1)
    return tuple(epoch + timedelta(microseconds=instant) for instant, _ in _changes(zone)[1])
