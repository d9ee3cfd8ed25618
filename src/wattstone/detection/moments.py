"""Hours that stand out by themselves: peaks of demand, and heating and cooling at once."""

import numpy as np
import numpy.typing as npt

from wattstone.baselines.statistics import deviation, mean, quantiles
from wattstone.detection.candidate import Candidate
from wattstone.detection.view import View
from wattstone.rates.degree_days import BASE_COOLING, BASE_HEATING

Wide = npt.NDArray[np.float64]

ABOVE = 1.15  # times the peak that all but one day in fifty stay below
FAR = 3.0  # robust standard deviations of the daily peaks
DAYS = 7  # more days than this are no event
WARM, COLD = 20.0, 8.0  # degC: days above are not heated, days below not cooled, as a rule
INDUSTRY = ("industr", "factory", "plant", "manufactur", "works")  # types of site that heat and cool what they make
SHARE = 0.15  # of its largest weather-driven power from which a plant is said to run
CLASH = 200  # h in a year
DRIVEN = 0.7  # least correlation of a plant's days with the degree days: else it serves a process


def peak_events(view: View) -> list[Candidate]:
    """Demand of single days far above that of nearly all others, at main meters of electricity.

    Peaks are those of the mean of an hour; a tariff that charges for a quarter of an hour may see higher ones.
    """
    meters = np.flatnonzero((view.meters.role == "grid") & (view.meters.parent < 0) & np.isfinite(view.level))
    if not len(meters):
        return []
    power = view.clean[meters, view.first :]
    highest = quantiles(power, (1.0,))[0].astype(np.float64)
    usual = quantiles(highest, (0.98,))[0]
    limit = ABOVE * usual
    above = highest > limit[:, None]
    count = np.count_nonzero(above, axis=1)
    spread = np.maximum(deviation(highest), 1e-9)
    found: list[Candidate] = []
    far = highest.max(axis=1, initial=0.0, where=~np.isnan(highest)) - usual >= FAR * spread
    for at in np.flatnonzero((count > 0) & (count <= DAYS) & far):
        days = np.flatnonzero(above[at])
        start, stop = int(days[0]), int(days[-1]) + 1
        excess = np.nan_to_num(np.maximum(power[at, start:stop] - limit[at], 0.0)).astype(np.float32)
        top = float(np.nanmax(highest[at]))
        found.append(
            Candidate(
                code="peak_event",
                meter=int(meters[at]),
                start=start + view.first,
                stop=stop + view.first,
                excess=excess,
                score=float((top - usual[at]) / spread[at]),
                actual=np.concatenate([np.full(view.first, np.nan), highest[at]]),
                expected=np.full(len(view.days.dates), usual[at]),
                params={"peak": top, "usual": float(usual[at]), "count": float(count[at])},
            )
        )
    return found


def heating_and_cooling(view: View) -> list[Candidate]:
    """Sites that heat and cool in the same hours.

    Of each plant only what the weather drives counts: heating above its median of warm days, cooling above its median
    of cold days, hour by hour of the day. What cools against the heating is claimed, at the meter of the cooling.
    """
    daily = mean(view.temperature, least=18)
    found: list[Candidate] = []
    heating = (view.meters.use == "heating") & np.isfinite(view.level)
    cooling = np.isin(view.meters.use, ("cooling", "hvac")) & np.isfinite(view.level)
    for site in np.intersect1d(view.meters.site[heating], view.meters.site[cooling]):
        station = view.sites.station[site]
        if station < 0 or any(word in view.sites.types[int(site)].lower() for word in INDUSTRY):
            continue
        warm, cold = daily[station] > WARM, daily[station] < COLD
        if min(np.count_nonzero(warm), np.count_nonzero(cold)) < 20:
            continue
        heat = _driven(view, np.flatnonzero(heating & (view.meters.site == site)), warm)
        if _follows(heat, np.maximum(BASE_HEATING - daily[station], 0)) < DRIVEN:
            continue
        for meter in np.flatnonzero(cooling & (view.meters.site == site)):
            if _follows(view.clean[meter], np.maximum(daily[station] - BASE_COOLING, 0)) < DRIVEN:
                continue
            one = _clash(view, int(meter), heat, _driven(view, np.array([meter]), cold))
            found += [] if one is None else [one]
    return found


def _follows(power: npt.NDArray[np.floating], degrees: Wide) -> float:
    """Correlation of the days' power with degree days; 0 where there is none."""
    days = mean(power, least=12)
    both = ~np.isnan(days) & ~np.isnan(degrees)
    if np.count_nonzero(both) < 60 or days[both].std() == 0 or degrees[both].std() == 0:
        return 0.0
    return float(np.corrcoef(days[both], degrees[both])[0, 1])


def _driven(view: View, meters: npt.NDArray[np.int64], idle: npt.NDArray[np.bool_]) -> Wide:
    """Power above the median of the days on which the weather does not ask for it, (d, 24). [kW]"""
    total = np.zeros(view.days.hour.shape)
    for meter in meters:
        power = view.clean[meter].astype(np.float64)
        base = quantiles(power[idle].T, (0.5,))[0]
        total += np.maximum(power - base, 0.0)
    return total


def _clash(view: View, meter: int, heat: Wide, cool: Wide) -> Candidate | None:
    """The hours in which both run."""
    year = slice(view.first, None)
    tops = [float(np.nanquantile(one[year], 0.95)) if np.isfinite(one[year]).any() else 0.0 for one in (heat, cool)]
    if min(tops) <= 0:
        return None
    both = (heat[year] > SHARE * tops[0]) & (cool[year] > SHARE * tops[1])
    hours = int(np.count_nonzero(both))
    if hours < CLASH:
        return None
    excess = np.where(both, np.minimum(np.nan_to_num(cool[year]), np.nan_to_num(heat[year])), 0.0).astype(np.float32)
    daily = mean(view.clean[meter], least=12)
    less = np.concatenate([np.zeros(view.first), excess.mean(axis=1)])
    return Candidate(
        code="heating_and_cooling",
        meter=meter,
        start=view.first,
        stop=len(view.days.dates),
        excess=excess,
        score=6.0 * hours / CLASH,
        relative=(0.5, 1.5),
        actual=daily,
        expected=daily - less,
        params={"hours": float(hours), "heat": float(np.where(both, np.nan_to_num(heat[year]), 0.0).sum())},
    )
