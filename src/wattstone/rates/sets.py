"""Factor sets as data: what they hold, and in which declared order they serve a country (`data/sets.toml`)."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Use = Literal["electricity", "heat", "cooling", "fuels"]
_EDITION = re.compile(r"_?(19|20)\d\d$")
USES: tuple[Use, ...] = ("electricity", "heat", "cooling", "fuels")


@dataclass(frozen=True, kw_only=True)
class Grid:
    """How a set's rows of electricity, heat or cooling are found.

    Parameters
    ----------
    prefix, category : str
        Beginning of the rows' ids, and their category.
    stems : mapping or None
        From region to the rest of the id, where rows are keyed by name.
    nationwide : bool
        The country's row serves its regions too.
    gas : str or None
        What the rows count, where their own word for it is known to be wrong.
    note : str
        Said on every factor.
    """

    prefix: str
    category: str
    stems: Mapping[str, str] | None = None
    nationwide: bool = False
    gas: str | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class FactorSet:
    """Factors that were published together.

    Parameters
    ----------
    id, name, edition : str
        What it is.
    years : frozenset of int or None
        The years it is for; None serves any year.
    grids : mapping
        From use to `Grid`.
    fuel_rows : tuple of str
        Patterns of row ids with `{stem}` and `{sector}`.
    fuel_stems : mapping
        From fuel to stem.
    converts : frozenset of str
        Steps of conversion that may be applied to its fuels.
    family : str
        The same for all editions: `desnz`.
    sectors : frozenset of str or None
        Whose CH4 and N2O it holds; None serves any sector.
    """

    id: str
    name: str
    edition: str
    years: frozenset[int] | None
    grids: Mapping[Use, Grid] = field(default_factory=dict[Use, Grid])
    fuel_rows: tuple[str, ...] = ()
    fuel_stems: Mapping[str, str] = field(default_factory=dict[str, str])
    converts: frozenset[str] = frozenset()
    family: str = ""
    sectors: frozenset[str] | None = None

    def serves(self, year: int) -> bool:
        """Whether the set is for that year."""
        return self.years is None or year in self.years

    def __str__(self) -> str:
        years = "any year" if self.years is None else ", ".join(map(str, sorted(self.years)))
        return f"{self.id} ({years})"


@dataclass(frozen=True, kw_only=True)
class BillingBasis:
    """Which calorific value a fuel is billed on in some countries, with the source that says so."""

    fuel: str
    countries: frozenset[str]
    basis: Literal["gross", "net"]
    source: str


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """All that `sets.toml` declares.

    Parameters
    ----------
    sets : mapping
        From id to `FactorSet`.
    orders : mapping
        From country to the order of set ids per use; `*` is every other country.
    places : mapping
        Other codes of the same place.
    conversions : mapping
        From fuel to the ids of its conversion rows, and what is said of them.
    billing : tuple of BillingBasis
        Conventions of billing.
    methane : mapping
        From origin (`fossil`, `biogenic`) and GWP set to the row for methane.
    categories : mapping
        From use to the categories of rows that may serve it.
    biogenic : frozenset of str
        Fuels whose CO2 is biogenic.
    blends : mapping
        From set family to the fuels of which a part is biogenic, which the set at hand does not tell.
    chosen : mapping
        From country to the sets of fuels that come first where somebody accepted them by name.
    lacking : mapping
        From country to why no factor of its grid ships.
    residual : mapping
        From country to the rows of its residual mix.
    """

    sets: Mapping[str, FactorSet]
    orders: Mapping[str, Mapping[Use, tuple[str, ...]]]
    places: Mapping[str, str]
    conversions: Mapping[str, Mapping[str, Any]]
    billing: tuple[BillingBasis, ...]
    methane: Mapping[str, Mapping[str, str]]
    categories: Mapping[Use, tuple[str, ...]]
    biogenic: frozenset[str]
    blends: Mapping[str, tuple[str, ...]]
    chosen: Mapping[str, tuple[str, ...]]
    lacking: Mapping[str, str]
    residual: Mapping[str, tuple[Grid, ...]]

    def order(self, country: str | None, use: Use) -> tuple[FactorSet, ...]:
        """The sets that serve a country, first to last."""
        ids = self.orders.get(country or "*", self.orders["*"])[use]
        return tuple(self.sets[name] for name in ids)

    @property
    def fuels(self) -> tuple[str, ...]:
        """Names of the fuels that some set knows."""
        return tuple(sorted(self.conversions))


@cache
def catalogue() -> Catalogue:
    """The declared sets, read once."""
    data = tomllib.loads(files("wattstone.rates").joinpath("data/sets.toml").read_text(encoding="utf-8"))
    stems: dict[str, dict[str, str]] = data["stems"]
    orders: dict[str, dict[Use, tuple[str, ...]]] = {
        country: {use: tuple[str, ...](entry[use]) for use in USES}
        for entry in data["order"]
        for country in entry["countries"]
    }
    return Catalogue(
        sets={entry["id"]: _set(entry, stems) for entry in data["set"]},
        orders=orders,
        places=data["places"],
        conversions=data["conversions"],
        billing=tuple(_billing(entry) for entry in data["billing_basis"]),
        methane=data["gwp"],
        biogenic=frozenset(data["biogenic"]["fuels"]),
        blends=data["biogenic"]["blends"],
        chosen={country: tuple(ids) for country, ids in data["chosen"].items()},
        lacking={country: entry["reason"] for entry in data["lacking"] for country in entry["countries"]},
        residual={
            country: tuple(Grid(**grid) for grid in entry["grids"])
            for entry in data["residual"]
            for country in entry["countries"]
        },
        categories={use: tuple(data["categories"][use]) for use in USES},
    )


def _billing(entry: dict[str, Any]) -> BillingBasis:
    countries = frozenset[str](entry.pop("countries"))
    return BillingBasis(countries=countries, **entry)


def _set(entry: dict[str, Any], stems: Mapping[str, Mapping[str, str]]) -> FactorSet:
    grids: dict[Use, Grid] = {}
    for use in USES[:3]:
        if use in entry:
            grid: dict[str, Any] = {**entry[use]}
            keyed = stems[grid.pop("stems")] if "stems" in grid else None
            grids[use] = Grid(stems=keyed, **grid)
    fuels: dict[str, Any] = entry.get("fuels", {})
    return FactorSet(
        id=entry["id"],
        name=entry["name"],
        edition=entry["edition"],
        years=frozenset(entry["years"]) if "years" in entry else None,
        grids=grids,
        fuel_rows=tuple(fuels.get("rows", ())),
        fuel_stems=fuels.get("stems", {}),
        converts=frozenset(entry.get("converts", ())),
        family=_EDITION.sub("", entry["id"]),
        sectors=frozenset(entry["sectors"]) if "sectors" in entry else None,
    )
