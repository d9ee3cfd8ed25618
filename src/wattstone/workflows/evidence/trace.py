"""The chain from a figure to the rows, the source files and the factors that it rests on."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, cast

import polars as pl

from wattstone.base import Finding, InputRefused, Period
from wattstone.readings.partitions import parts_of
from wattstone.workflows.evidence.activity_sources import activity_sources
from wattstone.workflows.evidence.hours import HOUR, HourAddress, hour_figure
from wattstone.workflows.inventory.record import EVIDENCE, FIGURES, evidence_of
from wattstone.workflows.results import result_figure, result_rows
from wattstone.workflows.stores import Lake

RUNS = ("forecast", "plan", "backtest", "sizing", "waste", "saving", "fit", "air", "plant", "programme")
BULKY = ("inputs", "series", "site_file", "findings", "ways", "options", "frontier", "result", "models", "compared")
"""What the evidence of a run holds besides: `wattstone trace` would fill pages with it."""
_INNER = ("kind", "slices", "terms", "key", "batches", "labels")
QUESTION = "question:"
"""How the input of a figure begins that says what was asked, and with it what its lines are called."""


@dataclass(frozen=True)
class Node:
    """One thing in the chain, and what it rests on.

    Parameters
    ----------
    id : str
        Of the figure, slice, factor or source.
    kind : str
        `figure`, `slice`, `activities`, `expression`, `intensity`, `weather`, `factor`, `tariff`, `denominator`,
        `source`; of the programme `entry`, `entries`, `given`, `question`.
    content : dict
        What is known of it; JSON values.
    inputs : tuple of Node
        What it was made from.
    more : int
        Inputs that are not shown.
    """

    id: str
    kind: str
    content: dict[str, Any]
    inputs: tuple["Node", ...] = field(default=())
    more: int = 0

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        return {
            "id": self.id,
            "kind": self.kind,
            **self.content,
            "inputs": [one.as_dict() for one in self.inputs],
            **({"more": self.more} if self.more else {}),
        }


def find_figure(lake: Lake, wanted: str) -> dict[str, Any]:
    """A figure by its id, or by `NAME@SUBJECT@PERIOD`; of sites also by the hour.

    Parameters
    ----------
    lake : Lake
        Where figures are.
    wanted : str
        The id, its first characters, or for example `scope1@organisation@2019`, or
        `energy.electricity@site:A@2019-03-05T14`.

    Raises
    ------
    InputRefused
        If there is none, or several begin so.
    """
    if (result := result_figure(lake, wanted)) is not None:
        return result
    held = lake.scan(FIGURES)
    if held is None:
        raise InputRefused([_unknown(wanted, 0)])
    if (address := HourAddress.parse(wanted)) is not None:
        if (hour := hour_figure(lake, address)) is None:
            raise InputRefused([_unknown(wanted, 0)])
        return hour
    if "@" in wanted:
        name, subject, period = (*wanted.split("@"), "", "")[:3]
        found = held.filter((pl.col("name") == name) & (pl.col("subject") == subject) & (pl.col("period") == period))
        rows = found.collect().sort("run").tail(1)
    else:
        rows = held.filter(pl.col("id").str.starts_with(wanted.removeprefix("figure:"))).collect()
        rows = rows.unique("id", keep="last")
    if rows.height != 1:
        raise InputRefused([_unknown(wanted, rows.height)])
    return rows.row(0, named=True)


def trace(lake: Lake, figure: dict[str, Any], *, limit: int | None = 12, rows: int = 0) -> Node:
    """Follow a figure down to rows and sources.

    Parameters
    ----------
    lake : Lake
        Where everything is.
    figure : dict
        From `find_figure`.
    limit : int or None
        Inputs that are followed at each level, the largest first; None follows all.
    rows : int
        How many of the rows themselves are shown of each source, the first in time first.

    Returns
    -------
    Node
    """
    held = lake.scan(FIGURES)
    every = None if held is None else held.collect().unique("id", keep="last")
    known = {} if every is None else {row["id"]: row for row in every.iter_rows(named=True)}
    years = sorted(lake.parts(EVIDENCE))
    return _Tracer(lake, known, evidence_of(lake, years), limit, rows, figure.get("hour")).figure(figure)


@dataclass
class _Tracer:
    lake: Lake
    figures: dict[str, dict[str, Any]]
    evidence: dict[str, dict[str, Any]]
    limit: int | None
    rows: int = 0
    hour: datetime | None = None

    def __post_init__(self) -> None:
        self.sources = {
            int(one["wattstone.batch"]): one
            for table in ("readings",)
            for one in self.lake.commits(table)
            if "wattstone.batch" in one
        }

    def figure(self, row: dict[str, Any]) -> Node:
        shown = {name: row[name] for name in ("name", "subject", "period", "value", "unit", "lower", "upper", "reason")}
        shown |= {name: row[name] for name in ("basis", "method", "estimated", "coverage", "notes", "replaces", "why")}
        asked = next((self.evidence.get(key) for key in row["inputs"] if key.startswith(QUESTION)), None)
        if asked is not None and (label := asked.get("labels", {}).get(row["name"])):
            shown["label"] = label
        inputs = [self._value(key) for key in row["inputs"]]
        order = sorted(range(len(inputs)), key=lambda at: (-inputs[at], at))
        wanted = order if self.limit is None else order[: self.limit]
        nodes = tuple(self.node(row["inputs"][at]) for at in sorted(wanted, key=order.index))
        return Node(row["id"], "figure", shown, nodes, len(order) - len(nodes))

    def _value(self, key: str) -> float:
        """How large an input is: figures by their value, everything else first of all."""
        if not key.startswith("figure:"):
            return float("inf")
        name = key.removeprefix("figure:")
        row = self.figures.get(name) or self._results.get(name)
        return abs(row["value"]) if row is not None and row["value"] is not None else -1.0

    @cached_property
    def _results(self) -> dict[str, dict[str, Any]]:
        """Figures beside the inventory, by id; read when the first is named that is none of the inventory's."""
        return result_rows(self.lake)

    def node(self, key: str) -> Node:
        kind, _, name = key.partition(":")
        if kind == "figure":
            row = self.figures.get(name) or self._results.get(name)
            return self.figure(row) if row is not None else Node(name, "figure", {"missing": True})
        content = self.evidence.get(key)
        if content is None:
            return Node(key, kind, {"missing": True})
        shown = {name: value for name, value in content.items() if name not in _INNER}
        if content["kind"] == "slice":
            return Node(key, "slice", shown, self._batches(content))
        if content["kind"] == "activities":
            sources = activity_sources(self.lake, content, self.rows)
            return Node(key, "activities", shown, tuple(Node(one, "source", told) for one, told in sources))
        if content["kind"] in ("expression", "denominator"):
            terms: list[str] = list(content.get("terms", {}).values())
            shown_terms = terms if self.limit is None or content["kind"] == "expression" else terms[: self.limit]
            nodes = tuple(self.node(term) for term in shown_terms)
            return Node(key, str(content["kind"]), shown, nodes, len(terms) - len(nodes))
        if content["kind"] in RUNS:
            shown = {name: value for name, value in shown.items() if name not in BULKY}
            return Node(key, content["kind"], shown, tuple(self.node(one) for one in content["inputs"]))
        if content["kind"] == "intensity" and self.hour is not None:
            shown["value"] = self._intensity(content, self.hour)
        return Node(key, str(content["kind"]), shown)

    def _intensity(self, content: dict[str, Any], hour: datetime) -> float | None:
        """The intensity of the hour in the pinned version: the mean of a finer series, else the last before."""
        years = [hour.year - 1, hour.year]
        scan = self.lake.scan("intensity", parts=years, version=content["version"])
        if scan is None:
            return None
        mine = scan.filter((pl.col("region") == content["region"]) & (pl.col("start") < hour + HOUR)).collect()
        inside = mine.filter(pl.col("start") >= hour)["value"]
        last = inside if len(inside) else mine.sort("start")["value"].tail(1)
        return cast("float | None", last.mean())

    def _batches(self, slice_: dict[str, Any]) -> tuple[Node, ...]:
        """The source files of a slice, with how many of its rows each gave in each partition."""
        nodes: list[Node] = []
        slices: list[list[Any]] = slice_["slices"]
        if self.hour is not None:
            inside = parts_of(Period(self.hour, self.hour + HOUR), {one[0] for one in slices})
            slices = [one for one in slices if one[0] in inside and self._readings(slice_, one[1])]
        for batch in sorted({one[1] for one in slices}):
            source = self.sources.get(batch, {})
            rows = [{"partition": part, "rows": count, "sha256": sha} for part, b, count, sha in slices if b == batch]
            content = {
                "file": source.get("wattstone.source", "unknown"),
                "sha256": ", ".join(json.loads(source.get("wattstone.files", "{}")).values()),
                "key": source.get("wattstone.key", ""),
                "batch": batch,
                "partitions": rows,
                **({"readings": self._readings(slice_, batch)} if self.rows or self.hour else {}),
            }
            nodes.append(Node(f"source:{batch}", "source", content))
        return tuple(nodes)

    def _readings(self, slice_: dict[str, Any], batch: int) -> list[dict[str, Any]]:
        """The first rows that a source gave, or those of the hour, as the pinned version holds them."""
        parts = [one[0] for one in slice_["slices"] if one[1] == batch]
        scan = self.lake.scan("readings", parts=parts, version=slice_["version"])
        if scan is None:
            return []
        own = (pl.col("meter") == slice_["key"]) & (pl.col("batch") == batch)
        if self.hour is not None:
            own &= (pl.col("start") >= self.hour) & (pl.col("start") < self.hour + HOUR)
        found = scan.filter(own).select("start", "seconds", "value", "flags").sort("start")
        found = (found.head(self.rows) if self.hour is None else found).collect()
        return [{**row, "start": f"{row['start'].isoformat()}Z"} for row in found.iter_rows(named=True)]


def _unknown(wanted: str, count: int) -> Finding:
    return Finding(
        code="figure.unknown" if not count else "figure.ambiguous",
        place=f"figure '{wanted}'",
        found="there is no such figure" if not count else "{count} figures begin so",
        count=max(count, 1),
        expected="the id of a figure, or NAME@SUBJECT@PERIOD such as scope1@organisation@2019; an hour of a site is "
        "scope2.location.hourly@site:ID@2019-03-05T14, in UTC",
        remedy="list the figures of a year with `wattstone inventory WORKSPACE --year YEAR --json`",
    )
