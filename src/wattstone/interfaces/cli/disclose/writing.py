"""`wattstone disclose init`, `write` and `review`: a report begun, its texts written, and read by somebody else."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from wattstone.interfaces.cli import options
from wattstone.interfaces.cli.disclose import asking

__all__ = ["BARE", "COMMANDS"]

TextLang = Annotated[asking.Language, typer.Option("--lang", help="Language of the text, and of what is answered.")]
Alone = Annotated[
    str,
    typer.Option("--standard", metavar="NAME", help="The one standard that it is for; every one if left out."),
]


def init(
    workspace: options.Workspace,
    year: options.Year,
    standard: asking.Standard = "tcfd",
    before: Annotated[
        int | None,
        typer.Option("--before", min=1990, max=2100, help="Take the texts and omissions of this year's report over."),
    ] = None,
    owner: Annotated[str, typer.Option("--owner", help="Who answers what nobody answers yet; you if left out.")] = "",
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Begin a report: each topic gets somebody who answers it. Nothing that is there is overwritten."""
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.disclosure.standing import started_words
    from wattstone.workflows.disclosure.init import start

    output = Output(json=json, lang=lang)
    with opened(workspace) as held:
        done = start(held, standard, year, before=before, who=account(), owner=owner)
    output.say(*started_words(done, lang))
    output.machine({
        "standard": done.standard.key, "year": done.year, "responsibilities": done.responsibilities,
        "narratives": done.narratives, "omissions": done.omissions, "kept": done.kept, "due": done.due,
    })  # fmt: skip


def write(
    workspace: options.Workspace,
    topic: asking.Topic,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Markdown, UTF-8; - is standard input.", show_default=False)
    ],
    year: options.Year,
    standard: Alone = "",
    was: Annotated[
        str, typer.Option("--was", metavar="HASH", help="The version that you read: refused if somebody wrote since.")
    ] = "",
    reason: asking.Why = "",
    lang: TextLang = "en",
    json: options.Json = False,
) -> None:
    """Write the text of a topic in a language, or another version of it; numbers stand in it as placeholders."""
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import translator
    from wattstone.interfaces.present.programme.entry_template import entry_labels
    from wattstone.programme.kinds import record_kind
    from wattstone.workflows.disclosure.narratives import write as write_text

    output, t, text = Output(json=json, lang=lang), translator(lang), _read(file)
    labels = entry_labels(record_kind("narrative"))
    with opened(workspace) as held:
        done = write_text(
            held, year, topic, lang, text, standard=standard, was=was, reason=reason, who=account(), labels=labels
        )
    output.warn(done.findings)
    words = {
        "new": t("The text of {topic} was written.", topic=topic),
        "changed": t("The text of {topic} was revised: it has to be reviewed again.", topic=topic),
        "same": t("The text of {topic} is there already and says the same.", topic=topic),
    }
    output.say(*(words[name] for name in words if getattr(done, name)))
    output.machine(done.as_dict())


def review(
    workspace: options.Workspace,
    topic: asking.Topic,
    verdict: Annotated[
        asking.Verdict, typer.Argument(metavar="VERDICT", help="approved or changes.", show_default=False)
    ],
    year: options.Year,
    standard: Alone = "",
    comment: Annotated[str, typer.Option("--comment", help="What has to change, and why.")] = "",
    read: Annotated[
        str, typer.Option("--read", metavar="HASH", help="The version that you read; the one that holds if left out.")
    ] = "",
    lang: TextLang = "en",
    json: options.Json = False,
) -> None:
    """Approve the text of a topic, or ask for changes. Nobody reviews what they wrote."""
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import translator
    from wattstone.workflows.disclosure.narratives import entry_of
    from wattstone.workflows.disclosure.reviewing import review as review_text

    output, t = Output(json=json, lang=lang), translator(lang)
    entry = entry_of("narrative", year, topic.strip(), lang, standard.strip().lower())
    with opened(workspace) as held:
        done = review_text(held, entry, verdict, comment, who=account(), read=read)
    output.warn(done.findings)
    output.say(
        t("The text of {topic} is approved as it stands.", topic=topic) if verdict == "approved"
        else t("Changes of the text of {topic} are asked for.", topic=topic)
    )  # fmt: skip
    output.machine(done.as_dict())


def _read(file: Path) -> str:
    """The text of a file, or of standard input."""
    if str(file) == "-":
        return sys.stdin.read()
    options.there(file)
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        from wattstone.base import Finding, InputRefused

        finding = Finding(
            code="input.no_utf8", place=str(file), found="it is not UTF-8", expected="Markdown in UTF-8",
            remedy="save it as UTF-8",
        )  # fmt: skip
        raise InputRefused([finding]) from None


COMMANDS = (init, write, review)
BARE: tuple[Any, ...] = ()
