"""The statement of a year: all totals on both bases, scope 3 by category, what stands apart; and what writes it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from wattstone.interfaces.jobs.asking import sees_job
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import mark, say_reason, translator
from wattstone.interfaces.present.names import opened, total_name
from wattstone.interfaces.present.numbers import LEVEL, amount, change, interval, percent, three
from wattstone.interfaces.present.scope3_table import methods_said, not_valued
from wattstone.interfaces.present.statement_words import category_name, decision_name
from wattstone.interfaces.web.jobforms import job_form
from wattstone.interfaces.web.kit import link, page, period_of, render
from wattstone.interfaces.web.reading import zone_here
from wattstone.interfaces.web.remedies import reason_here
from wattstone.interfaces.web.results import asked_before, failed, name_of, outcome_words, running, runs
from wattstone.workflows.access.policy import Act
from wattstone.workflows.inventory.record import FIGURES, organisation_figures
from wattstone.workflows.scope3 import decisions_of

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

PATH = "/report/statement"
TOTALS = ("scope1", "scope2.location", "scope2.market", "scope3", "total.location", "total.market")
BESIDE = ("biogenic", "avoided", "scope2.unknown")
_SAME = 1e-6  # relative: the document tells of the value that is recorded


@dataclass(frozen=True)
class Figures:
    """The organisation's figures of a year and of the year before, by name."""

    year: int
    now: Mapping[str, Mapping[str, Any]]
    before: Mapping[str, Mapping[str, Any]]

    def cell(self, here: "Here", name: str) -> Cell:
        """A figure with its unit, linked to its evidence; where there is none, why."""
        t, row = translator(here.lang), self.now.get(name)
        if row is None:
            return Cell(t("not known"))
        if row["value"] is None:
            return Cell(opened(reason_here(row["reason"] or "", here.lang)) or t("not known"), row["id"])
        return Cell(amount(row["value"], row["unit"], here.lang), row["id"], numeric=True)

    def sure(self, here: "Here", name: str) -> Cell:
        """Its interval."""
        t, row = translator(here.lang), self.now.get(name)
        if row is None or row["value"] is None:
            return Cell("")
        band = interval(row["value"], row["lower"], row["upper"], row["unit"], here.lang)
        return Cell(band or t("interval not known"))

    def moved(self, here: "Here", name: str) -> Cell:
        """Its change against the year before."""
        t, row, last = translator(here.lang), self.now.get(name), self.before.get(name)
        if row is None or last is None or row["value"] is None or not last["value"]:
            return Cell(t("no comparison"))
        return Cell(change(100 * (row["value"] / last["value"] - 1), self.year - 1, here.lang))


@page(PATH, name="statement", place="report", title=mark("Statement"), tab=mark("Statement"), act=Act.READ, order=12)
def show(here: "Here", year: str = "") -> Response:
    """The recorded figures of a year as its statement has them; nothing is computed."""
    t, years = translator(here.lang), years_taken(here)
    shown = year_shown(here, year, years)
    if not here.principal.scope.whole:
        return render(here, "pages/statement.html.j2", whole=False)
    fell = failed(here, ["statement"])
    typed = asked_before(fell) or _proposed(here, shown)
    back = PATH if shown is None else f"{PATH}?year={shown}"
    hidden_from = () if here.principal.may(Act.EXPORT) else ("form", "lang")
    common: dict[str, Any] = {
        "whole": True, "year": shown, "running": running(here, ["statement"]), "failed": fell, "zone": zone_here(here),
        "form": job_form(here, "statement", back=back, values=typed, leave_out=hidden_from),
    }  # fmt: skip
    if shown is None:
        return render(here, "pages/statement.html.j2", documents=(), readings=_has_readings(here), **common)
    figures, documents = _figures(here, shown), runs(here, ["statement"], str(shown))
    return render(
        here, "pages/statement.html.j2", title=t("Statement {year}", year=shown), years=years,
        totals=_totals(here, figures), chain=_chain(here, figures, documents), apart=_apart(here, figures),
        documents=documents, name_of=name_of, fetch=_fetch(here), **common,
    )  # fmt: skip


def _has_readings(here: "Here") -> bool:
    return bool(here.workspace.lake.parts("readings"))


def years_taken(here: "Here") -> list[int]:
    """Years with an inventory, the newest first."""
    return sorted((int(one) for one in here.workspace.lake.parts(FIGURES)), reverse=True)


def year_shown(here: "Here", asked: str, years: Iterable[int]) -> int | None:
    """The year that the address names, or that pages show, or the newest; None where there is none of these."""
    held = list(years)
    wanted = int(asked) if asked.isdecimal() and len(asked) == 4 else period_of(here)
    return wanted if wanted in held else held[0] if held else None


def _figures(here: "Here", year: int) -> Figures:
    now, before = (
        {row["name"]: row for row in organisation_figures(here.workspace.lake, one).iter_rows(named=True)}
        for one in (year, year - 1)
    )
    return Figures(year, now, before)


def _proposed(here: "Here", year: int | None) -> dict[str, str]:
    return {"year": str(year or ""), "lang": here.lang}


def _totals(here: "Here", figures: Figures) -> Table:
    t = translator(here.lang)
    heads = (
        Head(t("Figure")), Head(t("Value"), True), Head(t("{level} interval", level=percent(LEVEL, here.lang))),
        Head(t("Against {year}", year=figures.year - 1)),
    )  # fmt: skip
    rows = tuple(
        (Cell(opened(total_name(name, here.lang))), figures.cell(here, name), figures.sure(here, name),
         figures.moved(here, name))
        for name in TOTALS
    )  # fmt: skip
    return Table(heads, rows)


def _chain(here: "Here", figures: Figures, documents: tuple[Any, ...]) -> Table:
    """The fifteen categories; method and quality are those that the newest document tells of the same value."""
    t = translator(here.lang)
    told: Mapping[str, Mapping[str, Any]] = documents[0].facts.get("scope3", {}) if documents else {}
    heads = (
        Head(t("No."), True), Head(t("Category")), Head(t("Decision")), Head(t("Emissions"), True),
        Head(t("Method, or reason")), Head(t("Data quality"), True), Head(t("Against {year}", year=figures.year - 1)),
    )  # fmt: skip
    rows = tuple(
        _category(here, row, figures, told.get(str(row["category"])))
        for row in decisions_of(here.workspace, figures.year).rows.iter_rows(named=True)
    )
    note = (
        t("Data quality: 1 is best, 5 is worst.") + " " + t("Method and quality are told once a statement was written.")
    )
    return Table(heads, rows, note if not told else t("Data quality: 1 is best, 5 is worst."))


def _category(
    here: "Here", row: Mapping[str, Any], figures: Figures, told: Mapping[str, Any] | None
) -> tuple[Cell, ...]:
    t, number = translator(here.lang), row["category"]
    name = f"scope3.{number}"
    held = figures.now.get(name)
    same = told is not None and row["value"] is not None and _equal(told["value"], row["value"])
    how = methods_said(told["methods"], here.lang) if told is not None and same else ""
    why = opened(say_reason(row["reason"], here.lang)) if row["reason"] else ""
    quality = told["quality"] if told is not None and same else None
    return (
        Cell(str(number), numeric=True, href=link(here, "/report/scope3", year=figures.year, category=number)),
        Cell(category_name(number, here.lang)),
        Cell(opened(decision_name(row["decision"], here.lang))),
        figures.cell(here, name) if held is not None else Cell(not_valued(row["decision"], here.lang)),
        Cell(t("; ").join(part for part in (how, why) if part)),
        Cell(three(quality), numeric=True) if isinstance(quality, float) else Cell(""),
        figures.moved(here, name) if held is not None else Cell(""),
    )


def _equal(one: object, other: float) -> bool:
    return isinstance(one, int | float) and abs(one - other) <= _SAME * max(abs(one), abs(other))


def _apart(here: "Here", figures: Figures) -> Table | None:
    """What is in no total; None where nothing stands apart."""
    t = translator(here.lang)
    rows = tuple(
        (Cell(opened(total_name(name, here.lang))), figures.cell(here, name), figures.moved(here, name),
         Cell(t("; ").join(opened(say_reason(one, here.lang)) for one in figures.now[name]["notes"] or ())))
        for name in BESIDE if name in figures.now
    )  # fmt: skip
    heads = (Head(t("What")), Head(t("Value"), True), Head(t("Against {year}", year=figures.year - 1)), Head(t("Note")))
    return Table(heads, rows) if rows else None


def _fetch(here: "Here") -> list[tuple[Any, list[str], Any]]:
    """Workbooks and data that were made for the reader."""
    jobs = here.service.queue.jobs(here.tenant.id, kind="statement", state="done", size=20)[0]
    return [
        (one, outcome_words(here, one), (one.result or {}).get("links", ()))
        for one in jobs
        if one.asked_by == here.principal.id and sees_job(here.principal, one) and "file" in _data(one)
    ]


def _data(job: Any) -> Mapping[str, Any]:
    result: Mapping[str, Any] = job.result or {}
    return result.get("data", {})


__all__ = ["BESIDE", "PATH", "TOTALS", "show", "year_shown", "years_taken"]
