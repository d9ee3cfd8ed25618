"""`wattstone disclose status`: what the report still needs, by requirement and by who answers."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from wattstone.interfaces.cli import options
from wattstone.interfaces.cli.disclose import asking

if TYPE_CHECKING:
    from wattstone.disclosure.readiness import Readiness, Ready

__all__ = ["BARE", "COMMANDS"]


def status(
    workspace: options.Workspace,
    year: options.Year,
    standard: asking.Standard = "tcfd",
    by: Annotated[
        asking.By, typer.Option("--by", help="requirement: all of them; owner: only what is still to be done, by whom.")
    ] = "requirement",
    findings: Annotated[bool, typer.Option("--findings", help="Also what the checks found.")] = False,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Say what the report still needs: by requirement, by owner, and which editions there are."""
    from wattstone.disclosure.readiness import readiness
    from wattstone.interfaces.cli.disclose.editions import edition_json
    from wattstone.interfaces.cli.opening import opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.disclosure.editions import editions_table
    from wattstone.interfaces.present.disclosure.ready import owners_table, requirements_status
    from wattstone.interfaces.present.disclosure.standing import standing_words
    from wattstone.workflows.disclosure.locking import editions
    from wattstone.workflows.disclosure.statement import statement_of

    output = Output(json=json, lang=lang)
    with opened(workspace) as held:
        said = statement_of(held, standard, year)
        locked = editions(held, standard, year)
    ready = readiness(said)
    output.show((owners_table if by == "owner" else requirements_status)(ready, lang))
    output.say("", *standing_words(said, lang))
    if locked:
        output.show(editions_table(locked, lang))
    if findings:
        output.warn(said.findings)
    output.machine({
        "standard": said.standard.key, "year": year, **_plain(ready),
        "findings": [one.as_dict() for one in said.findings], "editions": [edition_json(one) for one in locked],
    })  # fmt: skip


def _plain(ready: "Readiness") -> dict[str, Any]:
    return {
        "ready": ready.ready, "errors": ready.errors, "warnings": ready.warnings,
        "topics": [_topic(one) for one in ready.topics],
        "requirements": [
            {"id": one.id, "section": one.section, "status": one.status, "topics": [_.topic.id for _ in one.topics]}
            for one in ready.requirements
        ],
        "owners": [
            {"owner": one.name, "open": [_.topic.id for _ in one.waiting], "next": one.next} for one in ready.owners
        ],
    }  # fmt: skip


def _topic(one: "Ready") -> dict[str, Any]:
    return {
        "id": one.topic.id, "status": one.status, "requirements": list(one.requirements), "owner": one.owner,
        "due": one.due, "late": one.late,
        "needs": [{"want": each.want, "lang": each.lang, "count": each.count} for each in one.needs],
    }  # fmt: skip


COMMANDS = (status,)
BARE: tuple[Any, ...] = ()
