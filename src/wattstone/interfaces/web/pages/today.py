"""Today: how it stands, what changed, what to do next."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import polars as pl
from starlette.responses import Response

from wattstone.interfaces.present.charts.base import Drawing
from wattstone.interfaces.present.charts.subject_months import subject_months_drawing
from wattstone.interfaces.present.content import Cell, weave
from wattstone.interfaces.present.languages import Language, counter, mark, translator
from wattstone.interfaces.present.listing import listed
from wattstone.interfaces.present.numbers import percent
from wattstone.interfaces.present.waste_words import waste_action, waste_name
from wattstone.interfaces.web.kit import action, chart, go, link, page, render
from wattstone.interfaces.web.reading import estate_here, lesser_note, number_cell, zone_here
from wattstone.interfaces.web.results import air_assessed
from wattstone.interfaces.web.standings import emitted_words, gaps_here, headlines_here, sites_cell
from wattstone.workflows.access.policy import Act
from wattstone.workflows.overview.estate import Estate
from wattstone.workflows.overview.standing import Standing, standing
from wattstone.workflows.overview.today import Change, Step, Today, today

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

_BEGINNINGS = ("ingest", "inventory", "detect")
_STEPS = 5  # that the first screen shows; the board has the others


@dataclass(frozen=True)
class Next:
    """A line of what to do next.

    Parameters
    ----------
    action, place, meter : str
        What to do, and where; the meter is empty where the place names it.
    worth : tuple
        Emissions and money a year, as cells; empty where not known.
    sure : str
        How sure it is.
    doors : tuple of (str, str)
        Words and addresses of what one can do about it, the first the foremost.
    """

    action: str
    place: str
    meter: str
    worth: tuple[Cell, ...]
    sure: str
    doors: tuple[tuple[str, str], ...]


@page("/", name="today", place="today", title=mark("Today"), tab=mark("Today"), act=Act.READ, order=10)
def show(here: "Here") -> Response:
    """The first page."""
    estate = estate_here(here)
    found, stands = today(here.workspace, estate), standing(estate)
    begins = next((step.kind for step in found.steps if step.kind in _BEGINNINGS), "")
    return render(
        here,
        "pages/today.html.j2",
        begins=begins,
        assessed=begins == "detect" and air_assessed(here),
        simulated=_simulated(estate),
        sentence=_sentence(here, estate, stands),
        gaps=gaps_here(here, estate, stands),
        headlines=headlines_here(here, estate, (one for one in found.headlines if one.value is not None), stands),
        drawing=_drawing(here, found),
        steps=[_next(here, step) for step in found.steps if step.kind not in _BEGINNINGS][:_STEPS],
        changes=list(_changes(here, found.changes)),
        since=found.since,
        zone=zone_here(here),
        whole=found.whole,
        lesser=lesser_note(here, estate),
    )


@action("/sample", act=Act.INGEST, page="today")
def sample(here: "Here") -> Response:
    """Ask for the job that fills an empty workspace with a simulated estate."""
    from wattstone.interfaces.jobs.asking import ask

    t = translator(here.lang)
    job = ask(here.service.server, here.principal, "sample", {})
    return go(here, f"/jobs/{quote(str(job.id), safe='')}", said=t("The sample estate is being made."))


@chart("/charts/months", act=Act.READ)
def months_chart(here: "Here") -> Drawing | None:
    """The months of the organisation as a file."""
    return _drawing(here, today(here.workspace, estate_here(here)))


def _simulated(estate: Estate) -> bool:
    """Whether readings of any site were made up."""
    return bool(estate.frame["simulated"].fill_null(value=False).any())


def _drawing(here: "Here", found: Today) -> Drawing | None:
    if found.year is None or found.months.is_empty():
        return None
    whole = next((one for one in found.headlines if one.name == "location"), None)
    unit = "kg CO2e" if whole is None else whole.unit  # of CO2 alone both say so
    months = found.months.with_columns(pl.lit("location").alias("name"), pl.lit(unit).alias("unit"))
    moved = None if whole is None else whole.change
    return subject_months_drawing(months, here.lang, year=found.year, zone="", changes={"location": moved})


_BOTH = mark("In {year}, {sites} emitted {amount}; {findings} could save {worth} a year.")
_WASTE = mark("{findings} at {sites} could save {worth} a year.")
_READINGS = mark("Readings of {sites} are there; what they emitted is not counted yet.")


def _sentence(here: "Here", estate: Estate, stands: Standing) -> tuple[str | Cell, ...]:
    """What the year emitted, as far as it is known, and what findings could save."""
    if estate.frame.is_empty():
        return ()
    t = translator(here.lang)
    waste = _waste_cells(here, estate)
    cells = {**waste, "sites": sites_cell(here, estate, stands.sites)}
    if stands.number is not None and stands.number.name == "location" and waste:
        return weave(t, _BOTH, year=Cell(str(estate.year)), amount=number_cell(here, stands.number), **cells)
    if emitted := emitted_words(here, estate, stands):
        also = weave(t, _WASTE, **{**cells, "sites": sites_cell(here, estate, 0)}) if waste else ()
        return (*emitted, *(("" if here.lang == "zh" else " ", *also) if also else ()))
    return weave(t, _WASTE, **cells) if waste else weave(t, _READINGS, sites=cells["sites"])


def _waste_cells(here: "Here", estate: Estate) -> dict[str, Cell]:
    """How many findings, and what they could save; nothing where that is not known."""
    worth, count = estate.totals.get("findings_kg"), int(estate.frame["findings"].fill_null(0).sum())
    if worth is None or not worth.value or not count:
        return {}
    n = counter(here.lang)
    said = Cell(n("{count} finding", "{count} findings", count), href=link(here, "/action"))
    return {"worth": number_cell(here, worth), "findings": said}


def _next(here: "Here", step: Step) -> Next:
    t = translator(here.lang)
    place, meter = step.site_name or step.site_id or "", step.meter_id or ""
    worth = tuple(number_cell(here, one) for one in (step.kg, step.money) if one is not None and one.value is not None)
    sure = t("confidence {share}", share=percent(step.confidence, here.lang)) if step.confidence is not None else ""
    if step.kind == "silent":
        action = t("Find out why this meter fell silent")
        doors = [(t("See its readings"), _meter(here, step)), (t("Mend data"), link(here, "/data"))]
    else:
        action = waste_action(step.code or "", here.lang)
        place = t("{what}: {meter}", what=waste_name(step.code or "", here.lang), meter=place or meter)
        card = link(here, f"/action/cards/{quote(step.key, safe='')}")
        doors = [(t("Open the finding"), card), (t("Plan a measure"), f"{card}#plan")]
    return Next(action, place, meter if place != meter else "", worth, sure, tuple(doors))


def _meter(here: "Here", step: Step) -> str:
    return link(here, f"/sites/{quote(step.site_id or '', safe='')}", meter=step.meter_id) + "#week"


def _changes(here: "Here", changes: tuple[Change, ...]) -> Iterator[tuple[Change, str, str]]:
    """Each change with its sentence and where it leads."""
    for one in changes:
        yield one, _CHANGES[one.kind](one, here.lang), _link(here, one)


def _readings(one: Change, lang: Language) -> str:
    n, t = counter(lang), translator(lang)
    rows = n("{count} reading", "{count} readings", one.count)
    return t("{rows} from {source}", rows=rows, source=_text(one, "source")) if _text(one, "source") else rows


def _findings(one: Change, lang: Language) -> str:
    n = counter(lang)
    return n("{count} finding of waste or a fault", "{count} findings of waste or faults", one.count)


def _inventory(one: Change, lang: Language) -> str:
    t = translator(lang)
    return t("The inventory of {year} was taken", year=_text(one, "year"))


def _plan(one: Change, lang: Language) -> str:
    t = translator(lang)
    return t("A plan was made: {sites}", sites=_listed(one, "sites", lang))


def _silent(one: Change, lang: Language) -> str:
    n, t = counter(lang), translator(lang)
    count = n("{count} meter fell silent", "{count} meters fell silent", one.count)
    return t("{what}: {meter}", what=count, meter=_listed(one, "meters", lang))


def _titled(one: Change, lang: Language) -> str:
    t = translator(lang)
    said = t("A job failed") if one.kind == "job" else t("An alert stands open")
    return t("{what}: {meter}", what=said, meter=_text(one, "title"))


_CHANGES: Mapping[str, Callable[[Change, Language], str]] = {
    "readings": _readings,
    "findings": _findings,
    "inventory": _inventory,
    "plan": _plan,
    "silent": _silent,
    "job": _titled,
    "alert": _titled,
}


def _text(one: Change, name: str) -> str:
    return str(one.params.get(name) or "")


def _listed(one: Change, name: str, lang: Language) -> str:
    held: Any = one.params.get(name) or ()
    names = [held] if isinstance(held, str) else [str(each) for each in held]
    said = listed(names, lang)
    more = one.count - len(names)
    t = translator(lang)
    return t("{names} and {count} more", names=said, count=more) if more > 0 and names else said


def _link(here: "Here", one: Change) -> str:
    places = {
        "readings": "/data",
        "findings": "/action",
        "inventory": "/report/inventory",
        "plan": "/action/microgrid",
        "silent": "/portfolio?silent=yes",
        "job": f"/jobs/{quote(one.link or '', safe='')}",
        "alert": "/settings/alerts",
    }
    return link(here, places[one.kind])
