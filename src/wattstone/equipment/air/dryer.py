"""Dryers of compressed air: what they draw, what they purge, and how both follow the flow."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy.typing as npt

from wattstone.base import Finding
from wattstone.equipment.limits import Range, not_negative, outside, positive

__all__ = ["Dryer", "DryerKind", "findings"]

DryerKind = Literal[
    "refrigerated", "refrigerated_cycling", "desiccant_heatless", "desiccant_heated", "desiccant_blower", "none"
]


@dataclass(frozen=True, kw_only=True)
class Dryer:
    """Parameters of a dryer.

    Parameters
    ----------
    kind : str
        'refrigerated', 'refrigerated_cycling', 'desiccant_heatless', 'desiccant_heated', 'desiccant_blower' or 'none'.
    flow : float
        Rated flow of free air. [m3 min-1]
    power : float
        Electric power at the rated flow, mean over its cycle. [kW]
    purge : float
        Dried air that is used to regenerate, as a share of the rated flow.
    drop : float
        Pressure lost at the rated flow. [bar]
    dew_point : float or None
        Pressure dew point that it reaches. [degC]
    by_dew_point : bool
        Whether a probe of the dew point makes purge and heat follow the flow, instead of a clock.
    """

    kind: DryerKind
    flow: float
    power: float = 0.0
    purge: float = 0.0
    drop: float = 0.0
    dew_point: float | None = None
    by_dew_point: bool = False


def findings(dryer: Dryer, *, place: str = "dryer") -> tuple[Finding, ...]:
    """What is impossible about a dryer: `equipment.range`."""
    return tuple(outside(place, _ranges(dryer)))


def _ranges(dryer: Dryer) -> Iterator[tuple[str, npt.ArrayLike, Range]]:
    yield "flow", dryer.flow, positive("m3/min")
    yield "power", dryer.power, not_negative("kW")
    yield "purge", dryer.purge, Range(0.0, 0.5, "", open_most=True)
    yield "drop", dryer.drop, Range(0.0, 2.0, "bar")
    yield "dew_point", -40.0 if dryer.dew_point is None else dryer.dew_point, Range(-100.0, 40.0, "degC")
