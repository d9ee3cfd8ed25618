"""New lines held against those that are there: ids, what is told already, and what credit notes are for."""

import polars as pl

from wattstone.base import Finding
from wattstone.readings.activities.parse import PLACE
from wattstone.readings.activities.rows import SAME
from wattstone.readings.problems import listed
from wattstone.readings.tabular.csv import ROW
from wattstone.workflows.activities.marks import MARK
from wattstone.workflows.activities.table import ACTIVITIES, scan_in_force
from wattstone.workflows.stores import Lake

__all__ = ["check_beside"]

_FEW = 5


def check_beside(lake: Lake, lines: pl.DataFrame) -> list[Finding]:
    """What is wrong with new lines beside those that the lake has.

    Parameters
    ----------
    lake : Lake
        Whole.
    lines : polars.DataFrame
        Schema `readings.activities.parse.PARSED`.
    """
    usable = lines.drop_nulls(["site_id", "kind", "start", "end"])
    return [*_known_ids(lake, usable), *_told_already(lake, usable), *_credits(lake, usable)]


def _known_ids(lake: Lake, lines: pl.DataFrame) -> list[Finding]:
    named = lines.drop_nulls("line_id")
    held = lake.scan(ACTIVITIES) if named.height else None
    if held is None:
        return []
    there = held.select("line_id").join(named.lazy().select("line_id"), on="line_id", how="semi").collect()
    twice = named.join(there, on="line_id", how="semi", maintain_order="left")
    if twice.is_empty():
        return []
    ids = twice["line_id"].head(_FEW).to_list()
    return [
        _finding(
            "activity.id_known",
            twice,
            found="{count:row|rows} {rows}: {count:a line|lines} of this id {count:is|are} there already: {ids}",
            expected="an id of its own for each line",
            remedy="correct a line that is there with `wattstone activity correct`, or give another id",
            ids=listed(ids, twice.height),
        )
    ]


def _told_already(lake: Lake, lines: pl.DataFrame) -> list[Finding]:
    plain = lines.filter(pl.col("line_id").is_null())
    held = scan_in_force(lake, parts=plain["start"].dt.year().unique().to_list()) if plain.height else None
    if held is None:
        return []
    there = held.select("line_id", *SAME).collect()
    twice = plain.drop("line_id").join(there, on=list(SAME), how="inner", nulls_equal=True, maintain_order="left")
    if twice.is_empty():
        return []
    return [
        _finding(
            "activity.told_already",
            twice.unique(ROW, keep="first", maintain_order=True),
            found="{count:row|rows} {rows}: the same {count:line is|lines are} there already, as {ids}",
            expected="lines that are new",
            remedy="take the rows out; where they are different activities, give each an id or a note",
            ids=listed(twice["line_id"].head(_FEW).to_list(), twice.height),
        )
    ]


def _credits(lake: Lake, lines: pl.DataFrame) -> list[Finding]:
    notes = lines.drop_nulls("credits")
    if notes.is_empty():
        return []
    columns = ["line_id", "site_id", "kind", "item", "unit", "amount", "stated"]
    own = lines.drop_nulls("line_id").select(columns)
    # A credit note names a line by the id of any of its versions; what it is held against is the one in force.
    notes = notes.with_columns(_root("credits").alias("of"))
    held = scan_in_force(lake)
    every = [own] if held is None else [own, _among(held.select(columns), notes["of"])]
    there: pl.DataFrame = pl.concat(every).with_columns(_root("line_id").alias("of"))
    renamed = there.drop("line_id").rename({name: f"of_{name}" for name in columns[1:]}).unique("of", keep="first")
    both = notes.join(renamed, on="of", how="left", maintain_order="left")
    unknown = both.filter(pl.col("of_site_id").is_null())
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"of_{name}")) for name in ("site_id", "kind", "item"))
    less = pl.any_horizontal(
        (-pl.col(name) > pl.col(f"of_{name}")).fill_null(value=False) for name in ("amount", "stated")
    )
    other = both.filter(pl.col("of_site_id").is_not_null() & (~same | less))
    found: list[Finding] = []
    if unknown.height:
        found.append(
            _finding(
                "activity.credits_unknown",
                unknown,
                found="{count:row|rows} {rows}: there is no such line to credit: {ids}",
                expected="the id of a line that is in force, or of one in the same files",
                remedy="list the lines with `wattstone activity list`, and write the id of the one that is meant",
                ids=listed(unknown["credits"].head(_FEW).to_list(), unknown.height),
            )
        )
    if other.height:
        found.append(
            _finding(
                "activity.credits_other",
                other,
                found="{count:row|rows} {rows}: more than the line {ids} has, or another site, kind or item than its",
                expected="at most the amount of the line, of the same activity",
                remedy="correct the row, or name the line that it is for",
                ids=listed(other["credits"].head(_FEW).to_list(), other.height),
            )
        )
    return found


def _among(held: pl.LazyFrame, roots: pl.Series) -> pl.DataFrame:
    return held.filter(_root("line_id").is_in(roots.unique().implode())).collect()


def _root(column: str) -> pl.Expr:
    return pl.col(column).str.split(MARK).list.first()


def _finding(code: str, rows: pl.DataFrame, *, found: str, expected: str, remedy: str, ids: str) -> Finding:
    numbers = rows[ROW].to_list()
    return Finding(
        code=code,
        place=str(rows[PLACE][0]),
        found=found,
        expected=expected,
        remedy=remedy,
        params={"rows": listed(numbers[:_FEW], len(numbers)), "row": numbers[0], "ids": ids},
        count=len(numbers),
        first=f"row {numbers[0]}",
    )
