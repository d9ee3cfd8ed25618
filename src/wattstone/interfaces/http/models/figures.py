"""Figures with their evidence, inventories, steps of plans, savings; documents made of them."""

from datetime import datetime
from typing import Any

from wattstone.interfaces.http.models.base import Paged, Shape

__all__ = [
    "DocumentShape",
    "Documents",
    "Evidence",
    "FigureShape",
    "Figures",
    "Inventories",
    "InventoryShape",
    "Savings",
    "Steps",
]


class FigureShape(Shape):
    """A number with its evidence."""

    id: str
    name: str
    subject: str
    period: str
    value: float | None
    unit: str
    lower: float | None
    upper: float | None
    reason: str | None
    basis: str | None = None
    method: str | None = None
    estimated: float | None = None
    coverage: float | None = None
    notes: list[str] | None = None
    run: int | None = None
    replaces: str | None = None
    why: str | None = None


class Figures(Paged):
    """Figures."""

    figures: list[FigureShape]


class Inventories(Shape):
    """Years with an inventory."""

    years: list[int]


class InventoryShape(Shape):
    """The inventory of a year: the organisation's figures; those of sites and meters are at `/figures`."""

    year: int
    simulated: bool
    figures: list[FigureShape]


class Evidence(Shape):
    """What a figure was made from, down to rows, source files and factors."""

    id: str
    kind: str
    inputs: list["Evidence"]
    more: int | None = None


class Steps(Paged):
    """Steps of forecasts or plans."""

    steps: list[dict[str, Any]]


class Savings(Paged):
    """Verified savings."""

    savings: list[FigureShape]


class DocumentShape(Shape):
    """A document that was made."""

    id: str
    kind: str
    subject: str
    lang: str
    title: str
    made: datetime


class Documents(Paged):
    """Documents."""

    documents: list[DocumentShape]
