"""Decisions on the fifteen categories of scope 3: said for a year, with the reason, and never overwritten."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import get_args

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.inventory.lines import LINES
from wattstone.inventory.scope3 import (
    CATEGORIES,
    NO_LINES,
    NOT_TAKEN,
    Decided,
    Decision,
    categories,
    decisions,
    in_force,
)
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.activities.lines import lines_of
from wattstone.workflows.inventory.record import last_run, organisation_figures
from wattstone.workflows.workspace import Workspace

__all__ = ["Year", "decide", "decisions_of"]


_OF_ENERGY = 3
"""The category that is computed from the energy of scopes 1 and 2, without records of its own."""


@dataclass(frozen=True, kw_only=True)
class Year:
    """What is said of the categories of a year.

    Parameters
    ----------
    year : int
        Calendar year.
    rows : polars.DataFrame
        Schema `inventory.statement.DECISIONS`: 15 rows.
    proposed : mapping of int to Decided
        What the year before said of categories that are undecided; it holds for nothing until somebody says it again.
    history : tuple of Decided
        All that was ever said of this year, in its order.
    """

    year: int
    rows: pl.DataFrame
    proposed: Mapping[int, Decided]
    history: tuple[Decided, ...]


def decisions_of(workspace: Workspace, year: int, *, lines: pl.DataFrame | None = None) -> Year:
    """What was decided of each category, what was computed of it, and what the year before proposes.

    Parameters
    ----------
    workspace : Workspace
        Records and figures.
    year : int
        Calendar year.
    lines : polars.DataFrame or None
        Schema `inventory.lines.LINES`, of the year; without it the recorded figures say what was computed.

    Returns
    -------
    Year
    """
    workspace = acting(workspace, Act.READ, EVERYWHERE)
    said = workspace.records.scope3_decisions()
    held = _recorded(workspace, year) if lines is None else lines
    rows = decisions(held, in_force(said, year))
    if lines is None:
        rows = _not_taken(workspace, rows, year)
    open_ = set(rows.filter(pl.col("decision") == "undecided")["category"])
    before = in_force(said, year - 1)
    return Year(
        year=year,
        rows=rows,
        proposed={number: one for number, one in sorted(before.items()) if number in open_},
        history=tuple(one for one in said if one.year == year),
    )


def decide(
    workspace: Workspace, year: int, said: Mapping[int, tuple[Decision, str] | None], *, who: str = "user"
) -> tuple[Decided, ...]:
    """Decide about categories for a year: all of it or, if anything is refused, nothing.

    Parameters
    ----------
    workspace : Workspace
        Where.
    year : int
        Calendar year.
    said : mapping of int to (decision, reason) or None
        By category; None says again what was said of the year before.
    who : str
        For the records and the audit log.

    Returns
    -------
    tuple of Decided
        What was kept.

    Raises
    ------
    InputRefused
        If there is no such category or decision, a reason is lacking, or the year before says nothing that could be
        said again; nothing is kept then.
    """
    workspace = acting(workspace, Act.DECLARE, EVERYWHERE)
    with workspace.lock():
        before = in_force(workspace.records.scope3_decisions(), year - 1)
        findings = [one for number, what in said.items() for one in _wrong(number, what, year, before)]
        if findings:
            raise InputRefused(findings)
        at = datetime.now(UTC).replace(tzinfo=None)
        made: list[Decided] = []
        for number, what in said.items():
            decision, reason = what or (before[number].decision, before[number].reason)
            made.append(
                Decided(year=year, category=number, decision=decision, reason=reason.strip(), decided_by=who, at=at)
            )
        workspace.records.add_scope3_decisions(made)
        for one in made:
            details = {"year": year, "category": one.category, "decision": one.decision, "reason": one.reason}
            workspace.records.note("decide scope 3", who=who, details=details)
    return tuple(made)


def _not_taken(workspace: Workspace, rows: pl.DataFrame, year: int) -> pl.DataFrame:
    """Say of categories that are computed once the inventory is taken again that this is what they lack."""
    lacks = rows.filter(pl.col("reason").str.ends_with(NO_LINES).fill_null(value=False))
    if lacks.is_empty():
        return rows
    kinds = set(lines_of(workspace, year)["kind"])
    waiting = [
        row["category"]
        for row in lacks.to_dicts()
        if kinds & set(categories()[row["category"]].kinds)
        or (row["category"] == _OF_ENERGY and _decided_since(workspace, year, row["at"]))
    ]
    told = pl.when(pl.col("category").is_in(waiting)).then(pl.col("reason").str.replace(NO_LINES, NOT_TAKEN))
    return rows.with_columns(told.otherwise("reason").alias("reason"))


def _decided_since(workspace: Workspace, year: int, at: datetime | None) -> bool:
    """Whether a category was decided after the inventory of the year was taken, of which there is one."""
    run = last_run(workspace.lake, year)
    if run is None or at is None:
        return False
    return datetime.fromisoformat(run["when"]).astimezone(UTC).replace(tzinfo=None) <= at


def _recorded(workspace: Workspace, year: int) -> pl.DataFrame:
    """The categories that the recorded figures have, as lines of which only the value is known."""
    figures = organisation_figures(workspace.lake, year).filter(pl.col("name").str.contains(r"^scope3\.\d+$"))
    rows = figures.select(
        pl.int_range(pl.len()).alias("line"),
        pl.lit(3).alias("scope"),
        pl.col("name").str.strip_prefix("scope3.").cast(pl.Int8).alias("category"),
        "value",
    )
    lacking = [pl.lit(None, dtype).alias(name) for name, dtype in LINES.items() if name not in rows.columns]
    return rows.with_columns(lacking).select(pl.col(name).cast(dtype) for name, dtype in LINES.items())


def _wrong(number: int, what: tuple[Decision, str] | None, year: int, before: Mapping[int, Decided]) -> list[Finding]:
    place = f"category {number}"
    if not 1 <= number <= CATEGORIES:
        return [
            Finding(
                code="scope3.no_such_category",
                place=place,
                found="scope 3 has no such category",
                expected="a number from 1 to 15",
                remedy="see `wattstone scope3 list`",
            )
        ]
    if what is None:
        return [] if number in before else [_nothing_before(place, year)]
    decision, reason = what
    if decision not in get_args(Decision):
        return [
            Finding(
                code="scope3.no_such_decision",
                place=place,
                found="'{decision}' is not a decision",
                params={"decision": decision},
                expected="computed, not_estimated or not_applicable",
                remedy="say one of these",
            )
        ]
    if decision != "computed" and not reason.strip():
        return [
            Finding(
                code="scope3.no_reason",
                place=place,
                found="no reason is given for leaving the category out",
                expected="a sentence that an assurer can judge",
                remedy="say why it is not estimated, or why it does not apply",
            )
        ]
    return []


def _nothing_before(place: str, year: int) -> Finding:
    return Finding(
        code="scope3.nothing_before",
        place=place,
        found="nothing was decided for {before} that could be said again",
        params={"before": year - 1, "year": year},
        expected="a decision for the year before",
        remedy="say what holds for {year}",
    )
