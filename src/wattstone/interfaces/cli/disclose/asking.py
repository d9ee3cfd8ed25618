"""Options that the commands of the climate report share."""

from typing import Annotated, Literal

import typer

__all__ = ["By", "Edition", "Form", "Language", "Standard", "Topic", "Verdict", "Why"]

Standard = Annotated[
    str,
    typer.Option(
        "--standard", metavar="NAME", help="tcfd, ifrs-s2, csds, esrs-e1, sse or szse; another version as ifrs-s2@2025."
    ),
]
Edition = Annotated[
    int | None, typer.Option("--edition", min=1, help="Number of a locked edition.", show_default=False)
]
Topic = Annotated[
    str, typer.Argument(metavar="TOPIC", help="As `topics` lists them: governance.board.", show_default=False)
]
Why = Annotated[str, typer.Option("--reason", help="Why it changes; an auditor reads it.")]
Verdict = Literal["approved", "changes"]
Form = Literal["html", "pdf", "docx", "xlsx", "json", "ixbrl"]
By = Literal["requirement", "owner"]
Language = Literal["en", "zh"]
