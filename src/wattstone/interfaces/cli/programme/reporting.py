"""`wattstone MODULE report`: what a module says, recorded as figures, in any form."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from wattstone.interfaces.cli import options

if TYPE_CHECKING:
    from wattstone.programme.kinds import Module
    from wattstone.workflows.programme.recording import RecordedReport
    from wattstone.workflows.workspace import Workspace

__all__ = ["Form", "report_command"]

Form = Literal["text", "html", "pdf", "xlsx", "json"]


def report_command(module: "Module") -> Callable[..., None]:
    """The command of a module."""

    def report(
        workspace: options.Workspace,
        year: options.Year,
        at: Annotated[
            str | None, typer.Option("--at", metavar="DAY", help="By the entries as they stood at the end of a day.")
        ] = None,
        given: Annotated[
            list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="What you give beside; repeatable.")
        ] = None,
        form: Annotated[Form, typer.Option("--format", help="Form of the report.")] = "text",
        out: Annotated[
            Path | None, typer.Option("--out", metavar="FILE", help="Where to; reports/ of the workspace otherwise.")
        ] = None,
        lang: options.Lang = "en",
        json: options.Json = False,
    ) -> None:
        """Say what the entries of a year amount to, and record every number with its evidence."""
        _report(module, workspace, year, at, given or [], form=form, out=out, lang=lang, json=json)

    return report


def _report(
    module: "Module",
    root: Path,
    year: int,
    at: str | None,
    given: list[str],
    *,
    form: Form,
    out: Path | None,
    lang: Literal["en", "zh"],
    json: bool,
) -> None:
    from wattstone.interfaces.cli.opening import opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.cli.programme.doing import said_of
    from wattstone.interfaces.cli.programme.showing import day_of
    from wattstone.interfaces.present.languages import translator
    from wattstone.interfaces.present.programme.as_json import module_json
    from wattstone.workflows.programme.asked import Asked
    from wattstone.workflows.programme.recording import take_report

    output, t = Output(json=json or (form == "json" and out is None), lang=lang), translator(lang)
    asked = Asked(year=year, at=day_of(at), options=said_of(given))
    written: Path | None = None
    with opened(root) as held:
        done = take_report(held, module, asked)
        content = module_json(done.report, done.figures, done.run)
        if form != "text" and not (form == "json" and out is None):
            to = out or root / "reports" / f"{module}-{year}-{lang}.{form}"
            written = _write(held, done, content, to, form=form, lang=lang)
    if written is not None:
        output.say(t("Written: {file}", file=written))
    elif not output.json:
        from wattstone.interfaces.present.programme.terminal import module_text

        output.show(module_text(done.report, lang, figures=done.figures))
    output.machine(content if written is None else {**content, "file": str(written)})


def _write(
    workspace: "Workspace",
    done: "RecordedReport",
    content: dict[str, Any],
    to: Path,
    *,
    form: Form,
    lang: Literal["en", "zh"],
) -> Path:
    from wattstone.interfaces.cli.opening import writing
    from wattstone.interfaces.present.moments import local_time
    from wattstone.interfaces.present.programme.report import About, build_module_report

    organisation = workspace.records.organisation()
    now = local_time(datetime.now(UTC), organisation.zone)
    sites = {one.id: one.name or one.id for one in workspace.records.sites()}
    about = About(organisation=organisation.name, made=now, figures=done.figures, run=done.run, sites=sites)
    with writing(to) as path:
        match form:
            case "xlsx":
                from wattstone.interfaces.present.programme.workbook import module_book

                path.write_bytes(module_book(done.report, about, lang))
            case "pdf":
                from wattstone.interfaces.present.pdf import print_report

                path.write_bytes(print_report(build_module_report(done.report, about, lang), made=now))
            case "html":
                from wattstone.interfaces.present.html import render_page

                path.write_text(render_page(build_module_report(done.report, about, lang)), encoding="utf-8")
            case _:
                import json as writer

                path.write_text(writer.dumps(content, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
    return to
