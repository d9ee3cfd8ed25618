"""Alerts, their rules and webhooks."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from wattstone.interfaces.http.models.base import Asked, Paged, Shape, Short

__all__ = [
    "Acknowledge",
    "AlertShape",
    "Alerts",
    "MakeRule",
    "MakeWebhook",
    "RuleShape",
    "Rules",
    "WebhookShape",
    "Webhooks",
]


class RuleShape(Shape):
    """When somebody is alerted, and who."""

    id: str
    name: str
    kind: str
    params: dict[str, Any]
    mail: list[str]
    webhooks: list[str]
    active: bool
    created: datetime


class Rules(Shape):
    """Rules of alerts."""

    rules: list[RuleShape]


class AlertShape(Shape):
    """Something that somebody has to look at."""

    id: str
    rule: str | None
    kind: str
    severity: str
    state: Literal["raised", "acknowledged", "closed"]
    site: str | None
    facts: dict[str, Any]
    text: str
    raised: datetime
    acknowledged: datetime | None
    acknowledged_by: str | None
    note: str
    closed: datetime | None


class Alerts(Paged):
    """Alerts, the newest first."""

    alerts: list[AlertShape]


class WebhookShape(Shape):
    """An address that is told of alerts."""

    id: str
    name: str
    url: str
    active: bool
    created: datetime
    secret: str | None = Field(default=None, description="Shown once: when it is made, and when it is rotated.")


class Webhooks(Shape):
    """Webhooks."""

    webhooks: list[WebhookShape]


class MakeRule(Asked):
    """When somebody is alerted, and who."""

    name: Short
    kind: Literal["finding.worth", "job.failed", "data.silent", "meter.limit"]
    params: dict[str, Any] = Field(default_factory=dict)
    mail: Annotated[
        list[Annotated[str, Field(max_length=254, pattern=r"^[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]{1,185}$")]],
        Field(max_length=50),
    ] = Field(default_factory=list)
    webhooks: Annotated[list[Short], Field(max_length=20)] = Field(default_factory=list)
    active: bool = True


class MakeWebhook(Asked):
    """An address that is to be told of alerts."""

    name: Short
    url: Annotated[str, Field(min_length=8, max_length=2000)]
    active: bool = True


class Acknowledge(Asked):
    """What is said of an alert by whoever looked at it."""

    note: Annotated[str, Field(max_length=4000)] = ""
