"""Before an inventory leaves the house: what the checks found, what is let pass by whom, and what was released."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from starlette.responses import Response

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.jobs.checks_kept import KeptCheck, newest_check
from wattstone.interfaces.present.check_page import outcomes
from wattstone.interfaces.present.check_table import SEVERITIES, group_name
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, counter, mark, say_reason, translator
from wattstone.interfaces.present.moments import moment_words
from wattstone.interfaces.present.names import opened, total_name
from wattstone.interfaces.present.numbers import amount, every
from wattstone.interfaces.web.jobforms import job_form
from wattstone.interfaces.web.kit import Form, action, go, link, page, render
from wattstone.interfaces.web.pages.statement import TOTALS, year_shown, years_taken
from wattstone.interfaces.web.reading import zone_here
from wattstone.interfaces.web.refusals import status_of
from wattstone.interfaces.web.remedies import say_here
from wattstone.interfaces.web.results import failed, name_of, running, runs
from wattstone.inventory.checks import Checked
from wattstone.inventory.released import Release
from wattstone.workflows.access.policy import EVERYWHERE, Act, require
from wattstone.workflows.inventory.record import last_run, organisation_figures
from wattstone.workflows.release import releases_of, waive
from wattstone.workflows.release_groups import chosen, groups_of

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

PATH = "/report/checks"
_KINDS = ("check", "release")
_FIGURE = re.compile(r"(?:jump|estimated|sums|co2):(?P<name>[\w.]+)(?:@(?P<subject>organisation|site:[^@]+))?")
_TONES: Mapping[str, str] = {"stops": "act", "asks": "watch", "tells": ""}


@dataclass(frozen=True)
class Row:
    """A finding as the page shows it."""

    key: str
    tone: str
    outcome: str
    where: Cell
    said: Mapping[str, str | None]
    door: tuple[str, str] | None
    passes: bool
    waived: str


@dataclass(frozen=True)
class Sent:
    """What a form sent that was refused, so that nothing typed is lost."""

    keys: tuple[str, ...] = ()
    reason: str = ""
    findings: tuple[Finding, ...] = field(default_factory=tuple[Finding, ...])
    status: int = 200


@page(PATH, name="checks", place="report", title=mark("Checks and release"), tab=mark("Checks and release"),
      act=Act.READ, order=16)  # fmt: skip
def show(here: "Here", year: str = "") -> Response:
    """What the newest check of a year found, and its releases; nothing is computed."""
    return _shown(here, year, Sent())


def _shown(here: "Here", asked: str, sent: Sent) -> Response:
    t, years = translator(here.lang), years_taken(here)
    year, whole = year_shown(here, asked, years), here.principal.scope.whole
    if not whole or year is None:
        return render(here, "pages/checks.html.j2", whole=whole, year=None, status=sent.status, findings=sent.findings)
    kept = newest_check(here.workspace, year)
    back = f"{PATH}?year={year}"
    forms = {
        kind: job_form(here, kind, back=back, hidden={"year": str(year)}) for kind in _KINDS
    }  # fmt: skip
    reviews = here.principal.may(Act.REVIEW, EVERYWHERE)
    return render(
        here, "pages/checks.html.j2", title=t("Checks and release, {year}", year=year), whole=True, year=year,
        years=years, kept=kept, stands=_stands(here, year, kept), rows=_rows(here, year, kept), sent=sent,
        outcomes=outcomes(kept.done.found, here.lang) if kept is not None else (), reviews=reviews, forms=forms,
        releases=_releases(here, year), totals=_totals(here, year), running=running(here, _KINDS), name_of=name_of,
        failed=failed(here, ["check"], year=year) or failed(here, ["release"], act=Act.REVIEW, year=year),
        documents=runs(here, ["check"], str(year)), zone=zone_here(here), findings=sent.findings, status=sent.status,
        fields=("reason", "key"), known=set(sent.keys), groups=_groups(here, kept),
    )  # fmt: skip


def _stands(here: "Here", year: int, kept: KeptCheck | None) -> tuple[str, str, str]:
    """How it stands with a release of the year: a tone, a sentence, and what there is to do."""
    t, n = translator(here.lang), counter(here.lang)
    held = next(iter(reversed(releases_of(here.workspace, year))), None)
    run = int((last_run(here.workspace.lake, year) or {}).get("run", 0))
    if held is not None and held.run == run:
        day = moment_words(held.at, zone_here(here), here.lang)
        return "good", t("{year} was released on {day} by {who}.", year=year, day=day, who=held.released_by), ""
    after = t("It was released before, and the inventory was taken anew since: release it again.") if held else ""
    if kept is None:
        return "watch", t("{year} was not checked yet.", year=year), after
    if kept.done.run != run:
        return "watch", t("The inventory was taken anew since it was checked: check it again."), after
    if kept.blocking:
        words = n("{count} finding stands in the way of a release of {year}.",
                  "{count} findings stand in the way of a release of {year}.", kept.blocking, year=year)  # fmt: skip
        return "act", words, after
    return "good", t("Nothing stands in the way of a release of {year}.", year=year), after


def _rows(here: "Here", year: int, kept: KeptCheck | None) -> tuple[Row, ...]:
    return () if kept is None else tuple(_row(here, year, one) for one in kept.done.found)


def _groups(here: "Here", kept: KeptCheck | None) -> tuple[tuple[str, str], ...]:
    """The word of each group of findings that pass together, and what it is called."""
    groups = () if kept is None else groups_of(kept.done.found)
    return tuple((one.word, group_name(one, here.lang)) for one in groups)


def _row(here: "Here", year: int, one: Checked) -> Row:
    t, lang = translator(here.lang), here.lang
    passed = "" if one.waived is None else _waived(here, one, lang)
    return Row(
        key=one.key,
        tone="good" if one.waived is not None else _TONES[one.severity],
        outcome=opened(t("let pass") if one.waived is not None else t(SEVERITIES[one.severity])),
        where=_where(here, year, one),
        said=say_here(one.finding, lang),
        door=_door(here, year, one),
        passes=one.severity == "asks" and one.waived is None,
        waived=passed,
    )


def _where(here: "Here", year: int, one: Checked) -> Cell:
    """What the finding is about; of a figure its name, with a link to its evidence."""
    t, found = translator(here.lang), _FIGURE.fullmatch(one.key)
    said = str(say_here(one.finding, here.lang)["place"])
    if found is None:
        return Cell(opened(said))
    name, subject = found["name"], found["subject"] or "organisation"
    figure = f"{name}@{subject}@{year}"
    if subject == "organisation":
        return Cell(opened(total_name(name, here.lang)), figure)
    site = subject.removeprefix("site:")
    return Cell(t("{place}: {found}", place=site, found=total_name(name, here.lang)), figure)


def _waived(here: "Here", one: Checked, lang: Language) -> str:
    t, waiver = translator(lang), one.waived
    if waiver is None:
        return ""
    when = moment_words(waiver.at, zone_here(here), lang)
    who = t("{who}, {when}", who=waiver.waived_by, when=when)
    return t("{why} ({who})", why=say_reason(waiver.reason, lang), who=who)


def _door(here: "Here", year: int, one: Checked) -> tuple[str, str] | None:
    """Where it is mended: the page that the finding is about."""
    t = translator(here.lang)
    if one.check == "scope3":
        return t("To scope 3"), link(here, "/report/scope3", year=year)
    if one.key == "ledger" or one.check == "restated":
        return t("To the restatements"), link(here, "/report/restatements")
    if one.check == "stale":
        return t("To the inventory"), link(here, "/report/inventory", year=year)
    if one.check == "jump":
        return t("To the change"), link(here, "/report/change", year=year)
    return None


def _releases(here: "Here", year: int) -> Table | None:
    """Releases of the year, the newest first; None where there is none."""
    t, zone = translator(here.lang), zone_here(here)
    made = releases_of(here.workspace, year)
    if not made:
        return None
    heads = (Head(t("Released")), Head(t("By")), Head(t("Run"), True), Head(t("Figures"), True), Head(t("SHA-256")))
    rows = tuple(
        (Cell(moment_words(one.at, zone, here.lang)), Cell(one.released_by), Cell(str(one.run), numeric=True),
         Cell(every(one.figures), numeric=True), Cell(one.sha256[:16], code=True))
        for one in reversed(made)
    )  # fmt: skip
    note = t("The hash is that of the ids of all its figures: they can be read back as they were, whatever came since.")
    return Table(heads, rows, note)


def _totals(here: "Here", year: int) -> Table | None:
    """The organisation's totals as they were released last, beside what is recorded now."""
    made = releases_of(here.workspace, year)
    if not made:
        return None
    t, last = translator(here.lang), made[-1]
    now = {row["name"]: row for row in organisation_figures(here.workspace.lake, year).iter_rows(named=True)}
    rows = tuple(_total(here, name, last, now.get(name)) for name in TOTALS if f"{name}@organisation" in last.totals)
    return Table((Head(t("Figure")), Head(t("As released"), True), Head(t("As recorded now"), True)), rows)


def _total(here: "Here", name: str, made: Release, row: Mapping[str, object] | None) -> tuple[Cell, ...]:
    key, lang = f"{name}@organisation", here.lang
    value = None if row is None else row["value"]
    t = translator(lang)
    now = Cell(t("not known"))
    if row is not None and isinstance(value, float):
        now = Cell(amount(value, str(row["unit"]), lang, digits="all"), str(row["id"]), numeric=True)
    released = amount(made.totals[key], made.units.get(key, "kg CO2e"), lang, digits="all")
    return Cell(opened(total_name(name, lang))), Cell(released, numeric=True), now


@action(f"{PATH}/pass", act=Act.REVIEW, page="checks")
def let_pass(here: "Here", form: Form) -> Response:
    """Let findings that ask pass, with a reason."""
    n = counter(here.lang)
    year, reason = str(form.get("year", "")), str(form.get("reason", "")).strip()
    keys = tuple(str(one) for one in form.getlist("key"))
    try:
        require(here.principal, Act.REVIEW, EVERYWHERE)
        kept = newest_check(here.workspace, int(year)) if year.isdecimal() and len(year) == 4 else None
        if kept is None:
            raise InputRefused([_not_checked()])
        if not keys:
            raise InputRefused([_none_chosen()])
        count = len({one.key for key in keys for one in chosen(kept.done.found, key)})
        waive(here.workspace, int(year), keys, reason=reason, who=here.principal.name, checked=kept.done)
    except InputRefused as refused:
        found = tuple(_at_field(one) for one in refused.findings)
        return _shown(here, year, Sent(keys, reason, found, status_of(refused)))
    words = n("{count} finding is let pass.", "{count} findings are let pass.", count)
    return go(here, f"{PATH}?year={year}", said=words)


def _at_field(one: Finding) -> Finding:
    return replace(one, params={**one.params, "field": "reason"}) if one.code == "release.no_reason" else one


def _not_checked() -> Finding:
    return Finding(
        code="release.not_checked",
        place="the checks",
        found="the year was not checked yet",
        expected="a check whose findings can be let pass",
        remedy="have the inventory checked",
    )


def _none_chosen() -> Finding:
    return Finding(
        code="release.none_chosen",
        place="the checks",
        found="no finding is chosen",
        expected="one or more of those that ask",
        remedy="tick them in the list",
    )
