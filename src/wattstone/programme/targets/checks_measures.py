"""What is wrong with abatement measures and their interactions."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from wattstone.base import Finding
from wattstone.programme.targets.coverage import ACTS_ON, CONTRACTS
from wattstone.programme.telling import saying

__all__ = ["wrong_measures", "wrong_methods"]


def wrong_measures(measures: pl.DataFrame, interactions: pl.DataFrame) -> list[Finding]:
    """Findings across measures and interactions.

    Parameters
    ----------
    measures, interactions : polars.DataFrame
        Entries of the kinds `abatement` and `interaction`. Where reductions were filled in from figures, a column
        `entered` says which number the entry itself has.
    """
    known = {one["measure"]: one for one in measures.iter_rows(named=True)}
    found = [one for row in measures.iter_rows(named=True) for one in _measure(row)]
    for row in interactions.iter_rows(named=True):
        found += _interaction(row, known)
    return [*found, *_several(interactions), *_circles(interactions)]


def wrong_methods(targets: pl.DataFrame, measures: pl.DataFrame) -> list[Finding]:
    """Warnings of measures that may be contracts, where a target counts scope 2 by location.

    Parameters
    ----------
    targets, measures : polars.DataFrame
        Entries of the kinds `target` and `abatement`.
    """
    local = targets.filter(pl.col("coverage").list.contains("scope2.location"))["entry"].sort()
    doubtful = measures.filter((pl.col("stage") == "decarbonisation") & (pl.col("acts_on") == "scope2"))
    return [
        _say(
            f"abatement '{entry}'", "method", "it decarbonises scope 2 by both methods, and '{target}' counts location",
            "scope2.market for green power by contract or certificate, which changes that method alone",
            "correct what it reduces; leave it where less is drawn from the grid, as with a roof of its own",
            severity="warning", target=local[0],
        )
        for entry in (doubtful["entry"] if len(local) else ())
    ]  # fmt: skip


_say = saying("abatement")


def _measure(one: Mapping[str, Any]) -> Iterator[Finding]:
    place = f"abatement '{one['entry']}'"
    if one["acts_on"] not in ACTS_ON:
        yield _say(
            place, "acts_on", "it reduces '{what}'",
            "scope1, scope2, scope2.market for contracts, scope3 or a category as scope3.1",
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
    if one["basis"] != "stated" and one.get("entered", one["reduction"]) is not None:
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
    there = [known[name] for name in names if name in known]
    if form == "same_base":
        yield from _same_base(one, place, there)
    if form == "exclusive":
        yield from _exclusive(place, there)
    if form == "requires" and there and there[0]["measure"] == names[0]:
        yield from _requires(place, there[0], there[1:])
    if form == "overlap" and len(there) == 2 and there[0]["acts_on"] == CONTRACTS != there[1]["acts_on"]:
        yield _say(
            place, "overlap_method", "'{second}' loses to '{first}', which changes the market-based method alone",
            "the contract as the second of the two", "put them the other way round",
            first=there[0]["measure"], second=there[1]["measure"],
        )  # fmt: skip


def _exclusive(place: str, measures: list[Mapping[str, Any]]) -> Iterator[Finding]:
    """Of measures that exclude each other one is decided at most."""
    decided = [str(each["measure"]) for each in measures if each["status"] == "decided"]
    if len(decided) > 1:
        yield _say(
            place, "decided_both", "{measures} are decided, and exclude each other", "one that is decided at most",
            "correct the status of one, or take it out of the interaction", measures=", ".join(decided),
        )  # fmt: skip


def _requires(place: str, first: Mapping[str, Any], others: list[Mapping[str, Any]]) -> Iterator[Finding]:
    """What is decided cannot begin before what it requires."""
    for each in others:
        if first["status"] == "decided" and each["start"] > first["start"]:
            yield _say(
                place, "requires_later",
                "'{first}' is decided for {year}, and requires '{second}', which begins in {later} at the earliest",
                "a first year on or after that of what it requires", "correct the years",
                first=first["measure"], second=each["measure"], year=first["start"], later=each["start"],
            )  # fmt: skip


def _same_base(one: Mapping[str, Any], place: str, measures: list[Mapping[str, Any]]) -> Iterator[Finding]:
    if one["base"] is None:
        yield _say(
            place, "no_base", "it does not say on which emissions they act", "t CO2e a year", "give the base",
        )  # fmt: skip
        return
    totals = {each["acts_on"] for each in measures}
    one_method = {"scope2"} if len(totals) == 2 and all(name.startswith("scope2") for name in totals) else set[str]()
    if len(totals - one_method) > 1:
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


def _circles(interactions: pl.DataFrame) -> Iterator[Finding]:
    """What two measures save twice is lost once: overlaps go one way, each pair once, and in no circle."""
    loses: dict[str, dict[str, str]] = {}
    pairs = interactions.filter((pl.col("form") == "overlap") & (pl.col("measures").list.len() == 2)).sort("entry")
    for entry, (first, second) in pairs.select("entry", "measures").iter_rows():
        other = loses.get(first, {}).get(second)
        if other is not None:
            yield _say(
                f"interaction '{entry}'", "overlap_twice", "'{other}' says the same overlap", "each pair once",
                "withdraw one of them", other=other,
            )  # fmt: skip
        elif first == second or (around := _way(loses, second, first)) is None:
            loses.setdefault(first, {})[second] = str(entry)
        else:
            yield _say(
                f"interaction '{entry}'", "overlap_circle", "the overlaps go in a circle: {measures}",
                "the loss in one of two measures, for what both save is lost once", "withdraw one of them",
                measures=", ".join((first, *around)),
            )  # fmt: skip


def _way(loses: Mapping[str, Mapping[str, str]], start: str, end: str) -> tuple[str, ...] | None:
    """Measures from one to another along the overlaps; None where there is no such way."""
    ways, seen = [(start,)], {start}
    for way in ways:
        if way[-1] == end:
            return way
        new = [each for each in loses.get(way[-1], {}) if each not in seen]
        seen.update(new)
        ways += [(*way, each) for each in new]
    return None
