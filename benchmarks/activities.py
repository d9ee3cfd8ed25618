"""Activity records: 2.4 M lines of 5,000 sites, 12 months and 40 kinds, from the lake to totals with their evidence.

The bare engine adds the same columns up by site and category with plain Polars, the factor joined by kind and item: no
days, no shares, no hashes, no figures.
"""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.measuring import side
from benchmarks.tables import Row, Setting

SITES, SMALL = 5000, 50
YEAR = 2025
WALL, MEMORY = 20.0, 2.0  # s, GB
_WASTE = {
    "landfill": ("glass", "wood", "municipal", "food", "garden", "batteries"),
    "closed_loop": ("glass", "wood", "metals", "plastics", "cans", "hdpe", "pet"),
    "incineration": ("wood", "municipal", "food", "garden", "plastics", "commercial"),
}
KINDS = (
    *(("fuel", item, "kWh_gross") for item in ("natural_gas", "lpg", "gas_oil", "fuel_oil", "burning_oil")),
    *(("waste", f"{what}.{how}", "t") for how, some in _WASTE.items() for what in some),
    *(("refrigerant_topup", gas, "kg") for gas in ("R-32", "R-134a", "R-23", "R-125", "R-143a", "R-152a")),
    *((kind, "", "kWh") for kind in ("electricity", "electricity_vehicle")),
    *((kind, "", "m3") for kind in ("water_supply", "wastewater")),
    *(("goods", item, "t") for item in ("glass", "metals", "wood")),
    ("hotel", "GB", "room.night"),
    ("electricity_losses", "electricity", "kWh"),
    ("homeworking", "all", "FTE.hour"),
)


def workspace_of(setting: Setting, sites: int) -> Path:
    """A workspace with the lines, as one import of each of four regions of sites leaves them."""
    root = setting.scratch / f"activities-{sites}"
    if (root / "done").is_file():
        return root
    from wattstone.interfaces.store.workspace import create_workspace, open_workspace
    from wattstone.portfolio import Site
    from wattstone.workflows.activities.table import append_lines

    create_workspace(root)
    workspace = open_workspace(root)
    names = [f"s-{at:05d}" for at in range(sites)]
    workspace.records.declare([Site(id=name, country="GB", zone="Europe/London") for name in names], [])
    for part in range(4):
        frame = lines_of(names[part::4], part)
        details = {"source": f"part-{part}.csv", "lines": str(frame.height), "sites": str(len(names[part::4]))}
        append_lines(workspace, frame, key=f"part-{part}", what="import activities", who="benchmark", details=details)
    workspace.close()
    (root / "done").touch()
    return root


def lines_of(sites: list[str], seed: int) -> pl.DataFrame:
    """A line a site, kind and month."""
    from wattstone.readings.activities.schema import ACTIVITY

    assert len(KINDS) == 40
    random = np.random.default_rng(seed)
    kinds = pl.DataFrame(KINDS, schema=["kind", "item", "unit"], orient="row")
    months = pl.DataFrame({"start": [date(YEAR, month, 1) for month in range(1, 13)]})
    frame = pl.DataFrame({"site_id": sites}).join(kinds, how="cross").join(months, how="cross")
    count = frame.height
    return frame.with_columns(
        pl.format("p{}.{}", pl.lit(seed), pl.int_range(1, count + 1)).alias("line_id"),
        pl.col("start").dt.month_end().alias("end"),
        pl.Series("amount", random.lognormal(6, 1, count).round(2)),
        pl.lit("average").alias("method"),
        pl.lit(1.0).alias("share"),
        pl.Series("estimated", random.random(count) < 0.1),
        pl.Series("reliability", random.integers(1, 6, count)),
        pl.lit(0.05).alias("activity_uncertainty"),
        pl.lit("").alias("note"),
        pl.lit("benchmark").alias("entered_by"),
        pl.lit(date(YEAR + 1, 1, 15)).cast(pl.Datetime("us")).alias("entered_at"),
        pl.lit(value=False).alias("withdrawn"),
    ).select(
        (pl.col(name) if name in frame.columns or name in _MADE else pl.lit(None).alias(name)).cast(dtype)
        for name, dtype in ACTIVITY.items()
    )


_MADE = {
    "line_id", "end", "amount", "method", "share", "estimated", "reliability", "activity_uncertainty", "note",
    "entered_by", "entered_at", "withdrawn",
}  # fmt: skip
EXCEPTIONS: dict[str, str] = dict.fromkeys(
    ("year:desnz2025", "region:epa_warm2021", "year:epa_warm2021", "gwp:unspecified"), "benchmark"
)


def computed(root: str) -> Callable[[], dict[str, Any]]:
    """Ours: members, lines and evidence, and their sums by site and category."""
    from wattstone.interfaces.store.workspace import open_workspace
    from wattstone.inventory.sums import summed
    from wattstone.rates import load_factors
    from wattstone.workflows.activities.compute import compute_activities

    workspace, table = open_workspace(Path(root)), load_factors()

    def run() -> dict[str, Any]:
        made = compute_activities(workspace, YEAR, table, EXCEPTIONS)
        members = made.computed.members
        sites = summed(members, "site_id", kinds=True)
        whole = summed(sites, None, kinds=False)
        return {
            "rows": made.rows, "members": members.height, "sites": sites.height, "evidence": len(made.evidence),
            "names": whole.filter(pl.col("value").is_not_null()).height,
            "missing": sorted({one.place for one in made.computed.refused}),
        }  # fmt: skip

    return run


def bare(root: str) -> Callable[[], int]:
    """Plain Polars: amounts by site and kind, times one number a kind and item."""
    from wattstone.interfaces.store.workspace import open_workspace

    workspace = open_workspace(Path(root))

    def run() -> int:
        scan = workspace.lake.scan("activities")
        assert scan is not None
        table = pl.DataFrame(KINDS, schema=["kind", "item", "unit"], orient="row").with_columns(each=pl.lit(0.2)).lazy()
        joined = scan.join(table, on=["kind", "item", "unit"])
        sums = joined.group_by("site_id", "kind").agg((pl.col("amount") * pl.col("each")).sum())
        return sums.collect(engine="streaming").height

    return run


def run(setting: Setting) -> Iterator[Row]:
    """One row."""
    sites = SMALL if setting.small else SITES
    root = workspace_of(setting, sites)
    mine = side("benchmarks.activities:computed", str(root))
    plain = side("benchmarks.activities:bare", str(root))
    told = mine.result
    setting.say(f"{told}")
    kept = mine.wall <= WALL and mine.peak <= MEMORY and told["rows"] == sites * len(KINDS) * 12
    yield Row(
        f"{told['rows']:,} lines of activities to {told['members']:,} members, {told['sites']:,} sums and evidence",
        f"{mine.wall:.1f} s, {mine.cpu:.1f} CPU-s, {mine.peak:.2f} GB",
        f"{plain.cpu:.1f} CPU-s, {plain.peak:.2f} GB (Polars, one product and one sum)",
        f"{mine.cpu / plain.cpu:.1f}",
        f"{WALL:.0f} s, {MEMORY:.0f} GB",
        kept,
    )
