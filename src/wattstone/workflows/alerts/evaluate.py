"""Rules looked at: what is new is raised and queued to be told, what is over is closed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from wattstone.workflows.alerts.causes import limit_passed, silent_data, worthy_findings
from wattstone.workflows.alerts.ports import AlertLike, AlertStore, Cause, JobLike, RuleLike
from wattstone.workflows.alerts.rules import DataSilent, FindingWorth, JobFailed, params_of
from wattstone.workflows.workspace import Workspace

__all__ = ["after_job", "look"]

AFTER: Mapping[str, tuple[str, ...]] = {
    "detection": ("finding.worth",),
    "ingest": ("data.silent", "meter.limit"),
}
"""Which kinds of rules a job of a kind may answer differently."""
_PAGE = 500


def after_job(
    workspace: Workspace, alerts: AlertStore, job: JobLike, *, now: datetime | None = None
) -> tuple[AlertLike, ...]:
    """Look at the rules that a job may have changed the answer of.

    Parameters
    ----------
    workspace : Workspace
        Of the job's organisation, unguarded: an alert is raised whoever may see it.
    alerts : AlertStore
        `ServerRecords.alerts`.
    job : JobLike
        Done, failed or cancelled.
    now : datetime or None
        With a zone; the clock's where None.

    Returns
    -------
    tuple of AlertLike
        What was raised.
    """
    when = now or datetime.now(UTC)
    rules = [one for one in alerts.rules(job.tenant) if one.active]
    raised = list(_of_job(alerts, job, [one for one in rules if one.kind == "job.failed"], when))
    if job.state == "done" and (kinds := AFTER.get(job.kind)):
        raised += _looked(workspace, alerts, job.tenant, [one for one in rules if one.kind in kinds], when)
    return tuple(raised)


def look(
    workspace: Workspace, alerts: AlertStore, tenant: str, *, now: datetime | None = None
) -> tuple[AlertLike, ...]:
    """Look at the rules whose answer changes with the clock alone.

    Returns
    -------
    tuple of AlertLike
        What was raised.
    """
    rules = [one for one in alerts.rules(tenant) if one.active and one.kind == "data.silent"]
    return tuple(_looked(workspace, alerts, tenant, rules, now or datetime.now(UTC)))


def _looked(
    workspace: Workspace, alerts: AlertStore, tenant: str, rules: Sequence[RuleLike], now: datetime
) -> list[AlertLike]:
    raised: list[AlertLike] = []
    for rule in rules:
        causes = _causes(workspace, rule, now)
        own = {one.key: one for one in _open(alerts, tenant) if one.rule == rule.id}
        for gone in own.keys() - {one.key for one in causes}:
            alerts.close(tenant, own[gone].id, now=now)
        raised += _raised(alerts, tenant, rule, [one for one in causes if one.key not in own], now)
    return raised


def _causes(workspace: Workspace, rule: RuleLike, now: datetime) -> list[Cause]:
    asked = params_of(rule.kind, rule.params)
    if isinstance(asked, FindingWorth):
        return worthy_findings(workspace, rule.id, asked)
    if isinstance(asked, DataSilent):
        return silent_data(workspace, rule.id, asked, now)
    return limit_passed(workspace, rule.id, asked)


def _of_job(alerts: AlertStore, job: JobLike, rules: Sequence[RuleLike], now: datetime) -> Iterator[AlertLike]:
    """Of a job that failed, one alert a kind until a job of that kind is done."""
    for rule in rules:
        asked = params_of(rule.kind, rule.params)
        assert isinstance(asked, JobFailed)
        key = f"{rule.id}:job:{job.kind}"
        if job.state == "failed" and (not asked.kinds or job.kind in asked.kinds):
            facts = {"job": job.id, "job_kind": job.kind, "error": (job.error or "")[:500]}
            cause = Cause(kind=rule.kind, key=key, severity="act", facts=facts)
            yield from _raised(alerts, job.tenant, rule, [cause], now)
        elif job.state == "done":
            for one in _open(alerts, job.tenant):
                if one.key == key:
                    alerts.close(job.tenant, one.id, now=now)


def _open(alerts: AlertStore, tenant: str) -> list[Any]:
    """Alerts that are not over."""
    found: list[Any] = []
    for state in ("raised", "acknowledged"):
        page, count = 1, 1
        while (page - 1) * _PAGE < count:
            some, count = alerts.alerts(tenant, state=state, page=page, size=_PAGE)
            found += some
            page += 1
    return found


def _raised(
    alerts: AlertStore, tenant: str, rule: RuleLike, causes: Iterable[Cause], now: datetime
) -> Iterator[AlertLike]:
    for one in causes:
        alert = alerts.raise_alert(
            tenant,
            kind=one.kind,
            key=one.key,
            rule=rule,
            site=one.site,
            severity=one.severity,
            facts=one.facts,
            now=now,
        )
        if alert is not None:
            yield alert
