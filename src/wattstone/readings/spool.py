"""Rows on their way into the lake: gathered by partition in a scratch folder, so that memory stays bounded.

A file may hold its rows in any order. They are kept in memory up to a limit; beyond it they are written to scratch
files by stretch of time, and read back a stretch at a time.
"""

import shutil
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

import polars as pl

from wattstone.readings.partitions import (
    LENGTH,
    TOO_MANY,
    Span,
    fitting_span,
    part_expression,
    part_period,
    parts_between,
)

LIMIT = 6_000_000  # rows in memory at once
_FEW = 40  # partitions that are cut out one by one, each by a pass over all rows
_DIGITS: dict[Span, int] = {"year": 4, "month": 6, "day": 8}


class Spool:
    """Gathers frames with a column `start`, and gives them back partition by partition.

    Parameters
    ----------
    folder : pathlib.Path
        Scratch; made when needed, removed by `close`.
    limit : int
        Rows that may be in memory at once.
    """

    def __init__(self, folder: Path, *, limit: int = LIMIT) -> None:
        self._folder = folder
        self._limit = limit
        self._held: list[pl.DataFrame] = []
        self._spilled: dict[int, list[tuple[Path, int]]] = {}
        self._stretch: Span = "year"
        self._files = 0
        self.rows = 0
        self.first: datetime | None = None
        self.last: datetime | None = None

    def add(self, frame: pl.DataFrame) -> None:
        """Take rows in."""
        if frame.is_empty():
            return
        first, last = frame.select(pl.col("start").min().alias("a"), pl.col("start").max().alias("b")).row(0)
        self.first = first if self.first is None else min(self.first, first)
        self.last = last if self.last is None else max(self.last, last)
        self.rows += frame.height
        self._held.append(frame)
        if sum(held.height for held in self._held) >= self._limit:
            self._spill()

    def _spill(self) -> None:
        held = pl.concat(self._held)
        self._held = []
        if not self._spilled:
            # As long as the partitions are going to be, if what follows is like this; few files are quick to read back.
            assert self.first is not None
            assert self.last is not None
            self._stretch = fitting_span(held.height, self.first, self.last)
        self._write(held, self._stretch)

    def _write(self, frame: pl.DataFrame, span: Span) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        for part, rows in _split(frame, span):
            path = self._folder / f"{self._files:08d}.arrow"
            rows.write_ipc(path, compression="lz4")
            self._files += 1
            self._spilled.setdefault(part, []).append((path, rows.height))

    def parts(self, span: Span | None = None) -> Iterator[tuple[int, pl.DataFrame]]:
        """Everything that was taken in, partition by partition in order of time.

        Parameters
        ----------
        span : {'year', 'month', 'day'} or None
            Length of the partitions; what fits the rows where None.

        Yields
        ------
        tuple of int and polars.DataFrame
            The partition's number, and its rows in no particular order.
        """
        if self.first is None or self.last is None:
            return
        span = span or fitting_span(self.rows, self.first, self.last)
        if not self._spilled:
            held, self._held = pl.concat(self._held), []
            yield from _split(held, span)
            return
        if self._held:
            self._spill()
        if LENGTH[span] < LENGTH[self._stretch]:
            self._gather_again(span)
        for stretches in self._together(span):
            files = [path for part in stretches for path, _ in self._spilled[part]]
            frame = pl.concat([pl.read_ipc(path) for path in files])
            for part in stretches:
                for path, _ in self._spilled.pop(part):
                    path.unlink()
            if len(stretches) == 1 and len(str(stretches[0])) == _DIGITS[span]:
                yield stretches[0], frame
            else:
                yield from _split(frame, span)

    def _together(self, span: Span) -> list[list[int]]:
        """Stretches that make up one partition, or hold several."""
        digits = _DIGITS[span]
        groups: dict[int, list[int]] = {}
        for part in sorted(self._spilled):
            groups.setdefault(int(str(part)[:digits]), []).append(part)
        return [groups[key] for key in sorted(groups)]

    def _gather_again(self, span: Span) -> None:
        """Write stretches that are too large to be read at once anew, by the span that is wanted."""
        stretches, self._spilled = self._spilled, {}
        for stretch, files in stretches.items():
            if sum(rows for _, rows in files) <= TOO_MANY:
                self._spilled[stretch] = files
                continue
            for path, _ in files:
                self._write(pl.read_ipc(path), span)
                path.unlink()

    def close(self) -> None:
        """Forget everything and remove the scratch folder."""
        self._held = []
        self._spilled = {}
        shutil.rmtree(self._folder, ignore_errors=True)


def _split(frame: pl.DataFrame, span: Span) -> Iterator[tuple[int, pl.DataFrame]]:
    """A frame by partition, in order of time; the order of rows stays."""
    start = pl.col("start")
    first, last = frame.select(start.min().alias("first"), start.max().alias("last")).row(0)
    parts = list(islice(parts_between(first, last, span), _FEW + 1))
    if len(parts) > _FEW:
        grouped = frame.with_columns(part_expression(start, span).alias("part"))
        pieces = grouped.partition_by("part", as_dict=True, include_key=False)
        yield from ((int(key[0]), pieces[key]) for key in sorted(pieces))
        return
    for part in parts:
        period = part_period(part)
        rows = frame.filter(start.is_between(period.start, period.end, closed="left"))
        if rows.height:
            yield part, rows
