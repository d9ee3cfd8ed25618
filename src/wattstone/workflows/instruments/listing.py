"""Contracts and certificates with what is claimed and left of them, and what they lack."""

from dataclasses import dataclass

from wattstone.inventory.criteria import Case, Judgement, judge, unmet
from wattstone.inventory.instruments import HeldInstrument, used_twice
from wattstone.inventory.unserved import meant_for
from wattstone.workflows.access import Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.inventory.market import policy_of
from wattstone.workflows.workspace import Workspace

__all__ = ["Listed", "instruments_of", "refused_in"]

_ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One instrument.

    Parameters
    ----------
    held : HeldInstrument
        What was said of it.
    claimed : mapping of int to float
        By year. [kWh]
    left : float or None
        What no year claims; None where it has no volume. [kWh]
    judged : tuple of Judgement
        By each quality criterion, in the year asked for.
    """

    held: HeldInstrument
    claimed: dict[int, float]
    left: float | None
    judged: tuple[Judgement, ...]

    @property
    def state(self) -> str:
        """`withdrawn`, `refused` where a criterion is not met, else `in force`."""
        if self.held.withdrawn:
            return "withdrawn"
        return "refused" if any(one.met is False for one in self.judged) else "in force"


def instruments_of(workspace: Workspace, year: int | None = None) -> tuple[Listed, ...]:
    """Instruments, by id, as far as whoever asks may see them.

    Parameters
    ----------
    workspace : Workspace
        Where.
    year : int or None
        Those of whose generation the claim of a year takes some, judged for it; all where None, each judged for the
        year in which its generation ends.
    """
    listed = _listed(workspace, year)
    if year is None:
        return listed
    window = policy_of(workspace.records).window
    return tuple(
        one for one in listed if year in one.claimed or one.held.instrument.days_in(*window(one.held.instrument, year))
    )


def refused_in(workspace: Workspace, year: int) -> dict[str, str]:
    """Instruments in force that no year claims and that may not serve a year, with the reasons, by id.

    Parameters
    ----------
    workspace : Workspace
        Where.
    year : int
        The year of the claim; what is generated after it is for a later one, and not among them.
    """
    policy = policy_of(workspace.records)
    return {
        one.held.instrument.id: "; ".join(kept.why for kept in unmet(one.judged))
        for one in _listed(workspace, year)
        if one.state == "refused" and not one.claimed and meant_for(one.held.instrument, year, policy)
    }


def _listed(workspace: Workspace, year: int | None) -> tuple[Listed, ...]:
    """All of them, each judged for the year."""
    acting(workspace, Act.READ)
    records = workspace.records
    countries = {site.id: site.country for site in records.sites()}
    policy = policy_of(records)
    claims: dict[str, dict[int, float]] = {}
    for one in records.claims():
        claims.setdefault(one.instrument, {})[one.year] = one.energy
    held = records.instruments()
    pairs = list(used_twice(one.instrument for one in held if not one.withdrawn))
    shared = {a.instrument: b.instrument for one, two in pairs for a, b in ((one, two), (two, one))}
    listed: list[Listed] = []
    for one in held:
        instrument = one.instrument
        claimed = claims.get(instrument.id, {})
        case = Case(year or instrument.vintage_end.year, countries, policy, shared=shared)
        left = _left(instrument.volume, sum(claimed.values()))
        listed.append(Listed(held=one, claimed=claimed, left=left, judged=judge(instrument, case)))
    return tuple(listed)


def _left(volume: float | None, claimed: float) -> float | None:
    """What no year claims; what rounding leaves of a volume is nothing. [kWh]"""
    if volume is None:
        return None
    return volume - claimed if volume - claimed > _ROUNDING * volume else 0.0
