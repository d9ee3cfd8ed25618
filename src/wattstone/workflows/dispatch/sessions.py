"""Charging sessions of a site as dispatch takes them: each at the first charger that is free when it arrives."""

import math
from datetime import datetime, timedelta

import polars as pl

from wattstone.base import Finding
from wattstone.dispatch.outlook import Session
from wattstone.workflows.dispatch.site import DispatchSite
from wattstone.workflows.workspace import Workspace

__all__ = ["sessions_of", "unplaced"]

REMEMBERED = timedelta(days=14)
"""How far back sessions are followed, so that a vehicle stays at its charger while plans are renewed."""


def sessions_of(
    workspace: Workspace, place: DispatchSite, *, start: datetime, end: datetime, known: datetime | None = None
) -> tuple[tuple[Session, ...], int]:
    """Charging sessions of a site that touch a period, each at the first charger that is free when it arrives.

    A charger is free again at the moment of a departure. What a session drew is what its vehicle needs; a session of
    which that is not known has NaN, which `dispatch.outlook.tasks_of` leaves out and tells.

    Parameters
    ----------
    workspace : Workspace
        With the table `sessions`.
    place : DispatchSite
        With its chargers.
    start, end : datetime
        Naive UTC.
    known : datetime or None
        Only vehicles that had come by then; their departure is taken as announced.

    Returns
    -------
    (tuple of Session, int)
        Sessions, and how many found no charger.
    """
    scan = workspace.lake.scan("sessions") if place.file.site.chargers else None
    if scan is None:
        return (), 0
    since = start - REMEMBERED
    inside = (
        (pl.col("site_id") == place.place.id)
        & (pl.col("plug_in") < (end if known is None else known))
        & (pl.col("plug_out") > since)
    )
    rows = scan.filter(inside).select("session_id", "plug_in", "plug_out", "energy").collect()
    free = {one.id: since for one in place.file.site.chargers}
    ratings = {one.id: (one.power, one.efficiency) for one in place.file.site.chargers}
    found: list[Session] = []
    homeless = 0
    for name, arrival, departure, energy in rows.sort("plug_in", "session_id").iter_rows():
        there = departure > start
        charger = next((one for one, until in free.items() if until <= max(arrival, since)), None)
        if charger is None:
            homeless += there
            continue
        free[charger] = max(departure, free[charger])
        if there:
            power, efficiency = ratings[charger]
            able = power * max((departure - arrival).total_seconds(), 0.0) / 3600
            drawn = math.nan if energy is None else min(energy, able)
            found.append(
                Session(
                    charger=charger, arrival=arrival, departure=departure, energy=drawn * efficiency, name=str(name)
                )
            )
    return tuple(found), homeless


def unplaced(place: DispatchSite, count: int) -> list[Finding]:
    """What has to be said of sessions that found no charger."""
    if not count:
        return []
    return [
        Finding(
            code="dispatch.sessions",
            place=f"site '{place.place.id}'",
            found="{count} charging {count:session finds|sessions find} no free charger",
            expected="as many chargers in the site file as vehicles charge at once",
            remedy="declare the other chargers; these sessions are left out",
            count=count,
            severity="warning",
        )
    ]
