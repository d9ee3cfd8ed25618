"""Comparison groups and correlated errors on the university estate: each meter as if it had a measure, the others not.

Nothing was done to most meters, so a saving that is found is an error; an interval should hold 0 in nine cases of ten.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.estate_arrays import estate
from benchmarks.tables import Row, Setting, markdown
from benchmarks.verification_events import Stretch, days_of, stretch
from wattstone.savings.comparison import LEAST, Form, difference_in_differences, load_shape, matched
from wattstone.savings.portfolio import error_correlation

Floats = npt.NDArray[np.float64]
YEARS = {"2012-2015": range(2012, 2016), "2016-2019": range(2016, 2020), "2020": range(2020, 2021)}
EACH = 5
FORMS: tuple[tuple[str, int | None, Form], ...] = (
    ("all others, percent", None, "percent"),
    (f"{EACH} most alike, percent", EACH, "percent"),
    (f"{EACH} most alike, ordinary", EACH, "ordinary"),
)


@dataclass(frozen=True)
class Year:
    """Meters of one kind in a pair of years: sums, baseline shapes, monthly residuals."""

    observed: Floats
    expected: Floats
    shape: Floats
    months: Floats


def year_of(one: Stretch, kind: str) -> Year | None:
    """What is compared; None with too few meters."""
    rows = np.flatnonzero(np.array(one.baseline.kinds) == kind)
    if len(rows) < LEAST + EACH:
        return None
    use, expected = one.reporting.use[rows], one.expected[rows]
    known = ~np.isnan(use) & ~np.isnan(expected)
    residual, month = np.where(known, use - expected, 0.0), one.reporting.conditions.month
    before = one.baseline
    return Year(
        observed=np.where(known, use, 0.0).sum(axis=1),
        expected=np.where(known, expected, 0.0).sum(axis=1),
        shape=load_shape(before.use[rows], before.conditions.weekday, before.conditions.month),
        months=np.stack([residual[:, month == at].sum(axis=1) for at in range(1, 13)], axis=1),
    )


def judged(year: Year, each: int | None, form: Form) -> Iterator[tuple[bool, float]]:
    """For every meter as if it were treated: whether the interval holds 0, and the error over expected use."""
    for at in range(len(year.observed)):
        others = np.delete(np.arange(len(year.observed)), at)
        matches = None if each is None else matched(year.shape[[at]], year.shape[others], each=each)
        found = difference_in_differences(
            year.observed[[at]],
            year.expected[[at]],
            year.observed[others],
            year.expected[others],
            unit="kWh",
            matches=matches,
            form=form,
        )
        yield found.total.lower <= 0 <= found.total.upper, abs(found.total.value) / float(year.expected[at])


def run(setting: Setting) -> list[Row]:
    """Rows of the table."""
    if setting.cambridge is None:
        return [Row("comparison groups", "needs the real data set cambridge-dev")]
    whole = estate(setting.cambridge, date(2011, 1, 1), date(2020, 12, 31))
    use, days = days_of(whole)
    rows: list[Row] = []
    for name, years in YEARS.items():
        if setting.small and name != "2020":
            continue
        held = [stretch(whole, use, days, year - 1, (year,)) for year in years]
        for kind in ("electricity", "gas"):
            some = [year for year in (year_of(one, kind) for one in held) if year is not None]
            rows += _rows(f"{kind} {name}", some)
    return rows


def _rows(name: str, years: list[Year]) -> list[Row]:
    plain = np.concatenate([np.abs(1 - year.observed / year.expected) for year in years])
    shared = np.mean([error_correlation(year.months) for year in years])
    rows = [
        Row(f"{name}, {len(plain)} meter-years, without controls", f"median error {100 * np.median(plain):.1f} %"),
        Row(f"{name}, correlation of monthly errors", f"{shared:.2f}"),
    ]
    for told, each, form in FORMS:
        found = [one for year in years for one in judged(year, each, form)]
        held, error = np.mean([inside for inside, _ in found]), np.median([size for _, size in found])
        rows.append(Row(f"{name}, {told}", f"median error {100 * error:.1f} %, interval holds 0: {100 * held:.1f} %"))
    return rows


if __name__ == "__main__":
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    told = Setting(scratch=Path(), data=folder, small="--small" in sys.argv)
    sys.stdout.write(markdown(run(told)) + "\n")
