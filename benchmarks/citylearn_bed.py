"""Many made-up districts for the controller of `citylearn_2022.py`, to tell a gain from the luck of five homes.

    python benchmarks/citylearn_bed.py FOLDER --out NEW.csv [--against OLD.csv] [--settings peak=0.3 cuts=13]

Every district takes loads of the homes in FOLDER, shifted against each other by whole weeks and scaled, under roofs of
other homes; calendar, tariff, carbon and sky stay. Each is run for four months, a third of the year apart, and scored
from the second month on; with --first DAYS only those days are run, and scored from their first hour. With --against,
the differences to an earlier run of the same districts are told with their standard error, by part of the year too.
The districts share five homes and one sky, so the true spread is wider.
"""

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import numpy as np
import polars as pl

from benchmarks.citylearn_2022 import District, actions, read, scored
from wattstone.dispatch.community import CommunitySettings
from wattstone.dispatch.community_battery import CommunityBattery
from wattstone.dispatch.community_score import WINDOW
from wattstone.forecasting.hourly_online import Calendar

WEEK = 168
STARTS = (0, 17 * WEEK, 34 * WEEK)
HOURS = 4 * WINDOW
SIZES = (5, 7, 4, 6, 3)  # homes of the districts, one after the other
PARTS = ("cost", "carbon", "ramping", "load_factor")


def part(district: District, start: int, hours: int) -> District:
    """Some hours of a district."""
    span = slice(start, start + hours)
    return replace(
        district,
        load=district.load[:, span],
        pv=district.pv[:, span],
        price=district.price[span],
        intensity=district.intensity[span],
        calendar=Calendar(district.calendar.hour[span], district.calendar.rest[span]),
        told=district.told[span],
    )


def made(real: District, homes: int, seed: int) -> District:
    """A district of that many homes: loads of the real ones shifted and scaled, under roofs drawn apart from them."""
    random, there = np.random.default_rng(seed), len(real.names)
    rounds = -(-homes // there)
    who, roof = (np.concatenate([random.permutation(there) for _ in range(rounds)])[:homes] for _ in range(2))
    weeks = random.choice(np.arange(-6, 7), size=homes, replace=homes > 13)
    load = [np.roll(real.load[k], int(week) * WEEK) for k, week in zip(who, weeks, strict=True)]
    return replace(
        real,
        names=tuple(f"Building_{k + 1}" for k in range(homes)),
        load=np.array(load) * random.uniform(0.75, 1.33, homes)[:, None],
        pv=real.pv[roof] * random.uniform(0.8, 1.25, homes)[:, None],
        battery=CommunityBattery(np.full(homes, real.battery.capacity[0]), np.full(homes, real.battery.power[0])),
    )


def run(real: District, count: int, settings: CommunitySettings, first: int | None = None) -> pl.DataFrame:
    """A row for each district and part of the year."""
    rows: list[dict[str, object]] = []
    for seed in range(count):
        homes = SIZES[seed % len(SIZES)]
        district = made(real, homes, seed)
        for start in STARTS:
            some = part(district, start, min(HOURS if first is None else 24 * first, district.price.size - start))
            parts = scored(some, actions(some, settings=settings), slice(WINDOW if first is None else 0, None))
            row: dict[str, object] = {"district": seed, "homes": homes, "start": start, "score": parts.score}
            rows.append(row | {name: getattr(parts, name) for name in PARTS})
    return pl.DataFrame(rows)


def differences(new: pl.DataFrame, old: pl.DataFrame) -> list[str]:
    """Mean difference of the score and its standard error over districts, of each part of the year and of all."""
    both = new.join(old, on=("district", "homes", "start"), suffix="_old")
    lines = [f"{both.height} runs in both; differences of the score, new less old"]
    for start in (*STARTS, None):
        some = both if start is None else both.filter(pl.col("start") == start)
        apart = some["score"] - some["score_old"]
        if len(apart) < 2:
            continue
        mean, spread = float(apart.to_numpy().mean()), float(apart.to_numpy().std(ddof=1))
        name = "all" if start is None else f"from hour {start}"
        lines.append(f"{name:>16}  {mean:+.5f} +- {spread / len(apart) ** 0.5:.5f}  better in {(apart < 0).sum()}")
    return lines


def main() -> None:
    """Run, write, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--out", type=Path, required=True, metavar="NEW.csv")
    parser.add_argument("--against", type=Path, metavar="OLD.csv")
    parser.add_argument("--districts", type=int, default=5)
    parser.add_argument("--first", type=int, metavar="DAYS", help="the start alone")
    parser.add_argument("--settings", nargs="*", default=[], metavar="NAME=VALUE", help="of CommunitySettings")
    given = parser.parse_args()
    usual = CommunitySettings()
    pairs = dict(one.split("=", 1) for one in given.settings)
    settings = replace(usual, **{name: type(getattr(usual, name))(value) for name, value in pairs.items()})
    begun = time.process_time()
    table = run(read(given.folder), given.districts, settings, given.first)
    table.write_csv(given.out)
    lines = [f"{table.height} runs, mean score {table['score'].to_numpy().mean():.4f}"]
    lines.append(f"CPU {time.process_time() - begun:.0f} s")
    if given.against:
        lines += differences(table, pl.read_csv(given.against))
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
