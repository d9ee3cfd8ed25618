"""Non-routine events on the university estate: is the closure of 2020 found, and what is flagged in ordinary years?

Fitted to one year, looked for in the next. The rules were chosen on 2012-2015; 2016-2019 and the closure are reported.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import process_time

import numpy as np
import numpy.typing as npt

from benchmarks.estate_arrays import Estate, estate
from benchmarks.tables import Row, Setting, markdown
from wattstone.baselines.conditions import Conditions
from wattstone.baselines.timeline import fold_days, fold_use
from wattstone.savings.events import propose_events
from wattstone.savings.periods import Baseline, Dates, Reporting
from wattstone.savings.result import Event

Floats = npt.NDArray[np.float64]
ENOUGH = 0.9
CHANGED = 0.15
CLOSURE = (date(2020, 2, 24), date(2020, 6, 30))
"""Between which an event of the closure begins; the law of 26 March 2020 closed the country's workplaces."""
WINTER_GAP = 14  # d of zeros of gas in the cold are a meter that stood still


@dataclass(frozen=True)
class Stretch:
    """A baseline year, what followed it, and what was proposed."""

    baseline: Baseline
    fitted: Floats
    reporting: Reporting
    expected: Floats
    events: tuple[Event, ...]
    seconds: float

    @property
    def flagged(self) -> npt.NDArray[np.bool_]:
        """Which meters have an event."""
        with_events = {event.meter for event in self.events}
        return np.array([meter in with_events for meter in self.baseline.meters])

    def found(self) -> npt.NDArray[np.bool_]:
        """Which meters have an event that begins with the closure."""
        inside = {event.meter for event in self.events if CLOSURE[0] <= event.first <= CLOSURE[1]}
        return np.array([meter in inside for meter in self.baseline.meters])

    def change(self, year: int) -> Floats:
        """Observed over expected use of a year, less 1."""
        at = self.reporting.conditions.date.astype("datetime64[Y]") == np.datetime64(str(year), "Y")
        use, expected = self.reporting.use[:, at], self.expected[:, at]
        known = ~np.isnan(use) & ~np.isnan(expected)
        total, usual = (np.where(known, values, 0).sum(axis=1) for values in (use, expected))
        return np.divide(total, usual, out=np.full(len(total), np.nan), where=usual > 0) - 1


def days_of(whole: Estate) -> tuple[Floats, Conditions]:
    """Use by day; weeks of zeros of gas in the cold are gaps."""
    days, use = fold_days(whole.conditions), fold_use(whole.use, whole.conditions)
    for row in np.flatnonzero(np.array(whole.kinds) == "gas"):
        zero = np.concatenate([[False], use[row] == 0, [False]])
        edges = np.flatnonzero(zero[1:] != zero[:-1])
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            if end - begin >= WINTER_GAP and np.nanmean(days.temperature[begin:end]) < 11:
                use[row, begin:end] = np.nan
    return use, days


def stretch(whole: Estate, use: Floats, days: Conditions, base: int, years: Sequence[int]) -> Stretch:
    """Fit a year, look at others; meters that are known well enough in the first and the last."""
    year = days.date.astype("datetime64[Y]").astype(np.int64) + 1970
    before, after = year == base, np.isin(year, years)
    ends = [np.mean(~np.isnan(use[:, year == one]), axis=1) >= ENOUGH for one in (base, years[-1])]
    rows = np.flatnonzero(ends[0] & ends[1] & (np.nan_to_num(use[:, before]).sum(axis=1) > 0))
    begun, then = days.take(before), days.take(after)
    coefficients = fitted_to(use[rows][:, before], begun)
    fitted, expected = coefficients @ design(begun).T, coefficients @ design(then).T
    names = tuple(whole.meters[row] for row in rows)
    kinds, units = tuple(whole.kinds[row] for row in rows), ("kWh",) * len(rows)
    one = Baseline(
        dates=_dates(begun), use=use[rows][:, before], conditions=begun, meters=names, kinds=kinds, units=units
    )
    two = Reporting(
        dates=_dates(then), use=use[rows][:, after], conditions=then, meters=names, kinds=kinds, units=units
    )
    since = process_time()
    events = propose_events(one, fitted, two, expected)
    return Stretch(one, fitted, two, expected, events, process_time() - since)


def design(conditions: Conditions) -> Floats:
    """Days of the week, days off, and a broken line of temperature that differs on working days."""
    weekday = np.where(conditions.off, 7, conditions.weekday)
    working = (weekday < 5).astype(np.float64)
    warm = np.nan_to_num(conditions.temperature, nan=10.0)
    columns = [(weekday == day).astype(np.float64) for day in range(8)]
    columns += [np.clip(knot - warm, 0, None) / 10 for knot in (5.0, 9.0, 13.0, 17.0)]
    columns += [np.clip(warm - 21.0, 0, None) / 10, np.clip(13.0 - warm, 0, None) / 10 * working]
    return np.stack(columns, axis=1)


def fitted_to(use: Floats, conditions: Conditions) -> Floats:
    """Least squares of all meters at once, each over its known days."""
    matrix = design(conditions)
    known = ~np.isnan(use)
    products = (matrix[:, :, None] * matrix[:, None, :]).reshape(len(matrix), -1)
    size = matrix.shape[1]
    gram = (known.astype(np.float64) @ products).reshape(-1, size, size) + 1e-3 * np.eye(size)
    return np.linalg.solve(gram, (np.where(known, use, 0) @ matrix)[..., None])[..., 0].astype(np.float64)


def _dates(conditions: Conditions) -> Dates:
    return Dates(conditions.date[0].item(), conditions.date[-1].item())


def ordinary(whole: Estate, use: Floats, days: Conditions, years: Sequence[int]) -> list[Stretch]:
    """Each of some reporting years, fitted to the year before."""
    return [stretch(whole, use, days, year - 1, (year,)) for year in years]


def run(setting: Setting) -> list[Row]:
    """Rows of the table."""
    if setting.cambridge is None:
        return [Row("events", "needs the real data set cambridge-dev")]
    first = date(2018, 1, 1) if setting.small else date(2011, 1, 1)
    whole = estate(setting.cambridge, first, date(2021, 12, 31))
    use, days = days_of(whole)
    rows: list[Row] = []
    for name, years in {"2012-2015, chosen on": range(2012, 2016), "2016-2019": range(2016, 2020)}.items():
        if setting.small:
            continue
        held = ordinary(whole, use, days, years)
        flags, count = sum(int(one.flagged.sum()) for one in held), sum(len(one.baseline.meters) for one in held)
        rows.append(_row(f"meter-years flagged, {name}", flags, count, "<= 5 %", flags <= 0.05 * count))
        for one in held:
            for event in one.events:
                setting.say(f"{event.meter} {event.first} to {event.last}: {event.share:+.2f}, score {event.score:.1f}")
    rows += closure(whole, use, days, setting)
    return rows


def closure(whole: Estate, use: Floats, days: Conditions, setting: Setting) -> list[Row]:
    """How many of the meters whose use changed have the closure proposed."""
    rows: list[Row] = []
    for base in (2019,) if setting.small else (2018, 2019):
        for judged in (2020, 2021):
            one = stretch(whole, use, days, base, tuple(range(base + 1, judged + 1)))
            changed = np.abs(one.change(judged)) >= CHANGED
            kinds = np.array(one.baseline.kinds)
            for kind in ("electricity", "gas"):
                at = changed & (kinds == kind)
                hits, name = int((one.found() & at).sum()), f"closure found, {kind}, {base} to {judged}"
                rows.append(_row(name, hits, int(at.sum()), ">= 80 %", hits >= 0.8 * at.sum()))
            speed = len(one.baseline.meters) / max(one.seconds, 1e-9)
            setting.say(f"{base} to {judged}: {len(one.events)} events, {speed:,.0f} meters per CPU second")
    return rows


def _row(what: str, hits: int, count: int, limit: str, kept: bool) -> Row:
    return Row(what, f"{hits} of {count}, {100 * hits / max(count, 1):.1f} %", limit=limit, kept=kept)


if __name__ == "__main__":
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    told = Setting(scratch=Path(), data=folder, small="--small" in sys.argv)
    sys.stdout.write(markdown(run(told)) + "\n")
