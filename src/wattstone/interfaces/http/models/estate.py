"""Organisations, sites, spaces, meters and their readings: the portfolio's own models, in lists and one by one."""

from datetime import datetime
from typing import Any

from pydantic import Field

from wattstone.interfaces.http.models.base import Paged, Shape, Told
from wattstone.portfolio import Meter, Site, Space

__all__ = [
    "Meters",
    "OneMeter",
    "OneSite",
    "OneSpace",
    "OrganisationShape",
    "Organisations",
    "QualityShape",
    "Reading",
    "Readings",
    "Sites",
    "Spaces",
]


class OrganisationShape(Shape):
    """An organisation that one has a role in."""

    id: str
    name: str
    role: str


class Organisations(Shape):
    """Those that one has a role in."""

    organisations: list[OrganisationShape]


class Sites(Paged):
    """Sites."""

    sites: list[Site]


class Spaces(Paged):
    """Spaces."""

    spaces: list[Space]


class Meters(Paged):
    """Meters."""

    meters: list[Meter]


class OneSite(Shape):
    """A site as it was declared, and what was noticed."""

    site: Site
    findings: list[Told]


class OneSpace(Shape):
    """A space as it was declared, and what was noticed."""

    space: Space
    findings: list[Told]


class OneMeter(Shape):
    """A meter as it was declared, and what was noticed."""

    meter: Meter
    findings: list[Told]


class Reading(Shape):
    """An interval of a meter."""

    start: datetime = Field(description="UTC.")
    seconds: int
    value: float | None = Field(description="kWh, m3 or kg; null for a gap, never 0.")
    flags: int = Field(description="Sum of the flags of docs/methods/quality.md.")
    covered: float | None = Field(default=None, description="Share of a longer interval that was measured, 0 to 1.")


class Readings(Shape):
    """Readings of a meter in a window."""

    meter: str
    kind: str
    unit: str
    start: datetime
    end: datetime
    every: str = Field(description="`raw`, or what intervals were added up to.")
    personal: bool = Field(description="Of a dwelling or a driver: added up by the day for whoever may not see more.")
    readings: list[Reading]
    next: datetime | None = Field(description="Send it as `start` to go on; null where the window is through.")


class QualityShape(Shape):
    """How good the readings of a year are, and what to mend first."""

    year: int
    meters: list[dict[str, Any]]
    mend: list[Told]
