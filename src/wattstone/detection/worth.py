"""What findings are worth: energy at the price of its hour, peaks at the demand charge, emissions by the grid."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from wattstone.detection.view import View

Floats = npt.NDArray[np.float32]
Wide = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Rates:
    """What a kWh costs and emits, by hour.

    Parameters
    ----------
    price : (p, d, 24) array of float32
        Price series of accounts; NaN where there is none. [currency kWh-1]
    price_of : (m,) array of int
        Account of each meter, -1 for none.
    currencies : tuple of str
        p of them.
    factor : (m,) array
        Yearly emission factor of each meter; NaN where not known. [kg kWh-1]
    intensity : (r, d, 24) array of float32
        Hourly intensity of grids; NaN where there is none. [kg kWh-1]
    intensity_of : (m,) array of int
        Grid of each meter, -1 for none: then the yearly factor.
    paid : (p, d, 24) array of float32
        What is paid for energy fed in, by account; NaN where nothing is known. [currency kWh-1]
    demand : (s,) array
        Charge for each kW of the highest hour of a month, by site; 0 where there is none. [currency kW-1]
    """

    price: Floats
    price_of: Ints
    currencies: tuple[str, ...]
    factor: Wide
    intensity: Floats
    intensity_of: Ints
    paid: Floats = field(default_factory=lambda: np.zeros((0, 0, 24), dtype=np.float32))
    demand: Wide = field(default_factory=lambda: np.zeros(0))


def unpriced(view: View) -> Rates:
    """Rates that say nothing: findings then have energy alone."""
    none = np.full(len(view.meters.ids), -1, dtype=np.int64)
    empty = np.zeros((0, *view.days.hour.shape), dtype=np.float32)
    unknown = np.full(len(none), np.nan)
    return Rates(price=empty, price_of=none, currencies=(), factor=unknown, intensity=empty, intensity_of=none)


class Ledger:
    """What the sites buy hour by hour, from which findings take what they would save, one after the other.

    A kWh that a finding saves is one less that is bought, as long as the main meter buys in that hour; beyond that it
    is one more that is fed in. So waste and lost generation are worth the price where the site bought, and what is
    paid for feeding in where it did not; without a known export rate, nothing. Where a site pays for demand, a finding
    is also worth what the highest hour of each month falls by when its hours are taken off, after those of the
    findings before it.

    Parameters
    ----------
    view : View
        Of the sites.
    rates : Rates
        Prices and factors.
    """

    def __init__(self, view: View, rates: Rates) -> None:
        self._view, self._rates = view, rates
        roles, site = view.meters.role, view.meters.site
        self._main = {int(site[at]): int(at) for at in np.flatnonzero((roles == "grid") & (view.meters.parent < 0))}
        self._feeding = {int(site[at]) for at in np.flatnonzero(np.isin(roles, ("generation", "export")))}
        self._left: dict[int, Floats] = {}
        months = view.days.dates[view.first :].astype("datetime64[M]").astype(np.int64)
        self._months = 24 * (view.first + np.flatnonzero(np.diff(months, prepend=months[0] - 1)))

    def worth(self, meter: int, first: int, given: Floats) -> tuple[float | None, float | None]:
        """What granted energy costs and emits; None where no rate is known for half of it.

        Parameters
        ----------
        meter : int
            Position.
        first : int
            First cell.
        given : (n,) array
            For each cell from there on. [kWh]

        Returns
        -------
        money, kg : float or None
        """
        rates, cells = self._rates, slice(first, first + len(given))
        account, grid = int(rates.price_of[meter]), int(rates.intensity_of[meter])
        bought, demand = self._taken(meter, cells, given)
        money = None
        if account >= 0:
            price = rates.price[account].ravel()[cells]
            paid = rates.paid[account].ravel()[cells] if len(rates.paid) else np.zeros_like(price)
            share = np.divide(bought, given, out=np.ones_like(given), where=given > 0)
            money = valued(share * price + (1 - share) * np.nan_to_num(paid), given)
            money = None if money is None else money + demand
        factor = float(rates.factor[meter])
        kg = None if np.isnan(factor) else float(given.sum(dtype=np.float64)) * factor
        hourly = valued(rates.intensity[grid].ravel()[cells], given) if grid >= 0 else None
        return money, kg if hourly is None else hourly

    def _taken(self, meter: int, cells: slice, given: Floats) -> tuple[Floats, float]:
        """How much of it the site would not buy, and what its demand charge would fall by."""
        view = self._view
        site = int(view.meters.site[meter])
        if site not in self._main or view.meters.role[meter] not in ("grid", "generation"):
            return given, 0.0
        left = self._left.setdefault(site, np.maximum(view.clean[self._main[site]].ravel(), 0))
        now = left[cells]
        bought = np.where(np.isnan(now), given, np.minimum(given, np.nan_to_num(now)))
        charge = float(self._rates.demand[site]) if len(self._rates.demand) else 0.0
        before = self._peaks(left) if charge else 0.0
        left[cells] = np.maximum(now - bought, 0)
        demand = charge * (before - self._peaks(left)) if charge else 0.0
        return (bought.astype(np.float32) if site in self._feeding else given), demand

    def _peaks(self, left: Floats) -> float:
        """The highest hours of the months of the assessed year, together. [kW]"""
        return float(np.maximum.reduceat(np.nan_to_num(left), self._months).sum(dtype=np.float64))


def valued(rate: Floats, given: Floats) -> float | None:
    """Energy times its rate; what has no rate goes by the mean of the rest; None where that is the most of it.

    Parameters
    ----------
    rate : (n,) array
        NaN where not known.
    given : (n,) array
        [kWh]
    """
    known = ~np.isnan(rate)
    if given.sum() > 0 and given[known].sum() < 0.5 * given.sum():
        return None
    total = float((given[known] * rate[known]).sum(dtype=np.float64))
    part = float(given[known].sum(dtype=np.float64))
    return total * (float(given.sum(dtype=np.float64)) / part) if part > 0 else 0.0
