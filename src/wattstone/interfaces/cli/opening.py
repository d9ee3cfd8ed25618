"""Opening a workspace for a command, and giving it back."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wattstone.workflows.workspace import Workspace


@contextmanager
def opened(root: Path, *, workers: str | None = None) -> "Generator[Workspace]":
    """A workspace for the length of a command, as far as whoever runs it may see it."""
    from wattstone.interfaces.cli.identity import identity
    from wattstone.interfaces.store.workspace import open_workspace
    from wattstone.interfaces.workers import workers_from
    from wattstone.workflows.access.guard import guarded

    workspace = open_workspace(root, workers=workers_from(workers))
    try:
        yield guarded(workspace, identity(root))
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
    """The year that is asked for, or the newest one, by the clocks of the sites, that has readings."""
    from wattstone.base import Finding, InputRefused
    from wattstone.workflows.overview.years import reading_years

    if year is not None:
        return year
    years = reading_years(workspace)
    if not years:
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
    return years[0]


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
