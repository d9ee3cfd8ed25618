"""Packs of own factors as TOML: what all factors share is said once, the rest by factor."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from wattstone.base import Finding

__all__ = ["SHARED", "pack_cells"]

SHARED = ("gwp_set", "source", "source_year", "licence", "confidence", "region", "year")
"""Keys that `[pack]` may hold for all of its factors."""

# By code: what was found, what was expected, what to do.
_TEXTS = {
    "unreadable": ("it is no TOML: {error}", "a table [pack] and tables [[factor]]", "mend what the error names"),
    "none": ("it holds no factor", "tables [[factor]], one for each factor", "write one"),
    "key": ("the key {key} is not known", "the keys {all}", "remove it, or write what it says under remark"),
    "cell": ("{value} is no text and no number", "one value", "give each factor a value of its own"),
}


def pack_cells(path: Path, columns: tuple[str, ...]) -> tuple[list[tuple[str, dict[str, str]]], list[Finding]]:
    """Read a pack as rows of text, so that they are judged as those of a CSV file are.

    Parameters
    ----------
    path : Path
        `name.toml` in UTF-8. `[pack]` holds a `name` and what its factors share: any of `SHARED`; each `[[factor]]`
        has the columns of an own factor as keys.
    columns : tuple of str
        The columns of an own factor.

    Returns
    -------
    tuple of (rows, findings)
        Each row with its place; rows are only to be used where there are no findings.
    """
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return [], [_finding("unreadable", path.name, error=str(error))]
    pack: Mapping[str, Any] = data["pack"] if isinstance(data.get("pack"), dict) else {}
    factors: list[Any] = data["factor"] if isinstance(data.get("factor"), list) else []
    found = [_unknown(path.name, key, ("pack", "factor")) for key in data if key not in ("pack", "factor")]
    found += [_unknown(path.name, key, ("name", *SHARED)) for key in pack if key not in ("name", *SHARED)]
    if not any(isinstance(one, dict) for one in factors):
        return [], [*found, _finding("none", path.name)]
    shared = {key: pack[key] for key in SHARED if key in pack}
    rows: list[tuple[str, dict[str, str]]] = []
    for number, one in enumerate(factors, 1):
        place = f"{path.name}, factor {number}"
        cells: dict[str, Any] = {**shared, **(one if isinstance(one, dict) else {})}
        found += [_unknown(place, key, columns) for key in cells if key not in columns]
        wrong = [key for key, value in cells.items() if not isinstance(value, str | int | float | date)]
        found += [_finding("cell", f"{place}, column {key!r}", value=repr(cells[key])) for key in wrong]
        rows.append((place, {key: _text(cells.get(key, "")) for key in columns}))
    return rows, found


def _text(value: object) -> str:
    return repr(value) if isinstance(value, float) else str(value).strip()


def _unknown(place: str, key: str, known: tuple[str, ...]) -> Finding:
    return _finding("key", place, key=repr(key), all=", ".join(known))


def _finding(code: str, place: str, **params: str) -> Finding:
    found, expected, remedy = _TEXTS[code]
    return Finding(code=f"rates.pack_{code}", place=place, found=found, expected=expected, remedy=remedy, params=params)
