"""People of the organisation: who is in, as what, and where; inviting, changing, removing."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from fastapi import HTTPException
from starlette.responses import Response

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.present.languages import mark, translator
from wattstone.interfaces.web.kit import Form, action, go, page, render
from wattstone.interfaces.web.reading import zone_here
from wattstone.interfaces.web.refusals import status_of
from wattstone.interfaces.web.shell import link, role_name
from wattstone.workflows.access.policy import Act, Principal, Role, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.datastructures import FormData

    from wattstone.interfaces.serving.request import Here
    from wattstone.interfaces.store.server import Membership, Person

FIELDS = ("email", "role", "sites")
FEW = 60  # sites that a form lists one by one; of more, their ids are typed
DUTIES = {
    Role.VIEWER: mark("sees sites, figures, plans and reports"),
    Role.ANALYST: mark("loads readings, declares sites, computes, decides; sees personal readings"),
    Role.OPERATOR: mark("runs the sites: loads readings, plans, sends set-points; sees personal readings"),
    Role.REVIEWER: mark("checks what others made, reads the audit log"),
    Role.ADMIN: mark("does what an analyst does but for personal readings, and gives roles, keys and settings"),
}


@dataclass(frozen=True)
class Member:
    """Somebody as a page shows them."""

    person: "Person"
    member: "Membership"
    role: str
    where: str

    @property
    def as_said(self) -> dict[str, Any]:
        """Role and sites as the form opens."""
        return {"role": self.member.role, "sites": sorted(self.member.sites or ())}


@page("/settings/people", name="people", place="settings", title=mark("People"), tab=mark("People"),
      act=Act.ADMINISTER, order=20)  # fmt: skip
def people(here: "Here") -> Response:
    """Everybody with a role, open invitations, and the form that makes one."""
    return _shown(here, {"email": "", "role": "viewer", "sites": []})


@action("/settings/people", act=Act.ADMINISTER, page="people")
def invite(here: "Here", form: Form) -> Response:
    """Invite somebody; the link is shown once."""
    said = _said(form)
    try:
        scope, role = _scope(here, said), _role(said)
        token, code = here.service.accounts.invite(here.principal, said["email"], role, scope)
    except InputRefused as refused:
        return _shown(here, said, findings=refused.findings, status=status_of(refused))
    address = f"{here.service.settings.address}/invitation#{token}"
    return _shown(here, {"email": "", "role": "viewer", "sites": []}, secret=address, whose=str(code.email))


@action("/settings/people/withdraw", act=Act.ADMINISTER, page="people")
def withdraw(here: "Here", form: Form) -> Response:
    """Make an open invitation void."""
    wanted, t = str(form.get("code") or ""), translator(here.lang)
    codes = here.service.server.codes.open(tenant=here.tenant.id)
    found = next((one for one in codes if one.id == wanted), None)
    if found is None:
        return go(here, "/settings/people", said=t("That invitation is gone already."), tone="watch")
    here.service.accounts.withdraw(here.principal, found)
    return go(here, "/settings/people", said=t("The invitation of {email} is void.", email=found.email or ""))


@page("/settings/people/{person}", name="member", place="settings", title=mark("Member"), act=Act.ADMINISTER)
def member(here: "Here", person: str) -> Response:
    """One of them: role, sites, a link to a new password, removal."""
    held = _member(here, person)
    return _one(here, held, held.as_said)


@action("/settings/people/{person}", act=Act.ADMINISTER, page="member")
def change(here: "Here", person: str, form: Form) -> Response:
    """Give another role or other sites."""
    said, t = _said(form), translator(here.lang)
    held = _member(here, person)
    own = held.member
    try:
        # Sites that stay as the form opened leave all of the scope: it shows no spaces, and none of it must be lost.
        same = own.sites is not None and own.sites == frozenset(said["sites"])
        scope = Scope(own.sites, own.spaces) if same else _scope(here, said)
        here.service.accounts.change_role(here.principal, held.person.id, _role(said), scope)
    except InputRefused as refused:
        return _one(here, held, said, findings=refused.findings, status=status_of(refused))
    before: dict[str, Any] = {"role": held.member.role}
    undo = f"/settings/people/{person}" if held.member.sites is None else ""
    return go(
        here, "/settings/people", undo=undo, fields=before,
        said=t("{name} is {role} from now on.", name=held.person.name, role=role_name(said["role"], here.lang)),
    )  # fmt: skip


@action("/settings/people/{person}/password", act=Act.ADMINISTER, page="member")
def password_link(here: "Here", person: str) -> Response:
    """Make a link to a new password; it is shown once."""
    held = _member(here, person)
    try:
        token = here.service.accounts.reset_link(here.principal, held.person.id)
    except InputRefused as refused:
        return _one(here, held, held.as_said, findings=refused.findings, status=status_of(refused))
    return _one(here, held, held.as_said, secret=f"{here.service.settings.address}/password#{token}")


@action("/settings/people/{person}/remove", act=Act.ADMINISTER, page="member")
def remove(here: "Here", person: str) -> Response:
    """Take the role away, and the keys that were made with it."""
    return _ended(here, person, here.service.accounts.remove, mark("{name} has no role here any more."))


@action("/settings/people/{person}/close", act=Act.ADMINISTER, page="member")
def close(here: "Here", person: str) -> Response:
    """Close the account, of somebody who has no role in another organisation."""
    return _ended(here, person, here.service.accounts.close, mark("The account of {name} is closed."))


def _ended(here: "Here", person: str, end: "Callable[[Principal, str], None]", words: str) -> Response:
    """End a role or an account and say so on the list; where that is refused, show why on the member's page."""
    held = _member(here, person)
    try:
        end(here.principal, held.person.id)
    except InputRefused as refused:
        return _one(here, held, held.as_said, findings=refused.findings, status=status_of(refused))
    return go(here, "/settings/people", said=translator(here.lang)(words, name=held.person.name))


def _said(form: "FormData") -> dict[str, Any]:
    sites = [word for one in form.getlist("sites") for word in str(one).replace(",", "\n").split("\n") if word.strip()]
    texts = {name: str(form.get(name) or "").strip()[:400] for name in ("email", "role")}
    return {**texts, "sites": [one.strip() for one in sites]}


def _role(said: dict[str, Any]) -> Role:
    try:
        return Role(said["role"])
    except ValueError:
        raise _refused("role", "there is no such role", "one of the list", "choose one") from None


def _scope(here: "Here", said: dict[str, Any]) -> Scope:
    asked = frozenset(said["sites"])
    if not asked:
        return Scope()
    unknown = sorted(asked - {site.id for site in here.workspace.records.sites()})
    if unknown:
        raise _refused("sites", "there is no site {sites}", "ids of sites of the organisation", "copy them from the "
                       "portfolio", sites=", ".join(unknown[:5]))  # fmt: skip
    return Scope(asked)


def _refused(field: str, found: str, expected: str, remedy: str, **params: str) -> InputRefused:
    return InputRefused(
        [Finding(code=f"people.{field}", place=f"field '{field}'", found=found, expected=expected, remedy=remedy,
                 params={**params, "field": field})]
    )  # fmt: skip


def _shown(here: "Here", said: dict[str, Any], *, findings: "Iterable[Finding]" = (), status: int = 200,
           secret: str = "", whose: str = "") -> Response:  # fmt: skip
    sites = _sites(here)
    members = [_as_member(here, sites, *pair) for pair in _members(here)]
    return render(
        here, "pages/people.html.j2", status=status, findings=findings, fields=FIELDS, said=said, members=members,
        invitations=[one for one in here.service.server.codes.open(tenant=here.tenant.id) if one.purpose == "invite"],
        role_names={str(role): role_name(str(role), here.lang) for role in Role}, zone=zone_here(here),
        secret=secret, whose=whose, **_choices(here, sites),
    )  # fmt: skip


def _one(here: "Here", held: Member, said: dict[str, Any], *, findings: "Iterable[Finding]" = (), status: int = 200,
         secret: str = "") -> Response:  # fmt: skip
    t = translator(here.lang)
    trail = [(t("Settings"), link(here, "/settings")), (t("People"), link(here, "/settings/people"))]
    return render(
        here, "pages/member.html.j2", title=held.person.name, trail=trail, status=status, findings=findings,
        fields=FIELDS, held=held, said=said, zone=zone_here(here), secret=secret, **_choices(here, _sites(here)),
    )  # fmt: skip


def _sites(here: "Here") -> dict[str, str]:
    """Names of all sites by id; asked for once a page, for there may be very many."""
    return {site.id: site.name or site.id for site in here.workspace.records.sites()}


def _choices(here: "Here", sites: dict[str, str]) -> dict[str, Any]:
    t = translator(here.lang)
    roles = [
        (str(role), t("{role}: {duty}", role=role_name(str(role), here.lang), duty=t(DUTIES[role]))) for role in Role
    ]
    few = list(sites.items()) if len(sites) <= FEW else None
    return {"roles": roles, "sites": few}


def _as_member(here: "Here", names: dict[str, str], person: "Person", one: "Membership") -> Member:
    t = translator(here.lang)
    where = t("everywhere") if one.sites is None else ", ".join(sorted(names.get(site, site) for site in one.sites))
    return Member(person, one, role_name(one.role, here.lang), where or t("nowhere"))


def _members(here: "Here") -> "tuple[tuple[Person, Membership], ...]":
    return cast("tuple[tuple[Person, Membership], ...]", here.service.accounts.members(here.principal))


def _member(here: "Here", person: str) -> Member:
    for who, one in _members(here):
        if who.id == person:
            return _as_member(here, _sites(here) if one.sites else {}, who, one)
    raise HTTPException(404)
