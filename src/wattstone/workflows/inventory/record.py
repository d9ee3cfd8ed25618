"""Figures in the lake: written once, never overwritten; a restated one points to the one it replaces and says why."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl

from wattstone.inventory.frames import FIGURE
from wattstone.inventory.sums import ORGANISATION
from wattstone.workflows.inventory.compute import Computed
from wattstone.workflows.inventory.partitions import HOURS
from wattstone.workflows.stores import Commit, Lake

FIGURES, EVIDENCE = "figures", "evidence"
_WHAT = ["name", "subject", "period"]
HELD: dict[str, pl.DataType] = {
    **FIGURE,
    "run": pl.Int32(),
    "replaces": pl.String(),
    "why": pl.String(),
}
ORDER = ["subject", "name", "period"]
"""Of the rows of a file of figures: those of one site or meter are beside each other, and found without the others."""
_KNOWN: dict[str, pl.DataType] = {**{name: HELD[name] for name in (*_WHAT, "id", "method")}, "run": pl.Int32()}
_EVIDENCE: dict[str, pl.DataType] = {"id": pl.String(), "kind": pl.String(), "content": pl.String(), "run": pl.Int32()}


@dataclass(frozen=True)
class Recorded:
    """What writing a year's figures changed.

    Parameters
    ----------
    run : int
        Number of the run that the current figures of the year belong to, 0 for none.
    new, restated, withdrawn : int
        Figures that were not there; that replace others; that are no longer computed.
    """

    run: int
    new: int
    restated: int
    withdrawn: int


def current_figures(lake: Lake, year: int) -> pl.DataFrame:
    """The figures of a year that hold now: of each name, subject and period the newest.

    Returns
    -------
    polars.DataFrame
        Schema `HELD`; empty where the year has none.
    """
    held = lake.scan(FIGURES, parts=[year])
    if held is None:
        return pl.DataFrame(schema=HELD)
    newest = _newest(held)
    if newest["run"].n_unique() == held.select(pl.col("run").n_unique()).collect().item() == 1:
        return held.select(list(HELD)).filter(pl.col("method") != "withdrawn").collect()
    wanted = held.join(newest.lazy().select("id", "run"), on=["id", "run"], how="semi", maintain_order="left")
    return wanted.filter(pl.col("method") != "withdrawn").sort("run", maintain_order=True).select(list(HELD)).collect()


def organisation_figures(lake: Lake, year: int) -> pl.DataFrame:
    """The organisation's own figures of a year that hold now; those of sites and meters are not read.

    Returns
    -------
    polars.DataFrame
        Schema `HELD`; empty where the year has none.
    """
    held = lake.scan(FIGURES, parts=[year])
    if held is None:
        return pl.DataFrame(schema=HELD)
    mine = held.filter((pl.col("subject") == ORGANISATION) & (pl.col("period") == str(year))).select(list(HELD))
    newest = mine.collect().sort("run", maintain_order=True).unique(_WHAT, keep="last", maintain_order=True)
    return newest.filter(pl.col("method") != "withdrawn")


def _newest(held: pl.LazyFrame) -> pl.DataFrame:
    """Of each name, subject and period the newest row: what it is called, its id, method and run."""
    rows = held.select(*_WHAT, "id", "method", "run").collect()
    if rows["run"].n_unique() < 2:
        return rows
    return rows.sort("run", maintain_order=True).unique(_WHAT, keep="last", maintain_order=True)


def evidence_of(lake: Lake, years: list[int] | None = None) -> dict[str, dict[str, Any]]:
    """Content of slices, factors and runs by id."""
    held = lake.scan(EVIDENCE, parts=years)
    if held is None:
        return {}
    rows = held.sort("run").collect().unique("id", keep="last", maintain_order=True)
    return {key: json.loads(text) for key, text in rows.select("id", "content").iter_rows()}


def last_run(lake: Lake, year: int) -> dict[str, Any] | None:
    """What the newest run of a year rested on: versions, GWP set, when."""
    held = lake.scan(EVIDENCE, parts=[year])
    if held is None:
        return None
    runs = held.filter(pl.col("id").str.starts_with("run:")).select("content").collect()
    return max((json.loads(text) for text in runs["content"]), key=lambda one: one["run"], default=None)


def record(lake: Lake, computed: Computed) -> Recorded:
    """Write the figures of a year that are new or different.

    Parameters
    ----------
    lake : Lake
        Where to.
    computed : Computed
        From `compute`.

    Returns
    -------
    Recorded
    """
    year = computed.plan.year
    held = lake.scan(FIGURES, parts=[year])
    before = pl.DataFrame(schema=_KNOWN) if held is None else _newest(held).filter(pl.col("method") != "withdrawn")
    # An id is the hash of the content: what has the id of a current figure is that figure.
    changed = computed.figures.join(before.select("id"), on="id", how="anti", maintain_order="left")
    gone = before.join(computed.figures.select(_WHAT), on=_WHAT, how="anti")
    if not changed.height and not gone.height:
        known = last_run(lake, year)
        return Recorded(int(known["run"]) if known else 0, 0, 0, 0)
    old = before.select(*_WHAT, pl.col("id").alias("replaces"))
    changed = changed.join(old, on=_WHAT, how="left", maintain_order="left")
    run = lake.version(FIGURES) + 2
    why = why_changed(lake, year, computed)
    restated = changed.with_columns(
        pl.lit(run, pl.Int32).alias("run"),
        pl.when(pl.col("replaces").is_not_null()).then(pl.lit(why)).alias("why"),
    )
    withdrawn = _whole(held, gone).with_columns(
        null_value(),
        pl.lit(run, pl.Int32).alias("run"),
        pl.lit("withdrawn").alias("method"),
        pl.col("id").alias("replaces"),
        pl.lit(why).alias("why"),
    )
    rows = pl.concat([restated.select(list(HELD)), withdrawn.select(list(HELD))]).sort(ORDER, maintain_order=True)
    _keep_evidence(lake, computed, run)
    about = {"year": str(year), "run": str(run), "readings_version": str(computed.pins.readings)}
    lake.append(FIGURES, rows.with_columns(pl.lit(year, pl.Int32).alias("part")), Commit(f"run:{run}", run, about))
    counts = changed["replaces"].is_null()
    return Recorded(run, int(counts.sum()), int((~counts).sum()), gone.height)


def _whole(held: pl.LazyFrame | None, gone: pl.DataFrame) -> pl.DataFrame:
    """The rows of figures that are no longer computed."""
    if held is None or gone.is_empty():
        return pl.DataFrame(schema=HELD)
    keys = gone.lazy().select("id", "run")
    return held.select(list(HELD)).join(keys, on=["id", "run"], how="semi", maintain_order="left").collect()


def null_value() -> pl.Expr:
    """A figure that is no longer computed has no value."""
    return pl.lit(None, pl.Float64).alias("value")


def why_changed(lake: Lake, year: int, computed: Computed) -> str:
    """What happened since the last run of the year, in words; empty where it was never taken."""
    last = last_run(lake, year)
    if last is None:
        return ""
    since = int(last["readings_version"])
    sources = [
        one["wattstone.source"]
        for one in lake.commits("readings")
        if int(one["version"]) > since and "wattstone.source" in one
    ]
    reasons = [f"readings arrived or were corrected: {', '.join(dict.fromkeys(sources))}"] if sources else []
    if last.get("activities_version", -1) != computed.pins.activities:
        reasons.append("activity records arrived or were corrected")
    before = set(last["factors"])
    now = {key for key in computed.evidence if key.startswith("factor:")}
    if before != now:
        reasons.append(f"factors changed: {', '.join(sorted(now - before)) or 'some are no longer used'}")
    if last.get("fill") != (None if computed.fill is None else asdict(computed.fill)):
        reasons.append(f"gaps are filled: {computed.fill}" if computed.fill else "gaps are no longer filled")
    if last["intensity_version"] != computed.pins.intensity:
        reasons.append("hourly intensities changed")
    return "; ".join(reasons) or "sites, meters, settings or the program changed"


def _keep_evidence(lake: Lake, computed: Computed, run: int) -> None:
    """Keep what is new among the things that figures name."""
    year = computed.plan.year
    held = lake.scan(EVIDENCE, parts=[year])
    known = set[str]() if held is None else set(held.select("id").collect()["id"])
    about = {
        "kind": "run",
        "run": run,
        "year": year,
        "readings_version": computed.pins.readings,
        "intensity_version": computed.pins.intensity,
        "activities_version": computed.pins.activities,
        "hours_version": lake.version(HOURS),
        "gwp_set": computed.plan.organisation.gwp_set,
        "fill": None if computed.fill is None else asdict(computed.fill),
        "factors": sorted(key for key in computed.evidence if key.startswith("factor:")),
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    fresh = {key: one for key, one in computed.evidence.items() if key not in known}
    rows = [
        (key, str(one["kind"]), json.dumps(one, ensure_ascii=False), run, year)
        for key, one in {**fresh, f"run:{run}": about}.items()
    ]
    schema = {**_EVIDENCE, "part": pl.Int32()}
    kept = pl.DataFrame(rows, schema=schema, orient="row").sort("id")  # one is found by the bounds of row groups
    lake.append(EVIDENCE, kept, Commit(f"run:{run}", run))
