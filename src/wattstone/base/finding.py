"""A problem as data: what was found, where, what was expected, what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Any, Literal

Severity = Literal["error", "warning"]


class _Plurals(Formatter):
    """Fields that choose words by a number: `{count} {count:cell is|cells are} empty`."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if "|" not in format_spec:
            return format(value, format_spec)
        one, many = format_spec.split("|", 1)
        return one if str(value) == "1" else many


_FORMATTER = _Plurals()


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One problem in what was given to Wattstone, told the same way everywhere.

    The three sentences are templates in English (`str.format` with `params`), so that the command line, the API and a
    form show one truth, and a translation replaces the template alone. A field may choose words by a number,
    as `{count:cell is|cells are}`, which a language without plurals leaves out.

    Parameters
    ----------
    code : str
        Stable name, as `readings.negative`; tests and translations refer to it.
    place : str
        Where: `meter 'HQ-main'`, or `readings.csv, row 17, column 'kWh'`.
    found, expected, remedy : str
        Templates: what was found, what was expected, what to do.
    params : mapping
        Values of the templates' fields.
    count : int
        How many times it was found.
    first : str or None
        The first of them: a row number or a time with its zone.
    severity : {'error', 'warning'}
        An error refuses the input; a warning never changes an exit code.

    Examples
    --------
    >>> print(Finding(code="readings.negative", place="meter 'HQ-main'", count=3, first="2024-03-31T02:00+01:00",
    ...               found="{count} of {total} intervals show negative grid import", params={"total": 8760},
    ...               expected="0 kWh or more", remedy="set sign = -1 if it is reversed").text())
    meter 'HQ-main': 3 of 8760 intervals show negative grid import, the first at 2024-03-31T02:00+01:00. \
Expected: 0 kWh or more. To mend it: set sign = -1 if it is reversed.
    """

    code: str
    place: str
    found: str
    expected: str
    remedy: str
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    count: int = 1
    first: str | None = None
    severity: Severity = "error"

    def text(self) -> str:
        """The finding as one English paragraph."""
        first = f", the first at {self.first}" if self.first else ""
        return (
            f"{self.place}: {self.say(self.found)}{first}. "
            f"Expected: {self.say(self.expected)}. To mend it: {self.say(self.remedy)}."
        )

    def say(self, template: str) -> str:
        """One of the three templates, filled in."""
        values = {"count": self.count, "first": self.first, "place": self.place, **self.params}
        return _FORMATTER.vformat(template, (), values)

    def as_dict(self) -> dict[str, Any]:
        """The finding for machines; keys are stable."""
        return {
            "code": self.code,
            "severity": self.severity,
            "place": self.place,
            "count": self.count,
            "first": self.first,
            "found": self.say(self.found),
            "expected": self.say(self.expected),
            "remedy": self.say(self.remedy),
        }
