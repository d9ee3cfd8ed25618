"""opendsm on the same meters: `tools/peers.sh opendsm`; with `--scratch FOLDER` what it has fitted is kept.

Each pair is a year of a real meter that is fitted and the next one, which is predicted. Both sides get the same hours,
and are scored on the same observed use.
"""

import os
import statistics
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from benchmarks.measuring import ROOT, side
from benchmarks.peers.comparing import Row, main
from benchmarks.peers.opendsm.ours import METHODS
from benchmarks.peers.opendsm.pairs import chosen, loaded, predicted, prepared, told
from benchmarks.peers.opendsm.sides import Year, laid_out, scores
from benchmarks.tables import Setting

FEW = 3
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "POLARS_MAX_THREADS"), "1"
)
AGAINST = {"daily": ("daily",), "hourly": ("towt", "ridge", "best"), "hourly-irradiance": ("best",)}
"""Models of the peer, and ours that are held against them."""


@dataclass(frozen=True)
class Sides:
    """A model of the peer, one of ours, and the table of both on the pairs that both predict.

    Parameters
    ----------
    told : pl.DataFrame
        What became of each pair at the peer's.
    ours : dict
        What our side returned.
    both : pl.DataFrame
        Scores by pair, the peer's with the suffix `_peer`.
    """

    model: str
    method: str
    told: pl.DataFrame
    ours: dict[str, Any]
    both: pl.DataFrame


def study(python: str, setting: Setting) -> Iterator[Row]:
    """Accuracy, intervals and speed, model by model."""
    if setting.cambridge is None:
        setting.say("cambridge-dev is not there: nothing to compare")
        return
    os.environ.update(ONE_THREAD)  # of the processes of both sides
    folder = setting.scratch / "opendsm"
    of = loaded(setting.cambridge)
    pairs = chosen(of, most=FEW if setting.small else None)
    prepared(folder, of, pairs)
    given = (setting.cambridge, folder)
    ours = {name: side("benchmarks.peers.opendsm.ours:fitted", *given, name, not setting.small) for name in METHODS}
    setting.say("    ours is done")
    for model, names in AGAINST.items():
        words = [python, "-m", "benchmarks.peers.opendsm.worker", str(folder), model]
        subprocess.run(words, cwd=ROOT, check=True, env=os.environ)
        setting.say(f"    {model} of the peer is done")
        became, foreign = told(folder, model), predicted(folder, model)
        years = list(laid_out(of, pairs, daily=METHODS[names[0]].daily))
        theirs = pl.concat([scores(year, foreign) for year in years])
        for name in names:
            both = _mine(folder, name, years).join(theirs, on=["id", "kind", "year"], suffix="_peer")
            yield from rows(Sides(model, name, became, ours[name].result, both))


def _mine(folder: Path, name: str, years: list[Year]) -> pl.DataFrame:
    predictions = pl.read_parquet(folder / f"ours-{name}.parquet")
    return pl.concat([scores(year, predictions) for year in years])


def rows(of: Sides) -> Iterator[Row]:
    """The table of one of our models against one of the peer's."""
    name, step = f"{of.method} against {of.model}", "days" if METHODS[of.method].daily else "hours"
    became = dict(of.told["status"].value_counts().iter_rows())
    refused = of.ours["refused"]
    yield Row(
        f"{name}: pairs of years",
        f"{of.told.height}: {became.get('refused', 0)} disqualified, {became.get('failed', 0)} ended in an error",
        f"{of.ours['meters']}: {len(refused)} disqualified",
        agreement=_only(of),
    )
    accepted = of.told.filter((pl.col("status") == "fitted") & ~pl.col("id").is_in(list(refused)))["id"]
    shared = of.both.filter(pl.col("id").is_in(accepted.implode()))
    for what, both in (
        ("electricity", shared.filter(pl.col("kind") == "electricity")),
        ("gas", shared.filter(pl.col("kind") == "gas")),
        ("both", shared),
        ("both, with pairs that are disqualified", of.both),
    ):
        if both.height:
            yield _error(f"{name}: CV(RMSE) of {step}, {what}, median", both, "cv_rmse")
    yield _error(f"{name}: |NMBE| of the year, median", shared, "nmbe")
    for column, what in (("covered", f"{step} inside the 90 % interval"), ("total_covered", "years' totals inside it")):
        yield Row(f"{name}: {what}", *(_share(shared[one]) for one in (f"{column}_peer", column)))
    yield _speed(name, of)


def _only(of: Sides) -> str:
    """Pairs that one side alone accepts."""
    refused = of.ours["refused"]
    accepted = set(of.told.filter(pl.col("status") == "fitted")["id"])
    alone = len(accepted & set(refused))
    ours = of.told.height - len(accepted | set(refused))
    return f"{alone} accepted by the peer alone, {ours} by ours alone"


def _error(what: str, both: pl.DataFrame, column: str) -> Row:
    from scipy.stats import wilcoxon

    mine, other = (both[one].abs().to_numpy() for one in (column, f"{column}_peer"))
    medians = float(np.median(mine)), float(np.median(other))
    lower = int((mine < other).sum())
    found = f"lower in {lower} of {both.height}"
    if (mine != other).any():
        found += f", Wilcoxon p = {float(wilcoxon(mine, other).pvalue):.1g}"
    return Row(what, f"{medians[1]:.1%}", f"{medians[0]:.1%}", f"{medians[0] / medians[1]:.3f} times", found)


def _share(values: pl.Series) -> str:
    known = values.drop_nulls()
    return f"{float(np.mean(known.to_numpy())):.1%}" if len(known) else ""


def _speed(name: str, of: Sides) -> Row:
    took = of.told["fit"].drop_nulls().to_list()
    peer, mine = statistics.median(took), of.ours["fit"] / of.ours["meters"]
    return Row(
        f"{name}: fit of a meter",
        f"{peer:.2f} CPU-s (median; mean {statistics.mean(took):.2f})",
        f"{mine * 1e3:.2f} CPU-ms, {1 / mine:,.0f} a CPU-s",
        f"{peer / mine:,.0f} times as fast",
    )


if __name__ == "__main__":
    main("opendsm", study)
