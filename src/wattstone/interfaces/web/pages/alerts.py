"""Alerts: what was raised, and who looks after it; rules and webhooks below the settings."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fastapi import HTTPException
from starlette.responses import Response

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.alerts import (
    alert_sentence,
    allowed_networks,
    make_secret,
    over_reason,
    remove_secret,
    resolve,
    rotate_secret,
)
from wattstone.interfaces.alerts.settings import own_networks
from wattstone.interfaces.alerts.words import KIND_NAMES
from wattstone.interfaces.present.languages import mark, translator
from wattstone.interfaces.present.numbers import every
from wattstone.interfaces.web.kit import Form, action, go, page, render
from wattstone.interfaces.web.reading import zone_here
from wattstone.interfaces.web.refusals import status_of
from wattstone.workflows.access.policy import EVERYWHERE, Act, require
from wattstone.workflows.alerts import params_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.datastructures import FormData

    from wattstone.interfaces.serving.request import Here
    from wattstone.interfaces.store.server import AlertRule

_SIZE, _BACK = 25, 2000
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")
_EITHER = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+")
_NUMBERS = ("at_least", "confidence", "hours", "above", "below")
_GIVEN = {
    "finding.worth": ("at_least", "by", "site", "digest"),
    "job.failed": ("digest",),
    "data.silent": ("hours", "site", "digest"),
    "meter.limit": ("meter", "above", "below", "digest"),
}
"""What a form asks for each kind of rule."""
FIELDS = ("name", "kind", "mail", "webhooks", "at_least", "by", "site", "hours", "meter", "above", "below", "digest")
HOOK_FIELDS = ("hook_name", "url")


@page("/alerts", name="alerts", place="action", title=mark("Alerts"), tab=mark("Alerts"), act=Act.READ, order=80)
def alerts(here: "Here", state: str = "raised", page: int = 1) -> Response:
    """What was raised at the sites that one may see."""
    wanted = state if state in ("raised", "acknowledged", "closed") else None
    held, _ = here.service.server.alerts.alerts(here.tenant.id, state=wanted, page=1, size=_BACK)  # pyright: ignore[reportArgumentType]
    mine = [one for one in held if here.principal.sees(one.site)]
    number = max(page, 1)
    shown = mine[(number - 1) * _SIZE : number * _SIZE]
    rows = [(one, alert_sentence(one, here.lang), over_reason(one, here.lang)) for one in shown]
    return render(
        here, "pages/alerts.html.j2", rows=rows, count=len(mine), number=number, size=_SIZE, state_asked=wanted or "",
        zone=zone_here(here),
    )  # fmt: skip


@page("/settings/alerts", name="alert rules", place="settings", title=mark("Alerts and webhooks"), tab=mark("Alerts"),
      act=Act.ADMINISTER, order=50)  # fmt: skip
def rules(here: "Here", kind: str = "finding.worth") -> Response:
    """When somebody is told, and who."""
    _keeps(here)
    return _shown(here, {"kind": kind if kind in KIND_NAMES else "finding.worth"})


@action("/settings/alerts", act=Act.ADMINISTER, page="alert rules")
def add_rule(here: "Here", form: Form) -> Response:
    """Make a rule."""
    _keeps(here)
    said = _typed(form)
    mail, found = _addresses(said["mail"])
    found += _no_meter(here, said)
    try:
        params = params_of(said["kind"], _params(said)).model_dump(mode="json", exclude_defaults=True)
    except InputRefused as refused:
        return _shown(here, said, findings=[*refused.findings, *found], status=status_of(refused))
    if found:
        return _shown(here, said, findings=found, status=422)
    store = here.service.server.alerts
    known = {hook.id for hook in store.webhooks(here.tenant.id)}
    t = translator(here.lang)
    rule = store.add_rule(
        here.tenant.id, name=said["name"] or t(KIND_NAMES[said["kind"]]), kind=said["kind"], by=here.principal.id,
        params=params, mail=mail,
        webhooks=[one for one in said["webhooks"] if one in known],
    )  # fmt: skip
    _note(here, "make alert rule", {"rule": rule.id, "name": rule.name, "kind": rule.kind})
    return go(here, "/settings/alerts", said=t("The rule is kept. It is looked at after every job and every hour."))


@action("/settings/alerts/{rule}", act=Act.ADMINISTER, page="alert rules")
def change_rule(here: "Here", rule: str, form: Form) -> Response:
    """Rest a rule, wake it, or remove it."""
    _keeps(here)
    store, t = here.service.server.alerts, translator(here.lang)
    held = next((one for one in store.rules(here.tenant.id) if one.id == rule), None)
    if held is None:
        raise HTTPException(404)
    if form.get("do") == "remove":
        store.remove_rule(here.tenant.id, held.id)
        _note(here, "remove alert rule", {"rule": held.id, "name": held.name})
        return go(here, "/settings/alerts", said=t("The rule is removed; its alerts are closed."))
    store.set_rule(replace(held, active=not held.active))
    _note(here, "change alert rule", {"rule": held.id, "name": held.name, "active": not held.active})
    said = t("The rule rests.") if held.active else t("The rule is at work.")
    return go(here, "/settings/alerts", said=said, undo=f"/settings/alerts/{held.id}", fields={"do": "turn"})


@action("/settings/webhooks", act=Act.ADMINISTER, page="alert rules")
def add_webhook(here: "Here", form: Form) -> Response:
    """Make a webhook; its secret is shown once."""
    _keeps(here)
    said = {name: str(form.get(name) or "").strip()[:500] for name in HOOK_FIELDS}
    try:
        resolve(said["url"], allowed=allowed_networks(own_networks()))
    except InputRefused as refused:
        found = [replace(one, params={**one.params, "field": "url"}) for one in refused.findings]
        return _shown(here, {"kind": "finding.worth", **said}, findings=found, status=status_of(refused))
    store, t = here.service.server, translator(here.lang)
    hook = store.alerts.add_webhook(
        here.tenant.id, name=said["hook_name"] or t("Webhook"), url=said["url"], by=here.principal.id
    )
    secret = make_secret(store.secrets, hook.secret)
    _note(here, "make webhook", {"webhook": hook.id, "name": hook.name, "url": hook.url})
    return _shown(here, {"kind": "finding.worth"}, secret=secret, secret_of=hook.name)


@action("/settings/webhooks/{webhook}", act=Act.ADMINISTER, page="alert rules")
def change_webhook(here: "Here", webhook: str, form: Form) -> Response:
    """Rest a webhook, wake it, give it a new secret, or remove it."""
    _keeps(here)
    store, t = here.service.server, translator(here.lang)
    held = next((one for one in store.alerts.webhooks(here.tenant.id) if one.id == webhook), None)
    if held is None:
        raise HTTPException(404)
    if form.get("do") == "remove":
        store.alerts.remove_webhook(here.tenant.id, held.id)
        remove_secret(store.secrets, held.secret)
        _note(here, "remove webhook", {"webhook": held.id, "name": held.name})
        return go(here, "/settings/alerts", said=t("The webhook is removed, and its secret with it."))
    if form.get("do") == "rotate":
        secret = rotate_secret(store.secrets, held.secret)
        _note(here, "rotate webhook", {"webhook": held.id, "name": held.name})
        return _shown(here, {"kind": "finding.worth"}, secret=secret, secret_of=held.name, rotated=True)
    store.alerts.set_webhook(here.tenant.id, held.id, active=not held.active)
    _note(here, "change webhook", {"webhook": held.id, "name": held.name, "active": not held.active})
    said = t("The webhook rests.") if held.active else t("The webhook is at work.")
    return go(here, "/settings/alerts", said=said, undo=f"/settings/webhooks/{held.id}", fields={"do": "turn"})


def _keeps(here: "Here") -> None:
    """Only who administers the whole organisation: a rule looks at every site, a webhook is told of every site."""
    require(here.principal, Act.ADMINISTER, EVERYWHERE)


def _shown(
    here: "Here", said: "Mapping[str, Any]", *, findings: "Iterable[Finding]" = (), status: int = 200,
    secret: str = "", secret_of: str = "", rotated: bool = False,
) -> Response:  # fmt: skip
    t, store = translator(here.lang), here.service.server.alerts
    sites = [("", t("All sites")), *((site.id, site.name or site.id) for site in here.workspace.records.sites()[:500])]
    return render(
        here, "pages/alert_rules.html.j2", status=status, findings=findings, fields=(*FIELDS, *HOOK_FIELDS), said=said,
        rules=[(rule, _watched(here, rule)) for rule in store.rules(here.tenant.id)], sites=sites, given=_GIVEN,
        webhooks=store.webhooks(here.tenant.id),
        kinds=[(key, t(words)) for key, words in KIND_NAMES.items()], secret=secret, secret_of=secret_of,
        rotated=rotated,
        mails=bool(here.service.settings.mail.host), kind_names={key: t(words) for key, words in KIND_NAMES.items()},
        currency=here.workspace.records.organisation().currency,
    )  # fmt: skip


def _watched(here: "Here", rule: "AlertRule") -> str:
    """The thresholds of a rule in words."""
    t, given = translator(here.lang), rule.params
    parts: list[str] = []
    if "at_least" in given:
        unit = {"money": here.workspace.records.organisation().currency, "energy": "kWh"}.get(
            given.get("by", "kg"), "kg CO2e"
        )
        parts.append(t("worth {amount} a year or more", amount=f"{every(given['at_least'])} {unit}"))
    if rule.kind == "data.silent":
        parts.append(t("nothing told for {hours} h", hours=every(given.get("hours", 24.0))))
    if "meter" in given:
        parts.append(t("meter {meter}", meter=given["meter"]))
    for name, words in (("above", mark("above {limit} kW")), ("below", mark("below {limit} kW"))):
        if given.get(name) is not None:
            parts.append(t(words, limit=every(given[name])))
    if given.get("site"):
        parts.append(str(given["site"]))
    parts.append(t("once a day, all together") if given.get("digest") == "daily" else t("at once"))
    return " · ".join(parts)


def _typed(form: "FormData") -> dict[str, Any]:
    said: dict[str, Any] = {name: str(form.get(name) or "").strip()[:500] for name in FIELDS}
    return {**said, "webhooks": [str(one) for one in form.getlist("webhooks")]}


def _params(said: "Mapping[str, Any]") -> dict[str, Any]:
    """What was typed of a kind's thresholds; a number that is none stays as it is, and is refused by name."""
    given = {name: said[name] for name in _GIVEN.get(said["kind"], ()) if said[name] != ""}
    return {name: _number(text) if name in _NUMBERS else text for name, text in given.items()}


def _number(text: str) -> float | str:
    """A number as it was typed, `5 000` or `0,5`; `5,000` could be either, and stays a text that is refused."""
    bare = "".join(text.split())
    if _EITHER.fullmatch(bare):
        return text
    try:
        return float(bare.replace(",", "."))
    except ValueError:
        return text


def _addresses(typed: str) -> tuple[list[str], list[Finding]]:
    """Addresses of mail, and what is wrong with what was typed."""
    said = [one.strip() for one in re.split(r"[;,\n]", typed) if one.strip()]
    wrong = [one for one in said if not _MAIL.fullmatch(one)]
    if not wrong:
        return said, []
    return said, [
        Finding(
            code="alert.rule.mail", place="field 'mail'", found="{address} is no address of mail",
            params={"address": repr(wrong[0]), "field": "mail"}, count=len(wrong),
            expected="addresses as ada@example.org, divided by commas", remedy="correct it",
        )
    ]  # fmt: skip


def _no_meter(here: "Here", said: "Mapping[str, Any]") -> list[Finding]:
    """A limit of a meter that there is not would never be passed."""
    if "meter" not in _GIVEN.get(said["kind"], ()) or not said["meter"]:
        return []
    if here.workspace.records.meter_key(said["meter"]) is not None:
        return []
    return [
        Finding(
            code="alert.rule.meter", place="field 'meter'", found="there is no meter {meter}",
            params={"meter": repr(said["meter"]), "field": "meter"}, expected="the id of a meter",
            remedy="copy it from the list of meters",
        )
    ]  # fmt: skip


def _note(here: "Here", what: str, details: dict[str, Any]) -> None:
    here.service.server.audit.note(what, who=here.principal.name, tenant=here.tenant.id, details=details)
