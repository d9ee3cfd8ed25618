"""A climate report for those who change words: a DOCX with real headings, captions, page numbers and marked doubts.

Figures stay what they are: a number links to the evidence at the end, where its id stands. What is stale, restated or
not recorded carries its word in colour and a comment; what is left out or not reviewed stands in a box.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Final

from wattstone.interfaces.present.content import Cell, Table
from wattstone.interfaces.present.disclosure.content import (
    Block,
    Book,
    Box,
    Index,
    Listing,
    Numbers,
    Paragraph,
    Picture,
    Piece,
    Quote,
    Section,
    Subheading,
    TableBlock,
)
from wattstone.interfaces.present.disclosure.docx_columns import shares
from wattstone.interfaces.present.disclosure.docx_parts import Paper

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph as Line

__all__ = ["to_docx"]

_EVIDENCE: Final = (0.38, 0.07, 0.17, 0.13, 0.25)
_INDEX: Final = (0.12, 0.15, 0.3, 0.07, 0.13, 0.23)
"""Parts of a line that columns take."""


def to_docx(book: Book) -> bytes:
    """A climate report as a DOCX.

    Parameters
    ----------
    book : Book

    Returns
    -------
    bytes
        The same book gives the same bytes. Tables of contents and page numbers are
        fields: a word processor fills them in when it opens the file, or by F9.
    """
    writing = _Writing(book)
    writing.whole()
    out = BytesIO()
    writing.paper.save(out)
    return out.getvalue()


class _Writing:
    """A document in the making."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.paper = Paper(book)
        self._known = {row[-1].text for row in book.evidence.rows if row[-1].text}

    def whole(self) -> None:
        book, words = self.book, self.book.words
        self._cover()
        self.paper.turn()
        self._part("summary", words["summary"])
        self._blocks(book.summary)
        self._table(book.overview)
        for chapter in book.chapters:
            self._part(chapter.key, f"{chapter.number} {chapter.title}")
            for section in chapter.sections:
                self._section(section)
        for one in book.indexes:
            self._index(one)
        if book.crosswalk is not None:
            self._part("crosswalk", words["crosswalk"])
            self._table(book.crosswalk)
        self._part("evidence", words["evidence"])
        self.paper.line(words["figures-note"], "Soft")
        self._evidence()
        for key, table in (("sources", book.sources), ("findings", book.findings)):
            if table is not None:
                self._part(key, words[key])
                self._table(table)
        if book.limits:
            self._part("limits", words["limits"])
            for one in book.limits:
                self.paper.line(one, "List Bullet")
        self._part("verify", words["verify"])
        self._blocks(book.verify)
        self._facts()

    def _cover(self) -> None:
        book, paper = self.book, self.paper
        if book.banner:
            paper.line(book.banner, "Warning")
        paper.line(book.organisation, "Subtitle")
        paper.line(book.title, "Title")
        paper.line(book.standard)
        paper.line(book.edition, "Warning" if book.draft else "Soft")
        paper.line(book.words["contents"], "TOC Heading")
        paper.contents(book.words["contents"])

    def _part(self, key: str, title: str) -> None:
        self.paper.heading(title, 1, key)

    def _section(self, one: Section) -> None:
        self.paper.heading(f"{one.number} {one.title}", 2, one.key)
        owner = (f"{self.book.words['owner']}: {one.owner}",) if one.owner else ()
        self.paper.line(" · ".join((one.status_words, *one.requirements, *owner)), "Soft", keep=True)
        self._blocks(one.blocks)

    def _blocks(self, held: Iterable[Block], style: str | None = None) -> None:
        for one in held:
            match one:
                case Paragraph(pieces):
                    self._pieces(self.paper.paragraph(style), pieces)
                case Subheading(level, pieces):
                    self._pieces(self.paper.heading("", min(level, 6), ""), pieces)
                case Listing():
                    self._listing(one)
                case Quote(blocks):
                    self._blocks(blocks, "Quote")
                case TableBlock(_, table):
                    self._table(table)
                case Picture(drawing):
                    self.paper.picture(drawing)
                case Numbers(numbers):
                    for number in numbers:
                        line = self.paper.paragraph("List Bullet")
                        line.add_run(f"{number.label}: ")
                        self._pieces(line, (number.value,))
                        rest = "; ".join(each for each in (number.interval, number.note) if each)
                        line.add_run(f" ({rest})" if rest else "")
                case Box():
                    self._box(one)

    def _listing(self, one: Listing, depth: int = 1) -> None:
        style = ("List Number" if one.ordered else "List Bullet") + (f" {min(depth, 3)}" if depth > 1 else "")
        number = self.paper.numbering(style, one.start) if one.ordered else None
        for item in one.items:
            for place, block in enumerate(item):
                if isinstance(block, Listing):
                    self._listing(block, depth + 1)
                elif isinstance(block, Paragraph) and not place:
                    line = self.paper.paragraph(style)
                    self.paper.numbered(line, number)
                    self._pieces(line, block.pieces)
                else:
                    self._blocks((block,), "List Continue")

    def _box(self, one: Box) -> None:
        self.paper.line(one.title, "Box title", keep=True)
        for place, line in enumerate(one.lines, 1):
            self.paper.line(line, "Box", keep=place < len(one.lines))

    def _pieces(self, line: "Line", pieces: Iterable[Piece]) -> None:
        for one in pieces:
            target = f"f-{one.figure}" if one.figure in self._known else ""
            runs = self.paper.run(line, one.text, target=target, href="" if one.figure else one.href)
            runs.bold, runs.italic = one.strong or None, one.emphasis or None
            if one.code:
                self.paper.code(runs)
            if one.mark or one.state == "missing":
                self.paper.doubt(line, f" ({one.mark})" if one.mark else "", runs if one.state == "missing" else None)

    def _table(self, table: Table) -> None:
        self.paper.caption(table.title)
        numeric = [head.numeric for head in table.heads]
        made = self.paper.table([head.text for head in table.heads], numeric, shares(table))
        for row in table.rows:
            self._row(made, row)
        if table.note:
            self.paper.line(table.note, "Soft")
        else:
            self.paper.gap()

    def _evidence(self) -> None:
        """Every figure with its id, under what it has in common with others."""
        words = self.book.words
        heads = [words[name] for name in ("figure", "period", "value", "interval", "id")]
        made = self.paper.table(heads, [False, False, True, False, False], _EVIDENCE)
        for part in self.book.grouped:
            if part.title:
                self.paper.across(made, part.title, "strong")
            for group in part.groups:
                self.paper.across(made, " · ".join(one for one in (group.title, *group.about) if one), "soft")
                for one in group.rows:
                    lines = list(self.paper.row(made, f"f-{one.id}" if one.id else ""))
                    for line, text in zip(lines, (one.name, one.period, one.value, one.interval), strict=False):
                        self.paper.run(line, text)
                    self.paper.right(lines[2])
                    self.paper.code(self.paper.run(lines[-1], one.id))
        self.paper.gap()

    def _row(self, table: object, row: Sequence[Cell]) -> None:
        for cell, line in zip(row, self.paper.row(table, ""), strict=True):
            target = f"f-{cell.figure}" if cell.figure in self._known else ""
            run = self.paper.run(line, cell.text, target=target, href=cell.href or "")
            if cell.code:
                self.paper.code(run)
            if cell.numeric:
                self.paper.right(line)

    def _index(self, one: Index) -> None:
        words = self.book.words
        self._part(f"index-{one.key}", f"{words['index']}: {one.title}")
        if one.note:
            self.paper.line(one.note, "Soft")
        heads = ["requirement", "section", "where", "page", "status", "reason"]
        made = self.paper.table([words[name] for name in heads], [False] * len(heads), _INDEX)
        for row in one.rows:
            lines = list(self.paper.row(made, ""))
            said = (row.requirement, row.section, row.status_words, row.reason)
            for line, text in zip((*lines[:2], *lines[4:]), said, strict=True):
                self.paper.run(line, text)
            if not row.targets:
                self.paper.run(lines[2], words["none"])
            for place, target in enumerate(row.targets):
                before = "\n" if place else ""
                self.paper.run(lines[2], f"{before}{target.number} {target.title}", target=target.key)
                self.paper.page_of(lines[3], target.key, before)

    def _facts(self) -> None:
        self._part("facts", self.book.words["facts"])
        made = self.paper.table([], [False, False], (0.25, 0.75))
        for told in self.book.facts:
            for line, said in zip(self.paper.row(made, ""), told, strict=True):
                self.paper.run(line, said)
        self.paper.apart()
