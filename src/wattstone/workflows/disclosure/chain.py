"""All that some figures rest on: the figures below them, and the evidence that these name, each once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

import polars as pl

from wattstone.base.figure import figure_id
from wattstone.workflows.evidence.trace import RUNS
from wattstone.workflows.inventory.record import EVIDENCE, FIGURES
from wattstone.workflows.results import RESULTS
from wattstone.workflows.stores import Lake

__all__ = ["Chain", "chain_of", "content_of", "id_of"]

_FIGURE: Final = "figure:"
_PLAIN: Final = ("name", "value", "unit", "subject", "method", "reason", "basis", "estimated", "coverage")


@dataclass(frozen=True)
class Chain:
    """What figures rest on.

    Parameters
    ----------
    figures : mapping of str to mapping
        Rows of `workflows.inventory.record.HELD` by id, with `table` and `part`: where they were found.
    evidence : mapping of str to mapping
        Slices, factors, entries and the like by name.
    gone : tuple of str
        What is named and is not there.
    """

    figures: Mapping[str, Mapping[str, Any]]
    evidence: Mapping[str, Mapping[str, Any]]
    gone: tuple[str, ...] = ()

    def of_kind(self, kind: str) -> dict[str, Mapping[str, Any]]:
        """The evidence of a kind by name."""
        return {key: one for key, one in self.evidence.items() if one.get("kind") == kind}


def chain_of(lake: Lake, ids: Iterable[str]) -> Chain:
    """Follow figures down to the end.

    Parameters
    ----------
    lake : Lake
        Where they are; of a pinned workspace, nothing that came later is found.
    ids : iterable of str
        Of figures.
    """
    import json

    figures: dict[str, dict[str, Any]] = {}
    evidence: dict[str, dict[str, Any]] = {}
    gone: list[str] = []
    waiting = {f"{_FIGURE}{one}" for one in ids if one}
    while waiting:
        wanted = {one.removeprefix(_FIGURE) for one in waiting if one.startswith(_FIGURE)}
        fresh = {row["id"]: row for row in _rows(lake, wanted)}
        others = {one for one in waiting if not one.startswith(_FIGURE)}
        told = {key: json.loads(text) for key, text in _contents(lake, others)}
        gone += sorted({f"{_FIGURE}{one}" for one in wanted - fresh.keys()} | (others - told.keys()))
        figures |= fresh
        evidence |= told
        named = {key for row in fresh.values() for key in row["inputs"]}
        named |= {key for content in told.values() for key in _named(content)}
        known = {f"{_FIGURE}{one}" for one in figures} | evidence.keys() | set(gone)
        waiting = named - known
    return Chain(figures, evidence, tuple(gone))


def content_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a figure, over which its id is the hash: JSON values."""
    times = [cast("datetime", row[name]).isoformat() for name in ("start", "end")]
    bounds = [row["lower"], row["upper"]]
    return {
        **{name: row[name] for name in _PLAIN}, "period": times, "period_label": row["period"],
        "interval": None if None in bounds else bounds, "inputs": list(row["inputs"]), "notes": list(row["notes"]),
    }  # fmt: skip


def id_of(row: Mapping[str, Any]) -> str:
    """The id that the content of a figure has."""
    return figure_id(content_of(row))


def _rows(lake: Lake, ids: set[str]) -> list[dict[str, Any]]:
    if not ids:
        return []
    wanted = pl.LazyFrame({"id": sorted(ids)})
    found: list[dict[str, Any]] = []
    for table in (RESULTS, FIGURES):
        for part in lake.parts(table):
            held = lake.scan(table, parts=[part])
            if held is None:
                continue
            # A figure that is no longer computed stands there once more under its old id, without a value.
            mine = held.join(wanted, on="id", how="semi").filter(pl.col("method") != "withdrawn").collect()
            newest = mine.sort("run").unique("id", keep="last", maintain_order=True)
            found += [{**row, "table": table, "part": part} for row in newest.iter_rows(named=True)]
    return found


def _contents(lake: Lake, keys: set[str]) -> list[tuple[str, str]]:
    held = lake.scan(EVIDENCE) if keys else None
    if held is None:
        return []
    mine = held.join(pl.LazyFrame({"id": sorted(keys)}), on="id", how="semi").collect()
    newest = mine.sort("run").unique("id", keep="last", maintain_order=True)
    return list(newest.select("id", "content").iter_rows())


def _named(content: Mapping[str, Any]) -> list[str]:
    """What evidence names itself."""
    if content.get("kind") in ("expression", "denominator"):
        return [str(one) for one in content.get("terms", {}).values()]
    return [str(one) for one in content.get("inputs", [])] if content.get("kind") in RUNS else []
