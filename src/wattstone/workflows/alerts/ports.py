"""What alerts need of the records of the server, whatever holds them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

__all__ = ["AlertLike", "AlertStore", "Cause", "JobLike", "RuleLike"]

Severity = Literal["watch", "act"]
State = Literal["raised", "acknowledged", "closed"]


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Something that an alert is raised for.

    Parameters
    ----------
    kind : str
        `finding.worth`, `job.failed`, `data.silent`, `meter.limit`.
    key : str
        The same for the same cause, run after run: while an alert of it stands open, none is raised again.
    site : str or None
        Where; None where it concerns the organisation.
    severity : {'watch', 'act'}
        How urgent.
    facts : mapping
        What there is to say; JSON values.
    """

    kind: str
    key: str
    site: str | None = None
    severity: Severity = "watch"
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])


class JobLike(Protocol):
    """A job that has ended."""

    @property
    def id(self) -> str:
        """Its own."""
        ...

    @property
    def tenant(self) -> str:
        """Of which organisation."""
        ...

    @property
    def kind(self) -> str:
        """What it did."""
        ...

    @property
    def state(self) -> str:
        """`done`, `failed` or `cancelled`."""
        ...

    @property
    def error(self) -> str | None:
        """Why it failed."""
        ...


class RuleLike(Protocol):
    """When an organisation is alerted."""

    @property
    def id(self) -> str:
        """Its own."""
        ...

    @property
    def kind(self) -> str:
        """What is watched."""
        ...

    @property
    def params(self) -> Mapping[str, Any]:
        """Thresholds."""
        ...

    @property
    def active(self) -> bool:
        """Whether it watches."""
        ...


class AlertLike(Protocol):
    """Something that somebody has to look at."""

    @property
    def id(self) -> str:
        """Its own."""
        ...

    @property
    def rule(self) -> str | None:
        """Whose."""
        ...

    @property
    def key(self) -> str:
        """Of its cause."""
        ...

    @property
    def site(self) -> str | None:
        """Where."""
        ...

    @property
    def state(self) -> str:
        """`raised`, `acknowledged` or `closed`."""
        ...


class AlertStore(Protocol):
    """The part of the server's records that holds rules and alerts: `ServerRecords.alerts`."""

    def rules(self, tenant: str) -> Sequence[Any]:
        """The rules of an organisation."""
        ...

    def alerts(
        self, tenant: str, *, state: State | None = None, page: int = 1, size: int = 50
    ) -> tuple[Sequence[Any], int]:
        """Alerts of a state, the newest first: one page of them, and how many there are."""
        ...

    def raise_alert(
        self,
        tenant: str,
        *,
        kind: str,
        key: str,
        rule: Any = None,
        site: str | None = None,
        severity: str = "watch",
        facts: Mapping[str, Any] | None = None,
        now: datetime | None = None,
    ) -> Any:
        """Raise one and queue its way to whom the rule names; None where one of the same key is open."""
        ...

    def close(self, tenant: str, alert_id: str, *, now: datetime | None = None) -> Any:
        """It is over."""
        ...
