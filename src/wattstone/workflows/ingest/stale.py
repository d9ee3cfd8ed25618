"""Which recorded figures rest on readings that have changed."""

import json

import polars as pl

from wattstone.workflows.stores import Lake


def stale_figures(lake: Lake) -> dict[int, int]:
    """How many current figures of each year rest on slices that are no longer as they were.

    Returns
    -------
    dict of int to int
        By year; years without any are left out.
    """
    evidence, figures = lake.scan("evidence"), lake.scan("figures")
    slices = lake.scan("slices")
    if evidence is None or figures is None or slices is None:
        return {}
    now = {(meter, batch, sha) for meter, batch, sha in slices.select("meter", "batch", "sha256").collect().iter_rows()}
    content = evidence.filter(pl.col("kind") == "slice").unique("id", keep="last").select("id", "content").collect()
    changed = [
        key
        for key, text in content.iter_rows()
        if any((one["key"], batch, sha) not in now for one in [json.loads(text)] for _, batch, _, sha in one["slices"])
    ]
    if not changed:
        return {}
    rows = figures.select("id", "name", "subject", "period", "run", "inputs", "start").collect().sort("run")
    rows = rows.unique(["name", "subject", "period"], keep="last", maintain_order=True)
    return _count(rows, set(changed))


def _count(rows: pl.DataFrame, stale: set[str]) -> dict[int, int]:
    """Follow the inputs upwards until nothing more is touched."""
    links = rows.select(pl.format("figure:{}", "id").alias("id"), "inputs").explode("inputs")
    touched: set[str] = set()
    frontier = stale
    while frontier:
        reached = links.filter(pl.col("inputs").is_in(list(frontier)))["id"].unique()
        frontier = set(reached) - touched
        touched |= frontier
    found = rows.filter(pl.format("figure:{}", "id").is_in(list(touched)))
    counts = found.group_by(pl.col("period").str.slice(0, 4).cast(pl.Int32).alias("year")).len().sort("year")
    return {int(year): int(count) for year, count in counts.iter_rows()}
