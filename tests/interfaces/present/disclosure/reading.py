"""What stands in a book, text by text, and English that stands in a Chinese one."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from wattstone.interfaces.present.charts.base import Drawing
from wattstone.interfaces.present.content import Cell
from wattstone.interfaces.present.disclosure.content import Book, Piece

__all__ = ["ALLOWED", "english_in", "words_of"]

ALLOWED = {
    # units and substances, where they are written with small letters
    "CO2e", "tCO2e", "HFCs", "PFCs", "kWh", "MWh", "GWh",
    # names that are the same in both languages
    "Wattstone", "Protocol", "trace", "wattstone", "disclose", "status", "report",
}  # fmt: skip
"""Latin words of three small letters or more that a Chinese report may hold, beside ids, keys and commands."""

_WORD = re.compile(r"[A-Za-z]*[a-z]{3,}[A-Za-z]*")
_ID = re.compile(r"[^\s、，；：（）“”]*(?:[\d|@_~/]|\w\.\w|\w:\w|\w-\w)[^\s、，；：（）“”]*")
"""Ids, keys and units have a digit or a sign in them that words do not have."""
_CODE = re.compile("`[^`]*`")
_VARIABLE = re.compile(r"\w[\w ]*\|[\w |]*")
"""What a provider of scenarios calls a variable: `Emission factor|Electricity`."""
_KEYS = {"key", "id", "href", "figure", "status", "state", "kind", "lang", "facts_key", "standard_key"}
"""Fields that nobody reads."""


def words_of(held: Any, name: str = "") -> Iterator[str]:
    """Every text that a reader sees; code and ids are none."""
    if name in _KEYS or (isinstance(held, Cell) and held.code) or (isinstance(held, Piece) and held.code):
        return
    if isinstance(held, str):
        yield held
    elif isinstance(held, Drawing):
        yield from (held.title, held.subtitle, held.alt)
        yield from words_of(held.table)
    elif is_dataclass(held) and not isinstance(held, type):
        for one in fields(held):
            yield from words_of(getattr(held, one.name), one.name)
    elif isinstance(held, dict):
        for one in held.values():
            yield from words_of(one)
    elif isinstance(held, tuple | list):
        for one in held:
            yield from words_of(one)


def english_in(book: Book) -> set[str]:
    """Texts of a Chinese book in which a Latin word stands that it may not hold."""
    found: set[str] = set()
    for text in words_of(book):
        bare = _ID.sub(" ", _VARIABLE.sub(" ", _CODE.sub(" ", text)).replace("\u200b", ""))
        if any(one not in ALLOWED for one in _WORD.findall(bare)):
            found.add(text)
    return found
