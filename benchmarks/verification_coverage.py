"""How often intervals hold on real meters: `python -m benchmarks.verification_coverage [--method M]`.

Every year is predicted by models of the year before and calibrated on years before it alone. Methods were developed on
scored years up to 2014; those from 2015 are reported apart.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.coverage_pairs import Fit, Pair, pairs
from benchmarks.estate_arrays import estate
from benchmarks.measuring import ROOT
from benchmarks.tables import Row, Setting
from wattstone.baselines.best import fit_best
from wattstone.baselines.daily_fit import fit_daily_models
from wattstone.baselines.ridge import fit_ridge
from wattstone.baselines.statistics import quantiles
from wattstone.baselines.timeline import fold_days, hours_of
from wattstone.baselines.towt import fit_towt
from wattstone.savings.calibration import Calibration
from wattstone.savings.calibration_fit import TAIL, calibrate
from wattstone.savings.calibration_reference import ANY, Reference
from wattstone.savings.calibration_scores import Scores, join, months_of, score
from wattstone.savings.conformal import flatten
from wattstone.savings.fsu import Variant, fractional_savings_uncertainty
from wattstone.savings.intervals import spread

Floats = npt.NDArray[np.float64]

VARIANTS: tuple[Variant, ...] = ("g14", "g14-sun-baltazar", "g14-nmecr")
POINTS, SIZES = 100, 20
BAND = (0.85, 0.95)
DEVELOPED = 2014
NAME = "cambridge-2009-2019"
SOURCE = (
    "Scores of the models of Wattstone on the meters of the Cambridge University Estates building energy usage "
    "archive v2.1 (M. Langtry and R. Choudhary, 2024, MIT licence, doi:10.5281/zenodo.10955332): fitted to one year, "
    "scored in the next, 2009 to 2019. Remade by `python -m benchmarks.verification_coverage --reference FILE`."
)


METHODS: dict[str, tuple[Fit, bool]] = {
    "daily": (lambda use, conditions, kinds: fit_daily_models(use, conditions, kinds=kinds), True),
    "ridge": (lambda use, conditions, kinds: fit_ridge(use, conditions, kinds=kinds), False),
    "towt": (lambda use, conditions, _: fit_towt(use, conditions), False),
    "best": (lambda use, conditions, _: fit_best(use, conditions), False),
}
"""How each is fitted, and whether to days."""
LEARNT = ("daily", "towt", "best")
"""Those from whose scores the shipped reference is made."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What became of the intervals of some meter-years.

    Parameters
    ----------
    years, kinds : (s,) array
        Scored year and kind.
    each, month : (s,) array
        Share of hours or days, and of months, inside.
    total : (s,) array of bool
        Whether the year's total was inside.
    width, total_width : (s,) array
        Mean width over mean expected use; width of the total over it.
    published : mapping of str to (s,) array of bool
        Whether the total was inside the interval of Guideline 14, by variant.
    """

    years: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.str_]
    each: Floats
    month: Floats
    total: Floats
    width: Floats
    total_width: Floats
    published: dict[str, Floats]


def judge(pair: Pair, calibration: Calibration) -> Judged:
    """Hold a year against its intervals."""
    known = ~np.isnan(pair.observed) & ~np.isnan(pair.predicted)
    expected, observed = np.where(known, pair.predicted, np.nan), np.where(known, pair.observed, 0.0)
    lower, upper = calibration.each(expected, pair.conditions, pair.spread)
    low, high = calibration.total(expected, pair.conditions, pair.spread)
    least, most = calibration.months(expected, pair.conditions, pair.spread)
    sums = np.add.reduceat(observed, months_of(pair.conditions)[0], axis=1)
    level, total = np.nansum(np.abs(expected), axis=1), observed.sum(axis=1)
    inside = (observed >= lower) & (observed <= upper) & known
    return Judged(
        years=np.full(len(pair.meters), pair.year),
        kinds=np.array(pair.kinds),
        each=inside.sum(axis=1) / known.sum(axis=1),
        month=((sums >= least) & (sums <= most)).sum(axis=1) / (~np.isnan(least)).sum(axis=1),
        total=((total >= low) & (total <= high)).astype(float),
        width=np.nansum(upper - lower, axis=1) / level,
        total_width=(high - low) / level,
        published={one: _published(pair, expected, total, one) for one in VARIANTS},
    )


def _published(pair: Pair, expected: Floats, total: Floats, variant: Variant) -> Floats:
    predicted = np.nansum(expected, axis=1)
    found = fractional_savings_uncertainty(
        pair.fit,
        expected=predicted,
        avoided=predicted - total,
        count=(~np.isnan(expected)).sum(axis=1).astype(float),
        months=12,
        step=pair.conditions.step,
        variant=variant,
    )
    return (np.abs(total - predicted) <= found.half_width).astype(float)


def together(parts: Sequence[Judged]) -> Judged:
    """All in one."""
    names = ("years", "kinds", "each", "month", "total", "width", "total_width")
    joined = {name: np.concatenate([getattr(one, name) for one in parts]) for name in names}
    return Judged(
        **joined, published={one: np.concatenate([part.published[one] for part in parts]) for one in VARIANTS}
    )


def scored_years(
    made: Sequence[Pair],
    *,
    learn: Sequence[str] | None = None,
    test: Sequence[str] | None = None,
    reference: Reference | None = None,
    history: bool = True,
) -> list[Judged]:
    """Every scored year, calibrated on earlier years of the meters `learn`; nothing if no meter of `test` is there."""
    found: list[Judged] = []
    for pair in made:
        mine = pair if test is None else pair.rows(test)
        if not mine.meters:
            continue
        earlier = [one.scores for one in made if history and one.year < pair.year]
        scores = join(earlier) if earlier else None
        if scores is not None and learn is not None:
            scores = scores.take(np.isin(scores.meters, learn))
        calibration = calibrate(
            meters=mine.meters,
            kinds=mine.kinds,
            begins=date(pair.year, 1, 1),
            earlier=scores if scores is not None and len(scores) else None,
            reference=reference,
        )
        found.append(judge(mine, calibration))
    return found


def reference_of(scores: Scores, name: str = NAME) -> Reference:
    """Scores as a reference."""
    grid, coarse = ((np.arange(count) + 0.5) / count for count in (POINTS, SIZES))
    parts: dict[str, dict[str, Floats]] = {}
    sizes: dict[str, dict[str, Floats]] = {}
    meters: dict[str, int] = {}
    periods: dict[str, int] = {}
    for kind in (ANY, *sorted(set(scores.kinds))):
        mine = scores.take(np.array([kind in (ANY, one) for one in scores.kinds]))
        meters[kind] = len(set(mine.meters))
        periods[kind] = len(set(zip(mine.meters, mine.first.tolist(), strict=True)))
        parts[kind], sizes[kind] = {}, {}
        for part, values in mine.parts.items():
            flat, weight = flatten(values, np.ones(len(values)))
            order = np.argsort(flat)
            at = np.searchsorted(np.cumsum(weight[order]) / weight.sum(), grid)
            parts[kind][part] = flat[order][np.minimum(at, len(flat) - 1)]
            tails = quantiles(values, (TAIL,))[0]
            sizes[kind][part] = quantiles(tails, tuple(coarse))
    return Reference(name=name, source=SOURCE, meters=meters, periods=periods, parts=parts, sizes=sizes)


def situations(made: Sequence[Pair], seeds: int = 4, draws: int = 10) -> Iterator[tuple[str, Judged]]:
    """The workspaces that are tried: one estate, other buildings, few meters, no history."""
    yield "own estate, earlier years", together(scored_years(made))
    tried: dict[str, list[Judged]] = {
        "other half of the buildings": [],
        "no earlier years (reference of the other half)": [],
        "3 meters, their earlier years": [],
        "1 meter, its earlier years": [],
    }
    meters = np.array(sorted({meter for pair in made for meter in pair.meters}))
    buildings = np.array([meter.rsplit("-", 1)[0] for meter in meters])
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        names = np.unique(buildings)
        half = np.isin(buildings, rng.choice(names, len(names) // 2, replace=False))
        learn, test = meters[half], meters[~half]
        scores = join([pair.scores for pair in made])
        standard = reference_of(scores.take(np.isin(scores.meters, learn)))
        whole, alone, three, single = tried.values()
        whole += scored_years(made, learn=list(learn), test=list(test), reference=standard)
        alone += scored_years(made, test=list(test), reference=standard, history=False)
        for _ in range(draws):
            few = list(rng.choice(test, 3, replace=False))
            three += scored_years(made, learn=few, test=few, reference=standard)
            single += scored_years(made, learn=few[:1], test=few[:1], reference=standard)
    for name, parts in tried.items():
        yield name, together(parts)


def table(judged: Judged, step: str) -> Iterator[str]:
    """Coverage and width by kind and time, and by scored year."""
    yield f"| kind | scored years | meter-years | {step}s | months | totals | width of {step}s | width of totals |"
    yield "|---|---|---:|---:|---:|---:|---:|---:|"
    times = {f"2009-{DEVELOPED}": judged.years <= DEVELOPED, f"{DEVELOPED + 1}-2019": judged.years > DEVELOPED}
    for kind in (*np.unique(judged.kinds), "all"):
        for name, when in (*times.items(), ("all", judged.years > 0)):
            where = when & ((judged.kinds == kind) | (kind == "all"))
            if where.any():
                yield _line(judged, where, str(kind), name)


def by_year(judged: Judged, step: str) -> Iterator[str]:
    """Coverage by scored year, beside that of Guideline 14."""
    yield f"| scored year | meter-years | {step}s | months | totals | {' | '.join(VARIANTS)} |"
    yield f"|---|---:|---:|---:|---:|{'---:|' * len(VARIANTS)}"
    for year in (*np.unique(judged.years), 0):
        where = (judged.years == year) | (year == 0)
        cells = [_percent(part[where]) for part in (judged.each, judged.month, judged.total)]
        cells += [_percent(judged.published[one][where]) for one in VARIANTS]
        yield f"| {year or 'all'} | {where.sum()} | {' | '.join(cells)} |"


def _line(judged: Judged, where: npt.NDArray[np.bool_], *names: str) -> str:
    shares = [_percent(part[where]) for part in (judged.each, judged.month, judged.total)]
    widths = [f"±{100 * np.median(part[where]) / 2:.0f} %" for part in (judged.width, judged.total_width)]
    return f"| {' | '.join(names)} | {where.sum()} | {' | '.join(shares + widths)} |"


def _percent(values: Floats) -> str:
    return f"{100 * values.mean():.1f} %"


def toml_of(reference: Reference) -> str:
    """The reference as a file."""
    lines = [f'name = "{reference.name}"', f'source = "{reference.source}"', ""]
    for kind, parts in reference.parts.items():
        lines += [
            f"[kind.{kind}]",
            f"meters = {reference.meters[kind]}",
            f"periods = {reference.periods[kind]}",
            "",
        ]
        for title, tables in (("quantiles", parts), ("sizes", reference.sizes[kind])):
            lines += [f"[kind.{kind}.{title}]"]
            for name, values in sorted(tables.items()):
                rows = ["    " + " ".join(f"{value:.4g}," for value in row) for row in values.reshape(-1, 10)]
                lines += [f"{name} = [", *rows, "]"]
            lines.append("")
    return "\n".join(lines)


def made_pairs(folder: Path, method: str) -> list[Pair]:
    """Pairs of one method on the estate."""
    of = estate(folder, date(2008, 1, 1), date(2019, 12, 31))
    fit, daily = METHODS[method]
    return pairs(of, fit, daily=daily)


def run(setting: Setting) -> Iterator[Row]:
    """Speed; coverage of each method on the estate, of totals by Guideline 14 too."""
    yield from speed(128 if setting.small else 2048)
    if setting.cambridge is None or setting.small:
        return
    band = f"{BAND[0]:.0%} to {BAND[1]:.0%}"
    for method in METHODS:
        made = made_pairs(setting.cambridge, method)
        judged, step = together(scored_years(made)), made[0].conditions.step
        late = judged.years > DEVELOPED
        for what, of in ((f"{step}s", judged.each), ("totals", judged.total)):
            share = float(of[late].mean())
            name = f"{method}: {what} of {DEVELOPED + 1} to 2019 inside the 90 % interval, {late.sum()} meter-years"
            yield Row(name, f"{share:.1%}", limit=band, kept=BAND[0] <= share <= BAND[1])
        said = ", ".join(f"{one} {judged.published[one][late].mean():.1%}" for one in VARIANTS)
        yield Row(f"{method}: totals inside the 90 % interval of Guideline 14", said)


def speed(meters: int) -> Iterator[Row]:
    """How many daily meters a CPU second takes: scale, scores of an earlier year, calibration and intervals."""
    rng = np.random.default_rng(0)
    days = {year: fold_days(hours_of(date(year, 1, 1), date(year, 12, 31), "Europe/London")) for year in (2018, 2019)}
    expected = rng.uniform(1, 2, (meters, 365))
    observed = expected + rng.normal(0, 0.1, expected.shape)
    names, kinds = [f"m{at}" for at in range(meters)], ["electricity"] * meters
    began = time.process_time()
    of = spread(observed, expected, days[2018])
    earlier = score(meters=names, kinds=kinds, observed=observed, predicted=expected, conditions=days[2018], spread=of)
    calibration = calibrate(meters=names, kinds=kinds, begins=date(2019, 1, 1), earlier=earlier)
    calibration.each(expected, days[2019], of)
    calibration.total(expected, days[2019], of)
    yield Row(
        "daily intervals: scale, scores, calibration, a year",
        f"{meters / (time.process_time() - began):,.0f} meters a CPU-s",
    )


def main(arguments: list[str] | None = None) -> int:
    """Print the tables, or write the reference."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.verification_coverage", description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "cambridge-dev")
    parser.add_argument("--method", choices=tuple(METHODS), default="daily")
    parser.add_argument("--reference", type=Path, help="where to write the reference table, of all methods")
    given = parser.parse_args(arguments)
    if given.reference:
        scores = [pair.scores for method in LEARNT for pair in made_pairs(given.data, method)]
        given.reference.write_text(toml_of(reference_of(join(scores))), encoding="utf-8")
        return 0
    began = time.process_time()
    made = made_pairs(given.data, given.method)
    step = made[0].conditions.step
    lines: list[str] = []
    for at, (name, judged) in enumerate(situations(made)):
        lines += ["", f"### {name[0].upper()}{name[1:]}", "", *table(judged, step)]
        if not at:
            lines += ["", *by_year(judged, step)]
    lines.append(f"\n{time.process_time() - began:.0f} CPU seconds.")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
