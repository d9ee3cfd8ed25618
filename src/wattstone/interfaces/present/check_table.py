"""What the checks found, for a terminal."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from wattstone.interfaces.present.languages import Language, counter, mark, say_finding, translator

if TYPE_CHECKING:
    from rich.table import Table

    from wattstone.inventory.checks import Checked
    from wattstone.inventory.released import Release
    from wattstone.workflows.release import YearCheck

__all__ = ["SEVERITIES", "check_table", "check_words", "release_words", "severity_word"]

SEVERITIES: Mapping[str, str] = {"stops": mark("stops"), "asks": mark("asks"), "tells": mark("tells")}
_STYLES = {"stops": "bold red", "asks": "yellow", "tells": "dim"}


def check_table(found: "Sequence[Checked]", lang: Language) -> "Table":
    """Findings, the gravest first: what becomes of each, where and what it is, what to do, and its key.

    Parameters
    ----------
    found : sequence of Checked
        From `inventory.checks.run_checks`.
    lang : {'en', 'zh'}
    """
    from rich.table import Table
    from rich.text import Text

    t = translator(lang)
    table = Table("", t("What and where"), t("To mend it"), box=None, pad_edge=False, padding=(0, 2, 1, 0))
    for column in table.columns:
        column.overflow = "fold"  # Chinese has no spaces to break at
    for one in found:
        said = say_finding(one.finding, lang)
        words = Text.assemble((said["place"], "bold"), "\n", said["found"])
        if one.waived is not None:
            passed = t("let pass by {who}: {why}", who=one.waived.waived_by, why=one.waived.reason)
            table.add_row(Text(t("let pass"), "green"), words, Text(passed))
            continue
        remedy = Text(said["remedy"])
        if one.severity == "asks":
            remedy.append(f"\n--let-pass '{one.key}'", "dim")
        table.add_row(Text(t(SEVERITIES[one.severity]), _STYLES[one.severity]), words, remedy)
    return table


def severity_word(severity: str, lang: Language) -> str:
    """What becomes of a finding: it stops a release, asks for a reason, or tells."""
    return translator(lang)(SEVERITIES[severity])


def check_words(done: "YearCheck", lang: Language) -> str:
    """Whether the year can be released, in a sentence."""
    t, n = translator(lang), counter(lang)
    if done.blocking:
        return n(
            "{count} finding stands in the way of a release of {year}.",
            "{count} findings stand in the way of a release of {year}.",
            len(done.blocking),
            year=done.year,
        )
    return t("Nothing stands in the way of a release of {year}.", year=done.year)


def release_words(one: "Release", lang: Language) -> str:
    """A release, in a sentence."""
    return counter(lang)(
        "{year} was released on {day} by {who}: {count} figure, run {run}, SHA-256 {sha}.",
        "{year} was released on {day} by {who}: {count} figures, run {run}, SHA-256 {sha}.",
        one.figures,
        year=one.year,
        day=f"{one.at:%Y-%m-%d %H:%M}Z",
        who=one.released_by,
        run=one.run,
        sha=one.sha256[:16],
    )
