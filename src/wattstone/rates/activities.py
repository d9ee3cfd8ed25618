"""The activity kinds: what an organisation does that emits, as declared in `data/activities.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from wattstone.base import UnknownUnit
from wattstone.rates.activity_units import activity_unit

__all__ = ["ActivityKind", "activity_kinds", "item_named", "lists_of"]


@dataclass(frozen=True, kw_only=True)
class ActivityKind:
    """Something an organisation does, or has done for it, that emits.

    Parameters
    ----------
    id : str
        Stored with every line: `air_travel`.
    scope : int
        1, 2 or 3; 0 stands apart and is in no total.
    category : int
        Of scope 3, 1 to 15; 0 elsewhere.
    label : str
        For people; its Chinese is in the catalogue of translations.
    items : mapping of str to str
        From item to label, in the order in which they are offered; empty where a line names none.
    units : mapping of str to tuple of str
        From item to the units that it is counted by, the usual one first; `""` is a line without an item, or one with
        an item of the user's own.
    asks : tuple of str
        Further columns of the template.
    default : str
        The item of a line that names none; `""` where there is no such item.
    free : bool
        Whether an item that is not listed may be named.
    stated : bool
        Whether a line is always an amount of CO2e that somebody states.

    Examples
    --------
    >>> kind = activity_kinds()["waste"]
    >>> kind.scope, kind.category, kind.items["glass.landfill"], kind.units_of("glass.landfill")[0]
    (3, 5, 'Glass: landfill', 't')
    """

    id: str
    scope: int
    category: int
    label: str
    items: Mapping[str, str] = field(default_factory=dict[str, str])
    units: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    asks: tuple[str, ...] = ()
    default: str = ""
    free: bool = False
    stated: bool = False

    def units_of(self, item: str) -> tuple[str, ...]:
        """The units that an item is counted by; those of a line without item for one that is not listed."""
        return self.units.get(item) or self.units[""]

    def counts(self, item: str, unit: str) -> bool:
        """Whether an item can be counted by a unit: one that is listed, or one of the same quantity."""
        try:
            asked = activity_unit(unit)
        except UnknownUnit:
            return False
        if asked.quantity.startswith("money"):
            return any(activity_unit(name).quantity.startswith("money") for name in self.units_of(item))
        return asked.quantity in {activity_unit(name).quantity for name in self.units_of(item)}

    def knows(self, item: str) -> bool:
        """Whether a line of the kind may name the item."""
        return item in self.items or self.free or (not item and (not self.items or bool(self.default)))


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads(files("wattstone.rates").joinpath("data/activities.toml").read_text(encoding="utf-8"))


@cache
def activity_kinds() -> Mapping[str, ActivityKind]:
    """All kinds, by id, in the order of scopes and categories."""
    data = _data()
    return {entry["id"]: _kind(entry, data["lists"]) for entry in data["kind"]}


@cache
def lists_of(kind: str, item: str) -> frozenset[str]:
    """Names of the lists of a kind that hold an item."""
    data = _data()
    entry = next(one for one in data["kind"] if one["id"] == kind)
    return frozenset(name for name in entry.get("lists", ()) if item in data["lists"][name]["items"])


def item_named(kind: ActivityKind, item: str) -> str:
    """The item that a line means: the one it names, else the kind's default."""
    return item or kind.default


def _kind(entry: Mapping[str, Any], lists: Mapping[str, Mapping[str, Any]]) -> ActivityKind:
    only: list[str] | None = entry.get("only")
    items: dict[str, str] = {}
    units: dict[str, tuple[str, ...]] = {}
    for name in entry.get("lists", ()):
        for item, label in lists[name]["items"].items():
            if only is None or item in only:
                items[item] = label
                units[item] = tuple(lists[name]["units"])
    usual = tuple(entry.get("units", ())) or next(iter(units.values()))
    return ActivityKind(
        id=entry["id"],
        scope=entry["scope"],
        category=entry["category"],
        label=entry["label"],
        items=items,
        units={"": usual, **units},
        asks=tuple(entry.get("asks", ())),
        default=entry.get("default", ""),
        free=entry.get("free", False),
        stated=entry.get("stated", False),
    )
