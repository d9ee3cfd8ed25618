"""Cells of a table of records as values: each distinct text is read once, what cannot be read is a finding."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from wattstone.base import Severity
from wattstone.readings.problems import Problems
from wattstone.readings.sheets import Sheet
from wattstone.readings.tabular.csv import ROW
from wattstone.readings.tabular.numbers import NULLS, is_number, is_plain, number_style, numbers

__all__ = ["Cells"]

_SAMPLE = 3000
_YES = frozenset({"yes", "true", "1", "y", "是", "estimated", "估算"})
_NO = frozenset({"no", "false", "0", "n", "否", "measured", "实测"})


class Cells:
    """The cells of one sheet; what is wrong with them goes to its problems.

    Parameters
    ----------
    sheet : Sheet
        Text.
    problems : Problems
        With the place of the sheet.
    code : str
        What codes of findings begin with.
    """

    def __init__(self, sheet: Sheet, problems: Problems, code: str = "activity") -> None:
        self.code = code
        self.rows, self.titles, self.brackets, self.problems = sheet.rows, sheet.titles, sheet.brackets, problems
        self.height = sheet.rows.height

    def text(self, field: str) -> pl.Series:
        """The texts of a field, null where there is none."""
        if field in self.titles:
            return self.rows[field]
        return pl.Series(field, [None], dtype=pl.String).new_from_index(0, self.height)

    def wrong(
        self,
        code: str,
        where: pl.Series,
        field: str,
        *,
        found: str,
        expected: str,
        remedy: str,
        severity: Severity = "error",
        **params: Any,
    ) -> None:
        """Note a problem of the rows where a mask holds."""
        held = where.fill_null(value=False)
        if not held.any():
            return
        self.problems.rows(
            code,
            self.rows[ROW].filter(held),
            cells=self.text(field).filter(held),
            column=self.titles.get(field),
            found=found,
            expected=expected,
            remedy=remedy,
            severity=severity,
            params={"field": field, **params},
        )

    def read(self, field: str, how: Callable[[str], Any], dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
        """A column by a function of its text, called once for each distinct one; null where it gives None."""
        return self.mapped(self.text(field), how, dtype)

    def mapped(self, texts: pl.Series, how: Callable[[str], Any], dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
        """A column of texts by a function."""
        distinct = texts.drop_nulls().unique().to_list()
        known: Mapping[str, Any] = {text: value for text in distinct if (value := how(text)) is not None}
        keys = pl.Series(list(known), dtype=pl.String)
        values = pl.Series(list(known.values()), dtype=dtype)
        table = pl.DataFrame({"text": keys, "value": values})
        return texts.to_frame("text").join(table, on="text", how="left", maintain_order="left")["value"]

    def number(self, field: str) -> pl.Series:
        """A column of numbers; cells that hold none, or of which nobody can say which they hold, are findings."""
        cells = self.text(field)
        style = number_style([cell for cell in cells.drop_nulls().head(_SAMPLE) if is_number(cell)])
        if style is None or (not style.certain and style.decimal == ","):
            self.wrong(
                f"{self.code}.number_style",
                self.mapped(cells, lambda text: is_number(text) and not is_plain(text), pl.Boolean),
                field,
                found="nobody can say whether a comma or a point is the decimal mark: {texts}",
                expected="numbers that are all written the same way, as 1234.5",
                remedy="write them without marks between thousands",
            )
            self._no_number(
                self.mapped(cells, lambda text: not is_number(text) and text not in NULLS, pl.Boolean), field
            )
            return cells.cast(pl.Float64, strict=False)
        values, bad = numbers(cells, decimal=style.decimal, thousands=style.thousands)
        self._no_number(bad, field)
        return values

    def _no_number(self, where: pl.Series, field: str) -> None:
        self.wrong(
            f"{self.code}.number",
            where,
            field,
            found="{count:row|rows} {rows}: no {count:number|numbers}: {texts}",
            expected="a number",
            remedy="write the number alone, its unit into the column of units, the result in place of a formula",
        )

    def part(self, field: str) -> pl.Series:
        """A column of parts of one: `0.25` or `25 %`."""
        cells = self.text(field)
        values = self.number(field)
        percent = cells.str.strip_chars().str.ends_with("%").fill_null(value=False) | (self.brackets.get(field) == "%")
        return pl.select(pl.when(percent).then(values / 100).otherwise(values)).to_series().alias(field)

    def flag(self, field: str) -> pl.Series:
        """A column of yes and no; no where nothing is said."""
        return self.answer(field).fill_null(value=False)

    def answer(self, field: str) -> pl.Series:
        """A column of yes and no; null where nothing is said."""
        values = self.read(field, _flag, pl.Boolean)
        self.wrong(
            f"{self.code}.flag",
            values.is_null() & self.text(field).is_not_null(),
            field,
            found="{count:row|rows} {rows}: neither yes nor no: {texts}",
            expected="yes or no",
            remedy="write yes or no, or leave it empty",
        )
        return values


def _flag(text: str) -> bool | None:
    folded = text.strip().casefold()
    return True if folded in _YES else False if folded in _NO else None
