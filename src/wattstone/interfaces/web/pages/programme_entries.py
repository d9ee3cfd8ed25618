"""Entries of a kind: those in force by page, found by words and site, taken out and in as tables."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import counter, day, mark, translator
from wattstone.interfaces.present.moments import local_time
from wattstone.interfaces.present.programme.entry_template import entry_csv, entry_labels, entry_workbook, head_of
from wattstone.interfaces.present.programme.words import module_name
from wattstone.interfaces.web.entries import (
    CLIMATE,
    LONG,
    PATH,
    enters,
    entry_path,
    kind_here,
    kind_path,
    sees,
    told_cell,
    typed_of,
)
from wattstone.interfaces.web.kit import action, csv_file, go, link, page, part, render
from wattstone.interfaces.web.reading import zone_here
from wattstone.interfaces.web.refusals import status_of
from wattstone.interfaces.web.results import missing
from wattstone.interfaces.web.sent import sent_files
from wattstone.programme.cells import KEPT_TEXT
from wattstone.programme.entries import site_field
from wattstone.programme.kinds import RecordKind
from wattstone.workflows.access.policy import Act
from wattstone.workflows.programme.beside import OFFERED, known_to
from wattstone.workflows.programme.changing import Changed
from wattstone.workflows.programme.entries import entries_of
from wattstone.workflows.programme.importing import import_entries
from wattstone.workflows.programme.listing import EntryList, entry_list

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

SIZE = 50
_COLUMNS = 5  # fields that a list has room for beside who entered it; the page of an entry has all
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(f"{PATH}/{{module}}/{{kind}}", name="programme entries", place="programme", title=mark("Entries"), act=Act.READ)
def listed(here: "Here", module: str, kind: str, q: str = "", site: str = "", page: int = 1) -> Response:
    """The entries in force that match."""
    one = kind_here(module, kind)
    if one is None or not sees(here, one):
        return missing(here)
    return _shown(here, one, q[:200], site[:200], page)


def _shown(
    here: "Here", kind: RecordKind, q: str = "", site: str = "", page: int = 1, *, told: Sequence[Finding] = (),
    done: str = "", status: int = 200, over: bool = False, because: str = "",
) -> Response:  # fmt: skip
    t = translator(here.lang)
    held = entry_list(here.workspace, kind, search=q, site=site, page=page, size=SIZE)
    sites = [(one.id, one.name or one.id) for one in here.workspace.records.sites()] if site_field(kind) else []
    return render(
        here, "pages/programme_entries.html.j2", title=t(kind.plural), trail=trail_of(here, kind), kind=kind,
        about=t(kind.help) if kind.help else "", held=held, size=SIZE, table=_table(here, kind, held), q=q, site=site,
        sites=sites, path=kind_path(kind), edits=enters(here, kind), told=told, done=done, status=status, findings=(),
        wrong=any(one.severity == "error" for one in told), narrowed=bool(q or site),
        over=over, because=because,
    )  # fmt: skip


def trail_of(here: "Here", kind: RecordKind) -> list[tuple[str, str]]:
    """The pages above those of a kind."""
    t = translator(here.lang)
    if kind.module == "disclose":
        return [(t("Climate report"), link(here, CLIMATE))]
    return [
        (t("Programme"), link(here, PATH)),
        (module_name(kind.module, here.lang), link(here, f"{PATH}/{kind.module}")),
    ]


def _table(here: "Here", kind: RecordKind, held: EntryList) -> Table:
    """The first fields of each, and who entered it."""
    t = translator(here.lang)
    fields = [one for one in kind.fields if one.type != "geometry" and one.name != "id"][:_COLUMNS]
    heads = (
        Head(t("Entry")), *(Head(head_of(one, here.lang), one.type in _NUMBERS) for one in fields), Head(t("Proof")),
        Head(t("Entered")),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    zone = zone_here(here)
    for row in held.rows.iter_rows(named=True):
        on = day(local_time(row["entered_at"], zone), here.lang)
        entered = t("{who}, {when}", who=row["entered_by"], when=on)
        cells = [_cut(told_cell(here, one, row[one.name])) for one in fields]
        first = Cell(str(row["entry"]), href=link(here, entry_path(kind, str(row["entry"]))))
        rows.append((first, *cells, Cell(t("with document") if row["document"] else ""), Cell(entered)))
    return Table(heads, tuple(rows))


_NUMBERS = frozenset({"number", "integer", "part", "year"})


def _cut(cell: Cell) -> Cell:
    """A text that a list has room for."""
    return cell if len(cell.text) <= LONG else Cell(cell.text[: LONG - 1] + "…", href=cell.href)


@action(f"{PATH}/{{module}}/{{kind}}/import", act=Act.INGEST, page="programme entries")
async def take_in(here: "Here", request: Request, module: str, kind: str) -> Response:
    """Take a table in: all of its entries, or none."""
    one = kind_here(module, kind)
    if one is None or not sees(here, one):
        return missing(here)
    labels, form = entry_labels(one), await request.form()
    over, because = form.get("over") == "yes", str(form.get("reason", ""))
    try:
        async with sent_files(here, request) as files:
            done = await run_in_threadpool(
                import_entries, here.workspace, one, files[0], who=here.principal.name, labels=labels, over=over,
                reason=because,
            )  # fmt: skip
    except InputRefused as refused:
        status, findings = status_of(refused), refused.findings
        wants = over or any(each.code == "entry.there" for each in findings)
        return await run_in_threadpool(
            lambda: _shown(here, one, told=findings, status=status, over=wants, because=because)
        )
    said = _taken(here, done)
    if done.findings:
        return await run_in_threadpool(lambda: _shown(here, one, told=done.findings, done=said))
    return go(here, kind_path(one), said=said)


def _taken(here: "Here", done: Changed) -> str:
    t, n = translator(here.lang), counter(here.lang)
    new = n("{count} entry is new", "{count} entries are new", len(done.new))
    return t("{new}; {changed} changed, {same} as they were.", new=new, changed=len(done.changed), same=len(done.same))


@part(f"{PATH}/{{module}}/{{kind}}/template.{{form}}", act=Act.READ)
def template(here: "Here", module: str, kind: str, form: Literal["csv", "xlsx"]) -> Response:
    """A table to fill in."""
    one = kind_here(module, kind)
    if one is None or not sees(here, one):
        return missing(here)
    headers = {"Content-Disposition": f'attachment; filename="{one.id}.{form}"', "X-Content-Type-Options": "nosniff"}
    if form == "csv":
        return Response(f"\ufeff{entry_csv(one, here.lang)}", media_type="text/csv; charset=utf-8", headers=headers)
    known = known_to(here.workspace, one, {}, most=OFFERED)
    return Response(
        entry_workbook(one, here.lang, sites=known.sites, refs=known.refs), media_type=XLSX, headers=headers
    )  # fmt: skip


@part(f"{PATH}/{{module}}/{{kind}}/entries.csv", act=Act.EXPORT)
def download(here: "Here", module: str, kind: str) -> Response:
    """The entries in force as a table that can be read back; no text in it is run by a spreadsheet.

    Columns that begin with # are passed over then.
    """
    one = kind_here(module, kind)
    if one is None or not sees(here, one):
        return missing(here)
    heads = (*(Head(each.name) for each in one.fields), Head("#entered_by"), Head("#entered_at"))
    rows = tuple(
        (*map(_kept, typed_of(one, row).values()), Cell(str(row["entered_by"])), Cell(str(row["entered_at"])))
        for row in entries_of(here.workspace, one).iter_rows(named=True)
    )
    return csv_file(Table(heads, rows), one.id)


def _kept(text: str) -> Cell:
    """A cell that is read back as it is: one of an apostrophe and a sign gets another apostrophe."""
    return Cell(f"'{text}" if re.match(KEPT_TEXT, text) else text)
