"""Meters that do not tell the truth: stuck, silent, reversed, off their clock."""

from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import numpy.typing as npt

from wattstone.baselines.profile import day_profiles
from wattstone.baselines.statistics import mean
from wattstone.detection.candidate import Candidate, nothing
from wattstone.detection.physical import load
from wattstone.detection.standing import Rule, stand_outs
from wattstone.detection.view import View
from wattstone.readings.schema import Flag

Wide = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

LEAST = 24  # h
BALANCE = 0.1  # of a main meter's mean power: more than this behind it cannot leave it at zero
JOIN = 12  # h; runs with less between them are one
LOSS = 12.0  # h of mean power: silence that costs less than this is not told
FINE = 30.0  # steps of the counter in the value, from which repeating is no matter of rounding
_DECIMALS = 5  # digits to which two hours are the same
SPIKES = 3  # single readings in a year that make a finding
CLOCK = Rule(code="meter_clock", score=8.0, share=1.0, shortest=14)
BETTER = 0.01  # least gain of the moved days
HOURS = 18  # of a day that must be known
_CLEAR = 0.1  # least rise of the correlation with the neighbours, an hour moved, that tells a clock


@dataclass(frozen=True)
class _Run:
    meter: int
    first: int
    stop: int


def meter_faults(view: View) -> list[Candidate]:
    """Meters that were stuck, silent or reversed for a day and longer, or that showed readings beyond reason.

    Zeros that mean "missing" and single spikes are told by the flags that the readings carry (`readings.quality`); a
    stuck meter also by the hour being the same for a day and longer where the meter usually moves.
    """
    hours = view.days.hour.size
    power, flags = view.power.reshape(len(view.power), hours), view.flags.reshape(len(view.power), hours)
    alive = np.isfinite(view.level)
    began = np.argmax(~np.isnan(power), axis=1)
    skipped = (view.days.hour < 0).ravel()
    missing = (flags & int(Flag.MISSING_ZERO)) != 0
    missing[view.meters.use == "charging"] = False  # nobody may have charged for days
    silent = (np.isnan(power) | missing) & ~skipped
    silent |= _beyond_balance(view, power)
    silent &= (np.arange(hours) >= began[:, None]) & alive[:, None]
    found: list[Candidate] = []
    for code, bad in (
        ("meter_silent", silent),
        ("meter_stuck", _stuck(view, power) | ((flags & int(Flag.STUCK)) != 0)),
        ("meter_reversed", (flags & int(Flag.NEGATIVE)) != 0),
    ):
        bridged = 0 if code == "meter_stuck" else JOIN  # what moves in between is not stuck
        runs = [run for run in _runs(bad, bridged) if run.stop > 24 * view.first]
        told = [_told(view, code, of) for _, group in groupby(runs, key=lambda run: run.meter) if (of := list(group))]
        found += [one for one in told if code != "meter_silent" or one.at_stake >= LOSS * view.level[one.meter]]
    return found + _marked(view, flags)


def _beyond_balance(view: View, power: npt.NDArray[np.float32]) -> Bools:
    """Hours in which a main meter shows nothing while what lies behind it draws more than the site generates."""
    beyond = np.zeros(power.shape, dtype=bool)
    behind = (view.meters.parent >= 0) & (view.meters.role == "grid")
    made = np.zeros((len(view.sites.ids), power.shape[1]), dtype=np.float32)
    for meter in np.flatnonzero(view.meters.role == "generation"):
        made[view.meters.site[meter]] += np.nan_to_num(power[meter])
    drawn = np.zeros(power.shape, dtype=np.float32)
    np.add.at(drawn, view.meters.parent[behind], np.nan_to_num(power[behind]))
    for main in np.unique(view.meters.parent[behind]):
        net = drawn[main] - made[view.meters.site[main]]
        beyond[main] = (power[main] == 0) & (net > BALANCE * np.nan_to_num(view.level[main]))
    return beyond


def _stuck(view: View, power: npt.NDArray[np.float32]) -> Bools:
    """Hours that repeat the one before, of meters that rarely do; nothing at all is not stuck."""
    same = np.zeros(power.shape, dtype=bool)
    with np.errstate(invalid="ignore"):
        same[:, 1:] = np.abs(np.diff(power, axis=1)) <= 10.0**-_DECIMALS * np.abs(power[:, 1:])
        same &= np.abs(power) > FINE * _step(power)[:, None]
    lively = same.mean(axis=1) < 0.2
    return same & lively[:, None]


def _step(power: npt.NDArray[np.float32]) -> Wide:
    """Smallest difference between two hours of each meter: a coarse counter repeats itself without being stuck."""
    with np.errstate(invalid="ignore"):
        steps = np.abs(np.diff(power, axis=1))
        steps[~(steps > 1e-4)] = np.inf
    return steps.min(axis=1).astype(np.float64)


def _runs(bad: Bools, bridged: int) -> list[_Run]:
    """Runs of a day and longer; short gaps between runs are bridged."""
    if not bad.any():
        return []
    edges = np.diff(np.pad(bad, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    meter, first = np.nonzero(edges == 1)
    _, stop = np.nonzero(edges == -1)
    long = stop - first >= 4  # single hours are bridged by nothing
    meter, first, stop = meter[long], first[long], stop[long]
    if not len(meter):
        return []
    opens = np.ones(len(meter), dtype=bool)
    opens[1:] = (meter[1:] != meter[:-1]) | (first[1:] - stop[:-1] > bridged)
    at = np.flatnonzero(opens)
    last = np.append(at[1:], len(meter)) - 1
    runs = [_Run(int(meter[a]), int(first[a]), int(stop[b])) for a, b in zip(at, last, strict=True)]
    return [run for run in runs if run.stop - run.first >= LEAST]


def _told(view: View, code: str, runs: list[_Run]) -> Candidate:
    """All runs of one meter as one finding."""
    run = runs[0]
    start, stop = run.first // 24, min(-(-runs[-1].stop // 24), len(view.days.dates))
    working = view.days.working.astype(np.int64)
    usual = day_profiles(view.clean[run.meter : run.meter + 1], working, 2)[0]
    expected = usual[working].ravel()
    seen = np.concatenate([view.power[run.meter].ravel()[one.first : one.stop] for one in runs])
    cells = np.concatenate([np.arange(max(one.first, 24 * view.first), one.stop) for one in runs])
    stake = float(np.nansum(expected[cells]))
    hours = sum(one.stop - one.first for one in runs)
    daily = (
        np.nanmean(np.where(np.isnan(usual), np.nan, usual), axis=1) if np.isfinite(usual).any() else np.full(2, np.nan)
    )
    return Candidate(
        code=code,
        meter=run.meter,
        start=start,
        stop=stop,
        excess=nothing(start, stop),
        score=float(min(99.0, hours / 4)),
        actual=mean(view.power[run.meter], least=12),
        expected=daily[working],
        params={
            "hours": float(hours),
            "count": float(len(runs)),
            "value": float(np.nanmedian(seen)) if np.isfinite(seen).any() else float("nan"),
        },
        at_stake=stake,
    )


def _marked(view: View, flags: npt.NDArray[np.uint8]) -> list[Candidate]:
    """Single readings that no load can have made, and registers that began anew."""
    found: list[Candidate] = []
    begin = 24 * view.first
    for code, flag, least in (("meter_spikes", Flag.SPIKE, SPIKES), ("meter_reset", Flag.RESET, 1)):
        marked = (flags[:, begin:] & int(flag)) != 0
        if flag is Flag.SPIKE:
            marked |= view.isolated.reshape(flags.shape)[:, begin:]
        count = np.count_nonzero(marked, axis=1)
        for meter in np.flatnonzero(count >= least):
            at = np.flatnonzero(marked[meter]) + begin
            start, stop = int(at[0]) // 24, int(at[-1]) // 24 + 1
            daily = mean(view.power[meter], least=12)
            found.append(
                Candidate(
                    code=code,
                    meter=int(meter),
                    start=start,
                    stop=stop,
                    excess=nothing(start, stop),
                    score=float(min(99.0, 6 + count[meter])),
                    actual=daily,
                    expected=mean(view.clean[meter], least=12),
                    params={"count": float(count[meter])},
                )
            )
    return found


def clock_faults(view: View) -> list[Candidate]:
    """Meters whose clock is an hour off for some weeks: their day fits their own other days better when it is moved.

    The statistic of a day is the correlation of its hours with the meter's usual day when they are moved back by an
    hour, less the same without moving; in both directions.
    """
    meters = np.flatnonzero(np.isfinite(view.level) & (view.level > 0) & np.isin(view.meters.role, ("grid", "network")))
    meters = meters[~np.isin(view.meters.use[meters], ("lighting", "charging"))]
    if not len(meters):
        return []
    power = load(view)[meters]
    working = view.days.working.astype(np.int64)
    usual = day_profiles(power, working, 2)[:, working]
    found: list[Candidate] = []
    for hours in (1, -1):
        statistic = _fits(np.roll(power, -hours, axis=2), usual) - _fits(power, usual)
        statistic[:, working == 0] = np.nan
        plain = np.ones((*statistic.shape, 1))
        level = np.full(len(meters), _CLEAR)
        told = stand_outs(
            view,
            meters,
            statistic,
            plain,
            CLOCK,
            level=level,
            lay=lambda _meter, start, stop, _daily: nothing(start, stop),
        )
        # The season moves days too, by less than an hour: they then still fit better as they are.
        found += [_clocked(view, one, hours) for one in told if float(one.params["after"]) > BETTER]
    return found


def _fits(power: npt.NDArray[np.float32], usual: npt.NDArray[np.floating]) -> Wide:
    """Correlation of each day's hours with the usual ones, (m, d); NaN where fewer than `HOURS` are known."""
    known = ~(np.isnan(power) | np.isnan(usual))
    one, two = np.where(known, power, 0.0).astype(np.float64), np.where(known, usual, 0.0).astype(np.float64)
    count = np.count_nonzero(known, axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        both = (one * two).sum(axis=-1) - one.sum(axis=-1) * two.sum(axis=-1) / count
        spread = [(each**2).sum(axis=-1) - each.sum(axis=-1) ** 2 / count for each in (one, two)]
        return np.where(count >= HOURS, both / np.sqrt(spread[0] * spread[1]), np.nan)


def _clocked(view: View, one: Candidate, hours: int) -> Candidate:
    daily = mean(view.clean[one.meter], least=12)
    return replace(one, actual=daily, expected=daily, params={**one.params, "moved": float(hours)})
