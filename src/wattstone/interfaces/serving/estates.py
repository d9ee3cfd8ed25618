"""Estates of tenants, kept in this process: made once for a version, stale ones shown while a new one is made."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Lock, Thread

from wattstone.workflows.overview.estate import Estate, Stamp, cut, estate_of, stamp_of
from wattstone.workflows.overview.kept import keep_estate, kept_estate, making_alone
from wattstone.workflows.overview.memory import Memory
from wattstone.workflows.overview.sight import sites_seen
from wattstone.workflows.overview.today import look_ahead
from wattstone.workflows.workspace import Workspace

__all__ = ["Estates"]

LOG = logging.getLogger("wattstone.server")

PATIENCE = 1.0
"""How long a new estate may take before the one before it is shown. [s]"""

LOOKED = 0.5
"""For how long it is not asked again whether anything changed. [s]"""

MOST = 24
"""Estates that are kept, of all tenants and years: the ones that were asked for last."""

CUTS = 64
"""Parts of estates that are kept, of those who see some sites alone."""

Key = tuple[str, int | None]


@dataclass
class _Making:
    """Somebody is at it: the others wait for the same."""

    began: float = field(default_factory=time.monotonic)
    done: Event = field(default_factory=Event)
    error: BaseException | None = None


@dataclass
class _Held:
    estate: Estate
    looked: float
    used: float
    took: float  # to make it


class Estates:
    """A cache of estates. Thread-safe; however many ask, one makes it.

    An estate whose stamp is no longer the newest is made again in a thread of its own. Until that has taken `PATIENCE`,
    who asks waits for it, and is shown the one before it after that, or at once where that one took longer already.
    The first one is waited for as long as it takes.
    """

    def __init__(self, *, patience: float = PATIENCE, looked: float = LOOKED) -> None:
        self._patience, self._looked = patience, looked
        self._held: dict[Key, _Held] = {}
        self._making: dict[Key, _Making] = {}
        self._cuts: Memory[Estate] = Memory(most=CUTS, seconds=600.0)
        self._failing: set[Key] = set()
        self._lock = Lock()

    def get(self, tenant: str, whole: Workspace, guarded: Workspace, *, year: int | None = None) -> Estate:
        """The estate of a tenant, cut to what the actor of the guarded workspace may see.

        Parameters
        ----------
        tenant : str
            Key of the cache.
        whole : Workspace
            Without a guard; from it the estate is made, once for everybody.
        guarded : Workspace
            Of who asks.
        year : int or None
            The newest with an inventory where None.
        """
        estate, sites = self._whole((tenant, year), whole), sites_seen(guarded)
        if sites is None:
            return estate
        return self._cuts.get((tenant, year, estate.stamp, sites), lambda: cut(estate, sites))

    def _whole(self, key: Key, workspace: Workspace) -> Estate:
        now = time.monotonic()
        with self._lock:
            held = self._held.get(key)
            if held is not None:
                held.used = now
                if now - held.looked < self._looked:
                    return held.estate
        stamp = stamp_of(workspace)
        if held is not None and held.estate.stamp == stamp:
            held.looked = now
            return held.estate
        making = self._begun(key, workspace, stamp)
        in_time = making.done.wait(None if held is None else self._worth_waiting(held, making))
        with self._lock:
            newest = self._held.get(key)
        if newest is None:
            raise making.error or RuntimeError(f"the estate of {key[0]!r} was not made")
        if in_time and making.error is not None and held is None:
            raise making.error
        return newest.estate

    def _worth_waiting(self, held: _Held, making: _Making) -> float:
        """How long to wait for what follows an estate; not at all for what takes as long as that one did. [s]"""
        return 0.0 if held.took > self._patience else max(making.began + self._patience - time.monotonic(), 0.0)

    def _begun(self, key: Key, workspace: Workspace, stamp: Stamp) -> _Making:
        """Whoever is at it already, or a thread that begins now."""
        with self._lock:
            if (known := self._making.get(key)) is not None:
                return known
            making = self._making[key] = _Making()
        Thread(target=self._make, args=(key, workspace, stamp, making), name="estate", daemon=True).start()
        return making

    def _make(self, key: Key, workspace: Workspace, stamp: Stamp, making: _Making) -> None:
        try:
            with making_alone(workspace, key[1]):
                estate = kept_estate(workspace, stamp, key[1])
                if estate is None:
                    estate = estate_of(workspace, year=key[1])
                    keep_estate(workspace, estate, key[1])
            if key[1] is None:  # the first page of all who see the whole organisation
                with suppress(Exception):  # told to who asks for that page
                    look_ahead(workspace, estate)
            now = time.monotonic()
            with self._lock:
                self._held[key] = _Held(estate, now, now, took=now - making.began)
                self._forget()
                self._failing.discard(key)
        except BaseException as error:  # it is raised where it was asked for, unless an older one is shown there
            making.error = error
            self._complain(key, error)
        finally:
            with self._lock:
                self._making.pop(key, None)
            making.done.set()

    def _complain(self, key: Key, error: BaseException) -> None:
        """Say once that an estate stays as old as it is, until it is made again."""
        if key not in self._failing:
            said = f"{type(error).__name__}: {error}"[:500]
            LOG.exception("estate.failed", extra={"fields": {"tenant": key[0], "year": key[1], "error": said}})
        self._failing.add(key)

    def _forget(self) -> None:
        used: Callable[[Key], float] = lambda key: self._held[key].used  # noqa: E731
        for key in sorted(self._held, key=used)[:-MOST]:
            del self._held[key]
