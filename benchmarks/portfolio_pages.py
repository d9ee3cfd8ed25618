"""Pages of 50,000 sites: the estate made cold and warm, lists and filters by 20 readers, a meter's week, today.

The estate is simulated. Records, figures, findings, totals and two weeks of readings at 15 minutes are written to the
store by its own ports, as an ingest, an inventory and a detection leave them, without running these: what is measured
is reading. Of the figures, those of the year and of the months of energy and scope 2 are there for each site, its meter
and both years, with the slices that they rest on; an inventory writes about twice as many.
"""

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.measuring import side
from benchmarks.tables import Row, Setting

SITES = 50_000
DAYS = 14
YEAR = 2025
SEED = 20261122
START = datetime(2025, 12, 18)
READERS = 20
TURNS = 15
PAUSE = 1.0  # s, between the answer and the next request of a reader
FEW = (3, 7, 0.05)  # the same of a small run: each kind of question is asked, and some at once
_PLACES = (("CN", "Jinan", 36.7, 117.0), ("CN", "Shanghai", 31.2, 121.5), ("GB", "Leeds", 53.8, -1.5),
           ("DE", "Ulm", 48.4, 10.0), ("US", "Akron", 41.1, -81.5))  # fmt: skip
_TYPES = ("office", "store", "school", "depot", "clinic")


def make(folder: str, sites: int, days: int) -> Callable[[], int]:
    """Side that makes the workspace."""

    def run() -> int:
        from wattstone.interfaces.store.workspace import create_workspace, open_workspace

        root = Path(folder)
        shutil.rmtree(root, ignore_errors=True)
        create_workspace(root)
        opened = open_workspace(root)
        random = np.random.default_rng(SEED)
        _declare(opened, sites)
        _readings(opened.lake, sites, days, random)
        _figures(opened.lake, sites, random)
        _findings(opened, sites, random)
        opened.close()
        (root / "made").touch()
        return sites * days * 96

    return run


def _name(at: int) -> str:
    return f"site-{at:05d}"


def _declare(opened: Any, sites: int) -> None:
    from wattstone.portfolio import Meter, Site

    places = [_PLACES[at % len(_PLACES)] for at in range(sites)]
    declared = [
        Site(id=_name(at), name=f"{city} {_TYPES[at % 5]} {at}", type=_TYPES[(at // 5) % 5], country=country, city=city,
             latitude=north + (at % 97) / 50, longitude=east + (at % 89) / 50, floor_area=500 + at % 9000, zone="UTC",
             simulated=True)
        for at, (country, city, north, east) in enumerate(places)
    ]  # fmt: skip
    meters = [
        Meter(id=f"{_name(at)}-main", site_id=_name(at), kind="electricity", unit="kWh", interval_seconds=900,
              simulated=True)
        for at in range(sites)
    ]  # fmt: skip
    opened.records.declare(declared, meters)


def _readings(lake: Any, sites: int, days: int, random: np.random.Generator) -> None:
    """A partition a day, sorted by meter, as the ingest of a large estate leaves them; a gap in a thousand."""
    from wattstone.workflows.ingest.derived import LATEST, READINGS
    from wattstone.workflows.stores import Commit

    staged = []
    for day in range(days):
        stamps = np.datetime64(START, "us") + (np.arange(96) + 96 * day) * np.timedelta64(15, "m")
        value = random.gamma(2.0, 2.0, sites * 96).round(3)
        rows = pl.DataFrame(
            {
                "meter": np.repeat(np.arange(1, sites + 1, dtype=np.int32), 96),
                "start": np.tile(stamps, sites),
                "seconds": np.full(sites * 96, 900, dtype=np.int32),
                "value": value,
                "flags": np.zeros(sites * 96, dtype=np.int16),
                "batch": np.ones(sites * 96, dtype=np.int32),
            }
        ).with_columns(pl.when(pl.Series(random.random(sites * 96) > 0.001)).then("value").alias("value"))
        part = int(f"{START + timedelta(days=day):%Y%m%d}")
        staged.append(lake.stage(READINGS, part, rows, key="made"))
    schema = {"meter": pl.Int32(), "start": pl.Datetime("us"), "seconds": pl.Int32(), "value": pl.Float64(),
              "flags": pl.Int16(), "batch": pl.Int32()}  # fmt: skip
    about = {"source": "made", "rows": str(sites * days * 96)}
    lake.commit(READINGS, staged, schema=pl.Schema(schema), key="made", batch=1, about=about)
    end = START + timedelta(days=days, minutes=-15)
    behind = np.where(np.arange(sites) % 200 == 0, 5 * 96, 0)  # one in two hundred fell silent
    last = np.datetime64(end, "us") - behind * np.timedelta64(15, "m")
    latest = pl.DataFrame(
        {"meter": np.arange(1, sites + 1, dtype=np.int32), "start": last, "value": random.gamma(2.0, 2.0, sites)}
    )
    lake.append(LATEST, latest.with_columns(pl.lit(0, pl.Int32).alias("part")), Commit("made", 1))


def _figures(lake: Any, sites: int, random: np.random.Generator) -> None:
    from wattstone.workflows.inventory.partitions import TOTALS
    from wattstone.workflows.inventory.record import FIGURES, HELD, ORDER
    from wattstone.workflows.stores import Commit

    months = [f"{year}-{month:02d}" for year in (YEAR, YEAR - 1) for month in range(1, 13)]
    years = [str(YEAR), str(YEAR - 1)]
    subjects = pl.Series([f"site:{_name(at)}" for at in range(sites)])
    slices = subjects.str.replace("site:", "slice:")
    frames = [
        _of(name, unit, subjects, period, random).with_columns(pl.concat_list(slices).alias("inputs"))
        for name, unit, periods in (
            ("cost.electricity", "EUR", years),
            ("intensity.energy", "kWh/m2", years[:1]),
            ("degree_days.heating", "K d", years[:1]),
        )
        for period in periods
    ]
    for name, unit in (("energy.electricity", "kWh"), ("scope2.location", "kg CO2e"), ("scope2.market", "kg CO2e")):
        for period in [*years, *months]:
            frames += _chain(name, unit, subjects, period, random)
    rows = pl.concat(frames)
    _slices(lake, slices)
    defaults = {"run": 1, "method": "sum/1", "estimated": 0.0, "coverage": 1.0}
    filled = [pl.lit(defaults.get(name), kind).alias(name) for name, kind in HELD.items() if name not in rows.columns]
    held = rows.with_columns(filled).select(pl.col(name).cast(kind) for name, kind in HELD.items()).sort(ORDER)
    about = {"year": str(YEAR), "run": "1"}
    lake.append(FIGURES, held.with_columns(pl.lit(YEAR, pl.Int32).alias("part")), Commit("run:1", 1, about))
    totals = pl.DataFrame({"meter": pl.Series(np.repeat(np.arange(1, sites + 1), 12), dtype=pl.Int32)}).with_columns(
        pl.Series("month", np.tile(np.arange(YEAR * 100 + 1, YEAR * 100 + 13), sites), dtype=pl.Int32),
        pl.lit(2920, pl.Int64).alias("rows"), pl.lit(3, pl.Int64).alias("gaps"), pl.lit(1, pl.Int64).alias("flagged"),
        pl.lit(2917 * 900.0).alias("seconds"), pl.lit(YEAR, pl.Int32).alias("part"),
    )  # fmt: skip
    lake.append(TOTALS, totals, Commit("run:1", 1))


def _of(name: str, unit: str, subjects: pl.Series, period: str, random: np.random.Generator) -> pl.DataFrame:
    """Figures of some subjects; their ids are as long as real ones and as much without order."""
    made = {"subject": subjects, "value": random.lognormal(8, 1, len(subjects)).round(2)}
    what = pl.concat_str(pl.lit(f"{name} {period} "), "subject")
    return pl.DataFrame(made).with_columns(
        pl.lit(name).alias("name"), pl.lit(unit).alias("unit"), pl.lit(period).alias("period"),
        what.hash(seed=SEED).cast(pl.String).str.zfill(20).alias("id"),
    )  # fmt: skip


def _chain(
    name: str, unit: str, subjects: pl.Series, period: str, random: np.random.Generator
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Figures of meters on their slices, of sites on these, and of the organisation on those."""
    from_meters = pl.concat_list(pl.format("figure:{}", "id"))
    meters = _of(name, unit, subjects.str.replace("site:", "meter:") + "-main", period, random)
    sites = _of(name, unit, subjects, period, random).with_columns(meters["value"])
    whole = _of(name, unit, pl.Series("subject", ["organisation"]), period, random)
    return (
        meters.with_columns(pl.concat_list(subjects.str.replace("site:", "slice:")).alias("inputs")),
        sites.with_columns(meters.select(from_meters.alias("inputs"))["inputs"]),
        whole.with_columns(
            pl.lit(sites["value"].sum()).alias("value"),
            sites.select(pl.format("figure:{}", "id").implode().alias("inputs"))["inputs"],
        ),
    )


def _slices(lake: Any, ids: pl.Series) -> None:
    """The evidence of each meter's readings: a partition a day of two years."""
    from wattstone.workflows.inventory.record import EVIDENCE
    from wattstone.workflows.stores import Commit

    days = [[YEAR * 10_000 + month * 100 + day, 1, 96, f"{SEED:064x}"] for month in range(1, 13) for day in range(1, 9)]
    said = {"kind": "slice", "table": "readings", "version": 1, "rows": 96 * len(days), "slices": days}
    meter = pl.format(', "meter": "{}-main", "key": {}}}', pl.col("id").str.strip_prefix("slice:"), pl.col("key"))
    rows = pl.DataFrame({"id": ids}).with_row_index("key", offset=1).select(
        "id", pl.lit("slice").alias("kind"), pl.concat_str(pl.lit(json.dumps(said)[:-1]), meter).alias("content"),
        pl.lit(1, pl.Int32).alias("run"), pl.lit(YEAR, pl.Int32).alias("part"),
    )  # fmt: skip
    lake.append(EVIDENCE, rows.sort("id"), Commit("run:1", 1))


def _findings(opened: Any, sites: int, random: np.random.Generator) -> None:
    """One at every fifth site."""
    from wattstone.detection.findings import FINDINGS
    from wattstone.workflows.detect.table import keep_findings

    count = sites // 5
    kwh = random.lognormal(8, 1, count)
    codes = ("out_of_hours", "lights_by_day", "base_load_drift", "night_base_load")
    rows = pl.DataFrame(
        {
            "code": [codes[at % len(codes)] for at in range(count)],
            "site_id": [_name(5 * at) for at in range(count)],
            "meter_id": [f"{_name(5 * at)}-main" for at in range(count)],
            "energy": kwh, "energy_lower": 0.8 * kwh, "energy_upper": 1.2 * kwh,
            "money": 0.2 * kwh, "money_lower": 0.16 * kwh, "money_upper": 0.24 * kwh,
            "kg": 0.4 * kwh, "kg_lower": 0.32 * kwh, "kg_upper": 0.48 * kwh,
        }
    )  # fmt: skip
    constant: dict[str, Any] = {"unit": "kWh", "currency": "EUR", "confidence": 0.8, "at_stake": 0.0, "score": 9.0}
    blank = [
        pl.lit(constant.get(name), kind).alias(name) for name, kind in FINDINGS.items() if name not in rows.columns
    ]
    rows = rows.with_columns(blank).sort("kg", descending=True).with_row_index("rank", offset=1)
    rows = rows.with_columns(
        pl.col("rank").cast(pl.Int64), pl.lit(date(YEAR, 3, 1)).alias("since"), pl.lit(None, pl.Date).alias("until"),
        pl.lit("kg CO2e").alias("gas"),
        pl.concat_list(pl.format(f"{what}{{}}", "rank") for what in "emk").alias("figures"),
    )  # fmt: skip
    keep_findings(opened, rows, run=2, year=YEAR)


def built(folder: str) -> Callable[[], dict[str, Any]]:
    """Side: the estate, made from the store, and again from the file that was kept."""
    from wattstone.interfaces.serving.estates import Estates
    from wattstone.interfaces.store.workspace import open_workspace

    root = Path(folder)
    shutil.rmtree(root / ".scratch" / "estates", ignore_errors=True)
    opened = open_workspace(root)

    def run() -> dict[str, Any]:
        times: list[float] = []
        for cache in (first := Estates(), Estates(), first):
            began = time.perf_counter()
            estate = cache.get("made", opened, opened)
            times.append(time.perf_counter() - began)
        return {"times": times, "rows": estate.frame.height}

    return run


def read(folder: str, what: str, readers: int, turns: int, pause: float) -> Callable[[], dict[str, Any]]:
    """Side: so many readers at once, each asking so often; the time of each answer."""
    from wattstone.interfaces.serving.estates import Estates
    from wattstone.interfaces.store.workspace import open_workspace

    opened = open_workspace(Path(folder))
    estates = Estates()
    estate = estates.get("made", opened, opened)
    asks = {"list": _list, "week": _week, "today": _today, "site": _site, "tree": _tree, "evidence": _evidence}
    ask = asks[what](opened, estates, estate.frame.height)
    ask(0)

    def run() -> dict[str, Any]:
        times: list[float] = []

        def reader(number: int) -> None:
            time.sleep(pause * number / readers)
            for turn in range(turns):
                began = time.perf_counter()
                ask(number * turns + turn)
                times.append(time.perf_counter() - began)
                time.sleep(pause)

        threads = [threading.Thread(target=reader, args=(number,)) for number in range(readers)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        return {"p50": float(np.quantile(times, 0.5)), "p95": float(np.quantile(times, 0.95)), "count": len(times)}

    return run


def _list(opened: Any, estates: Any, sites: int) -> Callable[[int], object]:
    """A page of a list, each time another text, filter and order; every fourth the dots of a map."""
    from wattstone.workflows.overview.query import Query, clusters, select

    def ask(number: int) -> object:
        estate = estates.get("made", opened, opened)
        words = ("", "office 1", "ulm", f"site-{number % 100:02d}")[number % 4]
        sort = ("-location", "name", "-findings_kg", "peer_percentile", "quality")[number % 5]
        query = Query(text=words, sort=sort, page=1 + number % 3, countries=() if number % 2 else ("CN", "DE"))
        return clusters(estate, query, zoom=3) if number % 4 == 3 else select(estate, query)

    return ask


def _week(opened: Any, estates: Any, sites: int) -> Callable[[int], object]:
    from wattstone.workflows.overview.week import meter_week

    del estates
    return lambda number: meter_week(opened, f"{_name(number * 997 % sites)}-main", date(2025, 12, 20))


def _today(opened: Any, estates: Any, sites: int) -> Callable[[int], object]:
    from wattstone.workflows.overview.today import today

    del sites
    since = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=7)
    return lambda number: today(opened, estates.get("made", opened, opened), since=since)


def _site(opened: Any, estates: Any, sites: int) -> Callable[[int], object]:
    from wattstone.workflows.overview.site import site_of

    return lambda number: site_of(opened, estates.get("made", opened, opened), _name(number * 991 % sites))


def _tree(opened: Any, estates: Any, sites: int) -> Callable[[int], object]:
    """A level of the inventory: scopes, pages of sites, a site's meters, a meter's months."""
    from wattstone.workflows.overview.tree import inventory_tree

    del estates

    def ask(number: int) -> object:
        site = _name(number * 983 % sites)
        below = ("", "scope2", f"scope2/site:{site}", f"scope2/site:{site}/meter:{site}-main")[number % 4]
        return inventory_tree(opened, YEAR, below, page=1 + number % 7 if below == "scope2" else 1)

    return ask


def _evidence(opened: Any, estates: Any, sites: int) -> Callable[[int], object]:
    """What a figure of the organisation, a site, a meter rests on, by its id; pages of the organisation's inputs."""
    from wattstone.workflows.inventory.record import FIGURES
    from wattstone.workflows.overview.evidence import evidence_of_figure

    del estates, sites
    held = opened.lake.scan(FIGURES, parts=[YEAR]).select("id", "subject").collect()
    whole = held.filter(pl.col("subject") == "organisation")["id"]
    some = held["id"].gather_every(max(held.height // 500, 1))

    def ask(number: int) -> object:
        if number % 4 == 0:
            return evidence_of_figure(opened, whole[number % len(whole)], page=1 + number % 5)
        return evidence_of_figure(opened, some[number * 7 % len(some)])

    return ask


GOALS = {"list": 1.0, "week": 0.5, "today": None, "site": 0.5, "tree": 0.5, "evidence": 0.5}
_TITLES = {
    "list": "list, filter, facets and map", "week": "a meter's week", "today": "today", "site": "a site",
    "tree": "a level of the inventory", "evidence": "evidence of a figure",
}  # fmt: skip


def run(setting: Setting) -> Iterator[Row]:
    """Rows of the table."""
    sites, days = (400, 3) if setting.small else (SITES, DAYS)
    readers, turns, pause = FEW if setting.small else (READERS, TURNS, PAUSE)
    folder = setting.scratch / f"portfolio-{sites}x{days}"
    if not (folder / "made").is_file():
        setting.say(f"making {sites} simulated sites, {sites * days * 96 / 1e6:.1f} M readings")
        side("benchmarks.portfolio_pages:make", folder, sites, days)
    made = side("benchmarks.portfolio_pages:built", folder)
    cold, warm, kept = made.result["times"]
    answers = f"cold {cold:.1f} s, from the file {warm:.2f} s, in memory {1e6 * kept:.0f} us"
    yield Row(f"estate of {sites} sites", answers, f"{made.peak:.1f} GB at most")
    for what, title in _TITLES.items():
        one = side("benchmarks.portfolio_pages:read", folder, what, readers, turns, pause)
        told, goal = one.result, GOALS[what]
        answers = f"p50 {told['p50']:.3f} s, p95 {told['p95']:.3f} s, {one.cpu / told['count'] * 1000:.0f} ms CPU each"
        kept_goal = None if goal is None or setting.small else told["p95"] <= goal
        limit = "" if goal is None else f"{goal} s at p95"
        yield Row(
            f"{title}, {readers} readers, {pause:g} s between requests",
            answers,
            f"{one.peak:.1f} GB at most",
            "",
            limit,
            kept_goal,
        )
