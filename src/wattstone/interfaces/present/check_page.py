"""The checks of a year before its release, as a report: what stands in the way, what is let pass, what to know."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wattstone.interfaces.present.check_table import SEVERITIES, check_words
from wattstone.interfaces.present.content import Cell, Head, Report, Section, Table
from wattstone.interfaces.present.languages import Language, mark, say_finding, say_reason, translator
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.report import frame_words

if TYPE_CHECKING:
    from wattstone.inventory.checks import Checked
    from wattstone.workflows.release import YearCheck

__all__ = ["CHECK_NAMES", "build_check", "check_name"]

CHECK_NAMES = {
    "sums": mark("Parts add up to totals"),
    "scope3": mark("All 15 categories are decided"),
    "restated": mark("The year before stands as it was released"),
    "intensity": mark("Intensities are total by denominator"),
    "jump": mark("Jumps against the year before"),
    "duplicate": mark("Bills and meters do not count twice"),
    "months": mark("No month is missing"),
    "estimated": mark("Share that is estimated"),
    "contracts": mark("Contracts serve the energy of the year"),
    "gwp": mark("One set of global warming potentials"),
    "co2": mark("All gases, not CO2 alone"),
    "stale": mark("Figures are those that the data give now"),
}
"""What each check looks at; every one of them runs each time."""
_LISTED = 500


def check_name(check: str, lang: Language) -> str:
    """What a check looks at; an unknown one keeps its own name.

    Examples
    --------
    >>> check_name("months", "en"), check_name("months", "zh")
    ('No month is missing', '没有缺失的月份')
    """
    return translator(lang)(CHECK_NAMES[check]) if check in CHECK_NAMES else check


def build_check(done: "YearCheck", *, organisation: str = "", simulated: bool = False, lang: Language = "en") -> Report:
    """What the checks of a year found, as a report.

    Parameters
    ----------
    done : YearCheck
        From `workflows.release.check_year`.
    organisation : str
        Its name.
    simulated : bool
        Whether readings were made up.
    lang : {'en', 'zh'}

    Returns
    -------
    Report
    """
    t = translator(lang)
    open_ = [one for one in done.found if one.blocks]
    passed = [one for one in done.found if one.waived is not None]
    others = [one for one in done.found if not one.blocks and one.waived is None]
    sections = (
        _section("blocking", t("In the way of a release"), open_, lang),
        _section("passed", t("Let pass, with a reason"), passed, lang),
        _section("told", t("To know"), others, lang),
        _every(done.found, lang),
    )
    return Report(
        lang=lang,
        title=t("Checks of {year}", year=done.year),
        organisation=organisation,
        banner=t("Simulated data. These readings were generated; no building used this energy.") if simulated else "",
        sentence=(check_words(done, lang),),
        headlines=(),
        lead=None,
        steps=(),
        sections=tuple(one for one in sections if one is not None),
        facts=((t("Run"), str(done.run)),),
        words=frame_words(t),
    )


def _section(key: str, title: str, found: "Sequence[Checked]", lang: Language) -> Section | None:
    if not found:
        return None
    t = translator(lang)
    heads = (Head(t("Outcome")), Head(t("Where")), Head(t("Found")), Head(t("To mend it, or why it passes")))
    rows = tuple(_row(one, lang) for one in found[:_LISTED])
    more = len(found) - len(rows)
    note = t("and {count} more", count=more) if more else ""
    return Section(key, title, tables=(Table(heads, rows, note),))


def _row(one: "Checked", lang: Language) -> tuple[Cell, ...]:
    t, said = translator(lang), say_finding(one.finding, lang)
    outcome, last = opened(t(SEVERITIES[one.severity])), opened(said["remedy"])
    if one.waived is not None:
        outcome = opened(t("let pass"))
        last = t("{who}: {why}", who=one.waived.waived_by, why=say_reason(one.waived.reason, lang))
    return Cell(outcome), Cell(opened(said["place"])), Cell(opened(said["found"])), Cell(last)


def _every(found: "Sequence[Checked]", lang: Language) -> Section:
    """Every check with its outcome."""
    t = translator(lang)
    rows = tuple((Cell(name), Cell(outcome)) for name, _, outcome in outcomes(found, lang))
    heads = (Head(t("Check")), Head(t("Outcome")))
    return Section("checks", t("All checks"), tables=(Table(heads, rows),))


def outcomes(found: "Sequence[Checked]", lang: Language) -> tuple[tuple[str, str, str], ...]:
    """Every check by its name, with how it stands (`good`, `watch`, `act`) and its outcome in words.

    Parameters
    ----------
    found : sequence of Checked
        Of one year.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    told: list[tuple[str, str, str]] = []
    for check in [*CHECK_NAMES, *sorted({one.check for one in found} - set(CHECK_NAMES))]:
        mine = [one for one in found if one.check == check]
        blocks, passed = sum(one.blocks for one in mine), sum(one.waived is not None for one in mine)
        parts = [
            t(words, count=count)
            for words, count in (
                (mark("{count} in the way"), blocks),
                (mark("{count} let pass"), passed),
                (mark("{count} to know"), len(mine) - blocks - passed),
            )
            if count
        ]
        tone = "act" if blocks else "watch" if mine else "good"
        told.append((check_name(check, lang), tone, t("; ").join(parts) or t("nothing found")))
    return tuple(told)
