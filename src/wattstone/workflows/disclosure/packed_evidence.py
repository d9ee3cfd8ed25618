"""What a pack holds of the chains of figures: nodes, and which of them can be computed again without Wattstone.

Readings never leave in a pack, but hashes of them and their sums by the day. A personal meter's day of which less than
half was measured would tell of single hours, so it is left out.
"""

import math
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import polars as pl

from wattstone.base import Period
from wattstone.readings.partitions import parts_of
from wattstone.workflows.disclosure.chain import Chain, content_of
from wattstone.workflows.evidence.trace import BULKY, RUNS
from wattstone.workflows.export import HOUSEHOLDS
from wattstone.workflows.stores import Lake
from wattstone.workflows.workspace import Workspace

__all__ = ["MOST_DAYS", "days_of", "evidence_nodes", "figure_nodes", "relations", "sources_of", "veiled_subjects"]

MOST_DAYS: Final = 400_000
"""Rows of days that a pack holds at most; of more meters, their hashes alone are in it."""

_TOLERANCE: Final = 1e-9  # relative
_ENERGY: Final = "energy/1"
_DAY: Final = 86_400
_SCALE: Final = 1e9
"""Sums are made of whole parts of this: floats that are added in another order differ in the last digit, and packs are
the same to the byte. A day of 9 TWh is the most that can be told so."""
_ASKED: Final = {
    "key": pl.Int32, "name": pl.String, "first": pl.Datetime("us"), "last": pl.Datetime("us"), "personal": pl.Boolean,
}  # fmt: skip
_DAYS: Final = {"meter": pl.String, "start": pl.String, "value": pl.Float64, "rows": pl.UInt32}


def figure_nodes(chain: Chain, veiled: frozenset[str]) -> dict[str, dict[str, Any]]:
    """Figures by id: the content that the id is the hash of, what it replaced and why.

    Parameters
    ----------
    chain : Chain
    veiled : frozenset of str
        Subjects that tell of single dwellings or drivers: of what is shorter than a day there is the id alone.
    """
    return {name: _withheld() if _tells(row, veiled) else _node(row) for name, row in sorted(chain.figures.items())}


def veiled_subjects(workspace: Workspace) -> frozenset[str]:
    """Personal meters, and sites at which some meters are personal, but not so many that none is told from others."""
    meters = workspace.records.meters()
    homes = Counter(one.site_id for one in meters if one.personal)
    sites = {f"site:{one}" for one, count in homes.items() if count < HOUSEHOLDS}
    return frozenset({f"meter:{one.id}" for one in meters if one.personal} | sites)


def _tells(row: Mapping[str, Any], veiled: frozenset[str]) -> bool:
    return row["subject"] in veiled and row["end"] - row["start"] < timedelta(days=1)


def _withheld() -> dict[str, Any]:
    return {"withheld": "personal, and of less than a day"}


def _node(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**content_of(row), "replaces": row["replaces"], "why": row["why"]}


def evidence_nodes(chain: Chain) -> dict[str, dict[str, Any]]:
    """Evidence by name; of runs without their series, which may be readings."""
    found: dict[str, dict[str, Any]] = {}
    for name, one in sorted(chain.evidence.items()):
        bulky = [part for part in BULKY if part in one and part != "inputs"] if one.get("kind") in RUNS else []
        content = {part: value for part, value in one.items() if part not in bulky}
        found[name] = {"content": content, **({"shortened": bulky} if bulky else {})}
    return found


def sources_of(workspace: Workspace, chain: Chain) -> list[dict[str, Any]]:
    """Files that readings came from, by the number under which slices name them."""
    named = {int(part[1]) for one in chain.of_kind("slice").values() for part in one["slices"]}
    found = [
        {
            "batch": int(one["wattstone.batch"]), "file": one.get("wattstone.source", ""),
            "sha256": one.get("wattstone.files", "{}"),
        }
        for one in workspace.lake.commits("readings")
        if "wattstone.batch" in one and int(one["wattstone.batch"]) in named
    ]  # fmt: skip
    return sorted(found, key=lambda one: one["batch"])


def days_of(workspace: Workspace, chain: Chain) -> pl.DataFrame:
    """Sums of the readings behind figures of energy, by days of 24 hours from where the figure's period begins.

    Parameters
    ----------
    workspace : Workspace
        Whole, pinned.
    chain : Chain

    Returns
    -------
    polars.DataFrame
        `meter`, `start` of the day as ISO 8601 in UTC, `value` in the unit of the readings, `rows`.
    """
    personal = {one.id for one in workspace.records.meters() if one.personal}
    asked: dict[int, list[tuple[int, str, datetime, datetime, bool]]] = {}
    for slice_, first, last in _streams(chain):
        one = (slice_["key"], slice_["meter"], first, last, slice_["meter"] in personal)
        asked.setdefault(int(slice_["version"]), []).append(one)
    frames = [_days(workspace.lake, version, meters) for version, meters in sorted(asked.items())]
    held = pl.concat([pl.DataFrame(schema=_DAYS), *frames])
    return held.unique(["meter", "start"], keep="first").sort("meter", "start")


def _days(lake: Lake, version: int, meters: list[tuple[int, str, datetime, datetime, bool]]) -> pl.DataFrame:
    """Days of some meters in a version of the readings."""
    most = max(1, MOST_DAYS // max((last - first).days for _, _, first, last, _ in meters))
    asked = pl.LazyFrame(meters[:most], schema=_ASKED, orient="row")
    span = Period(min(one[2] for one in meters), max(one[3] for one in meters))
    scan = lake.scan("readings", parts=parts_of(span, lake.parts("readings", version)), version=version)
    if scan is None:
        return pl.DataFrame(schema=_DAYS)
    own = (pl.col("start") >= pl.col("first")) & (pl.col("start") < pl.col("last"))
    day = (pl.col("start") - pl.col("first")).dt.total_seconds() // _DAY
    rows = scan.join(asked, left_on="meter", right_on="key").filter(own & pl.col("value").is_not_nan())
    by_day = rows.group_by("name", "first", "personal", day.alias("day")).agg(
        (pl.col("value") * _SCALE).round().cast(pl.Int64).sum().alias("value"),
        pl.len().alias("rows"),
        pl.col("seconds").sum().alias("measured"),
    )
    kept = by_day.filter(~pl.col("personal") | ((pl.col("measured") >= _DAY / 2) & (pl.col("rows") > 1)))
    start = (pl.col("first") + pl.duration(days=pl.col("day"))).dt.to_string("%Y-%m-%dT%H:%M:%S")
    told = kept.select(
        pl.col("name").alias("meter"), start.alias("start"), pl.col("value") / _SCALE, pl.col("rows").cast(pl.UInt32)
    )
    return told.collect()


def _streams(chain: Chain) -> list[tuple[Mapping[str, Any], datetime, datetime]]:
    """Of each meter its slice and the whole stretch of its figures of energy by the year."""
    found: dict[str, tuple[Mapping[str, Any], datetime, datetime]] = {}
    for row in chain.figures.values():
        slice_ = _slice_of(row, chain)
        if slice_ is None:
            continue
        known = found.get(slice_["meter"], (slice_, row["start"], row["end"]))
        found[slice_["meter"]] = (slice_, min(known[1], row["start"]), max(known[2], row["end"]))
    return [found[name] for name in sorted(found)]


def _slice_of(row: Mapping[str, Any], chain: Chain) -> Mapping[str, Any] | None:
    """The one slice of readings that a figure of a year's energy is the sum of; None of any other figure."""
    if row["method"] != _ENERGY or len(row["period"]) != len("2025") or len(row["inputs"]) != 1:
        return None
    content = chain.evidence.get(row["inputs"][0], {})
    return content if content.get("kind") == "slice" else None


def relations(chain: Chain, days: pl.DataFrame, veiled: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Figures that can be computed again from what lies beside them: sums, an amount times a factor, days of a meter.

    Others rest on hours, instruments, units or models, which only Wattstone computes again, or on what is withheld.
    """
    sums: list[str] = []
    products: list[str] = []
    by_meter: dict[str, str] = {}
    starts = {name[0]: frame for name, frame in days.partition_by("meter", as_dict=True).items()}
    for name, row in sorted(chain.figures.items()):
        value = row["value"]
        if value is None:
            continue
        below = [chain.figures.get(key.removeprefix("figure:")) for key in row["inputs"] if key.startswith("figure:")]
        if any(_tells(one, veiled) for one in (row, *below) if one is not None):
            continue
        amounts = [one["value"] for one in below if one is not None]
        factors = [chain.evidence.get(key, {}) for key in row["inputs"] if key.startswith("factor:")]
        whole = bool(amounts) and len(amounts) == len(below) and None not in amounts
        if whole and len(below) == len(row["inputs"]) and _same(math.fsum(amounts), value):
            sums.append(name)
        elif whole and len(amounts) == len(factors) == 1 and _same(amounts[0] * factors[0].get("value", 0.0), value):
            products.append(name)
        slice_ = _slice_of(row, chain)
        if slice_ is not None and slice_["meter"] in starts:
            first, last = row["start"].isoformat(), row["end"].isoformat()
            mine = starts[slice_["meter"]].filter((pl.col("start") >= first) & (pl.col("start") < last))
            if _same(math.fsum(mine["value"]), value):
                by_meter[name] = str(slice_["meter"])
    return {"sums": sums, "products": products, "days": by_meter}


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=_TOLERANCE, abs_tol=0.0)
