"""What days of the past cost under a peak: by that a plan weighs the month's demand charge.

`dispatch.demand` tells how. Here the days are taken from what was measured.
"""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from wattstone.dispatch.demand import PeakBook
from wattstone.dispatch.outlook import State
from wattstone.dispatch.site_file import SiteFile
from wattstone.workflows.dispatch.foresight import Seen

__all__ = ["DAYS", "book_of", "learn"]

DAYS = 28
"""How many days a plan looks back on."""


def book_of(file: SiteFile, past: Seen, *, days: int = DAYS) -> PeakBook:
    """The days before a plan; an empty book where there is no demand charge.

    Parameters
    ----------
    file : SiteFile
        Devices, prices, demand charge.
    past : Seen
        What was measured.
    days : int
        The last ones of it that are taken.
    """
    book = PeakBook(file.site)
    if book.rate:
        learn(book, file, past.last(round((days + 1) * 24 / past.hours)))
    return book


def learn(book: PeakBook, file: SiteFile, past: Seen) -> None:
    """Add the whole local days of a stretch; days with gaps tell nothing.

    Parameters
    ----------
    book : PeakBook
        It is changed.
    file : SiteFile
        Devices and prices.
    past : Seen
        What was measured.
    """
    site, step = file.site, timedelta(hours=past.hours)
    state = State(
        soc=np.array([max(one.floor, one.capacity / 2) for one in site.batteries]),
        buffers=np.array([0.0 for _ in site.buffers]),
    )
    if site.buffers:  # what rooms and tanks need would have to be known: their days are those of the plan itself
        return
    for start, end in _days(site.zone, past.start, past.start + past.load.size * step):
        inside = slice((start - past.start) // step, (end - past.start) // step)
        load, pv, intensity = past.load[inside], past.pv[:, inside], np.nan_to_num(past.intensity[inside])
        buildings = past.buildings[:, inside]
        if load.size and all(np.isfinite(one).all() for one in (load, pv, buildings)):
            book.learn(file.outlook(start, load, pv=pv, intensity=intensity, buildings=buildings), state)


def _days(zone: str, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Whole local days within a time, naive UTC: of 23 and 25 hours too."""
    clock = ZoneInfo(zone)
    day = start.replace(tzinfo=UTC).astimezone(clock).date()
    last = end.replace(tzinfo=UTC).astimezone(clock).date()
    edges: list[datetime] = []
    while day <= last:
        midnight = datetime(day.year, day.month, day.day, tzinfo=clock).astimezone(UTC).replace(tzinfo=None)
        if start <= midnight <= end:
            edges.append(midnight)
        day += timedelta(days=1)
    return list(pairwise(edges))
