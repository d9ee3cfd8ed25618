"""The command that steers a site live."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from wattstone.interfaces.cli import options

if TYPE_CHECKING:
    from wattstone.interfaces.cli.output import Output
    from wattstone.workflows.live import Command

Site = Annotated[
    str, typer.Argument(metavar="SITE", help="Site of the workspace that has a site file.", show_default=False)
]


def run(
    workspace: options.Workspace,
    site: Site,
    links: Annotated[
        Path | None,
        typer.Option("--field", metavar="FILE", help="Field file: meters, devices, links; sites/SITE.field.toml."),
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="One step on what the workspace holds; set-points hold until they expire.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be written now; nothing is opened, written or kept.")
    ] = False,
    steps: Annotated[int | None, typer.Option(min=1, help="Stop after so many steps.")] = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Steer a site: a plan each interval, guarded set-points with an expiry, all of it kept as readings."""
    import asyncio
    import logging

    from wattstone.interfaces.cli.opening import opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.field.run import SiteRun
    from wattstone.interfaces.field.settings import read_field_file
    from wattstone.interfaces.present.languages import translator
    from wattstone.workflows.access import Act
    from wattstone.workflows.access.guard import acting
    from wattstone.workflows.dispatch.site import open_site, site_path

    output, t = Output(json=json, lang=lang), translator(lang)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    with opened(workspace) as given:
        held = acting(given, Act.RUN if dry_run else Act.CONTROL, site)
        place = open_site(held, site)
        said = read_field_file(links or site_path(held, site).with_suffix(".field.toml"))
        output.warn(place.findings)
        one = SiteRun(held, place, said)
        if dry_run or once:
            commands, health = asyncio.run(one.look() if dry_run else one.once())
            output.machine({"commands": [command.as_dict() for command in commands], "health": health})
            _show(output, commands)
            return
        seen = _Changes(output)
        health = asyncio.run(one.run(steps=steps, told=seen.tell, signals=True))
        output.machine({"health": health})
        counts = {name: health[name] for name in ("steps", "plans", "fallbacks")}
        output.say(t("{steps} steps, {plans} plans, {fallbacks} times the fallback.", **counts))


class _Changes:
    """Prints what is commanded where it is not what was commanded before."""

    def __init__(self, output: "Output") -> None:
        self._output = output
        self._before: dict[str, tuple[object, ...]] = {}

    def tell(self, commands: "tuple[Command, ...]", health: dict[str, Any]) -> None:
        """Print what changed, and links that fail."""
        failing = {name: link["error"] for name, link in health["links"].items() if link["failing"]}
        for command in commands:
            error = failing.get(command.device.id, "")
            now = (command.value, command.source, command.reason, error)
            if self._before.get(command.device.id) != now:
                self._before[command.device.id] = now
                line = _line(command, self._output.lang)
                self._output.say(f"{command.start:%Y-%m-%d %H:%M:%S}Z {line}{'; ' if error else ''}{error}")


def _line(command: "Command", lang: "Literal['en', 'zh']") -> str:
    from wattstone.interfaces.present.languages import mark, say_reason, translator

    t = translator(lang)
    sources = {"plan": mark("by the plan"), "fallback": mark("the fallback"), "release": mark("released")}
    value = t("left to its default") if command.value is None else f"{command.value:g} {command.device.unit}"
    said = t("{device}: {value}, {source}", device=command.device.id, value=value, source=t(sources[command.source]))
    return t("{line} ({reason})", line=said, reason=say_reason(command.reason, lang)) if command.reason else said


def _show(output: "Output", commands: "tuple[Command, ...]") -> None:
    output.say(*(f"{one.start:%Y-%m-%d %H:%M:%S}Z {_line(one, output.lang)}" for one in commands))
