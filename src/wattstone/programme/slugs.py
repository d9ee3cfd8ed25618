"""Names that people give, as a part of a line's name: no two names alike, however little they differ."""

import polars as pl

__all__ = ["alike", "slug"]


def slug(text: str) -> str:
    """A text as a part of a name: a space is an underscore, other signs than letters, digits and hyphens are escaped.

    Every text has one of its own: `Water use`, `water-use` and `Water_use` are three indicators, whose figures must not
    take each other's place.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Letters (of any script, their case kept), digits, `-`, `_`, and `%` with hexadecimal digits of UTF-8.

    Examples
    --------
    >>> slug("Water use"), slug("water-use"), slug("Water_use"), slug("水耗 1.5")
    ('Water_use', 'water-use', 'Water%5Fuse', '水耗_1%2E5')
    """
    return "".join(_sign(one) for one in text)


def _sign(one: str) -> str:
    if one == " ":
        return "_"
    return one if one.isalnum() or one == "-" else "".join(f"%{byte:02X}" for byte in one.encode())


def alike(names: pl.Series) -> pl.DataFrame:
    """Names that differ by case, spaces, hyphens and underscores alone.

    Parameters
    ----------
    names : Series of str

    Returns
    -------
    DataFrame
        `entry`: each such name but the first of its like, `other`: the first.

    Examples
    --------
    >>> alike(pl.Series(["TRIR", "Water use", "water-use"])).rows()
    [('water-use', 'Water use')]
    """
    bare = pl.col("entry").str.to_lowercase().str.replace_all(r"[\s_-]+", "")
    return (
        names.drop_nulls().unique().sort().to_frame("entry")
        .with_columns(other=pl.col("entry").first().over(bare)).filter(pl.col("entry") != pl.col("other"))
    )  # fmt: skip
