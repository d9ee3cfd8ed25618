"""Lines of community accounts and flows of water that cannot stand as they are."""

from typing import Final

import polars as pl

from wattstone.base import Finding
from wattstone.programme.telling import told
from wattstone.programme.waste.community import FROM_WEIGHINGS
from wattstone.programme.waste.constants import held

__all__ = ["community_wrong", "water_wrong"]

EXPLAINED: Final = 0.05
"""Share of the withdrawal that a balance may leave unexplained before it is told."""


def community_wrong(rows: pl.DataFrame) -> list[Finding]:
    """Lines without one value or key, keys without a reason, and negative emissions."""
    weighed = pl.col("from_weighings").fill_null(value=False)
    said = (
        pl.col("amount").is_not_null().cast(pl.Int8) + pl.col("notation").is_not_null().cast(pl.Int8)
        + weighed.cast(pl.Int8)
    )  # fmt: skip
    known = list(held("gpc")["theme"])
    again = rows.filter(weighed).filter(pl.struct("subsector", "year").is_duplicated())
    return [
        *told(
            "community_line", again, "community.weighed_twice",
            "the weighings of {subsector} in {year} are taken by more than one line",
            "the weighings of all sites once: in one community, by one scope (GPC: nothing is counted twice)",
            "leave one line; enter the amount of each other community",
        ),
        *told(
            "community_line", rows.filter(said != 1), "community.one_of",
            "it has a value and a notation key, or neither",
            "one of a value, a notation key, or the value of the weighings (GPC: a key says why there is no value)",
            "enter one of them",
        ),
        *told(
            "community_line", rows.filter(pl.col("notation").is_not_null() & pl.col("explanation").is_null()),
            "community.unexplained", "the notation key {notation} has no explanation",
            "an explanation of every notation key (GPC)", "say why",
        ),
        *told(
            "community_line",
            rows.filter((pl.col("notation") == "IE") & ~pl.col("included_in").is_in(known).fill_null(value=False)),
            "community.included_where", "IE is said, and not where it is included",
            "the sub-sector that holds it (GPC)", "enter the sub-sector, as II.1",
        ),
        *told(
            "community_line", rows.filter((pl.col("amount") < 0) & (pl.col("subsector") != "V.2")),
            "community.negative", "{subsector} is negative: {amount} kg CO2e",
            "0 or more: credits and avoided emissions are no part of an inventory (GPC); removals of trees are in V.2",
            "enter the gross emission; tell what is avoided as an avoided emission",
        ),
        *told(
            "community_line", rows.filter(weighed & ~pl.col("subsector").is_in(list(FROM_WEIGHINGS))),
            "community.not_weighed", "{subsector} is not what weighings tell",
            "III.1, III.2, III.3 or I.4", "enter the value",
        ),
    ]  # fmt: skip


def water_wrong(rows: pl.DataFrame) -> list[Finding]:
    """Negative volumes, destinations that do not fit, balances that do not close."""
    stored = pl.col("flow") == "storage"
    own = pl.col("body") == "site"
    inside = pl.col("flow").is_in(["consumption", "storage"])
    return [
        *told(
            "water_flow", rows.filter((pl.col("volume") < 0) & ~stored), "water.negative",
            "a volume of {volume} m3 is negative", "0 or more; a change in storage alone may be negative",
            "correct the volume or the flow",
        ),
        *told(
            "water_flow", rows.filter(own != inside), "water.body",
            "{flow} names {body}", "the site itself for consumption and storage, a water body for the others",
            "correct the flow or the body",
        ),
        *_unbalanced(rows),
    ]  # fmt: skip


def _unbalanced(rows: pl.DataFrame) -> list[Finding]:
    volume, flow = pl.col("volume"), pl.col("flow")
    sums = rows.group_by("site", "year").agg(
        pl.col("entry").sort().first(),
        drawn=volume.filter(flow == "withdrawal").sum(),
        back=volume.filter(flow == "discharge").sum(),
        kept=volume.filter(flow == "storage").sum(),
        eaten=volume.filter(flow == "consumption").sum(),
        measured=(flow == "consumption").any(),
    )
    left = sums.with_columns(left=pl.col("drawn") - pl.col("back") - pl.col("kept")).sort("site", "year")
    open_ = left.filter("measured").filter((pl.col("left") - pl.col("eaten")).abs() > EXPLAINED * pl.col("drawn"))
    open_ = open_.with_columns(share=pl.lit(f"{EXPLAINED:.0%}"))
    return [
        *told(
            "water_flow", left.filter(~pl.col("measured") & (pl.col("left") < 0)), "water.discharged_more",
            "{site} gives back {back} m3 in {year} and draws {drawn} m3",
            "no more than is drawn and taken from storage",
            "enter rain or produced water that is drawn too, and changes in storage", severity="warning",
        ),
        *told(
            "water_flow", open_, "water.open_balance",
            "{site} in {year}: {left} m3 should be consumed, {eaten} m3 were measured",
            "both within {share} of what is drawn",
            "look for a flow that is not metered", severity="warning",
        ),
    ]  # fmt: skip
