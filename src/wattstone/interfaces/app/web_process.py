"""A process that answers requests: `python -m wattstone.interfaces.app.web_process`, started by the supervisor."""

import gc
import os
import socket
import sys
import tempfile
import threading
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from wattstone.interfaces.app.logs import log_to
from wattstone.interfaces.app.spec import Spec, read_spec, wait_for_end

if TYPE_CHECKING:
    import uvicorn

__all__ = ["main"]

_KEPT_OPEN = 30  # s that a connection waits for its next request; longer than most proxies keep one
_BACKLOG = 1024  # connections that wait to be taken
_AT_ONCE = 1  # that one process takes before the others have their turn: else the first to wake takes them all
_THREADS = 8  # that answer: more of them only pass the interpreter to and fro, and everybody waits longer
_GARBAGE = 10_000  # objects after which garbage is looked for; a page makes thousands
_HEAVY = (
    "uvicorn.lifespan.on",
    "uvicorn.protocols.http.auto",
    "wattstone.interfaces.app.build",
    "wattstone.interfaces.http.router",
    "wattstone.interfaces.serving.service",
    "wattstone.interfaces.store.server",
    "wattstone.interfaces.web.router",
    "sqlalchemy",
    "prometheus_client",
)


def main() -> int:
    """Serve until the supervisor, or a signal, says stop."""
    _prepare()
    spec = read_spec()
    if spec is None:
        return 0
    log_to(spec.log)
    server, listening, stopping = _server(spec)
    # What is imported stays: it is not looked through again and again for what may be forgotten.
    gc.freeze()
    gc.set_threshold(_GARBAGE, 20, 20)
    threading.Thread(target=_end_with_supervisor, args=(server, stopping), daemon=True).start()
    server.run(sockets=[listening])
    return 0 if server.started else 3


def _prepare() -> None:
    """Import what takes its time, while the supervisor looks whether there is anything to serve.

    Routes are put together too, which imports every part of the API and every page; done again, that takes no time.
    """
    for name in _HEAVY:
        import_module(name)
    from wattstone.interfaces.http.router import build_router as api
    from wattstone.interfaces.web.router import build_router as pages

    api()
    pages()


def _server(spec: Spec) -> "tuple[uvicorn.Server, socket.socket, threading.Event]":
    import uvicorn
    from anyio.to_thread import current_default_thread_limiter

    from wattstone.interfaces.app.build import build_app
    from wattstone.interfaces.app.warming import begin_warming
    from wattstone.interfaces.serving.service import open_service

    service, listening = open_service(spec.folder), socket.socket(fileno=spec.socket)
    _lay_scratch_aside(spec.folder)

    class Telling(uvicorn.Server):
        """Says when it has begun to accept."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            current_default_thread_limiter().total_tokens = _THREADS
            listening.listen(_BACKLOG)  # what was asked for at the start is how many are taken at once
            if self.started:
                os.write(1, b"ready\n")
                begin_warming(service)

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            service.stopping.set()
            super().handle_exit(sig, frame)

    config = uvicorn.Config(
        build_app(service),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(spec.proxies),
        forwarded_allow_ips=list(spec.proxies),
        timeout_graceful_shutdown=int(spec.grace),
        timeout_keep_alive=_KEPT_OPEN,
        lifespan="on",
        backlog=_AT_ONCE,
        ssl_certfile=spec.certificate,
        ssl_keyfile=spec.key,
    )
    return Telling(config), listening, service.stopping


def _lay_scratch_aside(root: Path) -> None:
    """Have a form's files lie, until they are judged, on the disk whose room is looked at; not in memory or `/tmp`."""
    from wattstone.interfaces.web.static import CACHE

    folder = root / CACHE / "scratch"
    with suppress(OSError):  # a folder that cannot be written to: then they lie where the system has it
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        tempfile.tempdir = str(folder)


def _end_with_supervisor(server: "uvicorn.Server", stopping: threading.Event) -> None:
    wait_for_end()
    stopping.set()
    server.should_exit = True


if __name__ == "__main__":
    sys.exit(main())
