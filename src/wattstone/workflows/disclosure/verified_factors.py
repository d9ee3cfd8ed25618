"""Whether factors say what they said when an edition was locked."""

from collections.abc import Mapping
from typing import Any, Final

from wattstone.base import Finding, InputRefused
from wattstone.rates import load_factors
from wattstone.workflows.workspace import Workspace

__all__ = ["factor_findings"]

_SAID: Final = ("value", "unit", "source", "source_year", "licence", "confidence")


def factor_findings(workspace: Workspace, factors: Mapping[str, Mapping[str, Any]], place: str) -> list[Finding]:
    """Factors of the program and the workspace that say something else than was locked.

    Parameters
    ----------
    workspace : Workspace
    factors : mapping of str to mapping
        By name, the content that was locked; each tells the rows that it is made of.
    place : str
        Of the edition.
    """
    try:
        table = load_factors(workspace.factor_files)
    except InputRefused as refused:
        return list(refused.findings)
    found: dict[str, Finding] = {}
    for key, told in sorted(factors.items()):
        rows = told.get("rows") or [{"id": key.removeprefix("factor:"), **told}]
        for row in rows:
            name, now = str(row["id"]), table.get(str(row["id"]))
            for part in (one for one in _SAID if row.get(one) is not None):
                value = None if now is None else getattr(now, part)
                if value != row[part]:
                    found.setdefault(name, _changed(place, name, part, row[part], value))
    return list(found.values())


def _changed(place: str, name: str, part: str, before: object, now: object) -> Finding:
    return Finding(
        code="edition.factor", place=f"{place}: factor '{name}'",
        found="its {part} is {now} and was {before} when the edition was locked"
        if now is not None else "it is no longer in the tables; its {part} was {before}",
        expected="factors that keep their values: another value is another factor with an id of its own",
        remedy="put the row back as it was, and enter the new value under a new id",
        params={"part": part, "now": now, "before": before},
    )  # fmt: skip
