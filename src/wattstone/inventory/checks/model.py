"""What a check is given, and what it finds."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

import polars as pl

from wattstone.base import Finding
from wattstone.inventory.frames import FIGURE
from wattstone.inventory.lines import LINES
from wattstone.inventory.released import Release, Waiver
from wattstone.inventory.statement import RESTATEMENTS
from wattstone.inventory.unserved import UNSERVED
from wattstone.portfolio.control import PLACEMENT
from wattstone.readings.activities.schema import ACTIVITY

__all__ = [
    "CLAIMED", "FACTORS", "METERS", "PROPOSED", "RATIOS", "CheckInputs", "Checked", "Severity", "finding", "rules",
]  # fmt: skip

Severity = Literal["stops", "asks", "tells"]
"""`stops`: no release before it is mended. `asks`: somebody mends it, or lets it pass by name with a reason.
`tells`: the reader should know."""

METERS: Final[dict[str, pl.DataType]] = {
    "meter_id": pl.String(),
    "site_id": pl.String(),
    "kind": pl.String(),  # canonical, without the suffix of a register
    "counted": pl.Boolean(),  # it stands in the totals
}

FACTORS: Final[dict[str, pl.DataType]] = {
    "id": pl.String(),
    "gas": pl.String(),  # CO2e, CO2
    "gwp_set": pl.String(),  # AR5; mixed, unspecified; null for CO2
}

RATIOS: Final[dict[str, pl.DataType]] = {
    "name": pl.String(),  # of the intensity
    "subject": pl.String(),
    "year": pl.Int32(),
    "value": pl.Float64(),
    "numerator": pl.Float64(),
    "denominator": pl.Float64(),  # null where only numerator and intensity are known
}
"""Intensities and what they were divided from."""


CLAIMED: Final[dict[str, pl.DataType]] = {
    "year": pl.Int32(),
    "name": pl.String(),
    "after": pl.Float64(),
}
"""What the restatement that was accepted last says a recorded figure of the organisation is."""

PROPOSED: Final[dict[str, pl.DataType]] = {
    "year": pl.Int32(),
    "name": pl.String(),
    "ids": pl.String(),  # with blanks between them
}
"""Restatements that wait for a decision."""


@dataclass(frozen=True, kw_only=True)
class CheckInputs:
    """An inventory and everything it is held against.

    Parameters
    ----------
    year : int
        Of the inventory.
    gwp_set : str
        Of the organisation.
    figures : polars.DataFrame
        Schema `inventory.frames.FIGURE`: of the year and, where there is one, of the year before.
    lines : polars.DataFrame
        Schema `inventory.lines.LINES`, of the year.
    activities : polars.DataFrame
        Schema `readings.activities.schema.ACTIVITY`: the lines in force that the year rests on.
    decisions : polars.DataFrame or None
        Schema `inventory.statement.DECISIONS`; None where scope 3 is no part of the inventory.
    placements : polars.DataFrame
        Schema `portfolio.control.PLACEMENT`; a site that is not in it is the organisation's own throughout.
    meters : polars.DataFrame
        Schema `METERS`.
    factors : polars.DataFrame
        Schema `FACTORS`: those that the figures rest on.
    ratios : polars.DataFrame
        Schema `RATIOS`, of the year and of the year before.
    releases : tuple of Release
        Of the year and of the year before, those that hold.
    restatements : polars.DataFrame
        Schema `inventory.statement.RESTATEMENTS`: what was accepted.
    claimed : polars.DataFrame
        Schema `CLAIMED`.
    proposed : polars.DataFrame
        Schema `PROPOSED`.
    contracts : polars.DataFrame
        Schema `inventory.unserved.UNSERVED`: those in force that serve nothing of the year.
    waivers : tuple of Waiver
        Of the year.
    """

    year: int
    gwp_set: str
    figures: pl.DataFrame
    lines: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LINES))
    activities: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ACTIVITY))
    decisions: pl.DataFrame | None = None
    placements: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PLACEMENT))
    meters: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=METERS))
    factors: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FACTORS))
    ratios: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=RATIOS))
    releases: tuple[Release, ...] = ()
    restatements: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=RESTATEMENTS))
    claimed: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CLAIMED))
    proposed: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PROPOSED))
    contracts: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=UNSERVED))
    waivers: tuple[Waiver, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no figures, before anything is concluded from it."""
        lacking = FIGURE.keys() - set(self.figures.columns)
        if lacking:
            raise ValueError(f"figures lack the columns {', '.join(sorted(lacking))}")

    def of_year(self, year: int) -> pl.DataFrame:
        """The figures of a whole year."""
        return self.figures.filter(pl.col("period") == str(year))


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a check found.

    Parameters
    ----------
    check : str
        Which one: `sums`, `jump`, `intensity`, `restated`, `months`, `estimated`, `duplicate`, `contracts`, `gwp`,
        `co2`, `scope3`.
    severity : {'stops', 'asks', 'tells'}
        What becomes of it.
    key : str
        The same each time the same thing is found; a waiver names it.
    finding : Finding
        In words.
    waived : Waiver or None
        Who let it pass, and why.
    """

    check: str
    severity: Severity
    key: str
    finding: Finding
    waived: Waiver | None = None

    @property
    def blocks(self) -> bool:
        """Whether no release can be made as long as it stands."""
        return self.severity == "stops" or (self.severity == "asks" and self.waived is None)

    def under(self, waivers: Mapping[str, Waiver]) -> "Checked":
        """The same with its waiver; what stops is never waived."""
        return replace(self, waived=waivers.get(self.key)) if self.severity == "asks" else self


@cache
def rules() -> Mapping[str, Any]:
    """The thresholds."""
    return tomllib.loads(files("wattstone.inventory").joinpath("data/checks.toml").read_text(encoding="utf-8"))


def finding(
    code: str,
    place: str,
    *,
    found: str,
    expected: str,
    remedy: str,
    severity: Severity,
    count: int = 1,
    **params: object,
) -> Finding:
    """A finding of a check; only what tells is a warning."""
    return Finding(
        code=f"check.{code}",
        place=place,
        found=found,
        expected=expected,
        remedy=remedy,
        params=params,
        count=count,
        severity="warning" if severity == "tells" else "error",
    )


def place_of(subject: str) -> str:
    """Where, in words: `site 'HQ'`."""
    kind, _, name = subject.partition(":")
    return f"{kind} '{name}'" if name else "the organisation"


def number(value: float) -> str:
    """A number as it is told: enough digits to see the difference, none for show."""
    return f"{value:,.2f}" if abs(value) >= 100 else f"{value:.6g}"
