"""Opening a workspace for a command, and giving it back."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from wattstone.base import Finding
    from wattstone.workflows.workspace import Workspace


@contextmanager
def opened(root: Path, *, workers: str | None = None) -> "Generator[Workspace]":
    """A workspace for the length of a command."""
    from wattstone.interfaces.store.workspace import open_workspace
    from wattstone.interfaces.workers import workers_from

    workspace = open_workspace(root, workers=workers_from(workers))
    try:
        yield workspace
    finally:
        workspace.close()


@contextmanager
def writing(path: Path) -> "Generator[Path]":
    """A file that a command is about to write; its folder is made, and what cannot be written is refused."""
    try:
        path.absolute().parent.mkdir(parents=True, exist_ok=True)
        yield path
    except OSError as error:
        from wattstone.base import Finding, InputRefused

        finding = Finding(
            code="output.unwritable",
            place=str(path),
            found="it cannot be written ({why})",
            params={"why": error.strerror or type(error).__name__},
            expected="the name of a file in a folder that can be written to",
            remedy="name another file, or give yourself the right to write there",
        )
        raise InputRefused([finding]) from error


def year_of(workspace: "Workspace", year: int | None) -> int:
    """The year that is asked for, or the newest one that has readings through its middle."""
    from wattstone.base import Finding, InputRefused

    if year is not None:
        return year
    parts = sorted(workspace.lake.parts("readings"))
    if not parts:
        raise InputRefused(
            [
                Finding(
                    code="workspace.empty",
                    place=str(workspace.root),
                    found="the workspace has no readings yet",
                    expected="readings",
                    remedy="load some with `wattstone ingest {root} FILE`",
                    params={"root": workspace.root},
                )
            ]
        )
    return int(str(parts[-1])[:4])


def moment_of(workspace: "Workspace", text: str | None, site: str | None, *, option: str = "--at") -> "datetime | None":
    """A time that was typed, as naive UTC: without an offset it is on the site's clock, else on the organisation's."""
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from wattstone.base import Finding, InputRefused

    if text is None:
        return None
    zones = {one.id: one.zone for one in workspace.records.sites()}
    zone = zones.get(site or "", workspace.records.organisation().zone)
    try:
        moment = datetime.fromisoformat(text)
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
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
        if moment.utcoffset() != moment.replace(fold=1).utcoffset():
            raise InputRefused([_changing(text, zone, moment, option)])
    return moment.astimezone(UTC).replace(tzinfo=None)


def _changing(text: str, zone: str, moment: "datetime", option: str) -> "Finding":
    """A local time that the clock skips, or shows twice."""
    from datetime import UTC

    from wattstone.base import Finding

    first, second = sorted(moment.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    skipped = first.astimezone(moment.tzinfo).replace(tzinfo=None, fold=0) != moment.replace(tzinfo=None, fold=0)
    return Finding(
        code="option.time_change",
        place=option,
        found="the clock of {zone} skips {text}" if skipped else "the clock of {zone} shows {text} twice",
        expected="a time that is there once, or one with its offset",
        remedy="write {first} or {second}",
        params={
            "zone": zone, "text": text, "first": f"{first:%Y-%m-%dT%H:%M}Z", "second": f"{second:%Y-%m-%dT%H:%M}Z",
        },
    )  # fmt: skip


def clock_of(workspace: "Workspace") -> str | None:
    """The clock of times without an offset: the organisation's, if one was named; UTC is only its default."""
    zone = workspace.records.organisation().zone
    return None if zone == "UTC" else zone


def account() -> str:
    """Who is at work, for the audit log."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "user"
