"""Paths of scenarios taken in from files of their providers: what is wanted of them, signed by who made them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.disclosure.files import Wanted, paths_of
from wattstone.programme.entries import entries_frame
from wattstone.programme.kinds import record_kind
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.programme.changing import Changed, Said, change
from wattstone.workflows.programme.importing import import_entries
from wattstone.workflows.workspace import Workspace

__all__ = ["Taken", "take_paths", "taken"]


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Values of one edition of a provider that were taken in.

    Parameters
    ----------
    provider, model, edition : str
    scenarios, regions, variables, units : tuple of str
        As the entries name them, in order.
    first, last : int
        Years.
    """

    provider: str
    model: str
    edition: str
    scenarios: tuple[str, ...]
    regions: tuple[str, ...]
    variables: tuple[str, ...]
    units: tuple[str, ...]
    first: int
    last: int


def taken(workspace: Workspace, done: Changed) -> tuple[Taken, ...]:
    """What `take_paths` took in, as the entries hold it now.

    Parameters
    ----------
    workspace : Workspace
    done : Changed
        What it said.

    Returns
    -------
    tuple of Taken
        One for each edition, by provider, model and edition.

    Raises
    ------
    Forbidden
        If the whole organisation is not open to whoever asks.
    """
    whole = acting(workspace, Act.READ, EVERYWHERE)
    ids = [*done.new, *done.changed, *done.same]
    kind = record_kind("path")
    rows = entries_frame(kind, whole.records.programme_entries(kind.id, entries=ids))
    lists = {"scenarios": "scenario", "regions": "region", "variables": "variable", "units": "unit"}
    grouped = rows.group_by("provider", "model", "edition").agg(
        *(pl.col(name).unique().sort().alias(each) for each, name in lists.items()),
        pl.col("year").min().alias("first"), pl.col("year").max().alias("last"),
    )  # fmt: skip
    return tuple(_taken(row, lists) for row in grouped.sort("provider", "model", "edition").iter_rows(named=True))


def _taken(row: Mapping[str, Any], lists: Collection[str]) -> Taken:
    values: dict[str, Any] = {**row, **{name: tuple(row[name]) for name in lists}}
    return Taken(**values)


def take_paths(
    workspace: Workspace,
    path: Path,
    *,
    provider: str = "",
    model: str = "",
    edition: str = "",
    source: str = "",
    licence: str = "",
    scenarios: Collection[str] = (),
    regions: Collection[str] = (),
    variables: Collection[str] = (),
    who: str = "user",
    over: bool = False,
    reason: str = "",
) -> Changed:
    """Take values of scenarios in.

    Parameters
    ----------
    workspace : Workspace
        Where.
    path : pathlib.Path
        The wide form of IAMC and NGFS, its long form, the long form of the IEA, or a table of entries; CSV or XLSX.
    provider, model, edition, source, licence : str
        What the file does not say itself.
    scenarios, regions, variables : collection of str
        Names that are wanted; all where empty.
    who : str
        Who takes them in.
    over, reason
        As for `import_entries`.

    Returns
    -------
    Changed

    Raises
    ------
    InputRefused
        With every finding; nothing is changed then.
    Forbidden
        If the whole organisation is not open to whoever asks.
    """
    whole = acting(workspace, Act.DECLARE, EVERYWHERE)
    given = {"provider": provider, "model": model, "edition": edition, "source": source, "licence": licence}
    wanted = Wanted(given=given, scenarios=scenarios, regions=regions, variables=variables)
    found = paths_of(path, wanted)
    if found is None:
        if scenarios or regions or variables:
            raise InputRefused([_no_form(path)])
        return import_entries(whole, "path", path, who=who, over=over, reason=reason)
    said = Said(found, source=path.name, what="import entries", over=over, reason=reason.strip())
    return change(whole, record_kind("path"), said, who=who)


def _no_form(path: Path) -> Finding:
    return Finding(
        code="path.no_form", place=path.name, found="it is a table of entries, of which all rows are taken in",
        expected="a file of IAMC or IEA form, where only some are wanted",
        remedy="leave the names of scenarios, regions and variables out, or cut the table",
    )  # fmt: skip
