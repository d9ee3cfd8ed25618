"""Findings and measures, and what is decided about them."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from wattstone.interfaces.http.models.base import Asked, Paged, Shape, Told
from wattstone.portfolio.measures import Measure

__all__ = ["CardShape", "Cards", "Findings", "Measures", "MoveCard", "OneMeasure"]


class Measures(Paged):
    """Measures."""

    measures: list[Measure]


class OneMeasure(Shape):
    """A measure as it was declared, and what was noticed."""

    measure: Measure
    findings: list[Told]


class CardShape(Shape):
    """A finding or a measure on the board."""

    key: str
    kind: Literal["finding", "measure"]
    state: str
    site_id: str


class Cards(Paged):
    """Cards of the board."""

    cards: list[CardShape]


class Findings(Paged):
    """Findings of the newest detection."""

    findings: list[dict[str, Any]]


class MoveCard(Asked):
    """Where a card goes, and what is said of it."""

    state: Literal["open", "planned", "doing", "done", "dismissed"]
    note: Annotated[str | None, Field(max_length=4000)] = None
    owner: Annotated[str | None, Field(max_length=200)] = None
    due: date | None = None
