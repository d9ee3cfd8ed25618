"""`wattstone disclose standards` and `topics`: what is asked, by which version of which standard."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from wattstone.interfaces.cli import options

if TYPE_CHECKING:
    from wattstone.disclosure.crossing import Crossing
    from wattstone.disclosure.standards import Requirement, Standard

__all__ = ["BARE", "COMMANDS"]

Name = Annotated[
    str | None,
    typer.Argument(metavar="[STANDARD]", help="As ifrs-s2, or with its version ifrs-s2@2025: its requirements."),
]
Only = Annotated[
    list[str] | None,
    typer.Option("--standard", metavar="NAME", help="Only what it asks for; repeatable; every standard if left out."),
]


def standards(standard: Name = None, lang: options.Lang = "en", json: options.Json = False) -> None:
    """List the requirement lists by version, or the requirements of one."""
    from wattstone.disclosure.standards import standards as every
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.disclosure.lists import about_standard, requirements_table, standards_table

    output = Output(json=json, lang=lang)
    if standard is None:
        output.show(standards_table(every(), lang))
        output.machine({"standards": [_standard_json(one) for one in every()]})
        return
    one = named(standard)
    output.say(*about_standard(one, lang))
    output.show(requirements_table(one, lang))
    output.machine({**_standard_json(one), "requirements": [_requirement_json(each) for each in one.requirements]})


def topics(standard: Only = None, lang: options.Lang = "en", json: options.Json = False) -> None:
    """List the topics that are written about, and the requirements that each answers at once."""
    from wattstone.disclosure.crossing import cross_references
    from wattstone.disclosure.standards import standards as every
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.disclosure.lists import topics_table

    output = Output(json=json, lang=lang)
    asked = [named(one) for one in standard] if standard else [one for one in every() if not one.draft]
    crossed = cross_references(asked)
    output.show(topics_table(crossed, asked, lang))
    output.machine({"topics": [_topic_json(one) for one in crossed]})


def named(name: str) -> "Standard":
    """A version of a standard; the newest that was adopted where none is named.

    Raises
    ------
    InputRefused
        If there is none of this name.
    """
    from datetime import date

    from wattstone.workflows.disclosure.statement import standard_named

    return standard_named(name, date.max.year)


def _standard_json(one: "Standard") -> dict[str, Any]:
    return {
        "id": one.id, "version": one.version, "key": one.key, "title": one.title, "issuer": one.issuer,
        "issued": one.issued, "effective": one.effective, "early": one.early, "draft": one.draft, "base": one.base,
        "source": one.source, "confidence": one.confidence, "note": one.note, "count": len(one.requirements),
        "sections": dict(one.sections),
    }  # fmt: skip


def _requirement_json(one: "Requirement") -> dict[str, Any]:
    return {
        "id": one.id, "section": one.section, "version": one.version, "topics": list(one.topics),
        "content": list(one.content), "condition": one.condition, "relief": one.relief,
    }  # fmt: skip


def _topic_json(one: "Crossing") -> dict[str, Any]:
    return {
        "id": one.topic.id, "part": one.topic.part, "title": one.topic.title, "asks": one.topic.asks,
        "content": list(one.topic.content), "requirements": {key: list(ids) for key, ids in one.asked},
    }  # fmt: skip


COMMANDS = (standards, topics)
BARE = (standards, topics)
