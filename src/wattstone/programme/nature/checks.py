"""What is wrong across the fields of entries on nature."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from wattstone.base import Finding
from wattstone.base.finding import Severity
from wattstone.programme.held import held
from wattstone.programme.nature.carbon_checks import wrong as wrong_living
from wattstone.programme.nature.typology import codes

__all__ = ["PROVED", "wrong", "wrong_boundaries"]

_COUNTRY: Final = r"^[A-Z]{2}$"
PROVED: Final = pl.col("document").is_not_null() | (pl.col("evidence").fill_null("").str.strip_chars() != "")
"""Evidence of an area is attached, or the hash of one kept elsewhere is given."""
_SHA: Final = re.compile(r"^[0-9a-fA-F]{64}$")


def wrong(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """All that is wrong with entries of the nature module.

    Parameters
    ----------
    entries : mapping of str to DataFrame
        By kind.

    Returns
    -------
    list of Finding
        Errors refuse the entries; warnings are told.
    """
    own = (*_areas(held(entries, "area")), *_goals(held(entries, "goal")))
    return [*own, *wrong_boundaries(entries), *wrong_living(entries)]


def wrong_boundaries(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """What is wrong with boundaries of areas and layers.

    Parameters
    ----------
    entries : mapping of str to DataFrame
        By kind.

    Returns
    -------
    list of Finding
        The errors of `placed`; its warnings are told in the report.
    """
    from wattstone.programme.nature.placed import placed
    from wattstone.readings.areas import geometry_of

    out: list[Finding] = []
    for kind in ("area", "layer"):
        frame = held(entries, kind)
        if frame.is_empty():
            continue
        names = [f"{kind} '{one}'" for one in frame["entry"]]
        shapes, unread, _ = geometry_of(frame["geometry"].to_list())
        out += [_unreadable(names[at]) for at in range(len(names)) if unread[at]]
        if kind == "area":
            radius = frame["radius"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
            out += [one for one in placed(shapes, radius, place="areas", names=names).findings if _refuses(one)]
    return out


def _refuses(one: Finding) -> bool:
    return one.severity == "error"


def _unreadable(place: str) -> Finding:
    return Finding(
        code="nature.unreadable", place=place, found="the boundary cannot be read as WKT or GeoJSON",
        expected="POLYGON ((lon lat, ...)) or GeoJSON, longitude first", remedy="correct the text of the boundary",
    )  # fmt: skip


def _areas(areas: pl.DataFrame) -> Iterator[Finding]:
    yield from _of(
        areas.filter(pl.col("end") < pl.col("start")), "nature.ends_before_start",
        "it ends before it starts", "an end on or after the start", "correct one of the days",
    )  # fmt: skip
    later = pl.col("start") > pl.col("entered_at").dt.date()
    yield from _of(
        areas.filter(pl.col("status").is_in(["action", "verified"]) & later),
        "nature.not_begun", "it is said to be in action, but starts in the future",
        "areas in action that have started; what is planned is never counted as delivered",
        "set the status to planned or under agreement until the work begins",
    )  # fmt: skip
    yield from _of(
        areas.filter(pl.col("status").is_in(["action", "verified"]) & pl.col("start").is_null()),
        "nature.no_start", "it is in action without a start; it counts in every year",
        "the day on which the work began", "enter the start", "warning",
    )  # fmt: skip
    yield from _of(
        areas.filter((pl.col("status") == "verified") & ~PROVED), "nature.no_evidence",
        "it is verified without evidence, and counts towards no goal of verified land alone",
        "an attached document or the hash of one kept elsewhere",
        "attach the verification with `wattstone nature attach`", "warning",
    )  # fmt: skip
    yield from _of(
        areas.filter(~pl.col("ecosystem").str.strip_chars().is_in(list(codes()))), "nature.ecosystem_code",
        "{ecosystem} is no code of an ecosystem",
        "a biome or a functional group of the IUCN Global Ecosystem Typology 2.1 (Keith et al., 2020), as M1 or M1.1",
        "look the code up, or take that of the biome; names of ecosystems go into the name of the area",
    )  # fmt: skip
    yield from _countries(areas, "area", "correct the code, or leave it empty on the high seas")
    marked = pl.col("evidence").is_not_null() & ~pl.col("evidence").str.contains(_SHA.pattern)
    yield from _of(
        areas.filter(marked), "nature.evidence_hash", "the hash of the evidence is no SHA-256",
        "64 hexadecimal digits", "compute it with sha256sum, or attach the file",
    )  # fmt: skip


def _goals(goals: pl.DataFrame) -> Iterator[Finding]:
    yield from _countries(goals, "goal", "correct the code, or leave it empty for all countries")


def _countries(rows: pl.DataFrame, kind: str, remedy: str) -> Iterator[Finding]:
    for one in rows.filter(~pl.col("country").str.contains(_COUNTRY)).iter_rows(named=True):
        yield Finding(
            code="nature.country_code", place=f"{kind} '{one['entry']}'", found="{country} is no country's code",
            expected="two capital letters of ISO 3166-1", remedy=remedy, params={"country": one["country"]},
        )  # fmt: skip


def _of(
    rows: pl.DataFrame, code: str, found: str, expected: str, remedy: str, severity: Severity = "error"
) -> Iterator[Finding]:
    for one in rows.iter_rows(named=True):
        yield Finding(
            code=code, place=f"area '{one['entry']}'", found=found, expected=expected, remedy=remedy,
            severity=severity, params={"ecosystem": one["ecosystem"]},
        )  # fmt: skip
