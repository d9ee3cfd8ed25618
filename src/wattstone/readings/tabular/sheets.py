"""The rows of a sheet and the table of texts of a workbook, read off their XML at once.

What a cell means is openpyxl's to say. It makes a tree of every cell, which takes minutes for a year of quarter hours;
here the plain ones (a number, a text, a date) are read as they pass by, and only the others are handed to it as trees.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# openpyxl has no types.

from collections.abc import Callable, Iterator
from typing import IO, Any, NoReturn
from xml.etree.ElementTree import Element, ParseError, TreeBuilder
from xml.parsers import expat

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ROW, _VALUE, _INLINE, _TEXT, _STRING = (_MAIN + name for name in ("row", "v", "is", "t", "si"))
_PIECE = 65_536  # bytes

Event = tuple[str, dict[str, str]] | str | None
"""The begin of an element, a text, or the end of an element."""


class _Items:
    """The elements right below each `parent` (or the `parent`s themselves) of an XML, as events, while it is read.

    Parameters
    ----------
    begun, ended : callable
        Told of the attributes of a parent, and of its end.
    item : callable
        Given name and attributes of an element, and the events within it.
    """

    def __init__(
        self,
        parent: str,
        begun: Callable[[dict[str, str]], None],
        item: Callable[[str, dict[str, str], list[Event]], None],
        ended: Callable[[], None],
    ) -> None:
        self._parent, self._begun, self._item, self._ended = parent, begun, item, ended
        self._depth = 0  # 0 outside, 1 within a parent, 2 and more within an item
        self._head: tuple[str, dict[str, str]] = ("", {})
        self._events: list[Event] = []
        self._parser = parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text, parser.buffer_size = True, _PIECE
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = parser.UnparsedEntityDeclHandler = parser.ExternalEntityRefHandler = _no_entities

    def feed(self, data: bytes) -> None:
        """Read on; nothing is the end."""
        try:
            self._parser.Parse(data, not data)
        except expat.ExpatError as error:
            raise ParseError(str(error)) from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._depth > 1:
            self._events.append((name, attributes))
            self._depth += 1
        elif self._depth == 1:
            self._head, self._events, self._depth = (name, attributes), [], 2
        elif name == self._parent:
            self._depth = 1
            self._begun(attributes)

    def _end(self, _name: str) -> None:
        if self._depth > 2:
            self._events.append(None)
            self._depth -= 1
        elif self._depth == 2:
            self._depth = 1
            self._item(*self._head, self._events)
        elif self._depth == 1:
            self._depth = 0
            self._ended()

    def _text(self, data: str) -> None:
        if self._depth > 1:
            self._events.append(data)


def _no_entities(*_: Any) -> NoReturn:
    from defusedxml.common import EntitiesForbidden

    raise EntitiesForbidden("", None, None, None, None, None)


def _tree(name: str, attributes: dict[str, str], events: list[Event]) -> Element:
    """Events as a tree."""
    builder, opened = TreeBuilder(), [_called(name)]
    builder.start(opened[0], attributes)
    for event in events:
        if event is None:
            builder.end(opened.pop())
        elif isinstance(event, str):
            builder.data(event)
        else:
            opened.append(_called(event[0]))
            builder.start(opened[-1], event[1])
    builder.end(opened.pop())
    return builder.close()


def _called(name: str) -> str:
    return "{" + name if "}" in name else name


def _alone(events: list[Event], *names: str) -> str | None:
    """The text of an element that is all there is, within others that hold nothing else; None where there is more."""
    depth = len(names)
    if len(events) != 2 * depth + 1:
        return None
    for event, name in zip(events, names, strict=False):
        if event.__class__ is not tuple or event[0] != name:  # pyright: ignore[reportOptionalSubscript]
            return None
    text = events[depth]
    return text if isinstance(text, str) and events[depth + 1 :] == [None] * depth else None


def read_texts(source: IO[bytes]) -> list[str]:
    """The table of texts of a workbook, as openpyxl's `read_string_table` gives it.

    Parameters
    ----------
    source : binary file
        `sharedStrings.xml`.
    """
    from openpyxl.cell.text import Text

    texts: list[str] = []
    parts: list[tuple[str, dict[str, str], list[Event]]] = []

    def ended() -> None:
        plain = None
        if len(parts) == 1 and parts[0][0] == _TEXT:
            plain = _alone(parts[0][2])
        if plain is None:
            node: Any = Element(_called(_STRING))
            node.extend(_tree(*part) for part in parts)
            told: Any = Text.from_tree(node)
            plain = str(told.content)
        texts.append(plain.replace("x005F_", ""))

    def item(name: str, attributes: dict[str, str], events: list[Event]) -> None:
        parts.append((name, attributes, events))

    items = _Items(_STRING, lambda _: parts.clear(), item, ended)
    while data := source.read(_PIECE):
        items.feed(data)
    items.feed(b"")
    return texts


class SheetRows:
    """Rows of a sheet that was opened read-only.

    Parameters
    ----------
    sheet : openpyxl.worksheet._read_only.ReadOnlyWorksheet
    text : callable
        A cell's value as text, given the value and its type (`f`: a formula).
    """

    def __init__(self, sheet: Any, text: Callable[[Any, str], str]) -> None:
        from openpyxl.worksheet._reader import WorkSheetParser

        book = sheet.parent
        self._source: Callable[[], IO[bytes]] = sheet._get_source  # noqa: SLF001
        self._strings: list[str] = sheet._shared_strings  # noqa: SLF001
        self._dates: frozenset[int] = frozenset(book._date_formats)  # noqa: SLF001
        self._spans: frozenset[int] = frozenset(book._timedelta_formats)  # noqa: SLF001
        self._epoch, self._as_text = book.epoch, text
        reader: Any = WorkSheetParser
        self._reader = reader(
            None, self._strings, data_only=False, epoch=book.epoch,
            date_formats=book._date_formats, timedelta_formats=book._timedelta_formats,  # noqa: SLF001
        )  # fmt: skip
        self._letters: dict[str, int] = {}
        self._cells: list[tuple[int, str]] = []
        self._done: list[tuple[int, list[tuple[int, str]]]] = []

    def __iter__(self) -> Iterator[tuple[int, list[tuple[int, str]]]]:
        """Number of each row that there is, and its cells: column (from 1) and text, in the order of the file."""
        items = _Items(
            _ROW, self._begin, self._cell, lambda: self._done.append((self._reader.row_counter, self._cells))
        )
        with self._source() as source:
            data, broken = b".", None
            while data:
                data = source.read(_PIECE)
                try:
                    items.feed(data)
                except Exception as error:
                    broken = error
                rows, self._done = self._done, []
                yield from rows
                if broken is not None:  # after the rows that stand before it
                    raise broken

    def _begin(self, attributes: dict[str, str]) -> None:
        number = {"r": attributes["r"]} if "r" in attributes else {}
        self._reader.parse_row(Element("row", number))  # it keeps count of the rows, and forgets its column
        self._cells = []

    def _cell(self, name: str, attributes: dict[str, str], events: list[Event]) -> None:
        column = self._column(attributes.get("r"))
        plain = self._plain(attributes, events)
        if plain is None:
            self._reader.col_counter = column - 1
            cell = self._reader.parse_cell(_tree(name, attributes, events))
            plain = self._as_text(cell["value"], cell["data_type"])
        self._reader.col_counter = column
        self._cells.append((column, plain))

    def _column(self, coordinate: str | None) -> int:
        from openpyxl.utils import coordinate_to_tuple

        if not coordinate:
            return self._reader.col_counter + 1
        letters = coordinate.rstrip("0123456789")
        if (column := self._letters.get(letters)) is None:
            column = self._letters[letters] = coordinate_to_tuple(coordinate)[1]
        return column

    def _plain(self, attributes: dict[str, str], events: list[Event]) -> str | None:
        """The text of a plain cell; None for one that its reader is to look at."""
        kind = attributes.get("t", "n")
        if not events:
            return "" if kind in ("n", "s", "inlineStr") else None
        if kind == "inlineStr":
            text = _alone(events, _INLINE, _TEXT)
            return None if text is None else text.strip()
        value = _alone(events, _VALUE)
        if value is None:
            return None
        if kind == "s":
            return self._strings[int(value)].strip()
        return self._number(value, int(attributes.get("s") or 0)) if kind == "n" else None

    def _number(self, value: str, style: int) -> str | None:
        from openpyxl.utils.datetime import from_excel

        number = float(value) if "." in value or "E" in value or "e" in value else int(value)
        if style not in self._dates:
            return self._as_text(number, "n")
        try:
            return self._as_text(from_excel(number, self._epoch, timedelta=style in self._spans), "d")
        except (OverflowError, ValueError):
            return None
