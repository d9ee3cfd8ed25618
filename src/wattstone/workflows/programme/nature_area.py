"""Gross and net area of a file, without a workspace."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from wattstone.base import Finding, InputRefused

__all__ = ["FileArea", "area_of_file"]

_TOLD = 100  # of the largest overlaps


@dataclass(frozen=True, kw_only=True)
class FileArea:
    """What a file of areas covers.

    Parameters
    ----------
    file : str
    entries : int or None
        All that the file holds, also those without an area; None where it cannot be read.
    gross_m2, net_m2, net_geodesic_m2 : float or None
        None where the file was refused, or nothing in it could be measured: that is no area of 0. [m2]
    approximate : int
        Points with a radius among them.
    overlaps : DataFrame or None
        The largest of them: numbers of two entries from 1, area, share of the smaller one.
    pairs : int
        All that overlap.
    findings : tuple of Finding
        With errors, where it was refused.
    """

    file: str
    entries: int | None
    gross_m2: float | None = None
    net_m2: float | None = None
    net_geodesic_m2: float | None = None
    approximate: int = 0
    overlaps: pl.DataFrame | None = None
    pairs: int = 0
    findings: tuple[Finding, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether there is an error among the findings."""
        return any(one.severity == "error" for one in self.findings)

    def as_dict(self) -> Mapping[str, Any]:
        """For machines; keys are stable."""
        return {
            "file": self.file, "gross_m2": self.gross_m2, "net_m2": self.net_m2,
            "net_geodesic_m2": self.net_geodesic_m2, "entries": self.entries, "approximate": self.approximate,
            "overlapping_pairs": self.pairs,
            "overlaps": [] if self.overlaps is None else self.overlaps.to_dicts(),
            "findings": [one.as_dict() for one in self.findings],
        }  # fmt: skip


def area_of_file(path: Path, *, threads: int = 2) -> FileArea:
    """Measure the areas of a file.

    Parameters
    ----------
    path : Path
        Any form that `read_areas` reads.
    threads : int

    Returns
    -------
    FileArea
        With errors among its findings and without numbers where the file is refused: a part of it would be no net
        area of the file.
    """
    from wattstone.programme.nature.measure import measured
    from wattstone.programme.nature.placed import placed
    from wattstone.readings.areas import AreasRefused, read_areas

    try:
        held = read_areas(path)
    except InputRefused as refusal:
        known = refusal.entries if isinstance(refusal, AreasRefused) else None
        return FileArea(file=path.name, entries=known, findings=refusal.findings)
    entries = len(held.geometry)
    done = placed(held.geometry, held.radius, order=held.order, place=path.name)
    found = (*held.findings, *done.findings)
    if done.refused:
        return FileArea(file=path.name, entries=entries, findings=found)
    if not done.area.any():
        return FileArea(file=path.name, entries=entries, findings=(*found, _nothing(path.name, entries)))
    result = measured(done, place=path.name, threads=threads)
    largest = result.overlaps.sort("area_m2", "one", "other", descending=[True, False, False]).head(_TOLD)
    return FileArea(
        file=path.name, entries=entries, gross_m2=result.gross_m2, net_m2=result.net_m2,
        net_geodesic_m2=result.net_geodesic_m2, approximate=int(done.approximate.sum()),
        overlaps=largest.with_columns(pl.col("one", "other") + 1), pairs=result.overlaps.height,
        findings=(*found, *result.findings),
    )  # fmt: skip


def _nothing(place: str, entries: int) -> Finding:
    if not entries:
        return Finding(
            code="areas.empty", place=place, severity="warning", found="nothing measured: the file holds no entry",
            expected="one area or more", remedy="check the export; where nothing was meant to be in it, all is well",
        )  # fmt: skip
    return Finding(
        code="areas.nothing_measured", place=place, severity="warning", count=entries,
        found="nothing measured: {count} {count:entry has|entries have} no area",
        expected="a polygon, or a point with a radius", remedy="mend what is told of the entries",
    )  # fmt: skip
