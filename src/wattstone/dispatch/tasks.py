"""What chargers and shiftable loads have to draw, from where to where: sessions of vehicles as tasks of a horizon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wattstone.base import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from wattstone.dispatch.site import Site

__all__ = ["Session", "Task", "tasks_of"]


@dataclass(frozen=True, kw_only=True)
class Task:
    """Energy to be drawn between two steps of the horizon by one charger or shiftable load.

    Parameters
    ----------
    device : str
        Id of the charger or shiftable load.
    first, last : int
        Steps from and up to, the last not included; cut to the horizon by the planner.
    energy : float
        Still needed, in the vehicle or at the load. [kWh]
    power : float
        Most of what can be drawn, of device and vehicle whichever is less. [kW]
    efficiency : float
        Energy that counts for each kWh drawn.
    name : str
        Of the session, for explanations.
    """

    device: str
    first: int
    last: int
    energy: float
    power: float
    efficiency: float = 1.0
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Session:
    """A vehicle at a charger.

    Parameters
    ----------
    charger : str
        Id of the charger.
    arrival, departure : datetime
        Naive UTC.
    energy : float
        To be in the vehicle at departure, beyond what is in it now. [kWh]
    power : float
        Most the vehicle takes, infinite where it is not known. [kW]
    name : str
        For explanations.
    """

    charger: str
    arrival: datetime
    departure: datetime
    energy: float
    power: float = np.inf
    name: str = ""


def tasks_of(
    site: Site, sessions: Iterable[Session], *, start: datetime, hours: float
) -> tuple[tuple[Task, ...], tuple[Finding, ...]]:
    """Sessions as tasks of a horizon that begins at `start`.

    A session that makes no sense is left out, and a finding tells so: one bad record must not stop the others'
    charging. A step counts for a vehicle only when it is there for all of it.

    Parameters
    ----------
    site : Site
        With the chargers.
    sessions : iterable of Session
        In any order.
    start : datetime
        Naive UTC.
    hours : float
        Length of a step. [h]

    Returns
    -------
    (tuple of Task, tuple of Finding)
        Tasks that have not ended, and what was left out.
    """
    tasks: list[Task] = []
    findings: list[Finding] = []
    chargers = {one.id: one for one in site.chargers}
    for session in sessions:
        charger = chargers.get(session.charger)
        wrong = _wrong_session(session, known=charger is not None)
        if wrong is not None or charger is None:
            findings.append(wrong or _unknown(session))
            continue
        first = max(0, int(np.ceil(round((session.arrival - start).total_seconds() / 3600 / hours, 9))))
        last = int(np.floor(round((session.departure - start).total_seconds() / 3600 / hours, 9)))
        if last > 0 and session.energy > 0:
            tasks.append(
                Task(
                    device=charger.id,
                    first=first,
                    last=max(last, first),
                    energy=session.energy,
                    power=min(charger.power, session.power),
                    efficiency=charger.efficiency,
                    name=session.name,
                )
            )
    return tuple(tasks), tuple(findings)


def _unknown(session: Session) -> Finding:
    return Finding(
        code="dispatch.session_charger",
        place=f"session '{session.name}'",
        found="it is at charger '{charger}', which the site does not have",
        expected="the id of a charger of the site file",
        remedy="correct the charger's id; the session is left out of the plan until then",
        params={"charger": session.charger},
        severity="warning",
    )


def _wrong_session(session: Session, *, known: bool) -> Finding | None:
    if not known:
        return _unknown(session)
    if session.departure <= session.arrival:
        return Finding(
            code="dispatch.session_order",
            place=f"session '{session.name}' at charger '{session.charger}'",
            found="it leaves at {departure}, before it arrives at {arrival}",
            expected="a departure after the arrival, both in UTC",
            remedy="correct the times; the session is left out of the plan until then",
            params={"departure": f"{session.departure}", "arrival": f"{session.arrival}"},
            severity="warning",
        )
    if not (np.isfinite(session.energy) and session.energy >= 0 and session.power > 0):
        return Finding(
            code="dispatch.session_energy",
            place=f"session '{session.name}' at charger '{session.charger}'",
            found="it needs {energy} kWh at {power} kW",
            expected="0 kWh or more, at more than 0 kW",
            remedy="correct the numbers; the session is left out of the plan until then",
            params={"energy": session.energy, "power": session.power},
            severity="warning",
        )
    return None
