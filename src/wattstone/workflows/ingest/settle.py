"""Every partition of the sources: checked, flagged and written to files that no version names yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

import polars as pl

from wattstone.base import Finding
from wattstone.base.threads import in_order
from wattstone.readings import Incoming
from wattstone.readings.partitions import Span, finer_span, part_period, span_of
from wattstone.readings.slices import SLICES, slices_of
from wattstone.readings.spool import Spool
from wattstone.workflows.ingest.context import quality_context
from wattstone.workflows.ingest.derived import READINGS, SLICES_TABLE
from wattstone.workflows.ingest.gather import Gathering, Progress
from wattstone.workflows.ingest.part import COUNTS, ROW, Arrived, settle, tidy
from wattstone.workflows.ingest.tally import Tally
from wattstone.workflows.stores import Lake, StagedFile
from wattstone.workflows.workspace import Workspace

_AT_ONCE = 2  # partitions: one is written and hashed while the next one is checked and flagged


@dataclass
class Settled:
    """What sources change in the lake.

    Parameters
    ----------
    first : int
        The batch of the first source; its commit takes replaced files out.
    tally : Tally
        What contradicts itself.
    now : datetime
        When they were received, naive UTC.
    staged : dict of int to list of StagedFile
        By batch.
    slices : list of polars.DataFrame
        All slices of rewritten partitions, the new ones of others; with column `part`.
    rewritten : set of int
        Partitions whose files are replaced.
    arrived : dict of int to Arrived
        By partition, without rows.
    """

    first: int
    tally: Tally
    now: datetime
    staged: dict[int, list[StagedFile]] = field(default_factory=dict[int, list[StagedFile]])
    slices: list[pl.DataFrame] = field(default_factory=list[pl.DataFrame])
    rewritten: set[int] = field(default_factory=set[int])
    arrived: dict[int, Arrived] = field(default_factory=dict[int, Arrived])

    def counts(self, batch: int) -> dict[str, int]:
        """Readings of one source: new, changed, same, repeated."""
        return {name: sum(one.count(batch, name) for one in self.arrived.values()) for name in COUNTS}

    def periods(self, batch: int) -> tuple[int, ...]:
        """Partitions that one source changes."""
        return tuple(
            sorted(part for part, one in self.arrived.items() if one.count(batch, "new") or one.count(batch, "changed"))
        )

    def replaced(self, files: Mapping[int, tuple[str, ...]]) -> set[str]:
        """Files that the staged ones take the place of."""
        return {path for part in self.rewritten for path in files.get(part, ())}

    def findings(self, gathered: Gathering) -> list[Finding]:
        """What was found in the rows."""
        counts = {batch: self.counts(batch) for batch in gathered.sources}
        found = self.tally.findings(sum(sum(count.values()) for count in counts.values()))
        if repeated := sum(count["repeated"] for count in counts.values()):
            found.append(_repeated(gathered.called, repeated))
        if any(part_period(part).start > self.now for part in self.arrived):
            found.append(_future(gathered.called))
        return found


@dataclass(frozen=True)
class _Piece:
    """A partition to be written; `kept` are slices of its new file that need not be hashed again, None for none."""

    part: int
    one: Arrived
    first: int
    kept: pl.DataFrame | None


def settle_all(workspace: Workspace, gathered: Gathering, spool: Spool, progress: Progress) -> Settled:
    """Settle every partition that the sources touch.

    Parameters
    ----------
    workspace : Workspace
        Where they go.
    gathered : Gathering
        The sources.
    spool : Spool
        Their rows; emptied.
    progress : callable
        Told how far it is.

    Returns
    -------
    Settled
    """
    tally = Tally(gathered.names, gathered.called, gathered.fixed)
    first = min(gathered.sources)
    settled = Settled(first, tally, datetime.now(UTC).replace(tzinfo=None))
    if gathered.clashes is not None:
        tally.add("readings.contradiction", gathered.clashes)
    pieces = _pieces(workspace, gathered, spool, settled, progress)
    with in_order(partial(_written, workspace.lake, gathered.sources), pieces, most=_AT_ONCE) as written:
        for files, slices in written:
            for batch, file in files:
                settled.staged.setdefault(batch, []).append(file)
            settled.slices.append(slices)
    return settled


def _pieces(
    workspace: Workspace, gathered: Gathering, spool: Spool, settled: Settled, progress: Progress
) -> Iterator[_Piece]:
    """What has to be written, partition by partition; nothing any more once the sources are refused."""
    context = quality_context(gathered.roster.named, others=gathered.roster.everyone)
    first, tally, rows = settled.first, settled.tally, spool.rows
    span, recut = _span(workspace, spool)
    if recut:
        settled.rewritten |= set(workspace.lake.parts(READINGS))
    times, done = gathered.times, 0
    for part, raw in spool.parts(span):
        old = raw.filter(pl.col("batch") < first) if recut else None
        mine = raw.filter(pl.col("batch") >= first) if recut else raw
        tidied, repeated = tidy(_scaled(mine, times), tally)
        held = (
            _held(workspace, part, tidied, gathered.whole)
            if old is None
            else old.rename({"given": "flags"}).sort("meter", "start")
        )
        one = settle(
            tidied,
            None if held is None else held.select(list(ROW)),
            context=context,
            now=settled.now,
            tally=tally,
            repeated=repeated,
            whole=gathered.whole,
            rewrite=recut,
        )
        settled.arrived[part] = replace(one, rows=one.rows.clear())
        if one.rows.height and not tally.refuses():
            if one.rewrite:
                settled.rewritten.add(part)
            yield _Piece(part, one, first, _kept(workspace, part, one))
        done += mine.height
        progress("write", done, rows)


def _span(workspace: Workspace, spool: Spool) -> tuple[Span | None, bool]:
    """How long partitions are; rows that are there are cut anew where the sources outgrow their length.

    An estate that began small has long partitions, and one of them must still fit into memory.
    """
    lake = workspace.lake
    files = lake.parts(READINGS)
    span = span_of(files)
    if span is None or spool.first is None or spool.last is None:
        return span, False
    finer = finer_span(span, spool.rows, spool.first, spool.last)
    if finer is None:
        return span, False
    for part in sorted(files):
        held = lake.scan(READINGS, parts=[part])
        assert held is not None
        spool.add(held.select("meter", "start", "seconds", "value", pl.col("flags").alias("given"), "batch").collect())
    return finer, True


def _scaled(rows: pl.DataFrame, times: Mapping[int, float]) -> pl.DataFrame:
    """Multipliers and signs of the meters, applied."""
    if not times:
        return rows
    factor = pl.col("meter").replace_strict(times, default=1.0, return_dtype=pl.Float64)
    return rows.with_columns(pl.col("value") * factor)


def _held(workspace: Workspace, part: int, rows: pl.DataFrame, whole: frozenset[int]) -> pl.DataFrame | None:
    """What the lake holds of a partition, if it may share time with the rows."""
    known = workspace.lake.scan(SLICES_TABLE, parts=[part])
    if known is None:
        return None
    end = pl.col("start") + pl.duration(seconds=pl.col("seconds"))
    bounds = rows.lazy().group_by("meter").agg(pl.col("start").min().alias("from"), end.max().alias("to"))
    shared = (pl.col("first") < pl.col("to")) & (pl.col("until") > pl.col("from"))
    met = known.join(bounds, on="meter").filter(shared | pl.col("meter").is_in(list(whole)))
    if met.select(pl.len()).collect().item() == 0:
        return None
    held = workspace.lake.scan(READINGS, parts=[part])
    return None if held is None else held.select(list(ROW)).collect()


def _kept(workspace: Workspace, part: int, one: Arrived) -> pl.DataFrame | None:
    """Slices of a partition's new file that stay: those of meters whose rows are as they were."""
    known = None if one.touched is None else workspace.lake.scan(SLICES_TABLE, parts=[part])
    if one.touched is None or known is None:
        return None
    return known.filter(~pl.col("meter").is_in(one.touched.implode())).select(list(SLICES)).collect()


def _written(
    lake: Lake, sources: Mapping[int, Incoming], piece: _Piece
) -> tuple[list[tuple[int, StagedFile]], pl.DataFrame]:
    """Write a partition's rows: with the first source where they replace a file, else each with its own.

    Returns the files, each with its batch, and the slices, hashed where they are not kept, with column `part`.
    """
    one = piece.one
    files = [
        (batch, lake.stage(READINGS, piece.part, rows, key=sources[batch].key))
        for batch, rows in _by_commit(one, piece.first)
    ]
    if piece.kept is None or one.touched is None:
        slices = slices_of(one.rows)
    else:
        made = slices_of(one.rows.filter(pl.col("meter").is_in(one.touched.implode())))
        slices = pl.concat([piece.kept, made]).sort("meter", "batch")
    return files, slices.with_columns(pl.lit(piece.part, pl.Int32).alias("part"))


def _by_commit(one: Arrived, first: int) -> Iterator[tuple[int, pl.DataFrame]]:
    batches = one.rows["batch"]
    if one.rewrite or batches.min() == batches.max():
        yield (first if one.rewrite else int(batches[0])), one.rows
        return
    for (batch,), rows in sorted(one.rows.partition_by("batch", as_dict=True).items(), key=lambda item: item[0]):
        yield int(batch), rows


def _repeated(name: str, count: int) -> Finding:
    return Finding(
        code="readings.repeated",
        place=name,
        found="{count} readings are given more than once",
        count=count,
        expected="each reading once",
        remedy="nothing has to be done: each was taken once",
        severity="warning",
    )


def _future(name: str) -> Finding:
    return Finding(
        code="readings.future",
        place=name,
        found="some readings are stamped after today",
        expected="readings of the past",
        remedy="check the clock and the order of day and month; the readings carry the flag 'future'",
        severity="warning",
    )
