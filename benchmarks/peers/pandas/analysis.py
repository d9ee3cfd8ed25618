"""What an analyst would write with pandas.

    analysis.py inventory FOLDER YEAR GRID_FACTOR GAS_FACTOR TARGET
    analysis.py site_hours FOLDER TARGET

As the guide of pandas on large data sets has it: columns and rows that are not needed are not read, and names stay
categories.
"""

# The peer is not installed where types are checked.
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false

import sys
from pathlib import Path

import pandas as pd

CLOCK = "Europe/London"


def inventory(folder: Path, year: int, per_kwh: dict[str, float], target: Path) -> None:
    """Energy and emissions of a year by site and month of the local clock, as CSV."""
    begin, end = (pd.Timestamp(year=one, month=1, day=1, tz=CLOCK).tz_convert("UTC") for one in (year, year + 1))
    rows = pd.read_parquet(
        folder / "readings.parquet",
        columns=["site_id", "kind", "timestamp", "value"],
        filters=[("timestamp", ">=", begin), ("timestamp", "<", end)],
    )
    rows["value"] = rows["value"].astype(
        "float64"
    )  # the sums of what is stored as float32 would be float32, good to 1e-7
    rows["month"] = rows["timestamp"].dt.tz_convert(CLOCK).dt.month
    grid = pd.read_parquet(folder / "grid_carbon_intensity.parquet")
    power = rows[rows["kind"] == "electricity"].merge(grid, on="timestamp", how="left", validate="many_to_one")
    power["emitted"] = power["value"] * power["kg_co2_per_kwh"]
    sums = power.groupby(["site_id", "month"], observed=True)[["value", "emitted"]].sum()
    gas = rows[rows["kind"] == "gas"].groupby(["site_id", "month"], observed=True)["value"].sum()
    figures = {
        "energy.electricity": sums["value"],
        "scope2.location.hourly": sums["emitted"],
        "scope2.location.annual": sums["value"] * per_kwh["electricity"],
        "energy.natural_gas": gas,
        "scope1": gas * per_kwh["gas"],
    }
    pd.concat(figures, names=["name"]).rename("value").reset_index().to_csv(target, index=False)


def site_hours(folder: Path, target: Path) -> None:
    """Energy and emissions of every site by the hour, as Parquet."""
    rows = pd.read_parquet(folder / "readings.parquet", columns=["site_id", "timestamp", "value"])
    rows["timestamp"] = rows["timestamp"].dt.floor("h")
    keys = ["site_id", "timestamp"]
    hours = rows.groupby(keys, observed=True, as_index=False)["value"].sum()
    del rows
    sites = pd.read_parquet(folder / "sites.parquet", columns=["site_id", "grid_region"])
    grid = pd.read_parquet(folder / "grid_carbon_intensity.parquet").rename(columns={"region": "grid_region"})
    hours = hours.merge(sites, on="site_id", how="left", validate="many_to_one")
    hours = hours.merge(grid, on=["grid_region", "timestamp"], how="left", validate="many_to_one")
    hours["emitted"] = hours["value"] * hours["kg_co2_per_kwh"]
    hours[[*keys, "value", "emitted"]].to_parquet(target, index=False)


if __name__ == "__main__":
    if sys.argv[1] == "inventory":
        source, of, electricity, fuel, to = sys.argv[2:]
        inventory(Path(source), int(of), {"electricity": float(electricity), "gas": float(fuel)}, Path(to))
    else:
        site_hours(Path(sys.argv[2]), Path(sys.argv[3]))
