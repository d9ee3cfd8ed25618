"""The headings of results of stations and plants: from which files, of when, and where their figures are."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from wattstone.interfaces.present.heading import Heading

if TYPE_CHECKING:
    from wattstone.base import Figure
    from wattstone.workflows.air.assess import Read
    from wattstone.workflows.plant.plan import PlannedPlant

__all__ = ["plant_heading", "station_heading"]


def plant_heading(done: "PlannedPlant", *, organisation: str = "") -> Heading:
    """The heading of a plan or a replay of a plant."""
    read = done.read
    joined = () if read.joined is None else (read.joined.path.name,)
    return _heading(
        subject=read.plant.name,
        organisation=organisation,
        files=(read.path.name, read.log.name, *joined),
        simulated=read.table.simulated,
        zone=read.table.zone,
        span=(done.expected.start, done.expected.end),
        figures=done.figures,
        run=done.run,
    )


def station_heading(read: "Read", figures: "Sequence[Figure]", run: int | None, *, organisation: str = "") -> Heading:
    """The heading of what is said of a compressed-air station."""
    files = [str(one["file"]) for one in read.log.evidence.values() if "file" in one]
    return _heading(
        subject=read.station.name,
        organisation=organisation,
        files=(read.path.name, *files),
        simulated=read.table.simulated,
        zone=read.table.zone,
        span=(read.log.start, read.log.end),
        figures=figures,
        run=run,
    )


def _heading(
    *,
    subject: str,
    organisation: str,
    files: tuple[str, ...],
    simulated: bool,
    zone: str,
    span: tuple[datetime, datetime],
    figures: "Sequence[Figure]",
    run: int | None,
) -> Heading:
    """Figures link to their evidence where they were kept."""
    first, last = (one.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)) for one in span)
    rows = tuple(
        {
            "id": one.id,
            "name": one.name,
            "subject": one.subject,
            "period": one.period_label,
            "value": one.value,
            "unit": one.unit,
            "reason": one.reason,
            "method": one.method,
        }
        for one in figures
    )
    return Heading(
        subject=subject,
        organisation=organisation,
        made=datetime.now(UTC),
        period=f"{first:%Y-%m-%d %H:%M} – {last:%Y-%m-%d %H:%M}",
        files=files,
        simulated=simulated,
        zone=zone,
        figures=rows,
        run=run,
    )
