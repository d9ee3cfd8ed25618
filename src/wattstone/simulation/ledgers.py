"""Files of a simulated property manager that no meter fills: activities of each year, own factors, contracts."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from wattstone.base import local_year
from wattstone.simulation.activities import activities, own_factors
from wattstone.simulation.contracts import contracts
from wattstone.simulation.estate import blueprint
from wattstone.simulation.plan import ZONE, Plan
from wattstone.simulation.texts import HEADING

__all__ = ["Ledgers", "electricity_of", "write_ledgers"]

_MAIN = "-electricity"
_README = """\
{heading}: what the property manager did beside what its meters count

Nothing in this folder was measured or bought. `activities-*.csv` holds bills, ledgers and lists of each year,
`contracts.csv` green power and certificates, `factors.csv` the property manager's own emission factors. All amounts and
factors are assumptions, of the right order only; the lines say "simulated".

    wattstone factors import WORKSPACE factors.csv
    wattstone activity import WORKSPACE activities-{year}.csv
    wattstone contract import WORKSPACE contracts.csv
"""


@dataclass(frozen=True, kw_only=True)
class Ledgers:
    """Where the files are.

    Parameters
    ----------
    activities : tuple of Path
        One for each year, in order.
    factors, contracts : Path
        Own factors; contracts and certificates.
    """

    activities: tuple[Path, ...]
    factors: Path
    contracts: Path


def write_ledgers(plan: Plan, dataset: Path, folder: Path) -> Ledgers:
    """Write the files; those of an earlier simulation are replaced.

    Parameters
    ----------
    plan : Plan
    dataset : Path
        As written by `generate`: what the sites took from the grid decides how much green power is bought.
    folder : Path
        Made if it is not there.

    Returns
    -------
    Ledgers
    """
    folder.mkdir(parents=True, exist_ok=True)
    electricity = electricity_of(plan, dataset)
    lines = activities(plan)
    files: list[Path] = []
    for year in plan.calendar_years:
        path = folder / f"activities-{year}.csv"
        lines.filter(pl.col("start").dt.year() == year).write_csv(path)
        files.append(path)
    own_factors(plan).write_csv(folder / "factors.csv")
    contracts(plan, electricity).write_csv(folder / "contracts.csv")
    (folder / "README.md").write_text(_README.format(heading=HEADING, year=plan.year), encoding="utf-8")
    return Ledgers(activities=tuple(files), factors=folder / "factors.csv", contracts=folder / "contracts.csv")


def electricity_of(plan: Plan, dataset: Path) -> pl.DataFrame:
    """What each site took from the grid in each year on its clock, as its main meter shows it.

    Parameters
    ----------
    plan : Plan
    dataset : Path
        As written by `generate`.

    Returns
    -------
    polars.DataFrame
        With `site_id`, `year` and `kwh`.
    """
    names = {f"{blueprint(plan, index).id}{_MAIN}" for index in range(plan.sites)}
    first, *later = plan.calendar_years
    turns = [local_year(year, ZONE).start for year in later]  # comparing is cheaper than calendars, of 16 M moments
    stamp = pl.col("timestamp").dt.replace_time_zone(None)
    year = (first + pl.sum_horizontal(pl.lit(0, pl.Int32), *((stamp >= turn).cast(pl.Int32) for turn in turns))).alias(
        "year"
    )
    readings = pl.scan_parquet(dataset / "readings.parquet").filter(pl.col("meter_id").cast(pl.String).is_in(names))
    sums = readings.group_by("meter_id", year).agg(pl.col("value").sum().alias("kwh")).collect()
    site = pl.col("meter_id").cast(pl.String).str.strip_suffix(_MAIN).alias("site_id")
    return sums.select(site, "year", "kwh").sort("site_id", "year")
