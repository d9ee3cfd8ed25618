"""Batteries that follow the meter between two plans: at each refresh, as far as the meters are read that often.

An inverter that follows its own meter does better still, within seconds. Here the loop does it for those that take a
power alone.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np

from wattstone.dispatch.follow import Follow, follow_of
from wattstone.dispatch.plan import Plan
from wattstone.dispatch.site import Battery
from wattstone.workflows.live.model import Sample
from wattstone.workflows.live.site_view import SiteView

__all__ = ["FRESH", "adjusted"]

FRESH = timedelta(minutes=5)
"""A meter tells of now if its reading is no longer than this, and ended no longer ago."""


def adjusted(
    view: SiteView,
    plan: Plan,
    wanted: Mapping[str, float],
    *,
    start: datetime,
    latest: Mapping[str, Sample],
) -> dict[str, float]:
    """Set-points of a plan, with those of batteries moved to what the meters say.

    Parameters
    ----------
    view : SiteView
        Which meter says what.
    plan : Plan
        That is in force.
    wanted : mapping of str to float
        By device, in its unit.
    start : datetime
        Of the step, naive UTC.
    latest : mapping of str to Sample
        Newest reading of each meter.

    Returns
    -------
    dict of str to float
        As it was where the plan does not reach to `start`, or a meter of load or sun does not tell of now.
    """
    step = (start - plan.outlook.start) // timedelta(hours=plan.outlook.hours)
    meters = [*view.roles.load_signs, *(name for names in view.roles.pv.values() for name in names)]
    load = view.now(view.roles.load_signs, latest)
    if load is None or not 0 <= step < plan.outlook.steps or not all(_fresh(latest.get(one), start) for one in meters):
        return dict(wanted)
    powers = {name: value * view.full(name) for name, value in wanted.items() if np.isfinite(value)}
    rest = load + _devices(view, powers, latest)
    follows = zip(view.site.batteries, follow_of(plan, step, peak=plan.ceiling), strict=True)
    # One that lasts longer follows first, as in a backtest.
    lasting = sorted(follows, key=lambda one: -(view.state(one[0].id, latest) or 0.0) / one[0].discharge)
    moved = dict(wanted)
    for pack, follow in lasting:
        if pack.id in powers:
            own = _own(view, pack, follow, powers, latest)
            flow = follow.flow(rest - powers[pack.id], own)
            rest += flow - powers[pack.id]
            powers[pack.id] = flow
            moved[pack.id] = flow / view.full(pack.id)
    return moved


def _fresh(sample: Sample | None, start: datetime) -> bool:
    return sample is not None and sample.seconds <= FRESH.total_seconds() and start - sample.end <= FRESH


def _devices(
    view: SiteView, powers: Mapping[str, float], latest: Mapping[str, Sample], inside: frozenset[str] | None = None
) -> float:
    """What devices draw by their set-points, less what the sun feeds now under its own. [kW]"""
    systems = {one.id for one in view.site.pv}
    drawn = sum(value for name, value in powers.items() if name not in systems and (inside is None or name in inside))
    return drawn - sum(min(fed, powers.get(name, np.inf)) for name, fed in view.sun(latest, inside=inside).items())


def _own(
    view: SiteView, pack: Battery, follow: Follow, powers: Mapping[str, float], latest: Mapping[str, Sample]
) -> float:
    """Net power at the meter of the battery's building, without the battery; 0 where nothing is held there. [kW]"""
    if not follow.own and follow.limit == np.inf:
        return 0.0
    building = next(one for one in view.site.accounts if pack.id in one.devices)
    signs = view.roles.buildings.get(building.id, view.roles.parts[-1])
    return (view.now(signs, latest) or 0.0) + _devices(view, powers, latest, building.devices) - powers[pack.id]
