"""Many small files into few: one file a partition, partitions of a length that fits, flags made with whole context."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from wattstone.readings.partitions import Span, fitting_span, part_expression, part_period, span_of
from wattstone.readings.quality import flag_readings
from wattstone.readings.schema import Flag
from wattstone.readings.slices import slices_of
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.ingest.context import quality_context
from wattstone.workflows.ingest.derived import READINGS, keep_slices
from wattstone.workflows.ingest.gather import next_batch
from wattstone.workflows.ingest.part import GIVEN, ROW
from wattstone.workflows.ingest.recovery import recover
from wattstone.workflows.stores import StagedFile
from wattstone.workflows.workspace import Workspace


@dataclass(frozen=True)
class Compacted:
    """Files before and after, and the length of the partitions."""

    before: int
    after: int
    span: Span


def compact(workspace: Workspace) -> Compacted:
    """Write the readings anew where that makes them quicker to read; no value changes, every earlier version stays.

    Returns
    -------
    Compacted
    """
    workspace = acting(workspace, Act.INGEST, EVERYWHERE)
    with workspace.lock():
        lake = workspace.lake
        recover(workspace)
        files = lake.parts(READINGS)
        before = sum(map(len, files.values()))
        span = span_of(files)
        if span is None:
            return Compacted(0, 0, "year")
        wanted = _fitting(workspace)
        todo = sorted(part for part, paths in files.items() if len(paths) > 1) if wanted == span else sorted(files)
        if not todo:
            return Compacted(before, before, span)
        version = lake.version(READINGS)
        key = f"compact:{version}"
        staged: list[StagedFile] = []
        slices: list[pl.DataFrame] = []
        context = quality_context(workspace.records.meter_table())
        for part, rows in _regrouped(workspace, todo, wanted):
            flagged = _flagged(rows, context)
            staged.append(lake.stage(READINGS, part, flagged, key=key))
            slices.append(slices_of(flagged).with_columns(pl.lit(part, pl.Int32).alias("part")))
        replaced = {path for part in todo for path in files[part]}
        after = lake.commit(
            READINGS,
            staged,
            schema=pl.Schema(ROW),
            key=key,
            batch=next_batch(lake),
            replaced=replaced,
            about={"compacted": str(len(replaced))},
        )
        keep_slices(lake, slices, rewritten={*todo, *(file.part for file in staged)}, version=after)
        return Compacted(before, sum(map(len, lake.parts(READINGS).values())), wanted)


def _fitting(workspace: Workspace) -> Span:
    scan = workspace.lake.scan("slices")
    assert scan is not None
    rows, first, last = scan.select(pl.col("rows").sum(), pl.col("first").min(), pl.col("last").max()).collect().row(0)
    return fitting_span(int(rows), first, last)


def _regrouped(workspace: Workspace, parts: list[int], span: Span) -> Iterator[tuple[int, pl.DataFrame]]:
    """Rows of partitions, cut anew; those that make up one longer partition are read together."""
    digits = {"year": 4, "month": 6, "day": 8}[span]
    groups: dict[int, list[int]] = {}
    for part in parts:
        groups.setdefault(int(str(part)[:digits]), []).append(part)
    for members in groups.values():
        scan = workspace.lake.scan(READINGS, parts=members)
        assert scan is not None
        rows = scan.select(list(ROW)).collect().sort("meter", "start")
        cut = rows.with_columns(part_expression(pl.col("start"), span).alias("part"))
        for (part,), piece in sorted(cut.partition_by("part", as_dict=True, include_key=False).items()):
            assert part_period(int(part)).start <= piece["start"].min()  # pyright: ignore[reportOperatorIssue]
            yield int(part), piece


def _flagged(rows: pl.DataFrame, context: pl.DataFrame) -> pl.DataFrame:
    given = rows["flags"] & GIVEN
    future = rows["flags"] & int(Flag.FUTURE)
    flagged = flag_readings(rows.drop("flags", "batch"), context=context, now=datetime.now(UTC).replace(tzinfo=None))
    return flagged.with_columns((pl.col("flags") | given | future).cast(pl.Int16), rows["batch"]).select(list(ROW))
