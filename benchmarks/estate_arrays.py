"""The university estate as arrays: hourly use of all meters and the weather, for studies of models."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.baselines.conditions import Conditions
from wattstone.baselines.timeline import hours_of
from wattstone.rates.calendars import calendar_for, shipped_calendars

ZONE, PLACE = "Europe/London", (52.2, 0.12)
FIRST, LAST = date(2008, 1, 1), date(2022, 12, 31)


@dataclass(frozen=True, kw_only=True)
class Estate:
    """All meters of the estate in all its hours.

    Parameters
    ----------
    meters, kinds : tuple of str
        m of them.
    use : (m, t) array of float32
        kWh in each hour; a zero of electricity is a gap (the archive writes missing readings so), a zero of gas is not
        unless it lasts.
    conditions : Conditions
        t hours.
    """

    meters: tuple[str, ...]
    kinds: tuple[str, ...]
    use: npt.NDArray[np.float32]
    conditions: Conditions

    def year(self, year: int) -> tuple[npt.NDArray[np.float32], Conditions]:
        """Use and conditions of a local year."""
        at = self.conditions.date.astype("datetime64[Y]") == np.datetime64(str(year), "Y")
        return self.use[:, at], self.conditions.take(at)


def estate(folder: Path, first: date = FIRST, last: date = LAST) -> Estate:
    """Read the estate.

    Parameters
    ----------
    folder : Path
        `../shared/data/cambridge-dev`.
    first, last : date
        Local days, both included.
    """
    calendar = calendar_for(shipped_calendars(), country="GB", site_id="")
    hours = hours_of(first, last, ZONE, calendar=calendar, place=PLACE)
    weather = pl.read_parquet(folder / "weather.parquet")
    temperature, irradiance = (
        _laid(weather["timestamp"], weather[name], hours) for name in ("air_temperature_c", "global_irradiance_w_m2")
    )
    conditions = replace(hours, temperature=temperature, irradiance=irradiance)
    table = pl.read_parquet(folder / "meters.parquet").sort("meter_id")
    rows = pl.read_parquet(folder / "readings.parquet", columns=["meter_id", "timestamp", "value"]).with_columns(
        pl.col("meter_id").cast(pl.String)
    )
    use = np.full((table.height, len(hours)), np.nan, dtype=np.float32)
    for at, (meter, kind) in enumerate(table.select("meter_id", pl.col("kind").cast(pl.String)).iter_rows()):
        mine = rows.filter(pl.col("meter_id") == meter)
        use[at] = _laid(mine["timestamp"], mine["value"], hours)
        if kind == "electricity":
            use[at, use[at] == 0] = np.nan
    return Estate(
        meters=tuple(table["meter_id"]), kinds=tuple(table["kind"].cast(pl.String)), use=use, conditions=conditions
    )


def _laid(times: pl.Series, values: pl.Series, hours: Conditions) -> npt.NDArray[np.float64]:
    begin = hours.start[0]
    stamps = times.dt.replace_time_zone(None).cast(pl.Datetime("ms")).to_numpy().astype("datetime64[s]")
    at = (stamps - begin) // np.timedelta64(3600, "s")
    inside = (at >= 0) & (at < len(hours))
    laid = np.full(len(hours), np.nan)
    laid[at[inside]] = values.cast(pl.Float64).fill_null(float("nan")).to_numpy()[inside]
    return laid
