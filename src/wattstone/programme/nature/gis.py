"""The ledger of areas for geographic information systems: a row an entry, as GeoJSON or GeoParquet."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingTypeStubs=false, reportUnknownParameterType=false

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from wattstone.programme.nature.account import HA
from wattstone.programme.nature.ledger import Ledger, attributed

__all__ = ["ROWS", "rows_of", "write_geojson", "write_geoparquet"]

ROWS: Final = pl.Schema(
    {
        "id": pl.String, "name": pl.String, "partner": pl.String, "phase": pl.String, "status": pl.String,
        "start": pl.Date, "end": pl.Date, "intervention": pl.String, "ecosystem": pl.String, "country": pl.String,
        "tenure": pl.String, "precedence": pl.Int64, "year": pl.Int64, "counts": pl.Boolean,
        "approximate": pl.Boolean, "hectares": pl.Float64, "own_hectares": pl.Float64, "geometry": pl.Binary,
    }
)  # fmt: skip
"""Of each entry: what it says, whether it counts in the year, whether it is a point with a radius, its area, its own
part of the net (null where it does not count in the year), and its boundary as WKB (null where it has none). [ha]"""


def rows_of(books: Ledger, year: int, *, equal: bool = False) -> pl.DataFrame:
    """Entries of a ledger with their boundaries as they were measured.

    Parameters
    ----------
    books : Ledger
    year : int
        In which entries count or not, see `Ledger.live`.
    equal : bool
        How land is attributed where areas of one status overlap, see `attributed`.

    Returns
    -------
    DataFrame
        Schema `ROWS`. The own parts of the entries that count add up to the net of all of them.
    """
    counts = books.live(year)
    own = pl.Series(np.where(counts, attributed(books, counts, equal=equal) * HA, np.nan)).fill_nan(None)
    return books.frame.select(
        "name", "partner", "phase", "status", "start", "end", "intervention", "ecosystem", "country", "tenure",
        "precedence", id="entry", year=pl.lit(year, pl.Int64), counts=pl.Series(counts, dtype=pl.Boolean),
        approximate=pl.Series(books.placed.approximate[: books.count], dtype=pl.Boolean),
        hectares=pl.Series(books.placed.area[: books.count] * HA, dtype=pl.Float64), own_hectares=own,
        geometry=pl.Series(_boundaries(books), dtype=pl.Binary),
    ).select(*ROWS).cast(ROWS)  # fmt: skip


def _boundaries(books: Ledger) -> list[bytes | None]:
    """As RFC 7946 wants them: cut at the antimeridian, outer rings counterclockwise."""
    shape = shapely.orient_polygons(books.placed.shape[: books.count], exterior_cw=False)
    return [None if bare else one for one, bare in zip(shapely.to_wkb(shape), shapely.is_empty(shape), strict=True)]


def write_geojson(rows: pl.DataFrame, to: Path) -> None:
    """Write a FeatureCollection (RFC 7946), in longitude and latitude on WGS 84.

    Parameters
    ----------
    rows : DataFrame
        Schema `ROWS`.
    to : Path
    """
    said = rows.drop("geometry").with_columns(pl.col("start", "end").dt.to_string("%Y-%m-%d"))
    shapes: Any = shapely.to_geojson(_shapes(rows))
    with to.open("w", encoding="utf-8") as out:
        out.write('{"type": "FeatureCollection", "features": [')
        for at, (one, shape) in enumerate(zip(said.iter_rows(named=True), shapes, strict=True)):
            words = json.dumps(one, ensure_ascii=False, allow_nan=False)
            name = json.dumps(one["id"], ensure_ascii=False)
            out.write(
                f'{"," * bool(at)}\n{{"type": "Feature", "id": {name}, "properties": {words}, '
                f'"geometry": {shape or "null"}}}'
            )
        out.write("\n]}\n")


def write_geoparquet(rows: pl.DataFrame, to: Path) -> None:
    """Write GeoParquet 1.1 [1]_: WKB in longitude and latitude, with the reference system in its metadata.

    Parameters
    ----------
    rows : DataFrame
        Schema `ROWS`.
    to : Path

    References
    ----------
    .. [1] OGC, "GeoParquet," version 1.1.0, 2024.
    """
    from pyproj import CRS

    shapes = _shapes(rows)
    column: dict[str, Any] = {
        "encoding": "WKB", "geometry_types": sorted(_types(shapes)), "crs": CRS("OGC:CRS84").to_json_dict(),
        "orientation": "counterclockwise", "edges": "planar",
    }  # fmt: skip
    if (~shapely.is_missing(shapes)).any():
        column["bbox"] = shapely.total_bounds(shapes).tolist()
    meta = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    table = rows.to_arrow()
    told = {**(table.schema.metadata or {}), b"geo": json.dumps(meta).encode()}
    pq.write_table(table.replace_schema_metadata(told), to, compression="zstd")


def _shapes(rows: pl.DataFrame) -> NDArray[np.object_]:
    return np.asarray(shapely.from_wkb(np.array(rows["geometry"].to_list(), dtype=object)), dtype=object)


def _types(shapes: NDArray[np.object_]) -> Iterator[str]:
    """Which of the two there are."""
    kinds = set(shapely.get_type_id(shapes).tolist())
    yield from (name for name, kind in (("Polygon", 3), ("MultiPolygon", 6)) if kind in kinds)
