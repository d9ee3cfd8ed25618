"""What is wrong with abatement measures and their interactions."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from wattstone.base import Finding
from wattstone.programme.targets.coverage import ACTS_ON

__all__ = ["wrong_measures"]


def wrong_measures(measures: pl.DataFrame, interactions: pl.DataFrame) -> list[Finding]:
    """Findings across measures and interactions.

    Parameters
    ----------
    measures, interactions : polars.DataFrame
        Entries of the kinds `abatement` and `interaction`.
    """
    known = {one["measure"]: one for one in measures.iter_rows(named=True)}
    found = [one for row in measures.iter_rows(named=True) for one in _measure(row)]
    for row in interactions.iter_rows(named=True):
        found += _interaction(row, known)
    return [*found, *_several(interactions)]


def _say(place: str, code: str, found: str, expected: str, remedy: str, **params: Any) -> Finding:
    return Finding(code=f"abatement.{code}", place=place, found=found, expected=expected, remedy=remedy, params=params)


def _measure(one: Mapping[str, Any]) -> Iterator[Finding]:
    place = f"abatement '{one['entry']}'"
    if one["acts_on"] not in ACTS_ON:
        yield _say(
            place, "acts_on", "it reduces '{what}'", "scope1, scope2, scope3 or a category as scope3.1",
            "correct it; credits and avoided emissions are no measures", what=one["acts_on"],
        )  # fmt: skip
    if one["basis"] == "stated" and one["reduction"] is None:
        yield _say(place, "no_reduction", "a stated reduction without a number", "t CO2e a year", "give the reduction")
    if one["basis"] == "savings" and not (one["declared"] or one["figure"]):
        yield _say(
            place, "no_saving", "a measured saving without its measure", "the declared measure, or the figure's id",
            "name it",
        )  # fmt: skip
    if one["basis"] in ("dispatch", "plant") and not one["figure"]:
        yield _say(
            place, "no_figure", "a study without its figure", "the id of the recorded figure", "name it",
        )  # fmt: skip
    if one["basis"] != "stated" and one["reduction"] is not None:
        yield _say(
            place, "two_reductions", "a reduction is stated beside the figure that it is known from",
            "one of the two", "leave the number out, or state it",
        )  # fmt: skip
    if one["latest"] is not None and one["latest"] < one["start"]:
        yield _say(
            place, "latest", "the latest first year {latest} is before the first, {start}",
            "a latest year on or after the first", "correct the years", latest=one["latest"], start=one["start"],
        )  # fmt: skip


def _interaction(one: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    place, names, form = f"interaction '{one['entry']}'", list(one["measures"] or []), one["form"]
    for name in names:
        if name not in known:
            yield _say(
                place, "unknown", "there is no measure '{measure}'", "measures that are entered",
                "enter it first, or correct the name", measure=name,
            )  # fmt: skip
    if len(names) < 2 or len(set(names)) < len(names):
        yield _say(place, "few", "it names {count} measures", "two or more, each once", "name them", count=len(names))
    if form == "overlap" and (one["lost"] is None or len(names) != 2):
        yield _say(
            place, "overlap", "an overlap of {count} measures", "two measures and the share that the second loses",
            "give one interaction a pair, each with its share", count=len(names),
        )  # fmt: skip
    if form == "same_base":
        yield from _same_base(one, place, [known[name] for name in names if name in known])


def _same_base(one: Mapping[str, Any], place: str, measures: list[Mapping[str, Any]]) -> Iterator[Finding]:
    if one["base"] is None:
        yield _say(
            place, "no_base", "it does not say on which emissions they act", "t CO2e a year", "give the base",
        )  # fmt: skip
        return
    if len({each["acts_on"] for each in measures}) > 1:
        yield _say(
            place, "totals", "its measures reduce different totals", "measures of one total",
            "give an interaction for each total",
        )  # fmt: skip
    for each in measures:
        if each["reduction"] is not None and each["reduction"] > one["base"]:
            yield _say(
                place, "above_base", "measure '{measure}' reduces {reduction} of {base} t",
                "no more than there is", "correct the base or the reduction", measure=each["measure"],
                reduction=each["reduction"], base=one["base"],
            )  # fmt: skip


def _several(interactions: pl.DataFrame) -> Iterator[Finding]:
    """A measure acts on one base, or loses by overlaps, not both; and it cannot lose more than it has."""
    grouped: dict[str, str] = {}
    lost: dict[str, float] = {}
    for entry, form, held, share in interactions.select("entry", "form", "measures", "lost").iter_rows():
        place, names = f"interaction '{entry}'", [str(one) for one in held or ()]
        for name in names:
            if form != "same_base":
                continue
            if name in grouped:
                yield _say(
                    place, "twice", "measure '{measure}' acts on the base of '{other}' too", "one base a measure",
                    "put them into one interaction", measure=name, other=grouped[name],
                )  # fmt: skip
            grouped[name] = entry
        if form == "overlap" and names and share is not None:
            lost[names[-1]] = lost.get(names[-1], 0.0) + share
    for name, share in lost.items():
        if name in grouped:
            yield _say(
                f"interaction '{grouped[name]}'", "both", "measure '{measure}' loses by an overlap too",
                "one way in which it loses", "leave the overlap out, or take it from the base", measure=name,
            )  # fmt: skip
        if share > 1 + 1e-9:
            yield _say(
                f"abatement '{name}'", "lost", "overlaps take {share} of it", "100 % at most",
                "correct the shares", share=f"{100 * share:.4g} %",
            )  # fmt: skip
