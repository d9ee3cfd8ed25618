"""Entries that are wrong, told as findings: a few by themselves, of many the rest in one that still knows them all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from wattstone.base import Finding, Severity
from wattstone.programme.numbers import formatted

__all__ = ["among", "places", "saying", "told"]

FEW = 20


@dataclass(frozen=True, kw_only=True)
class Rest(Finding):
    """Many entries that are wrong in one way, as one finding at the place of the first.

    Parameters
    ----------
    kind : str
        Of the entries.
    rows : DataFrame
        All of them.
    formats : mapping of str to str or None
        As `told` takes them.
    """

    kind: str
    rows: pl.DataFrame = field(compare=False, repr=False)
    formats: Mapping[str, str] | None = field(default=None, compare=False, repr=False)


def told(
    kind: str,
    rows: pl.DataFrame,
    code: str,
    found: str,
    expected: str,
    remedy: str,
    *,
    severity: Severity = "error",
    params: Mapping[str, str] | None = None,
) -> list[Finding]:
    """A finding on each of these entries; of many, the rest in one.

    Parameters
    ----------
    kind : str
        The place of a finding is this and the entry: `spending 'R&D~V-1'`.
    rows : DataFrame
        The entries, by `entry`; their other columns fill the templates, days as ISO 8601.
    code, found, expected, remedy : str
        As of a `Finding`.
    severity : {'error', 'warning'}
    params : mapping of str to str or None
        How columns of numbers are written, as `{"part": ".0%"}`; others stand as they are.

    Returns
    -------
    list of Finding
        At most `FEW` and one, whatever the number of entries.

    Examples
    --------
    >>> rows = pl.DataFrame({"entry": [f"e{n}" for n in range(30)], "part": 1.5})
    >>> found = told("claim", rows, "x.over", "{part} is claimed", "at most 100%", "split it", params={"part": ".0%"})
    >>> len(found), found[0].place, found[0].say(found[0].found), found[-1].count
    (21, "claim 'e0'", '150% is claimed', 10)
    """
    shown = [_values(row, params or {}) for row in rows.head(FEW + 1).iter_rows(named=True)]
    said: dict[str, Any] = {
        "code": code, "found": found, "expected": expected, "remedy": remedy, "severity": severity,
    }  # fmt: skip
    single = [Finding(place=_place(kind, one["entry"]), params=one, **said) for one in shown[:FEW]]
    left = rows.slice(FEW)
    if left.is_empty():
        return single
    place = _place(kind, shown[FEW]["entry"])
    rest = Rest(place=place, params=shown[FEW], count=left.height, kind=kind, rows=left, formats=params, **said)
    return [*single, rest]


def places(finding: Finding) -> list[str]:
    """Every place that a finding is of: one, or that of each entry where it is the rest of many."""
    if not isinstance(finding, Rest):
        return [finding.place]
    return [_place(finding.kind, entry) for entry in finding.rows["entry"]]


def among(finding: Finding, kept: Callable[[str], bool]) -> list[Finding]:
    """A finding as far as it is of places that are kept: of the rest of many, those alone are told again.

    Parameters
    ----------
    finding : Finding
    kept : callable of str to bool
        Of a place; asked once of each, in their order.

    Returns
    -------
    list of Finding
        None where no place of it is kept.
    """
    kept_places = [kept(place) for place in places(finding)]
    if not isinstance(finding, Rest) or all(kept_places):
        return [finding] if any(kept_places) else []
    return told(
        finding.kind, finding.rows.filter(pl.Series(kept_places, dtype=pl.Boolean)), finding.code, finding.found,
        finding.expected, finding.remedy, severity=finding.severity, params=finding.formats,
    )  # fmt: skip


def saying(prefix: str) -> Callable[..., Finding]:
    """What makes single findings whose codes begin alike, days in their values as ISO 8601.

    Parameters
    ----------
    prefix : str
        Of the code.

    Returns
    -------
    callable
        From place, code behind the prefix, what was found, expected and what to do, the severity (an error where none
        is given) and the values of the templates by name.

    Examples
    --------
    >>> one = saying("target")("target 'near'", "late", "it ends on {end}", "a later day", "mend", end=date(2030, 1, 1))
    >>> one.code, one.say(one.found)
    ('target.late', 'it ends on 2030-01-01')
    """

    def say(
        place: str, code: str, found: str, expected: str, remedy: str, severity: Severity = "error", **params: Any
    ) -> Finding:
        plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in params.items()}
        return Finding(
            code=f"{prefix}.{code}", place=place, found=found, expected=expected, remedy=remedy, params=plain,
            severity=severity,
        )  # fmt: skip

    return say


def _place(kind: str, entry: object) -> str:
    return f"{kind} '{entry}'"


def _values(row: Mapping[str, Any], formats: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, int | float) and name in formats:
            values[name] = formatted(value, formats[name])
        elif isinstance(value, str | int | float):
            values[name] = value
        elif isinstance(value, date):
            values[name] = value.isoformat()
    return values
