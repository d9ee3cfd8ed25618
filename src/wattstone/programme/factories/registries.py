"""Public registries of green factories and parks by year: how many are listed, net against gross.

A registry is a list that firms are added to and removed from. The difference of two year-end totals is therefore net;
the size of a year's announcement is gross. The two are never taken for each other, and programmes of different
authorities are never added up.
"""

import tomllib
from functools import cache
from importlib import resources
from typing import Any, Final

import polars as pl

__all__ = ["STATE", "movements", "published", "published_state", "states"]

STATE: Final = pl.Schema(
    {
        "programme": pl.String,
        "year": pl.Int32,
        "total": pl.Int64,
        "added": pl.Int64,
        "removed": pl.Int64,
        "source": pl.String,
        "confidence": pl.String,
        "hash": pl.String,
    }
)
"""Columns of a registry's states; `hash` is null where the state is one that the product ships."""


@cache
def published() -> pl.DataFrame:
    """States that the product ships, each with its source and confidence.

    Returns
    -------
    DataFrame
        With the columns of `STATE`.
    """
    text = (resources.files("wattstone.programme.factories") / "data" / "registries.toml").read_text(encoding="utf-8")
    return pl.DataFrame(tomllib.loads(text)["state"], schema=STATE)


def published_state(name: str) -> dict[str, Any] | None:
    """A state that the product ships, by how lines name it; None where it ships none.

    Examples
    --------
    >>> published_state("registry.green_park.2023")["total"]
    371
    """
    rows = published().filter(pl.format("registry.{}.{}", "programme", "year") == name)
    return None if rows.is_empty() else rows.drop("hash").row(0, named=True)


def states(entries: pl.DataFrame) -> pl.DataFrame:
    """States of registries: the entries, and what is shipped of other programmes and years.

    Parameters
    ----------
    entries : DataFrame
        Entries of kind `registry`.

    Returns
    -------
    DataFrame
        With the columns of `STATE`, by programme and year.
    """
    own = entries.select(STATE.names()).with_columns(pl.col("confidence").fill_null("unconfirmed"))
    rest = published().join(own, on=["programme", "year"], how="anti")
    return pl.concat([own, rest]).sort("programme", "year")


def movements(states: pl.DataFrame) -> pl.DataFrame:
    r"""Net and gross movement of each registry in each year.

    With the total $T_y$ at the end of year $y$, additions $A_y$ and removals $R_y$,

    $$ N_y = T_y - T_{y-1} = A_y - R_y . $$

    Parameters
    ----------
    states : DataFrame
        With the columns of `STATE`.

    Returns
    -------
    DataFrame
        The same rows with `previous` and `previous_confidence` of the year before, `net` (null where the year before
        is not known), `removed_implied` ($A_y - N_y$, where removals are not given) and `unexplained`
        ($N_y - A_y + R_y$, where all three are known). [1]

    Examples
    --------
    >>> rows = [("green_factory", 2022, 3616, None, None, "B"), ("green_factory", 2023, 5095, 1500, None, "B")]
    >>> names = ["programme", "year", "total", "added", "removed", "confidence"]
    >>> frame = pl.DataFrame(rows, schema=names, orient="row")
    >>> movements(frame).select("net", "removed_implied").row(1)
    (1479, 21)
    """
    before = states.select("programme", pl.col("year") + 1, previous="total", previous_confidence="confidence")
    net = pl.col("total") - pl.col("previous")
    return (
        states.join(before, on=["programme", "year"], how="left", maintain_order="left")
        .with_columns(net=net)
        .with_columns(
            removed_implied=pl.when(pl.col("removed").is_null()).then(pl.col("added") - pl.col("net")),
            unexplained=pl.col("net") - pl.col("added") + pl.col("removed"),
        )
    )
