"""Run the benchmarks, all or those that are named, one after the other: `python -m benchmarks [NAME...] [--small]`."""

import argparse
import importlib
import sys
import tempfile
from pathlib import Path

from benchmarks.measuring import ROOT
from benchmarks.tables import Row, Setting, machine, markdown

NAMES = (
    "startup",
    "cambridge",
    "ingest_parquet",
    "ingest_csv",
    "hourly",
    "year",
    "correction",
    "lookups",
    "forecasting",
    "detection",
    "replan",
    "monash",
    "community_year",
    "verification_daily",
    "verification_hourly",
    "verification_coverage",
    "verification_events",
    "verification_lake",
    "verification_comparison",
    "verification_sufficiency",
    "verification_retrofit",
    "plant_48h",
    "air_week",
    "air_assessment",
    "chiller_loading",
    "plant_year",
    "plant_joined",
    "air_year",
    "plant_sources",
    "portfolio_pages",
    "inventory_uncertainty",
    "activities",
    "supply_chain",
    "nature_area",
    "nature_ledger",
)
ASKED = ("detection_large", "verification_lake_large", "web_load", "web_pages")
"""What runs only if it is named: it takes long, or needs the machine for itself."""


def run(names: tuple[str, ...], setting: Setting) -> list[Row]:
    """The rows of some benchmarks."""
    rows: list[Row] = []
    for name in names:
        setting.say(name)
        made = importlib.import_module(f"benchmarks.{name}").run(setting)
        for row in made:
            rows.append(row)
            setting.say("    " + " | ".join(cell for cell in row.cells if cell))
    return rows


def main(arguments: list[str] | None = None) -> int:
    """Run them and print the table; 1 if a limit is missed, which a small run does not judge."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"one of {', '.join(NAMES + ASKED)}; all but the last if left out"
    )
    parser.add_argument("--small", action="store_true", help="tiny data: shows that everything runs, judges nothing")
    parser.add_argument(
        "--scratch", type=Path, help="where data are made and kept; a folder that is removed if left out"
    )
    parser.add_argument(
        "--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of the real data sets"
    )
    given = parser.parse_args(arguments)
    if unknown := set(given.names) - {*NAMES, *ASKED}:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(NAMES + ASKED)}")
    data = given.data.resolve() if given.data.is_dir() else None
    about = machine()
    with tempfile.TemporaryDirectory(prefix="wattstone-bench-") as folder:
        scratch = (given.scratch or Path(folder)).resolve()
        scratch.mkdir(parents=True, exist_ok=True)
        rows = run(tuple(given.names) or NAMES, Setting(scratch=scratch, data=data, small=given.small))
    print(f"{about}\n\n{markdown(rows)}")
    return int(any(row.kept is False for row in rows) and not given.small)


if __name__ == "__main__":
    sys.exit(main())
