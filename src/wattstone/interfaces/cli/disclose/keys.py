"""`wattstone disclose keys ...`: keys that sign editions and packs, on this machine alone."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wattstone.interfaces.cli import options

if TYPE_CHECKING:
    from wattstone.workflows.ports import KeyRecord

__all__ = ["asked", "group"]

group = typer.Typer(
    name="keys", help="Keys that sign editions and packs: kept on this machine, never in a workspace.",
    no_args_is_help=True, rich_markup_mode=None,
)  # fmt: skip

Key = Annotated[str, typer.Argument(metavar="KEY", help="Its id, or the first digits.", show_default=False)]
Asks = Annotated[
    bool, typer.Option("--ask", help="Ask for a passphrase; WATTSTONE_KEYS_PASSPHRASE, or none, otherwise.")
]


@group.command(no_args_is_help=True)
def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Whose it is, as 'Climate report, Acme'.", show_default=False)
    ],
    ask: Asks = False,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Make a key that signs."""
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import translator
    from wattstone.interfaces.store.keys import Keys, keys_folder

    t, keys = translator(lang), Keys(keys_folder())
    made = keys.create(name, passphrase=_chosen if ask else _told)
    output = Output(json=json, lang=lang)
    output.say(
        t("Key {key} was made for {name}; it is in {folder}.", key=made.id, name=made.name, folder=keys.folder),
        t("Publish its id where readers of the report find it: it proves whose the signature is."),
    )
    output.machine(_plain(made))


@group.command("list")
def listed(lang: options.Lang = "en", json: options.Json = False) -> None:
    """List the keys of this machine, and those of others that it knows."""
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.disclosure.editions import keys_table
    from wattstone.interfaces.present.languages import translator
    from wattstone.interfaces.store.keys import Keys, keys_folder

    output, t, keys = Output(json=json, lang=lang), translator(lang), Keys(keys_folder())
    held = keys.every()
    if held:
        output.show(keys_table(held, lang))
    else:
        output.say(t("There is no key in {folder}. Make one: wattstone disclose keys new NAME", folder=keys.folder))
    output.machine({"folder": str(keys.folder), "keys": [_plain(one) for one in held]})


@group.command(no_args_is_help=True)
def export(
    key: Key,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Where to; to the terminal if left out.")
    ] = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Give the public key out, for those who check signatures; what is secret stays."""
    from wattstone.interfaces.cli.opening import writing
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import translator
    from wattstone.interfaces.store.keys import Keys, keys_folder

    output, t, keys = Output(json=json, lang=lang), translator(lang), Keys(keys_folder())
    pem = keys.export(key)
    if file is None:
        output.say(pem.rstrip())
    else:
        with writing(file) as path:
            path.write_text(pem, encoding="ascii")
        output.say(t("Written: {file}", file=file))
    output.machine({"key": key, "pem": pem, "file": None if file is None else str(file)})


@group.command(no_args_is_help=True)
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Public key as PEM.", callback=options.there)],
    name: Annotated[str, typer.Option("--name", help="Whose it is.", show_default=False)],
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Take the public key of somebody else in, so that signatures by it are known here."""
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import translator
    from wattstone.interfaces.store.keys import Keys, keys_folder

    held = Keys(keys_folder()).take_in(file.read_text(encoding="utf-8", errors="replace"), name)
    output, t = Output(json=json, lang=lang), translator(lang)
    output.say(t("Key {key} of {name} is known here.", key=held.id, name=held.name))
    output.machine(_plain(held))


@group.command()
def rotate(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Of the new key; that of the one before if left out.")]
    = "",
    ask: Asks = False,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:  # fmt: skip
    """Make a key that signs from now on; what the one before signed still holds."""
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import translator
    from wattstone.interfaces.store.keys import Keys, keys_folder

    made = Keys(keys_folder()).rotate(name, passphrase=_chosen if ask else _told)
    output, t = Output(json=json, lang=lang), translator(lang)
    output.say(t("From now on key {key} signs for {name}.", key=made.id, name=made.name))
    output.machine(_plain(made))


@group.command(no_args_is_help=True)
def revoke(
    key: Key,
    reason: Annotated[str, typer.Option("--reason", help="Why; it travels with packs.", show_default=False)],
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Say that a key is not to be trusted any more: what it signs from now on is refused."""
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import translator
    from wattstone.interfaces.store.keys import Keys, keys_folder

    held = Keys(keys_folder()).revoke(key, reason)
    output, t = Output(json=json, lang=lang), translator(lang)
    output.say(t("Key {key} is revoked: nothing that it signs from now on is trusted.", key=held.id))
    output.machine(_plain(held))


def asked() -> str | None:
    """The passphrase of a key that is locked: of the environment, or of whoever sits at the terminal."""
    from wattstone.interfaces.cli.output import interactive

    if (given := _told()) is not None or not interactive():
        return given
    import getpass

    return getpass.getpass("Passphrase of the key: ") or None


def _told() -> str | None:
    from wattstone.interfaces.store.keys import PASSPHRASE

    return os.environ.get(PASSPHRASE) or None


def _chosen() -> str | None:
    """A new passphrase, typed twice where there is a terminal."""
    from wattstone.interfaces.cli.output import interactive

    if (given := _told()) is not None or not interactive():
        return given
    import getpass

    first = getpass.getpass("New passphrase: ")
    if first != getpass.getpass("The same again: "):
        raise typer.BadParameter("the two are not the same", param_hint="--ask")
    return first or None


def _plain(one: "KeyRecord") -> dict[str, Any]:
    return {
        "key": one.id, "name": one.name, "public": one.public.hex(), "created": one.created, "own": one.own,
        "retired": one.retired, "revoked": one.revoked, "reason": one.reason,
    }  # fmt: skip
