"""Entries that are wrong, told as findings."""

import polars as pl

from wattstone.base import Finding, Severity

__all__ = ["told"]

FEW = 20


def told(
    kind: str, rows: pl.DataFrame, code: str, found: str, expected: str, remedy: str, *, severity: Severity = "error"
) -> list[Finding]:
    """A finding on each of these entries; of many, the rest in one.

    Parameters
    ----------
    kind : str
    rows : DataFrame
        The entries; their fields fill the templates.
    code, found, expected, remedy : str
        As of a `Finding`.
    severity : {'error', 'warning'}

    Returns
    -------
    list of Finding
    """
    return [
        Finding(
            code=code, place=f"{kind} '{row['entry']}'", found=found, expected=expected, remedy=remedy,
            params={name: value for name, value in row.items() if isinstance(value, str | int | float)},
            count=rows.height - FEW if number == FEW else 1, severity=severity,
        )
        for number, row in enumerate(rows.head(FEW + 1).iter_rows(named=True))
    ]  # fmt: skip
