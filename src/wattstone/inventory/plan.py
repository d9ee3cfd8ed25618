"""What a year's inventory rests on: meters with their place in the totals, zones, grids, tariffs, shares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from wattstone.base import Period, UnknownUnit, local_year, unit
from wattstone.inventory.entries import SLOTS, Floats, Ints
from wattstone.inventory.totals import Clock, Positions, months_of, slots_of
from wattstone.portfolio import Meter, Organisation, Site, canonical_kind, kind_of
from wattstone.portfolio.boundary import Counted, counted_meters
from wattstone.portfolio.control import Span, is_split, spans_of
from wattstone.portfolio.kinds import REGISTER_SUFFIX, Role
from wattstone.rates.costs import energy_cost
from wattstone.rates.tariffs import Tariff, tariff_for

_HOUR = 3600  # s


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A meter as the inventory sees it.

    Parameters
    ----------
    meter, site : Meter, Site
        What it is and where.
    key : int
        In the lake.
    kind : str
        Canonical, without the suffix of a register.
    role : str or None
        How its kind is used; None for a kind that is not known.
    unit : str
        In which the lake stores it: `kWh`, `m3`, `kg`.
    counted : Counted
        Whether it stands in the totals, and why.
    """

    meter: Meter
    site: Site
    key: int
    kind: str
    role: Role | None
    unit: str
    counted: Counted


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that the totals of a year need besides the rows.

    Parameters
    ----------
    organisation : Organisation
        GWP set, approach, currency.
    year : int
        On the clocks of the sites.
    streams : tuple of Stream
        Meters of known kinds, by key; virtual ones among them.
    sites : tuple of Site
        By id.
    regions : tuple of str
        Grids with hourly intensities.
    tariffs : tuple of Tariff
        Of the workspace.
    """

    organisation: Organisation
    year: int
    streams: tuple[Stream, ...]
    sites: tuple[Site, ...]
    regions: tuple[str, ...]
    tariffs: tuple[Tariff, ...] = ()

    @cached_property
    def zones(self) -> tuple[str, ...]:
        """IANA zones of the sites."""
        return tuple(sorted({site.zone for site in self.sites})) or ("UTC",)

    @cached_property
    def span(self) -> Period:
        """From the first beginning to the last end of the year on any of the clocks."""
        years = [local_year(self.year, zone) for zone in self.zones]
        return Period(min(year.start for year in years), max(year.end for year in years))

    def region_of(self, site: Site) -> str | None:
        """The grid whose hourly intensities serve a site: its own region, else its country."""
        return next((region for region in (site.grid_region, site.country) if region in self.regions), None)

    @cached_property
    def positions(self) -> Positions:
        """The meters as arrays, for the totals."""
        site_at = {site.id: position for position, site in enumerate(self.sites)}
        zone_at = {zone: position for position, zone in enumerate(self.zones)}
        region_at = {site.id: self.regions.index(grid) if (grid := self.region_of(site)) else -1 for site in self.sites}
        tariffs = [self._tariff_of(one) for one in self.streams]
        return Positions(
            keys=np.array([one.key for one in self.streams], dtype=np.int32),
            site=np.array([site_at[one.site.id] for one in self.streams], dtype=np.int32),
            zone=np.array([zone_at[one.site.zone] for one in self.streams], dtype=np.int32),
            region=np.array(
                [region_at[one.site.id] if one.role == "grid" else -1 for one in self.streams], dtype=np.int32
            ),
            tariff=np.array(tariffs, dtype=np.int32),
            hourly=np.array([one.role == "grid" and one.counted.counted for one in self.streams], dtype=bool),
        )

    @cached_property
    def accounts(self) -> tuple[tuple[str, str], ...]:
        """Kinds and sites that have prices of their own; one price series each."""
        return tuple(sorted({self._account(one) for one in self.streams if self._priced(one)}))

    def _priced(self, one: Stream) -> bool:
        return one.counted.counted and any(
            tariff.kind == one.kind and (not tariff.sites or one.site.id in tariff.sites) for tariff in self.tariffs
        )

    def _account(self, one: Stream) -> tuple[str, str]:
        named = any(tariff.kind == one.kind and one.site.id in tariff.sites for tariff in self.tariffs)
        return (one.kind, one.site.id if named else "")

    def _tariff_of(self, one: Stream) -> int:
        return self.accounts.index(self._account(one)) if self._priced(one) else -1

    def clock(self, period: Period, intensity: Mapping[str, pl.DataFrame]) -> Clock:
        """The tables of one partition.

        Parameters
        ----------
        period : Period
            Whole hours of UTC.
        intensity : mapping of str to polars.DataFrame
            By region: columns start, value.
        """
        return self.clocks([period], intensity)[0]

    def clocks(self, periods: Sequence[Period], intensity: Mapping[str, pl.DataFrame]) -> list[Clock]:
        """The tables of several partitions; the intensities are laid out once for all of them."""
        if not periods:
            return []
        begin, end = min(one.start for one in periods), max(one.end for one in periods)
        slots = slots_of(begin, end)
        hours = slots[::SLOTS]
        rows = [_by_hour(intensity.get(region), hours) for region in self.regions]
        table = np.array(rows).reshape(len(self.regions), len(hours))
        months = np.stack([months_of(slots, zone) for zone in self.zones])
        spans = [(one, _hours(one.start - begin), _hours(one.end - begin)) for one in periods]
        return [
            self._clock(one, months[:, SLOTS * first : SLOTS * last], table[:, first:last])
            for one, first, last in spans
        ]

    def _clock(self, period: Period, months: Ints, intensity: Floats) -> Clock:
        slots = slots_of(period.start, period.end)
        hours = slots[::SLOTS]
        return Clock(
            start=period.start,
            months=months,
            intensity=intensity,
            prices=self._priced_slots(slots, 1.0),
            paid=-self._priced_slots(slots, -1.0) if any(one.export_rate is not None for one in self.tariffs) else None,
            shares=self._shares(hours, slots),
        )

    def _priced_slots(self, slots: np.ndarray, energy: float) -> Floats:
        """What some energy costs at each quarter of an hour, by account."""
        rows = [self._prices(account, slots, energy) for account in self.accounts]
        return np.array(rows).reshape(len(self.accounts), len(slots))

    def _prices(self, account: tuple[str, str], slots: np.ndarray, energy: float) -> Floats:
        """Cost of some energy at each quarter of an hour, by the tariff in force; NaN where there is none."""
        kind, site = account
        prices = np.full(len(slots), np.nan)
        for tariff in self.tariffs:
            if tariff.kind != kind or (tariff.sites and site not in tariff.sites):
                continue
            plain = tariff.model_copy(update={"blocks": ()})
            cost = energy_cost(plain, pl.Series(slots), pl.Series(np.full(len(slots), energy))).to_numpy()
            preferred = bool(tariff.sites) & ~np.isnan(cost)
            prices = np.where(preferred | np.isnan(prices), cost, prices)
        return prices

    def tariff(self, one: Stream, day: datetime) -> Tariff | None:
        """The tariff of a meter on a local day."""
        return tariff_for(self.tariffs, kind=one.kind, site_id=one.site.id, day=day.date())

    @cached_property
    def _turns(self) -> tuple[np.datetime64, ...]:
        """The moments at which a share of a site may change, naive UTC."""
        turns = ((site.tz, day) for site in self.sites for one in self._spans[site.id] for day in (one.start, one.end))
        return tuple(_midnight(day, zone) for zone, day in turns if date.min < day < date.max)

    @cached_property
    def _spans(self) -> Mapping[str, tuple[Span, ...]]:
        """How each site is placed from day to day; sites that are the organisation's own throughout have none."""
        approach = self.organisation.approach
        return {site.id: spans_of(site, approach) if is_split(site) else () for site in self.sites}

    def _shares(self, hours: np.ndarray, slots: np.ndarray) -> Floats | None:
        """The organisation's share of each site by hour; None where it has all of all of them throughout."""
        if not any(self._spans.values()):
            return None
        if any(turn != turn.astype("datetime64[h]") for turn in self._turns):
            hours = slots  # midnight of a zone that is half an hour off
        shares = np.ones((len(self.sites), len(hours)))
        for row, site in enumerate(self.sites):
            if not self._spans[site.id]:
                continue
            shares[row] = 0.0
            for one in reversed(self._spans[site.id]):  # of two that hold on a day the first counts
                inside = (hours >= _midnight(one.start, site.tz)) & (hours < _midnight(one.end, site.tz))
                shares[row, inside] = one.placement.share if one.placement.category == 0 else 0.0
        return shares


def _hours(span: timedelta) -> int:
    return int(span.total_seconds()) // _HOUR


def _midnight(day: date, zone: ZoneInfo) -> np.datetime64:
    if day in (date.min, date.max):  # from ever, for good: there is no clock there
        return np.datetime64(day, "us")
    local = datetime.combine(day, time(), tzinfo=zone)
    return np.datetime64(local.astimezone(UTC).replace(tzinfo=None), "us")


def _by_hour(series: pl.DataFrame | None, hours: np.ndarray) -> Floats:
    """Intensity of each hour: the mean of a finer series where it is whole, the value of a coarser one; else NaN."""
    if series is None or series.is_empty():
        return np.full(len(hours), np.nan)
    if _is_hourly(series):
        return _placed(series, hours)
    known = series.filter(pl.col("value").is_not_nan() & pl.col("value").is_not_null()).sort("start")
    step = _step(series["start"])
    wanted = pl.DataFrame({"start": pl.Series(hours).cast(pl.Datetime("us"))})
    if step > _HOUR:
        held = wanted.join_asof(known, on="start", tolerance=f"{step - 1}s")
    else:
        of_hour = known.group_by(pl.col("start").dt.truncate("1h"), maintain_order=True)
        whole = of_hour.agg(pl.col("value").mean(), pl.len()).filter(pl.col("len") * step >= _HOUR)
        held = wanted.join(whole, on="start", how="left", maintain_order="left")
    return held["value"].fill_null(float("nan")).to_numpy()


def _is_hourly(series: pl.DataFrame) -> bool:
    """Whether values stand at full hours that follow one another, some perhaps left out, each told once."""
    stamps = series["start"].to_physical().to_numpy()
    steps = np.diff(stamps)
    hour = _HOUR * 1_000_000
    return bool((stamps % hour == 0).all() and (steps > 0).all() and np.count_nonzero(steps == hour) > 0.5 * len(steps))


def _placed(series: pl.DataFrame, hours: np.ndarray) -> Floats:
    """An hourly series among the hours that are wanted."""
    at = (series["start"].to_numpy() - hours[0]) // np.timedelta64(1, "h")
    inside = (at >= 0) & (at < len(hours))
    placed = np.full(len(hours), np.nan)
    placed[at[inside]] = series["value"].fill_null(float("nan")).to_numpy()[inside]
    return placed


def _step(starts: pl.Series) -> int:
    """The usual distance between the stamps of a series. [s]"""
    steps = starts.sort().diff().drop_nulls().dt.total_seconds().mode()
    return int(steps.min() or _HOUR)  # pyright: ignore[reportArgumentType]


def make_plan(
    organisation: Organisation,
    sites: Sequence[Site],
    meters: Sequence[Meter],
    keys: Mapping[str, int],
    *,
    year: int,
    regions: Sequence[str] = (),
    tariffs: Sequence[Tariff] = (),
) -> Plan:
    """Lay out a year's inventory.

    Parameters
    ----------
    organisation, sites, meters, keys
        From the records.
    year : int
        Calendar year.
    regions : sequence of str
        Grids for which the lake has hourly intensities.
    tariffs : sequence of Tariff
        Of the workspace.

    Returns
    -------
    Plan
    """
    at = {site.id: site for site in sites}
    counted = counted_meters(meters)
    streams = [_stream(meter, at[meter.site_id], keys[meter.id], counted[meter.id]) for meter in meters]
    return Plan(
        organisation=organisation,
        year=year,
        streams=tuple(sorted((one for one in streams if one.role is not None), key=lambda one: one.key)),
        sites=tuple(sorted(sites, key=lambda site: site.id)),
        regions=tuple(sorted(regions)),
        tariffs=tuple(tariffs),
    )


def _stream(meter: Meter, site: Site, key: int, counted: Counted) -> Stream:
    kind = canonical_kind(meter.kind).removesuffix(REGISTER_SUFFIX)
    known = kind_of(kind)
    try:
        stored = unit(meter.unit).canonical
    except UnknownUnit:
        stored = meter.unit
    if stored == "kW":
        stored = "kWh"
    role = known.role if known else None
    if role == "grid" and meter.direction == "export":
        role, kind = "export", f"{kind}_export"
    return Stream(meter=meter, site=site, key=key, kind=kind, role=role, unit=stored, counted=counted)
