"""Named treatments of readings before a verification, each counted meter by meter; nothing is changed unnamed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from wattstone.baselines.conditions import Conditions
from wattstone.portfolio.kinds import canonical_kind, kind_of
from wattstone.savings.sufficiency_facts import is_electricity

Floats = npt.NDArray[np.floating]
Counts = npt.NDArray[np.int64]
Treatment = Literal["zeros", "winter_zeros", "flagged", "interpolated"]

SHORT_GAP = 6
"""Hours that may be interpolated: CalTRACK 2.0, 2.2.4.1, which says it of temperature."""

WINTER_ZEROS = 14
"""Days for which a fuel or heat meter may say zero in the cold: Wattstone's own."""


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """Use after its treatments.

    Parameters
    ----------
    use : (m, t) array
        Of the type that was given; NaN where it is not known.
    counts : mapping of str to (m,) array
        Intervals that each treatment changed, in the order in which they were applied.
    """

    use: Floats
    counts: dict[Treatment, Counts] = field(default_factory=dict[Treatment, Counts])

    def of(self, at: int) -> dict[Treatment, int]:
        """What was done to one meter, where anything was."""
        return {name: int(count[at]) for name, count in self.counts.items() if count[at]}


def clean(
    use: Floats,
    kinds: Sequence[str],
    conditions: Conditions,
    *,
    winter_zeros: int | None = WINTER_ZEROS,
    flags: npt.NDArray[np.integer] | None = None,
    drop_flags: int = 0,
    interpolate: int = 0,
) -> Cleaned:
    """Apply the treatments that a verification names.

    Parameters
    ----------
    use : (m, t) array
        Use of each interval.
    kinds : sequence of str
        Of each meter.
    conditions : Conditions
        Hours, days or bills.
    winter_zeros : int or None
        Zeros of fuel and heat meters become gaps where they last at least so many days, in weather colder than that in
        which the meter is at work half of its time. None leaves them. [d]
    flags : (m, t) array of int or None
        `readings.schema.Flag` of each reading.
    drop_flags : int
        Readings with any of these flags become gaps.
    interpolate : int
        Gaps of up to so many intervals between known values are filled linearly; 0 fills none. CalTRACK allows
        `SHORT_GAP` hours, of temperature.

    Returns
    -------
    Cleaned

    Notes
    -----
    Zeros of electricity are gaps always: CalTRACK 2.0, 2.2.1.4. Many archives write them for readings that are missing.

    Examples
    --------
    >>> from datetime import date
    >>> from wattstone.baselines.timeline import hours_of
    >>> day = hours_of(date(2018, 1, 1), date(2018, 1, 1), "Europe/London")
    >>> cleaned = clean(np.array([[0.0] * 4 + [1.0] * 20]), ["electricity"], day)
    >>> cleaned.of(0)
    {'zeros': 4}
    """
    done = use.copy()
    counts: dict[Treatment, Counts] = {}
    if flags is not None and drop_flags:
        doubtful = ((flags & drop_flags) != 0) & ~np.isnan(done)
        done[doubtful] = np.nan
        counts["flagged"] = doubtful.sum(axis=1)
    counts["zeros"] = _drop_zeros(done, kinds)
    if winter_zeros is not None:
        counts["winter_zeros"] = _drop_winter_zeros(done, kinds, conditions, winter_zeros)
    if interpolate:
        counts["interpolated"] = fill_short(done, interpolate)
    return Cleaned(use=done, counts=counts)


def _drop_zeros(use: Floats, kinds: Sequence[str]) -> Counts:
    rows = np.flatnonzero([is_electricity(kind) for kind in kinds])
    counts = np.zeros(len(use), dtype=np.int64)
    if rows.size:
        zero = use[rows] == 0
        counts[rows] = zero.sum(axis=1)
        at, where = np.nonzero(zero)
        use[rows[at], where] = np.nan
    return counts


def _drop_winter_zeros(use: Floats, kinds: Sequence[str], conditions: Conditions, days: int) -> Counts:
    counts = np.zeros(len(use), dtype=np.int64)
    reach = np.concatenate([[0.0], np.cumsum(conditions.hours)])
    for at, kind in enumerate(kinds):
        measured = kind_of(canonical_kind(kind))
        if measured is None or not (measured.role == "fuel" or measured.name == "heat"):
            continue
        row = use[at]
        busy = row > 0
        if not busy.any():
            continue
        usual = np.nanmedian(conditions.temperature[busy]) if _any_known(conditions.temperature[busy]) else np.nan
        edge = np.flatnonzero(np.diff(np.concatenate([[False], row == 0, [False]]).astype(np.int8)))
        for first, stop in edge.reshape(-1, 2):
            weather = conditions.temperature[first:stop]
            long = reach[stop] - reach[first] >= 24 * days
            if long and _any_known(weather) and np.nanmean(weather) < usual:
                row[first:stop] = np.nan
                counts[at] += stop - first
    return counts


def _any_known(values: Floats) -> bool:
    return bool((~np.isnan(values)).any())


def fill_short(values: Floats, limit: int = SHORT_GAP) -> Counts:
    """Fill gaps of up to some intervals linearly, in place; gaps at either end stay.

    Parameters
    ----------
    values : (m, t) array
        Changed.
    limit : int
        Longest gap that is filled.

    Returns
    -------
    (m,) array
        How many values were filled.

    Examples
    --------
    >>> row = np.array([[1.0, np.nan, 3.0, np.nan]])
    >>> fill_short(row), row
    (array([1]), array([[ 1.,  2.,  3., nan]]))
    """
    counts = np.zeros(len(values), dtype=np.int64)
    for at, row in enumerate(values):
        missing = np.isnan(row)
        if not missing.any():
            continue
        edge = np.flatnonzero(np.diff(np.concatenate([[False], missing, [False]]).astype(np.int8))).reshape(-1, 2)
        inner = edge[(edge[:, 0] > 0) & (edge[:, 1] < len(row))]
        inner = inner[np.isfinite(row[inner[:, 0] - 1]) & np.isfinite(row[inner[:, 1]])]
        for first, stop in inner[(inner[:, 1] - inner[:, 0]) <= limit]:
            row[first:stop] = np.linspace(row[first - 1], row[stop], stop - first + 2)[1:-1]
            counts[at] += stop - first
    return counts
