"""Write `src/wattstone/rates/data/factors.csv` from the collected facts; run it again when the facts change.

    python tools/build_factors.py [../shared/facts/factors.csv]

Only whole rows are chosen: ids, values, units, sources and licences are copied as they stand. The confidence letter,
which the source keeps in `notes`, becomes a column of its own, and what follows it the remark. Never copied: rows of
confidence D, components of a total, rows of scope 2+3, and factors of biogenic fuels whose CO2 was left out.
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

# (id, category): a row is chosen if both match one of these.
CHOSEN = (
    (r"gwp100_", "gwp"),
    (r"desnz20(19|20|25)_", "fuels|uk_electricity|heat_and_steam"),
    (r"gb_grid_2023_co2|(tw|br|th)_grid_", "purchased_electricity"),
    (r"cn_mee_202[123]_|cn_mee_ets_", "purchased_electricity(_residual|_fossil)?"),
    (r"cn_heat_default", "purchased_heat"),
    (r"egrid202[12]_", "purchased_electricity"),
    (r"aib2022_", "purchased_electricity(_residual)?"),
    (r"ipcc2006_|ghgp2024_|epa_hub_stat_", "stationary_combustion"),
    (r"ncv_ipcc2006_", "ncv"),
    (r"density_ghgp2024_", "density"),
)
NEVER = r"epa_hub_stat_(wood_and_wood_residuals|landfill_gas)_.*|ncv_ipcc2006_na"
NOTES = re.compile(r"confidence=([ABCD])(?:; (.*))?", re.DOTALL)


def split_notes(notes: str) -> tuple[str, str]:
    """Confidence letter and remark of a source row's `notes`."""
    match = NOTES.fullmatch(notes)
    if match is None:
        raise ValueError(f"no confidence letter in {notes!r}")
    return match[1], match[2] or ""


def is_chosen(row: dict[str, str]) -> bool:
    """Whether a source row ships."""
    if split_notes(row["notes"])[0] == "D" or row["scope"] == "2+3" or "component of the total" in row["name"]:
        return False
    if re.fullmatch(NEVER, row["id"]):
        return False
    return any(re.match(rule, row["id"]) and re.fullmatch(category, row["category"]) for rule, category in CHOSEN)


def main() -> None:
    """Read, choose, write, in the order of the source."""
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE
    with source.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if is_chosen(row)]
    with TARGET.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        for row in rows:
            confidence, remark = split_notes(row["notes"])
            writer.writerow({**row, "confidence": confidence, "remark": remark})
    sys.stdout.write(f"{len(rows)} rows\n")


if __name__ == "__main__":
    main()
