"""What is wrong with entries of money that no field shows on its own; people, safety and years have their own files."""

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from wattstone.base import Finding
from wattstone.programme.held import held
from wattstone.programme.indicators.site_checks import people_doubts, safety_doubts
from wattstone.programme.indicators.year_checks import doubts
from wattstone.programme.telling import told

__all__ = ["wrong"]

_MONEY: Final = ("taxonomy_item", "taxonomy_total", "commitment", "spending")
_ALL_DIGITS: Final = ",.12g"


def wrong(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """Findings across the fields and entries of the module.

    Parameters
    ----------
    entries : mapping of str to DataFrame
        By kind.

    Returns
    -------
    list of Finding
        Errors refuse the input; warnings are told.
    """
    items, totals = held(entries, "taxonomy_item"), held(entries, "taxonomy_total")
    workforce = held(entries, "workforce")
    return [
        *(one for kind in _MONEY for one in _currency(kind, held(entries, kind))),
        *_money(items, totals),
        *_claims(held(entries, "taxonomy_claim"), items),
        *_commitments(held(entries, "commitment"), held(entries, "spending")),
        *_vouchers(held(entries, "spending")),
        *safety_doubts(held(entries, "safety_year"), workforce),
        *people_doubts(workforce),
        *doubts(held(entries, "indicator"), held(entries, "indicator_value")),
    ]


def _currency(kind: str, rows: pl.DataFrame) -> list[Finding]:
    code = pl.col("currency").str.contains(r"^[A-Z]{3}$") & (pl.col("currency") != "RMB")
    return told(
        kind,
        rows.filter(~code),
        "indicator.currency",
        "{currency} is no code of a currency",
        "three capital letters by ISO 4217",
        "write CNY for renminbi (RMB, yuan), EUR for euros; an amount in thousands is entered in whole units",
    )


def _money(items: pl.DataFrame, totals: pl.DataFrame) -> Iterator[Finding]:
    where = ["year", "kpi"]
    both = pl.concat([items.select(*where, "currency"), totals.select(*where, "currency")])
    mixed = both.group_by(where, maintain_order=True).agg(pl.col("currency").unique().sort())
    yield from told(
        "taxonomy_item",
        mixed.filter(pl.col("currency").list.len() > 1).with_columns(
            entry=pl.format("{} {}", "kpi", "year"), currencies=pl.col("currency").list.join(", ")
        ),
        "indicator.currencies",
        "amounts in {currencies}",
        "one currency for an indicator in a year: nothing is converted here",
        "convert at the rate of your accounts, and enter the converted amounts",
    )
    summed = items.group_by(where, maintain_order=True).agg(pl.col("amount").sum().alias("items"))
    over = totals.select(*where, "entry", total="amount").join(summed, on=where, maintain_order="left")
    yield from told(
        "taxonomy_total",
        over.filter(pl.col("items") > pl.col("total") * (1 + 1e-9)),
        "indicator.over_total",
        "the items add to {items}, more than the total of {total}",
        "items that are parts of the total of the accounts",
        "look for an item that stands there twice, or another unit (thousands, ten thousands)",
        params={"items": _ALL_DIGITS, "total": _ALL_DIGITS},
    )


def _claims(claims: pl.DataFrame, items: pl.DataFrame) -> Iterator[Finding]:
    yield from told(
        "taxonomy_claim",
        claims.join(items, on=["year", "kpi", "item"], how="anti", maintain_order="left"),
        "indicator.claim_item",
        "no item {item} of that indicator and year",
        "the item with its amount, as in the accounts",
        "enter the item first, or correct its name",
    )
    item = ["taxonomy", "year", "kpi", "item"]
    each = claims.group_by(*item, "activity", maintain_order=True).agg(
        pl.col("share").max(), (pl.col("share").n_unique() > 1).alias("uneven"), pl.col("entry").first()
    )
    yield from told(
        "taxonomy_claim",
        each.filter(pl.col("uneven")),
        "indicator.claim_shares",
        "the share of item {item} in activity {activity} differs from objective to objective",
        "one share: the same money serves several objectives, it is not split between them",
        "enter the same share at every objective; the amount is counted once",
    )
    summed = each.group_by(item, maintain_order=True).agg(
        pl.col("share").sum().alias("part"), pl.col("entry").first()
    )  # fmt: skip
    yield from told(
        "taxonomy_claim",
        summed.filter(pl.col("part") > 1 + 1e-9),
        "indicator.claim_double",
        "{part} of item {item} is claimed by its activities together",
        "at most the whole item: an amount is counted once (Delegated Regulation (EU) 2021/2178, Annex I)",
        "split the item between its activities",
        params={"part": ".0%"},
    )


def _commitments(commitments: pl.DataFrame, spending: pl.DataFrame) -> Iterator[Finding]:
    yield from told(
        "commitment",
        commitments.filter(pl.col("end") < pl.col("start")),
        "indicator.commitment_days",
        "it ends on {end}, before it starts",
        "a last day after the first",
        "correct the days",
    )
    due = commitments.select("commitment", "start", "end", due="currency")
    both = spending.join(due, on="commitment", how="left", maintain_order="left")
    yield from told(
        "spending",
        both.filter(pl.col("due") != pl.col("currency")),
        "indicator.spending_currency",
        "{currency}, where {due} was promised",
        "the currency of the commitment: nothing is converted here",
        "enter the amount as your accounts convert it",
    )
    yield from told(
        "spending",
        both.filter((pl.col("date") < pl.col("start")) | (pl.col("date") > pl.col("end"))),
        "indicator.spending_days",
        "spent on {date}, outside the days of the commitment",
        "spending between its first and last day; what was spent before fulfils no promise",
        "nothing, where it is so: it is shown apart and not counted",
        severity="warning",
    )


def _vouchers(spending: pl.DataFrame) -> Iterator[Finding]:
    """A voucher is spent once: in full at two commitments it is refused, in parts it is asked about."""
    several = spending.filter(pl.col("commitment").n_unique().over("reference") > 1)
    whole = pl.struct("reference", "date", "amount").is_duplicated()
    twice = several.with_columns(twice=whole)
    yield from told(
        "spending",
        twice.filter("twice").unique(["reference"], keep="first", maintain_order=True),
        "indicator.spending_twice",
        "the voucher {reference} is counted for more than one commitment with its whole amount",
        "money that is spent once",
        "split the amount between the commitments, or take it out of one",
    )
    shared = (
        twice.filter(~pl.col("twice").any().over("reference"))
        .group_by("reference", maintain_order=True)
        .agg(
            pl.col("entry").last(), pl.col("amount").sum(), pl.col("currency").first(), pl.len().alias("number"),
            pl.col("commitment").sort().str.join(", ").alias("commitments"),
        )
    )  # fmt: skip
    yield from told(
        "spending",
        shared,
        "indicator.spending_shared",
        "the voucher {reference} stands in {number} commitments ({commitments}), with {amount} {currency} together",
        "parts that together are no more than the voucher: money is spent once",
        "compare the sum with the voucher; where they are different vouchers, give each a reference of its own",
        severity="warning",
        params={"amount": _ALL_DIGITS},
    )
