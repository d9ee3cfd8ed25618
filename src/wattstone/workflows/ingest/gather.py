"""Sources read into a spool: keys in place of ids, counters turned into intervals, meters known and checked."""

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.portfolio import Meter
from wattstone.portfolio.virtual import check
from wattstone.readings import Incoming
from wattstone.readings.dataset_meters import factor_of
from wattstone.readings.schema import REGISTERS
from wattstone.readings.spool import Spool
from wattstone.workflows.ingest.counters import intervals_of
from wattstone.workflows.ingest.derived import READINGS
from wattstone.workflows.stores import Lake
from wattstone.workflows.workspace import Workspace

Progress = Callable[[str, int, int | None], None]
"""Called with what is being done, how many rows of it are done, and of how many."""

_RANK = {"readings": 0, "table": 1, "user": 2}
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
    meters : dict of str to Meter
        All that the sources name, as they stand once the sources are in.
    keys : dict of str to int
        Their keys in the lake.
    arriving : dict of int to tuple of Meter
        What each source says of meters.
    counters : polars.DataFrame
        Readings of registers: meter, at, value, batch.
    whole : frozenset of int
        Meters whose intervals are all there is of them, since they were made from all counters.
    """

    def __init__(self, workspace: Workspace, sources: Sequence[Incoming], spool: Spool, progress: Progress) -> None:
        self._lake, self._spool, self._progress = workspace.lake, spool, progress
        first = next_batch(workspace.lake)
        self.sources = dict(enumerate(sources, start=first))
        self.stored = {meter.id: meter for meter in workspace.records.meters()}
        self._known = workspace.records.meter_keys()
        self._following = max(self._known.values(), default=0) + 1
        # What a user calls a register is one, whatever a file looks like.
        self._turned = [one.id for one in self.stored.values() if one.declared == "user" and one.reading == "register"]
        self.found: list[Finding] = []
        self.keys: dict[str, int] = {}
        self.meters: dict[str, Meter] = {}
        self.arriving: dict[int, tuple[Meter, ...]] = {}
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
        self._check()
        if any(finding.severity == "error" for finding in self.found):
            raise InputRefused(self.found)
        if self.counters.height:
            rollover = {one.id: one.rollover * factor_of(one) for one in self.meters.values() if one.rollover}
            names = {name: self.keys[name] for name in self.counters["meter_id"].unique()}
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
    def times(self) -> dict[int, float]:
        """Multiplier and sign of each meter that has them, by key."""
        factors = {self.keys[name]: meter.multiplier * meter.sign for name, meter in self.meters.items()}
        return {key: factor for key, factor in factors.items() if factor != 1.0}

    @property
    def fixed(self) -> frozenset[int]:
        """Meters whose interval length was declared, by key."""
        named = {name for source in self.sources.values() for name in source.fixed_intervals()}
        return frozenset(self.keys[name] for name in named & set(self.meters))

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
        known = {} if lengths is None else dict(lengths.select("meter_id", "length").iter_rows())
        arriving = tuple(
            meter.model_copy(update={"interval_seconds": known[meter.id]}) if meter.id in known else meter
            for meter in source.meters()
        )
        self.found += source.findings()
        self.arriving[batch] = arriving
        for meter in arriving:
            self._key(meter.id)
            self.meters[meter.id] = told(self.meters.get(meter.id) or self.stored.get(meter.id), meter)

    def _key(self, name: str) -> int:
        """The key of a meter; a new one gets the next free number, which is declared with the commit."""
        if name not in self.keys:
            if name in self._known:
                self.keys[name] = self._known[name]
            else:
                self.keys[name] = self._following
                self._following += 1
        return self.keys[name]

    def _keyed(self, chunk: pl.DataFrame, lengths: pl.DataFrame | None, batch: int) -> pl.DataFrame:
        """A chunk with the meters' keys in place of their ids."""
        named = chunk["meter_id"].unique(maintain_order=True).cast(pl.String)
        own = pl.DataFrame({"meter_id": named, "meter": pl.Series([self._key(name) for name in named], dtype=pl.Int32)})
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
        rows: list[tuple[str, int, float]] = []
        for meter in (one for one in source.meters() if one.id in unsure):
            stored = self.stored.get(meter.id)
            known, seen = (None if stored is None else stored.interval_seconds), meter.interval_seconds
            if known is not None and (seen is None or seen % known == 0):
                rows.append((meter.id, known, known / (seen or _HOUR) if meter.reading == "power" else 1.0))
        return pl.DataFrame(
            rows, schema={"meter_id": pl.String, "length": pl.Int32, "factor": pl.Float64}, orient="row"
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
        for name in frame["meter_id"].unique(maintain_order=True):
            self._key(str(name))
        rows = frame.select(pl.col(name).cast(dtype) for name, dtype in REGISTERS.items())
        self.counters = pl.concat(
            [self.counters, rows.with_columns(pl.lit(batch, pl.Int32).alias("batch"))], rechunk=False
        )

    def _check(self) -> None:
        """What meters say of one another must fit together before anything is written."""
        for meters in self.arriving.values():
            self.found += [
                _moved(meter, stored)
                for meter in meters
                if (stored := self.stored.get(meter.id)) is not None and stored.site_id != meter.site_id
            ]
        everyone = {**self.stored, **self.meters}
        self.found += check(tuple(everyone.values()))


def next_batch(lake: Lake) -> int:
    """The number that the next source gets: the version that its commit will make."""
    return max(lake.version(READINGS), 0) + 1


def told(stored: Meter | None, arriving: Meter) -> Meter:
    """A meter as it stands once a source has spoken: a user says more than a table, a table more than readings.

    What is not said changes nothing; a lower voice only fills in what nobody has said.
    """
    if stored is None:
        return arriving
    louder = _RANK[arriving.declared] >= _RANK[stored.declared]
    said: Mapping[str, object] = {
        name: getattr(arriving, name)
        for name in arriving.model_fields_set - {"id", "declared"}
        if getattr(arriving, name) is not None and (louder or getattr(stored, name) is None)
    }
    return stored.model_copy(update={**said, **({"declared": arriving.declared} if louder else {})})


def _moved(meter: Meter, stored: Meter) -> Finding:
    return Finding(
        code="records.meter_at_two_sites",
        place=f"meter '{meter.id}'",
        found="it is declared at site '{new}' and already stands at site '{old}'",
        expected="a meter id that is used once in the workspace",
        remedy="give the two meters different ids, as '{new}-{meter}'; if the meter was moved, say so yourself",
        params={"new": meter.site_id, "old": stored.site_id, "meter": meter.id},
    )
