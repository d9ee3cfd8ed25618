"""Keys of programs: one's own, and, for who administers, everybody's."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from starlette.responses import Response

from wattstone.base import InputRefused
from wattstone.interfaces.present.languages import mark, translator
from wattstone.interfaces.web.kit import Form, action, go, page, render
from wattstone.interfaces.web.pages.jobs import asker
from wattstone.interfaces.web.reading import zone_here
from wattstone.interfaces.web.refusals import status_of
from wattstone.workflows.access.policy import EVERYWHERE, Act

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wattstone.base import Finding
    from wattstone.interfaces.serving.request import Here
    from wattstone.interfaces.store.server import ApiKey

FIELDS = ("name", "acts", "days")
ACTS = {
    Act.READ: mark("see"),
    Act.READ_PERSONAL: mark("see personal readings"),
    Act.EXPORT: mark("take tables and documents out"),
    Act.INGEST: mark("load readings"),
    Act.DECLARE: mark("declare sites, meters and factors"),
    Act.RUN: mark("have things computed"),
    Act.DECIDE: mark("move findings and measures"),
    Act.CONTROL: mark("send set-points to devices"),
    Act.REVIEW: mark("approve or return"),
    Act.READ_AUDIT: mark("read the audit log"),
    Act.ADMINISTER: mark("administer"),
}
_DAYS = (("30", 30), ("90", 90), ("365", 365), ("", None))


@page("/settings/keys", name="keys", place="settings", title=mark("API keys"), tab=mark("API keys"), act=Act.READ,
      order=30)  # fmt: skip
def keys(here: "Here") -> Response:
    """Keys, and the form that makes one."""
    return _shown(here, {"name": "", "acts": ["read"], "days": "90"})


@action("/settings/keys", act=Act.READ, page="keys")
def make(here: "Here", form: Form) -> Response:
    """Make a key; it is shown once."""
    said: dict[str, Any] = {
        "name": str(form.get("name") or "")[:200],
        "acts": [str(one) for one in form.getlist("acts")],
        "days": str(form.get("days") or ""),
    }
    acts = [act for act in here.principal.acts if str(act) in said["acts"]]
    days = dict(_DAYS).get(said["days"], 90)
    expires = None if days is None else (datetime.now(UTC) + timedelta(days=days)).replace(tzinfo=None)
    try:
        token = here.service.accounts.make_key(here.principal, said["name"], acts=acts, expires=expires)[0]
    except InputRefused as refused:
        return _shown(here, said, findings=refused.findings, status=status_of(refused))
    return _shown(here, {"name": "", "acts": ["read"], "days": "90"}, secret=token, whose=said["name"])


@action("/settings/keys/{key}/revoke", act=Act.READ, page="keys")
def revoke(here: "Here", key: str) -> Response:
    """Make a key void, at once and for good."""
    t = translator(here.lang)
    try:
        here.service.accounts.revoke_key(here.principal, key)
    except InputRefused:
        return go(here, "/settings/keys", said=t("There is no such key."), tone="watch")
    return go(here, "/settings/keys", said=t("The key is void. Programs that use it are refused from now on."))


def _shown(here: "Here", said: dict[str, Any], *, findings: "Iterable[Finding]" = (), status: int = 200,
           secret: str = "", whose: str = "") -> Response:  # fmt: skip
    t, everyone = translator(here.lang), here.principal.may(Act.ADMINISTER, EVERYWHERE)
    made = cast("tuple[ApiKey, ...]", here.service.accounts.keys(here.principal, everyone=everyone))
    held = sorted(made, key=lambda one: one.created, reverse=True)
    now = datetime.now(UTC).replace(tzinfo=None)
    rows = [
        (one, asker(here, one.created_by), one.revoked is None and (one.expires is None or one.expires > now))
        for one in held
    ]
    words = {None: t("no end"), 30: t("30 days"), 90: t("90 days"), 365: t("a year")}
    return render(
        here, "pages/keys.html.j2", status=status, findings=findings, fields=FIELDS, said=said, rows=rows,
        acts=[(str(act), t(ACTS[act])) for act in Act if act in here.principal.acts],
        act_names={str(act): t(ACTS[act]) for act in Act},
        days=[(key, words[days]) for key, days in _DAYS], everyone=everyone, secret=secret, whose=whose,
        zone=zone_here(here),
    )  # fmt: skip
