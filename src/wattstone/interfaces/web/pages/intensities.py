"""Emission intensities of a year, and what emissions are divided by: stated, corrected and withdrawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast, get_args

from starlette.responses import Response

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.present.content import Cell
from wattstone.interfaces.present.languages import mark, say_reason, translator
from wattstone.interfaces.present.moments import moment_words
from wattstone.interfaces.present.names import approach_name, denominator_name, opened, total_name
from wattstone.interfaces.present.numbers import amount, every
from wattstone.interfaces.web.kit import Form, action, go, page, render
from wattstone.interfaces.web.pages.statement import year_shown, years_taken
from wattstone.interfaces.web.reading import zone_here
from wattstone.interfaces.web.refusals import status_of
from wattstone.inventory.denominators import Denominator
from wattstone.inventory.sums import ORGANISATION
from wattstone.portfolio.model import Approach
from wattstone.workflows.access.policy import EVERYWHERE, Act, require
from wattstone.workflows.denominators import denominators_of, state_denominator, withdraw_denominator
from wattstone.workflows.inventory.record import organisation_figures
from wattstone.workflows.overview.years import reading_years

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

PATH = "/report/intensities"
_FIELDS = ("name", "value", "unit", "site", "approach", "source")


@dataclass(frozen=True)
class Row:
    """A denominator as the page shows it."""

    name: str
    key: str
    site: str
    about: str
    value: str
    unit: str
    approach: str
    source: str
    who: str


@dataclass(frozen=True)
class Sent:
    """What a form sent that was refused, so that nothing typed is lost."""

    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    findings: tuple[Finding, ...] = ()
    status: int = 200


@page(PATH, name="intensities", place="report", title=mark("Emission intensities"), tab=mark("Intensities"),
      act=Act.READ, order=17)  # fmt: skip
def show(here: "Here", year: str = "") -> Response:
    """What a year emitted for each unit of floor area, revenue or whatever is stated."""
    return _shown(here, year, Sent())


def _shown(here: "Here", asked: str, sent: Sent) -> Response:
    t, whole = translator(here.lang), here.principal.scope.whole
    years = sorted({*years_taken(here), *reading_years(here.workspace)}, reverse=True)
    year = year_shown(here, asked, years)
    if not whole or year is None:
        return render(here, "pages/intensities.html.j2", whole=whole, year=None, status=sent.status,
                      findings=sent.findings)  # fmt: skip
    sites = {one.id: one.name or one.id for one in here.workspace.records.sites()}
    zone = zone_here(here)
    return render(
        here, "pages/intensities.html.j2", title=t("Emission intensities, {year}", year=year), whole=whole, year=year,
        years=years, figures=_figures(here, year),
        rows=[_row(here, one, sites, zone) for one in denominators_of(here.workspace, year)],
        states=here.principal.may(Act.DECLARE, EVERYWHERE), typed=sent.typed,
        sites=[("", t("the whole organisation")), *sorted(sites.items(), key=lambda one: one[1])],
        approaches=[(one, opened(approach_name(one, here.lang))) for one in get_args(Approach)],
        findings=sent.findings, status=sent.status, fields=_FIELDS,
    )  # fmt: skip


def _figures(here: "Here", year: int) -> list[tuple[str, Cell, str]]:
    """Name, value and reason of each recorded intensity of emissions of the organisation."""
    t, lang = translator(here.lang), here.lang
    held = organisation_figures(here.workspace.lake, year).sort("name")
    rows: list[tuple[str, Cell, str]] = []
    for one in held.iter_rows(named=True):
        if not one["name"].startswith("intensity.") or one["name"] == "intensity.energy":
            continue
        value = Cell(t("not computed"), one["id"]) if one["value"] is None else Cell(
            amount(one["value"], one["unit"], lang), one["id"], numeric=True)  # fmt: skip
        why = opened(say_reason(one["reason"], lang)) if one["value"] is None and one["reason"] else ""
        rows.append((total_name(one["name"], lang), value, why))
    return rows


def _row(here: "Here", one: Denominator, sites: Mapping[str, str], zone: str) -> Row:
    t, site = translator(here.lang), one.subject.removeprefix("site:") if one.subject != ORGANISATION else ""
    return Row(
        name=opened(denominator_name(one.name, here.lang)),
        key=one.name,
        site=site,
        about=sites.get(site, site) if site else t("the whole organisation"),
        value=every(one.value),
        unit=one.unit,
        approach=opened(approach_name(one.approach, here.lang)) if one.approach else t("not applicable"),
        source=one.source,
        who=t("{who}, {when}", who=one.stated_by, when=moment_words(one.at, zone, here.lang)),
    )


@action(PATH, act=Act.DECLARE, page="intensities")
def say(here: "Here", form: Form) -> Response:
    """State what a year's emissions are divided by, or withdraw what was stated."""
    t, lang = translator(here.lang), here.lang
    year = str(form.get("year", ""))
    typed = {name: str(form.get(name, "")).strip() for name in _FIELDS}
    site = typed["site"] or None
    try:
        require(here.principal, Act.DECLARE, EVERYWHERE)
        if not (year.isdecimal() and len(year) == 4):
            raise InputRefused([_no_year()])
        about: dict[str, Any] = {"site": site, "who": here.principal.name}
        if "withdraw" in form:
            withdraw_denominator(here.workspace, typed["name"], int(year), **about)
            words = t("Withdrawn: {name}.", name=denominator_name(typed["name"], lang))
        else:
            value, approach = _number(typed["value"]), cast("Approach", typed["approach"])
            made = state_denominator(
                here.workspace, typed["name"], int(year), value, typed["unit"], approach=approach,
                source=typed["source"], **about,
            )  # fmt: skip
            words = t("Stated: {name}. The next inventory of {year} divides by it.",
                      name=denominator_name(made.name, lang), year=year)  # fmt: skip
    except InputRefused as refused:
        found = tuple(_at_field(one) for one in refused.findings)
        return _shown(here, year, Sent(typed, found, status_of(refused)))
    return go(here, f"{PATH}?year={year}", said=words)


def _number(text: str) -> float:
    """What was typed; not a number where it is none, which is refused with all else that is wrong."""
    try:
        return float(text.replace(" ", "").replace(",", ""))
    except ValueError:
        return float("nan")


def _at_field(one: Finding) -> Finding:
    """A finding about what was typed, so that it stands at its field."""
    name = one.code.removeprefix("denominator.")
    return replace(one, params={**one.params, "field": name}) if name in _FIELDS else one


def _no_year() -> Finding:
    return Finding(
        code="denominator.no_year",
        place="the quantity",
        found="no year is named",
        expected="a calendar year",
        remedy="choose the year on the page",
    )
