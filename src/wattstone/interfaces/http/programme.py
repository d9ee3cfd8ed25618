"""The programme: kinds of entries, entries entered, corrected, imported, proved and withdrawn."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from anyio import to_thread
from fastapi import APIRouter, Body, Query, Request, Response

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.http.answers import fresh, json_answer, kept_headers, version_tag
from wattstone.interfaces.http.common import (
    DEFAULT,
    ORG,
    Cursor,
    Ingester,
    Limit,
    Name,
    Reader,
    absent,
    described,
    location,
)
from wattstone.interfaces.http.files import LARGE, TEMPLATE, XLSX, FileName, file_body, with_file
from wattstone.interfaces.http.models.programme import (
    EXAMPLE,
    AddEntry,
    CorrectEntry,
    Entries,
    ImportedEntries,
    Kinds,
    OneEntry,
    WithdrawEntry,
)
from wattstone.interfaces.http.once import once
from wattstone.interfaces.http.paging import link_header, page_behind, page_of
from wattstone.interfaces.http.problems import findings_json, pointed
from wattstone.interfaces.present.languages import translator
from wattstone.interfaces.present.programme.entry_template import entry_csv, entry_labels, entry_workbook
from wattstone.interfaces.serving.request import Here
from wattstone.programme.cells import text_of
from wattstone.programme.entries import site_field
from wattstone.programme.kinds import MODULES, Module, RecordKind, kinds_of
from wattstone.workflows.programme.attaching import attach_evidence
from wattstone.workflows.programme.beside import OFFERED, known_to
from wattstone.workflows.programme.entries import add_entry, correct, withdraw
from wattstone.workflows.programme.importing import import_entries
from wattstone.workflows.programme.listing import entries_after, entry_list, plain_entry, standing_of

router = APIRouter(prefix=ORG)

_ALL = 10**9  # rows: what is found by its words is cut by its cursor
Text = Annotated[str, Query(max_length=200)]
Over = Annotated[bool, Query(description="Rows may correct entries that are there.")]
Because = Annotated[str, Query(max_length=1000, description="Why, where any is corrected.")]
ModuleWanted = Annotated[Module | None, Query()]


def kind_called(here: Here, name: str) -> RecordKind:
    """A kind of entries that one may see.

    Raises
    ------
    Problem
        404 where there is none, or its entries are the whole organisation's and one has some sites alone.
    """
    for module in MODULES:
        for one in kinds_of(module):
            if one.id == name and (site_field(one) or here.principal.scope.whole):
                return one
    raise absent("kind", name)


@router.get(
    "/programme/kinds", operation_id="listProgrammeKinds", summary="Kinds of entries of the programme",
    responses=described(Kinds, tagged=True),
)  # fmt: skip
def kinds(request: Request, here: Reader, module: ModuleWanted = None) -> Response:
    """Their fields with types, units, bounds and choices, in the language of the request."""
    tag = version_tag(here, request)
    if (same := fresh(request, tag)) is not None:
        return same
    wanted = [one for one in MODULES if module in (None, one)]
    rows = [_kind(one, here) for each in wanted for one in kinds_of(cast("Module", each))]
    return json_answer({"kinds": rows}, tag=tag)


def _kind(kind: RecordKind, here: Here) -> dict[str, Any]:
    t = translator(here.lang)

    def said(text: str) -> str:
        return t(text) if text else ""

    fields = [
        {
            "name": one.name, "type": one.type, "label": said(one.label), "help": said(one.help), "unit": one.unit,
            "required": one.required, "choices": {key: said(label) for key, label in one.choices.items()},
            "least": one.least, "most": one.most, "above": one.above, "to": one.to,
        }
        for one in kind.fields
    ]  # fmt: skip
    return {
        "id": kind.id, "module": kind.module, "label": said(kind.label), "plural": said(kind.plural),
        "help": said(kind.help), "key": list(kind.key), "fields": fields,
    }  # fmt: skip


@router.get(
    "/programme/{kind}/entries", operation_id="listEntries", summary="Entries of a kind that are in force",
    responses=described(Entries, tagged=True),
)  # fmt: skip
def listed(
    request: Request, here: Reader, kind: Name, q: Annotated[Text, Query(description="In any field.")] = "",
    site: Annotated[Text, Query(description="Of one site alone.")] = "",
    at: Annotated[date | None, Query(description="As they stood at the end of that day.")] = None,
    cursor: Cursor = None, limit: Limit = DEFAULT,
) -> Response:  # fmt: skip
    """By entry; as far as one may see the sites that they are of."""
    one, tag = kind_called(here, kind), version_tag(here, request)
    if (same := fresh(request, tag)) is not None:
        return same
    about = {"kind": kind, "q": q, "site": site, "at": None if at is None else at.isoformat()}
    if at is None and not q.strip():
        page = page_behind(
            lambda after: _behind(here, one, site, after, limit), order="entry", key="entry", cursor=cursor,
            limit=limit, about=about,
        )  # fmt: skip
    else:
        held = entry_list(here.workspace, one, search=q, site=site, at=at, page=1, size=_ALL)
        page = page_of(
            held.rows.sort("entry").iter_rows(named=True), order="entry", known=("entry",), key="entry", cursor=cursor,
            limit=limit, about=about, ordered=True,
        )  # fmt: skip
        page = replace(page, rows=[plain_entry(row) for row in page.rows])
    return json_answer({"kind": one.id, **page.as_dict("entries")}, tag=tag, headers=link_header(request, page))


def _behind(here: Here, kind: RecordKind, site: str, after: str, limit: int) -> tuple[list[dict[str, Any]], int]:
    """The entries of a page and one more, as the database cuts them, and how many there are in all."""
    held = entries_after(here.workspace, kind, site=site, after=after, most=limit + 1)
    return [plain_entry(row) for row in held.rows.iter_rows(named=True)], held.count


@router.post(
    "/programme/{kind}/entries", operation_id="addEntry", summary="Enter an entry", status_code=201,
    responses=described(OneEntry, status=201),
)  # fmt: skip
def add(
    request: Request, here: Ingester, kind: Name, said: Annotated[AddEntry, Body(examples=[{"said": EXAMPLE}])]
) -> Response:
    """One with the key or id of one that says something else is refused. What is no site's takes the whole role."""
    one = kind_called(here, kind)

    def make() -> Response:
        done = pointed(
            lambda: add_entry(
                here.workspace, one, _texts(said.said), who=here.principal.name, labels=entry_labels(one)
            ),
            _at,
        )
        entry = (*done.new, *done.changed, *done.same)[0]
        content = _one(here, one, entry, done.findings)
        return json_answer(content, status=201, headers=location(request, entry))

    return once(request, here, said.model_dump(), make)


@router.post(
    "/programme/{kind}/import", operation_id="importEntries", summary="Take a table of entries in",
    openapi_extra=file_body(), responses=described(ImportedEntries, others=LARGE),
)  # fmt: skip
async def take_in(
    request: Request, here: Ingester, kind: Name, name: FileName, correct: Over = False, reason: Because = ""
) -> Response:
    """CSV or XLSX, one a row, headers as in the template: all rows or none. The same file again changes nothing.

    A row that says something else of an entry that is there is refused, unless `correct` is set, with a `reason`.
    """
    one = kind_called(here, kind)

    def make(path: Path) -> Response:
        def done() -> Response:
            taken = import_entries(
                here.workspace, one, path, who=here.principal.name, labels=entry_labels(one), over=correct,
                reason=reason,
            )  # fmt: skip
            return json_answer({**taken.as_dict(), "findings": findings_json(taken.findings, here.lang)})

        sent = {
            "name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "correct": correct,
            "reason": reason,
        }  # fmt: skip
        return once(request, here, sent, done)

    return await with_file(request, here, name, make)


@router.get(
    "/programme/{kind}/template.{form}", operation_id="getEntryTemplate", summary="A table of entries to fill in",
    responses=described(None, others=TEMPLATE),
)  # fmt: skip
def template(here: Reader, kind: Name, form: Literal["csv", "xlsx"]) -> Response:
    """The workbook has lists to choose from, in the language of the request."""
    one = kind_called(here, kind)
    headers = kept_headers(None, {"Content-Disposition": f'attachment; filename="{one.id}.{form}"'})
    if form == "csv":
        return Response(f"\ufeff{entry_csv(one, here.lang)}", media_type="text/csv; charset=utf-8", headers=headers)
    known = known_to(here.workspace, one, {}, most=OFFERED)
    content = entry_workbook(one, here.lang, sites=known.sites, refs=known.refs)
    return Response(content, media_type=XLSX, headers=headers)


@router.get(
    "/programme/{kind}/entries/{entry:path}", operation_id="getEntry", summary="An entry with all its versions",
    responses=described(OneEntry, tagged=True),
)  # fmt: skip
def shown(request: Request, here: Reader, kind: Name, entry: Name) -> Response:
    """Who said what, when and why; one that was withdrawn too."""
    one, tag = kind_called(here, kind), version_tag(here, request)
    if (same := fresh(request, tag)) is not None:
        return same
    return json_answer(_one(here, one, entry), tag=tag)


@router.post(
    "/programme/{kind}/entries/{entry:path}/correct", operation_id="correctEntry", summary="Correct an entry",
    responses=described(OneEntry),
)  # fmt: skip
def corrected(
    request: Request, here: Ingester, kind: Name, entry: Name,
    said: Annotated[CorrectEntry, Body(examples=[{"said": {"status": "verified"}, "reason": "visited in May"}])],
) -> Response:  # fmt: skip
    """Fields that are left out stay; what was said before stays in the records. 409 where `was` is not the newest."""
    one = kind_called(here, kind)
    _standing(here, one, entry)

    def make() -> Response:
        done = pointed(
            lambda: correct(
                here.workspace, one, entry, _texts(said.said), reason=said.reason, who=here.principal.name,
                labels=entry_labels(one), was=said.was,
            ),
            _at,
        )  # fmt: skip
        return json_answer(_one(here, one, entry, done.findings))

    return once(request, here, said.model_dump(), make)


@router.post(
    "/programme/{kind}/entries/{entry:path}/withdraw", operation_id="withdrawEntry",
    summary="Take an entry out of force", responses=described(OneEntry),
)  # fmt: skip
def withdrawn(
    request: Request, here: Ingester, kind: Name, entry: Name,
    said: Annotated[WithdrawEntry, Body(examples=[{"reason": "entered twice"}])],
) -> Response:  # fmt: skip
    """No report counts it any more; the records keep it. 409 where `was` is not the newest."""
    one = kind_called(here, kind)
    _standing(here, one, entry)

    def make() -> Response:
        found = pointed(
            lambda: withdraw(here.workspace, one, entry, reason=said.reason, who=here.principal.name, was=said.was),
            lambda each: ["reason"] if each.code == "entry.no_reason" else [],
        )
        return json_answer(_one(here, one, entry, found))

    return once(request, here, said.model_dump(), make)


@router.post(
    "/programme/{kind}/entries/{entry:path}/document", operation_id="attachEntry",
    summary="Attach the document that proves an entry", openapi_extra=file_body(),
    responses=described(OneEntry, others=LARGE),
)  # fmt: skip
async def attached(request: Request, here: Ingester, kind: Name, entry: Name, name: FileName) -> Response:
    """PDF, PNG, JPEG, TIFF, XLSX or CSV of at most 20 MiB: a new version of the entry names it by its content."""
    one = kind_called(here, kind)
    await to_thread.run_sync(_standing, here, one, entry)

    def make(path: Path) -> Response:
        attach_evidence(here.workspace, one, entry, path, who=here.principal.name)
        return json_answer(_one(here, one, entry))

    return await with_file(request, here, name, make)


def _one(here: Here, kind: RecordKind, entry: str, findings: tuple[Finding, ...] = ()) -> dict[str, Any]:
    """An entry with its versions; 404 where there is none that one may see."""
    held = standing_of(here.workspace, kind, entry)
    rows = [plain_entry(row) for row in held.versions.iter_rows(named=True)]
    if not rows:
        raise absent("entry", entry)
    return {
        "kind": kind.id, "entry": rows[-1], "moved": held.moved, "history": rows,
        "findings": findings_json(findings, here.lang),
    }  # fmt: skip


def _standing(here: Here, kind: RecordKind, entry: str) -> None:
    """404 where there is no such entry that one may change: one that went to a site that one does not see is none."""
    held = standing_of(here.workspace, kind, entry)
    if held.moved or held.versions.is_empty():
        raise absent("entry", entry)


def _texts(said: Mapping[str, Any]) -> dict[str, str]:
    """Values as a table would have them.

    Raises
    ------
    InputRefused
        Where an element of a list has the sign that parts them.
    """
    lists = {name: cast("list[Any]", value) for name, value in said.items() if isinstance(value, list)}
    parted = [name for name, value in lists.items() if any(_SIGNS(str(one)) for one in value)]
    if parted:
        raise InputRefused([_parted(name) for name in parted])
    return {name: text_of(value) for name, value in said.items()}


_SIGNS = re.compile("[;；]").search


def _parted(name: str) -> Finding:
    return Finding(
        code="entry.list",
        place="entry",
        found="an element of {name} has a ; in it, which stands between elements",
        expected="elements without ;",
        remedy="send them one by one, or write another sign",
        params={"name": name, "field": name},
    )


def _at(one: Finding) -> list[str | int]:
    field = one.params.get("field")
    return ["said", field] if isinstance(field, str) and field else []
