"""What the report on nature says of carbon, condition, species and the NbS standard."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from wattstone.base import Finding
from wattstone.programme.held import held, rests_on
from wattstone.programme.nature.carbon import CO2_PER_C, hectared, of_year, summed
from wattstone.programme.nature.carbon_checks import beyond_the_area, component_differences
from wattstone.programme.nature.condition import by_ecosystem, conditions
from wattstone.programme.nature.living_tables import charts, tables
from wattstone.programme.nature.nbs import criteria, match
from wattstone.programme.report import Chart, Line, Said, Table
from wattstone.programme.slugs import slug

__all__ = ["LIVING_LIMITS", "Living", "living"]

LIVING_LIMITS: Final = (
    Said("Stock, flux and avoided loss are different things and are never added; none of them is a carbon credit."),
    Said("Rates of a hectare are those entered; burial methods, lateral carbon, methane and carbonate are unreliable."),
    Said(
        "Condition is told for each variable; no score is made of several, and extent alone says nothing of condition."
    ),
    Said("A self-assessment by the NbS standard is no verification."),
)

_LEDGER: Final = "line:nature.area.net"
"""What hectares of the ledger come from."""

_LABELS: Final = {
    ("stock", "organic"): "Carbon stock",
    ("stock", "inorganic"): "Stock of carbonate",
    ("flux", "organic"): "Carbon removed in the year",
    ("avoided", "organic"): "Avoided loss of carbon in the year",
    ("flux", "gases"): "Methane and nitrous oxide, removed less released in the year",
    ("avoided", "gases"): "Methane and nitrous oxide avoided in the year",
}
_REMOVED: Final = "{dioxide} t CO2 ({carbon} t C) were removed in areas in action or verified in the year."
_LOST: Final = "{dioxide} t CO2 ({carbon} t C) were released from areas in action or verified in the year."
_GASES: Final = "Areas in action or verified released methane and nitrous oxide of {gases} t CO2e in the year."
_GASES_KEPT: Final = "Areas in action or verified removed methane and nitrous oxide of {gases} t CO2e in the year."
_REMOVED_LESS: Final = (
    "Areas in action or verified removed {dioxide} t CO2 ({carbon} t C) in the year, and released methane and nitrous "
    "oxide of {gases} t CO2e: more than they removed."
)
_REMOVED_MORE: Final = (
    "Areas in action or verified removed {dioxide} t CO2 ({carbon} t C) in the year, and released methane and nitrous "
    "oxide of {gases} t CO2e: less than they removed."
)
_SO_FAR: Final = {"flux": "Carbon removed since the start", "avoided": "Avoided loss of carbon since the start"}
_AS_CO2: Final = {
    "stock": "Carbon stock, as carbon dioxide",
    "flux": "Carbon dioxide removed in the year",
    "avoided": "Avoided loss in the year, as carbon dioxide",
}


@dataclass(frozen=True)
class Living:
    """A part of the report: sentences, lines, tables, charts, and what has to be looked at."""

    says: tuple[Said, ...]
    lines: tuple[Line, ...]
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...]
    findings: tuple[Finding, ...] = ()


def living(entries: Mapping[str, pl.DataFrame], land: pl.DataFrame, year: int) -> Living:
    """Carbon, condition, species and the NbS standard of a year.

    Parameters
    ----------
    entries : mapping of str to DataFrame
        By kind.
    land : DataFrame
        With the columns of `account.LAND`.
    year : int

    Returns
    -------
    Living
    """
    amounts = of_year(hectared(held(entries, "carbon"), land), year)
    sums = summed(amounts)
    told = conditions(held(entries, "condition"), land)
    extents = by_ecosystem(told, year)
    ratings, rules = held(entries, "nbs_rating"), held(entries, "nbs_rule")
    matches = match(ratings, rules)
    species = held(entries, "species_metric").filter(pl.col("year") <= year)
    carbon = amounts.with_columns(pl.col("lacks").fill_null("none"))
    linked = _linked(extents, "weighted", extent_line).with_columns(pl.lit("").alias("hectares@line"))
    areas = held(entries, "area")
    rows = {
        "carbon": _named(carbon.with_columns(pl.lit("").alias(f"{one}@line") for one in ("amount", "ha")), areas),
        "carbon-rates": _named(carbon, areas),
        "carbon_sums": _linked(sums, "amount", carbon_line),
        "carbon_tables": component_differences(held(entries, "carbon_table")),
        "extents": linked.filter(pl.col("delivered")),
        "extents-planned": linked.filter(~pl.col("delivered")),
        "conditions": _named(told.filter(pl.col("year") <= year), areas),
        "species": _named(
            _linked(species, "value", lambda one: f"{_species_line(one)}|entry:{one['area']}|{one['year']}"), areas
        ),
        "nbs": criteria(ratings, rules),
        "nbs_evidence": ratings,
    }
    lines = (*_carbon(sums, year), *_extents(extents, year), *_species(species), *_matches(matches, rules, year))
    return Living(tuple(_says(sums)), lines, tables(rows), charts(rows), tuple(beyond_the_area(amounts)))


def carbon_line(one: Mapping[str, Any]) -> str:
    """Name of the line of a sum of carbon: a row of `carbon.summed`."""
    sort = "" if one["sort"] == "organic" else f".{one['sort']}"
    return f"nature.carbon.{one['quantity']}{sort}{_planned(one)}"


def extent_line(one: Mapping[str, Any]) -> str:
    """Name of the line of an extent, weighted by condition: a row of `condition.by_ecosystem`."""
    code = (one["ecosystem"] or "unknown").strip().lower()
    return f"nature.condition.{code}.{slug(one['variable'])}{_planned(one)}"


def _planned(one: Mapping[str, Any]) -> str:
    return "" if one["delivered"] else ".planned"


def _linked(frame: pl.DataFrame, column: str, name: Callable[[Mapping[str, Any]], str]) -> pl.DataFrame:
    """A frame that names the line of each number of a column."""
    names = [name(one) for one in frame.iter_rows(named=True)]
    return frame.with_columns(pl.Series(f"{column}@line", names, dtype=pl.String))


def _named(frame: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame:
    """A frame that calls areas by their names."""
    names = areas.select(area="entry", called="name")
    return frame.join(names, on="area", how="left", maintain_order="left").with_columns(
        area=pl.coalesce("called", "area")
    )


def _says(sums: pl.DataFrame) -> Iterator[Said]:
    """The flows of the year first, carbon never without the methane and nitrous oxide of the same areas."""
    known = sums.filter(pl.col("delivered") & (pl.col("entries") > pl.col("lacking")))
    own = {(one["quantity"], one["sort"]): one["amount"] for one in known.iter_rows(named=True)}
    yield from _flows(own.get(("flux", "organic")), own.get(("flux", "gases")))
    if (stock := own.get(("stock", "organic"))) is not None:
        yield Said("{amount} t C stand in areas in action or verified.", {"amount": stock})
    if (avoided := own.get(("avoided", "organic"))) is not None:
        yield Said("The loss of {amount} t C was avoided there.", {"amount": avoided})
    if len({quantity for quantity, sort in own if sort == "organic"}) > 1:
        yield Said("Carbon that stands, is removed, or is not lost stays apart: it is never added.")


def _flows(carbon: float | None, gases: float | None) -> Iterator[Said]:
    """What areas removed and released in the year: the one as carbon dioxide, the others as its equivalent."""
    dioxide = None if carbon is None else carbon * CO2_PER_C
    told: dict[str, Any] = {
        "carbon": abs(carbon or 0.0), "dioxide": abs(dioxide or 0.0), "gases": abs(gases or 0.0),
    }  # fmt: skip
    if gases is None or (gases == 0 and dioxide is not None):
        if dioxide is not None:
            yield Said(_REMOVED if dioxide >= 0 else _LOST, told)
    elif dioxide is None:
        yield Said(_GASES_KEPT if gases > 0 else _GASES, told)
    elif dioxide >= 0 > gases:
        yield Said(_REMOVED_LESS if -gases > dioxide else _REMOVED_MORE, told)
    else:
        yield Said(_REMOVED if dioxide >= 0 else _LOST, told)
        yield Said(_GASES_KEPT if gases > 0 else _GASES, told)


def _carbon(sums: pl.DataFrame, year: int) -> Iterator[Line]:
    for one in sums.sort("delivered", "sort", "quantity", descending=[True, True, True]).iter_rows(named=True):
        label = _LABELS.get((one["quantity"], one["sort"]))
        if label is None:
            continue
        name = carbon_line(one)
        unit = "t CO2e" if one["sort"] == "gases" else "t C"
        nothing = one["entries"] == one["lacking"]
        interval = None if one["low"] is None or nothing else (one["low"], one["high"])
        common: dict[str, Any] = {
            "period": str(year),
            "method": "nature.carbon/1",
            "inputs": (
                *rests_on("carbon", pl.Series(one["hashes"], dtype=pl.String)),
                _LEDGER,
            ),
            "reason": Said("no start is known for any of its entries") if nothing else None,
            "notes": tuple(_notes(one)),
            "basis": "estimated",
        }
        value = None if nothing else one["amount"]
        yield Line(name=name, label=label, value=value, unit=unit, interval=interval, **common)
        if one["sort"] == "gases" or one["sort"] == "inorganic":
            continue
        as_co2: dict[str, Any] = {**common, "inputs": (f"line:{name}",)}
        yield Line(
            name=f"{name}.co2",
            label=_AS_CO2[one["quantity"]],
            value=None if value is None else value * CO2_PER_C,
            unit="t CO2",
            interval=None if interval is None else (interval[0] * CO2_PER_C, interval[1] * CO2_PER_C),
            **as_co2,
        )
        if one["quantity"] != "stock":
            yield Line(
                name=f"{name}.so_far",
                label=_SO_FAR[one["quantity"]],
                value=None if nothing else one["so_far"],
                unit=unit,
                **common,
            )


def _notes(one: Mapping[str, Any]) -> Iterator[Said]:
    yield _which(one["delivered"])
    if one["lacking"]:
        yield Said("entries in no sum, for want of a start: {count}", {"count": one["lacking"]})
    if one["cut"]:
        yield Said("entries with more hectares than their area has, of which its own alone count: {count}", {
            "count": one["cut"]
        })  # fmt: skip
    if one["ranges"]:
        yield Said("no interval; entries without one, or with a range alone: {count}", {"count": one["ranges"]})
    if one["unassessed"]:
        yield Said("entries whose permanence or leakage is not assessed: {count}", {"count": one["unassessed"]})


def _which(delivered: bool) -> Said:
    return Said("areas in action and verified") if delivered else Said("areas that are planned or under agreement")


def _extents(extents: pl.DataFrame, year: int) -> Iterator[Line]:
    for one in extents.iter_rows(named=True):
        yield Line(
            name=extent_line(one),
            label="Extent, weighted by condition",
            value=one["weighted"] if one["areas"] else None,
            unit="ha",
            period=str(year),
            method="nature.condition/1",
            inputs=(*rests_on("condition", pl.Series(one["hashes"], dtype=pl.String)), _LEDGER),
            reason=None if one["areas"] else Said("no reference levels or no hectares are known"),
            notes=(
                Said("{variable} in {ecosystem}, of {hectares} ha", {
                    "variable": one["variable"], "ecosystem": one["ecosystem"], "hectares": f"{one['hectares']:,.0f}"
                }),
                _which(one["delivered"]),
                *([Said("areas without a condition: {count}", {"count": one["unknown"]})] if one["unknown"] else []),
            ),
        )  # fmt: skip


def _species_line(one: Mapping[str, Any]) -> str:
    return f"nature.species.{slug(one['metric'])}"


def _species(species: pl.DataFrame) -> Iterator[Line]:
    for one in species.iter_rows(named=True):
        yield Line(
            name=_species_line(one),
            label="Metric of species, as somebody else computed it",
            value=one["value"],
            unit=one["unit"],
            period=str(one["year"]),
            method="nature.species/1",
            inputs=(f"entry:{one['hash']}",),
            subject=f"entry:{one['area']}",
            basis="stated",
            notes=(
                Said("{metric}; it enters no sum", {"metric": one["metric"]}),
                Said("source: {source}", {"source": one["source"]}),
            ),
        )


def _matches(matches: pl.DataFrame, rules: pl.DataFrame, year: int) -> Iterator[Line]:
    ruled = dict(rules.select("edition", "hash").iter_rows())
    for one in matches.iter_rows(named=True):
        rule = ruled.get(one["edition"])
        inputs = (
            *rests_on("nbs_rating", pl.Series(one["hashes"], dtype=pl.String)),
            *([] if rule is None else [f"entry:{rule}"]),
        )
        common: dict[str, Any] = {"period": str(year), "method": "nature.nbs/1", "inputs": inputs}
        project = Said("{project}: {evidenced} of {rated} ratings have evidence", {
            "project": one["project"], "evidenced": one["evidenced"], "rated": one["rated"]
        })  # fmt: skip
        edition = f"{slug(one['project'])}.{one['edition']}"
        rated, shown = float(one["rated"]), float(one["evidenced"])
        yield Line(name=f"nature.nbs.{edition}.rated", label="Indicators rated", value=rated, unit="1", basis="stated",
                   **common)  # fmt: skip
        yield Line(
            name=f"nature.nbs.{edition}.evidenced",
            label="Ratings with evidence",
            value=shown,
            unit="1",
            basis="stated",
            **common,
        )
        yield Line(
            name=f"nature.nbs.{edition}.match",
            label="Match with the NbS standard",
            value=one["match"],
            unit="1",
            reason=None if one["match"] is not None else _why(one),
            notes=(project, *_adherence(one["adheres"]), *_split(one)),
            basis="unconfirmed" if one["split"] == "unconfirmed" else "stated",
            **common,
        )


def _why(one: Mapping[str, Any]) -> Said:
    if not one["has_rule"]:
        return Said("no scoring rule of the edition is entered; points and bands are not assumed")
    if one["split"] is None:
        return Said("it is not known how many indicators the edition has; the rule of the edition can say it")
    return Said("indicators that are not rated yet: {count}", {"count": one["unrated"]})


def _split(one: Mapping[str, Any]) -> Iterator[Said]:
    if one["split"] == "unconfirmed":
        yield Said("how many indicators each criterion has is unconfirmed; the rule of the edition can say it")


def _adherence(adheres: bool | None) -> Iterator[Said]:
    if adheres is False:
        yield Said("a criterion is insufficient: by the rule entered, not in adherence")
    if adheres:
        yield Said("no criterion is insufficient by the rule entered")
