"""An entry of the programme: what was said of it and by whom; entered, corrected, proved by a document, withdrawn."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import mark, translator
from wattstone.interfaces.present.moments import moment_words
from wattstone.interfaces.present.numbers import every
from wattstone.interfaces.present.programme.entry_template import entry_labels, head_of
from wattstone.interfaces.serving.attachment import attachment
from wattstone.interfaces.web.entries import (
    PATH,
    asks_of,
    enters,
    entry_path,
    kind_here,
    kind_path,
    sees,
    told_cell,
    typed_of,
)
from wattstone.interfaces.web.kit import Form, action, go, link, page, part, render
from wattstone.interfaces.web.pages.programme_entries import trail_of
from wattstone.interfaces.web.reading import zone_here
from wattstone.interfaces.web.refusals import status_of
from wattstone.interfaces.web.results import missing
from wattstone.interfaces.web.sent import sent_files
from wattstone.programme.entries import site_field
from wattstone.programme.kinds import RecordKind
from wattstone.workflows.access.policy import Act
from wattstone.workflows.activities.attach import LARGEST, TYPES
from wattstone.workflows.programme.attaching import attach_evidence
from wattstone.workflows.programme.entries import add_entry, correct, withdraw
from wattstone.workflows.programme.listing import Standing, standing_of
from wattstone.workflows.programme.noticed import Overtaken
from wattstone.workflows.programme.proofs import evidence_document

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

_BELOW = f"{PATH}/{{module}}/{{kind}}"


@page(f"{_BELOW}/add", name="programme add", place="programme", title=mark("Add an entry"), act=Act.READ)
def new(here: "Here", module: str, kind: str) -> Response:
    """The form of a new entry."""
    one = _open(here, module, kind)
    return missing(here) if one is None else _form(here, one, {})


@page(f"{_BELOW}/entry", name="programme entry", place="programme", title=mark("Entry"), act=Act.READ)
def show(here: "Here", module: str, kind: str, id: str = "") -> Response:  # noqa: A002 - as the address calls it
    """An entry with all that was ever said of it."""
    one = _open(here, module, kind)
    held = None if one is None else standing_of(here.workspace, one, id)
    return missing(here) if one is None or held is None or held.versions.is_empty() else _shown(here, one, held)


def _held(here: "Here", kind: RecordKind | None, entry: str) -> Standing | None:
    """An entry that may be changed; None where there is none, or it went to a site that the reader does not see."""
    held = None if kind is None else standing_of(here.workspace, kind, entry)
    return None if held is None or held.moved or held.versions.is_empty() else held


def _open(here: "Here", module: str, kind: str) -> RecordKind | None:
    one = kind_here(module, kind)
    return one if one is not None and sees(here, one) else None


@action(f"{_BELOW}/add", act=Act.INGEST, page="programme add")
def add(here: "Here", form: Form, module: str, kind: str) -> Response:
    """Enter an entry."""
    t, one = translator(here.lang), _open(here, module, kind)
    if one is None:
        return missing(here)
    typed = _typed(form, one)
    said = {name: text for name, text in typed.items() if text}
    try:
        done = add_entry(here.workspace, one, said, who=here.principal.name, labels=entry_labels(one))
    except InputRefused as refused:
        return _form(here, one, typed, found=refused.findings, status=status_of(refused))
    entry = (*done.new, *done.changed, *done.same)[0]
    if done.findings:
        return _shown(here, one, standing_of(here.workspace, one, entry), noticed=done.findings)
    told = t("It was there already, as it is.") if done.same else t("{entry} was entered.", entry=entry)
    return go(here, entry_path(one, entry), said=told)


@action(f"{_BELOW}/entry", act=Act.INGEST, page="programme entry")
def change(here: "Here", form: Form, module: str, kind: str) -> Response:
    """Correct what is said of an entry."""
    t, one, name = translator(here.lang), _open(here, module, kind), str(form.get("entry", ""))
    held = _held(here, one, name)
    if one is None or held is None:
        return missing(here)
    typed, was = _typed(form, one), str(form.get("was", ""))
    before = typed_of(one, _read(held.versions, was))
    said = {key: text for key, text in typed.items() if text != before[key]}
    if not said:
        return go(here, entry_path(one, name), said=t("Nothing was changed."))
    try:
        done = correct(
            here.workspace, one, name, said, reason=str(form.get("reason", "")), who=here.principal.name,
            labels=entry_labels(one), was=was,
        )  # fmt: skip
    except Overtaken as refused:
        now = standing_of(here.workspace, one, name)
        mixed = {**typed_of(one, now.versions.row(-1, named=True)), **said}  # what the other one said stays in the form
        return _shown(here, one, now, mixed, found=refused.findings, status=status_of(refused))
    except InputRefused as refused:
        return _shown(here, one, held, typed, found=refused.findings, status=status_of(refused), was=was)
    if done.findings:
        return _shown(here, one, standing_of(here.workspace, one, name), noticed=done.findings)
    return go(here, entry_path(one, name), said=t("{entry} was corrected.", entry=name))


def _read(versions: pl.DataFrame, was: str) -> dict[str, Any]:
    """The version that a form was made of; the newest where it does not say."""
    made_of = versions.filter(pl.col("hash") == was) if was else versions
    return (made_of if made_of.height else versions).row(-1, named=True)


@action(f"{_BELOW}/withdraw", act=Act.INGEST, page="programme entry")
def leave(here: "Here", form: Form, module: str, kind: str) -> Response:
    """Take an entry out of force."""
    t, one, name = translator(here.lang), _open(here, module, kind), str(form.get("entry", ""))
    held = _held(here, one, name)
    if one is None or held is None:
        return missing(here)
    reason, was = str(form.get("reason_out", "")), str(form.get("was", ""))
    try:
        withdraw(here.workspace, one, name, reason=reason, who=here.principal.name, was=was)
    except InputRefused as refused:
        now = standing_of(here.workspace, one, name)
        return _shown(here, one, now, found=refused.findings, status=status_of(refused))
    return go(here, kind_path(one), said=t("{entry} was withdrawn.", entry=name))


@action(f"{_BELOW}/attach", act=Act.INGEST, page="programme entry")
async def attach(here: "Here", request: Request, module: str, kind: str) -> Response:
    """Attach the document that proves an entry."""
    t, one = translator(here.lang), _open(here, module, kind)
    name = str((await request.form()).get("entry", ""))
    held = await run_in_threadpool(_held, here, one, name)
    if one is None or held is None:
        return missing(here)
    try:
        async with sent_files(here, request) as files:
            done = await run_in_threadpool(
                attach_evidence, here.workspace, one, name, files[0], who=here.principal.name
            )
    except InputRefused as refused:
        status, findings = status_of(refused), refused.findings
        return await run_in_threadpool(lambda: _shown(here, one, held, found=findings, status=status))
    return go(here, entry_path(one, name), said=t("{file} is attached.", file=done.title))


@part(f"{PATH}/documents/{{sha}}", act=Act.EXPORT)
def document(here: "Here", sha: str) -> Response:
    """A document that proves entries, as it was sent; no browser runs it."""
    found = evidence_document(here.workspace, sha)
    if found is None:
        return missing(here)
    one, content = found
    return attachment(content, sha, media=str(one.facts.get("type", "")))


def _typed(form: Any, kind: RecordKind) -> dict[str, str]:
    """What was typed, of the fields that were asked."""
    names = [one.name for one in kind.fields if one.name in form]
    return {name: str(form.get(name) or "").replace("\r\n", "\n").strip() for name in names}  # a browser ends lines so


def _form(
    here: "Here", kind: RecordKind, typed: Mapping[str, str], *, found: tuple[Finding, ...] = (), status: int = 200
) -> Response:
    """The form of a new entry."""
    t, edits = translator(here.lang), enters(here, kind)
    return render(
        here, "pages/programme_entry.html.j2", title=t("{kind}: add", kind=t(kind.label)),
        trail=[*trail_of(here, kind), (t(kind.plural), link(here, kind_path(kind)))], kind=kind, entry=None,
        about=t(kind.help) if kind.help else "", asks=asks_of(here, kind, typed) if edits else [],
        path=kind_path(kind), edits=edits, findings=found, status=status, fields=[one.name for one in kind.fields],
    )  # fmt: skip


def _shown(
    here: "Here", kind: RecordKind, held: Standing, typed: Mapping[str, str] | None = None, *,
    found: tuple[Finding, ...] = (), noticed: tuple[Finding, ...] = (), status: int = 200, was: str = "",
) -> Response:  # fmt: skip
    """An entry as it stands, its versions, and the forms of who may change it."""
    t, versions = translator(here.lang), held.versions
    now = versions.row(-1, named=True)
    site = now[field] if (field := site_field(kind)) else None
    edits = enters(here, kind, site) and not now["withdrawn"] and not held.moved
    facts = [
        (head_of(one, here.lang), told_cell(here, one, now[one.name]))
        for one in kind.fields
        if now[one.name] is not None
    ]
    return render(
        here, "pages/programme_entry.html.j2", title=str(now["entry"]), kind=kind, entry=now,
        trail=[*trail_of(here, kind), (t(kind.plural), link(here, kind_path(kind)))], about="", facts=facts,
        label=t(kind.label), versions=_versions(here, kind, versions), path=kind_path(kind),
        asks=asks_of(here, kind, typed or typed_of(kind, now), fixed=True) if edits else [], noticed=noticed,
        found=bool(found), moved=held.moved, was=was or now["hash"], edits=edits, findings=found, status=status,
        fields=("reason", "reason_out", *(one.name for one in kind.fields)), types=", ".join(TYPES.values()),
        largest=every(min(LARGEST / 2**20, here.service.settings.limits.upload_mb)), correcting=typed is not None,
    )  # fmt: skip


def _versions(here: "Here", kind: RecordKind, versions: pl.DataFrame) -> Table:
    """Who said what, when and why; what each changed of the one before."""
    t, zone = translator(here.lang), zone_here(here)
    heads = (
        Head(t("Version"), True), Head(t("Entered")), Head(t("Entered by")), Head(t("What changed")), Head(t("Reason")),
        Head(t("Proof")), Head(t("Content hash")),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    before: Mapping[str, Any] | None = None
    for row in versions.iter_rows(named=True):
        rows.append((
            Cell(str(row["version"]), numeric=True), Cell(moment_words(row["entered_at"], zone, here.lang)),
            Cell(str(row["entered_by"])), Cell(_changed(here, kind, row, before)), Cell(row["reason"] or ""),
            _proof(here, row["document"]),
            Cell(str(row["hash"])[:16], code=True),
        ))  # fmt: skip
        before = row
    return Table(heads, tuple(rows))


def _proof(here: "Here", sha: str | None) -> Cell:
    """The document, for who may take it out."""
    if not sha:
        return Cell("")
    href = link(here, f"{PATH}/documents/{sha}") if here.principal.may(Act.EXPORT) else None
    return Cell(f"{sha[:12]}…", href=href)


def _changed(here: "Here", kind: RecordKind, row: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    t = translator(here.lang)
    if row["withdrawn"]:
        return t("withdrawn")
    if before is None:
        return t("entered")
    moved = [t(one.label) for one in kind.fields if row[one.name] != before[one.name]]
    if not moved:
        return t("a document was attached") if row["document"] != before["document"] else t("entered")
    return t("; ").join(moved)
