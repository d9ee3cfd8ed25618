"""What a detector hands on: one thing that stands out at one meter, with the energy that it would explain."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Wide = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Something that stands out at a meter.

    Parameters
    ----------
    code : str
        What it is: one of `detection.texts.CODES`.
    meter : int
        Position among the meters of the view.
    start, stop : int
        First day, and the day after the last.
    excess : (stop - start, 24) array
        What is too much in each hour (of generation: too little), 0 or more. [kW]
    score : float
        How far it stands out, in standard errors.
    relative : tuple of float
        Lower and upper end of the 90 % interval of the energy, as shares of it.
    actual, expected : (d,) array
        The daily statistic that was looked at, and what was expected of it. [kW]
    params : mapping
        Numbers for its sentence.
    at_stake : float
        Energy that was not measured, where a meter is at fault. [kWh]
    """

    code: str
    meter: int
    start: int
    stop: int
    excess: Floats
    score: float
    relative: tuple[float, float] = (1.0, 1.0)
    actual: Wide = field(repr=False)
    expected: Wide = field(repr=False)
    params: Mapping[str, float | str] = field(default_factory=dict[str, "float | str"])
    at_stake: float = 0.0


def nothing(start: int, stop: int) -> Floats:
    """No energy, for what is a matter of the meter and not of use."""
    return np.zeros((stop - start, 24), dtype=np.float32)
