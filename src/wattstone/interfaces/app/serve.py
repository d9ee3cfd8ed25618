"""`wattstone serve` and `wattstone work`: what is served, whether that is safe, then the processes."""

import logging
import os
import socket
import tempfile
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.app.binding import bound, check_exposure
from wattstone.interfaces.app.logs import log_to
from wattstone.interfaces.app.spec import Spec
from wattstone.interfaces.app.supervisor import WEB, WORKER, Supervisor

if TYPE_CHECKING:
    from wattstone.interfaces.serving.service import Service
    from wattstone.interfaces.serving.settings import Settings

__all__ = ["Address", "Served", "make_if_empty", "serve", "work"]

LOG = logging.getLogger("wattstone.server")
_NEAR = ("127.0.0.1", "::1")


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where and how the server listens.

    Parameters
    ----------
    host, port : str, int
        Port 0 is one that is free.
    behind_proxy : bool
        A proxy stands in front of it and speaks https.
    certificate, key : Path or None
        Files, where the server speaks https itself.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    behind_proxy: bool = False
    certificate: Path | None = None
    key: Path | None = None

    @property
    def covered(self) -> bool:
        """Whether what travels is encrypted."""
        return self.behind_proxy or self.certificate is not None


@dataclass(frozen=True, kw_only=True)
class Served:
    """What is told once the server is ready.

    Parameters
    ----------
    url : str
        Where people find it.
    organisations : int
        How many are served.
    code : str or None
        With which the first administrator makes an account; None where there is one.
    """

    url: str
    organisations: int
    code: str | None


def serve(
    root: Path,
    address: Address,
    *,
    processes: int,
    jobs: int,
    workers: str | None,
    log: str,
    ready: Callable[[Served], None],
) -> int:
    """Serve a folder until a signal comes.

    Parameters
    ----------
    root : pathlib.Path
        A workspace, or a folder of workspaces.
    address : Address
        Where.
    processes, jobs : int
        How many processes answer requests, and how many do jobs.
    workers : str or None
        Address of whoever runs the partitions of jobs.
    log : {'auto', 'json', 'text'}
        Form of the log.
    ready : callable
        Told once people can come.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    InputRefused
        If there is nothing to serve, the port is taken, or others could take the server over.
    """
    log_to(log)
    with ExitStack() as held:
        listening = held.enter_context(bound(address.host, address.port))
        counts = held.enter_context(tempfile.TemporaryDirectory(prefix="wattstone-"))
        url = _url(address, listening)
        settings = _settings(root, address, url)
        supervisor = Supervisor(
            [WEB] * processes,
            [WORKER] * jobs,
            sockets=(listening.fileno(),),
            environment={"PROMETHEUS_MULTIPROC_DIR": counts, "WATTSTONE_ADDRESS": settings.address},
        )
        supervisor.warm()  # they import while this process looks at what there is
        held.callback(supervisor.stop)
        served = _prepare(root, address, settings)
        spec = Spec(
            root=str(root.absolute()),
            socket=listening.fileno(),
            proxies=_proxies(address, settings),
            certificate=None if address.certificate is None else str(address.certificate.absolute()),
            key=None if address.key is None else str(address.key.absolute()),
            workers=workers,
            log=log,
        )
        # Nobody is let in any more once it ends: the socket is open for as long as one process holds it.
        return supervisor.run(spec, lambda: ready(served), listening.close)


def work(root: Path, *, workers: str | None, log: str) -> None:
    """Do jobs of a served folder until a signal comes, in this process: on another machine, or beside a server.

    Parameters
    ----------
    root : pathlib.Path
        As for `serve`; the records of its server have to be there.
    workers : str or None
        Address of whoever runs the partitions of jobs.
    log : {'auto', 'json', 'text'}
        Form of the log.

    Raises
    ------
    InputRefused
        If there is no workspace.
    """
    from wattstone.interfaces.app.worker_process import work as begin

    if not _held(root):
        raise InputRefused([_nothing(root)])
    log_to(log)
    begin(Spec(root=str(root.absolute()), workers=workers, log=log), threading.Event(), told=False)


def make_if_empty(root: Path) -> bool:
    """Make a workspace where nothing is; return whether one was made.

    Raises
    ------
    InputRefused
        If there is something else.
    """
    from wattstone.interfaces.store.workspace import create_workspace

    if _held(root):
        return False
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise InputRefused([_nothing(root)])
    return create_workspace(root)


def _held(root: Path) -> bool:
    """Whether a folder is a workspace, or holds some."""
    from wattstone.interfaces.store.config import FILE

    return (root / FILE).is_file() or (root.is_dir() and any(root.glob(f"*/{FILE}")))


def _nothing(root: Path) -> Finding:
    return Finding(
        code="serve.nothing",
        place=str(root),
        found="there is no workspace here",
        expected="a workspace, or a folder of workspaces; `wattstone serve` makes one in a new or empty folder",
        remedy="name the workspace's folder, or a new one",
    )


def _check_workspaces(service: "Service") -> None:
    """See that there is something to serve; an organisation that cannot be opened does not keep the others waiting.

    Raises
    ------
    InputRefused
        If none of them can be opened: its records are newer than this program, or in another database.
    """
    tenants, found = service.tenants(), dict[str, InputRefused]()
    for tenant in tenants:
        try:
            service.whole(tenant.id)
        except InputRefused as refused:
            found[tenant.id] = refused
    if found and len(found) == len(tenants):
        raise InputRefused([one for refused in found.values() for one in refused.findings])
    for tenant, refused in found.items():
        LOG.error("workspace.unusable", extra={"fields": {"tenant": tenant, "error": str(refused)}})


def _url(address: Address, listening: socket.socket) -> str:
    host = f"[{address.host}]" if ":" in address.host else address.host
    scheme = "https" if address.certificate is not None else "http"
    return f"{scheme}://{host}:{listening.getsockname()[1]}"


def _settings(root: Path, address: Address, url: str) -> "Settings":
    """The settings, with the address at which the server listens where none is set."""
    from wattstone.interfaces.serving.settings import read_settings

    settings = read_settings(root)
    if "address" in settings.model_fields_set:
        if address.behind_proxy and not settings.https and not settings.loopback:
            raise InputRefused([_plain_http(settings.address)])
        return settings
    if address.behind_proxy:
        raise InputRefused(
            [
                Finding(
                    code="serve.address",
                    place="--behind-proxy",
                    found="nothing says by which address people come",
                    expected="the address of the proxy, as https://energy.example.org",
                    remedy='set WATTSTONE_ADDRESS, or address = "https://..." in server.toml',
                )
            ]
        )
    return settings.model_copy(update={"address": url})


def _plain_http(address: str) -> Finding:
    return Finding(
        code="serve.address_plain",
        place="--behind-proxy",
        found="people come to {address} by plain http: no browser would send the cookie of a session back",
        params={"address": address},
        expected="an address that begins with https://, which the proxy speaks",
        remedy="correct WATTSTONE_ADDRESS, or `address` in server.toml",
    )


def _proxies(address: Address, settings: "Settings") -> tuple[str, ...]:
    """Whose word on where a request comes from is believed; nobody's, without a proxy."""
    return (settings.proxies or _NEAR) if address.behind_proxy else ()


def _prepare(root: Path, address: Address, settings: "Settings") -> Served:
    """Bring the records up to date, see whether it is safe, and make the code for the first account."""
    from wattstone.interfaces.serving.service import open_service

    os.environ["WATTSTONE_ADDRESS"] = settings.address
    service = open_service(root)
    try:
        _check_workspaces(service)
        accounts = service.server.people.any()
        check_exposure(address.host, accounts=accounts, covered=address.covered)
        return Served(
            url=settings.address,
            organisations=len(service.tenants()),
            code=None if accounts else service.accounts.first_code(),
        )
    finally:
        service.close()
