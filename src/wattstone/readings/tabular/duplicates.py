"""Readings given twice, found while a file streams by, in memory that does not grow with the file.

For each meter the span of time seen so far is kept. A block whose readings lie outside it, as in every file that is in
some order, goes straight through. Readings inside it are held back, and compared at the end with a second pass.
"""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import polars as pl

from wattstone.base import InputRefused
from wattstone.readings.problems import Problems
from wattstone.readings.tabular.csv import ROW

LATE_ROWS = 8_000_000  # readings held back before a file counts as unordered; about 400 MB
KEY = ("meter_id", "start")


class DuplicateGuard:
    """Lets each (meter, start) through once.

    Parameters
    ----------
    problems : Problems
        Two values for one stamp are an error, the same value twice a warning.
    """

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self._spans = pl.DataFrame(schema={"meter_id": pl.String(), "low": pl.Int64(), "high": pl.Int64()})
        self._late: list[pl.DataFrame] = []
        self._late_rows = 0

    def admit(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The readings of a block that cannot have been given before; the others are held back."""
        if not distinct_by_order(frame):
            frame = self._without_repeats(frame)
        spans = frame.group_by("meter_id").agg(low=pl.col("start").min(), high=pl.col("start").max())
        met = spans.join(self._spans, on="meter_id", how="inner", suffix="_seen")
        met = met.filter((pl.col("low") <= pl.col("high_seen")) & (pl.col("high") >= pl.col("low_seen")))
        self._spans = (
            pl.concat([self._spans, spans])
            .group_by("meter_id", maintain_order=True)
            .agg(pl.col("low").min(), pl.col("high").max())
        )
        if not met.height:
            return frame
        within = frame.join(
            met.select("meter_id", "low_seen", "high_seen"), on="meter_id", how="left", maintain_order="left"
        )
        late = within.select(pl.col("start").is_between("low_seen", "high_seen").fill_null(value=False)).to_series()
        self.hold(frame.filter(late))
        return frame.filter(~late)

    def hold(self, frame: pl.DataFrame) -> None:
        """Keep readings back until the end.

        Raises
        ------
        InputRefused
            If there are more of them than memory is meant for.
        """
        if not frame.height:
            return
        self._late.append(frame)
        self._late_rows += frame.height
        if self._late_rows > LATE_ROWS:
            self.problems.add(
                "readings.file.unordered",
                row=frame[ROW][0],
                found="more than {limit} readings are in no order of time",
                expected="a large file that is ordered by meter and time, or by time",
                remedy="sort the file, or give it in parts",
                params={"limit": LATE_ROWS},
            )
            raise InputRefused(self.problems.findings)

    def settle(self, again: Callable[[], Iterable[pl.DataFrame]]) -> Iterator[pl.DataFrame]:
        """The readings held back that were not given before.

        Parameters
        ----------
        again : callable
            A second pass over the file, without the readings whose hour the clock showed twice.
        """
        if not self._late:
            return
        late = pl.concat(self._late)
        keys = late.select(KEY).unique()
        same = [late, *(frame.join(keys, on=KEY, how="semi") for frame in again())]
        everything = pl.concat(same).unique([*KEY, ROW]).sort(ROW)
        kept = self._without_repeats(everything)
        yield kept.join(late.select(*KEY, ROW), on=[*KEY, ROW], how="semi")

    def _without_repeats(self, frame: pl.DataFrame) -> pl.DataFrame:
        repeated = frame.filter(frame.select(KEY).is_duplicated())
        if not repeated.height:
            return frame
        first = repeated.group_by(KEY, maintain_order=True).first().rename({"value": "was", ROW: "before"})
        again = repeated.join(first.select(*KEY, "was", "before"), on=KEY, how="left", maintain_order="left")
        again = again.filter(pl.col(ROW) != pl.col("before"))
        self._note(again.filter(pl.col("value").eq(pl.col("was"))), conflict=False)
        self._note(again.filter(pl.col("value").ne(pl.col("was"))), conflict=True)
        return frame.unique(KEY, keep="first", maintain_order=True)

    def _note(self, again: pl.DataFrame, *, conflict: bool) -> None:
        if not again.height:
            return
        meter, row, before = (again[name][0] for name in ("meter_id", ROW, "before"))
        if conflict:
            self.problems.add(
                "readings.duplicate.conflict",
                row=row,
                count=again.height,
                found="{count} {count:reading gives|readings give} another value for a stamp that was given "
                "before: meter '{meter}' has "
                "{value} here and {was} in row {before}",
                expected="one value for each meter and stamp",
                remedy="delete the wrong rows; where the clock changed, check the zone in the mapping",
                params={"meter": meter, "value": again["value"][0], "was": again["was"][0], "before": before},
            )
            return
        self.problems.add(
            "readings.duplicate.same",
            row=row,
            count=again.height,
            severity="warning",
            found="{count} {count:reading was|readings were} given before with the same value, the first by row "
            "{before} for meter "
            "'{meter}'; {count:it was|they were} dropped",
            expected="each reading once",
            remedy="nothing needs to be done",
            params={"meter": meter, "before": before},
        )


def distinct_by_order(frame: pl.DataFrame) -> bool:
    """Whether the order of a block alone shows that no (meter, start) is in it twice."""
    if frame.height < 2:
        return True
    runs = frame["meter_id"].rle_id().to_numpy()
    if runs[-1] + 1 != frame["meter_id"].n_unique():
        return False
    steps = np.diff(frame["start"].to_numpy())[np.diff(runs) == 0]
    return bool((steps > 0).all() or (steps < 0).all())
