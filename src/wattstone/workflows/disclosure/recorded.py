"""Recorded figures as a report looks for them: of each name, subject and period the newest, wherever it was recorded.

Three places record figures: inventories, results (plans, savings, backtests), and reports of the programme. A figure of
a report of the programme holds as long as the newest report of its question says it.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from wattstone.workflows.inventory.record import EVIDENCE, FIGURES
from wattstone.workflows.programme.pinned import PROGRAMME
from wattstone.workflows.results import RESULTS
from wattstone.workflows.stores import Lake

__all__ = ["KNOWN", "QUESTION", "newest_figures", "one_figure", "programme_runs", "site_figures", "words_of"]

QUESTION: Final = "question:"
_KEY: Final = ["name", "subject", "period"]
_COLUMNS: Final[dict[str, Any]] = {
    "id": pl.String(), "name": pl.String(), "subject": pl.String(), "period": pl.String(), "value": pl.Float64(),
    "unit": pl.String(), "lower": pl.Float64(), "upper": pl.Float64(), "reason": pl.String(), "basis": pl.String(),
    "method": pl.String(), "estimated": pl.Float64(), "notes": pl.List(pl.String()), "run": pl.Int32(),
}  # fmt: skip
KNOWN: Final[dict[str, Any]] = {
    **_COLUMNS,
    "table": pl.String(),  # figures, results
    "part": pl.Int32(),  # of an inventory: the year whose run it is of
    "released": pl.Boolean(),  # it stands in the release of its year that holds
    "published": pl.Float64(),  # value that its name, subject and period were released with; null where they were not
}
_APART: Final = ("meter:", "activity:", "site:")
"""Of subjects: thousands of them, read when somebody asks for them."""


def newest_figures(lake: Lake, releases: Mapping[int, int]) -> pl.DataFrame:
    """The organisation's figures, and those of entries, partners and whatever else is no site, meter or activity.

    Parameters
    ----------
    lake : Lake
        Where they are recorded.
    releases : mapping of int to int
        Run of the release that holds, by year.

    Returns
    -------
    polars.DataFrame
        Schema `KNOWN`, one row a name, subject and period; figures that are no longer computed are left out.
    """
    few = ~pl.any_horizontal(pl.col("subject").str.starts_with(one) for one in _APART)
    inventory = _newest(_inventories(lake, few), releases)
    return pl.concat([inventory, _results(lake, few)])


def site_figures(lake: Lake, releases: Mapping[int, int], names: str, period: str) -> pl.DataFrame:
    """The figures of sites whose names match, of a year.

    Parameters
    ----------
    lake, releases
        As for `newest_figures`.
    names : str
        Regular expression.
    period : str
        `2022`.

    Returns
    -------
    polars.DataFrame
        Schema `KNOWN`.
    """
    wanted = (pl.col("period") == period) & pl.col("subject").str.starts_with("site:")
    wanted &= pl.col("name").str.contains(names)
    return pl.concat([_newest(_inventories(lake, wanted), releases), _results(lake, wanted)])


def one_figure(lake: Lake, releases: Mapping[int, int], name: str, period: str, subject: str) -> pl.DataFrame:
    """The newest figure of a name, period and subject of any kind; none or one row of schema `KNOWN`."""
    wanted = (pl.col("name") == name) & (pl.col("period") == period) & (pl.col("subject") == subject)
    return pl.concat([_newest(_inventories(lake, wanted), releases), _results(lake, wanted)]).head(1)


def programme_runs(lake: Lake) -> pl.DataFrame:
    """Runs that recorded reports of the programme.

    Returns
    -------
    polars.DataFrame
        Columns run, module, year, plain (whether nothing was asked beside the year), content.
    """
    held = lake.scan(EVIDENCE)
    schema = {"run": pl.Int32, "module": pl.String, "year": pl.Int32, "plain": pl.Boolean, "content": pl.String}
    if held is None:
        return pl.DataFrame(schema=schema)
    said = held.filter(pl.col("kind") == PROGRAMME).select("content").collect()["content"].to_list()
    told = [(json.loads(one), one) for one in said]
    rows = [(one["run"], one["module"], one["year"], not one.get("options"), text) for one, text in told]
    return pl.DataFrame(rows, schema=schema, orient="row").unique("run").sort("run")


def _inventories(lake: Lake, wanted: pl.Expr) -> pl.DataFrame:
    """Rows of inventories with the year whose run they are of."""
    frames = [pl.DataFrame(schema={**_COLUMNS, "part": pl.Int32()})]
    for year in sorted(lake.parts(FIGURES)):
        scan = lake.scan(FIGURES, parts=[year])
        if scan is not None:
            rows = scan.filter(wanted).select(list(_COLUMNS)).collect()
            frames.append(rows.with_columns(pl.lit(year, pl.Int32).alias("part")))
    return pl.concat(frames)


def _newest(rows: pl.DataFrame, releases: Mapping[int, int]) -> pl.DataFrame:
    """Of each key the newest row, with the value that it was released with."""
    rows = rows.sort("run", "part", maintain_order=True)
    run = pl.col("part").replace_strict(dict(releases), default=-1, return_dtype=pl.Int32)
    out = rows.filter((pl.col("run") <= run) & (pl.col("part").cast(pl.String) == pl.col("period").str.head(4)))
    out = out.unique(_KEY, keep="last", maintain_order=True).filter(pl.col("method") != "withdrawn")
    published = out.select(*_KEY, pl.col("value").alias("published"), pl.col("id").alias("out"))
    newest = rows.unique(_KEY, keep="last", maintain_order=True).filter(pl.col("method") != "withdrawn")
    joined = newest.join(published, on=_KEY, how="left", maintain_order="left")
    return joined.with_columns(
        pl.lit(FIGURES).alias("table"), (pl.col("id") == pl.col("out")).fill_null(value=False).alias("released")
    ).select(list(KNOWN))


def _results(lake: Lake, wanted: pl.Expr) -> pl.DataFrame:
    """Results that hold: of the programme those of the newest report of each module and year, of others the newest."""
    scan = lake.scan(RESULTS)
    if scan is None:
        return pl.DataFrame(schema=KNOWN)
    rows = scan.filter(wanted).select(*_COLUMNS, "inputs").collect().sort("run", maintain_order=True)
    runs = programme_runs(lake)
    # What was asked with options beside stands back behind the plain question of the same module and year.
    holding = runs.sort("plain", "run").unique(["module", "year"], keep="last")["run"]
    of_programme = pl.col("run").is_in(runs["run"].implode())
    rows = rows.filter(~of_programme | pl.col("run").is_in(holding.implode()))
    newest = rows.unique(_KEY, keep="last", maintain_order=True)
    return newest.with_columns(
        pl.lit(RESULTS).alias("table"), pl.lit(None, pl.Int32).alias("part"), pl.lit(value=False).alias("released"),
        pl.lit(None, pl.Float64).alias("published"),
    ).select(list(KNOWN))  # fmt: skip


def words_of(lake: Lake) -> Mapping[str, str]:
    """What lines of reports of the programme are called in English, by the names of their figures.

    Parameters
    ----------
    lake : Lake
        Where evidence is.

    Returns
    -------
    mapping of str to str
        As the newest report that has a line of the name calls it.
    """
    held = lake.scan(EVIDENCE)
    if held is None:
        return {}
    said = held.filter(pl.col("kind") == "question").select("run", "content").collect().sort("run")["content"]
    return {name: label for one in said for name, label in json.loads(one).get("labels", {}).items()}
