"""Recorded figures held against recomputed ones."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

__all__ = ["TOLERANCE", "Difference", "compare"]

TOLERANCE = 1e-9  # relative
_WHAT = ["name", "subject", "period"]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A figure that does not hold.

    Parameters
    ----------
    id, name, subject, period : str
        Which.
    recorded, recomputed : float or None
        What it says, and what comes out now.
    unit : str
        Of both.
    kind : {'differs', 'stale', 'entries', 'hours'}
        It differs from what its own pinned rows and the factors give; newer readings give another value; later entries
        or tables do, of a report; or the hours of its site add up to another value.
    of : str
        The report that it is of, as the command that takes it anew; empty of an inventory.
    """

    id: str
    name: str
    subject: str
    period: str
    recorded: float | None
    recomputed: float | None
    unit: str
    kind: Literal["differs", "stale", "entries", "hours"]
    of: str = ""


def compare(recorded: pl.DataFrame, again: pl.DataFrame, kind: Literal["differs", "stale"]) -> list[Difference]:
    """Figures whose value is another one, or that are there on one side alone."""
    both = recorded.select(*_WHAT, "id", "value", "unit", "reason", pl.lit(True).alias("held")).join(
        again.select(
            *_WHAT, pl.col("value").alias("now"), pl.col("unit").alias("unit_now"), pl.col("id").alias("id_now")
        ),
        on=_WHAT,
        how="full",
        coalesce=True,
    )
    apart = (pl.col("value") - pl.col("now")).abs() > TOLERANCE * pl.max_horizontal(
        pl.col("value").abs(), pl.col("now").abs()
    )
    other = (
        (pl.col("value").is_null() != pl.col("now").is_null())
        | apart.fill_null(False)
        | pl.col("unit").ne_missing(pl.col("unit_now"))
        | pl.col("held").is_null()
    )
    rows = both.filter(other & ~(pl.col("held").is_null() & pl.col("now").is_null())).sort(_WHAT)
    return [
        Difference(
            id=row["id"] or row["id_now"],
            name=row["name"],
            subject=row["subject"],
            period=row["period"],
            recorded=row["value"],
            recomputed=row["now"],
            unit=row["unit"] or row["unit_now"],
            kind=kind,
        )
        for row in rows.iter_rows(named=True)
    ]
