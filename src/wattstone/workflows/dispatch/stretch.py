"""A past period of a site, ready to be run again: what was measured, without gaps, with prices and vehicles."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Finding, InputRefused
from wattstone.dispatch.outlook import Outlook, State, checked, tasks_of
from wattstone.workflows.dispatch.foresight import LEARNT, Carbon, Seen, carbon_of, seen
from wattstone.workflows.dispatch.sessions import sessions_of, unplaced
from wattstone.workflows.dispatch.site import DispatchSite
from wattstone.workflows.dispatch.weather import no_outdoor
from wattstone.workflows.learnt import anchored
from wattstone.workflows.results import readings_evidence
from wattstone.workflows.series import floored
from wattstone.workflows.workspace import Workspace

Floats = NDArray[np.float64]

__all__ = ["Stretch", "about_site", "evidence_of", "happened", "measured"]

MISSING = 0.1  # share of the steps that may have to be filled
SHORT = timedelta(hours=2)


@dataclass(frozen=True, kw_only=True, eq=False)
class Stretch:
    """What was measured at a site in a period and before it.

    Parameters
    ----------
    place : DispatchSite
        The site.
    before : Seen
        Of the weeks before, from which the first forecasts are learnt; with its gaps.
    during : Seen
        Of the period; with its gaps.
    whole : Seen
        Of the period, filled: what happened is the same for all that are compared on it.
    filled : int
        How many values that are.
    """

    place: DispatchSite
    before: Seen
    during: Seen
    whole: Seen
    filled: int

    @property
    def start(self) -> datetime:
        """Naive UTC."""
        return self.during.start

    @property
    def steps(self) -> int:
        """Of the period."""
        return self.during.load.size

    @property
    def end(self) -> datetime:
        """Naive UTC."""
        return self.start + self.steps * self.place.step

    @property
    def carbon(self) -> Carbon:
        """Where intensities come from."""
        return self.during.carbon


def measured(workspace: Workspace, place: DispatchSite, *, start: datetime, end: datetime) -> Stretch:
    """What was measured in a period, on the steps of the site.

    Parameters
    ----------
    workspace : Workspace
        With readings, intensities and weather.
    place : DispatchSite
        The site.
    start, end : datetime
        Naive UTC, on the grid of the steps.

    Returns
    -------
    Stretch
        Gaps of up to two hours are filled by a straight line, others as a day or a week before.

    Raises
    ------
    InputRefused
        Where more than a tenth is missing, or there are rooms and no outdoor temperature.
    """
    since = floored(anchored(start - LEARNT), place.step)
    carbon = carbon_of(workspace, place, start=since, end=end)
    before = seen(workspace, place, carbon, start=since, end=start)
    during = seen(workspace, place, carbon, start=start, end=end)
    whole, filled = _filled(place, before, during)
    return Stretch(place=place, before=before, during=during, whole=whole, filled=filled)


def happened(
    workspace: Workspace, stretch: Stretch, *, initial: State, whole_tasks: bool = True
) -> tuple[Outlook, tuple[Finding, ...]]:
    """The truth of a period as an outlook, and what has to be said of it.

    Parameters
    ----------
    workspace : Workspace
        With charging sessions.
    stretch : Stretch
        Of `measured`.
    initial : State
        At its start.
    whole_tasks : bool
        Whether sessions that begin before or end after the period are left out.
    """
    place, whole = stretch.place, stretch.whole
    sessions, homeless = sessions_of(workspace, place, start=stretch.start, end=stretch.end)
    if whole_tasks:
        sessions = tuple(one for one in sessions if one.departure <= stretch.end and one.arrival >= stretch.start)
    tasks, odd = tasks_of(place.file.site, sessions, start=stretch.start, hours=place.file.hours)
    outlook = place.file.outlook(
        stretch.start,
        whole.load,
        pv=whole.pv,
        tasks=tasks,
        intensity=whole.intensity,
        outdoor=whole.outdoor,
        buildings=whole.buildings,
    )
    truth, _, told = checked(place.file.site, outlook, initial)
    return truth, (*odd, *told, *unplaced(place, homeless), *_told(stretch))


def _filled(place: DispatchSite, before: Seen, during: Seen) -> tuple[Seen, int]:
    """The period without gaps, and how many values were filled."""
    filled, wanted = 0, zip(_names(place, during), _rows(before), _rows(during), strict=True)
    missing: list[Finding] = []
    if during.outdoor is not None and not np.isfinite(during.outdoor).any():
        raise InputRefused([no_outdoor(place.place)])
    made: list[Floats] = []
    for name, earlier, series in wanted:
        week = earlier[-7 * place.day :]
        both = np.concatenate([week, series])
        gaps = ~np.isfinite(both)
        count = int(gaps[week.size :].sum())
        if count > MISSING * series.size:
            missing.append(_too_many(place, name, count, series.size))
        filled += count
        made.append(mended(both, place.day, round(SHORT / place.step))[week.size :])
    if missing:
        raise InputRefused(missing)
    systems, parts = len(during.pv), len(during.buildings)
    edges = np.cumsum([1, systems, parts, 1])
    load, pv, buildings, intensity, outdoor = np.split(np.array(made).reshape(-1, during.load.size), edges)
    whole = replace(
        during,
        load=load[0],
        pv=pv,
        buildings=buildings,
        intensity=intensity[0],
        outdoor=None if during.outdoor is None else outdoor[0],
    )
    return whole, filled


def _names(place: DispatchSite, one: Seen) -> list[str]:
    systems = [f"PV '{system.id}'" for system in place.file.site.pv]
    weather = [] if one.outdoor is None else ["the outdoor temperature"]
    buildings = [f"the load of '{building.id}'" for building in place.file.site.buildings]
    return ["the load", *systems, *buildings, "the carbon intensity", *weather]


def _rows(one: Seen) -> list[Floats]:
    return [one.load, *one.pv, *one.buildings, one.intensity, *([] if one.outdoor is None else [one.outdoor])]


def mended(series: Floats, day: int, short: int) -> Floats:
    """A series without gaps.

    Parameters
    ----------
    series : (t,) array
        NaN where nothing is known.
    day, short : int
        Steps of a day; of the longest gap that a straight line spans.

    Returns
    -------
    (t,) array
        Longer gaps are as a day or a week before; 0 throughout where nothing is known.

    Examples
    --------
    >>> mended(np.array([1.0, np.nan, 3.0, np.nan, np.nan, np.nan]), day=3, short=2).tolist()
    [1.0, 2.0, 3.0, 1.0, 2.0, 3.0]
    """
    gaps = ~np.isfinite(series)
    if not gaps.any() or gaps.all():
        return np.nan_to_num(series)
    made, places = series.copy(), np.arange(series.size)
    edges: list[int] = np.flatnonzero(np.diff(np.concatenate(([0], gaps.astype(np.int8), [0])))).tolist()
    spans = list(zip(edges[::2], edges[1::2], strict=True))
    brief = np.zeros(series.size, dtype=np.bool_)
    for first, after in spans:
        brief[first:after] = after - first <= short
    made[brief] = np.interp(places[brief], places[~gaps], series[~gaps])
    for first, after in spans:
        if after - first > short:
            for step in range(first, after):
                sources = [made[step - back] for back in (day, 7 * day) if back <= step]
                made[step] = next((one for one in sources if np.isfinite(one)), np.nan)
    left = ~np.isfinite(made)
    made[left] = np.interp(places[left], places[~left], made[~left])
    return made


def about_site(workspace: Workspace, place: DispatchSite) -> dict[str, Any]:
    """What every run rests on, for its evidence: the site file, the tariffs, the version of the readings."""
    return {
        "site_file": place.file.table.model_dump(mode="json", by_alias=True),
        "tariffs": [one.id for one in place.file.tariffs],
        "readings_version": workspace.lake.version("readings"),
    }


def evidence_of(workspace: Workspace, place: DispatchSite, *seen_: Seen, until: datetime) -> dict[str, Any]:
    """Readings up to a time, the factor, and the weather that was used, as evidence."""
    found: dict[str, Any] = dict(readings_evidence(workspace, place.meters, until=until))
    for one in seen_:
        found |= {**one.carbon.evidence, **one.weather}
    return found


def _told(stretch: Stretch) -> list[Finding]:
    if not stretch.filled:
        return []
    return [
        Finding(
            code="dispatch.filled",
            place=f"site '{stretch.place.place.id}'",
            found="{count} values in {steps} steps of load, sun, intensity and weather are gaps",
            expected="readings of every step",
            remedy="load what is missing; up to 2 h they follow a straight line, else a day or a week before",
            params={"steps": stretch.steps},
            count=stretch.filled,
            severity="warning",
        )
    ]


def _too_many(place: DispatchSite, name: str, count: int, steps: int) -> Finding:
    return Finding(
        code="dispatch.too_many_gaps",
        place=f"site '{place.place.id}', {name}",
        found="{count} of {steps} steps have no reading that can be used",
        expected="readings for nine tenths of the period at least; doubtful ones do not count",
        remedy="choose another period, load what is missing, or name meters without gaps under [meters]; "
        "`wattstone quality` shows gaps and doubtful readings",
        params={"steps": steps},
        count=count,
    )
