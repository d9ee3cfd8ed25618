"""Figures: no number without its evidence.

A figure's id is the hash of its content: name, value, unit, interval, period, subject, method and inputs. Two runs on
the same data with the same method give the same id; a changed reading or factor gives another.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from wattstone.base.periods import Period

ID_LENGTH = 20


@dataclass(frozen=True)
class Interval:
    """The 90 % interval of uncertainty, in the figure's unit."""

    lower: float
    upper: float


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number together with everything needed to check it.

    Parameters
    ----------
    name : str
        What it is: `scope2.location.hourly`.
    value : float or None
        None where it cannot be computed; then `reason` says why.
    unit : str
        `kg CO2e`, `kWh`.
    subject : str
        `organisation`, `site:ID` or `meter:ID`.
    period : Period
        Naive UTC.
    period_label : str
        The period as people say it: `2019`, `2019-03`.
    method : str
        Name and version of the method: `scope2.location.hourly/1`.
    inputs : tuple of str
        What it was computed from: ids of figures (`figure:...`), slices (`slice:...`) and factors (`factor:...`).
    interval : Interval or None
        90 % interval; None where the uncertainty is not known.
    reason : str or None
        Why there is no value.
    basis : str or None
        `hourly`, `annual`: how a reported figure was made, where there is a choice.
    estimated : float
        Share of the value that rests on filled or interpolated readings, 0 to 1.
    coverage : float or None
        Share of the period for which there are readings, 0 to 1; None where that has no meaning.
    notes : tuple of str
        What the reader must know: assumptions, conversions, accepted exceptions.
    """

    name: str
    value: float | None
    unit: str
    subject: str
    period: Period
    period_label: str
    method: str
    inputs: tuple[str, ...] = ()
    interval: Interval | None = None
    reason: str | None = None
    basis: str | None = None
    estimated: float = 0.0
    coverage: float | None = None
    notes: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Hash of the content, stable from run to run and machine to machine."""
        content = asdict(self)
        content["period"] = [self.period.start.isoformat(), self.period.end.isoformat()]
        content["interval"] = [self.interval.lower, self.interval.upper] if self.interval else None
        return figure_id(content)


def figure_id(content: Mapping[str, Any]) -> str:
    """Hash of canonical JSON: keys sorted, no spaces, numbers as their shortest exact form.

    Parameters
    ----------
    content : mapping
        JSON values; a NaN is refused, for a gap is None.

    Returns
    -------
    str
        The first 20 hexadecimal digits of SHA-256.

    Examples
    --------
    >>> figure_id({"value": 1.5, "name": "x"}) == figure_id({"name": "x", "value": 1.5})
    True
    """
    if any(isinstance(value, float) and math.isnan(value) for value in content.values()):
        raise ValueError("a figure cannot be NaN: a value that is not known is None with a reason")
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:ID_LENGTH]
