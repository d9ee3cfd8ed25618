"""Checks of narratives, their reviews, responsibilities and omissions."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from wattstone.base import Finding
from wattstone.disclosure.narratives.markdown import refused
from wattstone.disclosure.narratives.placeholders import placeholders
from wattstone.disclosure.narratives.typed import typed_numbers
from wattstone.disclosure.standards import standards
from wattstone.disclosure.topics import topic, topics
from wattstone.programme.held import held
from wattstone.programme.telling import saying

__all__ = ["of_narratives", "of_omissions", "of_responsibilities", "of_reviews", "typed"]

_say = saying("disclosure")
_LANGS: Final = {"en": "English", "zh": "Chinese"}


def of_narratives(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """Each narrative by itself: what it answers, what stands in it, and numbers that were typed."""
    return [one for row in held(entries, "narrative").iter_rows(named=True) for one in _narrative(row)]


def of_responsibilities(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """Each responsibility by itself."""
    rows = held(entries, "responsibility").iter_rows(named=True)
    return [one for row in rows for one in _topic(row, f"responsibility '{row['entry']}'")]


def of_omissions(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """Each omission by itself: a reader of either language is told why."""
    return [one for row in held(entries, "omission").iter_rows(named=True) for one in _omission(row)]


def of_reviews(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """Reviews against the narratives that they are of: the version that holds, and never by who wrote it."""
    now = held(entries, "narrative").select("entry", pl.col("hash").alias("now"), pl.col("entered_by").alias("writer"))
    both = held(entries, "review").join(now, left_on="narrative", right_on="entry", how="left")
    return [one for row in both.iter_rows(named=True) for one in _review(row)]


def typed(markdown: str, place: str) -> list[Finding]:
    """A warning on the numbers that were typed into a text; nothing where there are none."""
    found = typed_numbers(markdown)
    if not found:
        return []
    return [
        Finding(
            code="narrative.typed",
            place=place,
            found="{count} {count:number was|numbers were} typed by hand: {shown}",
            expected="placeholders, as {{{{figure:scope1@2025}}}}: they change with the figure",
            remedy="put the placeholder of the figure in the place of the number",
            params={"shown": ", ".join(one.text for one in found[:5]), "field": "text", "line": found[0].line},
            count=len(found),
            first=f"line {found[0].line}",
            severity="warning",
        )
    ]


def _narrative(row: Mapping[str, Any]) -> Iterator[Finding]:
    place = f"narrative '{row['entry']}'"
    yield from _topic(row, place)
    yield from _standard(row, place)
    yield from refused(row["text"], place)
    names = {one.id for one in topics()}
    for one in placeholders(row["text"]):
        if one.kind == "table" and one.name not in names:
            yield _say(
                place, "table_unknown", "{shown} names no topic", "a topic that has tables: metrics.ghg",
                "correct the placeholder", shown=one.text, field="text",
            )  # fmt: skip
    yield from typed(row["text"], place)
    if row["topic"] in names and not topic(row["topic"]).written:
        yield _say(
            place, "not_written", "the workspace answers this topic by numbers alone",
            "a text where one is asked for", "move it to a topic that is written of; it is shown all the same",
            severity="warning", field="topic",
        )  # fmt: skip


def _topic(row: Mapping[str, Any], place: str) -> Iterator[Finding]:
    if row["topic"] not in {one.id for one in topics()}:
        yield _say(
            place, "topic", "there is no topic '{topic}'", "a topic, as governance.board",
            "take one that `wattstone disclose status` lists", topic=row["topic"][:100], field="topic",
        )  # fmt: skip


def _standard(row: Mapping[str, Any], place: str) -> Iterator[Finding]:
    named = (row["standard"] or "").strip().lower()
    known = {one.id for one in standards()} | {one.key for one in standards()}
    if named and named not in known:
        yield _say(
            place, "standard_unknown", "there is no standard '{standard}'", "one of {names}, or none for all of them",
            "correct it, or leave it empty", standard=row["standard"][:100],
            names=", ".join(sorted({one.id for one in standards()})), field="standard",
        )  # fmt: skip


def _omission(row: Mapping[str, Any]) -> Iterator[Finding]:
    place = f"omission '{row['entry']}'"
    yield from _topic(row, place)
    yield from _standard(row, place)
    for lang, name in _LANGS.items():
        if not (row[f"reason_{lang}"] or "").strip():
            yield _say(
                place, "omission_reason", "there is no reason in {language}",
                "a reason in each language: without it the topic counts as open", "say why",
                severity="warning", language=name, field=f"reason_{lang}",
            )  # fmt: skip
    if row["ground"] == "relief" and not (row["paragraph"] or "").strip():
        yield _say(
            place, "omission_relief", "a relief is named, and no paragraph that gives it",
            "the paragraph of the standard that allows it", "name the paragraph", severity="warning",
            field="paragraph",
        )  # fmt: skip
    if row["until"] is not None and row["until"].year <= row["year"]:
        yield _say(
            place, "omission_until", "it is to be answered by {until}, which is not after the reporting year",
            "a day of a later year", "correct the day", until=row["until"], field="until",
        )  # fmt: skip


def _review(row: Mapping[str, Any]) -> Iterator[Finding]:
    place = f"review '{row['entry']}'"
    if row["now"] is None:
        return  # the machinery tells of a narrative that is not there
    if row["read"] != row["now"]:
        yield _say(
            place, "review_version", "it is of version {read}, the text stands at {now}",
            "the version that holds", "read the text as it stands now, and review that",
            read=row["read"][:12], now=row["now"][:12], field="read",
        )  # fmt: skip
        return
    if not _same(row["reviewer"], row["entered_by"]):
        yield _say(
            place, "review_named", "it is given in the name of {reviewer}, and {who} enters it",
            "the review of who enters it: nobody signs for somebody else",
            "have {reviewer} review it, or give your own name", reviewer=row["reviewer"], who=row["entered_by"],
            field="reviewer",
        )  # fmt: skip
        return
    if _same(row["entered_by"], row["writer"]):
        yield _say(
            place, "review_own", "{who} wrote the version that is reviewed", "a review by somebody else",
            "have another person read it", who=row["reviewer"], field="reviewer",
        )  # fmt: skip
        return
    if row["verdict"] == "changes" and not (row["comment"] or "").strip():
        yield _say(
            place, "review_comment", "changes are asked for, and nothing says which", "what has to change, and why",
            "write a comment", field="comment",
        )  # fmt: skip


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()
