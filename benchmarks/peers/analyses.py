"""A script that computes everything from the Parquet files against a workspace: what pandas and DuckDB are measured at.

All sides are processes from start to end, imports included. A script keeps nothing, so it begins anew for every
question; ours takes the readings in once, and is measured with and without that.
"""

import csv
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks import estates
from benchmarks.measuring import ROOT, Measured, command, cpu, wattstone
from benchmarks.peers.comparing import Row, agreement, frames_agree, main, taken, times
from benchmarks.tables import Setting

YEARS = (2019, 2020)  # the years for which both kinds of factor are published
NAMES = ("energy.electricity", "energy.natural_gas", "scope1", "scope2.location.hourly", "scope2.location.annual")
FACTORS = {  # rows of the shipped table, found by their ids and not by the product's look-up
    "electricity": "desnz{}_uk_electricity_electricity_generated_electricity_uk_kwh",
    "gas": "desnz{}_fuels_gaseous_fuels_natural_gas_kwh_gross",
}
Sides = tuple[Measured, Measured]
Figures = dict[tuple[str, str, int], float]


def run(name: str) -> None:
    """Run the study of a peer whose script is `NAME/analysis.py`."""
    main(name, partial(study, Path(__file__).parent / name / "analysis.py"))


def study(script: Path, python: str, setting: Setting) -> Iterator[Row]:
    """The inventory of real buildings, then hours of a large estate."""

    def peer(*words: object) -> Measured:
        return command(python, str(script), *map(str, words))

    if setting.cambridge is not None and not setting.small:
        yield from _inventory(peer, setting.cambridge, setting)
    yield from _site_hours(peer, setting)


def _inventory(peer: Callable[..., Measured], dataset: Path, setting: Setting) -> Iterator[Row]:
    root = setting.scratch / "peer.workspace"
    said = {year: setting.scratch / f"{year}.peer.csv" for year in YEARS}
    told = {year: setting.scratch / f"{year}.ours.csv" for year in YEARS}
    first: list[Sides] = []
    again: list[Sides] = []
    for _ in range(3):  # one after the other, so that a busy minute does not fall on one side
        shutil.rmtree(root, ignore_errors=True)
        for year, sides, ours in (
            (YEARS[0], first, ("run", dataset, "--year", YEARS[0], "--workspace", root)),
            (YEARS[1], again, ("inventory", root, "--year", YEARS[1], "--csv", told[YEARS[1]])),
        ):
            other = peer("inventory", dataset, year, *factors(year), said[year])
            sides.append((command(wattstone(), *map(str, ours)), other))
            setting.say(f"    {year}: ours {taken(sides[-1][0])}; peer {taken(other)}")
    command(wattstone(), "inventory", str(root), "--year", str(YEARS[0]), "--csv", str(told[YEARS[0]]))
    agreed = {year: agreement(figures_of_ours(told[year], year), figures_of_peer(said[year])) for year in YEARS}
    yield _row(f"cambridge-dev, 12.85 M rows, to the inventory of {YEARS[0]}", first, agreed[YEARS[0]])
    yield _row(f"then the inventory of {YEARS[1]}, from the same readings", again, agreed[YEARS[1]])
    shutil.rmtree(root)


def factors(year: int) -> list[float]:
    """Of electricity and gas. [kg CO2e/kWh]"""
    path = ROOT / "src" / "wattstone" / "rates" / "data" / "factors.csv"
    with path.open(encoding="utf-8", newline="") as file:
        values = {row["id"]: row["value"] for row in csv.DictReader(file)}
    return [float(values[key.format(year)]) for key in FACTORS.values()]


def figures_of_peer(path: Path) -> Figures:
    """Figures of a peer, by name, site and month."""
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["name"], row["site_id"], int(row["month"])): float(row["value"]) for row in csv.DictReader(file)}


def figures_of_ours(path: Path, year: int) -> Figures:
    """The same of ours, which has many more."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {
            (row["name"], row["subject"].removeprefix("site:"), int(row["period"][5:])): float(row["value"])
            for row in csv.DictReader(file)
            if row["name"] in NAMES
            and row["subject"].startswith("site:")
            and row["period"].startswith(f"{year}-")
            and row["value"]
        }


def _site_hours(peer: Callable[..., Measured], setting: Setting) -> Iterator[Row]:
    estate, dataset = estates.large(setting), estates.made(setting)
    root, target = setting.scratch / "peer.workspace", setting.scratch / "peer.parquet"
    whole: list[Sides] = []
    kept: list[Sides] = []
    for _ in range(1 if setting.small else 2):
        shutil.rmtree(root, ignore_errors=True)
        other = peer("site_hours", dataset, target)
        command(wattstone(), "init", str(root))
        intake = command(wattstone(), "ingest", str(root), str(dataset))
        mine = command(
            sys.executable, "-m", "benchmarks.measuring", "benchmarks.hourly:ours", json.dumps([str(root), False])
        )
        both = Measured(intake.cpu + mine.cpu, intake.wall + mine.wall, max(intake.peak, mine.peak))
        whole.append((both, other))
        kept.append((mine, other))
        setting.say(f"    ours {taken(intake)}, then {taken(mine)}; peer {taken(other)}")
    agreed = _hours_agree(root, target)
    size = f"{estate.rows / 1e6:.1f} M rows to {estate.sites * estate.days * 24 / 1e6:.1f} M site-hours"
    yield _row(f"{size}, from the Parquet file", whole, agreed)
    yield _row("the same from readings taken in before", kept, agreed)
    shutil.rmtree(root)
    target.unlink()


def _hours_agree(root: Path, target: Path) -> str:
    import polars as pl
    from deltalake import DeltaTable

    keys, values = ["site_id", "start"], ["energy", "emitted"]
    kept = DeltaTable(str(root / "lake" / "hours")).file_uris()
    ours = pl.read_parquet(kept, hive_partitioning=False).select(*keys, *values)
    other = pl.read_parquet(target).select(
        pl.col("site_id").cast(pl.String),
        pl.col("timestamp")
        .dt.convert_time_zone("UTC")
        .dt.replace_time_zone(None)
        .cast(pl.Datetime("us"))
        .alias("start"),
        pl.col("value").alias("energy"),
        "emitted",
    )
    return frames_agree(ours, other, keys, values)


def _row(what: str, sides: list[Sides], agreed: str) -> Row:
    mine = min((one for one, _ in sides), key=cpu)
    other = min((one for _, one in sides), key=cpu)
    return Row(what, taken(other), taken(mine), times(mine, other), agreed)
