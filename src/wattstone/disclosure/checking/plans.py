"""Plans and goals in texts: where the report on targets says that one is missed, what is missing stands beside it."""

import re
from collections.abc import Iterator
from typing import Final

from wattstone.base import Finding
from wattstone.disclosure.checking.looking import Looked, say, shown_in
from wattstone.disclosure.narratives.placeholders import placeholders
from wattstone.disclosure.statement import Shown

__all__ = ["of_plans"]

_AIMED: Final = re.compile(r"target\.goal|plan\.(?:need|reduction|investment)")
_SHORT: Final = ("plan.shortfall", "target.forecast_gap")
"""What says by how much a goal is missed: by the plan, and by what is expected with the measures that count."""


def of_plans(looked: Looked) -> Iterator[Finding]:
    """Texts that name what a plan or target comes to, and leave out what is missing in its year."""
    for answer in looked.statement.answers:
        named = {
            (one.name, one.period, one.subject)
            for text in answer.written.values() for one in placeholders(text.markdown) if one.kind == "figure"
        }  # fmt: skip
        aimed = sorted({(period, subject) for name, period, subject in named if _AIMED.fullmatch(name)})
        shown = shown_in(looked.statement, answer)
        for period, subject in aimed:
            short = [one for name in _SHORT if (one := looked.figure(name, period, subject)) is not None]
            missed = [one for one in short if _missed(one)]
            if missed and not any(one.key in shown for one in missed):
                yield say(
                    f"topic '{answer.topic.id}'", "goal_missed",
                    "the text tells what is to be reached in {year}, and not that {value} are missing by {figure}",
                    "what is missing beside the goal", "name the figure in the text, or show the tables of the plan",
                    "warning", year=period, value=_told(missed[0]), figure=missed[0].key,
                    topic=answer.topic.id,
                )  # fmt: skip


def _missed(one: Shown) -> bool:
    """Whether a goal is missed whatever the interval holds: a share by less, emissions by more than it."""
    ends = one.interval or (one.value or 0.0,) * 2
    return max(ends) < 0 if one.unit == "1" else min(ends) > 0


def _told(one: Shown) -> str:
    value = abs(one.value or 0.0)
    return f"{100 * value:,.4g} %" if one.unit == "1" else f"{value:,.6g} {one.unit}"
