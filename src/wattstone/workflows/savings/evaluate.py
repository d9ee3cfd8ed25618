"""Predict a period from an earlier one at every meter, and say how good the predictions and their intervals are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.baselines.goodness import Goodness, goodness
from wattstone.inventory.plan import Stream
from wattstone.savings.calibration import Calibration
from wattstone.savings.calibration_fit import calibrate
from wattstone.savings.calibration_scores import Scores
from wattstone.savings.periods import Dates, Sufficiency
from wattstone.savings.sufficiency import check_periods
from wattstone.workflows.access import Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.savings.batches import Batch
from wattstone.workflows.savings.calibrating import Tell, earlier_scores, stepped
from wattstone.workflows.savings.choosing import chosen, not_served, shown, too_coarse
from wattstone.workflows.savings.methods import Choice, method_of
from wattstone.workflows.savings.pairs import Overrides, Pair, fit_pair
from wattstone.workflows.savings.predictions import PredictionsFile, no_rows, rows_of
from wattstone.workflows.workspace import Workspace

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Evaluated:
    """What one meter's prediction is worth.

    Parameters
    ----------
    meter, kind, unit : str
        Id, canonical kind, unit of use.
    baseline_data, reporting_data : Sufficiency
        Whether the data suffice; a meter whose do not has no figures.
    method : str
        Of the model.
    n : int
        Intervals of which both sides are known.
    cv_rmse, nmbe : float
        Out of sample, with n degrees of freedom; the bias is positive where too little was predicted. [1]
    observed, predicted, lower, upper : float
        Sum over the intervals that are known, and its 90 % interval.
    coverage : float
        Share of intervals inside their own.
    """

    meter: str
    kind: str
    unit: str
    baseline_data: Sufficiency
    reporting_data: Sufficiency
    method: str = ""
    n: int = 0
    cv_rmse: float = float("nan")
    nmbe: float = float("nan")
    observed: float = float("nan")
    predicted: float = float("nan")
    lower: float = float("nan")
    upper: float = float("nan")
    coverage: float = float("nan")

    @property
    def inside(self) -> bool:
        """Whether the total lies in its interval."""
        return self.lower <= self.observed <= self.upper

    @property
    def refused(self) -> tuple[Finding, ...]:
        """What stands in the way of a prediction."""
        return (*self.baseline_data.disqualifying, *self.reporting_data.disqualifying)

    def as_dict(self) -> dict[str, Any]:
        """As JSON values; what is not known is None."""
        figures = {name: value for name, value in asdict(self).items() if not name.endswith("_data")}
        plain = {name: None if value != value else value for name, value in figures.items()}
        data = (self.baseline_data, self.reporting_data)
        return {
            **plain,
            "findings": [one.as_dict() for part in data for one in part.findings],
            "overridden": {code: reason for part in data for code, reason in part.overridden},
        }


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What came of all meters.

    Parameters
    ----------
    baseline, reporting : Dates
        The periods.
    choice : str
        `daily`, `hourly` or `best`.
    meters : tuple of Evaluated
        All that were asked for.
    calibration : mapping
        What the intervals were calibrated on: sources, and pools by kind and part.
    rows : int
        Written.
    findings : tuple of Finding
        What must be known besides.
    """

    baseline: Dates
    reporting: Dates
    choice: Choice
    meters: tuple[Evaluated, ...]
    calibration: Mapping[str, Any]
    rows: int
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EvaluateJob:
    """Some meters for one worker."""

    batch: Batch
    baseline: Dates
    reporting: Dates
    choice: Choice
    scores: Scores | None
    overrides: Overrides | None
    robust: bool = False


def run_evaluate(job: EvaluateJob) -> tuple[list[Evaluated], pl.DataFrame, dict[str, Any]]:
    """Fit, predict and judge some meters. Safe to run twice; workers call it by name."""
    method = method_of(job.choice, job.batch.conditions.step, robust=job.robust)
    if method is None:
        return [_too_coarse(job, at) for at in range(len(job.batch.streams))], no_rows(), {}
    pair = fit_pair(job.batch, job.baseline, job.reporting, method, overrides=job.overrides)
    calibration = calibrate(
        meters=pair.baseline.meters,
        kinds=pair.baseline.kinds,
        begins=job.reporting.first,
        earlier=job.scores,
        step=pair.reporting.conditions.step,
    )
    told = calibration.to_json()
    lower, upper = calibration.each(pair.predicted, pair.reporting.conditions, pair.spread)
    judged = _judged(pair, calibration, lower, upper)
    about = {"sources": told["sources"], "pools": told["pools"], "level": told["level"]}
    return judged, rows_of(pair, lower, upper), about


def evaluate(
    workspace: Workspace,
    baseline: Dates,
    reporting: Dates,
    to: Path,
    *,
    choice: Choice = "best",
    meters: Sequence[str] | None = None,
    overrides: Overrides | None = None,
    robust: bool = False,
    personal: bool = False,
    tell: Tell | None = None,
) -> Evaluation:
    """Fit models on one period, predict another, and write the predictions with 90 % intervals.

    Parameters
    ----------
    workspace : Workspace
        With readings and weather.
    baseline, reporting : Dates
        Local days of each meter's own site; the reporting period after the baseline.
    to : pathlib.Path
        Parquet file, schema `PREDICTIONS`.
    choice : {'daily', 'hourly', 'best'}
        Which model.
    meters : sequence of str or None
        Only these; all with readings of a known kind where None.
    overrides : mapping or None
        Reasons by meter (`*` for all) and code of a finding.
    robust : bool
        Whether outliers count less.
    personal : bool
        Whether sub-daily predictions of dwellings and drivers are written too; else they are left out.
    tell : callable or None
        Told how far it is.

    Returns
    -------
    Evaluation

    Raises
    ------
    InputRefused
        If the periods are not in order, or a meter is not known; nothing is written.

    Notes
    -----
    Intervals are calibrated on what the same method missed by in earlier years, at these meters and others, of which
    everything ends before the reporting period begins.
    """
    workspace = acting(workspace, Act.RUN)
    wrong = check_periods(baseline, reporting)
    if any(one.severity == "error" for one in wrong):
        raise InputRefused(list(wrong))
    streams = chosen(workspace, reporting.last.year, meters, overridden=overrides or ())
    streams, findings = shown(streams, hourly=choice != "daily" and not personal)
    scores = earlier_scores(workspace, streams, baseline, reporting, choice, robust=robust, tell=tell)
    span = Dates(baseline.first, reporting.last)
    jobs = (
        EvaluateJob(
            batch=batch,
            baseline=baseline,
            reporting=reporting,
            choice=choice,
            scores=scores,
            overrides=overrides,
            robust=robust,
        )
        for batch in stepped(workspace, streams, span)
    )
    found: list[Evaluated] = []
    about: dict[str, Any] = {"sources": [], "pools": {}}
    written = 0
    with PredictionsFile(to) as file:
        for judged, rows, told in workspace.workers.map(run_evaluate, jobs):
            found += judged
            about = {**about, **told, "pools": {**about["pools"], **told.get("pools", {})}}
            written += file.write(rows)
            if tell is not None:
                tell("predicting", len(found), len(streams))
    order = {one.meter.id: at for at, one in enumerate(streams)}
    seen = {one.meter for one in found}
    found += [_not_served(one, baseline) for one in streams if one.meter.id not in seen]
    return Evaluation(
        baseline=baseline,
        reporting=reporting,
        choice=choice,
        meters=tuple(sorted(found, key=lambda one: order[one.meter])),
        calibration=about,
        rows=written,
        findings=(*wrong, *findings),
    )


def _not_served(one: Stream, baseline: Dates) -> Evaluated:
    nothing = not_served(one.meter.id, baseline)
    empty = Sufficiency(meter=one.meter.id)
    return Evaluated(meter=one.meter.id, kind=one.kind, unit=one.unit, baseline_data=nothing, reporting_data=empty)


def _judged(pair: Pair, calibration: Calibration, lower: Floats, upper: Floats) -> list[Evaluated]:
    observed = np.where(pair.qualified[:, None], pair.reporting.use, np.nan)
    known = ~np.isnan(observed) & ~np.isnan(pair.predicted)
    fit: Goodness = goodness(observed, pair.predicted)
    expected = np.where(known, pair.predicted, np.nan)
    low, high = calibration.total(expected, pair.reporting.conditions, pair.spread)
    count = np.maximum(known.sum(axis=1), 1)
    inside = (known & (observed >= lower) & (observed <= upper)).sum(axis=1) / count
    sums = np.where(known, observed, 0.0).sum(axis=1), np.where(known, pair.predicted, 0.0).sum(axis=1)
    made: list[Evaluated] = []
    for at, meter in enumerate(pair.baseline.meters):
        about = {
            "meter": meter,
            "kind": pair.baseline.kinds[at],
            "unit": pair.baseline.units[at],
            "baseline_data": pair.baseline.sufficiency[at],
            "reporting_data": pair.reporting.sufficiency[at],
        }
        figures: dict[str, Any] = {}
        if known[at].any():
            figures = {
                "method": pair.model.method,
                "n": int(fit.n[at]),
                "cv_rmse": float(fit.cv_rmse[at]),
                "nmbe": float(fit.nmbe[at]),
                "observed": float(sums[0][at]),
                "predicted": float(sums[1][at]),
                "lower": float(low[at]),
                "upper": float(high[at]),
                "coverage": float(inside[at]),
            }
        made.append(Evaluated(**about, **figures))
    return made


def _too_coarse(job: EvaluateJob, at: int) -> Evaluated:
    """A meter whose readings are longer than the model's intervals."""
    batch, meter = job.batch, job.batch.meters[at]
    return Evaluated(
        meter=meter,
        kind=batch.kinds[at],
        unit=batch.units[at],
        baseline_data=too_coarse(batch, meter, job.baseline),
        reporting_data=Sufficiency(meter=meter),
    )


def totals(found: Sequence[Evaluated]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Medians of what was judged, by kind: what a table shows.

    Parameters
    ----------
    found : sequence of Evaluated
        Of all meters.

    Yields
    ------
    str, dict
        Kind; meters, judged, cv_rmse, bias (median of |NMBE|), coverage (mean), inside (share of totals).
    """
    for kind in sorted({one.kind for one in found}):
        mine = [one for one in found if one.kind == kind]
        judged = [one for one in mine if one.n]
        figures: dict[str, Any] = {"meters": len(mine), "judged": len(judged)}
        if judged:
            figures |= {
                "cv_rmse": float(np.nanmedian([one.cv_rmse for one in judged])),
                "bias": float(np.nanmedian([abs(one.nmbe) for one in judged])),
                "coverage": float(np.nanmean([one.coverage for one in judged])),
                "inside": float(np.mean([one.inside for one in judged])),
            }
        yield kind, figures
