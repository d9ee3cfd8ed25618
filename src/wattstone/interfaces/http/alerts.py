"""Alerts: rules, what was raised, acknowledgement, webhooks and what became of each delivery."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Query, Request, Response

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.alerts import (
    alert_sentence,
    allowed_networks,
    make_secret,
    remove_secret,
    resolve,
    rotate_secret,
)  # fmt: skip
from wattstone.interfaces.alerts.settings import own_networks
from wattstone.interfaces.http.answers import content_tag, fresh, json_answer, match, plain
from wattstone.interfaces.http.common import (
    DEFAULT,
    ORG,
    Cursor,
    Decider,
    Limit,
    Name,
    Reader,
    absent,
    described,
    location,
    one_of,
)  # fmt: skip
from wattstone.interfaces.http.models.alerts import (
    Acknowledge,
    Alerts,
    AlertShape,
    MakeRule,
    MakeWebhook,
    Rules,
    RuleShape,
    Webhooks,
    WebhookShape,
)
from wattstone.interfaces.http.models.base import Shape
from wattstone.interfaces.http.once import once
from wattstone.interfaces.http.paging import link_header, page_of
from wattstone.interfaces.http.problems import Problem
from wattstone.interfaces.serving.request import Here, actor
from wattstone.workflows.access import EVERYWHERE, Act, require
from wattstone.workflows.alerts import params_of

router = APIRouter(prefix=ORG)


def _keeper(here: Annotated[Here, Depends(actor(Act.ADMINISTER))]) -> Here:
    """Whoever administers the whole organisation: a rule looks at every site, and a webhook is told of every site."""
    require(here.principal, Act.ADMINISTER, EVERYWHERE)
    return here


Keeper = Annotated[Here, Depends(_keeper)]

LISTED = 2000  # alerts that a list goes back
_RULE = {
    "name": "Large waste",
    "kind": "finding.worth",
    "params": {"at_least": 5000, "by": "kg"},
    "mail": ["a@example.org"],
}
_HOOK = {"name": "Work orders", "url": "https://hooks.example.org/wattstone"}


class DeliveryShape(Shape):
    """One alert on its way to one address."""

    id: str
    channel: str
    address: str
    state: str
    attempts: int


class Deliveries(Shape):
    """Deliveries, the newest first."""

    deliveries: list[DeliveryShape]


@router.get("/alerts", operation_id="listAlerts", summary="Alerts", responses=described(Alerts))
def alerts(
    request: Request, here: Reader,
    state: Annotated[Literal["raised", "acknowledged", "closed"] | None, Query()] = None,
    site: Annotated[str | None, Query(max_length=200)] = None,
    kind: Annotated[str | None, Query(max_length=50)] = None, cursor: Cursor = None, limit: Limit = DEFAULT,
) -> Response:  # fmt: skip
    """The newest first; of the sites that one may see."""
    held, _ = here.service.server.alerts.alerts(here.tenant.id, state=state, page=1, size=LISTED)
    mine = [
        one for one in held if here.principal.sees(one.site) and site in (None, one.site) and kind in (None, one.kind)
    ]
    rows = [plain(_alert_json(here, one)) for one in mine]
    about = {"state": state, "site": site, "kind": kind}
    page = page_of(rows, order="-raised", known=("raised",), cursor=cursor, limit=limit, about=about)
    return json_answer(page.as_dict("alerts"), headers=link_header(request, page))


@router.get(
    "/alerts/{alert}", operation_id="getAlert", summary="An alert", responses=described(AlertShape, tagged=True)
)
def alert(request: Request, here: Reader, alert: Name) -> Response:
    """What it says, and what became of it."""
    content = _alert_json(here, _alert(here, alert))
    tag = content_tag(content)
    return fresh(request, tag) or json_answer(content, tag=tag)


@router.post(
    "/alerts/{alert}/acknowledge", operation_id="acknowledgeAlert", summary="Say that one looks after an alert",
    responses=described(AlertShape),
)  # fmt: skip
def acknowledge(
    request: Request,
    here: Decider,
    alert: Name,
    said: Annotated[Acknowledge, Body(examples=[{"note": "Fuse replaced"}])],
) -> Response:
    """By whom and when is kept. Nobody is told of it again before it is over."""
    held = _alert(here, alert)
    if held.site is not None:
        require(here.principal, Act.DECIDE, held.site)

    def make() -> Response:
        done = here.service.server.alerts.acknowledge(here.tenant.id, held.id, by=here.principal.name, note=said.note)
        if done is None:
            raise Problem(status=409, findings=[_not_raised(held.state)])
        _note(here, "acknowledge alert", {"alert": held.id, "note": said.note})
        return json_answer(_alert_json(here, done))

    return once(request, here, said, make)


@router.get(
    "/alerts/{alert}/deliveries", operation_id="listDeliveries", summary="What became of an alert's deliveries",
    responses=described(Deliveries),
)  # fmt: skip
def deliveries(here: Keeper, alert: Name) -> Response:
    """To whom it was sent, how often, and what was answered."""
    held = _alert(here, alert)
    rows = [
        {
            "id": one.id, "channel": one.channel, "address": one.address, "state": one.state, "attempts": one.attempts,
            "due": one.due, "answer": one.answer, "sent": one.sent,
        }
        for one in here.service.server.deliveries.of(here.tenant.id, held.id)
    ]  # fmt: skip
    return json_answer({"deliveries": rows})


@router.get("/alert-rules", operation_id="listAlertRules", summary="Rules of alerts", responses=described(Rules))
def rules(here: Keeper) -> Response:
    """When somebody is alerted, and who."""
    return json_answer({"rules": [_rule_json(one) for one in here.service.server.alerts.rules(here.tenant.id)]})


@router.post(
    "/alert-rules", operation_id="makeAlertRule", summary="Make a rule", status_code=201,
    responses=described(RuleShape, status=201, tagged=True),
)  # fmt: skip
def new_rule(request: Request, here: Keeper, said: Annotated[MakeRule, Body(examples=[_RULE])]) -> Response:
    """Its thresholds are checked by its kind."""

    def make() -> Response:
        params = params_of(said.kind, said.params).model_dump(mode="json", exclude_defaults=True)
        _known_hooks(here, said.webhooks)
        store = here.service.server.alerts
        rule = store.add_rule(
            here.tenant.id, name=said.name, kind=said.kind, by=here.principal.id, params=params, mail=said.mail,
            webhooks=said.webhooks,
        )  # fmt: skip
        if not said.active:
            rule = replace(rule, active=False)
            store.set_rule(rule)
        _note(here, "make alert rule", {"rule": rule.id, "name": rule.name, "kind": rule.kind})
        headers = location(request, rule.id)
        content = _rule_json(rule)
        return json_answer(content, status=201, tag=content_tag(content), headers=headers)

    return once(request, here, said, make)


@router.get(
    "/alert-rules/{rule}", operation_id="getAlertRule", summary="A rule", responses=described(RuleShape, tagged=True)
)
def rule(request: Request, here: Keeper, rule: Name) -> Response:
    """With the ETag that a change has to name."""
    content = _rule_json(_rule(here, rule))
    tag = content_tag(content)
    return fresh(request, tag) or json_answer(content, tag=tag)


@router.put(
    "/alert-rules/{rule}", operation_id="changeAlertRule", summary="Put a rule in place of one",
    responses=described(RuleShape, tagged=True),
)  # fmt: skip
def change_rule(
    request: Request, here: Keeper, rule: Name, said: Annotated[MakeRule, Body(examples=[_RULE])]
) -> Response:
    """Needs If-Match with the ETag that was read."""
    before = _rule(here, rule)
    match(request, content_tag(_rule_json(before)))
    params = params_of(said.kind, said.params).model_dump(mode="json", exclude_defaults=True)
    _known_hooks(here, said.webhooks)
    after = replace(
        before, name=said.name, kind=said.kind, params=params, mail=tuple(said.mail), webhooks=tuple(said.webhooks),
        active=said.active,
    )  # fmt: skip
    here.service.server.alerts.set_rule(after)
    _note(here, "change alert rule", {"rule": rule, "name": after.name, "active": after.active})
    content = _rule_json(after)
    return json_answer(content, tag=content_tag(content))


@router.delete(
    "/alert-rules/{rule}", operation_id="removeAlertRule", summary="Remove a rule", status_code=204,
    responses=described(None, status=204),
)  # fmt: skip
def remove_rule(here: Keeper, rule: Name) -> Response:
    """Alerts that it raised stay, and are closed; their facts say why."""
    held = _rule(here, rule)
    here.service.server.alerts.remove_rule(here.tenant.id, held.id)
    _note(here, "remove alert rule", {"rule": rule, "name": held.name})
    return Response(status_code=204)


@router.get("/webhooks", operation_id="listWebhooks", summary="Webhooks", responses=described(Webhooks))
def webhooks(here: Keeper) -> Response:
    """Addresses that are told of alerts."""
    return json_answer({"webhooks": [_hook_json(one) for one in here.service.server.alerts.webhooks(here.tenant.id)]})


@router.post(
    "/webhooks", operation_id="makeWebhook", summary="Make a webhook", status_code=201,
    responses=described(WebhookShape, status=201),
)  # fmt: skip
def new_webhook(request: Request, here: Keeper, said: Annotated[MakeWebhook, Body(examples=[_HOOK])]) -> Response:
    """The secret that signs what is sent is in this answer alone: it is kept for no request that is sent again."""
    resolve(said.url, allowed=allowed_networks(own_networks()))
    store = here.service.server
    hook = store.alerts.add_webhook(here.tenant.id, name=said.name, url=said.url, by=here.principal.id)
    secret = make_secret(store.secrets, hook.secret)
    if not said.active:
        store.alerts.set_webhook(here.tenant.id, hook.id, active=False)
        hook = replace(hook, active=False)
    _note(here, "make webhook", {"webhook": hook.id, "name": hook.name, "url": hook.url})
    headers = {**location(request, hook.id), "Cache-Control": "no-store"}
    return json_answer({**_hook_json(hook), "secret": secret}, status=201, headers=headers)


@router.post(
    "/webhooks/{webhook}/rotate", operation_id="rotateWebhook", summary="Give a webhook a new secret",
    responses=described(WebhookShape),
)  # fmt: skip
def rotate(here: Keeper, webhook: Name) -> Response:
    """The one before signs beside it for a day more."""
    hook = _hook(here, webhook)
    secret = rotate_secret(here.service.server.secrets, hook.secret)
    _note(here, "rotate webhook", {"webhook": hook.id, "name": hook.name})
    return json_answer({**_hook_json(hook), "secret": secret}, headers={"Cache-Control": "no-store"})


@router.delete(
    "/webhooks/{webhook}", operation_id="removeWebhook", summary="Remove a webhook", status_code=204,
    responses=described(None, status=204),
)  # fmt: skip
def remove_webhook(here: Keeper, webhook: Name) -> Response:
    """What is still to be sent to it fails."""
    hook = _hook(here, webhook)
    here.service.server.alerts.remove_webhook(here.tenant.id, hook.id)
    remove_secret(here.service.server.secrets, hook.secret)
    _note(here, "remove webhook", {"webhook": hook.id, "name": hook.name})
    return Response(status_code=204)


def _alert_json(here: Here, one: Any) -> dict[str, Any]:
    return {
        "id": one.id, "rule": one.rule, "kind": one.kind, "severity": one.severity, "state": one.state,
        "site": one.site, "facts": dict(one.facts), "text": alert_sentence(one, here.lang), "raised": one.raised,
        "acknowledged": one.acknowledged, "acknowledged_by": one.acknowledged_by, "note": one.note,
        "closed": one.closed,
    }  # fmt: skip


def _rule_json(one: Any) -> dict[str, Any]:
    return {
        "id": one.id, "name": one.name, "kind": one.kind, "params": _params_json(one), "mail": list(one.mail),
        "webhooks": list(one.webhooks), "active": one.active, "created": one.created,
    }  # fmt: skip


def _params_json(one: Any) -> dict[str, Any]:
    """All that its kind takes: what was not said too, as it holds."""
    try:
        return params_of(one.kind, dict(one.params)).model_dump(mode="json")
    except InputRefused:
        return dict(one.params)  # kept by another version


def _hook_json(one: Any) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "url": one.url, "active": one.active, "created": one.created}


def _alert(here: Here, name: str) -> Any:
    held = here.service.server.alerts.alert(here.tenant.id, name)
    if held is None or not here.principal.sees(held.site):
        raise absent("alert", name)
    return held


def _rule(here: Here, name: str) -> Any:
    return one_of(here.service.server.alerts.rules(here.tenant.id), name, "rule")


def _hook(here: Here, name: str) -> Any:
    return one_of(here.service.server.alerts.webhooks(here.tenant.id), name, "webhook")


def _known_hooks(here: Here, asked: list[str]) -> None:
    known = {one.id for one in here.service.server.alerts.webhooks(here.tenant.id)}
    unknown = [one for one in asked if one not in known]
    if unknown:
        raise InputRefused([_no_hook(asked.index(one), one) for one in unknown])


def _note(here: Here, what: str, details: dict[str, Any]) -> None:
    here.service.server.audit.note(what, who=here.principal.name, tenant=here.tenant.id, details=details)


def _no_hook(at: int, name: str) -> Finding:
    return Finding(
        code="alert.rule.webhook",
        place=f"webhook '{name}'",
        found="there is none of that id",
        params={"pointer": f"#/webhooks/{at}"},
        expected="the id of a webhook of the organisation",
        remedy="make the webhook first",
    )


def _not_raised(state: str) -> Finding:
    return Finding(
        code="alert.state",
        place="alert",
        found="the alert is {state}",
        params={"state": state},
        expected="one that is raised and that nobody has acknowledged",
        remedy="read it again",
    )
