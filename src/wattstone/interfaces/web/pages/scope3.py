"""Scope 3 by category: what was computed, what is left out and why; whoever may declare decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast, get_args

from starlette.responses import Response

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.present.content import Cell
from wattstone.interfaces.present.languages import counter, mark, say_reason, translator
from wattstone.interfaces.present.moments import moment_words
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.numbers import amount
from wattstone.interfaces.present.statement_words import category_name, decision_name
from wattstone.interfaces.web.kit import Form, action, go, page, render
from wattstone.interfaces.web.pages.statement import year_shown, years_taken
from wattstone.interfaces.web.reading import zone_here
from wattstone.interfaces.web.refusals import status_of
from wattstone.inventory.scope3 import CATEGORIES, Decided, Decision, categories
from wattstone.workflows.access.policy import EVERYWHERE, Act, require
from wattstone.workflows.inventory.record import organisation_figures
from wattstone.workflows.overview.years import reading_years
from wattstone.workflows.scope3 import Year, decide, decisions_of

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

PATH = "/report/scope3"
_FIELDS = ("category", "decision", "reason")


@dataclass(frozen=True)
class Row:
    """A category as the page shows it."""

    number: int
    name: str
    belongs: str
    minimum: str
    decision: str
    open: bool
    value: Cell
    why: str
    who: str
    proposed: str


@dataclass(frozen=True)
class Sent:
    """What a form sent that was refused, so that nothing typed is lost."""

    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    findings: tuple[Finding, ...] = ()
    status: int = 200


@page(PATH, name="scope3", place="report", title=mark("Scope 3 decisions"), tab=mark("Scope 3"), act=Act.READ, order=14)
def show(here: "Here", year: str = "", category: str = "") -> Response:
    """The fifteen categories of a year."""
    return _shown(here, year, category, Sent())


def _shown(here: "Here", asked: str, category: str, sent: Sent) -> Response:
    t, whole = translator(here.lang), here.principal.scope.whole
    years = sorted({*years_taken(here), *reading_years(here.workspace)}, reverse=True)
    year = year_shown(here, asked, years)
    if not whole or year is None:
        return render(here, "pages/scope3.html.j2", whole=whole, year=None, status=sent.status, findings=sent.findings)
    held = decisions_of(here.workspace, year)
    chosen = int(category) if category.isdecimal() and 1 <= int(category) <= CATEGORIES else 0
    return render(
        here, "pages/scope3.html.j2", title=t("Scope 3 decisions, {year}", year=year), whole=whole, year=year,
        years=years, rows=_rows(here, held), again=len(held.proposed), chosen=chosen,
        decides=here.principal.may(Act.DECLARE, EVERYWHERE), typed=sent.typed or _known(held, chosen),
        options=[(str(number), f"{number} {category_name(number, here.lang)}") for number in categories()],
        decisions=[(one, opened(decision_name(one, here.lang))) for one in get_args(Decision)],
        findings=sent.findings, status=sent.status, fields=_FIELDS,
    )  # fmt: skip


def _known(held: Year, chosen: int) -> dict[str, str]:
    """What the form begins with: the category that was chosen, as it was decided, or as the year before proposes."""
    if not chosen:
        first = held.rows.filter(decision="undecided")["category"]
        return {"category": str(first[0])} if len(first) else {}
    row: dict[str, Any] = held.rows.row(chosen - 1, named=True)
    before = held.proposed.get(chosen)
    said = (before.decision, before.reason) if before is not None else (row["decision"], row["reason"] or "")
    return {"category": str(chosen), "decision": str(said[0]), "reason": str(said[1])}


def _rows(here: "Here", held: Year) -> list[Row]:
    frame = organisation_figures(here.workspace.lake, held.year)
    ids, zone = dict(frame.select("name", "id").iter_rows()), zone_here(here)
    return [_row(here, row, held.proposed.get(row["category"]), ids, zone) for row in held.rows.iter_rows(named=True)]


def _row(
    here: "Here", row: Mapping[str, Any], before: Decided | None, ids: Mapping[str, str], zone: str
) -> Row:  # fmt: skip
    t, lang, number = translator(here.lang), here.lang, int(row["category"])
    about, value = categories()[number], row["value"]
    who = ""
    if row["decided_by"]:
        who = t("{who}, {when}", who=row["decided_by"], when=moment_words(row["at"], zone, lang))
    return Row(
        number=number,
        name=category_name(number, lang),
        belongs=t(about.belongs),
        minimum=t(about.minimum),
        decision=opened(decision_name(row["decision"], lang)),
        open=row["decision"] == "undecided",
        value=Cell(t("none")) if value is None
        else Cell(amount(value, "kg CO2e", lang), ids.get(f"scope3.{number}"), numeric=True),
        why=opened(say_reason(row["reason"], lang)) if row["reason"] else "",
        who=who,
        proposed="" if before is None else _before(here, before),
    )  # fmt: skip


def _before(here: "Here", before: Decided) -> str:
    t = translator(here.lang)
    said = t("proposed, as the year before: {decision}", decision=decision_name(before.decision, here.lang))
    return f"{said} ({before.reason})" if before.reason else said


@action(PATH, act=Act.DECLARE, page="scope3")
def say(here: "Here", form: Form) -> Response:
    """Decide about a category, or say again what was said of the year before."""
    t, n = translator(here.lang), counter(here.lang)
    year = str(form.get("year", ""))
    typed = {name: str(form.get(name, "")).strip() for name in _FIELDS}
    number = int(typed["category"]) if typed["category"].isdecimal() else 0
    try:
        require(here.principal, Act.DECLARE, EVERYWHERE)
        if not (year.isdecimal() and len(year) == 4):
            raise InputRefused([_no_year()])
        said: dict[int, tuple[Decision, str] | None]
        if "again" in form:
            said = dict.fromkeys(decisions_of(here.workspace, int(year)).proposed)
        else:
            said = {number: (cast("Decision", typed["decision"]), typed["reason"])}
        kept = decide(here.workspace, int(year), said, who=here.principal.name)
    except InputRefused as refused:
        found = tuple(_at_field(one) for one in refused.findings)
        return _shown(here, year, typed["category"], Sent(typed, found, status_of(refused)))
    words = n("{count} category is decided.", "{count} categories are decided.", len(kept))
    return go(here, f"{PATH}?year={year}", said=words if len(kept) != 1 else t("Decided: {name}.",
              name=category_name(kept[0].category, here.lang)))  # fmt: skip


_AT = {"scope3.no_reason": "reason", "scope3.no_such_decision": "decision", "scope3.no_such_category": "category"}


def _at_field(one: Finding) -> Finding:
    """A finding about what was typed, so that it stands at its field."""
    from dataclasses import replace

    return replace(one, params={**one.params, "field": _AT[one.code]}) if one.code in _AT else one


def _no_year() -> Finding:
    return Finding(
        code="scope3.no_year",
        place="the decision",
        found="no year is named",
        expected="a calendar year",
        remedy="choose the year on the page",
    )
