"""Dryers of compressed air: what they draw, what they purge, and how both follow the flow."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.equipment.arrays import Floats
from wattstone.equipment.limits import Range, not_negative, outside, positive

__all__ = [
    "HEATLESS_PURGE",
    "REFRIGERATED_POWER",
    "Dryer",
    "DryerKind",
    "drop",
    "findings",
    "power",
    "purge",
    "typical",
]

DryerKind = Literal[
    "refrigerated", "refrigerated_cycling", "desiccant_heatless", "desiccant_heated", "desiccant_blower", "none"
]

HEATLESS_PURGE = 0.15
"""Share of the rated flow that a heatless dryer purges: about 15 %, by hydraulicspneumatics.com."""

REFRIGERATED_POWER = 0.7 / (100 * 0.0283168466)
"""Power over rated flow, refrigerated: 0.6 to 0.8 kW for 100 scfm, by airbestpractices.com. [kW per m3/min]"""


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
        Electric power at the rated flow, mean over its cycle: cooling, heater, blower. [kW]
    purge : float
        Dried air that is used to regenerate, mean over its cycle, as a share of the rated flow.
    drop : float
        Pressure lost at the rated flow. [bar]
    dew_point : float or None
        Pressure dew point that it reaches. [degC]
    by_dew_point : bool
        Whether a probe of the dew point makes purge and heat follow the flow, instead of a clock.
    base : float
        Share of the power of a cycling dryer that does not follow the flow.
    """

    kind: DryerKind
    flow: float
    power: float = 0.0
    purge: float = 0.0
    drop: float = 0.0
    dew_point: float | None = None
    by_dew_point: bool = False
    base: float = 0.0


def typical(kind: DryerKind, flow: float) -> Dryer:
    """A dryer of which only kind and rated flow are known: cooling of `REFRIGERATED_POWER`, purge of `HEATLESS_PURGE`.

    Heater, blower and purge of heated dryers differ too much to have a typical one: they stay 0, to be given.
    """
    return Dryer(
        kind=kind,
        flow=flow,
        power=REFRIGERATED_POWER * flow if kind.startswith("refrigerated") else 0.0,
        purge=HEATLESS_PURGE if kind == "desiccant_heatless" else 0.0,
    )


def power(dryer: Dryer, flow: npt.ArrayLike) -> Floats:
    """Electric power at a flow.

    A refrigerated dryer bypasses hot gas at part load and draws the same [1]_; a cycling one follows the flow, beyond
    its `base`. Heater and blower of a desiccant dryer run by the clock, or follow the flow by the dew point.

    Parameters
    ----------
    dryer : Dryer
    flow : float or (t,) array
        Free air through the dryer; above the rated flow it is as at the rated flow. [m3 min-1]

    Returns
    -------
    array
        NaN where the flow is. [kW]

    References
    ----------
    .. [1] T. Fox and R. Marshall, "Cycling refrigerated air dryers: are savings significant?" Compressed Air Best
       Practices, November 2011.

    Examples
    --------
    >>> power(Dryer(kind="refrigerated_cycling", flow=20.0, power=5.0, base=0.2), [0.0, 10.0, 20.0])
    array([1., 3., 5.])
    """
    return dryer.power * _follows(dryer, flow, cycling=True)


def purge(dryer: Dryer, flow: npt.ArrayLike) -> Floats:
    """Free air that the dryer takes from what it dries, at a flow through it. [m3 min-1]"""
    through = np.asarray(flow, dtype=float)
    if not dryer.kind.startswith("desiccant"):
        return np.where(np.isnan(through), np.nan, 0.0)
    return np.minimum(dryer.purge * dryer.flow * _follows(dryer, flow, cycling=False), through)


def drop(dryer: Dryer, flow: npt.ArrayLike) -> Floats:
    """Pressure lost at a flow: with its square, as in turbulent flow. [bar]"""
    return dryer.drop * np.square(np.asarray(flow, dtype=float) / dryer.flow)


def findings(dryer: Dryer, *, place: str = "dryer", flow: npt.ArrayLike | None = None) -> tuple[Finding, ...]:
    """What is impossible about a dryer, and more flow than it is made for (a warning).

    Returns
    -------
    tuple of Finding
        `equipment.range`, `air.dryer_small`.
    """
    return (*outside(place, _ranges(dryer)), *_small(dryer, flow, place))


def _follows(dryer: Dryer, flow: npt.ArrayLike, *, cycling: bool) -> Floats:
    """Share of the rated power or purge at a flow."""
    share = np.clip(np.asarray(flow, dtype=float) / dryer.flow, 0.0, 1.0)
    if dryer.kind == "refrigerated_cycling" and cycling:
        return dryer.base + (1 - dryer.base) * share
    if dryer.kind.startswith("desiccant") and dryer.by_dew_point:
        return share
    return np.where(np.isnan(share), np.nan, 1.0)


def _small(dryer: Dryer, flow: npt.ArrayLike | None, place: str) -> Iterator[Finding]:
    if flow is None or dryer.kind == "none" or not dryer.flow > 0:
        return
    over = np.asarray(flow, dtype=float) > dryer.flow
    if over.any():
        yield Finding(
            code="air.dryer_small",
            place=place,
            found="up to {most} m3/min flow through a dryer of {rated} m3/min",
            expected="no more flow than the dryer is rated for",
            remedy="correct the flow of the dryer; else the dew point is not kept, and it loses more pressure",
            params={"most": f"{float(np.nanmax(np.asarray(flow, dtype=float))):.4g}", "rated": f"{dryer.flow:g}"},
            count=int(over.sum()),
            severity="warning",
        )


def _ranges(dryer: Dryer) -> Iterator[tuple[str, npt.ArrayLike, Range]]:
    yield "flow", dryer.flow, positive("m3/min")
    yield "power", dryer.power, not_negative("kW")
    yield "purge", dryer.purge, Range(0.0, 0.5, "", open_most=True)
    yield "drop", dryer.drop, Range(0.0, 2.0, "bar")
    yield "dew_point", -40.0 if dryer.dew_point is None else dryer.dew_point, Range(-100.0, 40.0, "degC")
    yield "base", dryer.base, Range(0.0, 1.0, "")
