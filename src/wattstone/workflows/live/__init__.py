"""One site steered live: a plan each interval, guarded set-points with an expiry, and all of it kept as readings."""

from wattstone.workflows.live.loop import LiveLoop
from wattstone.workflows.live.model import (
    Command,
    Device,
    LiveSettings,
    NoPlan,
    Outcome,
    PlanRequest,
    Sample,
    SetPoints,
    Verdict,
)
from wattstone.workflows.live.times import Moment, Timeline

__all__ = [
    "Command",
    "Device",
    "LiveLoop",
    "LiveSettings",
    "Moment",
    "NoPlan",
    "Outcome",
    "PlanRequest",
    "Sample",
    "SetPoints",
    "Timeline",
    "Verdict",
]
