"""What a file holds, meter by meter, before it is taken in: periods, counts, sums, intervals, what was noticed."""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.portfolio import Meter
from wattstone.readings.incoming import Incoming
from wattstone.readings.tabular.registry import meter_id, split_unit
from wattstone.workflows.ingest.together import SAMPLE, look_together
from wattstone.workflows.workspace import Workspace

__all__ = ["LIMIT", "PATIENCE", "KindLook", "Lookover", "MeterLook", "by_kind", "look_over"]

LIMIT = 4_000_000
"""Readings after which a file is not read on; what it holds beyond them is told when it is taken in."""
PATIENCE = 5.0
"""Time after which it is not read on either, for somebody waits: a workbook takes minutes for a million rows. [s]"""
_HOUR = 3600  # s, of readings whose length nobody says, as the ingest takes it
_COLUMN = re.compile(r", column '(.+)'$")
_ROWS = {"meter_id": pl.String(), "seconds": pl.Int32(), "count": pl.UInt32(), "given": pl.UInt32(),
         "total": pl.Float64(), "below": pl.UInt32(), "first": pl.Datetime("us"), "last": pl.Datetime("us"),
         "opened": pl.Float64(), "closed": pl.Float64()}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class MeterLook:
    """A meter as a file has it.

    Parameters
    ----------
    id, site : str
        As they would be called.
    kind, unit : str
        What it is taken to measure, and the unit in which readings are kept.
    reading : str
        `interval`, `register` or `power`, as the file gives it.
    known : bool
        Whether the workspace has the meter already.
    zone : str
        In which `first` and `last` are told: the clock of the site, of the file, or of the organisation.
    first, last : datetime
        Begin of the first interval and end of the last; of a counter, its first and last stamp. With their offsets.
    count : int
        Readings that have a value.
    total : float or None
        Their sum; of a counter, by how much it rose. [unit]
    seconds : int or None
        The usual length of an interval; None of a counter. [s]
    gaps : int
        Intervals of that length between first and last without a reading.
    below : int
        Readings below zero.
    findings : tuple of Finding
        What was found in its column, or of it by name.
    """

    id: str
    site: str
    kind: str
    unit: str
    reading: str
    known: bool
    zone: str
    first: datetime
    last: datetime
    count: int
    total: float | None
    seconds: int | None
    gaps: int = 0
    below: int = 0
    findings: tuple[Finding, ...] = ()

    @property
    def noticed(self) -> bool:
        """Whether anything about it is worth a look."""
        return bool(self.gaps or self.below or self.findings)


@dataclass(frozen=True, kw_only=True)
class KindLook:
    """What a file holds of one kind, in one unit.

    Parameters
    ----------
    kind, unit : str
        What is measured, and the unit in which readings are kept.
    meters, count : int
        How many, and their readings that have a value.
    total : float or None
        Their sum; None where no meter has one. [unit]
    """

    kind: str
    unit: str
    meters: int
    count: int
    total: float | None


def by_kind(meters: Sequence[MeterLook]) -> tuple[KindLook, ...]:
    """Sum meters by what they measure, in the order in which the file has the kinds; units are never mixed.

    Parameters
    ----------
    meters : sequence of MeterLook
        As a file has them.
    """
    held: dict[tuple[str, str], list[MeterLook]] = {}
    for meter in meters:
        held.setdefault((meter.kind, meter.unit), []).append(meter)
    return tuple(
        KindLook(
            kind=kind,
            unit=unit,
            meters=len(some),
            count=sum(one.count for one in some),
            total=sum(sums) if (sums := [one.total for one in some if one.total is not None]) else None,
        )
        for (kind, unit), some in held.items()
    )


@dataclass(frozen=True)
class Lookover:
    """What a file holds.

    Parameters
    ----------
    meters : tuple of MeterLook
        In the order of the file.
    whole : bool
        Whether all of it was read.
    findings : tuple of Finding
        What was found in what was read.
    rows : polars.DataFrame
        The first readings.
    """

    meters: tuple[MeterLook, ...] = ()
    whole: bool = True
    findings: tuple[Finding, ...] = ()
    rows: pl.DataFrame = field(default_factory=pl.DataFrame)

    @property
    def refused(self) -> bool:
        """Whether it cannot be taken in as it is."""
        return any(one.severity == "error" for one in self.findings)


def look_over(workspace: Workspace, incoming: Incoming, *, zone: str | None = None, rows: int = 20) -> Lookover:
    """Read a source without keeping anything, and say what each of its meters holds.

    Parameters
    ----------
    workspace : Workspace
        Where it would go.
    incoming : Incoming
        The source.
    zone : str or None
        Clock of its stamps, where it names one.
    rows : int
        How many of the first readings are handed on.

    Returns
    -------
    Lookover
        What cannot be used stands in its findings; nothing is raised.
    """
    sums: list[pl.DataFrame] = []
    sample: list[pl.DataFrame] = []
    first, read, whole, found = pl.DataFrame(), 0, True, ()
    began = time.monotonic()
    try:
        for chunk in _chunks(incoming):
            first = chunk.head(rows) if first.is_empty() else first
            sums.append(_sums(chunk))
            if "start" in chunk.columns and read < SAMPLE:
                sample.append(_sampled(chunk))
            read += chunk.height
            enough = read >= LIMIT or time.monotonic() - began > PATIENCE
            if enough and (incoming.rows is None or read < incoming.rows):
                whole = False
                break
    except InputRefused as refused:
        found = refused.findings
    if whole and not found:
        try:
            found = incoming.findings()
        except InputRefused as refused:
            found = refused.findings
    if not sums:
        return Lookover((), whole, found, first)
    told = _told(incoming)
    meters = _meters(workspace, told, pl.concat(sums), found, zone)
    return Lookover(meters, whole, (*found, *_together(workspace, incoming, told, meters, sample)), first)


def _chunks(incoming: Incoming) -> Iterator[pl.DataFrame]:
    yield from (chunk for chunk in incoming.chunks() if chunk.height)
    if incoming.registers is not None:
        yield from (chunk for chunk in incoming.registers() if chunk.height)


def _sums(chunk: pl.DataFrame) -> pl.DataFrame:
    """What a block adds, by meter and length of interval; a counter has no length."""
    if "at" in chunk.columns:
        chunk = chunk.rename({"at": "start"}).with_columns(pl.lit(0, pl.Int32).alias("seconds"))
    value = pl.col("value").fill_nan(None)
    end = pl.col("start") + pl.duration(seconds=pl.col("seconds").fill_null(_HOUR))
    named = chunk.with_columns(pl.col("meter_id").cast(pl.String), pl.col("seconds").fill_null(_HOUR))
    return named.group_by("meter_id", "seconds", maintain_order=True).agg(
        count=pl.len(), given=value.count(), total=value.sum(), below=(value < 0).sum(), first=pl.col("start").min(),
        last=end.max(), opened=value.sort_by("start").first(), closed=value.sort_by("start").last(),
    ).select(pl.col(name).cast(kind) for name, kind in _ROWS.items())  # fmt: skip


def _sampled(chunk: pl.DataFrame) -> pl.DataFrame:
    """Readings by which it is judged whether a meter measures what others measure too."""
    rows = chunk.select(pl.col("meter_id").cast(pl.String), "start", pl.col("seconds").fill_null(_HOUR), "value")
    return rows.with_columns(pl.col("seconds").cast(pl.Int32), pl.col("value").cast(pl.Float64).fill_nan(None))


def _told(incoming: Incoming) -> dict[str, Meter]:
    try:
        return {one.id: one for one in (incoming.met or incoming.meters)()}
    except InputRefused:
        return {}


def _together(
    workspace: Workspace, incoming: Incoming, told: dict[str, Meter], meters: Sequence[MeterLook],
    sample: Sequence[pl.DataFrame],
) -> list[Finding]:  # fmt: skip
    """Whether meters of it would be added up although one may measure what the others measure too."""
    if not sample:
        return []
    every = {**told, **{one.id: one for one in workspace.records.meters()}}
    sums, units = {one.id: one.total for one in meters}, {one.id: one.unit for one in meters}
    return look_together(tuple(every.values()), sums, units, pl.concat(sample), incoming.name)


def _meters(
    workspace: Workspace, told: dict[str, Meter], sums: pl.DataFrame, found: Sequence[Finding], zone: str | None
) -> tuple[MeterLook, ...]:
    records = workspace.records
    clocks = {site.id: site.zone for site in records.sites()}
    usual = zone if zone in available_timezones() else records.organisation().zone
    known = {one.id: one for one in records.meters()}
    by_meter = _by_meter(found)
    return tuple(
        _look(row, told.get(row["meter_id"]), known.get(row["meter_id"]), clocks, usual, by_meter)
        for row in _by_meters(sums).iter_rows(named=True)
    )


def _by_meters(sums: pl.DataFrame) -> pl.DataFrame:
    """One row a meter: its usual length is the one that most readings have."""
    spans = pl.col("count") * pl.col("seconds").cast(pl.Int64)
    return sums.group_by("meter_id", maintain_order=True).agg(
        seconds=pl.col("seconds").sort_by("count").last(), count=pl.col("given").sum(), total=pl.col("total").sum(),
        below=pl.col("below").sum(), first=pl.col("first").min(), last=pl.col("last").max(), covered=spans.sum(),
        rise=pl.col("closed").sort_by("last").last() - pl.col("opened").sort_by("first").first(),
        missing=(pl.col("count") - pl.col("given")).sum(),
    )  # fmt: skip


def _look(
    row: dict[str, object], told: Meter | None, known: Meter | None, clocks: dict[str, str], usual: str,
    by_meter: dict[str, list[Finding]],
) -> MeterLook:  # fmt: skip
    name, meter = str(row["meter_id"]), known or told
    site = meter.site_id if meter is not None else ""
    zone, seconds = clocks.get(site, usual), int(str(row["seconds"]))
    first, last = (_local(row[key], zone) for key in ("first", "last"))
    counter = seconds == 0 or (known is not None and known.declared == "user" and known.reading == "register")
    span = 0 if counter else round((last - first).total_seconds()) - int(str(row["covered"]))
    total = row["rise"] if counter else row["total"]
    factor = 1.0 if meter is None else meter.multiplier * meter.sign
    return MeterLook(
        id=name,
        site=site,
        kind=meter.kind if meter is not None else "unknown",
        unit=_kept_in(told or known),
        reading="register" if counter else "interval" if told is None else told.reading,
        known=known is not None,
        zone=zone,
        first=first,
        last=last,
        count=int(str(row["count"])),
        total=factor * total if isinstance(total, int | float) else None,
        seconds=None if counter else seconds,
        gaps=0 if counter else max(0, round(span / seconds)) + int(str(row["missing"])),
        below=0 if counter else int(str(row["below"])),
        findings=tuple(by_meter.get(name, ())),
    )


def _kept_in(meter: Meter | None) -> str:
    """The unit in which its readings are kept, whatever the file gives."""
    from wattstone.base import unit

    kept = "" if meter is None else unit(meter.unit).canonical
    return {"kW": "kWh", "count": "", "1": ""}.get(kept, kept)  # power is kept as energy


def _local(moment: object, zone: str) -> datetime:
    assert isinstance(moment, datetime)
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))


def _by_meter(found: Sequence[Finding]) -> dict[str, list[Finding]]:
    """Findings that are about one meter: they name it, or its column."""
    by: dict[str, list[Finding]] = {}
    for one in found:
        named = one.params.get("meter")
        column = _COLUMN.search(one.place)
        if isinstance(named, str):
            by.setdefault(named, []).append(one)
        elif column is not None:
            by.setdefault(meter_id(split_unit(column[1])[0] or column[1]), []).append(one)
    return by
