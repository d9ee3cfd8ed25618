"""What is said of each topic of a standard: texts, numbers and omissions of a year brought together, and how far it is.

A text or an omission for one version of a standard wins over that for the standard, and that over the one for all.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

import polars as pl

from wattstone.disclosure.approval import approvals
from wattstone.disclosure.material import Material
from wattstone.disclosure.narratives.placeholders import placeholders
from wattstone.disclosure.standards import Standard
from wattstone.disclosure.statement import Answer, Lang, Omission, Shown, Status, Written
from wattstone.disclosure.topics import Topic
from wattstone.programme.held import held

__all__ = ["LANGS", "Lookup", "answers", "figures_of", "for_standard", "requirement_status", "status_of"]

LANGS: Final[tuple[Lang, ...]] = ("en", "zh")

Lookup = Callable[[str, str, str], Shown]
"""From name, period and subject to the figure; one in the state `missing` where there is none."""


def answers(
    standard: Standard, year: int, entries: Mapping[str, pl.DataFrame], material: Material, lookup: Lookup
) -> tuple[Answer, ...]:
    """What is said of each topic that a standard asks for.

    Parameters
    ----------
    standard : Standard
        Whose topics.
    year : int
        Reporting year.
    entries : mapping of str to DataFrame
        Of module `disclose`, by kind; kinds that are not there have none.
    material : Material
        What the workspace fills in.
    lookup : callable
        See `Lookup`.

    Returns
    -------
    tuple of Answer
        In the order of topics.
    """
    told = _Told(standard, year, entries)
    return tuple(_answer(one, standard, told, material, lookup) for one in standard.topics())


def requirement_status(topics: Iterable[Status]) -> Status:
    """How far a requirement is answered, from the topics that answer it.

    Parameters
    ----------
    topics : iterable of str
        Status of each; a requirement without any is open.

    Returns
    -------
    str
        Partly where some of it is answered and the rest is not, be it left out for a reason.

    Examples
    --------
    >>> requirement_status(["answered", "omitted"]), requirement_status(["omitted"]), requirement_status([])
    ('partly', 'omitted', 'open')
    """
    held = set(topics)
    return next(iter(held)) if len(held) == 1 else "partly" if held else "open"


def status_of(topic: Topic, written: Mapping[str, Written], omission: Omission | None, *, filled: bool, lacks: bool
              ) -> Status:  # fmt: skip
    """How far a topic is answered.

    Parameters
    ----------
    topic : Topic
        Which.
    written : mapping of str to Written
        Its texts; a topic that persons write of has one in each language.
    omission : Omission or None
        It counts where its reason stands in both languages.
    filled : bool
        Whether there is a number or a table.
    lacks : bool
        Whether something is missing for them to be whole.

    Returns
    -------
    str
        `answered` where all that the topic holds is there and nothing lacks, `partly` where some is, `omitted` where
        nothing is and the omission counts, else `open`. A text does not have to be approved: that is shown apart.
    """
    reasoned = omission is not None and all(omission.reason.get(lang, "").strip() for lang in LANGS)
    texts = not topic.written or all(lang in written for lang in LANGS)
    numbers = not topic.filled or filled
    if texts and numbers and not lacks and omission is None:
        return "answered"
    if written or (topic.filled and filled):
        return "partly"
    return "omitted" if reasoned else "open"


def for_standard(frame: pl.DataFrame, standard: Standard, year: int, *by: str) -> pl.DataFrame:
    """Entries of a year that a standard is answered by: of several with the same `by`, the most particular.

    Parameters
    ----------
    frame : DataFrame
        Of a kind with `year` and `standard`.
    standard : Standard
        Its key is more particular than its id, and that more than none.
    year : int
        Of the entries.
    *by : str
        Columns.

    Returns
    -------
    DataFrame
    """
    named = pl.col("standard").fill_null("").str.strip_chars().str.to_lowercase()
    rank = {"": 0, standard.id: 1, standard.key: 2}
    ranked = frame.filter(pl.col("year") == year).with_columns(
        named.replace_strict(rank, default=None, return_dtype=pl.Int8).alias("_rank")
    )
    kept = ranked.filter(pl.col("_rank").is_not_null()).sort("_rank", "entry", descending=[True, False])
    return kept.unique(list(by), keep="first", maintain_order=True).drop("_rank")


def figures_of(given: tuple[Answer, ...], every: Mapping[str, Shown], lookup: Lookup) -> dict[str, Shown]:
    """All figures that answers show: in texts, sentences, tables and beside them, by `Shown.key`.

    Parameters
    ----------
    given : tuple of Answer
        What is shown.
    every : mapping of str to Shown
        Those that tables and sentences may name, as `Material.every`.
    lookup : callable
        See `Lookup`.
    """
    found = {one.key: one for answer in given for one in answer.figures}
    named = {name for answer in given for name in _named_in(answer)}
    found |= {key: one for key, one in every.items() if one.id and one.id in named}
    for answer in given:
        for shown in _in_texts(answer.written, lookup):
            found.setdefault(shown.key, shown)
    return dict(sorted(found.items()))


def _named_in(answer: Answer) -> Iterator[str]:
    """Ids of figures that stand beside numbers of its tables, and of values of its sentences."""
    for said in answer.says:
        yield from (str(value) for name, value in said.params.items() if name.endswith("@figure"))
    for table in answer.tables:
        for name in table.rows.columns:
            if name.endswith("@figure"):
                yield from table.rows[name].drop_nulls().cast(pl.String)


def _in_texts(written: Mapping[str, Written], lookup: Lookup) -> Iterator[Shown]:
    for text in written.values():
        for one in placeholders(text.markdown):
            if one.kind == "figure":
                yield lookup(one.name, one.period, one.subject)


class _Told:
    """What persons entered for a standard and a year, by topic."""

    def __init__(self, standard: Standard, year: int, entries: Mapping[str, pl.DataFrame]) -> None:
        texts = for_standard(held(entries, "narrative"), standard, year, "topic", "lang")
        approved = approvals(held(entries, "narrative"), held(entries, "review"))
        self.written: dict[str, dict[str, Written]] = {}
        self.evidence: dict[str, list[str]] = {}
        for row in texts.sort("lang").iter_rows(named=True):
            if row["text"].strip():
                self.written.setdefault(row["topic"], {})[row["lang"]] = _written(row, approved.get(row["entry"], ""))
                self._rests(row)
        self.omissions: dict[str, Omission] = {}
        for row in for_standard(held(entries, "omission"), standard, year, "topic").iter_rows(named=True):
            self.omissions[row["topic"]] = _omission(row)
            self._rests(row)
        self.responsible: dict[str, tuple[str, date | None]] = {
            row["topic"]: (row["owner"], row["due"])
            for row in held(entries, "responsibility").iter_rows(named=True)
        }  # fmt: skip

    def _rests(self, row: Mapping[str, Any]) -> None:
        """What an entry is shown by."""
        named = [f"entry:{row['hash']}", *([row["document"]] if row["document"] else [])]
        self.evidence.setdefault(row["topic"], []).extend(named)


def _written(row: Mapping[str, Any], approved_by: str) -> Written:
    at: datetime = row["entered_at"]
    return Written(
        lang=row["lang"], markdown=row["text"], entry=row["entry"], hash=row["hash"], by=row["entered_by"],
        at=at.replace(tzinfo=UTC), approved_by=approved_by,
    )  # fmt: skip


def _omission(row: Mapping[str, Any]) -> Omission:
    reason = {lang: row[f"reason_{lang}"].strip() for lang in LANGS if (row[f"reason_{lang}"] or "").strip()}
    return Omission(
        ground=row["ground"], reason=reason, entry=row["entry"], paragraph=row["paragraph"] or "", until=row["until"]
    )


def _answer(topic: Topic, standard: Standard, told: _Told, material: Material, lookup: Lookup) -> Answer:
    name = topic.id
    written, omission = told.written.get(name, {}), told.omissions.get(name)
    lacks = material.lacks.get(name, ())
    seen = list(_in_texts(written, lookup))
    filled = material.filled(name) or any(one.value is not None for one in seen)
    if omission is not None:  # whoever leaves a topic out leaves its numbers out: they may be what is kept back
        lacks, filled = (), False
    owner, due = told.responsible.get(name, ("", None))
    missing = any(one.state == "missing" for one in seen)
    return Answer(
        topic=topic,
        status=status_of(topic, written, omission, filled=filled, lacks=bool(lacks) or missing),
        requirements=tuple(one.id for one in standard.asking(name)),
        written=written,
        omission=omission,
        owner=owner,
        due=due,
        evidence=tuple(dict.fromkeys([*told.evidence.get(name, []), *material.evidence.get(name, ())])),
        **({} if omission is not None else _numbers(material, name)),
    )


def _numbers(material: Material, name: str) -> dict[str, Any]:
    """What the workspace fills in of a topic."""
    return {
        "figures": material.figures.get(name, ()), "tables": material.tables.get(name, ()),
        "charts": material.charts.get(name, ()),
        "says": (*material.says.get(name, ()), *material.lacks.get(name, ())),
    }  # fmt: skip
