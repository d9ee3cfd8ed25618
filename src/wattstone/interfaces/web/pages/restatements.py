"""The base year and what was restated since: the policy, proposals and decisions, the series, the chained ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.present.charts.series import series_drawing
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import counter, mark, say_reason, translator
from wattstone.interfaces.present.moments import moment_words
from wattstone.interfaces.present.names import opened, total_name
from wattstone.interfaces.present.numbers import amount, percent
from wattstone.interfaces.present.restatement_table import STATES, ledger_words
from wattstone.interfaces.present.statement_words import trigger_name
from wattstone.interfaces.web.jobforms import job_form
from wattstone.interfaces.web.kit import Form, action, chart, go, page, render
from wattstone.interfaces.web.pages.statement import TOTALS
from wattstone.interfaces.web.reading import zone_here
from wattstone.interfaces.web.refusals import status_of
from wattstone.interfaces.web.results import asked_before, failed, running
from wattstone.inventory.base_year import TRIGGERS, PolicyVersion, policy_from
from wattstone.inventory.ledger import Entry
from wattstone.workflows.access.policy import EVERYWHERE, Act, require
from wattstone.workflows.restatement import (
    decide,
    ledger,
    policy_versions,
    recalculated_series,
    restatements,
    set_policy,
    verify_ledger,
)

if TYPE_CHECKING:
    from wattstone.interfaces.present.charts.base import Drawing
    from wattstone.interfaces.serving.request import Here

PATH = "/report/restatements"
_LISTED = 200
_SHOWN = 12  # digits of a hash
_FIELDS = ("years", "rolling", "threshold", "triggers", "mid_year", "joined", "note", "decision_note")
_DEEDS = {
    "policy": mark("policy set"),
    "propose": mark("restatement proposed"),
    "accept": mark("restatement accepted"),
    "reject": mark("restatement rejected"),
}


@dataclass(frozen=True)
class Row:
    """A restatement as the page shows it."""

    entry: str
    open: bool
    year: int
    total: str
    before: Cell
    after: Cell
    trigger: str
    state: str
    tone: str
    reason: str
    who: str
    note: str


@dataclass(frozen=True)
class Sent:
    """What a form sent that was refused, so that nothing typed is lost."""

    typed: Mapping[str, Any] = field(default_factory=dict[str, Any])
    entries: tuple[str, ...] = ()
    note: str = ""
    findings: tuple[Finding, ...] = ()
    status: int = 200


@page(PATH, name="restatements", place="report", title=mark("Base year and restatements"), tab=mark("Restatements"),
      act=Act.READ, order=17)  # fmt: skip
def show(here: "Here") -> Response:
    """Policy, proposals, series and ledger; nothing is computed."""
    return _shown(here, Sent())


def _shown(here: "Here", sent: Sent) -> Response:
    whole = here.principal.scope.whole
    if not whole:
        return render(here, "pages/restatements.html.j2", whole=False, status=sent.status, findings=sent.findings)
    versions, held = policy_versions(here.workspace), restatements(here.workspace)
    fell = failed(here, ["restatement"])
    rows = [_row(here, one) for one in reversed(held)]
    return render(
        here, "pages/restatements.html.j2", whole=True, versions=_versions(here, versions), known=bool(versions),
        declares=here.principal.may(Act.DECLARE, EVERYWHERE), reviews=here.principal.may(Act.REVIEW, EVERYWHERE),
        open_rows=[one for one in rows if one.open][:_LISTED], decided=[one for one in rows if not one.open][:_LISTED],
        typed=sent.typed or _typed(here, versions), sent=sent, drawings=_drawings(here, versions),
        triggers=[(one, opened(trigger_name(one, here.lang))) for one in TRIGGERS], series=_series(here),
        ways=_ways(here), ledger=_ledger(here), holds=_holds(here), running=running(here, ["restatement"]),
        failed=fell, form=job_form(here, "restatement", back=PATH, values=asked_before(fell)),
        released=sorted({one.year for one in here.workspace.records.releases()}), findings=sent.findings,
        status=sent.status, fields=_FIELDS,
    )  # fmt: skip


def _ways(here: "Here") -> list[tuple[str, str]]:
    t = translator(here.lang)
    return [("all-year", opened(t("the whole year"))), ("pro-rata", opened(t("pro rata")))]


def _typed(here: "Here", versions: Sequence[PolicyVersion]) -> dict[str, Any]:
    """What the form of the policy begins with: what holds."""
    if not versions:
        base = here.workspace.records.organisation().base_year
        return {"years": str(base or ""), "threshold": "5", "triggers": list(TRIGGERS), "mid_year": "all-year"}
    held = versions[-1].policy
    return {
        "years": ", ".join(map(str, held.years)), "rolling": str(held.rolling or ""), "note": held.note,
        "threshold": f"{held.threshold:g}", "triggers": list(held.triggers), "mid_year": held.mid_year,
    }  # fmt: skip


def _versions(here: "Here", versions: Sequence[PolicyVersion]) -> Table | None:
    """Every policy, the one that holds first; None where none was set."""
    if not versions:
        return None
    t, zone = translator(here.lang), zone_here(here)
    heads = (Head(t("Version"), True), Head(t("Base year")), Head(t("Significant from"), True), Head(t("Triggers")),
             Head(t("Within a year")), Head(t("Who")), Head(t("When")), Head(t("Note")))  # fmt: skip
    return Table(heads, tuple(_version(here, one, zone) for one in reversed(versions)))


def _version(here: "Here", one: PolicyVersion, zone: str) -> tuple[Cell, ...]:
    t, held, lang = translator(here.lang), one.policy, here.lang
    return (
        Cell(str(one.number), numeric=True),
        Cell(", ".join(map(str, held.years)) or opened(t("the {years} years before", years=held.rolling))),
        Cell(percent(held.threshold / 100, lang), numeric=True),
        Cell(opened(", ".join(trigger_name(name, lang) for name in held.triggers))),
        Cell(dict(_ways(here))[held.mid_year]),
        Cell(one.who),
        Cell(moment_words(one.at, zone, lang)),
        Cell(held.note),
    )


def _row(here: "Here", one: Entry) -> Row:
    t, lang, told, zone = translator(here.lang), here.lang, one.restated, zone_here(here)
    state = t(STATES[one.state])
    if told.significant is False:
        state = t("{state}, below the threshold", state=state)
    if one.alone:
        state = t("{state} by who proposed it", state=state)
    who = t("proposed by {who}, {when}", who=one.proposed_by, when=moment_words(one.proposed_at, zone, lang))
    if one.decided_by is not None and one.decided_at is not None:
        when = moment_words(one.decided_at, zone, lang)
        who = t("; ").join((who, t("decided by {who}, {when}", who=one.decided_by, when=when)))
    tones = {"proposed": "watch", "accepted": "good", "rejected": "act"}
    return Row(
        entry=one.id, open=one.state == "proposed", year=told.year, total=opened(total_name(told.name, lang)),
        before=_value(here, told.before, told.unit, told.before_id),
        after=_value(here, told.after, told.unit, told.after_id),
        trigger=opened(trigger_name(told.trigger, lang)), state=opened(state), tone=tones[one.state],
        reason=opened(say_reason(told.reason, lang)), who=opened(who), note=one.note,
    )  # fmt: skip


def _value(here: "Here", value: float | None, unit: str, figure: str | None) -> Cell:
    return Cell(amount(value, unit, here.lang, digits="all"), figure, numeric=value is not None)


def _drawings(here: "Here", versions: Sequence[PolicyVersion]) -> list["Drawing"]:
    """A chart for each total of the whole, where a year was released."""
    series = recalculated_series(here.workspace)
    base = versions[-1].policy.years if versions else ()
    whole = series.filter(series["name"].str.starts_with("total."))  # of an incomplete inventory there is none
    names = ("scope1", "scope2.location", "scope2.market") if whole.is_empty() else ("total.location", "total.market")
    drawn = (series_drawing(series, name, here.lang, base=base) for name in names)
    return [one for one in drawn if one is not None]


def _series(here: "Here") -> Table | None:
    """Every total of every released year; None where none was released."""
    t, lang = translator(here.lang), here.lang
    held = recalculated_series(here.workspace).to_dicts()
    if not held:
        return None
    place = {name: at for at, name in enumerate(TOTALS)}
    ordered = sorted(held, key=lambda row: (place.get(row["name"], len(place)), row["name"], row["year"]))
    heads = (Head(t("Total")), Head(t("Year")), Head(t("As first released"), True), Head(t("Recalculated"), True))
    rows = tuple(
        (Cell(opened(total_name(row["name"], lang))), Cell(str(row["year"])),
         *(Cell(amount(row[one], "kg CO2e", lang, digits="all"), numeric=True) for one in ("reported", "recalculated")))
        for row in ordered
    )  # fmt: skip
    return Table(heads, rows)


def _ledger(here: "Here") -> Table | None:
    """The lines of the ledger, the newest first, each with the hash that chains it; None for an empty one."""
    t, zone = translator(here.lang), zone_here(here)
    held = ledger(here.workspace)
    if not held:
        return None
    heads = (Head(t("Line"), True), Head(t("When")), Head(t("Who")), Head(t("What")), Head(t("Hash")),
             Head(t("Hash of the line before")))  # fmt: skip
    rows = tuple(
        (Cell(str(one.number), numeric=True), Cell(moment_words(one.at, zone, here.lang)), Cell(one.who),
         Cell(opened(t(_DEEDS.get(one.what, one.what)))), Cell(one.hash[:_SHOWN], code=True),
         Cell(one.previous[:_SHOWN], code=True))
        for one in held[: -_LISTED - 1 : -1]
    )  # fmt: skip
    more = len(held) - len(rows)
    return Table(heads, rows, t("and {count} more", count=more) if more > 0 else "")


def _holds(here: "Here") -> tuple[str, str]:
    done = verify_ledger(here.workspace)
    return "good" if done.broken is None else "act", ledger_words(done.lines, done.broken, here.lang)


@chart(f"{PATH}/charts/{{key}}", act=Act.READ)
def drawing(here: "Here", key: str) -> "Drawing | None":
    """The series of a total."""
    if not here.principal.scope.whole:
        return None
    return next((one for one in _drawings(here, policy_versions(here.workspace)) if one.key == key), None)


@action(f"{PATH}/policy", act=Act.DECLARE, page="restatements")
def keep_policy(here: "Here", form: Form) -> Response:
    """Set the base-year policy; earlier ones stay in the ledger."""
    t = translator(here.lang)
    typed: dict[str, Any] = {name: str(form.get(name, "")).strip() for name in _FIELDS if name != "triggers"}
    typed["triggers"] = [str(one) for one in form.getlist("triggers")]
    try:
        require(here.principal, Act.DECLARE, EVERYWHERE)
        made = set_policy(here.workspace, policy_from(_said(here, typed)), who=here.principal.name)
    except InputRefused as refused:
        found = tuple(_at_field(one) for one in refused.findings)
        return _shown(here, Sent(typed=typed, findings=found, status=status_of(refused)))
    return go(here, PATH, said=t("The base-year policy holds: version {number}.", number=made.number))


def _said(here: "Here", typed: Mapping[str, Any]) -> dict[str, Any]:
    """What the form says, as the policy takes it; what it does not ask stays as it holds.

    Raises
    ------
    InputRefused
        If a number cannot be read.
    """
    versions, found = policy_versions(here.workspace), list[Finding]()
    said: dict[str, Any] = {
        "years": [_whole("years", one, found) for one in typed["years"].replace("，", ",").split(",") if one.strip()],
        "rolling": _whole("rolling", typed["rolling"] or "0", found),
        "triggers": typed["triggers"], "mid_year": typed["mid_year"], "note": typed["note"],
    }  # fmt: skip
    try:
        said["threshold"] = float(typed["threshold"])
    except ValueError:
        found.append(_no_number("threshold", typed["threshold"]))
    if found:
        raise InputRefused(found)
    held = versions[-1].policy.as_dict() if versions else {}
    return {**held, **said}


def _whole(name: str, text: str, found: list[Finding]) -> int:
    if text.strip().isascii() and text.strip().isdecimal() and len(text.strip()) < 10:
        return int(text)
    found.append(_no_number(name, text))
    return 0


def _no_number(name: str, text: str) -> Finding:
    return Finding(
        code="base_year.number",
        place="the base-year policy",
        found="'{text}' is no number that can be used here",
        expected="a number",
        remedy="correct it",
        params={"text": text[:100], "field": name},
    )


_AT = {
    "base_year.none": "years",
    "base_year.year": "years",
    "base_year.twice": "years",
    "base_year.rolling": "rolling",
    "base_year.threshold": "threshold",
    "base_year.trigger": "triggers",
    "base_year.mid_year": "mid_year",
    "restatement.no_reason": "decision_note",
}


def _at_field(one: Finding) -> Finding:
    """A finding about what was typed, so that it stands at its field."""
    return replace(one, params={**one.params, "field": _AT[one.code]}) if one.code in _AT else one


@action(PATH, act=Act.REVIEW, page="restatements")
def decided(here: "Here", form: Form) -> Response:
    """Accept or reject proposals, all or none."""
    n = counter(here.lang)
    entries = tuple(str(one) for one in form.getlist("entry"))
    note, accept = str(form.get("decision_note", "")), str(form.get("decision", "")) == "accept"
    try:
        require(here.principal, Act.REVIEW, EVERYWHERE)
        if not entries or str(form.get("decision", "")) not in ("accept", "reject"):
            raise InputRefused([_none_chosen()])
        if accept and not note.strip():
            raise InputRefused([_no_note()])
        done = decide(here.workspace, entries, accept=accept, note=note, who=here.principal.name)
    except InputRefused as refused:
        found = tuple(_at_field(one) for one in refused.findings)
        return _shown(here, Sent(entries=entries, note=note, findings=found, status=status_of(refused)))
    if accept:
        words = n("{count} restatement is accepted.", "{count} restatements are accepted.", len(done))
    else:
        words = n("{count} restatement is rejected.", "{count} restatements are rejected.", len(done))
    return go(here, PATH, said=words)


def _none_chosen() -> Finding:
    return Finding(
        code="restatement.none_chosen",
        place="the decision",
        found="no proposal is chosen",
        expected="one or more of those that wait, and whether they are accepted or rejected",
        remedy="tick them in the list",
    )


def _no_note() -> Finding:
    return Finding(
        code="restatement.no_reason",
        place="the decision",
        found="no reason is given",
        expected="what was looked at, and why it is right",
        remedy="say why",
    )
