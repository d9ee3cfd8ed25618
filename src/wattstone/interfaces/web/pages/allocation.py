"""How contracts are used in a year: what serves the energy of each grid, both bases, by the year and by the hour."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from wattstone.interfaces.present.charts.allocation import allocation_drawing, grid_name
from wattstone.interfaces.present.charts.base import Drawing
from wattstone.interfaces.present.content import Cell, Head, Headline, Table
from wattstone.interfaces.present.contract_words import carrier_name
from wattstone.interfaces.present.languages import mark, say_reason, translator
from wattstone.interfaces.present.names import figure_name, opened, total_name
from wattstone.interfaces.present.numbers import amount, every, interval, percent
from wattstone.interfaces.web.kit import chart, csv_file, link, page, part, render
from wattstone.interfaces.web.pages.contracts import PATH
from wattstone.interfaces.web.pages.statement import year_shown, years_taken
from wattstone.interfaces.web.remedies import reason_here
from wattstone.inventory.covered import ANNUAL, HOURLY
from wattstone.workflows.access.policy import Act
from wattstone.workflows.instruments.allocation import Recorded, allocation_of
from wattstone.workflows.instruments.listing import instruments_of, refused_in
from wattstone.workflows.inventory.record import organisation_figures

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

USE = f"{PATH}/use"
_BASES = ("scope2.location", "scope2.market")
_NOTHING = 5e-4  # of a total: a percentage does not show it
_FEW = 200  # rows of a page; the download holds all
Figures = Mapping[str, Mapping[str, Any]]


@page(USE, name="allocation", place="report", title=mark("How contracts are used"), act=Act.READ)
def show(here: "Here", year: str = "") -> Response:
    """What the inventory of a year recorded; nothing is computed."""
    t, whole, years = translator(here.lang), here.principal.scope.whole, years_taken(here)
    shown = year_shown(here, year, years)
    trail = [(t("Contracts"), link(here, PATH))]
    if not whole or shown is None:
        return render(here, "pages/allocation.html.j2", whole=whole, year=None, trail=trail)
    held, figures = allocation_of(here.workspace, shown), _figures(here, shown)
    return render(
        here, "pages/allocation.html.j2", title=t("How contracts are used in {year}", year=shown), whole=True,
        year=shown, years=years, trail=trail, held=held, headlines=list(_headlines(here, figures)),
        notes=_notes(here, figures), difference=_difference(here, figures),
        drawing=None if held is None else _drawing(here, held, figures),
        grids=None if held is None else _grids(here, held, figures),
        uses=None if held is None else _uses(here, held, _FEW),
        refused=[] if held is None else _refused(here, held),
    )  # fmt: skip


def _figures(here: "Here", year: int) -> Figures:
    return {row["name"]: row for row in organisation_figures(here.workspace.lake, year).iter_rows(named=True)}


def _headlines(here: "Here", figures: Figures) -> Iterator[Headline]:
    """Both bases, and both shares; each leads to its evidence."""
    t, lang = translator(here.lang), here.lang
    for name in (*_BASES, ANNUAL, HOURLY):
        row = figures.get(name)
        if row is None:
            continue
        label = total_name(name, lang) if name in _BASES else opened(figure_name(name, lang))
        if row["value"] is None:
            yield Headline(
                label, Cell(opened(reason_here(row["reason"] or "", lang)) or t("not known"), row["id"]), "", ""
            )
            continue
        share = row["unit"] == "%"
        text = percent(row["value"] / 100, lang) if share else amount(row["value"], row["unit"], lang)
        band = "" if share else interval(row["value"], row["lower"], row["upper"], row["unit"], lang)
        yield Headline(label, Cell(text, row["id"], numeric=True), band, "")


def _difference(here: "Here", figures: Figures) -> str:
    """The market-based total against the location-based one, in a sentence."""
    t = translator(here.lang)
    location, market = (figures.get(name, {}).get("value") for name in _BASES)
    if not location or market is None:
        return ""
    share = market / location - 1
    if abs(share) < _NOTHING:
        return t("By what was bought, scope 2 is as large as by the average of the grids.")
    said = percent(abs(share), here.lang)
    if share < 0:
        return t("By what was bought, scope 2 is {share} less than by the average of the grids.", share=said)
    return t("By what was bought, scope 2 is {share} more than by the average of the grids.", share=said)


def _notes(here: "Here", figures: Figures) -> list[str]:
    """What has to be known of the shares and of the market-based total, each once."""
    notes = [note for name in ("scope2.market", HOURLY) if name in figures for note in figures[name]["notes"] or ()]
    return [opened(say_reason(one, here.lang)) for one in dict.fromkeys(notes)]


def _drawing(here: "Here", held: Recorded, figures: Figures) -> Drawing | None:
    value = figures.get(ANNUAL, {}).get("value")
    return allocation_drawing(held.grids, here.lang, year=held.year, share=None if value is None else value / 100)


@chart(f"{USE}/charts/allocation", act=Act.READ)
def drawing(here: "Here", year: int = 0) -> Drawing | None:
    """The chart as a file."""
    held = allocation_of(here.workspace, year) if here.principal.scope.whole else None
    return None if held is None else _drawing(here, held, _figures(here, year))


def _grids(here: "Here", held: Recorded, figures: Figures) -> Table:
    t, lang = translator(here.lang), here.lang
    heads = (
        Head(t("Grid")), Head(t("Sites"), True), Head(t("Energy"), True), Head(t("Served by contracts"), True),
        Head(t("By the residual mix"), True), Head(t("By the grid average"), True), Head(t("Market-based"), True),
        Head(t("Location-based"), True),
    )  # fmt: skip

    def mass(value: float | None, basis: str) -> Cell:
        unit = str(figures[basis]["unit"]) if basis in figures else "kg CO2e"
        return Cell(t("not known") if value is None else amount(value, unit, lang), numeric=value is not None)

    def energy(value: float) -> Cell:
        return Cell(amount(value, "kWh", lang), held.id, numeric=True) if value else Cell(t("none"), numeric=True)

    rows = tuple(
        (
            Cell(opened(grid_name(row["grid"], row["carrier"], lang))), Cell(every(row["sites"]), numeric=True),
            energy(row["energy"]), energy(row["served"]), energy(row["mixed"]), energy(row["averaged"]),
            mass(row["value"], "scope2.market"), mass(row["location"], "scope2.location"),
        )
        for row in held.grids.sort("energy", descending=True).iter_rows(named=True)
    )  # fmt: skip
    return Table(
        heads, rows, t("The organisation's share. Emissions that are stated without their energy stand beside.")
    )


def _uses(here: "Here", held: Recorded, most: int | None = None) -> Table:
    t, lang = translator(here.lang), here.lang
    heads = (
        Head(t("Contract")), Head(t("Site")), Head(t("Energy")), Head(t("Served"), True),
        Head(t("Own share of it"), True), Head(t("Emissions of it"), True),
    )  # fmt: skip
    digits = "three" if most else "all"
    rows = tuple(
        (
            Cell(row["instrument"], href=link(here, f"{PATH}/one", id=row["instrument"])),
            Cell(row["site_id"], href=link(here, f"/sites/{row['site_id']}")),
            Cell(carrier_name(row["carrier"], lang)),
            Cell(amount(row["energy"], "kWh", lang, digits=digits), numeric=True),
            Cell(amount(row["owned"], "kWh", lang, digits=digits), held.id, numeric=True),
            Cell(amount(row["value"], "kg CO2e", lang, digits=digits), numeric=True),
        )
        for row in held.uses.sort("instrument", "owned", descending=[False, True]).head(most or held.uses.height)
        .iter_rows(named=True)
    )  # fmt: skip
    more = held.uses.height - len(rows)
    return Table(heads, rows, t("and {count} more", count=every(more)) if more else "")


def _refused(here: "Here", held: Recorded) -> list[tuple[Cell, str]]:
    """Contracts that carried no claim in the year, and why: of its generation as recorded, of another as declared."""
    mine = {one.held.instrument.id for one in instruments_of(here.workspace, held.year)}
    outside = {name: why for name, why in refused_in(here.workspace, held.year).items() if name not in mine}
    return [
        (Cell(name, href=link(here, f"{PATH}/one", id=name)), opened(say_reason(why, here.lang)))
        for name, why in sorted((held.refused | outside).items())
        if name in mine or name in outside
    ]


@part(f"{USE}.csv", act=Act.EXPORT)
def download(here: "Here", year: int = 0) -> Response:
    """Who served whom, in full."""
    held = allocation_of(here.workspace, year) if here.principal.scope.whole else None
    if held is None:
        return Response("not found", 404, media_type="text/plain")
    return csv_file(_uses(here, held), f"contracts-{year}")
