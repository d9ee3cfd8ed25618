"""Baseline and reporting period: two types, so that neither can stand where the other belongs."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.baselines.conditions import Conditions, Extra

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Dates:
    """Local days, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    def __str__(self) -> str:
        """As the command line takes them: `2018-01-01/2018-12-31`."""
        return f"{self.first}/{self.last}"


@dataclass(frozen=True, kw_only=True)
class Sufficiency:
    """Whether the data of a meter suffice, by which rules they do not, and which of those were overridden by name.

    Parameters
    ----------
    meter : str
        Its id.
    findings : tuple of Finding
        Each carries `clause` and `source` in its params; a severity of error disqualifies.
    overridden : mapping of str to str
        Reason by code of the finding.
    """

    meter: str
    findings: tuple[Finding, ...] = ()
    overridden: tuple[tuple[str, str], ...] = ()

    @property
    def disqualifying(self) -> tuple[Finding, ...]:
        """What stands in the way."""
        allowed = {code for code, _ in self.overridden}
        return tuple(one for one in self.findings if one.severity == "error" and one.code not in allowed)

    @property
    def qualified(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.disqualifying


@dataclass(frozen=True, kw_only=True)
class _Batch:
    """Meters of one zone, calendar and station in some days.

    Parameters
    ----------
    dates : Dates
        The period.
    meters, kinds, units : tuple of str
        Of each of m meters: id, canonical kind, unit of use.
    use : (m, t) array
        Use of each interval, NaN where it is not known.
    conditions : Conditions
        t intervals.
    extra : Extra or None
        Further variables.
    sufficiency : tuple of Sufficiency
        Of each meter.
    """

    dates: Dates
    meters: tuple[str, ...]
    kinds: tuple[str, ...]
    units: tuple[str, ...]
    use: Floats
    conditions: Conditions
    extra: Extra | None = None
    sufficiency: tuple[Sufficiency, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Baseline(_Batch):
    """What was used before the measure: what models are fitted to."""


@dataclass(frozen=True, kw_only=True)
class Reporting(_Batch):
    """What was used after the measure: what models are held against."""
