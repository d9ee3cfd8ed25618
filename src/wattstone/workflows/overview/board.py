"""Findings and measures as cards on a board: open, planned, doing, done, dismissed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from wattstone.portfolio.measures import Measure
from wattstone.workflows.access import Act, require
from wattstone.workflows.detect.table import TABLE as FINDINGS
from wattstone.workflows.overview.cards import (
    MEASURE,
    STATES,
    Card,
    State,
    of_finding,
    of_measure,
    state_of,
)
from wattstone.workflows.overview.findings import PARAMS, newest_findings, newest_run
from wattstone.workflows.overview.places import places_of
from wattstone.workflows.overview.sight import sees_site, sites_seen
from wattstone.workflows.stores import BoardEntry
from wattstone.workflows.workspace import Workspace

__all__ = ["Board", "Column", "board", "card_of"]


@dataclass(frozen=True, kw_only=True)
class Column:
    """Cards of one state: the most worth first, as many as are asked for; `count` are there, worth `kg` a year."""

    state: State
    cards: tuple[Card, ...]
    count: int
    kg: float | None


@dataclass(frozen=True, kw_only=True)
class Board:
    """All columns; who owns cards and which codes there are, to filter by."""

    columns: tuple[Column, ...]
    owners: tuple[str, ...]
    codes: tuple[str, ...]
    run: int | None
    year: int | None


_CARDS = ["key", "run", "site_id", "meter_id", "code", "unit", "energy", "energy_lower", "energy_upper", "money",
          "money_lower", "money_upper", "currency", "kg", "kg_lower", "kg_upper", "gas", "confidence", "since", "until",
          "params", "figures"]  # fmt: skip
By = Literal["kg", "money", "energy"]


def board(
    workspace: Workspace,
    *,
    site: str | None = None,
    code: str | None = None,
    owner: str | None = None,
    by: By = "kg",
    size: int = 50,
    page: Mapping[str, int] | None = None,
    names: Mapping[str, str | None] | None = None,
) -> Board:
    """The board, as far as one may see it.

    Parameters
    ----------
    workspace : Workspace
        Guarded.
    site, code, owner : str or None
        Only cards of these; a code is that of a finding, so that measures are left out then.
    by : {'kg', 'money', 'energy'}
        What cards are ranked by.
    size : int
        Cards of a column.
    page : mapping of str to int or None
        Which page of each column, from 1.
    names : mapping of str to str or None, optional
        Of the sites by their ids, where whoever asks has them at hand.

    Raises
    ------
    Forbidden
        If the actor may not read.
    """
    require(workspace.actor, Act.READ)
    entries = workspace.records.board()
    rows = _findings(workspace, entries, site)
    codes = tuple(sorted(rows["code"].unique().to_list()))
    rows = _laid(rows, entries)
    owners = {one for one in rows["owner"].unique().to_list() if one}
    rows = rows.filter(_asked(code, owner))
    measures = [] if code is not None else _measures(workspace, site, owner)
    owners |= {one.owner for one in _measures(workspace, site, None) if one.owner}
    names = places_of(workspace).names if names is None else names
    columns = tuple(
        _column(state, rows, measures, entries, names, by=by, size=size, page=(page or {}).get(state, 1))
        for state in STATES
    )
    newest = newest_run(workspace)
    year, run = newest if newest is not None else (None, None)
    return Board(columns=columns, owners=tuple(sorted(owners)), codes=codes, run=run, year=year)


def _findings(workspace: Workspace, entries: Mapping[str, BoardEntry], site: str | None) -> pl.DataFrame:
    """Findings of the newest run, and those of earlier ones that somebody decided on, as `gone`."""
    rows = newest_findings(workspace, site=site, columns=_CARDS)
    older = sorted(set(entries) - set(rows["key"].to_list()))
    scan = workspace.lake.scan(FINDINGS) if older else None
    if scan is None:
        return rows.with_columns(pl.lit(value=False).alias("gone"))
    held = scan.filter(pl.col("key").is_in(older)).select(_CARDS).collect().sort("run").unique("key", keep="last")
    seen = sites_seen(workspace)
    if seen is not None:
        held = held.filter(pl.col("site_id").is_in(sorted(seen)))
    if site is not None:
        held = held.filter(pl.col("site_id") == site)
    held = held.with_columns(pl.col("params").str.json_decode(PARAMS)).sort("key")
    there, gone = (pl.lit(value=value).alias("gone") for value in (False, True))
    return pl.concat([rows.with_columns(there), held.with_columns(gone)])


def _laid(rows: pl.DataFrame, entries: Mapping[str, BoardEntry]) -> pl.DataFrame:
    said = [(one.key, one.state, one.owner) for one in entries.values()]
    known = pl.DataFrame(said, schema={"key": pl.String, "state": pl.String, "owner": pl.String}, orient="row")
    return rows.join(known, on="key", how="left", maintain_order="left").with_columns(pl.col("state").fill_null("open"))


def _asked(code: str | None, owner: str | None) -> pl.Expr:
    wanted = pl.lit(value=True)
    wanted = wanted if code is None else wanted & (pl.col("code") == code)
    return wanted if owner is None else wanted & (pl.col("owner") == owner).fill_null(value=False)


def _measures(workspace: Workspace, site: str | None, owner: str | None) -> list[Measure]:
    return [
        one
        for one in workspace.records.measures()
        if sees_site(workspace, one.site_id) and site in (None, one.site_id) and owner in (None, one.owner)
    ]


def _column(
    state: State,
    rows: pl.DataFrame,
    measures: list[Measure],
    entries: Mapping[str, BoardEntry],
    names: Mapping[str, str | None],
    *,
    by: By,
    size: int,
    page: int,
) -> Column:
    """A page of a column; measures come before the findings, for somebody has decided on them."""
    mine = rows.filter(pl.col("state") == state)
    worth = pl.when(pl.col("unit") == "kWh").then(pl.col("energy")) if by == "energy" else pl.col(by)
    mine = mine.with_columns(worth.alias("worth")).sort("worth", "key", descending=[True, False], nulls_last=True)
    claimed = sorted((one for one in measures if state_of(one) == state), key=lambda one: one.id)
    begin = (max(page, 1) - 1) * size
    cards = [of_measure(one, names, entries) for one in claimed[begin : begin + size]]
    left = mine.slice(max(begin - len(claimed), 0), size - len(cards))
    cards += [of_finding(row, names, entries) for row in left.iter_rows(named=True)]
    known = mine["kg"].drop_nulls()
    return Column(
        state=state,
        cards=tuple(cards),
        count=len(claimed) + mine.height,
        kg=float(known.sum()) if len(known) else None,
    )


def card_of(workspace: Workspace, key: str) -> Card | None:
    """One card; None where there is none, or one may not see it."""
    require(workspace.actor, Act.READ)
    entries = workspace.records.board()
    if key.startswith(MEASURE):
        found = next((one for one in _measures(workspace, None, None) if one.id == key.removeprefix(MEASURE)), None)
        return None if found is None else of_measure(found, _names(workspace, found.site_id), entries)
    scan = workspace.lake.scan(FINDINGS)
    if scan is None:
        return None
    rows = scan.filter(pl.col("key") == key).select(_CARDS).collect().sort("run").tail(1)
    if rows.is_empty() or not sees_site(workspace, rows["site_id"][0]):
        return None
    newest = newest_run(workspace)
    gone = pl.lit(newest is None or rows["run"][0] != newest[1]).alias("gone")
    row = rows.with_columns(pl.col("params").str.json_decode(PARAMS), gone).row(0, named=True)
    return of_finding(row, _names(workspace, row["site_id"]), entries)


def _names(workspace: Workspace, site_id: str) -> dict[str, str | None]:
    return {site_id: places_of(workspace).names.get(site_id)}
