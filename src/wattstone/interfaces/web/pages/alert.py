"""One alert: what it says, who looks after it, and, for who administers, what became of telling it."""

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import HTTPException
from starlette.responses import Response

from wattstone.interfaces.alerts import alert_sentence, over_reason
from wattstone.interfaces.present.languages import mark, translator
from wattstone.interfaces.web.kit import Form, action, go, link, page, render
from wattstone.interfaces.web.reading import zone_here
from wattstone.workflows.access.policy import EVERYWHERE, Act, require

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here
    from wattstone.interfaces.store.server import Alert

__all__ = ["alert_here"]

_STATES = {
    "queued": ("open", mark("waits")),
    "sending": ("running", mark("being sent")),
    "sent": ("good", mark("arrived")),
    "failed": ("act", mark("did not arrive")),
}
_CHANNELS = {"mail": mark("Mail"), "webhook": mark("Webhook")}


def alert_here(here: "Here", name: str) -> "Alert":
    """An alert by its id, where the reader may see it.

    Raises
    ------
    HTTPException
        404 where there is none, or it is of a site that one may not see: the two look the same.
    """
    held = here.service.server.alerts.alert(here.tenant.id, name)
    if held is None or not here.principal.sees(held.site):
        raise HTTPException(404)
    return held


@page("/alerts/{alert}", name="alert", place="action", title=mark("Alert"), act=Act.READ)
def one(here: "Here", alert: str) -> Response:
    """Where the link of a mail leads: the alert, the way to its cause, and the form that acknowledges it."""
    held, t = alert_here(here, alert), translator(here.lang)
    keeps = here.principal.may(Act.ADMINISTER, EVERYWHERE)
    rules = here.service.server.alerts.rules(here.tenant.id)
    rule = next((one for one in rules if one.id == held.rule), None)
    return render(
        here, "pages/alert.html.j2", title=alert_sentence(held, here.lang),
        trail=[(t("Alerts"), link(here, "/alerts"))], alert=held, over=over_reason(held, here.lang),
        zone=zone_here(here), door=_door(here, held), rule=None if rule is None else rule.name, keeps=keeps,
        deliveries=_deliveries(here, held) if keeps else [],
        mine=here.principal.may(Act.DECIDE, held.site or EVERYWHERE),
    )  # fmt: skip


def _door(here: "Here", alert: "Alert") -> tuple[str, str] | None:
    """Where its cause is shown."""
    t, facts = translator(here.lang), alert.facts
    if alert.kind == "finding.worth" and facts.get("finding"):
        return t("See the finding"), link(here, f"/action/cards/{quote(str(facts['finding']), safe='')}")
    if alert.kind == "job.failed" and facts.get("job"):
        return t("See the job"), link(here, f"/jobs/{quote(str(facts['job']), safe='')}")
    if alert.site:
        return t("See the site"), link(here, f"/sites/{quote(alert.site, safe='')}", meter=facts.get("meter"))
    return None


def _deliveries(here: "Here", alert: "Alert") -> list[dict[str, Any]]:
    """To whom it was sent, how often, and what was answered."""
    t = translator(here.lang)
    hooks = {hook.id: hook.name for hook in here.service.server.alerts.webhooks(here.tenant.id)}
    return [
        {
            "one": each,
            "channel": t(_CHANNELS[each.channel]),
            "to": each.address if each.channel == "mail" else hooks.get(each.address, t("a webhook that is gone")),
            "tone": _STATES[each.state][0],
            "state": t(_STATES[each.state][1]),
        }
        for each in here.service.server.deliveries.of(here.tenant.id, alert.id)
    ]


@action("/alerts/{alert}/deliveries/{delivery}", act=Act.ADMINISTER, page="alert")
def again(here: "Here", alert: str, delivery: str) -> Response:
    """Try a delivery that failed once more."""
    require(here.principal, Act.ADMINISTER, EVERYWHERE)
    held, t = alert_here(here, alert), translator(here.lang)
    store = here.service.server
    mine = {one.id for one in store.deliveries.of(here.tenant.id, held.id)}
    if delivery not in mine or not store.deliveries.again(here.tenant.id, delivery):
        return go(here, f"/alerts/{held.id}", said=t("It is not waiting to be tried again."), tone="watch")
    store.audit.note(
        "send alert again", who=here.principal.name, tenant=here.tenant.id,
        details={"alert": held.id, "delivery": delivery},
    )  # fmt: skip
    return go(here, f"/alerts/{held.id}", said=t("It is sent again within a minute."))


@action("/alerts/{alert}/acknowledge", act=Act.DECIDE, page="alert")
def acknowledge(here: "Here", alert: str, form: Form) -> Response:
    """Say that one looks after an alert."""
    t = translator(here.lang)
    held, server = alert_here(here, alert), here.service.server
    if held.site is not None:
        require(here.principal, Act.DECIDE, held.site)
    back = f"/alerts/{held.id}" if form.get("back") == "alert" else "/alerts"
    note = str(form.get("note") or "")[:1000]
    done = server.alerts.acknowledge(here.tenant.id, held.id, by=here.principal.name, note=note)
    if done is None:
        return go(here, back, said=t("Somebody looks after this alert already, or it is over."), tone="watch")
    server.audit.note(
        "acknowledge alert", who=here.principal.name, tenant=here.tenant.id, details={"alert": held.id, "note": note}
    )
    return go(here, back, said=t("You look after this alert. Nobody is told of it again before it is over."))
