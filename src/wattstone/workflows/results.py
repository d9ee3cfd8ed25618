"""Results of forecasts, plans and backtests in the lake: tables of steps, figures of their sums, one evidence a run.

A run of `wattstone forecast` says thousands of values. All that they rest on stands once, in the evidence of the run:
the version and the slices of the readings, the method, what was chosen and how good it was. A single value has an
address, NAME@SUBJECT@START@RUN, and is resolved when somebody asks.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import polars as pl

from wattstone.base import Figure
from wattstone.portfolio import Meter
from wattstone.workflows.inventory.compute import part_of_slice
from wattstone.workflows.inventory.record import EVIDENCE, HELD
from wattstone.workflows.stores import Commit, Lake
from wattstone.workflows.workspace import Workspace

__all__ = [
    "FORECASTS",
    "PLANS",
    "RESULTS",
    "Batch",
    "figures_of",
    "keep",
    "readings_evidence",
    "result_figure",
    "result_rows",
]

FORECASTS, PLANS, RESULTS = "forecasts", "plans", "results"
_EVIDENCE: dict[str, pl.DataType] = {"id": pl.String(), "kind": pl.String(), "content": pl.String(), "run": pl.Int32()}
_NAMES = {
    "forecast.load": FORECASTS,
    "forecast.pv": FORECASTS,
    "forecast.carbon": FORECASTS,
    "plan.power": PLANS,
    "plan.state": PLANS,
}
_ADDRESS = re.compile(r"([\w.]+)@(\w+:.+?)@(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(?:@(\d+))?")


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What a run leaves.

    Parameters
    ----------
    kind : str
        `forecast`, `plan`, `backtest`, `waste`: of its evidence, whose id is `KIND:RUN`.
    year : int
        Partition.
    about : mapping
        Content of the evidence; JSON values. `inputs` in it names what the run as a whole rests on; all evidence if it
        is left out.
    evidence : mapping
        Slices and factors by id, on which all of it rests.
    figures : sequence of Figure
        Sums; their inputs are completed by the evidence of the run.
    table : str or None
        Of the steps.
    steps : polars.DataFrame or None
        Rows of that table, without run and partition.
    whole : bool
        Whether figures name all that they rest on already: then their ids do not change from run to run.
    replaces : mapping of str to str
        Ids of the figures that some of them stand in place of, by their own.
    why : str
        What happened since these.
    """

    kind: str
    year: int
    about: Mapping[str, Any]
    evidence: Mapping[str, Mapping[str, Any]]
    figures: Sequence[Figure] = ()
    table: str | None = None
    steps: pl.DataFrame | None = None
    whole: bool = False
    replaces: Mapping[str, str] = field(default_factory=dict[str, str])
    why: str = ""


def keep(workspace: Workspace, batch: Batch, *, unless: Callable[[], int | None] | None = None) -> int:
    """Write a batch: steps, then figures, then the evidence that names them.

    Parameters
    ----------
    workspace : Workspace
        Where to.
    batch : Batch
        What there is to write.
    unless : callable or None
        Asked while nobody else writes: the run that wrote it already, in whose place nothing is written; or None.

    Returns
    -------
    int
        Number of the run.
    """
    lake = workspace.lake
    with workspace.lock():
        written = None if unless is None else unless()
        if written is not None:
            return written
        run = max(lake.version(EVIDENCE) + 2, _begun(lake) + 1)
        key = f"{batch.kind}:{run}"
        part = pl.lit(batch.year, pl.Int32).alias("part")
        if batch.table is not None and batch.steps is not None:
            rows = batch.steps.with_columns(pl.lit(run, pl.Int32).alias("run"), part)
            lake.append(batch.table, rows, Commit(key, run))
        if batch.figures:
            inputs = () if batch.whole else (key,)
            named = [_row(one, inputs, run) for one in batch.figures]
            held = [{**row, **_restated(batch, row["id"])} for row in named]
            rows = pl.DataFrame(held, schema=HELD).with_columns(part)
            lake.append(RESULTS, rows, Commit(key, run, {"kind": batch.kind, "run": str(run)}))
        about = {"inputs": list(batch.evidence), "kind": batch.kind, "run": run, **batch.about}
        content = [(name, str(one["kind"]), _json(one), run) for name, one in {**batch.evidence, key: about}.items()]
        lake.append(
            EVIDENCE, pl.DataFrame(content, schema=_EVIDENCE, orient="row").with_columns(part), Commit(key, run)
        )
    return run


def _begun(lake: Lake) -> int:
    """Number of the newest run that wrote figures, also of one that was killed before it wrote its evidence."""
    newest = lake.newest(RESULTS)
    return 0 if newest is None else int(newest.get("wattstone.run", 0))


def _restated(batch: Batch, figure: str) -> dict[str, str | None]:
    old = batch.replaces.get(figure)
    return {"replaces": old, "why": None if old is None else batch.why}


def _row(figure: Figure, inputs: tuple[str, ...], run: int) -> dict[str, Any]:
    whole = replace(figure, inputs=(*figure.inputs, *inputs))
    interval = whole.interval
    return {
        **{name: getattr(whole, name) for name in ("id", "name", "subject", "value", "unit", "reason", "basis")},
        "period": whole.period_label,
        "start": whole.period.start,
        "end": whole.period.end,
        "lower": interval.lower if interval else None,
        "upper": interval.upper if interval else None,
        "method": whole.method,
        "estimated": whole.estimated,
        "coverage": whole.coverage,
        "notes": list(whole.notes),
        "inputs": list(whole.inputs),
        "run": run,
        "replaces": None,
        "why": None,
    }


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, default=str)


def readings_evidence(workspace: Workspace, meters: Iterable[Meter], *, until: datetime) -> dict[str, dict[str, Any]]:
    """The slices of some meters that begin before a time, as evidence.

    Parameters
    ----------
    workspace : Workspace
        Where the readings are.
    meters : iterable of Meter
        Which.
    until : datetime
        Naive UTC.

    Returns
    -------
    dict
        By `slice:...`, in the form of the inventory's.
    """
    lake = workspace.lake
    scan = lake.scan("slices")
    if scan is None:
        return {}
    keys = workspace.records.meter_keys()
    names = {keys[one.id]: one.id for one in meters}
    held = scan.filter(pl.col("meter").is_in(list(names)) & (pl.col("first") < until))
    rows = held.select("meter", part_of_slice(lake), "batch", "rows", "sha256").collect()
    found: dict[str, dict[str, Any]] = {}
    grouped = rows.sort("meter", "part", "batch").group_by("meter", maintain_order=True).agg(pl.all())
    for key, parts, batches, counts, hashes in grouped.iter_rows():
        listed = [list(one) for one in zip(parts, batches, counts, hashes, strict=True)]
        digest = hashlib.sha256(json.dumps([names[key], listed]).encode()).hexdigest()
        found[f"slice:{digest[:20]}"] = {
            "kind": "slice",
            "table": "readings",
            "version": lake.version("readings"),
            "meter": names[key],
            "key": key,
            "rows": sum(counts),
            "sha256": digest,
            "slices": listed,
        }
    return found


def result_figure(lake: Lake, wanted: str) -> dict[str, Any] | None:
    """A figure of a forecast, plan or backtest, by id or address; None where there is none.

    Parameters
    ----------
    lake : Lake
        Where results are.
    wanted : str
        The id, its first characters, `plan.cost@site:ID@2020-11-30T00:00`, or with a value's name and `@RUN`; without a
        period the newest of that name.
    """
    if (found := _ADDRESS.fullmatch(wanted)) is not None and found[1] in _NAMES:
        return _step(lake, found[1], found[2], datetime.fromisoformat(found[3]), found[4])
    held = lake.scan(RESULTS)
    if held is None:
        return None
    if "@" in wanted:
        name, subject, period, run = (*wanted.split("@"), "", "")[:4]
        mine = (pl.col("name") == name) & (pl.col("subject") == subject)
        mine &= pl.col("period") == period if period else mine  # without one the newest
        rows = held.filter(mine & (pl.col("run") == int(run)) if run.isdigit() else mine).collect()
        rows = rows.sort("run").tail(1)
    else:
        rows = held.filter(pl.col("id").str.starts_with(wanted.removeprefix("figure:"))).collect().unique("id")
    return rows.row(0, named=True) if rows.height == 1 else None


def result_rows(lake: Lake) -> dict[str, dict[str, Any]]:
    """All recorded figures of results by id."""
    held = lake.scan(RESULTS)
    return {} if held is None else {row["id"]: row for row in held.collect().iter_rows(named=True)}


def figures_of(lake: Lake, run: int) -> tuple[dict[str, Any], ...]:
    """The figures of one run."""
    held = lake.scan(RESULTS)
    return () if held is None else tuple(held.filter(pl.col("run") == run).collect().iter_rows(named=True))


def _step(lake: Lake, name: str, subject: str, start: datetime, run: str | None) -> dict[str, Any] | None:
    """One step of a forecast or plan in the form of a figure; the newest run that has it, where none is named."""
    held = lake.scan(_NAMES[name])
    if held is None:
        return None
    mine = held.filter((pl.col("subject") == subject) & (pl.col("start") == start))
    if _NAMES[name] == FORECASTS:
        mine = mine.filter(pl.col("name") == name)
    rows = (mine if run is None else mine.filter(pl.col("run") == int(run))).collect().sort("run").tail(1)
    if rows.is_empty():
        return None
    row = rows.row(0, named=True)
    value = row["q50"] if "q50" in row else row["state" if name == "plan.state" else "power"]
    kind = "forecast" if _NAMES[name] == FORECASTS else "plan"
    return {
        "id": f"{name}@{subject}@{start:%Y-%m-%dT%H:%M}@{row['run']}",
        "name": name,
        "subject": subject,
        "period": f"{start:%Y-%m-%dT%H:%M}",
        "value": value,
        "unit": row["unit"],
        "lower": row.get("q05"),
        "upper": row.get("q95"),
        "reason": None if value is not None else "it has no such value",
        "method": f"{kind}/1",
        "notes": [],
        "inputs": [f"{kind}:{row['run']}"],
        **dict.fromkeys(("basis", "estimated", "coverage", "replaces", "why")),
    }
