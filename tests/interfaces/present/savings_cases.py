"""Made-up measures with simulated meters: a saving, none, an increase, and data that do not suffice."""

import hashlib
from dataclasses import replace
from datetime import date
from math import nan, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.baselines.conditions import Conditions
from wattstone.baselines.daily_fit import fit_daily_models
from wattstone.portfolio.measures import Measure
from wattstone.savings.periods import Dates, Sufficiency
from wattstone.savings.persistence import persistence
from wattstone.savings.result import (
    Amount,
    Estimate,
    Event,
    Excluded,
    Fsu,
    MeasureSaving,
    MeterSaving,
    Month,
    Series,
    Total,
    Verdict,
    Worth,
    verdict,
)
from wattstone.savings.result_checks import checks_of
from wattstone.savings.result_json import as_dict

Floats = npt.NDArray[np.float64]
BASELINE = Dates(date(2017, 4, 1), date(2018, 3, 31))
REPORTING = Dates(date(2018, 6, 1), date(2019, 5, 31))
BALANCE, SLOPE, BASE = 14.5, 46.0, 820.0
KG, PRICE = 0.2556, 0.132
GAP = Finding(
    code="sufficiency.days",
    place="meter 'plant-2'",
    found="{known} of {total} days have use and temperature",
    expected="{share} of the days of the baseline",
    remedy="load the missing readings, or move the baseline",
    params={"known": 262, "total": 365, "share": "90 %", "clause": "2.2.1.2", "source": "CalTRACK 2.0 methods"},
    count=103,
    first="2017-07-02",
)
HOT = Finding(
    code="sufficiency.extreme",
    place="meter 'hall'",
    found="{count} {count:day lies|days lie} more than three interquartile ranges above the third quartile",
    expected="none",
    remedy="look at these days; nothing was taken out",
    params={"clause": "2.2.4", "source": "CalTRACK 2.0 methods"},
    count=2,
    severity="warning",
)


def days_of(span: Dates) -> npt.NDArray[np.datetime64]:
    return np.arange(np.datetime64(span.first, "D"), np.datetime64(span.last, "D") + 1)


def temperature(days: npt.NDArray[np.datetime64], rng: np.random.Generator) -> Floats:
    at = (days - days.astype("datetime64[Y]")).astype(float)
    return 10.5 - 8.2 * np.cos(2 * np.pi * (at - 20) / 365) + rng.normal(0, 2.2, len(days))


def series(span: Dates, seed: int, *, size: float, saved: float, hourly: bool) -> Series:
    rng = np.random.default_rng(seed)
    days = days_of(span)
    warm = temperature(days, rng)
    weekday = (days.astype(int) + 3) % 7
    mean = (BASE + SLOPE * np.maximum(BALANCE - warm, 0)) * np.where(weekday < 5, 1.0, 0.72) * size
    noise = np.zeros(len(days))
    shocks = rng.normal(0, 0.055, len(days))
    for day in range(1, len(days)):
        noise[day] = 0.45 * noise[day - 1] + shocks[day]
    observed = mean * (1 - saved + noise)
    observed[40:43] = nan
    if not hourly:
        half = 0.105 * mean
        return Series(
            step="day", start=days.astype("datetime64[s]"), date=days, observed=observed, expected=mean,
            lower=mean - half, upper=mean + half, temperature=warm, used=~np.isnan(observed),
        )  # fmt: skip
    shape = 1 + 0.5 * np.sin(2 * np.pi * (np.arange(24) - 8) / 24)
    start = (days[:, None] + np.arange(24).astype("timedelta64[h]")).astype("datetime64[s]").ravel()
    spread = [np.outer(one, shape / 24).ravel() for one in (observed, mean, 0.8 * mean, 1.2 * mean)]
    return Series(
        step="hour", start=start, date=np.repeat(days, 24), observed=spread[0], expected=spread[1], lower=spread[2],
        upper=spread[3], temperature=np.repeat(warm, 24), used=~np.isnan(spread[0]),
    )  # fmt: skip


def months(one: Series, share: float, unit: str) -> tuple[Month, ...]:
    known = ~np.isnan(one.observed)
    of = one.date.astype("datetime64[M]")
    found: list[Month] = []
    for month in np.unique(of):
        here = known & (of == month)
        observed, expected = float(one.observed[here].sum()), float(one.expected[here].sum())
        half = share * expected
        saved = expected - observed
        estimate = Estimate(saved, saved - half, saved + half, unit)
        first = month.astype("datetime64[D]").item()
        part = float(here.sum() / (of == month).sum())
        found.append(Month(month=first, observed=observed, expected=expected, avoided=estimate, known=part))
    return tuple(found)


CALIBRATION: dict[str, Any] = {
    "level": 0.9,
    "sources": ["earlier years", "comparison meters"],
    "notes": [],
    "pools": {
        "electricity": {
            "day": {"quantile": 2.1, "periods": 61, "meters": 48, "other": 0.0, "reference": 0.0, "coverage": 0.902},
            "month": {"quantile": 1.9, "periods": 61, "meters": 48, "other": 0.0, "reference": 0.0, "coverage": 0.897},
            "total": {"quantile": 1.8, "periods": 61, "meters": 48, "other": 12.0, "reference": 0.0, "coverage": 0.911},
        }
    },
}


def model(fit: Series) -> dict[str, Any]:
    """Change points, fitted to the days of a series."""
    first = np.concatenate([[True], fit.date[1:] != fit.date[:-1]])
    edge = np.flatnonzero(first)
    assert fit.temperature is not None
    conditions = Conditions(
        step="day", zone="Europe/London", start=fit.date[edge].astype("datetime64[s]"), hours=np.full(len(edge), 24.0),
        date=fit.date[edge], hour=np.zeros(len(edge), dtype=np.int64), off=np.zeros(len(edge), dtype=bool),
        temperature=fit.temperature[edge],
    )  # fmt: skip
    use = np.add.reduceat(fit.observed, edge)[None]
    return fit_daily_models(use, conditions).to_json(0)


def meter_saving(
    name: str = "hall", *, seed: int = 5, size: float = 1.0, saved: float = 0.12, half: float = 0.045,
    hourly: bool = False, kind: str = "electricity", unit: str = "kWh",
) -> MeterSaving:  # fmt: skip
    fit = series(BASELINE, seed, size=size, saved=0.0, hourly=hourly)
    after = series(REPORTING, seed + 100, size=size, saved=saved, hourly=hourly)
    known = ~np.isnan(after.observed)
    observed, expected = float(after.observed[known].sum()), float(after.expected[known].sum())
    value = expected - observed
    avoided = Estimate(value, value - half * expected, value + half * expected, unit)
    amount = Amount(gross=avoided, adjusted=avoided, method="model")
    worth = Worth(
        energy=amount,
        cost=Amount(gross=avoided.times(PRICE, "GBP"), adjusted=avoided.times(PRICE, "GBP"), method="tariff 'unit'"),
        emissions=Amount(gross=avoided.times(KG, "kg CO2e"), adjusted=avoided.times(KG, "kg CO2e"),
                         method="hourly intensity GB", source="UK grid operator", unvalued=0.012),
    )  # fmt: skip
    share = value / expected
    by_month = months(after, half * 1.8, unit)
    return MeterSaving(
        meter=name, kind=kind, unit=unit, baseline=BASELINE, reporting=REPORTING,
        baseline_data=Sufficiency(meter=name, findings=(HOT,)), reporting_data=Sufficiency(meter=name),
        method="towt/1" if hourly else "daily/1",
        model={"method": "towt/1", "constant": [0.0] * 168, "busy": [0] * 55, "slope": [0.0] * 12, "parameters": 180}
        if hourly else model(fit),
        goodness={"n": 362, "p": 5, "mean": 960.0 * size, "rmse": 62.0 * size, "cv_rmse": 0.0648, "nmbe": -0.0004,
                  "r2": 0.931, "adjusted_r2": 0.930, "pnrmse": 0.062, "autocorrelation": 0.44},
        checks=checks_of(
            {"cv_rmse": 0.0648, "nmbe": -0.0004, "r2": 0.931, "fsu68": half / abs(share) / 1.65, "saving_share": share,
             "fsu": half / abs(share), "saving_over_error": 1.645 * share / half},
            step="hour" if hourly else "day", months=12, option="C",
        ),
        observed=observed, expected=expected, avoided=avoided, interval_method="conformal/1",
        calibration=CALIBRATION,
        fsu=(
            Fsu(variant="g14", fraction=0.021 / abs(share), n=362, n_effective=142.0, m=362, t=1.655),
            Fsu(variant="g14-sun-baltazar", fraction=0.024 / abs(share), n=362, n_effective=142.0, m=362, t=1.655),
        ),
        normalised=avoided.times(1.04, unit), typical_year="TMYx Cambridge", worth=worth,
        months=by_month, persistence=as_dict(persistence(by_month)), fit=fit, series=after,
    )  # fmt: skip


def total_of(meters: tuple[MeterSaving, ...]) -> Total:
    found = [one for one in meters if one.avoided is not None]
    estimates = [one.avoided for one in found if one.avoided is not None]
    value, wide = sum(one.value for one in estimates), [one.half_width for one in estimates]

    def around(half: float) -> Estimate:
        return Estimate(value, value - half, value + half, found[0].unit)

    apart, together = sqrt(sum(one**2 for one in wide)), sum(wide)
    half = sqrt(0.7 * apart**2 + 0.3 * together**2)
    return Total(
        kind=found[0].kind, unit=found[0].unit, meters=tuple(one.meter for one in found),
        observed=sum(one.observed for one in found), expected=sum(one.expected for one in found),
        avoided=around(half), independent=around(apart), dependent=around(together),
        correlation=0.3 if len(found) > 1 else nan,
        missing=tuple(one.meter for one in meters if one.avoided is None),
    )  # fmt: skip


def summed(meters: tuple[MeterSaving, ...], part: str) -> Amount | None:
    found = [one.worth for one in meters if one.worth is not None]
    amounts = [getattr(one, part) for one in found if getattr(one, part) is not None]
    if not amounts:
        return None
    value = sum(one.gross.value for one in amounts)
    half = sum(one.gross.half_width for one in amounts)
    both = Estimate(value, value - half, value + half, amounts[0].gross.unit)
    return replace(amounts[0], gross=both, adjusted=both)


def measured(meters: tuple[MeterSaving, ...], *, name: str = "LED lamps", **said: Any) -> MeasureSaving:
    known = tuple(one for one in meters if one.avoided is not None)
    total = total_of(meters) if known else None
    fields: dict[str, Any] = {
        "measure": "led-hall", "name": name, "option": "C", "meters": meters,
        "totals": (total,) if total else (), "cost": summed(meters, "cost"), "emissions": summed(meters, "emissions"),
        "expected_saving": Estimate(60_000.0, nan, nan, "kWh"),
        "verdict": verdict(total.avoided if total else None),
    }  # fmt: skip
    return MeasureSaving(**{**fields, **said})


def saving(**said: Any) -> MeasureSaving:
    return measured((meter_saving(),), **said)


def three_meters() -> MeasureSaving:
    long = "Laboratory for Materials and Surface Chemistry, North Wing, switchboard 4"
    events = (
        Event(meter=long, first=date(2018, 9, 3), last=date(2018, 10, 12), size=212.0, unit="kWh", share=0.14,
              score=6.2, p_value=0.002, status="confirmed", reason="extra kilns hired for an order", who="Lin Wei"),
        Event(meter=long, first=date(2019, 3, 4), last=None, size=-74.0, unit="kWh", share=-0.05, score=3.9,
              p_value=0.041),
        Event(meter=long, first=date(2018, 12, 24), last=date(2019, 1, 2), size=-180.0, unit="kWh", share=-0.12,
              score=4.4, p_value=0.02, status="rejected", reason="the usual closure", who="Lin Wei"),
    )  # fmt: skip
    wing = meter_saving(long, seed=9, size=1.6, saved=0.09, hourly=True)
    assert wing.worth is not None
    assert wing.avoided is not None
    moved = replace(wing.avoided, value=wing.avoided.value * 1.11, lower=wing.avoided.lower * 1.11,
                    upper=wing.avoided.upper * 1.11)  # fmt: skip
    excluded = (
        Excluded(first=date(2018, 9, 3), last=date(2018, 10, 12), intervals=960, why="event",
                 reason="extra kilns hired for an order"),
        Excluded(first=date(2018, 7, 11), last=date(2018, 7, 13), intervals=72, why="no reading"),
    )  # fmt: skip
    worth = replace(wing.worth, energy=Amount(gross=wing.avoided, adjusted=moved, method="model"))
    wing = replace(wing, events=events, excluded=excluded, worth=worth)
    chosen = (("sufficiency.days", "the meter was exchanged in July; agreed with the client on 3 June"),)
    odd = replace(
        meter_saving("plant-2", seed=13, size=0.5, saved=0.16),
        baseline_data=Sufficiency(meter="plant-2", findings=(GAP,), overridden=chosen),
    )
    return measured(
        (meter_saving(), wing, odd), name="Lamps, sensors and a new chiller", shared={"led-hall": 0.7, "chiller": 0.3}
    )


def no_saving() -> MeasureSaving:
    return measured((meter_saving(seed=21, saved=0.015),), name="Window film")


def increase() -> MeasureSaving:
    return measured((meter_saving(seed=31, saved=-0.11),), name="New ventilation")


def not_determined() -> MeasureSaving:
    short = Finding(
        code="sufficiency.length", place="meter 'hall'", found="a baseline of {days} days", expected="at most {most}",
        remedy="name a baseline of a year or less", count=1,
        params={"days": 412, "most": 365, "clause": "2.2.1.1", "source": "CalTRACK 2.0 methods"},
    )  # fmt: skip
    meters = tuple(
        MeterSaving(
            meter=name, kind="electricity", unit="kWh", baseline=BASELINE, reporting=REPORTING,
            baseline_data=Sufficiency(meter=name, findings=findings), reporting_data=Sufficiency(meter=name),
        )
        for name, findings in (("hall", (short, HOT)), ("plant-2", (GAP,)))
    )  # fmt: skip
    return measured(meters, name="Retuned boiler", reasons=(short, GAP))


def verdicts() -> dict[Verdict, MeasureSaving]:
    return {
        "saving": saving(),
        "no significant saving": no_saving(),
        "increase": increase(),
        "not determined": not_determined(),
    }


def record(found: MeasureSaving, **said: Any) -> Measure:
    """The measure as somebody recorded it."""
    fields: dict[str, Any] = {
        "id": found.measure, "site_id": "harbour", "meters": tuple(one.meter for one in found.meters),
        "name": found.name, "option": found.option, "owner": "Lin Wei, facilities", "status": "done",
        "description": "412 lamps replaced by LED with daylight control",
        "boundary": "Lighting and small power of the hall, from the main switchboard on",
        "inside": ("hall", "north wing"), "blackout": "2018-04-01/2018-05-31", "expected_saving": 60,
        "expected_unit": "MWh", "cost": 38_500, "currency": "GBP",
    }  # fmt: skip
    return Measure(**{**fields, **said})


def ids(found: MeasureSaving) -> dict[str, str]:
    """Ids of figures as a workspace would have recorded them."""
    names = [f"{what}@measure:{found.measure}" for what in ("avoided.electricity", "cost", "emissions")]
    names += [f"{what}@meter:{one.meter}" for one in found.meters for what in ("avoided", "normalised")]
    return {name: hashlib.sha256(name.encode()).hexdigest()[:20] for name in names}
