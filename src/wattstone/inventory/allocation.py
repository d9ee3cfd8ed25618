"""Which instrument serves which energy: each kilowatt-hour once, from the narrowest claim to the widest."""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.inventory.criteria import Case, Judgement, judge, unmet
from wattstone.inventory.instruments import CERTIFICATES, Instrument, in_order, used_twice

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SLOTS = 13
"""Months of the year behind a slot for what is known of the year as a whole alone."""

_ROUNDING = 1e-12

USES: dict[str, pl.DataType] = {
    "instrument": pl.String(),
    "site_id": pl.String(),
    "carrier": pl.String(),
    "month": pl.Int32(),
    "energy": pl.Float64(),  # kWh that it served, of the organisation's share and of that of others
    "owned": pl.Float64(),  # kWh of the organisation's share
    "factor": pl.Float64(),  # kg CO2e/kWh
}

CELLS: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "carrier": pl.String(),
    "month": pl.Int32(),
    "need": pl.Float64(),  # kWh
    "need_owned": pl.Float64(),
    "open": pl.Float64(),  # share of what others own that no instrument serves, 0 to 1
    "open_owned": pl.Float64(),  # share of the organisation's that no instrument serves
    "served": pl.Float64(),  # kWh
    "served_owned": pl.Float64(),
    "emitted": pl.Float64(),  # kg CO2e of what instruments serve
    "emitted_owned": pl.Float64(),
}

BALANCE: dict[str, pl.DataType] = {
    "instrument": pl.String(),
    "volume": pl.Float64(),  # kWh; null where it has none
    "claimed": pl.Float64(),  # kWh that other years claim
    "available": pl.Float64(),  # kWh that this year may claim; null where nothing bounds it
    "used": pl.Float64(),  # kWh
    "left": pl.Float64(),  # kWh of the volume that no year claims; null where it has none
}


@dataclass(frozen=True)
class Allocation:
    """What serves what.

    Parameters
    ----------
    uses, cells, balance : polars.DataFrame
        Schemas `USES`, `CELLS`, `BALANCE`.
    judged : mapping
        By id of an instrument: each quality criterion.
    """

    uses: pl.DataFrame
    cells: pl.DataFrame
    balance: pl.DataFrame
    judged: Mapping[str, tuple[Judgement, ...]]

    @property
    def refused(self) -> dict[str, tuple[Judgement, ...]]:
        """The criteria that are not met, by id of an instrument that carries no claim."""
        return {name: failed for name, judged in self.judged.items() if (failed := unmet(judged))}


def allocate(
    energy: pl.DataFrame,
    instruments: Sequence[Instrument],
    case: Case,
    claimed: Mapping[str, float] | None = None,
) -> Allocation:
    r"""Let instruments serve the energy of a year [1]_.

    Parameters
    ----------
    energy : polars.DataFrame
        Schema `SITE_ENERGY`.
    instruments : sequence of Instrument
        In any order. One that does not meet a quality criterion serves nothing.
    case : Case
        Year, countries of the sites, policy; which instruments share certificates is found here.
    claimed : mapping or None
        By id: what other years claim of it. [kWh]

    Returns
    -------
    Allocation

    Notes
    -----
    Instruments serve one after the other, those for named sites first, then contracts, certificates and rates of
    suppliers, the older before the younger. An instrument of volume :math:`V` serves the open need :math:`n_{s,m}` of
    sites and months in proportion to it:

    .. math:: a_{s,m} = \min(n_{s,m}, w_m e_{s,m}) \min\left(1, \frac{V}{\sum \min(n_{s,m}, w_m e_{s,m})}\right)

    with :math:`e_{s,m}` the energy and :math:`w_m` the share of the days of the month that a contract delivers in, 1
    for a certificate. So no instrument serves more than its volume, and no energy is served twice.

    References
    ----------
    .. [1] M. Sotos, "GHG Protocol Scope 2 Guidance," World Resources Institute, 2015, ch. 6 and table 6.3.
    """
    shared = _shared(instruments)
    case = Case(case.year, case.countries, case.policy, case.market, shared, case.residual)
    held = in_order(instruments)
    judged = {one.id: judge(one, case) for one in held}
    needs = _Needs.of(energy)
    uses: list[pl.DataFrame] = []
    rows: list[tuple[str, float | None, float, float | None, float, float | None]] = []
    for one in held:
        before = (claimed or {}).get(one.id, 0.0)
        fit = not unmet(judged[one.id])
        available = _available(one, case, before) if fit else 0.0
        used = needs.serve(one, case, available) if fit else None
        total = 0.0 if used is None else float(used["energy"].sum())
        if used is not None and used.height:
            uses.append(used)
        left = None if one.volume is None else max(one.volume - before - total, 0.0)
        rows.append((one.id, one.volume, before, available if np.isfinite(available) else None, total, left))
    return Allocation(
        uses=pl.concat(uses) if uses else pl.DataFrame(schema=USES),
        cells=needs.cells(),
        balance=pl.DataFrame(rows, schema=BALANCE, orient="row"),
        judged=judged,
    )


def _shared(instruments: Sequence[Instrument]) -> dict[str, str]:
    """By instrument: another that holds a certificate of it; neither of the two shows that it is the only one."""
    pairs = [(one.instrument, two.instrument) for one, two in used_twice(instruments)]
    return {one: two for pair in pairs for one, two in (pair, pair[::-1])}


def _available(one: Instrument, case: Case, claimed: float) -> float:
    """What a year may claim: the part of the volume that was generated in its window, and nobody claimed. [kWh]"""
    if one.volume is None:
        return float("inf")
    inside = one.days_in(*case.policy.window(one, case.year)) / one.days
    return max(min(one.volume * inside, one.volume - claimed), 0.0)


def _weights(one: Instrument, year: int) -> Floats:
    """The share of each slot's days in which an instrument delivers; a certificate serves the whole year."""
    if one.kind in CERTIFICATES:
        return np.ones(SLOTS)
    ends = [(date(year, 1, 1), date(year, 12, 31))]
    ends += [(date(year, m, 1), date(year, m, calendar.monthrange(year, m)[1])) for m in range(1, SLOTS)]
    return np.array([one.days_in(start, end) / ((end - start).days + 1) for start, end in ends])


class _Needs:
    """What is open, by site and carrier (rows) and slot (columns); the organisation's share and that of others."""

    def __init__(self, keys: pl.DataFrame, own: Floats, others: Floats) -> None:
        self.keys, self.need, self.need_others = keys, own, others
        self.own, self.others = own.copy(), others.copy()
        self.emitted, self.emitted_others = np.zeros_like(own), np.zeros_like(own)
        carriers = keys["carrier"].to_list()
        self._rows = {
            (site, carrier): at for at, (site, carrier) in enumerate(zip(keys["site_id"], carriers, strict=True))
        }

    @classmethod
    def of(cls, energy: pl.DataFrame) -> "_Needs":
        """The open need before anything is served; a negative sum needs nothing."""
        there = energy.filter(pl.col("energy").is_not_null() & ~pl.col("whole"))
        sums = there.group_by("site_id", "carrier", "month").agg(pl.col("energy").sum(), pl.col("owned").sum())
        keys = energy.select("site_id", "carrier").unique().sort("site_id", "carrier").with_row_index("row")
        cells = sums.join(keys, on=["site_id", "carrier"])
        own, total = np.zeros((keys.height, SLOTS)), np.zeros((keys.height, SLOTS))
        at = cells["row"].to_numpy(), cells["month"].to_numpy()
        own[at] = np.maximum(cells["owned"].to_numpy(), 0.0)
        total[at] = np.maximum(cells["energy"].to_numpy(), 0.0)
        return cls(keys, own, np.maximum(total - own, 0.0))

    def serve(self, one: Instrument, case: Case, available: float) -> pl.DataFrame:
        """Serve what an instrument can, and say what that was."""
        asked = ((site, one.carrier) for site in case.sites_of(one))
        rows = np.array(sorted(self._rows[key] for key in asked if key in self._rows), dtype=np.int64)
        weights = _weights(one, case.year)
        own = np.minimum(self.own[rows], self.need[rows] * weights)
        others = np.minimum(self.others[rows], self.need_others[rows] * weights) if one.of_site else np.zeros_like(own)
        wanted = float(own.sum() + others.sum())
        if not rows.size or wanted <= 0 or available <= 0:
            return pl.DataFrame(schema=USES)
        part = min(1.0, available / wanted)
        own, others = own * part, others * part
        self.own[rows] -= own
        self.others[rows] -= others
        self.emitted[rows] += own * one.factor
        self.emitted_others[rows] += others * one.factor
        return self._used(one, rows, own, own + others)

    def _used(self, one: Instrument, rows: Ints, own: Floats, total: Floats) -> pl.DataFrame:
        at, month = np.nonzero(total)
        keys = self.keys[rows[at].tolist()]
        return pl.DataFrame(
            {
                "instrument": pl.repeat(one.id, len(at), dtype=pl.String, eager=True),
                "site_id": keys["site_id"],
                "carrier": keys["carrier"],
                "month": month.astype(np.int32),
                "energy": total[at, month],
                "owned": own[at, month],
                "factor": np.full(len(at), one.factor),
            },
            schema=USES,
        )

    def cells(self) -> pl.DataFrame:
        """Every site, carrier and month with what is still open of it."""
        row, month = np.divmod(np.arange(self.own.size), SLOTS)
        keys = self.keys[row.tolist()]
        served, served_others = self.need - self.own, self.need_others - self.others
        return pl.DataFrame(
            {
                "site_id": keys["site_id"],
                "carrier": keys["carrier"],
                "month": month.astype(np.int32),
                "need": (self.need + self.need_others).ravel(),
                "need_owned": self.need.ravel(),
                "open": _share(self.others, self.need_others),
                "open_owned": _share(self.own, self.need),
                "served": (served + served_others).ravel(),
                "served_owned": served.ravel(),
                "emitted": (self.emitted + self.emitted_others).ravel(),
                "emitted_owned": self.emitted.ravel(),
            },
            schema=CELLS,
        )


def _share(part: Floats, whole: Floats) -> Floats:
    """The open share of a need; of no need, all of it. What rounding left of a month that is served is nothing."""
    share = np.divide(part, whole, out=np.ones_like(part), where=whole > 0).ravel()
    return np.where(share < _ROUNDING, 0.0, share)
