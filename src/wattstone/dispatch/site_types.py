"""What the tables of a site file are made of: quantities with their limits, names, zones."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

__all__ = [
    "RESERVED",
    "Day",
    "Efficiency",
    "Limit",
    "Minutes",
    "Name",
    "NotNegative",
    "Positive",
    "Share",
    "Table",
    "Zone",
]


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("an IANA time zone, as 'Asia/Shanghai'")
    return name


def _divides_a_day(minutes: int) -> int:
    if 1440 % minutes:
        raise ValueError("minutes of which a day is a whole number of steps, as 15, 30 or 60")
    return minutes


RESERVED = frozenset({"grid", "load", "common"})
"""What else has a power in a plan: no id of a device or building."""
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Limit = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Efficiency = Annotated[float, Field(gt=0, le=1)]
Name = Annotated[str, Field(min_length=1)]
Day = Annotated[tuple[NotNegative, ...], Field(min_length=24, max_length=24)]
Zone = Annotated[str, AfterValidator(_zone)]
Minutes = Annotated[int, Field(gt=0, le=1440), AfterValidator(_divides_a_day)]


class Table(BaseModel):
    """A table of the file: nothing may stand in it that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")
