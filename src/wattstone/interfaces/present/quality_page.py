"""The page that says what to mend first: the quality of a year's readings, meter by meter."""

from collections.abc import Sequence

import polars as pl

from wattstone.base import Finding
from wattstone.interfaces.present.content import Cell, Head, Report, Section, Table, weave
from wattstone.interfaces.present.evidence import quality_section
from wattstone.interfaces.present.html import render_page
from wattstone.interfaces.present.languages import Language, mark, say_finding, translator
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.numbers import percent
from wattstone.interfaces.present.report import frame_words, mending_steps

_STEPS, _METERS = 5, 1_000


def render_quality(meters: pl.DataFrame, mend: Sequence[Finding], *, year: int, lang: Language = "en") -> str:
    """The quality of the readings as a self-contained page; parameters as of `build_quality`."""
    return render_page(build_quality(meters, mend, year=year, lang=lang))


def build_quality(meters: pl.DataFrame, mend: Sequence[Finding], *, year: int, lang: Language = "en") -> Report:
    """The quality of the readings as a report.

    Parameters
    ----------
    meters : DataFrame
        As in `InventoryDocument.quality`; may be empty.
    mend : sequence of Finding
        What to mend, the most useful first.
    year : int
        Calendar year.
    lang : {'en', 'zh'}

    Returns
    -------
    Report
    """
    t = translator(lang)
    sections = [_mending(mend, lang), quality_section(meters, str, lang, rows=_METERS)]
    return Report(
        lang=lang,
        title=t("Quality of the readings {year}", year=year),
        organisation="",
        banner="",
        sentence=_sentence(meters, year, lang),
        headlines=(),
        lead=None,
        steps=tuple(mending_steps(mend, lang))[:_STEPS],
        sections=tuple(section for section in sections if section is not None),
        facts=(),
        words=frame_words(t),
    )


def _sentence(meters: pl.DataFrame, year: int, lang: Language) -> tuple[str | Cell, ...]:
    t = translator(lang)
    if meters.is_empty():
        return (t("There are no readings in {year}.", year=year),)
    low = meters.sort("score", "meter_id").row(0, named=True)
    whole = meters.filter(pl.col("score") >= 1).height
    cells = {
        "count": Cell(str(meters.height)),
        "whole": Cell(str(whole)),
        "meter": Cell(low["meter_id"]),
        "score": Cell(percent(low["score"], lang)),
    }
    return weave(t, _SENTENCE, **cells)


_SENTENCE = mark(
    "{whole} of {count} meters have every reading, and none in doubt; the lowest score is that of {meter}: {score}."
)


def _mending(mend: Sequence[Finding], lang: Language) -> Section | None:
    if not mend:
        return None
    t = translator(lang)
    said = [(say_finding(finding, lang), finding) for finding in mend]
    rows = tuple(
        (
            Cell(str(rank), numeric=True),
            Cell(words["place"]),
            Cell(opened(words["found"])),
            Cell(finding.first or t("not known")),
            Cell(opened(words["remedy"])),
        )
        for rank, (words, finding) in enumerate(said, start=1)
    )
    heads = (Head(t("Rank"), True), Head(t("Where")), Head(t("Found")), Head(t("First")), Head(t("Remedy")))
    text = t("By the energy at stake, the largest first.")
    return Section("mend", t("What to mend first"), ((text,),), tables=(Table(heads, rows),))
