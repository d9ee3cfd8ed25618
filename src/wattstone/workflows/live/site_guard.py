"""The guards of `dispatch`, as the live loop asks them: with what is measured, and what each device did before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from wattstone.dispatch.guards import REASONS, Before, Guarded
from wattstone.dispatch.guards_site import guard_site
from wattstone.workflows.live.model import Device, Sample, Verdict
from wattstone.workflows.live.site_view import SiteView

_ON = 1e-9  # kW


@dataclass(frozen=True)
class _Did:
    power: float  # kW
    at: datetime
    changed: datetime  # when it last went on or off


class SiteGuard:
    """Hard limits of every device, and of the connection where the rest of the site is measured.

    Parameters
    ----------
    view : SiteView
        The site and its meters.
    hold : float
        How long a set-point holds at most: the longest expiry. [h]
    stale_after : float
        Age at which a reading no longer counts. [s]
    """

    def __init__(self, view: SiteView, *, hold: float, stale_after: float = 900.0) -> None:
        self._view, self._hold, self._stale_after = view, hold, stale_after
        self._did: dict[str, _Did] = {}

    def check(
        self, wanted: Mapping[str, float], *, start: datetime, latest: Mapping[str, Sample]
    ) -> Mapping[str, Verdict]:
        """What may be sent together in the step that begins at `start`."""
        view = self._view
        asked = {name: value * view.full(name) for name, value in wanted.items()}
        guarded = guard_site(
            view.site,
            asked,
            seen={name: view.seen(name, latest, start) for name in view.devices},
            before={name: self._before(name, start) for name in view.devices},
            rest=view.now(view.roles.load_signs, latest),
            hours=self._hold,
            pv=sum(view.sun(latest).values()),
            buildings=self._buildings(latest),
            stale_after=self._stale_after,
        )
        return {
            one.device: Verdict(*self._verdict(one, wanted[one.device]))
            for one in guarded.devices
            if one.device in wanted
        }

    def _buildings(self, latest: Mapping[str, Sample]) -> dict[str, tuple[float, float]]:
        """What the rest of each building draws now, and what PV feeds there, as far as both are known."""
        view = self._view
        found: dict[str, tuple[float, float]] = {}
        for one in view.site.buildings:
            rest = view.now(view.roles.buildings.get(one.id, {}), latest)
            if rest is not None:
                found[one.id] = rest, sum(view.sun(latest, inside=one.devices).values())
        return found

    def remember(self, device: Device, value: float, *, start: datetime) -> None:
        """Take note of what a device acknowledged."""
        power = value * self._view.full(device.id)
        did = self._did.get(device.id)
        changed = start if did is None or (did.power > _ON) != (power > _ON) else min(did.changed, start)
        self._did[device.id] = _Did(power, start, changed)

    def _verdict(self, one: Guarded, wanted: float) -> tuple[float, str]:
        """In the unit of the device; what was not changed stays as it was to the last digit."""
        if not one.reasons and one.power == one.asked:
            return wanted, ""
        return one.power / self._view.full(one.device), "; ".join(REASONS.get(name, name) for name in one.reasons)

    def _before(self, name: str, start: datetime) -> Before:
        did = self._did.get(name)
        if did is None:
            return Before()
        # A clock that was set back would hold a device for as long as it was set back by: it counts from now on.
        minutes, since = ((start - at).total_seconds() / 60 for at in (min(did.at, start), min(did.changed, start)))
        return Before(power=did.power, minutes=minutes, since=since)
