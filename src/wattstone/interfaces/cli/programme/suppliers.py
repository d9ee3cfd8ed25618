"""Commands `wattstone supplier ...`."""

from pathlib import Path
from typing import Annotated, cast

import typer

from wattstone.interfaces.cli import options
from wattstone.interfaces.cli.programme.form import group as made

__all__ = ["group"]

group = made("supplier", help="Suppliers, footprints of products and bills of material.")

File = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="JSON of PACT version 3.", callback=options.there, show_default=False),
]
Identity = Annotated[
    str,
    typer.Option(
        "--identity", metavar="WHICH",
        help="Sum of parts that has to hold: either, without_biogenic_non_co2, with_biogenic_non_co2 or none.",
    ),
]  # fmt: skip
_IDENTITIES = ("either", "without_biogenic_non_co2", "with_biogenic_non_co2", "none")


@group.command("pact-check", no_args_is_help=True)
def pact_check(
    file: File, identity: Identity = "either", lang: options.Lang = "en", json: options.Json = False
) -> None:
    """Check footprints of a file number by number; no workspace is needed."""
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import counter
    from wattstone.programme.suppliers.files import read
    from wattstone.programme.suppliers.pact.check import IdentityWanted, check
    from wattstone.programme.suppliers.pact.identity import identities

    _known(identity)
    output = Output(json=json, lang=lang)
    told = read(file)
    found = [one for each in told for one in check(each, identity=cast("IdentityWanted", identity))]
    held = [
        {
            "id": each.get("id"),
            "identities": {
                one.name: {"gap": str(one.gap), "holds": one.holds} for one in identities(each.get("pcf") or {})
            },
        }
        for each in told
    ]
    output.machine({"footprints": held, "findings": [one.as_dict() for one in found]})
    if not json:
        output.warn(found)
        output.say(counter(lang)("{count} footprint", "{count} footprints", len(told)))
    if any(one.severity == "error" for one in found):
        raise typer.Exit(2)


@group.command("pact-export", no_args_is_help=True)
def pact_export(
    workspace: options.Workspace,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID...]", help="Of footprints; those with direction out if left out.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="JSON to write; printed if left out.")
    ] = None,
    identity: Identity = "either",
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Write footprints for customers, every number as it was stated."""
    from json import dumps

    from wattstone.interfaces.cli.opening import opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.programme.suppliers.pact.check import IdentityWanted
    from wattstone.workflows.programme.suppliers import give

    _known(identity)
    output = Output(json=json, lang=lang)
    with opened(workspace) as held:
        made = give(held, ids or (), identity=cast("IdentityWanted", identity))
    text = dumps(made, ensure_ascii=False, indent=2)
    if out is not None:
        out.write_text(text + "\n", encoding="utf-8")
    output.machine(made)
    if not json:
        output.say(str(out) if out is not None else text)


def _known(identity: str) -> None:
    if identity not in _IDENTITIES:
        raise typer.BadParameter(f"choose one of {', '.join(_IDENTITIES)}")
