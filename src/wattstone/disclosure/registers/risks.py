"""The register of climate risks and opportunities: its rows, by owner, stage of the value chain and site."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from wattstone.programme.kinds import record_kind
from wattstone.programme.report import Column, Line, Said, Table

__all__ = ["GROUPS", "group_of", "register_lines", "register_tables"]

GROUPS: Final = {"physical": "Physical risk", "transition": "Transition risk", "opportunity": "Opportunity"}
"""Kinds of the register, by what their names begin with."""

_KIND = record_kind("climate_risk")
_ORDER: Final = {name: n for n, name in enumerate(("short", "medium", "long"))}
_METHOD: Final = "disclose.register/1"

_COUNTED: Final = {
    "physical": "Physical risks in the register", "transition": "Transition risks in the register",
    "opportunity": "Opportunities in the register",
}  # fmt: skip
_BOUNDS: Final = {
    "effect_low": "Financial effect, low", "effect": "Financial effect, central",
    "effect_high": "Financial effect, high",
}  # fmt: skip
_RANGE: Final = Said("as the organisation estimates it; low and high are its range, no interval of a known probability")


def group_of() -> pl.Expr:
    """The group of a row of the register, from its kind."""
    return pl.col("kind").str.split("_").list.first().alias("group")


def register_lines(risks: pl.DataFrame, year: int) -> Iterator[Line]:
    """How many risks and opportunities there are, and the effect of each as it was entered.

    Parameters
    ----------
    risks : polars.DataFrame
        Entries of kind `climate_risk` of the reporting year.
    year : int
    """
    told = risks.with_columns(group_of())
    for name, label in _COUNTED.items():
        mine = told.filter(group=name)
        yield Line(
            name=f"disclose.register.{name}", label=label, value=float(mine.height), unit="1", period=str(year),
            method=_METHOD, inputs=tuple(f"entry:{one}" for one in mine["hash"].sort()), basis="stated",
        )  # fmt: skip
    for row in told.sort("entry").iter_rows(named=True):
        for name, label in _BOUNDS.items():
            if row[name] is not None:
                yield _effect(row, name, label, year)


def _effect(row: Mapping[str, Any], name: str, label: str, year: int) -> Line:
    unit = f"{row['currency']}/a" if row["per"] == "year" else str(row["currency"])
    return Line(
        name=f"disclose.risk.{name}", label=label, value=float(row[name]), unit=unit, period=str(year),
        method=_METHOD, inputs=(f"entry:{row['hash']}",), subject=f"entry:{row['entry']}", basis="stated",
        notes=(_RANGE,),
    )  # fmt: skip


def register_tables(risks: pl.DataFrame, horizons: pl.DataFrame, sites: Mapping[str, str]) -> Iterator[Table]:
    """Horizons, the register, its effects, by owner, by stage and by site; those that have rows.

    Parameters
    ----------
    risks, horizons : polars.DataFrame
        Entries of these kinds of the reporting year.
    sites : mapping of str to str
        Names by id.
    """
    if horizons.height:
        rows = horizons.sort("first").select("horizon", "first", "last", years=pl.col("last") - pl.col("first") + 1)
        yield Table("horizons", "Time horizons", _HORIZONS, rows)
    if risks.is_empty():
        return
    spans = {one["horizon"]: f"{one['first']}–{one['last']}" for one in horizons.iter_rows(named=True)}
    told = _told(risks, spans)
    yield Table("risks", "Climate risks and opportunities", _RISKS, told)
    if (answered := told.filter(pl.any_horizontal(pl.col("handling", "response", "response@zh").is_not_null()))).height:
        named = pl.when(pl.col("sites").is_null()).then(pl.lit([_EVERYWHERE])).otherwise("sites")
        rows = answered.with_columns(sites=named)
        yield Table("responses", "Responses to risks and opportunities", _RESPONSES, rows)
    stated = pl.any_horizontal(pl.col(*_BOUNDS).is_not_null())
    if (known := told.filter(stated)).height:
        yield Table("effects", "Anticipated financial effects", _EFFECTS, known)
    if (unknown := told.filter(~stated)).height:
        yield Table("unstated", "Without a financial effect", _UNSTATED, unknown)
    yield Table("owners", "Risks and opportunities by owner", _OWNERS, _owners(told))
    yield Table("stages", "Where in the value chain", _STAGES, _stages(told))
    by_site = _by_site(told, sites)
    if by_site.height:
        yield Table("risk_sites", "Sites that risks and opportunities name", _SITES, by_site)


_EVERYWHERE: Final = "*"
_TITLE: Final = Column("title", "Risk or opportunity")
_NAME: Final = Column("id", "Short name")
_HORIZON: Final = Column("horizon", "Horizon", labels=_KIND.field("horizon").choices)
_HORIZONS: Final = (_HORIZON, Column("first", "First year"), Column("last", "Last year"), Column("years", "Years"))
_RISKS: Final = (
    _NAME, _TITLE, Column("kind", "Kind", labels=_KIND.field("kind").choices), _HORIZON,
    Column("likelihood", "Likelihood (1 to 5)"), Column("severity", "Severity (1 to 5)"),
    Column("stage", "Stage of the value chain", labels=_KIND.field("stage").choices), Column("owner", "Owner"),
)  # fmt: skip
_RESPONSES: Final = (
    _NAME, Column("handling", "Handling", labels=_KIND.field("handling").choices), Column("response", "Response"),
    Column("sites", "Sites affected", labels={_EVERYWHERE: "The whole organisation"}),
)  # fmt: skip
_EFFECTS: Final = (
    _TITLE, _HORIZON, Column("span", "Years of it"),
    Column("line", "Line of the accounts", labels=_KIND.field("line").choices), Column("effect_low", "Low"),
    Column("effect", "Central"), Column("effect_high", "High"), Column("currency", "Currency"),
    Column("per", "Per", labels=_KIND.field("per").choices),
)  # fmt: skip
_UNSTATED: Final = (_TITLE, _HORIZON, Column("span", "Years of it"), Column("why_none", "Why no effect is stated"))
_OWNERS: Final = (Column("owner", "Owner"), Column("count", "Number"), Column("most", "Highest rank of them (1 to 25)"),
                  Column("names", "Risks and opportunities"))  # fmt: skip
_STAGES: Final = (
    Column("stage", "Stage of the value chain", labels={**_KIND.field("stage").choices, "": "Not said"}),
    Column("group", "Group", labels=GROUPS), Column("count", "Number"), Column("names", "Risks and opportunities"),
)  # fmt: skip
_SITES: Final = (Column("site", "Site"), Column("physical", "Physical risks"), Column("transition", "Transition risks"),
                 Column("opportunity", "Opportunities"), Column("names", "Risks and opportunities"))  # fmt: skip


def _told(risks: pl.DataFrame, spans: Mapping[str, str]) -> pl.DataFrame:
    """Rows in the order in which they are read: by horizon, then by rank."""
    whole = pl.col("sites").list.len().fill_null(0) == 0
    links = {
        f"{name}@line": pl.when(pl.col(name).is_not_null()).then(pl.format(f"disclose.risk.{name}|entry:{{}}", "entry"))
        for name in _BOUNDS
    }
    names = {f"{one}_{lang}": one + end for one in ("title", "response") for lang, end in (("en", ""), ("zh", "@zh"))}
    names["why_none_zh"] = "why_none@zh"
    made = risks.with_columns(
        group_of(), rank=pl.col("likelihood") * pl.col("severity"),
        at=pl.col("horizon").replace_strict(_ORDER, default=9, return_dtype=pl.Int8),
        span=pl.col("horizon").replace_strict(spans, default=None, return_dtype=pl.String),
        sites=pl.when(~whole).then("sites"),
        **links,
    )  # fmt: skip
    return made.rename(names).sort("at", "rank", "id", descending=[False, True, False])


def _names() -> pl.Expr:
    return pl.col("id").sort().alias("names")


def _owners(told: pl.DataFrame) -> pl.DataFrame:
    return told.group_by("owner").agg(pl.len().cast(pl.Int64).alias("count"), pl.col("rank").max().alias("most"),
                                      _names()).sort("owner", nulls_last=True)  # fmt: skip


def _stages(told: pl.DataFrame) -> pl.DataFrame:
    order = {"upstream": 0, "own": 1, "downstream": 2, "": 3}
    rows = told.with_columns(pl.col("stage").fill_null("")).group_by("stage", "group").agg(
        pl.len().cast(pl.Int64).alias("count"), _names()
    )  # fmt: skip
    return rows.sort(pl.col("stage").replace_strict(order, default=9), pl.col("group"))


def _by_site(told: pl.DataFrame, sites: Mapping[str, str]) -> pl.DataFrame:
    rows = told.explode("sites").filter(pl.col("sites").is_not_null())
    counts = [(pl.col("group") == one).sum().cast(pl.Int64).alias(one) for one in GROUPS]
    found = rows.group_by("sites").agg(*counts, _names()).sort("sites")
    names = pl.col("sites").replace_strict(dict(sites), default=None, return_dtype=pl.String)
    return found.with_columns(pl.coalesce(names, "sites").alias("site"))
