"""What avoided use is worth: the difference of two bills, and of the emissions of two years."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.baselines.conditions import Conditions
from wattstone.baselines.timeline import fold_days, fold_use
from wattstone.rates.costs import energy_cost
from wattstone.rates.tariffs import Tariff
from wattstone.savings.result import Amount, Estimate, Worth

Floats = npt.NDArray[np.float64]
Starts = npt.NDArray[np.datetime64]


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Observed and expected use of one meter where they count.

    Parameters
    ----------
    start : (t,) array of datetime64
        Naive UTC.
    observed, expected : (t,) array
        Energy of each interval, adjustments added to what is expected; NaN where it does not count. [kWh]
    avoided : Estimate
        Their difference, with its interval. [kWh]
    """

    start: Starts
    observed: Floats
    expected: Floats
    avoided: Estimate

    def at_bound(self, bound: float) -> Floats:
        """What is expected, all intervals by one factor, if that much were avoided in all; NaN if nothing is."""
        total = float(np.nansum(self.expected))
        wanted = bound + float(np.nansum(np.where(np.isnan(self.expected), np.nan, self.observed)))
        return self.expected * (wanted / total if total else np.nan)


def cost_saved(tariffs: Sequence[Tariff], pair: Pair) -> tuple[Estimate, float]:
    """The bill for what is expected less that for what was observed, by the same tariffs.

    Parameters
    ----------
    tariffs : sequence of Tariff
        Of one currency, each for its own days.
    pair : Pair
        Best of hours or less: a time-of-use rate is taken at the start of an interval.

    Returns
    -------
    saved : Estimate
        Bounds are bills for the expected use scaled to the bounds of what was avoided. [currency]
    unvalued : float
        Share of the intervals that count without a price for both; these are in neither bill.

    Raises
    ------
    ValueError
        Without a tariff, or with two currencies.

    Notes
    -----
    Standing charges are the same in both bills and fall out. Blocks go by the use of the month: with gaps in a month
    the block that is saved from may be too low.
    """
    currencies = {tariff.currency for tariff in tariffs}
    if len(currencies) != 1:
        raise ValueError(f"bills are made in one currency, not in {len(currencies)}")
    observed = _bill(tariffs, pair.start, pair.observed)

    def saved(expected: Floats) -> tuple[float, Floats]:
        each = _bill(tariffs, pair.start, expected) - observed
        return _total(each), each

    value, each = saved(pair.expected)
    lower, upper = (_total(saved(pair.at_bound(bound))[1]) for bound in (pair.avoided.lower, pair.avoided.upper))
    counted = ~np.isnan(pair.observed) & ~np.isnan(pair.expected)
    return _ordered(value, lower, upper, currencies.pop(), pair), _missing(counted, each)


def emissions_saved(intensity: Floats | float, pair: Pair, *, gas: str = "CO2e") -> tuple[Estimate, float]:
    """Emissions of what is expected less those of what was observed.

    Parameters
    ----------
    intensity : (t,) array or float
        Of each interval, or one published factor for all. [kg kWh-1]
    pair : Pair
        Observed and expected use.
    gas : {'CO2e', 'CO2'}
        What the intensity counts.

    Returns
    -------
    saved : Estimate
        [kg of the gas]
    unvalued : float
        Share of the intervals that count without an intensity.
    """
    factor = np.broadcast_to(np.asarray(intensity, dtype=np.float64), pair.observed.shape)
    each = (pair.expected - pair.observed) * factor
    lower, upper = (
        _total((pair.at_bound(bound) - pair.observed) * factor) for bound in (pair.avoided.lower, pair.avoided.upper)
    )
    counted = ~np.isnan(pair.observed) & ~np.isnan(pair.expected)
    return _ordered(_total(each), lower, upper, f"kg {gas}", pair), _missing(counted, each)


def worth_of(
    gross: Pair,
    adjusted: Pair,
    *,
    unit: str = "kWh",
    tariffs: Sequence[Tariff] = (),
    intensity: Floats | float | None = None,
    intensity_source: str = "",
    gas: str = "CO2e",
    notes: Sequence[str] = (),
) -> Worth:
    """Energy, money and emissions, before and after adjustment for confirmed events.

    Parameters
    ----------
    gross, adjusted : Pair
        Without and with confirmed events.
    unit : str
        Of the energy.
    tariffs : sequence of Tariff
        None if there is no cost.
    intensity : array, float or None
        None if there are no emissions. [kg CO2e kWh-1]
    intensity_source : str
        Whose.
    gas : {'CO2e', 'CO2'}
        What the intensity counts: some grids publish CO2 alone.
    notes : sequence of str
        Of what was done before, as the spreading of days.

    Returns
    -------
    Worth
    """
    energy = Amount(
        gross=gross.avoided.times(1.0, unit), adjusted=adjusted.avoided.times(1.0, unit), method="avoided use"
    )
    said = list(notes)
    cost = emissions = None
    if tariffs:
        (one, unpriced), (two, _) = cost_saved(tariffs, gross), cost_saved(tariffs, adjusted)
        names = ", ".join(tariff.id for tariff in tariffs)
        source = "; ".join(dict.fromkeys(tariff.source for tariff in tariffs))
        cost = Amount(gross=one, adjusted=two, method=f"difference of bills: {names}", source=source, unvalued=unpriced)
        if any(tariff.blocks for tariff in tariffs):
            said.append("the tariff has blocks by the use of the month, and gaps in a month count as no use")
    if intensity is not None:
        (one, unvalued), (two, _) = (emissions_saved(intensity, of, gas=gas) for of in (gross, adjusted))
        method = "published factor" if np.ndim(intensity) == 0 else "factor of each interval"
        emissions = Amount(gross=one, adjusted=two, method=method, source=intensity_source, unvalued=unvalued)
    return Worth(energy=energy, cost=cost, emissions=emissions, notes=tuple(said))


def spread_days(expected: Floats, observed: Floats, hours: Conditions) -> Floats:
    """Expected use of hours from that of days, in the shape of the observed day.

    Parameters
    ----------
    expected : (m, d) array
        Of each local day.
    observed : (m, t) array
        Of each hour.
    hours : Conditions
        The t hours, of whole days.

    Returns
    -------
    (m, t) array
        NaN where the hour was not observed, or its day has no expectation.

    Notes
    -----
    Each hour has the share of the day's expectation that it had of the day's use. Where a day has hours of both signs,
    or no use at all, the day's difference is spread evenly instead. A measure that works at some hours alone has then
    another profile than the one taken here: cost and emissions of a daily model are approximations, and are marked so.
    """
    days = fold_days(hours)
    place = np.searchsorted(days.start, hours.start, side="right") - 1
    used = fold_use(observed, hours)[:, place]
    wanted = expected[:, place]
    length = days.hours[place]
    first = np.flatnonzero(np.concatenate([[True], place[1:] != place[:-1]]))
    low = np.minimum.reduceat(np.nan_to_num(observed), first, axis=1)[:, place]
    high = np.maximum.reduceat(np.nan_to_num(observed), first, axis=1)[:, place]
    whole = np.where((low * high < 0) | (used == 0), np.nan, used)
    shaped = wanted * observed / whole
    evenly = observed + (wanted - used) * hours.hours / length
    return np.where(np.isnan(whole), evenly, shaped)


def _bill(tariffs: Sequence[Tariff], start: Starts, energy: Floats) -> Floats:
    """Cost of each interval by the first tariff that prices it; NaN where none does."""
    rows = [energy_cost(tariff, start, pl.Series(energy)) for tariff in tariffs]
    return pl.select(pl.coalesce(rows).cast(pl.Float64).fill_null(float("nan"))).to_series().to_numpy().copy()


def _total(each: Floats) -> float:
    return float(np.nansum(each)) if not np.isnan(each).all() else float("nan")


def _ordered(value: float, lower: float, upper: float, unit: str, pair: Pair) -> Estimate:
    """Bounds in order: where use is net export, more use may cost less."""
    low, high = min(lower, upper), max(lower, upper)
    return Estimate(value, low, high, unit, pair.avoided.confidence)


def _missing(counted: npt.NDArray[np.bool_], each: Floats) -> float:
    return float((counted & np.isnan(each)).sum() / max(int(counted.sum()), 1))
