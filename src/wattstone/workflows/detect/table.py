"""Findings kept in the lake, run by run: table `findings`, a partition a year.

A finding has a key that stays the same from run to run, so that what people decided about it stays with it: the hash
of its code, its meter and the month in which it began when it was first told. A later run may date its beginning
otherwise; a finding of the same code and meter whose days overlap with one of the run before therefore takes over the
key of that one, the largest overlap first, each key once.
"""

import hashlib
import json
from datetime import date
from typing import Any

import polars as pl

from wattstone.detection.findings import FINDINGS
from wattstone.workflows.stores import Lake
from wattstone.workflows.workspace import Workspace

TABLE = "findings"
_PICTURE = ("weeks", "actual", "expected", "day_during", "day_else")
KEPT: dict[str, pl.DataType] = {
    "key": pl.String(),
    "run": pl.Int32(),
    "rank": pl.Int64(),
    **{name: kind for name, kind in FINDINGS.items() if name not in (*_PICTURE, "params")},
    "since": pl.Date(),  # local days, both included
    "until": pl.Date(),  # null while it goes on
    "gas": pl.String(),  # unit of its emissions
    "params": pl.String(),  # JSON
    "picture": pl.String(),  # JSON of the series behind its pictures
    "figures": pl.List(pl.String()),
}
_FOREVER = date(9999, 12, 31)
_SOME = {"key": pl.String(), "code": pl.String(), "meter_id": pl.String(), "since": pl.Date(), "until": pl.Date()}


def keep_findings(workspace: Workspace, findings: pl.DataFrame, *, run: int, year: int) -> None:
    """Write the findings of a run, unless they are there already.

    Parameters
    ----------
    workspace : Workspace
        Where to.
    findings : polars.DataFrame
        As `Detected.findings`.
    run, year : int
        Of the detection.
    """
    lake = workspace.lake
    with workspace.lock():
        runs = runs_of(lake)
        if runs.get(year) == run:
            return
        key = f"waste:{run}"
        rows = _rows(findings, run).with_columns(
            pl.Series("key", _keys(findings, _before(lake, runs)), dtype=pl.String)
        )
        about = {"year": str(year), "run": str(run), "count": str(rows.height), "runs": json.dumps({**runs, year: run})}
        staged = [lake.stage(TABLE, year, rows.select(list(KEPT)), key=key)] if rows.height else []
        lake.commit(TABLE, staged, schema=pl.Schema(KEPT), key=key, batch=run, about=about)


def runs_of(lake: Lake) -> dict[int, int]:
    """The newest run of each year in which waste was looked for, the newest year first; said by the newest commit."""
    newest = lake.newest(TABLE) or {}
    held: dict[str, int] = json.loads(newest.get("wattstone.runs", "{}"))
    return {int(year): run for year, run in sorted(held.items(), reverse=True)}


def _before(lake: Lake, runs: dict[int, int]) -> pl.DataFrame:
    """The findings of the newest run of each year."""
    scan = lake.scan(TABLE)
    if scan is None or not runs:
        return pl.DataFrame(schema=_SOME)
    return scan.filter(pl.col("run").is_in(list(runs.values()))).select(list(_SOME)).collect()


def _rows(findings: pl.DataFrame, run: int) -> pl.DataFrame:
    texts = [pl.col("weeks").list.eval(pl.element().dt.to_string()), *(pl.col(name) for name in _PICTURE[1:])]
    return findings.with_columns(
        pl.lit(run, pl.Int32).alias("run"),
        pl.col("rank").cast(pl.Int64),
        pl.col("params").struct.json_encode().alias("params"),
        pl.struct(texts).struct.json_encode().alias("picture"),
    )


def finding_key(code: str, meter_id: str, since: date) -> str:
    """The key of a finding that is told for the first time.

    Examples
    --------
    >>> one, other = (finding_key("lights_by_day", "garage", date(2022, 3, day)) for day in (1, 9))
    >>> one == other
    True
    """
    text = json.dumps([code, meter_id, f"{since:%Y-%m}"], ensure_ascii=False)
    return f"{code}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _keys(findings: pl.DataFrame, before: pl.DataFrame) -> list[str]:
    """A key for each finding: that of the one that it carries on, else one of its own."""
    now = findings.select("code", "meter_id", "since", "until").with_row_index("at")
    end = pl.min_horizontal(*(pl.col(name).fill_null(_FOREVER) for name in ("until", "until_right")))
    pairs = (
        now.join(before, on=["code", "meter_id"])
        .with_columns((end - pl.max_horizontal("since", "since_right")).dt.total_days().alias("shared"))
        .filter(pl.col("shared") >= 0)
        .sort("shared", "at", descending=[True, False])
        if before.height
        else pl.DataFrame(schema={"at": pl.UInt32, "key": pl.String})
    )
    taken: dict[int, str] = {}
    given: set[str] = set()
    for at, key in pairs.select("at", "key").iter_rows():
        if at not in taken and key not in given:
            taken[at] = key
            given.add(key)
    return _own(now, taken)


def _own(now: pl.DataFrame, taken: dict[int, str]) -> list[str]:
    used = set(taken.values())
    keys: list[str] = []
    for at, code, meter, since in now.select("at", "code", "meter_id", "since").iter_rows():
        key = taken.get(at)
        if key is None:
            first = finding_key(code, meter, since)
            key, number = first, 2
            while key in used:  # several began in one month
                key, number = f"{first}-{number}", number + 1
            used.add(key)
        keys.append(key)
    return keys


def decoded(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the table as the detection told it: its numbers as a mapping, its pictures as series."""
    picture = json.loads(row.get("picture") or "{}")
    weeks = [date.fromisoformat(day[:10]) for day in picture.get("weeks") or ()]
    shown = {name: value for name, value in row.items() if name != "picture"}
    series: dict[str, Any] = {name: picture.get(name) or [] for name in _PICTURE[1:]}
    return {**shown, "params": json.loads(row["params"] or "{}"), "weeks": weeks, **series}
