"""The first look at a CSV: encoding, delimiter, quote and the rows of a sample, from a bounded piece of the file."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wattstone.readings.problems import refuse
from wattstone.readings.source import MIB, head, open_bytes
from wattstone.readings.tabular.csv import MAX_LINE, csv_rows
from wattstone.readings.tabular.mapping import Mapping

SAMPLE_BYTES = MIB
TAIL_BYTES = 64 * 1024
SAMPLE_ROWS = 3000
DELIMITERS = ("\t", ";", "|", ",")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True)
class Row:
    """One row of a sample: its cells, and the line (1-based) it begins in; 0 for a row from the end of the file."""

    cells: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Sample:
    """Rows of a table before anybody knows what they mean.

    Parameters
    ----------
    rows : tuple of Row
        From the beginning, and some from the end.
    encoding, delimiter, quote : str
    guessed : bool
        Whether the encoding had to be guessed.
    """

    rows: tuple[Row, ...]
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    quote: str = '"'
    guessed: bool = False


def empty_file(path: Path) -> Exception:
    """The refusal of a file without content."""
    return refuse(
        path,
        "readings.file.empty",
        found="the file is empty",
        expected="a table of readings",
        remedy="check that the export has finished",
    )


def sniff_csv(path: Path, delimiters: Sequence[str] = DELIMITERS) -> Sample:
    """Rows of a sample of a CSV, and how they are written.

    Parameters
    ----------
    path : pathlib.Path
    delimiters : sequence of str
        Among which that of the file is looked for.

    Raises
    ------
    InputRefused
        If the file cannot be opened, is empty, or begins with a line of more than 1 MiB.
    """
    with open_bytes(path) as source:
        data = source.read(SAMPLE_BYTES + 2)
    if not data.strip(b"\x00\r\n\t ,;\xef\xbb\xbf\xff\xfe"):
        raise empty_file(path)
    encoding, guessed = sniff_encoding(data)
    whole = len(data) <= SAMPLE_BYTES
    text = _decode(data, encoding)
    lines = text.splitlines(keepends=True)
    if not whole and len(lines) == 1:
        raise refuse(
            path,
            "readings.csv.line",
            found="the line is longer than {limit} bytes",
            expected="one row of readings a line",
            remedy="check that this is a table of readings, and that it was not joined into one line",
            row=1,
            limit=MAX_LINE,
        )
    lines = lines if whole else lines[:-1]
    delimiter, quote = sniff_delimiter(lines, delimiters)
    rows = _rows("".join(lines[: SAMPLE_ROWS * 2]), delimiter, quote)[:SAMPLE_ROWS]
    return Sample(tuple(rows + _tail(path, data, encoding, delimiter, quote)), encoding, delimiter, quote, guessed)


def _decode(data: bytes, encoding: str) -> str:
    """Text of a piece that may be cut in a character; what is wrong is told by the reader, with its row."""
    text = codecs.getincrementaldecoder(encoding)("replace").decode(data, final=False)
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def sniff_encoding(data: bytes) -> tuple[str, bool]:
    """The encoding of a piece of text, and whether it had to be guessed.

    Examples
    --------
    >>> sniff_encoding("用电量,1".encode("gb18030"))
    ('gb18030', True)
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name, False
    if data[:4000].count(0) * 4 > len(data[:4000]):
        return ("utf-16-le" if data[1:4000:2].count(0) >= data[:4000:2].count(0) else "utf-16-be"), True
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(data, final=False)
    except UnicodeDecodeError as error:
        if error.start > 4096:  # a stray byte far into UTF-8 is for the reader to name, with its row
            return "utf-8-sig", False
        return _legacy(data), True
    return "utf-8-sig", False


def _legacy(data: bytes) -> str:
    """Chinese or Western European, by whether the bytes make common Chinese characters."""
    try:
        text = codecs.getincrementaldecoder("gb18030")("strict").decode(data, final=False)
    except UnicodeDecodeError:
        return "cp1252"
    odd = Counter(letter for letter in text if ord(letter) > 127)
    common = sum(times for letter, times in odd.items() if _is_common(letter))
    return "gb18030" if odd and common > 0.8 * odd.total() else "cp1252"


def _is_common(letter: str) -> bool:
    """Whether a letter is of everyday Chinese: one of GB 2312, as the rare ones that `für` and `Büro` make are not."""
    if letter in "（），：℃³㎡":
        return True
    try:
        return "\u4e00" <= letter <= "\u9fff" and len(letter.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


def sniff_delimiter(lines: list[str], delimiters: Sequence[str] = DELIMITERS) -> tuple[str, str]:
    """The delimiter that gives most lines the same number of fields, and the quote."""
    sample = [line for line in lines[:400] if line.strip()]
    text = "".join(sample)
    quote = (
        '"' if '"' in text or not re.search(r"(?:^|[,;\t|])'[^',;\t|\n]*'(?:[,;\t|]|$)", text, re.MULTILINE) else "'"
    )
    best: tuple[float, str] = (0.0, delimiters[-1])
    for delimiter in delimiters:
        widths = Counter(len(row.cells) for row in _rows(text, delimiter, quote))
        width, count = max(((w, n) for w, n in widths.items() if w > 1), key=lambda pair: pair[1], default=(1, 0))
        score = count / max(sum(widths.values()), 1) if width > 1 else 0.0
        if score > best[0] + 1e-9:
            best = (score, delimiter)
    return best[1], quote


def _rows(text: str, delimiter: str, quote: str) -> list[Row]:
    dialect = Mapping.model_construct(delimiter=delimiter, quote=quote)
    rows: list[Row] = []
    before = 0
    for cells, line in csv_rows(io.StringIO(text, newline=""), dialect):
        rows.append(Row(tuple(cells), before + 1))
        before = line
    return rows


def _tail(path: Path, data: bytes, encoding: str, delimiter: str, quote: str) -> list[Row]:
    """Rows from the end of a plain file, for what only they decide: the order of day and month, or decimals."""
    size = path.stat().st_size
    if size <= len(data) or head(path, 2) == b"\x1f\x8b" or head(path, 2) == b"PK":
        return []
    with path.open("rb") as file:
        file.seek(max(size - TAIL_BYTES, len(data)) // 4 * 4)
        piece = file.read(TAIL_BYTES + 4)
    name = "utf-16-be" if encoding == "utf-16" and data.startswith(codecs.BOM_UTF16_BE) else encoding
    text = _decode(piece, "utf-16-le" if name == "utf-16" else name)
    lines = text.splitlines(keepends=True)[1:-1]
    try:
        return [Row(row.cells, 0) for row in _rows("".join(lines), delimiter, quote)]
    except csv.Error:
        return []
