"""Partitions on an existing cluster of dask.distributed."""

import ipaddress
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

from wattstone.base import Finding, InputRefused, WattstoneError
from wattstone.interfaces.workers.lifetime import Closing, blame, describe
from wattstone.workflows.ports import Progress

__all__ = ["DaskCluster"]

Item = TypeVar("Item")
Result = TypeVar("Result")

RETRIES = 3
AHEAD = 4  # items in hand for each thread of the cluster
LOOK = 1.0  # seconds between two looks at whether there still are workers


class DaskCluster(Closing):
    """The workers of an existing dask scheduler. See `wattstone.workflows.ports.Workers`.

    Parameters
    ----------
    address : str
        `tcp://127.0.0.1:8786` on this machine; `tls://host:8786` anywhere, with the certificates that dask's own
        configuration names (`distributed.comm.tls`, or `DASK_DISTRIBUTED__COMM__TLS__CA_FILE` and its like).
    retries : int
        How many more times an item is submitted after the scheduler gave it up because its workers were killed; the
        scheduler itself tries as often as its `allowed-failures` says.
    patience : float
        How long to wait for a first worker, or for another one when all are gone. [s]
    timeout : float
        How long to wait for the scheduler. [s]

    Raises
    ------
    InputRefused
        If the address is not one of these: work sent over a plain connection can be read and replaced by others.
    WattstoneError
        If the extra is not installed, or no scheduler answers.
    """

    def __init__(self, address: str, *, retries: int = RETRIES, patience: float = 60.0, timeout: float = 10.0) -> None:
        secure = _is_secure(address)
        try:
            self._dask: Any = import_module("distributed")
        except ModuleNotFoundError:
            raise WattstoneError("a dask cluster needs an extra: pip install 'wattstone[cluster]'") from None
        security = _certificates(self._dask, address) if secure else None
        try:
            self._client: Any = self._dask.Client(
                address, timeout=timeout, security=security, set_as_default=False, name="wattstone"
            )
        except (OSError, TimeoutError) as error:
            raise WattstoneError(f"no dask scheduler answers at {address}: {error}") from None
        self._retries = retries
        self._patience = patience

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item], *, progress: Progress | None = None
    ) -> Iterator[Result]:
        """Run a function over items; results in the order of the items."""
        run = _Run(self._dask, self._client, function, items, retries=self._retries, patience=self._patience)
        try:
            yield from run.results(progress)
        finally:
            run.cancel()

    def close(self) -> None:
        """Leave the cluster, which goes on."""
        self._client.close()


class _Run(Generic[Item, Result]):
    """One call of `map`."""

    def __init__(
        self,
        dask: Any,
        client: Any,
        function: Callable[[Item], Result],
        items: Iterable[Item],
        *,
        retries: int,
        patience: float,
    ) -> None:
        self._dask = dask
        self._client = client
        self._news: SimpleQueue[Any] = SimpleQueue()  # futures that are done, put there by the client's own thread
        self._function = function
        self._source = enumerate(items)
        self._retries = retries
        self._patience = patience
        self._again: deque[tuple[int, Item]] = deque()
        self._losses: dict[int, int] = {}
        self._busy: dict[Any, tuple[int, Item]] = {}
        self._ready: dict[int, Result] = {}
        self._due = 0
        self._done = 0
        self._most = 1
        self._alone_since: float | None = None

    def results(self, progress: Progress | None) -> Iterator[Result]:
        self._look()
        while True:
            self._fill()
            while self._due in self._ready:
                result = self._ready.pop(self._due)
                self._due += 1
                self._fill()
                yield result
            if not self._busy:
                return
            for future in self._finished():
                self._receive(future)
                if progress is not None:
                    progress(self._done)

    def cancel(self) -> None:
        """Take back what is still in the cluster's hands."""
        if self._busy:
            self._client.cancel(list(self._busy), force=True)
            self._busy.clear()

    def _fill(self) -> None:
        while len(self._ready) + len(self._busy) < self._most or self._again:
            following = self._again.popleft() if self._again else next(self._source, None)
            if following is None:
                return
            future = self._client.submit(
                self._function, following[1], key=f"wattstone-{following[0]}-{uuid4().hex}", pure=False
            )
            self._busy[future] = following
            future.add_done_callback(self._news.put)

    def _finished(self) -> list[Any]:
        """What is done by now; waits for the first, and looks from time to time whether there still are workers."""
        while True:
            try:
                first = self._news.get(timeout=LOOK)
            except Empty:
                self._look()
            else:
                return [first, *(self._news.get() for _ in range(self._news.qsize()))]

    def _receive(self, future: Any) -> None:
        index, item = self._busy.pop(future)
        try:
            self._ready[index] = future.result()
        except self._dask.scheduler.KilledWorker:
            self._lost(index, item)
        except self._dask.client.FutureCancelledError as error:
            raise WattstoneError(f"{describe(index, item)}: the cluster dropped it ({error})") from None
        except Exception as error:
            blame(error, index, item)
            raise
        else:
            self._done += 1

    def _lost(self, index: int, item: Item) -> None:
        self._losses[index] = self._losses.get(index, 0) + 1
        if self._losses[index] > self._retries:
            raise WattstoneError(
                f"{describe(index, item)}: the scheduler gave it up {self._losses[index]} times, because workers were "
                "killed while they had it in hand. If that was for want of memory, give them more, or fewer threads."
            ) from None
        self._again.append((index, item))

    def _look(self) -> None:
        """See how many threads there are; lose patience where there have been none for long."""
        threads = sum(self._client.nthreads().values())
        self._most = max(1, AHEAD * threads)
        if threads:
            self._alone_since = None
            return
        now = time.monotonic()
        self._alone_since = self._alone_since or now
        if now - self._alone_since > self._patience:
            raise WattstoneError(f"the dask scheduler has had no worker for {self._patience:g} s")


def _is_secure(address: str) -> bool:
    """Whether the address is encrypted; refused if it is neither that nor on this machine."""
    try:
        parts = urlsplit(address)
        scheme, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError:
        scheme, host, port = "", None, None
    if scheme == "tls" and host and port:
        return True
    if scheme == "tcp" and host and port and _is_loopback(host):
        return False
    raise InputRefused(
        [
            Finding(
                code="workers.insecure" if scheme == "tcp" and host and port else "workers.address",
                place="workers",
                found="'{address}' is not an address that work may be sent to",
                expected="tcp://127.0.0.1:PORT on this machine, or tls://HOST:PORT beyond it",
                remedy="start the scheduler and its workers with --tls-ca-file, --tls-cert and --tls-key, and name "
                "it by tls://",
                params={"address": address},
            )
        ]
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _certificates(dask: Any, address: str) -> Any:
    security = dask.Security(require_encryption=True)
    missing = [name for name in ("tls_ca_file", "tls_client_cert") if not getattr(security, name)]
    if not missing:
        return security
    raise InputRefused(
        [
            Finding(
                code="workers.certificates",
                place="workers",
                found="no certificates are named for '{address}'",
                expected="the files of the certificate authority, and of this client's certificate and key",
                remedy="set DASK_DISTRIBUTED__COMM__TLS__CA_FILE, DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT and "
                "DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY, or the same in dask's configuration",
                params={"address": address},
            )
        ]
    )
