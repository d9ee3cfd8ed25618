"""Errors, and the exit code each of them means.

WattstoneError            3   the system failed
  InputRefused            2   what was given cannot be used; carries every finding at once
  NotComputable           -   one figure cannot be computed; it is listed with its reason, the others go on
"""

from collections.abc import Iterable
from typing import Self

from wattstone.base.finding import Finding


class WattstoneError(Exception):
    """Anything Wattstone raises on purpose."""

    exit_code = 3


class InputRefused(WattstoneError):
    """The input cannot be used. Nothing was changed.

    Parameters
    ----------
    findings : iterable of Finding
        All that was found, errors and warnings alike, in the order of the input.
    """

    exit_code = 2

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(finding.text() for finding in self.findings))

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[Finding, ...]]]:
        """Pickle the findings, not their text: a refusal may come from another process."""
        return type(self), (self.findings,)


class NotComputable(WattstoneError):
    """A figure has no value; the message is the reason that is shown in its place."""
