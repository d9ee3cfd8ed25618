"""Where a report shows a figure, and what it is called there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from wattstone.interfaces.present.content import Table
from wattstone.interfaces.present.disclosure.content import (
    Block,
    Chapter,
    Listing,
    Numbers,
    Paragraph,
    Quote,
    Section,
    Subheading,
    TableBlock,
)
from wattstone.interfaces.present.disclosure.tables import ALONE
from wattstone.interfaces.present.languages import Language, translator

__all__ = ["Place", "places_of"]

_TEXTS = 2  # cells of a row that name it


@dataclass(frozen=True)
class Place:
    """The first place of a figure.

    Parameters
    ----------
    section : Section
    label : str
        Row and column of the table, or the label beside the number; empty where a text alone shows it.
    table : str
        Title of that table; empty where it has none, or no table shows it.
    """

    section: Section
    label: str
    table: str = ""


def places_of(chapters: Sequence[Chapter], lang: Language) -> Mapping[str, Place]:
    """The first place of each figure that sections show, by id; a place with a label goes before one without.

    Parameters
    ----------
    chapters : sequence of Chapter
    lang : {'en', 'zh'}
    """
    found: dict[str, Place] = {}
    for chapter in chapters:
        for section in chapter.sections:
            for figure, label, table in _of(section.blocks, lang):
                held = found.get(figure)
                if held is None:
                    found[figure] = Place(section, label, table)
                elif label and not held.label:
                    found[figure] = Place(held.section, label, table)
    return found


def _of(blocks: Iterable[Block], lang: Language) -> Iterator[tuple[str, str, str]]:
    for one in blocks:
        match one:
            case Paragraph(pieces) | Subheading(_, pieces):
                yield from ((piece.figure, "", "") for piece in pieces if piece.figure)
            case Listing(_, items):
                for item in items:
                    yield from _of(item, lang)
            case Quote(held):
                yield from _of(held, lang)
            case Numbers(numbers):
                yield from ((each.value.figure, each.label, "") for each in numbers if each.value.figure)
            case TableBlock(_, table):
                yield from _of_table(table, lang)
            case _:
                pass


def _of_table(table: Table, lang: Language) -> Iterator[tuple[str, str, str]]:
    t = translator(lang)
    heads = [head.text.rpartition(" [")[0] or head.text for head in table.heads]
    for row in table.rows:
        texts = [cell.text.removesuffix(ALONE) for cell in row if not cell.numeric and cell.text][:_TEXTS]
        named = ("，" if lang == "zh" else ", ").join(texts)
        for cell, head in zip(row, heads, strict=True):
            if cell.figure:
                label = t("{place}: {found}", place=named, found=head) if named else head
                yield cell.figure, label, table.title
