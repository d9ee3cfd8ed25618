"""Codes of the IUCN Global Ecosystem Typology."""

import tomllib
from functools import cache
from importlib import resources

__all__ = ["codes", "groups"]


@cache
def groups() -> dict[str, int]:
    """How many functional groups each functional biome has; see `data/typology.toml`.

    References
    ----------
    .. [1] D. A. Keith et al., "IUCN Global Ecosystem Typology 2.0," IUCN, 2020; version 2.1 of 2022.
    """
    text = (resources.files("wattstone.programme.nature") / "data" / "typology.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text)["groups"])


@cache
def codes() -> frozenset[str]:
    """All codes of functional biomes (level 2) and ecosystem functional groups (level 3).

    Examples
    --------
    >>> {"M1.1", "MFT1.2", "TF1"} <= codes(), "M9.9" in codes(), "T7.6" in codes()
    (True, False, False)
    """
    return frozenset(groups()) | {f"{biome}.{n}" for biome, count in groups().items() for n in range(1, count + 1)}
