"""What is due is sent: mails of an address together, webhooks one by one; what fails is tried again, ever later."""

import logging
import smtplib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from time import monotonic
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from wattstone.base import WattstoneError
from wattstone.interfaces.alerts.addresses import Lookup, Network
from wattstone.interfaces.alerts.mail import Mail, message, send
from wattstone.interfaces.alerts.rotation import SecretStore, valid_secrets
from wattstone.interfaces.alerts.webhook import Answer, post
from wattstone.interfaces.alerts.words import alert_sentence
from wattstone.interfaces.present.languages import Language, counter, mark, translator
from wattstone.interfaces.store.server.alerts import Alerts
from wattstone.interfaces.store.server.deliveries import Deliveries
from wattstone.interfaces.store.server.records import Alert, Delivery

__all__ = ["ATTEMPTS", "DeliveryStore", "Settings", "alert_json", "deliver_due", "until_morning", "wait_after"]

LOG = logging.getLogger("wattstone.alerts")
ATTEMPTS = 8  # the last about a day after the first
FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=12)
SHOWN = 50  # alerts that one mail tells; the others are counted
BATCH = 200
LEASE = timedelta(minutes=10)
SHIFT = 300.0  # s after which nothing more is begun, so that no lease runs out while its delivery is on its way
MORNING = time(8)


class DeliveryStore(Protocol):
    """The parts of the server's records that hold what is to be sent: `ServerRecords`."""

    @property
    def alerts(self) -> Alerts:
        """Rules, webhooks, alerts."""
        ...

    @property
    def deliveries(self) -> Deliveries:
        """What is due."""
        ...

    @property
    def secrets(self) -> SecretStore:
        """That sign."""
        ...


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How what is due goes out.

    Parameters
    ----------
    address : str
        Of the server, for links: `https://energy.example.org`.
    mail : Mail or None
        None: mails fail with words that say so.
    networks : tuple of network
        Of one's own that webhooks may reach.
    languages, zones : mapping of str to str
        Of an organisation's mails, and its clock, by tenant; English and UTC where none is named.
    lookup : callable or None
        Gives the addresses of a name; the system's resolver where None.
    """

    address: str
    mail: Mail | None = None
    networks: tuple[Network, ...] = ()
    languages: Mapping[str, Language] = field(default_factory=dict[str, Language])
    zones: Mapping[str, str] = field(default_factory=dict[str, str])
    lookup: Lookup | None = None


def deliver_due(store: DeliveryStore, settings: Settings, *, now: datetime | None = None) -> int:
    """Send what is due; what fails, or is not begun in this shift, is tried again later.

    Parameters
    ----------
    store : DeliveryStore
        `ServerRecords`.
    settings : Settings
        How.
    now : datetime or None
        With a zone, or naive UTC; the clock's where None.

    Returns
    -------
    int
        How many deliveries arrived.
    """
    when, end = now or datetime.now(UTC), monotonic() + SHIFT
    due = [one for one in _claimed(store, when) if not _waits(store, one, settings, when)]
    arrived = 0
    for together in _together(due):
        if monotonic() > end:
            break  # what is left comes up again when its lease runs out
        arrived += _settle(store, together, _tried(store, settings, together), when)
    return arrived


def _together(due: Sequence[Delivery]) -> list[list[Delivery]]:
    """What goes out at once: the mails of an address, which wait for no slow webhook; then each webhook."""
    mails: dict[tuple[str, str], list[Delivery]] = {}
    for one in due:
        if one.channel == "mail":
            mails.setdefault((one.tenant, one.address), []).append(one)
    return [*mails.values(), *([one] for one in due if one.channel == "webhook")]


def _tried(store: DeliveryStore, settings: Settings, together: Sequence[Delivery]) -> Answer:
    """What came of it; what nobody thought of is noted with the delivery, and holds up no other."""
    one = together[0]
    try:
        if one.channel == "webhook":
            return _to_webhook(store, settings, one)
        return _to_mail(store, settings, one.tenant, one.address, together)
    except WattstoneError:  # the database, without which nothing goes on
        raise
    except Exception as error:
        fields = {"tenant": one.tenant, "delivery": one.id, "error": f"{type(error).__name__}: {error}"[:500]}
        LOG.exception("delivery.failed", extra={"fields": fields})
        return Answer(ok=False, text=type(error).__name__)


def wait_after(attempts: int) -> timedelta | None:
    """How long to wait after so many attempts; None when it was the last.

    Examples
    --------
    >>> [str(wait_after(count)) for count in (1, 2, 3)], wait_after(ATTEMPTS)
    (['0:01:00', '0:04:00', '0:16:00'], None)
    """
    return None if attempts >= ATTEMPTS else min(FIRST * 4 ** (attempts - 1), LONGEST)


def _claimed(store: DeliveryStore, now: datetime) -> Iterator[Delivery]:
    for _ in range(BATCH):
        if (one := store.deliveries.claim(lease=LEASE, now=now)) is None:
            return
        yield one


def _waits(store: DeliveryStore, one: Delivery, settings: Settings, now: datetime) -> bool:
    """Put a mail of a daily digest back until the next morning of the organisation."""
    alert = store.alerts.alert(one.tenant, one.alert)
    if alert is None or one.channel != "mail" or one.attempts != 1:
        return False
    rule = next((rule for rule in store.alerts.rules(one.tenant) if rule.id == alert.rule), None)
    if rule is None or rule.params.get("digest") != "daily":
        return False
    wait = until_morning(alert.raised.replace(tzinfo=UTC), settings.zones.get(one.tenant, "UTC"))
    due = alert.raised.replace(tzinfo=UTC) + wait
    if due <= now:
        return False
    store.deliveries.failed(one.id, mark("waits for the morning"), again_in=due - now, now=now)
    return True


def until_morning(moment: datetime, zone: str) -> timedelta:
    """How long it is until eight in the morning, by the clocks of a zone.

    Examples
    --------
    >>> until_morning(datetime(2024, 3, 30, 8, tzinfo=UTC), "Europe/Berlin")  # summer time begins in between
    datetime.timedelta(seconds=79200)
    """
    local = moment.astimezone(ZoneInfo(zone))
    day = local.date() + timedelta(days=local.time() >= MORNING)
    return datetime.combine(day, MORNING, ZoneInfo(zone)).astimezone(UTC) - moment


def _settle(store: DeliveryStore, deliveries: Sequence[Delivery], answer: Answer, now: datetime) -> int:
    for one in deliveries:
        if answer.ok:
            store.deliveries.sent(one.id, answer.text, now=now)
        else:
            wait = None if answer.final else wait_after(max(one.attempts, 1))
            store.deliveries.failed(one.id, answer.text, again_in=wait, now=now)
    return len(deliveries) if answer.ok else 0


def _to_webhook(store: DeliveryStore, settings: Settings, one: Delivery) -> Answer:
    hook = next((hook for hook in store.alerts.webhooks(one.tenant) if hook.id == one.address), None)
    alert = store.alerts.alert(one.tenant, one.alert)
    if hook is None or alert is None or not hook.active:
        return Answer(ok=False, text=mark("the webhook was removed or switched off"), final=True)
    content = {**alert_json(alert), "id": one.id, "link": _link(settings, alert)}
    secrets = valid_secrets(store.secrets, hook.secret)
    return post(hook.url, content, secrets, delivery=one.id, allowed=settings.networks, lookup=settings.lookup)


def alert_json(alert: Alert) -> dict[str, Any]:
    """An alert for machines, as webhooks and the API tell it."""
    return {
        "type": "alert",
        "organisation": alert.tenant,
        "alert": alert.id,
        "rule": alert.rule,
        "kind": alert.kind,
        "severity": alert.severity,
        "state": alert.state,
        "site": alert.site,
        "raised": f"{alert.raised:%Y-%m-%dT%H:%M:%S}Z",
        "facts": dict(alert.facts),
        "text": {"en": alert_sentence(alert, "en"), "zh": alert_sentence(alert, "zh")},
    }


def _to_mail(
    store: DeliveryStore, settings: Settings, tenant: str, address: str, deliveries: Sequence[Delivery]
) -> Answer:
    if settings.mail is None:
        return Answer(ok=False, text=mark("no mail server is set up"), final=True)
    lang = settings.languages.get(tenant, "en")
    alerts = [alert for one in deliveries if (alert := store.alerts.alert(tenant, one.alert)) is not None]
    if not alerts:
        return Answer(ok=False, text=mark("the alert is gone"), final=True)
    t, n = translator(lang), counter(lang)
    said = [f"{alert_sentence(one, lang)}\n{_link(settings, one)}" for one in alerts[:SHOWN]]
    if len(alerts) > SHOWN:
        said.append(t("and {count} more", count=len(alerts) - SHOWN))
    subject = n("{count} alert: {first}", "{count} alerts: {first}", len(alerts), first=alert_sentence(alerts[0], lang))
    end = t("Nobody is told of the same thing again before it is over. To acknowledge an alert, follow its link.")
    try:
        send(settings.mail, message(settings.mail.sender, address, subject, [*said, end]))
    except smtplib.SMTPRecipientsRefused:
        return Answer(ok=False, text=mark("the mail server does not take mail for this address"), final=True)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return Answer(ok=False, text=f"{type(error).__name__}: {error}"[:300])
    return Answer(ok=True, text=mark("taken by the mail server"))


def _link(settings: Settings, alert: Alert) -> str:
    return f"{settings.address.rstrip('/')}/o/{alert.tenant}/alerts/{alert.id}"
