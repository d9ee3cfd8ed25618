"""Shares and masses of material flows, products and what is taken back."""

from typing import Final

import polars as pl

from wattstone.base import Finding
from wattstone.programme.telling import told

__all__ = ["flows_wrong", "products_wrong", "returns_wrong"]

WITHIN: Final = 1e-9


def _sum(*names: str) -> pl.Expr:
    return pl.sum_horizontal(pl.col(names).fill_null(0.0))


def flows_wrong(rows: pl.DataFrame) -> list[Finding]:
    """Material flows whose shares exceed one, or are of the other direction."""
    into = pl.col("direction") == "in"
    given = {
        True: pl.any_horizontal(pl.col("recycled", "reused", "renewable").is_not_null()),
        False: pl.any_horizontal(pl.col("recoverable", "recovered").is_not_null()),
    }
    return [
        *told(
            "material_flow", rows.filter(_sum("recycled", "reused", "renewable") > 1.0 + WITHIN), "waste.shares_over",
            "its recycled, reused and renewable shares add up to more than 1",
            "mass that is told once: what is grown and recycled is either", "lower one of the shares",
        ),
        *told(
            "material_flow", rows.filter((into & given[False]) | (~into & given[True])), "waste.direction",
            "it has shares of the other direction",
            "recycled, reused and renewable of what enters; recovery of what leaves",
            "correct the direction or the shares",
        ),
    ]  # fmt: skip


def products_wrong(rows: pl.DataFrame) -> list[Finding]:
    """Products whose feedstock, or what becomes of them, is more than the whole."""
    feed = _sum("recycled", "reused", "biological")
    after = _sum("to_recycling", "to_reuse", "to_compost")
    return told(
        "circular_product", rows.filter((feed > 1.0 + WITHIN) | (after > 1.0 + WITHIN)), "waste.shares_over",
        "shares of the feedstock, or of what becomes of it after use, add up to more than 1",
        "shares of one product's mass", "lower one of the shares",
    )  # fmt: skip


def returns_wrong(rows: pl.DataFrame) -> list[Finding]:
    """Products of which more is treated than came back."""
    treated = rows.with_columns(treated=_sum("reused", "recycled", "energy", "disposed"))
    return [
        *told(
            "product_return", treated.filter(pl.col("treated") > pl.col("collected") * (1.0 + WITHIN)),
            "waste.treated_over", "{treated} t were treated of {collected} t that were taken back",
            "no more than was taken back", "correct the masses; stocks of earlier years belong to their year",
        ),
        *told(
            "product_return", rows.filter(pl.col("collected") > pl.col("placed")), "waste.collected_over",
            "{collected} t were taken back of {placed} t put on the market",
            "a base that fits: of long-lived products, the years that the rule names",
            "check the base, and say it in the source",
            severity="warning",
        ),
    ]  # fmt: skip
