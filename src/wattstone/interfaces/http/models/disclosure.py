"""The climate report: requirement lists, the statement of a year, readiness, texts, editions and their differences."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from wattstone.interfaces.http.models.base import Asked, Shape, Told
from wattstone.interfaces.http.models.programme import Was, Why

__all__ = [
    "Differences", "EditionShape", "Editions", "Kept", "LetThrough", "LockEdition", "ReadinessShape", "Renderings",
    "ReviewText", "StandardShape", "Standards", "StatementShape", "TopicShape", "WriteText",
]  # fmt: skip

StatusName = Literal["answered", "partly", "omitted", "open"]
Name = Annotated[str, Field(min_length=1, max_length=60, description="As tcfd, or with its version ifrs-s2@2025.")]


class RequirementShape(Shape):
    """A paragraph that has to be answered; no text of the standard."""

    id: str = Field(description="As the standard numbers it.")
    section: str
    topics: list[str] = Field(description="Ids of the topics that answer it.")
    condition: str = Field(description="When it applies; empty where always.")
    version: str = Field(description="Of the list that it comes from.")


class StandardShape(Shape):
    """A requirement list by its version."""

    key: str = Field(description="ID@VERSION, as addresses take it.")
    id: str
    version: str
    title: str
    issuer: str
    source: str
    note: str
    confidence: Literal["A", "B", "C", "unconfirmed"] = Field(
        description="A: compared with the issuer's text; B: two readings; C: one; unconfirmed: compare before use."
    )
    issued: date | None
    effective: date = Field(description="First day of reporting periods that it binds.")
    early: bool
    base: str | None = Field(description="The version that it amends.")
    sections: dict[str, str]
    requirements: list[RequirementShape]


class Standards(Shape):
    """Requirement lists, all versions."""

    standards: list[StandardShape]


class FigureText(Shape):
    """A figure as a report shows it."""

    key: str = Field(description="As a placeholder names it: NAME@PERIOD, or NAME@PERIOD@SUBJECT.")
    id: str = Field(description="Of the figure; empty where it is missing.")
    name: str
    period: str
    subject: str
    value: float | None
    unit: str
    interval: list[float] | None = Field(description="90 %.")
    state: Literal["current", "stale", "restated", "missing"]
    basis: str
    method: str
    reason: str


class TextShape(Shape):
    """A text in a language."""

    lang: Literal["en", "zh"]
    markdown: str
    entry: str = Field(description="A review names it.")
    hash: str = Field(description="Of the version; a correction and a review name it.")
    by: str
    at: datetime
    approved_by: str = Field(description="Empty where nobody approved this version.")
    typed: list[str] = Field(description="Numbers that were typed by hand, where placeholders should stand.")


class OmissionShape(Shape):
    """Why a topic is left out."""

    ground: str
    reason: dict[str, str]
    paragraph: str
    until: date | None


class TopicShape(Shape):
    """What a report says of a topic."""

    topic: str
    part: str
    title: str
    asks: str
    content: list[Literal["narrative", "figure", "table"]]
    status: StatusName
    requirements: list[str]
    owner: str
    due: date | None
    texts: list[TextShape]
    figures: list[FigureText]
    tables: list[dict[str, Any]]
    says: list[str]
    omission: OmissionShape | None
    evidence: list[str]


class Summary(Shape):
    """Which report it is."""

    standard: str
    year: int
    organisation: str
    made: datetime
    edition: int | None = Field(description="Null of a draft.")
    simulated: bool


class StatementShape(Summary):
    """A report as data, in both languages at once."""

    topics: list[TopicShape]
    figures: list[FigureText] = Field(description="Every number that it shows.")
    findings: list[Told]
    limits: list[str]


class NeedShape(Shape):
    """What a topic still needs."""

    want: Literal["text", "numbers", "reason", "whole", "mend", "owner", "review"]
    lang: Literal["en", "zh"] | None
    count: int


class ReadyShape(Shape):
    """How ready a topic is."""

    topic: str
    title: str
    status: StatusName
    requirements: list[str]
    owner: str
    due: date | None
    late: bool
    needs: list[NeedShape]


class RequirementReady(Shape):
    """How far a requirement is answered."""

    id: str
    section: str
    status: StatusName
    topics: list[str]


class ReadinessShape(Summary):
    """How ready a report is, by topic and by requirement."""

    ready: bool
    errors: int
    warnings: int
    topics: list[ReadyShape]
    requirements: list[RequirementReady]
    findings: list[Told]


class EditionShape(Shape):
    """A report that was locked."""

    number: int
    sha256: str = Field(description="Of its canonical manifest.")
    locked_by: str
    locked_at: datetime
    key: str = Field(description="Id of the key that signed it first; empty where nobody did.")
    why: str


class AskShape(Told):
    """Something that stands in the way of a lock, or was let pass."""

    key: str
    outcome: Literal["stops", "asks", "tells"]
    blocks: bool


class Editions(Shape):
    """What was locked, and what stands in the way of the next lock."""

    standard: str
    year: int
    editions: list[EditionShape]
    standing: list[AskShape]


class ChangeShape(Shape):
    """One thing that is said in another way."""

    topic: str
    what: Literal["topic", "status", "text", "figure", "table", "omission", "says"]
    place: str
    part: str
    before: str | float | bool | None
    after: str | float | bool | None
    unit: str
    by: list[str]


class Differences(Shape):
    """What changed from an edition to another, or to the draft."""

    standard: str
    year: int
    old: int
    new: int | None = Field(description="Null: the draft.")
    changes: list[ChangeShape]


class Kept(Shape):
    """What was written or reviewed."""

    kind: str
    entry: str
    topic: TopicShape | None
    findings: list[Told]


class RenderingShape(Shape):
    """A file that a job of kind `disclosure` made."""

    id: str
    title: str
    made: datetime
    facts: dict[str, Any]


class Renderings(Shape):
    """Files of a report, the newest first."""

    renderings: list[RenderingShape]


class WriteText(Asked):
    """A text of a topic in a language."""

    lang: Literal["en", "zh"]
    text: Annotated[str, Field(min_length=1, max_length=200_000, description="Markdown; {{figure:NAME@PERIOD}}.")]
    standard: Annotated[str, Field(max_length=60, description="The one standard that it is for; empty: every.")] = ""
    was: Was = ""
    reason: Annotated[str, Field(max_length=1000, description="Needed where an approved text changes.")] = ""


class ReviewText(Asked):
    """What a reviewer says of a version of a text."""

    narrative: Annotated[str, Field(min_length=1, max_length=400, description="`entry` of the text.")]
    read: Annotated[str, Field(min_length=8, max_length=40, description="`hash` of the version that was read.")]
    verdict: Literal["approved", "changes"]
    comment: Annotated[str, Field(max_length=10_000, description="Needed where changes are asked for.")] = ""


class LockEdition(Asked):
    """A lock of the draft."""

    standard: Name = "tcfd"
    why: Annotated[str, Field(max_length=1000, description="What is new since the edition before it.")] = ""


class LetThrough(Asked):
    """What asks and is let pass, and why."""

    standard: Name = "tcfd"
    keys: Annotated[list[Annotated[str, Field(min_length=1, max_length=500)]], Field(min_length=1, max_length=300)]
    reason: Why
