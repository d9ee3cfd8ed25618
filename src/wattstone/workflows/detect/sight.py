"""Views of the sites of a workspace: what detectors look at, some sites at a time."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.detection.uses import use_of
from wattstone.detection.view import Days, Meters, Sites, View
from wattstone.inventory.plan import Stream
from wattstone.readings.hours import Hours
from wattstone.workflows.stores import Lake

METERS = 400  # in a view: its arrays then stay small beside the hours of all


def weather_of(lake: Lake, days: Days) -> tuple[tuple[str, ...], npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Air temperature [degC] and global irradiance [W m-2] by station, (w, d, 24); NaN where not known."""
    years = sorted({int(str(day)[:4]) for day in days.dates[[0, -1]]})
    held = lake.scan("weather", parts=range(years[0] - 1, years[-1] + 2))
    empty = np.zeros((0, *days.hour.shape), dtype=np.float32)
    if held is None:
        return (), empty, empty
    count = int(days.hour.max()) + 1
    begin = days.start.astype("datetime64[us]")
    rows = held.select("station", "start", "air_temperature", "global_irradiance").collect()
    hour = (rows["start"].to_numpy() - begin) // np.timedelta64(1, "h")
    inside = (hour >= 0) & (hour < count)
    rows, hour = rows.filter(pl.Series(inside)), hour[inside]
    stations = sorted(rows["station"].unique().to_list())
    if not stations:
        return (), empty, empty
    at = np.searchsorted(np.array(stations), rows["station"].to_numpy().astype(str))
    cell = at * count + hour
    laid: list[npt.NDArray[np.float32]] = []
    for name in ("air_temperature", "global_irradiance"):
        value = rows[name].fill_null(float("nan")).to_numpy()
        known = ~np.isnan(value)
        total = np.bincount(cell[known], weights=value[known], minlength=len(stations) * count)
        number = np.bincount(cell[known], minlength=len(stations) * count)
        means = np.where(number > 0, total / np.maximum(number, 1), np.nan).astype(np.float32)
        laid.append(days.lay(means.reshape(len(stations), count), np.nan).astype(np.float32))
    return tuple(stations), laid[0], laid[1]


def views(
    streams: Sequence[Stream],
    hours: Hours,
    days: Days,
    first: int,
    weather: tuple[tuple[str, ...], npt.NDArray[np.float32], npt.NDArray[np.float32]],
) -> Iterator[tuple[View, list[Stream]]]:
    """Cut a portfolio into views, whole sites at a time.

    Parameters
    ----------
    streams : sequence of Stream
        The meters, those of a site together.
    hours : Hours
        In the order of the streams.
    days : Days
        The local days of their zone.
    first : int
        First day of the assessed year.
    weather : tuple
        As from `weather_of`.

    Yields
    ------
    View, list of Stream
    """
    begin = 0
    while begin < len(streams):
        end = min(begin + METERS, len(streams))
        while end < len(streams) and streams[end].site.id == streams[end - 1].site.id:
            end += 1
        part = list(streams[begin:end])
        yield _view(part, Hours(hours.power[begin:end], hours.flags[begin:end]), days, first, weather), part
        begin = end


def _view(
    streams: list[Stream],
    hours: Hours,
    days: Days,
    first: int,
    weather: tuple[tuple[str, ...], npt.NDArray[np.float32], npt.NDArray[np.float32]],
) -> View:
    stations, temperature, irradiance = weather
    sites = list({one.site.id: one.site for one in streams}.values())
    site_at = {site.id: at for at, site in enumerate(sites)}
    meter_at = {one.meter.id: at for at, one in enumerate(streams)}
    station_at = {station: at for at, station in enumerate(stations)}
    only = 0 if len(stations) == 1 else -1

    def station(name: str | None) -> int:
        return station_at.get(name, -1) if name else only

    return View(
        days=days,
        first=first,
        power=days.lay(hours.power, np.nan).astype(np.float32, copy=False),
        flags=days.lay(hours.flags, 0).astype(np.uint8, copy=False),
        meters=Meters(
            ids=tuple(meter_at),
            site=np.array([site_at[one.site.id] for one in streams], dtype=np.int64),
            parent=np.array([meter_at.get(one.meter.parent_id or "", -1) for one in streams], dtype=np.int64),
            use=np.array([use_of(one.meter.id, one.kind, main=one.meter.parent_id is None) for one in streams]),
            role=np.array([one.role or "" for one in streams]),
            unit=np.array([one.unit for one in streams]),
        ),
        sites=Sites(
            ids=tuple(site_at),
            types=tuple(site.type or "" for site in sites),
            area=np.array([site.floor_area or np.nan for site in sites], dtype=np.float64),
            latitude=_known([site.latitude for site in sites]),
            longitude=_known([site.longitude for site in sites]),
            station=np.array([station(site.weather_station) for site in sites], dtype=np.int64),
        ),
        temperature=temperature,
        irradiance=irradiance,
    )


def _known(values: list[float | None]) -> npt.NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
