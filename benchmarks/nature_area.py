"""Net area and overlap report of many overlapping polygons, against one call of shapely's union."""

import sys
import time

import numpy as np
import shapely

from benchmarks.tables import Row, Setting
from wattstone.programme.nature.measure import measured
from wattstone.programme.nature.placed import placed

LIMIT = 40.0  # s
COUNT, SMALL = 100_000, 3_000


def stars(count: int, seed: int = 8) -> np.ndarray:
    """Random stars of 16 corners over a piece of the Earth, as dense whatever their number."""
    rng = np.random.default_rng(seed)
    side = np.sqrt(count / 100_000)
    centre = rng.uniform(0, 1, (count, 1, 2)) * np.array([45.0, 35.0]) * side + np.array([-10.0, 10.0])
    angle = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    radius = rng.uniform(0.02, 0.13, (count, 1, 1)) * rng.uniform(0.7, 1.3, (count, 16, 1))
    return np.asarray(shapely.polygons(centre + radius * np.stack([np.cos(angle), np.sin(angle)], axis=-1)))


def run(setting: Setting) -> list[Row]:
    """Rows of the table."""
    shapes = stars(SMALL if setting.small else COUNT)
    began, used = time.perf_counter(), time.process_time()
    done = measured(placed(shapes))
    ours, worked = time.perf_counter() - began, time.process_time() - used
    some = shapes[:SMALL]
    began = time.perf_counter()
    union = shapely.union_all(some)
    bare = time.perf_counter() - began
    ratio = done.faces.net() / float(placed(np.array([union], dtype=object)).area[0]) if setting.small else float("nan")
    sys.stderr.write(f"  net over union - 1: {ratio - 1:.1e}; worked {worked:.0f} CPU-s\n")
    return [
        Row(
            what=f"nature: net, geodesic net and overlap report of {len(shapes):,} polygons "
            f"({done.overlaps.height:,} pairs)",
            ours=f"{ours:.1f} s", bare=f"one union of the first {SMALL:,}: {bare:.1f} s", limit=f"{LIMIT:.0f} s",
            kept=ours <= LIMIT,
        )
    ]  # fmt: skip
