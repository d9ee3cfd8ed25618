"""What the results of a station or plant rest on, and the figures that say them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from wattstone.base import Figure, Interval, Period
from wattstone.readings.incoming import file_hash
from wattstone.readings.logs import Log
from wattstone.workflows.access import Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.results import Batch, keep
from wattstone.workflows.workspace import Workspace

__all__ = ["Rests", "Said", "figures_of", "file_evidence", "kept", "log_evidence"]

Evidence = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Said:
    """A value of a result: name, value, unit, 90 % interval, and why it has none where it is NaN."""

    name: str
    value: float
    unit: str
    interval: tuple[float, float] | None = None
    reason: str = "the logs do not tell"


@dataclass(frozen=True, kw_only=True, eq=False)
class Rests:
    """What a result is about and rests on.

    Parameters
    ----------
    kind : str
        Of the run: `air`, `plant`.
    method : str
        Name and version.
    subject : str
        `site:ID`, or `station:ID` and `plant:ID` where no site is named.
    period : Period
        Naive UTC.
    label : str
        The period as people say it.
    evidence : dict
        By id: files, slices, factors.
    about : mapping
        What else is said of the run; JSON values.
    notes : tuple of str
        What the reader must know.
    """

    kind: str
    method: str
    subject: str
    period: Period
    label: str
    evidence: Evidence = field(default_factory=dict[str, dict[str, Any]])
    about: Mapping[str, Any] = field(default_factory=dict[str, Any])
    notes: tuple[str, ...] = ()


def file_evidence(path: Path, what: str) -> Evidence:
    """A file by its content."""
    digest = file_hash(path)
    return {f"file:{digest[:20]}": {"kind": "file", "file": path.name, "what": what, "sha256": digest}}


def log_evidence(log: Log) -> Evidence:
    """A log by its content, with its span."""
    about = {"kind": "file", "file": log.name, "what": "log", "sha256": log.sha256, "rows": log.steps}
    span = {"start": f"{log.start.isoformat()}Z", "end": f"{log.end.isoformat()}Z"}
    return {f"file:{log.sha256[:20]}": about | span}


def figures_of(said: Sequence[Said], rests: Rests) -> tuple[Figure, ...]:
    """The figures of a result; a NaN is a figure without a value, with the reason."""
    return tuple(_figure(one, rests) for one in said)


def _figure(one: Said, rests: Rests) -> Figure:
    known = math.isfinite(one.value)
    bounds = one.interval if known and one.interval is not None and all(map(math.isfinite, one.interval)) else None
    return Figure(
        name=one.name,
        value=float(one.value) if known else None,
        unit=one.unit,
        subject=rests.subject,
        period=rests.period,
        period_label=rests.label,
        method=rests.method,
        inputs=tuple(sorted(rests.evidence)),
        interval=None if bounds is None else Interval(float(bounds[0]), float(bounds[1])),
        reason=None if known else one.reason,
        notes=rests.notes[:6],
    )


def kept(workspace: Workspace, figures: Sequence[Figure], rests: Rests) -> tuple[int, tuple[Figure, ...]]:
    """Keep the figures of a result in the lake; `wattstone trace ID` then leads to what they rest on.

    Returns
    -------
    run : int
        Its number.
    figures : tuple of Figure
        As they were kept: with the run among their inputs, and by the ids that lead to them.
    """
    workspace = acting(workspace, Act.RUN)
    batch = Batch(
        kind=rests.kind,
        year=rests.period.start.year,
        about={"method": rests.method, **rests.about},
        evidence=rests.evidence,
        figures=figures,
    )
    run = keep(workspace, batch)
    return run, tuple(replace(one, inputs=(*one.inputs, f"{rests.kind}:{run}")) for one in figures)
