"""What commands for stations and plants share: a workspace if one is named, and writing pages."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from wattstone.interfaces.cli.opening import account, opened, writing
from wattstone.interfaces.cli.output import Output

if TYPE_CHECKING:
    from wattstone.base import InputRefused
    from wattstone.workflows.workspace import Workspace


__all__ = ["account", "perhaps_opened", "refuse_option", "written"]


@contextmanager
def perhaps_opened(root: Path | None) -> "Generator[Workspace | None]":
    """The workspace for the length of a command, where one is named."""
    if root is None:
        yield None
        return
    with opened(root) as held:
        yield held


def written(
    page: Path, html: Callable[[], str], pdf: Path | None, printed: Callable[[], bytes], output: Output
) -> list[str]:
    """Write a page, and the report on paper where it is asked for; says where they are."""
    from wattstone.interfaces.present.languages import translator

    t = translator(output.lang)
    with writing(page):
        page.write_text(html(), encoding="utf-8")
    output.say(t("Page: {file}", file=page))
    if pdf is None:
        return [str(page)]
    content = printed()
    with writing(pdf):
        pdf.write_bytes(content)
    output.say(t("Report: {file}", file=pdf))
    return [str(page), str(pdf)]


def refuse_option(option: str, text: str, *, expected: str) -> "InputRefused":
    """The refusal of what was typed for an option, ready to be raised."""
    from wattstone.base import Finding, InputRefused

    finding = Finding(
        code="option.value",
        place=option,
        found="'{text}' cannot be used",
        params={"text": text, "wanted": expected},
        expected="{wanted}",
        remedy="write it so",
    )
    return InputRefused([finding])
