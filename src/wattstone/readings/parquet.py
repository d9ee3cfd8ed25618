"""Parquet files of strangers, opened so that a damaged one is a refusal and never a crash."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# pyarrow has no types.

from pathlib import Path

import polars as pl

from wattstone.base import InputRefused
from wattstone.readings.problems import Problems, quoted, refuse
from wattstone.readings.source import MIB

MAX_EXPANDED = 8192 * MIB


def read_parquet(path: Path, *, needed: tuple[str, ...] = ()) -> pl.DataFrame:
    """A whole Parquet file.

    Parameters
    ----------
    path : Path
    needed : tuple of str
        Columns that must be there.

    Raises
    ------
    InputRefused
        If it is damaged, would expand beyond 8 GiB, or lacks columns.
    """
    import pyarrow as pa  # heavy, and needed here alone
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        groups = [file.metadata.row_group(index).total_byte_size for index in range(file.metadata.num_row_groups)]
        if sum(groups) > MAX_EXPANDED:
            raise refuse(
                path,
                "readings.file.bomb",
                found="the file expands to {size} bytes",
                expected="at most {most} bytes",
                remedy="give it in parts",
                size=sum(groups),
                most=MAX_EXPANDED,
            )
        names = tuple(file.schema_arrow.names)
        _check_columns(path, names, needed)
        return pl.DataFrame(pl.from_arrow(file.read()))
    except InputRefused:
        raise
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError, pl.exceptions.PolarsError) as error:
        raise refuse(
            path,
            "readings.parquet.broken",
            found="the Parquet file ends early or is damaged ({why})",
            expected="a whole Parquet file",
            remedy="copy or export the file again",
            why=str(error)[:200],
        ) from error


def _check_columns(path: Path, names: tuple[str, ...], needed: tuple[str, ...]) -> None:
    problems = Problems(path)
    for name in needed:
        if name not in names:
            problems.add(
                "readings.column.missing",
                column=name,
                found="the file has no such column; its columns are {names}",
                expected="a column of this name",
                remedy="rename the column in the file",
                params={"names": quoted(", ".join(names), 300)},
            )
    problems.raise_if_refused()
