"""Contracts, certificates and rates of suppliers that the market-based method of scope 2 rests on."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from wattstone.interfaces.http.models.base import Asked, Paged, Shape, Told
from wattstone.interfaces.http.models.ledgers import Amount

__all__ = [
    "EXAMPLE",
    "AddContract",
    "ContractShape",
    "ContractUse",
    "Contracts",
    "CorrectContract",
    "ImportedContracts",
    "OneContract",
]

Texts = Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=1000)]
Field_ = Annotated[str, Field(max_length=20_000)] | bool | Amount | Texts | None
Said = Annotated[dict[Annotated[str, Field(max_length=100)], Field_], Field(max_length=50)]

EXAMPLE = {
    "kind": "GO", "market": "DE", "vintage_start": "2025-01-01", "vintage_end": "2025-12-31", "volume": "500 MWh",
    "factor": 0, "factor_source": "statement of cancellation", "technology": "wind", "tracking_system": "register",
    "serials": ["DE-000100..DE-000599"], "retired_on": "2026-01-31", "retired_for": "Example plc",
}  # fmt: skip
"""What is said of a certificate, as an example has it."""


class Judged(Shape):
    """Whether a quality criterion is met."""

    criterion: str = Field(description="rate, sole, retired, vintage, market, delivered, transferred or residual.")
    met: bool | None = Field(description="Null where it is not asked of this kind.")
    why: str


class ContractShape(Shape):
    """A contract, certificate or rate: what was said of it, and what is claimed of it."""

    id: str
    kind: str
    carrier: str = Field(description="electricity, heat, steam or cooling.")
    market: str = Field(description="Where it was generated: a country, or a market of several.")
    vintage_start: date
    vintage_end: date
    volume: float | None = Field(default=None, description="None of a rate that holds for all. [kWh]")
    factor: float = Field(description="Direct emissions. [kg CO2e kWh-1]")
    factor_source: str
    technology: str | None = None
    tracking_system: str | None = None
    serials: list[str]
    retired_on: date | None = None
    retired_for: str | None = None
    sites: list[str] = Field(description="Those it serves, as far as one may see them; all of the market where empty.")
    generation_meter: str | None = None
    document: str | None = Field(default=None, description="SHA-256 of what proves it.")
    state: Literal["in force", "refused", "withdrawn"]
    withdrawn: str = Field(description="Why; empty where it is in force.")
    entered_by: str
    entered_at: datetime
    claimed: dict[str, float] = Field(description="By year. [kWh]")
    left: float | None = Field(description="Of the volume, what no year claims. [kWh]")
    criteria: list[Judged]


class Contracts(Paged):
    """Contracts and certificates."""

    contracts: list[ContractShape]


class OneContract(Shape):
    """A contract as it is now, and what was noticed."""

    contract: ContractShape
    findings: list[Told]


class ImportedContracts(Shape):
    """What a table brought: ids of contracts that are new, changed, and as they were."""

    source: str
    new: list[str]
    changed: list[str]
    same: list[str]
    findings: list[Told]


class UseOfGrid(Shape):
    """Bought energy of the organisation's share on a grid, and what serves it."""

    carrier: str
    grid: str = Field(description="Region or country; empty where neither is known.")
    sites: int
    energy: float = Field(description="[kWh]")
    served: float = Field(description="By contracts. [kWh]")
    mixed: float = Field(description="By the residual mix. [kWh]")
    averaged: float = Field(description="By the location-based factor, as no residual mix is known. [kWh]")
    value: float | None = Field(description="Market-based; null where it is not known. [kg]")
    location: float | None = Field(description="Location-based; null where it is not known. [kg]")


class Use(Shape):
    """What a contract serves of a site."""

    contract: str
    site_id: str
    carrier: str
    energy: float = Field(description="For all owners of the site. [kWh]")
    owned: float = Field(description="Of the organisation's share. [kWh]")
    value: float = Field(description="Of that. [kg]")


class NoClaim(Shape):
    """A contract that carries no claim in the year."""

    contract: str
    why: str


class ContractUse(Shape):
    """How contracts are used in a year, as its inventory recorded it."""

    year: int
    evidence: str = Field(description="Id of the evidence that figures of the year name.")
    grids: list[UseOfGrid]
    uses: list[Use]
    refused: list[NoClaim]


class AddContract(Asked):
    """A contract that is not there yet."""

    id: Annotated[str, Field(min_length=1, max_length=200)]
    said: Annotated[Said, Field(description="Fields as a table's columns.")]


class CorrectContract(Asked):
    """What changes of a contract."""

    said: Annotated[Said, Field(description="Fields that change; null takes back what was said.", min_length=1)]
