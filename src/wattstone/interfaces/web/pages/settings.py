"""Settings of the organisation: what it is called, and by which rules its emissions are counted."""

from typing import TYPE_CHECKING, Any, get_args
from zoneinfo import available_timezones

from starlette.responses import Response

from wattstone.base import InputRefused
from wattstone.interfaces.present.languages import mark, translator
from wattstone.interfaces.present.names import approach_name
from wattstone.interfaces.web.kit import Form, action, go, page, render
from wattstone.interfaces.web.refusals import status_of
from wattstone.workflows.access.policy import EVERYWHERE, Act, require

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wattstone.base import Finding
    from wattstone.interfaces.serving.request import Here

FIELDS = ("name", "approach", "gwp_set", "base_year", "currency", "zone")


@page("/settings", name="settings", place="settings", title=mark("Organisation"), tab=mark("Organisation"),
      act=Act.READ, order=10)  # fmt: skip
def settings(here: "Here", first: str = "") -> Response:
    """What is said of the organisation."""
    from wattstone.portfolio import Organisation

    said = here.workspace.records.organisation().model_dump()
    if first == "yes" and said["name"] == Organisation().name:
        said["name"] = ""  # to be said, not to be mended
    return _shown(here, said, first=first == "yes")


@action("/settings", act=Act.DECLARE, page="settings")
def save(here: "Here", form: Form) -> Response:
    """Keep what was typed, all of it or nothing."""
    require(here.principal, Act.DECLARE, EVERYWHERE)
    said: dict[str, Any] = {name: str(form.get(name) or "").strip() for name in FIELDS}
    try:
        _change(here, said)
    except InputRefused as refused:
        return _shown(here, said, findings=refused.findings, status=status_of(refused), first=bool(form.get("first")))
    t = translator(here.lang)
    if form.get("first"):
        return go(here, "/data", said=t("The organisation is saved. Now its readings."))
    return go(here, "/settings", said=t("The organisation is saved. Inventories show it when they are taken next."))


def _change(here: "Here", said: dict[str, Any]) -> None:
    from wattstone.workflows.declare import change_organisation

    year: str = said["base_year"]
    given = {**said, "base_year": (int(year) if year.isdecimal() else year) if year else None}
    change_organisation(here.workspace, given, who=here.principal.name)
    here.service.renamed(here.tenant.id)


def _shown(
    here: "Here", said: dict[str, Any], *, findings: "Iterable[Finding]" = (), status: int = 200, first: bool = False
) -> Response:
    from wattstone.portfolio import Organisation
    from wattstone.portfolio.model import Approach, GwpSet

    approaches = [(one, approach_name(one, here.lang)) for one in get_args(Approach)]
    return render(
        here, "pages/settings.html.j2", status=status, findings=findings, fields=FIELDS, said=said, first=first,
        approaches=approaches, gwp_sets=[(one, one) for one in get_args(GwpSet)], zones=sorted(available_timezones()),
        usual_zone=Organisation().zone,
        editable=here.principal.may(Act.DECLARE, EVERYWHERE),
    )  # fmt: skip
