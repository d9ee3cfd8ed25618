"""What is wrong with entries of money, people and safety that no field shows on its own."""

from collections.abc import Iterator, Mapping

import polars as pl

from wattstone.base import Finding
from wattstone.programme.held import held
from wattstone.programme.indicators.year_checks import doubts

__all__ = ["wrong"]


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
    return [
        *_money(items, totals),
        *_claims(held(entries, "taxonomy_claim"), items),
        *_commitments(held(entries, "commitment"), held(entries, "spending")),
        *_safety(held(entries, "safety_year")),
        *_workforce(held(entries, "workforce")),
        *doubts(held(entries, "indicator"), held(entries, "indicator_value")),
    ]


def _money(items: pl.DataFrame, totals: pl.DataFrame) -> Iterator[Finding]:
    where = ["year", "kpi"]
    both = pl.concat([items.select(*where, "currency"), totals.select(*where, "currency")])
    mixed = both.group_by(where, maintain_order=True).agg(pl.col("currency").unique().sort())
    for one in mixed.filter(pl.col("currency").list.len() > 1).iter_rows(named=True):
        yield Finding(
            code="indicator.currencies",
            place=f"taxonomy_item '{one['kpi']} {one['year']}'",
            found="amounts in {currencies}",
            expected="one currency for an indicator in a year: nothing is converted here",
            remedy="convert at the rate of your accounts, and enter the converted amounts",
            params={"currencies": ", ".join(one["currency"])},
        )
    summed = items.group_by(where, maintain_order=True).agg(pl.col("amount").sum())
    over = summed.join(totals.select(*where, "entry", pl.col("amount").alias("total")), on=where)
    for one in over.filter(pl.col("amount") > pl.col("total") * (1 + 1e-9)).iter_rows(named=True):
        yield Finding(
            code="indicator.over_total",
            place=f"taxonomy_total '{one['entry']}'",
            found="the items add to {items}, more than the total of {total}",
            expected="items that are parts of the total of the accounts",
            remedy="look for an item that stands there twice, or another unit (thousands, ten thousands)",
            params={"items": f"{one['amount']:g}", "total": f"{one['total']:g}"},
        )


def _claims(claims: pl.DataFrame, items: pl.DataFrame) -> Iterator[Finding]:
    lost = claims.join(items, on=["year", "kpi", "item"], how="anti")
    for one in lost.iter_rows(named=True):
        yield Finding(
            code="indicator.claim_item",
            place=f"taxonomy_claim '{one['entry']}'",
            found="no item {item} of that indicator and year",
            expected="the item with its amount, as in the accounts",
            remedy="enter the item first, or correct its name",
            params={"item": one["item"]},
        )
    item = ["taxonomy", "year", "kpi", "item"]
    each = claims.group_by(*item, "activity", maintain_order=True).agg(
        pl.col("share").max(), (pl.col("share").n_unique() > 1).alias("uneven"), pl.col("entry").first()
    )
    for one in each.filter(pl.col("uneven")).iter_rows(named=True):
        yield Finding(
            code="indicator.claim_shares",
            place=f"taxonomy_claim '{one['entry']}'",
            found="the share of item {item} in activity {activity} differs from objective to objective",
            expected="one share: the same money serves several objectives, it is not split between them",
            remedy="enter the same share at every objective; the amount is counted once",
            params={"item": one["item"], "activity": one["activity"]},
        )
    summed = each.group_by(item, maintain_order=True).agg(pl.col("share").sum(), pl.col("entry").first())
    for one in summed.filter(pl.col("share") > 1 + 1e-9).iter_rows(named=True):
        yield Finding(
            code="indicator.claim_double",
            place=f"taxonomy_claim '{one['entry']}'",
            found="{part} of item {item} is claimed by its activities together",
            expected="at most the whole item: an amount is counted once (Delegated Regulation (EU) 2021/2178, Annex I)",
            remedy="split the item between its activities",
            params={"part": f"{one['share']:.0%}", "item": one["item"]},
        )


def _commitments(commitments: pl.DataFrame, spending: pl.DataFrame) -> Iterator[Finding]:
    for one in commitments.filter(pl.col("end") < pl.col("start")).iter_rows(named=True):
        yield Finding(
            code="indicator.commitment_days",
            place=f"commitment '{one['entry']}'",
            found="it ends on {end}, before it starts",
            expected="a last day after the first",
            remedy="correct the days",
            params={"end": one["end"].isoformat()},
        )
    due = commitments.select("commitment", "start", "end", pl.col("currency").alias("due"))
    both = spending.join(due, on="commitment", how="left", maintain_order="left")
    for one in both.filter(pl.col("due").is_not_null() & (pl.col("due") != pl.col("currency"))).iter_rows(named=True):
        yield Finding(
            code="indicator.spending_currency",
            place=f"spending '{one['entry']}'",
            found="{currency}, where {due} was promised",
            expected="the currency of the commitment: nothing is converted here",
            remedy="enter the amount as your accounts convert it",
            params={"currency": one["currency"], "due": one["due"]},
        )
    for one in both.filter((pl.col("date") < pl.col("start")) | (pl.col("date") > pl.col("end"))).iter_rows(named=True):
        yield Finding(
            code="indicator.spending_days",
            place=f"spending '{one['entry']}'",
            found="spent on {date}, outside the days of the commitment",
            expected="spending between its first and last day; what was spent before fulfils no promise",
            remedy="nothing, where it is so: it is shown apart and not counted",
            params={"date": one["date"].isoformat()},
            severity="warning",
        )
    twice = spending.filter(pl.struct("reference", "date", "amount").is_duplicated())
    for one in twice.unique(["reference"], maintain_order=True).iter_rows(named=True):
        yield Finding(
            code="indicator.spending_twice",
            place=f"spending '{one['entry']}'",
            found="the voucher {reference} is counted for more than one commitment with its whole amount",
            expected="money that is spent once",
            remedy="split the amount between the commitments, or take it out of one",
            params={"reference": one["reference"]},
        )


def _safety(years: pl.DataFrame) -> Iterator[Finding]:
    nested = (pl.col("fatalities") <= pl.col("lost_time")) & (pl.col("lost_time") <= pl.col("recordable"))
    for one in years.filter(~nested).iter_rows(named=True):
        yield Finding(
            code="indicator.safety_nested",
            place=f"safety_year '{one['entry']}'",
            found="{fatalities} fatalities, {lost_time} lost-time injuries, {recordable} recordable injuries",
            expected="fatalities among the lost-time injuries, and these among the recordable ones",
            remedy="count each case at every level that it belongs to",
            params={name: one[name] for name in ("fatalities", "lost_time", "recordable")},
        )
    each = pl.col("hours") / pl.col("workers")
    odd = years.with_columns(each=each).filter((pl.col("each") < 200) | (pl.col("each") > 4000))
    for one in odd.iter_rows(named=True):
        yield Finding(
            code="indicator.safety_hours",
            place=f"safety_year '{one['entry']}'",
            found="{each} hours for each worker in the year",
            expected="between 200 and 4,000: a full-time year is about 2,000 hours",
            remedy="check the unit of the hours (thousands?), and that both are of the same people",
            params={"each": f"{one['each']:.3g}"},
            severity="error" if one["each"] > 8784 else "warning",
        )


def _workforce(years: pl.DataFrame) -> Iterator[Finding]:
    gender = pl.col("women") + pl.col("men") + pl.col("undisclosed").fill_null(0)
    contract = pl.col("permanent") + pl.col("temporary")
    sums = years.with_columns(gender=gender, contract=contract)
    for name in ("gender", "contract"):
        for one in sums.filter(pl.col(name) != pl.col("employees")).iter_rows(named=True):
            yield Finding(
                code=f"indicator.workforce_{name}",
                place=f"workforce '{one['entry']}'",
                found="the parts add to {parts}, the employees are {employees}",
                expected="parts by gender and by contract that each add to the head count",
                remedy="check whether one counts people and the other full-time equivalents, or another day",
                params={"parts": one[name], "employees": one["employees"]},
                severity="warning",
            )
    before = years.select("site", pl.col("year") + 1, pl.col("employees").alias("before"))
    moved = years.join(before, on=["site", "year"]).with_columns(
        due=pl.col("before") + pl.col("joined") - pl.col("departed")
    )
    for one in moved.filter(pl.col("due") != pl.col("employees")).iter_rows(named=True):
        yield Finding(
            code="indicator.workforce_moves",
            place=f"workforce '{one['entry']}'",
            found="{before} a year before, {joined} joined and {departed} departed: {due}, not {employees}",
            expected="a head count that follows from those who came and went",
            remedy="look for moves between sites or companies that were bought or sold",
            params={name: one[name] for name in ("before", "joined", "departed", "due", "employees")},
            severity="warning",
        )
