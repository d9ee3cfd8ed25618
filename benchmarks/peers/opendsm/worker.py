"""The peer's side: models of opendsm on pairs of years, one meter after the other.

    python -m benchmarks.peers.opendsm.worker FOLDER MODEL

FOLDER is what `benchmarks.peers.opendsm.pairs` has prepared. Each pair writes `MODEL/PAIR.parquet`, and then
`MODEL/PAIR.json` with the times and what stood in the way; a pair that is there already is left out, so that a run may
be broken off. The models are used as the documentation has it: a frame in the local zone with degrees Fahrenheit goes
into the class of baseline data, its disqualifications are looked at before the fit and after it. Pairs that opendsm
refuses are then fitted all the same, with `ignore_disqualification`, so that there is a prediction to look at.
"""

# The peer is not installed where types are checked.
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false

import json
import logging
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import opendsm.eemeter as em
import pandas as pd

ZONE = "Europe/London"
MODELS: dict[str, tuple[Any, Any, Any]] = {
    "daily": (em.DailyBaselineData, em.DailyReportingData, em.DailyModel),
    "billing": (em.BillingBaselineData, em.BillingReportingData, em.BillingModel),
    "hourly": (em.HourlyBaselineData, em.HourlyReportingData, em.HourlyModel),
    "hourly-irradiance": (em.HourlyBaselineData, em.HourlyReportingData, em.HourlyModel),
}


class Clock:
    """CPU seconds of each step."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    def run(self, name: str, work: Callable[[], Any]) -> Any:
        """Do some work and note what it took."""
        before = time.process_time()
        try:
            return work()
        finally:
            self.spent[name] = time.process_time() - before


def main(folder: Path, model: str) -> None:
    """Do all pairs of a folder that are not done."""
    logging.disable(logging.CRITICAL)
    warnings.filterwarnings("ignore")
    pairs: list[dict[str, Any]] = json.loads((folder / "pairs.json").read_text(encoding="utf-8"))
    target = folder / model
    target.mkdir(exist_ok=True)
    left = [pair for pair in pairs if not (target / f"{pair['id']}.json").exists()]
    if left:
        done(folder, left[0], model)  # the first fit of a process compiles; it counts for nobody
    for pair in left:
        told, predicted = done(folder, pair, model)
        if predicted is not None:
            predicted.to_parquet(target / f"{pair['id']}.parquet", index=False)
        (target / f"{pair['id']}.json").write_text(json.dumps(told, default=str), encoding="utf-8")


def done(folder: Path, pair: dict[str, Any], model: str) -> tuple[dict[str, Any], pd.DataFrame | None]:
    """Fit one year of a meter, predict the next.

    Returns
    -------
    told : dict
        Times, status (`fitted`, `refused`, `failed`) and reasons.
    predicted : DataFrame or None
        Nothing where it failed.
    """
    baseline, reporting = (
        frame(folder, pair["meter_id"], pair[key], irradiance=model.endswith("irradiance"))
        for key in ("baseline", "year")
    )
    electric, clock = pair["kind"] == "electricity", Clock()
    told: dict[str, Any] = {**pair, "model": model, "status": "failed", "reasons": []}
    try:
        predicted = _predicted(told, clock, MODELS[model], baseline, reporting, electric=electric)
    except Exception as refused:  # whatever it is: that a meter fails is a result
        told["reasons"].append(f"{type(refused).__name__}: {str(refused)[:200]}")
        predicted = None
    told["cpu"] = clock.spent
    return told, predicted


def _predicted(
    told: dict[str, Any],
    clock: Clock,
    parts: tuple[Any, Any, Any],
    baseline: pd.DataFrame,
    reporting: pd.DataFrame,
    *,
    electric: bool,
) -> pd.DataFrame:
    of_baseline, of_reporting, of_model = parts
    data = clock.run("data", lambda: of_baseline(baseline, is_electricity_data=electric))
    told["reasons"] += [one.qualified_name for one in data.disqualification]
    fitted = clock.run("fit", lambda: of_model().fit(data, ignore_disqualification=True))
    told["reasons"] = [one.qualified_name for one in fitted.disqualification]
    told["status"] = "refused" if told["reasons"] else "fitted"
    later = clock.run("data of the year", lambda: of_reporting(reporting, is_electricity_data=electric))
    try:
        found = clock.run("predict", lambda: fitted.predict(later, ignore_disqualification=True))
    except Exception:
        told["status"] = "failed"
        raise
    told["metrics"] = {name: getattr(fitted.baseline_metrics, name, None) for name in ("cvrmse_adj", "pnrmse_adj")}
    if len(found) == len(reporting):  # hourly: opendsm shows its interpolations among what was observed
        found["observed"] = reporting["observed"]
    return pd.DataFrame(
        {
            "pair": told["id"],
            "meter_id": told["meter_id"],
            "year": told["year"],
            "timestamp": found.index.tz_convert("UTC"),
            "observed": found["observed"].to_numpy("float64"),
            "predicted": found["predicted"].to_numpy("float64"),
            "predicted_unc": found["predicted_unc"].to_numpy("float64"),
            "status": told["status"],
        }
    )


def frame(folder: Path, meter: str, year: int, *, irradiance: bool) -> pd.DataFrame:
    """A local year as opendsm wants it: `observed`, `temperature` in degrees Fahrenheit, `ghi` if it is to be used."""
    begin, end = (pd.Timestamp(year=one, month=1, day=1, tz=ZONE).tz_convert("UTC") for one in (year, year + 1))
    inside = [("timestamp", ">=", begin), ("timestamp", "<", end)]
    weather = ["temperature", "ghi"] if irradiance else ["temperature"]
    rows = pd.read_parquet(folder / "hours.parquet", columns=["timestamp", *weather, meter], filters=inside)
    return rows.rename(columns={meter: "observed"}).set_index("timestamp").tz_convert(ZONE)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
