"""What a report says, before it has a form: HTML and PDF are two renderings of this."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

from wattstone.interfaces.present.book import Entry
from wattstone.interfaces.present.languages import Language, Translate
from wattstone.interfaces.present.numbers import Digits, amount, every, three

if TYPE_CHECKING:
    from wattstone.interfaces.present.charts.base import Drawing


@dataclass(frozen=True)
class Cell:
    """A piece of text.

    Parameters
    ----------
    text : str
        As it is shown.
    figure : str or None
        Id of the figure that it shows; it links to the evidence.
    numeric : bool
        Aligned to the right.
    code : bool
        An id, a hash or a command.
    href : str or None
        An address, where the text is a link to somewhere else.
    """

    text: str
    figure: str | None = None
    numeric: bool = False
    code: bool = False
    href: str | None = None


@dataclass(frozen=True)
class Head:
    """The head of a column."""

    text: str
    numeric: bool = False


class Later(Sequence[tuple[Cell, ...]]):
    """Rows of a table that are written when somebody looks at them: a chart is asked for far oftener than its table.

    Parameters
    ----------
    write : callable
        Returns the rows; called once at most.
    """

    def __init__(self, write: Callable[[], tuple[tuple[Cell, ...], ...]]) -> None:
        self._write = write

    @cached_property
    def _rows(self) -> tuple[tuple[Cell, ...], ...]:
        return self._write()

    @overload
    def __getitem__(self, at: int) -> tuple[Cell, ...]: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[tuple[Cell, ...], ...]: ...
    def __getitem__(self, at: int | slice) -> Any:
        """A row, or some."""
        return self._rows[at]

    def __len__(self) -> int:
        """How many there are."""
        return len(self._rows)


@dataclass(frozen=True)
class Table:
    """Rows of cells under heads, with a title where a part has several; `note` says what they leave out."""

    heads: tuple[Head, ...]
    rows: Sequence[tuple[Cell, ...]]
    note: str = ""
    title: str = ""


@dataclass(frozen=True)
class Headline:
    """One of the figures on the first screen."""

    label: str
    value: Cell
    interval: str
    change: str
    note: str = ""


@dataclass(frozen=True)
class Step:
    """Something to do next: what was found, and what to do about it."""

    action: str
    why: str


@dataclass(frozen=True)
class Section:
    """A part of the report: text, drawings, tables, in this order; `notice` comes first, where nobody overlooks it."""

    key: str
    title: str
    paragraphs: tuple[tuple[str | Cell, ...], ...] = ()
    drawings: tuple["Drawing", ...] = ()
    tables: tuple[Table, ...] = ()
    notice: str = ""


@dataclass(frozen=True)
class Signing:
    """What persons sign by hand: the statement, and who they are to each other."""

    title: str
    statement: str
    roles: tuple[str, ...]
    blanks: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report in one language."""

    lang: Language
    title: str
    organisation: str
    banner: str
    sentence: tuple[str | Cell, ...]
    headlines: tuple[Headline, ...]
    lead: "Drawing | None"
    steps: tuple[Step, ...]
    sections: tuple[Section, ...]
    facts: tuple[tuple[str, str], ...]
    words: dict[str, str] = field(default_factory=dict[str, str])
    signing: Signing | None = None


def weave(t: Translate, message: str, **parts: Cell) -> tuple[str | Cell, ...]:
    """Say a message whose fields are cells: the text between them, and the cells, in the language's order.

    Parameters
    ----------
    t : callable
        Of the language.
    message : str
        With a field for each part.

    Examples
    --------
    >>> weave(str.format, "{a} of energy", a=Cell("3 MWh"))
    (Cell(text='3 MWh', figure=None, numeric=False, code=False, href=None), ' of energy')
    """
    text = t(message, **{name: f"\0{name}\0" for name in parts})
    pieces = text.split("\0")
    woven = [parts[piece] if place % 2 else piece for place, piece in enumerate(pieces)]
    return tuple(piece for piece in woven if piece)


def shown(entry: Entry | None, lang: Language, words: str, *, digits: Digits = "three") -> Cell:
    """A figure with its unit as a cell that links to its evidence; `words` stand where there is none."""
    if entry is None:
        return Cell(words)
    text = amount(entry.value, entry.unit, lang, digits=digits) if entry.value is not None else words
    return Cell(text, entry.id, numeric=entry.value is not None)


def number(entry: Entry | None, divisor: float, words: str) -> Cell:
    """A figure in the unit that the column's head names."""
    if entry is None or entry.value is None:
        return Cell(words, entry.id if entry else None, numeric=True)
    return Cell(every(entry.value / divisor), entry.id, numeric=True)


def plain(value: float | None, words: str) -> Cell:
    """A number that is not a figure of the inventory, as a share or a sum made for a drawing."""
    return Cell(words if value is None else three(value), numeric=True)


def linked(parts: Sequence[str | Cell]) -> Iterator[str]:
    """Ids of the figures that a text shows."""
    yield from (part.figure for part in parts if isinstance(part, Cell) and part.figure)
