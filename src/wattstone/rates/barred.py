"""Rows that ship and must not be used: components of a total, zeros that are choices, series with another purpose."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import translate
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["Barred", "barred"]


@dataclass(frozen=True, kw_only=True)
class Barred:
    """Why a row is not used.

    Parameters
    ----------
    reason : str
        In a sentence.
    acceptable : bool
        Whether an accepted exception with the row's id permits it.
    kinds : frozenset of str
        The activity kinds for which it is barred; empty for every use.
    """

    reason: str
    acceptable: bool
    kinds: frozenset[str] = frozenset()


def barred(row_id: str, name: str, *, kind: str = "") -> Barred | None:
    """Whether a row must not be used, and why.

    Parameters
    ----------
    row_id, name : str
        Of the row.
    kind : str
        The activity kind that it is wanted for.

    Returns
    -------
    Barred or None
        None where it may be used.

    Examples
    --------
    >>> barred("aib2022_residual_ch", "Switzerland residual mix 2022").acceptable
    True
    >>> barred("aib2022_residual_de", "Germany residual mix 2022") is None
    True
    """
    return _barred(row_id, name, kind)


@cache
def _barred(row_id: str, name: str, kind: str) -> Barred | None:
    for ids, names, rule in _rules():
        if rule.kinds and kind not in rule.kinds:
            continue
        if (ids is not None and ids.fullmatch(row_id)) or any(text in name for text in names):
            return rule
    return None


@cache
def _rules() -> tuple[tuple[re.Pattern[str] | None, tuple[str, ...], Barred], ...]:
    data = tomllib.loads(files("wattstone.rates").joinpath("data/barred.toml").read_text(encoding="utf-8"))
    return tuple(_rule(entry) for entry in data["barred"])


def _rule(entry: Mapping[str, Any]) -> tuple[re.Pattern[str] | None, tuple[str, ...], Barred]:
    ids = [translate(pattern) for pattern in entry.get("ids", ())]
    rule = Barred(reason=entry["reason"], acceptable=entry["acceptable"], kinds=frozenset(entry.get("kinds", ())))
    return (re.compile("|".join(ids)) if ids else None), tuple(entry.get("names", ())), rule
