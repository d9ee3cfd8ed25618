"""How sure the totals are, and what the checks found before release."""

from collections.abc import Sequence

from wattstone.base import Finding
from wattstone.interfaces.present.charts.tornado import tornado_drawing
from wattstone.interfaces.present.content import Cell, Head, Section, Table
from wattstone.interfaces.present.languages import Language, say_finding, translator
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.numbers import LEVEL, percent
from wattstone.interfaces.present.statement_book import StatementBook
from wattstone.interfaces.present.statement_totals import sure_table

_LISTED, _SOURCES = 100, 25  # rows on a page; the rest is in the workbook
_PLACES = 4  # named of those where the same was found; the workbook names all


def sure_section(book: StatementBook, lang: Language) -> Section:
    """Intervals, estimated shares, data quality, and the sources that the uncertainty comes from."""
    t = translator(lang)
    text = t(
        "An interval holds the total with a probability of {level}. One factor that is used at many sites is one "
        "error, not many: it does not average out.",
        level=percent(LEVEL, lang),
    )
    drawing = tornado_drawing(book, lang)
    tables = [sure_table(book, lang)]
    if not book.statement.dominant.is_empty():
        tables.append(_dominant(book, lang))
    return Section("uncertainty", t("How sure this is"), ((text,),), (drawing,) if drawing is not None else (),
                   tuple(tables))  # fmt: skip


def _dominant(book: StatementBook, lang: Language) -> Table:
    t = translator(lang)
    rows = tuple(
        (Cell(book.source(row["source"], row["what"], lang)), Cell(percent(row["share"], lang), numeric=True))
        for row in book.statement.dominant.sort("share", descending=True).head(_SOURCES).iter_rows(named=True)
    )
    heads = (Head(t("Source")), Head(t("Share of the variance"), True))
    more = book.statement.dominant.height - len(rows)
    note = t("{count} more are in the workbook.", count=more) if more else ""
    return Table(heads, rows, note, t("What the uncertainty comes from"))


def checks_section(book: StatementBook, lang: Language) -> Section:
    """What the checks found, the gravest first; that they found nothing is said."""
    t, findings = translator(lang), book.statement.findings
    what = t(
        "Checked before release: that parts add up to totals, jumps against the year before, intensities, restated "
        "years, missing months, estimated shares, and duplicates between bills and meters."
    )
    if not findings:
        return Section("checks", t("Checks"), ((what,), (t("The checks found nothing."),)))
    severity = {"error": t("error"), "warning": t("warning")}
    gathered = _gathered(findings, lang)
    listed = list(gathered.items())[:_LISTED]
    rows = tuple(
        (
            Cell(opened(severity[grave])),
            Cell(_where(places, lang)),
            Cell(opened(found)),
            Cell(opened(expected)),
            Cell(opened(remedy)),
        )
        for (grave, found, expected, remedy), places in listed
    )
    heads = (Head(t("Severity")), Head(t("Where")), Head(t("Found")), Head(t("Expected")), Head(t("What to do")))
    more = len(gathered) - len(listed)
    note = t("{count} more are in the workbook.", count=more) if more else ""
    return Section("checks", t("Checks"), ((what,),), tables=(Table(heads, rows, note),))


def _gathered(findings: Sequence[Finding], lang: Language) -> dict[tuple[str, str, str, str], list[str]]:
    """The places of each thing found: what is said of a hundred sites in the same words is said once."""
    gathered: dict[tuple[str, str, str, str], list[str]] = {}
    for finding in findings:
        said = say_finding(finding, lang)
        what = finding.severity, said["found"], said["expected"], said["remedy"]
        gathered.setdefault(what, []).append(said["place"])
    return gathered


def _where(places: list[str], lang: Language) -> str:
    t = translator(lang)
    named = ("\uff1b" if lang == "zh" else "; ").join(places[:_PLACES])
    more = len(places) - _PLACES
    return t("{names} and {count} more", names=named, count=more) if more > 0 else named
