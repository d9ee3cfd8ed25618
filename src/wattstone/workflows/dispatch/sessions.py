"""Charging sessions of a site as dispatch takes them: each at the first charger that is free when it arrives."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import polars as pl

from wattstone.base import Finding
from wattstone.dispatch.outlook import Session
from wattstone.dispatch.site import Charger
from wattstone.workflows.dispatch.announced import Announced, announcements, session_of
from wattstone.workflows.dispatch.site import DispatchSite
from wattstone.workflows.readings import meter_readings
from wattstone.workflows.workspace import Workspace

__all__ = ["drawn_since", "sessions_of", "unplaced"]

REMEMBERED = timedelta(days=14)
"""How far back sessions are followed, so that a vehicle stays at its charger while plans are renewed."""
_Row = tuple[str, datetime, datetime, float | None]  # session, arrival, departure, what it drew [kWh]


def sessions_of(
    workspace: Workspace, place: DispatchSite, *, start: datetime, end: datetime, known: datetime | None = None
) -> tuple[tuple[Session, ...], int]:
    """Charging sessions of a site that touch a period: announced ones at their chargers, others where one is free.

    A session that was recorded goes to the first charger that is free when it arrives; a charger is free again at the
    moment of a departure. What a session drew is what its vehicle needs; one of which that is not known has NaN, which
    `dispatch.outlook.tasks_of` leaves out and tells. An announced session stands in place of a record of the same id.

    Parameters
    ----------
    workspace : Workspace
        With the table `sessions`, and what was announced.
    place : DispatchSite
        With its chargers.
    start, end : datetime
        Naive UTC.
    known : datetime or None
        Only vehicles that had come by then, and what was announced by then; departures are taken as announced.

    Returns
    -------
    (tuple of Session, int)
        Sessions, and how many found no charger.
    """
    chargers = {one.id: one for one in place.file.site.chargers}
    if not chargers:
        return (), 0
    said = announcements(workspace, place.place.id)
    since = start - REMEMBERED
    announced = [one for one in said.between(since, end, known=known) if one.charger in chargers]
    placed, homeless = _placed(_recorded(workspace, place, since, end if known is None else known), chargers, announced)
    found = [_drew(chargers[charger], *row) for charger, row in placed if row[2] > start]
    there = [one for one in announced if one.departure > start]
    now = start if known is None else min(known, start)
    found += [session_of(one, drawn=drawn_since(workspace, place, one, now)) for one in there]
    return tuple(found), sum(departure > start for departure in homeless)


def _recorded(workspace: Workspace, place: DispatchSite, since: datetime, before: datetime) -> list[_Row]:
    """Sessions of the lake that ended after a time and began before another, by arrival."""
    scan = workspace.lake.scan("sessions")
    if scan is None:
        return []
    inside = (pl.col("site_id") == place.place.id) & (pl.col("plug_in") < before) & (pl.col("plug_out") > since)
    rows = scan.filter(inside).select("session_id", "plug_in", "plug_out", "energy").collect()
    return list(rows.sort("plug_in", "session_id").iter_rows())


def _placed(
    rows: list[_Row], chargers: Mapping[str, Charger], announced: Sequence[Announced]
) -> tuple[list[tuple[str, _Row]], list[datetime]]:
    """Each session with its charger, and the departures of those for which none was free."""
    taken: dict[str, list[tuple[datetime, datetime]]] = {name: [] for name in chargers}
    for one in announced:
        taken[one.charger].append((one.arrival, one.departure))
    names = {one.session_id for one in announced}
    placed: list[tuple[str, _Row]] = []
    homeless: list[datetime] = []
    for row in rows:
        _, arrival, departure, _ = row
        if row[0] in names:
            continue
        free = (
            name for name, times in taken.items() if all(left <= arrival or came >= departure for came, left in times)
        )
        if (charger := next(free, None)) is None:
            homeless.append(departure)
            continue
        placed.append((charger, row))
        taken[charger].append((arrival, departure))
    return placed, homeless


def _drew(charger: Charger, name: str, arrival: datetime, departure: datetime, energy: float | None) -> Session:
    able = charger.power * max((departure - arrival).total_seconds(), 0.0) / 3600
    drawn = math.nan if energy is None else min(energy, able)
    return Session(
        charger=charger.id, arrival=arrival, departure=departure, energy=drawn * charger.efficiency, name=str(name)
    )


def drawn_since(workspace: Workspace, place: DispatchSite, one: Announced, until: datetime) -> float:
    """What has got into a vehicle since its need was said, by what its charger acknowledged. [kWh]

    Parameters
    ----------
    workspace : Workspace
        With the set-points of the live loop, where one runs.
    place : DispatchSite
        With its chargers.
    one : Announced
        The session.
    until : datetime
        Naive UTC.
    """
    meter = f"{place.place.id}.{one.charger}.accepted"
    held = next((known for known in workspace.records.meters() if known.id == meter), None)
    if held is None or until <= one.since:
        return 0.0
    charger = next(own for own in place.file.site.chargers if own.id == one.charger)
    rows = meter_readings(workspace, meter, one.since, until).drop_nulls("value")
    full = charger.power if held.unit == "1" else 1.0
    energy = float((rows["value"].clip(0.0, None) * rows["seconds"]).sum()) / 3600
    return energy * full * charger.efficiency


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
