"""Daily statistics that stand out from what weather, weekdays and neighbours explain: the search of the detectors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np
import numpy.typing as npt

from wattstone.baselines.daily import fit_daily
from wattstone.baselines.profile import day_profiles
from wattstone.baselines.statistics import mean, quantiles
from wattstone.detection.candidate import Candidate
from wattstone.detection.change import BEFORE, Episodes, episodes
from wattstone.detection.interval import block_interval
from wattstone.detection.view import View
from wattstone.rates.degree_days import BASE_COOLING, BASE_HEATING

Wide = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Cells = Callable[[int], Bools]
"""The hours, (d, 24), that the statistic of a meter is about; by position of the meter."""

Lay = Callable[[int, int, int, Wide], npt.NDArray[np.float32]]
"""Lays the excess of a meter from a day to a day, given by day, over its hours."""

HEATING, COOLING = 2, 3  # columns of the covariates
APPEARING = 0.5  # of the shift that must show while the days of the stretch are in the fit
ROUNDS = 2  # stretches that are looked for at one meter, one after the other
MASS = 4  # d; buildings remember the weather of the days before
KNOWN_WEATHER = 0.8  # share of the days below which the seasons stand in for the weather
HOT = 24.0  # degC: above it cooling asks for more with every degree than below, for machines do worse in the heat


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What it takes to be told.

    Parameters
    ----------
    code : str
        Of the finding.
    score : float
        Least score of the stretch, in standard errors.
    share : float
        Least shift, as a share of `level`.
    shortest : int
        Days.
    sign : {1, -1}
        More, or less, than expected.
    growing : bool
        Whether what grows evenly from nothing is looked for too.
    """

    code: str
    score: float
    share: float
    shortest: int = 6
    sign: int = 1
    growing: bool = False


def covariates(view: View, meters: Ints, beside: Wide | None = None) -> Wide:
    """What explains the use of a day: a constant, days off, degree days, both together, Sundays, darkness, neighbours.

    Use depends on temperature piecewise linearly, as in the models of time of week and temperature [1]_: below 15.5,
    above 18.3 and above `HOT` degC, of the day and of the last `MASS` days.

    Parameters
    ----------
    view : View
        With its weather.
    meters : (n,) array of int
        Positions.
    beside : (n, d) array or None
        Use of the neighbours. [kW]

    Returns
    -------
    (n, d, k) array
        Where the weather is not known, the seasons of the year stand in for it.

    References
    ----------
    .. [1] J. L. Mathieu, P. N. Price, S. Kiliccote, M. A. Piette, "Quantifying changes in building electricity use,
       with application to demand response," IEEE Transactions on Smart Grid 2 (3), 507-518, 2011.
    """
    off, sunday = ((~view.days.working).astype(np.float64), view.days.resting.astype(np.float64))
    year = 2 * np.pi * np.arange(len(off)) / 365.25
    seasons = np.stack([np.cos(year), np.sin(year)], axis=-1)
    stations = [_degree_days(view, station) for station in range(len(view.temperature))]
    tables = [
        seasons if days is None else np.stack([*days, days[0] * off, days[1] * off], axis=-1)
        for days in (*stations, None)
    ]
    width = max(table.shape[1] for table in tables)
    tables = [np.pad(table, ((0, 0), (0, width - table.shape[1]))) for table in tables]
    weather = np.stack(tables)[view.sites.station[view.meters.site[meters]]]  # -1 is the last: the seasons
    common = np.broadcast_to(np.stack([np.ones_like(off), off], axis=-1), (len(meters), len(off), 2))
    last = np.broadcast_to(sunday[:, None], (len(meters), len(off), 1))
    parts = [common, weather, last, _dark_hours(view, meters)]
    return np.concatenate(parts if beside is None else [*parts, beside[..., None]], axis=-1)


def _dark_hours(view: View, meters: Ints) -> Wide:
    """Hours of each day in which the sun is down, of lighting whose place is known; 0 of everything else, (n, d, 1)."""
    dark = np.zeros((len(meters), len(view.days.dates), 1))
    lit = np.flatnonzero(
        (view.meters.use[meters] == "lighting") & np.isfinite(view.sites.latitude)[view.meters.site[meters]]
    )
    for at in lit:
        site = int(view.meters.site[meters[at]])
        dark[at, :, 0] = (view.elevation(site) < 0).sum(axis=1)
    return dark


def _degree_days(view: View, station: int) -> tuple[Wide, ...] | None:
    """Heating, cooling and hot degree days of each day, and the mean of the last `MASS` days of each.

    None where too few are known. A hole takes the mean around it.
    """
    daily = mean(view.temperature[station], least=18)
    known = ~np.isnan(daily)
    if known[view.first :].mean() < KNOWN_WEATHER or known.mean() < KNOWN_WEATHER:
        return None
    hourly = view.temperature[station].astype(np.float64)
    degrees = (BASE_HEATING - hourly, hourly - BASE_COOLING, hourly - HOT)
    at = np.arange(len(daily))
    whole = [np.interp(at, at[known], mean(np.maximum(one, 0.0) + 0 * one)[known]) for one in degrees]
    return (
        *whole,
        *(np.convolve(np.pad(one, (MASS - 1, 0), "edge"), np.full(MASS, 1 / MASS), "valid") for one in whole),
    )


def stand_outs(
    view: View,
    meters: Ints,
    statistic: Wide,
    explained: Wide,
    rule: Rule,
    *,
    level: Wide,
    lay: Lay,
    code: Callable[[Candidate], str] | None = None,
) -> list[Candidate]:
    """Stretches of days whose statistic stands out from what explains it.

    Parameters
    ----------
    view : View
        Of the meters.
    meters : (n,) array of int
        Positions.
    statistic : (n, d) array
        By day. [kW]
    explained : (n, d, k) array
        Covariates.
    rule : Rule
        What it takes.
    level : (n,) array
        What the shift is measured by. [kW]
    lay : callable
        How the excess goes to the hours, as `over` makes one.
    code : callable or None
        Chooses the code of a candidate; that of the rule where None.

    Returns
    -------
    list of Candidate
    """
    found: list[Candidate] = []
    free = ~np.isnan(statistic)
    rows = np.arange(len(meters))
    for _ in range(ROUNDS):
        if not len(rows):
            break
        seen = np.where(free[rows], statistic[rows], np.nan)
        fit = fit_daily(seen, explained[rows])
        first = episodes(seen - fit.expected, sign=rule.sign, shortest=rule.shortest, growing=rule.growing)
        likely = _kept(view, seen - fit.expected, first, rule, level[rows], ease=0.6)
        rows, seen, shift = rows[likely], seen[likely], np.abs(first.shift[likely])
        if not len(rows):
            break
        # The stretch has spoiled its own expectation: fit again without it, and look again.
        outside = ~_inside(first, likely, seen.shape[1])
        fit = fit_daily(seen, explained[rows], where=outside)
        again = episodes(seen - fit.expected, sign=rule.sign, shortest=rule.shortest, growing=rule.growing)
        good = _kept(view, seen - fit.expected, again, rule, level[rows])
        # What only appears once its own days are left out may be weather that no other day has had.
        good &= shift >= APPEARING * np.abs(np.nan_to_num(again.shift))
        good &= _weathered(explained[rows], again)
        for at in np.flatnonzero(good):
            one = _candidate(view, int(meters[rows[at]]), seen[at], fit.expected[at], again, int(at), rule, lay)
            one = replace(one, actual=statistic[rows[at]])  # with the stretches that were told before
            found.append(one if code is None else replace(one, code=code(one)))
        rows, again_in = rows[good], _inside(again, good, seen.shape[1])
        free[rows] &= ~again_in
    return found


def _weathered(explained: Wide, found: Episodes) -> Bools:
    """Whether the other days have had the weather of most days of a stretch: else it may be the weather."""
    if explained.shape[2] <= COOLING:
        return np.ones(len(explained), dtype=bool)
    inside = _inside(found, np.ones(len(explained), dtype=bool), explained.shape[1])
    good = np.ones(len(explained), dtype=bool)
    for column in (HEATING, COOLING):
        degrees = explained[:, :, column]
        usual = quantiles(np.where(inside, np.nan, degrees), (0.98,))[0]
        known = mean((degrees <= usual[:, None]).astype(np.float64), inside)
        good &= np.nan_to_num(known, nan=1.0) >= 0.5
    return good


def _inside(found: Episodes, which: Bools, days: int) -> Bools:
    at = np.arange(days)
    return (at >= found.start[which][:, None]) & (at < found.stop[which][:, None])


def _kept(view: View, residual: Wide, found: Episodes, rule: Rule, level: Wide, *, ease: float = 1.0) -> Bools:
    """Which stretches are far enough out, touch the assessed year, and have a before that is lower."""
    days = residual.shape[1]
    begins = np.argmax(~np.isnan(residual), axis=1)
    at: Ints = np.arange(days, dtype=np.int64)
    before = mean(rule.sign * residual, (at < found.start[:, None]) & (at >= found.start[:, None] - 120))
    inside = mean(rule.sign * residual, (at >= found.start[:, None]) & (at < found.stop[:, None]))
    rises = np.nan_to_num(inside - before, nan=-1.0) >= 0.5 * np.abs(np.nan_to_num(found.shift))
    return (
        (found.score >= ease * rule.score)
        & (found.stop - found.start >= rule.shortest)
        & (rule.sign * np.nan_to_num(found.shift) >= ease * rule.share * level)
        & (found.stop > view.first)
        & (found.start >= begins + BEFORE)
        & rises
    )


def _candidate(
    view: View, meter: int, seen: Wide, expected: Wide, found: Episodes, at: int, rule: Rule, lay: Lay
) -> Candidate:
    start, stop = int(found.start[at]), int(found.stop[at])
    residual = rule.sign * (seen - expected)
    within = residual[start:stop]
    excess = lay(meter, start, stop, within)
    params: Mapping[str, float | str] = {
        "before": float(np.nanmean(expected[start:stop])),
        "after": float(np.nanmean(seen[start:stop])),
        "days": float(stop - start),
        "grows": float(found.grows[at]),
    }
    return Candidate(
        code=rule.code,
        meter=meter,
        start=start,
        stop=stop,
        excess=excess,
        score=float(found.score[at]),
        relative=block_interval(
            residual, start, stop, seed=crc32(view.meters.ids[meter].encode()), grows=bool(found.grows[at])
        ),
        actual=seen,
        expected=expected,
        params=params,
    )


def over(view: View, cells: Cells) -> Lay:
    """Lay what is too much over some hours of the day."""
    return lambda meter, start, stop, daily: spread_excess(view, meter, start, stop, daily, cells(meter)[start:stop])


def spread_excess(
    view: View, meter: int, start: int, stop: int, daily: Wide, allowed: Bools
) -> npt.NDArray[np.float32]:
    """Lay the excess of a stretch over its hours, where the hours stand above the usual day.

    Parameters
    ----------
    view : View
    meter, start, stop : int
        Which meter and days.
    daily : (stop - start,) array
        Excess of the statistic, the mean over the allowed hours. [kW]
    allowed : (stop - start, 24) array of bool
        Hours that it may lie in.

    Returns
    -------
    (stop - start, 24) array of float32
        0 or more; its sum over the known hours is that of the daily excess. [kW]
    """
    power = view.clean[meter : meter + 1]
    outside = np.ones((1, power.shape[1]), dtype=bool)
    outside[0, start:stop] = False
    working = view.days.working.astype(np.int64)
    usual = day_profiles(power, working, 2, where=outside)[0]
    part = power[0, start:stop]
    above = np.where(allowed, np.maximum(part - usual[working[start:stop]], 0.0), 0.0)
    above = np.nan_to_num(above)
    known = allowed & ~np.isnan(part)
    wanted = float(np.nansum(np.nan_to_num(daily) * np.count_nonzero(known, axis=1)))
    laid = float(above.sum())
    if wanted <= 0 or laid <= 0:
        return np.zeros(above.shape, dtype=np.float32)
    if laid >= wanted:
        return (above * (wanted / laid)).astype(np.float32)
    # Weather hides some of it in the hours: what is left goes evenly to the hours in which there is use.
    rest = np.where(known, np.maximum(np.nan_to_num(part), 0.0), 0.0)
    return (above + rest * ((wanted - laid) / max(float(rest.sum()), 1e-9))).astype(np.float32)
