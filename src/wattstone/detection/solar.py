"""Photovoltaic systems that give less than the weather allows: soiling, or a part that is out."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from wattstone.baselines.statistics import mean, median
from wattstone.detection.candidate import Candidate
from wattstone.detection.standing import Rule, stand_outs
from wattstone.detection.view import View

Wide = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SHORTFALL = Rule(code="pv_outage", score=6.0, share=0.04, shortest=6, sign=-1, growing=True)
HEATING = 0.03  # K m2 W-1: how much warmer the cells are than the air [2]
FADING = 0.004  # K-1: loss of a crystalline cell per kelvin above 25 degC [2]
LEAST = 0.15  # of the median day's sun: darker days say little about the system
PEERS = 3  # other systems that can stand in for the weather
_GROWING = 2.0  # last third of the loss over the first third: from here on it is one that grows


def pv_shortfalls(view: View) -> list[Candidate]:
    """Generation below what irradiance and temperature allow, since some day, by the performance ratio [1]_ [2]_.

    Where no irradiance is known, the median of the other systems of the view stands in for it, if there are `PEERS`.

    References
    ----------
    .. [1] IEC 61724-1, "Photovoltaic system performance - Part 1: Monitoring," 2021: the temperature-corrected
       performance ratio.
    .. [2] R. G. Ross, "Interface design considerations for terrestrial solar cell modules," 12th IEEE Photovoltaic
       Specialists Conference, 1976: cells are warmer than the air in proportion to the irradiance, 0.02 to 0.04
       K m2 W-1.
    """
    meters = np.flatnonzero((view.meters.use == "solar") & np.isfinite(view.level) & (view.level > 0))
    sun = _sun(view, meters)
    known = np.isfinite(sun).any(axis=(1, 2))
    meters, sun = meters[known], sun[known]
    if not len(meters):
        return []
    power = view.clean[meters]
    both = ~np.isnan(power) & ~np.isnan(sun)
    made = mean(np.where(both, power, np.float32(np.nan)), least=20)
    light = mean(np.where(both, sun, np.nan), least=20)
    light[light < LEAST * median(light)[:, None]] = np.nan
    ratio = made / light
    usual = median(ratio)
    plain = np.ones((*ratio.shape, 1))
    relative = ratio / usual[:, None]
    place = {int(meter): at for at, meter in enumerate(meters)}

    def lay(meter: int, start: int, stop: int, daily: Wide) -> npt.NDArray[np.float32]:
        at = place[meter]
        missing = float(np.nansum(daily * light[at, start:stop] * usual[at]) * 24)
        gap = np.nan_to_num(np.maximum(usual[at] * sun[at, start:stop] - power[at, start:stop], 0.0))
        return (gap * min(missing / max(float(gap.sum()), 1e-9), 1.0)).astype(np.float32)

    found = stand_outs(view, meters, relative, plain, SHORTFALL, level=np.ones(len(meters)), lay=lay)
    return [_told(one, light[place[one.meter]] * usual[place[one.meter]]) for one in found]


def _sun(view: View, meters: Ints) -> npt.NDArray[np.float64]:
    """Irradiance on the system with the effect of temperature in it, by hour; that of the peers where not known."""
    light, warmth = view.irradiance.astype(np.float64), view.temperature.astype(np.float64)
    warm = np.where(np.isnan(warmth), 15.0, warmth) + HEATING * light
    effective = np.maximum(light, 0.0) * (1 - FADING * (warm - 25)) / 1000
    station = view.sites.station[view.meters.site[meters]]
    sun = np.full((len(meters), *view.days.hour.shape), np.nan)
    placed = station >= 0
    sun[placed] = effective[station[placed]]
    without = np.isnan(sun[:, view.first :]).mean(axis=(1, 2)) > 0.2
    if without.any() and len(meters) > PEERS:
        scaled = view.clean[meters] / view.level[meters][:, None, None]
        for at in np.flatnonzero(without):
            others = np.delete(scaled, at, axis=0)
            sun[at] = median(np.moveaxis(others, 0, -1))
    return sun


def _told(one: Candidate, expected: Wide) -> Candidate:
    """The candidate with its powers, and whether its loss grows as dirt does or came at once."""
    within = one.expected[one.start : one.stop] - one.actual[one.start : one.stop]
    third = max(len(within) // 3, 1)
    early, late = np.nanmean(within[:third]), np.nanmean(within[-third:])
    code = "pv_soiling" if late > _GROWING * max(early, 1e-9) else "pv_outage"
    share = float(np.nanmean(within))
    return replace(
        one,
        code=code,
        actual=one.actual * expected,
        expected=one.expected * expected,
        params={**one.params, "share": share},
    )
