"""Write `src/wattstone/rates/data/factors.csv` from the collected facts; run it again when the facts change.

    python tools/build_factors.py [../shared/facts/factors.csv]

Only whole rows are taken: ids, values, units, sources and licences are copied as they stand. The confidence letter,
which the source keeps in `notes`, becomes a column of its own, and what follows it the remark. Rows of confidence D
never ship. What ships and must not be used all the same (components of a total, zeros that are choices) is said in
`data/barred.toml`, with the reason.
"""

import csv
import re
import sys
from pathlib import Path

COLUMNS = (
    *("id", "name", "scope", "category", "region", "year", "value", "unit", "gas", "gwp_set", "source", "source_year"),
    *("licence", "confidence", "remark"),
)
TARGET = Path(__file__).parents[1] / "src/wattstone/rates/data/factors.csv"
SOURCE = Path(__file__).parents[2] / "shared/facts/factors.csv"

NOTES = re.compile(r"confidence=([ABCD])(?:; (.*))?", re.DOTALL)


def split_notes(notes: str) -> tuple[str, str]:
    """Confidence letter and remark of a source row's `notes`."""
    match = NOTES.fullmatch(notes)
    if match is None:
        raise ValueError(f"no confidence letter in {notes!r}")
    return match[1], match[2] or ""


def ships(row: dict[str, str]) -> bool:
    """Whether a source row ships."""
    return split_notes(row["notes"])[0] != "D"


def main() -> None:
    """Read, leave out, write, in the order of the source."""
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE
    with source.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if ships(row)]
    with TARGET.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        for row in rows:
            confidence, remark = split_notes(row["notes"])
            writer.writerow({**row, "confidence": confidence, "remark": remark})
    sys.stdout.write(f"{len(rows)} rows\n")


if __name__ == "__main__":
    main()
