"""What others of the same type use: energy by floor area, by night and on days off, adjusted to the climate."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.baselines.statistics import mean, median
from wattstone.detection.candidate import Candidate
from wattstone.detection.physical import load
from wattstone.detection.view import View
from wattstone.rates.degree_days import BASE_COOLING, BASE_HEATING

Wide = npt.NDArray[np.float64]

LEAST = 8  # peers; fewer are no yardstick
CLIMATES = 12  # peers from which the climate can be told from chance
NIGHT = (0, 1, 2, 3, 4)  # h
DAY = tuple(range(9, 18))  # h
FAR = 1.25  # times the upper quartile of the peers, to be told
CLIMATE = 150.0  # K d: peers whose degree days spread less share a climate
LITTLE = 0.1  # least spread of the logarithms: a tenth more or less is nothing to be told
WHOLE = 0.7  # share of the year that must be known
CODES = {"area": "above_peers", "night": "night_base_load", "rest": "weekend_base_load"}

SUMMARY: dict[str, pl.DataType] = {
    "meter_id": pl.String(),
    "group": pl.String(),  # what is compared: use, type of site, unit
    "area": pl.Float64(),  # mean power by floor area [W m-2]; null below a main meter
    "night": pl.Float64(),  # power by night over power by day, of working days
    "rest": pl.Float64(),  # power of days off over power of working days, by day
    "heating": pl.Float64(),  # degree days of the year [K d]
    "cooling": pl.Float64(),
}

REFERENCE: dict[str, pl.DataType] = {
    "meter_id": pl.String(),
    "what": pl.String(),
    "value": pl.Float64(),
    "middle": pl.Float64(),  # median of the peers, for the climate of the meter
    "upper": pl.Float64(),  # upper quartile
    "far": pl.Float64(),  # nine tenths of the peers are below
    "peers": pl.Int64(),
    "spread": pl.Float64(),  # of the logarithms
}


@dataclass(frozen=True)
class _Year:
    power: npt.NDArray[np.float32]
    working: npt.NDArray[np.bool_]


def _year(view: View) -> _Year:
    return _Year(load(view)[:, view.first :], view.days.working[view.first :])


def summaries(view: View) -> pl.DataFrame:
    """What the peers are compared by, meter by meter.

    Parameters
    ----------
    view : View

    Returns
    -------
    polars.DataFrame
        Schema `SUMMARY`.
    """
    year, meters, sites = _year(view), view.meters, view.sites
    daily = mean(year.power, least=18)
    known = np.isfinite(daily).mean(axis=1) >= WHOLE
    by_day, by_night = mean(year.power[:, :, list(DAY)], least=6), mean(year.power[:, :, list(NIGHT)], least=4)
    with np.errstate(invalid="ignore", divide="ignore"):
        electric = known & (meters.role == "grid")  # heat follows the weather by night too
        night = np.where(electric, median((by_night / by_day)[:, year.working]), np.nan)
        rest = np.where(electric, mean(by_day[:, ~year.working]) / mean(by_day[:, year.working]), np.nan)
        area = np.where(known & (meters.parent < 0), mean(daily) / sites.area[meters.site] * 1000, np.nan)
    heating, cooling = _climate(view)
    frame = pl.DataFrame(
        {
            "meter_id": list(meters.ids),
            "group": [
                f"{use}|{sites.types[site]}|{role}|{unit}"
                for use, site, role, unit in zip(meters.use, meters.site, meters.role, meters.unit, strict=True)
            ],
            "area": area,
            "night": night,
            "rest": rest,
            "heating": heating[meters.site],
            "cooling": cooling[meters.site],
        },
        schema=SUMMARY,
        nan_to_null=True,
    )
    compared = np.isin(meters.role, ("grid", "fuel", "network")) & ~np.isin(meters.use, ("charging", "lighting"))
    return frame.filter(pl.Series(compared & (meters.unit == "kWh")))


def _climate(view: View) -> tuple[Wide, Wide]:
    """Degree days of the assessed year by site; NaN where the weather is not known."""
    hourly = view.temperature[:, view.first :].astype(np.float64)
    days = hourly.shape[1]
    sums = [mean(np.maximum(one, 0) + 0 * one, least=18) for one in (BASE_HEATING - hourly, hourly - BASE_COOLING)]
    station = view.sites.station
    return tuple(
        np.where(station >= 0, np.append(mean(one, least=int(WHOLE * days)) * days, np.nan)[station], np.nan)
        for one in sums
    )  # pyright: ignore[reportReturnType]


def references(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The yardstick of each meter, from all that are compared.

    Parameters
    ----------
    frames : iterable of polars.DataFrame
        Schema `SUMMARY`.

    Returns
    -------
    polars.DataFrame
        Schema `REFERENCE`; without meters that have fewer than `LEAST` peers.
    """
    every = pl.concat([pl.DataFrame(schema=SUMMARY), *frames])
    found = [pl.DataFrame(schema=REFERENCE)]
    for what in CODES:
        known = every.filter(pl.col(what).is_not_null() & (pl.col(what) > 0))
        groups = known.partition_by("group", maintain_order=True)
        found += [_yardstick(group, what) for group in groups if group.height > LEAST]
    return pl.concat(found)


def _yardstick(group: pl.DataFrame, what: str) -> pl.DataFrame:
    """Quantiles of the peers at the climate of each meter: logarithms, less what degree days explain of them."""
    value = group[what].to_numpy()
    logs = np.log(value)
    trend = _explained(group, logs) if what == "area" else np.zeros(len(logs))
    if trend is None:
        return pl.DataFrame(schema=REFERENCE)
    adjusted = logs - trend
    middle, upper, far = np.quantile(adjusted, (0.5, 0.75, 0.9))
    spread = max(float((upper - np.quantile(adjusted, 0.25)) / 1.349), LITTLE)  # quartiles of a normal distribution
    return pl.DataFrame(
        {
            "meter_id": group["meter_id"],
            "what": [what] * group.height,
            "value": value,
            "middle": np.exp(middle + trend),
            "upper": np.exp(upper + trend),
            "far": np.exp(far + trend),
            "peers": np.full(group.height, group.height - 1),
            "spread": np.full(group.height, spread),
        },
        schema=REFERENCE,
    )


def _explained(group: pl.DataFrame, logs: Wide) -> Wide | None:
    """What the climate explains, around its mean; nothing where the peers share one; None where it cannot be told.

    Heat goes with the heating degree days; for the rest heating and cooling degree days are fitted.
    """
    days = group.select("heating", "cooling").to_numpy()
    if not np.isfinite(days).all():
        return np.zeros(len(logs)) if not np.isfinite(days).any() else None
    if str(group["group"][0]).startswith("heating|"):
        heating = np.log(np.maximum(days[:, 0], 100.0))
        return heating - heating.mean()
    wide = days[:, days.std(axis=0) > CLIMATE]
    if wide.shape[1] == 0:
        return np.zeros(len(logs))
    if group.height < CLIMATES:
        return None
    centred = (wide - wide.mean(axis=0)) / wide.std(axis=0)
    design = np.column_stack([np.ones(len(logs)), centred])
    coefficients = np.linalg.lstsq(design, np.clip(logs, *np.quantile(logs, (0.05, 0.95))), rcond=None)[0]
    return centred @ coefficients[1:]


def above_peers(view: View, reference: pl.DataFrame) -> list[Candidate]:
    """Meters above what their peers keep to, by floor area, by night or on days off.

    What is claimed is what lies above the upper quartile of the peers; the interval goes from nine tenths of them to
    their median.

    Parameters
    ----------
    view : View
    reference : polars.DataFrame
        Schema `REFERENCE`.
    """
    at = {meter: place for place, meter in enumerate(view.meters.ids)}
    far = reference.filter(
        pl.col("meter_id").is_in(list(view.meters.ids))
        & (pl.col("value") > FAR * pl.col("upper"))
        & (pl.col("value") > pl.col("far"))
    )
    return [_told(view, at[row["meter_id"]], row) for row in far.iter_rows(named=True)]


def _told(view: View, meter: int, row: dict[str, float]) -> Candidate:
    what = str(row["what"])
    days = len(view.days.dates)
    where = np.zeros((days - view.first, 24), dtype=bool)
    working = view.days.working[view.first :]
    if what == "night":
        where[:, list(NIGHT)] = True
    elif what == "rest":
        where[:, list(DAY)] = ~working[:, None]
    else:
        where[:] = True
    power = view.clean[meter, view.first :]
    over = 1 - row["upper"] / row["value"]
    excess = np.where(where, np.nan_to_num(np.maximum(power, 0.0)) * np.float32(over), 0.0).astype(np.float32)
    low, high = 1 - min(row["far"] / row["value"], 1.0), 1 - row["middle"] / row["value"]
    shown = mean(np.where(_every(where, view), view.clean[meter], np.float32(np.nan)))
    return Candidate(
        code=CODES[what],
        meter=meter,
        start=view.first,
        stop=days,
        excess=excess,
        score=float(np.log(row["value"] / row["middle"]) / row["spread"]),
        relative=(max(low / over, 0.0), high / over),
        actual=shown,
        expected=shown * row["upper"] / row["value"],
        params={name: float(row[name]) for name in ("value", "middle", "upper", "peers")},
    )


def _every(where: npt.NDArray[np.bool_], view: View) -> npt.NDArray[np.bool_]:
    """Hours of the assessed year as hours of all days."""
    whole = np.zeros((len(view.days.dates), 24), dtype=bool)
    whole[view.first :] = where
    return whole
