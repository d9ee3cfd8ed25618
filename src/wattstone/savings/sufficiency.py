"""Whether readings and weather suffice for a verification: every rule enforced, every breach told with its clause.

Rules are data (`rules`); their limits, clauses and sources stand there. CalTRACK's rules are those of its Methods 2.0,
section 2.2 and 2.3; ASHRAE Guideline 14's text was not at hand, so that nothing here disqualifies by it alone.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.savings.periods import Baseline, Dates, Reporting, Sufficiency
from wattstone.savings.rules import Sort, sufficiency_rules
from wattstone.savings.sufficiency_clock import check_clocks
from wattstone.savings.sufficiency_days import check_days, check_reporting_days
from wattstone.savings.sufficiency_facts import Facts, facts_of
from wattstone.savings.sufficiency_report import Told
from wattstone.savings.sufficiency_values import check_flags, check_net_metering, check_values

Overrides = Mapping[str, Mapping[str, str]]
"""Reasons by rule code, by meter; under `*` those of every meter."""

Flags = npt.NDArray[np.integer]


def check_baseline(
    batch: Baseline,
    *,
    overrides: Overrides | None = None,
    segmented: bool = False,
    flags: Flags | None = None,
    left_out: Flags | None = None,
    estimated: Flags | None = None,
) -> tuple[Sufficiency, ...]:
    """Check the baselines of a batch of meters.

    Parameters
    ----------
    batch : Baseline
        Hours, days or bills; hours for an hourly model, and for a daily one too where hours are what there is. The
        temperature of a bill is NaN where less than 90 % of it is known (CalTRACK 2.0, 2.2.3.2).
    overrides : mapping or None
        By meter (`*` for all), the reason for each rule that is overridden.
    segmented : bool
        The model has one part for each month, as CalTRACK's hourly one.
    flags : (m, t) array of int or None
        `readings.schema.Flag` of each reading, where those that are doubtful still stand in the use.
    left_out : (m,) array of int or None
        Intervals that were read and that a named treatment (`treatments.clean`) made gaps. Where zeros are not missing
        by CalTRACK, that is for all but electricity, these days are named and do not count as missing.
    estimated : (m,) array of int or None
        Bills that rested on estimated reads, as `sufficiency_bills.merge_estimated` counts them.

    Returns
    -------
    tuple of Sufficiency
        Of each meter, in the order of the batch.
    """
    sort: Sort = "segmented" if segmented and batch.conditions.step == "hour" else batch.conditions.step
    told, facts = Told(batch, sort), facts_of(batch, left_out)
    for check in (check_days, check_values, check_clocks):
        check(told, facts)
    check_flags(told, flags)
    for at, count in enumerate(() if estimated is None else estimated):
        if count:
            told.say("baseline.bill_estimated", at, count=int(count))
    return told.sufficiency(overrides)


def check_reporting(
    batch: Reporting,
    baseline: Baseline | None = None,
    *,
    overrides: Overrides | None = None,
    flags: Flags | None = None,
    left_out: Flags | None = None,
    blackout: Dates | None = None,
) -> tuple[Sufficiency, ...]:
    """Check the reporting periods of a batch of meters, by themselves and against their baselines.

    Parameters
    ----------
    batch : Reporting
        Hours, days or bills.
    baseline : Baseline or None
        The same meters in the same order.
    overrides, flags, left_out
        As of `check_baseline`.
    blackout : Dates or None
        The days of the works.

    Returns
    -------
    tuple of Sufficiency
        Of each meter. Days that are missing are named and do not disqualify, unless all are missing.
    """
    told, facts = Told(batch, batch.conditions.step), facts_of(batch, left_out)
    before = None if baseline is None else facts_of(baseline)
    check_reporting_days(told, facts, before)
    check_values(told, facts)
    if baseline is not None and before is not None:
        for finding in check_periods(baseline.dates, batch.dates, blackout=blackout, sort=told.sort):
            told.all(finding)
        _check_meters(told, baseline, batch)
        check_net_metering(told, facts, before)
    check_flags(told, flags)
    return told.sufficiency(overrides)


def check_periods(
    baseline: Dates, reporting: Dates, *, blackout: Dates | None = None, sort: Sort = "day", place: str = "periods"
) -> tuple[Finding, ...]:
    """Whether two periods and the works between them are in order.

    Parameters
    ----------
    baseline, reporting, blackout : Dates
        Local days, both ends included.
    sort : {'hour', 'segmented', 'day', 'bill'}
        Of model.
    place : str
        Of the findings.

    Examples
    --------
    >>> from datetime import date
    >>> year = Dates(date(2018, 1, 1), date(2018, 12, 31))
    >>> [one.code for one in check_periods(year, year)]
    ['periods.overlap']
    """
    rules = sufficiency_rules()
    found: list[Finding] = []
    named: dict[str, Any] = {"baseline": str(baseline), "reporting": str(reporting), "blackout": str(blackout)}
    shared = shared_days(baseline, reporting)
    if reporting.first < baseline.first:
        found.append(rules["periods.order"].finding(place, sort, **named))
    if shared:
        found.append(rules["periods.overlap"].finding(place, sort, days=shared, **named))
    found += [
        rules["periods.blackout"].finding(place, sort, days=days, period=str(period), **named)
        for period in (baseline, reporting)
        if blackout is not None and (days := shared_days(blackout, period))
    ]
    between = (reporting.first - baseline.last) - timedelta(days=1)
    if between.days > rules["periods.gap"].limit:
        found.append(rules["periods.gap"].finding(place, sort, days=between.days, **named))
    return tuple(found)


def shared_days(one: Dates, other: Dates) -> int:
    """How many days two periods share."""
    return max((min(one.last, other.last) - max(one.first, other.first)).days + 1, 0)


def _check_meters(told: Told, baseline: Baseline, reporting: Reporting) -> None:
    zones = baseline.conditions.zone, reporting.conditions.zone
    for at in range(len(reporting.meters)):
        before, after = (
            f"{batch.meters[at]} ({batch.kinds[at]}, {batch.units[at]}, {zone})"
            for batch, zone in zip((baseline, reporting), zones, strict=True)
        )
        if before != after:
            told.say("periods.meter", at, before=before, after=after)


__all__ = ["Facts", "Overrides", "check_baseline", "check_periods", "check_reporting", "facts_of", "shared_days"]
