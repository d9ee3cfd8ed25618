"""A case of the file: its inputs by key and unit, the kinds that know how to run it, and the comparison.

Nothing here looks at a case's name: a kind is recognised by its inputs, by what they say (a type of control, a method),
and by what is expected of it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

PSI = 0.0689475729  # bar
FOOT = 0.3048  # m
INCH = 0.0254  # m
CUBIC_FOOT = FOOT**3  # m3
FAHRENHEIT = 459.67
TON = 3.51685284  # kW, 12 000 Btu(IT)/h
BTU_HOUR = 0.29307107e-3  # kW


class NotUnderstood(Exception):
    """A case that the adapter does not know how to read; it is never guessed."""


@dataclass(frozen=True)
class Parity:
    """What the peer's own formula gives where it departs, and the name of the departure in docs/oracles.md."""

    value: Any
    departure: str


@dataclass
class Result:
    """What the product says of a case in the peer's units, and the peer's formula where it is known to be wrong."""

    values: dict[str, Any]
    parity: dict[str, Parity] = field(default_factory=dict)

    def depart(self, departure: str, **values: Any) -> "Result":
        """Add what the peer's formula gives for some of the results."""
        self.parity |= {key: Parity(value, departure) for key, value in values.items()}
        return self


@dataclass(frozen=True)
class Kind:
    """One kind of case.

    Parameters
    ----------
    name : str
    needs, may, gives : set of str
        Inputs that must be there, that may be, and results that can be asked for; no `gives` means that the results
        themselves tell.
    run : callable
        From inputs to `Result`; raises NotUnderstood for what it does not know.
    """

    name: str
    needs: frozenset[str]
    may: frozenset[str]
    gives: frozenset[str]
    run: Callable[["Inputs"], Result]

    def is_of(self, inputs: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
        """Whether a case has the shape of this kind."""
        given = set(inputs)
        return self.needs <= given <= self.needs | self.may and (not self.gives or set(expected) <= self.gives)


def kind(name: str, run: Callable[["Inputs"], Result], *, needs: str, may: str = "", gives: str) -> Kind:
    """A kind whose keys are written as words."""
    return Kind(name, frozenset(needs.split()), frozenset(may.split()), frozenset(gives.split()), run)


class Inputs:
    """Inputs of a case by key, with the unit checked: a value in a unit that is not known here is not understood."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw

    def __contains__(self, key: str) -> bool:
        return key in self.raw

    def number(self, key: str, *units: str, default: float | None = None) -> float:
        """A number; its unit, if it has one, begins with one of `units`."""
        if key not in self.raw:
            if default is None:
                raise NotUnderstood(f"no {key}")
            return default
        given = self.raw[key]
        if isinstance(given, Mapping):
            self._unit(key, given, units)
            given = given.get("value")
        if isinstance(given, bool) or not isinstance(given, (int, float)) or not np.isfinite(given):
            raise NotUnderstood(f"{key} is no number: {given!r}")
        return float(given)

    def numbers(self, key: str, *units: str) -> list[float]:
        """Numbers: a list, or `values` with a unit, or one number."""
        given = self.raw.get(key)
        if isinstance(given, Mapping) and "values" in given:
            self._unit(key, given, units)
            given = given["values"]
        if isinstance(given, list):
            return [Inputs({key: one}).number(key, *units) for one in given]
        return [self.number(key, *units)]

    def text(self, key: str, *, default: str | None = None) -> str:
        """A word."""
        given = self.raw.get(key, default)
        if not isinstance(given, str):
            raise NotUnderstood(f"{key} is no word: {given!r}")
        return given.strip()

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """True or false."""
        given = self.raw.get(key, default)
        if not isinstance(given, bool):
            raise NotUnderstood(f"{key} is neither true nor false: {given!r}")
        return given

    def part(self, key: str) -> "Inputs":
        """Inputs within inputs."""
        given = self.raw.get(key)
        if not isinstance(given, Mapping):
            raise NotUnderstood(f"{key} holds no inputs: {given!r}")
        return Inputs(given)

    def by_nominal(self, key: str, unit: str, known: Mapping[str, float]) -> dict[str, float]:
        """Numbers by the nominal size of a pipe."""
        given = self.raw.get(key)
        if not isinstance(given, Mapping) or not isinstance(given.get("by_nominal_in"), Mapping):
            raise NotUnderstood(f"{key} is not by nominal size")
        self._unit(key, given, (unit,))
        sizes = given["by_nominal_in"]
        if not set(sizes) <= set(known):
            raise NotUnderstood(f"{key} has sizes that are not known: {sorted(set(sizes) - set(known))}")
        return {size: Inputs(sizes).number(size) for size in sizes}

    @staticmethod
    def _unit(key: str, given: Mapping[str, Any], units: tuple[str, ...]) -> None:
        unit = str(given.get("unit", ""))
        if units and unit and not any(unit == one or unit.startswith((one + " ", one + "/")) for one in units):
            raise NotUnderstood(f"{key} is in {unit!r}, which is none of {', '.join(units)}")


@dataclass(frozen=True)
class Tolerance:
    """How far a value may be off, as the case says.

    The test framework that a case names as its basis allows `rel (1 + |value|)`, not `rel |value|`: with the latter
    some expected values, which carry four or five digits, would fail the test that they are from.
    """

    rel: float = 1.2e-5
    abs: float = 1e-9
    scale: float = 0.0

    @classmethod
    def of(cls, raw: Any) -> "Tolerance":
        """The tolerance of a case."""
        given = raw if isinstance(raw, Mapping) else {}
        scale = 1.0 if "approx" in str(given.get("basis", "")).lower() else 0.0
        if "rel" not in given and "abs" not in given:
            return cls(scale=scale)
        return cls(float(given.get("rel", 0.0)), max(float(given.get("abs", 0.0)), cls.abs), scale)

    def holds(self, value: float, expected: float) -> bool:
        """Whether a value is the expected one."""
        allowed = self.abs * (1 + 1e-9) + self.rel * (self.scale + abs(expected))
        return bool(np.isfinite(value)) and abs(value - expected) <= allowed


def compare(expected: Any, value: Any, tolerance: Tolerance) -> Iterator[str]:
    """What disagrees between an expected result, in any of its forms, and a value of that form."""
    for form in ("values", "by_nominal_in", "value"):
        if isinstance(expected, Mapping) and form in expected:
            expected = expected[form]
    if isinstance(expected, Mapping):
        for key, one in expected.items():
            if not isinstance(value, Mapping) or key not in value:
                yield f"{key}: nothing"
            else:
                yield from (f"{key}: {text}" for text in compare(one, value[key], tolerance))
    elif isinstance(expected, list):
        given = list(np.asarray(value, dtype=float).ravel())
        if len(given) != len(expected):
            yield f"{len(given)} values of {len(expected)}"
        for at, (one, own) in enumerate(zip(expected, given, strict=False)):
            yield from (f"[{at}]: {text}" for text in compare(one, own, tolerance))
    elif isinstance(expected, bool) or not isinstance(expected, (int, float)):
        raise NotUnderstood(f"an expected value is no number: {expected!r}")
    elif np.size(value) != 1:
        yield f"{np.size(value)} values of 1"
    elif not tolerance.holds(own := np.asarray(value, dtype=float).item(), float(expected)):
        yield f"{own:.10g}, expected {float(expected):.10g}"
