"""Texts of persons that a report may show, from entries and the estate, with what each is called in both languages."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from wattstone.disclosure.bilingual import in_both, names_of, shown_names
from wattstone.disclosure.statement import Answer, Names
from wattstone.programme.kinds import RecordKind, kinds_of, record_kind
from wattstone.workflows.programme.entries import entries_of
from wattstone.workflows.workspace import Workspace

__all__ = ["all_names", "with_names"]

_CHINESE: Final = "_zh"
_NO_NAMES: Final = frozenset(
    {
        "topic", "standard", "currency", "unit", "variable", "sha256", "reading", "paragraph", "carrier", "driver",
        "acts_on", "figure", "declared", "serial", "scenario.scenario", "scenario.price", "path.scenario",
    }
)  # fmt: skip
"""Fields, of all kinds or of one, whose texts are ids, codes and what providers call a thing: no words of persons."""
_ENTERED: Final = ("target", "abatement", "carbon_credit")
"""Kinds of the programme whose texts reports show."""
_OWN: Final = frozenset({"narrative", "review", "term"})
"""Kinds of the report that are written in both languages, or say so of others."""


def all_names(workspace: Workspace, year: int) -> Names:
    """What texts of persons are called in each language.

    Parameters
    ----------
    workspace : Workspace
        Whole.
    year : int
        Reporting year; entries of other years are not looked at.

    Returns
    -------
    Names
        By text as it was entered. Empty texts and long ones, which stand in both languages themselves, are left out.
    """
    texts = set(_of_estate(workspace))
    pairs: dict[str, str] = {}
    for kind in (*(one for one in kinds_of("disclose") if one.id not in _OWN), *map(record_kind, _ENTERED)):
        rows = _of_year(entries_of(workspace, kind), year)
        texts |= {one for name in _named(kind) for one in rows[name].drop_nulls().unique()}
        for name in _paired(kind):
            both = rows.select(name, name + _CHINESE).drop_nulls().unique(maintain_order=True)
            pairs |= {text: chinese for text, chinese in both.iter_rows() if chinese.strip()}
    return names_of(entries_of(workspace, "term"), pairs.items(), sorted(texts))


def _of_year(rows: pl.DataFrame, year: int) -> pl.DataFrame:
    return rows.filter(pl.col("year") == year) if "year" in rows.columns and rows.schema["year"] == pl.Int32 else rows


def _named(kind: RecordKind) -> Iterator[str]:
    """Fields of texts that have no other language beside them."""
    there = {one.name for one in kind.fields}
    for one in kind.fields:
        said = one.name.endswith(("_en", _CHINESE)) or not _NO_NAMES.isdisjoint((one.name, f"{kind.id}.{one.name}"))
        if (one.type == "text" and not said) or (one.type == "prose" and not said and one.name + _CHINESE in there):
            yield one.name


def _paired(kind: RecordKind) -> Iterator[str]:
    """Fields that have their Chinese beside them."""
    there = {one.name for one in kind.fields}
    return (one for one in sorted(there) if one + _CHINESE in there)


def _of_estate(workspace: Workspace) -> Iterator[str]:
    """Names that reports show of the organisation, its sites, measures and contracts, and reasons of categories."""
    records = workspace.records
    yield records.organisation().name
    yield from (one.name for one in records.sites() if one.name)
    yield from (one.name for one in records.measures() if one.name)
    yield from (one.reason for one in records.scope3_decisions() if one.reason)
    yield from (one.instrument.supplier for one in records.instruments() if one.instrument.supplier)


def with_names(answers: tuple[Answer, ...], names: Names, *beside: str) -> tuple[tuple[Answer, ...], Names]:
    """Answers in both languages, with the names that the report shows.

    Parameters
    ----------
    answers : tuple of Answer
    names : Names
        Of the whole workspace.
    *beside : str
        Other texts that the report shows.

    Returns
    -------
    tuple of Answer, Names
    """
    kept = {one for answer in answers for one in shown_names(answer, names)} | (set(beside) & set(names))
    kept |= {answer.owner for answer in answers} & set(names)
    kept |= {who for answer in answers for one in answer.written.values() for who in (one.by, one.approved_by)} & {
        *names
    }
    return tuple(in_both(one, names) for one in answers), {text: names[text] for text in sorted(kept)}
