"""Water of sites: what they draw, give back and consume, and how scarce it is there."""

from dataclasses import dataclass

import polars as pl

__all__ = ["STRESSED", "WaterBalance", "restored", "water_balance"]

STRESSED = ("high", "extreme")
"""Classes that GRI 303 asks to tell apart: high and extremely high baseline stress."""

_FLOWS = ("withdrawal", "discharge", "consumption", "storage")


@dataclass(frozen=True)
class WaterBalance:
    """Water of a year.

    Parameters
    ----------
    sites : pl.DataFrame
        `site`, `withdrawal`, `freshwater` (of the withdrawal), `discharge`, `storage`, `consumption`,
        `measured` (whether the consumption is), `unexplained` [m3], `stress`; null where nobody reported it.
    bodies : pl.DataFrame
        `flow`, `body`, `fresh`, `volume` [m3].
    withdrawal, freshwater, discharge, storage, consumption, unexplained : float
        Sums. [m3]
    stressed : float
        Withdrawal at sites under high or extremely high stress. [m3]
    unclassed : float
        Withdrawal at sites whose stress nobody looked up. [m3]
    """

    sites: pl.DataFrame
    bodies: pl.DataFrame
    withdrawal: float
    freshwater: float
    discharge: float
    storage: float
    consumption: float
    unexplained: float
    stressed: float
    unclassed: float


def water_balance(flows: pl.DataFrame, stress: pl.DataFrame) -> WaterBalance:
    r"""Balance of each site [1]_.

    .. math:: C = W - D - \Delta S

    Where the consumption was measured too, what is left over is told and not spread.

    Parameters
    ----------
    flows : pl.DataFrame
        Entries of `water_flow`, of one year.
    stress : pl.DataFrame
        Entries of `water_stress`; null where nobody reported it.

    Returns
    -------
    WaterBalance

    References
    ----------
    .. [1] GRI 303: Water and Effluents 2018, disclosures 303-3 to 303-5.
    """
    volume, flow = pl.col("volume"), pl.col("flow")
    sums = flows.group_by("site").agg(
        *(pl.when((flow == name).any()).then(volume.filter(flow == name).sum()).alias(name) for name in _FLOWS),
        freshwater=volume.filter((flow == "withdrawal") & (pl.col("fresh") == "freshwater")).sum(),
        measured=(flow == "consumption").any(),
    )
    left = pl.col("withdrawal").fill_null(0.0) - pl.col("discharge").fill_null(0.0) - pl.col("storage").fill_null(0.0)
    sites = (
        sums.with_columns(
            consumption=pl.when("measured").then(pl.col("consumption")).otherwise(left),
            unexplained=pl.when("measured").then(left - pl.col("consumption")),
        )
        .join(stress.select("site", "stress"), on="site", how="left")
        .select(
            "site", "withdrawal", "freshwater", "discharge", "storage", "consumption", "measured", "unexplained",
            "stress",
        )
        .sort("site")
    )  # fmt: skip
    bodies = flows.group_by("flow", "body", "fresh").agg(volume.sum()).sort("flow", "body", "fresh")
    total = {
        name: float(sites[name].sum())
        for name in ("withdrawal", "freshwater", "discharge", "storage", "consumption", "unexplained")
    }
    return WaterBalance(
        sites, bodies, **total,
        stressed=float(sites.filter(pl.col("stress").is_in(STRESSED))["withdrawal"].sum()),
        unclassed=float(sites.filter(pl.col("stress").is_null())["withdrawal"].sum()),
    )  # fmt: skip


def restored(projects: pl.DataFrame) -> pl.DataFrame:
    """Volumes given back by status; planned is never added to what was delivered.

    Returns
    -------
    pl.DataFrame
        `status`, `volume` [m3], `projects`.
    """
    return projects.group_by("status").agg(pl.col("volume").sum(), projects=pl.len()).sort("status")
