"""The service: what one process of a server holds for all its requests."""

import re
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING

from wattstone.base import InputRefused, WattstoneError
from wattstone.interfaces.serving.settings import Settings, read_settings
from wattstone.workflows.access import Principal
from wattstone.workflows.access.guard import guarded

if TYPE_CHECKING:
    from wattstone.interfaces.serving.estates import Estates
    from wattstone.interfaces.store.server import ServerRecords
    from wattstone.interfaces.store.server.queue import Queue
    from wattstone.workflows.accounts import Accounts
    from wattstone.workflows.workspace import Workspace

__all__ = ["Service", "Tenant", "open_service"]

_MARK = "wattstone.toml"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")  # of a folder: it stands in addresses
_NAME_HOLDS = 5.0  # s for which an organisation's name is not asked for again: another process may have changed it


@dataclass(frozen=True)
class Tenant:
    """An organisation that is served.

    Parameters
    ----------
    id : str
        In addresses: the name of its folder.
    name : str
        The organisation's.
    root : pathlib.Path
        Its workspace.
    """

    id: str
    name: str
    root: Path


class Service:
    """What one process of a server holds: settings, records of the server, and one open workspace for each tenant.

    Parameters
    ----------
    root : pathlib.Path
        A workspace, or a folder of workspaces.
    settings : Settings
        Of the server.
    server : ServerRecords
        People, sessions, jobs and so on.
    """

    def __init__(self, root: Path, settings: Settings, server: "ServerRecords") -> None:
        self.root, self.settings, self.server = root, settings, server
        self._opened: dict[str, Workspace] = {}
        self._names: dict[str, tuple[float, str]] = {}
        self._lock = Lock()
        self._alone: str | None = None
        self.stopping = Event()
        """Set when the process is asked to end: whatever goes on and on ends then."""

    @property
    def queue(self) -> "Queue":
        """The jobs of the server's records."""
        return self.server.queue

    @cached_property
    def estates(self) -> "Estates":
        """Rows of all sites of each tenant, kept in this process."""
        from wattstone.interfaces.serving.estates import Estates

        return Estates()

    @cached_property
    def accounts(self) -> "Accounts":
        """The use cases of accounts over the server's records."""
        from wattstone.interfaces.serving.accounts import accounts_of

        return accounts_of(self.server, self.settings)

    def tenants(self) -> tuple[Tenant, ...]:
        """The organisations that are served, by id."""
        found = (self.tenant(name) for name in self._ids())
        return tuple(one for one in found if one is not None)

    def tenant(self, tenant_id: str) -> Tenant | None:
        """One of them; None where there is none of that id."""
        root = self._root_of(tenant_id)
        return None if root is None else Tenant(tenant_id, self._name(tenant_id), root)

    def whole(self, tenant_id: str) -> "Workspace":
        """A tenant's workspace without a guard, opened once: for caches and the runner, never for a handler.

        Raises
        ------
        WattstoneError
            If there is no such tenant.
        """
        if (held := self._opened.get(tenant_id)) is not None:
            return held
        from wattstone.interfaces.store.workspace import open_workspace

        with self._lock:
            if tenant_id not in self._opened:
                if (root := self._root_of(tenant_id)) is None:
                    raise WattstoneError(f"there is no organisation {tenant_id!r}")
                self._opened[tenant_id] = open_workspace(root, shared=True, upgrade=True)
            return self._opened[tenant_id]

    def renamed(self, tenant_id: str) -> None:
        """Ask for the name of a tenant again: it was changed."""
        self._names.pop(tenant_id, None)

    def open(self, tenant_id: str, principal: Principal) -> "Workspace":
        """A tenant's workspace as a principal sees it; it is not to be closed by whoever asks."""
        return guarded(self.whole(tenant_id), principal)

    def close(self) -> None:
        """Close what was opened."""
        with self._lock:
            for one in self._opened.values():
                one.close()
            self._opened.clear()
        self.server.close()

    def _single(self) -> str | None:
        """The id of the only organisation, where the root is a workspace itself."""
        if not (self.root / _MARK).is_file():
            return None
        if self._alone is None:
            from wattstone.interfaces.store.config import read_config, served_as

            self._alone = read_config(self.root).id or served_as(self.root.absolute().name)
        return self._alone

    def _ids(self) -> list[str]:
        if (single := self._single()) is not None:
            return [single]
        found = (path.parent.name for path in self.root.glob(f"*/{_MARK}"))
        return sorted(name for name in found if _NAME.fullmatch(name))

    def _root_of(self, tenant_id: str) -> Path | None:
        if not _NAME.fullmatch(tenant_id):
            return None
        if (single := self._single()) is not None:
            return self.root if tenant_id == single else None
        root = self.root / tenant_id
        return root if (root / _MARK).is_file() else None

    def _name(self, tenant_id: str) -> str:
        """The organisation's name; of a workspace that cannot be opened, the id."""
        known = self._names.get(tenant_id)
        if known is not None and time.monotonic() - known[0] < _NAME_HOLDS:
            return known[1]
        try:
            name = self.whole(tenant_id).records.organisation().name
        except InputRefused:
            name = tenant_id
        self._names[tenant_id] = (time.monotonic(), name)
        return name


def open_service(root: Path, settings: Settings | None = None) -> Service:
    """Open what a server serves; its own records are made if there are none.

    Parameters
    ----------
    root : pathlib.Path
        A workspace, or a folder of workspaces.
    settings : Settings or None
        Read from `server.toml` and the environment where None.
    """
    from wattstone.interfaces.store.server import ServerRecords

    held = settings or read_settings(root)
    return Service(root, held, ServerRecords.at(root, create=True))
