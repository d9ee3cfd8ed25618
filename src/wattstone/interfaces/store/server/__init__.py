"""The records of a server: people and their roles, sessions, keys, jobs, alerts, what was answered, the audit chain."""

from wattstone.interfaces.store.server.opening import ServerRecords
from wattstone.interfaces.store.server.records import (
    Alert,
    AlertRule,
    ApiKey,
    Delivery,
    Job,
    JobState,
    Kept,
    Membership,
    OneTimeCode,
    Person,
    Session,
    Webhook,
)

__all__ = [
    "Alert",
    "AlertRule",
    "ApiKey",
    "Delivery",
    "Job",
    "JobState",
    "Kept",
    "Membership",
    "OneTimeCode",
    "Person",
    "ServerRecords",
    "Session",
    "Webhook",
]
