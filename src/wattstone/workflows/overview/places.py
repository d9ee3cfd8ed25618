"""Sites and meters by id, kept in this process until one of them is changed: a page asks for one of very many."""

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock, RLock
from typing import Any

import polars as pl

from wattstone.base import UnknownUnit, unit
from wattstone.portfolio import Meter, Site
from wattstone.workflows.overview.sight import sees_site
from wattstone.workflows.stores import Records
from wattstone.workflows.workspace import Workspace

__all__ = ["DECLARED", "Places", "meters_called", "places_of", "site_named", "stored_unit"]

DECLARED = ("organisation", "sites", "spaces", "meters")
"""Tables of the records that say what there is, and where."""

_MOST = 8  # workspaces


@dataclass(frozen=True)
class Places:
    """Sites and meters of a whole workspace, read when they are first asked for.

    Never shown without asking what one may see.

    Parameters
    ----------
    records : Records
        Of the whole workspace.
    """

    records: Records
    _read: "dict[str, Any]" = field(default_factory=dict[str, Any], repr=False, compare=False)
    # Of those who ask at once one reads.
    _gates: "tuple[RLock, RLock]" = field(default_factory=lambda: (RLock(), RLock()), repr=False, compare=False)

    @property
    def sites(self) -> dict[str, Site]:
        """By id."""
        with self._gates[0]:
            if "sites" not in self._read:
                self._read["sites"] = {one.id: one for one in self.records.sites()}
            return self._read["sites"]

    @property
    def meters(self) -> pl.DataFrame:
        """As the records have them, with keys."""
        with self._gates[1]:
            if "meters" not in self._read:
                self._read["meters"] = self.records.meter_table()
            return self._read["meters"]

    @cached_property
    def names(self) -> dict[str, str | None]:
        """Of the sites."""
        return {one.id: one.name for one in self.sites.values()}

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row of each meter."""
        return {name: at for at, name in enumerate(self.meters["id"])}

    def key(self, meter_id: str) -> int:
        """The key of a meter that is there."""
        return int(self.meters["key"][self.rows[meter_id]])

    def meter(self, meter_id: str) -> Meter | None:
        """A meter by its id."""
        at = self.rows.get(meter_id)
        if at is None:
            return None
        row = self.meters.row(at, named=True)
        return Meter.model_validate({name: value for name, value in row.items() if name in Meter.model_fields})


_held: OrderedDict[str, tuple[int, Places]] = OrderedDict()
_lock = Lock()


def _whole(workspace: Workspace) -> Records:
    return (workspace.behind or workspace).records


def places_of(workspace: Workspace) -> Places:
    """Sites and meters of the whole workspace, as its records stand now."""
    records, key = _whole(workspace), str(workspace.root)
    revision = records.revision(*DECLARED)
    with _lock:
        known = _held.get(key)
        if known is not None and known[0] == revision:
            _held.move_to_end(key)
            return known[1]
    made = Places(records)
    with _lock:
        _held[key] = (revision, made)
        while len(_held) > _MOST:
            _held.popitem(last=False)
    return made


def site_named(workspace: Workspace, site_id: str) -> Site | None:
    """A site; None where there is none, or one may not see all of it."""
    return places_of(workspace).sites.get(site_id) if sees_site(workspace, site_id) else None


def meters_called(workspace: Workspace, text: str, *, most: int) -> pl.DataFrame:
    """Meters, of those that one may see, whose id holds every word of a text; capitals do not matter.

    Parameters
    ----------
    workspace : Workspace
        Guarded.
    text : str
        Words between spaces; there is no meter without any.
    most : int
        That are given, in the order of the records.

    Returns
    -------
    polars.DataFrame
        `id`, `site_id` and `kind`.
    """
    held = places_of(workspace).meters if workspace.actor.scope.whole else workspace.records.meter_table()
    words = text.lower().split()
    named = [pl.col("id").str.to_lowercase().str.contains(word, literal=True) for word in words]
    return held.lazy().select("id", "site_id", "kind").filter(pl.lit(bool(words)), *named).head(most).collect()


def stored_unit(meter: Meter) -> str:
    """The unit that the lake stores a meter's readings in: kWh, m3, kg; as it is delivered where nobody knows it."""
    try:
        stored = unit(meter.unit).canonical
    except UnknownUnit:
        return meter.unit
    return "kWh" if stored == "kW" else stored
