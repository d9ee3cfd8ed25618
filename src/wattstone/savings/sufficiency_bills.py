"""Rules on bills: joined where estimated, dropped where too short, too long or without temperature."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.baselines.billing import bill_places
from wattstone.baselines.conditions import Conditions
from wattstone.savings.rules import sufficiency_rules

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MONTHLY, TWO_MONTHLY = 35.0, 70.0
"""Days that a bill may span, read every month or every two: CalTRACK 2.0, 2.2.3.5."""

_SLACK = 1.5 / 24  # an hour where the clock changes


@dataclass(frozen=True)
class Bills:
    """The bills of one meter, in order.

    Parameters
    ----------
    first : (n,) array of datetime64[D]
        First local day of each.
    days : (n,) array of int
        Its length.
    use : (n,) array
        NaN where it is not known.
    estimated : (n,) array of bool
        Whether its read was estimated.
    """

    first: npt.NDArray[np.datetime64]
    days: npt.NDArray[np.int64]
    use: Floats
    estimated: Bools


def merge_estimated(bills: Bills) -> tuple[Bills, int]:
    """Join bills that end with an estimated read with the next (CalTRACK 2.0, 2.2.3.1).

    Parameters
    ----------
    bills : Bills
        As they were sent.

    Returns
    -------
    bills : Bills
        A bill that ends with an estimated read is joined with those after it up to an actual one, while together they
        span no more than 70 days; where that is not reached, the use is not known.
    changed : int
        How many estimated reads there were.

    Examples
    --------
    >>> first = np.array(["2018-01-01", "2018-02-01", "2018-03-01"], dtype="datetime64[D]")
    >>> bills = Bills(first, np.array([31, 28, 31]), np.array([90.0, 70.0, 80.0]), np.array([True, False, False]))
    >>> merged, changed = merge_estimated(bills)
    >>> merged.days.tolist(), merged.use.tolist(), changed
    ([59, 31], [160.0, 80.0], 1)
    """
    limit = sufficiency_rules()["baseline.bill_estimated"].limit
    kept: list[tuple[int, int, float]] = []
    at = 0
    while at < len(bills.days):
        stop = at
        while bills.estimated[stop] and stop + 1 < len(bills.days) and bills.days[at : stop + 2].sum() <= limit:
            stop += 1
        sound = not bills.estimated[stop]
        kept.append(
            (at, int(bills.days[at : stop + 1].sum()), float(bills.use[at : stop + 1].sum()) if sound else np.nan)
        )
        at = stop + 1
    places = np.array([one[0] for one in kept], dtype=np.int64)
    merged = Bills(
        first=bills.first[places],
        days=np.array([one[1] for one in kept], dtype=np.int64),
        use=np.array([one[2] for one in kept]),
        estimated=np.isnan([one[2] for one in kept]),
    )
    return merged, int(bills.estimated.sum())


def most_days(conditions: Conditions) -> float:
    """Days that a bill may span: 35 where half of them are read by the month, else 70. [d]"""
    return MONTHLY if len(conditions) and float(np.median(conditions.hours)) / 24 <= MONTHLY + _SLACK else TWO_MONTHLY


def off_cycle(conditions: Conditions) -> Bools:
    """Bills that are dropped for their length (CalTRACK 2.0, 2.2.3.4 and 2.2.3.5). (b,)"""
    days = conditions.hours / 24
    least = sufficiency_rules()["baseline.bill_length"].limit
    return (days < least - _SLACK) | (days > most_days(conditions) + _SLACK)


def temperature_of_bills(days: Conditions, bills: Conditions) -> Floats:
    """Mean temperature of each bill by its days; NaN where it is known for less than 90 % (CalTRACK 2.0, 2.2.3.2).

    Parameters
    ----------
    days : Conditions
        Local days with their temperature.
    bills : Conditions
        Which begin and end with a day.

    Returns
    -------
    (b,) array
        [degC]
    """
    at = bill_places(days, bills)
    known = (at >= 0) & ~np.isnan(days.temperature)
    place, weight = at[known], days.hours[known]
    hours = np.bincount(place, weights=weight, minlength=len(bills))
    total = np.bincount(place, weights=weight * days.temperature[known], minlength=len(bills))
    least = sufficiency_rules()["baseline.bill_temperature"].limit
    enough = hours >= least * bills.hours - 1e-6
    return np.where(enough & (hours > 0), total / np.maximum(hours, 1e-9), np.nan)
