"""Lines of an inventory as the uncertainty needs them, checked before anything is computed."""

from collections.abc import Iterator, Sequence

import polars as pl

from wattstone.base import Finding, InputRefused

LINE: dict[str, pl.DataType] = {
    "line": pl.Int64(),
    "site_id": pl.String(),
    "scope": pl.Int8(),
    "category": pl.Int8(),
    "factor_key": pl.String(),  # null where the emissions are stated, so that no factor is shared
    "value": pl.Float64(),  # kg CO2e; null where it cannot be computed
    "activity_sd": pl.Float64(),  # relative standard deviation; null where it is not known
    "factor_sd": pl.Float64(),  # relative standard deviation; null where it is not known
}
"""Columns that lines must have; they may have more."""

NUMBERS = ("value", "activity_sd", "factor_sd")
_FAMILIES = {pl.String: "text", pl.Float64: "number"}
_PLACE = "lines of the inventory"


def checked(lines: pl.DataFrame, by: Sequence[str] = ()) -> pl.DataFrame:
    """Refuse lines whose uncertainty cannot be told.

    Parameters
    ----------
    lines : polars.DataFrame
        Columns of `LINE`, and any others.
    by : sequence of str
        Columns that results are wanted by.

    Returns
    -------
    polars.DataFrame
        The columns of `LINE` and those of `by`, with the types of `LINE`.

    Raises
    ------
    InputRefused
        With every finding: a column that is not there or of another type, values that are no finite numbers, standard
        deviations below 0, a line that is there twice, location- and market-based lines that would be added up.

    Examples
    --------
    >>> lines = pl.DataFrame(schema=LINE)
    >>> checked(lines, ["scope"]).columns == list(LINE)
    True
    """
    findings = list(_columns(lines, by))
    if not findings:
        findings = [*_values(lines), *_twice(lines), *_bases(lines, by)]
    if findings:
        raise InputRefused(findings)
    others = [pl.col(name) for name in by if name not in LINE]
    return lines.select(*(pl.col(name).cast(dtype) for name, dtype in LINE.items()), *others)


def _columns(lines: pl.DataFrame, by: Sequence[str]) -> Iterator[Finding]:
    """Columns that are not there or hold something else."""
    lacking = [name for name in dict.fromkeys((*LINE, *by)) if name not in lines.columns]
    if lacking:
        yield Finding(
            code="uncertainty.columns",
            place=_PLACE,
            found="columns {names} are not there",
            expected="a column each of the line, its place, its factor, its emissions and their relative uncertainty",
            remedy="add the columns; what is not known is left empty",
            params={"names": ", ".join(lacking)},
            count=len(lacking),
        )
    for name, dtype in LINE.items():
        if name in lines.columns and not _alike(lines.schema[name], dtype):
            yield Finding(
                code="uncertainty.types",
                place=_PLACE,
                found="column '{name}' holds {type}",
                expected="{wanted}",
                remedy="give the column the type that it is declared with",
                params={"name": name, "type": str(lines.schema[name]), "wanted": str(dtype)},
            )


def _alike(given: pl.DataType, wanted: pl.DataType) -> bool:
    if given == pl.Null():
        return True
    return given == wanted if wanted == pl.String() else given.is_numeric()


def _values(lines: pl.DataFrame) -> Iterator[Finding]:
    """Numbers that are none, and standard deviations below 0."""
    for name in NUMBERS:
        column = pl.col(name).cast(pl.Float64)
        wrong = ~column.is_finite() if name == "value" else ~column.is_finite() | (column < 0)
        bad = lines.filter(wrong.fill_null(value=False))
        if bad.height:
            yield Finding(
                code="uncertainty.values",
                place=_PLACE,
                found="column '{name}' has values that cannot be used, as {value}",
                expected="finite numbers, standard deviations of 0 or more; empty where it is not known",
                remedy="correct the values, or leave them empty",
                params={"name": name, "value": bad[name][0]},
                count=bad.height,
                first=f"line {bad['line'][0]}",
            )


def _twice(lines: pl.DataFrame) -> Iterator[Finding]:
    """Lines whose number another line has too: their errors would count as independent."""
    if lines["line"].n_unique() == lines.height:
        return
    again = lines.filter(pl.col("line").is_duplicated())
    yield Finding(
        code="uncertainty.twice",
        place=_PLACE,
        found="{count} lines share their number with another line",
        expected="each line once, under a number of its own",
        remedy="give each line a number of its own, and leave out those that are there twice",
        count=again.height,
        first=f"line {again['line'][0]}",
    )


def _bases(lines: pl.DataFrame, by: Sequence[str]) -> Iterator[Finding]:
    """Both bases of scope 2 in one sum."""
    if "basis" not in lines.columns or "basis" in by:
        return
    bases = set(lines.filter(pl.col("scope") == 2)["basis"].unique().drop_nulls().to_list())
    if {"location", "market"} <= bases:
        yield Finding(
            code="uncertainty.bases",
            place=_PLACE,
            found="location-based and market-based lines of scope 2 stand side by side",
            expected="one of the two in a sum, since both tell the same electricity",
            remedy="choose the lines of one basis, or ask for results by basis",
        )
