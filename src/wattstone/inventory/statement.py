"""The greenhouse-gas statement of a year: all scopes, both bases, as a document ready for any form of output.

It is what an assurer reads: totals with their parts, the gases, what stands apart, what was decided of each category
of scope 3, the base year, what changed, how sure it is, what was checked. Nothing in it is computed again.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import polars as pl

from wattstone.base import Finding

TOTALS: dict[str, pl.DataType] = {
    "name": pl.String(),  # scope1, scope2.location, scope2.market, scope3, scope3.1 to scope3.15, total.location, ...
    "subject": pl.String(),  # organisation, site:ID
    "value": pl.Float64(),  # kg CO2e; null where it cannot be computed, with the reason
    "unit": pl.String(),
    "lower": pl.Float64(),  # 90 % interval
    "upper": pl.Float64(),
    "estimated": pl.Float64(),  # share, 0 to 1
    "quality": pl.Float64(),  # 1 best to 5, weighted by emissions; null where it is not known
    "reason": pl.String(),
    "notes": pl.List(pl.String()),
    "id": pl.String(),  # of the figure
}

LINES: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "scope": pl.Int8(),  # 1, 2, 3; 0 stands apart
    "category": pl.Int8(),  # of scope 3: 1 to 15; 0 elsewhere
    "basis": pl.String(),  # location, market; null elsewhere
    "kind": pl.String(),  # as rates.activities, or the kind of a meter
    "item": pl.String(),
    "method": pl.String(),  # meter, supplier, hybrid, average, spend
    "amount": pl.Float64(),
    "unit": pl.String(),
    "factor": pl.Float64(),  # kg CO2e per unit
    "factor_id": pl.String(),
    "value": pl.Float64(),  # kg CO2e, the organisation's share
    "biogenic": pl.Float64(),  # kg CO2, apart
    "estimated": pl.Float64(),
    "quality": pl.Float64(),
    "id": pl.String(),  # of the figure
}

GASES: dict[str, pl.DataType] = {
    "scope": pl.Int8(),
    "category": pl.Int8(),
    "gas": pl.String(),  # CO2, CH4, N2O, HFCs, PFCs, SF6, NF3, or CO2e where a source has a total alone
    "mass": pl.Float64(),  # kg of the gas; null for CO2e
    "value": pl.Float64(),  # kg CO2e
}

APART: dict[str, pl.DataType] = {
    "what": pl.String(),  # biogenic, avoided, scope2.unknown, outside_kyoto
    "value": pl.Float64(),
    "unit": pl.String(),
    "note": pl.String(),
    "id": pl.String(),
}

DECISIONS: dict[str, pl.DataType] = {
    "category": pl.Int8(),
    "decision": pl.String(),  # computed, not_estimated, not_applicable, undecided
    "reason": pl.String(),
    "methods": pl.String(),  # those used, by share of emissions: "average 80 %, spend 20 %"
    "value": pl.Float64(),
    "quality": pl.Float64(),
    "decided_by": pl.String(),
    "at": pl.Datetime("us"),
}

INSTRUMENTS: dict[str, pl.DataType] = {
    "instrument": pl.String(),
    "kind": pl.String(),
    "site_id": pl.String(),
    "energy": pl.Float64(),  # kWh used this year
    "factor": pl.Float64(),  # kg CO2e/kWh
    "value": pl.Float64(),
    "accepted": pl.Boolean(),  # it meets the quality criteria
    "reason": pl.String(),
}

SERIES: dict[str, pl.DataType] = {
    "year": pl.Int32(),
    "name": pl.String(),
    "reported": pl.Float64(),  # as it was first released
    "recalculated": pl.Float64(),  # with what was restated since
}

RESTATEMENTS: dict[str, pl.DataType] = {
    "at": pl.Datetime("us"),
    "year": pl.Int32(),
    "name": pl.String(),
    "trigger": pl.String(),  # structure, method, error
    "before": pl.Float64(),
    "after": pl.Float64(),
    "reason": pl.String(),
    "accepted_by": pl.String(),
    "entry": pl.String(),  # hash in the ledger
}

CHANGE: dict[str, pl.DataType] = {
    "name": pl.String(),  # the total that changed
    "effect": pl.String(),  # activity, factor, weather, structure, price, method
    "value": pl.Float64(),  # kg CO2e; the effects of a name add up to its change
}

DOMINANT: dict[str, pl.DataType] = {
    "source": pl.String(),  # a factor or the activity data of a kind
    "what": pl.String(),  # factor, activity
    "share": pl.Float64(),  # of the variance of the total, 0 to 1
}


@dataclass(frozen=True, kw_only=True)
class Tested:
    """What a check before release found, and what became of it.

    Parameters
    ----------
    state : {'stops', 'asks', 'tells', 'let pass'}
        No release with it, none without a reason, for information, and let pass with a reason.
    finding : Finding
        In words.
    who, reason : str
        Of what was let pass: by whom, and why.
    at : datetime or None
        When. [UTC]
    """

    state: Literal["stops", "asks", "tells", "let pass"]
    finding: Finding
    who: str = ""
    reason: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class GhgStatement:
    """Everything that a report of the complete inventory of a year shows.

    Parameters
    ----------
    organisation : str
        Whose inventory it is.
    year : int
        Calendar year on the clocks of the sites.
    zone, gwp_set, approach, currency : str
        IANA zone; `AR4`, `AR5`, `AR6`; consolidation approach of the GHG Protocol; ISO 4217.
    base_year : int or None
        Year that targets start from.
    simulated : bool
        True where any of the data were generated; every output then says so.
    generated : datetime
        When the statement was made, with its zone.
    totals, lines, gases, apart, decisions : DataFrame
        Schemas `TOTALS`, `LINES`, `GASES`, `APART`, `DECISIONS` (always 15 rows).
    instruments, series, restatements, change, dominant : DataFrame
        Schemas `INSTRUMENTS`, `SERIES`, `RESTATEMENTS`, `CHANGE`, `DOMINANT`; empty where there is nothing to show.
    before : DataFrame
        Schema `TOTALS`, of the year before; empty where there is none.
    intensities : DataFrame
        Schema `TOTALS`: emissions by floor area, by revenue, by unit made, with their unit.
    sites : DataFrame
        `inventory.document.SITES`.
    factors : DataFrame
        `inventory.document.FACTORS`: those that the figures rest on.
    checked : tuple of Tested
        What the checks before release found, the gravest first, with what was let pass.
    findings : tuple of Finding
        What else was found: lines without a factor, years that cannot be compared.
    hourly_match : float or None
        Share of the electricity that was matched by the hour, beside the annual claim, 0 to 1.
    annual_match : float or None
        Share of the electricity that contracts cover by the year.
    """

    organisation: str
    year: int
    zone: str
    gwp_set: str
    approach: str
    currency: str
    base_year: int | None
    simulated: bool
    generated: datetime
    totals: pl.DataFrame
    lines: pl.DataFrame
    gases: pl.DataFrame
    apart: pl.DataFrame
    decisions: pl.DataFrame
    instruments: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=INSTRUMENTS))
    series: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SERIES))
    restatements: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=RESTATEMENTS))
    change: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CHANGE))
    dominant: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=DOMINANT))
    before: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=TOTALS))
    intensities: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=TOTALS))
    sites: pl.DataFrame
    factors: pl.DataFrame
    checked: tuple[Tested, ...] = ()
    findings: tuple[Finding, ...] = ()
    hourly_match: float | None = None
    annual_match: float | None = None

    @property
    def outstanding(self) -> tuple[Finding, ...]:
        """All that was found and that nobody let pass."""
        return (*(one.finding for one in self.checked if one.state != "let pass"), *self.findings)
