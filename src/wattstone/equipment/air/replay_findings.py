"""What is told of a replay: use that machines cannot meet, and gaps."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.equipment.air.station import Station
from wattstone.equipment.air.use import AirUse
from wattstone.equipment.arrays import Floats

__all__ = ["gaps", "short", "told"]


def short(station: Station, unmet: Floats, use: AirUse) -> Iterator[Finding]:
    """Use that is not met, by how much and when: `air.demand_not_met`."""
    lacking = np.flatnonzero(unmet > 0)
    if not lacking.size:
        return
    worst = int(lacking[np.argmax(unmet[lacking])])
    volume = float(np.nansum(unmet[lacking] * use.weights[lacking]) * use.hours * 60.0)
    yield Finding(
        code="air.demand_not_met",
        place=f"station {station.name!r}",
        found="the machines cannot meet the flow in {count} of {total} {total:interval|intervals}: they lack up to "
        "{most} m3/min, at {worst}, and {volume} m3 a year",
        expected="a flow that all machines together can deliver at the lowest set-point of the header",
        remedy="add a machine or storage, mend leaks, shift the use, or check the unit and the convention of the flow",
        params={
            "total": unmet.size,
            "most": f"{float(unmet[worst]):.3g}",
            "worst": told(use, worst),
            "volume": f"{volume:.4g}",
        },
        count=int(lacking.size),
        first=told(use, int(lacking[0])),
        severity="warning",
    )


def gaps(station: Station, gap: npt.NDArray[np.bool_], use: AirUse) -> Iterator[Finding]:
    """Intervals in which nothing is known of the use: `air.use_unknown`."""
    unknown = np.flatnonzero(gap)
    if unknown.size:
        yield Finding(
            code="air.use_unknown",
            place=f"station {station.name!r}",
            found="the use of air is not known in {count} of {total} {total:interval|intervals}",
            expected="a flow in every interval",
            remedy="fill the gaps, or weigh typical days instead of a log",
            params={"total": gap.size},
            count=int(unknown.size),
            first=told(use, int(unknown[0])),
            severity="warning",
        )


def told(use: AirUse, step: int) -> str:
    """An interval as people say it: its start, UTC, or its hour from the beginning."""
    if use.start is None:
        return f"hour {step * use.hours:g}"
    offset = np.timedelta64(round(step * use.hours * 3600), "s")
    return f"{np.datetime_as_string(use.start.astype('datetime64[s]') + offset, unit='m')}Z"
