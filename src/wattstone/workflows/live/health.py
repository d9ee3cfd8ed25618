"""How a live loop fares, for people and for whatever watches it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class Link:
    """One device's link: steps in a row that failed, and the last error."""

    failing: int = 0
    error: str = ""
    last_ok: datetime | None = None


@dataclass
class Health:
    """What happened since the loop began, and how it stands.

    Parameters
    ----------
    steps, plans, no_plans, fallbacks, guarded, jumps : int
        Steps taken; plans made and refused; commands that came from the fallback; commands that a guard changed;
        times the clock was set.
    behind : int
        Steps that began later than their own end: the loop was kept waiting.
    reason : str
        Why there is no plan now, empty where there is one.
    stale : mapping of str to str
        Meters too old to plan on, and why.
    links : mapping of str to Link
        By device.
    last_step : datetime or None
        Naive UTC.
    """

    steps: int = 0
    plans: int = 0
    no_plans: int = 0
    fallbacks: int = 0
    guarded: int = 0
    jumps: int = 0
    behind: int = 0
    reason: str = ""
    stale: dict[str, str] = field(default_factory=dict[str, str])
    links: dict[str, Link] = field(default_factory=dict[str, Link])
    last_step: datetime | None = None

    @property
    def well(self) -> bool:
        """A plan is there, and every device can be reached."""
        return self.steps > 0 and not self.reason and not any(link.failing for link in self.links.values())

    def as_dict(self) -> dict[str, Any]:
        """For machines; keys are stable."""
        return {
            "well": self.well,
            "steps": self.steps,
            "plans": self.plans,
            "no_plans": self.no_plans,
            "fallbacks": self.fallbacks,
            "guarded": self.guarded,
            "jumps": self.jumps,
            "behind": self.behind,
            "reason": self.reason,
            "stale": dict(self.stale),
            "last_step": _stamp(self.last_step),
            "links": {
                name: {"failing": link.failing, "error": link.error, "last_ok": _stamp(link.last_ok)}
                for name, link in self.links.items()
            },
        }


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else f"{at.isoformat()}Z"
