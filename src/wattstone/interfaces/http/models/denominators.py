"""What emissions are divided by."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from wattstone.interfaces.http.models.base import Asked, Shape, Short

__all__ = ["DenominatorShape", "Denominators", "StateDenominator", "WithdrawDenominator"]

Year = Annotated[int, Field(ge=1900, le=2199)]
Quantity = Annotated[float, Field(gt=0, allow_inf_nan=False)]
ApproachName = Literal["operational control", "financial control", "equity share"]


class StateDenominator(Asked):
    """A quantity of a year, of the organisation or of a site."""

    name: Short = Field(description="Lower-case letters, digits and `_`: `revenue`, `production`.")
    year: Year
    value: Quantity
    unit: Short = Field(description="Without spaces and strokes: `CNY`, `t`, `vehicle`.")
    site: Short | None = Field(default=None, description="Its id; of the organisation where null.")
    approach: ApproachName | None = Field(
        default=None, description="Of the organisation: by which the quantity was drawn up; needed there."
    )
    source: Annotated[str, Field(min_length=1, max_length=400)] = Field(description="Where the number is from.")


class WithdrawDenominator(Asked):
    """Which of them."""

    name: Short
    year: Year
    site: Short | None = None


class DenominatorShape(Shape):
    """As it is kept."""

    name: str
    subject: str = Field(description="`organisation` or `site:ID`.")
    year: int
    value: float
    unit: str
    approach: ApproachName | None
    source: str
    stated_by: str
    at: datetime
    withdrawn: bool


class Denominators(Shape):
    """What holds of a year."""

    year: int
    denominators: list[DenominatorShape]
