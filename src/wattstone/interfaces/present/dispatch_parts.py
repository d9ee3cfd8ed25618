"""Parts that pages of dispatch share: figures with their ids, what to mend next, where intensities come from."""

from collections.abc import Iterator, Sequence
from typing import Any

from wattstone.base import Finding
from wattstone.interfaces.present.content import Cell, Head, Headline, Section, Step, Table
from wattstone.interfaces.present.languages import Language, Translate, mark, say_finding
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.numbers import amount, every, three

__all__ = ["Figures", "banner", "cell", "evidence", "figures_table", "headline", "mending", "source"]

Figures = Sequence[dict[str, Any]]


def headline(label: str, value: Cell, now: float, before: float, t: Translate, *, note: str = "") -> Headline:
    """A figure of the first screen, against what it is without control."""
    share = abs(now - before) / abs(before) if before else 0.0
    moved = t("{share} %", share=f"{100 * share:.2g}" if share < 1 else f"{100 * share:.0f}")
    if share < 0.0005:
        said = t("the same as without control")
    else:
        form = mark("{share} less than without control") if now < before else mark("{share} more than without control")
        said = t(form, share=moved)
    return Headline(label, value, t("interval not known"), said, note)


def cell(figures: Figures, name: str, t: Translate) -> Cell:
    """A figure with its unit, as it was recorded; words where it is not known."""
    row = next((one for one in figures if one["name"] == name), None)
    if row is None or row["value"] is None:
        return Cell(t("not known"), row["id"] if row else None)
    text = amount(row["value"], row["unit"], "en") if "kg" in row["unit"] else f"{three(row['value'])} {row['unit']}"
    return Cell(text, row["id"])


def mending(findings: Sequence[Finding], lang: Language) -> Iterator[Step]:
    """What to mend next, of the first findings."""
    for one in findings[:5]:
        said = say_finding(one, lang)
        yield Step(opened(said["remedy"]), f"{said['place']}: {said['found']}")


def figures_table(figures: Figures, t: Translate) -> Table:
    """Figures with what is needed to trace them."""
    heads = (Head(t("Figure")), Head(t("Value"), True), Head(t("Unit")), Head(t("Method")), Head("id"))
    rows = tuple(
        (
            Cell(f"{one['name']}@{one['subject']}@{one['period']}", code=True),
            Cell(t("not known") if one["value"] is None else every(one["value"]), numeric=True),
            Cell(one["unit"]),
            Cell(one["method"], code=True),
            Cell(one["id"], code=True),
        )
        for one in figures
    )
    return Table(heads, rows)


def evidence(figures: Figures, run: int | None, t: Translate) -> Section:
    """The section of figures that can be traced."""
    text = t("Run {run}. `wattstone trace WORKSPACE ID` follows a figure to the readings.", run=run or 0)
    return Section("evidence", t("Evidence"), ((text,),), tables=(figures_table(figures, t),))


def source(source: str, t: Translate) -> str:
    """Where intensities come from, in words."""
    return {
        "hourly": t("by the hour"),
        "factor": t("by the published factor"),
        "none": t("not known"),
    }[source]


def banner(simulated: bool, t: Translate) -> str:
    """What stands above a page of readings that were generated."""
    if not simulated:
        return ""
    return t("Simulated data. These readings were generated; no building used this energy.")
