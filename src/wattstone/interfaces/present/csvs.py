"""Figures as CSV: every figure in full precision, text that no spreadsheet runs."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from wattstone.interfaces.present.numbers import MINUS, THIN
from wattstone.interfaces.present.safe import harmless
from wattstone.inventory.document import FIGURES, InventoryDocument
from wattstone.workflows.whole_files import written_whole


def write_csv(document: InventoryDocument, path: Path) -> None:
    """Write every figure of the document, a row each.

    Parameters
    ----------
    document : InventoryDocument
        The inventory.
    path : Path
        A file, in UTF-8 with a byte order mark, so that spreadsheets read names in any script. It is replaced in one
        step: either the old file or the whole new one is there.
    """
    figures = document.figures.select(list(FIGURES)).with_columns(simulated=pl.lit(document.simulated))
    safe = harmless_frame(figures)
    with written_whole(path) as partial:
        safe.write_csv(partial, include_bom=True)


def harmless_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """A table whose texts no spreadsheet runs."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String()]
    return frame.with_columns(_harmless(name) for name in texts)


def _harmless(name: str) -> pl.Expr:
    """`safe.harmless` for a column; most texts come many times, so each is looked at once."""
    return pl.col(name).map_batches(
        lambda column: column.replace_strict(
            (known := column.drop_nulls().unique()),
            pl.Series([harmless(text) for text in known], dtype=pl.String()),
            default=None,
            return_dtype=pl.String(),
        ),
        return_dtype=pl.String(),
    )


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A small table as CSV text with texts made harmless; numbers lose the spaces between their thousands.

    Parameters
    ----------
    heads : sequence of str
        Names of the columns.
    rows : iterable of sequence of str
        Cells as they are shown.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([harmless(head) for head in heads])
    for row in rows:
        writer.writerow([_plain(text) for text in row])
    return out.getvalue()


def _plain(text: str) -> str:
    bare = text.replace(THIN, "").replace(MINUS, "-")
    try:
        float(bare)
    except ValueError:
        return harmless(text)
    return bare
