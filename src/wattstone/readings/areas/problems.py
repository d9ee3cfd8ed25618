"""Findings about files of areas; each cites the rule that it rests on."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Finding, InputRefused

__all__ = ["AreasRefused", "refuse", "some"]


class AreasRefused(InputRefused):
    """A file of areas that was read, but must not be used.

    Parameters
    ----------
    findings : sequence of Finding
    entries : int
        How many it holds.
    """

    def __init__(self, findings: Sequence[Finding], entries: int) -> None:
        super().__init__(findings)
        self.entries = entries

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.findings, self.entries)


def some(
    code: str,
    place: str,
    which: NDArray[np.bool_] | Sequence[int],
    texts: tuple[str, str, str],
    *,
    error: bool = False,
    names: Sequence[str] | None = None,
    **params: Any,
) -> list[Finding]:
    """One finding about the entries concerned, numbered from 1; none where there are none."""
    at = (
        np.flatnonzero(which) if isinstance(which, np.ndarray) and which.dtype == bool else np.asarray(which, dtype=int)
    )
    if not len(at):
        return []
    first = names[int(at[0])] if names is not None else f"entry {int(at[0]) + 1}"
    found, expected, remedy = texts
    return [
        Finding(
            code=code, place=place, found=found, expected=expected, remedy=remedy, count=len(at), first=first,
            params=params, severity="error" if error else "warning",
        )
    ]  # fmt: skip


def refuse(code: str, place: str, found: str, expected: str, remedy: str, **params: Any) -> InputRefused:
    """The whole file cannot be taken."""
    finding = Finding(code=code, place=place, found=found, expected=expected, remedy=remedy, params=params)
    return InputRefused([finding])
