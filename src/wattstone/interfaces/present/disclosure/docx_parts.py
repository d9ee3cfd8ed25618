"""Pieces of a DOCX that python-docx has no word for: fields, bookmarks, links within, repeated heads, fonts of Chinese.

References
----------
.. [1] ECMA-376, "Office Open XML File Formats," part 1, WordprocessingML.
"""

import hashlib
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.text.paragraph import Paragraph as Line
from docx.text.run import Run

from wattstone.interfaces.present.charts.base import Drawing
from wattstone.interfaces.present.disclosure.content import Book
from wattstone.interfaces.present.disclosure.docx_styles import PICTURE, WIDTH, colour, element, language, set_styles

__all__ = ["Paper"]

_PROPERTY: Final = 255  # characters of a property of a document
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_REFUSED: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Paper:
    """A document, by parts.

    Parameters
    ----------
    book : Book
        Whose title, marks and language it carries.
    """

    def __init__(self, book: Book) -> None:
        self._book = book
        self._document: Any = Document()
        self._bookmarks = 0
        self._tables = 0
        self._figures = 0
        self._set_up()

    def save(self, out: BytesIO) -> None:
        """Write it, the same bytes for the same book."""
        raw = BytesIO()
        self._document.save(raw)
        with zipfile.ZipFile(raw) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
            for name in made.namelist():
                told = zipfile.ZipInfo(name, _EPOCH)
                told.compress_type = zipfile.ZIP_DEFLATED
                kept.writestr(told, made.read(name))

    # ---- text ----

    def paragraph(self, style: str | None = None) -> Line:
        """An empty paragraph."""
        return self._document.add_paragraph(style=style)

    def line(self, text: str, style: str | None = None, *, keep: bool = False) -> Line:
        """A paragraph of plain text; `keep` holds it on the page of the next."""
        made = self.paragraph(style)
        made.add_run(_clean(text))
        made.paragraph_format.keep_with_next = keep or None
        return made

    def heading(self, text: str, level: int, key: str) -> Line:
        """A heading with a bookmark."""
        made: Line = self._document.add_heading(_clean(text), level)
        if key:
            self._bookmark(made, key)
        return made

    def run(self, line: Line, text: str, *, target: str = "", href: str = "") -> Run:
        """Text at the end of a paragraph; a link where there is a bookmark or an address that it leads to."""
        run: Run = line.add_run(_clean(text))
        within = target or (href[1:] if href.startswith("#") else "")
        if not within and not href:
            return run
        link: Any = element("w:hyperlink")
        if within:
            link.set(qn("w:anchor"), _name(within))
        else:
            link.set(qn("r:id"), self._relation(href))
        held = _xml(run)
        held.addprevious(link)
        link.append(held)
        held.style = "Link"
        return Run(held, line)

    def code(self, run: Run) -> None:
        """Set a run as an id, a hash or a command."""
        _xml(run).style = "Code"

    def doubt(self, line: Line, text: str, said: Run | None) -> None:
        """What a reader must not overlook of the number before: in colour, and as a comment."""
        run = said if said is not None else line.add_run(text)
        run.font.color.rgb = colour("watch")
        told = (text or run.text).strip(" ()")
        comment = self._document.add_comment(run, text=told, author="Wattstone", initials="W")
        comment._comment_elm.set(qn("w:date"), f"{_utc(self._book.made).isoformat()}Z")  # noqa: SLF001

    def right(self, line: Line) -> None:
        """Align to the right."""
        line.alignment = 2  # pyright: ignore[reportAttributeAccessIssue]

    def numbering(self, style: str, start: int) -> int | None:
        """A list whose numbers begin anew."""
        own = self._document.styles[style].element.find(f".//{qn('w:numId')}")
        held = self._document.part.numbering_part.element
        if own is None:
            return None
        abstract = held.num_having_numId(int(own.get(qn("w:val")))).abstractNumId.val
        made = held.add_num(abstract)
        made.add_lvlOverride(ilvl=0).add_startOverride(start)
        return made.numId

    def numbered(self, line: Line, number: int | None) -> None:
        """Put a paragraph into such a list."""
        if number is not None:
            held: Any = _xml(line).get_or_add_pPr().get_or_add_numPr()
            held.get_or_add_ilvl().val = 0
            held.get_or_add_numId().val = number

    # ---- tables and pictures ----

    def caption(self, title: str) -> None:
        """`Table 3: title`, counted by a field; nothing where there is no title."""
        if not title:
            return
        self._tables += 1
        self._counted("Table", self._tables, title)

    def _counted(self, kind: str, number: int, title: str) -> None:
        made = self.paragraph("Caption")
        made.paragraph_format.keep_with_next = True
        made.add_run(f"{self._book.words[f'caption-{kind.lower()}']} ")
        _field(made, f" SEQ {kind} \\* ARABIC ", str(number))
        made.add_run(f": {_clean(title)}" if self._book.lang == "en" else f"：{_clean(title)}")

    def table(self, heads: Sequence[str], numeric: Sequence[bool], widths: Sequence[float] = ()) -> Any:
        """An empty table, whose head is repeated on each page; `widths` are parts of a line."""
        self.apart()
        made: Any = self._document.add_table(rows=0, cols=len(numeric))
        made.style = "Report table"
        made.autofit = not widths
        for column, width in zip(_xml(made).tblGrid, widths, strict=False):
            column.set(qn("w:w"), str(round(width * WIDTH.twips)))
        if heads:
            for line, head, right in zip(self.row(made, "", head=True), heads, numeric, strict=True):
                line.add_run(_clean(head)).bold = True
                if right:
                    self.right(line)
        return made

    def gap(self) -> None:
        """Air behind a table."""
        self.paragraph("Gap")

    def across(self, table: Any, text: str, style: str) -> None:
        """A row of one cell that says what the rows below it have in common; it stays with the next."""
        lines = list(self.row(table, ""))
        line, cells = lines[0], [_xml(one).getparent() for one in lines]
        for cell in cells[1:]:
            cell.getparent().remove(cell)
        about, span = element("w:tcPr"), element("w:gridSpan")
        span.set(qn("w:val"), str(len(cells)))
        about.append(span)
        cells[0].insert(0, about)
        self.run(line, text).bold = style == "strong" or None
        line.paragraph_format.keep_with_next = True
        if style == "soft":
            line.runs[0].font.color.rgb = colour("ink-soft")

    def turn(self) -> None:
        """Begin a page."""
        self._document.add_page_break()

    def apart(self) -> None:
        """A line behind a table: two that touch become one, and none may be the last of a document."""
        body = [one for one in _xml(self._document).body if one.tag != qn("w:sectPr")]
        if body and body[-1].tag == qn("w:tbl"):
            self.paragraph("Soft")

    def row(self, table: Any, key: str, *, head: bool = False) -> Iterator[Line]:
        """A row at the end; the paragraphs of its cells, which no page breaks apart."""
        made: Any = element("w:tr")
        about: Any = element("w:trPr")
        about.append(element("w:cantSplit"))
        if head:
            about.append(element("w:tblHeader"))
        made.append(about)
        lines: list[Line] = []
        for _ in range(len(_xml(table).tblGrid)):
            cell: Any = element("w:tc")
            text: Any = element("w:p")
            cell.append(text)
            made.append(cell)
            lines.append(Line(text, table))
            text.style = (
                "Cell"  # by its id: python-docx looks a name up among all styles, which takes longer than the rest
            )
        _xml(table).append(made)
        if key:
            self._bookmark(lines[-1], key)
        return iter(lines)

    def picture(self, drawing: Drawing) -> None:
        """A chart with its caption, and its words for those who do not see it."""
        import vl_convert

        made = self.paragraph()
        made.paragraph_format.keep_with_next = True
        pixels = BytesIO(vl_convert.svg_to_png(drawing.svg(), scale=2))
        shape: Any = made.add_run().add_picture(pixels, width=PICTURE)
        shape._inline.docPr.set("descr", _clean(drawing.alt))  # noqa: SLF001
        self._figures += 1
        self._counted("Figure", self._figures, drawing.title)
        if drawing.subtitle:
            self.line(drawing.subtitle, "Soft")

    # ---- fields ----

    def contents(self, title: str) -> None:
        """The table of contents as a field that already holds its entries; pages are filled in when it is opened."""
        first = True
        entries = [each for chapter in self._book.chapters for each in (
            (chapter.key, f"{chapter.number} {chapter.title}", 1),
            *((one.key, f"{one.number} {one.title}", 2) for one in chapter.sections),
        )]  # fmt: skip
        for key, text, level in entries:
            line = self.paragraph(f"Contents {level}")
            if first:
                _mark(line, "begin")
                _instruction(line, ' TOC \\o "1-2" \\h \\z \\u ')
                _mark(line, "separate")
                first = False
            _xml(self.run(line, text, target=key)).style = None
            line.add_run("\t")
            self.page_of(line, key, "")
        last = self.line("" if entries else title)
        if not first:
            _mark(last, "end")

    def page_of(self, line: Line, key: str, before: str) -> None:
        """The page of a bookmark, by a field."""
        line.add_run(before)
        _field(line, f" PAGEREF {_name(key)} \\h ", "–")

    # ---- the ground ----

    def _bookmark(self, line: Line, key: str) -> None:
        self._bookmarks += 1
        for kind in ("w:bookmarkStart", "w:bookmarkEnd"):
            made: Any = element(kind)
            made.set(qn("w:id"), str(self._bookmarks))
            if kind == "w:bookmarkStart":
                made.set(qn("w:name"), _name(key))
            _xml(line).append(made)

    def _relation(self, address: str) -> str:
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
        return self._document.part.relate_to(address, kind, is_external=True)

    def _set_up(self) -> None:
        book, document = self._book, self._document
        about = document.core_properties
        told = {"title": book.title, "author": book.organisation, "subject": book.standard, "category": book.edition}
        for name, text in told.items():
            setattr(about, name, _clean(text)[:_PROPERTY])
        about.language, about.comments = language(book.lang), ""
        about.created = about.modified = _utc(book.made)
        about.last_modified_by, about.revision = "Wattstone", 1
        set_styles(document.styles, book.lang)
        settings: Any = document.settings.element
        update: Any = element("w:updateFields")
        update.set(qn("w:val"), "true")
        after = (settings.find(qn(f"w:{name}")) for name in ("hdrShapeDefaults", "footnotePr", "endnotePr", "compat"))
        place = next((one for one in after if one is not None), None)
        if place is None:
            settings.append(update)
        else:
            place.addprevious(update)  # a word processor may refuse settings that stand in another order
        self._page()

    def _page(self) -> None:
        """Size, head and foot of every page: whose report it is, draft or edition, simulated or not, the page."""
        book, section = self._book, self._document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(20)
        head = section.header.paragraphs[0]
        head.style = "Soft"
        head.add_run(_clean(f"{book.organisation} · {book.title}"))
        foot = section.footer.paragraphs[0]
        foot.style = "Soft"
        foot.paragraph_format.tab_stops.add_tab_stop(WIDTH, 2)  # pyright: ignore[reportArgumentType]
        marks = foot.add_run(_clean(" · ".join(one for one in (book.edition, book.banner_short) if one)) + "\t")
        if book.draft or book.banner_short:
            marks.bold, marks.font.color.rgb = True, colour("watch")
        _field(foot, " PAGE ", "1")
        foot.add_run(" / ")
        _field(foot, " NUMPAGES ", "1")


def _field(line: Line, instruction: str, result: str) -> None:
    _mark(line, "begin")
    _instruction(line, instruction)
    _mark(line, "separate")
    line.add_run(result)
    _mark(line, "end")


def _mark(line: Line, kind: str) -> None:
    made: Any = element("w:fldChar")
    made.set(qn("w:fldCharType"), kind)
    _xml(line.add_run()).append(made)


def _instruction(line: Line, said: str) -> None:
    made: Any = element("w:instrText")
    made.set(qn("xml:space"), "preserve")
    made.text = said
    _xml(line.add_run()).append(made)


def _xml(piece: Any) -> Any:
    """What python-docx wraps: where it has no word for something, the element itself is changed."""
    return piece._element  # noqa: SLF001


def _name(key: str) -> str:
    """A bookmark's name: letters, digits and `_`, forty at most."""
    bare = "b_" + re.sub(r"[^A-Za-z0-9]", "_", key)
    return bare if len(bare) <= 40 else bare[:31] + "_" + hashlib.sha256(key.encode()).hexdigest()[:8]


def _clean(text: str) -> str:
    return _REFUSED.sub("\N{REPLACEMENT CHARACTER}", text)


def _utc(moment: datetime) -> datetime:
    return (moment.astimezone(UTC) if moment.tzinfo else moment).replace(tzinfo=None, microsecond=0)
