"""Lines of the report on factories and parks."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import polars as pl

from wattstone.programme.held import rests_on
from wattstone.programme.report import Basis, Line, Said
from wattstone.programme.slugs import slug

__all__ = ["listed_line", "registry_line", "registry_lines", "score_line", "score_lines", "standing_lines"]

_LABELS: Final = {
    ("green_factory", "total"): "Green factories, listed at the end of the year",
    ("green_factory", "net"): "Green factories, net growth",
    ("green_factory", "added"): "Green factories, added, gross",
    ("green_factory", "removed"): "Green factories, removed",
    ("supply_chain", "total"): "Green supply-chain enterprises, listed at the end of the year",
    ("supply_chain", "net"): "Green supply-chain enterprises, net growth",
    ("supply_chain", "added"): "Green supply-chain enterprises, added, gross",
    ("supply_chain", "removed"): "Green supply-chain enterprises, removed",
    ("green_park", "total"): "Green industrial parks, listed at the end of the year",
    ("green_park", "net"): "Green industrial parks, net growth",
    ("green_park", "added"): "Green industrial parks, added, gross",
    ("green_park", "removed"): "Green industrial parks, removed",
    ("eco_park", "total"): "Eco-industrial parks, listed at the end of the year",
    ("eco_park", "net"): "Eco-industrial parks, net growth",
    ("eco_park", "added"): "Eco-industrial parks, added, gross",
    ("eco_park", "removed"): "Eco-industrial parks, removed",
    ("green_product", "total"): "Green products, listed at the end of the year",
    ("green_product", "net"): "Green products, net growth",
    ("green_product", "added"): "Green products, added, gross",
    ("green_product", "removed"): "Green products, removed",
}
_ON_LIST: Final = {
    "green_factory": {
        None: "Green factories, own sites on a list of unknown level",
        "national": "Green factories, own sites on the national list",
        "provincial": "Green factories, own sites on the provincial list",
        "municipal": "Green factories, own sites on the municipal list",
    },
    "supply_chain": {
        None: "Green supply-chain enterprises, own sites on a list of unknown level",
        "national": "Green supply-chain enterprises, own sites on the national list",
        "provincial": "Green supply-chain enterprises, own sites on the provincial list",
        "municipal": "Green supply-chain enterprises, own sites on the municipal list",
    },
    "green_park": {
        None: "Green industrial parks, own sites on a list of unknown level",
        "national": "Green industrial parks, own sites on the national list",
        "provincial": "Green industrial parks, own sites on the provincial list",
        "municipal": "Green industrial parks, own sites on the municipal list",
    },
    "eco_park": {
        None: "Eco-industrial parks, own sites on a list of unknown level",
        "national": "Eco-industrial parks, own sites on the national list",
        "provincial": "Eco-industrial parks, own sites on the provincial list",
        "municipal": "Eco-industrial parks, own sites on the municipal list",
    },
    "green_product": {
        None: "Green products, own sites on a list of unknown level",
        "national": "Green products, own sites on the national list",
        "provincial": "Green products, own sites on the provincial list",
        "municipal": "Green products, own sites on the municipal list",
    },
}
_MOVES: Final = {
    "total": Said("listed at the end of the year"),
    "net": Said("net growth of the list: of its totals, after removals"),
    "added": Said("added in the year, gross"),
    "removed": Said("removed in the year"),
}

_SCORES: Final = {
    "score": "Score",
    "evidenced": "Score of what is shown by evidence",
    "points": "Points before basic requirements",
}


def registry_line(programme: str, move: str) -> str:
    """Name of the line on a registry: `total`, `net`, `added` or `removed`."""
    return f"factory.registry.{programme}.{move}"


def listed_line(programme: str, level: str | None) -> str:
    """Name of the line on own sites that are on the list of a level."""
    return f"factory.listed.{programme}.{level or 'unsaid'}"


def score_line(name: str, table: str) -> str:
    """Name of the line on a scorecard: `score`, `evidenced` or `points`."""
    return f"factory.{name}.{slug(table)}"


def registry_lines(moved: pl.DataFrame, year: int) -> Iterator[Line]:
    """Totals and movements of each registry in a year."""
    for one in moved.filter(pl.col("year") == year).iter_rows(named=True):
        for name, what in _MOVES.items():
            if one[name] is None:
                continue
            yield Line(
                name=registry_line(one["programme"], name),
                label=_LABELS[one["programme"], name],
                value=float(one[name]),
                unit="1",
                period=str(year),
                method="factory.registry/1",
                inputs=_registry_inputs(moved, one, name),
                basis=_registry_basis(one, name),
                notes=(what, Said("source: {source}", {"source": one["source"]})),
            )


def _registry_basis(row: Mapping[str, Any], name: str) -> Basis:
    """Net growth rests on two totals: it is no surer than the less sure of them."""
    rests = (row["confidence"], row["previous_confidence"]) if name == "net" else (row["confidence"],)
    if "unconfirmed" in rests:
        return "unconfirmed"
    return "computed" if name == "net" else "stated"


def _registry_inputs(moved: pl.DataFrame, row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    years = [row["year"] - 1, row["year"]] if name == "net" else [row["year"]]
    used = moved.filter((pl.col("programme") == row["programme"]) & pl.col("year").is_in(years))
    shipped = used.filter(pl.col("hash").is_null())["year"].to_list()
    return (
        *rests_on("registry", used["hash"]),
        *(f"published:registry.{row['programme']}.{one}" for one in shipped),
    )


def standing_lines(stood: pl.DataFrame, on: date) -> Iterator[Line]:
    """Own sites on each list, by programme and level."""
    where = ["programme", "level"]
    for one in stood.select(where).unique().sort(where).iter_rows(named=True):
        own = stood.filter((pl.col("programme") == one["programme"]) & pl.col("level").eq_missing(one["level"]))
        yield Line(
            name=listed_line(one["programme"], one["level"]),
            label=_ON_LIST[one["programme"]][one["level"]],
            value=float(own["listed"].sum()),
            unit="1",
            period=on.isoformat(),
            method="factory.standing/2",
            inputs=rests_on("factory_status", own["hash"]),
            basis="stated",
        )


def score_lines(cards: pl.DataFrame, points: pl.DataFrame, year: int) -> Iterator[Line]:
    """Score of each scorecard and of what is shown by evidence; the points before basic requirements that are open."""
    for one in cards.iter_rows(named=True):
        used = points.filter((pl.col("site") == one["site"]) & (pl.col("table") == one["table"]))
        inputs = (*rests_on("score_row", used["row_hash"]), *rests_on("score_answer", used["answer_hash"]))
        for name, label in _SCORES.items():
            if name == "points" and not one["basic_open"]:
                continue
            yield Line(
                name=score_line(name, one["table"]),
                label=label,
                value=one[name],
                unit="points",
                period=str(year),
                method="factory.scorecard/2",
                inputs=inputs,
                subject=f"site:{one['site']}",
                basis="unconfirmed" if one["assumed"] else "computed",
                reason=None if one[name] is not None else _why(one),
                notes=tuple(_card_notes(one)),
            )


def _card_notes(card: Mapping[str, Any]) -> Iterator[Said]:
    yield Said("by the table {table}, GB/T 36132-{edition}", {"table": card["table"], "edition": card["edition"]})
    if card["basic_open"]:
        yield Said("basic requirements not met or not answered: {names}", {"names": ", ".join(card["basic_open"])})
    if card["assumed"]:
        yield Said("nothing is given below the base value, which is an assumption")


def _why(card: Mapping[str, Any]) -> Said:
    if card["floorless"]:
        return Said(
            "the share of the weight at the base value is not given for {names}, and none is assumed",
            {"names": ", ".join(card["floorless"])},
        )
    if card["missing"]:
        return Said("no answer or no value for {names}", {"names": ", ".join(card["missing"])})
    if card["points"] is None:
        return Said(
            "the weights of the table {table} add to {weights}, not to 100",
            {"table": card["table"], "weights": f"{card['weights']:g}"},
        )
    return Said(
        "basic requirements are not met or not answered: {names}; one that is not met ends the assessment",
        {"names": ", ".join(card["basic_open"])},
    )
