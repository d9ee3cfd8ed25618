"""Gross and net area of a set of entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from wattstone.base import Finding, NotComputable
from wattstone.programme.nature import wrongs
from wattstone.programme.nature.arrangement import Faces, arrange
from wattstone.programme.nature.overlaps import OVERLAPS, SLIVER, geodesic_net, overlaps
from wattstone.programme.nature.placed import Placed

__all__ = ["Measured", "measured", "noding"]

_APART: Final = 0.01  # of the net: what the cross-check may differ by before it is told


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Areas of entries, together.

    Parameters
    ----------
    gross_m2 : float
        Sum of all entries. [m2]
    net_m2 : float
        What they cover together, counted once; edges straight in longitude and latitude. [m2]
    net_geodesic_m2 : float
        The same with geodesic edges, as a cross-check. [m2]
    overlaps : DataFrame
        Schema `OVERLAPS`.
    faces : Faces
    findings : tuple of Finding
        Warnings.
    """

    gross_m2: float
    net_m2: float
    net_geodesic_m2: float
    overlaps: pl.DataFrame
    faces: Faces
    findings: tuple[Finding, ...]


def measured(placed: Placed, *, place: str = "areas", threads: int = 2) -> Measured:
    """Measure areas that were placed.

    Parameters
    ----------
    placed : Placed
        Without errors.
    place : str
        For findings.
    threads : int

    Returns
    -------
    Measured

    Examples
    --------
    >>> import numpy as np, shapely
    >>> from wattstone.programme.nature.placed import placed
    >>> twice = measured(placed(np.array([shapely.box(2, 39, 3, 40), shapely.box(2, 39, 3, 40)])))
    >>> round(twice.gross_m2 / twice.net_m2, 12)
    2.0
    """
    faces = arrange(placed.shape, threads=threads)
    findings = list(noding(faces, place, placed.names))
    try:
        pairs = overlaps(faces)
    except NotComputable as missing:
        pairs = pl.DataFrame(schema=OVERLAPS)
        findings.append(_unlisted(place, missing))
    else:
        findings += _slivers(pairs, place)
    net, geodesic = faces.net(), geodesic_net(placed, faces, threads=threads)
    return Measured(
        gross_m2=float(placed.area.sum()), net_m2=net, net_geodesic_m2=geodesic, overlaps=pairs, faces=faces,
        findings=(*findings, *_edges_long(net, geodesic, place)),
    )  # fmt: skip


def noding(faces: Faces, place: str, names: Sequence[str] | None) -> list[Finding]:
    """Areas whose faces do not add up to them as they should, as a warning.

    Parameters
    ----------
    faces : Faces
    place : str
    names : sequence of str or None
        Of entries.
    """
    worst = np.full(faces.count, faces.off.max(initial=0.0))
    return wrongs.NODING.of(faces.off > 0, place, names, {"off": worst})


def _edges_long(net: float, geodesic: float, place: str) -> list[Finding]:
    """A cross-check that disagrees, told with both areas."""
    if abs(net - geodesic) <= _APART * net:
        return []
    one = wrongs.EDGES_LONG
    return [
        Finding(
            code=one.code, place=place, severity=one.severity, found=one.found, expected=one.expected,
            remedy=one.remedy,
            params={"straight": net / 1e4, "geodesic": geodesic / 1e4, "apart": abs(net - geodesic) / net},
        )
    ]  # fmt: skip


def _slivers(pairs: pl.DataFrame, place: str) -> list[Finding]:
    thin = pairs.filter(pl.col("share") < SLIVER)
    first = [f"entries {one + 1} and {other + 1}" for one, other in thin.head(1).select("one", "other").iter_rows()]
    return wrongs.SLIVER.of(np.ones(thin.height, dtype=bool), place, first)


def _unlisted(place: str, missing: NotComputable) -> Finding:
    return Finding(
        code="nature.overlaps_unlisted", place=place, severity="warning",
        found="the pairs of areas that overlap are too many to list; the net area is as it is",
        expected="areas that lie upon few others", remedy="remove repeated entries", params={"why": str(missing)},
    )  # fmt: skip
