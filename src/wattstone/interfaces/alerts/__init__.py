"""How alerts reach people and programs: mail, and webhooks that are signed and cannot be turned against a network.

The worker calls `deliver_due` after each job and once a minute; whatever cannot be delivered is tried again later, and
after the last attempt stands as failed, with the answer.
"""

from wattstone.interfaces.alerts.addresses import Blocked, Target, allowed_networks, resolve
from wattstone.interfaces.alerts.deliver import Settings, alert_json, deliver_due
from wattstone.interfaces.alerts.mail import Mail
from wattstone.interfaces.alerts.rotation import make_secret, remove_secret, rotate_secret, valid_secrets
from wattstone.interfaces.alerts.signing import sign, verify
from wattstone.interfaces.alerts.words import alert_sentence, over_reason

__all__ = [
    "Blocked",
    "Mail",
    "Settings",
    "Target",
    "alert_json",
    "alert_sentence",
    "allowed_networks",
    "deliver_due",
    "make_secret",
    "over_reason",
    "remove_secret",
    "resolve",
    "rotate_secret",
    "sign",
    "valid_secrets",
    "verify",
]
