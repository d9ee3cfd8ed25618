"""Activity records and contracts of energy."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from wattstone.interfaces.http.models.base import Asked, Paged, Shape, Told

__all__ = [
    "Activities",
    "ActivityHistory",
    "ActivityShape",
    "CorrectActivity",
    "EnterActivities",
    "EnteredActivities",
    "ImportedActivities",
    "OneActivity",
    "Reasoned",
]

Amount = Annotated[float, Field(allow_inf_nan=False)]
Field_ = Annotated[str, Field(max_length=2000)] | bool | Amount | None
Said = Annotated[dict[Annotated[str, Field(max_length=100)], Field_], Field(max_length=50)]
Why = Annotated[str, Field(max_length=1000, description="For an auditor; the audit log keeps it.")]

LINE = {
    "site_id": "HQ", "kind": "waste", "item": "glass.landfill", "start": "2025-03", "amount": 2.5, "unit": "t",
}  # fmt: skip
"""A line as an example has it."""


class ActivityShape(Shape):
    """A line: who did what where and when, and who entered it."""

    line_id: str
    site_id: str
    kind: str
    item: str = Field(description="Empty where the kind has none.")
    start: date
    end: date = Field(description="The last day, inclusive.")
    amount: float | None = Field(description="Null where only the emissions are stated.")
    unit: str | None
    method: str | None
    region: str | None
    supplier: str | None
    stated: float | None = Field(description="Emissions that somebody else states. [kg CO2e]")
    factor: str | None = Field(description="Id of one's own factor.")
    share: float | None
    estimated: bool
    meter_id: str | None
    document: str | None = Field(description="SHA-256 of what proves it.")
    note: str | None
    entered_by: str
    entered_at: datetime
    replaces: str | None = Field(description="The line that this one corrects or takes back.")
    withdrawn: bool


class Activities(Paged):
    """Lines that hold."""

    lines: list[ActivityShape]


class ActivityHistory(Shape):
    """All versions of a line, the first first."""

    lines: list[ActivityShape]


class OneActivity(Shape):
    """The line that holds now, and what was noticed."""

    line: ActivityShape
    findings: list[Told]


class EnteredActivities(Shape):
    """Lines as they were entered, and what was noticed."""

    lines: list[ActivityShape]
    findings: list[Told]


class ImportedActivities(Shape):
    """What became of a table."""

    source: str
    lines: int = Field(description="0 where the file was taken in before.")
    already: bool = Field(description="Whether it was taken in before.")
    sites: list[str]
    years: list[int]
    findings: list[Told]


class EnterActivities(Asked):
    """One line or several: all of them are entered, or none."""

    lines: Annotated[list[Said], Field(min_length=1, max_length=1000, description="Fields as a table's columns.")]


class CorrectActivity(Asked):
    """What changes of a line, and why."""

    said: Annotated[Said, Field(description="Fields that change; null takes back what was said.")]
    reason: Why


class Reasoned(Asked):
    """Why something is taken back."""

    reason: Why
