"""The steps of a forecaster's time, and what the local calendar says about each of them.

Time comes and goes as naive UTC. People live by local clocks, so the slot of the day and the type of day are those of
the zone; a day of 23 or 25 hours has slots that are missing or come twice, and needs no special case.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from wattstone.forecasting.arrays import Ints

__all__ = ["DAY_MINUTES", "Clock"]

DAY_MINUTES = 24 * 60
_CHUNK = 64  # days that the calendar is drawn ahead by


class Clock:
    """Steps numbered 0, 1, ... from a start, with slot of the day and weekday on the local clock.

    Parameters
    ----------
    start : datetime
        Start of step 0, naive UTC.
    step : int
        Length of a step; divides a day. [min]
    zone : str
        IANA zone of the calendar. The sun's own series (PV) take `UTC`.
    holidays : collection of date
        Local dates that are lived as a Sunday.

    Examples
    --------
    >>> clock = Clock(datetime(2019, 3, 30, 23), step=60, zone="Europe/London")
    >>> clock.slots(np.array([0, 1, 2, 3])).tolist()  # 01:00 local does not exist on the 31st
    [23, 0, 2, 3]
    """

    def __init__(
        self, start: datetime, *, step: int, zone: str = "UTC", holidays: Collection[date] = frozenset()
    ) -> None:
        if step < 1 or DAY_MINUTES % step:
            raise ValueError(f"a step of {step} minutes does not divide a day")
        if start.tzinfo is not None:
            raise ValueError(f"start {start} carries a zone; give naive UTC")
        self.start, self.step, self.zone, self.holidays = start, step, zone, frozenset(holidays)
        self.per_day = DAY_MINUTES // step
        self._slots = self._weekdays = self._shifts = np.zeros(0, dtype=np.int64)

    def index(self, moment: datetime) -> int:
        """The number of the step that starts at a moment; ValueError if none does."""
        steps, rest = divmod(moment - self.start, timedelta(minutes=self.step))
        if rest:
            raise ValueError(f"{moment} is not on the grid of {self.step} minutes from {self.start}")
        return steps

    def moment(self, index: int) -> datetime:
        """Start of a step, naive UTC."""
        return self.start + timedelta(minutes=self.step * index)

    def slots(self, indices: Ints) -> Ints:
        """Slot of the local day, 0 to `per_day` - 1."""
        drawn = self._drawn(indices)
        return self._slots[drawn]

    def weekdays(self, indices: Ints) -> Ints:
        """Local day of the week, 0 (Monday) to 6 (Sunday); a holiday is a 6."""
        drawn = self._drawn(indices)
        return self._weekdays[drawn]

    def before(self, indices: Ints, days: Ints | int) -> Ints:
        """The steps at the same local time some days earlier."""
        back = indices - np.asarray(days) * self.per_day
        later, earlier = self._drawn(indices), self._drawn(back)
        return back + self._shifts[later] - self._shifts[earlier]

    def _drawn(self, indices: Ints) -> Ints:
        """Indices into the calendar, which is drawn on as far as they reach; before step 0 it says what 0 does."""
        if indices.size and int(indices.max()) >= self._slots.size:
            self._draw(int(indices.max()) + 1)
        return np.maximum(indices, 0)

    def _draw(self, until: int) -> None:
        first = self._slots.size
        zone, step = ZoneInfo(self.zone), timedelta(minutes=self.step)
        moment = self.start.replace(tzinfo=UTC) + first * step
        rows: list[tuple[int, int, int]] = []
        for _ in range(first, until + _CHUNK * self.per_day):
            local = moment.astimezone(zone)
            shift = local.utcoffset() or timedelta()
            weekday = 6 if local.date() in self.holidays else local.weekday()
            slot = (local.hour * 60 + local.minute) // self.step
            rows.append((slot, weekday, round(shift / step)))
            moment += step
        slots, weekdays, shifts = np.array(rows, dtype=np.int64).T
        self._slots = np.concatenate([self._slots, slots])
        self._weekdays = np.concatenate([self._weekdays, weekdays])
        self._shifts = np.concatenate([self._shifts, shifts])
