"""What each meter of a measure says: a pair of periods as savings with their intervals and all that an auditor asks."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.baselines.conditions import Conditions
from wattstone.baselines.goodness import Goodness, goodness
from wattstone.baselines.model import Model
from wattstone.portfolio.measures import Measure
from wattstone.savings.avoided import Avoided, Bounds, avoided_use
from wattstone.savings.calibration import Calibration
from wattstone.savings.event_apply import adjustments
from wattstone.savings.events import Shared, propose_baseline_events, propose_events
from wattstone.savings.fsu import FsuBatch, Variant, fractional_savings_uncertainty
from wattstone.savings.intervals import Spread, spread
from wattstone.savings.normalised import beyond, normalised_savings
from wattstone.savings.normalised_year import TypicalYear
from wattstone.savings.periods import Dates
from wattstone.savings.persistence import persistence
from wattstone.savings.result import Estimate, Event, Excluded, Fsu, MeterSaving, Series
from wattstone.savings.result_checks import checks_of
from wattstone.workflows.savings.batches import Batch
from wattstone.workflows.savings.methods import Method
from wattstone.workflows.savings.pairs import Pair
from wattstone.workflows.savings.valuing import Rates, worth

Floats = npt.NDArray[np.float64]
INTERVAL = "conformal, calibrated on years and meters of which the models saw nothing"
VARIANTS: tuple[Variant, ...] = ("g14", "g14-sun-baltazar", "g14-nmecr")
YEAR = 330  # days of reporting from which on a model of them can stand for a year
MONTH = 30.44
Z90, Z68 = 1.6449, 0.9945  # half-widths of a normal distribution's 90 and 68 % intervals


@dataclass(frozen=True, kw_only=True)
class Verified:
    """A batch of a measure's meters with what was computed for all of them.

    Parameters
    ----------
    pair : Pair
        Fitted and predicted.
    calibration : Calibration
        Of the intervals.
    events : tuple of Event
        Proposed by the data, and confirmed or rejected by people.
    gross, adjusted : Avoided
        Without and with confirmed events.
    """

    pair: Pair
    calibration: Calibration
    events: tuple[Event, ...]
    gross: Avoided
    adjusted: Avoided

    @property
    def settled(self) -> Avoided:
        """What counts: adjusted where an event was confirmed."""
        return self.adjusted


def verified(pair: Pair, calibration: Calibration, measure: Measure, *, shared: Sequence[Shared] = ()) -> Verified:
    """Avoided use of a pair of periods, with the events of a measure.

    Parameters
    ----------
    pair : Pair
        Fitted and predicted.
    calibration : Calibration
        Of its meters.
    measure : Measure
        With blackout, and events that people confirmed or rejected.
    shared : sequence of Shared
        Days on which many meters without the measure changed alike.
    """
    bounds = bounds_of(calibration, pair.reporting.conditions, pair.spread)
    reporting, expected = pair.reporting, np.where(pair.qualified[:, None], pair.predicted, np.nan)
    proposed = (
        *propose_baseline_events(pair.baseline, pair.fitted),
        *propose_events(pair.baseline, pair.fitted, reporting, expected, shared=shared),
    )
    events = judged_events(proposed, said_events(measure, reporting.meters, reporting.units))
    last = reporting.dates.last
    blackout = [Dates(one.first, one.last or last) for one in [measure.blackout] if one is not None]
    gross = avoided_use(reporting, expected, bounds=bounds, blackout=blackout)
    confirmed = [one for one in events if one.status == "confirmed"]
    adjusted = (
        avoided_use(reporting, expected, bounds=bounds, events=confirmed, blackout=blackout) if confirmed else gross
    )
    return Verified(pair=pair, calibration=calibration, events=events, gross=gross, adjusted=adjusted)


def bounds_of(calibration: Calibration, conditions: Conditions, scale: Spread) -> Bounds:
    """How uncertain sums over some intervals are."""
    return Bounds(
        total=lambda expected: calibration.total(expected, conditions, scale),
        months=lambda expected: calibration.months(expected, conditions, scale),
        confidence=calibration.level,
    )


def said_events(measure: Measure, meters: Sequence[str], units: Sequence[str]) -> tuple[Event, ...]:
    """The events that people confirmed or rejected, at each of some meters that they are for."""
    return tuple(
        Event(
            meter=meter,
            first=one.first,
            last=one.last,
            size=float("nan") if one.size is None else one.size,
            unit=unit,
            status=one.status,
            treatment=one.treatment,
            reason=f"{one.kind}: {one.reason}",
            who=one.who,
        )
        for one in measure.events
        for meter, unit in zip(meters, units, strict=True)
        if one.meter in (None, meter)
    )


def judged_events(proposed: Sequence[Event], said: Sequence[Event]) -> tuple[Event, ...]:
    """What the data propose and people said; a proposal that somebody judged is not proposed again."""
    return (*said, *(one for one in proposed if not any(_same(one, other) for other in said)))


def _same(proposed: Event, said: Event) -> bool:
    """Whether they share a day at the same meter."""
    after = proposed.last is not None and proposed.last < said.first
    before = said.last is not None and said.last < proposed.first
    return proposed.meter == said.meter and not after and not before


@dataclass(frozen=True, kw_only=True)
class Normal:
    """A typical year and how to model the reporting period for it."""

    year: TypicalYear
    method: Method


def meter_savings(
    one: Verified, batch: Batch, measure: Measure, rates: Rates, normal: Normal | None
) -> tuple[MeterSaving, ...]:
    """What each meter of a batch says.

    Parameters
    ----------
    one : Verified
        Computed for all of them.
    batch : Batch
        Their hours, or days.
    measure : Measure
        Whose.
    rates : Rates
        Of the reporting period.
    normal : Normal or None
        For the savings of a typical year.
    """
    pair, found = one.pair, one.settled
    fit = goodness(pair.used, pair.fitted, pair.model.parameters)
    fsus = _fsu(one, fit)
    normals = _normalised(one, normal) if normal is not None else ((None, ()),) * len(pair.baseline.meters)
    hours = batch.within(pair.reporting.dates)
    added = pair.predicted + adjustments(one.events, pair.reporting.meters, pair.reporting.conditions)
    about = one.calibration.to_json()
    made: list[MeterSaving] = []
    for at, stream in enumerate(batch.streams):
        base: dict[str, Any] = {
            "meter": stream.meter.id,
            "kind": stream.kind,
            "unit": stream.unit,
            "baseline": pair.baseline.dates,
            "reporting": pair.reporting.dates,
            "baseline_data": pair.baseline.sufficiency[at],
            "reporting_data": pair.reporting.sufficiency[at],
            "excluded": (*_treated(pair, at), *found.excluded[at]),
        }
        if not pair.qualified[at] or np.isnan(found.expected[at]):
            made.append(MeterSaving(**base, findings=found.findings[at]))
            continue
        fsu = tuple(_row(of, at) for of in fsus)
        estimate, warned = normals[at]
        observed = pair.treated[1].use[at].astype(np.float64)
        made.append(
            MeterSaving(
                **base,
                method=pair.model.method,
                model=pair.model.to_json(at),
                goodness=fit.to_dict(at),
                checks=_checks(one, fit, at, measure),
                observed=float(found.observed[at]),
                expected=float(found.expected[at]),
                avoided=found.total[at],
                interval_method=INTERVAL,
                calibration={**about, "pools": {stream.kind: about["pools"].get(stream.kind, {})}},
                fsu=fsu,
                normalised=estimate,
                typical_year=normal.year.source if normal is not None and estimate is not None else "",
                worth=worth(
                    stream,
                    rates,
                    hours.conditions,
                    observed,
                    (pair.predicted[at], added[at]),
                    (one.gross, found),
                    at=at,
                ),
                months=found.months[at],
                persistence=_plain(asdict(persistence(found.months[at]))),
                events=tuple(event for event in one.events if event.meter == stream.meter.id),
                residuals={"autocorrelation": fit.to_dict(at)["autocorrelation"]},
                fit=_series(pair.baseline.conditions, pair.baseline.use[at], pair.fitted[at]),
                series=_reported(one, at),
                findings=(*found.findings[at], *warned),
            )
        )
    return tuple(made)


def _treated(pair: Pair, at: int) -> list[Excluded]:
    """Readings of the reporting period that a treatment took for missing."""
    dates = pair.reporting.dates
    words = {
        "zeros": "zeros of electricity stand for missing readings (CalTRACK 2.0, 2.2.1.4)",
        "winter_zeros": "zeros of a heating meter that last through the cold stand for missing readings",
        "flagged": "doubtful by the quality check",
    }
    told = pair.treated[1].of(at)
    return [
        Excluded(first=dates.first, last=dates.last, intervals=count, why="no reading", reason=words[name])
        for name, count in told.items()
        if name in words
    ]


def _checks(one: Verified, fit: Goodness, at: int, measure: Measure) -> Any:
    avoided = one.settled.total[at]
    expected = float(one.settled.expected[at])
    half = avoided.half_width
    share = half / avoided.value if avoided.value > 0 else float("nan")
    values = {
        "cv_rmse": float(fit.cv_rmse[at]),
        "nmbe": float(fit.nmbe[at]),
        "r2": float(fit.r2[at]),
        "fsu": share,
        "fsu68": share * Z68 / Z90,
        "saving_share": avoided.value / expected if expected else float("nan"),
        "saving_over_error": avoided.value / (half / Z90) if half > 0 else float("nan"),
    }
    months = max(round(one.pair.reporting.dates.days / MONTH), 1)
    return checks_of(values, step=one.pair.baseline.conditions.step, months=months, option=measure.option)


def _fsu(one: Verified, fit: Goodness) -> list[FsuBatch]:
    found = one.settled
    avoided = np.array([total.value for total in found.total])
    return [
        fractional_savings_uncertainty(
            fit,
            expected=found.expected,
            avoided=avoided,
            count=found.used.sum(axis=1).astype(np.float64),
            months=one.pair.reporting.dates.days / MONTH,
            step=one.pair.baseline.conditions.step,
            variant=variant,
        )
        for variant in VARIANTS
    ]


def _row(of: FsuBatch, at: int) -> Fsu:
    return Fsu(
        variant=of.variant,
        fraction=float(of.fraction[at]),
        n=float(of.n[at]),
        n_effective=float(of.n_effective[at]),
        m=float(of.count[at]),
        t=float(of.t[at]),
        confidence=of.confidence,
    )


def _normalised(one: Verified, normal: Normal) -> list[tuple[Estimate | None, tuple[Finding, ...]]]:
    """Savings of a typical year, where the reporting period is long enough for a model of its own."""
    pair, count = one.pair, len(one.pair.baseline.meters)
    nothing: list[tuple[Estimate | None, tuple[Finding, ...]]] = [(None, ())] * count
    days = one.settled.used.sum(axis=1) * float(np.median(pair.reporting.conditions.hours)) / 24
    if not (days >= YEAR).any() or pair.reporting.extra is not None or _by_bill(pair):
        return nothing
    routine = pair.reporting.use - adjustments(one.events, pair.reporting.meters, pair.reporting.conditions)
    use = np.where(one.settled.used & (days >= YEAR)[:, None], routine, np.nan)
    after: Model = normal.method.fit(use, pair.reporting.conditions, None, pair.reporting.kinds)
    typical = normal.year.conditions
    scale = spread(use, after.predict(pair.reporting.conditions), pair.reporting.conditions)
    estimates = normalised_savings(
        pair.model,
        after,
        typical,
        units=pair.baseline.units,
        bounds_before=bounds_of(one.calibration, typical, pair.spread),
        bounds_after=bounds_of(one.calibration, typical, scale),
    )
    warned = (
        *beyond(typical, pair.baseline.conditions, period="baseline"),
        *beyond(typical, pair.reporting.conditions, period="reporting period"),
    )
    return [(one, warned) if not np.isnan(one.value) else (None, ()) for one in estimates]


def _by_bill(pair: Pair) -> bool:
    """Whether it goes by bills."""
    return pair.reporting.conditions.step == "bill"


def _series(conditions: Conditions, observed: Floats, expected: Floats) -> Series:
    step: Any = conditions.step
    return Series(
        step=step,
        start=conditions.start,
        date=conditions.date,
        observed=observed,
        expected=expected,
        temperature=conditions.temperature,
    )


def _reported(one: Verified, at: int) -> Series:
    pair = one.pair
    conditions = pair.reporting.conditions
    lower, upper = one.calibration.each(pair.predicted, conditions, pair.spread)
    step: Any = conditions.step
    return Series(
        step=step,
        start=conditions.start,
        date=conditions.date,
        observed=pair.reporting.use[at],
        expected=pair.predicted[at],
        lower=lower[at],
        upper=upper[at],
        temperature=conditions.temperature,
        used=one.settled.used[at],
    )


def _plain(content: dict[str, Any]) -> dict[str, Any]:
    """JSON values: None for NaN."""
    return {
        key: _plain(value) if isinstance(value, dict) else None if value != value else value  # pyright: ignore[reportUnknownArgumentType]
        for key, value in content.items()
    }
