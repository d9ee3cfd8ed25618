"""Which areas overlap, and by how much; and the net area with geodesic edges as a cross-check."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownLambdaType=false, reportMissingTypeStubs=false

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from wattstone.base import NotComputable
from wattstone.programme.nature.arrangement import Faces
from wattstone.programme.nature.geodesic import geodesic_area
from wattstone.programme.nature.placed import Placed

__all__ = ["OVERLAPS", "SLIVER", "geodesic_net", "overlaps"]

OVERLAPS: Final = {"one": pl.Int64, "other": pl.Int64, "area_m2": pl.Float64, "share": pl.Float64}
"""Columns of `overlaps`: two entries by number, the earlier first; what both cover; its share of the smaller one."""

SLIVER: Final = 1e-3
"""Share of the smaller area below which an overlap is told as a sliver: of neighbours drawn twice, not of claims."""

_MOST: Final = 200_000_000  # pairs of areas upon faces


def overlaps(faces: Faces) -> pl.DataFrame:
    """Pairs of areas that overlap.

    Parameters
    ----------
    faces : Faces

    Returns
    -------
    polars.DataFrame
        Schema `OVERLAPS`, in the order of entries.

    Raises
    ------
    NotComputable
        Where so many areas lie upon each other that their pairs cannot be listed.
    """
    from scipy import sparse

    covers = faces.covers()
    if int((covers[covers > 1] ** 2).sum()) > _MOST:
        raise NotComputable("so many areas lie upon each other that their pairs are too many to list")
    shared = covers[faces.face] > 1
    face, entry = faces.face[shared], faces.entry[shared]
    shape = (len(faces.area), faces.count)
    lies = sparse.csr_array((np.ones(len(face)), (face, entry)), shape=shape)
    weighed = sparse.csr_array((faces.area[face], (face, entry)), shape=shape)
    pairs = sparse.triu(weighed.T @ lies, k=1).tocoo()
    gross = faces.gross()
    smaller = np.minimum(gross[pairs.row], gross[pairs.col])
    told = {"one": pairs.row, "other": pairs.col, "area_m2": pairs.data, "share": pairs.data / smaller}
    return pl.DataFrame(told, schema_overrides=OVERLAPS).filter(pl.col("area_m2") > 0).sort("one", "other")


def geodesic_net(placed: Placed, faces: Faces, *, which: NDArray[np.bool_] | None = None, threads: int = 2) -> float:
    """Net area with geodesic edges.

    Of an area that overlaps no other as it is written, before any cut; of the others by the outline of what they
    cover together, with the corners where boundaries cross.

    Parameters
    ----------
    placed : Placed
    faces : Faces
        Of its shapes.
    which : (n,) array of bool or None
        Entries that count; all if left out.
    threads : int

    Returns
    -------
    float
        [m2]
    """
    chosen = np.ones(faces.count, dtype=bool) if which is None else which
    alone = faces.alone() & ~shapely.is_empty(placed.shape)
    own = geodesic_area(placed.whole[alone & chosen], threads=threads).sum()
    together = np.unique(faces.face[chosen[faces.entry] & ~alone[faces.entry]])
    if not len(together):
        return float(own)
    order = together[np.argsort(faces.tile[together], kind="stable")]
    groups = np.split(order, np.flatnonzero(np.diff(faces.tile[order])) + 1)
    with ThreadPoolExecutor(threads) as pool:
        outlines = list(pool.map(lambda at: _outline(faces.shape[at]), groups))
    held: NDArray[np.object_] = np.array(outlines, dtype=object)
    return float(own + geodesic_area(held, threads=threads).sum())


def _outline(shapes: Any) -> Any:
    """What faces cover together; they share their edges, so that none has to be computed."""
    try:
        return shapely.coverage_union_all(shapes)
    except shapely.GEOSException:
        return shapely.union_all(shapes)
