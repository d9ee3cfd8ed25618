"""`wattstone disclose build` and `validate`: the report in any form, and whether inline XBRL is valid."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wattstone.interfaces.cli import options
from wattstone.interfaces.cli.disclose import asking

if TYPE_CHECKING:
    from wattstone.disclosure.statement import Statement
    from wattstone.interfaces.cli.output import Output

__all__ = ["BARE", "COMMANDS"]


def build(
    workspace: options.Workspace,
    year: options.Year,
    standard: asking.Standard = "tcfd",
    form: Annotated[asking.Form, typer.Option("--format", help="Form of the report.")] = "html",
    edition: asking.Edition = None,
    also: Annotated[
        list[str] | None,
        typer.Option("--also", metavar="NAME", help="Another standard to index the same answers by; repeatable."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where to; reports/ of the workspace otherwise.")
    ] = None,
    font_path: Annotated[
        list[Path] | None, typer.Option("--font-path", metavar="FOLDER", help="Fonts for a PDF; repeatable.")
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping", metavar="FILE", help="Names of an official taxonomy, for inline XBRL.", callback=options.there
        ),
    ] = None,
    lei: Annotated[str, typer.Option("--lei", metavar="CODE", help="Legal entity identifier, for inline XBRL.")] = "",
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Write the report: the draft as the workspace stands, or a locked edition."""
    from hashlib import sha256

    from wattstone.interfaces.cli.opening import opened, writing
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.disclosure.renderings import rendered
    from wattstone.workflows.access import EVERYWHERE, Act
    from wattstone.workflows.access.guard import acting
    from wattstone.workflows.disclosure.locking import edition_statement
    from wattstone.workflows.disclosure.statement import standard_named, statement_of

    output = Output(json=json, lang=lang)
    with opened(workspace) as held:
        whole = acting(held, Act.EXPORT, EVERYWHERE)
        beside = [standard_named(one, year).key for one in also or ()]
        said = (
            statement_of(whole, standard, year)
            if edition is None
            else edition_statement(whole, standard, year, edition)
        )
        name, content = rendered(said, lang, form, also=beside, font_paths=font_path or (), mapping=mapping, lei=lei)
        to = out or workspace / "reports" / name
        with writing(to) as path:
            path.write_bytes(content)
    _say(output, said, to)
    output.machine({**_plain(said), "file": str(to), "sha256": sha256(content).hexdigest()})


def validate(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A package (.xbri, .zip), its folder, or .xhtml.", show_default=False)
    ],
    packages: Annotated[
        list[Path] | None,
        typer.Option(
            "--packages", metavar="FILE", help="Taxonomy package of a publisher; repeatable.", callback=options.there
        ),
    ] = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> int:
    """Validate inline XBRL with Arelle and by filing rules, without a network. Exit code 1 if something is wrong."""
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import translator
    from wattstone.interfaces.present.xbrl.check import validate as check

    output, t = Output(json=json, lang=lang), translator(lang)
    found = check(file, packages or ())
    wrong = [one for one in found if one.severity == "error"]
    output.warn(found)
    fine = t("It is valid; what is said above is advice.") if found else t("It is valid: Arelle finds nothing wrong.")
    output.say(t("It is not valid.") if wrong else fine)
    output.machine({"file": str(file), "valid": not wrong, "findings": [one.as_dict() for one in found]})
    return 1 if wrong else 0


def _say(output: "Output", said: "Statement", to: Path) -> None:
    """What was written, and what readers should know of it."""
    from wattstone.interfaces.present.disclosure.standing import standing_words
    from wattstone.interfaces.present.languages import translator

    t = translator(output.lang)
    output.say(t("Written: {file}", file=to), *standing_words(said, output.lang))


def _plain(said: "Statement") -> dict[str, Any]:
    from collections import Counter

    counts = Counter(one.status for one in said.answers)
    return {
        "standard": said.standard.key, "year": said.year, "simulated": said.simulated,
        "edition": None if said.edition is None else said.edition.number,
        "topics": {status: counts.get(status, 0) for status in ("answered", "partly", "omitted", "open")},
        "findings": [one.as_dict() for one in said.findings],
    }  # fmt: skip


COMMANDS = (build, validate)
BARE: tuple[Any, ...] = ()
