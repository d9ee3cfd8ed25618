"""The inventory of a year: from its scopes down to sites, meters and months, on both bases, against the year before."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import Response

from wattstone.base import InputRefused
from wattstone.interfaces.present.charts.base import Drawing
from wattstone.interfaces.present.charts.branches import Bar, branches_drawing
from wattstone.interfaces.present.charts.subject_months import subject_months_drawing
from wattstone.interfaces.present.content import Cell
from wattstone.interfaces.present.languages import Language, counter, mark, month, translator
from wattstone.interfaces.present.names import total_name
from wattstone.interfaces.present.numbers import amount, change
from wattstone.interfaces.web.kit import Form, action, chart, go, link, page, part, period_of, render
from wattstone.interfaces.web.reading import estate_here, number_cell, zone_here
from wattstone.interfaces.web.remedies import reason_here
from wattstone.interfaces.web.results import missing
from wattstone.interfaces.web.standings import apart_ones, emitted_words, gaps_here, headlines_here, market_note
from wattstone.workflows.access.policy import Act
from wattstone.workflows.overview.document import recorded_count, recorded_document, restated
from wattstone.workflows.overview.estate import Estate
from wattstone.workflows.overview.numbers import Number
from wattstone.workflows.overview.standing import Standing, standing
from wattstone.workflows.overview.tree import Branch, Level, inventory_tree, level_months
from wattstone.workflows.overview.years import reading_years

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here
    from wattstone.inventory.document import InventoryDocument

PATH = "/report/inventory"
_SIZE = 50
_FIRST = ("location", "market", "scope1", "scope2.location", "scope2.market", "energy")
_COLOURS = {"scope1": "scope-1", "scope2": "scope-2", "scope3": "scope-3"}
_SCOPES = {"scope1": mark("Scope 1: direct emissions"), "scope2": mark("Scope 2: bought energy"),
           "scope3": mark("Scope 3: up and down the chain")}  # fmt: skip
FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "pdf": "application/pdf",
}
"""Downloads of an inventory by their ending."""


_QUICK = 5000  # figures of a workbook or a print that are written while somebody waits
_SLOW = {"xlsx": "/run/export?what=inventory&form=xlsx&year={year}&lang={lang}", "pdf": "/run/report?year={year}"}


@dataclass(frozen=True)
class Row:
    """A row of the table.

    Parameters
    ----------
    label, href : str
        What it is, and the level below; empty where there is none.
    location, market, energy : Cell
        By both bases, and what it was made from.
    change : str
        Against the year before, location-based.
    restated : str
        Why its figure replaces another; empty where it does not.
    apart : str
        Why it is not added up; empty where it is.
    """

    label: str
    href: str
    location: Cell
    market: Cell
    energy: Cell
    change: str
    restated: str
    apart: str


@page(PATH, name="inventory", place="report", title=mark("Inventory"), tab=mark("Inventory"), act=Act.READ, order=10)
def show(here: "Here", under: str = "", page: int = 1, year: str = "") -> Response:
    """A level of the inventory."""
    estate = estate_here(here)
    if estate.years and year.isdecimal() and int(year) not in estate.years:
        return _other_years(here, int(year), estate.years)
    return _level(here, estate, under, page)


def _level(here: "Here", estate: Estate, under: str, page: int) -> Response:
    year = period_of(here) or estate.year
    level = None if year is None else inventory_tree(here.workspace, year, under, page=max(page, 1), size=_SIZE)
    if year is None or level is None:
        return _nothing(here, under)
    base = here.workspace.records.organisation().base_year
    sent, made = _files(here, year)
    stands = standing(estate)
    return render(
        here,
        "pages/inventory.html.j2",
        title=_title(here, level),
        year=year,
        years=estate.years,
        base_year=base,
        level=level,
        under=under,
        trail=_trail(here, level, year),
        headlines=[] if under else headlines_here(here, estate, _ranked(estate, stands), stands),
        simulated=_simulated(estate),
        sentence=_sentence(here, level) or emitted_words(here, estate, stands),
        gaps=[] if under else gaps_here(here, estate, stands),
        meters=_added(here, level),
        market=market_note(here, estate),
        drawing=_drawing(here, level),
        rows=_rows(here, level),
        before=link(here, PATH, year=year, under=under, page=page - 1) if page > 1 else "",
        after=link(here, PATH, year=year, under=under, page=page + 1) if page * level.size < level.count else "",
        files=sent,
        made=made,
    )


def _files(here: "Here", year: int) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Files that are sent at once, and forms for what a job makes because there is much of it."""
    t = translator(here.lang)
    slow = _SLOW if here.principal.may(Act.RUN) and recorded_count(here.workspace, year) > _QUICK else {}
    words = {"xlsx": t("Make an XLSX"), "pdf": t("Write the report (PDF)")}
    made = [(words[form], link(here, path.format(year=year, lang=here.lang))) for form, path in slow.items()]
    return [(form.upper(), link(here, f"{PATH}/{year}.{form}")) for form in FORMS if form not in slow], made


def _other_years(here: "Here", year: int, years: tuple[int, ...]) -> Response:
    """What is said of a year of which there is no inventory, where there are others."""
    t = translator(here.lang)
    read = year in reading_years(here.workspace)
    words = t("There are readings of that year.") if read else t("There are no readings of that year either.")
    title, asked = t("There is no inventory of {year}", year=year), year if read else None
    return render(
        here, "pages/inventory_other.html.j2", title=title, words=words, asked=asked, others=years, status=404
    )


def _nothing(here: "Here", under: str) -> Response:
    t = translator(here.lang)
    if under:
        whole, words = link(here, PATH), t("There is nothing of this name in the inventory, or you may not see it.")
        door, trail = (whole, t("The whole inventory")), [(t("Inventory"), whole)]
        return missing(here, t("No such part of the inventory"), words, door=door, trail=trail)
    return render(here, "pages/inventory_none.html.j2", years=reading_years(here.workspace))


@action(f"{PATH}/take", act=Act.RUN, page="inventory")
def take(here: "Here", form: Form) -> Response:
    """Ask for the job that takes the inventory of a year."""
    from wattstone.interfaces.jobs.asking import ask

    t = translator(here.lang)
    year = str(form.get("year", ""))
    try:
        job = ask(here.service.server, here.principal, "inventory", {"year": int(year)} if year.isdecimal() else {})
    except InputRefused as refused:
        return render(here, "pages/inventory_none.html.j2", years=[], findings=refused.findings, status=422)
    return go(here, f"/jobs/{quote(str(job.id), safe='')}", said=t("The inventory is being taken."))


def _title(here: "Here", level: Level) -> str:
    """What one looks at: the whole, or the row that one has gone down to."""
    t = translator(here.lang)
    if not level.path:
        return t("Inventory {year}", year=level.year)
    return t("{what}, {year}", what=_label(level.path[-1], here.lang), year=level.year)


def _trail(here: "Here", level: Level, year: int) -> list[tuple[str, str]]:
    t = translator(here.lang)
    trail = [(t("Inventory {year}", year=year), link(here, PATH, year=year))] if level.path else []
    return trail + [(_label(one, here.lang), link(here, PATH, year=year, under=one.path)) for one in level.path[:-1]]


def _label(one: Branch, lang: Language) -> str:
    t = translator(lang)
    if one.kind == "scope":
        return t(_SCOPES[one.label]) if one.label in _SCOPES else total_name(one.label, lang)
    if one.kind == "month":
        number = one.label.rpartition("-")[2]
        return month(int(number), lang) if number.isdecimal() else one.label
    return one.label


def _ranked(estate: Estate, stands: Standing) -> list[Number]:
    """The four figures that come first: what is known of the emissions, then the others by their weight."""
    first = [] if stands.number is None else [stands.number]
    others = (estate.totals.get(name) for name in _FIRST)
    known = [one for one in others if one is not None and one.value is not None and one.name != "location"]
    return apart_ones([*first, *(one for one in known if one not in first)])[:4]


def _sentence(here: "Here", level: Level) -> tuple[str | Cell, ...]:
    """The row that one has gone down to; of the scopes nothing."""
    t = translator(here.lang)
    if not level.path:
        return ()
    at = level.path[-1]
    known = amount(at.location.value, at.location.unit, here.lang)
    if at.location.value is None:
        known = reason_here(at.location.reason, here.lang).removesuffix(".") or known
    said = t("{place}: {found}", place=_label(at, here.lang), found=known)
    moved = _change(at.location, level.year, here.lang)
    return (t("{found}, {change}.", found=said, change=moved) if moved else said + t("."),)


def _added(here: "Here", level: Level) -> str:
    """How many meters are added up to what is shown; empty where that is not known."""
    if not level.meters:
        return ""
    t, n = translator(here.lang), counter(here.lang)
    if len(level.path) == 2 and level.meters < level.count:
        meters = n("{count} meter", "{count} meters", level.count)
        return t("{added} of {meters} are added up; what the others measure is counted already, or is not bought.",
                 added=level.meters, meters=meters)  # fmt: skip
    return n("{count} meter is added up.", "{count} meters are added up.", level.meters)


def _change(one: Number, year: int, lang: Language) -> str:
    return "" if one.change is None else change(one.change * 100, year - 1, lang)


def _rows(here: "Here", level: Level) -> list[Row]:
    ids = [one.location.figure for one in level.rows if one.location.figure]
    why = restated(here.workspace, level.year, ids)
    return [_row(here, one, level.year, why) for one in level.rows]


def _row(here: "Here", one: Branch, year: int, why: Mapping[str, str]) -> Row:
    t = translator(here.lang)
    return Row(
        label=_label(one, here.lang),
        href=link(here, PATH, year=year, under=one.path) if one.children else "",
        location=number_cell(here, one.location),
        market=number_cell(here, one.market),
        energy=number_cell(here, one.energy, words=t("not applicable") if one.energy is None else ""),
        change=_change(one.location, year, here.lang) or t("no comparison"),
        restated=why.get(one.location.figure or "", ""),
        apart="" if one.added else t("part of {meter}", meter=one.part_of) if one.part_of else t("not added up"),
    )


def _simulated(estate: Estate) -> bool:
    """Whether readings of any site were made up."""
    return bool(estate.frame["simulated"].fill_null(value=False).any())


def _drawing(here: "Here", level: Level) -> Drawing | None:
    known = [one for one in level.rows if one.location.value is not None]
    if known and known[0].kind != "month":
        known.sort(key=lambda one: -(one.location.value or 0.0))
    if not known:
        return None
    t = translator(here.lang)
    scope = (level.path[0] if level.path else known[0]).path.partition("/")[0]
    if known[0].kind == "month":
        name = {"scope1": "scope1", "scope2": "scope2.location"}.get(scope, "scope3")
        return subject_months_drawing(level_months(level, name), here.lang, year=level.year, zone=zone_here(here))
    bars = [_bar(one, here.lang, scope if level.path else one.path.partition("/")[0]) for one in known]
    what = {"scope": t("Emissions by scope"), "site": t("Emissions of the sites"), "meter": t("Emissions by meter")}
    title = t("{figure}, location-based", figure=what.get(known[0].kind, what["site"]))
    count = level.count - len(level.rows) + len(known)
    return branches_drawing(bars, here.lang, year=level.year, what=title, count=count)


def _bar(one: Branch, lang: Language, scope: str) -> Bar:
    number = one.location
    return Bar(
        key=one.path,
        name=_label(one, lang),
        value=number.value or 0.0,
        lower=number.lower,
        upper=number.upper,
        before=number.before,
        estimated=number.estimated or 0.0,
        colour=_COLOURS.get(scope, "jade"),
        figure=number.figure,
        unit=number.unit,
    )


@chart(f"{PATH}/charts/level", act=Act.READ)
def level_chart(here: "Here", under: str = "", year: int = 0, page: int = 1) -> Drawing | None:
    """The chart of a level as a file."""
    wanted = year or period_of(here) or 0
    level = inventory_tree(here.workspace, wanted, under, page=max(page, 1), size=_SIZE)
    return None if level is None else _drawing(here, level)


@part(PATH + "/{year}.{form}", act=Act.EXPORT)
def download(here: "Here", year: int, form: str) -> Response:
    """The recorded inventory of a year as a file."""
    document = recorded_document(here.workspace, year) if form in FORMS else None
    if document is None:
        return Response("not found", 404, media_type="text/plain")
    if form in _SLOW and recorded_count(here.workspace, year) > _QUICK and here.principal.may(Act.RUN):
        return go(here, _SLOW[form].format(year=year, lang=here.lang))  # a job makes it, and keeps it
    name = f"inventory-{year}-{here.lang}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return Response(_written(document, form, here.lang), media_type=FORMS[form], headers=headers)


def _written(document: "InventoryDocument", form: str, lang: Language) -> bytes:
    if form == "json":
        from wattstone.interfaces.present.machine import inventory_json

        return json.dumps(inventory_json(document), ensure_ascii=False, default=str).encode()
    if form == "pdf":
        from wattstone.interfaces.present.pdf import render_pdf

        return render_pdf(document, lang)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"inventory.{form}"
        if form == "csv":
            from wattstone.interfaces.present.csvs import write_csv

            write_csv(document, path)
        else:
            from wattstone.interfaces.present.xlsx import write_xlsx

            write_xlsx(document, path, lang)
        return path.read_bytes()
