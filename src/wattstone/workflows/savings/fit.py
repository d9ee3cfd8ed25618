"""Fit the models of a baseline and keep them in the lake."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from wattstone.base import Finding
from wattstone.baselines.goodness import goodness
from wattstone.savings.periods import Baseline, Dates, Sufficiency
from wattstone.workflows.results import Batch as Kept
from wattstone.workflows.results import keep, readings_evidence
from wattstone.workflows.savings.batches import Batch
from wattstone.workflows.savings.calibrating import Tell, stepped
from wattstone.workflows.savings.choosing import chosen, too_coarse
from wattstone.workflows.savings.methods import Choice, method_of
from wattstone.workflows.savings.pairs import Overrides, filled, in_step
from wattstone.workflows.workspace import Workspace

MODELS = "models"


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A baseline of one meter with its model.

    Parameters
    ----------
    meter, kind, unit : str
        Id, canonical kind, unit of use.
    data : Sufficiency
        Whether the data suffice; a meter whose do not has no model.
    method : str
        Of the model.
    goodness : dict
        Of the fit, with n - p degrees of freedom.
    model : dict
        JSON values, which `baselines.archive.from_json` reads.
    """

    meter: str
    kind: str
    unit: str
    data: Sufficiency
    method: str = ""
    goodness: dict[str, Any] = field(default_factory=dict[str, Any])
    model: dict[str, Any] = field(default_factory=dict[str, Any])

    def as_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "meter": self.meter,
            "kind": self.kind,
            "unit": self.unit,
            "method": self.method,
            "goodness": self.goodness,
            "model": self.model,
            "findings": [one.as_dict() for one in self.data.findings],
            "overridden": dict(self.data.overridden),
        }


@dataclass(frozen=True, kw_only=True)
class Fits:
    """What came of all meters, and the run under which the lake keeps it."""

    baseline: Dates
    choice: Choice
    meters: tuple[Fitted, ...]
    run: int
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FitJob:
    """Some meters for one worker."""

    batch: Batch
    baseline: Dates
    choice: Choice
    overrides: Overrides | None
    robust: bool = False


def run_fit(job: FitJob) -> list[Fitted]:
    """Fit some meters. Safe to run twice; workers call it by name."""
    method = method_of(job.choice, job.batch.conditions.step, robust=job.robust)
    if method is None:
        return [
            Fitted(meter=name, kind=kind, unit=unit, data=too_coarse(job.batch, name, job.baseline))
            for name, kind, unit in zip(job.batch.meters, job.batch.kinds, job.batch.units, strict=True)
        ]
    before, _ = filled(Baseline, job.batch, job.baseline, overrides=job.overrides)
    before, verdicts = in_step(before, method), before.sufficiency
    good = np.array([one.qualified for one in verdicts], dtype=bool)
    use = np.where(good[:, None], before.use, np.nan)
    model = method.fit(use, before.conditions, before.extra, before.kinds, job.batch.days)
    fitted = model.predict(before.conditions, before.extra)
    good &= np.logical_or.reduce(~np.isnan(fitted), axis=1)  # with every rule overridden there may be nothing to fit
    fit = goodness(before.use, fitted, model.parameters)
    return [
        Fitted(
            meter=name,
            kind=before.kinds[at],
            unit=before.units[at],
            data=verdicts[at],
            method=model.method if good[at] else "",
            goodness=fit.to_dict(at) if good[at] else {},
            model=model.to_json(at) if good[at] else {},
        )
        for at, name in enumerate(before.meters)
    ]


def fit(
    workspace: Workspace,
    baseline: Dates,
    *,
    choice: Choice = "best",
    meters: Sequence[str] | None = None,
    overrides: Overrides | None = None,
    robust: bool = False,
    tell: Tell | None = None,
) -> Fits:
    """Fit the models of a baseline and keep them.

    Parameters
    ----------
    workspace : Workspace
        With readings and weather.
    baseline : Dates
        Local days of each meter's own site.
    choice : {'daily', 'hourly', 'best'}
        Which model.
    meters : sequence of str or None
        Only these; all with readings of a known kind where None.
    overrides : mapping or None
        Reasons by meter (`*` for all) and code of a finding.
    robust : bool
        Whether outliers count less.
    tell : callable or None
        Told how far it is.

    Returns
    -------
    Fits

    Raises
    ------
    InputRefused
        If a meter is not known.
    """
    streams = chosen(workspace, baseline.last.year, meters, overridden=overrides or ())
    jobs = (
        FitJob(batch=batch, baseline=baseline, choice=choice, overrides=overrides, robust=robust)
        for batch in stepped(workspace, streams, baseline)
    )
    found: list[Fitted] = []
    for part in workspace.workers.map(run_fit, jobs):
        found += part
        if tell is not None:
            tell("fitting", len(found), len(streams))
    order = {one.meter.id: at for at, one in enumerate(streams)}
    found.sort(key=lambda one: order[one.meter])
    until = (np.datetime64(baseline.last, "us") + np.timedelta64(2, "D")).item()  # whatever the zone
    fitted = {one.meter for one in found if one.method}
    evidence = readings_evidence(workspace, [one.meter for one in streams if one.meter.id in fitted], until=until)
    about = {"baseline": str(baseline), "choice": choice, "meters": len(found), "fitted": len(fitted)}
    about["weather_version"] = workspace.lake.version("weather")
    dates = baseline.first, baseline.last
    rows = [(one.meter, one.method, *dates, json.dumps(one.model)) for one in found if one.method]
    schema = {"meter_id": pl.String, "method": pl.String, "first": pl.Date, "last": pl.Date, "model": pl.String}
    steps = pl.DataFrame(rows, schema=schema, orient="row")
    batch = Kept(kind="fit", year=baseline.last.year, about=about, evidence=evidence, table=MODELS, steps=steps)
    return Fits(baseline=baseline, choice=choice, meters=tuple(found), run=keep(workspace, batch))
