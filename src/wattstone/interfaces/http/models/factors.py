"""Emission factors: rows, what is known of one, and files of one's own."""

from typing import Literal

from pydantic import Field

from wattstone.interfaces.http.models.base import Paged, Shape

__all__ = ["FactorShape", "Factors", "ImportedFactors", "OneFactor", "RowUseShape", "SetShape"]


class FactorShape(Shape):
    """A published number with its unit and its source."""

    id: str
    name: str
    scope: str
    category: str
    region: str = Field(description="Country or grid region, GLOBAL for anywhere.")
    year: int = Field(description="For which it holds.")
    value: float
    unit: str
    gas: str = Field(description="Empty of what is no gas, as a calorific value.")
    gwp_set: str
    source: str
    source_year: str = Field(description="Edition of the source.")
    licence: str
    confidence: Literal["A", "B", "C"]
    remark: str
    origin: str = Field(description="`shipped`, or the name of one's own file.")
    uncertainty: float | None = Field(description="Relative half width of the 95 % interval, where an own row says it.")


class Factors(Paged):
    """Rows of factors, one's own among them."""

    factors: list[FactorShape]


class RowUseShape(Shape):
    """What a row serves."""

    set: str
    kinds: list[str]
    item: str


class SetShape(Shape):
    """Factors that were published together."""

    id: str
    name: str
    edition: str
    years: list[int] = Field(description="That it is for; empty where any.")
    countries: list[str] = Field(description="Whose order holds it; `*` is every other one.")
    factors: list[FactorShape]


class OneFactor(Shape):
    """All that is known of a row, or of a set."""

    factor: FactorShape | None = Field(description="Null where the id is that of a set.")
    set: SetShape | None = Field(description="Null where the id is that of a row.")
    uses: list[RowUseShape]
    beside: list[FactorShape] = Field(description="Rows that serve the same, as its other gases.")
    barred: str | None = Field(description="Why no look-up takes it.")
    replaces: FactorShape | None = Field(description="The shipped row whose value it replaces.")
    accepted: dict[str, str] = Field(description="Exceptions that were accepted, with their reasons.")


class ImportedFactors(Shape):
    """A file of factors as it is kept."""

    name: str
    rows: int
    replaced: list[str] = Field(description="Ids of shipped rows whose values it replaces.")
