"""What metered energy costs by a tariff: per interval, on the local clock, without a loop over intervals."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.rates.tariffs import Block, Tariff

Starts = pl.Series | npt.NDArray[np.datetime64]
Energies = pl.Series | npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Cost:
    """A cost and its parts, in `currency`; `unpriced` intervals have energy but no price and are in no part.

    Parameters
    ----------
    energy, standing : float
        For energy, net of what is paid for export; for the days.
    currency : str
        ISO 4217.
    unpriced : int
        Intervals without a cost.
    """

    energy: float
    standing: float
    currency: str
    unpriced: int

    @property
    def total(self) -> float:
        """Energy and standing charge together."""
        return self.energy + self.standing


def energy_cost(tariff: Tariff, start: Starts, kwh: Energies) -> pl.Series:
    """Cost of energy in each interval, without the standing charge.

    Parameters
    ----------
    tariff : Tariff
        Its rate at the start of an interval holds for the whole of it.
    start : (t,) Series or array of datetime64
        Starts of the intervals of one account, naive UTC, in any order.
    kwh : (t,) Series or array
        Energy of the interval; below 0 it was fed in. [kWh]

    Returns
    -------
    (t,) Series of Float64
        Below 0 where feeding in was paid; null where the energy is null or NaN, where the tariff does not hold or has
        no price, and where energy was fed in and there is no export rate. [currency]

    Notes
    -----
    Blocks go by the account's own use since the start of the local month, in the order of time, so the months must
    be whole for them to be right.

    Examples
    --------
    >>> from datetime import date, datetime
    >>> flat = Tariff.model_validate({"id": "flat", "kind": "electricity", "currency": "GBP", "zone": "Europe/London",
    ...     "valid_from": date(2024, 1, 1), "source": "contract", "bands": [{"name": "all", "rate": 0.25}]})
    >>> energy_cost(flat, pl.Series([datetime(2024, 1, 1)]), pl.Series([4.0])).to_list()
    [1.0]
    """
    frame = pl.DataFrame({"start": _naive(start), "kwh": _energy(kwh)}).with_row_index("row")
    frame = frame.with_columns(_local("start", tariff.zone).alias("local"))
    frame = _with_prices(frame, tariff) if tariff.prices else frame.with_columns(rate=_band_rate(tariff))
    blocks = _block_cost(tariff.blocks) if tariff.blocks else pl.lit(0.0)
    priced = pl.col("kwh").clip(lower_bound=0) * pl.col("rate") + blocks
    fed_in = pl.col("kwh") * pl.lit(tariff.export_rate, pl.Float64)
    return (
        frame.sort("start")
        .with_columns(cost=pl.when(_holds(tariff)).then(pl.when(pl.col("kwh") < 0).then(fed_in).otherwise(priced)))
        .sort("row")
        .get_column("cost")
    )


def cost(tariff: Tariff, start: Starts, kwh: Energies) -> Cost:
    """Cost of an account: its energy, and the standing charge of each local day that has an interval.

    Parameters
    ----------
    tariff, start, kwh
        As for `energy_cost`.

    Returns
    -------
    Cost
    """
    energy = energy_cost(tariff, start, kwh)
    days = (
        pl.DataFrame({"start": _naive(start)})
        .with_columns(_local("start", tariff.zone).alias("local"))
        .filter(_holds(tariff))
        .get_column("local")
        .dt.date()
        .n_unique()
    )
    known = int(_energy(kwh).is_not_null().sum())
    return Cost(
        energy=float(energy.sum()),
        standing=days * tariff.standing_charge,
        currency=tariff.currency,
        unpriced=known - int(energy.is_not_null().sum()),
    )


def _naive(start: Starts) -> pl.Series:
    series = start if isinstance(start, pl.Series) else pl.Series(start.astype("datetime64[us]"))
    if series.dtype != pl.Null and getattr(series.dtype, "time_zone", None) is not None:
        raise TypeError("starts are naive UTC: they carry no zone")
    return series.cast(pl.Datetime("us"))


def _energy(kwh: Energies) -> pl.Series:
    return pl.Series("kwh", kwh, dtype=pl.Float64, strict=False).fill_nan(None)


def _local(column: str, zone: str) -> pl.Expr:
    return pl.col(column).dt.replace_time_zone("UTC").dt.convert_time_zone(zone)


def _holds(tariff: Tariff) -> pl.Expr:
    day = pl.col("local").dt.date()
    begun = day >= pl.lit(tariff.valid_from)
    return begun if tariff.valid_to is None else begun & (day < pl.lit(tariff.valid_to))


def _band_rate(tariff: Tariff) -> pl.Expr:
    """Rate of the first band that holds; 0 where a tariff has blocks alone."""
    if not tariff.bands:
        return pl.lit(0.0)
    local = pl.col("local").dt
    minute = local.hour().cast(pl.Int32) * 60 + local.minute().cast(pl.Int32)
    holiday = local.date().is_in(pl.Series(list(tariff.holidays), dtype=pl.Date).implode())
    rates: list[pl.Expr] = []
    for band in tariff.bands:
        within = pl.any_horizontal(
            (minute >= a) & (minute < b) if a < b else (minute >= a) | (minute < b) for a, b in band.hours
        )
        when = within & local.month().is_in(list(band.months)) & local.weekday().is_in(list(band.weekdays))
        if band.holidays is not None:
            when &= holiday if band.holidays else ~holiday
        rates.append(pl.when(when).then(pl.lit(band.rate)))
    return pl.coalesce(rates)


def _block_cost(blocks: tuple[Block, ...]) -> pl.Expr:
    """Each block's rate times that part of the interval's energy that lies in it."""
    used = pl.col("kwh").clip(lower_bound=0)
    month = pl.col("local").dt.truncate("1mo")
    after = used.fill_null(0.0).cum_sum().over(month)
    before = after - used
    tops = [*(block.above for block in blocks[1:]), float("inf")]
    return pl.sum_horizontal(
        (after.clip(block.above, top) - before.clip(block.above, top)) * block.rate
        for block, top in zip(blocks, tops, strict=True)
    )


def _with_prices(frame: pl.DataFrame, tariff: Tariff) -> pl.DataFrame:
    """The last price at or before each start; none before the first, nor once the last has run out."""
    prices = pl.DataFrame(
        {"since": [price.start for price in tariff.prices], "rate": [price.rate for price in tariff.prices]},
        schema={"since": pl.Datetime("us"), "rate": pl.Float64},
    )
    joined = frame.sort("start").join_asof(prices, left_on="start", right_on="since")
    end = prices.get_column("since").max() + pl.duration(seconds=tariff.prices_seconds)  # pyright: ignore[reportOperatorIssue]
    return joined.with_columns(rate=pl.when(pl.col("start") < end).then(pl.col("rate")))
