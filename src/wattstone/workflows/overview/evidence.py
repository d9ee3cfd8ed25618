"""The evidence of a number: what it was made from, a page of it at a time."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import polars as pl

from wattstone.base import InputRefused
from wattstone.base.figure import ID_LENGTH
from wattstone.workflows.evidence.trace import BULKY, QUESTION, RUNS, find_figure
from wattstone.workflows.inventory.lookup import FOUND, figure_by_id, figures_by_id, rows_of
from wattstone.workflows.inventory.record import EVIDENCE
from wattstone.workflows.results import RESULTS
from wattstone.workflows.stores import Lake
from wattstone.workflows.workspace import Workspace

__all__ = ["EvidenceNode", "EvidenceView", "evidence_of_figure", "seen_figure"]


@dataclass(frozen=True, kw_only=True)
class EvidenceNode:
    """One thing in a chain of evidence.

    Parameters
    ----------
    id : str
        To ask for it: id of a figure, `slice:...`, `factor:...`, `source:...`.
    kind : str
        `figure`, `slice`, `expression`, `intensity`, `weather`, `factor`, `tariff`, `source`, `waste` ...
    content : mapping
        What is known of it; JSON values.
    inputs : int
        How many things it was made from.
    """

    id: str
    kind: str
    content: Mapping[str, Any] = field(default_factory=dict[str, Any])
    inputs: int = 0


@dataclass(frozen=True, kw_only=True)
class EvidenceView:
    """A thing and a page of what it was made from, the largest first.

    Parameters
    ----------
    node : EvidenceNode
        Itself.
    children : tuple of EvidenceNode
        The page.
    count, page, size : int
        Of all pages.
    hidden : int
        Inputs that one may not see, which are told by number alone.
    """

    node: EvidenceNode
    children: tuple[EvidenceNode, ...]
    count: int
    page: int
    size: int
    hidden: int = 0


def evidence_of_figure(workspace: Workspace, wanted: str, *, page: int = 1, size: int = 25) -> EvidenceView | None:
    """The evidence of a figure, slice, factor or run; None where there is none, or one may not see it.

    Parameters
    ----------
    workspace : Workspace
        Guarded.
    wanted : str
        Id or `NAME@SUBJECT@PERIOD`, or the id of a child.
    page, size : int
        Of the children.
    """
    lake = workspace.lake
    sight = _Sight(workspace)
    row = _figure(workspace, wanted)
    if row is not None:
        if not sight.of(str(row["subject"])):
            return None
        node = _node_of(row, _labels(lake, [row]))
        return _page(workspace, sight, node, [str(one) for one in row["inputs"]], page, size)
    content = _content(lake, [wanted]).get(wanted)
    if wanted.startswith("source:"):
        return EvidenceView(node=_source(lake, wanted), children=(), count=0, page=1, size=size)
    if content is None or not sight.content(content):
        return None
    content = sight.cut(content)
    return _page(workspace, sight, _held(wanted, content), _inputs(content), page, size)


def seen_figure(workspace: Workspace, wanted: str) -> EvidenceNode | None:
    """A figure without what it was made from; None where there is none, or one may not see it."""
    row = _figure(workspace, wanted)
    if row is None or not _Sight(workspace).of(str(row["subject"])):
        return None
    return _node_of(row, _labels(workspace.lake, [row]))


_SHOWN = ("name", "subject", "period", "value", "unit", "lower", "upper", "reason", "basis", "method", "estimated",
          "coverage", "notes", "replaces", "why")  # fmt: skip


_OF_RUNS = ("kind", "run", "year", "years", "by", "method", "at", "inputs", "gwp_set", "fill", "readings_version")
"""What is told of a run to somebody who does not see all sites that it may be of."""


_OF_ALL = ("denominator", "entry", "entries", "given", "question", "programme")
"""What is the whole organisation's where it names no site."""


class _Sight:
    """What the actor may see: figures of the organisation only where it may see all of it."""

    def __init__(self, workspace: Workspace) -> None:
        self.scope = workspace.actor.scope
        if not self.scope.whole:
            table = workspace.records.meter_table()
            self.sites = dict(table.select("id", "site_id").iter_rows())

    def of(self, subject: str) -> bool:
        """Whether the figure of a subject may be seen."""
        if self.scope.whole:
            return True
        kind, _, ident = subject.partition(":")
        return (kind == "site" and self.scope.holds(ident)) or (kind == "meter" and self.meter(ident))

    def meter(self, name: object) -> bool:
        """Whether the readings of a meter may be seen; what is about no meter may be."""
        if self.scope.whole or name is None:
            return True
        site = self.sites.get(str(name))
        return site is not None and self.scope.holds(site)

    def content(self, held: Mapping[str, Any]) -> bool:
        """Whether a slice, a run and so on may be seen: one that is of no site or meter may be, cut."""
        if held.get("kind") == "allocation":  # who served whom, of all sites
            return self.scope.whole
        if held.get("kind") in _OF_ALL and held.get("site") is None:
            return self.scope.whole
        site = held.get("site")
        return self.meter(held.get("meter")) and (site is None or self.scope.holds(str(site)))

    def cut(self, held: Mapping[str, Any]) -> Mapping[str, Any]:
        """Content without what it tells of sites that are not seen: a run may be of many, and counts them."""
        if self.scope.whole or held.get("site") is not None or held.get("meter") is not None:
            return held
        if held["kind"] == "instrument":
            return {**held, "sites": [one for one in held.get("sites", ()) if self.scope.holds(str(one))]}
        if held["kind"] in (*RUNS, "run"):
            return {name: held[name] for name in _OF_RUNS if name in held}
        return held


def _figure(workspace: Workspace, wanted: str) -> dict[str, Any] | None:
    """A figure by its id or address; None for what is no figure."""
    if ":" in wanted.partition("@")[0] and not wanted.startswith("figure:"):
        return None
    name = wanted.removeprefix("figure:")
    if (row := figure_by_id(workspace, name) or _result(workspace.lake, [name]).get(name)) is not None:
        return row
    if "@" not in name and len(name) >= ID_LENGTH:
        return None  # a whole id that nobody has
    try:
        return find_figure(workspace.lake, wanted)
    except (InputRefused, ValueError):
        return None


def _node_of(row: Mapping[str, Any], labels: Mapping[str, str]) -> EvidenceNode:
    """A figure; of a report of the programme with the label of its line, if that is known."""
    content = {name: row[name] for name in _SHOWN if row.get(name) is not None}
    if label := labels.get(str(row["id"])):
        content["label"] = label
    return EvidenceNode(id=str(row["id"]), kind="figure", content=content, inputs=len(row["inputs"]))


def _labels(lake: Lake, rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What the lines of figures are called, by the figures' ids, as the question that they answer says."""
    asked = {
        str(row["id"]): (question, str(row["name"]))
        for row in rows
        if (question := next((one for one in row["inputs"] if str(one).startswith(QUESTION)), None)) is not None
    }
    held = _content(lake, sorted({question for question, _ in asked.values()}))
    found = {key: held.get(question, {}).get("labels", {}).get(name) for key, (question, name) in asked.items()}
    return {key: str(label) for key, label in found.items() if label}


def _page(
    workspace: Workspace, sight: _Sight, node: EvidenceNode, inputs: list[str], page: int, size: int
) -> EvidenceView:
    """A page of what a thing was made from: what is no figure first, then figures by their size."""
    names = [one.removeprefix("figure:") for one in inputs if one.startswith("figure:")]
    others = [one for one in inputs if not one.startswith("figure:")]
    ordered, results = _ordered(workspace, sight, pl.Series("id", names, dtype=pl.String))
    hidden = len(names) - ordered.height
    begin, end = (page - 1) * size, page * size
    shown = ordered.slice(max(begin - len(others), 0), max(end - max(len(others), begin), 0))
    seen = {**rows_of(workspace, shown.filter(pl.col("part").is_not_null())), **results}
    wanted = [*others[begin:end], *shown["id"]]
    lake, left = workspace.lake, set(others[begin:end])
    labels = _labels(lake, seen.values())
    held = _content(lake, [one for one in wanted if one in left])
    children: list[EvidenceNode] = []
    for one in wanted:
        if one in seen:
            children.append(_node_of(seen[one], labels))
        elif one.startswith("source:"):
            children.append(_source(lake, one))
        elif one in held and sight.content(held[one]):
            children.append(_held(one, sight.cut(held[one])))
        else:
            children.append(EvidenceNode(id=one, kind=one.partition(":")[0], content={"missing": True}))
    count = len(others) + ordered.height
    return EvidenceView(node=node, children=tuple(children), count=count, page=page, size=size, hidden=hidden)


def _ordered(workspace: Workspace, sight: _Sight, names: pl.Series) -> tuple[pl.DataFrame, dict[str, dict[str, Any]]]:
    """Figures that may be seen, the largest first, and the rows of those that are no inventory's."""
    found = figures_by_id(workspace, names)
    asked = names.to_frame()
    left = asked.unique().join(found, on="id", how="anti")["id"].to_list()
    results = _result(workspace.lake, left)
    others = [(key, str(row["subject"]), row["value"], None) for key, row in results.items()]
    both = pl.concat([found, pl.DataFrame(others, schema=FOUND, orient="row")])
    if not sight.scope.whole:
        both = both.filter(pl.Series([sight.of(one) for one in both["subject"]], dtype=pl.Boolean))
    rows = asked.join(both, on="id", how="inner", maintain_order="left")
    return rows.sort(pl.col("value").abs().fill_null(0.0), descending=True, maintain_order=True), results


def _result(lake: Lake, names: list[str]) -> dict[str, dict[str, Any]]:
    """Figures of runs by their ids."""
    scan = lake.scan(RESULTS) if names else None
    if scan is None:
        return {}
    rows = scan.filter(pl.col("id").is_in(names)).collect().unique("id", keep="last")
    return {row["id"]: row for row in rows.iter_rows(named=True)}


def _content(lake: Lake, names: list[str]) -> dict[str, dict[str, Any]]:
    """Content of slices, factors and runs by id."""
    scan = lake.scan(EVIDENCE) if names else None
    if scan is None:
        return {}
    rows = scan.filter(pl.col("id").is_in(names)).collect().sort("run").unique("id", keep="last")
    return {key: json.loads(text) for key, text in rows.select("id", "content").iter_rows()}


def _inputs(content: Mapping[str, Any]) -> list[str]:
    kind = content["kind"]
    if kind == "slice":
        return [f"source:{batch}" for batch in sorted({one[1] for one in content["slices"]})]
    if kind in ("expression", "denominator"):
        return [str(one) for one in content.get("terms", {}).values()]
    if kind in RUNS:
        return [str(one) for one in content.get("inputs", ())]
    return [str(one) for one in content.get("factors", ())] if kind == "run" else []


def _held(name: str, content: Mapping[str, Any]) -> EvidenceNode:
    left_out = {"kind", "slices", "terms", "key", "factors", "labels", *BULKY}
    shown = {key: value for key, value in content.items() if key not in left_out}
    if content["kind"] == "factor":
        shown["rows"] = content.get("rows", [])
    if content["kind"] == "slice":
        slices = cast("list[list[Any]]", content["slices"])
        shown["partitions"] = [{"partition": part, "rows": rows, "sha256": sha} for part, _, rows, sha in slices]
    return EvidenceNode(id=name, kind=str(content["kind"]), content=shown, inputs=len(_inputs(content)))


def _source(lake: Lake, name: str) -> EvidenceNode:
    """The file that readings came from, as its commit tells of it."""
    batch = name.partition(":")[2]
    commit = next((one for one in lake.commits("readings") if str(one.get("wattstone.batch")) == batch), None)
    if commit is None:
        return EvidenceNode(id=name, kind="source", content={"missing": True})
    content = {
        "file": commit.get("wattstone.source", "unknown"),
        "sha256": ", ".join(json.loads(commit.get("wattstone.files", "{}")).values()),
        "key": commit.get("wattstone.key", ""),
        "batch": batch,
        "rows": int(commit.get("wattstone.rows", 0)),
    }
    return EvidenceNode(id=name, kind="source", content=content)
