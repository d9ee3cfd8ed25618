"""A site: its facts, its figures, a week of one of its meters, its months, findings, measures and devices."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import polars as pl
from fastapi import Query
from starlette.responses import Response

from wattstone.interfaces.present.charts.base import Drawing
from wattstone.interfaces.present.charts.load_week import LoadWeek, WeekStep, load_week_drawing
from wattstone.interfaces.present.charts.plan_actual import plan_actual_drawing
from wattstone.interfaces.present.charts.subject_months import subject_months_drawing
from wattstone.interfaces.present.content import Cell, weave
from wattstone.interfaces.present.languages import Language, mark, translator
from wattstone.interfaces.present.listing import listed
from wattstone.interfaces.present.moments import local_time
from wattstone.interfaces.present.names import group_name, type_name
from wattstone.interfaces.present.numbers import percent, three
from wattstone.interfaces.web.kit import chart, csv_file, link, page, part, render
from wattstone.interfaces.web.reading import estate_here, number_cell
from wattstone.interfaces.web.results import missing
from wattstone.interfaces.web.site_tables import (
    devices_table,
    figures_table,
    findings_table,
    measures_table,
    meter_kind,
    plan_table,
)
from wattstone.interfaces.web.standings import apart_ones, gaps_of_site, headline_with
from wattstone.readings.schema import Flag
from wattstone.workflows.access.policy import Act
from wattstone.workflows.overview.columns import is_apart
from wattstone.workflows.overview.estate import Estate
from wattstone.workflows.overview.peers import peers_below
from wattstone.workflows.overview.site import PlanActual, SiteView, plan_of_site, site_of
from wattstone.workflows.overview.week import MeterWeek, meter_week

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

_FIRST = ("location", "scope1", "scope2.location", "intensity.energy", "energy", "energy.electricity")
_PANELS = ("scope1", "scope2.location")
_DAYS = (1, 7, 28)

MeterId = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True)
class Shown:
    """The week that is looked at, and the ways to others.

    Parameters
    ----------
    week : MeterWeek
        What was read.
    drawing : Drawing or None
        None where nothing is known of it.
    first : date
        Local day on which it begins.
    days : int
        How long it is.
    before, after, newest : str
        Addresses; empty where there are no readings that way.
    """

    week: MeterWeek
    drawing: Drawing | None
    first: date
    days: int
    before: str
    after: str
    newest: str


@page("/sites/{site}", name="site", place="portfolio", title=mark("Site"), act=Act.READ)
def show(here: "Here", site: str, meter: MeterId = "", start: str = "", days: int = 7) -> Response:
    """The page of a site."""
    t = translator(here.lang)
    estate = estate_here(here)
    view = site_of(here.workspace, estate, site)
    if view is None:
        return _missing(here, site)
    chosen = _meter(view, meter)
    week = _week(here, view, chosen, start, days) if chosen else None
    numbers = [one for one in view.numbers if one.value is not None]
    ranked = sorted(numbers, key=lambda one: _FIRST.index(one.name) if one.name in _FIRST else len(_FIRST))
    besides = [one for one in numbers if is_apart(one.name) and one.value]
    if any(one.name == "energy" for one in numbers):  # in whose box they stand
        ranked = [one for one in ranked if one not in besides]
    return render(
        here,
        "pages/site.html.j2",
        title=view.site.name or view.site.id,
        trail=[(t("Portfolio"), link(here, "/portfolio"))],
        view=view,
        base=f"/sites/{quote(site, safe='')}",
        sentence=_sentence(here, estate, view),
        gaps=gaps_of_site(here, view.numbers, site),
        headlines=[headline_with(here, one, view.year, besides) for one in apart_ones(ranked)[:4]],
        facts=list(_facts(here, view)),
        shown=week,
        chosen=chosen,
        meters=_meters(view, here.lang),
        spans=_DAYS,
        months=_months(view, here.lang),
        plan=plan_table(here, view),
        plan_drawing=_plan_drawing(view, here.lang),
        findings_table=findings_table(here, view),
        measures=measures_table(here, view),
        devices=devices_table(here, view),
        figures=figures_table(here, view),
    )


def _missing(here: "Here", site: str) -> Response:
    t = translator(here.lang)
    trail = [(t("Portfolio"), link(here, "/portfolio"))]
    words = t("There is no site called {site}, or you may not see it.", site=site)
    return missing(here, t("No such site"), words, door=(link(here, "/portfolio"), t("All sites")), trail=trail)


def _meter(view: SiteView, asked: str) -> str:
    """The meter that is asked for, else the first that lives and is nobody's part."""
    known = view.devices.filter(pl.col("state") != "never")
    if asked and asked in view.devices["meter_id"].to_list():
        return asked
    top = known.sort(pl.col("kind") != "electricity", pl.col("parent_id").is_not_null(), pl.col("virtual"), "meter_id")
    return str(top["meter_id"][0]) if top.height else ""


def _week(here: "Here", view: SiteView, meter: str, start: str, days: int) -> Shown | None:
    span = min(max(days, 1), 31)
    week = meter_week(here.workspace, meter, _date(start), days=span)
    if week is None:
        return None
    first = local_time(week.start, week.zone).date()

    def to(begin: date) -> str:
        found = link(here, f"/sites/{quote(view.site.id, safe='')}", meter=meter, start=begin.isoformat(), days=span)
        return f"{found}#week"

    before = to(first - timedelta(days=span)) if week.first is not None and week.first < week.start else ""
    after = to(first + timedelta(days=span)) if week.last is not None and week.last >= week.end else ""
    newest = to(local_time(week.last, week.zone).date() - timedelta(days=span - 1)) if after and week.last else ""
    return Shown(week, load_week_drawing(_load(week, view.plan), here.lang), first, span, before, after, newest)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


_QUALITY = {int(one): str(one.name).lower() for one in Flag}


@cache
def _named(flags: int) -> tuple[str, ...]:
    """Names of the flags in a sum of them; there are few sums."""
    return tuple(name for bit, name in _QUALITY.items() if flags & bit)


def _load(week: MeterWeek, plan: PlanActual | None) -> LoadWeek:
    """The week as it is drawn; a plan of what this meter measures goes with it."""
    steps = [
        WeekStep(
            row["start"],
            row["start"] + timedelta(seconds=row["seconds"]),
            row["value"],
            row["state"] == "estimated",
            _named(row["flags"] or 0),
        )
        for row in week.rows.iter_rows(named=True)
    ]
    planned = [] if plan is None else plan.of_meter(week.meter_id, week.start, week.end)
    return LoadWeek(
        meter=week.meter_id,
        kind=week.kind,
        unit=week.unit,
        zone=week.zone,
        start=week.start,
        end=week.end,
        steps=steps,
        plan=planned,
        thinned=round((week.native or 0) * week.per / 60) if week.per > 1 else 0,
    )


@chart("/sites/{site}/charts/week", act=Act.READ)
def week_chart(here: "Here", site: str, meter: MeterId = "", start: str = "", days: int = 7) -> Drawing | None:
    """A week of a meter as a file."""
    week = meter_week(here.workspace, meter, _date(start), days=min(max(days, 1), 31))
    if week is None or week.site_id != site:
        return None
    return load_week_drawing(_load(week, plan_of_site(here.workspace, site)), here.lang)


@chart("/sites/{site}/charts/plan", act=Act.READ)
def plan_chart(here: "Here", site: str) -> Drawing | None:
    """The newest plan of a site against what was measured, as a file."""
    view = site_of(here.workspace, estate_here(here), site)
    return None if view is None else _plan_drawing(view, here.lang)


def _plan_drawing(view: SiteView, lang: Language) -> Drawing | None:
    if view.plan is None:
        return None
    return plan_actual_drawing(view.plan.grid(), view.site.zone, lang)


@chart("/sites/{site}/charts/months", act=Act.READ)
def months_chart(here: "Here", site: str) -> Drawing | None:
    """The months of a site as a file."""
    view = site_of(here.workspace, estate_here(here), site)
    return None if view is None else _months(view, here.lang)


@part("/sites/{site}/{kind}.csv", act=Act.READ)
def tables(here: "Here", site: str, kind: str) -> Response:
    """A table of the page as CSV."""
    view = site_of(here.workspace, estate_here(here), site)
    made = {"devices": devices_table, "findings": findings_table, "measures": measures_table,
            "figures": figures_table}  # fmt: skip
    table = made[kind](here, view) if view is not None and kind in made else None
    return csv_file(table, f"{site}-{kind}") if table else Response("not found", 404, media_type="text/plain")


def _months(view: SiteView, lang: Language) -> Drawing | None:
    if view.year is None:
        return None
    wanted = view.months.filter(pl.col("name").is_in(_PANELS))
    if wanted.filter(pl.col("value").is_not_null()).is_empty():
        wanted = view.months.filter(pl.col("name").str.starts_with("energy."))
    order = {name: at for at, name in enumerate(_PANELS)}
    ranked = wanted.sort(pl.col("name").replace_strict(order, default=9, return_dtype=pl.Int32), "name", "month")
    changes = {one.name: one.change for one in view.numbers}
    return subject_months_drawing(ranked, lang, year=view.year, zone=view.site.zone, changes=changes)


_EMITTED = {
    "location": mark("In {year}, this site ({kind}) emitted {amount}."),
    "scope1": mark("In {year}, this site ({kind}) emitted {amount} by burning fuel (scope 1)."),
    "scope2.location": mark("In {year}, the energy that this site ({kind}) bought emitted {amount} (scope 2)."),
}
_AMONG_FEW = mark(" It uses more energy per floor area than {below} of the {count} sites of its group.")
_AMONG = mark(" It uses more energy per floor area than {share} of its {count} peers.")


def _sentence(here: "Here", estate: Estate, view: SiteView) -> tuple[str | Cell, ...]:
    t = translator(here.lang)
    known = {one.name: one for one in view.numbers if one.value is not None}
    emitted = next((known[name] for name in _EMITTED if name in known), None)
    if emitted is None or estate.year is None:
        taken = estate.year is not None and any(one.name in _EMITTED for one in view.numbers)
        unknown = t("What this site emitted in {year} is not known.", year=estate.year)
        return (unknown if taken else t("No emissions of this site are counted yet."),)
    cells = {
        "year": Cell(str(estate.year)),
        "kind": Cell(_place(view, here.lang)),
        "amount": number_cell(here, emitted),
    }
    said = weave(t, _EMITTED[emitted.name], **cells)
    share, count = view.row.get("peer_percentile"), view.row.get("peers")
    if isinstance(share, float) and isinstance(count, int) and count:
        below = peers_below(share, count)
        if below is not None:
            return (*said, t(_AMONG_FEW, below=below, count=count))
        said = (*said, t(_AMONG, share=percent(share / 100, here.lang), count=count))
    return said


def _place(view: SiteView, lang: Language) -> str:
    """What it is and where, as far as that is known."""
    t = translator(lang)
    known = [type_name(view.site.type, lang) if view.site.type else "", view.site.city or view.site.country or ""]
    return listed(known, lang) or t("no place given")


def _facts(here: "Here", view: SiteView) -> Iterator[tuple[str, str]]:
    """What is known of the site; what nobody said is left out."""
    t, site = translator(here.lang), view.site
    area = f"{three(site.floor_area)} m²" if site.floor_area else ""
    place = listed((site.address or "", site.city or "", site.country or ""), here.lang)
    rows: list[tuple[str, Any]] = [
        (t("Type"), type_name(site.type, here.lang) if site.type else ""),
        (t("Place"), place),
        (t("Floor area"), area),
        (t("Clock"), site.zone),
        (t("Grid region"), site.grid_region),
        (t("Weather station"), site.weather_station),
        (t("Peer group"), group_name(str(view.row.get("peer_group") or ""), here.lang)),
        (t("Spaces"), listed((one.name or one.id for one in view.spaces), here.lang, most=12)),
        (t("Id"), site.id),
    ]
    yield from ((name, str(value)) for name, value in rows if value)
    if site.simulated:
        yield t("Readings"), t("Simulated: these readings were generated.")


def _meters(view: SiteView, lang: Language) -> list[tuple[str, str]]:
    rows = view.devices.filter(pl.col("state") != "never").sort("meter_id")
    return [
        (row["meter_id"], f"{row['meter_id']} · {meter_kind(row['kind'], lang)}") for row in rows.iter_rows(named=True)
    ]
