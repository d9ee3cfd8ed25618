"""Figures found by their ids: ids are hashes, so that no order of the rows helps; an index kept in scratch does.

There is one index for each file of figures. Files never change once they are named, so neither does an index; it can
be thrown away at any time and is made anew where it is missing.
"""

import shutil
import uuid
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.workflows.inventory.record import FIGURES
from wattstone.workflows.workspace import Workspace

__all__ = ["FOUND", "figure_by_id", "figures_by_id", "keep_index", "rows_of"]

FORM = 1
"""Of the files; another one is written where columns mean something else."""

FOUND: dict[str, pl.DataType] = {
    "id": pl.String(),
    "subject": pl.String(),
    "value": pl.Float64(),
    "part": pl.Int32(),  # year of the inventory that it is of
}

_MOST = 64  # files
_ARRAYS = ("hashes", "codes", "values")


@dataclass(frozen=True, eq=False)
class _Index:
    """Of one file: hashes of its ids in order, and what belongs to each of them."""

    hashes: npt.NDArray[np.uint64]
    codes: npt.NDArray[np.uint32]
    values: npt.NDArray[np.float64]
    subjects: pl.Series
    run: int

    def find(self, ids: pl.Series, hashes: npt.NDArray[np.uint64]) -> pl.DataFrame:
        """Those of some ids that are there."""
        order = np.argsort(hashes)  # in order they are looked for beside each other, in memory that is near
        at = np.empty(len(hashes), dtype=np.int64)
        at[order] = np.searchsorted(self.hashes, hashes[order])
        there = at < len(self.hashes)
        there[there] = self.hashes[at[there]] == hashes[there]
        rows = at[there]
        return pl.DataFrame(
            {
                "id": ids.filter(pl.Series(there)),
                "subject": self.subjects.gather(pl.Series(self.codes[rows])),
                "value": pl.Series(self.values[rows]).fill_nan(None),
            }
        )


_held: OrderedDict[str, _Index] = OrderedDict()
_lock, _making = Lock(), Lock()


def keep_index(workspace: Workspace) -> None:
    """Make what is missing of the index, so that nobody who asks for a figure waits for it."""
    for _, path in _files(workspace):
        _index(workspace, path)


def figures_by_id(workspace: Workspace, ids: "Sequence[str] | pl.Series") -> pl.DataFrame:
    """Figures of inventories by their ids, whoever acts: not to be shown before it was asked what one may see.

    Parameters
    ----------
    workspace : Workspace
        Guarded or not.
    ids : sequence of str, or polars.Series
        Of figures; others are not found.

    Returns
    -------
    polars.DataFrame
        Columns `FOUND`; each id once, in the order in which they were asked for.
    """
    wanted = pl.Series("id", ids, dtype=pl.String).unique(maintain_order=True)
    if wanted.is_empty():
        return pl.DataFrame(schema=FOUND)
    hashes = _hashes(wanted)
    found = [
        index.find(wanted, hashes).with_columns(pl.lit(part, pl.Int32).alias("part"))
        for part, index in sorted(
            ((part, _index(workspace, path)) for part, path in _files(workspace)), key=lambda one: one[1].run
        )
    ]
    if not found:
        return pl.DataFrame(schema=FOUND)
    if len(found) == 1:
        return found[0].select(list(FOUND))
    # One that was withdrawn stands in two files: what was written last holds.
    known = pl.concat(found).unique("id", keep="last", maintain_order=True)
    return wanted.to_frame().join(known, on="id", how="inner", maintain_order="left").select(list(FOUND))


def rows_of(workspace: Workspace, found: pl.DataFrame, *columns: str | pl.Expr) -> dict[str, dict[str, Any]]:
    """The whole rows of some figures by their ids, as far as the lake of the workspace shows them.

    Parameters
    ----------
    workspace : Workspace
        Guarded where somebody is restricted.
    found : polars.DataFrame
        From `figures_by_id`.
    *columns : str or polars.Expr
        All where none is named; `id` and `run` always.
    """
    parts: Iterable[int] = found["part"].unique().sort()
    scan = workspace.lake.scan(FIGURES, parts=parts) if found.height else None
    if scan is None:
        return {}
    # Rows are sorted by their subjects: these tell which groups of rows have to be read.
    subjects, ids = found["subject"].unique().to_list(), found["id"].to_list()
    about = pl.col("subject") == subjects[0] if len(subjects) == 1 else pl.col("subject").is_in(subjects)
    mine = scan.filter(about & pl.col("id").is_in(ids))
    rows = (mine.select("id", "run", *columns) if columns else mine).collect()
    return {row["id"]: row for row in rows.sort("run", maintain_order=True).iter_rows(named=True)}


def figure_by_id(workspace: Workspace, wanted: str) -> dict[str, Any] | None:
    """The row of one figure of an inventory by its whole id; None where there is none, or the lake hides it."""
    return rows_of(workspace, figures_by_id(workspace, [wanted])).get(wanted)


def _files(workspace: Workspace) -> list[tuple[int, str]]:
    """Partition and address of each file of figures."""
    lake = (workspace.behind or workspace).lake
    return [(part, path) for part, paths in lake.addresses(FIGURES).items() for path in paths]


def _hashes(ids: pl.Series) -> npt.NDArray[np.uint64]:
    return ids.hash(seed=FORM).to_numpy()


def _index(workspace: Workspace, address: str) -> _Index:
    """The index of a file: from memory, from scratch, or made."""
    stem = address.rsplit("/", 1)[-1].removesuffix(".parquet")
    # Hashes are the same within a version of polars.
    folder = workspace.scratch / "figures" / f"{FORM}-{pl.__version__}-{stem}"
    key = f"{folder}:{address}"
    with _lock:
        if (known := _held.get(key)) is not None:
            _held.move_to_end(key)
            return known
    with _making:
        with _lock:
            if (known := _held.get(key)) is not None:
                return known
        made = _read(folder)
        if made is None:
            made = _made(address)
            _write(folder, made)
            made = _read(folder) or made
    with _lock:
        _held[key] = made
        while len(_held) > _MOST:
            _held.popitem(last=False)
    return made


def _made(address: str) -> _Index:
    scan = pl.scan_parquet(address, hive_partitioning=False, glob=False, cache=False)
    rows = scan.select(pl.col("id").hash(seed=FORM).alias("hash"), "subject", "value", "run").collect()
    run = rows["run"].max()
    names = rows.select(pl.col("subject").unique(maintain_order=True)).with_row_index("code")
    coded = rows.select("hash", "subject", "value").join(names, on="subject", maintain_order="left")
    ordered = coded.select("hash", pl.col("code").cast(pl.UInt32), pl.col("value").fill_null(float("nan"))).sort("hash")
    arrays = (ordered[name].to_numpy() for name in ("hash", "code", "value"))
    return _Index(*arrays, subjects=names["subject"], run=int(str(run)) if run is not None else 0)


def _write(folder: Path, index: _Index) -> None:
    """Keep an index. Where the disk refuses, nothing is kept and nothing is lost."""
    part = folder.with_name(f"{uuid.uuid4().hex}.part")
    try:
        part.mkdir(parents=True)
        for name in _ARRAYS:
            np.save(part / f"{name}.npy", getattr(index, name))
        names = pl.DataFrame({"subject": index.subjects}).with_columns(pl.lit(index.run).alias("run"))
        names.write_ipc(part / "subjects.arrow")
        part.replace(folder)
    except OSError:
        shutil.rmtree(part, ignore_errors=True)


def _read(folder: Path) -> _Index | None:
    """An index from scratch, mapped into memory that processes share; None where there is none that can be read."""
    try:
        arrays: list[npt.NDArray[Any]] = [np.load(folder / f"{name}.npy", mmap_mode="r") for name in _ARRAYS]
        names = pl.read_ipc(folder / "subjects.arrow")
    except (OSError, ValueError, pl.exceptions.PolarsError):
        return None
    run = names["run"].max()
    return _Index(*arrays, subjects=names["subject"], run=int(str(run)) if run is not None else 0)
