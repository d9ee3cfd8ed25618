"""A narrative as data: a small tree that every rendering walks, so that no rendering reads Markdown by itself.

Inlines are `Text`, `Strong`, `Emphasis`, `Code`, `Link`, `Break`, `FigureRef` and `Unknown`; blocks are `Paragraph`,
`Heading`, `List`, `Quote`, `TableBlock`, `TableRef` and `Rule`. There are no images, no raw HTML and no blocks of code.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from wattstone.disclosure.narratives.placeholders import Placeholder

__all__ = [
    "Align", "Block", "Break", "Code", "Emphasis", "FigureRef", "Heading", "Inline", "Link", "List", "Paragraph",
    "Quote", "Rule", "Strong", "TableBlock", "TableRef", "Text", "Unknown", "figures_in", "inlines_of", "plain",
]  # fmt: skip

Align = Literal["left", "center", "right", ""]


@dataclass(frozen=True)
class Text:
    """Words as they stand."""

    text: str


@dataclass(frozen=True)
class Strong:
    """What weighs."""

    of: tuple["Inline", ...]


@dataclass(frozen=True)
class Emphasis:
    """What is stressed."""

    of: tuple["Inline", ...]


@dataclass(frozen=True)
class Code:
    """A name as a machine has it; nothing in it is a placeholder."""

    text: str


@dataclass(frozen=True)
class Link:
    """To `http` or `https`, and nowhere else."""

    to: str
    of: tuple["Inline", ...]


@dataclass(frozen=True)
class Break:
    """A new line within a paragraph."""


@dataclass(frozen=True)
class FigureRef:
    """In the place of a figure."""

    placeholder: Placeholder


@dataclass(frozen=True)
class Unknown:
    """Braces that name nothing, or a table amid a sentence: shown as they were written."""

    text: str


Inline = Text | Strong | Emphasis | Code | Link | Break | FigureRef | Unknown


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    of: tuple[Inline, ...]


@dataclass(frozen=True)
class Heading:
    """A heading below that of the topic: the highest of a text is of level 3, none is left out below it."""

    level: int
    of: tuple[Inline, ...]


@dataclass(frozen=True)
class List:
    """A list.

    Parameters
    ----------
    items : tuple of tuple of Block
    ordered : bool
        Whether it is numbered.
    start : int
        Number of the first item.
    tight : bool
        Whether its items stand without space between them.
    """

    items: tuple[tuple["Block", ...], ...]
    ordered: bool = False
    start: int = 1
    tight: bool = True


@dataclass(frozen=True)
class Quote:
    """What somebody else says."""

    of: tuple["Block", ...]


@dataclass(frozen=True)
class TableBlock:
    """A table that was typed; every row has as many cells as there are in `header`."""

    header: tuple[tuple[Inline, ...], ...]
    rows: tuple[tuple[tuple[Inline, ...], ...], ...]
    align: tuple[Align, ...]


@dataclass(frozen=True)
class TableRef:
    """In the place of the tables of a topic, whose id is the placeholder's name."""

    placeholder: Placeholder


@dataclass(frozen=True)
class Rule:
    """A line across."""


Block = Paragraph | Heading | List | Quote | TableBlock | TableRef | Rule


def inlines_of(blocks: Iterable[Block]) -> Iterator[Inline]:
    """Every inline of a text in its order, those within others behind the one that holds them."""
    for one in blocks:
        match one:
            case Paragraph(of) | Heading(_, of):
                yield from _within(of)
            case List(items):
                for item in items:
                    yield from inlines_of(item)
            case Quote(of):
                yield from inlines_of(of)
            case TableBlock(header, rows):
                for cells in (header, *rows):
                    for cell in cells:
                        yield from _within(cell)
            case TableRef() | Rule():
                pass


def figures_in(blocks: Iterable[Block]) -> Iterator[Placeholder]:
    """The placeholders of figures of a text, in their order."""
    yield from (one.placeholder for one in inlines_of(blocks) if isinstance(one, FigureRef))


def plain(blocks: Iterable[Block], show: Callable[[Placeholder], str] = lambda one: one.text) -> str:
    """A text without its marks: a line a paragraph, heading and cell.

    Parameters
    ----------
    blocks : iterable of Block
    show : callable
        What stands in the place of a figure or a table; the placeholder where nothing is given.
    """
    return "\n".join(_lines(blocks, show))


def _within(of: tuple[Inline, ...]) -> Iterator[Inline]:
    for one in of:
        yield one
        if isinstance(one, Strong | Emphasis | Link):
            yield from _within(one.of)


def _lines(blocks: Iterable[Block], show: Callable[[Placeholder], str]) -> Iterator[str]:
    for one in blocks:
        match one:
            case Paragraph(of) | Heading(_, of):
                yield _said(of, show)
            case List(items):
                for item in items:
                    yield from _lines(item, show)
            case Quote(of):
                yield from _lines(of, show)
            case TableBlock(header, rows):
                yield from (_said(cell, show) for cells in (header, *rows) for cell in cells)
            case TableRef(placeholder):
                yield show(placeholder)
            case Rule():
                pass


def _said(of: tuple[Inline, ...], show: Callable[[Placeholder], str]) -> str:
    texts: list[str] = []
    for one in of:
        match one:
            case Text(text) | Code(text) | Unknown(text):
                texts.append(text)
            case Strong(inner) | Emphasis(inner) | Link(_, inner):
                texts.append(_said(inner, show))
            case FigureRef(placeholder):
                texts.append(show(placeholder))
            case Break():
                texts.append("\n")
    return "".join(texts)
