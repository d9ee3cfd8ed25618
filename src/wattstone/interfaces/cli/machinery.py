"""What commands for stations and plants share: a workspace if one is named, the heading of pages, and writing them."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from wattstone.interfaces.cli.opening import account, opened, writing
from wattstone.interfaces.cli.output import Output

if TYPE_CHECKING:
    from datetime import datetime

    from wattstone.base import Figure, InputRefused
    from wattstone.interfaces.present.heading import Heading
    from wattstone.workflows.workspace import Workspace


__all__ = ["account", "heading", "moment", "perhaps_opened", "refuse_option", "written"]


@contextmanager
def perhaps_opened(root: Path | None) -> "Generator[Workspace | None]":
    """The workspace for the length of a command, where one is named."""
    if root is None:
        yield None
        return
    with opened(root) as held:
        yield held


def heading(
    *,
    subject: str,
    files: tuple[str, ...],
    simulated: bool,
    zone: str,
    span: "tuple[datetime, datetime]",
    figures: "Sequence[Figure]",
    run: int | None,
) -> "Heading":
    """What stands around the result of a station or plant; figures link to their evidence where they were kept."""
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from wattstone.interfaces.present.heading import Heading

    first, last = (one.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)) for one in span)
    rows = tuple(
        {
            "id": one.id,
            "name": one.name,
            "subject": one.subject,
            "period": one.period_label,
            "value": one.value,
            "unit": one.unit,
            "reason": one.reason,
            "method": one.method,
        }
        for one in figures
    )
    return Heading(
        subject=subject,
        made=datetime.now(UTC),
        period=f"{first:%Y-%m-%d %H:%M} – {last:%Y-%m-%d %H:%M}",
        files=files,
        simulated=simulated,
        zone=zone,
        figures=rows,
        run=run,
    )


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


def moment(text: str, zone: str, *, option: str) -> "datetime":
    """A time that was typed, as naive UTC; without an offset it is on the clock of the file.

    Raises
    ------
    InputRefused
        If it is no time.
    """
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from wattstone.base import Finding, InputRefused

    try:
        typed = datetime.fromisoformat(text)
    except ValueError:
        finding = Finding(
            code="option.time",
            place=option,
            found="'{text}' is not a time",
            params={"text": text, "zone": zone},
            expected="a time such as 2020-09-14, 2020-09-14T06:00 (on the clock of {zone}) or 2020-09-13T20:00Z",
            remedy="write it so",
        )
        raise InputRefused([finding]) from None
    return (typed if typed.tzinfo else typed.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC).replace(tzinfo=None)


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
