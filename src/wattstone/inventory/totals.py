"""Totals of one partition: energy, emissions by the hour and cost, per meter and local month, and per site and hour.

This is the hot path. Every entry (a row, or a meter's hour) has small whole numbers (its meter's position, its quarter
of an hour, its local month) and is added into dense arrays; intensities and prices are looked up by position, so that
nothing is joined.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.inventory.entries import SLOT, SLOTS, Entries, Floats, Ints, Longs, Mask, entries_of

METER_MONTHS: dict[str, pl.DataType] = {
    "meter": pl.Int32(),
    "month": pl.Int32(),  # local: 201903
    "energy": pl.Float64(),  # in the canonical unit of the meter's kind
    "owned": pl.Float64(),  # the organisation's share of it
    "estimated": pl.Float64(),  # the part of energy that rests on filled or interpolated readings
    "rows": pl.Int64(),
    "gaps": pl.Int64(),
    "flagged": pl.Int64(),
    "seconds": pl.Float64(),  # covered by values
    "emitted": pl.Float64(),  # kg, by hourly intensities, where there are any
    "emitted_owned": pl.Float64(),
    "dark": pl.Int64(),  # rows with energy for which no intensity is known, or that are longer than its hour
    "cost": pl.Float64(),
    "unpriced": pl.Int64(),
}

SITE_HOURS: dict[str, pl.DataType] = {
    "site": pl.Int32(),
    "start": pl.Datetime("us"),
    "energy": pl.Float64(),  # kWh of counted grid electricity
    "emitted": pl.Float64(),  # kg; null where no intensity is known for the hour
}


@dataclass(frozen=True)
class Clock:
    """Tables of one partition, by its quarters of an hour or hours.

    Parameters
    ----------
    start : datetime
        Naive UTC.
    months : (zones, slots) array of int32
        Local month of each quarter of an hour: 201903.
    intensity : (regions, hours) array
        kg per kWh; NaN where not known.
    prices : (tariffs, slots) array
        Per kWh, NaN where the tariff has none.
    paid : (tariffs, slots) array or None
        What is paid per kWh fed in; NaN where the tariff has none, None where no tariff has any.
    shares : (sites, hours) or (sites, slots) array or None
        The organisation's share of each site, 0 to 1; by quarters of an hour where a share changes within an hour of
        UTC, None where it is 1 throughout.
    """

    start: datetime
    months: Ints
    intensity: Floats
    prices: Floats
    shares: Floats | None = None
    paid: Floats | None = None

    @property
    def shares_by_slot(self) -> bool:
        """Whether the share of a site changes within an hour of UTC."""
        return self.shares is not None and self.shares.shape[1] == self.months.shape[1]

    @property
    def by_hour(self) -> bool:
        """Whether prices, shares and local months change with hours of UTC, so that hours can stand for their rows."""
        months = self.months.reshape(len(self.months), -1, SLOTS)
        return not self.prices.size and not self.shares_by_slot and bool((months == months[:, :, :1]).all())

    def shares_at(self, site: Ints, read: Entries) -> Floats | None:
        """The organisation's share of the site of each entry, when the entry begins."""
        if self.shares is None:
            return None
        return self.shares[site, read.slot if self.shares_by_slot else read.hour]


@dataclass(frozen=True)
class Positions:
    """What the totals need to know of the meters, by position.

    Parameters
    ----------
    keys : (m,) array of int32
        Keys in the lake, rising.
    site, zone : (m,) arrays of int32
        Positions of the site and of its zone.
    region, tariff : (m,) arrays of int32
        Position of the intensity series and of the tariff, -1 for none.
    hourly : (m,) array of bool
        Grid electricity that stands in the totals: it goes into the hours of its site.
    """

    keys: Ints
    site: Ints
    zone: Ints
    region: Ints
    tariff: Ints
    hourly: npt.NDArray[np.bool_]

    @property
    def sites(self) -> int:
        """How many sites there are."""
        return int(self.site.max(initial=-1)) + 1


@dataclass(frozen=True)
class PartTotals:
    """Schemas `METER_MONTHS` and `SITE_HOURS`."""

    meter_months: pl.DataFrame
    site_hours: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SITE_HOURS))


def part_totals(rows: pl.DataFrame, positions: Positions, clock: Clock, *, hours: bool = True) -> PartTotals:
    """Add up the readings of one partition.

    Parameters
    ----------
    rows : polars.DataFrame
        Columns meter (key), start (naive UTC), seconds, value, flags; in any order.
    positions : Positions
        The meters that are wanted; rows of others are left out.
    clock : Clock
        Covers the partition.
    hours : bool
        Whether the hours of the sites are wanted too.

    Returns
    -------
    PartTotals
        A meter-month without rows is absent; a gap adds nothing and is counted.

    Notes
    -----
    Emissions are `sum(E_t I_h(t))` with the intensity of the hour in which the interval starts [1]_. An interval longer
    than an hour has no one intensity: with energy in it, it counts as `dark`.

    References
    ----------
    .. [1] M. Sotos, "GHG Protocol Scope 2 Guidance," World Resources Institute, 2015, ch. 6.
    """
    read = entries_of(rows, positions.keys, clock.start, by_hour=clock.by_hour)
    if read is None:
        return PartTotals(pl.DataFrame(schema=METER_MONTHS))
    labels, month = _months(read, positions, clock)
    index = read.where if month is None else read.where * len(labels) + month
    cells = _Cells(read, index, len(positions.keys) * len(labels))
    emitted, dark = _emitted(read, positions, clock)
    cost, unpriced = _cost(read, positions, clock)
    share = clock.shares_at(positions.site[read.where], read)
    rows_in, energy_in = cells.rows(), cells.sum(read.energy)
    emitted_in = cells.sum(emitted)
    table = {
        "energy": energy_in,
        "owned": energy_in if share is None else cells.sum(read.energy * share),
        "estimated": cells.sum_of(read.rows.estimated),
        "rows": rows_in,
        "gaps": cells.count(read.rows.gap),
        "flagged": cells.count(read.rows.flagged),
        "seconds": cells.seconds(rows_in),
        "emitted": emitted_in,
        "emitted_owned": emitted_in if share is None or emitted is None else cells.sum(emitted * share),
        "dark": cells.count(cells.spread(dark)),
        "cost": cells.sum(cost),
        "unpriced": cells.count(unpriced),
    }
    months = _meter_months(table, positions.keys, labels)
    return PartTotals(months, _site_hours(read, positions, clock)) if hours else PartTotals(months)


def _months(read: Entries, positions: Positions, clock: Clock) -> tuple[Ints, Longs | None]:
    """The local months of a partition, and each row's among them; None where there is one."""
    labels, month_of = np.unique(clock.months, return_inverse=True)
    if len(labels) == 1:
        return labels, None
    table = month_of.reshape(clock.months.shape)
    if len(table) == 1:
        return labels, table[0][read.slot]
    return labels, table[positions.zone[read.where], read.slot]


@dataclass(frozen=True)
class _Cells:
    """Dense cells that entries are added into; what is known by row alone goes to the entry of its row."""

    read: Entries
    index: Longs
    size: int

    def sum(self, weights: Floats | None) -> Floats:
        if weights is None:
            return np.zeros(self.size)
        return np.bincount(self.index, weights=weights, minlength=self.size).astype(np.float64, copy=False)

    def rows(self) -> Longs:
        lengths = self.read.lengths
        if isinstance(lengths, int):
            return np.bincount(self.index, minlength=self.size) * lengths
        return np.bincount(self.index, weights=lengths, minlength=self.size).astype(np.int64)

    def count(self, where: Mask | None) -> Longs:
        """Rows, by a mask of all of them."""
        if where is None:
            return np.zeros(self.size, dtype=np.int64)
        return np.bincount(self.index[self.read.of_rows(np.flatnonzero(where))], minlength=self.size)

    def sum_of(self, weights: Floats | None) -> Floats:
        """Sum of what few rows have, by the weights of all of them."""
        if weights is None:
            return np.zeros(self.size)
        rows = np.flatnonzero(weights)
        index = self.index[self.read.of_rows(rows)]
        return np.bincount(index, weights=weights[rows], minlength=self.size).astype(np.float64, copy=False)

    def spread(self, entries: Mask | None) -> Mask | None:
        """A mask of entries as one of the rows with energy in them."""
        if entries is None or self.read.begins is None:
            return entries
        return np.repeat(entries, self.read.lengths) & (self.read.rows.energy != 0.0) if entries.any() else None

    def seconds(self, counted: Longs) -> Floats:
        """Time covered by values; rows of one length need no sum."""
        rows = self.read.rows
        if isinstance(rows.seconds, int):
            return (counted - self.count(rows.gap)).astype(np.float64) * rows.seconds
        covered = rows.seconds.astype(np.float64) if rows.gap is None else np.where(rows.gap, 0.0, rows.seconds)
        return self.sum(covered if self.read.begins is None else np.add.reduceat(covered, self.read.begins))


def _emitted(read: Entries, positions: Positions, clock: Clock) -> tuple[Floats | None, Mask | None]:
    """Energy times the intensity of its hour; a reading that is longer than an hour has no one intensity."""
    emitted, dark = _looked_up(read.energy, positions.region, read, clock.intensity, read.hour)
    if emitted is None or read.coarse is None:
        return emitted, dark
    coarse = read.coarse & (read.energy != 0.0) & (positions.region[read.where] >= 0)
    return np.where(coarse, 0.0, emitted), coarse if dark is None else dark | coarse


def _cost(read: Entries, positions: Positions, clock: Clock) -> tuple[Floats | None, Mask | None]:
    """Energy times its price; what is fed in is paid for, where the tariff pays for it."""
    if not clock.prices.size or not (read.energy < 0.0).any():
        return _looked_up(read.energy, positions.tariff, read, clock.prices, read.slot)
    paid = np.full_like(clock.prices, np.nan) if clock.paid is None else clock.paid
    drawn, dark = _looked_up(np.maximum(read.energy, 0.0), positions.tariff, read, clock.prices, read.slot)
    fed, unpaid = _looked_up(np.minimum(read.energy, 0.0), positions.tariff, read, paid, read.slot)
    if drawn is None or fed is None:
        return None, None
    masks = [mask for mask in (dark, unpaid) if mask is not None]
    return drawn + fed, np.logical_or.reduce(masks) if masks else None


def _looked_up(
    energy: Floats, series: Ints, read: Entries, table: Floats, column: Longs
) -> tuple[Floats | None, Mask | None]:
    """Energy times a rate that changes with time, and where energy meets a time without a rate."""
    if not table.size or not (series >= 0).any():
        return None, None
    width = table.shape[1]
    padded = np.concatenate([table.ravel(), np.zeros(width)])  # meters without a series look up zeros
    begins = np.where(series >= 0, series, len(table)).astype(np.int64) * width
    rate = padded[begins[read.where] + column]
    if np.isnan(table).any():
        unknown = np.isnan(rate)
        return energy * np.where(unknown, 0.0, rate), unknown & (energy != 0.0)
    return energy * rate, None


def _meter_months(table: Mapping[str, npt.NDArray[Any]], keys: Ints, labels: Ints) -> pl.DataFrame:
    cells = np.flatnonzero(table["rows"])
    meter, month = np.divmod(cells, len(labels))
    columns = {name: values[cells] for name, values in table.items()}
    return pl.DataFrame({"meter": keys[meter], "month": labels[month], **columns}).cast(METER_MONTHS)  # pyright: ignore[reportArgumentType]


def _site_hours(read: Entries, positions: Positions, clock: Clock) -> pl.DataFrame:
    """Energy and emissions of counted grid electricity by site and hour, of readings that are not longer than one.

    The sites of counted meters have one grid each, so that the sum over meters meets the intensity, not every row.
    """
    where, hour, energy = read.where, read.hour, read.energy
    if not positions.hourly.all() or read.coarse is not None:
        wanted = positions.hourly[where] if read.coarse is None else positions.hourly[where] & ~read.coarse
        where, hour, energy = where[wanted], hour[wanted], energy[wanted]
    if not len(where):
        return pl.DataFrame(schema=SITE_HOURS)
    first, span = int(hour.min()), int(hour.max() - hour.min()) + 1
    begins = positions.site.astype(np.int64) * span - first
    cell, size = begins[where] + hour, positions.sites * span
    used = np.flatnonzero(np.bincount(cell, minlength=size))
    site, offset = np.divmod(used, span)
    total = np.bincount(cell, weights=energy, minlength=size)[used]
    starts = np.datetime64(clock.start, "us") + (offset + first).astype("timedelta64[h]")
    return pl.DataFrame(
        {
            "site": site.astype(np.int32),
            "start": starts.astype("datetime64[us]"),
            "energy": total,
            "emitted": pl.Series(total * _rates(positions, clock)[site, offset + first], nan_to_null=True),
        }
    )


def _rates(positions: Positions, clock: Clock) -> Floats:
    """Intensity by site and hour; NaN where there is none."""
    region = np.full(positions.sites, -1, dtype=np.int32)
    region[positions.site[positions.hourly]] = positions.region[positions.hourly]
    hours = clock.months.shape[1] // SLOTS
    if not clock.intensity.size:
        return np.full((positions.sites, hours), np.nan)
    return np.where(region[:, None] >= 0, clock.intensity[region], np.nan)


def slots_of(start: datetime, end: datetime) -> npt.NDArray[np.datetime64]:
    """Starts of the quarters of an hour of a period, naive UTC."""
    return np.arange(np.datetime64(start, "us"), np.datetime64(end, "us"), np.timedelta64(timedelta(seconds=SLOT)))


def months_of(slots: npt.NDArray[np.datetime64], zone: str) -> Ints:
    """The month on the clock of a zone, as 201903, for each of some moments in naive UTC."""
    local = pl.Series(slots).dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    return (local.dt.year().cast(pl.Int32) * 100 + local.dt.month()).to_numpy().astype(np.int32)
