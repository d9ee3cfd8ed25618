"""What a typical week looks like, meter by meter."""

import numpy as np
import numpy.typing as npt

from wattstone.baselines.statistics import Floats, median


def day_profiles(
    power: Floats, kind: npt.NDArray[np.integer], kinds: int, *, where: npt.NDArray[np.bool_] | None = None
) -> Floats:
    """Median day of each kind of day.

    Parameters
    ----------
    power : (m, d, s) array
        By meter, day and slot of the day. [kW]
    kind : (d,) array of int
        Kind of each day, from 0: working day or day off, or day of the week.
    kinds : int
        How many kinds there are.
    where : (m, d) array of bool or None
        Days that count; all where None.

    Returns
    -------
    (m, kinds, s) array
        NaN where no day of the kind is known. [kW]

    Examples
    --------
    >>> day_profiles(np.array([[[1.0, 2.0], [3.0, 4.0], [9.0, 9.0]]]), np.array([0, 0, 1]), 2)
    array([[[2., 3.],
            [9., 9.]]])
    """
    counted = power if where is None else np.where(where[..., None], power, np.nan)
    moved = np.moveaxis(counted, 1, -1)
    return np.stack([median(moved[..., kind == one]) for one in range(kinds)], axis=1)
