"""The report on paper: the same content as the page, set by Typst, offline."""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst

from wattstone.interfaces.present.charts import WIDE, Drawing
from wattstone.interfaces.present.content import Report, Section
from wattstone.interfaces.present.fonts import Choice, choose_fonts
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.paper_tables import printed_table
from wattstone.interfaces.present.report import build_report
from wattstone.interfaces.present.tokens import tokens
from wattstone.inventory.document import InventoryDocument

if TYPE_CHECKING:
    from typst import PDFStandard

_WIDTH = 165.0  # mm, of a drawing


def render_pdf(document: InventoryDocument, lang: Language, font_paths: Sequence[Path | str] = ()) -> bytes:
    """The report as a PDF.

    Parameters
    ----------
    document : InventoryDocument
        The inventory.
    lang : {'en', 'zh'}
    font_paths : sequence of Path or str
        Folders with fonts beside those of the system.

    Returns
    -------
    bytes

    Raises
    ------
    InputRefused
        If no font holds a character that the report contains: a PDF never leaves one out.
    """
    return print_report(build_report(document, lang), made=document.generated, font_paths=font_paths)


def print_report(report: Report, *, made: datetime, font_paths: Sequence[Path | str] = ()) -> bytes:
    """A report as a PDF.

    Parameters
    ----------
    report : Report
        What it says.
    made : datetime
        When; the same report of the same time is the same file.
    font_paths : sequence of Path or str
        Folders with fonts beside those of the system.

    Returns
    -------
    bytes

    Raises
    ------
    InputRefused
        If no font holds a character that the report contains.
    """
    report = _on_paper(report)
    drawings = {drawing.key: drawing for drawing in _drawings(report)}
    pictures = {key: drawing.svg(WIDE) for key, drawing in drawings.items()}
    return set_paper("report.typ", _content(report), pictures, made=made, font_paths=font_paths)


def set_paper(
    template: str, content: dict[str, Any], pictures: Mapping[str, str], *, made: datetime,
    font_paths: Sequence[Path | str] = (), standards: Sequence["PDFStandard"] = (),
) -> bytes:  # fmt: skip
    """Content set by a template.

    Parameters
    ----------
    template : str
        Name of its file.
    content : dict
        What the template reads as data: no text of it is taken for markup. `families` is added to it.
    pictures : mapping of str to str
        SVG by name of file, without its ending.
    made : datetime
        When; the same content of the same time is the same file.
    font_paths : sequence of Path or str
        Folders with fonts beside those of the system.
    standards : sequence of str
        Kinds of PDF that the file has to be, as `ua-1`.

    Returns
    -------
    bytes

    Raises
    ------
    InputRefused
        If no font holds a character of the content or of a picture.
    """
    choice = choose_fonts([*_texts(content), *pictures.values()], font_paths)
    content = {**content, "families": list(choice.families)}
    with tempfile.TemporaryDirectory(prefix="wattstone-") as folder:
        return _compile(Path(folder), template, content, pictures, choice, made, standards)


def _compile(
    folder: Path, template: str, content: dict[str, Any], pictures: Mapping[str, str], choice: Choice, made: datetime,
    standards: Sequence["PDFStandard"],
) -> bytes:  # fmt: skip
    (folder / "data.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    for key, svg in pictures.items():
        (folder / f"{key}.svg").write_text(choice.in_drawing(svg), encoding="utf-8")
    for name in (template, "tables.typ"):
        (folder / name).write_bytes(files("wattstone.interfaces.present").joinpath("templates", name).read_bytes())
    paper = typst.compile(
        str(folder / template), root=str(folder), font_paths=choice.fonts, format="pdf",
        timestamp=int(made.timestamp()), pdf_standards=list(standards),
    )  # fmt: skip
    assert isinstance(paper, bytes)
    return paper


def _on_paper(report: Report) -> Report:
    """Paper folds nothing out: the tables behind the drawings come as a part of their own, before the evidence."""
    t = translator(report.lang)
    parts = tuple(one for one in report.sections if one.key != "evidence")
    evidence = tuple(one for one in report.sections if one.key == "evidence")
    tables = tuple(replace(one.table, title=one.title) for one in _drawings(report) if one.printed)
    behind = (Section("behind", t("The numbers behind the charts"), tables=tables),) if tables else ()
    return replace(report, sections=(*parts, *behind, *evidence))


def _drawings(report: Report) -> Iterator[Drawing]:
    if report.lead is not None:
        yield report.lead
    for section in report.sections:
        yield from section.drawings


def _content(report: Report) -> dict[str, Any]:
    t = translator(report.lang)
    kept = [table for one in report.sections if one.key == "evidence" for table in one.tables[:1]]
    anchors = [row[-1].text for table in kept for row in table.rows]
    return {
        "lang": report.lang,
        "title": report.title,
        "organisation": report.organisation,
        "banner": report.banner,
        "banner-short": t("Simulated data") if report.banner else "",
        "sentence": _parts(report.sentence),
        "headlines": [asdict(line) for line in report.headlines],
        "lead": _drawing(report.lead) if report.lead else None,
        "steps": [asdict(step) for step in report.steps],
        "sections": [_section(section) for section in report.sections],
        "facts": [list(fact) for fact in report.facts],
        "signing": asdict(report.signing) if report.signing else None,
        "words": report.words,
        "anchors": dict.fromkeys(anchors, 1),
        "look": tokens().light,
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "key": section.key,
        "title": section.title,
        "notice": section.notice,
        "paragraphs": [_parts(paragraph) for paragraph in section.paragraphs],
        "drawings": [_drawing(drawing) for drawing in section.drawings],
        "tables": [printed_table(table) for table in section.tables],
    }


def _drawing(drawing: Drawing) -> dict[str, Any]:
    words = {"key": drawing.key, "title": drawing.title, "subtitle": drawing.subtitle, "alt": drawing.alt}
    return {**words, "width": _WIDTH}


def _parts(parts: Sequence[Any]) -> list[Any]:
    return [part if isinstance(part, str) else asdict(part) for part in parts]


def _texts(content: Any) -> Iterator[str]:
    """Every text in the content, wherever it stands."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for value in content.values():  # pyright: ignore[reportUnknownVariableType]
            yield from _texts(value)
    elif isinstance(content, list | tuple):
        for value in content:  # pyright: ignore[reportUnknownVariableType]
            yield from _texts(value)
