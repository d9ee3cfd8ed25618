"""The vocabulary of what meters measure: kinds, their aliases, and how the inventory uses each."""

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

Role = Literal["grid", "export", "network", "fuel", "generation", "other"]

REGISTER_SUFFIX = "_register"


@dataclass(frozen=True)
class Kind:
    """What a meter measures.

    Parameters
    ----------
    name : str
        Canonical: `natural_gas`.
    role : str
        How the inventory uses it; see `kinds.toml`.
    quantity : str
        Quantity that the lake stores it as (`base.units`).
    fuel : str or None
        Its name in the factor sets, for what is burnt on site.
    """

    name: str
    role: Role
    quantity: str
    fuel: str | None = None


@cache
def vocabulary() -> dict[str, Kind]:
    """All known kinds by canonical name."""
    text = files("wattstone.portfolio").joinpath("kinds.toml").read_text(encoding="utf-8")
    return {
        name: Kind(name, entry["role"], entry["quantity"], entry.get("fuel"))
        for name, entry in tomllib.loads(text).items()
    }


@cache
def _aliases() -> dict[str, str]:
    text = files("wattstone.portfolio").joinpath("kinds.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    return {alias: name for name, entry in table.items() for alias in (name, *entry["aliases"])}


@lru_cache(maxsize=4096)  # asked for every meter, and there are few spellings
def canonical_kind(spelling: str) -> str:
    """The canonical name of a kind; an unknown kind keeps its own name.

    Parameters
    ----------
    spelling : str
        `gas`, `Natural Gas`, `water_register` (a register keeps its suffix).

    Returns
    -------
    str

    Examples
    --------
    >>> canonical_kind("Gas"), canonical_kind("water_register"), canonical_kind("reactive_energy_lagging")
    ('natural_gas', 'water_register', 'reactive_energy_lagging')
    """
    folded = spelling.strip().lower().replace(" ", "_").replace("-", "_")
    if folded.endswith(REGISTER_SUFFIX):
        return canonical_kind(folded.removesuffix(REGISTER_SUFFIX)) + REGISTER_SUFFIX
    return _aliases().get(folded, folded)


@lru_cache(maxsize=4096)
def kind_of(name: str) -> Kind | None:
    """The kind of a canonical name; a register's kind is that of what it counts; None if it is not known."""
    return vocabulary().get(name.removesuffix(REGISTER_SUFFIX))
