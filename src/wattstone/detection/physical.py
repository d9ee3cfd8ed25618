"""Use that is too high since some day: lights by day, plant out of hours, drifts, leaks of water."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from wattstone.baselines.profile import day_profiles
from wattstone.baselines.statistics import mean, median, quantiles
from wattstone.detection.candidate import Candidate
from wattstone.detection.standing import Lay, Rule, covariates, over, spread_excess, stand_outs
from wattstone.detection.view import BRIGHT, DARK, View

Wide = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

NIGHT = (23, 0, 1, 2, 3, 4)  # h
DAY = tuple(range(9, 18))  # h
EDGES = (5, 6, 20, 21, 22)  # h, before and after work
LIGHTS = Rule(code="lights_by_day", score=6.0, share=0.15)
HOURS = Rule(code="out_of_hours", score=10.0, share=0.15, shortest=10)
DRIFT = Rule(code="base_load_drift", score=14.0, share=0.06, shortest=21, growing=True)
LEAK = Rule(code="water_leak", score=6.0, share=0.15, shortest=3)
_QUIET = 0.6  # of a working day's power: below it the plant is off, as a rule
_NOT_DRIFTING = ("charging", "solar", "water")
_HEAT = 2.5  # times the least share, for heat: it follows the weather by night too, and no degree day tells all of it
_EVEN = 0.6  # above this ratio of excess by night to excess by day a rise is one of the base load


def lights_by_day(view: View) -> list[Candidate]:
    """Lighting that burns while the sun is up, since some day.

    The statistic is the mean power of the hours in which the sun stands `BRIGHT` degrees high, against the meter's own
    other days; the share is of its power after dark.
    """
    meters = _where(view, view.meters.use == "lighting", placed=True)
    if not len(meters):
        return []
    elevation = np.stack([view.elevation(int(site)) for site in view.meters.site[meters]])
    power = view.clean[meters]
    bright = mean(_hours(power, elevation > BRIGHT), least=4)
    dark = mean(_hours(power, elevation < DARK), least=4)
    plain = np.broadcast_to(
        np.stack([np.ones(len(view.days.dates)), ~view.days.working], axis=-1), (*bright.shape, 2)
    ).astype(np.float64)
    return stand_outs(
        view,
        meters,
        bright,
        plain,
        LIGHTS,
        level=mean(dark),
        lay=_by_day(view),
    )


def _by_day(view: View) -> Lay:
    """The excess of the bright hours, and what stands above the usual day while the sun is low."""
    working = view.days.working.astype(np.int64)

    def lay(meter: int, start: int, stop: int, daily: Wide) -> npt.NDArray[np.float32]:
        elevation = view.elevation(int(view.meters.site[meter]))[start:stop]
        outside = np.ones((1, len(working)), dtype=bool)
        outside[0, start:stop] = False
        usual = day_profiles(view.clean[meter : meter + 1], working, 2, where=outside)[0][working[start:stop]]
        low = (elevation > 0) & (elevation <= BRIGHT)
        above = np.where(low, np.nan_to_num(np.maximum(view.clean[meter, start:stop] - usual, 0.0)), 0.0)
        return spread_excess(view, meter, start, stop, daily, elevation > BRIGHT) + above.astype(np.float32)

    return lay


def out_of_hours(view: View) -> list[Candidate]:
    """Plant that runs when it usually does not, since some day: the schedule no longer matches the use.

    Three windows are looked at: nights; days off, by day; and the hours before and after work on working days. The last
    two only of meters that usually draw less than `_QUIET` of a working day's power then.
    """
    uses = np.isin(view.meters.use, ("hvac", "cooling", "heating", "site", "", "tenants", "lifts", "pumps"))
    meters = _where(view, uses & np.isin(view.meters.role, ("grid", "fuel", "network")))
    if not len(meters):
        return []
    power = load(view)[meters]
    level = mean(quantiles(power, (0.9,))[0])
    working = view.days.working
    at_work = median(np.where(working, mean(power[:, :, list(DAY)], least=6), np.nan))
    explained = covariates(view, meters)
    found: list[Candidate] = []
    for number, (hours, days) in enumerate(((NIGHT, None), (DAY, ~working), (EDGES, working))):
        seen = mean(power[:, :, list(hours)], least=len(hours) // 2 + 1)
        if days is not None:
            seen = np.where(days, seen, np.nan)
            seen[~(median(seen) < _QUIET * at_work)] = np.nan
        some = np.flatnonzero(np.isfinite(seen).any(axis=1))
        where = np.ones(len(working), dtype=bool) if days is None else days
        cells = np.isin(np.arange(24), hours)[None, :] & where[:, None]
        told = stand_outs(
            view,
            meters[some],
            seen[some],
            explained[some],
            HOURS,
            level=(level * _bar(view, meters))[some],
            lay=over(view, (lambda meter: _low(view, meter)) if days is None else (lambda _, cells=cells: cells)),
        )
        found += [replace(one, params={**one.params, "window": float(number)}) for one in told]
    return found


def drifts(view: View) -> list[Candidate]:
    """Use that has risen against weather, weekdays and the meters beside it.

    A rise that is as high by night as by day is one of the base load (leaks, what was left on); one that goes with the
    load is one of efficiency (fouling, wear).
    """
    wanted = ~np.isin(view.meters.use, _NOT_DRIFTING) & np.isin(view.meters.role, ("grid", "fuel", "network"))
    meters = _where(view, wanted)
    if not len(meters):
        return []
    power = load(view)
    daily = mean(power, least=18)
    beside = _beside(view, daily)[meters]
    every = np.ones((len(view.days.dates), 24), dtype=bool)
    return stand_outs(
        view,
        meters,
        daily[meters],
        covariates(view, meters, beside),
        DRIFT,
        level=mean(daily[meters]) * _bar(view, meters),
        lay=over(view, lambda _: every),
        code=lambda one: "base_load_drift" if _even(view, one) else "efficiency_drift",
    )


def water_leaks(view: View) -> list[Candidate]:
    """Water that never stops flowing, since some day: the least flow of an hour, day by day [1]_.

    References
    ----------
    .. [1] A. Lambert, "Accounting for losses: the bursts and background concept," Water and Environment Journal 8 (2),
       205-214, 1994: the night flow as the measure of leakage.
    """
    meters = _where(view, view.meters.use == "water")
    if not len(meters):
        return []
    power = view.clean[meters]
    least = quantiles(power, (0.0,))[0].astype(np.float64)
    least[np.count_nonzero(~np.isnan(power), axis=-1) < 16] = np.nan
    plain = np.ones((*least.shape, 1))
    every = np.ones((len(view.days.dates), 24), dtype=bool)
    return stand_outs(
        view, meters, least, plain, LEAK, level=mean(mean(power, least=16)), lay=over(view, lambda _: every)
    )


def load(view: View) -> npt.NDArray[np.float32]:
    """Power as it is used: at the main meter of a site with its own generation, import plus generation less export.

    The charging of cars is left out: it grows because it should.
    """
    generation = view.meters.role == "generation"
    used = view.clean.copy()
    mains = main_of(view)
    for role, sign in (("generation", 1.0), ("export", -1.0)):
        for meter in np.flatnonzero(view.meters.role == role):
            main = mains[view.meters.site[meter]]
            if main >= 0 and generation[view.meters.site == view.meters.site[meter]].any():
                used[main] += np.float32(sign) * view.clean[meter]
    for meter in np.flatnonzero((view.meters.use == "charging") & (view.meters.parent >= 0)):
        used[view.meters.parent[meter]] -= view.clean[meter]
    return used


def main_of(view: View) -> Ints:
    """The main electricity meter of each site; -1 where there is none or more than one."""
    top = np.flatnonzero((view.meters.role == "grid") & (view.meters.parent < 0))
    count = np.bincount(view.meters.site[top], minlength=len(view.sites.ids))
    mains = np.full(len(view.sites.ids), -1, dtype=np.int64)
    mains[view.meters.site[top]] = top
    return np.where(count == 1, mains, -1)


def _where(view: View, wanted: Bools, *, placed: bool = False) -> Ints:
    """Positions of meters with something to look at; `placed` for sites whose coordinates are known."""
    known = np.isfinite(view.level) & (view.level > 0)
    if placed:
        known &= np.isfinite(view.sites.latitude)[view.meters.site]
    return np.flatnonzero(wanted & known)


def _bar(view: View, meters: Ints) -> Wide:
    """By how much more than usual a meter has to rise."""
    return np.where(view.meters.use[meters] == "heating", _HEAT, 1.0)


def _low(view: View, meter: int) -> Bools:
    """The hours, (d, 24), in which a meter usually draws less than the middle between its least and its most."""
    working = view.days.working.astype(np.int64)
    usual = day_profiles(view.clean[meter : meter + 1], working, 2)[0]
    return (usual < (np.nanmin(usual) + np.nanmax(usual)) / 2)[working]


def _hours(power: npt.NDArray[np.float32], where: Bools) -> npt.NDArray[np.float32]:
    return np.where(where, power, np.float32(np.nan))


def _beside(view: View, daily: Wide) -> Wide:
    """Use of the other meters behind the same parent, without those that follow habits of their own. [kW]"""
    behind = (view.meters.parent >= 0) & np.isin(view.meters.role, ("grid",)) & ~np.isin(view.meters.use, _NOT_DRIFTING)
    behind &= np.isfinite(daily).any(axis=1)
    total = np.zeros((len(daily), daily.shape[1]))
    gaps = np.zeros(total.shape, dtype=np.int64)
    np.add.at(total, view.meters.parent[behind], np.nan_to_num(daily[behind]))
    np.add.at(gaps, view.meters.parent[behind], np.isnan(daily[behind]))
    beside = np.zeros_like(daily)
    over_all, own = view.meters.parent[behind], np.isnan(daily[behind])
    beside[behind] = np.where(gaps[over_all] - own > 0, np.nan, total[over_all] - np.nan_to_num(daily[behind]))
    return beside


def _even(view: View, one: Candidate) -> bool:
    """Whether the excess by night is about that by day."""
    known = ~np.isnan(view.clean[one.meter, one.start : one.stop])
    rows = np.where(known, one.excess, np.nan).astype(np.float64)
    night = np.isin(np.arange(24), NIGHT)
    by_night, by_day = np.nanmean(rows[:, night]), np.nanmean(rows[:, 8:18])
    return bool(by_night >= _EVEN * by_day)
