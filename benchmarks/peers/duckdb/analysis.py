"""What an analyst would write with DuckDB.

    analysis.py inventory FOLDER YEAR GRID_FACTOR GAS_FACTOR TARGET
    analysis.py site_hours FOLDER TARGET

SQL on the Parquet files themselves. Hours are whole numbers since 1970, for `date_trunc` on zoned stamps costs five
times as much.
"""

# The peer is not installed where types are checked.
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false

import sys
from pathlib import Path

import duckdb

INVENTORY = """
COPY (
    WITH rows AS (
        SELECT site_id, kind, timestamp, month(timestamp AT TIME ZONE 'Europe/London') AS month, value
        FROM read_parquet($readings)
        WHERE timestamp >= make_timestamp($year, 1, 1, 0, 0, 0) AT TIME ZONE 'Europe/London'
          AND timestamp < make_timestamp($year + 1, 1, 1, 0, 0, 0) AT TIME ZONE 'Europe/London'
    ),
    power AS (
        SELECT site_id, month, sum(value) AS energy, sum(value * kg_co2_per_kwh) AS emitted
        FROM rows JOIN read_parquet($grid) USING (timestamp)
        WHERE kind = 'electricity'
        GROUP BY ALL
    ),
    gas AS (SELECT site_id, month, sum(value) AS energy FROM rows WHERE kind = 'gas' GROUP BY ALL)
    SELECT 'energy.electricity' AS name, site_id, month, energy AS value FROM power
    UNION ALL SELECT 'scope2.location.hourly', site_id, month, emitted FROM power
    UNION ALL SELECT 'scope2.location.annual', site_id, month, energy * $per_kwh_electricity::DOUBLE FROM power
    UNION ALL SELECT 'energy.natural_gas', site_id, month, energy FROM gas
    UNION ALL SELECT 'scope1', site_id, month, energy * $per_kwh_gas::DOUBLE FROM gas
) TO '{target}' (FORMAT csv, HEADER)
"""

SITE_HOURS = """
COPY (
    WITH hours AS (
        SELECT site_id, epoch_us(timestamp) // 3_600_000_000 AS hour, sum(value) AS value
        FROM read_parquet($readings)
        GROUP BY ALL
    ),
    grid AS (
        SELECT region AS grid_region, epoch_us(timestamp) // 3_600_000_000 AS hour, kg_co2_per_kwh
        FROM read_parquet($grid)
    )
    SELECT site_id, make_timestamptz(hour * 3_600_000_000) AS timestamp, value, value * kg_co2_per_kwh AS emitted
    FROM hours JOIN read_parquet($sites) USING (site_id) JOIN grid USING (grid_region, hour)
) TO '{target}' (FORMAT parquet)
"""


def inventory(folder: Path, year: int, per_kwh: dict[str, float], target: Path) -> None:
    """Energy and emissions of a year by site and month of the local clock, as CSV."""
    given = {f"per_kwh_{name}": value for name, value in per_kwh.items()}
    _copy(INVENTORY, folder, target, "readings", "grid", year=year, **given)


def site_hours(folder: Path, target: Path) -> None:
    """Energy and emissions of every site by the hour, as Parquet."""
    _copy(SITE_HOURS, folder, target, "readings", "grid", "sites")


def _copy(query: str, folder: Path, target: Path, *tables: str, **given: float) -> None:
    files = {"readings": "readings", "grid": "grid_carbon_intensity", "sites": "sites"}
    paths = {table: str(folder / f"{files[table]}.parquet") for table in tables}
    duckdb.execute(query.format(target=target), {**paths, **given})


if __name__ == "__main__":
    if sys.argv[1] == "inventory":
        source, of, electricity, fuel, to = sys.argv[2:]
        inventory(Path(source), int(of), {"electricity": float(electricity), "gas": float(fuel)}, Path(to))
    else:
        site_hours(Path(sys.argv[2]), Path(sys.argv[3]))
