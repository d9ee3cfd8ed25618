"""Tariffs and factors: what serves the organisation, factors of its own, and those that somebody accepted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.factor_hints import factor_hint, use_name
from wattstone.interfaces.present.languages import counter, mark, translator
from wattstone.interfaces.present.listing import listed
from wattstone.interfaces.present.numbers import every
from wattstone.interfaces.web.emitting import factor_path
from wattstone.interfaces.web.kit import Form, action, csv_file, go, link, page, part, render
from wattstone.interfaces.web.refusals import status_of
from wattstone.interfaces.web.results import missing
from wattstone.interfaces.web.sent import sent_files
from wattstone.rates import load_factors
from wattstone.rates.exceptions import is_exception
from wattstone.rates.table import COLUMNS, Factor
from wattstone.workflows.access.policy import EVERYWHERE, Act, require
from wattstone.workflows.declare import accept_factor
from wattstone.workflows.factor_gaps import lacking_factors, unfit_factors
from wattstone.workflows.overview.years import reading_years
from wattstone.workflows.own_factors import TEMPLATE, OwnFactors, keep_factors, own_factors, remove_factors

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

FEW = 200  # rows of a file that a page shows; the download holds all


@dataclass(frozen=True)
class File:
    """A file of own factors as the page shows it."""

    name: str
    said: str
    table: Table
    href: str
    findings: tuple[Finding, ...]
    unfit: tuple[Finding, ...]


@page("/data/rates", name="rates", place="data", title=mark("Tariffs and factors"), tab=mark("Tariffs and factors"),
      act=Act.READ, order=40)  # fmt: skip
def rates(here: "Here", factor: str = "") -> Response:
    """What is kept; the form of an acceptance may begin with a factor."""
    return _shown(here, {"factor": factor[:200]} if factor else {})


def _shown(
    here: "Here", typed: dict[str, str], *, found: tuple[Finding, ...] = (), refused: tuple[Finding, ...] = (),
    status: int = 200,
) -> Response:  # fmt: skip
    t, whole = translator(here.lang), here.principal.scope.whole
    if not whole:  # they are the whole organisation's
        return render(here, "pages/rates.html.j2", whole=whole, status=status)
    accepted = Table(
        (Head(t("Factor or set")), Head(t("Why it was accepted"))),
        tuple((_accepted(here, one.factor_id), Cell(one.reason)) for one in here.workspace.records.exceptions()),
    )
    return render(
        here, "pages/rates.html.j2", tariffs=sorted(here.workspace.records.tariffs().items()), accepted=accepted,
        typed=typed, findings=found, found=found, refused=refused, status=status, fields=("factor", "reason"),
        own=_files(here), lacking=_lacking(here), columns=COLUMNS,
        everywhere=here.principal.may(Act.DECLARE, EVERYWHERE), whole=whole,
    )  # fmt: skip


def _accepted(here: "Here", name: str) -> Cell:
    """What was accepted; a row or a set leads to its page."""
    known = is_exception(load_factors(), name) and ":" not in name
    return Cell(name, href=link(here, factor_path(name))) if known else Cell(name, code=True)


def _files(here: "Here") -> list[File]:
    held = own_factors(here.workspace)
    unfit = unfit_factors(here.workspace, [row for one in held for row in one.rows])
    return [_file(here, one, tuple(found for found in unfit if found.place == one.name)) for one in held]


def _lacking(here: "Here") -> Table | None:
    """What sites buy without a factor in the newest year, and where one can be found; None where nothing lacks."""
    t, lang = translator(here.lang), here.lang
    years = reading_years(here.workspace)
    found = lacking_factors(here.workspace, years[0]) if years else ()
    if not found:
        return None
    heads = (
        Head(t("Lacking")), Head(t("Region")), Head(t("Year"), True), Head(t("Sites"), True), Head(t("Shipped for")),
        Head(t("Where it can be found")),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(use_name(one.use, lang)), Cell(one.region), Cell(str(one.year), numeric=True),
            Cell(every(one.sites), numeric=True), Cell(listed(one.held, lang) or t("no year")),
            Cell(factor_hint(one.use, one.country, lang)),
        )
        for one in found
    )  # fmt: skip
    return Table(heads, rows)


def _file(here: "Here", one: OwnFactors, unfit: tuple[Finding, ...]) -> File:
    t, n = translator(here.lang), counter(here.lang)
    heads = (
        Head(t("Id")), Head(t("Name")), Head(t("Category")), Head(t("Region")), Head(t("Year"), True),
        Head(t("Value"), True), Head(t("Unit")), Head(t("Source")), Head(t("Confidence")),
    )  # fmt: skip
    rows = tuple(_row(here, row) for row in one.rows[:FEW])
    if one.replaced:
        heads = (*heads, Head(t("In place of"), True))
        rows = tuple(
            (*cells, Cell("" if (old := one.replaced.get(row.id)) is None else every(old.value), numeric=True))
            for row, cells in zip(one.rows, rows, strict=False)
        )
    note = t("The download holds all of them.") if len(one.rows) > FEW else ""
    said = n("{count} factor", "{count} factors", len(one.rows))
    return File(one.name, said, Table(heads, rows, note=note), _address(here, one.name), one.findings, unfit)


def _row(here: "Here", row: Factor) -> tuple[Cell, ...]:
    return (
        Cell(row.id, code=True),
        Cell(row.name or row.id, href=link(here, factor_path(row.id))),
        Cell(row.category),
        Cell(row.region),
        Cell(str(row.year), numeric=True),
        Cell(every(row.value), numeric=True),
        Cell(row.unit),
        Cell(row.source),
        Cell(row.confidence),
    )


def _address(here: "Here", name: str) -> str:
    return link(here, f"/data/rates/own/{quote(name, safe='')}")


@action("/data/rates/own", act=Act.DECLARE, page="rates")
async def keep(here: "Here", request: Request) -> Response:
    """Keep a table of own factors: all of it, or nothing."""
    t, n = translator(here.lang), counter(here.lang)
    try:
        require(here.principal, Act.DECLARE, EVERYWHERE)
        async with sent_files(here, request) as files:
            kept = await run_in_threadpool(keep_factors, here.workspace, files[0], who=here.principal.name)
    except InputRefused as refused:
        status, findings = status_of(refused), refused.findings
        return await run_in_threadpool(lambda: _shown(here, {}, refused=findings, status=status))
    factors = n("{count} factor", "{count} factors", len(kept.rows))
    said = t("Kept: {name}, {factors}. Take the inventory anew to see them in the figures.",
             name=kept.name, factors=factors)  # fmt: skip
    return go(here, "/data/rates", said=said)


@action("/data/rates/own/remove", act=Act.DECLARE, page="rates")
def remove(here: "Here", form: Form) -> Response:
    """Remove a file of own factors."""
    t, name = translator(here.lang), str(form.get("file", ""))
    try:
        remove_factors(here.workspace, name, who=here.principal.name)
    except InputRefused as refused:
        return _shown(here, {}, refused=refused.findings, status=status_of(refused))
    return go(here, "/data/rates", said=t("Removed: {name}.", name=name))


@part("/data/rates/template.csv", act=Act.READ)
def template(here: "Here") -> Response:
    """A table to begin with."""
    headers = {"Content-Disposition": 'attachment; filename="own-factors.csv"', "X-Content-Type-Options": "nosniff"}
    return Response("\ufeff" + TEMPLATE, media_type="text/csv; charset=utf-8", headers=headers)


@part("/data/rates/own/{name}", act=Act.EXPORT)
def download(here: "Here", name: str) -> Response:
    """A file of own factors; no text in it is run by a spreadsheet."""
    one = next((one for one in own_factors(here.workspace) if one.name == name), None)
    if one is None or not here.principal.scope.whole:
        return missing(here)
    cells: Sequence[tuple[Cell, ...]] = tuple(tuple(Cell(_cell(row, column)) for column in COLUMNS) for row in one.rows)
    return csv_file(Table(tuple(Head(column) for column in COLUMNS), cells), name.removesuffix(".csv"))


def _cell(row: Factor, column: str) -> str:
    value = getattr(row, column)
    return repr(value) if isinstance(value, float) else str(value)


@action("/data/rates/accept", act=Act.DECLARE, page="rates")
def accept(here: "Here", form: Form) -> Response:
    """Accept a factor whose confidence does not ship; the figures made from it show the reason."""
    t = translator(here.lang)
    typed = {name: str(form.get(name, "")).strip() for name in ("factor", "reason")}
    try:
        require(here.principal, Act.DECLARE, EVERYWHERE)
        accept_factor(here.workspace, typed["factor"], reason=typed["reason"], who=here.principal.name)
    except InputRefused as refused:
        return _shown(here, typed, found=refused.findings, status=status_of(refused))
    return go(here, "/data/rates", said=t("The factor is accepted. Take the inventory anew to see it in the figures."))
