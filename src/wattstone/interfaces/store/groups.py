"""Where the row groups of a file end: a query that names a meter, a subject or an id reads one or two of them."""

import polars as pl

__all__ = ["row_groups"]

ROWS = 131_072
"""Of a row group: a meter-day of a sorted file is found by statistics in one or two groups."""

_FEWER = {
    "activities": 16_384,
    "figures": 16_384,
    "results": 16_384,
    "evidence": 4_096,
    "findings": 8_192,
    "latest": 8_192,
}
"""Of tables whose rows are wide and asked for one at a time."""

LISTED = 262_144
"""Texts in the lists of a row group, beside those of a row that has a group of its own."""

LONG = 8_192
"""Texts in the lists of a row from which on it has a group of its own: a sum over 50,000 sites names as many inputs."""


def row_groups(table: str, frame: pl.DataFrame) -> list[tuple[int, int]]:
    """First row and number of rows of each row group of a file.

    Parameters
    ----------
    table : str
        Whose rows they are.
    frame : polars.DataFrame
        The rows, in the order in which they are written.

    Returns
    -------
    list of (int, int)
        At least one, which is empty where there are no rows.

    Examples
    --------
    >>> row_groups("findings", pl.DataFrame({"kg": [1.0] * 10_000}))
    [(0, 8192), (8192, 1808)]
    """
    if frame.is_empty():
        return [(0, 0)]
    bucket = [pl.int_range(pl.len()) // _FEWER.get(table, ROWS)]
    lists = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
    if lists:
        texts = pl.sum_horizontal(pl.col(name).list.len().fill_null(0).cast(pl.Int64) for name in lists)
        long = texts >= LONG
        short = pl.when(long).then(0).otherwise(texts).cum_sum()
        bucket += [long.cum_sum() + long.shift(1, fill_value=False).cum_sum(), (short - 1).clip(0) // LISTED]
    # A group ends where one of the counts is full.
    ends = frame.select(pl.struct(one.alias(str(at)) for at, one in enumerate(bucket)).rle().alias("run"))
    counts: list[int] = ends["run"].struct.field("len").cast(pl.Int64).to_list()
    begins = [0, *pl.Series(counts, dtype=pl.Int64).cum_sum().to_list()[:-1]]
    return list(zip(begins, counts, strict=True))
