"""A line of activity records: entered, corrected, taken back, proved by a document; with who said what and when."""

from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.present.activity_template import head_of, help_of, kind_labels
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import mark, translator
from wattstone.interfaces.present.moments import moment_words
from wattstone.interfaces.present.numbers import every
from wattstone.interfaces.present.scope3_table import METHODS as WAYS
from wattstone.interfaces.serving.attachment import attachment
from wattstone.interfaces.web.emitting import what_it_emits
from wattstone.interfaces.web.kit import Form, action, go, link, page, part, render
from wattstone.interfaces.web.pages.activities import PATH, line_path, named, number, period_words, text_of
from wattstone.interfaces.web.reading import zone_here
from wattstone.interfaces.web.refusals import status_of
from wattstone.interfaces.web.results import missing
from wattstone.interfaces.web.sent import sent_files
from wattstone.rates.activities import ActivityKind, activity_kinds
from wattstone.readings.activities.columns import COLUMNS
from wattstone.readings.activities.schema import METHODS, PEDIGREE
from wattstone.workflows.access.policy import Act
from wattstone.workflows.activities import (
    add_activity,
    attach_document,
    correct_activity,
    document_of,
    history_of,
    withdraw_activity,
)
from wattstone.workflows.activities.attach import LARGEST, TYPES
from wattstone.workflows.activities.told import told_of

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

_FIRST = ("site_id", "item", "start", "end", "amount", "unit")
_REST = (
    "stated", "supplier", "method", "factor", "share", "estimated", "activity_uncertainty", "region", "meter_id",
    "credits", *PEDIGREE, "note",
)  # fmt: skip
_HELPS = {
    "start": mark("First day that the amount is for."),
    "end": mark("Last day, inclusive; left empty, the amount is for one day."),
    "method": mark("Left empty, it follows from what is said."),
    "estimated": "",
}
"""What a form says in place of the template, whose cells are typed."""
_NEEDED = frozenset({"site_id", "start"})


@page(f"{PATH}/line", name="activity", place="data", title=mark("Line of record"), act=Act.READ)
def line(here: "Here", id: str = "", kind: str = "") -> Response:  # noqa: A002 - as the address calls it
    """A line with all that was said of it; without an id, the form of a new one."""
    if not id:
        return _form(here, {"kind": kind})
    versions = history_of(here.workspace, id).to_dicts()
    if not versions:
        return missing(here)
    return _line(here, versions)


@action(f"{PATH}/line", act=Act.INGEST, page="activity")
def save(here: "Here", form: Form) -> Response:
    """Enter a line, or correct what is said of one."""
    t = translator(here.lang)
    typed = {name: str(value).strip() for name, value in form.items() if isinstance(value, str)}
    known = activity_kinds().get(typed.get("kind", ""))
    if known is None:
        return missing(here)
    said = {name: typed[name] for name in (*_fields(known), "line_id") if typed.get(name)}
    opened = typed.get("opened", "")
    try:
        if not opened:
            new, _ = add_activity(
                here.workspace, {**said, "kind": known.id}, who=here.principal.name, labels=kind_labels()
            )
            told = t("Line {line} was entered.", line=new["line_id"])
            return go(here, line_path(str(new["line_id"])), said=told)
        return _corrected(here, opened, known, typed)
    except InputRefused as refused:
        if opened and (versions := history_of(here.workspace, opened).to_dicts()):
            return _line(here, versions, typed, found=refused.findings, status=status_of(refused))
        return _form(here, typed, found=refused.findings, status=status_of(refused))


def _corrected(here: "Here", opened: str, known: ActivityKind, typed: dict[str, str]) -> Response:
    t = translator(here.lang)
    before = next((one for one in history_of(here.workspace, opened).to_dicts() if one["line_id"] == opened), None)
    if before is None:
        return missing(here)
    was = _typed(before)
    said = {name: typed[name] for name in _fields(known) if name in typed and typed[name] != was.get(name, "")}
    if not said:
        return go(here, line_path(opened), said=t("Nothing was changed."))
    if "start" in said and "end" in typed:
        said["end"] = typed["end"]
    new, _ = correct_activity(
        here.workspace, opened, said, reason=typed.get("reason", ""), who=here.principal.name, labels=kind_labels()
    )
    told = t("Line {line} stands in place of {before}.", line=new["line_id"], before=opened)
    return go(here, line_path(str(new["line_id"])), said=told)


@action(f"{PATH}/line/withdraw", act=Act.INGEST, page="activity")
def withdraw(here: "Here", form: Form) -> Response:
    """Take a line back."""
    t, name = translator(here.lang), str(form.get("line", ""))
    try:
        withdraw_activity(here.workspace, name, reason=str(form.get("why", "")), who=here.principal.name)
    except InputRefused as refused:
        versions = history_of(here.workspace, name).to_dicts()
        if not versions:
            return missing(here)
        return _line(here, versions, found=refused.findings, status=status_of(refused))
    return go(here, PATH, said=t("Line {line} was withdrawn.", line=name))


@action(f"{PATH}/line/attach", act=Act.INGEST, page="activity")
async def attach(here: "Here", request: Request) -> Response:
    """Attach a document to a line: an invoice, a photograph of a meter."""
    t, name = translator(here.lang), str((await request.form()).get("line", ""))
    try:
        async with sent_files(here, request) as files:
            done = await run_in_threadpool(attach_document, here.workspace, [name], files[0], who=here.principal.name)
    except InputRefused as refused:
        status, findings = status_of(refused), refused.findings
        versions = await run_in_threadpool(lambda: history_of(here.workspace, name).to_dicts())
        if not versions:
            return missing(here)
        return await run_in_threadpool(lambda: _line(here, versions, found=findings, status=status))
    now = done.lines[0] if done.lines else name
    return go(here, line_path(now), said=t("{file} is attached.", file=done.title))


@part(f"{PATH}/documents/{{sha}}", act=Act.EXPORT)
def document(here: "Here", sha: str) -> Response:
    """A document that proves lines, as it was sent; no browser runs it."""
    found = document_of(here.workspace, sha)
    if found is None:
        return missing(here)
    one, content = found
    return attachment(content, sha, media=str(one.facts.get("type", "")))


def _fields(kind: ActivityKind) -> tuple[str, ...]:
    """The fields of a form, what a kind asks for among the first; a stated kind has no amount."""
    asked = [name for name in kind.asks if name in COLUMNS and name not in (*_FIRST, *_REST)]
    first = [name for name in _FIRST if not (kind.stated and name in ("amount", "unit"))]
    return (*first, *(("stated",) if kind.stated else ()), *asked, *(one for one in _REST if one not in first
            and not (kind.stated and one == "stated")))  # fmt: skip


def _typed(line: dict[str, Any]) -> dict[str, str]:
    """A line as a form has it."""
    return {name: text_of(value) for name, value in line.items() if name in COLUMNS}


def _form(here: "Here", typed: dict[str, str], *, found: tuple[Finding, ...] = (), status: int = 200) -> Response:
    """The form of a new line: first its kind, then what that kind asks for."""
    t = translator(here.lang)
    known = activity_kinds().get(typed.get("kind", ""))
    kinds = [("", ""), *((one.id, t(one.label)) for one in activity_kinds().values())]
    return render(
        here, "pages/activity.html.j2", title=t("Enter a line"), trail=[(t("Activity records"), link(here, PATH))],
        typed=typed, kinds=kinds, kind=known.id if known else "", findings=found, status=status, line=None,
        **(_asked(here, known, typed) if known else {"asks": ()}),
    )  # fmt: skip


def _line(
    here: "Here", versions: list[dict[str, Any]], typed: dict[str, str] | None = None, *,
    found: tuple[Finding, ...] = (), status: int = 200,
) -> Response:  # fmt: skip
    """A line, its versions, and the forms of whoever may change it."""
    t = translator(here.lang)
    now = versions[-1]
    known = activity_kinds().get(str(now["kind"]))
    edits = here.principal.may(Act.INGEST, str(now["site_id"])) and not now["withdrawn"] and known is not None
    activity, item = named(here, str(now["kind"]), str(now["item"] or ""))
    said = [(head_of(name, here.lang), _spoken(here, name, value)) for name, value in _typed(now).items()
            if value and name not in ("line_id", "kind", "item", "document")]  # fmt: skip
    facts = [(head_of("kind", here.lang), activity), *([(head_of("item", here.lang), item)] if item else []), *said]
    return render(
        here, "pages/activity.html.j2", title=str(now["line_id"]), trail=[(t("Activity records"), link(here, PATH))],
        line=now, facts=facts, emits=None if now["withdrawn"] else what_it_emits(here, now),
        versions=_versions(here, versions), edits=edits, typed=typed or _typed(now),
        kind=str(now["kind"]), findings=found, status=status, largest=every(
            min(LARGEST / 2**20, here.service.settings.limits.upload_mb)
        ), types=", ".join(TYPES.values()),
        **(_asked(here, known, typed or _typed(now)) if known else {"asks": ()}),
    )  # fmt: skip


def _help(here: "Here", name: str) -> str:
    if name not in _HELPS:
        return help_of(name, here.lang)
    return translator(here.lang)(_HELPS[name]) if _HELPS[name] else ""


def _spoken(here: "Here", name: str, value: str) -> str:
    """A field in the reader's words."""
    t = translator(here.lang)
    if name in ("amount", "stated"):
        return every(float(value))
    if name == "method":
        return t(WAYS[value]) if value in WAYS else value
    return {"yes": t("yes"), "no": t("no")}.get(value, value) if name == "estimated" else value


def _versions(here: "Here", versions: list[dict[str, Any]]) -> Table:
    """Who said what, and when."""
    t, zone = translator(here.lang), zone_here(here)
    heads = (Head(t("Line of record")), Head(t("Period")), Head(t("Amount"), True), Head(t("Unit")),
             Head(t("Stated emissions [kg CO2e]"), True), Head(t("State of it")), Head(t("Entered by")),
             Head(t("Entered")), Head(t("Why, or from which file")), Head(t("Note")))  # fmt: skip
    last = len(versions) - 1
    told = told_of(here.workspace, [int(one["batch"]) for one in versions])
    rows = tuple(
        (
            Cell(str(one["line_id"])), Cell(period_words(one["start"], one["end"])),
            number(one["amount"]), Cell(one["unit"] or ""), number(one["stated"]),
            Cell(t("withdrawn") if one["withdrawn"] else t("in force") if at == last else t("corrected")),
            Cell(str(one["entered_by"])), Cell(moment_words(one["entered_at"], zone, here.lang)),
            Cell(said.reason or said.source if (said := told.get(int(one["batch"]))) else ""), Cell(one["note"] or ""),
        )
        for at, one in enumerate(versions)
    )  # fmt: skip
    return Table(heads, rows)


def _asked(here: "Here", kind: ActivityKind, typed: dict[str, str]) -> dict[str, Any]:
    """Fields with their labels and hints, and what they may be chosen from."""
    t = translator(here.lang)
    units = list(dict.fromkeys(one for some in kind.units.values() for one in some))
    now = typed.get("unit", "")
    choices: dict[str, list[tuple[str, str]]] = {
        "site_id": [("", ""), *((one.id, one.name or one.id) for one in here.workspace.records.sites())],
        "unit": [(one, one) for one in [*units, *([now] if now and now not in units else [])]],
        "method": [("", ""), *((one, t(WAYS[one])) for one in METHODS)],
        "estimated": [("no", t("no")), ("yes", t("yes"))],
    }
    items = [(one, t(label)) for one, label in kind.items.items()]
    if items and not kind.free:
        choices["item"] = [*([("", "")] if kind.default else []), *items]
    fields = [
        (name, head_of(name, here.lang), _help(here, name), name in _NEEDED, name in _FIRST or name in kind.asks)
        for name in _fields(kind)
        if name != "item" or items or kind.free
    ]
    names = ("line_id", "reason", *(one[0] for one in fields))
    return {"asks": fields, "choices": choices, "offered": items, "fields": names}
