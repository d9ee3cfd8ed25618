"""Filling of gaps on request: by a named method, counted, with its error carried into the figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, get_args

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.readings.fill import fill, fill_error
from wattstone.readings.schema import Flag

Method = Literal["linear", "same_hour_last_week", "typical_week", "zero"]


@dataclass(frozen=True)
class Filling:
    """How gaps are filled.

    Parameters
    ----------
    method : str
        By name, as `readings.fill`.
    hours : int
        Longest gap that is filled. [h]
    treat : int
        Readings with any of these flags count as gaps.
    """

    method: Method
    hours: int = 168
    treat: int = 0

    def __str__(self) -> str:
        treated = f", readings flagged {Flag(self.treat).name} treated as gaps" if self.treat else ""
        return f"{self.method}, gaps up to {self.hours} h{treated}"


def filling(method: str | None, *, hours: int = 168, treat: Sequence[str] = ()) -> Filling | None:
    """What was asked for, checked.

    Raises
    ------
    InputRefused
        If a method or a flag has another name, or flags are treated without a method.
    """
    names = {flag.name.lower(): flag for flag in Flag if flag.name}
    wrong = [name for name in treat if name not in names]
    if method is None and not treat:
        return None
    if method not in get_args(Method) or wrong:
        raise InputRefused([_unknown(method, wrong, sorted(names))])
    flags = Flag(0)
    for name in treat:
        flags |= names[name]
    return Filling(method, hours, int(flags))  # pyright: ignore[reportArgumentType]


def filled_rows(rows: pl.DataFrame, how: Filling, zone: str) -> tuple[pl.DataFrame, dict[int, float]]:
    """Rows with their gaps filled, and the variance of each meter's filled sum, NaN where it is not known.

    Parameters
    ----------
    rows : polars.DataFrame
        Columns meter, start, seconds, value, flags, of one zone.
    how : Filling
        Method and limits.
    zone : str
        IANA zone.
    """
    ordered = rows.sort("meter", "start")
    gap, treat = timedelta(hours=how.hours), Flag(how.treat)
    made = fill(ordered, how.method, max_gap=gap, zone=zone, treat=treat).readings
    errors = fill_error(ordered, how.method, max_gap=gap, zone=zone, treat=treat)
    # An error that is not known is NaN: no sum that holds it has an interval then.
    told = errors.select("meter", pl.col("error").fill_null(float("nan")))
    return made.select(rows.columns), {int(meter): float(error) ** 2 for meter, error in told.iter_rows()}


def _unknown(method: str | None, wrong: list[str], flags: list[str]) -> Finding:
    return Finding(
        code="fill.unknown",
        place="--fill" if not wrong else "--treat",
        found="{what} is not known" if wrong or method else "flags are treated as gaps, but no method fills them",
        params={"what": ", ".join(wrong) or method},
        expected=f"--fill with one of {', '.join(get_args(Method))}; --treat with one of {', '.join(flags)}",
        remedy="name a method and flags of these",
    )
