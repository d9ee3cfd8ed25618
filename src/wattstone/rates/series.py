"""Series of activity factors as data: which row serves which item, where and when (`data/activity_rows.toml`)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["Series", "all_series", "gas_names", "groups_of", "holding", "series_rows"]


@dataclass(frozen=True, kw_only=True)
class Series:
    """Factors of activities that were published together.

    Parameters
    ----------
    id, family, name, edition : str
        What it is; a family holds the editions of one publisher.
    years : frozenset of int or None
        The years it is for; None serves any year.
    countries : frozenset of str
        That it is for; `*` is every one.
    rows : mapping
        From group and item to row ids: rows of different units, or of different gases.
    anywhere : mapping
        From group to patterns of items whose rows the publisher states for other countries.
    notes : mapping
        From group to what is said on every factor.
    unknown_biogenic : frozenset of str
        Groups of which a part or all of the CO2 is biogenic, and not among the rows.
    """

    id: str
    family: str
    name: str
    edition: str
    years: frozenset[int] | None
    countries: frozenset[str]
    rows: Mapping[str, Mapping[str, tuple[str, ...]]]
    anywhere: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    notes: Mapping[str, str] = field(default_factory=dict[str, str])
    unknown_biogenic: frozenset[str] = frozenset()

    def is_for(self, country: str, group: str, item: str) -> bool:
        """Whether the publisher states the item for a country."""
        if self.countries & {country, "*"}:
            return True
        return any(fnmatchcase(item, pattern) for pattern in self.anywhere.get(group, ()))

    def serves(self, year: int) -> bool:
        """Whether it is for that year."""
        return self.years is None or year in self.years

    def nearest(self, year: int) -> int:
        """Its year that is nearest; the year itself where it serves any."""
        return min(self.years, key=lambda one: (abs(one - year), one)) if self.years else year

    def __str__(self) -> str:
        where = "any country" if "*" in self.countries else ", ".join(sorted(self.countries))
        when = ", ".join(map(str, sorted(self.years))) if self.years else "any year"
        return f"{self.id} ({where}, {when})"


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads(files("wattstone.rates").joinpath("data/activity_rows.toml").read_text(encoding="utf-8"))


@cache
def all_series() -> Mapping[str, Series]:
    """Every series, by id, in the order in which they are asked."""
    return {entry["id"]: _series(entry) for entry in _data()["series"]}


def groups_of(kind: str) -> tuple[str, ...]:
    """The groups of rows that serve an activity kind."""
    return tuple(_data()["uses"].get(kind, ()))


@cache
def holding(kind: str, item: str) -> tuple[tuple[Series, str], ...]:
    """The series that hold an item of a kind, each with the group in which they do."""
    return tuple(
        (one, group) for one in all_series().values() for group in groups_of(kind) if item in one.rows.get(group, {})
    )


@cache
def series_rows() -> Mapping[str, tuple[str, str, str]]:
    """Where each row is used: from row id to series, group and item."""
    return {
        key: (one.id, group, item)
        for one in all_series().values()
        for group, items in one.rows.items()
        for item, keys in items.items()
        for key in keys
    }


@cache
def gas_names() -> tuple[Mapping[str, str], Mapping[str, Mapping[str, float]], Mapping[str, str]]:
    """Refrigerants of one gas, blends as shares by mass, and items that are methane of an origin."""
    data = _data()
    return data["gases"], data["blends"], data["origins"]


def _series(entry: Mapping[str, Any]) -> Series:
    rows: dict[str, dict[str, tuple[str, ...]]] = {
        group: {item: (keys,) if isinstance(keys, str) else tuple(keys) for item, keys in items.items()}
        for group, items in entry["rows"].items()
    }
    return Series(
        id=entry["id"],
        family=entry["family"],
        name=entry["name"],
        edition=entry["edition"],
        years=frozenset(entry["years"]) if "years" in entry else None,
        countries=frozenset(entry["countries"]),
        rows=rows,
        anywhere={group: tuple(patterns) for group, patterns in entry.get("anywhere", {}).items()},
        notes=entry.get("notes", {}),
        unknown_biogenic=frozenset(entry.get("unknown_biogenic", ())),
    )
