"""The long sheet of a workbook, written as columns: a chunk of rows at a time, in memory that does not grow with it.

openpyxl makes an object of every cell; of the lines of an inventory there are millions. So it writes the workbook with
the heads alone, and the rows are put into the part of their sheet while it is copied [1]_.

References
----------
.. [1] ECMA-376-1:2016, "Office Open XML File Formats," sec. 18.3.1: sheetData, row, c, f, v, is.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, overload
from xml.sax.saxutils import escape

import polars as pl
from openpyxl.utils import get_column_letter

from wattstone.interfaces.present.statement_cells import Formula
from wattstone.interfaces.present.xlsx import cell_text

__all__ = ["ColumnRows", "filled"]

CHUNK = 20_000  # rows
_END = b"</sheetData>"
_EMPTY = b"<sheetData/>"
_DIMENSION = re.compile(rb"<dimension [^>]*/>")
_AROUND = re.compile(r"^\s|\s$|\n")


@dataclass(frozen=True)
class ColumnRows(Sequence[Sequence[Any]]):
    """Rows below the heads of a sheet, held as columns.

    Parameters
    ----------
    frame : polars.DataFrame
        A column for each of the sheet, in its order: texts, whole numbers, floats.
    formulas : mapping
        By name of a column: the formula of a row without its equals sign, with `{}` for the number of the row, and the
        name of the column of the frame that says where it stands in place of the value.
    """

    frame: pl.DataFrame
    formulas: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    first: int = 2

    @property
    def shown(self) -> list[str]:
        """Names of the columns of the sheet."""
        flags = {flag for _, flag in self.formulas.values()}
        return [name for name in self.frame.columns if name not in flags]

    def __len__(self) -> int:
        """How many rows there are."""
        return self.frame.height

    @overload
    def __getitem__(self, index: int) -> Sequence[Any]: ...
    @overload
    def __getitem__(self, index: slice) -> list[Sequence[Any]]: ...
    def __getitem__(self, index: int | slice) -> Any:
        """Rows as they stand in the sheet, with formulas."""
        if isinstance(index, int):
            return self[index : index + 1][0]
        start, stop, _ = index.indices(len(self))
        part = self.frame.slice(start, max(stop - start, 0))
        return [self._row(row, self.first + start + at) for at, row in enumerate(part.iter_rows(named=True))]

    def _row(self, row: dict[str, Any], number: int) -> tuple[Any, ...]:
        def value(name: str) -> Any:
            form, flag = self.formulas.get(name, ("", ""))
            return Formula(form.replace("{}", str(number))) if flag and row[flag] else row[name]

        return tuple(value(name) for name in self.shown)

    def xml(self, formats: Mapping[str, int]) -> Iterator[bytes]:
        """The rows as parts of a sheet.

        Parameters
        ----------
        formats : mapping
            Numbers of the cell formats of the workbook: `large`, `small`.
        """
        for start in range(0, len(self), CHUNK):
            yield self._chunk(self.frame.slice(start, CHUNK), self.first + start, formats).encode()

    def _chunk(self, part: pl.DataFrame, first: int, formats: Mapping[str, int]) -> str:
        numbered = part.with_row_index("row_", offset=first).with_columns(pl.col("row_").cast(pl.String))
        cells = [self._cell(name, numbered, at, formats) for at, name in enumerate(self.shown, start=1)]
        row = pl.concat_str(pl.lit('<row r="'), "row_", pl.lit('">'), *cells, pl.lit("</row>"), ignore_nulls=True)
        return "".join(numbered.select(row.alias("xml"))["xml"].to_list())

    def _cell(self, name: str, part: pl.DataFrame, at: int, formats: Mapping[str, int]) -> pl.Expr:
        """One column as cells; null where a row has nothing."""
        place = pl.concat_str(pl.lit(f'<c r="{get_column_letter(at)}'), "row_", pl.lit('"'))
        kind = part.schema[name]
        if kind == pl.String():
            known = part[name].drop_nulls().unique()
            texts = pl.Series([_text(one) for one in known], dtype=pl.String())
            text = pl.col(name).replace_strict(known, texts, default=None, return_dtype=pl.String())
            return pl.concat_str(place, pl.lit(' t="inlineStr">'), text, pl.lit("</c>"))
        shown = pl.col(name).cast(pl.String)
        if not kind.is_float():
            return pl.concat_str(place, pl.lit("><v>"), shown, pl.lit("</v></c>"))
        finite = pl.when(pl.col(name).is_finite()).then(shown)
        look = pl.when(pl.col(name).abs() >= 1).then(pl.lit(str(formats["large"]))).otherwise(
            pl.lit(str(formats["small"]))
        )  # fmt: skip
        number = pl.concat_str(place, pl.lit(' s="'), look, pl.lit('"><v>'), finite, pl.lit("</v></c>"))
        if name not in self.formulas:
            return number
        form, flag = self.formulas[name]
        pieces = [pl.lit(piece) for piece in escape(form).split("{}")]
        told = [piece for pair in zip(pieces, [pl.col("row_")] * len(pieces), strict=True) for piece in pair][:-1]
        formula = pl.concat_str(place, pl.lit(f' s="{formats["large"]}"><f>'), *told, pl.lit("</f><v/></c>"))
        return pl.when(pl.col(flag)).then(formula).otherwise(number)


def _text(text: str) -> str:
    """A text as the content of a cell."""
    shown = escape(cell_text(text))
    keep = ' xml:space="preserve"' if _AROUND.search(shown) else ""
    return f"<is><t{keep}>{shown}</t></is>"


def filled(source: IO[bytes], path: Path, rows: Mapping[str, ColumnRows], formats: Mapping[str, int]) -> None:
    """Copy a workbook, and put rows into some of its sheets.

    Parameters
    ----------
    source : file
        A workbook whose sheets have their heads.
    path : Path
        Where the whole one goes.
    rows : mapping
        By the name of a part, as `xl/worksheets/sheet2.xml`.
    formats : mapping
        As for `ColumnRows.xml`.
    """
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            part = old.read(info)
            if info.filename not in rows:
                new.writestr(info, part)
                continue
            before, after = _split(_DIMENSION.sub(b"", part))
            told = zipfile.ZipInfo(info.filename, info.date_time)
            told.compress_type = zipfile.ZIP_DEFLATED
            with new.open(told, "w", force_zip64=True) as stream:
                stream.write(before)
                for chunk in rows[info.filename].xml(formats):
                    stream.write(chunk)
                stream.write(after)


def _split(part: bytes) -> tuple[bytes, bytes]:
    before, _, after = part.replace(_EMPTY, b"<sheetData>" + _END).partition(_END)
    return before, _END + after
