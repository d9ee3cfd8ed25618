"""Alerts: when to raise them, whom to tell, what was raised and what became of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from wattstone.interfaces.store.server.records import Alert, AlertRule, AlertState, Webhook
from wattstone.interfaces.store.server.rows import from_row, new_id, now_utc, table, to_row

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from wattstone.interfaces.store.database import Database

__all__ = ["RULE_REMOVED", "Alerts"]

RULE_REMOVED = "rule.removed"
"""What `facts` says under `over` of an alert that was closed because its rule was removed."""


class Alerts:
    """Webhooks, rules and alerts, each of one organisation."""

    def __init__(self, database: "Database") -> None:
        self._database = database

    def add_webhook(self, tenant: str, *, name: str, url: str, by: str) -> Webhook:
        """Keep a webhook; its `secret` names the file that the caller puts the signing secret into."""
        own = new_id()
        hook = Webhook(
            id=own, tenant=tenant, name=name, url=url, secret=f"webhook-{own}", created=now_utc(), created_by=by
        )
        self._insert("webhooks", hook)
        return hook

    def webhooks(self, tenant: str) -> tuple[Webhook, ...]:
        """An organisation's webhooks, by name."""
        return tuple(from_row(Webhook, row) for row in self._of("webhooks", tenant))

    def set_webhook(self, tenant: str, webhook_id: str, *, active: bool) -> bool:
        """Switch a webhook on or off; False where there is none such."""
        return self._update("webhooks", tenant, webhook_id, {"active": active})

    def remove_webhook(self, tenant: str, webhook_id: str) -> bool:
        """Forget a webhook; False where there is none such."""
        return self._delete("webhooks", tenant, webhook_id)

    def add_rule(
        self,
        tenant: str,
        *,
        name: str,
        kind: str,
        by: str,
        params: Mapping[str, Any] | None = None,
        mail: Iterable[str] = (),
        webhooks: Iterable[str] = (),
    ) -> AlertRule:
        """Keep a rule."""
        rule = AlertRule(
            id=new_id(), tenant=tenant, name=name, kind=kind, params=dict(params or {}), mail=tuple(mail),
            webhooks=tuple(webhooks), created=now_utc(), created_by=by,
        )  # fmt: skip
        self._insert("rules", rule)
        return rule

    def rules(self, tenant: str) -> tuple[AlertRule, ...]:
        """An organisation's rules, by name."""
        return tuple(from_row(AlertRule, row) for row in self._of("rules", tenant))

    def set_rule(self, rule: AlertRule) -> bool:
        """Keep a rule in place of the one of its id; False where there is none such."""
        row = to_row(rule)
        fixed = ("id", "tenant", "created", "created_by")
        return self._update("rules", rule.tenant, rule.id, {n: v for n, v in row.items() if n not in fixed})

    def remove_rule(self, tenant: str, rule_id: str, *, now: datetime | None = None) -> bool:
        """Forget a rule, and close its alerts, for nothing looks after them any more; False where there is none such.

        The alerts stay, and say in `facts` why they are over.
        """
        with self._database.writing(alone=True) as connection:
            gone = connection.execute(table("rules").delete().where(*_mine("rules", tenant, rule_id))).rowcount == 1
            _close_left(connection, now_utc(now))
        return gone

    def raise_alert(
        self,
        tenant: str,
        *,
        kind: str,
        key: str,
        rule: AlertRule | None = None,
        site: str | None = None,
        severity: str = "watch",
        facts: Mapping[str, Any] | None = None,
        now: datetime | None = None,
    ) -> Alert | None:
        """Raise an alert, and queue its way to everybody whom the rule names.

        Parameters
        ----------
        kind, key : str
            What it is about; while an alert of this key is not closed, it is not raised again.
        site, severity, facts : str, str, mapping
            Where, how bad, and what the words are made from (JSON).

        Returns
        -------
        Alert or None
            None where there is one already, or the rule was removed meanwhile.
        """
        moment, alerts = now_utc(now), table("alerts")
        alert = Alert(
            id=new_id(), tenant=tenant, rule=None if rule is None else rule.id, kind=kind, key=key, site=site,
            severity=severity, facts=dict(facts or {}), raised=moment,
        )  # fmt: skip
        open_ = alerts.select().where(alerts.c.tenant == tenant, alerts.c.key == key, alerts.c.state != "closed")
        with self._database.writing(alone=True) as connection:
            if connection.execute(open_.limit(1)).first() is not None:
                return None
            if rule is not None and not _there(connection, rule):
                return None
            connection.execute(alerts.insert(), to_row(alert))
            if rule is not None:
                _send(connection, alert, rule)
        return alert

    def alert(self, tenant: str, alert_id: str) -> Alert | None:
        """An alert of an organisation."""
        alerts = table("alerts")
        with self._database.reading() as connection:
            row = connection.execute(alerts.select().where(*_mine("alerts", tenant, alert_id))).mappings().first()
        return None if row is None else from_row(Alert, row)

    def alerts(
        self, tenant: str, *, state: AlertState | None = None, page: int = 1, size: int = 50
    ) -> tuple[tuple[Alert, ...], int]:
        """Alerts of an organisation, newest first: those of one page (from 1), and how many there are."""
        from sqlalchemy import func, select

        alerts = table("alerts")
        wanted = [alerts.c.tenant == tenant, *([] if state is None else [alerts.c.state == state])]
        some = alerts.select().where(*wanted).order_by(alerts.c.raised.desc(), alerts.c.id)
        with self._database.reading() as connection:
            count = connection.execute(select(func.count()).select_from(alerts).where(*wanted)).scalar_one()
            rows = connection.execute(some.limit(size).offset((page - 1) * size)).mappings().all()
        return tuple(from_row(Alert, row) for row in rows), count

    def acknowledge(
        self, tenant: str, alert_id: str, *, by: str, note: str = "", now: datetime | None = None
    ) -> Alert | None:
        """Say that somebody looks after an alert; None where it is not raised."""
        changes = {"state": "acknowledged", "acknowledged": now_utc(now), "acknowledged_by": by, "note": note}
        return self._turn(tenant, alert_id, ("raised",), changes)

    def close(self, tenant: str, alert_id: str, *, now: datetime | None = None) -> Alert | None:
        """Say that what an alert was about is over; None where it was said before."""
        return self._turn(tenant, alert_id, ("raised", "acknowledged"), {"state": "closed", "closed": now_utc(now)})

    def sweep(self, *, before: datetime, now: datetime | None = None) -> int:
        """Remove alerts that were closed, or last acknowledged, before a time, with their deliveries; return how many.

        One that was only acknowledged is raised anew where its cause is still there. Alerts of rules that are gone are
        closed first.
        """
        from sqlalchemy import and_, or_

        alerts, moment = table("alerts"), now_utc(before)
        over = and_(alerts.c.state == "closed", alerts.c.closed < moment)
        left = and_(alerts.c.state == "acknowledged", alerts.c.acknowledged < moment)
        with self._database.writing(alone=True) as connection:
            _close_left(connection, now_utc(now))
            return connection.execute(alerts.delete().where(or_(over, left))).rowcount

    def _turn(self, tenant: str, alert_id: str, states: tuple[str, ...], changes: dict[str, Any]) -> Alert | None:
        alerts = table("alerts")
        change = alerts.update().where(*_mine("alerts", tenant, alert_id), alerts.c.state.in_(states)).values(changes)
        with self._database.writing() as connection:
            row = connection.execute(change.returning(*alerts.c)).mappings().first()
        return None if row is None else from_row(Alert, row)

    def _of(self, name: str, tenant: str) -> list[Any]:
        rows = table(name)
        query = rows.select().where(rows.c.tenant == tenant).order_by(rows.c.name, rows.c.id)
        with self._database.reading() as connection:
            return list(connection.execute(query).mappings().all())

    def _insert(self, name: str, value: Any) -> None:
        with self._database.writing() as connection:
            connection.execute(table(name).insert(), to_row(value))

    def _update(self, name: str, tenant: str, own: str, changes: Mapping[str, Any]) -> bool:
        with self._database.writing() as connection:
            change = table(name).update().where(*_mine(name, tenant, own)).values(**changes)
            return connection.execute(change).rowcount == 1

    def _delete(self, name: str, tenant: str, own: str) -> bool:
        with self._database.writing() as connection:
            return connection.execute(table(name).delete().where(*_mine(name, tenant, own))).rowcount == 1


def _mine(name: str, tenant: str, own: str) -> tuple[Any, ...]:
    rows = table(name)
    return rows.c.id == own, rows.c.tenant == tenant


def _there(connection: "Connection", rule: AlertRule) -> bool:
    return connection.execute(table("rules").select().where(*_mine("rules", rule.tenant, rule.id))).first() is not None


def _close_left(connection: "Connection", moment: datetime) -> None:
    """Close the alerts of rules that are gone."""
    from sqlalchemy import select

    alerts, rules = table("alerts"), table("rules")
    there = select(rules.c.id).where(rules.c.id == alerts.c.rule)
    left = select(alerts.c.id, alerts.c.facts).where(alerts.c.rule.is_not(None), alerts.c.state != "closed")
    for own, facts in connection.execute(left.where(~there.exists())).all():
        told = {"state": "closed", "closed": moment, "facts": {**facts, "over": RULE_REMOVED}}
        connection.execute(alerts.update().where(alerts.c.id == own).values(told))


def _send(connection: "Connection", alert: Alert, rule: AlertRule) -> None:
    """Queue an alert's way to each address and each webhook that is there and active."""
    from sqlalchemy import select

    from wattstone.interfaces.store.server.deliveries import delivery_row

    hooks = table("webhooks")
    query = select(hooks.c.id).where(hooks.c.tenant == alert.tenant, hooks.c.id.in_(rule.webhooks), hooks.c.active)
    active = set(connection.execute(query).scalars())
    ways = [("mail", one) for one in rule.mail] + [("webhook", one) for one in rule.webhooks if one in active]
    if ways:
        connection.execute(
            table("deliveries").insert(), [delivery_row(alert, channel, address) for channel, address in ways]
        )
