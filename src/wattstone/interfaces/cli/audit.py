"""Commands on the audit log: `wattstone audit ...`."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wattstone.interfaces.cli import options
from wattstone.interfaces.cli.account import Root

if TYPE_CHECKING:
    from wattstone.interfaces.serving.checkpoints import Checked

group = typer.Typer(
    name="audit", help="The audit log: what was done, and whether the log holds.", no_args_is_help=True,
    rich_markup_mode=None,
)  # fmt: skip

_SAID = {
    "whole": "{log}: {lines} lines hold.",
    "changed": "{log}: line {at} was changed.",
    "missing": "{log}: a line before line {at} is missing.",
    "cut": "{log}: lines from {at} on, which the checkpoint has seen, are gone.",
    "other": "{log}: line {at} is not the one that the checkpoint has seen; the log was written anew.",
    "gone": "{log}: the checkpoint has seen this log, and it is not there.",
}


@contextmanager
def logs_of(root: Path) -> "Generator[dict[str, Any]]":
    """The logs of a served folder: the server's, and that of each workspace; for who may read them."""
    from contextlib import ExitStack

    from wattstone.interfaces.cli.identity import identity
    from wattstone.interfaces.store.config import served_as
    from wattstone.interfaces.store.roots import server_of, workspaces_of
    from wattstone.interfaces.store.workspace import open_workspace
    from wattstone.workflows.access import EVERYWHERE, Act, Forbidden, require

    with ExitStack() as opened:
        logs: dict[str, Any] = {}
        for name, path in workspaces_of(root).items():
            actor = identity(path)
            require(actor, Act.READ_AUDIT, EVERYWHERE)
            if actor.kind != "local":  # the server's own log tells of other organisations
                raise Forbidden(Act.READ_AUDIT, "the server", actor.name)
            workspace = open_workspace(path)
            opened.callback(workspace.close)
            logs[served_as(name) if path == root else name] = workspace.records
        server = server_of(root)  # none is made of a folder that was never served
        yield logs if server is None else {"server": opened.enter_context(server).audit, **logs}


@group.command(no_args_is_help=True)
def key(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the key goes.", show_default=False)],
    json: options.Json = False,
) -> None:
    """Make a key that signs checkpoints, outside of the served folder; FILE.pub is its public half."""
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.serving.checkpoints import make_key

    output, name = Output(json=json), make_key(file)
    output.say(f"Made the key {name}: {file} signs (keep it away from the server's folder), {file}.pub checks.")
    output.machine({"key": name, "file": str(file), "public": f"{file}.pub"})


@group.command(no_args_is_help=True)
def checkpoint(
    root: Root,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the checkpoint goes.", show_default=False)],
    key: Annotated[Path, typer.Option("--key", metavar="FILE", help="The signing key.", show_default=False)],
    json: options.Json = False,
) -> None:
    """Sign how far the logs are; keep the file elsewhere."""
    from wattstone.base import Finding, InputRefused
    from wattstone.interfaces.cli.opening import writing
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.serving.checkpoints import checkpoint as sign
    from wattstone.interfaces.serving.checkpoints import read_key

    if key.resolve().is_relative_to(root.resolve()):
        finding = Finding(
            code="audit.key_inside",
            place=str(key),
            found="the signing key stands in the folder whose logs it signs",
            expected="a key that whoever can write the folder cannot read",
            remedy="move it elsewhere",
        )
        raise InputRefused([finding])
    output = Output(json=json)
    with logs_of(root) as logs, writing(out) as path:
        path.write_text(sign(logs, read_key(key)), encoding="utf-8")
        names = sorted(logs)
    output.say(f"Signed {len(names)} logs in {out}: {', '.join(names)}.")
    output.machine({"checkpoint": str(out), "logs": names})


@group.command(no_args_is_help=True)
def verify(
    root: Root,
    checkpoint: Annotated[
        Path | None, typer.Option("--checkpoint", metavar="FILE", help="One that was kept elsewhere.")
    ] = None,
    public_key: Annotated[
        Path | None, typer.Option("--public-key", metavar="FILE", help="That has to have signed it.")
    ] = None,
    json: options.Json = False,
) -> None:
    """Check the logs by their chains, and against a checkpoint; exit code 1 if a log does not hold."""
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.serving.checkpoints import check, read_public

    if (checkpoint is None) != (public_key is None):
        raise typer.BadParameter("--checkpoint and --public-key go together")
    output = Output(json=json)
    text = None if checkpoint is None else checkpoint.read_text(encoding="utf-8")
    with logs_of(root) as logs:
        found = check(logs, text, None if public_key is None else read_public(public_key))
    for one in found:
        output.say(_SAID[one.why].format(log=one.log, lines=one.lines, at=one.at))
    output.machine({"holds": all(one.why == "whole" for one in found), "logs": [_row(one) for one in found]})
    if any(one.why != "whole" for one in found):
        raise typer.Exit(1)


@group.command("list", no_args_is_help=True)
def list_(
    root: Root,
    last: Annotated[int, typer.Option("--last", min=1, max=100_000, help="How many lines of each log.")] = 50,
    json: options.Json = False,
) -> None:
    """Show the newest lines of the logs."""
    from rich.markup import escape
    from rich.table import Table

    from wattstone.interfaces.cli.output import Output

    output = Output(json=json)
    with logs_of(root) as logs:
        found = {name: log.entries(last=last) for name, log in logs.items()}
    table = Table("Log", "Line", "Time [UTC]", "Who", "What", "Details", box=None, pad_edge=False)
    for name, lines in found.items():
        for one in lines:
            said = ", ".join(f"{key} {value}" for key, value in one.details.items())
            table.add_row(
                name, str(one.number), f"{one.when:%Y-%m-%d %H:%M:%S}", escape(one.who), escape(one.what), escape(said)
            )
    output.show(table)
    rows = [
        {"log": name, "number": one.number, "when": f"{one.when.isoformat()}Z", "who": one.who, "what": one.what,
         "details": dict(one.details), "hash": one.hash}
        for name, lines in found.items() for one in lines
    ]  # fmt: skip
    output.machine({"lines": rows})


def _row(one: "Checked") -> dict[str, Any]:
    return {"log": one.log, "lines": one.lines, "state": one.why, "at": one.at}
