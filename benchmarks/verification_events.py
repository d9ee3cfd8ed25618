"""Non-routine events on the university estate: is the closure of 2020 found, and what is flagged in ordinary years?

Fitted to one year, looked for in the next. The rules were chosen on 2012-2015; 2016-2019 and the closure are reported.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from time import process_time

import numpy as np
import numpy.typing as npt

from benchmarks.estate_arrays import Estate, estate
from benchmarks.tables import Row, Setting, markdown
from wattstone.baselines.conditions import Conditions
from wattstone.baselines.daily_fit import fit_daily_models
from wattstone.baselines.timeline import fold_days, fold_use
from wattstone.savings.event_rules import EventRules
from wattstone.savings.events import propose_baseline_events, propose_events
from wattstone.savings.periods import Baseline, Dates, Reporting
from wattstone.savings.result import Event

Floats = npt.NDArray[np.float64]
ENOUGH = 0.9
CHANGED = 0.15
CLOSURE = (date(2020, 2, 24), date(2020, 6, 30))
"""Between which an event of the closure begins; the law of 26 March 2020 closed the country's workplaces."""
ALONE = EventRules(shared_meters=10**9)
"""Rules that know no other meters."""
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
    """Fit a year, look at others; meters that are known well enough in each."""
    year = days.date.astype("datetime64[Y]").astype(np.int64) + 1970
    before, after = year == base, np.isin(year, years)
    whole_years = [np.mean(~np.isnan(use[:, year == one]), axis=1) >= ENOUGH for one in (base, *years)]
    rows = np.flatnonzero(np.all(whole_years, axis=0) & (np.nan_to_num(use[:, before]).sum(axis=1) > 0))
    begun, then = days.take(before), days.take(after)
    names = tuple(whole.meters[row] for row in rows)
    kinds, units = tuple(whole.kinds[row] for row in rows), ("kWh",) * len(rows)
    model = fit_daily_models(use[rows][:, before], begun, kinds=kinds)
    fitted, expected = model.predict(begun), model.predict(then)
    one = Baseline(
        dates=_dates(begun), use=use[rows][:, before], conditions=begun, meters=names, kinds=kinds, units=units
    )
    two = Reporting(
        dates=_dates(then), use=use[rows][:, after], conditions=then, meters=names, kinds=kinds, units=units
    )
    since = process_time()
    events = propose_events(one, fitted, two, expected)
    return Stretch(one, fitted, two, expected, events, process_time() - since)


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
        flags, count = in_baselines(whole, use, days, years)
        rows.append(_row(f"baseline-years with an event in the baseline, {name.split(',')[0]}", flags, count))
    flags, count = in_baselines(whole, use, days, (2020,))
    rows.append(_row("baselines of 2020 with an event of the closure", flags, count))
    return rows + closure(whole, use, days, setting)


def in_baselines(whole: Estate, use: Floats, days: Conditions, years: Sequence[int]) -> tuple[int, int]:
    """Meters with an event proposed in the year that is fitted, in 2020 one of the closure; and how many there are."""
    flags = count = 0
    for year in years:
        one = stretch(whole, use, days, year, (year,))
        events = propose_baseline_events(one.baseline, one.fitted)
        told = replace(one, events=events)
        flags, count = flags + int((told.found() if year == 2020 else told.flagged).sum()), count + len(told.flagged)
    return flags, count


def closure(whole: Estate, use: Floats, days: Conditions, setting: Setting) -> list[Row]:
    """How many of the meters whose use changed have the closure proposed; those that were read throughout."""
    rows: list[Row] = []
    for base in (2019,) if setting.small else (2018, 2019):
        for judged in (2020, 2021):
            one = stretch(whole, use, days, base, tuple(range(base + 1, judged + 1)))
            changed = np.abs(one.change(judged)) >= CHANGED
            kinds = np.array(one.baseline.kinds)
            name, hits = f"closure found, {base} to {judged}", one.found() & changed
            rows.append(
                _row(name, int(hits.sum()), int(changed.sum()), ">= 80 %", bool(hits.sum() >= 0.8 * changed.sum()))
            )
            for kind in ("electricity", "gas"):
                of_kind = kinds == kind
                rows.append(_row(f"{name}, {kind}", int((hits & of_kind).sum()), int((changed & of_kind).sum())))
            alone = propose_events(one.baseline, one.fitted, one.reporting, one.expected, rules=ALONE)
            seen = replace(one, events=alone).found() & changed
            rows.append(_row(f"{name}, each meter by itself", int(seen.sum()), int(changed.sum())))
            speed = len(one.baseline.meters) / max(one.seconds, 1e-9)
            setting.say(f"{base} to {judged}: {len(one.events)} events, {speed:,.0f} meters per CPU second")
    return rows


def _row(what: str, hits: int, count: int, limit: str = "", kept: bool | None = None) -> Row:
    return Row(what, f"{hits} of {count}, {100 * hits / max(count, 1):.1f} %", limit=limit, kept=kept)


if __name__ == "__main__":
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    told = Setting(scratch=Path(), data=folder, small="--small" in sys.argv)
    sys.stdout.write(markdown(run(told)) + "\n")
