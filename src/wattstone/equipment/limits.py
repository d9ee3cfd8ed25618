"""Findings about parameters: outside what is possible, told in one way for every machine."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding, InputRefused

__all__ = ["Range", "not_negative", "outside", "positive", "refuse"]

_BOUNDLESS = "a number of {unit} above {least}"
_BOUNDED = "{least} to {most} {unit}"


@dataclass(frozen=True)
class Range:
    """What a parameter may be: `least` to `most`, each of them allowed unless it is `open`."""

    least: float
    most: float
    unit: str
    open_least: bool = False
    open_most: bool = False

    def holds(self, value: npt.ArrayLike) -> bool:
        """Whether every value is a number within the range."""
        values = np.asarray(value, dtype=float)
        low = values > self.least if self.open_least else values >= self.least
        high = values < self.most if self.open_most else values <= self.most
        return bool(np.all(low & high & ~np.isnan(values)))


def positive(unit: str) -> Range:
    """More than 0, and finite."""
    return Range(0.0, np.inf, unit, open_least=True, open_most=True)


def not_negative(unit: str) -> Range:
    """0 or more, and finite."""
    return Range(0.0, np.inf, unit, open_most=True)


def outside(place: str, values: Iterable[tuple[str, npt.ArrayLike, Range]]) -> Iterator[Finding]:
    """A finding for each parameter that is not within its range.

    Parameters
    ----------
    place : str
        The machine: `battery 'B1'`.
    values : iterable of (str, float or array, Range)
        Name, value and range of each parameter.

    Yields
    ------
    Finding
        Code `equipment.range`.
    """
    for name, value, allowed in values:
        if allowed.holds(value):
            continue
        bad = [float(one) for one in np.ravel(np.asarray(value, dtype=float)) if not allowed.holds(float(one))]
        params = {"parameter": name, "value": _number(bad[0]), "unit": allowed.unit}
        params |= {"least": _number(allowed.least), "most": _number(allowed.most)}
        yield Finding(
            code="equipment.range",
            place=place,
            found="{parameter} is {value} {unit}",
            expected=_BOUNDLESS if allowed.most == np.inf else _BOUNDED,
            remedy="correct {parameter}",
            params=params,
            count=len(bad),
        )


def refuse(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, if all of them are warnings.

    Raises
    ------
    InputRefused
        If any is an error; it carries them all.
    """
    found = tuple(findings)
    if any(finding.severity == "error" for finding in found):
        raise InputRefused(found)
    return found


def _number(value: float) -> str:
    return f"{value:g}"
