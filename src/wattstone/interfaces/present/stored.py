"""Reports as they are kept: every text, table and chart of a page in one blob, to be shown again without computing.

A drawing is kept as its Vega-Lite specification for a wide and for a narrow screen, with its words and its table; the
function that drew it is not needed any more.
"""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.present.content import Cell, Head, Headline, Report, Section, Signing, Step, Table, linked

if TYPE_CHECKING:
    from wattstone.interfaces.present.charts.base import Drawing

VERSION = 1
LARGEST = 64 * 2**20  # bytes unpacked; the largest page of an estate of 50,000 sites has a tenth of it

Part = str | Cell
Content = dict[str, Any]


def freeze(report: Report) -> bytes:
    """Keep a report.

    Parameters
    ----------
    report : Report
        In one language.

    Returns
    -------
    bytes
        JSON, compressed; the same report gives the same bytes.
    """
    content = {"version": VERSION, "report": _report(report)}
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)


def thaw(blob: bytes) -> Report:
    """A report that was kept.

    Parameters
    ----------
    blob : bytes
        From `freeze`.

    Returns
    -------
    Report
        Its drawings are ready for a wide and for a narrow screen; at any width they give the nearer of the two.

    Raises
    ------
    InputRefused
        If it was kept by another version of Wattstone, or is no report.
    """
    try:
        with gzip.open(_stream(blob)) as packed:
            text = packed.read(LARGEST + 1)
        content = json.loads(text) if len(text) <= LARGEST else None
    except (OSError, EOFError, ValueError):
        content = None
    version = cast("Content", content).get("version") if isinstance(content, dict) else None
    if version != VERSION:
        raise InputRefused([_other(version)])
    return _thawed(cast("Content", content)["report"])


def figures_of(report: Report) -> tuple[str, ...]:
    """Ids of the figures that a report shows, each once, in the order in which they are met."""
    return tuple(dict.fromkeys(_figures(report)))


def drawings_of(report: Report) -> "Iterator[Drawing]":
    """Every drawing of a report, the one of the first screen first."""
    if report.lead is not None:
        yield report.lead
    for section in report.sections:
        yield from section.drawings


def _figures(report: Report) -> Iterator[str]:
    yield from linked(report.sentence)
    yield from linked([line.value for line in report.headlines])
    for section in report.sections:
        for paragraph in section.paragraphs:
            yield from linked(paragraph)
        for table in section.tables:
            yield from _linked_in(table)
    for drawing in drawings_of(report):
        yield from _linked_in(drawing.table)


def _linked_in(table: Table) -> Iterator[str]:
    for row in table.rows:
        yield from linked(row)


def _report(report: Report) -> Content:
    signing = report.signing
    return {
        "lang": report.lang,
        "title": report.title,
        "organisation": report.organisation,
        "banner": report.banner,
        "sentence": _parts(report.sentence),
        "headlines": [[one.label, _part(one.value), one.interval, one.change, one.note] for one in report.headlines],
        "lead": None if report.lead is None else _drawing(report.lead),
        "steps": [[one.action, one.why] for one in report.steps],
        "sections": [_section(one) for one in report.sections],
        "facts": [list(one) for one in report.facts],
        "words": report.words,
        "signing": None if signing is None else [signing.title, signing.statement, signing.roles, signing.blanks],
    }


def _section(section: Section) -> Content:
    return {
        "key": section.key,
        "title": section.title,
        "paragraphs": [_parts(one) for one in section.paragraphs],
        "drawings": [_drawing(one) for one in section.drawings],
        "tables": [_table(one) for one in section.tables],
        "notice": section.notice,
    }


def _drawing(drawing: "Drawing") -> Content:
    from wattstone.interfaces.present.charts.base import NARROW, WIDE

    return {
        "key": drawing.key,
        "title": drawing.title,
        "subtitle": drawing.subtitle,
        "alt": drawing.alt,
        "table": _table(drawing.table),
        "printed": drawing.printed,
        "wide": drawing.specification(WIDE),
        "narrow": drawing.specification(NARROW),
    }


def _table(table: Table) -> Content:
    return {
        "heads": [[one.text, int(one.numeric)] for one in table.heads],
        "rows": [_parts(row) for row in table.rows],
        "note": table.note,
        "title": table.title,
    }


def _parts(parts: Iterable[Part]) -> list[Any]:
    return [_part(one) for one in parts]


def _part(part: Part) -> Any:
    """A text as itself; a cell as a list that ends where the rest is plain."""
    if isinstance(part, str):
        return part
    fields = [part.text, part.figure, int(part.numeric), int(part.code), part.href]
    while len(fields) > 1 and not fields[-1]:
        fields.pop()
    return fields


def _thawed(kept: Content) -> Report:
    lead, signing = kept["lead"], kept["signing"]
    return Report(
        lang=kept["lang"],
        title=kept["title"],
        organisation=kept["organisation"],
        banner=kept["banner"],
        sentence=_parted(kept["sentence"]),
        headlines=tuple(Headline(one[0], _celled(one[1]), *one[2:]) for one in kept["headlines"]),
        lead=None if lead is None else _drawn(lead),
        steps=tuple(Step(*one) for one in kept["steps"]),
        sections=tuple(_sectioned(one) for one in kept["sections"]),
        facts=tuple((name, value) for name, value in kept["facts"]),
        words=kept["words"],
        signing=None if signing is None else Signing(signing[0], signing[1], tuple(signing[2]), tuple(signing[3])),
    )


def _sectioned(kept: Content) -> Section:
    return Section(
        kept["key"],
        kept["title"],
        paragraphs=tuple(_parted(one) for one in kept["paragraphs"]),
        drawings=tuple(_drawn(one) for one in kept["drawings"]),
        tables=tuple(_tabled(one) for one in kept["tables"]),
        notice=kept["notice"],
    )


def _drawn(kept: Content) -> "Drawing":
    from wattstone.interfaces.present.charts.kept import KeptDrawing

    words = {name: kept[name] for name in ("key", "title", "subtitle", "alt", "printed")}
    return KeptDrawing.of(kept["wide"], kept["narrow"], **words, table=_tabled(kept["table"]))


def _tabled(kept: Content) -> Table:
    heads = tuple(Head(text, bool(numeric)) for text, numeric in kept["heads"])
    rows = tuple(tuple(_celled(cell) for cell in row) for row in kept["rows"])
    return Table(heads, rows, kept["note"], kept["title"])


def _parted(kept: Sequence[Any]) -> tuple[Part, ...]:
    return tuple(one if isinstance(one, str) else _celled(one) for one in kept)


def _celled(kept: Sequence[Any]) -> Cell:
    figure, numeric, code, href = (*kept[1:], *(None,) * (5 - len(kept)))
    return Cell(kept[0], figure or None, bool(numeric), bool(code), href or None)


def _stream(blob: bytes) -> Any:
    from io import BytesIO

    return BytesIO(blob)


def _other(version: Any) -> Finding:
    params: Mapping[str, Any] = {"version": "?" if version is None else version, "ours": VERSION}
    return Finding(
        code="document.version",
        place="stored document",
        found="it is kept in form {version}, which this version of Wattstone does not read",
        params=params,
        expected="form {ours}",
        remedy="make the document again; what it was made from is still there",
    )
