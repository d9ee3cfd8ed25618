"""What commands print: tables and messages for people, one JSON object for machines, progress on anything long."""

import json
import math
import os
import sys
import time
import traceback
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, cast

from wattstone.base.errors import InputRefused, WattstoneError
from wattstone.base.finding import Finding

if TYPE_CHECKING:
    from rich.console import Console

    from wattstone.workflows.ingest.run import Progress

QUIET = 2.0  # s before progress is shown


class Output:
    """Where a command's words go.

    Parameters
    ----------
    json : bool
        Nothing but one JSON object is printed on standard output.
    lang : {'en', 'zh'}
        Of words for people; machines read English.
    """

    def __init__(self, *, json: bool = False, lang: Literal["en", "zh"] = "en") -> None:
        self.json = json
        self.lang: Literal["en", "zh"] = lang

    @property
    def console(self) -> "Console":
        """For people: standard output, or standard error where a machine reads the output."""
        from rich.console import Console

        told = os.environ.get("COLUMNS", "")
        width = None if sys.stdout.isatty() else int(told) if told.isdecimal() and int(told) else 120
        return Console(stderr=self.json, highlight=False, width=width)

    def say(self, *lines: str) -> None:
        """Print lines for people; nothing where a machine reads."""
        if not self.json:
            for line in lines:
                self.console.print(line, markup=False, soft_wrap=True)

    def show(self, renderable: Any) -> None:
        """Print a table for people; nothing where a machine reads."""
        if not self.json:
            self.console.print(renderable)

    def machine(self, content: Any) -> None:
        """Print the JSON object, where it was asked for."""
        if self.json:
            sys.stdout.write(json.dumps(_known(content), ensure_ascii=False, default=str, allow_nan=False) + "\n")

    def warn(self, findings: Sequence[Finding]) -> None:
        """Print warnings on standard error."""
        if findings:
            from rich.console import Console

            from wattstone.interfaces.present import findings_table

            Console(stderr=True, highlight=False).print(findings_table(findings, self.lang))

    def failure(self, error: Exception) -> int:
        """Say what went wrong, and return the exit code."""
        if isinstance(error, InputRefused):
            return self._refused(error)
        usage = getattr(error, "format_message", None)
        if usage is not None:  # click's own errors: a wrong option, a missing argument
            sys.stderr.write(f"{usage()}\nTry 'wattstone --help'.\n")
            self.machine({"error": usage()})
            return 2
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        if not isinstance(error, WattstoneError):
            sys.stderr.write("".join(traceback.format_exception(error)[-6:]))
            sys.stderr.write("This is a fault of Wattstone or of the system, not of your input. Please report it.\n")
        self.machine({"error": str(error)})
        return 3

    def _refused(self, error: InputRefused) -> int:
        errors = [one for one in error.findings if one.severity == "error"]
        if self.json:
            self.machine({"findings": [one.as_dict() for one in error.findings]})
        else:
            from wattstone.interfaces.present.languages import counter, translator

            t, n = translator(self.lang), counter(self.lang)
            self.warn(error.findings)
            for one in error.findings:
                if detected := one.params.get("mapping"):
                    sys.stderr.write("\n" + t("What was detected of {place}:", place=one.place) + f"\n\n{detected}\n")
            sys.stderr.write(
                n(
                    "Refused: {count} thing has to be mended first. Nothing was changed.",
                    "Refused: {count} things have to be mended first. Nothing was changed.",
                    len(errors),
                )
                + "\n"
            )
        return 2

    @contextmanager
    def progress(self, total: int | None = None) -> "Generator[Progress]":
        """A progress bar with rate and time left, on anything that takes longer than two seconds."""
        if self.json or not sys.stderr.isatty():
            yield _unseen
            return
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        words = {"read": "Reading", "write": "Checking and writing", "verify": "Verifying", "generate": "Simulating"}
        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        began = time.monotonic()
        tasks: dict[str, Any] = {}

        def tell(what: str, done: int, of: int | None) -> None:
            if time.monotonic() - began < QUIET:
                return
            if not tasks:
                bar.start()
            if what not in tasks:
                tasks[what] = bar.add_task(words.get(what, what), total=of or total, rate="")
            rate = done / max(time.monotonic() - began, 0.01)
            bar.update(
                tasks[what], completed=done, total=of or total, rate=f"{grouped(done)} at {grouped(round(rate))}/s"
            )

        try:
            yield tell
        finally:
            bar.stop()


def _known(content: Any) -> Any:
    """The same with None for what is not known: JSON has no NaN and no infinity."""
    if isinstance(content, float):
        return content if math.isfinite(content) else None
    if isinstance(content, Mapping):
        held = cast("Mapping[Any, Any]", content)
        return {name: _known(value) for name, value in held.items()}
    if isinstance(content, list | tuple):
        return [_known(value) for value in cast("Sequence[Any]", content)]
    return content


def grouped(count: int) -> str:
    """A whole number with narrow no-break spaces between the thousands."""
    return f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _unseen(what: str, done: int, total: int | None) -> None:
    """Nobody looks."""


def interactive() -> bool:
    """Whether there is a person at a terminal who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()
