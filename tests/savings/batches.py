"""Batches of made-up meters for the rules of sufficiency: plain, whole and without a blemish until one is put in."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from wattstone.baselines.conditions import Conditions
from wattstone.baselines.timeline import fold_days, hours_of
from wattstone.savings.periods import Baseline, Dates, Reporting

LONDON = (51.5, -0.1)


def hours(first: date, days: int, zone: str = "Europe/London", **options: Any) -> Conditions:
    """Hours of some days, colder in winter and by night."""
    plain = hours_of(first, first + timedelta(days=days - 1), zone, **options)
    season = -8 * np.cos(2 * np.pi * plain.year_share)
    return replace(plain, temperature=10 + season + 4 * np.cos(2 * np.pi * (plain.hour - 15) / 24))


def working(conditions: Conditions, meters: int = 1) -> np.ndarray:
    """Use of buildings that work from 8 to 18 on weekdays, with a little noise of a fixed seed."""
    noise = np.random.default_rng(1).uniform(0.95, 1.05, (meters, len(conditions)))
    if conditions.step != "hour":
        return 24 * (2 + (conditions.weekday < 5)) * noise
    work = (conditions.hour >= 8) & (conditions.hour < 18) & (conditions.weekday < 5)
    return (2 + 3 * work) * noise


def batch_of(
    kind: type[Baseline] | type[Reporting], conditions: Conditions, use: np.ndarray | None = None, **options: Any
):
    """A batch over all of some conditions."""
    use = working(conditions) if use is None else use
    meters = len(use)
    last = conditions.date[-1].astype("datetime64[D]").item()
    given: dict[str, Any] = {
        "dates": Dates(conditions.date[0].item(), last),
        "meters": tuple(f"m{at}" for at in range(meters)),
        "kinds": ("electricity",) * meters,
        "units": ("kWh",) * meters,
        "use": use,
        "conditions": conditions,
    }
    return kind(**{**given, **options})


def baseline(first: date = date(2018, 1, 1), days: int = 365, *, step: str = "hour", **options: Any) -> Baseline:
    """A year of a working building."""
    conditions = hours(first, days) if step == "hour" else fold_days(hours(first, days))
    return batch_of(Baseline, conditions, **options)


def reporting(first: date = date(2019, 1, 1), days: int = 365, *, step: str = "hour", **options: Any) -> Reporting:
    """The year after it."""
    conditions = hours(first, days) if step == "hour" else fold_days(hours(first, days))
    return batch_of(Reporting, conditions, **options)
