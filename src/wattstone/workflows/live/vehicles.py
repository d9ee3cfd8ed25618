"""Vehicles that are announced to a running loop: written down, kept with the workspace, and recorded when they left."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

import polars as pl

from wattstone.readings import Extra
from wattstone.readings.schema import SESSIONS
from wattstone.workflows.dispatch.announced import KEPT, Announced, Announcements, announcements, keep_announcements
from wattstone.workflows.dispatch.sessions import drawn_since
from wattstone.workflows.dispatch.site import DispatchSite
from wattstone.workflows.ingest.extras import keep_extra
from wattstone.workflows.live.journal import Journal
from wattstone.workflows.workspace import Workspace

__all__ = ["Vehicles"]


class Vehicles:
    """The announced vehicles of one site.

    Parameters
    ----------
    workspace : Workspace
        Where they are kept.
    place : DispatchSite
        With its chargers.
    journal : Journal
        Where each saying is written down first.
    """

    def __init__(self, workspace: Workspace, place: DispatchSite, journal: Journal) -> None:
        self._workspace, self._place, self._journal = workspace, place, journal
        self.held: Announcements = announcements(workspace, place.place.id)

    @property
    def chargers(self) -> frozenset[str]:
        """Ids of the site's chargers."""
        return frozenset(one.id for one in self._place.file.site.chargers)

    def take(self, said: Sequence[Announced], at: datetime) -> int:
        """Take sayings in and keep them; return how many changed something.

        Raises
        ------
        OSError
            If they cannot be written down; a plan then knows no more than before.
        """
        self._journal.sessions(said, at)
        self.held.forget(at - KEPT)
        trial = Announcements(self.held.all())
        news = trial.take(said)
        if news:
            keep_announcements(self._workspace, self._place.place.id, trial)
            self.held.take(news)
        return len(news)

    def record(self, now: datetime) -> int:
        """Put sessions whose vehicles have left among the recorded ones of the lake; the same ones change nothing.

        Parameters
        ----------
        now : datetime
            Naive UTC.

        Returns
        -------
        int
            Rows that are new or different.
        """
        left = [one for one in self.held.between(now - KEPT, now) if one.departure <= now]
        if not left:
            return 0
        rows = [
            (one.session_id, self._place.place.id, None, one.arrival, one.departure, self._drew(one)) for one in left
        ]
        key = hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()
        frame = pl.DataFrame(rows, schema=SESSIONS, orient="row")
        source = Extra(name=f"live/{self._place.place.id}/sessions", key=f"sha256:{key}", read=lambda: frame)
        with self._workspace.lock():
            return keep_extra(self._workspace.lake, "sessions", source)

    def _drew(self, one: Announced) -> float:
        """What its charger acknowledged to have given; where it acknowledged nothing, what was needed. [kWh]"""
        charger = next((own for own in self._place.file.site.chargers if own.id == one.charger), None)
        efficiency = 1.0 if charger is None else charger.efficiency
        given = 0.0 if charger is None else drawn_since(self._workspace, self._place, one, one.departure)
        return (given or one.energy) / efficiency
