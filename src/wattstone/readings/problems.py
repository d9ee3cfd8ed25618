"""Findings of one file, gathered while it is read: the same problem in many rows is one finding with a count."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wattstone.base import Finding, InputRefused, Severity

if TYPE_CHECKING:
    import polars as pl

_FEW, _MANY, _LONG = 5, 20, 120  # rows and texts that a finding names, texts that it carries, signs of each


def quoted(text: object, limit: int = 60) -> str:
    """A piece of the input as it is shown in a finding: escaped, and never longer than `limit` characters."""
    shown = repr(str(text))
    return shown if len(shown) <= limit else shown[: limit - 4] + "...'"


def listed(first: Iterable[object], count: int) -> str:
    """The first of some things in a row, and that there are more of them.

    Examples
    --------
    >>> listed([2, 5], 2), listed([2, 5], 9)
    ('2, 5', '2, 5, …')
    """
    shown = [str(one) for one in first]
    return ", ".join(shown) + (", …" if count > len(shown) else "")


class Problems:
    """What is wrong with one file, in the order in which it was found.

    Parameters
    ----------
    path : Path
        The file; its name alone is shown.
    """

    def __init__(self, path: Path) -> None:
        self.file = path.name
        self._findings: dict[tuple[str, str], Finding] = {}

    def add(
        self,
        code: str,
        *,
        found: str,
        expected: str,
        remedy: str,
        row: int | None = None,
        column: str | None = None,
        count: int = 1,
        severity: Severity = "error",
        params: Mapping[str, Any] | None = None,
    ) -> None:
        """Note a problem; `row` is 1-based as in the file, `found`, `expected` and `remedy` are templates."""
        place = self.file if column is None else f"{self.file}, column {quoted(column)}"
        first = None if row is None else f"row {row}"
        finding = Finding(
            code=code,
            place=place,
            found=found,
            expected=expected,
            remedy=remedy,
            params={"row": row, **(params or {})},
            count=count,
            first=first,
            severity=severity,
        )
        self._take(finding)

    def rows(
        self,
        code: str,
        rows: "pl.Series",
        *,
        found: str,
        expected: str,
        remedy: str,
        cells: "pl.Series | None" = None,
        column: str | None = None,
        severity: Severity = "error",
        params: Mapping[str, Any] | None = None,
    ) -> None:
        """Note a problem of all of some rows, of which the first is named; nothing where there are none.

        With `cells`, those of the rows, the first of them is the field `cell`, the first few that differ are `texts`.
        The numbers of the first few rows are `rows`.
        """
        if not len(rows):
            return
        shown: dict[str, Any] = {"rows": listed(rows.head(_FEW), len(rows))}
        if cells is not None:
            texts = cells.drop_nulls().unique(maintain_order=True)
            first = [quoted(one, 30) for one in texts.head(_FEW)]
            shown["cell"] = "an empty one" if cells[0] is None else quoted(cells[0])
            shown["texts"] = listed(first or [shown["cell"]], len(texts))
            shown["cells"] = tuple(str(one)[:_LONG] for one in texts.head(_MANY))
        self.add(
            code,
            found=found,
            expected=expected,
            remedy=remedy,
            row=rows[0],
            column=column,
            count=len(rows),
            severity=severity,
            params={**shown, **(params or {})},
        )

    def join(self, later: "Problems") -> None:
        """Note what was gathered in a later piece of the same file."""
        for finding in later.findings:
            self._take(finding)

    def _take(self, finding: Finding) -> None:
        key = (finding.code, finding.place)
        known = self._findings.get(key)
        self._findings[key] = finding if known is None else replace(known, count=known.count + finding.count)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that was found, errors and warnings alike."""
        return tuple(self._findings.values())

    @property
    def refused(self) -> bool:
        """Whether one of the findings is an error."""
        return any(finding.severity == "error" for finding in self._findings.values())

    def raise_if_refused(self) -> None:
        """Raise all findings at once, if one of them is an error.

        Raises
        ------
        InputRefused
            With every finding.
        """
        if self.refused:
            raise InputRefused(self.findings)


def refuse(path: Path, code: str, *, found: str, expected: str, remedy: str, **params: Any) -> InputRefused:
    """One error that leaves nothing to go on with, ready to be raised."""
    problems = Problems(path)
    row = params.pop("row", None)
    column = params.pop("column", None)
    problems.add(code, found=found, expected=expected, remedy=remedy, row=row, column=column, params=params)
    return InputRefused(problems.findings)
