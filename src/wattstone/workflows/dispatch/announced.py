"""Vehicles that were announced: what a charger's operator said of each session, the newest saying of each in force.

They are kept in `live/SITE/sessions.json` of the workspace, whole after every change, so that a process that is killed
leaves the ones before or the ones after.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from wattstone.dispatch.outlook import Session
from wattstone.workflows.whole_files import written_whole
from wattstone.workflows.workspace import Workspace

__all__ = ["Announced", "Announcements", "announcements", "keep_announcements", "session_of", "sessions_path"]

KEPT = timedelta(days=30)
"""How long a session is kept after its vehicle left; its record in the lake stays."""


@dataclass(frozen=True, kw_only=True)
class Announced:
    """What was said of a session.

    Parameters
    ----------
    session_id : str
        Unique at its site.
    charger : str
        Id in the site file.
    arrival, departure : datetime
        Naive UTC.
    energy : float
        What the vehicle still needs in it at `said`, or at its arrival where that is later. [kWh]
    power : float or None
        Most that the vehicle takes; None where it is not known. [kW]
    said : datetime
        When this was so, naive UTC: of two sayings the later one holds, whichever arrives first.
    """

    session_id: str
    charger: str
    arrival: datetime
    departure: datetime
    energy: float
    power: float | None = None
    said: datetime

    @property
    def since(self) -> datetime:
        """From when on what is drawn counts towards the need."""
        return max(self.arrival, self.said)

    def as_dict(self) -> dict[str, Any]:
        """For files; keys are stable."""
        return {name: one.isoformat() if isinstance(one, datetime) else one for name, one in asdict(self).items()}

    @classmethod
    def of(cls, said: dict[str, Any]) -> "Announced":
        """What `as_dict` wrote."""
        times: dict[str, Any] = {name: datetime.fromisoformat(said[name]) for name in ("arrival", "departure", "said")}
        return cls(**{**said, **times})


class Announcements:
    """The sessions of a site, by id.

    Parameters
    ----------
    known : iterable of Announced
        To begin with.
    """

    def __init__(self, known: Iterable[Announced] = ()) -> None:
        self._known: dict[str, Announced] = {}  # replaced as a whole: a plan reads it in another thread
        self.take(known)

    def take(self, said: Iterable[Announced]) -> list[Announced]:
        """Take sayings in; those that change something are returned: the same again, or older ones, do not."""
        known, news = dict(self._known), list[Announced]()
        for one in said:
            held = known.get(one.session_id)
            if held is None or one.said > held.said:
                known[one.session_id] = one
                news.append(one)
        self._known = known
        return news

    def forget(self, before: datetime) -> None:
        """Leave out sessions whose vehicles left before a time."""
        self._known = {name: one for name, one in self._known.items() if one.departure >= before}

    def __len__(self) -> int:
        """How many there are."""
        return len(self._known)

    def all(self) -> tuple[Announced, ...]:
        """All of them, by arrival."""
        return tuple(sorted(self._known.values(), key=lambda one: (one.arrival, one.session_id)))

    def between(self, start: datetime, end: datetime, *, known: datetime | None = None) -> tuple[Announced, ...]:
        """Sessions that touch a period; at each charger a vehicle has left, at the latest, when the next arrives.

        Parameters
        ----------
        start, end : datetime
            Naive UTC.
        known : datetime or None
            Only what was said by then.
        """
        found: list[Announced] = []
        following: dict[str, datetime] = {}
        for one in reversed(self.all()):
            if known is not None and one.said > known:
                continue
            left = min(one.departure, following.get(one.charger, one.departure))
            following[one.charger] = one.arrival
            if left > start and one.arrival < end and left > one.arrival:
                found.append(replace(one, departure=left))
        return tuple(reversed(found))


def session_of(one: Announced, *, drawn: float = 0.0) -> Session:
    """A session as plans take it, less what its vehicle was given since the need was said.

    Parameters
    ----------
    one : Announced
        What was said.
    drawn : float
        What has got into the vehicle since. [kWh]
    """
    return Session(
        charger=one.charger, arrival=one.arrival, departure=one.departure, energy=max(0.0, one.energy - drawn),
        power=np.inf if one.power is None else one.power, name=one.session_id,
    )  # fmt: skip


def sessions_path(workspace: Workspace, site_id: str) -> Path:
    """Where announced sessions of a site are kept."""
    return workspace.root / "live" / site_id / "sessions.json"


def announcements(workspace: Workspace, site_id: str) -> Announcements:
    """The sessions that were announced at a site; none where none ever was."""
    path = sessions_path(workspace, site_id)
    if not path.is_file():
        return Announcements()
    return Announcements(Announced.of(one) for one in json.loads(path.read_text(encoding="utf-8")))


def keep_announcements(workspace: Workspace, site_id: str, held: Announcements) -> None:
    """Write the sessions of a site down: the file is replaced as a whole, and on the disk when this returns."""
    path = sessions_path(workspace, site_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as part, part.open("w", encoding="utf-8") as file:
        json.dump([one.as_dict() for one in held.all()], file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
