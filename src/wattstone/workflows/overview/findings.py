"""Findings of the newest run of the detection, as far as one may see them."""

from typing import Any

import polars as pl

from wattstone.workflows.detect.table import KEPT, TABLE, decoded, runs_of
from wattstone.workflows.overview.sight import sees_site, sites_seen
from wattstone.workflows.workspace import Workspace

__all__ = ["PARAMS", "finding_of", "newest_findings", "newest_run"]

PARAMS = pl.Struct({"before": pl.Float64(), "after": pl.Float64(), "a": pl.Float64(), "b": pl.Float64()})
_LISTED = [name for name in KEPT if name != "picture"]


def newest_run(workspace: Workspace, year: int | None = None) -> tuple[int, int] | None:
    """Year and number of the newest run, of a year or of the newest year; None where nothing was looked for."""
    runs = runs_of(workspace.lake)
    wanted = next(iter(runs), None) if year is None else year
    return (wanted, runs[wanted]) if wanted is not None and wanted in runs else None


def newest_findings(
    workspace: Workspace, *, year: int | None = None, site: str | None = None, columns: list[str] | None = None
) -> pl.DataFrame:
    """Findings of the newest run.

    Parameters
    ----------
    workspace : Workspace
        Guarded.
    year : int or None
        Of the assessed year; the newest where None.
    site : str or None
        Of one site.
    columns : list of str or None
        Some columns; all but the pictures where None, with `params` as a struct.

    Returns
    -------
    polars.DataFrame
        Columns of `detect.table.KEPT`; the most worth first, as they were ranked.
    """
    newest, scan = newest_run(workspace, year), workspace.lake.scan(TABLE)
    wanted = columns or _LISTED
    if newest is None or scan is None:
        return pl.DataFrame(schema={name: KEPT[name] for name in wanted}).pipe(_with_params)
    rows = workspace.lake.scan(TABLE, parts=[newest[0]])
    if rows is None:
        return pl.DataFrame(schema={name: KEPT[name] for name in wanted}).pipe(_with_params)
    rows = rows.filter(pl.col("run") == newest[1])
    if site is not None:
        rows = rows.filter(pl.col("site_id") == site)
    if (seen := sites_seen(workspace)) is not None:
        rows = rows.filter(pl.col("site_id").is_in(sorted(seen)))
    return rows.sort("rank").select(wanted).collect().pipe(_with_params)


def _with_params(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.col("params").str.json_decode(PARAMS)) if "params" in rows.columns else rows


def finding_of(workspace: Workspace, key: str) -> dict[str, Any] | None:
    """A finding by its key, with the series behind its pictures; None where there is none, or one may not see it."""
    scan = workspace.lake.scan(TABLE)
    if scan is None:
        return None
    rows = scan.filter(pl.col("key") == key).sort("run").tail(1).collect()
    if rows.is_empty() or not sees_site(workspace, rows["site_id"][0]):
        return None
    return decoded(rows.row(0, named=True))
