"""Weather of stations by the hours of a batch of meters."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.baselines.conditions import Conditions
from wattstone.savings.treatments import fill_short
from wattstone.workflows.stores import Lake

Floats = npt.NDArray[np.float64]
TABLE = "weather"
_COLUMNS = ("air_temperature", "global_irradiance")
_HOUR = np.timedelta64(3600, "s")


@dataclass(frozen=True)
class Weather:
    """What the stations of a lake measured.

    Parameters
    ----------
    rows : dict of str to polars.DataFrame
        By station: start (naive UTC, rising), air_temperature [degC], global_irradiance [W m-2].
    """

    rows: dict[str, pl.DataFrame]

    def station(self, named: str | None) -> str | None:
        """The station that serves a site: the one it names, else the only one there is."""
        if named:
            return named if named in self.rows else None
        return next(iter(self.rows)) if len(self.rows) == 1 else None

    def at(self, station: str | None, hours: Conditions) -> tuple[Floats, Floats]:
        """Mean temperature and irradiance of each hour, NaN where not known. (t,), (t,)

        Gaps of temperature of up to six hours are filled linearly (CalTRACK 2.0, 2.2.4.1).
        """
        rows = self.rows.get(station or "")
        if rows is None:
            return np.full(len(hours), np.nan), np.full(len(hours), np.nan)
        place = (rows["start"].to_numpy().astype("datetime64[s]") - hours.start[0]) // _HOUR
        inside = (place >= 0) & (place < len(hours))
        place = place[inside].astype(np.int64)
        temperature, irradiance = (_means(rows[name].to_numpy()[inside], place, len(hours)) for name in _COLUMNS)
        fill_short(temperature[None, :])
        return temperature, irradiance


def weather_of(lake: Lake, first: int, last: int) -> Weather:
    """The weather of some years, a day more on both sides.

    Parameters
    ----------
    lake : Lake
        With the table `weather`.
    first, last : int
        Calendar years, both included.
    """
    held = lake.scan(TABLE, parts=range(first - 1, last + 2))
    if held is None:
        return Weather({})
    rows = held.select("station", "start", *_COLUMNS).collect().sort("station", "start")
    parts = rows.with_columns(pl.col(_COLUMNS).fill_null(float("nan"))).partition_by("station", as_dict=True)
    return Weather({str(name): part for (name,), part in parts.items()})


def _means(values: Floats, place: npt.NDArray[np.int64], count: int) -> Floats:
    known = ~np.isnan(values)
    total = np.bincount(place[known], weights=values[known], minlength=count)
    number = np.bincount(place[known], minlength=count)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)
