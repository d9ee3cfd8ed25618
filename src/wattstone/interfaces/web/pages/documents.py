"""Documents: what jobs kept to be read, as pages, charts and files."""

import re
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, Response

from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import mark, translator
from wattstone.interfaces.present.moments import moment_words
from wattstone.interfaces.web.kit import chart, link, page, part, render
from wattstone.interfaces.web.reading import zone_here
from wattstone.interfaces.web.results import KIND_WORDS, drawing_of, missing, name_of, result_called, running, runs
from wattstone.workflows.access.policy import Act
from wattstone.workflows.stores import Document

if TYPE_CHECKING:
    from wattstone.interfaces.present.charts.base import Drawing
    from wattstone.interfaces.serving.request import Here
    from wattstone.interfaces.web.results import Result

SIZE = 50
_TYPES = {
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_HOMES = {
    "inventory": ("report", "/report/documents", mark("Documents")),
    "statement": ("report", "/report/statement", mark("Statement")),
    "check": ("report", "/report/checks", mark("Checks and release")),
    "change": ("report", "/report/change", mark("Change")),
    "detection": ("action", "/action", mark("Opportunities")),
    "savings": ("action", "/action/savings", mark("Savings")),
    "plant": ("action", "/action/plant", mark("Cold and heat")),
    "replay": ("action", "/action/plant", mark("Cold and heat")),
    "air": ("action", "/action/air", mark("Compressed air")),
    "improvement": ("action", "/action/air", mark("Compressed air")),
    "plan": ("action", "/action/microgrid", mark("Microgrid")),
    "backtest": ("action", "/action/microgrid", mark("Microgrid")),
    "programme_report": ("programme", "/programme", mark("Programme")),
    "size": ("action", "/action/microgrid", mark("Microgrid")),
}


@page("/report/documents", name="documents", place="report", title=mark("Documents"), tab=mark("Documents"),
      act=Act.READ, order=30)  # fmt: skip
def listed(here: "Here", kind: str = "", page: int = 1) -> Response:
    """All documents, newest first."""
    t = translator(here.lang)
    found = runs(here, [kind] if kind in KIND_WORDS else list(KIND_WORDS))
    number = max(1, min(page, (len(found) - 1) // SIZE + 1)) if found else 1
    shown = found[(number - 1) * SIZE : number * SIZE]
    heads = (Head(t("Document")), Head(t("Kind")), Head(t("Of")), Head(t("Made")), Head(t("By")))
    zone = zone_here(here)
    table = Table(heads, tuple(_row(here, one, zone) for one in shown))
    return render(
        here, "pages/documents.html.j2", documents=shown, table=table, count=len(found), number=number, size=SIZE,
        running=running(here, ["report", "export"]), readings=bool(here.workspace.lake.parts("readings")),
    )  # fmt: skip


def _row(here: "Here", one: Document, zone: str) -> tuple[Cell, ...]:
    t = translator(here.lang)
    return (
        Cell(one.title, href=link(here, f"/documents/{name_of(one)}")),
        Cell(t(KIND_WORDS.get(one.kind, one.kind))),
        Cell(one.subject),
        Cell(moment_words(one.made, zone, here.lang)),
        Cell(str(one.facts.get("who", ""))),
    )


@page("/documents/{name}", name="document", place="report", title=mark("Document"), act=Act.READ)
def show(here: "Here", name: str) -> Response:
    """A document in the shell."""
    t, result = translator(here.lang), result_called(here, name)
    if result is None:
        return missing(here)
    _, path, words = _HOMES.get(result.about.kind, ("report", "/report/documents", mark("Documents")))
    return render(
        here, "pages/document.html.j2", title=result.report.title, trail=[(t(words), link(here, path))], result=result,
        zone=zone_here(here), documents=runs(here, [result.about.kind], result.about.subject), name_of=name_of,
    )  # fmt: skip


@chart("/documents/{name}/charts/{key}", act=Act.READ)
def drawing(here: "Here", name: str, key: str) -> "Drawing | None":
    """A chart of a document."""
    return drawing_of(result_called(here, name), key)


@part("/documents/{name}/files/{form}", act=Act.EXPORT)
def file(here: "Here", name: str, form: str) -> Response:
    """A document as a file, made when it is asked for."""
    result = result_called(here, name)
    if result is None or form not in _TYPES:
        return missing(here)
    from datetime import UTC

    from wattstone.interfaces.jobs.documents import book_of
    from wattstone.interfaces.present.html import render_page
    from wattstone.interfaces.present.pdf import print_report
    from wattstone.interfaces.present.xlsx import report_book

    made = result.about.made.replace(tzinfo=UTC)
    content = (
        print_report(result.report, made=made)
        if form == "pdf"
        else render_page(result.report).encode()
        if form == "html"
        else here.workspace.records.document_content(book_of(result.about.id))
        or report_book(result.report, made=result.about.made)
    )
    headers = {
        "Content-Disposition": f'attachment; filename="{_name(result)}.{form}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=_TYPES[form], headers=headers)


def _name(result: "Result") -> str:
    """What a saved file is called: what it is of, its language and its day, so that none takes another's place."""
    about = result.about
    words = re.findall(r"[A-Za-z0-9]+", about.subject[:60])
    kind = [] if about.kind == "programme_report" else [about.kind]  # its subject begins with the module
    return "-".join([*kind, *words, result.report.lang, f"{about.made:%Y-%m-%d}"])


@part("/takeaways/{address}", act=Act.EXPORT)
def takeaway(here: "Here", address: str) -> Response:
    """A table that somebody asked for, for nobody else."""
    from wattstone.interfaces.jobs.takeaway import fetched

    path = fetched(here.tenant.root, address, here.principal)
    if path is None:
        return missing(here)
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
    return FileResponse(path, filename=path.name, media_type="application/octet-stream", headers=headers)
