"""What the checks found, for a terminal."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from wattstone.interfaces.present.languages import Language, counter, mark, say_finding, translator
from wattstone.interfaces.present.names import total_name

if TYPE_CHECKING:
    from rich.table import Table

    from wattstone.inventory.checks import Checked
    from wattstone.inventory.released import Release
    from wattstone.workflows.release import YearCheck
    from wattstone.workflows.release_groups import Group

__all__ = [
    "SEVERITIES", "check_table", "check_words", "group_name", "group_words", "release_words", "severity_word",
]  # fmt: skip

SEVERITIES: Mapping[str, str] = {"stops": mark("stops"), "asks": mark("asks"), "tells": mark("tells")}
KINDS: Mapping[str, str] = {
    "jump": mark("jump against the year before"),
    "intensity_jump": mark("jump of an intensity"),
    "denominator": mark("jump of a denominator"),
    "estimated": mark("estimated share"),
    "months": mark("months without data"),
    "duplicate": mark("bill beside a meter"),
    "twice": mark("line that is there twice"),
    "restated": mark("figure of a site that changed since its release"),
    "gwp": mark("other global warming potentials"),
    "in_part": mark("category computed in part"),
}
"""Of the findings that ask, by the beginning of their keys."""
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


def group_name(one: "Group", lang: Language) -> str:
    """What findings that are let pass together are: how many, and on which figure or of which check."""
    n = counter(lang)
    if one.figure:
        what = total_name(one.word, lang)
        return n("{count} finding on {what}", "{count} findings on {what}", len(one.keys), what=what)
    what = translator(lang)(KINDS[one.word]) if one.word in KINDS else one.word
    return n("{count} finding of the kind {what}", "{count} findings of the kind {what}", len(one.keys), what=what)


def group_words(groups: "Sequence[Group]", lang: Language) -> list[str]:
    """How findings of one cause are let pass together, a line for each group."""
    t = translator(lang)
    return [t("{group} pass together with --let-pass {word}", group=group_name(one, lang), word=one.word)
            for one in groups]  # fmt: skip


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
