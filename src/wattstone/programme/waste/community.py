"""A community's account by the sub-sectors of the GPC: emissions, trees apart, notation keys, what is not told."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from wattstone.programme.waste.constants import held

__all__ = ["FROM_WEIGHINGS", "OUTSIDE", "CommunityAccount", "community_account", "untold"]

FROM_WEIGHINGS = {
    "III.1": ("landfill",), "III.2": ("composting", "digestion"), "III.3": ("incineration",), "I.4": ("incineration",),
}  # fmt: skip
"""Sub-sectors whose value the weighings give: with energy recovered, incineration is I.4, without it III.3."""

OUTSIDE = ("W.1",)
"""Told beside the sum: the electricity of water supply is already in the buildings and utilities of I.2."""


@dataclass(frozen=True)
class CommunityAccount:
    """A community in a year.

    Parameters
    ----------
    lines : pl.DataFrame
        `subsector`, `scope`, `theme`, `value` [kg CO2e] (null with a notation key), `notation`, `explanation`, `basic`
        (whether the level BASIC sums it), `beside`, `hash`.
    gross : float
        Emissions, without removals. [kg CO2e]
    removals : float
        By land and trees (V.2), 0 or less. [kg CO2e]
    basic : float
        Sum of the level BASIC, by scopes as they are believed to be. [kg CO2e]
    untold : tuple of str
        Sub-sectors with neither a value nor a notation key.
    uncomputed : tuple of str
        Sub-sectors whose value was to come from weighings and could not.
    """

    lines: pl.DataFrame
    gross: float
    removals: float
    basic: float
    untold: tuple[str, ...]
    uncomputed: tuple[str, ...]

    @property
    def net(self) -> float:
        """Emissions and removals together. [kg CO2e]"""
        return self.gross + self.removals


def community_account(
    lines: pl.DataFrame, weighed: Mapping[str, float | None], *, sold: bool = False
) -> CommunityAccount:
    """Account of one community and year [1]_.

    Parameters
    ----------
    lines : pl.DataFrame
        Entries of `community_line`, of one community and year.
    weighed : mapping
        Sub-sector to what the weighings give. [kg CO2e]
    sold : bool
        Whether incinerators sell their energy: then what I.4 takes from the weighings stands beside the sum, since
        who buys the energy counts it.

    Returns
    -------
    CommunityAccount
        Removals are never netted in `gross`; what stands beside is in no sum.

    References
    ----------
    .. [1] Global Protocol for Community-Scale Greenhouse Gas Inventories, WRI, C40 and ICLEI, version 1.1.
    """
    gpc = held("gpc")
    taken = pl.col("from_weighings").fill_null(value=False)
    given = pl.DataFrame(
        {"subsector": list(weighed), "weighed": list(weighed.values())},
        schema={"subsector": pl.String, "weighed": pl.Float64},
    )
    basic = [(name, scope) for scope, names in gpc["basic"].items() for name in names]
    told = (
        lines.join(given, on="subsector", how="left")
        .join(
            pl.DataFrame(basic, schema={"subsector": pl.String, "scope": pl.String}, orient="row").with_columns(
                basic=True
            ),
            on=["subsector", "scope"],
            how="left",
        )
        .select(
            "subsector", "scope", pl.col("subsector").replace_strict(gpc["theme"]).alias("theme"),
            pl.when(taken).then(pl.col("weighed")).otherwise(pl.col("amount")).alias("value"),
            "notation", "explanation", pl.col("basic").fill_null(value=False),
            (pl.col("subsector").is_in(OUTSIDE)
             | (taken & (pl.col("subsector") == "I.4") & sold)).alias("beside"),
            "hash", taken.alias("taken"),
        )
        .sort("subsector", "scope")
    )  # fmt: skip
    inside = told.filter(~pl.col("beside"))
    removed = (pl.col("subsector") == "V.2") & (pl.col("value") < 0)
    return CommunityAccount(
        told.drop("taken"),
        float(inside.filter(~removed)["value"].sum()),
        float(inside.filter(removed)["value"].sum()),
        float(inside.filter(pl.col("basic"))["value"].sum()),
        untold(told["subsector"]),
        tuple(told.filter(pl.col("taken") & pl.col("value").is_null())["subsector"]),
    )


def untold(subsectors: pl.Series) -> tuple[str, ...]:
    """Sub-sectors of the GPC that are not among these."""
    said = set(subsectors)
    return tuple(name for name in held("gpc")["theme"] if name not in said and name not in OUTSIDE)
