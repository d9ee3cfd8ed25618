"""Checks before a release, releases, restatements and the change from year to year."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from wattstone.interfaces.http.models.base import Asked, Paged, Shape, Told
from wattstone.interfaces.http.models.figures import FigureShape

__all__ = [
    "ChangeShape",
    "ChecksShape",
    "DecideRestatements",
    "Decided",
    "LedgerShape",
    "LetPass",
    "Policies",
    "PolicyShape",
    "ReleasedFigures",
    "Releases",
    "RestatementShape",
    "Restatements",
    "SeriesShape",
    "SetPolicy",
]

Share = Annotated[float, Field(allow_inf_nan=False)]
Words = Annotated[str, Field(max_length=2000)]
TriggerName = Literal["structure", "method", "error"]
Midst = Literal["all-year", "pro-rata"]
Hash = Annotated[str, Field(min_length=1, max_length=64)]


class PassedShape(Shape):
    """Who let a finding pass, and why."""

    reason: str
    by: str
    at: datetime


class CheckedShape(Told):
    """A finding of the checks."""

    check: str
    outcome: Literal["stops", "asks", "tells"] = Field(
        description="`stops`: no release before it is mended; `asks`: mended, or let pass; `tells`: to know."
    )
    key: str = Field(description="The same each time it is found; what is let pass names it.")
    blocks: bool
    let_pass: PassedShape | None


class ReleaseShape(Shape):
    """A year's figures that were released."""

    year: int
    run: int
    figures: int = Field(description="How many they are.")
    sha256: str = Field(description="Hash of their ids.")
    by: str
    at: datetime
    totals: dict[str, float] = Field(description="By NAME@SUBJECT, as released.")


class ChecksShape(Shape):
    """What the newest check of a year found, with what was let pass since."""

    year: int
    run: int = Field(description="The run whose figures were checked.")
    made: datetime
    by: str
    stale: bool = Field(description="The inventory was taken anew since.")
    blocking: int
    more: int = Field(description="Findings that are not listed; start another check once these are mended.")
    released: ReleaseShape | None
    findings: list[CheckedShape]


class LetPass(Asked):
    """Findings that ask and are let pass, and why."""

    keys: Annotated[list[Annotated[str, Field(min_length=1, max_length=500)]], Field(min_length=1, max_length=300)]
    reason: Annotated[str, Field(max_length=2000, description="A sentence that an assurer can judge.")]


class Releases(Paged):
    """Releases."""

    releases: list[ReleaseShape]


class ReleasedFigures(Paged):
    """Figures as they were released, whatever was restated since."""

    figures: list[FigureShape]


class RestatementShape(Shape):
    """A restatement as it stands: from what to what, why, who proposed it and who decided."""

    entry: str = Field(description="Hash of the line of the ledger that proposed it.")
    state: Literal["proposed", "accepted", "rejected"]
    year: int
    name: str
    subject: str
    before: float | None
    after: float | None
    before_id: str | None
    after_id: str | None
    unit: str
    trigger: TriggerName
    reason: str
    event: str
    significant: bool | None = Field(description="Whether it reached the policy's threshold; null where not known.")
    policy: int
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    note: str
    alone: bool = Field(description="Whoever proposed it accepted it too.")


class Restatements(Paged):
    """Restatements."""

    restatements: list[RestatementShape]


class DecideRestatements(Asked):
    """Proposals that are accepted or rejected, all or none, and why."""

    entries: Annotated[list[Hash], Field(min_length=1, max_length=500, description="Their first digits will do.")]
    accept: bool = Field(strict=True)
    note: Annotated[str, Field(max_length=2000, description="What was looked at.")]


class Decided(Shape):
    """As they stand now."""

    restatements: list[RestatementShape]


class PolicyShape(Shape):
    """A base-year policy as somebody set it."""

    number: int
    years: list[int]
    rolling: int
    threshold: float = Field(description="[%]")
    triggers: list[TriggerName]
    mid_year: Midst
    joined: list[str]
    note: str
    who: str
    at: datetime


class Policies(Shape):
    """Every policy, the newest, which holds, last."""

    policies: list[PolicyShape]


class SetPolicy(Asked):
    """A base-year policy; what is left out is as by default."""

    years: Annotated[
        tuple[Annotated[int, Field(ge=1990, le=2100, strict=True)], ...],
        Field(max_length=50, description="The base year; several are averaged. Empty where the base rolls."),
    ] = ()
    rolling: Annotated[
        int,
        Field(ge=0, le=50, strict=True, description="Instead: the average of so many years before the one reported."),
    ] = 0
    threshold: Annotated[Share, Field(gt=0, le=100, description="Share of base-year emissions. [%]")] = 5.0
    triggers: Annotated[tuple[TriggerName, ...], Field(max_length=3)] = ("structure", "method", "error")
    mid_year: Midst = "all-year"
    joined: Annotated[
        tuple[Annotated[str, Field(max_length=100)], ...],
        Field(max_length=20, description="Totals that are judged as one sum."),
    ] = ("scope1", "scope2.location")
    note: Words = ""


class SeriesRow(Shape):
    """A total of a year."""

    year: int
    name: str
    reported: float | None
    recalculated: float | None


class SeriesShape(Shape):
    """Each released year's totals as first released, and with what was restated since. [kg CO2e]"""

    series: list[SeriesRow]


class LedgerLineShape(Shape):
    """A line of the ledger, chained to the one before it."""

    number: int
    at: datetime
    who: str
    what: Literal["policy", "propose", "accept", "reject"]
    details: dict[str, object]
    previous: str
    hash: str


class BreakShape(Shape):
    """The first line at which the chain does not hold."""

    line: int
    why: Literal["changed", "missing"]


class LedgerShape(Paged):
    """The ledger of restatements, verified."""

    holds: bool = Field(description="Of the whole ledger.")
    broken: BreakShape | None
    lines: list[LedgerLineShape]


class EffectRow(Shape):
    """What one effect makes of the change of a total. [kg CO2e]"""

    name: str
    effect: str
    value: float


class LikeRow(Shape):
    """A total of both years, of all sites and of those that were there throughout. [kg CO2e]"""

    name: str
    value_0: float
    value_1: float
    like_0: float
    like_1: float
    sites: int


class ChangeShape(Shape):
    """What made a year differ from the one before: the effects of a total add up to its change. [kg CO2e]"""

    year: int
    made: datetime
    by: str
    document: str
    change: list[EffectRow]
    like_for_like: list[LikeRow]
    sites: list[dict[str, object]] = Field(description="The location-based total by site; the rest as one row.")
    left_out: int
    throughout: int
