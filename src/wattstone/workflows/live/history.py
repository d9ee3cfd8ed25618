"""The journal's way into the lake: each closed segment is a source of its own, taken in once.

What a device was told is kept as readings of meters of their own: `SITE.DEVICE.commanded`, `.accepted` and
`.read_back`, one reading a step of the loop, a gap where the device was left alone or could not be reached.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.portfolio import Meter
from wattstone.readings import Incoming
from wattstone.readings.incoming import content_key
from wattstone.readings.meter_table import factors_of, table_of_meters
from wattstone.workflows.ingest import take_in
from wattstone.workflows.live.journal import Journal
from wattstone.workflows.live.model import LiveSettings, Sample
from wattstone.workflows.readings import meter_readings
from wattstone.workflows.workspace import Workspace

KIND = "setpoint"
"""The kind of the meters that hold set-points; it is stored and never totalled."""

ROLES = ("commanded", "accepted", "read_back")

_LINE: dict[str, pl.DataType] = {
    "what": pl.String(),
    "id": pl.String(),
    "start": pl.String(),
    "seconds": pl.Int32(),
    "value": pl.Float64(),
    "at": pl.String(),
    "source": pl.String(),
    "note": pl.String(),
}


@dataclass(frozen=True)
class Kept:
    """What one call of `History.commit` did.

    Parameters
    ----------
    segments, rows : int
        Taken in whole, and how many readings were taken in.
    refused : tuple of Finding
        Of meters whose readings the lake refused; their segments are in the journal's folder `refused`, nothing of
        them is lost, and what other meters read is in the lake.
    """

    segments: int = 0
    rows: int = 0
    refused: tuple[Finding, ...] = field(default_factory=tuple)


class History:
    """Takes a journal into a workspace.

    Parameters
    ----------
    workspace : Workspace
        Where to.
    journal : Journal
        Of the site.
    settings : LiveSettings
        Of the loop.
    meters : mapping of str to Meter
        Meters whose readings arrive, by id.
    """

    def __init__(
        self, workspace: Workspace, journal: Journal, settings: LiveSettings, meters: Mapping[str, Meter]
    ) -> None:
        self._workspace, self._journal = workspace, journal
        self._site, self._seconds = settings.site_id, int(settings.refresh.total_seconds())
        self._meters = {**meters, **{one.id: one for one in setpoint_meters(settings)}}
        table = table_of_meters(self._meters.values())
        self._factors = table.select(pl.col("id").alias("meter_id"), factors_of(table).alias("factor"))
        self._busy = threading.Lock()

    def commit(self) -> Kept:
        """Close the segment that is open and take in all that wait, one by one.

        A process that is killed in between leaves segments that wait; the next call takes them in. One that was taken
        in and not yet put away is recognised by its hash.
        """
        with self._busy:
            self._journal.close_segment()
            rows, done, refused = 0, 0, list[Finding]()
            for segment in self._journal.closed():
                taken, found = self._take(segment)
                self._journal.put_away(segment, "refused" if found else "kept")
                rows, done, refused = rows + taken, done + (not found), [*refused, *found]
            return Kept(done, rows, tuple(refused))

    def _take(self, segment: Path) -> tuple[int, list[Finding]]:
        """Take a segment in at once; where it is refused, meter by meter, so that one does not keep the others out."""
        frame = self._frame(segment)
        if frame.is_empty():  # nothing but events
            return 0, []
        try:
            return self._taken(segment, frame, ""), []
        except InputRefused:
            rows, found = 0, list[Finding]()
            for (name,), own in sorted(frame.partition_by("meter_id", as_dict=True).items()):
                try:
                    rows += self._taken(segment, own, str(name))
                except InputRefused as error:
                    found += error.findings
            return rows, found

    def _taken(self, segment: Path, frame: pl.DataFrame, part: str) -> int:
        there = frame["meter_id"].unique().sort().to_list()
        source = Incoming(
            name=f"live/{self._site}/{segment.name}",
            key=content_key(segment, extra=f"live/1/{part}"),
            meters=lambda: tuple(self._meters[name] for name in there),
            chunks=lambda: iter([frame]),
            fixed_intervals=lambda: frozenset(there),
        )
        (result,) = take_in(self._workspace, [source], who="dispatch run")
        return result.rows

    def _frame(self, segment: Path) -> pl.DataFrame:
        """The readings of a segment, in schema `READINGS`."""
        lines = pl.read_ndjson(segment, schema=_LINE)
        told = pl.col("what").is_in(ROLES)
        name = pl.when(told).then(pl.concat_str(pl.lit(self._site), "id", "what", separator="."))
        rows = lines.filter(told | (pl.col("what") == "reading")).select(
            name.otherwise(pl.col("id")).alias("meter_id"),
            pl.col("start").str.to_datetime(time_unit="us", strict=True).alias("start"),
            pl.col("seconds").fill_null(self._seconds).alias("seconds"),
            "value",
        )
        known = rows.join(self._factors, on="meter_id", how="inner", maintain_order="left")
        canonical = known.with_columns(pl.col("value") * pl.col("factor")).drop("factor")
        return canonical.unique(["meter_id", "start"], keep="last", maintain_order=True)


def arrived(workspace: Workspace, meters: Mapping[str, Meter], start: datetime, end: datetime) -> list[Sample]:
    """What the lake holds of meters, as it arrived: in the unit of each, in order of time.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    meters : mapping of str to Meter
        By id; those that have no readings yet are left out.
    start, end : datetime
        Naive UTC; `start` is included, `end` is not.
    """
    known = workspace.records.meter_keys()
    table = table_of_meters(meters.values())
    factors = dict(zip(table["id"], factors_of(table), strict=True))
    samples = [
        Sample(name, at, seconds, None if value is None else value / factors[name])
        for name in meters
        if name in known
        for at, seconds, value, _ in meter_readings(workspace, name, start, end).iter_rows()
    ]
    return sorted(samples, key=lambda one: one.start)


def setpoint_meters(settings: LiveSettings) -> tuple[Meter, ...]:
    """The meters that hold what the devices of a site were told, acknowledged and read back."""
    return tuple(
        Meter(
            id=f"{settings.site_id}.{device.id}.{role}",
            site_id=settings.site_id,
            kind=KIND,
            unit=device.unit,
            interval_seconds=int(settings.refresh.total_seconds()),
            declared="readings",
        )
        for device in settings.devices
        for role in ROLES
    )
