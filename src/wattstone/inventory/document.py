"""The inventory as a document: what a reader is shown, ready for any form of output."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from wattstone.base import Finding

FIGURES: dict[str, pl.DataType] = {
    "id": pl.String(),
    "name": pl.String(),
    "subject": pl.String(),
    "period": pl.String(),
    "value": pl.Float64(),
    "unit": pl.String(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
    "reason": pl.String(),
    "basis": pl.String(),
    "method": pl.String(),
    "estimated": pl.Float64(),
}

SITES: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "name": pl.String(),
    "type": pl.String(),
    "floor_area": pl.Float64(),  # m2
    "country": pl.String(),
    "zone": pl.String(),
    "grid_region": pl.String(),
}

FACTORS: dict[str, pl.DataType] = {
    "id": pl.String(),
    "name": pl.String(),
    "value": pl.Float64(),
    "unit": pl.String(),
    "gas": pl.String(),
    "gwp_set": pl.String(),
    "source": pl.String(),
    "source_year": pl.Int64(),
    "licence": pl.String(),
    "confidence": pl.String(),
    "notes": pl.String(),
}

SOURCES: dict[str, pl.DataType] = {
    "file": pl.String(),
    "sha256": pl.String(),
    "rows": pl.Int64(),
    "first": pl.String(),
    "last": pl.String(),
    "batch": pl.String(),
}


@dataclass(frozen=True, kw_only=True)
class InventoryDocument:
    """Everything that a report of one year's inventory shows. Nothing in it is computed again.

    Parameters
    ----------
    organisation : str
        Whose inventory it is.
    year : int
        Calendar year on the clocks of the sites.
    zone : str
        IANA zone of the organisation.
    simulated : bool
        True where any of the readings were generated; every output then says so.
    gwp_set : str
        `AR4`, `AR5`, `AR6`.
    approach : str
        Consolidation approach of the GHG Protocol.
    currency : str
        ISO 4217.
    base_year : int or None
        Year that targets start from.
    generated : datetime
        When the document was made, with its zone.
    figures : DataFrame
        `FIGURES`. `subject` is `organisation`, `site:ID` or `meter:ID`; `period` is `2019` or `2019-03`, of the year
        and, where there is one, of the year before. `value` is null where it cannot be computed, with the `reason`.
        `lower` and `upper` bound the 90 % interval. `estimated` is a share, 0 to 1.
        A further column `notes`, a list of texts, says what the reader must know about a value; others are ignored.
    sites : DataFrame
        `SITES`.
    factors : DataFrame
        `FACTORS`: those that the figures rest on.
    quality : DataFrame or None
        A row per meter: `meter_id`, `site_id`, `kind`, `score` (0 to 1), `gaps` (share, 0 to 1); every further column
        of integers counts the readings that carry the flag it is named after.
    mend : tuple of Finding
        What to mend first, the most useful first.
    sources : DataFrame
        `SOURCES`: the files that the readings came from.
    fill : str or None
        Name of the method that filled gaps; None where nothing was filled.
    """

    organisation: str
    year: int
    zone: str
    simulated: bool
    gwp_set: str
    approach: str
    currency: str
    base_year: int | None
    generated: datetime
    figures: pl.DataFrame
    sites: pl.DataFrame
    factors: pl.DataFrame
    quality: pl.DataFrame | None
    mend: tuple[Finding, ...]
    sources: pl.DataFrame
    fill: str | None
