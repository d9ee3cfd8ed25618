"""What counts as a non-routine event, and how often as much is seen where nothing is known to have happened."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np


@dataclass(frozen=True, kw_only=True)
class EventRules:
    """What counts as an event; chosen on 2012-2015 of the university estate but for `shared_meters`.

    Parameters
    ----------
    window, least : int
        Days on each side of a step, and known days that there must be among them.
    season : int
        Days on each side over which the baseline's residuals tell what is usual at a time of the year.
    alone_share, alone_score : float
        Least step over usual use, and over the meter's usual contrast, of an event that one meter shows by itself.
    shared_share, shared_score : float
        The same for meters whose steps are counted for an event of many meters.
    shared_part, shared_meters, shared_days : float, int, int
        Part of the meters of a kind that must step the same way within so many days of a date, and least number of
        meters for such a count.
    member_share, member_score, member_days : float, float, int
        Least step of a meter, either way, within so many days of an event of many, to be part of it.
    most : int
        Events of a meter.
    """

    window: int = 42
    least: int = 25
    season: int = 10
    alone_share: float = 0.5
    alone_score: float = 12.0
    shared_share: float = 0.15
    shared_score: float = 3.0
    shared_part: float = 0.4
    shared_meters: int = 15
    shared_days: int = 7
    member_share: float = 0.1
    member_score: float = 1.0
    member_days: int = 21
    most: int = 3


IN_BASELINE = EventRules(alone_score=4.0, shared_score=2.0, shared_part=0.5)
"""Rules of the baseline itself, whose scores are over a median and not over a root mean square."""


@cache
def _table() -> dict[str, Any]:
    text = resources.files("wattstone.savings").joinpath("data/event_scores.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def chance_of(score: float) -> float:
    """Share of ordinary meter-years in which some step of a meter scores as high.

    Parameters
    ----------
    score : float
        Step over usual contrast.

    Returns
    -------
    float
        (k + 1) / (n + 1) with k of n meter-years; above 0 for there is always one more that nobody looked at.

    Notes
    -----
    The meter-years are those of 2012 to 2015 of the university estate (`data/event_scores.toml`), real events among
    them: the share is too large rather than too small.
    """
    scores, years = np.array(_table()["scores"]), int(_table()["meter_years"])
    return float((len(scores) - np.searchsorted(scores, score) + 1) / (years + 1))


def chance_near(score: float) -> float:
    """Share of ordinary days within three weeks of which a meter has a step that scores as high.

    Parameters
    ----------
    score : float
        Step over usual contrast.

    Returns
    -------
    float
        By percentiles of the same meter-years as in `chance_of`; at least 0.01.
    """
    ranks = np.array(_table()["near"])
    return float(max(1 - np.searchsorted(ranks, score) / (len(ranks) - 1), 0.01))
