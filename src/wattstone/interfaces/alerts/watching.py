"""Alerts beside the jobs: what a worker calls when a job has ended, and now and then."""

import logging
from collections.abc import Callable
from typing import Any

from wattstone.interfaces.alerts.deliver import deliver_due
from wattstone.interfaces.alerts.settings import settings_of
from wattstone.workflows.alerts import after_job, look

__all__ = ["deliver_all", "look_everywhere", "watcher"]

LOG = logging.getLogger("wattstone.alerts")


def watcher(service: Any) -> Callable[..., None]:
    """What is to be called when a job has ended: `ended(job, state, seconds, result)`; it fails without a noise.

    Parameters
    ----------
    service : Service
        What is served.
    """

    def ended(job: Any, _state: str, _seconds: float, _result: Any) -> None:
        try:
            now = service.server.queue.job(job.tenant, job.id)
            if now is not None and now.state in ("done", "failed"):
                after_job(service.whole(job.tenant), service.server.alerts, now)
        except Exception as error:  # a job is done whether or not somebody can be told of it
            _complain(error, job.tenant)

    return ended


def look_everywhere(service: Any) -> None:
    """Look at the rules that the clock alone answers, in every organisation that has rules."""
    for tenant in service.tenants():
        if service.server.alerts.rules(tenant.id):
            try:
                look(service.whole(tenant.id), service.server.alerts, tenant.id)
            except Exception as error:  # the others are looked at all the same
                _complain(error, tenant.id)


def deliver_all(service: Any, *, password: str | None = None) -> int:
    """Send what is due, in the first language and by the clock of each organisation; return how much arrived."""
    languages: dict[str, Any] = {}
    zones: dict[str, str] = {}
    for tenant in service.tenants():
        organisation = service.whole(tenant.id).records.organisation()
        zones[tenant.id] = organisation.zone
        languages[tenant.id] = organisation.languages[0] if organisation.languages else "en"
    settings = settings_of(service.settings, password=password, languages=languages, zones=zones)
    return deliver_due(service.server, settings)


def _complain(error: Exception, tenant: str) -> None:
    fields = {"tenant": tenant, "error": f"{type(error).__name__}: {error}"[:500]}
    LOG.error("alerts.failed", extra={"fields": fields})
