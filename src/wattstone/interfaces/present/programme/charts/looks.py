"""How areas of a map look: a status has its colour and its fill, whatever other statuses occur."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from wattstone.interfaces.present.languages import Language
from wattstone.interfaces.present.programme.charts.prepared import COLOURS, DASHES
from wattstone.interfaces.present.programme.tables import cell_text
from wattstone.programme.report import Column

__all__ = ["FILLED", "Fill", "Look", "bound", "looks_of"]

Fill = Literal["full", "hatched", "open"]


@dataclass(frozen=True)
class Look:
    """Of a series.

    Parameters
    ----------
    colour : str
        A token.
    fill : {'full', 'hatched', 'open'}
    dash : tuple of int
        Of the edge. [px]
    rank : int
        What is drawn on top of what.
    """

    colour: str
    fill: Fill
    dash: tuple[int, ...]
    rank: int


FILLED: Final = 0.6
"""Opacity of what is filled."""

_STATUSES: Final[Mapping[str, Look]] = {
    "planned": Look("charger", "open", (3, 3), 0),
    "agreement": Look("scope-1", "hatched", (7, 3), 1),
    "action": Look("scope-3", "full", (1, 0), 2),
    "verified": Look("jade", "full", (1, 0), 3),
}


def bound(series: Column | None) -> bool:
    """Whether a series is that of the statuses of areas: filled is what is delivered."""
    return series is not None and bool(series.labels) and set(series.labels) <= set(_STATUSES)


def looks_of(series: Column | None, names: list[str], lang: Language) -> dict[str, Look]:
    """The look of each series by its name in a language.

    Parameters
    ----------
    series : Column or None
    names : list of str
        In words, those that occur.
    lang : {'en', 'zh'}

    Returns
    -------
    dict
        Of statuses as they are bound; of others by the place of their label, or, without labels, in their order.

    Examples
    --------
    >>> status = Column("status", "Status", labels={"planned": "Planned", "verified": "Verified"})
    >>> looks_of(status, ["Verified"], "en")["Verified"].colour
    'jade'
    """
    if series is None:
        return {"": Look(COLOURS[0], "full", (1, 0), 0)}
    if bound(series):
        return {cell_text(key, series.labels, lang): _STATUSES[key] for key in series.labels}
    every = [cell_text(one, series.labels, lang) for one in series.labels]
    order = [*every, *(one for one in names if one not in every)]
    return {
        name: Look(COLOURS[at % len(COLOURS)], "full", (DASHES[at % len(DASHES)][0], DASHES[at % len(DASHES)][1]), at)
        for at, name in enumerate(order)
    }
