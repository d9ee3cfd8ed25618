"""Settings of deliveries, made from those of the server: mail, and networks of one's own that webhooks may reach."""

import os
from collections.abc import Mapping
from typing import Any

from wattstone.interfaces.alerts.addresses import allowed_networks
from wattstone.interfaces.alerts.deliver import Settings
from wattstone.interfaces.alerts.mail import Mail

__all__ = ["NETWORKS", "own_networks", "settings_of"]

NETWORKS = "WATTSTONE_ALERTS_NETWORKS"
"""Networks that webhooks may reach although they are not public, as `10.20.0.0/16,fd00::/8`."""


def own_networks(environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The networks that the environment names."""
    held = (os.environ if environment is None else environment).get(NETWORKS, "")
    return tuple(one.strip() for one in held.split(",") if one.strip())


def settings_of(
    server: Any, *, password: str | None = None, languages: Mapping[str, Any] | None = None,
    zones: Mapping[str, str] | None = None,
) -> Settings:  # fmt: skip
    """How what is due goes out.

    Parameters
    ----------
    server : Settings of `interfaces.serving`
        `address` and `mail`.
    password : str or None
        Of the mail server: `secret("WATTSTONE_MAIL_PASSWORD")`.
    languages, zones : mapping or None
        By tenant.
    """
    mail = server.mail
    host = str(server.host)
    out = None if not mail.host else Mail(
        host=mail.host, port=mail.port, security=mail.security, user=mail.user, password=password,
        sender=mail.sender or f"wattstone@{host}",
    )  # fmt: skip
    return Settings(
        address=server.address, mail=out, networks=allowed_networks(own_networks()), languages=languages or {},
        zones=zones or {},
    )  # fmt: skip
