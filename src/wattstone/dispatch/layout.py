"""Where each column and row of a site's linear program stands, worked out once for each shape of a site.

Two plans of one site, and plans of two sites with as many devices of each kind, differ in numbers alone. What depends
on the shape is kept: the places of the entries, and the order that turns them into columns.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from wattstone.dispatch.highs import Indices

__all__ = ["Layout", "Shape", "layout"]

Places = NDArray[np.int64]


class Shape(NamedTuple):
    """What decides the pattern of the program.

    Parameters
    ----------
    steps, sources, batteries, tasks, dimmables, buffers : int
        How many of each; tasks are sessions and runs of shiftable loads.
    uncertain, pieces : int
        First steps whose cost is an expectation, and the bounded pieces of its curve.
    demand : int
        Pieces of the cost of the peak; 0 without a demand charge.
    ramping, cap, feeder : bool
        Whether there is a price of ramping, a cap of carbon, a limit of all chargers.
    members : tuple of tuple of int
        The account of each source, battery, task, dimmable and buffer; empty where there are no accounts.
    accounts, account_uncertain, account_pieces : int
        Meters of buildings with that of what is common, and their steps and pieces of expected cost.
    cap_by_account : bool
        Whether the cap counts the import of each account.
    """

    steps: int
    sources: int = 0
    batteries: int = 0
    tasks: int = 0
    dimmables: int = 0
    buffers: int = 0
    uncertain: int = 0
    pieces: int = 0
    demand: int = 0
    ramping: bool = False
    cap: bool = False
    feeder: bool = False
    members: tuple[tuple[int, ...], ...] = ()
    accounts: int = 0
    account_uncertain: int = 0
    account_pieces: int = 0
    cap_by_account: bool = False


@dataclass(frozen=True, eq=False)
class Layout:
    """Places of a shape.

    Parameters
    ----------
    shape : Shape
        The shape.
    column : mapping of str to slice
        Block of columns of each quantity; a block of (n, steps) is stored device by device.
    row : mapping of str to slice
        Block of rows of each kind of constraint.
    blocks : tuple of (str, int)
        Names of the blocks of entries and their lengths, in the order in which `problem` gives their values.
    order : (nonzeros,) array
        Puts the values of all blocks, one after another, into column order.
    start, index : arrays of int32
        The matrix by column.
    """

    shape: Shape
    column: dict[str, slice]
    row: dict[str, slice]
    blocks: tuple[tuple[str, int], ...]
    order: Places
    start: Indices
    index: Indices

    @property
    def columns(self) -> int:
        """Number of columns."""
        return self.start.size - 1

    @property
    def rows(self) -> int:
        """Number of rows."""
        return max((block.stop for block in self.row.values()), default=0)


@dataclass(eq=False)
class _Drawing:
    """Entries that are being collected."""

    column: dict[str, Places]
    row: dict[str, Places]
    names: list[str] = field(default_factory=list[str])
    rows: list[Places] = field(default_factory=list[Places])
    columns: list[Places] = field(default_factory=list[Places])

    def put(self, name: str, rows: Places, columns: Places) -> None:
        """A block of entries; rows and columns are broadcast against each other."""
        row, column = np.broadcast_arrays(rows, columns)
        self.names.append(name)
        self.rows.append(row.ravel())
        self.columns.append(column.ravel())

    def net(self, name: str, row: str, *, uncertain: int, lag: bool = False) -> None:
        """The net power in each row of a block: import, export and pieces; with `lag`, of the step before."""
        rows = self.row[row][1:] if lag else self.row[row]
        steps = rows.size
        self.put(f"{name}.import", rows, self.column["import"][:steps])
        self.put(f"{name}.export", rows, self.column["export"][:steps])
        if uncertain:
            pieces = self.column["piece"]
            count = min(uncertain, steps)
            self.put(f"{name}.piece", rows[:count], pieces[:, :count])


@lru_cache(maxsize=256)
def layout(shape: Shape) -> Layout:
    """Work out the places of a shape; kept for the next plan of the same shape.

    Parameters
    ----------
    shape : Shape
        Numbers of devices and steps.

    Returns
    -------
    Layout
        Columns, rows and the pattern of the matrix.
    """
    columns, width = _placed(_column_blocks(shape))
    rows, height = _placed(_row_blocks(shape))
    drawing = _Drawing(columns, rows)
    _draw(drawing, shape)
    row, column = np.concatenate(drawing.rows), np.concatenate(drawing.columns)
    order = np.argsort(column * max(height, 1) + row, kind="stable")
    start = np.searchsorted(column[order], np.arange(width + 1)).astype(np.int32)
    sizes = tuple((name, places.size) for name, places in zip(drawing.names, drawing.rows, strict=True))
    return Layout(
        shape, _slices(columns), _slices(rows), sizes, order, start, np.ascontiguousarray(row[order], dtype=np.int32)
    )


def _column_blocks(shape: Shape) -> dict[str, tuple[int, ...]]:
    h = shape.steps
    return {
        "import": (h,),
        "export": (h,),
        "piece": (shape.pieces, shape.uncertain),
        "peak": (int(shape.demand > 0),),
        "rung": (shape.demand,),
        "rise": (h * shape.ramping,),
        "fall": (h * shape.ramping,),
        "source": (shape.sources, h),
        "charge": (shape.batteries, h),
        "discharge": (shape.batteries, h),
        "soc": (shape.batteries, h),
        "task": (shape.tasks, h),
        "level": (shape.dimmables, h),
        "drive": (shape.buffers, h),
        "inside": (shape.buffers, h),
        "over": (shape.buffers, h),
        "under": (shape.buffers, h),
        "account.import": (shape.accounts, h),
        "account.export": (shape.accounts, h),
        "account.piece": (shape.accounts, shape.account_pieces, shape.account_uncertain),
    }


def _row_blocks(shape: Shape) -> dict[str, tuple[int, ...]]:
    h = shape.steps
    return {
        "balance": (h,),
        "soc": (shape.batteries, h),
        "task": (shape.tasks,),
        "buffer": (shape.buffers, h),
        "peak": (h * (shape.demand > 0),),
        "rung": (int(shape.demand > 0),),
        "ramping": (h * shape.ramping,),
        "feeder": (h * shape.feeder,),
        "cap": (int(shape.cap),),
        "account": (shape.accounts, h),
    }


def _draw(drawing: _Drawing, shape: Shape) -> None:
    """All entries; `problem.values` gives their values block by block under the same names."""
    column, row = drawing.column, drawing.row
    drawing.net("balance", "balance", uncertain=shape.uncertain)
    for name in ("source", "charge", "discharge", "task", "level", "drive"):
        drawing.put(f"balance.{name}", row["balance"], column[name])
    drawing.put("soc.now", row["soc"], column["soc"])
    drawing.put("soc.before", row["soc"][:, 1:], column["soc"][:, :-1])
    drawing.put("soc.charge", row["soc"], column["charge"])
    drawing.put("soc.discharge", row["soc"], column["discharge"])
    drawing.put("task.energy", row["task"].reshape(shape.tasks, 1), column["task"])
    for name in ("inside", "over", "under"):
        drawing.put(f"buffer.{name}", row["buffer"], column[name])
        drawing.put(f"buffer.{name}.before", row["buffer"][:, 1:], column[name][:, :-1])
    drawing.put("buffer.drive", row["buffer"], column["drive"])
    if shape.demand:
        drawing.net("peak", "peak", uncertain=shape.uncertain)
        drawing.put("peak.peak", row["peak"], column["peak"])
        drawing.put("rung.peak", row["rung"], column["peak"])
        drawing.put("rung.rung", row["rung"], column["rung"])
    if shape.ramping:
        drawing.net("ramping", "ramping", uncertain=shape.uncertain)
        drawing.net("ramping.before", "ramping", uncertain=shape.uncertain, lag=True)
        drawing.put("ramping.rise", row["ramping"], column["rise"])
        drawing.put("ramping.fall", row["ramping"], column["fall"])
    if shape.feeder:
        drawing.put("feeder", row["feeder"], column["task"])
    if shape.cap:
        meter = "account." if shape.cap_by_account else ""
        drawing.put("cap.import", row["cap"], column[f"{meter}import"])
        drawing.put("cap.piece", row["cap"], column[f"{meter}piece"])
    if shape.accounts:
        _draw_accounts(drawing, shape)


def _draw_accounts(drawing: _Drawing, shape: Shape) -> None:
    """The balance at the meter of each account, of its own devices."""
    column, row = drawing.column, drawing.row["account"]
    drawing.put("account.import", row, column["account.import"])
    drawing.put("account.export", row, column["account.export"])
    drawing.put("account.piece", row[:, None, : shape.account_uncertain], column["account.piece"])
    sources, batteries, tasks, dimmables, buffers = shape.members
    for name, accounts in (
        ("source", sources),
        ("charge", batteries),
        ("discharge", batteries),
        ("task", tasks),
        ("level", dimmables),
        ("drive", buffers),
    ):
        drawing.put(f"account.{name}", row[np.array(accounts, dtype=np.int64)], column[name])


def _placed(blocks: dict[str, tuple[int, ...]]) -> tuple[dict[str, Places], int]:
    """The places of each block, in its shape, and how many there are in all."""
    sizes = [math.prod(shape) for shape in blocks.values()]
    edges = list(accumulate(sizes, initial=0))
    placed: dict[str, Places] = {
        name: np.arange(first, last, dtype=np.int64).reshape(shape)
        for (name, shape), (first, last) in zip(blocks.items(), pairwise(edges), strict=True)
    }
    return placed, edges[-1]


def _slices(blocks: dict[str, Places]) -> dict[str, slice]:
    edge, found = 0, dict[str, slice]()
    for name, places in blocks.items():
        found[name] = slice(edge, edge + places.size)
        edge += places.size
    return found
