"""Sources read into a spool: keys in place of ids, counters turned into intervals, meters known and checked."""

from collections.abc import Callable, Sequence

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.readings import Incoming
from wattstone.readings.meter_table import factors_of, table_of_meters
from wattstone.readings.schema import REGISTERS
from wattstone.readings.spool import Spool
from wattstone.workflows.ingest.counters import intervals_of
from wattstone.workflows.ingest.derived import READINGS
from wattstone.workflows.ingest.roster import Roster
from wattstone.workflows.stores import Lake
from wattstone.workflows.workspace import Workspace

Progress = Callable[[str, int, int | None], None]
"""Called with what is being done, how many rows of it are done, and of how many."""

_HOUR = 3600


class Gathering:
    """What sources of one call say, gathered before anything is written.

    Parameters
    ----------
    workspace : Workspace
        Where they go.
    sources : sequence of Incoming
        None of which is there already.
    spool : Spool
        Takes their rows: meter, start, seconds, value, given (flags that came with them), batch.
    progress : callable
        Told how far it is.

    Attributes
    ----------
    sources : dict of int to Incoming
        By batch.
    found : list of Finding
        What was noticed.
    roster : Roster
        All meters as they stand once the sources are in.
    said : dict of int to polars.DataFrame
        What each source says of meters (`meter_table.METERS`).
    fresh : dict of int to polars.DataFrame
        The part of it in which there is something new.
    counters : polars.DataFrame
        Readings of registers: meter, at, value, batch.
    whole : frozenset of int
        Meters whose intervals are all there is of them, since they were made from all counters.
    """

    def __init__(self, workspace: Workspace, sources: Sequence[Incoming], spool: Spool, progress: Progress) -> None:
        self._lake, self._spool, self._progress = workspace.lake, spool, progress
        first = next_batch(workspace.lake)
        self.sources = dict(enumerate(sources, start=first))
        self.roster = Roster(workspace.records.meter_table())
        # What a user calls a register is one, whatever a file looks like.
        turned = (pl.col("declared") == "user") & (pl.col("reading") == "register")
        self._turned = self.roster.stored.filter(turned)["id"].to_list()
        self.found: list[Finding] = []
        self.said: dict[int, pl.DataFrame] = {}
        self.fresh: dict[int, pl.DataFrame] = {}
        self.counters = pl.DataFrame(schema={"meter_id": pl.String, **REGISTERS, "batch": pl.Int32})
        self.whole: frozenset[int] = frozenset()

    def read(self) -> "Gathering":
        """Read every source to its end, then check what they say together.

        Raises
        ------
        InputRefused
            With the findings of all of them.
        """
        for batch, source in self.sources.items():
            try:
                self._read(source, batch)
            except InputRefused as refused:
                self.found += refused.findings
        self.found += self.roster.problems()
        if any(finding.severity == "error" for finding in self.found):
            raise InputRefused(self.found)
        if self.counters.height:
            own = self.roster.named.filter(pl.col("rollover").is_not_null())
            rollover = dict(zip(own["id"], own["rollover"] * factors_of(own), strict=True))
            names = self.roster.keys(self.counters["meter_id"].unique())
            intervals, clashes = intervals_of(self.counters, self._lake, names, rollover)
            self.whole = frozenset(names.values())
            self.clashes = clashes
            self._spool.add(intervals)
        return self

    clashes: pl.DataFrame | None = None
    """Counters that two sources give differently: meter, start."""

    @property
    def names(self) -> dict[int, str]:
        """Meter ids by key."""
        return {key: name for name, key in self.keys.items()}

    @property
    def keys(self) -> dict[str, int]:
        """Keys in the lake of all meters that the sources name."""
        return self.roster.asked()

    @property
    def times(self) -> dict[int, float]:
        """Multiplier and sign of each meter that has them, by key."""
        factors = self.roster.named.select("key", (pl.col("multiplier") * pl.col("sign")).alias("factor"))
        return dict(factors.filter(pl.col("factor") != 1.0).iter_rows())

    @property
    def fixed(self) -> frozenset[int]:
        """Meters whose interval length was declared, by key."""
        declared = [name for source in self.sources.values() for name in source.fixed_intervals()]
        own = self.roster.named.filter(pl.col("id").is_in(declared)) if declared else self.roster.named.clear()
        return frozenset(own["key"].to_list())

    @property
    def called(self) -> str:
        """The sources, as messages call them."""
        names = [source.name for source in self.sources.values()]
        return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"

    def _read(self, source: Incoming, batch: int) -> None:
        lengths = self._lengths(source)
        for chunk in source.chunks():
            self._spool.add(self._keyed(self._aside(chunk, batch), lengths, batch))
            self._progress("read", self._spool.rows, source.rows)
        if source.registers is not None:
            for frame in source.registers():
                self._count(frame, batch)
        said = _said(source)
        if lengths is not None:
            own = lengths.select(pl.col("meter_id").alias("id"), "length")
            length = pl.coalesce("length", "interval_seconds").alias("interval_seconds")
            said = said.join(own, on="id", how="left", maintain_order="left").with_columns(length).drop("length")
        self.found += source.findings()
        self.said[batch] = said
        self.fresh[batch], moved = self.roster.hear(said)
        self.found += moved

    def _keyed(self, chunk: pl.DataFrame, lengths: pl.DataFrame | None, batch: int) -> pl.DataFrame:
        """A chunk with the meters' keys in place of their ids."""
        named = chunk["meter_id"].unique(maintain_order=True).cast(pl.String)  # so that keys follow the file
        own = pl.DataFrame({"meter_id": named, "meter": self.roster.keys_of(named)})
        seconds, value = pl.col("seconds"), pl.col("value").fill_nan(None)
        if lengths is not None:
            own = own.join(lengths, on="meter_id", how="left")
            seconds = pl.coalesce("length", "seconds", pl.lit(_HOUR)).cast(pl.Int32).alias("seconds")
            value = value * pl.col("factor").fill_null(1.0)
        given = pl.col("flags").cast(pl.Int16) if "flags" in chunk.columns else pl.lit(0, pl.Int16)
        return (
            chunk.lazy()
            .join(
                own.with_columns(pl.col("meter_id").cast(chunk.schema["meter_id"])).lazy(),
                on="meter_id",
                how="left",
                maintain_order="left",
            )
            .select("meter", "start", seconds, value, given.alias("given"), pl.lit(batch, pl.Int32).alias("batch"))
            .collect()
        )

    def _lengths(self, source: Incoming) -> pl.DataFrame | None:
        """Lengths of intervals that the source is not sure of, where the workspace knows better.

        A step that is a multiple of the known length is a gap. Power was made energy by the length that the source
        took, so that `factor` puts it right.
        """
        unsure = source.unsure()
        if not unsure:
            return None
        known = self.roster.stored.select("id", pl.col("interval_seconds").alias("length"))
        names = pl.DataFrame({"id": list(unsure)}, schema={"id": pl.String})
        said = _said(source).join(names, on="id", how="semi").join(known, on="id").drop_nulls("length")
        seen, length = pl.col("interval_seconds"), pl.col("length")
        power = pl.when(pl.col("reading") == "power").then(length / seen.fill_null(_HOUR)).otherwise(1.0)
        return said.filter(seen.is_null() | (seen % length == 0)).select(
            pl.col("id").alias("meter_id"), "length", power.alias("factor")
        )

    def _aside(self, chunk: pl.DataFrame, batch: int) -> pl.DataFrame:
        """Put the rows of meters aside that a user has declared as registers."""
        if not self._turned:
            return chunk
        turned = pl.col("meter_id").cast(pl.String).is_in(self._turned)
        counters = chunk.filter(turned)
        if counters.height:
            self._count(counters.select("meter_id", pl.col("start").alias("at"), "value"), batch)
        return chunk.filter(~turned)

    def _count(self, frame: pl.DataFrame, batch: int) -> None:
        self.roster.keys_of(frame["meter_id"].unique(maintain_order=True))
        rows = frame.select(pl.col(name).cast(dtype) for name, dtype in REGISTERS.items())
        self.counters = pl.concat(
            [self.counters, rows.with_columns(pl.lit(batch, pl.Int32).alias("batch"))], rechunk=False
        )


def next_batch(lake: Lake) -> int:
    """The number that the next source gets: the version that its commit will make."""
    return max(lake.version(READINGS), 0) + 1


def _said(source: Incoming) -> pl.DataFrame:
    """What a source says of meters, as a table."""
    return source.meter_table() if source.meter_table is not None else table_of_meters(source.meters())
