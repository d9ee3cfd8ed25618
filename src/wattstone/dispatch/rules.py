"""Ways of running a site without a plan, to compare with: nothing at all, self-consumption, a clock on the tariff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.follow import Follow, fixed
from wattstone.dispatch.outcome import Backtest, month_numbers
from wattstone.dispatch.realise import Devices, SetPoints, realised
from wattstone.dispatch.safe import buffer_power

if TYPE_CHECKING:
    from wattstone.dispatch.outlook import Outlook, State
    from wattstone.dispatch.site import Battery, Site

Floats = NDArray[np.float64]
Rule = Literal["none", "self_consumption", "clock"]

__all__ = ["Rule", "by_rule"]

CHEAP, DEAR = 0.25, 0.75


def by_rule(site: Site, truth: Outlook, rule: Rule, *, initial: State, day: int) -> Backtest:
    """Run a site through a period by a rule.

    Vehicles charge and shiftable loads run at once, lighting is as wanted, buffers follow their bands. Batteries rest
    (`none`); take up what PV gives beyond the load of the very step and give it back when the load is larger
    (`self_consumption`, as inverters do by their own meter); or charge in the cheapest quarter of the day's prices and
    discharge into the site's load in the dearest (`clock`).

    Parameters
    ----------
    site : Site
        The site.
    truth : Outlook
        What happened.
    rule : {'none', 'self_consumption', 'clock'}
        How batteries are run.
    initial : State
        At the first step.
    day : int
        Steps of a day, over which the clock compares prices.

    Returns
    -------
    Backtest
        Named after the rule.
    """
    devices, prices = Devices(site, truth, initial), _cheap_and_dear(truth, day)
    running = np.zeros(len(site.buffers), dtype=np.bool_)
    lights = np.array([one.power for one in site.dimmables])
    for now in range(truth.steps):
        tasks, rows = devices.open_tasks(now, known=None, until=now + 1)
        inner = devices.inner
        buffers = np.array(
            [buffer_power(one, x, running=bool(on)) for one, x, on in zip(site.buffers, inner, running, strict=True)]
        )
        running = buffers > 0
        light = np.maximum(truth.wanted[:, now], truth.needed[:, now]) * lights if lights.size else lights
        drawn = _at_once(site, [task.device for task in tasks], [task.power for task in tasks])
        cheap, dear = bool(prices[0][now]), bool(prices[1][now])
        follow = tuple(_battery(one, site, rule, cheap=cheap, dear=dear) for one in site.batteries)
        battery = np.array([one.power for one in follow])
        pv = np.full(len(site.pv), np.inf)
        asked = SetPoints(pv, battery, dict(zip(rows, drawn.tolist(), strict=True)), light, buffers, follow)
        realised(devices, now, asked)
    return Backtest(name=rule, site=site, truth=truth, done=devices.finished(), months=month_numbers(site, truth))


def _at_once(site: Site, names: list[str], powers: list[float]) -> Floats:
    """Full power for all, within the charging limit in the order in which they came."""
    chargers, room = {one.id for one in site.chargers}, site.charging_limit
    drawn = np.array(powers, dtype=np.float64)
    for row, name in enumerate(names):
        if name in chargers:
            drawn[row] = min(drawn[row], room)
            room -= drawn[row]
    return drawn


def _battery(pack: Battery, site: Site, rule: Rule, *, cheap: bool, dear: bool) -> Follow:
    """What a battery is told; all follow the meter, for their own sun that of their building if that is what pays."""
    if rule == "self_consumption":
        own = bool(site.accounts) and site.netting.energy == "building"
        return Follow(power=0.0, floor=0.0, ceiling=0.0, least=-pack.discharge, most=pack.charge, own=own)
    if rule == "clock" and cheap:
        return Follow(power=pack.charge, ceiling=site.grid.import_limit, least=0.0, most=pack.charge)
    if rule == "clock" and dear:
        return Follow(power=0.0, ceiling=0.0, least=-pack.discharge)
    return fixed(0.0)


def _cheap_and_dear(truth: Outlook, day: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Steps in the cheapest and in the dearest quarter of their day's prices; none where prices do not differ."""
    steps = truth.steps
    padded = np.pad(truth.import_price, (0, -steps % day), mode="edge").reshape(-1, day)
    low, high = np.quantile(padded, CHEAP, axis=1)[:, None], np.quantile(padded, DEAR, axis=1)[:, None]
    differ = padded.max(axis=1, keepdims=True) > padded.min(axis=1, keepdims=True) + 1e-9
    cheap, dear = (padded <= low) & differ, (padded >= high) & differ & (padded > low)
    return cheap.ravel()[:steps], dear.ravel()[:steps]
