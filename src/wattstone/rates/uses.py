"""Where each row is used: by which set or series, for what, and when and where that may serve."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from wattstone.rates.activities import activity_kinds
from wattstone.rates.series import all_series, groups_of
from wattstone.rates.sets import FactorSet, catalogue
from wattstone.rates.table import Factor, FactorTable, load_factors

__all__ = ["RowUse", "row_uses", "uses_of"]

_SECTORS = ("commercial", "manufacturing", "energy_industries")


@dataclass(frozen=True, kw_only=True)
class RowUse:
    """A use of a row.

    Parameters
    ----------
    set : str
        Id of the set or series.
    kinds : tuple of str
        Activity kinds that it serves.
    item : str
        The item, where the kinds have some.
    """

    set: str
    kinds: tuple[str, ...]
    item: str


def uses_of(row: Factor) -> tuple[RowUse, ...]:
    """What a row is used for; empty where only a conversion or nothing uses it.

    Parameters
    ----------
    row : Factor
        A shipped row, or a workspace's own.

    Examples
    --------
    >>> from wattstone.rates import load_factors
    >>> uses_of(load_factors()["desnz2025_17_404_4005_1_1"])
    (RowUse(set='desnz2025', kinds=('water_supply',), item=''),)
    """
    found = row_uses().get(row.id, ())
    if found or row.id in load_factors().rows:
        return found
    kinds = (row.category,) if row.category in activity_kinds() else _OF_CATEGORY.get(row.category, ())
    return (RowUse(set="user", kinds=kinds, item=row.name if kinds in ((row.category,), ("fuel",)) else ""),)


_ELECTRICITY = ("electricity", "electricity_vehicle", "use_sold_electricity", "leased_in", "leased_out", "franchise")
_KINDS: Mapping[str, tuple[str, ...]] = {
    "electricity": _ELECTRICITY,
    "heat": ("heat", "steam"),
    "cooling": ("cooling",),
}
_FUEL_KINDS = ("fuel", "vehicle_fuel", "use_sold_fuel", "leased_in", "leased_out", "franchise", "processing_sold")
_OF_CATEGORY: Mapping[str, tuple[str, ...]] = {
    "purchased_electricity": _ELECTRICITY,
    "uk_electricity": _ELECTRICITY,
    "purchased_electricity_residual": ("electricity",),
    "purchased_heat": ("heat", "steam"),
    "heat_and_steam": ("heat", "steam"),
    "purchased_cooling": ("cooling",),
    "fuels": ("fuel",),
    "stationary_combustion": ("fuel",),
}


@cache
def row_uses() -> Mapping[str, tuple[RowUse, ...]]:
    """The uses of every shipped row that has one, by id."""
    found: dict[str, list[RowUse]] = {}
    for key, use in _all(load_factors()):
        if use not in found.setdefault(key, []):
            found[key].append(use)
    return {key: tuple(uses) for key, uses in found.items()}


def _all(table: FactorTable) -> Iterator[tuple[str, RowUse]]:
    for one in catalogue().sets.values():
        yield from _of_set(table, one)
    for grids in catalogue().residual.values():
        for grid in grids:
            for row in table.of_category(grid.category):
                if row.id.startswith(grid.prefix):
                    yield row.id, RowUse(set=grid.prefix.rstrip("_"), kinds=("electricity",), item="residual mix")
    serving: dict[str, list[str]] = {}
    for kind in activity_kinds():
        for group in groups_of(kind):
            serving.setdefault(group, []).append(kind)
    for one in all_series().values():
        for group, items in one.rows.items():
            for item, keys in items.items():
                for key in keys:
                    yield key, RowUse(set=one.id, kinds=tuple(serving.get(group, ())), item=item)


def _of_set(table: FactorTable, one: FactorSet) -> Iterator[tuple[str, RowUse]]:
    for use, grid in one.grids.items():
        for row in table.of_category(grid.category):
            if row.id.startswith(grid.prefix):
                yield row.id, RowUse(set=one.id, kinds=_KINDS[use], item="")
    for fuel, stem in one.fuel_stems.items():
        for sector in _SECTORS:
            for pattern in one.fuel_rows:
                key = pattern.format(stem=stem, sector=sector)
                if key in table.rows:
                    yield key, RowUse(set=one.id, kinds=_FUEL_KINDS, item=fuel)
