"""A workspace as the workflows see it: ports to the lake and the records, a scratch folder and a lock."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from wattstone.workflows.access.policy import LOCAL, Principal
from wattstone.workflows.ports import Workers
from wattstone.workflows.stores import Lake, Records


@dataclass(frozen=True)
class Workspace:
    """Where an organisation's data live.

    Parameters
    ----------
    root : pathlib.Path
        The folder with `wattstone.toml`.
    lake, records : Lake, Records
        Rows and figures; sites, meters and everything else that is not a row.
    workers : Workers
        Who runs functions over partitions.
    scratch : pathlib.Path
        For files that do not outlive a run.
    lock : callable
        A context in which nobody else writes to the workspace.
    actor : Principal
        Whoever works in it; lake and records of a guarded workspace show and accept only what this one may.
    behind : Workspace or None
        Of a guarded workspace: the one without a guard, for `wattstone.workflows.access.guard` alone.
    """

    root: Path
    lake: Lake
    records: Records
    workers: Workers
    scratch: Path
    lock: Callable[[], AbstractContextManager[None]]
    actor: Principal = LOCAL
    behind: "Workspace | None" = None

    @property
    def factor_files(self) -> tuple[Path, ...]:
        """The workspace's own factors, CSV files and packs as TOML in `factors/`."""
        folder = self.root / "factors"
        return tuple(sorted([*folder.glob("*.csv"), *folder.glob("*.toml")]))

    @property
    def calendar_files(self) -> tuple[Path, ...]:
        """The workspace's own calendars of holidays, TOML files in `calendars/`."""
        return tuple(sorted((self.root / "calendars").glob("*.toml")))

    def close(self) -> None:
        """Give back what was opened."""
        self.workers.close()
        self.records.close()
