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
from wattstone.workflows.programme.entries import entries_of
from wattstone.workflows.programme.target_series import denominators, series
from wattstone.workflows.programme.target_studies import filled
from wattstone.workflows.workspace import Workspace

__all__ = ["OPTIONS", "report"]

_KINDS: Final = ("target", "target_value", "pathway", "abatement", "interaction", "budget", "valuation")

OPTIONS: Final[Mapping[str, str]] = {
    "rate": "discount rate, as 0.08",
    "carbon_price": "price of carbon a tonne, in the currency of the costs",
    "target": "one target alone",
    "horizon": "last year of the plan",
    "every": "yes: the plan keeps every year of a pathway, not the target year alone",
    "effects": "yes: what made the year differ from the one before",
}
"""What may be given beside the year."""


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
        If an option is unknown or no number.
    """
    given = _given(asked.options)
    entries = {kind: entries_of(workspace, kind, at=asked.at) for kind in _KINDS}
    entries["abatement"], found = filled(workspace, entries["abatement"])
    known = Known(
        series=series(workspace, asked.year), denominators=denominators(workspace, asked.year),
        effects=_effects(workspace, asked), findings=tuple(found),
    )  # fmt: skip
    return build(entries, known, asked.year, given)


def _effects(workspace: Workspace, asked: Asked) -> pl.DataFrame | None:
    """What made the year differ, where that is asked for: it computes both inventories."""
    if asked.options.get("effects", "no") != "yes":
        return None
    found = year_change(workspace, asked.year).effects()
    return found.with_columns(pl.col("value") / 1000)


def _given(options: Mapping[str, str]) -> Given:
    found = [_unknown(name) for name in options if name not in OPTIONS]
    numbers: dict[str, float] = {}
    for name in ("rate", "carbon_price", "horizon"):
        if name in options:
            value = _number(options[name])
            if value is None or (name == "rate" and not -0.5 < value <= 1):
                found.append(_no_number(name, options[name]))
            else:
                numbers[name] = value
    if found:
        raise InputRefused(found)
    horizon = numbers.get("horizon")
    return Given(
        rate=numbers.get("rate"), carbon_price=numbers.get("carbon_price"), target=options.get("target"),
        horizon=None if horizon is None else int(horizon), every=options.get("every", "no") == "yes",
    )  # fmt: skip


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
        expected="a number, or a share as 8%", remedy="correct it", params={"text": text[:40]},
    )  # fmt: skip
