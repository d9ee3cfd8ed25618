"""Commands for whoever looks after a server: backup, restore, upgrade."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wattstone.interfaces.cli import options

if TYPE_CHECKING:
    from wattstone.interfaces.store.copies import Manifest

Root = Annotated[
    Path, typer.Argument(metavar="ROOT", help="A workspace, or a folder of workspaces.", show_default=False)
]


def upgrade(root: Root, json: options.Json = False) -> None:
    """Bring the records of a workspace, or of all in a folder, up to this version; what they hold stays."""
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.store.roots import upgrade_root

    output = Output(json=json)
    done = upgrade_root(root)
    output.say(*(f"{name or 'The server'}: records are at {revision}." for name, revision in done.items()))
    output.machine({"root": str(root), "revisions": done})


def backup(
    root: Root,
    archive: Annotated[
        Path, typer.Argument(metavar="FILE", help="New file, .tar.zst or .tar.gz, outside ROOT.", show_default=False)
    ],
    with_secrets: Annotated[
        bool, typer.Option("--with-secrets", help="Put in the secrets that sign what webhooks are sent.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Write everything of a workspace, or of all in a folder and their server, into one file, while they are used."""
    from wattstone.interfaces.cli.opening import account
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.store.copies import back_up
    from wattstone.interfaces.store.roots import note_in

    output = Output(json=json)
    manifest = back_up(root, archive, secrets=with_secrets)
    size = archive.stat().st_size
    note_in(root, "backup", who=account(), details={"file": str(archive), "secrets": with_secrets})
    output.say(
        f"Backed up {', '.join(manifest.workspaces)}{' and the server' if manifest.server else ''} to {archive}: "
        f"{len(manifest.entries)} files, {_size(size)}.",
        *(["It holds personal data: keep it where only those may read it who may read them."] * manifest.personal),
    )
    output.machine({"archive": str(archive), "bytes": size, "files": len(manifest.entries), **_summary(manifest)})


def restore(
    archive: Annotated[Path, typer.Argument(metavar="FILE", help="What `wattstone backup` wrote.", show_default=False)],
    root: Annotated[Path, typer.Argument(metavar="ROOT", help="A new or empty folder.", show_default=False)],
    json: options.Json = False,
) -> None:
    """Make a workspace, or a folder of them and their server, again from a backup."""
    from wattstone.interfaces.cli.opening import account
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.store.copies import restore as make_again
    from wattstone.interfaces.store.roots import note_in

    output = Output(json=json)
    manifest = make_again(archive, root)
    note_in(root, "restore", who=account(), details={"file": str(archive), "made": manifest.made})
    output.say(
        f"Restored {', '.join(manifest.workspaces)}{' and the server' if manifest.server else ''} to {root}, as of "
        f"{manifest.made[:16].replace('T', ' ')} UTC: {len(manifest.entries)} files, each as it was.",
        "Next: `wattstone verify` recomputes the figures of a workspace; `wattstone serve` serves it again.",
        *(
            ["Webhooks, if there are any, need a new secret each (Settings, Alerts): theirs were not in the backup."]
            if manifest.server is not None and not manifest.secrets
            else []
        ),
    )
    output.machine({"root": str(root), "files": len(manifest.entries), **_summary(manifest)})


def _size(size: int) -> str:
    """Of a file, as people read it."""
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} kB"


def _summary(manifest: "Manifest") -> dict[str, object]:
    return {
        "made": manifest.made,
        "version": manifest.version,
        "workspaces": sorted(manifest.workspaces),
        "server": manifest.server is not None,
        "personal": manifest.personal,
        "secrets": manifest.secrets,
    }


COMMANDS = (backup, restore, upgrade)
