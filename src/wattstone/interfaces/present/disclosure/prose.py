"""Texts of a report with their placeholders filled in; what comes out is still data, and every form escapes it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from wattstone.disclosure.narratives import nodes
from wattstone.disclosure.narratives.markdown import blocks
from wattstone.disclosure.narratives.placeholders import Placeholder
from wattstone.disclosure.statement import Shown
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.disclosure.content import (
    Block,
    Listing,
    Paragraph,
    Piece,
    Quote,
    Subheading,
    TableBlock,
)
from wattstone.interfaces.present.disclosure.words import band_words, number_words, state_words
from wattstone.interfaces.present.languages import Language, translator

__all__ = ["Filling", "figure_piece", "figure_pieces", "filled"]

_LOWEST = 6
_INTERVAL = re.compile(r"\s*[(（][^()（）]*[)）]\s*")
_PLAIN = Piece(text="")


@dataclass(frozen=True)
class Filling:
    """What placeholders are filled with.

    Parameters
    ----------
    lang : {'en', 'zh'}
    figures : mapping of str to Shown
        By key, as `scope1@2025`.
    tables : callable
        Takes the id of a topic, returns its blocks in the place of `{{table:TOPIC}}`.
    """

    lang: Language
    figures: Mapping[str, Shown]
    tables: Callable[[str], Iterable[Block]]


def filled(markdown: str, filling: Filling) -> tuple[Block, ...]:
    """A narrative as blocks of a report.

    Parameters
    ----------
    markdown : str
        As it was typed, with placeholders.
    filling : Filling

    Returns
    -------
    tuple of Block
        Headings of a text stand one level lower than in the text itself: below that of their section.
    """
    return tuple(_blocks(blocks(markdown), filling))


def figure_piece(one: Shown, lang: Language, unit: str = "") -> Piece:
    """A figure as a piece of text: its number, linked to its evidence, with a word for its state."""
    return Piece(
        text=number_words(one, lang, unit), figure=one.id, state=one.state,
        mark="" if one.state == "missing" else state_words(one.state, lang),
    )  # fmt: skip


def figure_pieces(one: Shown, lang: Language, unit: str = "") -> tuple[Piece, ...]:
    """The same with its 90 % interval behind it, where one is known: a claim says how sure it is."""
    piece, band = figure_piece(one, lang, unit), band_words(one, lang, unit)
    t = translator(lang)
    return (piece, Piece(text=t(" ({interval})", interval=band))) if band else (piece,)


def _blocks(held: Iterable[nodes.Block], filling: Filling) -> Iterator[Block]:
    for number, one in enumerate(held):
        match one:
            case nodes.Paragraph(of):
                yield Paragraph(_pieces(of, filling))
            case nodes.Heading(level, of):
                yield Subheading(min(level + 1, _LOWEST), _pieces(of, filling))
            case nodes.List(items, ordered, start):
                yield Listing(ordered, tuple(tuple(_blocks(item, filling)) for item in items), start)
            case nodes.Quote(of):
                yield Quote(tuple(_blocks(of, filling)))
            case nodes.TableBlock():
                yield TableBlock(f"typed-{number}", _table(one, filling))
            case nodes.TableRef(placeholder):
                yield from filling.tables(placeholder.name)
            case nodes.Rule():
                pass  # a line across parts nothing that the blocks do not part


def _pieces(held: Iterable[nodes.Inline], filling: Filling) -> tuple[Piece, ...]:
    return tuple(_joined(_inlines(held, filling, _PLAIN)))


def _inlines(held: Iterable[nodes.Inline], filling: Filling, look: Piece) -> Iterator[Piece]:
    for one in held:
        match one:
            case nodes.Text(text) | nodes.Unknown(text):
                yield replace(look, text=text)
            case nodes.Strong(of):
                yield from _inlines(of, filling, replace(look, strong=True))
            case nodes.Emphasis(of):
                yield from _inlines(of, filling, replace(look, emphasis=True))
            case nodes.Code(text):
                yield replace(look, text=text, code=True)
            case nodes.Link(to, of):
                yield from _inlines(of, filling, replace(look, href=to))
            case nodes.Break():
                yield replace(look, text="\n")
            case nodes.FigureRef(placeholder):
                for piece in _figure(placeholder, filling):
                    yield replace(piece, strong=look.strong, emphasis=look.emphasis)


def _figure(placeholder: Placeholder, filling: Filling) -> tuple[Piece, ...]:
    one = filling.figures.get(placeholder.key)
    if one is None:
        one = Shown(id="", name=placeholder.name, period=placeholder.period, subject=placeholder.subject, value=None,
                    unit="", state="missing")  # fmt: skip
    return figure_pieces(one, filling.lang, placeholder.unit)


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Pieces of one look that follow each other as one."""
    before: Piece | None = None
    for one in pieces:
        if before is not None and not before.figure and one.state is None and replace(before, text=one.text) == one:
            before = replace(before, text=before.text + one.text)
            continue
        if before is not None:
            yield before
        before = one
    if before is not None:
        yield before


def _table(one: nodes.TableBlock, filling: Filling) -> Table:
    """A typed table; its cells are texts, and link to the figure where they are nothing but one."""
    right = [align == "right" for align in one.align]
    heads = tuple(Head("".join(piece.text for piece in _pieces(cell, filling)), number)
                  for cell, number in zip(one.header, right, strict=True))  # fmt: skip
    rows = tuple(tuple(_cell(_pieces(cell, filling), number) for cell, number in zip(row, right, strict=True))
                 for row in one.rows)  # fmt: skip
    return Table(heads, rows)


def _cell(pieces: tuple[Piece, ...], right: bool) -> Cell:
    text = "".join(piece.text + (f" ({piece.mark})" if piece.mark else "") for piece in pieces)
    figures = [piece.figure for piece in pieces if piece.figure]
    alone = len(figures) == 1 and not any(piece.text.strip() for piece in pieces[2:]) and bool(pieces[0].figure)
    band = len(pieces) == 1 or _INTERVAL.fullmatch(pieces[1].text) is not None if alone else False
    return Cell(text, figures[0] if alone and band else None, numeric=right)
