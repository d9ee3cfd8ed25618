"""What stands behind a slice of activities: files and entries, who made them, and the lines themselves."""

from typing import Any

import polars as pl

from wattstone.readings.activities.schema import ACTIVITY, in_force
from wattstone.workflows.activities.proved import as_entered, documents_of
from wattstone.workflows.activities.table import ACTIVITIES
from wattstone.workflows.stores import Lake

__all__ = ["activity_sources"]

_SHOWN = (
    "line_id", "kind", "item", "start", "end", "amount", "unit", "stated", "method", "supplier", "share", "document",
    "entered_by", "entered_at", "note",
)  # fmt: skip


def activity_sources(lake: Lake, content: dict[str, Any], rows: int = 0) -> list[tuple[str, dict[str, Any]]]:
    """The sources of a slice of activities.

    Parameters
    ----------
    lake : Lake
        Where the lines are.
    content : dict
        Of the slice, as `workflows.activities.slices.slice_content` makes it.
    rows : int
        How many of its lines are shown of each source.

    Returns
    -------
    list of (str, dict)
        Id and content of each source.
    """
    commits = {int(one["wattstone.batch"]): one for one in lake.commits(ACTIVITIES) if "wattstone.batch" in one}
    found: list[tuple[str, dict[str, Any]]] = []
    for batch, count in content["batches"]:
        commit = commits.get(batch, {})
        told = {
            "file": commit.get("wattstone.source", commit.get("wattstone.what", "unknown")),
            "what": commit.get("wattstone.what", ""),
            "who": commit.get("wattstone.who", ""),
            "key": commit.get("wattstone.key", ""),
            "batch": batch,
            "partitions": [{"partition": content["year"], "rows": count}],
        }
        if rows:
            told["lines"] = _lines(lake, content, batch, rows)
        found.append((f"source:activities:{batch}", told))
    return found


def _lines(lake: Lake, content: dict[str, Any], batch: int, rows: int) -> list[dict[str, Any]]:
    """The first lines that a source gave, as the pinned version holds them, each with the document it has now."""
    pinned = _of_site(lake, content, content["version"])
    if pinned is None:
        return []
    lines = as_entered(*pinned).filter(pl.col("batch") == batch, pl.col("end").dt.year() >= int(content["year"]))
    proofs = {**documents_of(*pinned), **documents_of(*(_of_site(lake, content, None) or pinned))}
    named = pl.DataFrame(list(proofs.items()), schema={"line_id": pl.String, "proof": pl.String}, orient="row")
    beside = lines.join(named, on="line_id", how="left").with_columns(
        pl.coalesce("proof", "document").alias("document")
    )
    shown = beside.select(_SHOWN).sort("start", "line_id").head(rows)
    return [
        {
            name: value if isinstance(value, int | float) else str(value)
            for name, value in row.items()
            if value is not None
        }
        for row in shown.iter_rows(named=True)
    ]


def _of_site(lake: Lake, content: dict[str, Any], version: int | None) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    """The lines in force of the site in the years that a slice can touch, and those with all that they replace."""
    year = int(content["year"])
    held = lake.scan(ACTIVITIES, parts=[year - 1, year], version=version)
    if held is None:
        return None
    every = held.filter(pl.col("site_id") == content["site"]).select(list(ACTIVITY)).collect()
    return in_force(every.lazy()).collect(), every
