"""A commitment as plain numbers and texts, as it stands in JSON or TOML, and its plan likewise."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Finding, InputRefused
from wattstone.dispatch.commitment.solve import solve
from wattstone.dispatch.commitment.types import Carrier, Commitment, Store, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wattstone.dispatch.commitment.types import Committed

Floats = NDArray[np.float64]

__all__ = ["as_document", "commitment", "solved"]


def commitment(document: Mapping[str, Any]) -> Commitment:
    """A commitment from a document.

    Parameters
    ----------
    document : mapping
        `hours`, `steps`, `carbon_price`, and lists `carriers`, `units`, `stores` of tables with the fields of
        `Carrier`, `Unit` and `Store`. A series is a list, or one number. A flow of a unit is a list for its
        breakpoints, one such list for every step, or `{curve = [...], factor = [...]}`: a curve times a factor for
        every step.

    Raises
    ------
    InputRefused
        For a field that is not known, is missing, or holds no numbers where there have to be some.

    Examples
    --------
    >>> asked = commitment({"hours": 1.0, "steps": 2, "carriers": [{"name": "heat", "demand": [1.0, 2.0]}]})
    >>> asked.carriers[0].demand
    array([1., 2.])
    """
    wrong: list[Finding] = []
    made: dict[str, tuple[Any, ...]] = {}
    for key, kind in (("carriers", Carrier), ("units", Unit), ("stores", Store)):
        given = cast("list[Mapping[str, Any]]", document.get(key, []))
        made[key] = tuple(_one(kind, f"{key}[{index}]", table, wrong) for index, table in enumerate(given))
    rest = {key: value for key, value in document.items() if key not in made}
    whole = _one(Commitment, "the problem", rest | {"carriers": (), "units": (), "stores": ()}, wrong)
    if wrong:
        raise InputRefused(wrong)
    numbers = cast("Commitment", whole)
    return Commitment(hours=numbers.hours, steps=numbers.steps, carbon_price=numbers.carbon_price, **made)


def _one(kind: type, place: str, table: Mapping[str, Any], wrong: list[Finding]) -> object:
    known = {one.name for one in fields(kind)}
    wanted = f"one of {', '.join(sorted(known))}"
    wrong += [_finding("field", place, f"there is no field '{key}'", wanted) for key in sorted(set(table) - known)]
    made: dict[str, Any] = {}
    for key in known & set(table):
        try:
            made[key] = _flows(table[key]) if key == "flows" else _value(key, table[key])
        except (TypeError, ValueError):
            wrong.append(_finding("numbers", place, f"'{key}' holds no rows of numbers of one length", "numbers"))
    try:
        return kind(**made)
    except TypeError:
        needed = sorted(known - set(made))
        wrong.append(_finding("missing", place, f"of {', '.join(needed)} at least one is needed", "all that is needed"))
        return None


def _finding(code: str, place: str, found: str, expected: str) -> Finding:
    return Finding(
        code=f"plant.document_{code}", place=place, found="{what}", expected="{wanted}", remedy="correct the document",
        params={"what": found, "wanted": expected},
    )  # fmt: skip


def _value(key: str, value: Any) -> Any:
    if key == "available":
        return np.array(value, dtype=np.bool_)
    return np.array(value, dtype=np.float64) if isinstance(value, list) else value


def _flows(flows: Mapping[str, Any]) -> dict[str, Floats]:
    made: dict[str, Floats] = {}
    for name, given in flows.items():
        if isinstance(given, dict):
            table = cast("Mapping[str, list[float]]", given)
            made[name] = np.outer(np.array(table["factor"], float), np.array(table["curve"], float))
        else:
            made[name] = np.array(given, dtype=np.float64)
    return made


def as_document(problem: Commitment, plan: Committed) -> dict[str, Any]:
    """A plan as plain numbers and texts.

    Parameters
    ----------
    problem : Commitment
        What was asked.
    plan : Committed
        What came of it.
    """
    units, stores = [one.name for one in problem.units], [one.name for one in problem.stores]
    return {
        "objective": plan.objective,
        "bound": plan.bound,
        "gap": plan.gap,
        "method": plan.method,
        "seconds": plan.seconds,
        "met": plan.met,
        "costs": asdict(plan.costs),
        "emissions": plan.emissions,
        "on": dict(zip(units, plan.on.tolist(), strict=True)),
        "load": dict(zip(units, plan.load.tolist(), strict=True)),
        "levels": dict(zip(stores, plan.levels.tolist(), strict=True)),
        "bought": {name: series.tolist() for name, series in plan.bought.items()},
        "sold": {name: series.tolist() for name, series in plan.sold.items()},
        "unserved": {name: series.tolist() for name, series in plan.unserved.items()},
        "findings": [finding.as_dict() for finding in plan.findings],
    }


def solved(problem: Mapping[str, Any], *, gap: float = 0.005, seconds: float = 60.0) -> dict[str, Any]:
    """The plan of a document, as a document.

    Parameters
    ----------
    problem : mapping
        As `commitment` takes it.
    gap, seconds : float
        As `solve` takes them.
    """
    asked = commitment(problem)
    return as_document(asked, solve(asked, gap=gap, seconds=seconds))
