"""Units of a bill of materials."""

import polars as pl

from wattstone.base import convert

__all__ = ["factor", "with_factor"]


def factor(one: str, into: str) -> float | None:
    """How many of another unit a unit is; None where they do not measure the same.

    Parameters
    ----------
    one, into : str

    Returns
    -------
    float or None

    Examples
    --------
    >>> factor("t", "kg"), factor("piece", "piece"), factor("piece", "kg")
    (1000.0, 1.0, None)
    """
    if one == into:
        return 1.0
    try:
        return convert(1.0, one, into)
    except ValueError:
        return None


def with_factor(rows: pl.DataFrame, one: str, into: str) -> pl.DataFrame:
    """Rows with `factor`, how many of another unit a unit is; each pair of units is looked up once.

    Parameters
    ----------
    rows : DataFrame
    one, into : str
        Columns.

    Returns
    -------
    DataFrame
        In the same order; `factor` is null where units do not measure the same.
    """
    pairs = rows.select(one, into).unique()
    found = [factor(str(pair[0]), str(pair[1])) for pair in pairs.iter_rows()]
    known = pairs.with_columns(pl.Series("factor", found, dtype=pl.Float64))
    return rows.join(known, on=[one, into], how="left", maintain_order="left")
