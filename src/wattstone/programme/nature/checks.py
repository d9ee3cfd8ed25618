"""What is wrong across the fields of entries on nature."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import polars as pl

from wattstone.base import Finding
from wattstone.base.finding import Severity
from wattstone.programme.held import held
from wattstone.programme.kinds import kinds_of
from wattstone.programme.nature import wrongs
from wattstone.programme.nature.carbon_checks import wrong as wrong_living
from wattstone.programme.nature.typology import codes
from wattstone.programme.telling import told as told_of

__all__ = ["NARROW", "OF_EACH", "PROVED", "wrong", "wrong_across", "wrong_boundaries"]

_COUNTRY: Final = r"^[A-Z]{2}$"
_MEASURED: Final = frozenset(one.code for one in (wrongs.HEMISPHERE, wrongs.TWO_READINGS, wrongs.AROUND, wrongs.ASTRAY))
"""Errors of what is measured."""
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
    return [*wrong_across(entries), *wrong_boundaries(entries)]


def wrong_across(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """What is wrong with entries beside their boundaries.

    Parameters
    ----------
    entries : mapping of str to DataFrame
        By kind.

    Returns
    -------
    list of Finding
    """
    return [*_areas(held(entries, "area")), *_goals(held(entries, "goal")), *wrong_living(entries)]


def wrong_boundaries(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """What is wrong with boundaries of areas and layers, each looked at by itself.

    Parameters
    ----------
    entries : mapping of str to DataFrame
        By kind.

    Returns
    -------
    list of Finding
        The errors of `placed`; its warnings are told in the report. A layer that is drawn behind the map and no more
        may be larger than half of the Earth, and a line.
    """
    areas, layers = held(entries, "area"), held(entries, "layer")
    guards = layers.filter(pl.col("role") == "protected")
    drawn = layers.join(guards.select("entry"), on="entry", how="anti")
    return [
        *_boundaries("area", areas, areas["radius"]), *_boundaries("layer", guards),
        *_boundaries("layer", drawn, without=_MEASURED),
    ]  # fmt: skip


def _boundaries(
    kind: str, frame: pl.DataFrame, radius: pl.Series | None = None, *, without: frozenset[str] = frozenset()
) -> Iterator[Finding]:
    """Errors of boundaries, each at its entry."""
    from wattstone.programme.nature.entered import from_texts

    if frame.is_empty():
        return
    told = pl.Series([None] * frame.height, dtype=pl.Float64) if radius is None else radius.cast(pl.Float64)
    names = [f"{kind} '{one}'" for one in frame["entry"]]
    done = from_texts(frame["geometry"].to_list(), told.fill_null(float("nan")).to_numpy(), place=kind, names=names)
    for one in done.told:
        if one.wrong.severity == "error" and one.wrong.code not in without:
            held_here = {name: values.tolist() for name, values in one.values.items()}
            rows = pl.DataFrame({"entry": frame["entry"], **held_here}).filter(pl.Series(one.which))
            yield from told_of(kind, rows, one.wrong.code, one.wrong.found, one.wrong.expected, one.wrong.remedy)


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


NARROW: Final[Mapping[str, Callable[[Mapping[str, pl.DataFrame]], list[Finding]]]] = {
    one.id: wrong_across for one in kinds_of("nature")
}
"""Checks by kind, for which the other entries of the module are needed."""
OF_EACH: Final[Mapping[str, Callable[[Mapping[str, pl.DataFrame]], list[Finding]]]] = {
    "area": wrong_boundaries, "layer": wrong_boundaries,
}  # fmt: skip
"""Checks by kind, that look at each entry by itself: those that stand are not looked at again."""
