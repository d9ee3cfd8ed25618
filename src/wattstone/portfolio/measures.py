"""Measures as records: what was done where, what it is to save, and how the saving is verified."""

import math
import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from wattstone.base import UnknownUnit, unit
from wattstone.portfolio.model import Id

Option = Literal["A", "B", "C", "D"]
Status = Literal["planned", "in progress", "done", "verified", "refuted", "withdrawn"]
ModelChoice = Literal["daily", "hourly", "best"]

EARLIEST, LATEST = 1900, 2199
"""Years in which a period may lie: one that ends in 9999 goes on, and is written without its last day."""

_EMISSIONS = {"kg CO2e": "kg", "t CO2e": "t"}


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Days(_Record):
    """Local days from the first to the last, both included; without a last one it goes on."""

    first: date
    last: date | None = None

    @model_validator(mode="after")
    def _rising(self) -> "Days":
        if self.last is not None and self.last < self.first:
            raise ValueError(f"it ends on {self.last}, before it begins on {self.first}")
        if self.first.year < EARLIEST or (self.last or self.first).year > LATEST:
            raise ValueError(f"it lies outside {EARLIEST} to {LATEST}; one that goes on has no last day")
        return self

    @property
    def days(self) -> int | None:
        """How many; None where it goes on."""
        return None if self.last is None else (self.last - self.first).days + 1

    def shared(self, other: "Days") -> int:
        """How many days it shares with another; of two that go on, those up to the end of time."""
        last = min(self.last or date.max, other.last or date.max)
        return max((last - max(self.first, other.first)).days + 1, 0)

    def __str__(self) -> str:
        """As it is typed: `2018-01-01/2018-12-31`, or `2018-01-01/` where it goes on."""
        return f"{self.first}/{self.last or ''}"


def _typed_days(value: Any) -> Any:
    """`2018-01-01/2018-12-31`, `2018-01-01/` or a single day as people type it; other forms pass."""
    if not isinstance(value, str):
        return value
    parts = [part.strip() for part in re.split(r"/|\.\.", value.strip())]
    if len(parts) > 2 or not parts[0]:
        raise ValueError(f"{value!r} is no period; write FIRST/LAST, as 2018-01-01/2018-12-31")
    return {"first": parts[0], "last": (parts[-1] or None)}


Period = Annotated[Days, BeforeValidator(_typed_days)]


def _saving_unit(name: str) -> str:
    if name in _EMISSIONS:
        return name
    try:
        known = unit(name)
    except UnknownUnit as error:
        raise ValueError(f"{name!r} is no unit of a saving; examples are kWh, MWh, m3, %, kg CO2e") from error
    if known.quantity not in ("energy", "volume", "ratio", "mass"):
        raise ValueError(f"{name!r} is a unit of {known.quantity}; a saving is in kWh, MWh, m3, %, kg CO2e")
    return known.name


Filled = Annotated[str, Field(min_length=1, max_length=4000, pattern=r"\S")]


class Stipulation(_Record):
    """What IPMVP option A takes as known instead of measuring it.

    Parameters
    ----------
    name, value, unit : str, float, str
        Such as hours of operation, 2600, `h`.
    source : str
        Where it is from: a lighting schedule, a manufacturer's sheet.
    """

    name: Filled
    value: float
    unit: Filled
    source: Filled


class NonRoutineEvent(_Record):
    """Something other than the measure that changed use, confirmed or rejected by a person with a reason.

    Parameters
    ----------
    first, last : date, date or None
        Local days, both included; without a last one it lasts.
    meter : str or None
        Which of the measure's meters; all of them where None.
    kind : str
        What it was: occupancy, equipment, weather damage.
    status : {'confirmed', 'rejected'}
        Only a confirmed one changes a saving.
    treatment : {'exclude', 'adjust'}
        Leave its days out, or add its size back to them.
    size : float or None
        Change of use that it brought, for `adjust`, above 0 where more was used. [unit d-1]
    reason, who : str
        Why, and who says so.
    """

    first: date
    last: date | None = None
    meter: Id | None = None
    kind: Filled = "other"
    status: Literal["confirmed", "rejected"] = "confirmed"
    treatment: Literal["exclude", "adjust"] = "exclude"
    size: float | None = None
    reason: Filled
    who: Filled

    @model_validator(mode="after")
    def _rising(self) -> "NonRoutineEvent":
        if self.last is not None and self.last < self.first:
            raise ValueError(f"it ends on {self.last}, before it begins on {self.first}")
        return self

    @property
    def period(self) -> Days:
        """Its days."""
        return Days(first=self.first, last=self.last)


class Measure(_Record):
    """A measure that claims savings.

    Parameters
    ----------
    id, site_id : str
        Of its own, and of the site where it was done.
    meters : tuple of str
        Meters, virtual ones too, inside whose reach the saving is to be seen.
    name, description : str or None
        What was done.
    boundary : str or None
        Where the line of the verification is drawn, in words.
    inside : tuple of str
        What lies inside: plant, rooms, circuits.
    option : {'A', 'B', 'C', 'D'}
        Of IPMVP: key parameter measured, all parameters measured, whole facility, calibrated simulation.
    key_parameter : str or None
        For option A: what is measured.
    stipulated : tuple of Stipulation
        For option A: what is not measured, with its value and source.
    simulation : str or None
        For option D: the file or table with the simulated use of the baseline.
    baseline : Days or None
        Before the works.
    reporting : Days or None
        After them; it may go on.
    blackout : Days or None
        The works, which belong to neither.
    expected_saving, expected_unit : float, str or None
        What is claimed of a year: 12000 kWh, 10 %, 5 t CO2e.
    cost, currency : float, str or None
        Of the measure.
    owner : str or None
        Who answers for it.
    status : {'planned', 'in progress', 'done', 'verified', 'refuted', 'withdrawn'}
        How far it is.
    interacts_with : tuple of str
        Measures that act on the same meters; their saving is counted once.
    overrides : dict of str to str
        Reason by the code of each sufficiency rule that is overridden.
    events : tuple of NonRoutineEvent
        What a person confirmed or rejected.
    model : {'daily', 'hourly', 'best'}
        Of the baseline.
    variables : tuple of str
        Meters whose readings explain use beside the weather: production, occupancy.
    comparison_sites, comparison_meters : tuple of str
        Where nothing was done, to compare with.
    """

    id: Id
    site_id: Id
    meters: tuple[Id, ...] = Field(min_length=1)
    name: str | None = None
    description: str | None = None
    boundary: str | None = None
    inside: tuple[Filled, ...] = ()
    option: Option = "C"
    key_parameter: str | None = None
    stipulated: tuple[Stipulation, ...] = ()
    simulation: str | None = None
    baseline: Period | None = None
    reporting: Period | None = None
    blackout: Period | None = None
    expected_saving: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    expected_unit: Annotated[str, AfterValidator(_saving_unit)] | None = None
    cost: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    owner: str | None = None
    status: Status = "planned"
    interacts_with: tuple[Id, ...] = ()
    overrides: dict[Filled, Filled] = Field(default_factory=dict)
    events: tuple[NonRoutineEvent, ...] = ()
    model: ModelChoice = "best"
    variables: tuple[Id, ...] = ()
    comparison_sites: tuple[Id, ...] = ()
    comparison_meters: tuple[Id, ...] = ()

    @property
    def span(self) -> Days | None:
        """From the first day of its baseline to the last of its reporting period; None where it has no periods."""
        said = [one for one in (self.baseline, self.blackout, self.reporting) if one is not None]
        if not said:
            return None
        ends = [one.last for one in said]
        known = [end for end in ends if end is not None]
        return Days(first=min(one.first for one in said), last=max(known) if len(known) == len(ends) else None)

    @property
    def expected(self) -> float | None:
        """What is claimed in the unit that the lake stores (kWh, m3, kg), or as a share of 1 for per cent."""
        if self.expected_saving is None or self.expected_unit is None:
            return None
        factor = unit(_EMISSIONS.get(self.expected_unit, self.expected_unit)).factor
        return math.prod((self.expected_saving, factor))
