"""The approach of a cooling tower by fan, water, wet bulb and range, and the fan power that keeps a wanted one."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import numpy as np
import numpy.typing as npt

from wattstone.equipment.arrays import Floats
from wattstone.equipment.plant.tower_fan import FanControl

__all__ = ["Tower", "approach", "fan_share", "motor_share", "water_range", "water_share"]

Tower = Literal["crossflow", "counterflow"]

LEAST_WATER, MOST_WATER = 0.5, 2.0  # shares of the design flow that the polynomial is made for
_CHUNK = 4096


def approach(
    fan: npt.ArrayLike,
    water: npt.ArrayLike,
    *,
    wet_bulb: npt.ArrayLike,
    span: npt.ArrayLike,
    tower: Tower = "crossflow",
) -> Floats:
    """Water that leaves a tower above wet bulb, by a polynomial of York's kind.

    Parameters
    ----------
    fan : float or array
        Share of the fan's power at full speed. [1]
    water : float or array
        Share of the design flow, 0.5 to 2. [1]
    wet_bulb : float or array
        [degC]
    span : float or array
        The range: water that enters above water that leaves. [K]
    tower : {'crossflow', 'counterflow'}

    Returns
    -------
    array
        Of the shape that all broadcast to. [K]
    """
    p, w = np.asarray(fan, dtype=float), np.asarray(water, dtype=float)
    t, r = 1.8 * np.asarray(wet_bulb, dtype=float) + 32.0, 1.8 * np.asarray(span, dtype=float)
    c = _coefficients(tower)
    shares = (
        c[0] + p * (c[1] + p * (c[2] + p * c[3]))
        + w * (c[4] + p * (c[5] + p * c[6]) + w * (c[7] + p * c[8] + w * c[9]))
    )  # fmt: skip
    bulb = c[10] + p * (c[11] + p * c[12]) + w * (c[13] + p * c[14] + w * c[15])
    bulb = t * (bulb + t * (c[16] + p * c[17] + w * c[18] + t * c[19]))
    heat = c[20] + p * (c[21] + p * c[22]) + w * (c[23] + p * c[24] + w * c[25])
    heat = heat + t * (c[26] + p * c[27] + w * c[28] + t * c[29])
    heat = r * (heat + r * (c[30] + p * c[31] + w * c[32] + t * c[33] + r * c[34]))
    return (shares + bulb + heat) / 1.8


def fan_share(
    wanted: npt.ArrayLike,
    water: npt.ArrayLike,
    *,
    wet_bulb: npt.ArrayLike,
    span: npt.ArrayLike,
    tower: Tower = "crossflow",
    steps: int = 200,
) -> Floats:
    """Share of fan power whose approach is nearest the wanted one.

    Parameters
    ----------
    wanted : (t,) array
        Approach. [K]
    water, wet_bulb, span : (t,) array
        As in `approach`.
    tower : {'crossflow', 'counterflow'}
    steps : int
        Parts of full power among which it is found: 200 finds it to 0.25 %.

    Returns
    -------
    (t,) array
        0 where there is no range, so no heat; 1 where full power is not enough; NaN where an input is. [1]
    """
    given = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in (wanted, water, wet_bulb, span)))
    flat = [np.ravel(value) for value in given]
    shares = np.arange(steps + 1) / steps
    found = [
        _nearest([value[at : at + _CHUNK] for value in flat], shares, tower) for at in range(0, flat[0].size, _CHUNK)
    ]
    share = np.concatenate([*found, np.empty(0)]).reshape(given[0].shape)
    return np.where(given[3] == 0, 0.0, share)


def _nearest(given: list[Floats], shares: Floats, tower: Tower) -> Floats:
    wanted, water, wet_bulb, span = (value[:, None] for value in given)
    away = np.abs(approach(shares, water, wet_bulb=wet_bulb, span=span, tower=tower) - wanted)
    gap = np.isnan(away).any(axis=1)
    return np.where(gap, np.nan, shares[np.argmin(np.where(np.isnan(away), np.inf, away), axis=1)])


def motor_share(share: npt.ArrayLike, control: FanControl) -> Floats:
    """What the motor draws on average for a share of the power of the air, over full power.

    One speed runs for the share of the air, the cube root; two speeds at half and full; a drive of variable speed loses
    more the slower it turns [1]_.

    Parameters
    ----------
    share : float or array
        Of `fan_share`.
    control : FanControl

    References
    ----------
    .. [1] CWSAT, University of Massachusetts, as in the MEASUR Tools Suite, commit 9c294ae, 2025.
    """
    part = np.asarray(share, dtype=float)
    air = np.cbrt(part)
    if control is FanControl.ONE_SPEED:
        return air
    if control is FanControl.TWO_SPEED:
        return np.where(air > 0.5, 1.75 * air - 0.75, 0.25 * air)
    per_cent = 100 * part
    return part / (0.5087 + per_cent * (0.01283 + per_cent * (-0.000142 + per_cent * 5.83e-7)))


def water_share(flow: npt.ArrayLike, design: float, *, load: npt.ArrayLike = 1.0) -> Floats:
    """Water over the tower's design flow, within what the polynomial is made for.

    Parameters
    ----------
    flow : float or array
        Of condenser water at full load, in the unit of `design`.
    design : float
        Of the tower.
    load : float or array
        Share of it that a variable flow is at; 1 for a constant flow.
    """
    share = np.asarray(flow, dtype=float) * np.asarray(load, dtype=float) / design
    return np.clip(share, LEAST_WATER, MOST_WATER)


def water_range(heat: npt.ArrayLike, capacity_flow: npt.ArrayLike, *, load: npt.ArrayLike = 1.0) -> Floats:
    """Range that heat gives to condenser water, whose variable flow stays at half or more.

    Parameters
    ----------
    heat : float or array
        Rejected: cold made and the chillers' electricity. [kW]
    capacity_flow : float or array
        Of the water at full flow: mass flow times heat capacity. [kW K-1]
    load : float or array
        Share that a variable flow follows; 1 for a constant flow.

    Returns
    -------
    array
        [K]
    """
    flow = np.maximum(np.asarray(load, dtype=float), LEAST_WATER)
    return np.asarray(heat, dtype=float) / (np.asarray(capacity_flow, dtype=float) * flow)


@lru_cache
def _coefficients(tower: Tower) -> tuple[float, ...]:
    text = (files("wattstone.equipment.plant") / "data" / "tower_approach.toml").read_text(encoding="utf-8")
    return tuple(float(value) for value in tomllib.loads(text)[tower])
