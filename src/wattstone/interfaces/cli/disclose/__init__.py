"""Commands on the climate report: `wattstone disclose ...`."""

from wattstone.interfaces.cli.disclose import building, editions, keys, listing, status, taking, writing
from wattstone.interfaces.cli.programme.form import group as made

__all__ = ["group"]

group = made("disclose", help="The climate report: texts, risks, scenarios; built, locked, verified, packed.")
for _one in (status, writing, taking, building, editions, listing):
    for _command in _one.COMMANDS:
        group.command(no_args_is_help=_command not in _one.BARE)(_command)
group.add_typer(keys.group)
