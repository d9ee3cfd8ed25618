"""Candidates to findings: what touches is joined, what overlaps is shared, and each gets its kWh, money and kg CO2e."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.baselines.statistics import mean
from wattstone.detection.candidate import Candidate
from wattstone.detection.claims import EXPLAINED, Claim, allocate
from wattstone.detection.view import View
from wattstone.detection.worth import Ledger, Rates

Floats = npt.NDArray[np.float32]
Wide = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

METHOD = "detection/2"

FINDINGS: dict[str, pl.DataType] = {
    "code": pl.String(),
    "site_id": pl.String(),
    "meter_id": pl.String(),
    "start": pl.Datetime("us"),  # naive UTC
    "end": pl.Datetime("us"),  # naive UTC; null while it goes on
    "unit": pl.String(),  # of energy and at_stake: kWh; m3 of water
    "energy": pl.Float64(),  # claimed in the assessed year; 0 where a meter is at fault, money and kg then null
    "energy_lower": pl.Float64(),  # 90 % interval
    "energy_upper": pl.Float64(),
    "money": pl.Float64(),  # null where no tariff says
    "money_lower": pl.Float64(),
    "money_upper": pl.Float64(),
    "currency": pl.String(),
    "kg": pl.Float64(),  # kg CO2e (or CO2, as the factor counts); null where no factor says
    "kg_lower": pl.Float64(),
    "kg_upper": pl.Float64(),
    "a_day": pl.Float64(),  # energy a day while it lasted
    "at_stake": pl.Float64(),  # energy that a meter at fault did not measure
    "confidence": pl.Float64(),  # 0 to 1
    "score": pl.Float64(),
    "share": pl.Float64(),  # of what it would claim alone; the rest is claimed by others
    "params": pl.Struct({"before": pl.Float64(), "after": pl.Float64(), "a": pl.Float64(), "b": pl.Float64()}),
    "weeks": pl.List(pl.Date()),  # the picture: first days of the weeks of the assessed year
    "actual": pl.List(pl.Float64()),  # mean power of the week [kW; m3/h]
    "expected": pl.List(pl.Float64()),
    "day_during": pl.List(pl.Float64()),  # mean power by local hour while it lasted [kW]
    "day_else": pl.List(pl.Float64()),  # and on the other days
}

RANKS = {
    "lights_by_day": 0,
    "pv_outage": 0,
    "pv_soiling": 0,
    "water_leak": 1,
    "heating_and_cooling": 2,
    "out_of_hours": 3,
    "base_load_drift": 4,
    "efficiency_drift": 4,
    "peak_event": 5,
    "night_base_load": 6,
    "weekend_base_load": 7,
    "above_peers": 8,
}
FAMILIES = {"pv_soiling": "pv", "pv_outage": "pv", "base_load_drift": "drift", "efficiency_drift": "drift"}
TOUCHING = 10  # d; stretches of one meter and family with fewer days between them are one
EVEN = 0.85  # rise of the day's mean over that of the night
TOGETHER = 0.6  # of the shorter of two stretches: then they have one cause
PART = 0.4  # of what is too much on the days of both: from there on it lies on days off, or before and after work
LEAD = 28  # d before a finding that its picture shows
LEFT = 0.35  # a finding that gets less of what it asks for is told by others already
_NUMBERS = {
    "above_peers": ("value", "upper"),
    "night_base_load": ("value", "upper"),
    "weekend_base_load": ("value", "upper"),
    "out_of_hours": ("window", "days"),
    "base_load_drift": ("grows", "days"),
    "efficiency_drift": ("grows", "days"),
    "peak_event": ("peak", "usual"),
    "heating_and_cooling": ("hours", "heat"),
    "meter_silent": ("hours", "count"),
    "meter_stuck": ("hours", "count"),
    "meter_reversed": ("hours", "count"),
    "meter_spikes": ("count", "count"),
    "meter_reset": ("count", "count"),
    "meter_clock": ("moved", "days"),
}
_DOUBTFUL = {"above_peers": 0.5, "night_base_load": 0.5, "weekend_base_load": 0.5, "heating_and_cooling": 0.6}
MARGIN = (0.08, 0.08)  # of the energy, below and above: docs/methods/detection.md says where it comes from
_BEYOND = {"drift": (0.1, 0.15)}
_ALONE = {"drift": (0.1, 1.0)}  # without the year before, part of what grows over a season is taken for the season
_BAR = {"out_of_hours": 10.0, "base_load_drift": 14.0, "efficiency_drift": 14.0}


def findings(view: View, candidates: Sequence[Candidate], rates: Rates) -> pl.DataFrame:
    """Turn candidates into findings that share nothing.

    Parameters
    ----------
    view : View
    candidates : sequence of Candidate
        Of all detectors.
    rates : Rates

    Returns
    -------
    polars.DataFrame
        Schema `FINDINGS`.
    """
    told = seen_from_above(one_cause(joined_up(candidates)), view.meters.parent)
    joined = [one for one in told if one.stop > view.first]
    claims = [_claim(view, one) for one in joined]
    granted = allocate(capacity(view, claims), view.meters.parent, claims)
    ledger = Ledger(view, rates)
    rows = [
        _row(view, one, claim, given, ledger, rates)
        for one, claim, given in zip(joined, claims, granted, strict=True)
        if _tells(one, claim, given)
    ]
    return pl.DataFrame(rows, schema=FINDINGS, orient="row")


def _tells(one: Candidate, claim: Claim, given: Floats) -> bool:
    """Whether there is something left that no other finding tells."""
    if one.code not in RANKS:
        return True
    return float(given.sum()) >= LEFT * float(claim.energy.sum()) and float(given.sum()) > 0


def capacity(view: View, claims: Sequence[Claim]) -> Floats:
    """What may be claimed of each meter in each hour, (m, 24 d): what was measured; of generation, what is missing."""
    cells = np.where(view.days.hour >= 0, np.nan_to_num(view.clean), np.float32(0)).reshape(len(view.clean), -1)
    most = np.maximum(cells, 0.0)
    for claim in claims:
        if view.meters.role[claim.meter] == "generation":
            most[claim.meter] = 0.0
    for claim in claims:
        if view.meters.role[claim.meter] == "generation":
            part = most[claim.meter, claim.first : claim.first + len(claim.energy)]
            np.maximum(part, claim.energy, out=part)
    return most


def joined_up(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Join stretches of one meter and family that touch.

    Parameters
    ----------
    candidates : sequence of Candidate

    Returns
    -------
    list of Candidate
        By meter, family and start.
    """
    joined: list[Candidate] = []
    for one in sorted(candidates, key=lambda each: (each.meter, _family(each), each.start)):
        last = joined[-1] if joined else None
        same = last is not None and (last.meter, _family(last)) == (one.meter, _family(one))
        if last is not None and same and one.start - last.stop <= TOUCHING and one.code in RANKS:
            joined[-1] = _both(last, one)
        else:
            joined.append(one)
    return joined


def one_cause(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Of findings that go together keep the one that tells more.

    A rise by night and a rise of the whole day: where the mean of the day rose about as much as the night, it is the
    base load; else it is the hours of running. So too where what is too much on days off, or before and after work, is
    little of what is too much on all hours of those days. A day that seems to be moved, while use rises: the rise.

    Parameters
    ----------
    candidates : sequence of Candidate
    """
    dropped: set[int] = set()
    for at, night in enumerate(candidates):
        for other, whole in enumerate(candidates):
            if night.meter != whole.meter or whole.code not in RANKS:
                continue
            together = min(night.stop, whole.stop) - max(night.start, whole.start)
            if together < TOGETHER * min(night.stop - night.start, whole.stop - whole.start):
                continue
            if night.code == "meter_clock":
                dropped.add(at)
            elif night.code == "out_of_hours" and _family(whole) == "drift":
                dropped.add(at if _tells_more(whole, night) else other)
    return [one for at, one in enumerate(candidates) if at not in dropped]


def seen_from_above(candidates: Sequence[Candidate], parent: Ints) -> list[Candidate]:
    """Leave out rises that are told at the meters behind, day by day: by the hour PV may hide them at the main meter.

    Parameters
    ----------
    candidates : sequence of Candidate
    parent : (m,) array of int
        The meter above each, -1 for none.
    """
    told = [one for one in candidates if RANKS.get(one.code, 99) <= RANKS["efficiency_drift"]]
    kept: list[Candidate] = []
    for one in candidates:
        rising = one.code == "out_of_hours" or _family(one) == "drift"
        behind = [_within(two, one) for two in told if rising and _above(two.meter, one.meter, parent)]
        if sum(behind) <= EXPLAINED * float(one.excess.sum()) or not behind:
            kept.append(one)
    return kept


def _above(meter: int, over: int, parent: Ints) -> bool:
    """Whether a meter lies behind another."""
    for _ in range(len(parent)):
        meter = int(parent[meter])
        if meter in (-1, over):
            break
    return meter == over


def _within(one: Candidate, span: Candidate) -> float:
    """Energy of a candidate on the days of another."""
    low, high = max(one.start, span.start), min(one.stop, span.stop)
    return float(one.excess[low - one.start : high - one.start].sum()) if high > low else 0.0


def _tells_more(whole: Candidate, part: Candidate) -> bool:
    """Whether a rise of the whole day tells more than one by night, on days off or before and after work."""
    if part.params.get("window", 0.0):
        return _within(part, whole) < PART * _within(whole, part)
    return _rise(whole, part) >= EVEN * _rise(part, whole)


def _rise(one: Candidate, two: Candidate) -> float:
    """Rise of a candidate's daily statistic on the days that it has in common with another. [kW]"""
    days = slice(max(one.start, two.start), min(one.stop, two.stop))
    rise = one.actual[days] - one.expected[days]
    return float(np.nanmean(rise)) if np.isfinite(rise).any() else 0.0


def _family(one: Candidate) -> str:
    return FAMILIES.get(one.code, one.code)


def _both(one: Candidate, two: Candidate) -> Candidate:
    start, stop = one.start, max(one.stop, two.stop)
    excess = np.zeros((stop - start, 24), dtype=np.float32)
    excess[: one.stop - start] = one.excess
    part = excess[two.start - start : two.stop - start]
    np.maximum(part, two.excess, out=part)
    larger = one if one.excess.sum() >= two.excess.sum() else two
    pv = {one.code, two.code} & {"pv_soiling"}
    rising = one.code.startswith("pv") and two.excess.mean() > 1.5 * one.excess.mean()
    code = "pv_soiling" if pv or rising else larger.code
    return replace(larger, code=code, start=start, stop=stop, excess=excess, score=max(one.score, two.score))


def _claim(view: View, one: Candidate) -> Claim:
    """What a candidate would claim of the assessed year."""
    late = max(one.start, view.first)
    energy = np.nan_to_num(np.maximum(one.excess[late - one.start :], 0.0)).astype(np.float32)
    energy = np.where(view.days.hour[late : one.stop] >= 0, energy, np.float32(0))
    return Claim(one.meter, late * 24, energy.ravel(), RANKS.get(one.code, 99))


def _row(view: View, one: Candidate, claim: Claim, given: Floats, ledger: Ledger, rates: Rates) -> tuple[Any, ...]:
    energy, asked = float(given.sum(dtype=np.float64)), float(claim.energy.sum(dtype=np.float64))
    money, kg = ledger.worth(one.meter, claim.first, given) if one.code in RANKS else (None, None)
    low, high = widened(one.code, *one.relative, history=view.first > 0)
    on = one.stop >= len(view.days.dates)
    days = max(one.stop - max(one.start, view.first), 1)
    account = int(rates.price_of[one.meter])
    names = _NUMBERS.get(one.code, ("days", "days"))
    numbers = [_number(one.params.get(name)) for name in ("before", "after", *names)]
    energies = (energy, energy * low, energy * high)
    moneys = tuple(None if money is None else money * share for share in (1.0, low, high))
    kgs = tuple(None if kg is None else kg * share for share in (1.0, low, high))
    return (
        one.code,
        view.sites.ids[int(view.meters.site[one.meter])],
        view.meters.ids[one.meter],
        _stamp(view.days.moment(one.start)),
        None if on else _stamp(view.days.moment(one.stop)),
        str(view.meters.unit[one.meter]),
        *energies,
        *moneys,
        rates.currencies[account] if account >= 0 and money is not None else None,
        *kgs,
        energy / days,
        one.at_stake,
        confidence(one.code, one.score),
        one.score,
        energy / asked if asked > 0 else 1.0,
        dict(zip(("before", "after", "a", "b"), numbers, strict=True)),
        *_picture(view, one),
    )


def widened(code: str, low: float, high: float, *, history: bool = True) -> tuple[float, float]:
    """The interval with what the method itself leaves out or puts in too much, both taken as independent.

    Parameters
    ----------
    code : str
        Of the finding.
    low, high : float
        Of chance alone, as shares of the energy.
    history : bool
        Whether the year before was looked at too.

    Examples
    --------
    >>> tuple(round(share, 3) for share in widened("pv_outage", 0.94, 1.06))
    (0.9, 1.1)
    """
    if code not in RANKS or code in _DOUBTFUL:
        return low, high
    below, above = (_BEYOND if history else _ALONE).get(FAMILIES.get(code, code), MARGIN)
    return max(1 - float(np.hypot(1 - low, below)), 0.0), 1 + float(np.hypot(high - 1, above))


def _stamp(moment: np.datetime64) -> datetime:
    return datetime(1970, 1, 1) + timedelta(hours=int(moment.astype("datetime64[h]").astype(np.int64)))


def _number(value: float | str | None) -> float | None:
    return float(value) if isinstance(value, (int, float)) and np.isfinite(value) else None


def confidence(code: str, score: float) -> float:
    """How sure it is that the finding is one: 0.5 at the least score that is told, 0.75 at twice that.

    What is told by comparison with others alone is never surer than a half: there may be a reason for it.

    Examples
    --------
    >>> confidence("lights_by_day", 12.0), confidence("above_peers", 12.0)
    (0.75, 0.5)
    """
    bar = _BAR.get(code, 6.0)
    return min(1 - bar / (2 * max(score, bar)), _DOUBTFUL.get(code, 0.99))


def _picture(view: View, one: Candidate) -> tuple[list[object], ...]:
    """Weeks of the assessed year (with what went before, where it began then), and the day during and outside."""
    first = max(min(view.first, one.start - LEAD), 0)
    count = (len(view.days.dates) - first) // 7
    weeks = [view.days.dates[first + 7 * at].item() for at in range(count)]
    actual, expected = (_weekly(values[first:], count) for values in (one.actual, np.maximum(one.expected, 0.0)))
    power = view.power[one.meter]
    inside = np.zeros(len(power), dtype=bool)
    inside[one.start : one.stop] = True
    outside = ~inside
    if outside[view.first :].sum() >= LEAD:
        outside[: view.first] = False
    days = [_listed(mean(power[where].T)) if where.any() else [] for where in (inside, outside)]
    return weeks, actual, expected, *days


def _weekly(values: Wide, count: int) -> list[object]:
    return _listed(mean(values[: 7 * count].reshape(count, 7)))


def _listed(values: Wide) -> list[object]:
    return [None if np.isnan(value) else round(float(value), 4) for value in values]
