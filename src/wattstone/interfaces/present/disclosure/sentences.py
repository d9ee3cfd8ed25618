"""Sentences that the workspace itself says, as pieces: each number leads to its figure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from wattstone.disclosure.statement import Shown
from wattstone.interfaces.present.disclosure.content import Piece
from wattstone.interfaces.present.disclosure.prose import figure_pieces
from wattstone.interfaces.present.languages import Language
from wattstone.interfaces.present.programme.words import said
from wattstone.programme.report import Said

__all__ = ["said_pieces"]

_AT: Final = "@figure"
_PLACE: Final = re.compile("\ue000([0-9]+)\ue001")


class _Place:
    """Stands in a sentence where a figure is to stand, however its template writes the number."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __format__(self, spec: str, /) -> str:
        return f"\ue000{self._number}\ue001"


def said_pieces(one: Said, figures: Mapping[str, Shown], lang: Language) -> tuple[Piece, ...]:
    """A sentence in a language, its numbers linked to their figures; names of commands stand between backticks.

    Parameters
    ----------
    one : Said
        A value `NAME@figure` is the id of the figure that `NAME` says.
    figures : mapping of str to Shown
        By id.
    lang : {'en', 'zh'}

    Examples
    --------
    >>> it = Shown(id="a", name="scope1", period="2025", subject="organisation", value=40.0, unit="1")
    >>> told = said_pieces(Said("{sites} sites, see `trace`", {"sites": 40, "sites@figure": "a"}), {"a": it}, "en")
    >>> [(piece.text, piece.figure, piece.code) for piece in told]
    [('40', 'a', False), (' sites, see ', '', False), ('trace', '', True)]
    """
    held: list[Shown] = []
    params: dict[str, Any] = {}
    for name, value in one.params.items():
        figure = figures.get(str(one.params.get(name + _AT, "")))
        if figure is None:
            params[name] = value
        else:
            params[name] = _Place(len(held))
            held.append(figure)
    return tuple(_pieces(said(Said(one.text, params), lang), held, lang))


def _pieces(text: str, held: list[Shown], lang: Language) -> Iterator[Piece]:
    code = False
    for place, part in enumerate(_PLACE.split(text)):
        if place % 2:
            yield from figure_pieces(held[int(part)], lang)
            continue
        for number, words in enumerate(part.split("`") if text.count("`") % 2 == 0 else [part]):
            code = code != bool(number)
            if words:
                yield Piece(text=words, code=code)
