"""Capital deployed, pay that depends on climate, and prices of carbon that are used inside."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from wattstone.disclosure.line_names import part
from wattstone.disclosure.scenarios.drawn import Drawn
from wattstone.programme.kinds import record_kind
from wattstone.programme.report import Column, Line, Said, Table

__all__ = ["against_lines", "money_lines", "money_tables", "price_table"]

_CAPITAL = record_kind("capital")
_PRICE = record_kind("internal_price")
_FORMS: Final = {
    "capex": "Investment on climate risks and opportunities", "opex": "Spending on climate risks and opportunities",
    "financing": "Financing for climate risks and opportunities",
}  # fmt: skip


def money_lines(capital: pl.DataFrame, pay: pl.DataFrame, prices: pl.DataFrame, year: int) -> Iterator[Line]:
    """Capital by form and purpose, the share of pay, and prices of carbon.

    Parameters
    ----------
    capital, pay, prices : polars.DataFrame
        Entries of kinds `capital`, `pay` and `internal_price` of the reporting year.
    year : int

    Notes
    -----
    Investment, spending and financing are never added up: what is financed may be what is invested.
    """
    for form, label in _FORMS.items():
        mine = capital.filter(form=form).sort("entry")
        if mine.height:
            yield from _capital(form, label, mine, year)
    for row in pay.iter_rows(named=True):
        yield Line(
            name="disclose.pay.share", label="Share of executives' pay that depends on climate", value=row["share"],
            unit="1", period=str(year), method="disclose.stated/1", inputs=(f"entry:{row['hash']}",), basis="stated",
        )  # fmt: skip
    for row in prices.sort("price").iter_rows(named=True):
        yield Line(
            name="disclose.internal_price", label="Internal carbon price", value=row["amount"],
            unit=f"{row['currency']}/t CO2e", period=str(year), method="disclose.stated/1",
            inputs=(f"entry:{row['hash']}",), subject=f"entry:{row['entry']}", basis="stated",
        )  # fmt: skip


def _capital(form: str, label: str, mine: pl.DataFrame, year: int) -> Iterator[Line]:
    units = mine["currency"].unique().sort().to_list()
    one = len(units) == 1
    yield Line(
        name=f"disclose.capital.{form}", label=label, value=float(mine["amount"].sum()) if one else None,
        unit=units[0] if one else "1", period=str(year), method="disclose.capital/1",
        inputs=tuple(f"entry:{each}" for each in mine["hash"].sort()), basis="stated",
        reason=None if one else Said("amounts are in several currencies: {units}", {"units": ", ".join(units)}),
    )  # fmt: skip
    for row in mine.iter_rows(named=True):
        yield Line(
            name=f"disclose.capital.{form}.{part(row['purpose'])}", label=label, value=row["amount"],
            unit=row["currency"], period=str(year), method="disclose.stated/1", inputs=(f"entry:{row['hash']}",),
            basis="stated", notes=(Said("{purpose}", {"purpose": row["purpose"]}),),
        )  # fmt: skip


def money_tables(capital: pl.DataFrame, pay: pl.DataFrame, prices: pl.DataFrame) -> Iterator[Table]:
    """Tables of what was entered; those that have rows."""
    if capital.height:
        names = [
            f"disclose.capital.{form}.{part(purpose)}"
            for form, purpose in capital.select("form", "purpose").iter_rows()
        ]
        rows = capital.with_columns(pl.Series("amount@line", names, dtype=pl.String)).sort("form", "purpose")
        yield Table("capital", "Capital deployed", _CAPITAL_COLUMNS, rows)
    if pay.height:
        rows = pay.rename({"how_en": "how", "how_zh": "how@zh"}).with_columns(
            pl.lit("disclose.pay.share").alias("share@line")
        )
        yield Table("pay", "Pay and climate", _PAY_COLUMNS, rows)
    if prices.height:
        rows = prices.sort("price").rename({"used_en": "used", "used_zh": "used@zh"}).with_columns(
            pl.format("disclose.internal_price|entry:{}", "entry").alias("amount@line")
        )  # fmt: skip
        yield Table("internal_price", "Internal carbon prices and where they are used", _PRICE_COLUMNS, rows)


_CAPITAL_COLUMNS: Final = (
    Column("purpose", "Purpose"), Column("form", "Form", labels=_CAPITAL.field("form").choices),
    Column("serves", "Serves", labels=_CAPITAL.field("serves").choices), Column("amount", "Amount"),
    Column("currency", "Currency"), Column("source", "Source"),
)  # fmt: skip
_PAY_COLUMNS: Final = (Column("share", "Share of the period's pay"), Column("how", "How"), Column("source", "Source"))
_PRICE_COLUMNS: Final = (
    Column("price", "Name"), Column("form", "Form", labels=_PRICE.field("form").choices),
    Column("amount", "Price per t CO2e"), Column("currency", "Currency"), Column("used", "Where it is used"),
)  # fmt: skip
_AGAINST: Final = (
    Column("price", "Internal carbon price"), Column("title", "Scenario"), Column("year", "Year"),
    Column("own", "Price used inside"), Column("path", "Price of carbon in the scenario"),
    Column("difference", "Inside less scenario"), Column("currency", "Currency"),
)  # fmt: skip


def price_table(prices: pl.DataFrame, scenarios: Sequence[Drawn]) -> Iterator[Table]:
    """Prices that are used inside against the paths, in the years that are looked at and where currencies agree.

    Parameters
    ----------
    prices : polars.DataFrame
        Entries of kind `internal_price` of the reporting year.
    scenarios : sequence of Drawn
    """
    rows: list[dict[str, Any]] = []
    for one in prices.sort("price").iter_rows(named=True):
        for drawn in scenarios:
            if drawn.currency != one["currency"]:
                continue
            for at, year in enumerate(drawn.years):
                if not np.isnan(drawn.price[at]):
                    rows.append(
                        {
                            "price": one["price"], "title": drawn.of["title_en"], "title@zh": drawn.of["title_zh"],
                            "year": year, "own": one["amount"], "path": float(drawn.price[at]),
                            "difference": one["amount"] - float(drawn.price[at]), "currency": one["currency"],
                            "own@line": f"disclose.internal_price|entry:{one['entry']}",
                            "path@line": f"disclose.carbon_price|{drawn.subject}|{year}",
                            "difference@line": f"{_difference(one['price'])}|{drawn.subject}|{year}",
                        }
                    )  # fmt: skip
    if rows:
        yield Table("price_against", "Internal carbon prices against the scenarios", _AGAINST,
                    pl.DataFrame(rows, infer_schema_length=None))  # fmt: skip


def against_lines(prices: pl.DataFrame, scenarios: Sequence[Drawn]) -> Iterator[Line]:
    """What a price that is used inside is above that of a scenario, by year.

    Parameters
    ----------
    prices, scenarios
        As for `price_table`.
    """
    for one in prices.sort("price").iter_rows(named=True):
        for drawn in (each for each in scenarios if each.currency == one["currency"]):
            for at, year in enumerate(drawn.years):
                if not np.isnan(drawn.price[at]):
                    yield Line(
                        name=_difference(one["price"]), label="Internal carbon price less that of the scenario",
                        value=one["amount"] - float(drawn.price[at]), unit=f"{one['currency']}/t CO2e",
                        period=str(year), method="disclose.internal_price/1", subject=drawn.subject,
                        inputs=(f"entry:{one['hash']}", "line:disclose.carbon_price"), basis="estimated",
                    )  # fmt: skip


def _difference(price: str) -> str:
    return f"disclose.internal_price.{part(price)}.difference"
