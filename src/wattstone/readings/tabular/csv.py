"""CSV as a stream of frames of text: bounded blocks, every row with its number in the file.

A block is cut at the end of a row, parsed by Polars, and checked for rows with too few or too many fields. Where
Polars refuses a block (a stray quote), the standard library's reader finds the row.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
import polars as pl

from wattstone.base.threads import in_order
from wattstone.readings.problems import Problems, quoted, refuse
from wattstone.readings.source import MIB, ByteSource, open_bytes
from wattstone.readings.tabular.mapping import Mapping

BLOCK = 16 * MIB
MAX_LINE = MIB
ROW = "_row"
_MAX_COLUMNS = 20_000


@dataclass(frozen=True)
class Block:
    """Whole rows of UTF-8 text: where they begin in the file (1-based line), and whether the file ends here."""

    data: bytes
    line: int
    last: bool


def occurrences(data: bytes, character: str, start: int = 0, end: int | None = None) -> int:
    """How often an ASCII character stands in a piece of bytes; several times as fast as `bytes.count` where often."""
    piece = np.frombuffer(data, dtype=np.uint8)[start:end]
    return int(np.count_nonzero(piece == ord(character)))


def tidy(name: str) -> str:
    """A header cell as it is named in a mapping: outer and repeated blanks removed."""
    return " ".join(name.replace("\ufeff", "").split())


def name_columns(cells: list[str], width: int) -> tuple[str, ...]:
    """Names of the columns of a header; a column without one is `#3` by its position."""
    tidied = [tidy(cell) for cell in cells[:width]] + [""] * (width - len(cells))
    return tuple(name or f"#{index + 1}" for index, name in enumerate(tidied))


def _undecodable(path: Path, encoding: str, line: int, offset: int) -> Exception:
    return refuse(
        path,
        "readings.csv.encoding",
        found="the byte at offset {offset} of row {row} is not {encoding}; the rows before it are",
        expected="one encoding in the whole file",
        remedy="save the file as UTF-8, or set encoding in the mapping if all of it is in another one",
        row=line,
        offset=offset,
        encoding=encoding,
    )


def _utf8(source: ByteSource, encoding: str, path: Path) -> Iterator[bytes]:
    """Pieces of UTF-8; UTF-8 itself passes unchecked, for it is checked by whole rows later."""
    if codecs.lookup(encoding).name in ("utf-8", "utf-8-sig"):
        first = source.read(BLOCK)
        yield first.removeprefix(codecs.BOM_UTF8)
        while first and (piece := source.read(BLOCK)):
            yield piece
        return
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line, given = 1, 0
    while True:
        piece = source.read(BLOCK)
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeError as error:
            start = error.start if isinstance(error, UnicodeDecodeError) else 0
            raise _undecodable(path, encoding, line + piece[:start].count(b"\n"), given + start) from error
        data = text.removeprefix("\ufeff").encode("utf-8", "surrogatepass")
        line, given = line + data.count(b"\n"), given + len(piece)
        yield data
        if not piece:
            return


def _unix_lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Carriage returns alone, as old systems end lines, become line feeds."""
    lone: bool | None = None
    for piece in pieces:
        if lone is None and piece:
            lone = b"\n" not in piece[:MAX_LINE] and b"\r" in piece[:MAX_LINE]
        yield piece.replace(b"\r", b"\n") if lone else piece


def _cut(data: bytes, quote: bytes) -> int:
    """Where the last whole row of a block ends: after a line feed that is not between quotes."""
    cut = data.rfind(b"\n")
    if not quote or cut < 0 or quote not in data or occurrences(data, quote.decode(), 0, cut) % 2 == 0:
        return cut + 1
    end = cut
    while (before := data.rfind(b"\n", 0, end)) >= 0:
        if data.count(quote, before, end) % 2:
            return before + 1
        end = before
    return 0


def blocks(path: Path, mapping: Mapping) -> Iterator[Block]:
    """A file in blocks of whole rows.

    Raises
    ------
    InputRefused
        If a line is longer than 1 MiB, or a byte is not in the mapping's encoding.
    """
    quote = mapping.quote.encode()
    carry, line = b"", 1
    with open_bytes(path) as source:
        for piece in _unix_lines(_utf8(source, mapping.encoding, path)):
            data = carry + piece
            end = _cut(data, quote)
            if len(data) - end > MAX_LINE:
                end = _give_way(path, data, end, line)
            if end:
                yield _checked(path, Block(data[:end], line, last=False), mapping)
                line += occurrences(data, "\n", 0, end)
            carry = data[end:]
    yield _checked(path, Block(carry, line, last=True), mapping)


def _give_way(path: Path, data: bytes, end: int, line: int) -> int:
    """A row of more than 1 MiB: a line without an end is refused, a quote without an end is left to the parser."""
    last = data.rfind(b"\n") + 1
    if last <= end or len(data) - last > MAX_LINE:
        raise refuse(
            path,
            "readings.csv.line",
            found="the line is longer than {limit} bytes",
            expected="one row of readings a line",
            remedy="check that this is a table of readings, and that it was not joined into one line",
            row=line + data.count(b"\n"),
            limit=MAX_LINE,
        )
    return last


def _checked(path: Path, block: Block, mapping: Mapping) -> Block:
    if not block.data.isascii():
        try:
            block.data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = block.line + block.data.count(b"\n", 0, error.start)
            start = block.data.rfind(b"\n", 0, error.start) + 1
            raise _undecodable(path, mapping.encoding, line, error.start - start) from error
    return block


class CsvTable:
    """A CSV file as named columns and a stream of frames of text.

    Parameters
    ----------
    path : Path
    mapping : Mapping
    problems : Problems
        Where rows that do not fit are noted.

    Attributes
    ----------
    names : tuple of str
        The columns, as the header has them.
    """

    def __init__(self, path: Path, mapping: Mapping, problems: Problems) -> None:
        self.path, self.mapping, self.problems = path, mapping, problems
        self._blocks = blocks(path, mapping)
        self._first = self._read_header(next(self._blocks))

    def _read_header(self, block: Block) -> Block:
        text = block.data.decode("utf-8")
        lines = io.StringIO(text, newline="")
        for _ in range(self.mapping.skip):
            lines.readline()
        rows = csv_rows(lines, self.mapping)
        none: tuple[list[str], int] = (list[str](), 0)
        header, taken = next(rows, none) if self.mapping.header else none
        for _ in range(self.mapping.skip_after):
            taken = next(rows, (none[0], taken))[1]
        first = next(rows, none)[0]
        width = min(max(len(header), 0 if header else len(first), 1), _MAX_COLUMNS)
        self.names = name_columns(header, width)
        consumed = _bytes_of_lines(block.data, self.mapping.skip + taken)
        return Block(block.data[consumed:], block.line + self.mapping.skip + taken, last=block.last)

    def chunks(self, used: tuple[str, ...]) -> Iterator[pl.DataFrame]:
        """Frames of text, with the columns asked for and `_row`, the row's number in the file.

        Parameters
        ----------
        used : tuple of str
            Names of columns that exist.

        Yields
        ------
        DataFrame
        """
        places = sorted({self.names.index(name) for name in used})
        with in_order(partial(self._parse, places), chain([self._first], self._blocks)) as parsed:
            for frame, problems in parsed:
                self.problems.join(problems)
                yield frame

    def _parse(self, places: list[int], block: Block) -> tuple[pl.DataFrame, Problems]:
        """A block as text, and what is wrong in it; several blocks are parsed side by side."""
        problems = Problems(self.path)
        return self._text(places, block, problems), problems

    def _text(self, places: list[int], block: Block, problems: Problems) -> pl.DataFrame:
        names = {place: self.names[place] for place in places}
        if (block.data[:1000].isspace() and block.data.isspace()) or not block.data:
            return pl.DataFrame(schema=dict.fromkeys(names.values(), pl.String()) | {ROW: pl.Int64()})
        lines = occurrences(block.data, "\n") + (not block.data.endswith(b"\n"))
        frame = self._fast(block, names)
        if frame is None or frame.height != lines:
            return self._slow(block, names, problems)
        frame = frame.with_columns(pl.int_range(block.line, block.line + lines, dtype=pl.Int64).alias(ROW))
        delimiters = occurrences(block.data, self.mapping.delimiter)
        quotes = self.mapping.quote != "" and self.mapping.quote.encode() in block.data
        if quotes or delimiters != (len(self.names) - 1) * lines:
            return self._ragged(block, frame, max(places) + 1, problems)
        return frame

    def _fast(self, block: Block, names: dict[int, str]) -> pl.DataFrame | None:
        """The block as Polars reads it; None where it cannot."""
        labels = [f"c{index}" for index in range(len(self.names))]
        header = self.mapping.delimiter.join(labels).encode() + b"\n"
        if len(self.mapping.delimiter.encode()) != 1 or len(self.mapping.quote.encode()) > 1:
            return None
        try:
            frame = pl.read_csv(
                header + block.data,
                separator=self.mapping.delimiter,
                quote_char=self.mapping.quote or None,
                schema=dict.fromkeys(labels, pl.String()),
                columns=[f"c{place}" for place in names],
                truncate_ragged_lines=True,
            )
        except (pl.exceptions.PolarsError, ValueError):
            return None
        return frame.rename({f"c{place}": name for place, name in names.items()})

    def _slow(self, block: Block, names: dict[int, str], problems: Problems) -> pl.DataFrame:
        """The block by the standard library's reader, for quotes and line feeds inside fields."""
        columns: dict[str, list[str | None]] = {name: [] for name in names.values()}
        numbers: list[int] = []
        needed, before = max(names) + 1, 0
        for cells, line in csv_rows(io.StringIO(block.data.decode("utf-8"), newline=""), self.mapping, problems):
            row, before = block.line + before, line
            if not any(cells):
                continue
            if len(cells) < needed or any(cells[len(self.names) :]):
                self._note_width(problems, row, len(cells), cut_off=block.last and not block.data.endswith(b"\n"))
                continue
            numbers.append(row)
            for place, name in names.items():
                columns[name].append(cells[place] or None)
        return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String())).with_columns(
            pl.Series(ROW, numbers, dtype=pl.Int64)
        )

    def _ragged(self, block: Block, frame: pl.DataFrame, needed: int, problems: Problems) -> pl.DataFrame:
        """Note rows with too few or too many fields, and leave them and blank ones out."""
        rows = pl.Series("line", block.data.decode("utf-8").removesuffix("\n").split("\n"))
        plain = pl.col("line").str.strip_chars_end("\r")
        if self.mapping.quote:
            mark = "\\" + self.mapping.quote
            plain = plain.str.replace_all(f"{mark}[^{mark}]*{mark}", "x")
        counted = pl.DataFrame({"line": rows}).select(
            fields=plain.str.count_matches(self.mapping.delimiter, literal=True) + 1,
            filled=plain.str.strip_chars_end(self.mapping.delimiter + " ").str.count_matches(
                self.mapping.delimiter, literal=True
            )
            + 1,
            blank=plain.str.strip_chars(self.mapping.delimiter + " \t").str.len_bytes() == 0,
        )
        counted = counted.with_columns(frame[ROW])
        wrong = counted.filter(~pl.col("blank") & ((pl.col("fields") < needed) | (pl.col("filled") > len(self.names))))
        last = frame[ROW][-1]
        for fields, row in wrong.select("fields", ROW).head(100).iter_rows():
            cut_off = block.last and row == last and not block.data.endswith(b"\n")
            self._note_width(problems, row, fields, cut_off=cut_off)
        if wrong.height > 100:
            self._note_width(problems, wrong[ROW][100], wrong["fields"][100], cut_off=False, count=wrong.height - 100)
        return frame.filter(~counted["blank"] & ~frame[ROW].is_in(wrong[ROW].implode()))

    def _note_width(self, problems: Problems, row: int, fields: int, *, cut_off: bool, count: int = 1) -> None:
        if cut_off and fields < len(self.names):
            problems.add(
                "readings.csv.truncated",
                row=row,
                found="the last row ends in the middle, after {fields} of {width} fields: this is part of a file",
                expected="a whole last row",
                remedy="copy or export the file again",
                params={"fields": fields, "width": len(self.names)},
            )
            return
        problems.add(
            "readings.csv.fields",
            row=row,
            count=count,
            found="{count} rows do not have the header's {width} fields, the first of them has {fields}",
            expected="as many fields as the header has",
            remedy="quote fields that hold the delimiter {delimiter}, or set the delimiter in the mapping",
            params={"fields": fields, "width": len(self.names), "delimiter": quoted(self.mapping.delimiter)},
        )


def csv_rows(lines: io.StringIO, mapping: Mapping, problems: Problems | None = None) -> Iterator[tuple[list[str], int]]:
    """Rows by the standard library's reader, each with the count of lines read so far."""
    reader = csv.reader(
        lines,
        delimiter=mapping.delimiter,
        quotechar=mapping.quote or None,
        quoting=csv.QUOTE_MINIMAL if mapping.quote else csv.QUOTE_NONE,
    )
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if problems is not None:
                problems.add(
                    "readings.csv.quote",
                    found="a field cannot be read ({why}): perhaps a quote that does not close",
                    expected="fields of less than 128 kB, quotes in pairs",
                    remedy="close the quote, or set quote in the mapping to the empty text",
                    params={"why": str(error)},
                )
            return
        yield cells, reader.line_num


def _bytes_of_lines(data: bytes, lines: int) -> int:
    """Length of the first lines of a block. [byte]"""
    end = 0
    for _ in range(lines):
        found = data.find(b"\n", end)
        if found < 0:
            return len(data)
        end = found + 1
    return end
