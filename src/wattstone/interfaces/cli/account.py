"""Commands on the accounts of a server: `wattstone account ...`."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from wattstone.interfaces.cli import options

if TYPE_CHECKING:
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.serving.service import Service
    from wattstone.workflows.access import Principal, Scope

Root = Annotated[
    Path, typer.Argument(metavar="ROOT", help="A workspace, or a folder of workspaces.", show_default=False)
]
Organisation = Annotated[
    str | None,
    typer.Option("--organisation", metavar="ID", help="Which, where ROOT holds several: the name of its folder."),
]
RoleName = Annotated[
    Literal["viewer", "analyst", "operator", "reviewer", "admin"], typer.Option("--role", help="What they may do.")
]
Sites = Annotated[
    list[str] | None, typer.Option("--site", metavar="SITE", help="Only this site; again for more of them.")
]
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="Address of the account.", show_default=False)]

group = typer.Typer(
    name="account", help="People, roles and keys of a server.", no_args_is_help=True, rich_markup_mode=None
)


@contextmanager
def acting_on(root: Path, organisation: str | None) -> "Generator[tuple[Service, Principal]]":
    """The service of a root, and whoever runs the command in one of its organisations."""
    from dataclasses import replace

    from wattstone.interfaces.cli.identity import identity
    from wattstone.interfaces.serving.service import open_service

    service = open_service(root)
    try:
        known = [one.id for one in service.tenants()]
        name = organisation or (known[0] if len(known) == 1 else None)
        if name is None or name not in known:
            raise _which(root, known)
        actor = identity(service.whole(name).root)
        yield service, replace(actor, tenant=name) if actor.kind == "local" else actor
    finally:
        service.close()


@contextmanager
def _acting_on_all(root: Path, organisation: str | None) -> "Generator[tuple[Service, Principal]]":
    """The service of a root, and whoever runs the command: on all of it, where the machine is theirs."""
    from wattstone.interfaces.cli.identity import identity
    from wattstone.interfaces.serving.service import open_service

    if organisation is None:
        service = open_service(root)
        try:
            if (actor := identity(root)).kind == "local":
                yield service, actor
                return
        finally:
            service.close()
    with acting_on(root, organisation) as both:
        yield both


@group.command(no_args_is_help=True)
def add(
    root: Root,
    email: Email,
    name: Annotated[str, typer.Option(help="Name of the person.", show_default=False)],
    role: RoleName = "viewer",
    organisation: Organisation = None,
    json: options.Json = False,
) -> None:
    """Make an account; its password is asked for, or read from standard input."""
    from wattstone.interfaces.cli.output import Output, interactive
    from wattstone.workflows.access import Role

    output = Output(json=json)
    with acting_on(root, organisation) as (service, actor):
        word = (
            typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
            if interactive()
            else sys.stdin.readline().rstrip("\r\n")
        )
        person = service.accounts.add(actor, name=name, email=email, password=word, role=Role(role))
    output.say(f"{person.name} ({person.email}) is {role} of {actor.tenant}.")
    output.machine({"id": person.id, "email": person.email, "role": role, "organisation": actor.tenant})


@group.command("list", no_args_is_help=True)
def list_(
    root: Root,
    organisation: Organisation = None,
    every: Annotated[
        bool, typer.Option("--all", help="Every account of the server, also closed ones and those without a role.")
    ] = False,
    json: options.Json = False,
) -> None:
    """List the people of an organisation."""
    from rich.markup import escape
    from rich.table import Table

    from wattstone.interfaces.cli.output import Output

    output = Output(json=json)
    if every:
        _list_all(root, output)
        return
    with acting_on(root, organisation) as (service, actor):
        found = service.accounts.members(actor)
    table = Table("Name", "Address", "Role", "Sites", box=None, pad_edge=False)
    for person, member in found:
        table.add_row(escape(person.name), escape(person.email), member.role, _sites(member.sites))
    output.show(table)
    rows = [
        {"id": who.id, "name": who.name, "email": who.email, "role": one.role,
         "sites": None if one.sites is None else sorted(one.sites), "disabled": who.disabled}
        for who, one in found
    ]  # fmt: skip
    output.machine({"people": rows})


@group.command(no_args_is_help=True)
def invite(
    root: Root,
    email: Email,
    role: RoleName = "viewer",
    site: Sites = None,
    organisation: Organisation = None,
    json: options.Json = False,
) -> None:
    """Make the link by which somebody joins, once and within seven days."""
    from wattstone.interfaces.cli.output import Output
    from wattstone.workflows.access import Role

    output = Output(json=json)
    with acting_on(root, organisation) as (service, actor):
        token, _ = service.accounts.invite(actor, email, Role(role), _scope(site))
        link = f"{service.settings.address}/invitation#{token}"
        remark = _address_unset(service)
    output.say("Send this link to nobody else; it holds for seven days:", f"  {link}", *remark)
    output.machine({"link": link})


@group.command(no_args_is_help=True)
def role(
    root: Root,
    email: Email,
    role: RoleName,
    site: Sites = None,
    organisation: Organisation = None,
    json: options.Json = False,
) -> None:
    """Change what a member may do, and where; it holds at once."""
    from wattstone.interfaces.cli.output import Output
    from wattstone.workflows.access import Role

    output = Output(json=json)
    with acting_on(root, organisation) as (service, actor):
        member = service.accounts.change_role(actor, _person(service, email), Role(role), _scope(site))
    output.say(f"{email} is {member.role} of {member.tenant}, {_sites(member.sites)}.")
    output.machine({"email": email, "role": member.role, "organisation": member.tenant})


@group.command(no_args_is_help=True)
def remove(root: Root, email: Email, organisation: Organisation = None, json: options.Json = False) -> None:
    """Take a member's role and keys away; the account stays: `close` ends it."""
    from wattstone.interfaces.cli.output import Output

    output = Output(json=json)
    with acting_on(root, organisation) as (service, actor):
        service.accounts.remove(actor, _person(service, email))
    output.say(f"{email} has no role in {actor.tenant} any more.")
    output.machine({"removed": email, "organisation": actor.tenant})


@group.command(no_args_is_help=True)
def close(
    root: Root,
    email: Email,
    erase: Annotated[
        bool, typer.Option("--erase", help="Remove name and address too; the audit log keeps what was done.")
    ] = False,
    organisation: Organisation = None,
    json: options.Json = False,
) -> None:
    """Close an account: roles, keys and sessions end at once, in every organisation."""
    from wattstone.interfaces.cli.output import Output

    output = Output(json=json)
    with _acting_on_all(root, organisation) as (service, actor):
        service.accounts.close(actor, _person(service, email), erase=erase)
    output.say(f"The account of {email} is {'erased' if erase else 'closed'}.")
    output.machine({"closed": email, "erased": erase})


@group.command(no_args_is_help=True)
def reset(root: Root, email: Email, organisation: Organisation = None, json: options.Json = False) -> None:
    """Make the link by which a member sets a new password, once and within a day."""
    from wattstone.interfaces.cli.output import Output

    output = Output(json=json)
    with acting_on(root, organisation) as (service, actor):
        link = f"{service.settings.address}/password#{service.accounts.reset_link(actor, _person(service, email))}"
        remark = _address_unset(service)
    output.say("Whoever holds this link holds the account; it holds for a day:", f"  {link}", *remark)
    output.machine({"link": link})


@group.command(no_args_is_help=True)
def key(
    root: Root,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the key is for.", show_default=False)],
    role: RoleName = "viewer",
    act: Annotated[list[str] | None, typer.Option("--act", help="Only this act; again for more of them.")] = None,
    site: Sites = None,
    days: Annotated[int | None, typer.Option(min=1, max=3660, help="Days until it ends; never if left out.")] = None,
    organisation: Organisation = None,
    json: options.Json = False,
) -> None:
    """Make an API key; it is shown once."""
    from datetime import UTC, datetime, timedelta

    from wattstone.interfaces.cli.output import Output
    from wattstone.workflows.access import Act, Role

    unknown = sorted(set(act or ()) - set(map(str, Act)))
    if unknown:
        raise typer.BadParameter(f"no such act: {', '.join(unknown)}; there are {', '.join(map(str, Act))}")
    output = Output(json=json)
    with acting_on(root, organisation) as (service, actor):
        token, made = service.accounts.make_key(
            actor,
            name,
            acts=None if not act else [Act(one) for one in act],
            scope=_scope(site) if site else None,
            expires=None if days is None else datetime.now(UTC) + timedelta(days=days),
            role=Role(role),
        )
    output.say(f"The key {made.name} of {actor.tenant}; it is shown this once:", f"  {token}")
    output.machine({"id": made.id, "key": token, "organisation": actor.tenant})


@group.command(no_args_is_help=True)
def code(root: Root, json: options.Json = False) -> None:
    """Make a code for the first administrator, valid for ten minutes."""
    from wattstone.interfaces.cli.identity import identity
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.serving.service import open_service
    from wattstone.workflows.access import EVERYWHERE, Act, require

    output = Output(json=json)
    service = open_service(root)
    try:
        require(identity(root), Act.ADMINISTER, EVERYWHERE)
        made, address = service.accounts.first_code(), service.settings.address
    finally:
        service.close()
    output.say(f"Open {address}/start and enter this code:", f"  {made}")
    output.machine({"code": made, "address": f"{address}/start"})


def _list_all(root: Path, output: "Output") -> None:
    """Every account, with its roles."""
    from rich.markup import escape
    from rich.table import Table

    with _acting_on_all(root, None) as (service, actor):
        found = service.accounts.everybody(actor)
    table = Table("Name", "Address", "Roles", "State", box=None, pad_edge=False)
    for person, held in found:
        roles = ", ".join(f"{one.role} of {one.tenant}" for one in held)
        table.add_row(escape(person.name), escape(person.email), roles, "closed" if person.disabled else "")
    output.show(table)
    rows = [
        {"id": who.id, "name": who.name, "email": who.email, "disabled": who.disabled,
         "roles": {one.tenant: one.role for one in held}}
        for who, held in found
    ]  # fmt: skip
    output.machine({"people": rows})


def _address_unset(service: "Service") -> tuple[str, ...]:
    """What to do with a link where neither server.toml nor the environment says how people reach the server."""
    address = service.settings.address
    if "address" in service.settings.model_fields_set:
        return ()
    return (f"No address is set: put your server's in the place of {address}, or set `address` in server.toml first.",)


def _person(service: "Service", email: str) -> str:
    """The id of an account; of one that is not there, something that nobody is called."""
    found = service.server.people.by_email(email)
    return found.id if found else ""


def _scope(sites: list[str] | None) -> "Scope":
    from wattstone.workflows.access import Scope

    return Scope(frozenset(sites)) if sites else Scope()


def _sites(sites: "frozenset[str] | None") -> str:
    return "all sites" if sites is None else ", ".join(sorted(sites)) or "no whole site"


def _which(root: Path, known: list[str]) -> Exception:
    from wattstone.base import Finding, InputRefused

    params: dict[str, Any] = {"known": ", ".join(known) or "none"}
    finding = Finding(
        code="account.organisation",
        place=str(root),
        found="it is not clear which organisation is meant; there are: {known}",
        params=params,
        expected="--organisation ID with one of them",
        remedy="name it",
    )
    return InputRefused([finding])
