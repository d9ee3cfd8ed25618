"""Tables of activities as lines: every cell is looked at, and all that is wrong is told at once."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import polars as pl

from wattstone.base import Finding
from wattstone.readings.activities.days import Order, either_order, order_of, span
from wattstone.readings.activities.given import Given, GivenSheet
from wattstone.readings.activities.known import Known, bare_of
from wattstone.readings.activities.periods import read_periods
from wattstone.readings.activities.refrigerants import lost_refrigerant, noted
from wattstone.readings.activities.rows import check_rows, check_together
from wattstone.readings.activities.schema import METHODS, PEDIGREE, SAID
from wattstone.readings.cells import Cells
from wattstone.readings.problems import Problems
from wattstone.readings.tabular.csv import ROW

__all__ = ["CREDITS", "PARSED", "PLACE", "parse_lines"]

CREDITS: Final = "credits"
PLACE: Final = "_place"
PARSED: Final[dict[str, pl.DataType]] = {
    "line_id": pl.String(),  # null where the file gives none
    **SAID,
    CREDITS: pl.String(),
    ROW: pl.Int64(),
    PLACE: pl.String(),
}
"""A line as a file has it, with the row and the table that it stands in."""

_ID = re.compile(r"[^\s/:~\x00-\x1f](?:[^/:~\x00-\x1f]{0,198}[^\s/:~\x00-\x1f])?")
_WORDS = {
    **{one: one for one in METHODS},
    "supplier specific": "supplier", "供应商": "supplier", "供应商法": "supplier", "供应商特定法": "supplier",
    "混合": "hybrid", "混合法": "hybrid", "average data": "average", "平均": "average", "平均数据法": "average",
    "spend based": "spend", "支出": "spend", "支出法": "spend", "基于支出": "spend",
}  # fmt: skip
_MASS = {"kg": 1.0, "t": 1e3, "g": 1e-3, "kt": 1e6, "吨": 1e3, "千克": 1.0, "公斤": 1.0}
_FEW, _NAMED = 5, 8  # rows whose items are looked at, and names that a finding tells
_EMITTED = {"kg CO2e": 1.0, "t CO2e": 1e3}
_STATED = re.compile(r"(k?g|k?t|吨|千克|公斤)?\s*(?:CO2(?:e|当量|-?eq)?)?", re.IGNORECASE)


def parse_lines(given: Given, known: Known) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """Read the lines of a file.

    Parameters
    ----------
    given : Given
        From `read_given`.
    known : Known
        What lines may name.

    Returns
    -------
    polars.DataFrame
        Schema `PARSED`; of use only where no finding is an error.
    tuple of Finding
        In the order of the tables.
    """
    frames: list[pl.DataFrame] = []
    found: list[Finding] = []
    for sheet in given.sheets:
        problems = Problems(Path(given.file))
        problems.file = sheet.place
        frames.append(_sheet(sheet, known, problems))
        found += problems.findings
    lines = pl.concat(frames) if frames else pl.DataFrame(schema=PARSED)
    if lines.is_empty() and not found:
        found.append(_empty(given.file))
    return lines, (*found, *check_together(lines))


def _sheet(sheet: GivenSheet, known: Known, problems: Problems) -> pl.DataFrame:
    cells = Cells(sheet, problems)
    columns: dict[str, pl.Series] = {"line_id": _ids(cells)}
    columns |= _places(cells, known)
    columns |= _what(cells, known)
    columns |= dict(zip(("start", "end"), _days(cells), strict=True))
    lost = lost_refrigerant(cells, columns)
    columns |= _amounts(cells, known, columns, lost)
    columns |= _judged(cells)
    columns |= {name: cells.text(name) for name in ("region", CREDITS)}
    columns["supplier"] = cells.text("supplier").fill_null(cells.text("investee"))
    columns["note"] = noted(cells)
    columns["document"] = _documents(cells, known)
    frame = pl.DataFrame({name: columns[name].cast(dtype) for name, dtype in PARSED.items() if name in columns})
    frame = frame.with_columns(cells.rows[ROW], pl.lit(sheet.place).alias(PLACE)).select(list(PARSED))
    check_rows(frame, cells, known)
    return frame.with_columns(_method())


def _method() -> pl.Expr:
    """The method of a line that names none: what is stated is the supplier's, money is spend, the rest average."""
    spent = pl.col("unit").str.contains(r"^[A-Z]{3}$")
    told = pl.when(pl.col("stated").is_not_null()).then(pl.lit("supplier"))
    return pl.coalesce("method", told.when(spent).then(pl.lit("spend")).otherwise(pl.lit("average"))).alias("method")


def _ids(cells: Cells) -> pl.Series:
    names = cells.text("line_id")
    bad = ~names.str.contains(rf"^(?:{_ID.pattern})$")
    cells.wrong(
        "activity.line_id", bad, "line_id",
        found="{count:row|rows} {rows}: not usable as {count:an id|ids}: {texts}",
        expected="at most 200 characters without / : and ~",
        remedy="write a number such as that of the invoice, or leave it empty",
    )  # fmt: skip
    return names


def _places(cells: Cells, known: Known) -> dict[str, pl.Series]:
    sites = cells.read("site_id", known.site, pl.String)
    _lacking(cells, "site_id", "site")
    cells.wrong(
        "activity.site_unknown", sites.is_null() & cells.text("site_id").is_not_null(), "site_id",
        found="{count:row|rows} {rows}: there is no such site: {texts}",
        expected="the id of a site of the workspace, or its name where no other has it",
        remedy="declare the site with `wattstone site`, or correct the cell",
    )  # fmt: skip
    meters = cells.text("meter_id")
    at = cells.mapped(meters, known.meters.get, pl.String)
    cells.wrong(
        "activity.meter_unknown", meters.is_not_null() & (at.is_null() | (at != sites).fill_null(value=False)),
        "meter_id",
        found="{count:row|rows} {rows}: no such meter at the site: {texts}",
        expected="a meter of the same site that measures the same",
        remedy="correct the cell, or leave it empty",
    )  # fmt: skip
    return {"site_id": sites, "meter_id": meters}


def _what(cells: Cells, known: Known) -> dict[str, pl.Series]:
    kinds = cells.read("kind", known.kind, pl.String)
    _lacking(cells, "kind", "activity kind")
    cells.wrong(
        "activity.kind_unknown", kinds.is_null() & cells.text("kind").is_not_null(), "kind",
        found="{count:row|rows} {rows}: no such kind of activity: {texts}",
        expected="one of {kinds}",
        remedy="take one from the list of the template",
        kinds=", ".join(known.kinds),
    )  # fmt: skip
    methods = cells.read("method", lambda text: _WORDS.get(bare_of(text).lower().replace("-", " ")), pl.String)
    cells.wrong(
        "activity.method", methods.is_null() & cells.text("method").is_not_null(), "method",
        found="{count:row|rows} {rows}: no such method: {texts}",
        expected="one of {methods}",
        remedy="write one of them, or leave it empty",
        methods=", ".join(METHODS),
    )  # fmt: skip
    return {"kind": kinds, "method": methods}


def _days(cells: Cells) -> tuple[pl.Series, pl.Series]:
    orders: dict[str, Order] = {}
    for field in ("period", "start", "end"):
        texts = cells.text(field)
        order = order_of(texts.drop_nulls().unique().to_list())
        if order is None:
            cells.wrong(
                "activity.day_order", cells.mapped(texts, either_order, pl.Boolean), field,
                found="nobody can say which is the day and which the month: {texts}",
                expected="days as 2024-03-31",
                remedy="write the year first",
            )  # fmt: skip
        orders[field] = order or "dmy"
    spans = {
        field: cells.read(field, lambda text, order=order: span(text, order), pl.List(pl.Date))
        for field, order in orders.items()
    }
    return read_periods(cells, spans)


def _amounts(cells: Cells, known: Known, columns: Mapping[str, pl.Series], lost: pl.Series) -> dict[str, pl.Series]:
    """Amount, unit and item, which the kind decides; statements in kg."""
    amount, stated = cells.number("amount").fill_null(lost), cells.number("stated") * _scale(cells)
    usual = pl.select(pl.when(lost.is_not_null()).then(pl.lit("kg")).otherwise(pl.lit(""))).to_series()
    factor = cells.text("factor")
    frame = pl.DataFrame(
        {
            "kind": columns["kind"],
            "said": cells.text("item").fill_null(""),
            "unit_said": cells.text("unit")
            .fill_null(cells.brackets.get("amount", ""))
            .replace("", None)
            .fill_null(usual),
            "free": factor.is_not_null() | stated.is_not_null(),
        }
    )
    asked = frame.drop_nulls("kind").unique(maintain_order=True)
    answers = [_answer(known, *row) for row in asked.iter_rows()]
    schema = {"item": pl.String, "unit": pl.String, "per": pl.Float64}
    found = asked.hstack(pl.DataFrame(answers, schema=schema, orient="row"))
    held = frame.join(found, on=frame.columns, how="left", maintain_order="left")
    known_kind = frame["kind"].is_not_null()
    cells.wrong(
        "activity.item_unknown", known_kind & held["item"].is_null(), "item",
        found="{count:row|rows} {rows}: the kind has no such item: {texts}",
        expected="an item that the template lists for the kind, as {items}",
        remedy="take one from the list, or name your own factor in the column factor",
        items=_some(_items(known, frame.filter(known_kind & held["item"].is_null()))),
    )  # fmt: skip
    cells.wrong(
        "activity.unit_unknown",
        known_kind & held["item"].is_not_null() & held["unit"].is_null() & amount.is_not_null(), "unit",
        found="{count:row|rows} {rows}: no factor counts the item in this unit: {texts}",
        expected="a unit that the template lists for the item, here {units}, or one that can be converted into it",
        remedy="convert the amount; energy of fuels names its calorific value, as kWh_gross or kWh_net",
        units=_some(_units(known, held.filter(known_kind & held["unit"].is_null() & amount.is_not_null()))),
    )  # fmt: skip
    odd = held.select(~pl.struct("kind", "item").is_in(_listed(known)) & (pl.col("item") != "")).to_series()
    cells.wrong(
        "activity.item_own", known_kind & held["item"].is_not_null() & odd & ~frame["free"], "item",
        severity="warning",
        found="{count:row|rows} {rows}: {count:an item|items} of your own: {texts}; no factor that ships counts it",
        expected="an item that the template lists for the kind{meant}, or a factor of your own for it",
        remedy="correct the cell, or put a factor for it into the workspace's factors/ folder",
        meant=_meant(known, held.filter(known_kind & held["item"].is_not_null() & odd & ~frame["free"])),
    )  # fmt: skip
    _lacking_measure(cells, amount, stated)
    measured = pl.DataFrame(
        {"amount": amount * held["per"].fill_null(1.0), "unit": held["unit"].fill_null(""), "stated": stated}
    )
    # An amount of emissions is a statement, whichever column it stands in.
    emitted = pl.col("unit").is_in(list(_EMITTED))
    kg = pl.col("amount") * pl.col("unit").replace_strict(_EMITTED, default=None, return_dtype=pl.Float64)
    told = measured.select(
        pl.when(~emitted).then("amount").alias("amount"),
        pl.when(emitted).then(pl.lit("")).otherwise("unit").alias("unit"),
        pl.coalesce("stated", kg).alias("stated"),
    )
    return {"item": held["item"], "factor": factor, **told.to_dict()}


def _pairs(rows: pl.DataFrame, second: str) -> list[tuple[str, str]]:
    return [(kind, text or "") for kind, text in rows.drop_nulls("kind").select("kind", second).unique(
        maintain_order=True).head(_FEW).iter_rows()]  # fmt: skip


def _items(known: Known, rows: pl.DataFrame) -> list[str]:
    """Items of the kinds of some rows: those that may be meant first."""
    pairs = _pairs(rows, "said")
    meant = [one for kind, text in pairs if text and (one := known.close(kind, text))]
    return list(dict.fromkeys([*meant, *(item for kind, _ in pairs for item in known.kinds[kind].items)]))


def _units(known: Known, rows: pl.DataFrame) -> list[str]:
    """The units of the items of some rows."""
    pairs = [(kind, item) for kind, item in _pairs(rows, "item") if item]
    return list(dict.fromkeys(unit for kind, item in pairs for unit in known.kinds[kind].units_of(item)))


def _meant(known: Known, rows: pl.DataFrame) -> str:
    """The items that are most like those of some rows, in brackets; empty where there are none."""
    likely = dict.fromkeys(one for kind, item in _pairs(rows, "item") if (one := known.close(kind, item)))
    return f" ({', '.join(f'{one}?' for one in likely)})" if likely else ""


def _some(names: list[str]) -> str:
    return ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")


def _listed(known: Known) -> pl.Series:
    """Kinds and items that ship with the product, or of which there are own factors."""
    shipped = ((name, item) for name, kind in known.kinds.items() for item in kind.items)
    pairs = [{"kind": name, "item": item} for name, item in (*shipped, *known.own)]
    return pl.Series(pairs, dtype=pl.Struct({"kind": pl.String, "item": pl.String})).implode()


def _answer(known: Known, kind: str, said: str, unit: str, free: bool) -> tuple[str | None, str | None, float]:
    item = known.item(kind, said)
    if item is None and free:
        item = bare_of(said)
    if item is None:
        return None, None, 1.0
    measured = known.measured(kind, item, unit, free=free) if unit else None
    return item, None if measured is None else measured.unit, 1.0 if measured is None else measured.factor


def _scale(cells: Cells) -> float:
    """Kilograms in the unit that the header of stated emissions names; kilograms where it names none."""
    said = cells.brackets.get("stated")
    if said is None:
        return 1.0
    found = _STATED.fullmatch(said.strip())
    if found is None:
        cells.wrong(
            "activity.stated_unit", cells.text("stated").is_not_null(), "stated",
            found="the header names the unit '{unit}'",
            expected="kg CO2e or t CO2e",
            remedy="convert the numbers, or correct the header",
            unit=said,
        )  # fmt: skip
        return 1.0
    return _MASS[(found[1] or "kg").lower()]


def _lacking(cells: Cells, field: str, what: str) -> None:
    cells.wrong(
        "activity.lacking", cells.text(field).is_null(), field,
        found="{count:row|rows} {rows}: {count:the cell is|the cells are} empty",
        expected="a {what}",
        remedy="fill it in, or take the row out",
        what=what,
    )  # fmt: skip


def _lacking_measure(cells: Cells, amount: pl.Series, stated: pl.Series) -> None:
    empty = cells.text("amount").is_null() & cells.text("stated").is_null() & cells.text("charge").is_null()
    cells.wrong(
        "activity.no_amount", empty & amount.is_null() & stated.is_null(),
        "amount" if "amount" in cells.titles else "stated",
        found="{count:row|rows} {rows}: neither an amount nor stated emissions",
        expected="one of them",
        remedy="fill it in, or take the row out",
    )  # fmt: skip


def _judged(cells: Cells) -> dict[str, pl.Series]:
    """Share, estimate, quality and uncertainty."""
    share = cells.part("share").fill_null(cells.part("held"))
    cells.wrong(
        "activity.share", (share <= 0) | (share > 1), "share",
        found="{count:row|rows} {rows}: no {count:share|shares} of one: {texts}",
        expected="more than 0 and at most 1, or a percentage",
        remedy="write 0.25 or 25 %",
    )  # fmt: skip
    spread = cells.part("activity_uncertainty")
    cells.wrong(
        "activity.uncertainty", (spread < 0) | (spread > 10), "activity_uncertainty",
        found="{count:row|rows} {rows}: no relative {count:uncertainty|uncertainties}: {texts}",
        expected="half the width of the interval of 95 per cent as a part of the amount, such as 5 %",
        remedy="write 0.05 or 5 %",
    )  # fmt: skip
    scores = {name: cells.number(name) for name in PEDIGREE}
    for name, score in scores.items():
        cells.wrong(
            "activity.quality", (score < 1) | (score > 5) | (score != score.round()), name,
            found="{count:row|rows} {rows}: no {count:score|scores} of data quality: {texts}",
            expected="1 (very good) to 5 (poor)",
            remedy="write a whole number, or leave it empty",
        )  # fmt: skip
    whole = {name: score.round().clip(-1, 9).cast(pl.Int8, strict=False) for name, score in scores.items()}
    return {
        **whole,
        "share": share.fill_null(1.0),
        "estimated": cells.flag("estimated"),
        "activity_uncertainty": spread,
    }


def _documents(cells: Cells, known: Known) -> pl.Series:
    said = cells.text("document").str.to_lowercase()
    there = cells.mapped(said, lambda text: text if text in known.documents else None, pl.String)
    cells.wrong(
        "activity.document_unknown", said.is_not_null() & there.is_null(), "document",
        found="{count:row|rows} {rows}: no such document is attached: {texts}",
        expected="the SHA-256 of a document that is there",
        remedy="leave it empty, and attach the document afterwards with `wattstone activity attach`",
    )  # fmt: skip
    return there


def _empty(file: str) -> Finding:
    return Finding(
        code="activity.empty",
        place=file,
        found="the table has no lines",
        expected="at least one row with a site, a kind, a period and an amount",
        remedy="fill the template in",
    )
