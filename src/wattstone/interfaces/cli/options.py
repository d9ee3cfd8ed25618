"""Arguments and options that several commands share, declared once."""

from pathlib import Path
from typing import Annotated, Literal

import typer

Workspace = Annotated[Path, typer.Argument(metavar="WORKSPACE", help="Folder of the workspace.", show_default=False)]
Year = Annotated[int, typer.Option("--year", min=1990, max=2100, help="Calendar year.", show_default=False)]
SomeYear = Annotated[
    int | None, typer.Option("--year", min=1990, max=2100, help="Calendar year; the newest with data if left out.")
]
Lang = Annotated[Literal["en", "zh"], typer.Option("--lang", help="Language.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Workers = Annotated[
    str | None,
    typer.Option(
        "--workers",
        metavar="ADDRESS",
        help="Who computes: local, processes:N, tcp://127.0.0.1:PORT or tls://HOST:PORT.",
    ),
]
Check = Annotated[bool, typer.Option("--check", help="Leave with exit code 1 if something is found.")]
Zone = Annotated[
    str | None, typer.Option("--zone", metavar="IANA", help="Clock of times without an offset, as Asia/Shanghai.")
]
At = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="WHEN",
        help="Use nothing that was read later, as 2020-09-14T00:00; after the last reading if left out.",
    ),
]
Inflation = Annotated[
    list[str] | None,
    typer.Option(
        "--inflation", metavar="[KIND=]PERCENT", help="How much prices rose, of what is counted by spend; repeatable."
    ),
]


def rises(texts: list[str] | None) -> dict[str, float]:
    """By how much prices rose, by kind; under "" for all others. [%]"""
    return dict(map(_percent, texts or ()))


def _percent(text: str) -> tuple[str, float]:
    kind, separator, value = text.rpartition("=")
    try:
        return (kind if separator else ""), float(value)
    except ValueError:
        raise typer.BadParameter(f"'{text}' is no percentage", param_hint="--inflation") from None


def there(given: Path | list[Path] | None) -> Path | list[Path] | None:
    """Refuse a file that is not there as every other input is refused, with findings that a machine can read.

    Parameters
    ----------
    given : Path, list of Path or None
        As an argument or option takes it.

    Raises
    ------
    InputRefused
        With a finding on each file that is none.
    """
    several = [] if given is None else [given] if isinstance(given, Path) else given
    lacking = [one for one in several if one.is_dir() or not one.exists()]
    if lacking:
        from wattstone.base import Finding, InputRefused

        raise InputRefused(
            [
                Finding(
                    code="input.no_file", place=str(one), expected="a file that can be read",
                    found="it is a folder" if one.is_dir() else "there is no such file", remedy="name another file",
                )
                for one in lacking
            ]
        )  # fmt: skip
    return given
