"""What the checks found before release, what was let pass and why, and what else was found."""

from collections.abc import Iterator
from typing import NamedTuple

from wattstone.base import Finding
from wattstone.interfaces.present.check_table import severity_word
from wattstone.interfaces.present.content import Cell, Head, Section, Table
from wattstone.interfaces.present.languages import Language, say_finding, translator
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.statement_book import StatementBook
from wattstone.inventory.statement import GhgStatement, Tested

__all__ = ["ToldFinding", "checks_section", "told_findings"]

_LISTED = 100  # rows on a page; the rest is in the workbook
_PLACES = 4  # named of those where the same was found; the workbook names all


class ToldFinding(NamedTuple):
    """A finding in the words of a language, all but the place fit to stand alone."""

    state: str
    found: str
    expected: str
    remedy: str
    place: str


def told_findings(statement: GhgStatement, lang: Language) -> Iterator[ToldFinding]:
    """Everything that was found, the gravest first; what was let pass says by whom and why in place of a remedy."""
    t = translator(lang)
    for one in statement.checked:
        if one.state == "let pass":
            yield _told(one.finding, t("let pass"), lang)._replace(remedy=_passed(one, lang))
        else:
            yield _told(one.finding, severity_word(one.state, lang), lang)
    severity = {"error": t("error"), "warning": t("warning")}
    for finding in statement.findings:
        yield _told(finding, severity[finding.severity], lang)


def _told(finding: Finding, state: str, lang: Language) -> ToldFinding:
    said = say_finding(finding, lang)
    return ToldFinding(
        opened(state), opened(said["found"]), opened(said["expected"]), opened(said["remedy"]), said["place"]
    )


def _passed(one: Tested, lang: Language) -> str:
    t = translator(lang)
    return opened(t("let pass by {who}: {why}", who=one.who, why=one.reason))


def checks_section(book: StatementBook, lang: Language) -> Section:
    """What the checks found, the gravest first; that they found nothing is said."""
    t = translator(lang)
    what = t(
        "Checked before release: that parts add up to totals, jumps against the year before, intensities, restated "
        "years, missing months, estimated shares, and duplicates between bills and meters."
    )
    gathered = _gathered(book.statement, lang)
    if not gathered:
        return Section("checks", t("Checks"), ((what,), (t("The checks found nothing."),)))
    listed = list(gathered.items())[:_LISTED]
    rows = tuple(
        (Cell(one.state), Cell(_where(places, lang)), Cell(one.found), Cell(one.expected), Cell(one.remedy))
        for one, places in listed
    )
    heads = (Head(t("Severity")), Head(t("Where")), Head(t("Found")), Head(t("Expected")), Head(t("What to do")))
    more = len(gathered) - len(listed)
    note = t("{count} more are in the workbook.", count=more) if more else ""
    return Section("checks", t("Checks"), ((what,),), tables=(Table(heads, rows, note),))


def _gathered(statement: GhgStatement, lang: Language) -> dict[ToldFinding, list[str]]:
    """The places of each thing found: what is said of a hundred sites in the same words is said once."""
    gathered: dict[ToldFinding, list[str]] = {}
    for one in told_findings(statement, lang):
        gathered.setdefault(one._replace(place=""), []).append(one.place)
    return gathered


def _where(places: list[str], lang: Language) -> str:
    t = translator(lang)
    named = ("\uff1b" if lang == "zh" else "; ").join(places[:_PLACES])
    more = len(places) - _PLACES
    return t("{names} and {count} more", names=named, count=more) if more > 0 else named
