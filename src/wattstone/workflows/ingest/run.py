"""The ingest of one source, from its rows to one commit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.portfolio import Meter, Site
from wattstone.portfolio.virtual import check
from wattstone.readings import Incoming
from wattstone.readings.partitions import part_period, span_of
from wattstone.readings.registers import register_intervals
from wattstone.readings.schema import REGISTERS
from wattstone.readings.slices import slices_of
from wattstone.readings.sources import How, open_source
from wattstone.readings.spool import Spool
from wattstone.workflows.ingest.context import quality_context
from wattstone.workflows.ingest.derived import READINGS, SLICES_TABLE, bring_up_to_date, keep_slices
from wattstone.workflows.ingest.extras import keep_extra
from wattstone.workflows.ingest.part import ROW, Arrived, settle, tidy
from wattstone.workflows.ingest.stale import stale_figures
from wattstone.workflows.ingest.tally import Tally
from wattstone.workflows.stores import Commit, StagedFile
from wattstone.workflows.workspace import Workspace

REGISTER_TABLE = "registers"
Progress = Callable[[str, int, int | None], None]
"""Called with what is being done, how many rows of it are done, and of how many."""


@dataclass(frozen=True, kw_only=True)
class Ingested:
    """What an ingest did.

    Parameters
    ----------
    source, key, batch : str, str, int
        Which source, its hash, the number it got.
    already : bool
        It had been taken in before; nothing changed.
    rows, new, changed, same, repeated : int
        Readings in the source; not there before; replacing others; there already; given twice by the source.
    meters : int
        Meters with readings in it.
    periods : tuple of int
        Partitions that changed.
    findings : tuple of Finding
        Warnings.
    stale : int
        Recorded figures that rest on readings which have changed.
    """

    source: str
    key: str
    batch: int
    already: bool = False
    rows: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    repeated: int = 0
    meters: int = 0
    periods: tuple[int, ...] = ()
    findings: tuple[Finding, ...] = ()
    stale: int = 0

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        names = ("source", "key", "batch", "already", "rows", "new", "changed", "same", "repeated", "meters", "stale")
        return {
            **{name: getattr(self, name) for name in names},
            "periods": list(self.periods),
            "findings": [one.as_dict() for one in self.findings],
        }


def ingest(
    workspace: Workspace, incoming: Incoming, *, who: str = "user", progress: Progress | None = None
) -> Ingested:
    """Take a source into the workspace.

    Parameters
    ----------
    workspace : Workspace
        Where to.
    incoming : Incoming
        What a reader made of the source.
    who : str
        For the audit log.
    progress : callable or None
        Told how far it is.

    Returns
    -------
    Ingested

    Raises
    ------
    InputRefused
        With all findings; the workspace is as it was.
    """
    with workspace.lock():
        lake = workspace.lake
        lake.recover(READINGS)
        bring_up_to_date(lake)
        known = lake.batch_of(READINGS, incoming.key)
        if known is not None:
            keep_beside(workspace, incoming, who)
            return Ingested(source=incoming.name, key=incoming.key, batch=known, already=True)
        return _Ingest(workspace, incoming, progress or _silent).run(who)


def ingest_all(
    workspace: Workspace, paths: Sequence[Path], how: How, *, who: str = "user", progress: Progress | None = None
) -> list[Ingested]:
    """Take in several paths, one after the other; all are opened before the first is taken in.

    Raises
    ------
    InputRefused
        With the findings of every path that cannot be opened.
    """
    opened: list[Incoming] = []
    found: list[Finding] = []
    for path in paths:
        try:
            opened.append(open_source(path, how))
        except InputRefused as refused:
            found += refused.findings
    if found:
        raise InputRefused(found)
    return [ingest(workspace, one, who=who, progress=progress) for one in opened]


def keep_beside(workspace: Workspace, incoming: Incoming, who: str) -> None:
    """Keep the tables and tariffs that come beside the readings."""
    for table, extra in incoming.extras.items():
        if keep_extra(workspace.lake, table, extra):
            workspace.records.note("ingest", who=who, details={"source": extra.name, "table": table, "key": extra.key})
    known = workspace.records.tariffs() if incoming.tariffs else {}
    for name, toml in incoming.tariffs.items():
        if known.get(name) != toml:
            workspace.records.put_tariff(name, toml)


def _silent(what: str, done: int, total: int | None) -> None:
    """No progress is shown."""


class _Ingest:
    """One run; holds what its steps share."""

    def __init__(self, workspace: Workspace, incoming: Incoming, progress: Progress) -> None:
        self.workspace, self.lake, self.incoming, self.progress = workspace, workspace.lake, incoming, progress
        self.found: list[Finding] = []
        self.stored = {meter.id: meter for meter in workspace.records.meters()}
        self.known = workspace.records.meter_keys()
        self.following = max(self.known.values(), default=0) + 1
        self.keys: dict[str, int] = {}
        self.batch = lake_batch(workspace)
        self.now = datetime.now(UTC).replace(tzinfo=None)

    def run(self, who: str) -> Ingested:
        spool = Spool(self.workspace.scratch / "spool")
        registers: pl.DataFrame | None = None
        try:
            for chunk in self.incoming.chunks():
                spool.add(self._keyed(chunk))
                self.progress("read", spool.rows, self.incoming.rows)
            counters = [] if self.incoming.registers is None else list(self.incoming.registers())
            self._meet()
            if counters:
                registers, intervals = self._registers(counters)
                spool.add(intervals)
            self._check()
            arrived, staged, slices = self._settle(spool)
        except BaseException:
            self.lake.discard(READINGS, self.incoming.key)
            raise
        finally:
            spool.close()
        done = self._summary(arrived)
        self.found += self.tally.findings(done.rows)
        if any(finding.severity == "error" for finding in self.found):
            self.lake.discard(READINGS, self.incoming.key)
            raise InputRefused(self.found)
        self._commit(staged, slices, {part for part, one in arrived.items() if one.rewrite}, registers, who, done)
        stale = sum(stale_figures(self.lake).values())
        return replace(done, findings=tuple(self.found), stale=stale)

    def _key(self, name: str) -> int:
        """The key of a meter; a new one gets the next free number, which is declared with the commit."""
        if name not in self.keys:
            if name in self.known:
                self.keys[name] = self.known[name]
            else:
                self.keys[name] = self.following
                self.following += 1
        return self.keys[name]

    def _keyed(self, chunk: pl.DataFrame) -> pl.DataFrame:
        """A chunk with the meters' keys in place of their ids."""
        for name in chunk["meter_id"].unique():
            self._key(str(name))
        own = self._names().with_columns(pl.col("meter_id").cast(chunk.schema["meter_id"]))
        given = pl.col("flags").cast(pl.Int16) if "flags" in chunk.columns else pl.lit(0, pl.Int16)
        return (
            chunk.lazy()
            .join(own.lazy(), on="meter_id", how="left", maintain_order="left")
            .select("meter", "start", "seconds", pl.col("value").fill_nan(None), given.alias("given"))
            .collect()
        )

    def _names(self) -> pl.DataFrame:
        return pl.DataFrame(
            {"meter_id": list(self.keys), "meter": list(self.keys.values())},
            schema={"meter_id": pl.String, "meter": pl.Int32},
        )

    def _meet(self) -> None:
        """Get to know the meters, now that the source has been read."""
        arriving = self.incoming.meters()
        for meter in arriving:
            self._key(meter.id)
        self.found += self.incoming.findings()
        self.meters = {meter.id: _told(self.stored.get(meter.id), meter) for meter in arriving}
        self.context = quality_context(self.meters.values(), self.keys, others=self.stored.values())
        declared = {self.keys[name] for name in self.meters if name in self.incoming.fixed_intervals}
        self.tally = Tally({key: name for name, key in self.keys.items()}, self.incoming.name, declared)
        self.whole = frozenset(self.keys[name] for name, meter in self.meters.items() if meter.reading == "register")
        times = {self.keys[name]: meter.multiplier * meter.sign for name, meter in self.meters.items()}
        self.times = {key: factor for key, factor in times.items() if factor != 1.0}

    def _check(self) -> None:
        """What meters say of one another must fit together before anything is written."""
        everyone = {**self.stored, **self.meters}
        self.found += check(tuple(everyone.values()))
        if any(finding.severity == "error" for finding in self.found):
            raise InputRefused(self.found)

    def _registers(self, counters: list[pl.DataFrame]) -> tuple[pl.DataFrame, pl.DataFrame]:
        """New counter readings, and the intervals they make together with those already known."""
        new = pl.concat([frame.select(list(REGISTERS)).cast(dict(REGISTERS)) for frame in counters])  # pyright: ignore[reportArgumentType]
        for name in new["meter_id"].unique():
            self._key(str(name))
        names = self._names()
        mine = [self.keys[name] for name in new["meter_id"].unique()]
        held = self.lake.scan(REGISTER_TABLE)
        counter = new
        if held is not None:
            known = held.filter(pl.col("meter").is_in(mine)).join(names.lazy(), on="meter").collect()
            older = known.select(list(REGISTERS)).join(new, on=["meter_id", "at"], how="anti")
            counter = pl.concat([older, new])
        rollover = {name: meter.rollover for name, meter in self.meters.items() if meter.rollover}
        intervals = register_intervals(counter.sort("meter_id", "at"), rollover=rollover)
        keyed = intervals.join(names, on="meter_id", how="left")
        rows = keyed.select("meter", "start", "seconds", "value", pl.col("flags").cast(pl.Int16).alias("given"))
        stored = new.join(names, on="meter_id").select(
            "meter",
            "at",
            "value",
            pl.lit(self.batch, pl.Int32).alias("batch"),
            pl.col("at").dt.year().cast(pl.Int32).alias("part"),
        )
        return stored.sort("meter", "at"), rows.cast({"seconds": pl.Int32})

    def _scaled(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Multipliers and signs of the meters, applied."""
        if not self.times:
            return rows
        factor = pl.col("meter").replace_strict(self.times, default=1.0, return_dtype=pl.Float64)
        return rows.with_columns(pl.col("value") * factor)

    def _settle(self, spool: Spool) -> tuple[dict[int, Arrived], list[StagedFile], list[pl.DataFrame]]:
        """Check, flag and write every partition; nothing names the files yet."""
        span = span_of(self.lake.parts(READINGS))
        arrived: dict[int, Arrived] = {}
        staged: list[StagedFile] = []
        slices: list[pl.DataFrame] = []
        done = 0
        for part, raw in spool.parts(span):
            rows, repeated = tidy(self._scaled(raw), self.tally)
            one = settle(
                rows,
                self._held(part, rows),
                batch=self.batch,
                context=self.context,
                now=self.now,
                tally=self.tally,
                repeated=repeated,
                whole=self.whole,
            )
            done += raw.height
            self.progress("write", done, spool.rows)
            if one.rows.height and not self.tally.refuses():
                staged.append(self.lake.stage(READINGS, part, one.rows, key=self.incoming.key))
                slices.append(slices_of(one.rows).with_columns(pl.lit(part, pl.Int32).alias("part")))
            arrived[part] = replace(one, rows=one.rows.clear())
        return arrived, staged, slices

    def _held(self, part: int, rows: pl.DataFrame) -> pl.DataFrame | None:
        """What the lake holds of a partition, if it may share intervals with the rows."""
        known = self.lake.scan(SLICES_TABLE, parts=[part])
        if known is None:
            return None
        bounds = rows.lazy().group_by("meter").agg(pl.col("start").min().alias("a"), pl.col("start").max().alias("b"))
        met = known.join(bounds, on="meter").filter((pl.col("first") <= pl.col("b")) & (pl.col("last") >= pl.col("a")))
        if met.select(pl.len()).collect().item() == 0:
            return None
        held = self.lake.scan(READINGS, parts=[part])
        assert held is not None
        return held.select(list(ROW)).collect()

    def _summary(self, arrived: dict[int, Arrived]) -> Ingested:
        one = list(arrived.values())
        repeated = sum(part.repeated for part in one)
        if repeated:
            self.found.append(_repeated(self.incoming.name, repeated))
        self._future(arrived)
        return Ingested(
            source=self.incoming.name,
            key=self.incoming.key,
            batch=self.batch,
            rows=sum(part.new + part.changed + part.same + part.repeated for part in one),
            new=sum(part.new for part in one),
            changed=sum(part.changed for part in one),
            same=sum(part.same for part in one),
            repeated=repeated,
            meters=len(self.meters),
            periods=tuple(sorted(part for part, one in arrived.items() if one.new or one.changed)),
        )

    def _future(self, arrived: dict[int, Arrived]) -> None:
        if any(part_period(part).start > self.now for part in arrived):
            self.found.append(
                Finding(
                    code="readings.future",
                    place=self.incoming.name,
                    found="some readings are stamped after today",
                    expected="readings of the past",
                    remedy="check the clock and the order of day and month; the readings carry the flag 'future'",
                    severity="warning",
                )
            )

    def _commit(
        self,
        staged: list[StagedFile],
        slices: list[pl.DataFrame],
        rewritten: set[int],
        registers: pl.DataFrame | None,
        who: str,
        done: Ingested,
    ) -> None:
        """Records first, then the readings in one commit, then what is made from them."""
        arriving = self.incoming.meters()
        self.workspace.records.declare(self._places(arriving), arriving, keys=self.keys)
        if self.incoming.mapping is not None:
            self.workspace.records.put_mapping(self.incoming.name, self.incoming.mapping, source=self.incoming.key)
        keep_beside(self.workspace, self.incoming, who)
        about = {
            "source": self.incoming.name,
            "key": self.incoming.key,
            "batch": str(self.batch),
            "rows": str(done.rows),
            "changed": str(done.changed),
        }
        if registers is not None and self.lake.batch_of(REGISTER_TABLE, self.incoming.key) is None:
            self.lake.append(REGISTER_TABLE, registers, Commit(self.incoming.key, self.batch, about))
        known = self.lake.parts(READINGS)
        replaced = {path for part in rewritten for path in known.get(part, ())}
        version = self.lake.commit(
            READINGS,
            staged,
            schema=pl.Schema(ROW),
            key=self.incoming.key,
            batch=self.batch,
            replaced=replaced,
            about=about,
        )
        keep_slices(self.lake, slices, rewritten=rewritten, version=version)
        self.workspace.records.note("ingest", who=who, details={**about, "new": done.new, "version": version})

    def _places(self, arriving: tuple[Meter, ...]) -> tuple[Site, ...]:
        """The sites that the source declares, and bare ones for those that its meters name and nobody knows."""
        known = {site.id for site in (*self.incoming.sites, *self.workspace.records.sites())}
        bare = sorted({meter.site_id for meter in arriving} - known)
        zone = self.workspace.records.organisation().zone
        return (*self.incoming.sites, *(Site(id=name, zone=zone) for name in bare))


def lake_batch(workspace: Workspace) -> int:
    """The number that the next source gets."""
    return workspace.lake.version(READINGS) + 2


def _told(stored: Meter | None, arriving: Meter) -> Meter:
    """What counts of a meter: what a user said of it before, else what the source says."""
    return stored if stored is not None and stored.declared == "user" else arriving


def _repeated(name: str, count: int) -> Finding:
    return Finding(
        code="readings.repeated",
        place=name,
        found="{count} readings are given more than once with the same value",
        count=count,
        expected="each reading once",
        remedy="nothing has to be done: each was taken once",
        severity="warning",
    )
