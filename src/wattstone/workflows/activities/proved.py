"""Lines that say the same with another document: what proves a line changes no number, and so no evidence of one.

A document is attached by a version of the line that names it. What figures rest on is the version that it was attached
to, however many documents came after; what shows lines to people shows the newest.
"""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from wattstone.readings.activities.schema import ACTIVITY, SAID

__all__ = ["as_entered", "documents_of", "only_proved"]

_NUMBERS: Final = (*(name for name in SAID if name != "document"), "credits", "withdrawn")
"""What a version has to share with the one that it replaces for them to be one in every figure."""


def only_proved(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether a version of a line says nothing else than the one before it, but for the document.

    Examples
    --------
    >>> line = dict.fromkeys((*ACTIVITY,), None)
    >>> only_proved(line, {**line, "document": "a1"}), only_proved(line, {**line, "amount": 3.0})
    (True, False)
    """
    return all(before[name] == after[name] for name in _NUMBERS)


def as_entered(lines: pl.DataFrame, every: pl.DataFrame) -> pl.DataFrame:
    """Lines in force, each as it was before documents alone were attached to it.

    Parameters
    ----------
    lines : polars.DataFrame
        Schema `ACTIVITY`: lines in force.
    every : polars.DataFrame
        Schema `ACTIVITY`: them, and those that they replace.

    Returns
    -------
    polars.DataFrame
        Schema `ACTIVITY`, as many rows; in no order.
    """
    return _walked(lines, every).select(list(ACTIVITY))


def documents_of(lines: pl.DataFrame, every: pl.DataFrame) -> dict[str, str]:
    """The document of each line in force by the id that `as_entered` gives it; without those that have none."""
    rows = _walked(lines, every).select("line_id", "proof").drop_nulls()
    return dict(rows.iter_rows())


def _walked(lines: pl.DataFrame, every: pl.DataFrame) -> pl.DataFrame:
    """Step back from version to version as long as nothing but the document differs."""
    rows = lines.select(list(ACTIVITY)).with_columns(pl.col("document").alias("proof"))
    earlier = every.select(list(ACTIVITY)).filter(~pl.col("withdrawn"))
    alike = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_before")) for name in _NUMBERS)
    done: list[pl.DataFrame] = []
    while rows.height:
        known = rows.filter(pl.col("replaces").is_not_null()).select(pl.col("replaces").alias("line_id"), "proof", *(
            pl.col(name).alias(f"{name}_before") for name in _NUMBERS), pl.col("line_id").alias("version"),
        )  # fmt: skip
        before = known.join(earlier, on="line_id").filter(alike)
        done.append(rows.join(before.select("version"), left_on="line_id", right_on="version", how="anti"))
        rows = before.select(*ACTIVITY, "proof")
    return pl.concat(done) if done else rows
