"""The hours of the sites: figures that have an address in place of a row of evidence each.

There are millions of them, and all that an hour rests on stands in the run that wrote it: the versions of readings,
intensities and hours, and the slices of the site's meters. So its id is put together from what it is, and resolved
when somebody asks.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from wattstone.base import Period
from wattstone.inventory.figures import HOURLY
from wattstone.readings.partitions import parts_of
from wattstone.workflows.inventory.partitions import HOURS
from wattstone.workflows.inventory.record import FIGURES, evidence_of, last_run
from wattstone.workflows.stores import Lake

ENERGY = "energy.electricity"
METHOD = "hour/1"
HOUR = timedelta(hours=1)
TOLERANCE = 1e-9  # relative
_COLUMN = {ENERGY: "energy", HOURLY: "emitted"}
_ADDRESS = re.compile(r"([\w.]+)@(site:.+?)@(\d{4}-\d{2}-\d{2}T\d{2})(?:@(\d+))?")


@dataclass(frozen=True)
class HourAddress:
    """Which hour of which site, of which run.

    Parameters
    ----------
    name : str
        `energy.electricity` or `scope2.location.hourly`.
    subject : str
        `site:ID`.
    hour : datetime
        Its start, naive UTC.
    run : int or None
        The run whose hour it is; None for the newest of the year.
    """

    name: str
    subject: str
    hour: datetime
    run: int | None = None

    @classmethod
    def parse(cls, text: str) -> "HourAddress | None":
        """Read NAME@site:ID@YYYY-MM-DDTHH or NAME@site:ID@YYYY-MM-DDTHH@RUN; None for anything else.

        Examples
        --------
        >>> HourAddress.parse("energy.electricity@site:HQ@2019-03-05T14@7").id
        'energy.electricity@site:HQ@2019-03-05T14@7'
        >>> HourAddress.parse("energy.electricity@site:HQ@2019-03") is None
        True
        """
        found = _ADDRESS.fullmatch(text)
        if found is None or found[1] not in _COLUMN:
            return None
        try:
            hour = datetime.fromisoformat(found[3])
        except ValueError:
            return None
        return cls(found[1], found[2], hour, int(found[4]) if found[4] else None)

    @property
    def period(self) -> str:
        """The hour as it stands in the address: `2019-03-05T14`."""
        return f"{self.hour:%Y-%m-%dT%H}"

    @property
    def id(self) -> str:
        """The address in full; with a run it never means anything else."""
        return "@".join([self.name, self.subject, self.period, *([] if self.run is None else [str(self.run)])])


def hour_figure(lake: Lake, address: HourAddress) -> dict[str, Any] | None:
    """The figure at an address, in the form of a recorded one, with `hour`; None where there is none.

    Parameters
    ----------
    lake : Lake
        Where hours, figures and evidence are.
    address : HourAddress
        Without a run, that of the newest run of the year.
    """
    months = _months(lake, address)
    if ENERGY not in months:
        return None
    year = int(months[ENERGY]["period"][:4])
    evidence = evidence_of(lake, [year])
    run = (last_run(lake, year) if address.run is None else evidence.get(f"run:{address.run}")) or {}
    held = _hour(lake, address, run.get("hours_version"))
    if not run or held is None:
        return None
    value = held[_COLUMN[address.name]]
    slices = _below(lake, year, months[ENERGY])
    grids = _below(lake, year, months[HOURLY]) if HOURLY in months and address.name == HOURLY else []
    intensities = [key for key in grids if evidence.get(key, {}).get("kind") == "intensity"]
    filled = ["gaps are not filled in the hours"] if run.get("fill") else []
    return {
        "id": HourAddress(address.name, address.subject, address.hour, int(run["run"])).id,
        "name": address.name,
        "subject": address.subject,
        "period": address.period,
        "value": value,
        "unit": "kWh" if address.name == ENERGY else _unit(evidence, intensities),
        "reason": None if value is not None else "no intensity of the grid is known for this hour",
        "basis": None if address.name == ENERGY else "hourly",
        "method": METHOD,
        "notes": filled,
        "inputs": [*slices, *intensities],
        "hour": address.hour,
        **dict.fromkeys(("lower", "upper", "estimated", "coverage", "replaces", "why")),
    }


def _unit(evidence: Mapping[str, Mapping[str, Any]], intensities: list[str]) -> str:
    return f"kg {evidence[intensities[0]]['gas']}" if intensities else "kg CO2e"


def _months(lake: Lake, address: HourAddress) -> dict[str, dict[str, Any]]:
    """The site's figures of the local month that the hour is in, as they stood at the run."""
    held = lake.scan(FIGURES, parts=[address.hour.year + step for step in (-1, 0, 1)])
    if held is None:
        return {}
    inside = (pl.col("start") <= address.hour) & (pl.col("end") > address.hour)
    mine = pl.col("name").is_in(list(_COLUMN)) & (pl.col("subject") == address.subject)
    rows = held.filter(mine & inside & (pl.col("period").str.len_chars() == 7))
    if address.run is not None:
        rows = rows.filter(pl.col("run") <= address.run)
    newest = rows.collect().sort("run").unique("name", keep="last")
    return {row["name"]: row for row in newest.iter_rows(named=True) if row["method"] != "withdrawn"}


def _below(lake: Lake, year: int, figure: Mapping[str, Any]) -> list[str]:
    """What the meters' figures rest on that a site's figure adds up: slices of readings and of intensities."""
    held = lake.scan(FIGURES, parts=[year])
    waiting, found = list(figure["inputs"]), dict[str, None]()
    while held is not None and (ids := [key.removeprefix("figure:") for key in waiting if key.startswith("figure:")]):
        found |= dict.fromkeys(key for key in waiting if key.startswith("slice:"))
        rows = held.filter(pl.col("id").is_in(ids) & (pl.col("basis").is_null() | (pl.col("basis") == "hourly")))
        waiting = rows.select(pl.col("inputs").explode(empty_as_null=False)).unique(maintain_order=True).collect()
        waiting = waiting["inputs"].to_list()
    return list(found | dict.fromkeys(key for key in waiting if key.startswith("slice:")))


def _hour(lake: Lake, address: HourAddress, version: int | None) -> dict[str, Any] | None:
    parts = parts_of(Period(address.hour, address.hour + HOUR), lake.parts(HOURS, version))
    held = lake.scan(HOURS, parts=parts, version=version)
    if held is None:
        return None
    at = (pl.col("site_id").cast(pl.String) == address.subject.removeprefix("site:")) & (
        pl.col("start") == address.hour
    )
    rows = held.filter(at).collect()
    return rows.row(0, named=True) if rows.height else None


@dataclass(frozen=True)
class Apart:
    """A recorded figure of a site's month, and what it would be if the hours of the site were right."""

    figure: Mapping[str, Any]
    instead: float


def apart(lake: Lake, recorded: pl.DataFrame, run: Mapping[str, Any]) -> Iterator[Apart]:
    """Months of sites whose hours, as the run pins them, do not add up to the recorded figures.

    Parameters
    ----------
    lake : Lake
        Where the hours are.
    recorded : polars.DataFrame
        Current figures of a year.
    run : mapping
        The newest run of the year.

    Notes
    -----
    A month of a site is compared where all its electricity has an hourly figure: then no reading is longer than an
    hour, and nothing is left out of the hours. Months that do not begin on a whole hour of UTC, and runs that filled
    gaps, are passed over, since hours are never filled.
    """
    version = run.get("hours_version")
    if version is None or version < 0 or run.get("fill"):
        return
    wanted = _comparable(recorded)
    sums = [_summed(lake, part, version, wanted) for part in sorted(lake.parts(HOURS, version))]
    if wanted.is_empty() or not sums:
        return
    added = pl.concat(sums).group_by("subject", "period").agg(pl.sum("energy", "emitted"))
    both = wanted.join(added, on=["subject", "period"], how="left").with_columns(
        pl.col("energy", "emitted").fill_null(0.0)
    )
    known = {row["id"]: row for row in recorded.iter_rows(named=True)}
    for row in both.sort("subject", "period").iter_rows(named=True):
        for name, column in _COLUMN.items():
            is_, should = row[column], row[name]
            if abs(is_ - should) > TOLERANCE * max(abs(is_), abs(should)):
                figure = known[row[f"{name} id"]]
                beside = 0.0 if figure["value"] is None else figure["value"] - should  # heat and cooling of the site
                yield Apart(figure, is_ + beside)


def _comparable(recorded: pl.DataFrame) -> pl.DataFrame:
    """By site and month: what the hours should add up to, and the ids of the figures that say so."""
    whole = (pl.col("start") == pl.col("start").dt.truncate("1h")) & (pl.col("end") == pl.col("end").dt.truncate("1h"))
    sites = recorded.filter(
        pl.col("name").is_in(list(_COLUMN))
        & pl.col("subject").str.starts_with("site:")
        & (pl.col("period").str.len_chars() == 7)
        & whole
    )
    members = recorded.select(
        pl.format("figure:{}", "id").alias("inputs"),
        pl.col("basis").alias("of"),
        pl.col("value").alias("part"),
        pl.col("reason").str.starts_with("no readings").fill_null(False).alias("silent"),
    )
    parts = sites.explode("inputs").join(members, on="inputs")
    # Heat and cooling stand beside the electricity of a site, by their published factor.
    parts = parts.filter(((pl.col("name") == ENERGY) | (pl.col("of") == "hourly")) & ~pl.col("silent"))
    sums = parts.group_by("name", "subject", "period", "start", "end").agg(
        pl.col("id").first(), pl.when(pl.col("part").is_not_null().all()).then(pl.col("part").sum()).alias("sum")
    )
    sides = [
        sums.filter(pl.col("name") == name).select(
            "subject", "period", "start", "end", pl.col("sum").alias(name), pl.col("id").alias(f"{name} id")
        )
        for name in _COLUMN
    ]
    return sides[0].join(sides[1].drop("start", "end"), on=["subject", "period"]).drop_nulls().sort("start")


def _summed(lake: Lake, part: int, version: int, months: pl.DataFrame) -> pl.DataFrame:
    """The hours of one partition added up by site and month."""
    held = lake.scan(HOURS, parts=[part], version=version)
    assert held is not None
    hours = held.select(
        pl.format("site:{}", pl.col("site_id").cast(pl.String)).alias("subject"), "start", "energy", "emitted"
    ).sort("start")
    begun = months.lazy().select("subject", "period", "start", "end").sort("start")
    within = hours.join_asof(begun, on="start", by="subject", check_sortedness=False)
    return (
        within.filter(pl.col("start") < pl.col("end")).group_by("subject", "period").agg(pl.sum("energy", "emitted"))
    ).collect()
