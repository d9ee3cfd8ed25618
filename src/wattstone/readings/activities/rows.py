"""What is looked at across the cells of a row, and across the rows of a file."""

from typing import Final

import polars as pl

from wattstone.base import Finding
from wattstone.readings.activities.known import Known
from wattstone.readings.cells import Cells
from wattstone.readings.problems import listed
from wattstone.readings.tabular.csv import ROW

__all__ = ["SAME", "check_rows", "check_together"]

SAME: Final = (
    "site_id", "kind", "item", "start", "end", "amount", "unit", "stated", "supplier", "factor", "share", "note",
)  # fmt: skip
"""Two lines that agree in all of these tell the same thing twice."""
_FEW = 5


def check_rows(frame: pl.DataFrame, cells: Cells, known: Known) -> None:
    """Note what single cells do not show: a method without its statement, a negative amount, fields that lack.

    Parameters
    ----------
    frame : polars.DataFrame
        Schema `PARSED`.
    cells : Cells
        The same as text.
    known : Known
        The kinds, with what they ask for.
    """
    told = frame["stated"].is_not_null() | frame["factor"].is_not_null()
    cells.wrong(
        "activity.method_without_statement", frame["method"].is_in(["supplier", "hybrid"]) & ~told, "method",
        found="{count:row|rows} {rows}: the method {texts} without what the supplier states",
        expected="stated emissions, or a factor of one's own from the supplier",
        remedy="fill in stated or factor, or take the method average or spend",
    )  # fmt: skip
    below = (frame["amount"] < 0) | (frame["stated"] < 0)
    cells.wrong(
        "activity.negative", below.fill_null(value=False) & frame["credits"].is_null(),
        "amount" if "amount" in cells.titles else "stated",
        found="{count:row|rows} {rows}: below zero: {texts}",
        expected="zero or more; a credit note names the line that it is for",
        remedy="write the line's id into the column credits, or correct the sign",
    )  # fmt: skip
    for kind, one in known.kinds.items():
        for field in one.asks:
            if field in frame.columns:
                lacking = (frame["kind"] == kind) & frame[field].is_null()
                cells.wrong(
                    "activity.asked", lacking, field,
                    found="{count:row|rows} {rows}: {field} is not said, and lines of {kind} need it",
                    expected="a value",
                    remedy="fill it in",
                    kind=kind,
                )  # fmt: skip


def check_together(lines: pl.DataFrame) -> tuple[Finding, ...]:
    """Findings on lines of one file that tell the same, or have the same id.

    Parameters
    ----------
    lines : polars.DataFrame
        Schema `PARSED`.
    """
    named = lines.filter(pl.col("line_id").is_not_null())
    twice = named.filter(pl.col("line_id").is_duplicated())
    found = [
        Finding(
            code="activity.id_twice",
            place=f"{place}, line '{name}'",
            found="rows {rows} have the same id",
            params={"rows": listed(rows[:_FEW], len(rows))},
            count=len(rows),
            first=f"row {rows[0]}",
            expected="an id of its own for each line",
            remedy="correct the ids, or leave them empty",
        )
        for name, place, rows in _grouped(twice, ["line_id"]).select("line_id", "_place", ROW).iter_rows()
    ]
    measured = pl.col("amount").is_not_null() | pl.col("stated").is_not_null()
    plain = lines.filter(pl.col("line_id").is_null() & measured)
    same = plain.filter(pl.struct(SAME).is_duplicated()).drop_nulls(["site_id", "kind", "start"])
    if same.is_empty():
        return tuple(found)
    groups = _grouped(same, list(SAME))
    shown = groups.head(_FEW)[ROW].to_list()
    finding = Finding(
        code="activity.line_twice",
        place=str(groups["_place"][0]),
        found="{count} {count:line stands|lines stand} there more than once: rows {rows}",
        params={"rows": listed((" = ".join(map(str, one)) for one in shown), groups.height)},
        count=groups.height,
        first=f"row {shown[0][0]}",
        expected="each activity once",
        remedy="take the repeated rows out; where they are different activities, give each an id or a note",
    )
    return (*found, finding)


def _grouped(rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    return rows.group_by(by, maintain_order=True).agg(pl.col(ROW), pl.col("_place").first())
