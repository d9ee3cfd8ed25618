"""Tables on paper: where their texts may break, and what of each column is measured before its width is chosen."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, Final

from wattstone.interfaces.present.content import Cell, Table

__all__ = ["breakable", "printed_table"]

LONGEST: Final = 18
"""Characters of a word that is never broken; a longer one may break anywhere."""

_BREAK = "\N{ZERO WIDTH SPACE}"
_AFTER: Final = "@._/:~|"  # signs of addresses, ids and names of methods after which a line may end
_MEASURED = 6  # texts of a column that look the widest: one of them is
_SHORT = 7  # characters of a text that is not broken, as `t CO2e`
_KEYS = 3  # columns that may be repeated where a table is too wide for a page


def printed_table(table: Table, *, unbroken: int = 0) -> dict[str, Any]:
    """A table as the template of the paper takes it.

    Parameters
    ----------
    table : Table
    unbroken : int
        Characters of an id, key or address that stays on a line, so that it is copied as it is.

    Returns
    -------
    dict
        `heads`, `rows`, `title`, `note`; `whole`: whether it stays together on a page; `keys`: how many of its first
        columns name a row; `columns`: for each what the template measures.
    """
    rows = [
        [{**asdict(cell), "text": breakable(cell.text, code=cell.code, unbroken=unbroken)} for cell in row]
        for row in table.rows
    ]
    heads = [{**asdict(head), "text": breakable(head.text)} for head in table.heads]
    columns = [_column(head["text"], [row[place] for row in rows]) for place, head in enumerate(heads)]
    return {
        "heads": heads, "rows": rows, "title": table.title, "note": table.note, "whole": _whole(table.rows),
        "keys": _keys(table.rows), "columns": columns,
    }  # fmt: skip


def breakable(text: str, *, code: bool = False, unbroken: int = 0) -> str:
    """A text whose longest words, ids and addresses may be broken.

    Parameters
    ----------
    text : str
    code : bool
        Whether it is an id or a name of a method.
    unbroken : int
        Characters of a word that is not broken in any case.

    Returns
    -------
    str
        With zero-width spaces, in whose place the templates let a line end: no reader of the paper meets them.

    Examples
    --------
    >>> breakable("plan.shadow/1", code=True).split("\N{ZERO WIDTH SPACE}")
    ['plan.', 'shadow/', '1']
    >>> breakable("12 345 t"), len(breakable("x" * 40).split("\N{ZERO WIDTH SPACE}"))
    ('12 345 t', 40)
    """
    return re.sub(
        r"[^ \n]+", lambda found: found[0] if len(found[0]) <= unbroken else _parted(found[0], code=code), text
    )


def _parted(word: str, *, code: bool) -> str:
    if not code and "@" not in word and len(word) <= LONGEST:
        return word
    for sign in _AFTER:
        word = word.replace(sign, sign + _BREAK)
    return _BREAK.join(part if len(part) <= LONGEST else _BREAK.join(part) for part in word.split(_BREAK))


def _column(head: str, cells: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What is measured of a column: the widest of its words and of its texts; numbers are never broken."""
    texts = [str(cell["text"]) for cell in cells]
    words = {word for cell in cells for word in _words(cell["text"], whole=cell["numeric"])}
    mean = sum(map(_looks, texts)) / max(len(texts), 1)
    long = max(map(_looks, texts), default=0.0)
    return {
        "head": head, "head-words": _widest(_words(head)), "words": _widest(words), "texts": _widest(set(texts)),
        # One long text among short ones needs room too, and so does a long head.
        "weight": max(mean, long / 4, _looks(head) / 2.5, 1.0),
        "least": max((_looks(word) for word in {*words, *_words(head)}), default=1.0),
        "wide": max(long, *(_looks(word) for word in _words(head)), 1.0),
    }  # fmt: skip


def _words(text: str, *, whole: bool = False) -> list[str]:
    """The pieces of a text between which a line may end; in Chinese each sign by itself, with what may not leave it."""
    if len(text) <= (2 * LONGEST if whole else _SHORT):
        return [text]
    pieces = re.split(f"[ \n{_BREAK}]+", text)
    return [part for piece in pieces for part in _signs(piece) if part]


def _signs(piece: str) -> list[str]:
    """Ideographs may part from each other, but a mark stays with its neighbour: two at a time are surely enough."""
    if not any(_wide(sign) for sign in piece):
        return [piece]
    parts = re.findall(
        r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]|[^\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+", piece
    )
    return ["".join(parts[place : place + 2]) for place in range(len(parts))]


def _widest(texts: Iterable[str]) -> list[str]:
    """Those that look the widest, which the template measures in the fonts that are used."""
    return sorted(texts, key=lambda text: (-_looks(text), text))[:_MEASURED]


def _looks(text: str) -> float:
    """About how wide a text is, in widths of a digit."""
    return sum(map(_sign, text))


def _sign(sign: str) -> float:
    if sign == _BREAK:
        return 0.0
    if _wide(sign):
        return 1.8
    return 0.55 if sign in " .,:;|!'ijlftr()[]/-\N{NARROW NO-BREAK SPACE}" else 1.5 if sign in "MWmw%@" else 1.0


def _wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in "WF"


def _keys(rows: Sequence[tuple[Cell, ...]]) -> int:
    """How many of the first columns tell rows apart; one where none do."""
    width = len(rows[0]) if rows else 1
    for keys in range(1, min(_KEYS, width - 1) + 1):
        if len({tuple(cell.text for cell in row[:keys]) for row in rows}) == len(rows):
            return keys
    return 1


def _whole(rows: Sequence[tuple[Cell, ...]]) -> bool:
    """Whether it is short enough to stay together on a page."""
    return len(rows) <= 16 and sum(len(cell.text) for row in rows for cell in row) <= 1000
