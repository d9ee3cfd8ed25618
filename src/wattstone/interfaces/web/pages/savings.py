"""Savings: measures with their verdicts, the proof of each, events that somebody has to judge, measures declared."""

from datetime import date
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import counter, mark, translator
from wattstone.interfaces.present.numbers import amount
from wattstone.interfaces.web.jobforms import job_form
from wattstone.interfaces.web.kit import Form, action, go, link, page, render
from wattstone.interfaces.web.reading import zone_here
from wattstone.interfaces.web.results import asked_before, failed, name_of, newest, running, runs
from wattstone.interfaces.web.sent import sent_files
from wattstone.portfolio.measures import Measure
from wattstone.workflows.access.policy import Act
from wattstone.workflows.measures import declare_measure, import_measures
from wattstone.workflows.savings.judging import judge_event

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

_VERDICTS = {
    "saving": mark("saving"),
    "no significant saving": mark("no significant saving"),
    "increase": mark("increase"),
    "not determined": mark("not determined"),
}
_LABELS = {
    "site_id": mark("Site"),
    "meters": mark("Meters that show it, parted by semicolons"),
    "name": mark("Name"),
    "description": mark("What was done"),
    "boundary": mark("Boundary of the verification"),
    "option": mark("IPMVP option"),
    "baseline": mark("Days before the works"),
    "blackout": mark("Days of the works"),
    "reporting": mark("Days after the works"),
    "expected_saving": mark("What is claimed of a year"),
    "cost": mark("Cost"),
    "owner": mark("Who answers for it"),
    "status": mark("How far it is"),
    "model": mark("Model of the baseline"),
    "variables": mark("Meters of what explains use"),
    "comparison_sites": mark("Sites where nothing was done"),
    "interacts_with": mark("Measures on the same meters"),
    "key_parameter": mark("Option A: what is measured"),
    "stipulated": mark("Option A: what is taken as known"),
    "simulation": mark("Option D: meter of simulated use"),
}
_EXAMPLES = {
    "meters": "main-electricity; annex-electricity",
    "baseline": "2023-01-01/2023-12-31",
    "blackout": "2024-01-01/2024-01-31",
    "reporting": "2024-02-01/",
    "expected_saving": "12000 kWh",
    "cost": "25000 EUR",
    "stipulated": "hours=2600 h, lighting schedule of 2018",
}
_FIRST = ("site_id", "meters", "name", "baseline", "blackout", "reporting", "expected_saving", "cost", "owner")
_STATUSES = (
    mark("planned"), mark("in progress"), mark("done"), mark("verified"), mark("refuted"), mark("withdrawn"),
)  # fmt: skip
_CHOICES = {
    "option": ("", "A", "B", "C", "D"),
    "status": ("", *_STATUSES),
    "model": ("", "best", "daily", "hourly"),
}


@page("/action/savings", name="savings", place="action", title=mark("Savings"), tab=mark("Savings"), act=Act.READ,
      order=50)  # fmt: skip
def savings(here: "Here", measure: str = "") -> Response:
    """All measures, or the proof of one."""
    measures = {one.id: one for one in here.workspace.records.measures()}
    if measure in measures:
        return _proof(here, measures[measure])
    t, n = translator(here.lang), counter(here.lang)
    verdicts = _verdicts(here)
    proved = sum(verdicts.get(name) == "saving" for name in measures)
    sentence = (
        n(
            "{count} measure is declared; its saving can be told from 0.",
            "{count} measures are declared; {proved} of them saved what can be told from 0.",
            len(measures),
            proved=proved,
        )
        if proved
        else n(
            "{count} measure is declared; its saving is not proved yet.",
            "{count} measures are declared; none is proved yet.",
            len(measures),
        )
    )
    heads = (
        Head(t("Measure")), Head(t("Site")), Head(t("Verdict")), Head(t("Claimed of a year"), True),
        Head(t("After the works")), Head(t("Option")), Head(t("How far it is")), Head(t("Who answers for it")),
    )  # fmt: skip
    rows = tuple(_row(here, one, verdicts.get(one.id)) for one in measures.values())
    fell = failed(here, ["savings"])
    return render(
        here, "pages/savings.html.j2", measures=measures, table=Table(heads, rows), sentence=sentence,
        proved=bool(verdicts), running=running(here, ["savings"]), failed=fell,
        form=job_form(here, "savings", back="/action/savings", values=asked_before(fell)),
    )  # fmt: skip


def _verdicts(here: "Here") -> dict[str, str]:
    """The newest verdict on each measure."""
    found: dict[str, str] = {}
    for one in here.workspace.records.documents("savings"):
        found.setdefault(one.subject, str(one.facts.get("verdict", "")))
    return found


def _row(here: "Here", one: Measure, verdict: str | None) -> tuple[Cell, ...]:
    t = translator(here.lang)
    claimed = "" if one.expected_saving is None else amount(one.expected_saving, one.expected_unit or "1", here.lang)
    return (
        Cell(one.name or one.id, href=link(here, "/action/savings", measure=one.id)),
        Cell(one.site_id, href=link(here, f"/sites/{quote(one.site_id)}")),
        Cell(t(_VERDICTS[verdict]) if verdict in _VERDICTS else t("not looked at yet")),
        Cell(claimed, numeric=True),
        Cell("" if one.reporting is None else str(one.reporting)),
        Cell(one.option),
        Cell(t(one.status)),
        Cell(one.owner or ""),
    )


def _proof(
    here: "Here", one: Measure, *, found: tuple[Finding, ...] = (), typed: dict[str, str] | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    t = translator(here.lang)
    result = newest(here, "savings", one.id)
    waiting = [] if result is None else _waiting(one, result.about.facts.get("events", ()))
    back = f"/action/savings?measure={quote(one.id)}"
    return render(
        here, "pages/proof.html.j2", title=one.name or one.id, trail=[(t("Savings"), link(here, "/action/savings"))],
        measure=one, result=result, documents=runs(here, ["savings"], one.id), events=waiting,
        running=running(here, ["savings"]), failed=failed(here, ["savings"], measure=one.id), zone=zone_here(here),
        name_of=name_of, form=job_form(here, "savings", back=back, hidden={"measure": one.id}), findings=found,
        found=found, typed=typed or {}, status=status,
    )  # fmt: skip


def _waiting(one: Measure, proposed: Any) -> list[dict[str, Any]]:
    """Proposed events that nobody has judged since."""
    said = {(event.meter, str(event.first)) for event in one.events}
    return [event for event in proposed if (event["meter"], event["first"]) not in said]


@action("/action/savings/event", act=Act.DECIDE, page="savings")
def judge(here: "Here", form: Form) -> Response:
    """Confirm or reject an event."""
    t = translator(here.lang)
    typed = {name: str(value).strip() for name, value in form.items()}
    name, status = typed.get("measure", ""), "confirmed" if typed.get("status") == "confirmed" else "rejected"
    try:
        judge_event(
            here.workspace, name, meter=typed.get("meter") or None, first=_day(typed.get("first", "")),
            last=_day(typed["last"]) if typed.get("last") else None, status=status, reason=typed.get("reason", ""),
            kind=typed.get("kind", ""), who=here.principal.name,
        )  # fmt: skip
    except InputRefused as refused:
        known = {one.id: one for one in here.workspace.records.measures()}
        if name not in known:
            return go(here, "/action/savings", said=t("There is no such measure."), tone="act")
        return _proof(here, known[name], found=refused.findings, typed=typed, status=422)
    confirmed = t("The event is confirmed. Prove the saving anew to see what it changes.")
    rejected = t("The event is rejected. Prove the saving anew to see what it changes.")
    return go(here, f"/action/savings?measure={quote(name)}", said=confirmed if status == "confirmed" else rejected)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputRefused(
            [
                Finding(
                    code="event.day",
                    place="event",
                    found="'{text}' is no day",
                    params={"text": text[:40]},
                    expected="a day such as 2024-01-31",
                    remedy="open the page again",
                )
            ]
        ) from None


@page(
    "/action/savings/declare", name="declare-measure", place="action", title=mark("Declare a measure"), act=Act.DECLARE
)
def declare(here: "Here", measure: str = "") -> Response:
    """The form of a measure; with its id, what is said of it now."""
    known = {one.id: one for one in here.workspace.records.measures()}
    typed = _typed(known[measure]) if measure in known else {}
    return _declaring(here, {**typed, "id": measure})


@action("/action/savings/declare", act=Act.DECLARE, page="declare-measure")
def declared(here: "Here", form: Form) -> Response:
    """Declare a measure, or correct what is said of it."""
    t = translator(here.lang)
    typed = {name: str(value).strip() for name, value in form.items() if isinstance(value, str)}
    name = typed.get("id", "")
    known = {one.id: one for one in here.workspace.records.measures()}
    was = {key: text.strip() for key, text in _typed(known[name]).items()} if name in known else dict[str, str]()
    said = {key: typed[key] for key in _LABELS
            if (typed.get(key) or (name in known and key in typed)) and typed[key] != was.get(key)}  # fmt: skip
    try:
        if not name:
            raise InputRefused([_no_id()])
        if name in known and not said:
            return go(here, f"/action/savings?measure={quote(name)}", said=t("Nothing was changed."))
        declare_measure(here.workspace, name, said, who=here.principal.name)
    except InputRefused as refused:
        return _declaring(here, typed, found=refused.findings, status=422)
    return go(here, f"/action/savings?measure={quote(name)}", said=t("The measure is declared."))


@action("/action/savings/data", act=Act.DECLARE, page="declare-measure")
async def imported(here: "Here", request: Request) -> Response:
    """Take the measures of a table in: all of them, or none."""
    t = translator(here.lang)
    try:
        async with sent_files(here, request) as files:
            done = await run_in_threadpool(import_measures, here.workspace, files[0], who=here.principal.name)
    except InputRefused as refused:
        return _declaring(here, {}, rows=refused.findings, status=422)
    counts = {"new": len(done.new), "changed": len(done.changed), "same": len(done.same)}
    said = t("{file}: {new} new, {changed} changed, {same} as they were.", file=done.source, **counts)
    return go(here, "/action/savings", said=said)


def _declaring(
    here: "Here", typed: dict[str, str], *, found: tuple[Finding, ...] = (), rows: tuple[Finding, ...] = (),
    status: int = 200,
) -> Response:  # fmt: skip
    """The form; what was found in it stands at its fields, what was found in the rows of a table above."""
    t = translator(here.lang)
    options = {
        name: [(one, t(one) if one else t("as it is, or by default")) for one in some]
        for name, some in _CHOICES.items()
    }
    options["option"] = [(one, one or t("as it is, or by default")) for one in _CHOICES["option"]]
    records = here.workspace.records
    sites = [("", t("choose a site")), *((one.id, one.name or one.id) for one in records.sites())]
    return render(
        here, "pages/declare_measure.html.j2", trail=[(t("Savings"), link(here, "/action/savings"))], typed=typed,
        labels={name: t(words) for name, words in _LABELS.items()}, examples=_EXAMPLES, first=_FIRST, options=options,
        others=[name for name in _LABELS if name not in _FIRST], sites=sites, findings=found, rows=rows,
        fields=("id", *_LABELS), status=status,
    )  # fmt: skip


def _typed(one: Measure) -> dict[str, str]:
    """What is said of a measure as it is typed."""
    texts = {name: _text(getattr(one, name)) for name in _LABELS}
    texts["expected_saving"] = (
        "" if one.expected_saving is None else f"{_exact(one.expected_saving)} {one.expected_unit or ''}".strip()
    )
    texts["cost"] = "" if one.cost is None else f"{_exact(one.cost)} {one.currency or ''}".strip()
    texts["stipulated"] = "; ".join(
        f"{part.name}={_exact(part.value)} {part.unit}, {part.source}" for part in one.stipulated
    )
    return texts


def _exact(value: float) -> str:
    """All of its digits: what is saved as it was shown must be the same number."""
    return repr(float(value)).removesuffix(".0")


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(map(str, cast("tuple[object, ...]", value)))
    return str(value or "")


def _no_id() -> Finding:
    return Finding(
        code="measure.id",
        place="field 'id'",
        found="no id is given",
        expected="a short name, as led-2024",
        remedy="name the measure",
    )
