"""What a live loop passes round: readings as they arrive, schedules, commands, and what became of them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from wattstone.base import Finding

Source = Literal["plan", "fallback", "release"]
"""Why a device is told what it is told."""


@dataclass(frozen=True)
class Sample:
    """A reading as it arrives.

    Parameters
    ----------
    meter_id : str
        Whose.
    start : datetime
        Naive UTC, start of its interval.
    seconds : int
        Length of its interval. [s]
    value : float or None
        In the unit that was agreed for the meter (power in kW, energy in kWh per interval); None for a gap.
    """

    meter_id: str
    start: datetime
    seconds: int
    value: float | None

    @property
    def end(self) -> datetime:
        """When its interval ended."""
        return self.start + timedelta(seconds=self.seconds)


@dataclass(frozen=True, kw_only=True)
class Device:
    """Something that takes set-points.

    Parameters
    ----------
    id : str
        Unique at its site.
    unit : str
        Of its set-point: `kW` (charge positive), `1` for a share, `degC`.
    fallback : float or None
        What it is told where there is no plan; None: nothing, so that it returns to its own default when the last
        set-point expires.
    low, high : float
        Hard limits of the set-point, the last word before the wire. [unit]
    expiry : timedelta
        How long a set-point holds without being written again.
    """

    id: str
    unit: str
    fallback: float | None
    low: float
    high: float
    expiry: timedelta


@dataclass(frozen=True, kw_only=True)
class LiveSettings:
    """How a site's loop runs.

    Parameters
    ----------
    site_id : str
        Which site.
    devices : tuple of Device
        What it steers.
    interval : timedelta
        A new plan each.
    refresh : timedelta
        Set-points are written each; part of the interval, shorter than every device's expiry.
    plan_age : timedelta
        How old a plan may grow while no newer one comes.
    clock_tolerance : timedelta
        By how much the clock may be set without being noticed.
    required : mapping of str to timedelta
        Meters without which there is no plan, and how old their readings may be.
    """

    site_id: str
    devices: tuple[Device, ...]
    interval: timedelta = timedelta(minutes=15)
    refresh: timedelta = timedelta(minutes=1)
    plan_age: timedelta = timedelta(minutes=30)
    clock_tolerance: timedelta = timedelta(seconds=2)
    required: Mapping[str, timedelta] = field(default_factory=dict[str, timedelta])

    def __post_init__(self) -> None:
        """Refuse what cannot be kept in step."""
        if self.interval % self.refresh:
            raise ValueError("the interval is a whole number of refreshes")
        if late := [one.id for one in self.devices if one.expiry <= self.refresh]:
            raise ValueError(f"set-points of {', '.join(late)} would expire before they are written again")


@dataclass(frozen=True)
class SetPoints:
    """Set-points of devices, step by step.

    Parameters
    ----------
    start : datetime
        Naive UTC, of the first step.
    step : timedelta
        Length of each.
    setpoints : mapping of str to tuple of float
        By device; NaN where there is none.
    """

    start: datetime
    step: timedelta
    setpoints: Mapping[str, tuple[float, ...]]

    def at(self, device: str, wall: datetime) -> float | None:
        """The set-point of a device at a time; None where the schedule has none."""
        values = self.setpoints.get(device, ())
        place = (wall - self.start) // self.step
        if not 0 <= place < len(values) or not math.isfinite(values[place]):
            return None
        return values[place]


@dataclass(frozen=True, kw_only=True)
class Command:
    """What a device is to be told in one step.

    Parameters
    ----------
    device : Device
        Which.
    start : datetime
        Naive UTC, start of the step.
    value : float or None
        Behind every guard; None: nothing is written, and the device returns to its default. [device.unit]
    wanted : float or None
        Before the guards. [device.unit]
    source : {'plan', 'fallback', 'release'}
        Whose value it is.
    reason : str
        Why it is not what the plan wanted, empty where it is.
    """

    device: Device
    start: datetime
    value: float | None
    wanted: float | None
    source: Source
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For machines; keys are stable."""
        return {
            "device": self.device.id,
            "start": f"{self.start.isoformat()}Z",
            "value": self.value,
            "wanted": self.wanted,
            "unit": self.device.unit,
            "source": self.source,
            "reason": self.reason,
            "expires_seconds": self.device.expiry.total_seconds(),
        }


@dataclass(frozen=True)
class Outcome:
    """What became of a command.

    Parameters
    ----------
    device : str
        Which.
    accepted : float or None
        What the device acknowledged; None where the link failed. [unit of the device]
    read_back : float or None
        What its register held afterwards. [unit of the device]
    error : str
        What went wrong, empty where nothing did.
    """

    device: str
    accepted: float | None = None
    read_back: float | None = None
    error: str = ""


@dataclass(frozen=True)
class Verdict:
    """What a guard makes of a set-point: the value that may be sent, None for none at all, and why it differs."""

    value: float | None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PlanRequest:
    """What a planner is asked.

    Parameters
    ----------
    start : datetime
        Naive UTC, start of the interval that the plan begins with.
    interval : timedelta
        Length of an interval.
    latest : mapping of str to Sample
        The newest reading of every meter that has one which is not too old.
    accepted : mapping of str to float
        What each device last acknowledged.
    """

    start: datetime
    interval: timedelta
    latest: Mapping[str, Sample]
    accepted: Mapping[str, float]


@dataclass(frozen=True)
class NoPlan:
    """A planner's answer where there is no plan: why, and what was found."""

    reason: str
    findings: tuple[Finding, ...] = ()
