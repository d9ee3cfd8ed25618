"""The sites of an inventory by scope, laid out once for a version of the figures: a page shows fifty of very many."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from wattstone.workflows.inventory.record import FIGURES, HELD
from wattstone.workflows.overview.columns import comparable, newest_rows, same_sites
from wattstone.workflows.overview.memory import Memory
from wattstone.workflows.overview.numbers import Number
from wattstone.workflows.overview.places import places_of
from wattstone.workflows.workspace import Workspace

__all__ = ["BASES", "COLUMNS", "Sites", "number_at", "sites_of"]

BASES = {
    "scope1": ("scope1", "scope1"),
    "scope2": ("scope2.location", "scope2.market"),
    "scope3": ("scope3", "scope3"),
}
"""Names of the figures of each scope, by location and by market."""

COLUMNS = ["name", "subject", "period", "id", "value", "lower", "upper", "unit", "reason", "estimated", "coverage",
           "method", "run"]  # fmt: skip
_NUMBER = ["id", "value", "lower", "upper", "unit", "reason", "estimated", "coverage"]
_BEFORE = ["before", "before_id"]
_SEEN = 8  # years of workspaces
_HOUR = 3600.0  # s; what is kept is of one version, and holds as long as that is the newest


@dataclass(frozen=True, eq=False)
class Sites:
    """Of one scope and year, all sites of the organisation: never shown without asking what one may see.

    Parameters
    ----------
    frame : polars.DataFrame
        site, label, `location.NAME` and `market.NAME` for each field of a number, and `location.parts`, of how many
        figures of meters it is the sum; the largest by location first.
    same : bool
        Whether their sum can be compared with the year before.
    """

    frame: pl.DataFrame
    same: bool

    def seen(self, workspace: Workspace) -> pl.DataFrame:
        """The rows that whoever acts may see."""
        scope = workspace.actor.scope
        return self.frame if scope.whole else self.frame.filter(pl.col("site").is_in(sorted(scope.sites or ())))


def number_at(row: dict[str, Any], basis: str, name: str) -> Number | None:
    """The number of a row of `Sites` by a basis, `location` or `market`; None where there is no figure."""
    if row[f"{basis}.id"] is None:
        return None
    held = {field: row[f"{basis}.{field}"] for field in (*_NUMBER, *_BEFORE)}
    return Number(
        name=name, figure=held.pop("id"), before=held.pop("before"), before_figure=held.pop("before_id"), **held
    )


def sites_of(workspace: Workspace, year: int) -> dict[str, Sites]:
    """The sites of each scope of a year's inventory, of the whole organisation."""
    whole = workspace.behind or workspace
    stands = (whole.lake.version(FIGURES), whole.records.revision())
    return _memory.get((str(workspace.root), year, stands), lambda: _laid_out(whole, year))


_memory: Memory[dict[str, Sites]] = Memory(most=_SEEN, seconds=_HOUR)


def _laid_out(whole: Workspace, year: int) -> dict[str, Sites]:
    scan = whole.lake.scan(FIGURES, parts=[year])
    names = {name for pair in BASES.values() for name in pair}
    wanted = pl.col("name").is_in(sorted(names)) & pl.col("period").is_in([str(year), str(year - 1)])
    of_site = pl.col("subject").str.starts_with("site:")
    empty = pl.DataFrame(schema={**{name: HELD[name] for name in COLUMNS}, "parts": pl.UInt32()})
    parts = pl.col("inputs").list.eval(pl.element().str.starts_with("figure:")).list.sum().alias("parts")
    rows = empty if scan is None else newest_rows(scan.filter(wanted & of_site).select(*COLUMNS, parts))
    labels = [(key, name or key) for key, name in places_of(whole).names.items()]
    places = pl.DataFrame(labels, schema={"site": pl.String, "label": pl.String}, orient="row")
    return _scopes(rows.with_columns(pl.col("subject").str.slice(5).alias("site_id")), places, year)


def _scopes(rows: pl.DataFrame, places: pl.DataFrame, year: int) -> dict[str, Sites]:
    same = same_sites(rows, year)
    alike = comparable(rows, year).with_columns(alike=pl.lit(value=True))
    rows = rows.join(alike, on=["name", "site_id"], how="left", maintain_order="left")
    return {scope: Sites(_scope(rows, places, pair, year), pair[0] in same) for scope, pair in BASES.items()}


def _scope(rows: pl.DataFrame, places: pl.DataFrame, pair: tuple[str, str], year: int) -> pl.DataFrame:
    frame = places
    for basis, name in zip(("location", "market"), pair, strict=True):
        mine = rows.filter(pl.col("name") == name).rename({"site_id": "site"})
        now = mine.filter(pl.col("period") == str(year)).select(
            "site", *(pl.col(field).alias(f"{basis}.{field}") for field in (*_NUMBER, "parts"))
        )
        was = mine.filter((pl.col("period") == str(year - 1)) & pl.col("alike")).select(
            "site", pl.col("value").alias(f"{basis}.before"), pl.col("id").alias(f"{basis}.before_id")
        )
        both = now.join(was, on="site", how="left")
        frame = frame.join(both, on="site", how="inner" if basis == "location" else "left", maintain_order="left")
    return frame.sort(pl.col("location.value").fill_null(0.0), "label", descending=[True, False], maintain_order=True)
