"""The programme: kinds of entries, entries with their versions, reports of its parts, areas as GeoJSON."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from wattstone.interfaces.http.models.base import Asked, Paged, Shape, Told
from wattstone.interfaces.http.models.ledgers import Amount

__all__ = [
    "EXAMPLE",
    "AddEntry",
    "Areas",
    "CorrectEntry",
    "Entries",
    "ImportedEntries",
    "Kinds",
    "OneEntry",
    "ProgrammeReport",
    "TakeReport",
    "WithdrawEntry",
]

Texts = Annotated[list[Annotated[str, Field(max_length=2000)]], Field(max_length=1000)]
Field_ = Annotated[str, Field(max_length=2_000_000)] | bool | Amount | Texts | None
Said = Annotated[dict[Annotated[str, Field(max_length=100)], Field_], Field(max_length=100)]
Why = Annotated[str, Field(max_length=1000, description="For an auditor; the records keep it.")]
Was = Annotated[
    str, Field(max_length=40, description="Hash of the version that was read: 409 where it is not the newest.")
]

EXAMPLE = {
    "name": "West bay", "partner": "Conservation trust", "status": "action", "intervention": "restore",
    "ecosystem": "MFT1.2", "geometry": "POLYGON((113 22, 113.1 22, 113.1 22.1, 113 22.1, 113 22))",
}  # fmt: skip
"""What is said of an area, as an example has it."""


class FieldShape(Shape):
    """A field of a kind."""

    name: str
    type: str = Field(
        description="text, prose (Markdown), number, integer, part (of one), date, year, choice, flag, site, ref, list "
        "or geometry."
    )
    label: str
    help: str
    unit: str | None
    required: bool
    choices: dict[str, str] = Field(description="Value to label.")
    least: float | None
    most: float | None
    above: float | None = Field(description="A bound that is itself not allowed.")
    to: str | None = Field(description="Of a ref: the kind whose entries it names.")


class KindShape(Shape):
    """A kind of entries."""

    id: str
    module: str
    label: str
    plural: str
    help: str
    key: list[str] = Field(description="Fields that together say which entry it is; empty where each has an id.")
    fields: list[FieldShape]


class Kinds(Shape):
    """Kinds of entries, by part of the programme."""

    kinds: list[KindShape]


class EntryShape(Shape):
    """An entry as it stands: its fields by name, and where they come from."""

    entry: str
    hash: str = Field(description="Of its content; figures name it as entry:HASH.")
    document: str | None = Field(description="SHA-256 of what proves it.")
    entered_by: str
    entered_at: datetime


class VersionShape(EntryShape):
    """What was said at one time."""

    version: int
    withdrawn: bool
    reason: str | None
    replaces: str | None = Field(description="Hash of the version before.")


class Entries(Paged):
    """Entries in force."""

    kind: str
    entries: list[EntryShape]


class OneEntry(Shape):
    """An entry: its newest version, all of them, and what was noticed."""

    kind: str
    entry: VersionShape
    moved: bool = Field(description="It stands at a site since that you do not see; `entry` is the last that you see.")
    history: list[VersionShape]
    findings: list[Told]


class ImportedEntries(Shape):
    """What a table brought: entries that are new, changed, and as they were."""

    kind: str
    source: str
    new: list[str]
    changed: list[str]
    same: list[str]
    findings: list[Told]


class LineShape(Shape):
    """A number that a report says."""

    name: str
    label: str
    value: float | None = Field(description="Null where it cannot be computed; the reason says why.")
    unit: str
    period: str
    subject: str
    interval: list[float | None] | None = Field(description="90 %.")
    basis: Literal["measured", "stated", "computed", "estimated", "simulated", "unconfirmed"]
    method: str
    inputs: list[str]
    reason: str | None
    notes: list[str]
    figure: str | None = Field(description="Id of the figure as which it is recorded.")


class ReportColumn(Shape):
    """A column of a table."""

    name: str
    label: str
    unit: str | None


class ReportTable(Shape):
    """A table of a report."""

    id: str
    title: str
    columns: list[ReportColumn]
    rows: list[dict[str, Any]]


class ReportChart(Shape):
    """A chart of a table's columns."""

    id: str
    title: str
    mark: str
    table: str
    x: str
    y: str
    to: str | None
    series: str | None


class ProgrammeReport(Shape):
    """What a part of the programme says of a year."""

    module: str
    title: str
    period: str
    run: int | None = Field(description="The run that recorded it; null where it was not recorded so.")
    says: list[str]
    lines: list[LineShape]
    tables: list[ReportTable]
    charts: list[ReportChart]
    findings: list[dict[str, Any]]
    limits: list[str] = Field(description="What it does not prove.")


class AreaProperties(Shape):
    """What is said of an area."""

    name: str | None
    status: str | None
    hash: str


class Feature(Shape):
    """An area (RFC 7946)."""

    type: Literal["Feature"]
    id: str
    geometry: dict[str, Any] | None = Field(
        description="Longitude and latitude on WGS 84; a point where only that is known."
    )
    properties: AreaProperties


class Areas(Shape):
    """Areas in force as GeoJSON (RFC 7946)."""

    type: Literal["FeatureCollection"]
    features: list[Feature]


class AddEntry(Asked):
    """An entry."""

    said: Annotated[Said, Field(description="Fields by name, as the list of kinds has them.", min_length=1)]


class CorrectEntry(Asked):
    """What changes of an entry, and why."""

    said: Annotated[Said, Field(description="Fields that change; null takes back what was said.", min_length=1)]
    reason: Why
    was: Was = ""


class WithdrawEntry(Asked):
    """Why an entry is withdrawn."""

    reason: Why
    was: Was = ""


class TakeReport(Asked):
    """What is asked of a part of the programme."""

    year: Annotated[int, Field(ge=1990, le=2100)]
    at: Annotated[date | None, Field(description="By the entries as they stood at the end of that day.")] = None
    options: Annotated[
        dict[Annotated[str, Field(max_length=100)], Annotated[str, Field(max_length=500)]],
        Field(max_length=50, description="What is given beside the entries."),
    ] = Field(default_factory=dict)
