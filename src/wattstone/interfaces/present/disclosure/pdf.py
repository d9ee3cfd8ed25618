"""The climate report on paper, set by Typst, offline: texts reach it as data, never as code."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from wattstone.interfaces.present.charts import WIDE, Drawing
from wattstone.interfaces.present.charts.base import HALF
from wattstone.interfaces.present.content import Table
from wattstone.interfaces.present.disclosure.content import (
    Block,
    Book,
    Box,
    EvidencePart,
    EvidenceRow,
    Index,
    IndexRow,
    Listing,
    Number,
    Numbers,
    Paragraph,
    Picture,
    Piece,
    Quote,
    Section,
    Subheading,
    TableBlock,
)
from wattstone.interfaces.present.disclosure.pairs import paired
from wattstone.interfaces.present.paper_tables import breakable, printed_table
from wattstone.interfaces.present.pdf import set_paper
from wattstone.interfaces.present.tokens import tokens

__all__ = ["to_pdf"]

_STANDARDS: Final = ("ua-1",)
"""Tagged, so that a reader for who does not see it finds headings, tables and the words for charts."""

_FRONT, _BACK = 2, 8  # lines of the contents before and after those of the chapters
_PLACES = 3  # of a finding that are named
_WHOLE = 9  # rows of a table that stays together on a page
_KEY = 32  # characters of a key or a shortened hash, which stay on a line
_LONG = 1200  # characters of a row that may be parted between pages


def to_pdf(book: Book, *, font_paths: Sequence[Path | str] = ()) -> bytes:
    """A climate report as a PDF.

    Parameters
    ----------
    book : Book
    font_paths : sequence of Path or str
        Folders with fonts beside those of the system.

    Returns
    -------
    bytes
        PDF/UA-1 with bookmarks; the same book of the same time is the same file.

    Raises
    ------
    InputRefused
        If no font holds a character that the report contains: a PDF never leaves one out.
    """
    content = _content(book)
    halves = set(_halves(content))
    pictures = {one.key: one.svg(HALF if one.key in halves else WIDE) for one in book.drawings()}
    return set_paper("climate.typ", content, pictures, made=book.made, font_paths=font_paths, standards=_STANDARDS)


def _content(book: Book) -> dict[str, Any]:
    anchors = [row.id for part in book.grouped for group in part.groups for row in group.rows if row.id]
    return {
        "lang": book.lang, "region": "CN" if book.lang == "zh" else "GB", "title": book.title,
        "organisation": book.organisation, "standard": book.standard, "edition": book.edition, "draft": book.draft,
        "banner": book.banner, "banner-short": book.banner_short,
        "summary": [_block(one) for one in book.summary],
        "headlines": [_headline(one) for one in book.headlines],
        "overview": _table(book.overview),
        "chapters": [
            {"key": one.key, "title": f"{one.number} {one.title}", "sections": list(map(_section, one.sections))}
            for one in book.chapters
        ],
        "indexes": [_index(one) for one in book.indexes],
        "crosswalk": _table(book.crosswalk) if book.crosswalk else None,
        "grouped": [_part(one) for one in book.grouped],
        "sources": _table(_on_lines(book.sources), unbroken=_KEY) if book.sources else None,
        "limits": list(book.limits),
        "findings": _table(_few(book.findings), unbroken=_KEY) if book.findings else None,
        "verify": [_block(one) for one in book.verify], "facts": [list(one) for one in book.facts],
        "words": book.words, "turn": _turn(book), "anchors": dict.fromkeys(anchors, 1),
        "keys": dict.fromkeys([*(one.key for one in book.chapters), *(one.key for one in book.sections())], 1),
        "look": tokens().light,
    }  # fmt: skip


def _section(section: Section) -> dict[str, Any]:
    return {
        "key": section.key, "title": f"{section.number} {section.title}", "asks": section.asks,
        "status": section.status, "status-words": section.status_words, "owner": section.owner,
        "requirements": ", ".join(section.requirements), "blocks": paired([_block(one) for one in section.blocks]),
    }  # fmt: skip


def _block(one: Block) -> dict[str, Any]:
    match one:
        case Paragraph(pieces):
            return {"kind": "paragraph", "pieces": _pieces(pieces)}
        case Subheading(level, pieces):
            return {"kind": "heading", "level": level - 1, "text": _plain(pieces)}
        case Listing(ordered, items, start):
            held = [[_block(each) for each in item] for item in items]
            return {"kind": "list", "ordered": ordered, "start": start, "items": held}
        case Quote(blocks):
            return {"kind": "quote", "blocks": [_block(each) for each in blocks]}
        case TableBlock(_, table):
            return {"kind": "table", "table": _table(table)}
        case Picture(drawing):
            return {"kind": "picture", **_drawing(drawing)}
        case Numbers(numbers):
            return {"kind": "numbers", "numbers": [_number(each) for each in numbers]}
        case Box():
            return {"kind": "box", "of": one.kind, "title": one.title, "lines": list(one.lines)}


def _pieces(pieces: Iterable[Piece]) -> list[dict[str, Any]]:
    return [_piece(one) for one in pieces]


def _piece(one: Piece) -> dict[str, Any]:
    return {
        "text": breakable(one.text, code=one.code), "strong": one.strong, "emphasis": one.emphasis, "code": one.code,
        "href": one.href, "figure": one.figure, "mark": one.mark, "missing": one.state == "missing",
    }  # fmt: skip


def _plain(pieces: Iterable[Piece]) -> str:
    return "".join(one.text + (f" ({one.mark})" if one.mark else "") for one in pieces)


def _number(one: Number) -> dict[str, Any]:
    return {"label": one.label, "value": _piece(one.value), "interval": one.interval, "note": one.note}


def _headline(one: Any) -> dict[str, Any]:
    value = _piece(Piece(text=one.value.text, figure=one.value.figure or ""))
    note = [part for part in (one.change, one.note) if part]
    return {"label": one.label, "value": value, "interval": one.interval, "note": " · ".join(note)}


def _part(part: EvidencePart) -> dict[str, Any]:
    groups = [{"title": one.title, "about": [breakable(each, code=True) for each in one.about],
               "rows": _series(one.rows)} for one in part.groups]  # fmt: skip
    return {"title": part.title, "key": part.key, "groups": groups}


def _series(rows: Sequence[EvidenceRow]) -> list[dict[str, Any]]:
    """Rows that follow each other under one name have it once: `span` is how many it stands for, 0 after the first."""
    made: list[dict[str, Any]] = []
    for _, some in groupby(rows, key=lambda row: (row.name, row.interval or row.id if row.interval else "")):
        held = list(some)
        made += [{**asdict(row), "span": 0 if at else len(held)} for at, row in enumerate(held)]
    return made


def _turn(book: Book) -> str:
    """The chapter with which the second column of the contents begins: the longer of both is as short as can be."""
    long = [1 + len(one.sections) for one in book.chapters]
    turns = range(1, len(long))
    best = min(turns, key=lambda turn: max(_FRONT + sum(long[:turn]), sum(long[turn:]) + _BACK), default=0)
    return book.chapters[best].key if best else ""


def _halves(content: dict[str, Any]) -> Iterator[str]:
    """Names of drawings that stand beside something."""
    for chapter in content["chapters"]:
        for section in chapter["sections"]:
            for pair in section["blocks"]:
                if pair["kind"] == "pair":
                    yield from (one["key"] for one in pair["blocks"] if one["kind"] == "picture")


def _drawing(drawing: Drawing) -> dict[str, Any]:
    return {"key": drawing.key, "title": drawing.title, "subtitle": drawing.subtitle, "alt": drawing.alt, "half": False}


def _table(table: Table, *, unbroken: int = 0) -> dict[str, Any]:
    """As the template takes it; rows stay whole on a page unless one is as long as a text."""
    longest = max((sum(len(cell.text) for cell in row) for row in table.rows), default=0)
    return {**printed_table(table, unbroken=unbroken), "rows-part": longest > _LONG, "whole": len(table.rows) <= _WHOLE}


def _on_lines(table: Table) -> Table:
    """Texts that stand below each other beside each other: a page is wider than a screen's column."""
    rows = tuple(tuple(replace(cell, text=cell.text.replace("\n", "  ")) for cell in row) for row in table.rows)
    return replace(table, rows=rows)


def _few(table: Table) -> Table:
    """Places of a finding, the first of many."""
    return replace(table, rows=tuple((replace(row[0], text=_first(row[0].text)), *row[1:]) for row in table.rows))


def _first(places: str) -> str:
    for mark in ("; ", "；"):
        held = places.split(mark)
        if len(held) > _PLACES:
            return mark.join([*held[:_PLACES], f"+ {len(held) - _PLACES}"])
    return places


def _index(index: Index) -> dict[str, Any]:
    return {
        "title": index.title, "note": index.note, "rows": [_index_row(one) for one in index.rows],
        "plain": not any(one.reason for one in index.rows),
    }  # fmt: skip


def _index_row(one: IndexRow) -> dict[str, Any]:
    targets = [{"key": each.key, "title": f"{each.number} {each.title}"} for each in one.targets]
    return {
        "requirement": breakable(one.requirement), "section": one.section, "targets": targets, "status": one.status,
        "status-words": one.status_words, "reason": one.reason,
    }  # fmt: skip
