"""Alerts: what somebody has to be told of without asking, once for each cause, until it is over.

After every job, whatever became of it, the worker calls

    after_job(workspace, server.alerts, job)      `workspace` unguarded, `server` the records of the server

which raises what is new, closes what is over, and queues what is to be sent; `interfaces.alerts.deliver_due(server,
settings)` sends it, after each job and once a minute. What is measured by the clock alone (a meter that fell silent) is
looked at by `look(workspace, server.alerts, tenant)`, every quarter of an hour or so.

An alert that is acknowledged stays open, so that nobody is told of the same thing again, until it is over.
"""

from wattstone.workflows.alerts.evaluate import after_job, look
from wattstone.workflows.alerts.rules import KINDS, Above, DataSilent, FindingWorth, JobFailed, RuleKind, params_of

__all__ = [
    "KINDS",
    "Above",
    "DataSilent",
    "FindingWorth",
    "JobFailed",
    "RuleKind",
    "after_job",
    "look",
    "params_of",
]
