"""Lines as they stand, and what became of each of them."""

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.readings.activities.schema import ACTIVITY
from wattstone.workflows.activities.marks import MARK, root_of
from wattstone.workflows.activities.proved import only_proved
from wattstone.workflows.activities.table import ACTIVITIES, scan_in_force
from wattstone.workflows.stores import Lake
from wattstone.workflows.workspace import Workspace

__all__ = ["credit_notes", "history_of", "line_in_force", "lines_of"]


def lines_of(
    workspace: Workspace, year: int | None = None, version: int | None = None, *, site: str | None = None
) -> pl.DataFrame:
    """The lines in force, as far as whoever asks may see their sites.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    year : int or None
        Lines of which at least one day lies in this calendar year; all where None.
    version : int or None
        Of the table, as it stood then; the newest where None.
    site : str or None
        Of one site alone.

    Returns
    -------
    polars.DataFrame
        Schema `ACTIVITY`, by site, kind and first day.
    """
    parts = None if year is None else [year - 1, year]
    held = scan_in_force(workspace.lake, parts=parts, version=version)
    if held is None:
        return pl.DataFrame(schema=ACTIVITY)
    if year is not None:
        held = held.filter((pl.col("start").dt.year() <= year) & (pl.col("end").dt.year() >= year))
    if site is not None:
        held = held.filter(pl.col("site_id") == site)
    rows = held.select(pl.col(name).cast(dtype) for name, dtype in ACTIVITY.items())
    return rows.collect().sort("site_id", "kind", "start", "line_id", maintain_order=True)


def history_of(workspace: Workspace, line_id: str) -> pl.DataFrame:
    """All versions of a line, the first first: who entered what, and when.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    line_id : str
        Of any of the versions.

    Returns
    -------
    polars.DataFrame
        Schema `ACTIVITY`; empty where there is no such line, or it is of a site that one does not see.
    """
    held = workspace.lake.scan(ACTIVITIES)
    if held is None:
        return pl.DataFrame(schema=ACTIVITY)
    root = root_of(line_id)
    mine = (pl.col("line_id") == root) | pl.col("line_id").str.starts_with(root + MARK)
    return held.filter(mine).select(list(ACTIVITY)).collect().sort("batch", "line_id", maintain_order=True)


def line_in_force(lake: Lake, line_id: str, *, exact: bool = False) -> dict[str, object]:
    """A line that can be corrected.

    Parameters
    ----------
    lake : Lake
        With the lines.
    line_id : str
        Of the line, or of one to which documents alone were attached since: the newest of these is given.
    exact : bool
        Whether it has to be this version.

    Raises
    ------
    InputRefused
        If there is none, or it was corrected or withdrawn already.
    """
    held = lake.scan(ACTIVITIES)
    root = root_of(line_id)
    mine = (pl.col("line_id") == root) | pl.col("line_id").str.starts_with(root + MARK)
    rows = [] if held is None else held.filter(mine).collect().sort("withdrawn").to_dicts()
    line = next((one for one in rows if one["line_id"] == line_id), None)
    if line is None:
        raise InputRefused([_unknown(line_id)])
    while later := [one for one in rows if one["replaces"] == line["line_id"]]:
        if exact or not only_proved(line, later[0]):
            raise InputRefused([_replaced(line_id, later[0])])
        line = later[0]
    if line["withdrawn"]:
        raise InputRefused([_replaced(line_id, line)])
    return line


def credit_notes(lake: Lake, line_id: str) -> list[str]:
    """Ids of the credit notes in force that are for a line, whichever version of it they name."""
    held = scan_in_force(lake)
    if held is None:
        return []
    root = pl.col("credits").str.split(MARK).list.first()
    return held.filter(root == root_of(line_id)).select("line_id").collect()["line_id"].sort().to_list()


def _unknown(line_id: str) -> Finding:
    return Finding(
        code="activity.unknown",
        place=f"line '{line_id}'",
        found="there is no such line",
        expected="the id of a line that is in force",
        remedy="list the lines with `wattstone activity list`",
    )


def _replaced(line_id: str, later: dict[str, object]) -> Finding:
    taken = bool(later["withdrawn"])
    return Finding(
        code="activity.replaced",
        place=f"line '{line_id}'",
        found="it was withdrawn by {who} on {day}" if taken else "it was corrected by {who} on {day}: line {line}",
        params={"who": later["entered_by"], "day": str(later["entered_at"])[:10], "line": later["line_id"]},
        expected="the id of a line that is in force",
        remedy="enter the activity anew" if taken else "correct the line that took its place",
    )
