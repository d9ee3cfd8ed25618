"""The report on targets and measures of a workspace."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.programme.report import ModuleReport
from wattstone.programme.targets.known import Known
from wattstone.programme.targets.report import Given, build
from wattstone.workflows.change import year_change
from wattstone.workflows.programme.asked import Asked
from wattstone.workflows.programme.entries import entries_of, entries_of_module
from wattstone.workflows.programme.target_series import denominators, series
from wattstone.workflows.programme.target_studies import filled
from wattstone.workflows.workspace import Workspace

__all__ = ["OPTIONS", "report"]


OPTIONS: Final[Mapping[str, str]] = {
    "rate": "discount rate, as 0.08",
    "carbon_price": "price of carbon a tonne, in the currency of the costs",
    "target": "one target alone",
    "horizon": "last year of the plan",
    "every": "yes: the plan keeps every year of a pathway, not the target year alone",
    "effects": "yes: what made the year differ from the one before",
}
"""What may be given beside the year."""

_EXPECTED: Final = {
    "rate": "a rate of more than -0.5 and at most 1, as 0.08",
    "carbon_price": "a price a tonne, 0 or more",
    "horizon": "a year after the one that is reported",
}
_ANSWERS: Final = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "": False}
_LAST: Final = 2200


def report(workspace: Workspace, asked: Asked) -> ModuleReport:
    """Where each target stands and goes, what measures cost, and which to take by when.

    Parameters
    ----------
    workspace : Workspace
        Whole.
    asked : Asked
        With options as `OPTIONS`.

    Returns
    -------
    ModuleReport

    Raises
    ------
    InputRefused
        If an option is unknown or cannot be.
    """
    given = _given(workspace, asked)
    entries = entries_of_module(workspace, "target", at=asked.at)
    entries["abatement"], found = filled(workspace, entries["abatement"])
    known = Known(
        series=series(workspace, asked.year), denominators=denominators(workspace, asked.year),
        effects=_effects(workspace, asked), findings=tuple(found),
    )  # fmt: skip
    return build(entries, known, asked.year, given)


def _effects(workspace: Workspace, asked: Asked) -> pl.DataFrame | None:
    """What made the year differ, where that is asked for: it computes both inventories."""
    if not _ANSWERS[asked.options.get("effects", "no").strip().lower()]:
        return None
    found = year_change(workspace, asked.year).effects()
    return found.with_columns(pl.col("value") / 1000)


def _there(workspace: Workspace, asked: Asked) -> list[Finding]:
    """What is wrong with the one target that is asked for."""
    name = asked.options.get("target")
    held = entries_of(workspace, "target", at=asked.at)["entry"].sort() if name is not None else ()
    if name is None or name in held:
        return []
    return [
        Finding(
            code="target.option_target", place="option 'target'", found="there is no target '{text}'",
            expected="one of {names}" if len(held) else "a target that is entered",
            remedy="correct its name, or enter it", params={"text": name[:40], "names": ", ".join(held[:20])},
        )
    ]  # fmt: skip


def _given(workspace: Workspace, asked: Asked) -> Given:
    options = asked.options
    found = [_unknown(name) for name in options if name not in OPTIONS]
    numbers: dict[str, float] = {}
    for name in ("rate", "carbon_price", "horizon"):
        if name in options:
            value = _number(options[name])
            if value is None or not _possible(name, value, asked.year):
                found.append(_no_number(name, options[name]))
            else:
                numbers[name] = value
    answers: dict[str, bool] = {}
    for name in ("every", "effects"):
        answer = _ANSWERS.get(options.get(name, "no").strip().lower())
        found += [_no_answer(name, options[name])] if answer is None else []
        answers[name] = bool(answer)
    found += _there(workspace, asked)
    if found:
        raise InputRefused(found)
    horizon = numbers.get("horizon")
    return Given(
        rate=numbers.get("rate"), carbon_price=numbers.get("carbon_price"), target=options.get("target"),
        horizon=None if horizon is None else int(horizon), every=answers["every"],
    )  # fmt: skip


def _possible(name: str, value: float, year: int) -> bool:
    """Whether an option can have a value: a plan ends after the year that is reported."""
    if name == "rate":
        return -0.5 < value <= 1
    if name == "carbon_price":
        return 0 <= value < float("inf")
    return year < value <= _LAST and value == int(value)


def _number(text: str) -> float | None:
    bare = text.strip()
    try:
        return float(bare.removesuffix("%")) / 100 if bare.endswith("%") else float(bare)
    except ValueError:
        return None


def _unknown(name: str) -> Finding:
    return Finding(
        code="target.option", place=f"option '{name[:40]}'", found="the report has no such option",
        expected="one of {names}", remedy="correct its name", params={"names": ", ".join(OPTIONS)},
    )  # fmt: skip


def _no_number(name: str, text: str) -> Finding:
    return Finding(
        code="target.option_number", place=f"option '{name}'", found="'{text}' is no such number",
        expected=_EXPECTED[name], remedy="correct it", params={"text": text[:40]},
    )  # fmt: skip


def _no_answer(name: str, text: str) -> Finding:
    return Finding(
        code="target.option_answer", place=f"option '{name}'", found="'{text}' is neither yes nor no",
        expected="yes or no", remedy="correct it", params={"text": text[:40]},
    )  # fmt: skip
