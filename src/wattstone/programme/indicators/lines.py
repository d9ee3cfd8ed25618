"""Lines of the report on green revenue and indicators."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import polars as pl

from wattstone.programme.held import evidenced, rests_on
from wattstone.programme.numbers import grouped
from wattstone.programme.report import Line, Said
from wattstone.programme.slugs import slug

__all__ = ["commitment_lines", "green_lines", "indicator_lines", "people_lines", "safety_lines"]

_KPIS: Final = {
    "turnover": {"eligible": "Eligible turnover", "aligned": "Aligned turnover",
                 "evidenced": "Aligned turnover, shown by evidence",
                 "eligible_share": "Eligible share of turnover", "aligned_share": "Aligned share of turnover"},
    "capex": {"eligible": "Eligible capital expenditure", "aligned": "Aligned capital expenditure",
              "evidenced": "Aligned capital expenditure, shown by evidence",
              "eligible_share": "Eligible share of capital expenditure",
              "aligned_share": "Aligned share of capital expenditure"},
    "opex": {"eligible": "Eligible operating expenditure", "aligned": "Aligned operating expenditure",
             "evidenced": "Aligned operating expenditure, shown by evidence",
             "eligible_share": "Eligible share of operating expenditure",
             "aligned_share": "Aligned share of operating expenditure"},
}  # fmt: skip
_MONEY: Final = {
    "spent": "Spent so far", "pace": "Even pace", "ahead": "Spent less even pace", "left": "Left to be spent",
    "yearly": "To be spent in each year that remains", "outside": "Spent outside the days of the commitment",
}  # fmt: skip
_PEOPLE: Final = {
    "employees": ("Employees at the end of the year", "1"),
    "women_share": ("Share of women", "1"),
    "turnover": ("Turnover of employees", "1"),
    "training_each": ("Training for each employee", "h"),
}
_RATES: Final = {
    "employees": {
        "ltifr": "Lost-time injury frequency rate, employees",
        "trir": "Total recordable incident rate, employees",
        "severity": "Severity rate of injuries, employees",
    },
    "contractors": {
        "ltifr": "Lost-time injury frequency rate, contractors",
        "trir": "Total recordable incident rate, contractors",
        "severity": "Severity rate of injuries, contractors",
    },
}
_UNSAID: Final = Said("at least one site does not say what it needs")
_NO_TOTAL: Final = Said(
    "the total of the accounts is not given; the sum of the items is no denominator, since items are a choice"
)


def green_lines(shares: pl.DataFrame, told: pl.DataFrame, year: int) -> Iterator[Line]:
    """Eligible and aligned amounts and shares, by taxonomy and indicator."""
    for one in shares.iter_rows(named=True):
        own = told.filter((pl.col("taxonomy") == one["taxonomy"]) & (pl.col("kpi") == one["kpi"]))
        inputs = (
            *rests_on("taxonomy", own["taxonomy_hash"]),
            *rests_on("taxonomy_claim", own["hash"]),
            *rests_on("taxonomy_item", own["item_hash"]),
            *([] if one["total_hash"] is None else [f"entry:{one['total_hash']}"]),
        )
        for name, label in _KPIS[one["kpi"]].items():
            yield Line(
                name=f"indicator.green.{one['kpi']}.{name}",
                subject=f"entry:{one['taxonomy']}",
                label=label,
                value=one[name],
                unit="1" if name.endswith("share") else one["currency"],
                period=str(year),
                method="indicator.taxonomy/1",
                inputs=inputs,
                reason=_NO_TOTAL if one[name] is None else None,
                notes=(Said("by {taxonomy}; each amount counts once", {"taxonomy": one["taxonomy"]}),),
            )


def commitment_lines(kept: pl.DataFrame, spending: pl.DataFrame, on: date) -> Iterator[Line]:
    """Spent against promised, for each commitment."""
    for one in kept.iter_rows(named=True):
        own = spending.filter((pl.col("commitment") == one["commitment"]) & (pl.col("date") <= on))
        for name, label in _MONEY.items():
            over = name == "yearly" and one[name] is None
            yield Line(
                name=f"indicator.commitment.{name}",
                subject=f"entry:{one['commitment']}",
                label=label,
                value=one[name],
                unit=one["currency"],
                period=on.isoformat(),
                method="indicator.commitment/1",
                inputs=(f"entry:{one['hash']}", *rests_on("spending", own["hash"])),
                reason=Said("the last day of the commitment has passed") if over else None,
                notes=(Said("of {commitment}: {promise} promised", _promise(one)),),
            )


def safety_lines(rates: pl.DataFrame, year: int) -> Iterator[Line]:
    """Frequency and severity rates of each group; no severity where nobody says the days lost."""
    units = {"ltifr": "1/(1000000 h)", "trir": "1/(200000 h)", "severity": "d/(1000000 h)"}
    for one in rates.iter_rows(named=True):
        guessed = Said("{part:.0%} of the hours are estimated", {"part": one["estimated"]})
        notes = ((guessed,) if one["estimated"] > 0 else ()) + _within(one)
        for name, label in _RATES[one["group"]].items():
            if name == "severity" and not one["days_said"]:
                continue
            yield Line(
                name=f"indicator.safety.{one['group']}.{name}",
                label=label,
                value=one[name],
                unit=units[name],
                period=str(year),
                method="indicator.safety/1",
                inputs=rests_on("safety_year", pl.Series(one["hash"], dtype=pl.String)),
                interval=None if name == "severity" else (one[f"{name}_low"], one[f"{name}_high"]),
                basis="estimated" if one["estimated"] > 0 else "computed",
                reason=_UNSAID if one[name] is None else None,
                notes=notes,
            )


def people_lines(people: pl.DataFrame, year: int) -> Iterator[Line]:
    """Head count, share of women, turnover and training of the whole organisation."""
    for one in people.iter_rows(named=True):
        for name, (label, unit) in _PEOPLE.items():
            value = one[name]
            yield Line(
                name=f"indicator.people.{name}",
                label=label,
                value=None if value is None else float(value),
                unit=unit,
                period=str(year),
                method="indicator.people/1",
                inputs=rests_on("workforce", pl.Series(one["hash"], dtype=pl.String)),
                basis="stated" if name == "employees" else "computed",
                reason=_UNSAID if value is None else None,
                notes=_within(one),
            )


def indicator_lines(values: pl.DataFrame, year: int) -> Iterator[Line]:
    """Values of indicators, each with its definition, boundary and owner."""
    for one in values.with_columns(shown=evidenced()).iter_rows(named=True):
        notes = (
            Said("definition: {text}", {"text": one["by_definition"]}),
            Said("boundary: {text}", {"text": one["by_boundary"]}),
            Said("owner: {text}", {"text": one["owner"]}),
            *([] if one["shown"] else [Said("no evidence is given")]),
        )
        yield Line(
            name=f"indicator.value.{slug(one['indicator'])}",
            label=one["title"],
            value=one["value"],
            unit=one["unit"],
            period=str(year),
            method="indicator.value/1",
            inputs=(f"entry:{one['hash']}",),
            basis="stated",
            notes=notes,
        )


def _promise(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"commitment": row["commitment"], "promise": f"{grouped(row['amount'])} {row['currency']}"}


def _within(row: Mapping[str, Any]) -> tuple[Said, ...]:
    """Definition, boundary and owner, as far as the entries say them."""
    told = {
        "definition": "definition: {text}", "boundary": "boundary: {text}", "owner": "owner: {text}"
    }  # fmt: skip
    return tuple(Said(text, {"text": row[name]}) for name, text in told.items() if row[name])
