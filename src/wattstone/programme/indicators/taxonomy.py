"""Products and projects by a taxonomy of green activities: eligible, aligned, each amount counted once."""

from typing import Final

import polars as pl

from wattstone.programme.held import evidenced

__all__ = ["assessed", "by_objective", "counted", "kpis"]

_ITEM: Final = ["taxonomy", "year", "kpi", "item"]
_ACTIVITY: Final = [*_ITEM, "activity"]


def assessed(claims: pl.DataFrame, items: pl.DataFrame, taxonomies: pl.DataFrame) -> pl.DataFrame:
    """What each claim is worth and whether it passes every test that its taxonomy asks for.

    An activity that a taxonomy describes is eligible. It is aligned where it contributes substantially to an objective
    and, where the taxonomy asks for it, does no significant harm to the others and meets the minimum safeguards
    [1]_. A test without an answer is not passed. Turnover of an activity that has been adapted to climate change
    counts only where the activity enables others [2]_.

    Parameters
    ----------
    claims, items, taxonomies : DataFrame
        Entries of kind `taxonomy_claim`, `taxonomy_item` and `taxonomy`.

    Returns
    -------
    DataFrame
        The claims with `amount` (of the item times the share), `currency`, `aligned` (bool) and `held_back`: the first
        test that is not passed (`contributes`, `harmless`, `safeguarded`, `adapted`), null where it is aligned;
        `item_hash`, `taxonomy_hash`.

    References
    ----------
    .. [1] Regulation (EU) 2020/852, Article 3.
    .. [2] Commission Delegated Regulation (EU) 2021/2178, Annex I, 1.1.1.
    """
    money = items.select("year", "kpi", "item", "currency", pl.col("amount").alias("whole"), item_hash=pl.col("hash"))
    tests = taxonomies.select(
        "taxonomy", taxonomy_hash=pl.col("hash"), asks_harm=pl.col("harm"), asks_safe=pl.col("safeguards")
    )
    both = claims.join(money, on=["year", "kpi", "item"], how="inner", maintain_order="left").join(
        tests, on="taxonomy", how="inner", maintain_order="left"
    )
    adapted = (pl.col("objective") == "adaptation") & (pl.col("kpi") == "turnover") & pl.col("asks_harm")
    held_back = (
        pl.when(~_passed("contributes")).then(pl.lit("contributes"))
        .when(pl.col("asks_harm") & ~_passed("harmless")).then(pl.lit("harmless"))
        .when(pl.col("asks_safe") & ~_passed("safeguarded")).then(pl.lit("safeguarded"))
        .when(adapted & ~_passed("enabling")).then(pl.lit("adapted"))
    )  # fmt: skip
    return both.with_columns(amount=pl.col("whole") * pl.col("share"), held_back=held_back).with_columns(
        aligned=pl.col("held_back").is_null()
    )


def counted(assessed: pl.DataFrame) -> pl.DataFrame:
    """Each activity of each item once, whatever number of objectives it contributes to.

    Parameters
    ----------
    assessed : DataFrame
        What `assessed` returns.

    Returns
    -------
    DataFrame
        By taxonomy, year, indicator, item and activity: `amount`, `aligned`, `objectives` (number of those for which
        it is aligned), `evidenced`.
    """
    return assessed.group_by(_ACTIVITY, maintain_order=True).agg(
        pl.col("amount").max(),
        pl.col("currency").first(),
        pl.col("aligned").any(),
        pl.col("objective").filter(pl.col("aligned")).n_unique().alias("objectives"),
        (pl.col("aligned") & evidenced()).any().alias("evidenced"),
    )


def kpis(counted: pl.DataFrame, totals: pl.DataFrame) -> pl.DataFrame:
    r"""Eligible and aligned amounts, and their shares of the total of the accounts.

    $$ k = \frac{\sum_i a_i}{A} $$

    with the amounts $a_i$ of the activities that are eligible or aligned and the total $A$ of the accounts. The sum of
    the items is never the denominator: what is mapped is a choice, what is in the accounts is not.

    Parameters
    ----------
    counted : DataFrame
        What `counted` returns.
    totals : DataFrame
        Entries of kind `taxonomy_total`.

    Returns
    -------
    DataFrame
        By taxonomy, year and indicator: `eligible`, `aligned`, `evidenced` (aligned and shown by evidence), `total`
        (null where the accounts' is not given), `eligible_share`, `aligned_share`, `total_hash`.
    """
    accounts = totals.select("year", "kpi", pl.col("amount").alias("total"), total_hash=pl.col("hash"))
    return (
        counted.group_by("taxonomy", "year", "kpi", maintain_order=True)
        .agg(
            pl.col("currency").first(),
            pl.col("amount").sum().alias("eligible"),
            pl.col("amount").filter(pl.col("aligned")).sum().alias("aligned"),
            pl.col("amount").filter(pl.col("evidenced")).sum().alias("evidenced"),
        )
        .join(accounts, on=["year", "kpi"], how="left", maintain_order="left")
        .with_columns(
            eligible_share=pl.col("eligible") / pl.col("total"), aligned_share=pl.col("aligned") / pl.col("total")
        )
    )


def by_objective(assessed: pl.DataFrame) -> pl.DataFrame:
    """Aligned amounts by objective; an amount stands at every objective that it serves, so that these do not add up."""
    aligned = assessed.filter(pl.col("aligned")).unique([*_ACTIVITY, "objective"], maintain_order=True)
    several = pl.len().over(_ACTIVITY) > 1
    return (
        aligned.with_columns(several=several)
        .group_by("taxonomy", "year", "kpi", "objective", maintain_order=True)
        .agg(
            pl.col("amount").sum(),
            pl.col("amount").filter(pl.col("several")).sum().alias("elsewhere"),
            pl.col("currency").first(),
        )
    )


def _passed(test: str) -> pl.Expr:
    return pl.col(test).fill_null(value=False)
