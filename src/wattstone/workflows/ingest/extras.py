"""Tables beside the readings: weather, grid intensity, charging sessions. The same rows twice change nothing."""

import polars as pl

from wattstone.readings import Extra, Incoming
from wattstone.readings.partitions import part_expression
from wattstone.workflows.stores import Commit, Lake
from wattstone.workflows.workspace import Workspace

IDENTITY = {"weather": ["station", "start"], "intensity": ["region", "start"], "sessions": ["session_id", "site_id"]}
_CLOCK = {"weather": "start", "intensity": "start", "sessions": "plug_in"}


def keep_beside(workspace: Workspace, incoming: Incoming, *, who: str | None = None) -> None:
    """Keep the tables and tariffs that come beside the readings.

    Parameters
    ----------
    workspace : Workspace
        Where.
    incoming : Incoming
        The source.
    who : str or None
        For the audit log; None where the line of the ingest itself says it.
    """
    for table, extra in incoming.extras.items():
        if keep_extra(workspace.lake, table, extra) and who is not None:
            workspace.records.note("ingest", who=who, details={"source": extra.name, "table": table, "key": extra.key})
    known = workspace.records.tariffs() if incoming.tariffs else {}
    for name, toml in incoming.tariffs.items():
        if known.get(name) != toml:
            workspace.records.put_tariff(name, toml)


def keep_extra(lake: Lake, table: str, extra: Extra) -> int:
    """Put an extra table into the lake; rows with the same identity are replaced.

    Parameters
    ----------
    table : {'weather', 'intensity', 'sessions'}
        Which.
    extra : Extra
        The key of its source, and how to read it.

    Returns
    -------
    int
        Rows that were not there before, or were different.
    """
    if lake.batch_of(table, extra.key) is not None or (given := extra.read()).is_empty():
        return 0
    identity = IDENTITY[table]
    frame = given.with_columns(part_expression(pl.col(_CLOCK[table]), "year").alias("part"))
    held = lake.scan(table, parts=frame["part"].unique().to_list())
    changed = frame
    if held is not None:
        before = held.collect().with_columns(part_expression(pl.col(_CLOCK[table]), "year").alias("part"))
        changed = frame.join(before, on=frame.columns, how="anti", nulls_equal=True)
        frame = pl.concat([before.join(frame, on=identity, how="anti", nulls_equal=True), frame]).sort(identity)
        frame = frame.filter(pl.col("part").is_in(changed["part"].unique().implode()))
    if changed.height:
        batch = lake.version(table) + 2
        lake.append(table, frame, Commit(extra.key, batch, {"source": extra.name}), replace=True)
    return changed.height
