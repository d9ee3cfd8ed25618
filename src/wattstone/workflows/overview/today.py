"""Today: what changed, how it stands, and what to do next."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Protocol

import polars as pl

from wattstone.workflows.access import Act, require
from wattstone.workflows.detect.table import TABLE as FINDINGS
from wattstone.workflows.ingest.derived import READINGS
from wattstone.workflows.inventory.record import FIGURES
from wattstone.workflows.overview.board import board
from wattstone.workflows.overview.cards import Card
from wattstone.workflows.overview.estate import Estate
from wattstone.workflows.overview.freshness import last_readings
from wattstone.workflows.overview.memory import Memory
from wattstone.workflows.overview.months import TOGETHER, months_together
from wattstone.workflows.overview.numbers import Number
from wattstone.workflows.overview.places import places_of
from wattstone.workflows.overview.standing import standing
from wattstone.workflows.results import PLANS
from wattstone.workflows.workspace import Workspace

__all__ = ["Change", "Event", "Step", "Today", "look_ahead", "today"]


class Event(Protocol):
    """What the server knows and a workspace does not: a job that failed, an alert."""

    @property
    def id(self) -> str:
        """Of the job or alert."""
        ...

    @property
    def title(self) -> str:
        """What it was."""
        ...

    @property
    def when(self) -> datetime:
        """Naive UTC."""
        ...


@dataclass(frozen=True, kw_only=True)
class Change:
    """Something that happened since the last visit.

    Parameters
    ----------
    kind : str
        `readings`, `findings`, `inventory`, `plan`, `silent`, `job`, `alert`.
    when : datetime
        Naive UTC.
    count : int
        Of rows, findings, meters.
    params : mapping
        `source` of readings; `year` of an inventory; `sites` and `meters`, the first of them; `title`.
    link : str or None
        Id of the job, alert, site or run that it is about.
    """

    kind: Literal["readings", "findings", "inventory", "plan", "silent", "job", "alert"]
    when: datetime
    count: int = 1
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    link: str | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something to do next.

    Parameters
    ----------
    kind : str
        `ingest`, `inventory`, `detect`: the work begins; `finding`: waste to end; `silent`: a meter to mend.
    key : str
        Of the finding's card; the meter's id; empty else.
    code : str or None
        Of the finding.
    site_id, site_name, meter_id : str or None
        Where.
    kg, money : Number or None
        A year.
    confidence : float or None
        0 to 1.
    params : mapping
        As the finding's.
    """

    kind: Literal["ingest", "inventory", "detect", "finding", "silent"]
    key: str = ""
    code: str | None = None
    site_id: str | None = None
    site_name: str | None = None
    meter_id: str | None = None
    kg: Number | None = None
    money: Number | None = None
    confidence: float | None = None
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, eq=False, kw_only=True)
class Today:
    """What the first page shows.

    Parameters
    ----------
    since : datetime
        From when on changes are told, naive UTC.
    headlines : tuple of Number
        At most four, only what is known.
    changes : tuple of Change
        The newest first.
    steps : tuple of Step
        What to do next, the most worth first.
    months : polars.DataFrame
        The chart: month (1 to 12), value and before (kg CO2e by location; null where not known), id and before_id.
    year : int or None
        Of the figures.
    whole : bool
        Whether all sites of the organisation are in it.
    """

    since: datetime
    headlines: tuple[Number, ...]
    changes: tuple[Change, ...]
    steps: tuple[Step, ...]
    months: pl.DataFrame
    year: int | None
    whole: bool


STEPS = 8
"""What to do next: at most so much."""

_WEEK = timedelta(days=7)
_NAMED = 5  # sites or meters that a line names
_COMMITS = 200  # of a table that are looked at
_HEADLINES = ("energy", "findings_kg", "findings_money", "intensity.energy")
_FOUR = 4


def today(
    workspace: Workspace,
    estate: Estate,
    *,
    since: datetime | None = None,
    jobs: Sequence[Event] = (),
    alerts: Sequence[Event] = (),
    steps: int = STEPS,
) -> Today:
    """What changed, how it stands, what next.

    Parameters
    ----------
    workspace : Workspace
        Guarded.
    estate : Estate
        Of the same actor.
    since : datetime or None
        The last visit, naive UTC; the last seven days where None.
    jobs, alerts : sequence of Event
        Those that failed or stand open.
    steps : int
        At most this many.

    Raises
    ------
    Forbidden
        If the actor may not read.
    """
    require(workspace.actor, Act.READ)
    begin = since or datetime.now(UTC).replace(tzinfo=None) - _WEEK
    held = _memory.get(_key(workspace, estate, steps), lambda: _looked_up(workspace, estate, steps))
    told = [one for one in held.changes if one.when >= begin]
    told += [*_events(jobs, "job", begin), *_events(alerts, "alert", None), *_silent(held.quiet, begin)]
    return Today(
        since=begin,
        headlines=tuple(_headlines(estate)),
        changes=tuple(sorted(told, key=lambda one: one.when, reverse=True)),
        steps=held.steps,
        months=held.months,
        year=estate.year,
        whole=estate.whole,
    )


def _headlines(estate: Estate) -> list[Number]:
    """What is known of the emissions first, then energy, by volume where nothing is metered in kWh, then waste."""
    stands = standing(estate)
    found = [] if stands.number is None else [stands.number]
    known = {name: one for name, one in estate.totals.items() if one.value is not None}
    if "energy" not in known:
        found += stands.besides[:1]
    found += [known[name] for name in _HEADLINES if name in known]
    return found[:_FOUR]


def look_ahead(workspace: Workspace, estate: Estate, *, steps: int = STEPS) -> None:
    """Look up what `today` shows of an estate, before anybody waits for it.

    Parameters
    ----------
    workspace : Workspace
        Of an actor who sees what those see who will ask.
    estate : Estate
        Of the same actor.
    steps : int
        As `today` is asked for.
    """
    _memory.get(_key(workspace, estate, steps), lambda: _looked_up(workspace, estate, steps))


def _key(workspace: Workspace, estate: Estate, steps: int) -> Hashable:
    return (str(workspace.root), workspace.actor.scope, estate.stamp, estate.year, steps)


@dataclass(frozen=True, eq=False)
class _LookedUp:
    """What does not depend on who asks when, of those who see the same."""

    changes: tuple[Change, ...]
    quiet: pl.DataFrame
    steps: tuple[Step, ...]
    months: pl.DataFrame


_memory: Memory[_LookedUp] = Memory(most=64, seconds=30.0)


def _looked_up(workspace: Workspace, estate: Estate, steps: int) -> _LookedUp:
    quiet = _quiet(workspace, estate)
    return _LookedUp(
        changes=tuple(_commits(workspace, estate)),
        quiet=quiet,
        steps=tuple(_next(workspace, estate, quiet, steps)),
        months=_months(workspace, estate),
    )


def _months(workspace: Workspace, estate: Estate) -> pl.DataFrame:
    """The chart: of the organisation as the estate keeps it, of some sites from their own figures."""
    if estate.year is None:
        return pl.DataFrame(schema=TOGETHER)
    if estate.whole and estate.months is not None:
        return estate.months
    sites = None if estate.whole else estate.frame["id"].to_list()
    return months_together(workspace.lake, estate.year, sites)


def _commits(workspace: Workspace, estate: Estate) -> Iterator[Change]:
    """What was written to the lake last; of the whole organisation, for whom all of it is open."""
    if not estate.whole:
        return
    lake = workspace.lake
    for one in lake.commits(READINGS)[:_COMMITS]:
        if "wattstone.source" in one:
            source = {"source": one["wattstone.source"]}
            yield Change(kind="readings", when=_when(one), count=int(one.get("wattstone.rows", 0)), params=source)
    for one in lake.commits(FINDINGS)[:_COMMITS]:
        if "wattstone.run" in one:
            said = {"year": one["wattstone.year"]}
            yield Change(kind="findings", when=_when(one), count=int(one["wattstone.count"]), params=said,
                         link=f"waste:{one['wattstone.run']}")  # fmt: skip
    for one in lake.commits(FIGURES)[:_COMMITS]:
        if "wattstone.year" in one:
            yield Change(kind="inventory", when=_when(one), params={"year": one["wattstone.year"]},
                         link=f"run:{one['wattstone.run']}")  # fmt: skip
    yield from _plans(workspace)


def _plans(workspace: Workspace) -> Iterator[Change]:
    """One a plan, the newest first."""
    made = workspace.lake.commits(PLANS)[:_COMMITS]
    scan = workspace.lake.scan(PLANS) if made else None
    if scan is None:
        return
    runs = scan.select("run", "site_id").unique().sort("run", descending=True).collect()
    sites = dict(runs.iter_rows())
    for one, run in zip(made, sites, strict=False):
        yield Change(kind="plan", when=_when(one), params={"sites": [sites[run]]}, link=f"plan:{run}")


def _when(commit: Mapping[str, Any]) -> datetime:
    """Of a commit, naive UTC; the log has milliseconds."""
    stamp = int(commit.get("timestamp") or 0)
    return datetime.fromtimestamp(stamp / 1000, UTC).replace(tzinfo=None)


def _events(events: Sequence[Event], kind: Literal["job", "alert"], since: datetime | None) -> Iterator[Change]:
    for one in events:
        if since is None or one.when >= since:
            yield Change(kind=kind, when=one.when, params={"title": one.title}, link=one.id)


def _quiet(workspace: Workspace, estate: Estate) -> pl.DataFrame:
    """Meters that stopped while others went on, the one that stopped last first; nothing to look for where none did."""
    if not int(estate.frame["silent"].fill_null(0).sum()):
        return pl.DataFrame(schema={"id": pl.String, "site_id": pl.String, "start": pl.Datetime("us")})
    sites = estate.frame.filter(pl.col("silent") > 0)["id"]
    meters = places_of(workspace).meters
    rows = last_readings(workspace, meters).filter(pl.col("silent") & pl.col("site_id").is_in(sites.implode()))
    return rows.select("id", "site_id", "start").sort("start", "id", descending=[True, False])


def _silent(quiet: pl.DataFrame, since: datetime) -> Iterator[Change]:
    """Meters whose last reading is younger than the last visit, or all where readings are of the past."""
    if quiet.is_empty():
        return
    fresh = quiet.filter(pl.col("start") >= since)
    if fresh.is_empty():
        return
    params = {"meters": fresh["id"].head(_NAMED).to_list()}
    yield Change(kind="silent", when=fresh["start"][0], count=fresh.height, params=params)


def _next(workspace: Workspace, estate: Estate, quiet: pl.DataFrame, most: int) -> Iterator[Step]:
    """The work's beginning, where it has not begun; then waste by kg CO2e and, of no emissions, money; then meters."""
    lake, beginnings = workspace.lake, list[Step]()
    if lake.version(READINGS) < 0:
        beginnings.append(Step(kind="ingest"))
    elif estate.year is None:
        beginnings.append(Step(kind="inventory"))
    elif lake.version(FINDINGS) < 0:
        beginnings.append(Step(kind="detect"))
    yield from beginnings
    left = most - len(beginnings)
    meters = quiet.head(min(quiet.height, max(left // 4, 1)))
    names = dict(estate.frame.select("id", "name").iter_rows())
    cards = _open_cards(workspace, left - meters.height, names) if lake.version(FINDINGS) >= 0 else []
    yield from (_step(one) for one in cards)
    for name, site_id, start in meters.iter_rows():
        yield Step(kind="silent", key=name, meter_id=name, site_id=site_id, site_name=names.get(site_id),
                   params={"last": start})  # fmt: skip


def _open_cards(workspace: Workspace, most: int, names: Mapping[str, str | None]) -> list[Card]:
    """Open findings: the most worth by emissions, those that emit nothing by money."""
    boards = (board(workspace, by=by, size=max(most, 1), names=names) for by in ("kg", "money"))
    for_kg, for_money = (next(one.cards for one in held.columns if one.state == "open") for held in boards)
    ranked = [one for one in for_kg if one.kg is not None]
    ranked += [one for one in for_money if one.kg is None]
    return [one for one in ranked if one.kind == "finding" and not one.gone][: max(most, 0)]


def _step(card: Card) -> Step:
    return Step(
        kind="finding",
        key=card.key,
        code=card.code,
        site_id=card.site_id,
        site_name=card.site_name,
        meter_id=next(iter(card.meters), None),
        kg=card.kg,
        money=card.money,
        confidence=card.confidence,
        params=card.params,
    )
